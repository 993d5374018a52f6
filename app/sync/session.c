/* SPDX-License-Identifier: GPL-3.0-or-later */
/* the IMAP side of an account: see account_parts.h. Fetching stands in
 * session_fetch.c, what goes up in session_push.c.
 *
 * A pass goes over the mailboxes, INBOX first. For each:
 *
 *	SELECT -> the server's UIDs and flags -> plan -> small steps first
 *	       -> then bodies, the newest first, 50 at a time:
 *	          tmp -> fsync -> rename -> UID rows (one transaction) ->
 *ARRIVED
 *
 * A death between rename and the rows leaves files that carry their UID in
 * their names: they are bound to it, not fetched again. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "app/sync/plan.h"
#include "app/sync/session_parts.h"
#include "base/clock.h"
#include "base/log.h"
#include "store/maildir.h"
#include "store/receipts.h"

/* Mailboxes that are not open are looked over once in that time, with NOTIFY
 * too: Dovecot tells of what it delivers itself, not of files that others put
 * into its Maildirs. */
enum { OTHERS_MS = 60000, APPLY_AT_ONCE = 50 };

bool
session_is_open(const struct worker *w)
{
	return w->session != NULL;
}

bool
session_has_work(const struct worker *w)
{
	return w->session && w->session->in_pass;
}

void
session_close(struct worker *w)
{
	struct session *s = w->session;

	if (!s)
		return;
	w->no_compression |= s->imap && imap_is_compression_broken(s->imap);
	imap_close(&s->imap);
	free(s->scan);
	arena_free(&s->a);
	arena_free(&s->plan_arena);
	free(s);
	w->session = NULL;
}

/* --- opening
 * ---------------------------------------------------------------------------
 */

void
session_show_certificate(
	struct worker *w, const struct stream_facts *f, const struct err *e)
{
	struct msg *m = msg_new(MSG_STATUS);
	struct msg_status *s = &m->u.status;

	m->account = w->here.account;
	s->state = ACCOUNT_CERT;
	s->text = arena_strdup(m->arena, e->text);
	s->fingerprint = arena_strdup(m->arena, f->fingerprint);
	s->pin = arena_strdup(m->arena, f->pin);
	s->certificate = arena_strdup(m->arena, f->text);
	s->server = arena_strdup(m->arena, w->here.config->receive.host);
	log_write(LOG_WARN, w->here.config->name, "%s", e->text);
	context_post(w->here.c, m);
}

const char *
session_pin(struct worker *w, struct arena *a)
{
	const char *path =
		arena_printf(a, "%s/receipts.db", w->here.c->paths.data);
	const char *pin = NULL;
	struct receipts *r;
	struct err e;

	/* a first start does not wait for one to be made */
	if (access(path, F_OK) < 0)
		return NULL;
	r = receipts_open(path, &e);
	if (!r || receipts_pin(r, w->here.config->name,
			  arena_printf(a, "%s:%u", w->here.config->receive.host,
				  w->here.config->receive.port),
			  a, &pin, &e) != 1)
		pin = NULL;
	receipts_close(&r);
	return pin;
}

struct imap *
session_connect(struct worker *w, const struct secret *password,
	struct arena *a, struct err *e)
{
	struct imap_settings set = { .user = w->here.config->receive.user,
		.password = password,
		.auth = w->here.config->auth };
	struct stream_facts facts = { 0 };
	struct imap *m;

	set.stream =
		(struct stream_settings){ .host = w->here.config->receive.host,
			.port = w->here.config->receive.port,
			.ca_file = w->here.config->ca_file,
			.pin = session_pin(w, a),
			.cancel_fd = w->here.c->cancel[w->here.account],
			.name = w->here.config->name,
			.tls = w->here.config->receive.scheme == SCHEME_IMAPS
				       ? STREAM_TLS
			       : w->here.config->receive.scheme == SCHEME_IMAP
				       ? STREAM_STARTTLS
				       : STREAM_PLAIN };
	m = imap_open(&set, &facts, e);
	if (m) {
		for (int i = 0; i < KEYWORDS; i++)
			w->session->keyword[i] =
				w->here.c->keyword[w->here.account][i].name;
		imap_set_keywords(m, w->session->keyword);
	}
	if (!m && e->class == ERR_CERT)
		session_show_certificate(w, &facts, e);
	return m;
}

