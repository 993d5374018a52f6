/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sasl - what a client says to sign in, whatever the protocol (RFC 4422): PLAIN
 * (4616), LOGIN, CRAM-MD5 (2195), SCRAM-SHA-256 (5802, 7677; without channel
 * binding), XOAUTH2, OAUTHBEARER (7628). The protocols carry it: imap.c,
 * pop3_auth.c and smtp.c have a loop each. For net/ alone; any thread. */
#ifndef NET_SASL_H
#define NET_SASL_H

#include "base/err.h"
#include "base/str.h"
#include "net/digest.h"

enum { SASL_MAX = 24 << 10 }; /* bytes of an answer at most */

enum sasl_way {
	SASL_NONE,
	SASL_PLAIN,
	SASL_LOGIN,
	SASL_CRAM_MD5,
	SASL_SCRAM_SHA_256,
	SASL_XOAUTH2,
	SASL_OAUTHBEARER,
	SASL_WAYS
};

/* The mechanism's registered name: "SCRAM-SHA-256". */
const char *sasl_name(enum sasl_way way);
/* NAME is one of what a server offers: set its bit (1 << way) in *OFFERED,
 * where it is one of ours. */
void sasl_note(unsigned *offered, struct str name);

/* Which of OFFERED to take on a line to HOST. AUTH is what the account names,
 * as signet.conf(5) spells it: exactly that. NULL or "auto": PLAIN, else LOGIN;
 * on a line that IS_CLEAR first SCRAM-SHA-256, which does not say the password;
 * *OUT is SASL_NONE where there is none of these. ERR_ACCOUNT where what is
 * named is not offered, or would say a token on a line that is clear. */
int sasl_choose(const char *auth, unsigned offered, bool is_clear,
	const char *host, enum sasl_way *out, struct err *e) ERR_CHECK;

/* A sign-in under way. What is set by the caller is borrowed until sasl_end;
 * the rest is zero to begin with. */
struct sasl {
	enum sasl_way way;
	const char *user, *host;
	struct str password; /* a token for XOAUTH2 and OAUTHBEARER */
	unsigned port;
	/* net/sasl*.c's own */
	int step, turns;
	struct buf first; /* SCRAM: the client's first message, bare */
	unsigned char server[DIGEST_SHA256]; /* what it has to prove itself by*/
	bool is_proven;
};

/* Does the client begin, so that its first answer can stand in the command? */
bool sasl_speaks_first(enum sasl_way way);
/* Append the answer to CHALLENGE, both in base64 ("" to begin, and to a server
 * that asks for the first answer, once more too). Wipe OUT with sasl_wipe.
 * ERR_ACCOUNT: what the server says is none of this mechanism, or it could not
 * prove that it knows the password. */
int sasl_answer(struct sasl *s, struct str challenge, struct buf *out,
	struct err *e) ERR_CHECK;
/* The server has said yes: may it be believed? ERR_ACCOUNT where it had to
 * prove itself first and did not. */
int sasl_accept(const struct sasl *s, struct err *e) ERR_CHECK;
void sasl_end(struct sasl *s);

/* Overwrite what B holds, then free it. */
void sasl_wipe(struct buf *b);

/* sasl_scram.c: as sasl_answer, both not in base64. */
int sasl_scram(struct sasl *s, struct str challenge, struct buf *out,
	struct err *e) ERR_CHECK;
/* Append S as a name in a message of RFC 5801: "," and "=" are escaped. */
void sasl_add_name(struct buf *out, struct str s);
/* What the server said is none of this mechanism: *E, -1. */
int sasl_strange(const struct sasl *s, struct err *e);
/* Append S in base64 on one line. */
void sasl_encode(struct buf *out, struct str s);

#endif
