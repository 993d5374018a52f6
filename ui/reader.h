/* SPDX-License-Identifier: GPL-3.0-or-later */
/* reader - one message; its files; its verdict. */
#ifndef UI_READER_H
#define UI_READER_H

#include "ui/view.h"

/* The message of ROW (copied). */
struct view *reader_view(struct screen *s, const struct row *row);
/* Its parts, to be shown, saved, opened and piped. DOC is the MSG_DOC of the
 * message, whose ownership goes to the view. */
struct view *files_view(struct screen *s, struct msg *doc);

#endif
