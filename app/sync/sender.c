/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sender - see sender.h */
#include "app/sync/sender.h"

#include <stdlib.h>

#include "app/sync/account_parts.h"
#include "app/sync/submit.h"
#include "base/file.h"

enum { COMMAND_MS = 300000 };

/* The answer to the keeper: STATE of store/outbox.h and a reason; recipients as
 * R says, or all of them as STATE. */
static void
report(struct worker *w, const struct msg *m, const char *state,
	const char *reason, const char **rcpt_state, const char **rcpt_text)
{
	const struct msg_letter *l = &m->u.letter;
	struct msg *r = msg_new(MSG_SENT);
	struct msg_letter *o = &r->u.letter;

	r->account = w->here.account;
	o->id = l->id;
	o->state = arena_strdup(r->arena, state);
	o->reason = arena_strdup(r->arena, reason);
	o->rcpts = l->rcpts;
	o->rcpt = arena_array(r->arena, l->rcpts, sizeof(char *));
	o->rcpt_state = arena_array(r->arena, l->rcpts, sizeof(char *));
	o->rcpt_text = arena_array(r->arena, l->rcpts, sizeof(char *));
	for (size_t i = 0; i < l->rcpts; i++) {
		o->rcpt[i] = arena_strdup(r->arena, l->rcpt[i]);
		o->rcpt_state[i] = arena_strdup(
			r->arena, rcpt_state ? rcpt_state[i] : state);
		o->rcpt_text[i] =
			arena_strdup(r->arena, rcpt_text ? rcpt_text[i] : "");
	}
	context_post(w->here.c, r);
}

/* --- local:
 * ---------------------------------------------------------------------------
 */

static int
account_of_address(struct context *c, const char *address)
{
	for (size_t i = 0; i < c->config->accounts; i++)
		if (str_ieq(str_c(c->config->account[i].address),
			    str_c(address)))
			return (int)i;
	return -1;
}

static void
send_local(struct worker *w, struct msg *m, struct str bytes)
{
	const struct msg_letter *l = &m->u.letter;
	struct err e;

	for (size_t i = 0; i < l->rcpts; i++)
		if (account_of_address(w->here.c, l->rcpt[i]) < 0) {
			err_set(&e, ERR_MESSAGE, 0,
				"no account here has the address %s, and "
				"local: goes nowhere else",
				l->rcpt[i]);
			report(w, m, "refused", e.text, NULL, NULL);
			return;
		}
	for (size_t i = 0; i < l->rcpts; i++) {
		struct msg *d = msg_new(MSG_DELIVER);

		d->account = account_of_address(w->here.c, l->rcpt[i]);
		d->u.letter.sender = arena_strdup(d->arena, l->sender);
		d->u.letter.bytes = arena_str(d->arena, bytes);
		context_post(w->here.c, d);
	}
	report(w, m, "accepted", err_words(N_("delivered here")), NULL, NULL);
}

/* --- sendmail:
 * ------------------------------------------------------------------------ */

static void
send_command(struct worker *w, struct msg *m, struct str bytes)
{
	const struct msg_letter *l = &m->u.letter;
	char **words, **argv;
	size_t n = 0, k;
	struct buf out;
	struct err e;
	int rc;

	words = file_split_words(w->here.config->send.rest, &e);
	if (!words) {
		report(w, m, "refused", e.text, NULL, NULL);
		return;
	}
	while (words[n])
		n++;
	argv = arena_array(m->arena, n + l->rcpts + 6, sizeof *argv);
	memcpy(argv, words, n * sizeof *argv);
	argv[n++] = arena_strdup(m->arena, "-i");
	argv[n++] = arena_strdup(m->arena, "-f");
	argv[n++] = arena_strdup(m->arena, l->sender);
	argv[n++] = arena_strdup(m->arena, "--");
	for (k = 0; k < l->rcpts; k++)
		argv[n++] = arena_strdup(m->arena, l->rcpt[k]);
	buf_init(&out, 4096);
	rc = file_run(argv, bytes, &out, COMMAND_MS,
		w->here.c->cancel_sender[w->here.account], &e);
	report(w, m, rc == 0 ? "accepted" : "refused", rc == 0 ? "" : e.text,
		NULL, NULL);
	buf_fini(&out);
	free(words);
}

/* --- the thread
 * ------------------------------------------------------------------------- */

static void
send_letter(struct worker *w, struct msg *m)
{
	const struct msg_letter *l = &m->u.letter;
	enum config_scheme s = w->here.config->has_send
				       ? w->here.config->send.scheme
				       : SCHEME_NONE;
	struct submit_result r = { 0 };
	struct secret *password = NULL;
	struct str map;
	struct err e;

	if (s == SCHEME_NONE) {
		report(w, m, "refused",
			err_words(N_("the account has no 'send =' in the "
				     "configuration")),
			NULL, NULL);
		return;
	}
	if (file_map(l->file, LIMIT_MESSAGE, &map, &e) < 0) {
		report(w, m, "refused", e.text, NULL, NULL);
		return;
	}
	context_progress(
		w->here.c, NULL, 0, 1, N_("%s: sending"), w->here.config->name);
	if (s == SCHEME_LOCAL) {
		send_local(w, m, map);
	} else if (s == SCHEME_SENDMAIL) {
		send_command(w, m, map);
	} else if (!(password = worker_password(w, &e))) {
		report(w, m, "later", e.text, NULL, NULL);
		if (e.class == ERR_AUTH)
			worker_refused(w, e.text);
	} else {
		submit_message(w->here.c, w->here.config, password, l, map,
			m->arena, &r);
		report(w, m, r.state, r.reason, r.rcpt_state, r.rcpt_text);
		if (r.needs_password) {
			worker_set_password(w, NULL);
			worker_refused(w, r.reason);
		}
	}
	context_progress(
		w->here.c, NULL, 1, 1, N_("%s: sent"), w->here.config->name);
	secret_free(&password);
	file_unmap(&map);
}

void *
sender_run(void *arg)
{
	struct worker *w = arg;
	struct context *c = w->here.c;
	struct queue *q = c->sender[w->here.account];
	struct msg *m;

	while (!queue_is_closed(q)) {
		m = msg_of(queue_wait(q, -1));
		if (!m)
			continue;
		atomic_fetch_add(&c->sending, 1);
		send_letter(w, m);
		atomic_fetch_sub(&c->sending, 1);
		context_done(c, &m);
	}
	/* what has not begun to go out waits for the next start */
	while ((m = msg_of(queue_take(q)))) {
		report(w, m, "later", err_words(N_("signet was left")), NULL,
			NULL);
		context_done(c, &m);
	}
	return NULL;
}
