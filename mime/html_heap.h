/* SPDX-License-Identifier: GPL-3.0-or-later */
/* html_heap - gumbo's memory: a parse makes ten thousands of small pieces, and
 * malloc and free take a fifth of its time. Small pieces stand in an arena;
 * what gumbo gives back is handed out again for a piece of the same size, and
 * all goes at once, without a walk over the tree. Large pieces are malloc's: a
 * text that grows by doubling must not keep each of its halves. */
#ifndef MIME_HTML_HEAP_H
#define MIME_HTML_HEAP_H

#include "base/arena.h"

enum { HTML_HEAP_STEP = 16, HTML_HEAP_SMALL = 1024 }; /* bytes */

struct html_heap {
	struct arena *a;
	struct html_piece *spare[HTML_HEAP_SMALL / HTML_HEAP_STEP];
	struct html_piece *large;
};

/* Before gumbo is given *H, for small pieces of about N bytes, and when its
 * tree is no longer needed: fini frees all, also what gumbo still has. */
void html_heap_init(struct html_heap *h, size_t n);
void html_heap_fini(struct html_heap *h);
/* GumboAllocatorFunction and GumboDeallocatorFunction; HEAP is a struct
 * html_heap. Never NULL: without memory the program ends, as with an arena. */
void *html_heap_take(void *heap, size_t n);
void html_heap_give(void *heap, void *p);

#endif
