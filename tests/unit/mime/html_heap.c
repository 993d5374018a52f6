/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>
#include <stdalign.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "mime/html_aside.h"
#include "mime/html_heap.h"

Test(html_heap, pieces_do_not_overlap)
{
	static const size_t rows[] = { 0, 1, 15, 16, 17, 200, 1007, 1008, 1009,
		1024, 1025, 2032, 2033, 70000, 1 << 20 };
	enum { ROWS = sizeof rows / sizeof *rows };
	struct html_heap h;
	unsigned char *p[ROWS][2];

	html_heap_init(&h, 0);
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

		html_heap_init(&h, 0);
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

	html_heap_init(&h, 0);
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

/* What is laid aside comes back as gumbo would have read it. */
Test(html_aside, back_as_it_was)
{
	static const char *const texts[] = {
		"a text that is long enough to be laid aside",
		"  blanks stay where they are, outside and   inside  ", "short",
		"a reference &amp; is for gumbo to read, not for us",
		"an old line end\r\nis made a new one, which is gumbo's work",
		"a control \x1b[31m that nobody wants to see stays with gumbo",
		"한국어로 쓴 긴 글도 그대로 돌아온다", ""
	};

	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		struct arena *a = arena_new();
		struct str text = str_c(texts[i]);
		struct html_aside s;
		struct buf b;
		GumboNode n = { .type = GUMBO_NODE_TEXT };

		buf_init(&b, 1000);
		html_aside_init(&s, a, text);
		html_aside_add(&s, &b, text);
		n.v.text.text = buf_c(&b);
		html_aside_back(&s, &n);
		cr_expect_str_eq(n.v.text.text, texts[i]);
		cr_expect(b.n <= text.n, "%s", texts[i]);
		cr_expect(s.count == (i < 2 || i == 6), "%s", texts[i]);
		buf_fini(&b);
		arena_free(&a);
	}
}

/* Marks that a letter writes itself are its text, or a piece of its own. */
Test(html_aside, foreign_marks)
{
	static const char *const rows[][2] = { { "\xee\x80\x80"
						 "0",
						       "\xee\x80\x80"
						       "0" },
		{ "\xee\x80\x80"
		  "1\xee\x80\x81",
			"\xee\x80\x80"
			"1\xee\x80\x81" },
		{ "\xee\x80\x80"
		  "99999999999999999999\xee\x80\x81",
			"\xee\x80\x80"
			"99999999999999999999\xee\x80\x81" },
		{ "x\xee\x80\x80"
		  "0\xee\x80\x81y",
			"xthis one is long enough to go asidey" } };
	struct str html = STR("this one is long enough to go aside");

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct arena *a = arena_new();
		struct html_aside s;
		struct buf b;
		GumboNode n = { .type = GUMBO_NODE_TEXT };

		buf_init(&b, 1000);
		html_aside_init(&s, a, html);
		html_aside_add(&s, &b, html);
		n.v.text.text = rows[i][0];
		html_aside_back(&s, &n);
		cr_expect_str_eq(n.v.text.text, rows[i][1], "row %zu", i);
		html_aside_init(&s, a, str_c(rows[i][0]));
		cr_expect(s.is_off, "row %zu", i);
		buf_fini(&b);
		arena_free(&a);
	}
}

/* One long piece cannot be had in many places: neither by references, nor by
 * those whose bytes something that is left out has parted. */
Test(html_aside, a_piece_is_put_back_once)
{
	static const char *const off[] = { "&#57344;0", "a &#xE000;",
		"&#X00e000 b", "&#0057344" };
	static const char *const on[] = { "&#57345;", "&#xE0000;", "&#", "&#x",
		"&#9;" };
	struct str piece = STR("this one is long enough to go aside");
	struct arena *a = arena_new();
	struct html_aside s;
	struct buf b;
	GumboNode n = { .type = GUMBO_NODE_TEXT };

	for (size_t i = 0; i < sizeof off / sizeof *off; i++) {
		html_aside_init(&s, a, str_c(off[i]));
		cr_expect(s.is_off, "%s", off[i]);
	}
	for (size_t i = 0; i < sizeof on / sizeof *on; i++) {
		html_aside_init(&s, a, str_c(on[i]));
		cr_expect(!s.is_off, "%s", on[i]);
	}
	buf_init(&b, 1000);
	html_aside_init(&s, a, piece);
	html_aside_add(&s, &b, piece);
	n.v.text.text = "\xee\x80\x80"
			"0\xee\x80\x81\xee\x80\x80"
			"0\xee\x80\x81";
	html_aside_back(&s, &n);
	cr_expect_str_eq(n.v.text.text,
		"this one is long enough to go aside\xee\x80\x80"
		"0\xee\x80\x81");
	buf_fini(&b);
	arena_free(&a);
}
