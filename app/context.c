/* SPDX-License-Identifier: GPL-3.0-or-later */
/* context - see context.h */
#include "app/context.h"

#include <signal.h>
#include <stdio.h>

static struct queue *
receiver(struct context *c, const struct msg *m)
{
	enum msg_to to = msg_to(m->kind);

	if ((c->flags & ENGINE_SHOW) && to != TO_UI && to != TO_SEARCH &&
		to != TO_OPEN)
		return NULL;
	switch (to) {
	case TO_UI:
		return c->ui;
	case TO_SEARCH:
		return c->search;
	case TO_OPEN:
		return c->open;
	case TO_VERIFY:
		return c->verify;
	case TO_KEEPER:
		return c->keeper;
	case TO_LOCAL:
		return c->local;
	case TO_SENDER:
		if (m->account < 0 || m->account >= c->workers)
			return NULL;
		return c->sender[m->account];
	case TO_ACCOUNT:
		if (m->account < 0 || m->account >= c->workers)
			return NULL;
		return c->account[m->account];
	}
	return NULL;
}

bool
context_post(struct context *c, struct msg *m)
{
	struct queue *q = receiver(c, m);
	struct err e;

	atomic_fetch_add(&c->busy, 1);
	if (q && queue_post(q, &m->item, msg_lane(m->kind)))
		return true;
	if (q == NULL && m->id && msg_to(m->kind) != TO_UI) {
		err_set(&e, ERR_INPUT, 0,
			c->flags & ENGINE_SHOW
				? N_("another signet has this profile; this "
				     "one only shows it")
				: N_("there is no account for this message"));
		context_fail(c, m, &e);
	}
	context_done(c, &m);
	return false;
}

void
context_done(struct context *c, struct msg **m)
{
	msg_free(m);
	atomic_fetch_sub(&c->busy, 1);
}

struct msg *
context_answer(const struct msg *m, enum msg_kind kind)
{
	struct msg *a = msg_new(kind);

	if (m) {
		a->id = m->id;
		a->account = m->account;
	}
	return a;
}

void
context_end(struct context *c, const struct msg *m, const char *text)
{
	struct msg *a;

	if (!m->id)
		return; /* nobody asked */
	a = context_answer(m, MSG_DONE);
	a->u.text = arena_strdup(a->arena, text);
	context_post(c, a);
}

void
context_fail(struct context *c, const struct msg *m, const struct err *e)
{
	struct msg *a = context_answer(m, MSG_FAILED);

	a->err = *e;
	context_post(c, a);
}

static bool
same_progress(const struct queue_item *x, const struct queue_item *y)
{
	const struct msg *a = (const void *)x, *b = (const void *)y;

	return a->kind == b->kind && a->id == b->id && a->account == b->account;
}

void
context_post_newest(struct context *c, struct msg *m)
{
	struct queue_item *old = NULL;

	atomic_fetch_add(&c->busy, 1);
	if (!queue_replace(
		    c->ui, &m->item, msg_lane(m->kind), same_progress, &old))
		context_done(c, &m);
	if (old) {
		struct msg *o = msg_of(old);

		context_done(c, &o);
	}
}

void
context_progress(struct context *c, const struct msg *m, unsigned done,
	unsigned total, const char *fmt, ...)
{
	struct msg *a = context_answer(m, MSG_PROGRESS);
	va_list ap;

	va_start(ap, fmt);
	a->u.progress.text = arena_vprintf(a->arena, err_words(fmt), ap);
	va_end(ap);
	a->u.progress.done = done;
	a->u.progress.total = total;
	a->u.progress.left = -1;
	context_post_newest(c, a);
}

void
context_verify_again(struct context *c, const char *path, const char *id)
{
	struct msg *m = msg_new(MSG_VERIFY);

	m->u.verdict.path = arena_strdup(m->arena, path);
	m->u.verdict.id = arena_strdup(m->arena, id);
	m->u.verdict.is_again = true;
	context_post(c, m);
}

void
context_changed(struct context *c)
{
	context_post_newest(c, msg_new(MSG_CHANGED));
}

void
context_new_config(struct context *c, struct config *again)
{
	/* accounts of old stand in the same order: what workers point to is in
	 * the old one, which lives as long as the program */
	__atomic_store_n(&c->config, again, __ATOMIC_RELEASE);
}

int
context_load_config(struct context *c, struct err *e)
{
	int status;
	struct config *again = config_load(c->config->path, &status, e);

	if (status < 0 || again->accounts != c->config->accounts) {
		config_free(&again);
		return -1;
	}
	context_new_config(c, again);
	return 0;
}

int
context_thread(pthread_t *t, void *(*run)(void *), void *arg, size_t stack,
	struct err *e)
{
	pthread_attr_t attr;
	sigset_t all, old;
	int rc;

	pthread_attr_init(&attr);
	if (stack)
		pthread_attr_setstacksize(&attr, stack);
	/* signals are the drawing thread's alone */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	rc = pthread_create(t, &attr, run, arg);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	pthread_attr_destroy(&attr);
	if (rc)
		return err_sys(e, rc, "cannot start a thread");
	return 0;
}
