/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>

#include "app/local/local.h"
#include "app/sync/plan.h"

enum { S = PLAN_SEEN, F = PLAN_FLAGGED, A = PLAN_ANSWERED, D = PLAN_DELETED };

Test(plan, three_way_merge_of_one_message)
{
	static const struct {
		const char *what;
		bool on_server;
		unsigned there;
		bool here;
		unsigned agreed, flags;
		bool deleted;
		size_t steps;
		struct plan_step step[2];
	} rows[] = {
		{ "new on the server", true, S, false, 0, 0, false, 1,
			{ { PLAN_FETCH, 7, S, 0, 0 } } },
		{ "nothing to do", true, S, true, S, S, false, 0, { { 0 } } },
		{ "read there", true, S, true, 0, 0, false, 1,
			{ { PLAN_SET_LOCAL, 7, S, 0, 0 } } },
		{ "read here", true, 0, true, 0, S, false, 1,
			{ { PLAN_SET_REMOTE, 7, S, S, 0 } } },
		{ "read on both sides", true, S, true, 0, S, false, 1,
			{ { PLAN_AGREE, 7, S, 0, 0 } } },
		{ "unread here, flagged there", true, S | F, true, S, 0, false,
			2,
			{ { PLAN_SET_LOCAL, 7, F, 0, 0 },
				{ PLAN_SET_REMOTE, 7, F, 0, S } } },
		{ "gone there, unchanged here", false, 0, true, S, S, false, 1,
			{ { PLAN_DROP_LOCAL, 7, S, 0, 0 } } },
		{ "gone there, flagged here: stays", false, 0, true, S, S | F,
			false, 1, { { PLAN_KEEP_LOCAL, 7, S | F, 0, 0 } } },
		{ "deleted here, unchanged there", true, S, true, S, S, true, 1,
			{ { PLAN_DROP_REMOTE, 7, S, 0, 0 } } },
		{ "deleted here, answered there: comes back", true, S | A, true,
			S, S, true, 1, { { PLAN_UNDELETE, 7, S | A, 0, 0 } } },
		{ "deleted here, marked there: not changed", true, S | D, true,
			S, S, true, 1,
			{ { PLAN_DROP_REMOTE, 7, S | D, 0, 0 } } },
		{ "deleted on both sides", false, 0, true, S, S, true, 1,
			{ { PLAN_DROP_LOCAL, 7, S, 0, 0 } } },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct plan_remote r = { 7, rows[i].there };
		struct plan_local l = { 7, rows[i].agreed, rows[i].flags,
			rows[i].deleted, false };
		struct arena *a = arena_new();
		struct plan *p =
			plan_make(a, &r, rows[i].on_server, &l, rows[i].here);

		cr_expect(p->steps == rows[i].steps, "%s: %zu steps",
			rows[i].what, p->steps);
		for (size_t k = 0; k < p->steps && k < rows[i].steps; k++) {
			const struct plan_step *w = &rows[i].step[k];
			const struct plan_step *g = &p->step[k];

			cr_expect(w->kind == g->kind && w->uid == g->uid &&
					  w->flags == g->flags &&
					  w->add == g->add &&
					  w->remove == g->remove,
				"%s: step %zu is %d flags %u add %u remove %u",
				rows[i].what, k, g->kind, g->flags, g->add,
				g->remove);
		}
		arena_free(&a);
	}
}

