/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>

#include "base/arena.h"
#include "base/str.h"

Test(str, numbers_have_a_ceiling)
{
	static const struct {
		const char *in;
		uint64_t max;
		bool ok;
		uint64_t out;
	} rows[] = {
		{ "0", 10, true, 0 },
		{ "4294967295", UINT32_MAX, true, UINT32_MAX },
		{ "4294967296", UINT32_MAX, false, 0 },
		{ "18446744073709551615", UINT64_MAX, true, UINT64_MAX },
		{ "18446744073709551616", UINT64_MAX, false, 0 },
		{ "", 10, false, 0 },
		{ "-1", 10, false, 0 },
		{ "1 ", 10, false, 0 },
		{ "000000000000000000000", 10, false, 0 },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		uint64_t v = 0;
		bool ok = str_to_u64(str_c(rows[i].in), rows[i].max, &v);

		cr_expect(ok == rows[i].ok && v == rows[i].out, "'%s'",
			rows[i].in);
	}
}

Test(str, split_gives_empty_fields_too)
{
	struct str rest = STR("a,,b,"), out;

	cr_expect(str_split(&rest, ',', &out) && str_eq(out, STR("a")));
	cr_expect(str_split(&rest, ',', &out) && out.n == 0);
	cr_expect(str_split(&rest, ',', &out) && str_eq(out, STR("b")));
	cr_expect(str_split(&rest, ',', &out) && out.n == 0);
	cr_expect(!str_split(&rest, ',', &out));
}

Test(str, find)
{
	cr_expect(str_find(STR("abcabd"), STR("abd")) == 3);
	cr_expect(str_find(STR("aaa"), STR("aaaa")) == -1);
	cr_expect(str_ifind(STR("x-YES"), STR("yes")) == 2);
	cr_expect(str_rchr(STR("a.b.c"), '.') == 3);
	cr_expect(str_iends(STR("mail.Example"), STR(".eXample")));
}

Test(buf, never_grows_past_its_ceiling)
{
	struct buf b;

	buf_init(&b, 5);
	cr_expect(buf_adds(&b, "abc"));
	cr_expect(!buf_adds(&b, "defg"));
	cr_expect_str_eq(buf_c(&b), "abcde");
	cr_expect(b.full);
	cr_expect(!buf_addc(&b, 'x'));
	cr_expect(b.n == 5 && b.p[5] == '\0');
	buf_clear(&b);
	cr_expect(buf_printf(&b, "%d", 12345) && !b.full);
	buf_fini(&b);
}

Test(arena, keeps_what_it_gave)
{
	struct arena *a = arena_new();
	char *p[200];

	for (int i = 0; i < 200; i++)
		p[i] = arena_printf(a, "%0*d", i * 97 + 1, i);
	for (int i = 0; i < 200; i++)
		cr_expect(strlen(p[i]) == (size_t)(i * 97 + 1), "row %d", i);
	arena_reset(a);
	cr_expect(arena_alloc(a, 0) != NULL);
	arena_free(&a);
	cr_expect(a == NULL);
}
