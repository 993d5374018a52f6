/* SPDX-License-Identifier: GPL-3.0-or-later */
/* composer - recipients, attachments, draft, review, send. */
#ifndef UI_COMPOSER_H
#define UI_COMPOSER_H

#include "ui/view.h"

/* Begin a draft. PATH: the message answered or forwarded; MAILTO: the URL, or
 * for DRAFT_EDIT the draft's file. */
void composer_start(struct screen *s, enum draft_mode mode, const char *path,
	const char *mailto);
/* The editor has ended: read the draft of the composer on top again. */
void composer_edited(struct screen *s);
/* The drafts that are here, to go on with one. */
struct view *drafts_view(struct screen *s);
/* What waits to be sent, and why. */
struct view *outbox_view(struct screen *s);

#endif
