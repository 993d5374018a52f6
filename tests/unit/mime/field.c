/* SPDX-License-Identifier: GPL-3.0-or-later */
/* addresses, dates, identifiers, parameters */
#include <criterion/criterion.h>

#include "mime/field.h"

/* "name|addr|group;…", "?" behind mere words and "!" where it is malformed */
static void
print(struct buf *out, const struct field_addresses *l)
{
	for (size_t i = 0; i < l->count; i++)
		buf_printf(out, "%s%.*s|%.*s|%.*s", i ? ";" : "",
			STR_ARG(l->item[i].name), STR_ARG(l->item[i].addr),
			STR_ARG(l->item[i].group));
	for (size_t i = 0; i < l->count; i++)
		if (l->item[i].is_words)
			buf_adds(out, "?");
	if (l->is_malformed)
		buf_adds(out, "!");
}

Test(field, addresses)
{
	static const char *const rows[][2] = {
		{ "a@b.example", "|a@b.example|" },
		{ "Ann <a@b.example>, <c@d.example>",
			"Ann|a@b.example|;|c@d.example|" },
		{ "\"Doe, Jane\" <j@x.example>", "Doe, Jane|j@x.example|" },
		{ "j@x.example (Jane Doe)", "Jane Doe|j@x.example|" },
		{ "team: a@b.example, c@d.example;",
			"|a@b.example|team;|c@d.example|team" },
		{ "undisclosed-recipients:;", "" },
		{ "a @ b . example", "|a@b.example|" },
		{ "<@r1.example,@r2.example:a@b.example>", "|a@b.example|" },
		{ "\"a b\"@c.example", "|\"a b\"@c.example|" },
		{ "a@[192.0.2.1]", "|a@[192.0.2.1]|" },
		{ "=?utf-8?B?6rmA7IaM7ZiE?= <a@b.example>",
			"김소현|a@b.example|" },
		{ "=?utf-8?Q?Doe,_J.?= <j@x.example>", "Doe, J.|j@x.example|" },
		{ "a@b.example,, c@d.example,", "|a@b.example|;|c@d.example|" },
		{ "a(c(d)e)@b.example", "c(d)e|a@b.example|" },
		/* none of these may pass for right */
		{ "a@b@c.example", "|a@b@c.example|!" },
		{ "a@b.example c@d.example", "|a@b.example|!" },
		{ "Ann <a@b.example", "Ann|a@b.example|!" },
		{ "Ann <a@b.example> Bob <c@d.example>",
			"Ann|a@b.example|;Bob|c@d.example|!" },
		{ "a..b@c.example", "|a..b@c.example|!" },
		{ "a@b.example;", "|a@b.example|!" },
		{ "Ann", "|Ann|!" },
		{ "Ann Doe", "|\"Ann Doe\"|?!" },
		{ "\"Ann Doe\"", "|\"Ann Doe\"|!" },
		{ "<>", "||!" },
		{ "<a@b.exa mple>", "|a@b.exa|!" },
		{ "<some body@c.example>", "|\"some body\"@c.example|!" },
		{ "<Undisclosed-Recipient:;>", "!" },
		{ "<Undisclosed-Recipient:;@a.example>", "!" },
		{ "<undisclosed-recipients:@a.example;>", "!" },
		{ "<a:b@c.example>", "|a:b@c.example|!" },
		{ "Ann <Undisclosed-Recipient:;>, <a@b.example>",
			"|a@b.example|!" },
		{ "\"Ann <a@b.example>", "|\"Ann <a@b.example>\"|!" },
		{ "g: a@b.example", "|a@b.example|g!" },
		{ "a@-", "|a@-|" },
		{ "a@b.example.", "|a@b.example|" },
		{ "a@b.example..", "|a@b.example..|" },
	};
	struct arena *a = arena_new();

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct field_addresses l =
			field_addresses(a, str_c(rows[i][0]), NULL);
		struct buf b;

		buf_init(&b, 4096);
		print(&b, &l);
		cr_expect_str_eq(buf_c(&b), rows[i][1], "%s gives %s",
			rows[i][0], buf_c(&b));
		buf_fini(&b);
	}
	arena_free(&a);
}

Test(field, mailbox)
{
	static const struct {
		const char *text;
		bool ascii, utf8;
	} rows[] = { { "a@b.example", true, true },
		{ "a.b+c@d.example", true, true },
		{ "김@b.example", false, true }, { "a", false, false },
		{ "@b", false, false }, { "a@", false, false },
		{ "a b@c", false, false }, { "a@b\r\nc", false, false },
		{ "a@b>", false, false }, { ".a@b", false, false },
		{ "\"a b\"@c.example", true, true } };

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct str s = str_c(rows[i].text);

		cr_expect(field_is_mailbox(s, false) == rows[i].ascii, "%s",
			rows[i].text);
		cr_expect(field_is_mailbox(s, true) == rows[i].utf8, "%s",
			rows[i].text);
	}
}

