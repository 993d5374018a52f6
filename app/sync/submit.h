/* SPDX-License-Identifier: GPL-3.0-or-later */
/* submit - hand one message to an account's submission server.
 *
 * On the account's worker (it waits for the network). */
#ifndef APP_SYNC_SUBMIT_H
#define APP_SYNC_SUBMIT_H

#include "app/context.h"
#include "base/secret.h"

struct submit_result {
	const char *state;  /* "accepted", "later", "refused", "unknown" */
	const char *reason; /* the server's words */
	const char **rcpt_state, **rcpt_text; /* as many as recipients */
	bool needs_password;
};

/* Submit BYTES with the envelope of L through ACCOUNT's server. *OUT lives in
 * A. A pin that the user made for the server is honoured. */
void submit_message(struct context *c, const struct config_account *account,
	const struct secret *password, const struct msg_letter *l,
	struct str bytes, struct arena *a, struct submit_result *out);

#endif
