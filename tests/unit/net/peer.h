/* SPDX-License-Identifier: GPL-3.0-or-later */
/* peer - a server whose words are known before: what it will say lies in the
 * socket already, what the client says is read afterwards. */
#ifndef TESTS_UNIT_NET_PEER_H
#define TESTS_UNIT_NET_PEER_H

#include "net/stream.h"

/* A stream's settings whose server says TEXT and then hangs up, or (STAYS) is
 * silent. *PEER_FD is the server's end. */
struct stream_settings peer_says(
	const char *text, size_t n, bool stays, int *peer_fd);

/* It says TEXT too. */
void peer_adds(int fd, const char *text, size_t n);

/* What the client has said, in OUT (a NUL ends it); closes FD. */
void peer_heard(int fd, char *out, size_t n);

/* A socket of TYPE bound to a port of 127.0.0.1, which goes to *PORT. */
int peer_bound(int type, unsigned *port);
/* A thread's main: make the eventfd *ARG readable in a tenth of a second. */
void *peer_cancel_soon(void *arg);

#endif
