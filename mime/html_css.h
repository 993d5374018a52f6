/* SPDX-License-Identifier: GPL-3.0-or-later */
/* html_css - CSS as far as it hides text or keeps its lines. For mime/ alone.
 */
#ifndef MIME_HTML_CSS_H
#define MIME_HTML_CSS_H

#include <gumbo.h>

#include "base/arena.h"
#include "base/str.h"

#define CSS_NO_COLOUR 0xff000000u

/* What an element looks like; inherited but for the first group. */
struct css_style {
	bool is_gone;     /* display:none, off-screen, clipped away, … */
	bool has_picture; /* a background that is not one colour */
	bool is_block;    /* display says so */

	bool is_invisible;   /* visibility:hidden */
	bool is_pre;         /* white-space keeps blanks and line ends */
	double size;         /* of the font, in pixels */
	uint32_t colour;     /* 0xRRGGBB or CSS_NO_COLOUR */
	uint32_t link;       /* of links that say nothing else */
	bool is_clear;       /* the colour lets all through */
	uint32_t background; /* of the nearest that has one; CSS_NO_COLOUR where
				a picture or nobody knows */
	bool is_bold, is_underlined, is_struck;
};

struct css_sheet;

/* An empty sheet in A. */
struct css_sheet *css_new(struct arena *a);

/* Add the rules of TEXT, the content of a style element. Returns the number of
 * remote resources that it names. */
unsigned css_add(struct css_sheet *s, struct str text);

/* The style of NODE below a parent of style PARENT. */
struct css_style css_of(struct css_sheet *s, const GumboNode *node,
	const struct css_style *parent);

/* The style outside of everything. */
struct css_style css_initial(void);

/* Would text in S be seen by nobody? */
bool css_is_hidden(const struct css_style *s);

/* How many url(…) in CSS text name something remote. */
unsigned css_count_remote(struct str text);

#endif
