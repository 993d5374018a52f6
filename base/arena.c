/* SPDX-License-Identifier: GPL-3.0-or-later */
/* arena - see arena.h. Blocks in a list, the newest first; a request larger
 * than a quarter of a block gets one of its own behind the newest. */
#define _DEFAULT_SOURCE /* madvise */
#include "base/arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

enum {
	BLOCK_FIRST = 4096,
	BLOCK_MAX = 256 * 1024,
	EXPECT_MAX = 1024 * 1024,
	WARM = 768 * 1024,
	PAGE = 4096,
	POPULATE_MIN = 4 * PAGE
};

struct block {
	struct block *next;
	size_t size, used;
	bool is_single; /* for one piece, larger than what others stand in */
	alignas(max_align_t) unsigned char data[];
};

struct arena {
	struct block *top;
	size_t total;
};

static void
out_of_memory(void)
{
	static const char text[] = "signet: out of memory\n";

	fwrite(text, 1, sizeof text - 1, stderr);
	abort();
}

static struct block *
block_new(struct arena *a, size_t size)
{
	struct block *b = malloc(sizeof *b + size);

	if (!b)
		out_of_memory();
	b->next = NULL;
	b->size = size;
	b->used = 0;
	b->is_single = false;
	a->total += sizeof *b + size;
	return b;
}

/* Have the pages of N bytes at P at hand: a fault for each costs many times as
 * much. Where the system cannot (Linux before 5.14), they come one by one. */
static void
populate(void *p, size_t n)
{
#ifdef MADV_POPULATE_WRITE
	uintptr_t from = (uintptr_t)p, to = from + n;

	if (n < POPULATE_MIN)
		return;
	from = (from + PAGE - 1) & ~(uintptr_t)(PAGE - 1);
	to &= ~(uintptr_t)(PAGE - 1);
	if (from < to)
		(void)madvise((void *)from, to - from, MADV_POPULATE_WRITE);
#else
	(void)p;
	(void)n;
#endif
}

void
arena_warm(void)
{
#ifdef __GLIBC__
	void *p;

	/* what is free at the end of the heap stays there */
	mallopt(M_MMAP_THRESHOLD, 2 * WARM);
	mallopt(M_TRIM_THRESHOLD, 16 * WARM);
	p = malloc(WARM);
	if (p)
		populate(p, WARM);
	free(p);
#endif
}

struct arena *
arena_new(void)
{
	struct arena *a = calloc(1, sizeof *a);

	if (!a)
		out_of_memory();
	return a;
}

void
arena_free(struct arena **a)
{
	if (!*a)
		return;
	for (struct block *b = (*a)->top, *next; b; b = next) {
		next = b->next;
		free(b);
	}
	free(*a);
	*a = NULL;
}

void
arena_reset(struct arena *a)
{
	struct block *keep = a->top;

	if (!keep)
		return;
	for (struct block *b = keep->next, *next; b; b = next) {
		next = b->next;
		free(b);
	}
	keep->next = NULL;
	keep->used = 0;
	a->total = sizeof *keep + keep->size;
}

void *
arena_room(struct arena *a, size_t n)
{
	size_t align = alignof(max_align_t), want;
	struct block *b = a->top;
	void *p;

	if (__builtin_add_overflow(n, align - 1, &want))
		out_of_memory();
	want &= ~(align - 1);
	if (want == 0)
		want = align;
	if (!b || b->size - b->used < want) {
		size_t size = b ? b->size * 2 : BLOCK_FIRST;

		if (size > BLOCK_MAX)
			size = BLOCK_MAX;
		if (want > size / 4 && b) {
			/* keep filling the newest block afterwards */
			struct block *big = block_new(a, want);

			big->next = b->next;
			b->next = big;
			big->used = want;
			big->is_single = true;
			return big->data;
		}
		b = block_new(a, want > size ? want : size);
		if (want <= size)
			populate(b, sizeof *b + b->size);
		b->next = a->top;
		a->top = b;
	}
	p = b->data + b->used;
	b->used += want;
	return p;
}

void *
arena_alloc(struct arena *a, size_t n)
{
	return memset(arena_room(a, n), 0, n);
}

void
arena_expect(struct arena *a, size_t n)
{
	struct block *b;

	if (n <= BLOCK_FIRST || (a->top && a->top->size - a->top->used >= n))
		return;
	b = block_new(a, n < EXPECT_MAX ? n : EXPECT_MAX);
	populate(b, sizeof *b + b->size);
	b->next = a->top;
	a->top = b;
}

void *
arena_array(struct arena *a, size_t n, size_t size)
{
	size_t total;

	if (__builtin_mul_overflow(n, size, &total))
		out_of_memory();
	return arena_alloc(a, total);
}

/* What points to the block that P alone stands in; NULL where others do, or may
 * come to. */
static struct block **
block_of(struct arena *a, const void *p)
{
	struct block **at = a->top ? &a->top->next : NULL;

	while (at && *at && (*at)->data != p)
		at = &(*at)->next;
	return at && *at && (*at)->is_single ? at : NULL;
}

void *
arena_grow(struct arena *a, void *p, size_t had, size_t n, size_t size)
{
	size_t old, total;
	struct block **at, *b;
	char *bigger;

	if (__builtin_mul_overflow(n, size, &total) || total > SIZE_MAX / 2)
		out_of_memory();
	old = had < n ? had * size : total;
	at = old > BLOCK_MAX ? block_of(a, p) : NULL;
	if (at && total > old) {
		a->total += total - (*at)->size;
		b = realloc(*at, sizeof *b + total);
		if (!b)
			out_of_memory();
		b->size = b->used = total;
		*at = b;
		bigger = (char *)b->data;
	} else {
		bigger = arena_room(a, total);
		if (old)
			memcpy(bigger, p, old);
	}
	if (total > old)
		memset(bigger + old, 0, total - old);
	return bigger;
}

struct str
arena_str(struct arena *a, struct str s)
{
	return (struct str){ arena_cstr(a, s), s.n };
}

char *
arena_cstr(struct arena *a, struct str s)
{
	char *p;

	if (s.n == SIZE_MAX)
		out_of_memory();
	p = arena_alloc(a, s.n + 1);
	if (s.n)
		memcpy(p, s.p, s.n);
	return p;
}

char *
arena_strdup(struct arena *a, const char *s)
{
	return s ? arena_cstr(a, str_c(s)) : NULL;
}

char *
arena_vprintf(struct arena *a, const char *fmt, va_list ap)
{
	va_list again;
	char *p;
	int n;

	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, again);
	va_end(again);
	p = arena_alloc(a, n < 0 ? 1 : (size_t)n + 1);
	if (n > 0)
		vsnprintf(p, (size_t)n + 1, fmt, ap);
	return p;
}

char *
arena_printf(struct arena *a, const char *fmt, ...)
{
	va_list ap;
	char *p;

	va_start(ap, fmt);
	p = arena_vprintf(a, fmt, ap);
	va_end(ap);
	return p;
}

size_t
arena_size(const struct arena *a)
{
	return sizeof *a + a->total;
}
