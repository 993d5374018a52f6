/* SPDX-License-Identifier: GPL-3.0-or-later */
/* the outbox: see keeper_parts.h
 *
 *	draft -> OUT_QUEUE: bytes and row "queued" (durable)
 *	      -> due: row "sending" (durable) -> SEND to the account
 *	      -> SENT: "accepted" (durable) -> FILE_SENT -> FILED: the row goes
 *	               "later": next try; "refused", "unknown": the user's turn
 */
#include "app/keeper/keeper_parts.h"

#include <stdio.h>
#include <unistd.h>

#include "app/letter/draft.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"

enum { RETRY_FIRST_S = 60, RETRY_MAX_S = 3600, TRIES_MAX = 40 };

static bool
is(const char *a, const char *b)
{
	return strcmp(a, b) == 0;
}

static int
account_index(struct keeper *k, const char *name)
{
	for (size_t i = 0; i < k->c->config->accounts; i++)
		if (is(k->c->config->account[i].name, name))
			return (int)i;
	return -1;
}

static int
no_outbox(struct keeper *k, struct msg *m)
{
	struct err e;

	if (k->outbox)
		return 0;
	err_set(&e, ERR_SYSTEM, 0,
		"the outbox could not be opened: see ':messages'");
	context_fail(k->c, m, &e);
	return -1;
}

void
keeper_out_queue(struct keeper *k, struct msg *m)
{
	struct outbox_item item = { 0 };
	struct outbox_rcpt *rcpt;
	struct draft_built d;
	struct buf bytes;
	struct err e;

	if (no_outbox(k, m) < 0)
		return;
	buf_init(&bytes, LIMIT_MESSAGE);
	if (draft_build(k->c, m->arena, &m->u.draft, &bytes, &d, &e) < 0)
		goto failed;
	rcpt = arena_array(m->arena, d.envelope.recipients, sizeof *rcpt);
	for (size_t i = 0; i < d.envelope.recipients; i++)
		rcpt[i].address = arena_cstr(m->arena, d.envelope.recipient[i]);
	item = (struct outbox_item){ .account = d.account,
		.subject = m->u.draft.subject,
		.sender = arena_cstr(m->arena, d.envelope.sender),
		.message_id = d.message_id,
		.reply_to = m->u.draft.reply_to_path ? m->u.draft.reply_to_path
						     : "",
		.next_try =
			clock_wall() + (int64_t)k->c->config->undo_send_seconds,
		.needs_utf8 = d.envelope.needs_utf8,
		.rcpt = rcpt,
		.rcpts = d.envelope.recipients };
	if (d.not_before > item.next_try)
		item.next_try = d.not_before;
	if (outbox_add(k->outbox, buf_str(&bytes), &item, &e) < 0)
		goto failed;
	draft_drop(&m->u.draft); /* durable in the outbox from here on */
	buf_fini(&bytes);
	context_end(k->c, m,
		item.next_try > clock_wall()
			? arena_printf(m->arena,
				  err_words(N_("queued; sends in %lld s (g o, "
					       "x takes it back)")),
				  (long long)(item.next_try - clock_wall()))
			: err_words(N_("queued")));
	context_changed(k->c);
	return;
failed:
	buf_fini(&bytes);
	context_fail(k->c, m, &e);
}

void
keeper_out_list(struct keeper *k, struct msg *m)
{
	struct msg *a = context_answer(m, MSG_OUTBOX);
	struct outbox_item *list = NULL;
	struct err e;
	size_t n = 0;

	if (no_outbox(k, m) < 0) {
		msg_free(&a);
		return;
	}
	if (outbox_list(k->outbox, a->arena, &list, &n, &e) < 0) {
		context_fail(k->c, m, &e);
		msg_free(&a);
		return;
	}
	a->u.outbox.item = arena_array(a->arena, n, sizeof(struct out_item));
	a->u.outbox.items = n;
	for (size_t i = 0; i < n; i++) {
		struct buf to;

		buf_init(&to, 1000);
		for (size_t r = 0; r < list[i].rcpts && r < 3; r++)
			buf_printf(&to, "%s%s", r ? ", " : "",
				list[i].rcpt[r].address);
		if (list[i].rcpts > 3)
			buf_printf(&to, " +%zu", list[i].rcpts - 3);
		a->u.outbox.item[i] = (struct out_item){ list[i].id,
			list[i].account, list[i].subject,
			arena_strdup(a->arena, buf_c(&to)), list[i].state,
			list[i].reason, list[i].next_try };
		buf_fini(&to);
	}
	context_post(k->c, a);
}

