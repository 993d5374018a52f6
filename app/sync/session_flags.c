/* SPDX-License-Identifier: GPL-3.0-or-later */
/* flags that go up to the server: see session_parts.h */
#include <stdlib.h>

#include "app/sync/session_parts.h"
#include "base/log.h"

static int
by_change(const void *x, const void *y)
{
	const struct session_change *a = x, *b = y;

	if (a->add != b->add)
		return a->add < b->add ? -1 : 1;
	if (a->remove != b->remove)
		return a->remove < b->remove ? -1 : 1;
	return a->uid < b->uid ? -1 : a->uid > b->uid;
}

static int
by_number(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

/* Does T say that UID is not there? */
static bool
is_missing(const struct imap_there *t, uint32_t uid)
{
	for (size_t i = 0; i < t->ranges; i++)
		if (t->range[i].first <= uid && uid <= t->range[i].last)
			return false;
	return t->is_known;
}

int
session_store(struct worker *w, struct arena *a, struct session_change *c,
	size_t n, struct err *e)
{
	struct imap_store *store = arena_array(a, n + 1, sizeof *store);
	uint32_t *uid = arena_array(a, n + 1, sizeof *uid);
	uint32_t *rising = arena_array(a, n + 1, sizeof *rising);
	struct imap_there there = { .uid = rising, .count = n, .a = a };
	size_t stores = 0, at = 0;

	for (size_t i = 0; i < n; i++)
		rising[i] = c[i].uid;
	if (n) {
		qsort(c, n, sizeof *c, by_change);
		qsort(rising, n, sizeof *rising, by_number);
	}
	for (size_t i = 0; i < n; i++) {
		uid[i] = c[i].uid;
		if (i == 0 || c[i].add != c[i - 1].add ||
			c[i].remove != c[i - 1].remove)
			store[stores++] = (struct imap_store){ &uid[i], 0,
				c[i].add, c[i].remove, false };
		store[stores - 1].count++;
	}
	if (imap_store_there(w->session->imap, store, stores, &there, e) < 0)
		return -1;
	for (size_t i = 0; i < stores; i++) {
		if (store[i].is_refused)
			log_write(LOG_WARN, w->here.config->name,
				"the server refused flags of %zu messages",
				store[i].count);
		for (size_t k = 0; k < store[i].count; k++) {
			c[at].is_refused = store[i].is_refused;
			c[at].is_gone = is_missing(&there, c[at].uid);
			at++;
		}
	}
	return 0;
}

/* What the server was told of box B is agreed on; but not of what is gone there
 * meanwhile: that was changed here, and stays. */
static int
agree(struct worker *w, const struct state_box *b,
	const struct session_change *c, size_t n, struct err *e)
{
	bool is_refused = false, is_gone = false;
	int rc = local_begin(&w->here, e);

	for (size_t i = 0; i < n && rc == 0; i++) {
		is_refused |= c[i].is_refused;
		is_gone |= c[i].is_gone;
		if (!c[i].is_gone)
			rc = state_agree(
				w->here.state, b->id, c[i].uid, c[i].flags, e);
	}
	if (is_gone) { /* a pass that has been there already is not enough */
		w->session->is_stale |= w->session->in_pass;
		session_begin_pass(w, false);
	}
	/* not asked again and again; the next pass sees what stands there */
	if (rc == 0 && is_refused)
		rc = session_distrust(w, b, e);
	return local_end(&w->here, rc, e);
}

int
session_push_flags(struct worker *w, struct arena *a, struct err *e)
{
	struct state_box *box;
	size_t boxes;

	if (state_boxes(w->here.state, a, &box, &boxes, e) < 0)
		return -1;
	for (size_t i = 0; i < boxes; i++) {
		struct session_change *c;
		struct state_message *m;
		size_t n, changes = 0;
		uint32_t was;

		if (box[i].is_gone)
			continue;
		if (state_messages(w->here.state, box[i].id, a, &m, &n, e) < 0)
			return -1;
		c = arena_array(a, n, sizeof *c);
		for (size_t k = 0; k < n; k++) {
			unsigned diff = m[k].flags ^ m[k].agreed;

			if (m[k].is_deleted) /* the pass sees to it */
				session_begin_pass(w, false);
			else if (diff)
				c[changes++] =
					(struct session_change){ m[k].uid,
						m[k].flags & diff,
						m[k].agreed & diff, m[k].flags,
						false, false };
		}
		if (changes == 0)
			continue;
		was = box[i].uidvalidity;
		if (session_need_box(w, &box[i], e) < 0)
			return -1;
		if (box[i].uidvalidity != was) /* these are others' UIDs now */
			continue;
		/* what it cannot keep is not asked of it again and again */
		for (size_t k = 0; k < changes; k++) {
			c[k].add &= w->session->kept;
			c[k].remove &= w->session->kept;
		}
		if (session_store(w, a, c, changes, e) < 0 ||
			agree(w, &box[i], c, changes, e) < 0)
			return -1;
	}
	return 0;
}
