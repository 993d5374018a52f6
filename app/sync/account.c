/* SPDX-License-Identifier: GPL-3.0-or-later */
/* account - see account.h. The loop and what it decides; the session stands in
 * session.c; what is done to the mail that is here in local.c, sending in
 * sender.c. */
#include "app/sync/account_parts.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "app/local/hook.h"
#include "app/sync/pop.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "store/receipts.h"

enum {
	RETRY_FIRST_MS = 1000,
	RETRY_MAX_MS = 300000,
	POLL_MS = 60000,
	PASSWORD_MS = 60000,
	FAILURES_MAX = 4 /* one after another, in one pass */
};

struct worker *
account_new(struct context *c, int i, struct err *e)
{
	struct worker *w = calloc(1, sizeof *w);

	if (!w) {
		err_sys(e, ENOMEM, "cannot start an account");
		return NULL;
	}
	w->here = (struct local){
		.c = c, .account = i, .config = &c->config->account[i]
	};
	pthread_mutex_init(&w->password_lock, NULL);
	w->wants_online =
		!(c->flags & ENGINE_OFFLINE) &&
		(!w->here.config->metered || (c->flags & ENGINE_ONE_PASS));
	return w;
}

void
account_free(struct worker **w)
{
	if (!*w)
		return;
	session_close(*w);
	session_free_large(*w);
	session_free_wants(*w);
	pop_close(*w);
	local_close(&(*w)->here);
	secret_free(&(*w)->password);
	pthread_mutex_destroy(&(*w)->password_lock);
	free(*w);
	*w = NULL;
}

void
account_cancel(struct worker *w)
{
	atomic_store(&w->cancelled, true);
	(void)eventfd_write(w->here.c->cancel[w->here.account], 1);
}

/* --- small services
 * ------------------------------------------------------------------ */

/* Ask the configuration or its command. Under the lock: two threads of one
 * account ask once. */
static int
learn_password(struct worker *w, struct err *e)
{
	const char *command = w->here.config->password_command;
	struct buf out;
	char **argv;
	int rc;

	if (w->password)
		return 0;
	if (w->here.config->password) {
		w->password = secret_new(str_c(w->here.config->password));
		return 0;
	}
	if (!command)
		return err_set(e, ERR_AUTH, 0, "the password of %s is needed",
			w->here.config->address);
	argv = file_split_words(command, e);
	if (!argv)
		return -1;
	buf_init(&out, SECRET_MAX);
	rc = file_run(argv, STR(""), &out, PASSWORD_MS,
		w->here.c->cancel[w->here.account], e);
	if (rc == 0) {
		struct str rest = buf_str(&out), first;

		if (!str_split(&rest, '\n', &first) || first.n == 0)
			rc = err_set(e, ERR_AUTH, 0,
				"the password-command of %s printed nothing",
				w->here.config->name);
		else
			w->password = secret_new(first);
	} else if (e->class == ERR_INPUT) {
		e->class = ERR_AUTH;
	}
	if (out.p)
		memset(out.p, 0, out.n);
	buf_fini(&out);
	free(argv);
	return rc;
}

struct secret *
worker_password(struct worker *w, struct err *e)
{
	struct secret *copy = NULL;

	pthread_mutex_lock(&w->password_lock);
	if (learn_password(w, e) == 0)
		copy = secret_copy(w->password);
	pthread_mutex_unlock(&w->password_lock);
	return copy;
}

void
worker_set_password(struct worker *w, struct secret *password)
{
	pthread_mutex_lock(&w->password_lock);
	secret_free(&w->password);
	w->password = password;
	pthread_mutex_unlock(&w->password_lock);
}

/* --- messages
 * ---------------------------------------------------------------------- */

static void
take_password(struct worker *w, struct msg *m)
{
	worker_set_password(w, m->u.setup.password);
	m->u.setup.password = NULL;
	w->wants_online = true;
	w->failures = 0;
	w->retry_ms = 1;
	context_end(w->here.c, m, NULL);
}

