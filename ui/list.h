/* SPDX-License-Identifier: GPL-3.0-or-later */
/* list - mailboxes and message lists: the root view.
 *
 * Holds one window of at most 200 rows around the screen; only that is ever
 * read from the index, however many messages the list has. */
#ifndef UI_LIST_H
#define UI_LIST_H

#include "ui/view.h"

/* The list of the first inbox, with the folders beside it. */
struct view *list_view(struct screen *s);

/* From a search back to the folder it was begun in. */
void list_leave_search(struct screen *s);
/* Show what QUERY finds (the language of notmuch and verdict:, alert:) under
 * the name TITLE. Goes to the root view. IS_LIVE: it is still being typed, what
 * is wrong with it is not said. */
void list_open(
	struct screen *s, const char *query, const char *title, bool is_live);

/* The row under the cursor, NULL where there is none; until the next event. */
const struct row *list_row(struct view *list);
/* Move the cursor by STEP rows, or to the next unread one; the row there, or
 * NULL where the list ends. */
const struct row *list_step(struct view *list, int step);
const struct row *list_next_unread(struct view *list);
/* Position of the cursor (from 1) and the number of rows. */
void list_position(struct view *list, unsigned *at, unsigned *total);

/* Is nothing of the message ROW here yet? Then that is said. */
bool list_is_coming(struct screen *s, const struct row *row);
/* Do an action on the message ROW as the list would: reply, archive, flag … .
 * False where A is none of those. */
bool list_act(struct screen *s, const struct row *row, enum action a);

#endif