void
keeper_out_cancel(struct keeper *k, struct msg *m)
{
	struct outbox_item item;
	struct buf path;
	struct err e;
	int rc;

	if (no_outbox(k, m) < 0)
		return;
	rc = outbox_get(k->outbox, m->u.out.id, m->arena, &item, &e);
	if (rc == 0)
		rc = err_set(&e, ERR_INPUT, 0,
			"there is no message %lld in the outbox",
			(long long)m->u.out.id);
	else if (rc == 1 &&
		 (is(item.state, "sending") || is(item.state, "accepted")))
		rc = err_set(
			&e, ERR_INPUT, 0, "too late: it is on its way already");
	buf_init(&path, 4096);
	outbox_path(k->outbox, m->u.out.id, &path);
	/* nothing typed is lost: it becomes a draft again */
	if (rc == 1)
		rc = draft_from_message(k->c, buf_c(&path), item.account, &e);
	if (rc == 0)
		rc = outbox_drop(k->outbox, m->u.out.id, &e);
	buf_fini(&path);
	if (rc < 0)
		context_fail(k->c, m, &e);
	else
		context_end(k->c, m,
			err_words(N_("taken out of the outbox; it is a draft "
				     "again")));
	context_changed(k->c);
}

/* False: its account has been stopped. */
static bool
post_letter(struct keeper *k, enum msg_kind kind, const struct outbox_item *i)
{
	struct msg *m = msg_new(kind);
	struct msg_letter *l = &m->u.letter;
	struct buf path;

	m->account = account_index(k, i->account);
	buf_init(&path, 4096);
	outbox_path(k->outbox, i->id, &path);
	l->id = i->id;
	l->file = arena_strdup(m->arena, buf_c(&path));
	l->sender = arena_strdup(m->arena, i->sender);
	l->message_id = arena_strdup(m->arena, i->message_id);
	l->reply_to = arena_strdup(m->arena, i->reply_to);
	l->needs_utf8 = i->needs_utf8;
	l->rcpt = arena_array(m->arena, i->rcpts, sizeof *l->rcpt);
	for (size_t r = 0; r < i->rcpts; r++)
		if (!is(i->rcpt[r].state, "accepted"))
			l->rcpt[l->rcpts++] =
				arena_strdup(m->arena, i->rcpt[r].address);
	buf_fini(&path);
	return context_post(k->c, m);
}

/* ITEM is due: to its account. */
static void
send_now(struct keeper *k, const struct outbox_item *item)
{
	const char *gone =
		err_words(N_("its account is no longer in the configuration"));
	struct err e;
	int rc;

	if (account_index(k, item->account) < 0) {
		rc = outbox_set(k->outbox, item->id, "refused", gone, 0, &e);
	} else {
		rc = outbox_set(k->outbox, item->id, "sending", "", 0, &e);
		if (rc == 0 && !post_letter(k, MSG_SEND, item))
			rc = outbox_set(k->outbox, item->id, item->state,
				item->reason, item->next_try, &e);
	}
	if (rc < 0)
		log_write(LOG_ERROR, "outbox", "%s", e.text);
}