static void
take_pin(struct worker *w, struct msg *m)
{
	struct receipts *r;
	char path[4200], server[400];
	struct err e;
	int rc = -1;

	(void)snprintf(
		path, sizeof path, "%s/receipts.db", w->here.c->paths.data);
	(void)snprintf(server, sizeof server, "%s:%u",
		w->here.config->receive.host, w->here.config->receive.port);
	r = receipts_open(path, &e);
	if (r)
		rc = receipts_put_pin(
			r, w->here.config->name, server, m->u.setup.pin, &e);
	receipts_close(&r);
	if (rc < 0) {
		context_fail(w->here.c, m, &e);
		return;
	}
	w->wants_online = true;
	w->retry_ms = 1;
	context_end(w->here.c, m,
		err_words(N_("the certificate is pinned for this account")));
}

static void
scan(struct worker *w)
{
	struct msg *s = msg_new(MSG_SCAN);

	s->account = w->here.account;
	context_post(w->here.c, s);
}

/* A pass of a Maildir that the user has asked for: what brings its mail goes
 * first. */
static void
fetch_outside(struct worker *w)
{
	if (!w->here.c->hook)
		return;
	worker_status(w, ACCOUNT_SYNCING, NULL);
	hook_before(w->here.c, w->here.c->cancel[w->here.account]);
	worker_status(w, ACCOUNT_LOCAL, NULL);
}

static void
connect_now(struct worker *w, struct msg *m)
{
	if (!w->here.state) { /* a Maildir: look at its files */
		fetch_outside(w);
		scan(w);
		context_post(w->here.c, msg_new(MSG_RECHECK));
		context_end(w->here.c, m, NULL);
		return;
	}
	w->wants_online = true;
	w->failures = 0;
	if (session_is_open(w))
		session_begin_pass(w, false);
	else
		w->retry_ms = 1;
	context_end(w->here.c, m, NULL);
}

/* The way to the server may be another now. What waits to be tried again is
 * tried now; an open line is tried too (the pass begins with a question), or
 * given up where we have slept, since its other end has forgotten it. */
static void
wake(struct worker *w, bool has_slept)
{
	if (!w->here.state || !w->wants_online)
		return;
	if (session_is_open(w) && has_slept)
		session_close(w);
	else if (session_is_open(w))
		session_begin_pass(w, false);
	if (!session_is_open(w) && !w->pop) {
		w->failures = 0;
		w->retry_ms = 1;
	}
}

static void
handle(struct worker *w, struct msg *m)
{
	if (w->is_broken) {
		if (m->id)
			context_fail(w->here.c, m, &w->broken);
		return;
	}
	switch (m->kind) {
	case MSG_CONNECT:
	case MSG_SYNC:
		connect_now(w, m);
		break;
	case MSG_WAKE:
		wake(w, m->u.has_slept);
		break;
	case MSG_FOLDER:
		folder_act(w, m);
		break;
	case MSG_WANT:
	case MSG_WANT_PART:
		session_want(w, m);
		break;
	case MSG_RELEASE:
		w->is_confirmed = true;
		connect_now(w, m);
		break;
	case MSG_PUSH:
		w->wants_push = true;
		worker_status_again(w); /* one more waits */
		break;
	case MSG_PASSWORD:
		take_password(w, m);
		break;
	case MSG_PIN:
		take_pin(w, m);
		break;
	default:
		break;
	}
}

/* --- the loop
 * ------------------------------------------------------------------------ */

/* *E, and what is safe and what to do, in OUT. */
static void
explain(const struct err *e, char *out, size_t n)
{
	const char *more = "";
	size_t said;

	if (e->class == ERR_AUTH)
		more = N_(
			". It was tried once and is not tried again by itself; "
			"other accounts go on. Give the password again, or "
			"mend password-command");
	else if (e->class == ERR_SYSTEM &&
		 (e->code == ENOSPC || e->code == EDQUOT))
		more = N_(
			". Nothing is lost: what does not fit here is still on "
			"the server. Make room; it is tried again by itself");
	else if (e->class == ERR_SYSTEM)
		more = N_(". Nothing is lost: what is not here is still on the "
			  "server. It is tried again by itself");
	/* a server's words may end a sentence themselves */
	said = strlen(e->text);
	while (*more && said && e->text[said - 1] == '.')
		said--;
	(void)snprintf(out, n, "%.*s%s", (int)said, e->text, err_words(more));
}

