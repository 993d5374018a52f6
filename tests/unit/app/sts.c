/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>
#include <string.h>

#include "app/command/sts.h"

#define GOOD "version: STSv1\nmode: enforce\nmax_age: 604800\nmx: a.example\n"

Test(sts, policies)
{
	static const struct {
		const char *what, *text, *error; /* a part of the first one */
		enum sts_mode mode;
		size_t mxs;
	} rows[] = {
		{ "good", GOOD, NULL, STS_ENFORCE, 1 },
		{ "CRLF, no space, no end",
			"version:STSv1\r\nmode:testing\r\nmax_age:1\r\n"
			"mx:*.a.example\r\nmx: b.example",
			NULL, STS_TESTING, 2 },
		{ "any order", "mode: none\nmax_age: 0\nversion: STSv1\n", NULL,
			STS_NONE, 0 },
		{ "unknown fields", GOOD "more: of: this\n", NULL, STS_ENFORCE,
			1 },
		{ "the first counts", GOOD "mode: none\nversion: 7\n", NULL,
			STS_ENFORCE, 1 },
		{ "empty", "", "version", STS_UNKNOWN, 0 },
		{ "another version", "version: STSv2\nmode: none\nmax_age: 1\n",
			"version is not STSv1", STS_NONE, 0 },
		{ "no mode", "version: STSv1\nmax_age: 1\nmx: a.example\n",
			"mode is missing", STS_UNKNOWN, 1 },
		{ "a mode of its own",
			"version: STSv1\nmode: report\nmax_age: 1\n"
			"mx: a.example\n",
			"mode is \"report\"", STS_UNKNOWN, 1 },
		{ "no mx", "version: STSv1\nmode: enforce\nmax_age: 1\n",
			"it names no mx", STS_ENFORCE, 0 },
		{ "no age", "version: STSv1\nmode: none\n",
			"max_age is missing", STS_NONE, 0 },
		{ "above a year",
			"version: STSv1\nmode: none\nmax_age: 31557601\n",
			"max_age is \"31557601\"", STS_NONE, 0 },
		{ "below zero", "version: STSv1\nmode: none\nmax_age: -1\n",
			"max_age is \"-1\"", STS_NONE, 0 },
		{ "a star inside", GOOD "mx: a.*.example\n",
			"mx \"a.*.example\"", STS_ENFORCE, 1 },
		{ "an address", GOOD "mx: [192.0.2.1]\n", "mx \"[192.0.2.1]\"",
			STS_ENFORCE, 1 },
		{ "HTML", "<html>\n" GOOD, "has no colon", STS_ENFORCE, 1 },
	};
	struct arena *a = arena_new();

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct sts_policy p;
		const char *first;

		sts_policy_parse(a, str_c(rows[i].text), &p);
		first = p.errors ? p.error[0] : NULL;
		cr_expect(!rows[i].error == !first, "%s: %s", rows[i].what,
			first ? first : "no error");
		if (rows[i].error && first)
			cr_expect(strstr(first, rows[i].error), "%s: %s",
				rows[i].what, first);
		cr_expect(p.mode == rows[i].mode, "%s: mode", rows[i].what);
		cr_expect(p.mxs == rows[i].mxs, "%s: mx", rows[i].what);
	}
	arena_free(&a);
}

Test(sts, hosts)
{
	static const struct {
		const char *mx, *host;
		bool fits;
	} rows[] = {
		{ "mail.a.example", "mail.a.example", true },
		{ "mail.a.example", "MAIL.a.example.", true },
		{ "mail.a.example", "mail2.a.example", false },
		{ "*.a.example", "x.a.example", true },
		{ "*.a.example", "a.example", false },
		{ "*.a.example", "y.x.a.example", false },
		{ "*.a.example", ".a.example", false },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct str mx = str_c(rows[i].mx);
		struct sts_policy p = { .mx = &mx, .mxs = 1 };

		cr_expect(sts_policy_allows(&p, str_c(rows[i].host)) ==
				  rows[i].fits,
			"%s of %s", rows[i].host, rows[i].mx);
	}
}

Test(sts, records)
{
	static const struct {
		const char *text, *id, *error;
	} rows[] = {
		{ "v=STSv1; id=20160831085700Z;", "20160831085700Z", NULL },
		{ "v=STSv1;id=1;x=y", "1", NULL },
		{ "v=STSv1;", "", "it has no id" },
		{ "v=STSv1; id=;", "", "it has no id" },
		{ "v=STSv1; id=2026-11-24;", "2026-11-24", "other characters" },
		{ "v=STSv1; id=123456789012345678901234567890123;",
			"123456789012345678901234567890123", "longer than 32" },
		{ "v=STSv10; id=1;", "", "does not begin" },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct str id;
		const char *why = sts_record_id(str_c(rows[i].text), &id);

		cr_expect(str_eq(id, str_c(rows[i].id)), "%s", rows[i].text);
		cr_expect(!why == !rows[i].error, "%s", rows[i].text);
		if (why && rows[i].error)
			cr_expect(strstr(why, rows[i].error), "%s: %s",
				rows[i].text, why);
	}
}
