/* SPDX-License-Identifier: GPL-3.0-or-later */
/* what other programs did to the index ("notmuch tag", "notmuch new"): see
 * keeper_parts.h.
 *
 * Every change of the index raises its revision. The keeper is the only writer
 * of this program, and between the opening and the closing of a batch it is the
 * only one at all: what stands between the revision that it left and the one
 * that it finds is others' work. Their tags go to the files' flags and to the
 * server (FLAG), as if they were set here; letters that only they have added
 * are added again, with a row and a verdict (ARRIVED). */
#include <stdio.h>
#include <sys/stat.h>

#include "app/keeper/keeper_parts.h"
#include "app/local/tag.h"
#include "base/clock.h"
#include "base/log.h"
#include "store/index_theirs.h"
#include "store/maildir.h"

enum { LOOK_MS = 10000, AT_ONCE = 200, TAKEN_AT_ONCE = 20000 };

struct looking {
	struct keeper *k;
	struct msg *m; /* FLAG that gathers paths of one account, or NULL */
	unsigned flags, mask;
	size_t letters, most; /* 0: as many as there are */
	struct msg *news;     /* ARRIVED, likewise */
};

static void
send_flags(struct looking *l)
{
	if (l->m)
		context_post(l->k->c, l->m);
	l->m = NULL;
}

/* PATH of ACCOUNT is to have FLAGS of MASK, others as they are: one request for
 * many. None of them: its flags are noted where another program has changed
 * its name. */
static void
gather(struct looking *l, int account, const char *path, const char *id,
	unsigned flags, unsigned mask)
{
	struct msg_change *c;

	if (l->m && (l->m->account != account || l->flags != flags ||
			    l->mask != mask || l->m->u.change.count == AT_ONCE))
		send_flags(l);
	if (!l->m) {
		struct buf add, remove;

		l->m = msg_new(MSG_FLAG);
		l->m->account = account;
		l->flags = flags;
		l->mask = mask;
		c = &l->m->u.change;
		c->is_outside = true;
		c->path = arena_array(l->m->arena, AT_ONCE, sizeof(char *));
		c->id = arena_array(l->m->arena, AT_ONCE, sizeof(char *));
		buf_init(&add, 8000);
		buf_init(&remove, 8000);
		tag_of_flags(l->k->c, account, flags, mask, &add, &remove);
		c->add = arena_cstr(l->m->arena, buf_str(&add));
		c->remove = arena_cstr(l->m->arena, buf_str(&remove));
		buf_fini(&add);
		buf_fini(&remove);
	}
	c = &l->m->u.change;
	c->path[c->count] = arena_strdup(l->m->arena, path);
	c->id[c->count++] = arena_strdup(l->m->arena, id);
}

static void
send_arrived(struct looking *l)
{
	if (l->news)
		context_post(l->k->c, l->news);
	l->news = NULL;
}

static void
arrived(struct looking *l, int account, const char *path)
{
	struct msg *m = l->news;

	if (m && (m->account != account || m->u.change.count == AT_ONCE))
		send_arrived(l);
	m = l->news;
	if (!m) {
		m = l->news = msg_new(MSG_ARRIVED);
		m->account = account;
		m->u.change.path =
			arena_array(m->arena, AT_ONCE, sizeof(char *));
		m->u.change.is_new = true;
	}
	m->u.change.path[m->u.change.count++] = arena_strdup(m->arena, path);
}

static void
each_letter(void *ctx, const struct index_letter *letter)
{
	struct looking *l = ctx;

	l->letters++;
	if (l->most && l->letters > l->most)
		return;
	for (size_t i = 0; i < letter->paths; i++) {
		const char *path = letter->path[i];
		int account = tag_account(l->k->c, path);

		if (account < 0)
			continue;
		if (!letter->is_ours) {
			arrived(l, account, path);
		} else {
			/* held against the name that the index knows: the file
			 * may have another by now, which is newer */
			unsigned have = maildir_flags(path);
			unsigned want = tag_wanted(
				l->k->c, account, have, letter->tags);

			gather(l, account, path, letter->id,
				want & (want ^ have), want ^ have);
		}
	}
}

static int
look_for(struct keeper *k, struct index *x, const char *query, struct err *e)
{
	struct looking l = { .k = k };
	int rc = index_each(x, query, false, each_letter, &l, e);

	send_flags(&l);
	send_arrived(&l);
	if (l.letters) {
		log_write(LOG_INFO, "index",
			"%zu letters were changed by another program",
			l.letters);
		context_changed(k->c);
	}
	return rc;
}

/* Keywords that the configuration has named for the first time: the letters
 * that have their tags already. */