int
keeper_out_due(struct keeper *k, bool all)
{
	struct arena *a = arena_new();
	struct outbox_item *list;
	int64_t now = clock_wall(), next = -1;
	struct err e;
	int outgoing = 0;
	size_t n;

	if (!k->outbox || outbox_list(k->outbox, a, &list, &n, &e) < 0)
		n = 0;
	for (size_t i = 0; i < n; i++) {
		struct outbox_item *o = &list[i];
		bool later = is(o->state, "later");

		outgoing += later || is(o->state, "queued") ||
			    is(o->state, "sending");
		if (!later && !is(o->state, "queued"))
			continue;
		if (o->next_try > now && !(all && later)) {
			if (next < 0 || o->next_try - now < next)
				next = o->next_try - now;
			continue;
		}
		if (!atomic_load(&k->c->stopping))
			send_now(k, o);
	}
	atomic_store(&k->c->outgoing, outgoing);
	arena_free(&a);
	return next < 0 ? -1 : (int)(next * 1000);
}

/* What the server said of the letter and of each recipient, as one fact. */
static int
keep_answer(struct keeper *k, const struct msg_letter *l, const char *state,
	int64_t next_try, struct err *e)
{
	int rc = outbox_begin(k->outbox, e);

	if (rc < 0)
		return -1;
	for (size_t i = 0; i < l->rcpts && rc == 0; i++)
		if (l->rcpt_state)
			rc = outbox_set_rcpt(k->outbox, l->id, l->rcpt[i],
				l->rcpt_state[i], l->rcpt_text[i], e);
	if (rc == 0)
		rc = outbox_set(
			k->outbox, l->id, state, l->reason, next_try, e);
	if (rc == 0)
		return outbox_commit(k->outbox, e);
	outbox_rollback(k->outbox);
	return -1;
}

/* The server has taken it: that fact first, then the copy. */
static void
accepted(struct keeper *k, struct msg *m, const struct outbox_item *item)
{
	struct msg *done = msg_new(MSG_DONE);
	struct err e;

	if (keep_answer(k, &m->u.letter, "accepted", 0, &e) < 0)
		log_write(LOG_ERROR, "outbox", "%s", e.text);
	post_letter(k, MSG_FILE_SENT, item);
	done->u.text = arena_printf(
		done->arena, err_words(N_("sent: %s")), item->subject);
	context_post(k->c, done);
	if (*item->reply_to && m->account >= 0) {
		struct msg *f = msg_new(MSG_FLAG);

		f->account = account_index(
			k, arena_printf(f->arena, "%.*s",
				   (int)strcspn(item->reply_to, "/"),
				   item->reply_to));
		f->u.change.path = arena_array(f->arena, 1, sizeof(char *));
		f->u.change.id = arena_array(f->arena, 1, sizeof(char *));
		f->u.change.path[0] = arena_strdup(f->arena, item->reply_to);
		f->u.change.id[0] = "";
		f->u.change.count = 1;
		f->u.change.add = "replied";
		f->u.change.remove = "";
		context_post(k->c, f);
	}
}

void
keeper_out_sent(struct keeper *k, struct msg *m)
{
	const struct msg_letter *l = &m->u.letter;
	struct outbox_item item;
	int64_t wait = RETRY_FIRST_S;
	struct err e;

	if (!k->outbox ||
		outbox_get(k->outbox, l->id, m->arena, &item, &e) != 1)
		return;
	if (is(l->state, "accepted")) {
		accepted(k, m, &item);
	} else {
		const char *state = l->state;
		struct msg *f;

		for (int i = 0; i < item.tries && wait < RETRY_MAX_S; i++)
			wait *= 2;
		if (is(state, "later") && item.tries >= TRIES_MAX)
			state = "refused";
		if (keep_answer(k, l, state, clock_wall() + wait, &e) < 0)
			log_write(LOG_ERROR, "outbox", "%s", e.text);
		f = msg_new(MSG_FAILED);
		err_set(&f->err, ERR_MESSAGE, 0,
			is(state, "unknown")
				? "'%s': it is unknown whether it was sent: %s"
			: is(state, "later")
				? N_("'%s' waits in the outbox: %s")
				: N_("'%s' was refused and stays in "
				     "the outbox: %s"),
			item.subject, l->reason);
		context_post(k->c, f);
	}
	context_changed(k->c);
}

