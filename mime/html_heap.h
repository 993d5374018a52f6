/* SPDX-License-Identifier: GPL-3.0-or-later */
/* html_heap - gumbo's memory inside an arena: a parse makes ten thousands of
 * small pieces, and malloc and free take a fifth of its time. What gumbo gives
 * back is handed out again for a piece of the same size, or above 1 KiB of the
 * same power of two; all of it goes with the arena, without a walk over the
 * tree. */
#ifndef MIME_HTML_HEAP_H
#define MIME_HTML_HEAP_H

#include "base/arena.h"

struct html_heap {
	struct arena *a;
	struct html_piece *spare[104]; /* by size, see html_heap.c */
};

/* GumboAllocatorFunction and GumboDeallocatorFunction; HEAP is a struct
 * html_heap. Never NULL: an arena without memory ends the program. */
void *html_heap_take(void *heap, size_t n);
void html_heap_give(void *heap, void *p);

#endif
