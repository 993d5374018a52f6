/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>
#include <stdalign.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "mime/html_heap.h"

Test(html_heap, pieces_do_not_overlap)
{
	static const size_t rows[] = { 0, 1, 15, 16, 17, 200, 1007, 1008, 1009,
		1024, 1025, 2032, 2033, 70000, 1 << 20 };
	enum { ROWS = sizeof rows / sizeof *rows };
	struct html_heap h;
	unsigned char *p[ROWS][2];

	html_heap_init(&h);
	for (size_t i = 0; i < ROWS; i++)
		for (int k = 0; k < 2; k++) {
			p[i][k] = html_heap_take(&h, rows[i]);
			cr_expect(
				(uintptr_t)p[i][k] % alignof(max_align_t) == 0,
				"%zu bytes", rows[i]);
			memset(p[i][k], (int)(2 * i) + k + 1, rows[i]);
		}
	for (size_t i = 0; i < ROWS; i++)
		for (int k = 0; k < 2; k++)
			for (size_t b = 0; b < rows[i]; b++)
				cr_assert(p[i][k][b] == 2 * i + (size_t)k + 1,
					"%zu bytes, at %zu", rows[i], b);
	html_heap_fini(&h);
}

Test(html_heap, what_is_given_back_is_handed_out_again)
{
	static const struct {
		size_t given, taken;
		bool is_same;
	} rows[] = { { 100, 100, true }, { 100, 97, true }, { 100, 95, false },
		{ 100, 200, false }, { 100, 5000, false },
		{ 5000, 100, false } };

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct html_heap h;
		void *p, *q;

		html_heap_init(&h);
		p = html_heap_take(&h, rows[i].given);
		html_heap_give(&h, NULL);
		html_heap_give(&h, p);
		q = html_heap_take(&h, rows[i].taken);
		cr_expect((q == p) == rows[i].is_same, "row %zu", i);
		html_heap_fini(&h);
	}
}

Test(html_heap, growing_takes_no_more_than_it_needs)
{
	struct html_heap h;

	html_heap_init(&h);
	/* a vector that doubles, many times over, as gumbo's do */
	for (int i = 0; i < 1000; i++) {
		void *was = html_heap_take(&h, 16);

		for (size_t n = 32; n <= 64 * 1024; n *= 2) {
			void *p = html_heap_take(&h, n);

			html_heap_give(&h, was);
			was = p;
		}
		html_heap_give(&h, was);
	}
	cr_expect(arena_size(h.a) < 1024 * 1024, "%zu bytes", arena_size(h.a));
	html_heap_fini(&h);
}
