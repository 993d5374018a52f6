/* SPDX-License-Identifier: GPL-3.0-or-later */
/* engine - see engine.h */
#define _GNU_SOURCE
#include "app/engine.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "app/beside.h"
#include "app/sync/account.h"
#include "app/local/fresh.h"
#include "app/context.h"
#include "app/keeper/keeper.h"
#include "app/local/hook.h"
#include "app/local/local.h"
#include "app/sync/network.h"
#include "app/pool.h"
#include "app/sync/sender.h"
#include "app/local/tag.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "net/dns.h"

enum {
	STOP_MS = 2000,
	KEEPER_STOP_MS = 300,   /* of these, what the keeper has for the end */
	SENDING_STOP_MS = 1000, /* and what a letter on its way has */
	LOOK_MS = 10,
	THREADS_MAX = 8 + VERIFY_THREADS + 2 * ACCOUNTS_MAX,
	ACCOUNT_STACK = 32 << 20,
	VERIFY_STACK = 1 << 20
};

struct engine {
	struct context c;
	struct arena *arena; /* paths and account facts */
	struct engine_account account[ACCOUNTS_MAX];
	pthread_t thread[THREADS_MAX], keeper;
	bool has_keeper;
	size_t threads;
	uint64_t last_id;
	int lock_fd;
};

static int
start_thread(struct engine *e, void *(*run)(void *), void *arg, size_t stack,
	struct err *err)
{
	if (context_thread(&e->thread[e->threads], run, arg, stack, err) < 0)
		return -1;
	e->threads++;
	return 0;
}

static int
open_dns(struct engine *e, struct err *err)
{
	const struct config *c = e->c.config;
	struct dns_settings s = { .server = c->dns_server.item,
		.servers = c->dns_server.count,
		.dnssec = c->dnssec };

	e->c.dns = c->zone ? dns_open_zone(c->zone, err) : dns_open(&s, err);
	return e->c.dns ? 0 : -1;
}

static void
describe(struct engine *e, size_t i)
{
	const struct config_account *a = &e->c.config->account[i];
	struct engine_account *out = &e->account[i];

	out->name = arena_strdup(e->arena, a->name);
	out->address = arena_strdup(e->arena, a->address);
	out->person = arena_strdup(e->arena, a->person);
	out->identity = a->identity.item;
	out->identities = a->identity.count;
	out->is_local = a->receive.scheme == SCHEME_MAILDIR;
	out->is_insecure = config_scheme_is_insecure(a->receive.scheme) ||
			   config_scheme_is_insecure(a->send.scheme);
	out->has_believed = a->has_authserv_id;
}

/* The worker of account I of the configuration. */
static int
start_account(struct engine *e, size_t i, struct err *err)
{
	struct context *c = &e->c;

	if (i >= ACCOUNTS_MAX)
		return err_set(err, ERR_INPUT, 0, "there are over %d accounts",
			ACCOUNTS_MAX);
	describe(e, i);
	if (paths_check(e->arena, &c->paths, c->config, &c->config->account[i],
		    err) < 0)
		return -1;
	if (tag_learn_keywords(c, (int)i, e->arena, err) < 0)
		return -1;
	c->account[i] = queue_new(err);
	c->sender[i] = queue_new(err);
	if (!c->account[i] || !c->sender[i])
		return -1;
	c->cancel[i] = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	c->cancel_sender[i] = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (c->cancel[i] < 0 || c->cancel_sender[i] < 0)
		return err_sys(err, errno, "cannot make an eventfd");
	c->worker[i] = account_new(c, (int)i, err);
	if (!c->worker[i])
		return -1;
	pthread_mutex_init(&c->local_lock[i], NULL);
	atomic_store(&c->workers, (int)i + 1);
	/* a thread that has just been started is busy until it says otherwise:
	 * nobody may take a program that has not begun for idle */
	atomic_fetch_add(&c->busy, 1);
	if (start_thread(e, account_run, c->worker[i], ACCOUNT_STACK, err) < 0)
		return -1;
	return start_thread(e, sender_run, c->worker[i], 0, err);
}

static int
make_queues(struct context *c, struct err *err)
{
	struct queue **const q[] = { &c->ui, &c->search, &c->open, &c->verify,
		&c->keeper, &c->local };

	for (size_t i = 0; i < sizeof q / sizeof *q; i++)
		if (!(*q[i] = queue_new(err)))
			return -1;
	return 0;
}

