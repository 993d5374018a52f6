/* SPDX-License-Identifier: GPL-3.0-or-later */
/* hook - see hook.h */
#define _GNU_SOURCE
#include "app/local/hook.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "store/index_theirs.h"

enum {
	RUN_MS = 600000, /* how long a hook may take */
	KILL_MS = 2000,  /* from the word to the sword */
	LOOK_MS = 50,    /* is it quiet, has it ended? */
	PATIENCE_MS = 120000,
	TOGETHER_MS = 2000,
	OUTPUT_BYTES = 64 << 10
};

struct hook {
	int wake_fd;
	atomic_bool is_wanted;      /* counted in context.busy */
	pthread_mutex_t before;     /* held while pre-new runs */
	int64_t began_ms, ended_ms; /* of its last run; 0: none */
};

struct hook *
hook_new(struct err *e)
{
	struct hook *h = calloc(1, sizeof *h);

	if (!h || (h->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) < 0) {
		err_sys(e, h ? errno : ENOMEM, "cannot make an eventfd");
		free(h);
		return NULL;
	}
	pthread_mutex_init(&h->before, NULL);
	return h;
}

void
hook_free(struct hook **h)
{
	if (!*h)
		return;
	pthread_mutex_destroy(&(*h)->before);
	close((*h)->wake_fd);
	free(*h);
	*h = NULL;
}

/* --- running one -------------------------------------------------------------
 */

static void
log_lines(const char *name, struct str text)
{
	struct str line;

	while (str_split(&text, '\n', &line))
		if (line.n)
			log_write(LOG_INFO, "hook", "%s: %.*s", name,
				STR_ARG(line));
}

/* What is there to be read now; false: it has closed its output. */
static bool
drain(int fd, struct buf *out)
{
	char piece[4096];
	ssize_t n;

	while ((n = read(fd, piece, sizeof piece)) > 0)
		buf_add(out, (struct str){ piece, (size_t)n });
	return n < 0 && (errno == EAGAIN || errno == EINTR);
}

/* Until PID has ended: what it has started and left behind may hold the output
 * OUT for longer. */
static int
wait_for(pid_t pid, int out, const char *path, struct buf *text, int cancel_fd,
	int *status, struct err *e)
{
	int64_t end = clock_mono_ms() + RUN_MS, kill_at = 0;
	bool is_open = true;
	int rc = 0;

	for (;;) {
		struct pollfd p[2] = { { is_open ? out : -1, POLLIN, 0 },
			{ kill_at ? -1 : cancel_fd, POLLIN, 0 } };
		pid_t got;

		(void)poll(p, 2, LOOK_MS);
		if (is_open)
			is_open = drain(out, text);
		got = waitpid(pid, status, WNOHANG);
		if (got == pid || (got < 0 && errno != EINTR))
			return rc;
		if (kill_at && clock_mono_ms() >= kill_at)
			(void)kill(pid, SIGKILL);
		if (kill_at)
			continue;
		if (p[1].revents)
			rc = err_set(e, ERR_CANCEL, ECANCELED,
				"'%s' was cancelled", path);
		else if (clock_mono_ms() >= end)
			rc = err_set(e, ERR_LATER, ETIMEDOUT,
				"the hook '%s' did not end in %d minutes and "
				"was ended",
				path, RUN_MS / 60000);
		if (rc == 0)
			continue;
		(void)kill(pid, SIGTERM);
		kill_at = clock_mono_ms() + KILL_MS;
	}
}

static int
run_file(struct context *c, const char *path, const char *name, int cancel_fd,
	struct err *e)
{
	char *argv[] = { (char *)path, NULL };
	int out[2], status = 0, rc = -1;
	struct buf text;
	pid_t pid;

