/* SPDX-License-Identifier: GPL-3.0-or-later */
/* discover - which servers an address has: a table of large providers, SRV
 * records (RFC 6186, 8314), the provider behind the MX, and last the usual
 * names where they exist.
 *
 * Only the domain leaves the machine, in DNS questions. Waits for the network:
 * not on the thread that draws. Nothing found this way is trusted further than
 * its certificate. */
#ifndef NET_DISCOVER_H
#define NET_DISCOVER_H

#include "base/arena.h"
#include "base/err.h"

enum discover_kind { DISCOVER_IMAP, DISCOVER_POP3, DISCOVER_SMTP };

struct discover_server {
	enum discover_kind kind;
	bool is_starttls; /* else TLS from the first byte; never without */
	const char *host;
	unsigned port;
	const char *found; /* "known provider", "SRV record _imaps._tcp.…",
			      "mail goes to …", "usual name": to show */
	const char *note;  /* what its users must know ("needs an app
			      password"), or "" */
};

struct discover_settings {
	const char *dns_server; /* "127.0.0.1@5353", or NULL: the system's */
	int timeout_ms;         /* of the whole; 0: 10 s */
	int cancel_fd;          /* eventfd, or -1 */
};

struct discover {
	struct discover_server *in, *out; /* the best first */
	size_t ins, outs;
	const char *user; /* the user name to try: the address, or its first
			     part where the provider wants that */
	bool is_dns_dead; /* no answer came: what is there is guessed */
};

/* All servers for ADDRESS in A. ERR_INPUT where it is no address, ERR_CANCEL.
 * That nothing was found is no error (ins is 0). */
int discover(const char *address, const struct discover_settings *s,
	struct arena *a, struct discover *out, struct err *e) ERR_CHECK;

#endif
