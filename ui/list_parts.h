/* SPDX-License-Identifier: GPL-3.0-or-later */
/* list_parts - the list's own state, shared by list*.c alone. */
#ifndef UI_LIST_PARTS_H
#define UI_LIST_PARTS_H

#include "ui/list.h"
#include "ui/screen.h"

enum { WINDOW = 200, QUERY_MAX = 5000, LEAVING = 50 };

struct list {
	struct view view;
	char query[QUERY_MAX], title[300], account[110];
	char filter[QUERY_MAX / 2], filter_name[200];
	/* what a search was begun from: back leads there */
	char before_query[QUERY_MAX], before_account[110], before_name[190];
	char selected[1000]; /* Message-ID under the cursor */
	char problem[500];   /* why QUERY cannot be answered, or "" */
	struct msg *rows;    /* MSG_ROWS: the window, or NULL */
	/* files that were moved out of this folder, until the index knows it */
	char leaving[LEAVING][1300];
	int leavings;
	uint64_t wanted; /* id of the SEARCH under way, or 0 */
	bool is_stale;   /* ask again after that one */
	bool has_moved;  /* the user has left the first row */
	bool is_live;    /* a search being typed: its errors are not said */
	unsigned at, top;
	int height, y, side_cells;
	bool in_sidebar;
	int side;
};

/* Row I of the list, NULL where it is not in the window. */
const struct row *list_at(const struct list *l, unsigned i);
/* Rows of the whole list. */
unsigned list_total(const struct list *l);
/* Ask for the window around the top row. */
void list_request(struct list *l);
/* From the first row, with all asked for anew. */
void list_reset(struct list *l);
/* Show QUERY as ACCOUNT/NAME ("" account: a search). */
void list_show(struct list *l, const char *query, const char *account,
	const char *name);
/* Draw the rows into A. */
void list_draw(struct list *l, struct area a, struct cursor *c);
/* The row of the file PATH goes from its folder's list at once. */
void list_leave(struct screen *s, const char *path);
/* The row shows V from now on. */
void list_set_verdict(struct row *r, const struct verdict *v);

/* Ask whether all of ACCOUNT's trash is to go for ever. */
void list_empty_trash(struct screen *s, const char *account);
/* Files have other names: what was done to them can still be taken back. */
void list_moved(struct screen *s, const struct msg_change *c);
/* Take back the last change that was not taken back yet. */
void list_undo(struct screen *s);

#endif
