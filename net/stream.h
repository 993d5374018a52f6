/* SPDX-License-Identifier: GPL-3.0-or-later */
/* stream - TCP and OpenSSL under libetpan: time-outs, cancel, certificates.
 *
 * The socket is ours and never blocks for longer than the time-out; an eventfd
 * that somebody else makes readable ends any wait at once. Whether the line is
 * encrypted is a state of the stream: on one that must be, nothing but the
 * greeting's few commands can be written before it is (security rule R10). On
 * the thread that owns the session. */
#ifndef NET_STREAM_H
#define NET_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

enum stream_tls {
	STREAM_TLS,      /* from the first byte */
	STREAM_STARTTLS, /* the protocol asks for it; required */
	STREAM_PLAIN     /* by the user's consent ("+insecure") */
};

struct stream_settings {
	const char *host;
	unsigned port;
	enum stream_tls tls;
	const char *ca_file; /* further trust anchors, or NULL */
	const char *pin;     /* SHA-256 of the public key to accept, hex, or
				NULL */
	int cancel_fd;       /* eventfd, or -1 */
	int connect_ms, silence_ms;
	int connected_fd; /* a socket that is connected already and is the
				stream\'s from now on; 0: connect */
	const char *name; /* for the log */
	bool *has_said;   /* NULL, or set before the first secret is said; lives
			     as long as the stream */
	bool is_imap;     /* the guard knows IMAP's literals; else lines
			     are those of SMTP */
};

/* What a certificate said, whether it was accepted or not. */
struct stream_facts {
	char text[1000];       /* lines: reasons, subject, issuer, dates,
				  "SHA-256 AABB …" */
	char fingerprint[100]; /* of the certificate, hex in groups of 4 */
	char pin[65];          /* of its public key, hex */
	char version[16];      /* "TLSv1.3" */
	bool is_bad;           /* it was not accepted */
};

struct stream;

/* Connect. NULL with ERR_LATER (unknown host, refused, time-out), ERR_CERT
 * (*FACTS is filled: what to show), ERR_CANCEL. FACTS may be NULL. */
struct stream *stream_open(const struct stream_settings *s,
	struct stream_facts *facts, struct err *e);

/* Begin TLS on a STREAM_STARTTLS stream after the server's go-ahead. Fails
 * (ERR_CERT) where bytes have come already: somebody injects. */
int stream_start_tls(
	struct stream *s, struct stream_facts *facts, struct err *e) ERR_CHECK;

/* Has TLS been reached? */
bool stream_is_encrypted(const struct stream *s);

/* libetpan's view of it; closing that does not close this. struct mailstream *
 */
void *stream_mailstream(struct stream *s);

/* Why the last read or write failed, as *E; DOING names what was under way. */
int stream_error(const struct stream *s, const char *doing, struct err *e);

/* The socket, for poll alone. */
int stream_fd(const struct stream *s);
/* The eventfd that ends waits, or -1. */
int stream_cancel_fd(const struct stream *s);
/* Are there bytes that poll does not see (libetpan's buffer, OpenSSL's)? */
bool stream_has_pending(struct stream *s);
/* How long the server may be silent from now on. */
void stream_set_silence(struct stream *s, int silence_ms);
/* May the server send literals as large as a letter from now on? Others stop at
 * LIMIT_IMAP_LITERAL. Of POP3: lines without a ceiling, which the caller has.
 */
void stream_set_bodies(struct stream *s, bool on);
/* The same of what has been decoded there: "BINARY[1] ~{9}" (RFC 3516), and not
 * "BODY[1] {9}". */
void stream_set_binary(struct stream *s, bool on);
/* Read no byte beyond the line that is read: the next may be of another kind.
 */
void stream_set_careful(struct stream *s, bool on);
/* Compress both ways from the next byte on (RFC 4978), after careful reading;
 * to be begun once. ERR_SYSTEM. */
int stream_start_deflate(struct stream *s, struct err *e) ERR_CHECK;
/* Did the line fail for what the server has compressed? */
bool stream_is_deflate_broken(const struct stream *s);
/* What is written next is secret: not traced. */
void stream_set_secret(struct stream *s, bool on);

/* Close and free; after the libetpan session has been freed. */
void stream_close(struct stream **s);

#endif
