/* SPDX-License-Identifier: GPL-3.0-or-later */
/* smtp - submit one message, a status for each recipient (RFC 6409, 5321, 4954,
 * 3207, 1870, 6152, 6531, 2920).
 *
 * One call is one connection, on the caller's thread; the settings' cancel
 * eventfd ends it. Whether the message can have gone out is always said: before
 * the final dot nothing has, after it, without an answer, nobody knows. */
#ifndef NET_SMTP_H
#define NET_SMTP_H

#include "base/arena.h"
#include "net/session.h"

enum smtp_state {
	SMTP_ACCEPTED, /* the server has it */
	SMTP_LATER,    /* not now (4xx): try again */
	SMTP_REFUSED,  /* never (5xx) */
	SMTP_UNKNOWN   /* all was sent and no answer came */
};

struct smtp_letter {
	const char *sender; /* address without brackets; "" is the null path */
	const char *const *rcpt;
	size_t rcpts;
	struct str
		bytes;   /* the message; CRLF is sent whatever its lines have */
	bool needs_utf8; /* headers are UTF-8 (RFC 6532) */
};

struct smtp_result {
	enum smtp_state state; /* of the message: ACCEPTED where at least one
				  recipient was; then look at each */
	const char *text;      /* the server's words, safe to show */
	int code;              /* its number, 0: none */
	struct smtp_status {
		enum smtp_state state;
		int code;
		const char *text;
	} * rcpt; /* as many as recipients */
};

/* "accepted", "later", "refused", "unknown": the words of store/outbox.h. */
const char *smtp_state_name(enum smtp_state s);

/* Connect, sign in, submit L. 0: *OUT (in A) is complete. -1: the message was
 * not sent, for a reason that is not about it: ERR_LATER, ERR_AUTH, ERR_CERT,
 * ERR_CANCEL, ERR_ACCOUNT (no common way to sign in); *OUT is then LATER for
 * everybody with the same text. ERR_INPUT: an address cannot be sent (controls,
 * blanks, over 254 bytes). FACTS may be NULL. */
int smtp_submit(const struct session_settings *s, const struct smtp_letter *l,
	struct arena *a, struct smtp_result *out, struct stream_facts *facts,
	struct err *e) ERR_CHECK;

/* Connect and sign in, nothing else. */
int smtp_probe(const struct session_settings *s, struct stream_facts *facts,
	struct err *e) ERR_CHECK;

#endif
