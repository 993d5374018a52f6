/* SPDX-License-Identifier: GPL-3.0-or-later */
/* session - what a server says, given to a client that cannot be answered. */
#ifndef FUZZ_SESSION_H
#define FUZZ_SESSION_H

#include <assert.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/stream.h"

/* The settings of a connection whose server has said DATA and no more; *FAR is
 * the server's end. */
static struct stream_settings
session_begin(const uint8_t *data, size_t size, unsigned port,
	enum stream_tls tls, int *far_end)
{
	ssize_t got;
	int fd[2];

	assert(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fd) == 0);
	got = send(fd[1], data, size, MSG_DONTWAIT);
	(void)got; /* what does not fit is cut off, as by a lost line */
	shutdown(fd[1], SHUT_WR);
	*far_end = fd[1];
	return (struct stream_settings){ .host = "mail.example",
		.port = port,
		.tls = tls,
		.cancel_fd = -1,
		.connect_ms = 1000,
		.silence_ms = 1000,
		.connected_fd = fd[0] };
}

/* What the client has said, in HEARD (room for SIZE), and the server's end is
 * closed. */
static void
session_end(int far_end, char *heard, size_t size)
{
	ssize_t got = recv(far_end, heard, size - 1, MSG_DONTWAIT);

	heard[got > 0 ? got : 0] = '\0';
	close(far_end);
}

#endif
