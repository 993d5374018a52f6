/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pop3_parts - the session's own state, shared by pop3*.c alone. */
#ifndef NET_POP3_PARTS_H
#define NET_POP3_PARTS_H

#include <libetpan/libetpan.h>

#include "net/pop3.h"

enum {
	POP3_CAN_STLS = 1 << 0,
	POP3_CAN_USER = 1 << 1,
	POP3_CAN_PIPELINE = 1 << 2
};

struct pop3 {
	struct stream *stream;
	mailstream *ms;
	size_t at; /* bytes of its buffer that are used up */
	char *host;
	unsigned can;
	unsigned offered; /* of SASL: bits of sasl_note */
	bool has_capa;
	char stamp[300];      /* "<…>" of the greeting, for APOP, or "" */
	struct buf line;      /* one that came in pieces */
	struct buf out;       /* bytes of a letter on their way to a sink */
	struct buf words;     /* of the last status, safe to show */
	enum err_class class; /* what its response code means, or ERR_NONE */
};

/* Put a command into the stream's buffer. ERR_INPUT where a control character
 * stands in it. */
int pop3_put(struct pop3 *x, struct err *e, const char *fmt, ...)
	__attribute__((format(printf, 3, 4))) ERR_CHECK;
/* The next line without its end, of MAX bytes at most; valid until the next
 * call. */
int pop3_line(struct pop3 *x, size_t max, const char *doing, struct str *out,
	struct err *e) ERR_CHECK;
/* Wait for more bytes; all that came before are used up. */
int pop3_feed(struct pop3 *x, const char *doing, struct err *e) ERR_CHECK;
/* Send what was put, read a status. 1 "+OK", 0 "-ERR" (x->words, x->class), 2
 * "+ …", -1 *E. */
int pop3_status(struct pop3 *x, const char *doing, struct err *e) ERR_CHECK;
/* The server has said no while DOING: *E with its words; CLASS where its
 * response code names none. */
int pop3_no(const struct pop3 *x, const char *doing, enum err_class class,
	struct err *e);

/* pop3_auth.c */
int pop3_sign_in(struct pop3 *x, const struct session_settings *s,
	struct err *e) ERR_CHECK;

#endif