int
session_open(struct worker *w, struct err *e)
{
	struct session *s;

	struct secret *password = worker_password(w, e);

	if (!password)
		return -1;
	s = calloc(1, sizeof *s);
	if (!s) {
		secret_free(&password);
		return err_sys(e, ENOMEM, "cannot connect");
	}
	s->a = arena_new();
	s->plan_arena = arena_new();
	w->session = s;
	s->imap = session_connect(w, password, s->a, e);
	secret_free(&password);
	if (!s->imap || session_first(w, e) < 0 ||
		session_learn_boxes(w, e) < 0) {
		struct err why = *e;

		session_close(w);
		*e = why;
		return -1;
	}
	s->is_first = true;
	w->wants_push = true;
	session_begin_pass(w, false);
	s->is_listed = true; /* just now */
	return 0;
}

void
session_begin_pass(struct worker *w, bool inbox_alone)
{
	struct session *s = w->session;
	struct err e;

	if (!s || s->in_pass)
		return;
	s->at = s->came = 0;
	s->is_open = false;
	s->in_pass = true;
	s->began_ms = clock_mono_ms();
	s->is_listed = false; /* a push may have listed, but that is old */
	s->is_inbox_alone = s->may_drop = false;
	if (!inbox_alone)
		return;
	/* its news are asked for as it is opened */
	arena_reset(s->a);
	s->selected = 0;
	if (state_boxes(w->here.state, s->a, &s->box, &s->boxes, &e) < 0 ||
		s->boxes == 0)
		return;
	s->is_inbox_alone = true;
	s->boxes = 1;
	s->status = arena_array(s->a, 1, sizeof *s->status);
	s->status[0] = (struct imap_info){ 0 };
	s->is_listed = true;
}

/* --- one mailbox
 * ------------------------------------------------------------------------ */

/* The UIDs of mailbox B mean nothing any more. */
static int
orphan_all(struct worker *w, const struct state_box *b, struct err *e)
{
	int rc = local_begin(&w->here, e);

	if (rc == 0)
		rc = state_orphan_box(w->here.state, b->id, e);
	return local_end(&w->here, rc, e);
}

int
session_select(struct worker *w, struct state_box *b, struct imap_info *info,
	struct err *e)
{
	w->session->selected = 0;
	if (imap_select(w->session->imap, b->raw, info, e) < 0)
		return -1;
	return session_selected(w, b, info, e);
}

int
session_selected(struct worker *w, struct state_box *b,
	const struct imap_info *info, struct err *e)
{
	w->session->selected = b->id;
	w->session->kept = info->kept;
	if (b->uidvalidity == info->uidvalidity)
		return 0;
	if (b->uidvalidity) {
		worker_tell(w,
			"%s/%s: the server has numbered its letters anew "
			"(UIDVALIDITY %u, now %u). What is here stays; the "
			"letters come once more and are matched by content, so "
			"that none stands here twice",
			w->here.config->name, b->folder, b->uidvalidity,
			info->uidvalidity);
		if (orphan_all(w, b, e) < 0)
			return -1;
	}
	b->uidvalidity = info->uidvalidity;
	b->modseq = 0;
	b->keep_months = b->older = 0; /* reckoned anew */
	b->keep_uid = 0;
	return state_put_box(w->here.state, b, e);
}