Test(field, dates)
{
	static const struct {
		const char *text;
		long long time;
		int zone;
	} rows[] = {
		{ "Tue, 03 Mar 2026 09:15:42 +0900", 1772496942, 540 },
		{ "3 Mar 2026 00:15 GMT", 1772496900, 0 },
		{ "Tue Mar  3 00:15:42 2026", 1772496942, 0 },
		{ "2026-03-03T09:15:42+09:00", 1772496942, 540 },
		{ "03 Mar 26 09:15:42 +0900 (KST)", 1772496942, 540 },
		{ "Tue, 03 Mar 96 00:15:42 Z", 825812142, 0 },
		{ "Mon, 02 Mar 2026 19:15:42 EST", 1772496942, -300 },
		{ "(x (y)) 3 (z) Mar 2026 00:15:42 -0000", 1772496942, 0 },
		{ "3 Mar 126 00:15:42 +0000", 1772496942, 0 },
		{ "Mon, 2 Mar 2026 19:15:42 +-0500", 1772496942, -300 },
		{ "T(ue, 3 Mar 026 00:15:42 +0000 (x)", 1772496942, 0 },
	};
	static const char *const none[] = { "", "yesterday", "32 Mar 2026",
		"3 Foo 2026 00:00", "((((", "Mar 2026 00:00:00" };
	int64_t t;
	int zone;

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		cr_assert(field_date(str_c(rows[i].text), &t, &zone), "%s",
			rows[i].text);
		cr_expect(t == rows[i].time, "%s gives %lld", rows[i].text,
			(long long)t);
		cr_expect(zone == rows[i].zone, "%s: %d", rows[i].text, zone);
	}
	for (size_t i = 0; i < sizeof none / sizeof *none; i++)
		cr_expect(!field_date(str_c(none[i]), &t, NULL), "%s", none[i]);
	/* printed and read again */
	for (long long n = -86400LL * 365 * 100; n < 1LL << 33;
		n += 86400LL * 97 + 3723) {
		struct buf b;

		buf_init(&b, 100);
		field_print_date(&b, n, (int)(n / 7 % 720));
		cr_assert(field_date(buf_str(&b), &t, &zone) && t == n, "%s",
			buf_c(&b));
		buf_fini(&b);
	}
}

Test(field, ids)
{
	static const char *const rows[][2] = { { "<a@b>", "a@b" },
		{ "<a@b> <c@d>", "a@b c@d" }, { "<a@b><c@d>", "a@b c@d" },
		{ "<a @\r\n b>", "a@b" }, { "a@b c@d", "a@b c@d" },
		{ "<<a@b>>", "a@b" }, { "word (<x@y>) <a@b>", "a@b" },
		{ "", "" }, { "word", "" }, { "<a@b", "a@b" },
		{ "a@b (c) d@e", "a@b d@e" },
		{ "a@b.example's letter of \"Tue, 03 Mar 2026\"", "" } };
	struct arena *a = arena_new();

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct field_ids l = field_ids(a, str_c(rows[i][0]));
		struct buf b;

		buf_init(&b, 1000);
		for (size_t k = 0; k < l.count; k++)
			buf_printf(
				&b, "%s%.*s", k ? " " : "", STR_ARG(l.id[k]));
		cr_expect_str_eq(buf_c(&b), rows[i][1], "%s gives %s",
			rows[i][0], buf_c(&b));
		buf_fini(&b);
	}
	arena_free(&a);
}

Test(field, id_written)
{
	static const char *const rows[][2] = { { "<a@b>", "a@b" },
		{ " (c) <a 1\r\n\t2@b>", "a 1 2@b" }, { "<<a@b>>", "a@b" },
		{ "<a@b (c) with <d@e>>", "a@b (c) with <d@e" },
		{ "a@b", "a@b" }, { "a  b", "a b" }, { "", "" },
		{ "(<", "" }, { "<", "" } };
	struct arena *a = arena_new();

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct str id = field_id_written(a, str_c(rows[i][0]));

		cr_expect(str_eq(id, str_c(rows[i][1])), "%s gives %.*s",
			rows[i][0], STR_ARG(id));
	}
	arena_free(&a);
}

Test(field, params)
{
	/* the value of "filename" of each */
	static const char *const rows[][2] = {
		{ "attachment; filename=a.txt", "a.txt" },
		{ "attachment; filename=\"a b.txt\"", "a b.txt" },
		{ "attachment; filename=a b.txt", "a b.txt" },
		{ "attachment; filename=\"a\\\"b\"", "a\"b" },
		{ "attachment; filename*=utf-8''%EA%B0%80.txt", "가.txt" },
		{ "attachment; filename*=utf-8'ko'%EA%B0%80.txt", "가.txt" },
		{ "attachment; filename*=euc-kr''%B0%A1.txt", "가.txt" },
		{ "attachment; filename*0=\"ab\"; filename*1=\"cd\"", "abcd" },
		{ "attachment; filename*1=\"cd\"; filename*0=\"ab\"", "abcd" },
		{ "x; filename*0*=utf-8''%EA%B0; filename*1*=%80.txt",
			"가.txt" },
		{ "x; filename=\"=?euc-kr?B?sKE=?=.txt\"", "가.txt" },
		{ "x; filename=plain; filename*=utf-8''better", "better" },
		{ "x; filename=first; filename=second", "first" },
		{ "x; filename=\"\xb0\xa1\xb3\xaa\xb4\xd9\"", "가나다" },
		{ "x; filename=\"가\"", "가" },
		{ "x; filename=\"open", "open" },
		{ "x; name=n filename=f", "f" },
		{ "x;; ;filename=f;", "f" },
		{ "x (c) ; filename (c) = (c) f", "f" },
		{ "x; other=f", "" },
	};
	struct arena *a = arena_new();

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct field_params p =
			field_params(a, str_c(rows[i][0]), "ko");
		struct str v = field_param(&p, "filename");

		cr_expect(str_eq(v, str_c(rows[i][1])), "%s gives %.*s",
			rows[i][0], STR_ARG(v));
	}
	arena_free(&a);
}
