/* SPDX-License-Identifier: GPL-3.0-or-later */
/* names and sockets: see stream.h
 *
 * getaddrinfo can neither be cancelled nor bounded, so it runs in a thread of
 * its own that owns what it works on together with whoever waits; the last of
 * the two frees it. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "net/stream_parts.h"

enum { TRIES = 8, APART_MS = 250 };

struct lookup {
	atomic_int owners;
	int done_fd;
	atomic_int rc; /* set last: then found may be read */
	char *host, port[8];
	struct addrinfo *found;
};

static void
release(struct lookup *l)
{
	if (atomic_fetch_sub(&l->owners, 1) > 1)
		return;
	if (l->found)
		freeaddrinfo(l->found);
	close(l->done_fd);
	free(l->host);
	free(l);
}

static void *
look_up(void *arg)
{
	struct addrinfo hints = { .ai_family = AF_UNSPEC,
		.ai_socktype = SOCK_STREAM,
		.ai_flags = AI_NUMERICSERV | AI_ADDRCONFIG };
	struct lookup *l = arg;
	int rc;

	/* literal and local addresses do not need a configured interface */
	rc = getaddrinfo(l->host, l->port, &hints, &l->found);
	if (rc == EAI_NONAME || rc == EAI_ADDRFAMILY) {
		hints.ai_flags = AI_NUMERICSERV;
		rc = getaddrinfo(l->host, l->port, &hints, &l->found);
	}
	atomic_store(&l->rc, rc);
	(void)eventfd_write(l->done_fd, 1);
	release(l);
	return NULL;
}

static int
wait_for(int fd, short events, int cancel_fd, int timeout_ms)
{
	struct pollfd p[2] = { { fd, events, 0 }, { cancel_fd, POLLIN, 0 } };
	int rc;

	do
		rc = poll(p, 2, timeout_ms);
	while (rc < 0 && errno == EINTR);
	if (rc == 0)
		return ETIMEDOUT;
	if (rc < 0)
		return errno;
	return p[1].revents ? ECANCELED : 0;
}

static struct lookup *
resolve(const struct stream_settings *s, int timeout_ms, struct err *e)
{
	struct lookup *l = calloc(1, sizeof *l);
	pthread_attr_t attr;
	pthread_t t;
	int why, rc;

	if (!l || !(l->host = strdup(s->host))) {
		free(l);
		err_sys(e, ENOMEM, "cannot look up '%s'", s->host);
		return NULL;
	}
	snprintf(l->port, sizeof l->port, "%u", s->port & 0xffff);
	l->done_fd = eventfd(0, EFD_CLOEXEC);
	atomic_store(&l->owners, 2);
	pthread_attr_init(&attr);
	pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
	why = l->done_fd < 0 ? errno : pthread_create(&t, &attr, look_up, l);
	pthread_attr_destroy(&attr);
	if (why) {
		atomic_store(&l->owners, 1);
		release(l);
		err_sys(e, why, "cannot look up '%s'", s->host);
		return NULL;
	}
	why = wait_for(l->done_fd, POLLIN, s->cancel_fd, timeout_ms);
	rc = atomic_load(&l->rc);
	if (why == 0 && rc == 0)
		return l;
	if (why == ECANCELED)
		err_set(e, ERR_CANCEL, why, "stopped");
	else if (why)
		err_set(e, ERR_LATER, why,
			"the address of '%s' was not found in time", s->host);
	else
		err_set(e, ERR_LATER, rc,
			"there is no address for '%s': %s. Is the name right, "
			"is the network there?",
			s->host, gai_strerror(rc));
	release(l);
	return NULL;
}

/* Attempts at a host's addresses, each begun a little after the one before
 * (RFC 8305): a line whose IPv6 leads nowhere must not cost the whole time. */
struct race {
	struct pollfd p[TRIES + 1]; /* the first is the cancel eventfd */
	size_t n;
	int why; /* the newest failure */
};

/* False where it has failed already. */
static bool
start(struct race *r, const struct addrinfo *a)
{
	int fd = socket(a->ai_family,
		a->ai_socktype | SOCK_CLOEXEC | SOCK_NONBLOCK, a->ai_protocol);

	if (fd >= 0 && (connect(fd, a->ai_addr, a->ai_addrlen) == 0 ||
			       errno == EINPROGRESS)) {
		r->p[r->n++] = (struct pollfd){ fd, POLLOUT, 0 };
		return true;
	}
	r->why = errno;
	if (fd >= 0)
		close(fd);
	return false;
}

/* Take out what poll has named: the first that is connected, else -1. */
static int
settle(struct race *r)
{
	for (size_t i = 1; i < r->n;) {
		int fd = r->p[i].fd, why = 0;
		socklen_t n = sizeof why;

		if (!r->p[i].revents) {
			i++;
			continue;
		}
		r->p[i] = r->p[--r->n];
		if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &why, &n) < 0)
			why = errno;
		if (why == 0)
			return fd;
		r->why = why;
		close(fd);
	}
	return -1;
}

/* A connected socket, or -1 and *WHY_OUT. */
static int
connect_any(const struct addrinfo *a, int cancel_fd, int64_t end, int *why_out)
{
	struct race r = { .n = 1, .why = EHOSTUNREACH };
	int64_t next = 0;
	int fd = -1;

	r.p[0] = (struct pollfd){ cancel_fd, POLLIN, 0 };
	while (fd < 0) {
		int64_t now = clock_mono_ms();
		bool may_start = a && r.n <= TRIES;
		int rc;

		if (now >= end) {
			r.why = ETIMEDOUT;
			break;
		}
		if (may_start && (now >= next || r.n == 1)) {
			next = start(&r, a) ? now + APART_MS : 0;
			a = a->ai_next;
			continue;
		}
		if (r.n == 1)
			break; /* all have failed */
		rc = poll(r.p, r.n,
			(int)((may_start && next < end ? next : end) - now));
		if (rc < 0 && errno != EINTR) {
			r.why = errno;
			break;
		}
		if (rc > 0 && r.p[0].revents) {
			r.why = ECANCELED;
			break;
		}
		if (rc > 0) {
			fd = settle(&r);
			next = 0;
		}
	}
	while (r.n > 1)
		close(r.p[--r.n].fd);
	*why_out = r.why;
	return fd;
}

int
stream_connect(const struct stream_settings *s, struct err *e)
{
	int64_t end = clock_mono_ms() + s->connect_ms;
	int fd, why, one = 1;
	struct lookup *l;

	if (s->connected_fd > 0) {
		(void)fcntl(s->connected_fd, F_SETFL, O_NONBLOCK);
		return s->connected_fd;
	}
	l = resolve(s, s->connect_ms, e);
	if (!l)
		return -1;
	fd = connect_any(l->found, s->cancel_fd, end, &why);
	release(l);
	if (fd >= 0) {
		(void)setsockopt(
			fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
		(void)setsockopt(
			fd, SOL_SOCKET, SO_KEEPALIVE, &one, sizeof one);
		return fd;
	}
	if (why == ECANCELED)
		return err_set(e, ERR_CANCEL, why, "stopped");
	return err_set(e, ERR_LATER, why, "cannot connect to '%s' port %u: %s",
		s->host, s->port,
		err_words(why == ECONNREFUSED  ? N_("connection refused")
			  : why == ETIMEDOUT   ? N_("no answer in time")
			  : why == ENETUNREACH ? N_("the network is not there")
			  : why == EHOSTUNREACH
				  ? N_("the network does not reach it")
				  : N_("the connection failed")));
}
