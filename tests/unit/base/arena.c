/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>

#include "base/arena.h"

/* Memory that was expected, or that malloc had before, is set to zero like any
 * other, and nothing overlaps. */
Test(arena, what_is_expected_is_clean)
{
	static const size_t expect[] = { 0, 1, 5000, 100000, 10000000 };

	arena_warm();
	for (size_t i = 0; i < sizeof expect / sizeof *expect; i++) {
		struct arena *a = arena_new();
		char *dirty, *p[100];

		arena_expect(a, expect[i]);
		cr_expect(arena_size(a) <= (1 << 20) + 4096, "%zu",
			arena_size(a));
		dirty = arena_room(a, 3000);
		memset(dirty, 'x', 3000);
		arena_reset(a);
		for (size_t k = 0; k < 100; k++) {
			p[k] = arena_alloc(a, 1 + 17 * k);
			for (size_t b = 0; b < 1 + 17 * k; b++)
				cr_assert(p[k][b] == 0);
			memset(p[k], (int)k + 1, 1 + 17 * k);
		}
		for (size_t k = 0; k < 100; k++)
			cr_expect(p[k][17 * k] == (char)(k + 1));
		arena_free(&a);
	}
}

/* What grows keeps what was in it, whatever is asked for in between, and a
 * large piece takes no more than it has. */
Test(arena, growing)
{
	struct arena *a = arena_new();
	unsigned *p = NULL, *q = NULL;
	size_t cap = 0;

	for (unsigned i = 0; i < 500000; i++) {
		if (i == cap) {
			p = arena_grow(a, p, cap, cap ? cap * 2 : 8, sizeof *p);
			q = arena_grow(a, q, cap, cap ? cap * 2 : 8, sizeof *q);
			cap = cap ? cap * 2 : 8;
			cr_assert(p[i] == 0 && q[i] == 0);
			arena_printf(a, "%u", i);
		}
		p[i] = i;
		q[i] = ~i;
	}
	for (unsigned i = 0; i < 500000; i++)
		cr_assert(p[i] == i && q[i] == ~i);
	cr_expect(arena_size(a) < 2 * cap * sizeof *p + 2000000, "%zu",
		arena_size(a));
	arena_free(&a);
}
