/* SPDX-License-Identifier: GPL-3.0-or-later */
/* keeper - see keeper.h. Batches of the index; keeper_file.c has what is done
 * to a file, backlog.c what waits, keeper_out.c the outbox. */
#include "app/keeper/keeper_parts.h"

#include <string.h>

#include "app/letter/evidence.h"
#include "app/local/fresh.h"
#include "app/local/hook.h"
#include "base/clock.h"
#include "base/log.h"
#include "store/index_other.h"
#include "store/index_theirs.h"
#include "store/maildir.h"

enum {
	BATCH_MS = 250, /* at first; a batch that ends with letters waiting */
	BATCH_MAX_MS = 4000, /* makes the next one twice as long */
	/* the library holds the words of a batch in memory, with their places:
	 * 25 MB for so many letters of 500 words */
	BATCH_LETTERS = 500,
	NEIGHBOUR_MS = 15,
	RECHECK_MS = 60000,
	HELD_MS = 500,
	DUE_AT_ONCE = 50,
	PENDING_AT_ONCE = 500
};

/* The index cannot be read: letters are files, so it is made anew of them. */
static int
put_aside(struct context *c, struct err *e)
{
	struct msg *m;
	struct buf kept;
	int rc;

	buf_init(&kept, 8192);
	rc = index_put_aside(c->paths.mail, &kept, e);
	if (rc == 0) {
		m = msg_new(MSG_DONE);
		m->account = -1;
		m->u.text = arena_printf(m->arena,
			err_words(N_("the index was damaged and is made anew "
				     "from the letters, of which none is "
				     "missing. Tags that were set by hand "
				     "stand in what was kept: '%s'")),
			buf_c(&kept));
		log_write(LOG_WARN, "index", "%s", m->u.text);
		context_post(c, m);
	}
	buf_fini(&kept);
	return rc;
}

int
keeper_prepare(struct context *c, struct err *e)
{
	struct index *x = index_open(c->paths.mail, c->paths.theirs, false, e);

	/* the user's database is his to mend */
	if (!x && c->paths.theirs)
		return -1;
	if (!x && index_is_broken(c->paths.mail, e) && put_aside(c, e) < 0)
		return -1;
	if (!x)
		x = index_open(c->paths.mail, c->paths.theirs, true, e);
	if (!x)
		return -1;
	index_close(&x);
	return 0;
}

/* --- a batch
 * ------------------------------------------------------------------------- */

static int
begin_batch(struct keeper *k, struct err *e)
{
	memset(k->was_asked, 0, sizeof k->was_asked);
	k->index = index_open(k->c->paths.mail, k->c->paths.theirs, true, e);
	if (!k->index)
		return -1;
	k->is_held = false;
	keeper_look_before(k);
	if (index_begin(k->index, e) < 0)
		return -1;
	return k->receipts ? receipts_begin(k->receipts, e) : 0;
}

static int
end_batch(struct keeper *k, struct err *e)
{
	int rc = k->receipts ? receipts_commit(k->receipts, e) : 0;

	if (rc < 0 || index_commit(k->index, e) < 0)
		return -1;
	keeper_look_after(k);
	return 0;
}

/* What the screen is told once the batch is written: who asks for the evidence
 * at once shall find it. */
static void
keep_news(struct keeper *k, const struct msg *m)
{
	struct msg *ev = msg_new(MSG_VERDICT);
	struct err e;

	ev->u.verdict.id = arena_strdup(ev->arena, m->u.verdict.id);
	ev->u.verdict.path = arena_strdup(ev->arena, m->u.verdict.path);
	ev->u.verdict.verdict =
		evidence_read(ev->arena, str_c(m->u.verdict.json), &e);
	if (!ev->u.verdict.verdict) {
		msg_free(&ev);
		return;
	}
	ev->item.next = k->news;
	k->news = &ev->item;
}

/* Tell the screen, or where nothing was WRITTEN forget. */
static void
tell_news(struct keeper *k, bool written)
{
	while (k->news) {
		struct msg *m = msg_of(k->news);

		k->news = m->item.next;
		m->item.next = NULL;
		if (written)
			context_post(k->c, m);
		else
			msg_free(&m);
	}
}

