/* SPDX-License-Identifier: GPL-3.0-or-later */
/* html_heap - see html_heap.h. Before each piece stands where it belongs. */
#include "mime/html_heap.h"

#include <stdalign.h>
#include <stddef.h>
#include <stdlib.h>

struct html_piece {
	size_t size;             /* of all in it; 0: large */
	struct html_piece *next; /* spare of its size, or large */
	alignas(max_align_t) unsigned char data[];
};

struct large {
	struct html_piece **ref; /* what points to the piece */
	struct html_piece piece;
};

static struct large *
large_of(struct html_piece *p)
{
	return (struct large *)(void *)((unsigned char *)p -
					offsetof(struct large, piece));
}

void
html_heap_init(struct html_heap *h, size_t n)
{
	*h = (struct html_heap){ .a = arena_new() };
	arena_expect(h->a, n);
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
		struct large *l = malloc(n + offsetof(struct large, piece));

		if (!l)
			abort();
		l->piece.size = 0;
		l->ref = &h->large;
		l->piece.next = h->large;
		if (h->large)
			large_of(h->large)->ref = &l->piece.next;
		h->large = &l->piece;
		return l->piece.data;
	}
	n = (n + HTML_HEAP_STEP - 1) / HTML_HEAP_STEP * HTML_HEAP_STEP;
	spare = &h->spare[n / HTML_HEAP_STEP - 1];
	p = *spare;
	if (p) {
		*spare = p->next;
	} else {
		p = arena_room(h->a, n);
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
	if (p->size == 0) {
		struct large *l = large_of(p);

		*l->ref = p->next;
		if (p->next)
			large_of(p->next)->ref = l->ref;
		free(l);
		return;
	}
	spare = &h->spare[p->size / HTML_HEAP_STEP - 1];
	p->next = *spare;
	*spare = p;
}