/* The account failed: say it and decide what comes next. */
static void
account_failed(struct worker *w, const struct err *e)
{
	int64_t wait = RETRY_FIRST_MS;
	char text[1000];

	explain(e, text, sizeof text);
	switch (e->class) {
	case ERR_AUTH:
		/* one try: the account must not be locked by us */
		worker_set_password(w, NULL);
		w->wants_online = false;
		worker_status(w, ACCOUNT_AUTH, text);
		return;
	case ERR_CERT:
		w->wants_online = false;
		return; /* session_open has shown it */
	case ERR_INPUT:
	case ERR_ACCOUNT:
		w->wants_online = false;
		worker_status(w, ACCOUNT_FAILED, text);
		return;
	case ERR_CANCEL:
		w->wants_online = false;
		worker_status(w, ACCOUNT_OFFLINE, NULL);
		return;
	default:
		break;
	}
	for (unsigned i = 0; i < w->failures && wait < RETRY_MAX_MS; i++)
		wait *= 2;
	if (wait > RETRY_MAX_MS)
		wait = RETRY_MAX_MS;
	w->failures++;
	/* a letter has brought the connection down: the others are still to
	 * come, in this pass too */
	if (w->here.c->flags & ENGINE_ONE_PASS && w->comes_again &&
		w->failures <= FAILURES_MAX) {
		log_write(LOG_WARN, w->here.config->name, "%s", text);
		w->comes_again = false;
		w->retry_ms = 1;
		return;
	}
	w->comes_again = false;
	/* spread many clients and accounts: up to a fifth more */
	w->retry_ms =
		clock_mono_ms() + wait + (clock_mono_us() % 1000) * wait / 5000;
	worker_status(w, ACCOUNT_WAITING, text);
	if (w->here.c->flags & ENGINE_ONE_PASS)
		w->wants_online = false;
}

/* Something failed. What becomes of what somebody waits for is said last: it
 * stands on the screen then. */
static void
failed(struct worker *w, const struct err *e)
{
	session_close(w);
	pop_close(w);
	account_failed(w, e);
	session_lost_wants(w, e, !w->wants_online);
}

/* The pass is over: all is well, but perhaps nearly full. */
static void
online(struct worker *w)
{
	char text[400];

	snprintf(text, sizeof text,
		err_words(N_("%u %% of the space at '%s' is used; when it is "
			     "full it refuses new letters. Delete some, or "
			     "empty the trash")),
		w->quota_percent, w->here.config->receive.host);
	worker_status(w, ACCOUNT_ONLINE,
		w->quota_percent >= QUOTA_TOLD ? text : NULL);
}

/* A pass has come to its end. A metered line is not held open. */
static void
pass_ended(struct worker *w)
{
	if (!w->here.config->metered || w->wants_push) {
		online(w);
		return;
	}
	session_close(w);
	w->wants_online = false;
	worker_status(w, ACCOUNT_OFFLINE, NULL);
}

/* Work that needs the server, one piece. False: there is none to do now. */
static bool
online_work(struct worker *w)
{
	struct err e = { 0 };
	int rc = 0;

	if (!w->here.state || !w->wants_online)
		return false;
	if (local_is_pop(w->here.config)) {
		rc = pop_work(w, &e);
		if (rc == 0)
			return false;
		if (rc > 0 && !w->pop && w->here.config->metered) {
			w->wants_online = false;
			worker_status(w, ACCOUNT_OFFLINE, NULL);
		}
	} else if (!session_is_open(w)) {
		if (w->retry_ms == 0 || clock_mono_ms() < w->retry_ms)
			return false;
		worker_status(w, ACCOUNT_CONNECTING, NULL);
		rc = session_open(w, &e);
		if (rc == 0) {
			w->retry_ms = 0;
			worker_status(w, ACCOUNT_SYNCING, NULL);
		}
	} else if (session_has_wants(w)) {
		rc = session_step_want(w, &e);
	} else if (w->wants_push) {
		w->wants_push = false;
		rc = session_push(w, &e);
		if (rc == 0)
			rc = folder_push(w, &e);
		local_tell_waiting(&w->here);
	} else if (session_has_work(w)) {
		rc = session_step(w, &e);
		if (rc == 0 && !session_has_work(w))
			pass_ended(w);
	} else {
		return false;
	}
	if (rc < 0)
		failed(w, &e);
	return true;
}

