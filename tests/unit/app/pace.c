/* SPDX-License-Identifier: GPL-3.0-or-later */
/* how fast letters come, and how long the rest takes */
#include <criterion/criterion.h>
#include <limits.h>

#include "app/sync/pace.h"

Test(pace, rate_and_rest)
{
	static const struct {
		unsigned first, total, done;
		int64_t ms;
		unsigned rate;
		int left;
	} rows[] = {
		{ 0, 1000, 50, 500, 0, -1 },     /* too early to tell */
		{ 0, 1000, 0, 5000, 0, -1 },     /* nothing has come */
		{ 0, 1000, 100, 1000, 100, 9 },  /* */
		{ 50, 1000, 150, 2000, 50, 17 }, /* what was here before
						    counts not */
		{ 0, 1000, 1000, 4000, 250, 0 }, /* all */
		{ 0, 3, 1, 10000, 0, 20 },       /* slower than one a second */
		{ 0, UINT_MAX, 1, 1000000, 0, INT_MAX },
		{ 0, UINT_MAX, UINT_MAX, 1000, UINT_MAX, 0 },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct pace p = { 0 };

		pace_note(&p, rows[i].first, rows[i].total, 1);
		pace_note(&p, rows[i].done, rows[i].total, 1 + rows[i].ms);
		cr_expect_eq(pace_rate(&p, 1 + rows[i].ms), rows[i].rate,
			"row %zu: %u", i, pace_rate(&p, 1 + rows[i].ms));
		cr_expect_eq(pace_left(&p, 1 + rows[i].ms), rows[i].left,
			"row %zu: %d", i, pace_left(&p, 1 + rows[i].ms));
	}
}

Test(pace, begins_anew)
{
	struct pace p = { 0 };

	cr_expect_eq(pace_left(&p, 5000), -1);
	pace_note(&p, 0, 100, 1000);
	pace_note(&p, 90, 100, 10000);
	cr_expect_eq(pace_rate(&p, 10000), 10);
	/* another mailbox */
	pace_note(&p, 0, 700, 11000);
	cr_expect_eq(pace_rate(&p, 11500), 0);
	pace_note(&p, 200, 700, 13000);
	cr_expect_eq(pace_rate(&p, 13000), 100);
	cr_expect_eq(pace_left(&p, 13000), 5);
	/* the same again, from the start */
	pace_note(&p, 10, 700, 20000);
	cr_expect_eq(pace_left(&p, 20000), -1);
}
