/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plan - see plan.h. One walk over both lists side by side. */
#include "app/sync/plan.h"

enum { BRAKE = 100, BRAKE_PERCENT = 20, BRAKE_SMALL = 10 };

static void
add(struct plan *p, struct plan_step s)
{
	p->step[p->steps++] = s;
	p->drops_local += s.kind == PLAN_DROP_LOCAL;
	p->drops_remote += s.kind == PLAN_DROP_REMOTE;
	p->fetches += s.kind == PLAN_FETCH;
}

/* Known on both sides. */
static void
merge(struct plan *p, const struct plan_remote *r, const struct plan_local *l)
{
	unsigned there = r->flags ^ l->agreed, here = l->flags ^ l->agreed;
	unsigned merged = (l->agreed & ~(there | here)) | (r->flags & there) |
			  (l->flags & here);

	if (l->is_deleted) {
		/* \Deleted may be our own, where it could not be expunged */
		there &= ~(unsigned)PLAN_DELETED;
		p->unasked += !there && !l->is_confirmed;
		add(p, (struct plan_step){
			       there ? PLAN_UNDELETE : PLAN_DROP_REMOTE, r->uid,
			       r->flags, 0, 0 });
		return;
	}
	if (merged != l->flags)
		add(p, (struct plan_step){
			       PLAN_SET_LOCAL, r->uid, merged, 0, 0 });
	if (merged != r->flags)
		add(p, (struct plan_step){ PLAN_SET_REMOTE, r->uid, merged,
			       merged & ~r->flags, r->flags & ~merged });
	else if (merged != l->agreed && merged == l->flags)
		add(p, (struct plan_step){ PLAN_AGREE, r->uid, merged, 0, 0 });
}

static bool
is_too_much(size_t drops, size_t of)
{
	return drops > BRAKE ||
	       (of > BRAKE_SMALL && drops * 100 > of * BRAKE_PERCENT);
}

void
plan_remote_list(struct arena *a, const struct plan_local *local, size_t locals,
	const struct plan_remote *changed, size_t changes,
	const struct plan_range *gone, size_t gones, struct plan_remote **out,
	size_t *count_out)
{
	size_t n = 0, l = 0, c = 0, g = 0;

	*out = arena_array(a, locals + changes, sizeof **out);
	while (l < locals || c < changes) {
		if (c < changes &&
			(l == locals || changed[c].uid <= local[l].uid)) {
			l += l < locals && changed[c].uid == local[l].uid;
			(*out)[n++] = changed[c++];
			continue;
		}
		while (g < gones && gone[g].last < local[l].uid)
			g++;
		if (g == gones || gone[g].first > local[l].uid)
			(*out)[n++] = (struct plan_remote){ local[l].uid,
				local[l].agreed };
		l++;
	}
	*count_out = n;
}

struct plan *
plan_make(struct arena *a, const struct plan_remote *remote, size_t remotes,
	const struct plan_local *local, size_t locals)
{
	struct plan *p = ARENA_NEW(a, struct plan);
	size_t r = 0, l = 0, gone = 0; /* gone: on both sides */

	/* two steps at most for a message known on both sides */
	p->step = arena_array(a, remotes + 2 * locals + 1, sizeof *p->step);
	while (r < remotes || l < locals) {
		if (l == locals ||
			(r < remotes && remote[r].uid < local[l].uid)) {
			r++; /* new on the server: below, newest first */
		} else if (r == remotes || local[l].uid < remote[r].uid) {
			bool changed = !local[l].is_deleted &&
				       local[l].flags != local[l].agreed;

			gone += local[l].is_deleted;

			add(p, (struct plan_step){ changed ? PLAN_KEEP_LOCAL
							   : PLAN_DROP_LOCAL,
				       local[l].uid, local[l].flags, 0, 0 });
			l++;
		} else {
			merge(p, &remote[r++], &local[l++]);
		}
	}
	for (r = remotes, l = locals; r > 0; r--) {
		while (l > 0 && local[l - 1].uid > remote[r - 1].uid)
			l--;
		if (l == 0 || local[l - 1].uid != remote[r - 1].uid)
			add(p, (struct plan_step){ PLAN_FETCH,
				       remote[r - 1].uid, remote[r - 1].flags,
				       0, 0 });
	}
	p->brakes_local = is_too_much(p->drops_local - gone, locals);
	p->brakes_remote = is_too_much(p->unasked, remotes);
	return p;
}
