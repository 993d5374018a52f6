/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/imap.h"

/* "1:20 2(mixed)"; a multipart is "N+". */
static void
print(struct buf *out, const struct imap_part *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (p[i].is_multi)
			buf_printf(out, "%s%u/%s+", i ? " " : "", p[i].depth,
				p[i].number);
		else
			buf_printf(out, "%s%u/%s:%llu", i ? " " : "",
				p[i].depth, p[i].number,
				(unsigned long long)p[i].octets);
}

#define TEXT(n) "(\"text\" \"plain\" NIL NIL NIL \"7bit\" " n " 3)"

Test(structure, tells_numbers_and_sizes_of_parts_or_nothing)
{
	static const struct {
		const char *text, *want; /* NULL: it is none */
	} rows[] = {
		{ TEXT("20"), "0/1:20" },
		{ "(" TEXT("20") TEXT("21") " \"mixed\")",
			"0/+ 1/1:20 1/2:21" },
		{ "((" TEXT("1") " " TEXT(
			  "2") " \"alternative\" (\"a\" \"b\") "
			       "NIL) (\"IMAGE\" \"PNG\" (\"name\" "
			       "\"a(b)\\\"c.png\") \"<i>\" "
			       "{3}\r\n)(\" \"base64\" 4294967295 NIL "
			       "(\"attachment\" "
			       "(\"filename\" \"x\")) NIL) \"mixed\")",
			"0/+ 1/1+ 2/1.1:1 2/1.2:2 1/2:4294967295" },
		{ "(\"message\" \"rfc822\" NIL NIL NIL \"7bit\" 342 (\"date\" "
		  "\"s\" NIL NIL NIL NIL NIL NIL NIL NIL) " TEXT("9") " 12)",
			"0/1:342" },
		{ "", NULL },
		{ "NIL", NULL },
		{ "()", NULL },
		{ "(())", NULL },
		{ "(\"text\" \"plain\")", NULL },
		{ "(\"text\" \"plain\" NIL NIL NIL \"7bit\" NIL 3)", NULL },
		{ TEXT("-1"), NULL },
		{ TEXT("4294967296"), NULL },
		{ "(\"text\" \"plain\" NIL NIL NIL \"7bit\" 20 3", NULL },
		{ "(" TEXT("20") " \"mixed\"", NULL },
		{ "(\"text\" \"plain\" (\"a\" (NIL NIL NIL \"7bit\" 20 3)",
			NULL },
		{ "(\"text\" \"plain\" {999}\r\nx NIL NIL \"7bit\" 20 3)",
			NULL },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct arena *a = arena_new();
		struct imap_part *p;
		struct buf got;
		size_t n;
		bool is_good =
			imap_read_structure(a, str_c(rows[i].text), &p, &n);

		buf_init(&got, 1000);
		print(&got, p, n);
		cr_expect(is_good == (rows[i].want != NULL), "row %zu", i);
		cr_expect_str_eq(buf_c(&got),
			is_good && rows[i].want ? rows[i].want : "", "row %zu",
			i);
		buf_fini(&got);
		arena_free(&a);
	}
}

Test(structure, has_ceilings)
{
	struct arena *a = arena_new();
	struct buf text;
	struct imap_part *p;
	size_t n;

	buf_init(&text, 4 << 20);
	buf_addc(&text, '(');
	for (int i = 0; i < LIMIT_MIME_PARTS - 1; i++)
		buf_adds(&text, TEXT("5"));
	buf_adds(&text, " \"mixed\")");
	cr_expect(imap_read_structure(a, buf_str(&text), &p, &n));
	cr_expect(n == LIMIT_MIME_PARTS);
	buf_clear(&text);
	buf_addc(&text, '(');
	for (int i = 0; i < LIMIT_MIME_PARTS; i++)
		buf_adds(&text, TEXT("5"));
	buf_adds(&text, " \"mixed\")");
	cr_expect(!imap_read_structure(a, buf_str(&text), &p, &n));
	buf_clear(&text);
	for (int i = 0; i < 100000; i++)
		buf_addc(&text, '(');
	cr_expect(!imap_read_structure(a, buf_str(&text), &p, &n));
	buf_fini(&text);
	arena_free(&a);
}
