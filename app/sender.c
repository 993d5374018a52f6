/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sending: see account_parts.h. Each account sends through its own server, its
 * own command, or (local:) into the folders of the accounts here. */
#include "app/account_parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "app/submit.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "mime/message.h"
#include "store/maildir.h"

enum { COMMAND_MS = 300000, COPY_NAME = 180 };

/* The answer to the keeper: STATE of store/outbox.h and a reason; recipients as
 * R says, or all of them as STATE. */
static void
report(struct worker *w, const struct msg *m, const char *state,
	const char *reason, const char **rcpt_state, const char **rcpt_text)
{
	const struct msg_letter *l = &m->u.letter;
	struct msg *r = msg_new(MSG_SENT);
	struct msg_letter *o = &r->u.letter;

	r->account = w->i;
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
	context_post(w->c, r);
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
		if (account_of_address(w->c, l->rcpt[i]) < 0) {
			err_set(&e, ERR_MESSAGE, 0,
				"no account here has the address %s, and "
				"local: goes nowhere else",
				l->rcpt[i]);
			report(w, m, "refused", e.text, NULL, NULL);
			return;
		}
	for (size_t i = 0; i < l->rcpts; i++) {
		struct msg *d = msg_new(MSG_DELIVER);

		d->account = account_of_address(w->c, l->rcpt[i]);
		d->u.letter.sender = arena_strdup(d->arena, l->sender);
		d->u.letter.bytes = arena_str(d->arena, bytes);
		context_post(w->c, d);
	}
	report(w, m, "accepted", "delivered here", NULL, NULL);
}

void
worker_take_delivery(struct worker *w, struct msg *m)
{
	const struct msg_letter *l = &m->u.letter;
	time_t now = (time_t)clock_wall();
	const char *path;
	struct buf text;
	char date[64] = "";
	struct err e;
	struct tm tm;

	if (gmtime_r(&now, &tm))
		strftime(date, sizeof date, "%a, %d %b %Y %H:%M:%S +0000", &tm);
	buf_init(&text, LIMIT_MESSAGE);
	buf_printf(&text, "Return-Path: <%s>\nReceived: from local by %s; %s\n",
		l->sender, w->config->name, date);
	for (size_t i = 0; i < l->bytes.n; i++) /* a Maildir has LF */
		if (l->bytes.p[i] != '\r')
			buf_addc(&text, l->bytes.p[i]);
	if (worker_deliver(w, m->arena, "INBOX", NULL, buf_str(&text), 0, &path,
		    &e) < 0)
		context_fail(w->c, m, &e);
	else
		worker_arrived(w, &path, 1);
	buf_fini(&text);
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

	words = file_split_words(w->config->send.rest, &e);
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
	rc = file_run(argv, bytes, &out, COMMAND_MS, w->c->cancel[w->i], &e);
	report(w, m, rc == 0 ? "accepted" : "refused", rc == 0 ? "" : e.text,
		NULL, NULL);
	buf_fini(&out);
	free(words);
}

/* --- the requests
 * ----------------------------------------------------------------------- */

void
worker_send(struct worker *w, struct msg *m)
{
	const struct msg_letter *l = &m->u.letter;
	enum config_scheme s =
		w->config->has_send ? w->config->send.scheme : SCHEME_NONE;
	struct submit_result r = { 0 };
	struct str map;
	struct err e;

	if (s == SCHEME_NONE) {
		report(w, m, "refused",
			"the account has no 'send =' in the configuration",
			NULL, NULL);
		return;
	}
	if (file_map(l->file, LIMIT_MESSAGE, &map, &e) < 0) {
		report(w, m, "refused", e.text, NULL, NULL);
		return;
	}
	context_progress(w->c, NULL, 0, 1, "%s: sending", w->config->name);
	if (s == SCHEME_LOCAL) {
		send_local(w, m, map);
	} else if (s == SCHEME_SENDMAIL) {
		send_command(w, m, map);
	} else if (worker_password(w, &e) < 0) {
		report(w, m, "later", e.text, NULL, NULL);
		if (e.class == ERR_AUTH)
			worker_status(w, ACCOUNT_AUTH, e.text);
	} else {
		submit_message(
			w->c, w->config, w->password, l, map, m->arena, &r);
		report(w, m, r.state, r.reason, r.rcpt_state, r.rcpt_text);
		if (r.needs_password) {
			secret_free(&w->password);
			worker_status(w, ACCOUNT_AUTH, r.reason);
		}
	}
	context_progress(w->c, NULL, 1, 1, "%s: sent", w->config->name);
	file_unmap(&map);
}