/* A verdict: written, or kept for its file. M is gone. */
static int
verified(struct keeper *k, struct msg **m, struct err *e)
{
	int rc = 0;

	if ((*m)->u.verdict.serial && backlog_verified(k, *m)) {
		*m = NULL;
		return 0;
	}
	if ((*m)->u.verdict.id && *(*m)->u.verdict.id &&
		(*m)->u.verdict.verdict) {
		rc = keeper_verdict(k, *m, e);
		if (rc == 0)
			keep_news(k, *m);
	}
	context_done(k->c, m);
	return rc;
}

static bool
is_for_index(enum msg_kind kind)
{
	return kind == MSG_ARRIVED || kind == MSG_RENAMED ||
	       kind == MSG_REMOVED || kind == MSG_VERIFIED ||
	       kind == MSG_COMPLETED || kind == MSG_SCAN || kind == MSG_RECHECK;
}

/* One message of the index within the open batch. M is gone. */
static int
apply(struct keeper *k, struct msg **m, bool *changed, struct err *e)
{
	const struct msg_change *ch = &(*m)->u.change;
	int rc = 0;

	switch ((*m)->kind) {
	case MSG_ARRIVED:
	case MSG_SCAN:
	case MSG_RECHECK:
		backlog_add(k, *m);
		*m = NULL;
		return 0;
	case MSG_VERIFIED:
		/* a list may have been read before this was written */
		*changed = true;
		return verified(k, m, e);
	case MSG_RENAMED:
		for (size_t i = 0; i < ch->count && rc == 0; i++) {
			backlog_forget(k, ch->old[i]);
			rc = keeper_rename(k, (*m)->arena, ch, i, e);
		}
		break;
	case MSG_REMOVED:
		for (size_t i = 0; i < ch->count && rc == 0; i++) {
			backlog_forget(k, ch->path[i]);
			rc = index_remove(k->index,
				stray_take(k, (*m)->arena, ch->path[i]), e);
		}
		break;
	case MSG_COMPLETED:
		rc = keeper_completed(k, (*m)->arena, ch->path[0], e);
		break;
	default:
		break;
	}
	*changed = true;
	if (rc < 0 && (*m)->id)
		context_fail(k->c, *m, e);
	else
		context_end(k->c, *m, NULL);
	context_done(k->c, m);
	return rc;
}

/* Verify what is due again or was never verified. */
static void
recheck(struct keeper *k, bool with_pending)
{
	struct arena *a = arena_new();
	const char **id, **path;
	struct index *x;
	struct err e;
	size_t n = 0, paths;

	k->next_recheck_ms = clock_mono_ms() + RECHECK_MS;
	x = index_open(k->c->paths.mail, k->c->paths.theirs, false, &e);
	if (!x)
		goto out;
	index_find_all(x);
	for (unsigned at = 0; with_pending; at += PENDING_AT_ONCE) {
		struct index_page p;

		/* those that are not wholly here wait for the rest */
		if (index_search(x, a,
			    "verdict:pending and not "
			    "property:letter.here=headers and not "
			    "property:letter.here=parts",
			    NULL, at, PENDING_AT_ONCE, false, &p, &e) < 0 ||
			p.rows == 0)
			break;
		for (size_t i = 0; i < p.rows; i++)
			(void)keeper_post_verify(
				k, p.row[i].path, p.row[i].id, 0, false);
	}
	if (k->receipts && receipts_due(k->receipts, clock_wall(), DUE_AT_ONCE,
				   a, &id, &n, &e) == 0)
		for (size_t i = 0; i < n; i++) {
			if (index_paths(x, a, id[i], &path, &paths, &e) < 0)
				continue;
			if (paths)
				(void)keeper_post_verify(
					k, path[0], id[i], 0, true);
			else if (receipts_give_up(k->receipts, id[i], &e) < 0)
				break; /* deleted: not in others' way */
		}
	index_close(&x);
out:
	arena_free(&a);
}