	if (pipe2(out, O_CLOEXEC) < 0)
		return err_sys(e, errno, "cannot make a pipe");
	(void)fcntl(out[0], F_SETFL, O_NONBLOCK);
	pid = file_spawn(argv, -1, out[1], out[1], e);
	close(out[1]);
	buf_init(&text, OUTPUT_BYTES);
	if (pid >= 0) {
		log_write(LOG_INFO, "hook", "%s", path);
		rc = wait_for(pid, out[0], path, &text, cancel_fd, &status, e);
	}
	close(out[0]);
	log_lines(name, buf_str(&text));
	buf_fini(&text);
	if (rc == 0 && !(WIFEXITED(status) && WEXITSTATUS(status) == 0))
		rc = err_set(e, ERR_ACCOUNT, 0,
			"the hook '%s' failed with status %d; what it said "
			"stands in '%s'",
			path,
			WIFEXITED(status) ? WEXITSTATUS(status)
					  : 128 + WTERMSIG(status),
			c->paths.log);
	return rc;
}

/* The hook NAME, where there is one. Its failure is told. */
static void
run(struct context *c, const char *name, int cancel_fd)
{
	const char *dir = c->paths.theirs->hooks;
	struct arena *a = arena_new();
	const char *path = arena_printf(a, "%s/%s", dir, name);
	struct err e = { 0 };
	int rc = 0;

	if (*dir && access(path, X_OK) == 0)
		rc = run_file(c, path, name, cancel_fd, &e);
	else if (*dir && errno != ENOENT && errno != ENOTDIR)
		rc = err_sys(&e, errno, "cannot run '%s'", path);
	if (rc < 0 && e.class != ERR_CANCEL) {
		struct msg *f = msg_new(MSG_FAILED);

		log_write(LOG_ERROR, "hook", "%s", e.text);
		f->account = -1;
		f->err = e;
		context_post(c, f);
	}
	arena_free(&a);
	/* what it has tagged */
	context_post(c, msg_new(MSG_LOOK));
}

/* --- before and after --------------------------------------------------------
 */

void
hook_before(struct context *c, int cancel_fd)
{
	int64_t asked = clock_mono_ms();
	struct hook *h = c->hook;

	if (!h)
		return;
	pthread_mutex_lock(&h->before);
	if (h->began_ms == 0 ||
		(!(c->flags & ENGINE_ONE_PASS) && asked > h->ended_ms &&
			asked > h->began_ms + TOGETHER_MS)) {
		h->began_ms = clock_mono_ms();
		run(c, "pre-new", cancel_fd);
		h->ended_ms = clock_mono_ms();
	}
	pthread_mutex_unlock(&h->before);
}

void
hook_after(struct context *c)
{
	if (!c->hook || atomic_exchange(&c->hook->is_wanted, true))
		return;
	atomic_fetch_add(&c->busy, 1);
	(void)eventfd_write(c->hook->wake_fd, 1);
}

/* Wait until nobody else has work under way. False: the program stops. */
static bool
is_quiet(struct context *c)
{
	struct pollfd p = { c->quit_fd, POLLIN, 0 };
	int64_t end = clock_mono_ms() + PATIENCE_MS;

	while (atomic_load(&c->busy) > 1 && clock_mono_ms() < end)
		if (poll(&p, 1, LOOK_MS) > 0)
			return false;
	return !atomic_load(&c->stopping);
}

void *
hook_run(void *arg)
{
	struct context *c = arg;
	struct hook *h = c->hook;
	struct pollfd p[2] = { { h->wake_fd, POLLIN, 0 },
		{ c->quit_fd, POLLIN, 0 } };
	eventfd_t v;

	while (!atomic_load(&c->stopping)) {
		if (poll(p, 2, -1) < 0 && errno != EINTR)
			break;
		if (p[1].revents)
			break;
		if (!p[0].revents || eventfd_read(h->wake_fd, &v) < 0)
			continue;
		if (!is_quiet(c))
			break;
		/* what comes from here on is for another run */
		atomic_store(&h->is_wanted, false);
		run(c, "post-new", c->quit_fd);
		atomic_fetch_sub(&c->busy, 1);
	}
	return NULL;
}
