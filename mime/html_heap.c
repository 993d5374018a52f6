/* SPDX-License-Identifier: GPL-3.0-or-later */
/* html_heap - see html_heap.h. Before each piece stands where it belongs. */
#include "mime/html_heap.h"

#include <stdalign.h>
#include <stddef.h>
#include <stdlib.h>

struct html_piece {
	struct html_piece *next; /* spare of its size, or large */
	union {
		size_t size;             /* small: of all in it */
		struct html_piece **ref; /* large: what points here */
	};
	bool is_large;
	alignas(max_align_t) unsigned char data[];
};

void
html_heap_init(struct html_heap *h)
{
	*h = (struct html_heap){ .a = arena_new() };
}

void
html_heap_fini(struct html_heap *h)
{
	while (h->large)
		html_heap_give(h, h->large->data);
	arena_free(&h->a);
}

void *
html_heap_take(void *heap, size_t n)
{
	struct html_heap *h = heap;
	struct html_piece *p, **spare;

	/* what gumbo reads has a ceiling: no size comes near an overflow */
	n += sizeof *p;
	if (n > HTML_HEAP_SMALL) {
		p = malloc(n);
		if (!p)
			abort();
		p->is_large = true;
		p->ref = &h->large;
		p->next = h->large;
		if (p->next)
			p->next->ref = &p->next;
		h->large = p;
		return p->data;
	}
	n = (n + HTML_HEAP_STEP - 1) / HTML_HEAP_STEP * HTML_HEAP_STEP;
	spare = &h->spare[n / HTML_HEAP_STEP - 1];
	p = *spare;
	if (p) {
		*spare = p->next;
	} else {
		p = arena_alloc(h->a, n);
		p->size = n;
	}
	return p->data;
}

void
html_heap_give(void *heap, void *data)
{
	struct html_heap *h = heap;
	struct html_piece *p, **spare;

	if (!data)
		return;
	p = (struct html_piece *)(void *)((unsigned char *)data -
					  offsetof(struct html_piece, data));
	if (p->is_large) {
		*p->ref = p->next;
		if (p->next)
			p->next->ref = p->ref;
		free(p);
		return;
	}
	spare = &h->spare[p->size / HTML_HEAP_STEP - 1];
	p->next = *spare;
	*spare = p;
}