Test(plan, what_is_taken_back_goes_although_it_may_have_been_told)
{
	static const struct {
		unsigned agreed, was, now, there, add, remove;
	} rows[] = {
		{ 0, S, 0, S, 0, S }, /* told by a pass that died */
		{ 0, S, 0, 0, 0, 0 }, /* or not told */
		{ S, 0, S, 0, S, 0 }, { S, 0, S, S, 0, 0 },
		{ 0, 0, S, 0, S, 0 }, /* nothing waited */
		{ 0, S | F, F, S, F, S },
		{ 0, S, 0, S | A, 0, S }, /* and another's change stays */
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct plan_remote r = { 7, rows[i].there };
		struct plan_local l = { 7,
			local_agreed(rows[i].agreed, rows[i].was, rows[i].now),
			rows[i].now, false, false };
		struct arena *a = arena_new();
		struct plan *p = plan_make(a, &r, 1, &l, 1);
		unsigned add = 0, remove = 0;

		for (size_t k = 0; k < p->steps; k++) {
			add |= p->step[k].add;
			remove |= p->step[k].remove;
			cr_expect(p->step[k].kind != PLAN_SET_LOCAL ||
					  (p->step[k].flags & (S | F)) ==
						  rows[i].now,
				"row %zu: flags here", i);
		}
		cr_expect(add == rows[i].add && remove == rows[i].remove,
			"row %zu: %u, %u", i, add, remove);
		arena_free(&a);
	}
}

Test(plan, fetches_the_newest_first_and_brakes)
{
	struct plan_remote r[50];
	struct plan_local l[50];
	struct arena *a = arena_new();
	struct plan *p;

	for (unsigned i = 0; i < 50; i++) {
		r[i] = (struct plan_remote){ i * 2 + 1, 0 };
		l[i] = (struct plan_local){ i * 2 + 1, 0, 0, false, false };
	}
	p = plan_make(a, r, 50, NULL, 0);
	cr_expect(p->fetches == 50 && p->step[0].uid == 99 &&
		  p->step[49].uid == 1);
	cr_expect(!p->brakes_local && !p->brakes_remote);
	p = plan_make(a, r, 0, l, 50);
	cr_expect(p->brakes_local && !p->brakes_remote,
		"an emptied server stops the pass");
	p = plan_make(a, r + 10, 40, l, 50);
	cr_expect(!p->brakes_local && p->drops_local == 10);
	p = plan_make(a, r + 11, 39, l, 50);
	cr_expect(p->brakes_local);
	arena_free(&a);
}

Test(plan, brakes_for_what_nobody_was_asked_about)
{
	struct plan_remote r[50];
	struct plan_local l[50];
	struct arena *a = arena_new();
	struct plan *p;

	for (unsigned i = 0; i < 50; i++) {
		r[i] = (struct plan_remote){ i + 1, 0 };
		l[i] = (struct plan_local){ i + 1, 0, 0, i < 10, false };
	}
	p = plan_make(a, r, 50, l, 50);
	cr_expect(!p->brakes_remote && p->unasked == 10);
	l[10].is_deleted = true;
	p = plan_make(a, r, 50, l, 50);
	cr_expect(p->brakes_remote && !p->brakes_local && p->unasked == 11);
	for (unsigned i = 0; i < 40; i++)
		l[i].is_deleted = l[i].is_confirmed = true;
	p = plan_make(a, r, 50, l, 50);
	cr_expect(
		!p->brakes_remote && p->unasked == 0 && p->drops_remote == 40);
	/* what is gone on both sides is nobody's loss */
	p = plan_make(a, r + 40, 10, l, 50);
	cr_expect(!p->brakes_local && p->drops_local == 40);
	arena_free(&a);
}

Test(plan, makes_the_servers_list_from_what_has_changed)
{
	static const struct plan_local local[] = { { 2, 1, 1, false, false },
		{ 3, 0, 4, false, false }, { 5, 0, 0, false, false },
		{ 9, 1, 1, true, false } };
	static const struct plan_remote changed[] = { { 3, 2 }, { 12, 0 } };
	static const struct plan_range gone[] = { { 1, 2 }, { 4, 8 } };
	struct arena *a = arena_new();
	struct plan_remote *out;
	size_t n;

	plan_remote_list(a, local, 4, changed, 2, gone, 2, &out, &n);
	cr_assert(n == 3);
	/* what was agreed on counts, not what was changed here since */
	cr_expect(out[0].uid == 3 && out[0].flags == 2);
	cr_expect(out[1].uid == 9 && out[1].flags == 1);
	cr_expect(out[2].uid == 12 && out[2].flags == 0);
	plan_remote_list(a, local, 4, NULL, 0, NULL, 0, &out, &n);
	cr_expect(n == 4 && out[1].flags == 0);
	arena_free(&a);
}
