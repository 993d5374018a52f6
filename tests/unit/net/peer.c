/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "peer.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

void
peer_adds(int fd, const char *text, size_t n)
{
	cr_assert(send(fd, text, n, MSG_DONTWAIT) == (ssize_t)n, "%zu", n);
}

struct stream_settings
peer_says(const char *text, size_t n, bool stays, int *peer_fd)
{
	int fd[2], size = 4 << 20;

	cr_assert(socketpair(AF_UNIX, SOCK_STREAM, 0, fd) == 0);
	(void)setsockopt(fd[1], SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
	peer_adds(fd[1], text, n);
	if (!stays)
		shutdown(fd[1], SHUT_WR);
	*peer_fd = fd[1];
	return (struct stream_settings){ .host = "mail.example",
		.port = 143,
		.tls = STREAM_PLAIN,
		.cancel_fd = -1,
		.silence_ms = 200,
		.connected_fd = fd[0] };
}

void
peer_heard(int fd, char *out, size_t n)
{
	size_t got = 0;
	ssize_t k;

	while (got < n - 1 &&
		(k = recv(fd, out + got, n - 1 - got, MSG_DONTWAIT)) > 0)
		got += (size_t)k;
	out[got] = '\0';
	close(fd);
}

int
peer_bound(int type, unsigned *port)
{
	struct sockaddr_in a = { .sin_family = AF_INET };
	socklen_t n = sizeof a;
	int fd = socket(AF_INET, type | SOCK_CLOEXEC, 0);

	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	cr_assert(bind(fd, (struct sockaddr *)&a, sizeof a) == 0);
	cr_assert(getsockname(fd, (struct sockaddr *)&a, &n) == 0);
	*port = ntohs(a.sin_port);
	return fd;
}

void *
peer_cancel_soon(void *arg)
{
	struct timespec t = { 0, 100000000 };

	nanosleep(&t, NULL);
	(void)eventfd_write(*(int *)arg, 1);
	return NULL;
}
