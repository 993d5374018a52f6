/* SPDX-License-Identifier: GPL-3.0-or-later */
/* view - what a view is: open, event, draw, action.
 *
 * A view is a struct of functions and private data behind it (struct view is
 * its first member). Views stand on a stack that ui/screen keeps; a view never
 * reads the terminal or the engine itself. The drawing thread only. */
#ifndef UI_VIEW_H
#define UI_VIEW_H

#include "app/msg.h"
#include "ui/keys.h"

struct screen;
struct view;

struct area {
	int y, x, rows, cells;
};

struct cursor { /* where the real cursor goes, for those who follow it */
	int y, x;
	bool is_visible;
};

struct view_ops {
	enum place place;
	/* where it is now, if not always there; may be NULL */
	enum place (*where)(struct view *v);
	bool is_overlay; /* drawn over the view below */
	bool is_live;    /* it shows time: drawn anew each second */
	/* The tab's text and both ends of the status line. */
	void (*title)(struct view *v, struct buf *out);
	void (*status)(struct view *v, struct buf *left, struct buf *right);
	void (*draw)(struct view *v, struct area a, struct cursor *c);
	/* An event came; true: it was asked for by this view alone. The message
	 * stays the screen's unless the view has taken it and set *M to NULL.
	 */
	bool (*event)(struct view *v, struct msg **m);
	/* True: done. False: the screen's own meaning holds. */
	bool (*action)(struct view *v, enum action a);
	/* Keys before the key map, for forms and questions; may be NULL. */
	bool (*key)(struct view *v, uint32_t key);
	/* A click at (Y, X) of the screen; may be NULL. */
	bool (*click)(struct view *v, int y, int x, int button, bool twice);
	/* ACTION_NONE ends it. */
	const enum action *hints;
	void (*free)(struct view *v);
};

struct view {
	const struct view_ops *ops;
	struct screen *screen;
	struct view *below;
};

#endif