void
worker_keep_letter(struct worker *w, const struct msg *m, const char *why)
{
	report(w, m, "later", why, NULL, NULL);
}

/* The name of the copy of letter L: the same at every try, so that a death
 * leads to no second one. */
static const char *
copy_name(struct arena *a, const struct msg_letter *l)
{
	char *name = arena_printf(
		a, "signet-out%lld.%s", (long long)l->id, l->message_id);

	for (char *p = name; *p; p++)
		if (!((*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') ||
			    (*p >= '0' && *p <= '9') || *p == '.' || *p == '-'))
			*p = '_';
	if (strlen(name) > COPY_NAME)
		name[COPY_NAME] = '\0';
	return name;
}

/* The server must get the copy BASE in FOLDER: written down before the copy. */
static int
note_copy(struct worker *w, struct arena *a, const char *folder,
	const char *base, struct err *e)
{
	struct state_op new = {
		.kind = "append", .folder = folder, .base = base
	};
	struct state_message m;
	struct state_op *op;
	int64_t box;
	size_t n;
	int rc;

	if (!w->state)
		return 0;
	w->wants_push = true;
	rc = state_find(w->state, base, a, &box, &m, e);
	if (rc != 0)
		return rc < 0 ? -1 : 0; /* it is there already */
	if (state_ops(w->state, a, &op, &n, e) < 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		if (strcmp(op[i].base, base) == 0)
			return 0;
	return state_add_op(w->state, &new, e);
}

/* Keep the copy under its name, unless it is there. *PATH_OUT is NULL then. */
static int
keep_copy(struct worker *w, struct msg *m, const char *folder, const char *base,
	const char **path_out, struct err *e)
{
	struct buf text, now;
	struct str map;
	struct err ignored;
	bool there;
	int rc;

	*path_out = NULL;
	buf_init(&now, 4096);
	there = maildir_find(w->c->paths.mail,
			arena_printf(m->arena, "%s/%s/cur/%s", w->config->name,
				folder, base),
			&now, &ignored) == 0;
	buf_fini(&now);
	if (there)
		return 0;
	if (file_map(m->u.letter.file, LIMIT_MESSAGE, &map, e) < 0)
		return -1;
	buf_init(&text, LIMIT_MESSAGE);
	for (size_t i = 0; i < map.n; i++)
		if (map.p[i] != '\r')
			buf_addc(&text, map.p[i]);
	file_unmap(&map);
	rc = worker_deliver(w, m->arena, folder, base, buf_str(&text),
		MAILDIR_SEEN, path_out, e);
	buf_fini(&text);
	return rc;
}

void
worker_file_sent(struct worker *w, struct msg *m)
{
	const char *folder = worker_role(w, m->arena, BOX_SENT, "Sent"), *path;
	const char *base = copy_name(m->arena, &m->u.letter);
	struct msg *done;
	struct err e;

	if (note_copy(w, m->arena, folder, base, &e) < 0 ||
		keep_copy(w, m, folder, base, &path, &e) < 0) {
		struct msg *f = msg_new(MSG_FAILED);

		f->err = e;
		context_post(w->c, f);
		return; /* the row stays "accepted": at the next start */
	}
	if (path)
		worker_arrived(w, &path, 1);
	done = msg_new(MSG_FILED);
	done->u.letter.id = m->u.letter.id;
	context_post(w->c, done);
}