const struct state_message *
session_local(const struct session *s, uint32_t uid)
{
	size_t lo = 0, hi = s->locals;

	while (lo < hi) {
		size_t mid = (lo + hi) / 2;

		if (s->local[mid].uid < uid)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < s->locals && s->local[lo].uid == uid ? &s->local[lo] : NULL;
}

/* Find the file of message M of box B: its path now, in OUT. */
int
session_file(struct worker *w, const struct state_box *b, const char *base,
	struct buf *out, struct err *e)
{
	return local_file(&w->here, b->folder, base, out, e);
}

/* Under the lock: do step P here, on disk and in the state. NOW is the message
 * as it stands, which may have been changed since the plan was made: then the
 * next pass plans anew. */
static int
apply_here(struct worker *w, struct state_box *b, const struct plan_step *p,
	const struct state_message *l, const struct state_message *now,
	struct err *e)
{
	struct state_message m = *now;
	bool is_same = now->flags == l->flags;
	/* what the server cannot keep is kept here */
	unsigned flags = p->flags | (l->flags & ~w->session->kept);
	struct buf at, to;
	int rc = 0;

	if (!is_same) {
		w->session->is_stale = w->session->is_partial = true;
		return 0;
	}
	buf_init(&at, 4096);
	buf_init(&to, 4096);
	switch (p->kind) {
	case PLAN_SET_LOCAL:
		if (session_file(w, b, l->base, &at, e) == 0) {
			rc = maildir_set_flags(w->here.c->paths.mail,
				buf_c(&at), flags, &to, e);
			if (rc == 0)
				local_renamed(&w->here, buf_c(&at), buf_c(&to),
					NULL, NULL, NULL);
		}
		m.flags = flags;
		m.agreed = (m.agreed & ~(flags ^ l->flags)) |
			   (flags & (flags ^ l->flags));
		break;
	case PLAN_AGREE:
		m.agreed = m.flags = flags;
		break;
	case PLAN_UNDELETE: /* its file is gone: it comes again */
		w->session->is_stale = w->session->is_partial = true;
		rc = state_drop_message(w->here.state, b->id, p->uid, e);
		goto out;
	case PLAN_DROP_LOCAL:
		if (session_file(w, b, l->base, &at, e) == 0) {
			rc = maildir_remove(
				w->here.c->paths.mail, buf_c(&at), e);
			if (rc == 0)
				local_removed(&w->here, buf_c(&at));
		}
		if (rc == 0)
			rc = state_drop_message(
				w->here.state, b->id, p->uid, e);
		goto out;
	case PLAN_KEEP_LOCAL:
		/* gone there, changed here: it stays, and goes up again */
		rc = state_add_op(w->here.state,
			&(struct state_op){ .kind = "keep",
				.folder = b->folder,
				.base = l->base },
			e);
		w->wants_push = true;
		if (rc == 0)
			rc = state_drop_message(
				w->here.state, b->id, p->uid, e);
		goto out;
	default:
		goto out;
	}
	if (rc == 0)
		rc = state_put_message(w->here.state, b->id, &m, e);
out:
	buf_fini(&at);
	buf_fini(&to);
	return rc;
}

/* One step here, under the lock and within a transaction. */
static int
apply_step(struct worker *w, struct state_box *b, const struct plan_step *p,
	struct err *e)
{
	const struct state_message *l = session_local(w->session, p->uid);
	struct state_message now;
	int64_t box;
	int rc;

	if (!l)
		return 0;
	rc = state_find(
		w->here.state, l->base, w->session->plan_arena, &box, &now, e);
	if (rc == 1 && box == b->id && now.uid == p->uid)
		rc = apply_here(w, b, p, l, &now, e);
	else if (rc >= 0) {
		w->session->is_partial = true; /* moved meanwhile */
		rc = 0;
	}
	if (rc < 0 && e->class == ERR_MESSAGE) {
		log_write(LOG_WARN, w->here.config->name, "%s", e->text);
		w->session->is_partial = true;
		rc = 0;
	}
	return rc;
}

/* What is gone from one mailbox may have been moved to another. Where the
 * server names letters its file goes only when all mailboxes have been looked
 * at: the pass is made again for that. */
static bool
is_deferred(struct session *s, const struct plan_step *p)
{
	if (p->kind != PLAN_DROP_LOCAL || s->may_drop || !imap_has_ids(s->imap))
		return false;
	s->has_deferred = s->is_partial = true;
	return true;
}

/* The steps of P that are done here, a number of them in one transaction. */
static int
apply_all_here(
	struct worker *w, struct state_box *b, struct plan *p, struct err *e)
{
	for (size_t i = 0; i < p->steps;) {
		int rc = local_begin(&w->here, e);
		size_t done = 0;

		for (; i < p->steps && done < APPLY_AT_ONCE && rc == 0; i++) {
			const struct plan_step *s = &p->step[i];

			if (s->kind == PLAN_FETCH ||
				s->kind == PLAN_SET_REMOTE ||
				s->kind == PLAN_DROP_REMOTE ||
				session_holds(p, s) ||
				is_deferred(w->session, s))
				continue;
			rc = apply_step(w, b, s, e);
			done++;
		}
		if (local_end(&w->here, rc, e) < 0)
			return -1;
	}
	return 0;
}

/* The steps of P that the server is told: flags, then deletions. */
static int
apply_all_there(
	struct worker *w, struct state_box *b, struct plan *p, struct err *e)
{
	struct arena *a = w->session->plan_arena;
	struct session_change *c = arena_array(a, p->steps, sizeof *c);
	size_t n = 0;
	int rc;

	for (size_t i = 0; i < p->steps; i++)
		if (p->step[i].kind == PLAN_SET_REMOTE)
			c[n++] = (struct session_change){ p->step[i].uid,
				p->step[i].add, p->step[i].remove,
				p->step[i].flags, false, false };
	if (n && session_store(w, a, c, n, e) < 0)
		return -1;
	rc = n ? local_begin(&w->here, e) : 0;
	for (size_t i = 0; i < n && rc == 0; i++) {
		const struct state_message *l =
			session_local(w->session, c[i].uid);
		unsigned told = c[i].add | c[i].remove;

		w->session->is_partial |= c[i].is_refused || c[i].is_gone;
		if (l && !c[i].is_gone)
			rc = state_agree(w->here.state, b->id, c[i].uid,
				(l->agreed & ~told) | (c[i].flags & told), e);
	}
	if (n && local_end(&w->here, rc, e) < 0)
		return -1;
	return session_delete(w, b, p, e);
}

/* Of the messages that are to be fetched, leave out those that are too old, and
 * those that have been moved here and wait for the server to follow. */
static int
leave_moved(
	struct worker *w, struct state_box *b, struct plan *p, struct err *e)
{
	struct state_op *op;
	size_t n, kept = 0;

	if (state_ops(w->here.state, w->session->plan_arena, &op, &n, e) < 0)
		return -1;
	for (size_t i = 0; i < p->steps; i++) {
		bool is_moved = false;

		is_moved = p->step[i].kind == PLAN_FETCH &&
			   session_stays(b, p->step[i].uid);
		for (size_t k = 0; k < n && p->step[i].kind == PLAN_FETCH; k++)
			is_moved |= op[k].box == b->id &&
				    op[k].uid == p->step[i].uid &&
				    strcmp(op[k].kind, "move") == 0;
		if (!is_moved)
			p->step[kept++] = p->step[i];
		else
			p->fetches--;
	}
	p->steps = kept;
	return 0;
}

int
session_plan(
	struct worker *w, struct state_box *b, struct plan **out, struct err *e)
{
	struct session *s = w->session;
	struct arena *a = s->plan_arena;
	struct plan_remote *remote;
	struct plan_local *local;
	size_t n;
	int rc;

	if (session_compare(w, b, &remote, &n, e) < 0)
		return -1;
	local = session_plan_local(s);
	*out = plan_make(a, remote, n, local, s->locals);
	local_lock(&w->here);
	rc = leave_moved(w, b, *out, e);
	local_unlock(&w->here);
	return rc;
}

/* Select, plan, do all but the fetching. */
static int
open_box(struct worker *w, struct err *e)
{
	struct session *s = w->session;
	struct state_box *b = &s->box[s->at];
	bool is_unchanged;
	struct plan *p;

	arena_reset(s->plan_arena);
	s->fetches = s->fetched = s->newest = 0;
	s->is_partial = false;
	if (session_may_have_strangers(w, b) &&
		session_bind_leftovers(w, b, e) < 0)
		return -1;
	if (session_is_unchanged(w, b, &s->status[s->at], &is_unchanged, e) < 0)
		return -1;
	if (is_unchanged) {
		s->at++;
		return 0;
	}
	if (session_plan(w, b, &p, e) < 0)
		return -1;
	s->fetch = arena_array(s->plan_arena, p->fetches, sizeof *s->fetch);
	for (size_t i = 0; i < p->steps; i++)
		if (p->step[i].kind == PLAN_FETCH) {
			if (session_is_bad(w, b->id, p->step[i].uid))
				s->is_partial = true;
			else if (!session_is_large(w, b, p->step[i].uid))
				s->fetch[s->fetches++] = p->step[i].uid;
		}
	if (session_brake(w, b, p, e) < 0 || apply_all_there(w, b, p, e) < 0 ||
		apply_all_here(w, b, p, e) < 0)
		return -1;
	s->is_open = true;
	return 0;
}

/* --- the pass
 * ------------------------------------------------------------------------------
 */

/* All mailboxes are done with. */
static void
end_pass(struct worker *w)
{
	struct session *s = w->session;
	int64_t now = clock_mono_ms();
	struct err e;

	/* of files that moves and deletions have left no name for */
	if (s->is_first && !s->is_inbox_alone &&
		state_clean_missing(w->here.state, &e) < 0)
		log_write(LOG_WARN, w->here.config->name, "%s", e.text);
	if (s->came)
		log_write(LOG_INFO, w->here.config->name,
			"%zu letters came in %lld ms", s->came,
			(long long)(now - s->began_ms));
	if (!s->is_inbox_alone)
		s->next_others_ms = now + OTHERS_MS;
	if (s->boxes != 1)
		w->is_confirmed = false;
	s->in_pass = s->is_first = s->is_listed = false;
	/* changed here under the plan's feet, or letters are to go */
	if (s->is_stale || s->has_deferred) {
		bool may_drop = s->has_deferred && !s->is_inbox_alone;

		s->is_stale = s->has_deferred = false;
		session_begin_pass(w, false);
		s->may_drop = may_drop;
	}
}

/* One mailbox cannot be synchronised, WHY. */
static void
tell_box(struct worker *w, const struct state_box *b, const char *why)
{
	struct msg *m = msg_new(MSG_FAILED);

	m->account = w->here.account;
	err_set(&m->err, ERR_BOX, 0,
		"%s/%s: %s. What is here of it stays, the other mailboxes go "
		"on, and it is tried again at the next pass",
		w->here.config->name, b->folder, why);
	log_write(LOG_WARN, w->here.config->name, "%s", m->err.text);
	context_post(w->here.c, m);
}

int
session_step(struct worker *w, struct err *e)
{
	struct session *s = w->session;
	int rc = 0;

	if (!s->in_pass)
		return 0;
	if (!s->is_listed)
		return session_learn_boxes(w, e);
	if (s->at >= s->boxes) {
		rc = session_age_trash(w, e);
		if (rc == 0)
			end_pass(w);
	} else if (s->box[s->at].is_gone ||
		   !session_is_configured(w, s->box[s->at].folder)) {
		s->at++;
	} else if (!s->is_open) {
		rc = open_box(w, e);
		if (rc < 0 && e->class == ERR_BOX) {
			tell_box(w, &s->box[s->at], e->text);
			s->at++; /* this mailbox only */
			rc = 0;
		}
	} else if (s->fetched < s->fetches) {
		rc = session_fetch(w, e);
	} else if (session_has_large(w, &s->box[s->at])) {
		rc = session_step_large(w, &s->box[s->at], e);
	} else {
		rc = session_keep_box(w, &s->box[s->at], e);
		s->is_open = false;
		s->at++;
	}
	return rc;
}

/* --- waiting
 * ------------------------------------------------------------------------------
 */

int
session_wait(struct worker *w, int timeout_ms, struct err *e)
{
	struct session *s = w->session;
	struct queue *inbox = w->here.c->account[w->here.account];
	struct imap_info info;
	int news;
	int64_t left = s->next_others_ms - clock_mono_ms();

	if (s->boxes && s->selected != s->box[0].id &&
		session_select(w, &s->box[0], &info, e) < 0)
		return -1;
	if (imap_watch(s->imap, e) < 0)
		return -1;
	if (left < timeout_ms)
		timeout_ms = left < 0 ? 0 : (int)left;
	news = imap_idle(s->imap, queue_fd(inbox), timeout_ms, e);
	if (news < 0)
		return -1;
	if (news & IMAP_NEWS_ELSEWHERE)
		session_begin_pass(w, false);
	else if (news)
		session_begin_pass(w, true);
	else if (queue_count(inbox) == 0 &&
		 clock_mono_ms() >= s->next_others_ms)
		session_begin_pass(w, false);
	return 0;
}