/* Will online_work find something? */
static bool
has_online_work(const struct worker *w)
{
	if (!w->here.state || !w->wants_online)
		return false;
	if (session_is_open(w))
		return w->wants_push || session_has_work(w) ||
		       session_has_wants(w);
	return w->pop || (w->retry_ms && clock_mono_ms() >= w->retry_ms);
}

/* Nothing to do: sleep in IDLE or on the inbox. */
static void
rest(struct worker *w, struct msg **m)
{
	struct err e = { 0 };
	int timeout = POLL_MS, rc;

	*m = NULL;
	if (session_is_open(w) && !(w->here.c->flags & ENGINE_ONE_PASS)) {
		rc = session_wait(w, POLL_MS, &e);
		if (rc >= 0) /* the line holds: not when it was just opened */
			w->failures = 0;
		if (rc < 0)
			failed(w, &e);
		return;
	}
	if (w->wants_online && w->retry_ms) {
		int64_t left = w->retry_ms - clock_mono_ms();

		timeout = left < 0 ? 0 : left < POLL_MS ? (int)left : POLL_MS;
	}
	*m = msg_of(queue_wait(w->here.c->account[w->here.account], timeout));
	if (!*m && !w->here.state && !w->is_broken)
		scan(w); /* mbsync or a delivery may have been at it */
}

static void
drop_cancel(struct worker *w)
{
	eventfd_t v;

	if (atomic_load(&w->here.c->stopping))
		return;
	if (atomic_exchange(&w->cancelled, false))
		(void)eventfd_read(w->here.c->cancel[w->here.account], &v);
}

void *
account_run(void *arg)
{
	struct worker *w = arg;
	struct context *c = w->here.c;
	struct local here;
	bool was_busy = true; /* engine.c has counted the start */

	w->is_broken = local_open(&here, c, w->here.account, &w->broken) < 0;
	w->here.state = here.state;
	if (w->is_broken)
		worker_status(w, ACCOUNT_FAILED, w->broken.text);
	else if (!w->here.state)
		worker_status(w, ACCOUNT_LOCAL, NULL);
	else
		w->retry_ms = 1;
	/* "signet sync": all accounts are asked for */
	if (c->hook && !w->here.state && !w->is_broken &&
		(c->flags & (ENGINE_ONE_PASS | ENGINE_OFFLINE)) ==
			ENGINE_ONE_PASS) {
		fetch_outside(w);
		scan(w);
	}
	if (w->here.state)
		local_finish_moves(&w->here);
	if (w->here.state)
		session_tell_completed(w);
	if (w->here.state && !w->wants_online)
		worker_status(w, ACCOUNT_OFFLINE, NULL);
	while (!queue_is_closed(c->account[w->here.account])) {
		struct msg *m = msg_of(queue_take(c->account[w->here.account]));
		bool busy = true;

		drop_cancel(w);
		if (!m)
			busy = online_work(w);
		/* work without a message counts as busy as well */
		if (busy != was_busy && !m)
			atomic_fetch_add(&c->busy, busy ? 1 : -1);
		if (!m)
			was_busy = busy;
		if (!m && !busy)
			rest(w, &m);
		if (!m)
			continue;
		handle(w, m);
		/* what it has left to do at the server is counted before the
		 * message is counted off */
		if (!was_busy && has_online_work(w)) {
			atomic_fetch_add(&c->busy, 1);
			was_busy = true;
		}
		context_done(c, &m);
	}
	if (was_busy)
		atomic_fetch_sub(&c->busy, 1);
	session_close(w);
	pop_close(w);
	return NULL;
}
