/* SPDX-License-Identifier: GPL-3.0-or-later */
/* stream_parts - the stream's own state, shared by stream*.c alone. */
#ifndef NET_STREAM_PARTS_H
#define NET_STREAM_PARTS_H

#include <openssl/ssl.h>

#include "net/stream.h"

/* Watches what a server sends before libetpan's parsers see it: they buffer a
 * line without end and recurse on brackets (security rule R2). */
struct stream_guard {
	size_t line;     /* bytes of the line so far */
	unsigned lines;  /* since we last said something; not IMAP */
	size_t total;    /* bytes since then outside of letters; IMAP */
	unsigned depth;  /* open brackets */
	uint64_t number; /* in "{…" */
	uint64_t skip;   /* bytes of a literal still to come */
	bool in_quote, is_escaped, in_brace, after_brace, is_body;
	bool may_be_body;       /* letters have been asked for */
	bool is_binary;         /* decoded: "BINARY[1] ~{9}" */
	bool is_rest;           /* the line goes on after a literal */
	bool was_greeted;       /* the first line is over */
	bool in_code, had_code; /* in "[…" of a greeting or a "+" */
	int flags;     /* in PERMANENTFLAGS: 1 before "(", 2 behind it, 3
			  behind its first backslash */
	char tail[16]; /* the newest bytes */
	unsigned char section; /* how much of "BODY[1]<2> " they are */
	char said[200];        /* the beginning of the line */
};

struct stream_deflate; /* stream_deflate.c */

struct stream {
	int fd, cancel_fd, silence_ms;
	enum stream_tls tls;
	SSL_CTX *ctx;
	SSL *ssl; /* NULL: not encrypted (yet) */
	int why;  /* errno of the last failure */
	const char *why_text;
	bool is_imap, is_secret, is_careful, is_deflate_broken;
	bool *has_said;                 /* of the settings */
	struct stream_deflate *deflate; /* NULL: nothing is compressed */
	char *host, *ca_file, *pin, *name;
	struct stream_guard guard;
	char bye[200];    /* how the server said that it ends */
	int bad[4], bads; /* what is wrong with its certificate */
	void *mailstream;
};

/* Wait for EVENTS, TIMEOUT_MS at most. -1: s->why is set. */
int stream_wait(struct stream *s, short events, int timeout_ms);

/* Read or write at most N bytes below any compression. -1: s->why is set. */
ssize_t stream_transfer(struct stream *s, void *p, size_t n, bool writing);

/* The same above it; one that is not begun may be ended. */
ssize_t stream_deflate_read(struct stream *s, void *p, size_t n);
ssize_t stream_deflate_write(struct stream *s, const void *p, size_t n);
/* Has something come that can be read at once? */
bool stream_deflate_pending(struct stream *s);
void stream_end_deflate(struct stream *s);

/* Look at N bytes that came. -1 where they break a ceiling. */
int stream_guard_check(struct stream *s, const char *p, size_t n);

/* The handshake, names and certificate checked. */
int stream_handshake(struct stream *s, int timeout_ms,
	struct stream_facts *facts, struct err *e);

/* A connected socket that does not block, or -1. */
int stream_connect(const struct stream_settings *s, struct err *e);

#endif
