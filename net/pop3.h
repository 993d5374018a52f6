/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pop3 - verbs over a POP3 session (RFC 1939, 2449, 2595, 5034).
 *
 * Lists and letters are handed on as they come and nothing is kept: a box of
 * 100,000 letters costs no more memory here than one of ten. After any -1 the
 * session is of no use but for pop3_close, and the server then deletes nothing.
 * On the thread that opened it; the settings' cancel eventfd ends any wait. */
#ifndef NET_POP3_H
#define NET_POP3_H

#include "base/str.h"
#include "net/session.h"

struct pop3;

/* Connect, CAPA, TLS, sign in: as S->auth names it (net/sasl.h), else by SASL
 * PLAIN or LOGIN, else by USER and PASS, else by APOP. NULL with ERR_LATER
 * (also where the box is locked, the server is busy or wants us less often: its
 * words stand in *E), ERR_AUTH, ERR_CERT, ERR_ACCOUNT (no common way to sign
 * in, or what is named is not offered), ERR_CANCEL. FACTS may be NULL. */
struct pop3 *pop3_open(const struct session_settings *s,
	struct stream_facts *facts, struct err *e);
/* Hang up without QUIT: what was marked by pop3_dele stays. Sets *X to NULL,
 * which may be NULL. */
void pop3_close(struct pop3 **x);

/* Call EACH for every line of UIDL; UIDL is borrowed until it returns, and is
 * any bytes but blanks and controls. A line that is none is left out. 1 done, 0
 * the server has no UIDL, -1 *E, also where EACH returns -1 and has set it. */
int pop3_uidl(struct pop3 *x,
	int (*each)(void *ctx, uint32_t number, struct str uidl), void *ctx,
	struct err *e) ERR_CHECK;
/* The same for LIST: how large each letter is said to be. 0 done. */
int pop3_list(struct pop3 *x,
	int (*each)(void *ctx, uint32_t number, uint64_t size), void *ctx,
	struct err *e) ERR_CHECK;

/* Where a letter goes. Its lines come with LF, as in a Maildir, unstuffed;
 * bytes are borrowed until data returns. Each returns 0, or -1 with the *E of
 * the verb set. For each letter either begin, data…, end are called or refused,
 * with the server's words, safe to show. */
struct pop3_sink {
	int (*begin)(void *ctx, uint32_t number);
	int (*data)(void *ctx, struct str bytes);
	int (*end)(void *ctx, uint32_t number);
	int (*refused)(void *ctx, uint32_t number, const char *words);
	void *ctx;
};

/* The headers (TOP n 0) or the whole (RETR) of the COUNT letters NUMBER, in
 * this order; several are asked for at once where the server allows it. A
 * letter over LIMIT_MESSAGE is ERR_LATER. */
int pop3_top(struct pop3 *x, const uint32_t *number, size_t count,
	const struct pop3_sink *sink, struct err *e) ERR_CHECK;
int pop3_retr(struct pop3 *x, const uint32_t *number, size_t count,
	const struct pop3_sink *sink, struct err *e) ERR_CHECK;

/* Mark the COUNT letters NUMBER; they go when pop3_quit succeeds. IS_MARKED[i]
 * says whether the server took it. */
int pop3_dele(struct pop3 *x, const uint32_t *number, size_t count,
	bool *is_marked, struct err *e) ERR_CHECK;
/* Take all marks back. */
int pop3_rset(struct pop3 *x, struct err *e) ERR_CHECK;
/* QUIT. 0: the server has said that all marked letters are gone. -1: some may
 * be gone or none, the next list tells. */
int pop3_quit(struct pop3 *x, struct err *e) ERR_CHECK;

#endif
