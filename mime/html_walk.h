/* SPDX-License-Identifier: GPL-3.0-or-later */
/* html_walk - what the files of the HTML layout share. For mime/html*.c
 * alone. */
#ifndef MIME_HTML_WALK_H
#define MIME_HTML_WALK_H

#include <gumbo.h>

#include "mime/doc.h"
#include "mime/html.h"
#include "mime/html_css.h"

enum { HTML_WALK_DEPTH = 1000, HTML_INDENT_MAX = 40 };

/* Where the layout writes, and how the line there stands. */
struct html_flow {
	struct doc_builder *b;
	struct buf indent; /* what stands before each line */
	struct buf bullet; /* instead of it before the next line */
	unsigned quote;
	bool has_bullet;
	bool has_text;   /* something stands in the line */
	bool space;      /* a blank is wanted before the next word */
	bool is_started; /* a line was written */
	unsigned blank;  /* empty lines wanted before the next one */
};

struct html {
	struct arena *a; /* until the end of html_render */
	const struct html_options *o;
	struct css_sheet *sheet;
	struct html_flow *f;
	struct str base;
	struct buf hidden; /* of the region that is being left out */
	unsigned style;    /* of enum doc_style */
	int link;
	int list_depth;
	bool in_table_trial;
};

/* Lay out the children of NODE, whose style is S. */
void html_children(struct html *h, const GumboNode *node,
	const struct css_style *s, unsigned depth);
/* Lay out NODE itself, whose parent has the style S. */
void html_node(struct html *h, const GumboNode *node, const struct css_style *s,
	unsigned depth);

/* Add text that signet says, as one piece. */
void html_say(struct html *h, struct str text, unsigned style);
/* End the line if something stands in it, and want BLANK empty lines before the
 * next. */
void html_break(struct html *h, unsigned blank);
/* End the line also where it is empty. */
void html_newline(struct html *h);

/* Begin and end a flow of its own at WIDTH (0: none) for a cell. */
void html_flow_begin(struct html *h, struct html_flow *f, unsigned width);
struct doc *html_flow_end(
	struct html *h, struct html_flow *f, struct html_flow *back);

/* Cells that a line of the flow may take behind its indent; 0: any. */
unsigned html_room(const struct html *h);

/* Empty lines that an element keeps around itself; -1: it is none of a block,
 * or has a layout of its own (tables, lists, quotes). */
int html_margin(GumboTag tag);

/* The value of the attribute NAME of N, STR_NONE where it has none; has: is it
 * there at all? */
struct str html_attribute(const GumboNode *n, const char *name);
bool html_has(const GumboNode *n, const char *name);

/* Elements with files of their own. */
void html_table(struct html *h, const GumboNode *n, const struct css_style *s,
	unsigned depth);
void html_link(struct html *h, const GumboNode *n, const struct css_style *s,
	unsigned depth);
void html_image(struct html *h, const GumboNode *n);
void html_control(struct html *h, const GumboNode *n, const struct css_style *s,
	unsigned depth);
void html_meta(struct html *h, const GumboNode *n);
/* Append the number N of a list of TYPE ("1", "a", "A", "i", "I", else as "1")
 * and what stands behind it. */
void html_number(struct buf *out, struct str type, unsigned n);
/* Count what a browser would load for N. */
void html_count_remote(struct html *h, const GumboNode *n);

#endif