static int
look_for_new(struct keeper *k, struct index *x, struct arena *a, struct err *e)
{
	for (int i = 0; i < k->c->workers; i++)
		for (int n = 0; n < KEYWORDS; n++) {
			struct keyword *w = &k->c->keyword[i][n];
			struct buf q;
			int rc;

			if (!w->name || !w->is_new || strchr(w->tag, '"'))
				continue;
			buf_init(&q, 4096);
			buf_printf(&q, "tag:\"%s\" and path:\"%s/**\"", w->tag,
				k->c->config->account[i].name);
			rc = look_for(k, x, arena_cstr(a, buf_str(&q)), e);
			buf_fini(&q);
			if (rc < 0)
				return -1;
		}
	return 0;
}

/* Letters of the user's database that have no verdict yet, those that his own
 * program has added before: they are taken over, so many at a time. */
static int
take_over(struct keeper *k, struct index *x, struct err *e)
{
	static const char *const state[] = { "pending", "verified",
		"other-signer", "none", "failed", "cannot-tell" };
	struct looking l = { .k = k, .most = TAKEN_AT_ONCE };
	struct buf q;
	int rc;

	k->has_more = false;
	k->taken = k->c->workers;
	if (!k->c->paths.theirs || k->c->workers == 0)
		return 0;
	buf_init(&q, 64 << 10);
	if (*k->c->paths.theirs->only)
		buf_adds(&q, "(path:**");
	else
		for (int i = 0; i < k->c->workers; i++)
			buf_printf(&q, "%spath:\"%s/**\"", i ? " or " : "(",
				k->c->config->account[i].name);
	buf_adds(&q, ") and not (");
	for (size_t i = 0; i < sizeof state / sizeof *state; i++)
		buf_printf(&q, "%sproperty:auth.verdict=%s", i ? " or " : "",
			state[i]);
	buf_addc(&q, ')');
	rc = index_each(x, buf_c(&q), false, each_letter, &l, e);
	buf_fini(&q);
	send_arrived(&l);
	k->has_more = rc == 0 && l.letters > l.most;
	return rc;
}

/* All that others did since the last look. */
static int
look(struct keeper *k, struct index *x, struct arena *a, struct err *e)
{
	uint64_t now, from = 0;
	const char *uuid;
	int rc = index_revision(x, a, &now, &uuid, e);

	if (rc < 0)
		return -1;
	if (strcmp(k->uuid, uuid) != 0) { /* the first look, or another index */
		rc = k->receipts ? receipts_seen(k->receipts, uuid, &from, e)
				 : 0;
		k->seen = rc == 1 ? from : now;
		k->seen_kept = rc == 1 ? from : 0;
		if (rc < 0 || look_for_new(k, x, a, e) < 0 ||
			take_over(k, x, e) < 0)
			return -1;
		snprintf(k->uuid, sizeof k->uuid, "%s", uuid);
	}
	if ((k->has_more ? !backlog_waits(k) : k->taken != k->c->workers) &&
		take_over(k, x, e) < 0)
		return -1;
	if (now <= k->seen)
		return 0;
	rc = look_for(k, x,
		arena_printf(a, "lastmod:%llu..%llu",
			(unsigned long long)k->seen + 1,
			(unsigned long long)now),
		e);
	if (rc == 0)
		k->seen = now;
	return rc;
}

void
keeper_look_before(struct keeper *k)
{
	struct arena *a = arena_new();
	struct err e;

	/* what cannot be looked at now is looked at with the next batch */
	if (look(k, k->index, a, &e) < 0)
		log_write(LOG_WARN, "index", "%s", e.text);
	arena_free(&a);
}

void
keeper_look_after(struct keeper *k)
{
	struct arena *a = arena_new();
	const char *uuid;
	uint64_t now;
	struct err e;

	if (index_revision(k->index, a, &now, &uuid, &e) == 0 &&
		strcmp(uuid, k->uuid) == 0)
		k->seen = now;
	arena_free(&a);
}

void
keeper_look_keep(struct keeper *k)
{
	struct err e;

	if (!k->receipts || !*k->uuid || k->seen == k->seen_kept)
		return;
	if (receipts_put_seen(k->receipts, k->uuid, k->seen, &e) < 0)
		log_write(LOG_WARN, "receipts", "%s", e.text);
	else
		k->seen_kept = k->seen;
}

int
keeper_look(struct keeper *k)
{
	int64_t now = clock_mono_ms();
	struct arena *a;
	struct index *x;
	struct err e;

	if (now < k->next_look_ms)
		return (int)(k->next_look_ms - now);
	k->next_look_ms = now + LOOK_MS;
	a = arena_new();
	x = index_open(k->c->paths.mail, k->c->paths.theirs, false, &e);
	if (!x || look(k, x, a, &e) < 0)
		log_write(LOG_WARN, "index", "%s", e.text);
	index_close(&x);
	keeper_look_keep(k);
	arena_free(&a);
	return LOOK_MS;
}