/* What a second signet needs: readers, and who tells of news. */
static int
start_beside(struct engine *e, struct err *err)
{
	struct context *c = &e->c;

	for (size_t i = 0; i < c->config->accounts && i < ACCOUNTS_MAX; i++)
		describe(e, i);
	if (make_queues(c, err) < 0)
		return -1;
	c->quit_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (c->quit_fd < 0)
		return err_sys(err, errno, "cannot make an eventfd");
	return start_thread(e, beside_run, c, 0, err) < 0 ||
			       start_thread(e, pool_search, c, 0, err) < 0 ||
			       start_thread(e, pool_open, c, 0, err) < 0
		       ? -1
		       : 0;
}

static int
start(struct engine *e, struct err *err)
{
	struct context *c = &e->c;

	if (paths_find(e->arena, c->config->path, &c->paths, err) < 0 ||
		paths_follow(e->arena, c->config, &c->paths, err) < 0 ||
		paths_make(&c->paths, err) < 0)
		return -1;
	if (c->flags & ENGINE_SHOW)
		return start_beside(e, err);
	e->lock_fd = file_lock(c->paths.lock, err);
	if (e->lock_fd < 0 || make_queues(c, err) < 0 || open_dns(e, err) < 0)
		return -1;
	if (c->paths.theirs && !(c->hook = hook_new(err)))
		return -1;
	/* the way to a server is long: they set out first */
	for (size_t i = 0; i < c->config->accounts; i++)
		if (start_account(e, i, err) < 0)
			return -1;
	/* makes the index where there is none, so that readers find one */
	if (keeper_prepare(c, err) < 0)
		return -1;
	atomic_fetch_add(&c->busy, 1);
	if (context_thread(&e->keeper, keeper_run, c, 0, err) < 0)
		return -1;
	e->has_keeper = true;
	c->quit_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (c->quit_fd < 0)
		return err_sys(err, errno, "cannot make an eventfd");
	if (c->hook && start_thread(e, hook_run, c, 0, err) < 0)
		return -1;
	if (!(c->flags & (ENGINE_OFFLINE | ENGINE_ONE_PASS)) &&
		start_thread(e, network_run, c, 0, err) < 0)
		return -1;
	if (start_thread(e, local_run, c, 0, err) < 0 ||
		start_thread(e, pool_search, c, 0, err) < 0 ||
		start_thread(e, pool_open, c, 0, err) < 0)
		return -1;
	for (int i = 0; i < VERIFY_THREADS; i++)
		if (start_thread(e, pool_verify, c, VERIFY_STACK, err) < 0)
			return -1;
	return 0;
}

struct engine *
engine_start(struct config *config, unsigned flags, struct err *err)
{
	struct engine *e = calloc(1, sizeof *e);

	if (!e) {
		err_sys(err, ENOMEM, "cannot start");
		return NULL;
	}
	e->arena = arena_new();
	e->c.config = config;
	e->c.flags = flags;
	e->c.quit_fd = -1;
	e->c.fresh = fresh_new();
	e->lock_fd = -1;
	if (start(e, err) < 0)
		engine_stop(&e);
	return e;
}

/* Close the inboxes and wake whoever waits for a server. The keeper's stays
 * open: what the others have to tell at their end, as what a server said of a
 * letter, must be written down. */
static void
tell_to_stop(struct context *c)
{
	struct queue *const q[] = { c->search, c->open, c->verify, c->local };

	atomic_store(&c->stopping, true);
	if (c->quit_fd >= 0)
		(void)eventfd_write(c->quit_fd, 1);
	for (int i = 0; i < c->workers; i++) {
		queue_close(c->account[i]);
		queue_close(c->sender[i]);
		(void)eventfd_write(c->cancel[i], 1);
	}
	if (c->dns)
		dns_stop(c->dns);
	for (size_t i = 0; i < sizeof q / sizeof *q; i++)
		if (q[i])
			queue_close(q[i]);
}

static void
free_parts(struct engine *e)
{
	struct context *c = &e->c;

	for (int i = 0; i < c->workers; i++) {
		account_free(&c->worker[i]);
		queue_free(&c->account[i], msg_drop);
		queue_free(&c->sender[i], msg_drop);
		close(c->cancel[i]);
		close(c->cancel_sender[i]);
		pthread_mutex_destroy(&c->local_lock[i]);
	}
	if (c->quit_fd >= 0)
		close(c->quit_fd);
	queue_free(&c->search, msg_drop);
	queue_free(&c->open, msg_drop);
	queue_free(&c->verify, msg_drop);
	queue_free(&c->keeper, msg_drop);
	queue_free(&c->local, msg_drop);
	queue_free(&c->ui, msg_drop);
	fresh_free(&c->fresh);
	hook_free(&c->hook);
	if (c->dns)
		dns_close(&c->dns);
}

