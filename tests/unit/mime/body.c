/* SPDX-License-Identifier: GPL-3.0-or-later */
/* transfer encodings and format=flowed */
#include <criterion/criterion.h>

#include "mime/body_stream.h"
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

/* TEXT with LF for CRLF. */
static void
with_lf(struct buf *out, struct str text)
{
	for (size_t i = 0; i < text.n; i++)
		if (text.p[i] != '\r' || i + 1 == text.n ||
			text.p[i + 1] != '\n')
			buf_addc(out, text.p[i]);
}

/* In pieces of STEP: what the whole is with LF, or in base64 as it stands. */
static void
in_pieces(enum body_encoding e, struct str raw, size_t step, const char *what)
{
	struct body_stream s;
	struct buf got, lf, want;

	buf_init(&got, 1 << 20);
	buf_init(&lf, 1 << 20);
	buf_init(&want, 1 << 20);
	body_stream_init(&s, e);
	for (size_t i = 0; i < raw.n; i += step)
		body_stream_add(&s, &got, str_sub(raw, i, i + step));
	body_stream_end(&s, &got);
	body_stream_fini(&s);
	with_lf(&lf, raw);
	body_decode(&want, e, e == BODY_BASE64 ? raw : buf_str(&lf));
	cr_expect(str_eq(buf_str(&got), buf_str(&want)), "%s in %zu: %zu, %zu",
		what, step, got.n, want.n);
	buf_fini(&got);
	buf_fini(&lf);
	buf_fini(&want);
}

Test(body, a_stream_is_as_the_whole)
{
	static const char *const rows[] = { "", "YWJj",
		"YW\r\nJjZA==", "YWJjZA==footer", "Y!W?Jj", "Y", "YW", "YWJ",
		"YW=\r\n=JjZA", "====YWJj", "a=3Db", "a=\r\nb=\r\r\nc",
		"a=XYb=", "====\r\nb", "==3D",
		"a=e2=82=ac =\r\n\r\n=", "a\rb\r\r\n\r", "a =  \r\nb",
		"\n\r\n=0D=0A=\r" };
	static const size_t steps[] = { 1, 2, 3, 4, 5, 7, 16, 100 };
	char bytes[3000], line[60000];
	struct buf b;

	for (int e = BODY_IDENTITY; e <= BODY_QP; e++)
		for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
			for (size_t k = 0; k < sizeof steps / sizeof *steps;
				k++)
				in_pieces((enum body_encoding)e, str_c(rows[i]),
					steps[k], rows[i]);
	for (size_t i = 0; i < sizeof bytes; i++)
		bytes[i] = (char)(i * 37 + i / 7);
	for (int text = 0; text < 2; text++) {
		buf_init(&b, 1 << 20);
		body_encode_qp(
			&b, (struct str){ bytes, sizeof bytes }, text != 0);
		in_pieces(BODY_QP, buf_str(&b), 97, "lines");
		buf_clear(&b);
		body_encode_base64(&b, (struct str){ bytes, sizeof bytes });
		in_pieces(BODY_BASE64, buf_str(&b), 97, "lines");
		buf_fini(&b);
	}
	/* a line without end */
	for (size_t i = 0; i < sizeof line; i++)
		line[i] = "x=41=4=\r"[i % 8];
	in_pieces(BODY_QP, (struct str){ line, sizeof line }, 1, "a line");
	in_pieces(BODY_QP, (struct str){ line, sizeof line }, 40000, "a line");
	cr_expect(!body_stream_can(BODY_UU));
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
