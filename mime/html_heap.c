/* SPDX-License-Identifier: GPL-3.0-or-later */
/* html_heap - see html_heap.h. Before each piece stands which list it goes back
 * to. */
#include "mime/html_heap.h"

#include <stdalign.h>
#include <stddef.h>

/* Sizes up to SMALL in steps of STEP, above by powers of two. */
enum { STEP = 16, SMALL = 1024, SMALLS = SMALL / STEP, SMALL_BITS = 10 };

struct html_piece {
	struct html_piece *next; /* while it is spare */
	unsigned class;
	alignas(max_align_t) unsigned char data[];
};

/* The class of a piece of *N bytes, all told; *N is made the size of all in it.
 */
static unsigned
class_of(size_t *n)
{
	unsigned bits;

	if (*n <= SMALL) {
		*n = (*n + STEP - 1) / STEP * STEP;
		return (unsigned)(*n / STEP) - 1;
	}
	bits = (unsigned)(64 - __builtin_clzl(*n - 1));
	*n = (size_t)1 << bits;
	return SMALLS + bits - SMALL_BITS - 1;
}

void *
html_heap_take(void *heap, size_t n)
{
	struct html_heap *h = heap;
	struct html_piece *p;
	unsigned c;

	/* what gumbo reads has a ceiling: no size comes near an overflow */
	n += sizeof *p;
	c = class_of(&n);
	p = h->spare[c];
	if (p) {
		h->spare[c] = p->next;
	} else {
		p = arena_alloc(h->a, n);
		p->class = c;
	}
	return p->data;
}

void
html_heap_give(void *heap, void *data)
{
	struct html_heap *h = heap;
	struct html_piece *p;

	if (!data)
		return;
	p = (struct html_piece *)(void *)((unsigned char *)data -
					  offsetof(struct html_piece, data));
	p->next = h->spare[p->class];
	h->spare[p->class] = p;
}
