/* SPDX-License-Identifier: GPL-3.0-or-later */
/* encoded words both ways */
#include <criterion/criterion.h>

#include "mime/word.h"

Test(word, decode)
{
	static const char *const rows[][2] = {
		{ "plain", "plain" },
		{ "=?utf-8?Q?a_b=3D?=", "a b=" },
		{ "=?utf-8?q?a?= =?utf-8?q?b?=", "ab" },
		{ "=?utf-8?q?a?= b =?utf-8?q?c?=", "a b c" },
		{ "=?utf-8?q?a?=\r\n =?utf-8?q?b?=", "ab" },
		/* one character over two words */
		{ "=?utf-8?B?6rA=?= =?utf-8?B?gA==?=", "가" },
		{ "=?euc-kr?B?sKE=?=", "가" },
		{ "=?ks_c_5601-1987?B?sKGwogAA?=", "가각" },
		{ "=?iso-2022-kr?Q?=1B$)C=0E0!=0F?=", "가" },
		{ "=?utf-8*ko?Q?a?=", "a" },
		{ "=?x-unknown?Q?a?=", "a" },
		{ "=?utf-8?Q?a b?=", "a b" },
		{ "=?utf-8?Q?a?=b", "ab" },
		{ "=?utf-8?X?a?=", "=?utf-8?X?a?=" },
		{ "=?utf-8?Q?never", "=?utf-8?Q?never" },
		/* the end of the first one is missing */
		{ "=?utf-8?B?YWJj =?utf-8?B?ZGVm?=", "=?utf-8?B?YWJj def" },
		{ "=?utf-8?Q?a =?utf-8?Q?b?=", "=?utf-8?Q?a b" },
		{ "=?utf-8?Q?a=?b?=", "a=?b" },
		{ "=?utf-8?B?YQ?=", "a" },
		{ "\xb0\xa1\xb3\xaa\xb4\xd9 \xb6\xf3", "가나다 라" },
		{ "e\xcc\x81", "\xc3\xa9" },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct buf b;

		buf_init(&b, 1000);
		word_decode(&b, str_c(rows[i][0]), "ko");
		if (i == 7) /* NULs are the reader's business */
			buf_cut(&b, 6);
		cr_expect_str_eq(buf_c(&b), rows[i][1], "%s gives %s",
			rows[i][0], buf_c(&b));
		buf_fini(&b);
	}
}

/* What is encoded is 7-bit, folded, begins no field and decodes to itself. */
Test(word, encode)
{
	static const char *const rows[] = { "plain text", "", "김소현",
		"Grüße an alle, die dies lesen und nicht wissen, wie lang es "
		"noch wird, bis der Umbruch kommt",
		"한국어로 쓴 아주 긴 제목이 여러 줄로 나뉘어도 글자는 깨지지 "
		"않아야 한다는 것을 보이는 제목",
		"=?utf-8?q?not_a_word?=", "a = b ? c", "\"quoted\"", "dot.dot",
		"Doe, Jane" };

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		for (int phrase = 0; phrase < 2; phrase++) {
			struct buf b, back;
			size_t line = 9;

			buf_init(&b, 10000);
			buf_init(&back, 10000);
			if (phrase)
				word_encode_phrase(&b, str_c(rows[i]), 9);
			else
				word_encode(&b, str_c(rows[i]), 9);
			for (size_t k = 0; k < b.n; k++) {
				cr_expect((b.p[k] & 0x80) == 0, "%s", rows[i]);
				line = b.p[k] == '\n' ? 0 : line + 1;
				cr_expect(line <= 78, "%s: %s", rows[i],
					buf_c(&b));
				if (b.p[k] == '\n')
					cr_expect(b.p[k + 1] == ' ', "%s",
						rows[i]);
			}
			if (phrase && b.n && b.p[0] == '"') {
				buf_fini(&b);
				buf_fini(&back);
				continue;
			}
			word_decode(&back, buf_str(&b), NULL);
			cr_expect_str_eq(
				buf_c(&back), rows[i], "%s", buf_c(&b));
			buf_fini(&b);
			buf_fini(&back);
		}
}

Test(word, injection)
{
	struct buf b;

	buf_init(&b, 1000);
	word_encode(&b, STR("a\r\nBcc: x@y\0z"), 9);
	cr_expect(strchr(buf_c(&b), '\r') == NULL);
	cr_expect(strchr(buf_c(&b), '\n') == NULL);
	buf_fini(&b);
}