static void
after_ms(struct timespec *t, int ms)
{
	t->tv_sec += ms / 1000;
	t->tv_nsec += ms % 1000 * 1000000L;
	if (t->tv_nsec >= 1000000000L)
		t->tv_sec++, t->tv_nsec -= 1000000000L;
}

/* Letters on their way may come to their end, then the senders stop too. */
static void
let_letters_go(struct context *c)
{
	for (int ms = 0; ms < SENDING_STOP_MS; ms += LOOK_MS) {
		if (atomic_load(&c->sending) == 0)
			break;
		(void)poll(NULL, 0, LOOK_MS);
	}
	for (int i = 0; i < c->workers; i++)
		(void)eventfd_write(c->cancel_sender[i], 1);
}

/* Wait for the threads; how many did not end in time. */
static int
join_all(struct engine *e)
{
	struct timespec workers, all;
	int left = 0;

	clock_gettime(CLOCK_REALTIME, &workers);
	all = workers;
	after_ms(&workers, STOP_MS - KEEPER_STOP_MS);
	after_ms(&all, STOP_MS);
	let_letters_go(&e->c);
	for (size_t i = 0; i < e->threads; i++)
		if (pthread_timedjoin_np(e->thread[i], NULL, &workers) != 0)
			left++;
	if (e->c.keeper)
		queue_close(e->c.keeper);
	if (e->has_keeper && pthread_timedjoin_np(e->keeper, NULL, &all) != 0)
		left++;
	return left;
}

int
engine_stop(struct engine **ep)
{
	struct engine *e = *ep;
	int left;

	if (!e)
		return 0;
	*ep = NULL;
	tell_to_stop(&e->c);
	left = join_all(e);
	if (left > 0) {
		/* their memory is still in use: leave it to the system */
		log_write(LOG_WARN, "engine", "%d threads did not end in time",
			left);
		return left;
	}
	free_parts(e);
	if (e->lock_fd >= 0)
		close(e->lock_fd);
	arena_free(&e->arena);
	free(e);
	return 0;
}

uint64_t
engine_send(struct engine *e, struct msg *m)
{
	uint64_t id = ++e->last_id;

	m->id = id;
	context_post(&e->c, m);
	return id;
}

/* Events of the engine's own business are worked on before the screen sees
 * them: an account that was added starts. */
static void
look_at(struct engine *e, struct msg *m)
{
	struct err err;

	if (m->kind != MSG_DONE || m->account < e->c.workers ||
		m->account >= (int)e->c.config->accounts)
		return;
	if (start_account(e, (size_t)m->account, &err) < 0) {
		m->kind = MSG_FAILED;
		m->err = err;
	}
}

struct msg *
engine_event(struct engine *e)
{
	struct msg *m = msg_of(queue_take(e->c.ui));

	if (m) {
		look_at(e, m);
		atomic_fetch_sub(&e->c.busy, 1);
	}
	return m;
}

struct msg *
engine_wait(struct engine *e, int timeout_ms)
{
	struct pollfd p = { queue_fd(e->c.ui), POLLIN, 0 };
	struct msg *m = engine_event(e);

	if (m)
		return m;
	(void)poll(&p, 1, timeout_ms);
	return engine_event(e);
}

int
engine_fd(const struct engine *e)
{
	return queue_fd(e->c.ui);
}

bool
engine_only_shows(const struct engine *e)
{
	return e->c.flags & ENGINE_SHOW;
}

bool
engine_is_idle(const struct engine *e)
{
	return atomic_load(&e->c.busy) == 0;
}

void
engine_cancel(struct engine *e, int account)
{
	for (int i = 0; i < e->c.workers; i++)
		if (account < 0 || account == i)
			account_cancel(e->c.worker[i]);
}

const struct engine_account *
engine_accounts(const struct engine *e, size_t *count_out)
{
	*count_out = engine_only_shows(e) ? e->c.config->accounts
					  : (size_t)e->c.workers;
	return e->account;
}

const char *
engine_drafts_dir(const struct engine *e)
{
	return e->c.paths.drafts;
}

const char *
engine_editor(const struct engine *e)
{
	const char *v = e->c.config->editor;

	if (!v)
		v = getenv("VISUAL");
	if (!v || !*v)
		v = getenv("EDITOR");
	if (v && *v)
		return v;
	return access("/usr/bin/sensible-editor", X_OK) == 0 ? "sensible-editor"
							     : "vi";
}

int
engine_outgoing(const struct engine *e)
{
	return atomic_load(&e->c.outgoing);
}

int
engine_undo_seconds(const struct engine *e)
{
	return (int)e->c.config->undo_send_seconds;
}
