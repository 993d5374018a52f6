/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>

#include "base/utf8.h"

Test(utf8, safe_lets_nothing_act_on_the_terminal)
{
	static const struct {
		const char *in, *line, *text;
	} rows[] = {
		{ "plain", "plain", "plain" },
		{ "\033[2J", "·[2J", "·[2J" },
		{ "a\r\nb", "a b", "a\nb" },
		{ "a\rb", "a·b", "a·b" },
		{ "a\tb", "a b", "a       b" },
		{ "\xc2\x9b"
		  "0m",
			"·0m", "·0m" },
		{ "\xff\xfe", "\xef\xbf\xbd\xef\xbf\xbd",
			"\xef\xbf\xbd\xef\xbf\xbd" },
		{ "\xc0\x80", "\xef\xbf\xbd\xef\xbf\xbd",
			"\xef\xbf\xbd\xef\xbf\xbd" },
		{ "\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd",
			"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd" },
		{ "x\xe2\x80\xaey", "x·y", "x·y" },
		{ "x\xe2\x80\xa8y", "x·y", "x·y" },
		{ "x\xf3\xa0\x81\x81y", "x·y", "x·y" },
		{ "한글", "한글", "한글" },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct buf b;

		buf_init(&b, 1000);
		utf8_safe(&b, str_c(rows[i].in), UTF8_LINE);
		cr_expect_str_eq(buf_c(&b), rows[i].line, "line %zu: '%s'", i,
			buf_c(&b));
		buf_clear(&b);
		utf8_safe(&b, str_c(rows[i].in), UTF8_TEXT);
		cr_expect_str_eq(buf_c(&b), rows[i].text, "text %zu: '%s'", i,
			buf_c(&b));
		buf_fini(&b);
	}
}

Test(utf8, combining_marks_have_a_limit)
{
	struct buf in, out;

	buf_init(&in, 10000);
	buf_init(&out, 10000);
	buf_addc(&in, 'e');
	for (int i = 0; i < 1000; i++)
		utf8_add(&in, 0x301);
	utf8_safe(&out, buf_str(&in), UTF8_LINE);
	cr_expect(out.n == 1 + 8 * 2);
	buf_fini(&in);
	buf_fini(&out);
}

Test(utf8, width_and_cut_count_cells)
{
	static const struct {
		const char *s;
		size_t width, cut3;
	} rows[] = {
		{ "abc", 3, 3 },
		{ "한글", 4, 3 },
		{ "a한글", 5, 4 },
		{ "e\xcc\x81x", 2, 4 },
		{ "ab\xcc\x81\xcc\x81", 2, 6 },
		{ "✓✗∘", 3, 9 },
		{ "", 0, 0 },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct str s = str_c(rows[i].s);

		cr_expect(utf8_width(s) == rows[i].width, "'%s' is %zu wide",
			rows[i].s, utf8_width(s));
		cr_expect(utf8_cut(s, 3, NULL) == rows[i].cut3, "'%s' cut %zu",
			rows[i].s, utf8_cut(s, 3, NULL));
	}
}