/* Some recipients were not accepted though the letter was: they stay, with the
 * server's words. False: all have it. */
static bool
keep_rest(struct keeper *k, const struct outbox_item *item)
{
	const char *state = NULL, *reason = "";
	struct msg *f;
	struct err e;

	for (size_t i = 0; i < item->rcpts; i++) {
		const struct outbox_rcpt *r = &item->rcpt[i];

		if (is(r->state, "accepted") || (state && is(state, "later")))
			continue;
		state = is(r->state, "later") ? "later" : "refused";
		reason = r->text;
	}
	if (!state)
		return false;
	if (outbox_set(k->outbox, item->id, state, reason,
		    clock_wall() + RETRY_FIRST_S, &e) < 0)
		log_write(LOG_ERROR, "outbox", "%s", e.text);
	f = msg_new(MSG_FAILED);
	err_set(&f->err, ERR_MESSAGE, 0,
		"'%s' was not taken for every recipient; the rest stays in the "
		"outbox: %s",
		item->subject, reason);
	context_post(k->c, f);
	return true;
}

void
keeper_out_filed(struct keeper *k, struct msg *m)
{
	struct outbox_item item;
	struct err e;

	if (!k->outbox ||
		outbox_get(k->outbox, m->u.letter.id, m->arena, &item, &e) != 1)
		return;
	if (!keep_rest(k, &item) && outbox_drop(k->outbox, item.id, &e) < 0)
		log_write(LOG_ERROR, "outbox", "%s", e.text);
	context_changed(k->c);
}

/* The user says it was sent: every recipient has it. */
static int
keep_as_sent(struct keeper *k, const struct outbox_item *item, struct err *e)
{
	int rc = outbox_begin(k->outbox, e);

	if (rc < 0)
		return -1;
	for (size_t i = 0; i < item->rcpts && rc == 0; i++)
		if (!is(item->rcpt[i].state, "accepted"))
			rc = outbox_set_rcpt(k->outbox, item->id,
				item->rcpt[i].address, "accepted",
				err_words(N_("the user says so")), e);
	if (rc == 0)
		rc = outbox_set(k->outbox, item->id, "accepted", "", 0, e);
	if (rc == 0)
		return outbox_commit(k->outbox, e);
	outbox_rollback(k->outbox);
	return -1;
}

void
keeper_out_resolve(struct keeper *k, struct msg *m)
{
	struct outbox_item item;
	struct err e;
	int rc;

	if (no_outbox(k, m) < 0)
		return;
	rc = outbox_get(k->outbox, m->u.out.id, m->arena, &item, &e);
	if (rc == 0 || (rc == 1 && !is(item.state, "unknown") &&
			       !is(item.state, "refused")))
		rc = err_set(&e, ERR_INPUT, 0,
			"message %lld is not in the state 'unknown'",
			(long long)m->u.out.id);
	if (rc == 1 && m->u.out.was_sent) {
		rc = keep_as_sent(k, &item, &e);
		if (rc == 0)
			post_letter(k, MSG_FILE_SENT, &item);
	} else if (rc == 1) {
		rc = outbox_set(k->outbox, item.id, "queued", "", 0, &e);
	}
	if (rc < 0)
		context_fail(k->c, m, &e);
	else
		context_end(k->c, m,
			m->u.out.was_sent ? err_words(N_("kept as sent"))
					  : err_words(N_("it is sent again")));
}

void
keeper_out_resume(struct keeper *k)
{
	struct arena *a = arena_new();
	struct outbox_item *list;
	struct err e;
	size_t n;

	if (k->outbox && outbox_list(k->outbox, a, &list, &n, &e) == 0)
		for (size_t i = 0; i < n; i++)
			if (is(list[i].state, "accepted"))
				post_letter(k, MSG_FILE_SENT, &list[i]);
	arena_free(&a);
}
