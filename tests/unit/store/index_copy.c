/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>

#include "store/index_copy.h"

#define LONG                                                                   \
	"From: =?euc-kr?B?sei80sf2?= <k@x.example>, plain word\n"              \
	"Subject: =?ks_c_5601-1987?B?sei80sf2?=\n =?utf-8?Q?a=3D=3Fb?= x\n"    \
	"Message-ID: <1@x>\n"                                                  \
	"References: <0@x> <00@x>\n"                                           \
	"Date: Tue, 14 Nov 2023 22:13:20 +0900\n"

static const struct {
	const char *letter, *has[6], *lacks[3];
} row[] = {
	{ LONG "\nbody\n",
		{ "Message-ID: <1@x>\n", "References: <0@x> <00@x>\n",
			"Date: Tue, 14 Nov 2023 22:13:20 +0900\n",
			"Subject: 김소현a= ?b x\n", "<k@x.example>",
			"\n\nbody\n" },
		{ "=?" } },
	{ "Subject: x\nContent-Type: text/html\n\n"
	  "<p>see&nbsp;&lt;b&gt; <span style=\"display:none\">secret</span>"
	  "<a href=\"http://x.example\">there</a>\n",
		{ "Content-Type: text/html; charset=utf-8\n", "there" },
		{ "secret", "<b>", "[1]" } },
	{ "Subject: x\nContent-Type: multipart/mixed; boundary=b\n\n--b\n"
	  "Content-Type: text/plain\n\n--signet-00000001\nFrom me\n--b\n"
	  "Content-Type: application/pdf; name=\"=?euc-kr?B?sei80sf2?=.pdf\"\n"
	  "\nJVBERi0=\n--b\n"
	  "Content-Type: image/png; name=logo.png\nContent-ID: <l@x>\n\nx\n"
	  "--b\nContent-Type: a/$(id)\n\nx\n--b--\n",
		{ "multipart/mixed; boundary=\"signet-00000001\"",
			"\n --signet-00000001\n",
			"attachment; filename*=utf-8''"
			"%EA%B9%80%EC%86%8C",
			"Content-Type: image/png\n\n",
			"application/octet-stream" },
		{ "JVBERi0=", "$(id)", "logo" } },
	{ "Received: by x\n\nnobody\n",
		{ "Message-ID: <signet-sha256-", "To: undisclosed" },
		{ "From" } },
	{ "To: a\r\nSubject: a\x1b[2Jb\x07\r\n\r\n", { "Subject: a[2Jb\n" },
		{ "\x1b" } },
};

Test(index_copy, says_the_same_in_plain_words)
{
	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		struct buf b;

		buf_init(&b, INDEX_COPY);
		cr_assert(index_copy(&b, str_c(row[i].letter), false, NULL));
		for (size_t k = 0; k < 6 && row[i].has[k]; k++)
			cr_expect(strstr(buf_c(&b), row[i].has[k]),
				"%zu: no '%s' in '%s'", i, row[i].has[k],
				buf_c(&b));
		for (size_t k = 0; k < 3 && row[i].lacks[k]; k++)
			cr_expect(!strstr(buf_c(&b), row[i].lacks[k]),
				"%zu: '%s' in '%s'", i, row[i].lacks[k],
				buf_c(&b));
		buf_clear(&b);
		cr_assert(index_copy(&b, str_c(row[i].letter), true, NULL));
		cr_expect(str_ends(buf_str(&b), STR("\n\n")));
		cr_expect(!strstr(buf_c(&b), "Content-Type"));
		buf_fini(&b);
	}
}

Test(index_copy, no_letter_no_copy)
{
	struct buf b;

	buf_init(&b, INDEX_COPY);
	cr_expect(!index_copy(&b, STR(""), false, NULL));
	cr_expect(!index_copy(&b, STR("no field at all\n"), false, NULL));
	cr_expect(b.n == 0);
	buf_fini(&b);
}
