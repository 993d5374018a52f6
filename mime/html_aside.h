/* SPDX-License-Identifier: GPL-3.0-or-later */
/* html_aside - what gumbo need not read letter by letter. It takes most of the
 * time of an HTML body, for each byte of long texts and addresses the same as
 * for a tag. So html_prune lays such pieces aside, gumbo reads a short mark in
 * the place of each, and html_aside_back puts them into its tree. A piece is
 * what gumbo would have left as it is: without references, line ends of old
 * systems, tags. For mime/html*.c alone. */
#ifndef MIME_HTML_ASIDE_H
#define MIME_HTML_ASIDE_H

#include <gumbo.h>

#include "base/arena.h"
#include "base/str.h"

struct html_aside {
	struct arena *a;
	struct str *piece; /* into what html_prune was given */
	size_t count, cap;
	bool is_off; /* HTML has bytes that a mark begins with, or no UTF-8 */
};

/* Begin for HTML, which must stay until the tree is no longer needed; memory is
 * taken from A. */
void html_aside_init(struct html_aside *s, struct arena *a, struct str html);

/* Append TEXT, which holds no tag, or a mark for what stands between its white
 * space. */
void html_aside_add(struct html_aside *s, struct buf *out, struct str text);

/* The text of NODE, or the values of its attributes, as they were. */
void html_aside_back(const struct html_aside *s, GumboNode *node);

#endif
