/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lines - a struct doc on the screen: drawing, scrolling, folding. */
#ifndef UI_LINES_H
#define UI_LINES_H

#include "mime/doc.h"
#include "ui/view.h"

struct lines {
	unsigned top;    /* first line shown, counted among those not folded */
	unsigned height; /* of the area last drawn */
	bool is_folded;  /* long quotes are cut to their first lines */
};

/* Draw D from line L->top on into A. */
void lines_draw(struct lines *l, const struct doc *d, struct area a);
/* Scroll by the action; false where it is none of scrolling. *AT_END_OUT (may
 * be NULL): page down was asked for at the end. */
bool lines_action(
	struct lines *l, const struct doc *d, enum action a, bool *at_end_out);
/* How much has been seen, in percent. */
unsigned lines_percent(const struct lines *l, const struct doc *d);
/* Draw a sentence into CELLS cells at (Y, X), cut at blanks, in at most ROWS
 * rows; what does not fit them ends in "›". How many rows it took. */
int lines_wrap(
	int y, int x, int cells, int rows, struct str text, unsigned style);

#endif
