/* SPDX-License-Identifier: GPL-3.0-or-later */
/* labels, decoding, guessing */
#include <criterion/criterion.h>

#include "mime/charset.h"

Test(charset, labels)
{
	static const char *const rows[][2] = { { "EUC-KR", "EUC-KR" },
		{ "ks_c_5601-1987", "EUC-KR" }, { "cp949", "EUC-KR" },
		{ "gb2312", "GB18030" }, { "Shift_JIS", "Shift_JIS" },
		{ "latin1", "windows-1252" }, { " utf-8 ", "UTF-8" },
		{ "UTF8", "UTF-8" }, { "utf-8*ko", "UTF-8" },
		{ "\"utf-8\"", "UTF-8" }, { "iso-8859-9", "windows-1254" },
		{ "johab", "Johab" }, { "unicode-1-1-utf-7", "UTF-7" },
		{ "x-nobody", NULL }, { "", NULL } };

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const char *name = charset_name(str_c(rows[i][0]));

		if (!rows[i][1])
			cr_expect(name == NULL, "%s", rows[i][0]);
		else
			cr_expect(name && strcmp(name, rows[i][1]) == 0,
				"%s is %s", rows[i][0], name ? name : "-");
	}
}

Test(charset, decode)
{
	static const char *const rows[][3] = {
		{ "euc-kr", "\xb0\xa1\x8c\x63", "가똠" }, /* CP949's too */
		{ "johab", "\x88\x61", "가" },
		{ "iso-2022-kr", "\033$)C\n\x0e\x30\x21\x0f x", "\n가 x" },
		{ "shift_jis", "\x82\xa0\x87\x40", "あ①" },
		{ "iso-2022-jp", "\033$B$\"\033(Bx", "あx" },
		{ "euc-jp", "\xa4\xa2", "あ" },
		{ "gb2312", "\xc4\xe3\xba\xc3", "你好" },
		{ "hz-gb-2312", "~{Dc:C~}x", "你好x" },
		{ "big5", "\xa7\x41\xa6\x6e", "你好" },
		{ "iso-8859-1", "\x80\xe9", "€é" },
		{ "windows-1251", "\xcf\xf0\xe8", "При" },
		{ "koi8-r", "\xf0\xd2\xc9", "При" },
		{ "windows-874", "\xa1\x80", "ก€" },
		{ "windows-1255", "\xf9\xec", "של" },
		{ "utf-7", "+rAA-x", "가x" },
		{ "utf-16", "\xff\xfe\x00\xac\x41", "가\xef\xbf\xbd" },
		{ "utf-8",
			"a\xff"
			"b 가나",
			"a\xef\xbf\xbd"
			"b 가나" },
		{ "utf-8", "e\xcc\x81", "é" },
		/* labels that lie */
		{ "us-ascii", "\xea\xb0\x80", "가" },
		{ "utf-8", "\xb0\xa1\xb3\xaa\xb4\xd9\xb6\xf3", "가나다라" },
		{ "euc-kr", "한글로 쓴 UTF-8", "한글로 쓴 UTF-8" },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct buf b;

		buf_init(&b, 1000);
		charset_decode(&b, str_c(rows[i][0]),
			i == 15 ? STR("\xff\xfe\x00\xac\x41")
				: str_c(rows[i][1]),
			NULL);
		cr_expect_str_eq(buf_c(&b), rows[i][2], "%zu %s gives %s", i,
			rows[i][0], buf_c(&b));
		buf_fini(&b);
	}
}

Test(charset, guess)
{
	static const struct {
		const char *bytes, *region, *label;
	} rows[] = { { "abc", NULL, "utf-8" }, { "한글", NULL, "utf-8" },
		{ "\xb0\xa1\xb3\xaa\xb4\xd9\xb6\xf3\xb8\xb6", NULL, "euc-kr" },
		{ "\xc4\xe3\xba\xc3\xa3\xac\xd6\xd0\xb9\xfa", NULL, "gb18030" },
		{ "\x82\xb1\x82\xf1\x82\xc9\x82\xbf\x82\xcd", NULL,
			"shift_jis" },
		{ "\xa4\xb3\xa4\xf3\xa4\xcb\xa4\xc1\xa4\xcf", NULL, "euc-jp" },
		{ "\xf0\xd2\xc9\xd7\xc5\xd4 \xcd\xc9\xd2", NULL, "koi8-r" },
		{ "\xcf\xf0\xe8\xe2\xe5\xf2 \xec\xe8\xf0", NULL,
			"windows-1251" },
		{ "\xbf\xe0\xd8\xd2\xd5\xe2 \xdc\xd8\xe0", NULL, "iso-8859-5" },
		{ "\x93\xfa\x96\x7b\x8c\xea\x93\xfa\x96\x7b\x8c\xea", NULL,
			"shift_jis" },
		{ "it\x92s what they\x92re for, isn\x92t it", NULL,
			"windows-1252" },
		{ "\x93quoted\x94 \x97 text", NULL, "windows-1252" },
		{ "f\xfcr Gr\xfc\xdf"
		  "e aus M\xfcnchen",
			NULL, "windows-1252" },
		{ "caf\xe9 au lait", NULL, "windows-1252" },
		{ "\xc7\xe1\xc3", "ar", "windows-1256" },
		/* two characters of which one has lost a byte, and one cut */
		{ "\xed\x95\x9c\xea\xb8\x80 \xec\xa0 \xec\xa0\x9c\xeb", NULL,
			"utf-8" },
		{ "\xa4\xb3\xa4\xf3\xa4\xcb\xa4\xc1\xa4\xcf\xa1\xa3\xca\xb8"
		  "\xbb\xfa\xa4\xce\xbb\xee\xb8\xb3\xa4\xc7\xa4\xb9",
			NULL, "euc-jp" },
		{ "\xa4\xa4\xa4\xe5\xb3\xa3\xa4\x48\xa4\x6a\xa4\x70", NULL,
			"big5" },
		{ "  \xb7Merchants\n  \xb7"
		  "Free of charge\n", NULL,
			"windows-1252" },
		{ "\xd3\xcf\xd4\xd2\xd5\xc4\xce\xc9\xc5 \xd3\xc9\xcc\xc1", NULL,
			"koi8-r" },
		{ "\033$)C\n\x0e!!\x0f", NULL, "iso-2022-kr" } };

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const char *got =
			charset_guess(str_c(rows[i].bytes), rows[i].region);

		cr_expect_str_eq(got, rows[i].label, "row %zu: %s", i, got);
	}
}