static void
other_message(struct keeper *k, struct msg *m)
{
	switch (m->kind) {
	case MSG_RECHECK:
		recheck(k, true);
		context_end(k->c, m, NULL);
		break;
	case MSG_LOOK:
		k->next_look_ms = 0;
		keeper_look(k);
		break;
	case MSG_OUT_QUEUE:
		keeper_out_queue(k, m);
		break;
	case MSG_OUT_LIST:
		keeper_out_list(k, m);
		break;
	case MSG_OUT_CANCEL:
		keeper_out_cancel(k, m);
		break;
	case MSG_OUT_RESOLVE:
		keeper_out_resolve(k, m);
		break;
	case MSG_OUT_FLUSH:
		(void)keeper_out_due(k, true);
		context_end(k->c, m, NULL);
		break;
	case MSG_SENT:
		keeper_out_sent(k, m);
		break;
	case MSG_FILED:
		keeper_out_filed(k, m);
		break;
	default:
		break;
	}
}

/* What a failed batch leaves: nothing of it is written. */
static void
batch_failed(struct keeper *k, const struct err *e)
{
	struct msg *f = msg_new(MSG_FAILED);

	if (k->receipts)
		receipts_rollback(k->receipts);
	log_write(LOG_ERROR, "index", "%s", e->text);
	f->err = *e;
	context_post(k->c, f);
}

/* The pieces of one batch: what M (or NULL) and other messages ask for, and
 * while nobody asks, what waits. *M is the message that is for after it. */
static int
pieces(struct keeper *k, struct msg **m, bool *changed, struct err *e)
{
	int64_t end;
	int rc = 0, letters = 0;

	if (k->batch_ms < BATCH_MS || !backlog_waits(k))
		k->batch_ms = BATCH_MS;
	end = clock_mono_ms() + k->batch_ms;
	if (k->batch_ms < BATCH_MAX_MS)
		k->batch_ms *= 2;
	while (rc == 0) {
		if (*m && !is_for_index((*m)->kind))
			return 0;
		if (*m) {
			/* somebody looks at the screen for it */
			if (((*m)->kind == MSG_RENAMED ||
				    (*m)->kind == MSG_REMOVED) &&
				end > clock_mono_ms() + BATCH_MS)
				end = clock_mono_ms() + BATCH_MS;
			rc = apply(k, m, changed, e);
		} else if (backlog_waits(k)) {
			*m = backlog_recheck(k);
			if (*m)
				return 0;
			rc = backlog_step(k, changed, e);
			letters++;
			if (rc < 0)
				backlog_fail(k, e);
		}
		if (clock_mono_ms() >= end || letters >= BATCH_LETTERS ||
			atomic_load(&k->c->stopping))
			break;
		/* a commit costs more than a short wait for its neighbours */
		*m = msg_of(backlog_waits(k)
				    ? queue_take(k->c->keeper)
				    : queue_wait(k->c->keeper, NEIGHBOUR_MS));
		if (!*m && !backlog_waits(k))
			break;
	}
	return rc;
}

/* What a batch that could not begin was to do: M is gone, or stays in the
 * backlog while another program writes to the user's database; that is told
 * once. False: it is not to be told. */
static bool
not_begun(struct keeper *k, struct msg **m, const struct err *e)
{
	bool was_held = k->is_held;

	k->is_held = k->c->paths.theirs && e->class == ERR_LATER &&
		     !(k->c->flags & ENGINE_ONE_PASS);
	if (*m && k->is_held &&
		((*m)->kind == MSG_ARRIVED || (*m)->kind == MSG_SCAN ||
			(*m)->kind == MSG_RECHECK)) {
		backlog_add(k, *m);
		*m = NULL;
		return !was_held;
	}
	if (*m && is_for_index((*m)->kind)) {
		if ((*m)->id)
			context_fail(k->c, *m, e);
		context_done(k->c, m);
	} else if (!*m && !k->is_held) {
		backlog_fail(k, e);
	}
	return !k->is_held || !was_held;
}

/* Is it still held? */
static bool
is_held(struct keeper *k)
{
	k->is_held = k->is_held && index_theirs_is_held(k->c->paths.theirs);
	return k->is_held;
}

/* Index FIRST (or NULL) and what else waits for the index, in one session.
 * Returns the message that ended it because it is for something else, or NULL.
 */
