/* SPDX-License-Identifier: GPL-3.0-or-later */
/* programs that the user named: see file.h */
#define _GNU_SOURCE
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"

extern char **environ;

static int
add_fd(posix_spawn_file_actions_t *fa, int fd, int target)
{
	if (fd < 0)
		return posix_spawn_file_actions_addopen(fa, target, "/dev/null",
			target == 0 ? O_RDONLY : O_WRONLY, 0);
	return posix_spawn_file_actions_adddup2(fa, fd, target);
}

pid_t
file_spawn(char *const argv[], int in, int out, int err_fd, struct err *e)
{
	posix_spawn_file_actions_t fa;
	posix_spawnattr_t attr;
	sigset_t none, all;
	pid_t pid = -1;
	int rc;

	posix_spawn_file_actions_init(&fa);
	posix_spawnattr_init(&attr);
	sigemptyset(&none);
	sigfillset(&all);
	posix_spawnattr_setsigmask(&attr, &none);
	posix_spawnattr_setsigdefault(&attr, &all);
	posix_spawnattr_setflags(
		&attr, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
	rc = add_fd(&fa, in, 0);
	if (rc == 0)
		rc = add_fd(&fa, out, 1);
	if (rc == 0)
		rc = add_fd(&fa, err_fd, 2);
	if (rc == 0)
		rc = posix_spawn_file_actions_addclosefrom_np(&fa, 3);
	if (rc == 0)
		rc = posix_spawnp(&pid, argv[0], &fa, &attr, argv, environ);
	posix_spawn_file_actions_destroy(&fa);
	posix_spawnattr_destroy(&attr);
	if (rc != 0) {
		err_sys(e, rc, "cannot run '%s'", argv[0]);
		return -1;
	}
	return pid;
}

struct run {
	int in, out, cancel;
	struct str input;
	struct buf *sink;
	int64_t end;
};

/* Move bytes until the program closes its output. 0 done, -1 with *E. */
static int
pump(struct run *r, const char *name, struct err *e)
{
	for (;;) {
		struct pollfd p[3] = { { r->out, POLLIN, 0 },
			{ r->in, POLLOUT, 0 }, { r->cancel, POLLIN, 0 } };
		int64_t left = r->end - clock_mono_ms();
		char piece[4096];
		ssize_t n;

		if (left <= 0)
			return err_set(e, ERR_LATER, ETIMEDOUT,
				"'%s' did not end in time", name);
		if (poll(p, 3, (int)left) < 0 && errno != EINTR)
			return err_sys(e, errno, "cannot wait for '%s'", name);
		if (p[2].revents)
			return err_set(e, ERR_CANCEL, ECANCELED,
				"'%s' was cancelled", name);
		if (p[1].revents) {
			n = r->input.n ? write(r->in, r->input.p, r->input.n)
				       : -1;
			if (n > 0)
				r->input = str_sub(
					r->input, (size_t)n, r->input.n);
			if ((n < 0 && errno != EAGAIN) || r->input.n == 0) {
				close(r->in);
				r->in = -1;
			}
		}
		if (!p[0].revents)
			continue;
		n = read(r->out, piece, sizeof piece);
		if (n == 0)
			return 0;
		if (n > 0)
			buf_add(r->sink, (struct str){ piece, (size_t)n });
		else if (errno != EAGAIN && errno != EINTR)
			return err_sys(e, errno, "cannot read from '%s'", name);
	}
}

int
file_run(char *const argv[], struct str input, struct buf *out, int timeout_ms,
	int cancel_fd, struct err *e)
{
	int in[2] = { -1, -1 }, back[2] = { -1, -1 }, status = 0, rc = -1;
	struct run r;
	pid_t pid;

	if (pipe2(in, O_CLOEXEC) < 0)
		return err_sys(e, errno, "cannot make a pipe");
	if (pipe2(back, O_CLOEXEC) < 0) {
		err_sys(e, errno, "cannot make a pipe");
		goto out;
	}
	pid = file_spawn(argv, in[0], back[1], -1, e);
	if (pid < 0)
		goto out;
	close(in[0]);
	close(back[1]);
	in[0] = back[1] = -1;
	(void)fcntl(in[1], F_SETFL, O_NONBLOCK);
	(void)fcntl(back[0], F_SETFL, O_NONBLOCK);
	r = (struct run){ in[1], back[0], cancel_fd, input, out,
		clock_mono_ms() + timeout_ms };
	if (input.n == 0) {
		close(r.in);
		r.in = -1;
	}
	rc = pump(&r, argv[0], e);
	in[1] = r.in;
	if (rc < 0)
		(void)kill(pid, SIGKILL);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (rc == 0 && !(WIFEXITED(status) && WEXITSTATUS(status) == 0))
		rc = err_set(e, ERR_INPUT,
			WIFEXITED(status) ? WEXITSTATUS(status) : 128,
			"'%s' failed with status %d", argv[0],
			WIFEXITED(status) ? WEXITSTATUS(status)
					  : 128 + WTERMSIG(status));
out:
	for (int i = 0; i < 2; i++) {
		if (in[i] >= 0)
			close(in[i]);
		if (back[i] >= 0)
			close(back[i]);
	}
	return rc;
}
