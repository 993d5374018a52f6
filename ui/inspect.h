/* SPDX-License-Identifier: GPL-3.0-or-later */
/* inspect - panes of text: the verdict's evidence, help, messages. */
#ifndef UI_INSPECT_H
#define UI_INSPECT_H

#include "ui/view.h"

/* What the verdict of the message at PATH with Message-ID ID rests on. */
struct view *inspect_view(struct screen *s, const char *path, const char *id);
/* The keys of PLACE and all commands. */
struct view *help_view(struct screen *s, enum place place);
/* What happened lately. */
struct view *messages_view(struct screen *s);

#endif
