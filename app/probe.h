/* SPDX-License-Identifier: GPL-3.0-or-later */
/* probe - set-up of an account: find its servers, prove them, write it down.
 * Pool threads; nothing is written before both servers took the password. */
#ifndef APP_PROBE_H
#define APP_PROBE_H

#include "app/context.h"

/* The requests DISCOVER, PROBE, ACCOUNT_ADD: each posts its answer. */
void probe_discover(struct context *c, struct msg *m);
void probe_test(struct context *c, struct msg *m);
void probe_add(struct context *c, struct msg *m);

struct stream_facts;

/* The parts of them, for the commands too. OUT lives in A. */
int probe_find(const struct config *config, const char *address,
	struct arena *a, struct msg_account *out, struct err *e) ERR_CHECK;
/* Sign in to a server for each way. That which S->receive (S->send) names is
 * tried first, and where it is one of S->in (S->out) then the others of these,
 * in their order, as long as none has been told the password: an unknown host,
 * a refused connection, a certificate of another, a server that is none of the
 * protocol. What one that knows the password says is the end. S->receive and
 * S->send name what serves, or what said the last word; each that was tried in
 * vain has its reason in its WHY (in A). TRYING (may be NULL) is told each URL
 * before. -1: *E of the one that ended it; where none was left, ERR_CERT with
 * *FACTS where a certificate was the reason of one, else that of the first. */
int probe_sign_in(struct msg_account *s, struct arena *a,
	struct stream_facts *facts, void (*trying)(void *ctx, const char *url),
	void *ctx, struct err *e) ERR_CHECK;
/* Write S into the configuration, its password into a file beside the mail;
 * *NAME_OUT (in A) is the account's name. */
int probe_write(const struct config *config, const struct paths *p,
	const struct msg_account *s, struct arena *a, const char **name_out,
	struct err *e) ERR_CHECK;

#endif
