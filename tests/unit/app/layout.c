/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/sync/layout.h"

#define TEXT "(\"text\" \"plain\" NIL NIL NIL \"7bit\" 20 3)"
#define MULTI(b) "Content-Type: multipart/mixed; boundary=" b "\r\n\r\n"
#define PLAIN "Content-Type: text/plain\r\n\r\n"

Test(layout, puts_a_letter_together_or_says_that_it_cannot)
{
	static const struct {
		const char *header, *structure;
		const char *head[4]; /* of all parts, that of the root too */
		const char *want;    /* "@1@" for a body, or NULL */
	} rows[] = {
		{ "Subject: a\r\n\r\n", TEXT, { "" }, "Subject: a\r\n\r\n@1@" },
		/* a server may leave the empty line out */
		{ "Subject: a\r\n", TEXT, { "" }, "Subject: a\r\n\r\n@1@" },
		{ "", TEXT, { "" }, "\r\n@1@" },
		{ MULTI("x"), "(" TEXT TEXT " \"mixed\")",
			{ "", PLAIN,
				"Content-Type: image/png; name=a\r\n\r\n" },
			MULTI("x") "--x\r\n" PLAIN "@1@\r\n--x\r\nContent-Type:"
				   " image/png; name=a\r\n\r\n@2@\r\n--x--"
				   "\r\n" },
		{ MULTI("x"), "((" TEXT " \"alternative\") \"mixed\")",
			{ "", MULTI("\"y z\""), PLAIN },
			MULTI("x") "--x\r\n" MULTI(
				"\"y z\"") "--y z\r\n" PLAIN "@1.1@\r\n--y "
					   "z--\r\n\r\n--x--\r\n" },
		{ MULTI("x"),
			"((\"message\" \"rfc822\" NIL NIL NIL \"7bit\" 9 NIL "
			"NIL"
			" 1) \"mixed\")",
			{ "", "Content-Type: message/rfc822\r\n\r\n" },
			MULTI("x") "--x\r\nContent-Type: message/rfc822\r\n\r\n"
				   "@1@\r\n--x--\r\n" },
		/* it says multipart, and its header does not */
		{ PLAIN, "(" TEXT " \"mixed\")", { "", PLAIN }, NULL },
		{ "Content-Type: multipart/mixed\r\n\r\n",
			"(" TEXT " \"mixed\")", { "", PLAIN }, NULL },
		/* the other way round */
		{ MULTI("x"), TEXT, { "" }, NULL },
		/* a part whose header makes something else of it */
		{ MULTI("x"), "(" TEXT " \"mixed\")", { "", MULTI("y") },
			NULL },
		{ MULTI("x"), "(" TEXT TEXT " \"mixed\")",
			{ "", PLAIN, "A: b\r\n\r\n--x--\r\n" }, NULL },
		{ MULTI("x"), "(" TEXT TEXT " \"mixed\")",
			{ "", PLAIN "\r\n--x\r\n" PLAIN "\r\n--x--\r\n",
				PLAIN },
			NULL },
		{ MULTI("x"), "((" TEXT " \"alternative\") \"mixed\")",
			{ "", MULTI("x"), PLAIN },
			MULTI("x") "--x\r\n" MULTI(
				"x") "--x\r\n" PLAIN
				     "@1.1@\r\n--x--\r\n\r\n--x--\r\n" },
		{ "Content-Type: multipart/mixed; "
		  "boundary*=us-ascii''x%0D%0AX\r\n\r\n",
			"(" TEXT " \"mixed\")", { "", PLAIN }, NULL },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct arena *a = arena_new();
		struct str head[4];
		struct layout_piece *l;
		struct imap_part *p;
		struct buf got;
		size_t n, count;
		bool is_good;

		cr_assert(imap_read_structure(
				  a, str_c(rows[i].structure), &p, &n),
			"row %zu", i);
		for (size_t k = 0; k < 4; k++)
			head[k] = str_c(rows[i].head[k] ? rows[i].head[k] : "");
		is_good = layout_make(
			a, str_c(rows[i].header), p, head, n, &l, &count);
		buf_init(&got, 4000);
		for (size_t k = 0; k < count; k++) {
			buf_add(&got, l[k].text);
			if (l[k].leaf)
				buf_printf(&got, "@%s@", l[k].leaf->number);
		}
		cr_expect(is_good == (rows[i].want != NULL), "row %zu: %s", i,
			buf_c(&got));
		if (is_good && rows[i].want)
			cr_expect_str_eq(
				buf_c(&got), rows[i].want, "row %zu", i);
		buf_fini(&got);
		arena_free(&a);
	}
}
