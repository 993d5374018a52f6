/* SPDX-License-Identifier: GPL-3.0-or-later */
/* smtp_parts - the session's own state, shared by smtp*.c alone. */
#ifndef NET_SMTP_PARTS_H
#define NET_SMTP_PARTS_H

#include <libetpan/libetpan.h>

#include "net/smtp.h"

enum {
	SMTP_CAN_STARTTLS = 1 << 0,
	SMTP_CAN_AUTH = 1 << 1, /* of some kind */
	SMTP_CAN_8BIT = 1 << 2,
	SMTP_CAN_UTF8 = 1 << 3,
	SMTP_CAN_PIPELINE = 1 << 4,
	SMTP_CAN_SIZE = 1 << 5
};

struct smtp {
	mailsmtp *m;
	struct stream *stream;
	unsigned can;
	unsigned offered;  /* of SASL: bits of sasl_note */
	uint64_t max_size; /* 0: not said */
	const char *host;
	int code;        /* of the last reply */
	struct buf text; /* its words, raw, a line each */
};

/* Connect, EHLO, TLS, sign in. -1: *E; smtp_close is due all the same. */
int smtp_open(struct smtp *x, const struct session_settings *s,
	struct stream_facts *facts, struct err *e) ERR_CHECK;
/* Say QUIT where IS_WELL, close, free. */
void smtp_close(struct smtp *x, bool is_well);

/* Put LINE (printf) and CRLF into the stream's buffer. ERR_INPUT where a
 * control character stands in it; else -1 where the line is lost. */
int smtp_put(struct smtp *x, struct err *e, const char *fmt, ...)
	__attribute__((format(printf, 3, 4))) ERR_CHECK;
/* Send what was put and read one reply: x->code and x->text. -1 where the line
 * is lost or what came is no SMTP. */
int smtp_reply(struct smtp *x, const char *doing, struct err *e) ERR_CHECK;
/* "550 5.1.1 no such user", safe to show, in A. */
const char *smtp_words(const struct smtp *x, struct arena *a);
/* ACCEPTED, LATER or REFUSED by x->code. */
enum smtp_state smtp_judge(const struct smtp *x);

#endif
