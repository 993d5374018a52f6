/* SPDX-License-Identifier: GPL-3.0-or-later */
/* part - one part of a message: as text, or what a program makes of it. */
#ifndef UI_PART_H
#define UI_PART_H

#include "ui/view.h"

/* Send M (OPEN with a part, or OPEN_PART), which is the screen's then, and show
 * the text that comes. A program that is to be run is run instead, and the view
 * goes. NAME is its title. */
struct view *part_view(struct screen *s, const char *name, struct msg *m);

/* Ask for a command, give it the part NUMBER ("": the whole letter) of the
 * message at PATH and show what it prints. */
void part_pipe(struct screen *s, const char *path, const char *number,
	const char *name);

#endif
