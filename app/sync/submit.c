/* SPDX-License-Identifier: GPL-3.0-or-later */
/* submit - see submit.h */
#include "app/sync/submit.h"

#include "net/smtp.h"
#include "store/receipts.h"

static const char *
find_pin(struct context *c, const struct config_account *account,
	struct arena *a)
{
	const char *pin = NULL;
	struct receipts *r;
	struct err e;

	r = receipts_open(arena_printf(a, "%s/receipts.db", c->paths.data), &e);
	if (!r || receipts_pin(r, account->name,
			  arena_printf(a, "%s:%u", account->send.host,
				  account->send.port),
			  a, &pin, &e) != 1)
		pin = NULL;
	receipts_close(&r);
	return pin;
}

/* Stopping after the final dot leaves the state "unknown", never a second copy.
 */
static int
cancel_of(struct context *c, const struct config_account *account)
{
	for (int i = 0; i < c->workers; i++)
		if (strcmp(c->config->account[i].name, account->name) == 0)
			return c->cancel_sender[i];
	return -1;
}

void
submit_message(struct context *c, const struct config_account *account,
	const struct secret *password, const struct msg_letter *l,
	struct str bytes, struct arena *a, struct submit_result *out)
{
	enum config_scheme scheme = account->send.scheme;
	struct session_settings s = { .user = account->send.user,
		.password = password,
		.auth = account->auth };
	struct smtp_letter letter = { .sender = l->sender,
		.rcpt = (const char *const *)l->rcpt,
		.rcpts = l->rcpts,
		.bytes = bytes,
		.needs_utf8 = l->needs_utf8 };
	struct smtp_result r = { 0 };
	struct err e;
	int rc;

	s.stream = (struct stream_settings){ .host = account->send.host,
		.port = account->send.port,
		.ca_file = account->ca_file,
		.pin = find_pin(c, account, a),
		.cancel_fd = cancel_of(c, account),
		.name = account->name,
		.tls = scheme == SCHEME_SMTPS  ? STREAM_TLS
		       : scheme == SCHEME_SMTP ? STREAM_STARTTLS
					       : STREAM_PLAIN };
	rc = smtp_submit(&s, &letter, a, &r, NULL, &e);
	if (rc < 0) {
		out->state = e.class == ERR_INPUT || e.class == ERR_ACCOUNT
				     ? "refused"
				     : "later";
		out->reason = arena_strdup(a, e.text);
		out->needs_password = e.class == ERR_AUTH;
		return;
	}
	out->state = smtp_state_name(r.state);
	out->reason = r.text ? r.text : "";
	out->rcpt_state = arena_array(a, l->rcpts, sizeof(char *));
	out->rcpt_text = arena_array(a, l->rcpts, sizeof(char *));
	for (size_t i = 0; i < l->rcpts; i++) {
		out->rcpt_state[i] = smtp_state_name(r.rcpt[i].state);
		out->rcpt_text[i] = r.rcpt[i].text ? r.rcpt[i].text : "";
	}
}
