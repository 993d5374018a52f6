/* SPDX-License-Identifier: GPL-3.0-or-later */
/* http - one small GET over HTTPS: the policy files that domains publish.
 *
 * It goes to the host of the URL and nowhere else: no redirect is followed
 * (RFC 8461, 3.3), no proxy is used, nothing is sent that could tell who asks
 * (no cookie, referrer or user agent), and the answer is not unpacked. The
 * certificate and its name are always checked, TLS 1.2 is the least. Waits for
 * the network: not on the thread that draws. Any number of threads may be in
 * it at once. */
#ifndef NET_HTTP_H
#define NET_HTTP_H

#include "base/err.h"
#include "base/str.h"

enum { HTTP_MS = 20000 };

struct http_settings {
	/* Where the host is, IPv4 or IPv6 as text; with none the system's
	 * resolver is asked. */
	const char *const *address;
	size_t addresses;
	const char *server;  /* "ADDRESS@PORT": connect there whatever the URL
				says (the name in the certificate stays), or
				NULL */
	const char *ca_file; /* trust anchors in place of the system's, or NULL
			      */
	int timeout_ms;      /* of the whole; 0: HTTP_MS */
	int cancel_fd;       /* eventfd, or -1 */
};

struct http_answer {
	int status;     /* as the server gave it; 0: no answer */
	char type[100]; /* media type in lower case, without parameters */
};

/* Fetch URL ("https://…") into BODY, up to BODY's own ceiling. 0 only for a
 * status of 200 and a whole body. Else -1 with ERR_INPUT (no https URL, or
 * settings that cannot be read), ERR_CERT, ERR_LATER (no connection, time-out),
 * ERR_CANCEL, or ERR_MESSAGE (another status, too large); *OUT is filled as far
 * as it came. */
int http_get(const char *url, const struct http_settings *s, struct buf *body,
	struct http_answer *out, struct err *e) ERR_CHECK;

#endif
