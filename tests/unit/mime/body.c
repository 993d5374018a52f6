/* SPDX-License-Identifier: GPL-3.0-or-later */
/* transfer encodings and format=flowed */
#include <criterion/criterion.h>

#include "mime/body.h"
#include "mime/flowed.h"

Test(body, decode)
{
	static const struct {
		enum body_encoding e;
		const char *raw, *want;
		size_t junk;
	} rows[] = { { BODY_BASE64, "YWJj", "abc", 0 },
		{ BODY_BASE64, "YW\r\nJjZA==", "abcd", 0 },
		{ BODY_BASE64, "YWJjZA", "abcd", 0 },
		{ BODY_BASE64, "YWJjZA==footer", "abcd", 0 },
		{ BODY_BASE64, "Y!W?Jj", "abc", 2 },
		{ BODY_BASE64, "Y", "", 1 }, { BODY_BASE64, "", "", 0 },
		{ BODY_QP, "a=3Db", "a=b", 0 },
		{ BODY_QP, "a=\nb=\r\nc", "abc", 0 },
		{ BODY_QP, "a=XYb=", "a=XYb", 1 },
		{ BODY_QP, "====\nb", "====\nb", 1 },
		{ BODY_QP, "===\nb", "===\nb", 1 },
		{ BODY_QP, "==3D", "==3D", 1 },
		{ BODY_QP, "a=e2=82=ac", "a€", 0 },
		{ BODY_UU, "begin 644 x\n#86)C\n`\nend\n", "abc", 0 },
		{ BODY_UU, "begin 644 x\nMab", "", 0 },
		{ BODY_IDENTITY, "a=3D", "a=3D", 0 } };

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct buf b;
		size_t junk;

		buf_init(&b, 1000);
		junk = body_decode(&b, rows[i].e, str_c(rows[i].raw));
		if (rows[i].e != BODY_UU) {
			cr_expect_str_eq(buf_c(&b), rows[i].want, "row %zu: %s",
				i, buf_c(&b));
			cr_expect(
				junk == rows[i].junk, "row %zu: %zu", i, junk);
		} else {
			cr_expect(str_starts(buf_str(&b), str_c(rows[i].want)),
				"row %zu", i);
		}
		buf_fini(&b);
	}
}

/* Both ways, for bytes of every kind and length. */
Test(body, round_trip)
{
	char bytes[600];

	for (size_t i = 0; i < sizeof bytes; i++)
		bytes[i] = (char)(i * 37 + i / 7);
	for (size_t n = 0; n < sizeof bytes; n += n < 20 ? 1 : 97)
		for (int qp = 0; qp < 2; qp++) {
			struct str s = { bytes, n };
			struct buf b, back;
			size_t line = 0;

			buf_init(&b, 10000);
			buf_init(&back, 10000);
			if (qp)
				body_encode_qp(&b, s, false);
			else
				body_encode_base64(&b, s);
			body_decode(
				&back, qp ? BODY_QP : BODY_BASE64, buf_str(&b));
			cr_expect(str_eq(buf_str(&back), s), "%zu", n);
			for (size_t i = 0; i < b.n; i++) {
				line = b.p[i] == '\n' ? 0 : line + 1;
				cr_expect(line <= 77);
			}
			buf_fini(&b);
			buf_fini(&back);
		}
}

Test(body, flowed)
{
	static const char *const rows[][3] = { { "a \nb\nc\n", "", "a b\nc\n" },
		{ "a \nb\n", "yes", "ab\n" },
		{ "> a \n> b\nc\n", "", "> a b\nc\n" },
		{ ">> a \n> b\n", "", ">> a \n> b\n" }, { " >a\n", "", ">a\n" },
		{ "a \n-- \nb\n", "", "a \n-- \nb\n" } };

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct buf b;

		buf_init(&b, 1000);
		flowed_undo(&b, str_c(rows[i][0]), *rows[i][1] != '\0');
		cr_expect_str_eq(
			buf_c(&b), rows[i][2], "row %zu: %s", i, buf_c(&b));
		buf_fini(&b);
	}
	{
		static const char text[] =
			"A paragraph that is longer than a line may be and so "
			"has to be cut somewhere, and then some.\n"
			" indented\n>quote of one level\nFrom here\n\n-- "
			"\nme\n";
		struct buf b, back;

		buf_init(&b, 4000);
		buf_init(&back, 4000);
		flowed_make(&b, STR(text));
		flowed_undo(&back, buf_str(&b), false);
		cr_expect_str_eq(buf_c(&back),
			"A paragraph that is longer than a line may be and so "
			"has to be cut somewhere, and then some.\n"
			" indented\n> quote of one level\nFrom here\n\n-- "
			"\nme\n");
		buf_fini(&b);
		buf_fini(&back);
	}
}
