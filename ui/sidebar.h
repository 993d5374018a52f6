/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sidebar - the folders of all accounts with their unread counts. */
#ifndef UI_SIDEBAR_H
#define UI_SIDEBAR_H

#include "ui/view.h"

enum { SIDEBAR_CELLS = 23 };

/* Draw it into A; QUERY is the list that is open, SELECTED the row with the
 * cursor (-1: the side bar has no focus). */
void sidebar_draw(struct screen *s, struct area a, const char *query,
	int selected, struct cursor *c);

/* The row that stands first of the ROWS that are seen, so that the one with the
 * cursor is among them, or the open one. */
int sidebar_top(struct screen *s, int rows, const char *query, int selected);

/* Number of rows, and the mailbox behind row I: NULL for an account's head. */
int sidebar_rows(struct screen *s);
const struct box *sidebar_box(struct screen *s, int i);
/* The account of row I, or NULL. */
const char *sidebar_account(struct screen *s, int i);
/* The row of the list QUERY, 0 where it is none of them. */
int sidebar_find(struct screen *s, const char *query);

/* Pick a folder by typing part of its name: DONE gets the mailbox. ACCOUNT may
 * be NULL for those of all. */
typedef void sidebar_picked(struct screen *s, void *arg, const struct box *b);
struct view *picker_view(struct screen *s, const char *title,
	const char *account, sidebar_picked *done, void *arg);

#endif