static struct msg *
batch(struct keeper *k, struct msg *first)
{
	struct msg *m = first;
	bool changed = false, is_told = true, brought;
	struct err e = { 0 };
	int rc;

	/* nobody may take the program for idle before the screen is told */
	atomic_fetch_add(&k->c->busy, 1);
	rc = begin_batch(k, &e);
	if (rc < 0)
		is_told = not_begun(k, &m, &e);
	if (rc == 0)
		rc = pieces(k, &m, &changed, &e);
	if (rc == 0)
		rc = end_batch(k, &e);
	if (rc < 0 && is_told)
		batch_failed(k, &e);
	brought = rc == 0 && index_added(k->index) > 0;
	index_close(&k->index);
	if (brought)
		hook_after(k->c);
	/* the index has them before they are forgotten */
	fresh_sweep(k->c->fresh, rc == 0);
	keeper_forget_completed(k, rc == 0);
	tell_news(k, rc == 0);
	if (changed)
		context_changed(k->c);
	atomic_fetch_sub(&k->c->busy, 1);
	return m;
}

static void
first_scan(struct keeper *k)
{
	for (size_t i = 0; i < k->c->config->accounts; i++) {
		struct msg *m = msg_new(MSG_SCAN);

		m->account = (int)i;
		context_post(k->c, m);
	}
	context_post(k->c, msg_new(MSG_RECHECK));
}

/* The inbox is closed: what tells of letters on their way is still written
 * down; the rest is found again at the next start. */
static void
last_words(struct keeper *k)
{
	struct msg *m;

	while ((m = msg_of(queue_take(k->c->keeper)))) {
		if (m->kind == MSG_SENT || m->kind == MSG_FILED)
			other_message(k, m);
		context_done(k->c, &m);
	}
}

void *
keeper_run(void *arg)
{
	struct keeper k = { .c = arg };
	struct arena *a = arena_new();
	struct err e;

	k.outbox = outbox_open(
		arena_printf(a, "%s/outbox", k.c->paths.data), true, &e);
	if (!k.outbox)
		log_write(LOG_ERROR, "outbox", "%s", e.text);
	k.receipts = receipts_open(
		arena_printf(a, "%s/receipts.db", k.c->paths.data), &e);
	if (!k.receipts)
		log_write(LOG_ERROR, "receipts", "%s", e.text);
	k.other = index_other_open(k.c->paths.mail);
	keeper_look(&k);
	first_scan(&k);
	keeper_out_resume(&k);
	if (k.receipts)
		alike_note(&k); /* an end before may have been in its way */
	atomic_fetch_sub(&k.c->busy, 1); /* the start, counted by engine.c */
	k.next_recheck_ms = clock_mono_ms() + RECHECK_MS;
	while (!queue_is_closed(k.c->keeper)) {
		int due = keeper_out_due(&k, false), look = keeper_look(&k);
		int stray = stray_due(&k);
		struct msg *m;

		if (due < 0 || due > RECHECK_MS)
			due = RECHECK_MS;
		if (due > look)
			due = look;
		if (stray >= 0 && due > stray)
			due = stray;
		if (backlog_waits(&k))
			due = is_held(&k) ? HELD_MS : 0;
		else if (alike_waits(&k))
			due = 0;
		m = msg_of(queue_wait(k.c->keeper, due));
		if (clock_mono_ms() >= k.next_recheck_ms)
			recheck(&k, false);
		if (m ? is_for_index(m->kind) : backlog_waits(&k) && !k.is_held)
			m = batch(&k, m);
		if (!m) {
			if (alike_waits(&k))
				alike_look(&k);
			continue;
		}
		other_message(&k, m);
		context_done(k.c, &m);
	}
	last_words(&k);
	backlog_free(&k);
	stray_free_all(&k);
	keeper_look_keep(&k);
	index_other_close(&k.other);
	if (k.completed)
		arena_free(&k.completed);
	for (int i = 0; i < ACCOUNTS_MAX; i++)
		if (k.state[i])
			state_close(&k.state[i]);
	outbox_close(&k.outbox);
	receipts_close(&k.receipts);
	arena_free(&a);
	return NULL;
}
