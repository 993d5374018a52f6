/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pop - see pop.h. The pass; what is listed stands in pop_list.c, fetching in
 * pop_fetch.c. */
#include "app/sync/pop.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "app/sync/pop_parts.h"
#include "base/clock.h"
#include "base/log.h"
#include "store/maildir.h"

enum { POLL_MS = 300000, DELETE_AT_ONCE = 200 };

void
pop_close(struct worker *w)
{
	struct pop *p = w->pop;

	if (!p)
		return;
	w->pop = NULL;
	pop3_close(&p->x);
	buf_fini(&p->head.text);
	free(p->entry);
	arena_free(&p->a);
	free(p);
}

static int
begin(struct worker *w, struct err *e)
{
	const struct config_url *u = &w->here.config->receive;
	struct secret *password = worker_password(w, e);
	struct session_settings set = { .user = u->user,
		.password = password,
		.auth = w->here.config->auth };
	struct stream_facts facts = { 0 };
	struct pop *p;

	if (!password)
		return -1;
	p = calloc(1, sizeof *p);
	if (!p) {
		secret_free(&password);
		return err_sys(e, ENOMEM, "cannot connect");
	}
	w->pop = p;
	p->a = arena_new();
	buf_init(&p->head.text, LIMIT_HEADER_BLOCK);
	set.stream = (struct stream_settings){ .host = u->host,
		.port = u->port,
		.ca_file = w->here.config->ca_file,
		.pin = session_pin(w, p->a),
		.cancel_fd = w->here.c->cancel[w->here.account],
		.name = w->here.config->name,
		.tls = u->scheme == SCHEME_POP3S  ? STREAM_TLS
		       : u->scheme == SCHEME_POP3 ? STREAM_STARTTLS
						  : STREAM_PLAIN };
	p->x = pop3_open(&set, &facts, e);
	secret_free(&password);
	if (p->x)
		return 0;
	if (e->class == ERR_CERT)
		session_show_certificate(w, &facts, e);
	pop_close(w);
	return -1;
}

/* --- what may go from the server
 * -------------------------------------------------- */

/* Is entry N to go? *NEEDS_FILE: only where its file lies here. */
static bool
may_go(const struct worker *w, const struct pop_entry *n, bool *needs_file)
{
	const struct config_account *a = w->here.config;
	const struct state_uidl *u = n->row >= 0 ? &w->pop->row[n->row] : NULL;
	int64_t age = u ? clock_wall() - u->fetched : 0;

	*needs_file = true;
	if (n->row == POP_UNKNOWN)
		return false;
	if (a->delete_when_deleted && u && u->is_deleted) {
		*needs_file = false;
		return true;
	}
	return !a->leave_on_server ||
	       (a->delete_after_days &&
		       age >= (int64_t)a->delete_after_days * 86400);
}

/* The entries that are to go, in A. */
static int
choose(struct worker *w, struct arena *a, struct pop_entry ***out,
	size_t *count, struct err *e)
{
	struct pop *p = w->pop;
	struct pop_marks marks = { 0 };
	bool has_marks = false;
	size_t kept = 0;

	*out = arena_array(a, p->entries, sizeof **out);
	*count = 0;
	for (size_t i = 0; i < p->entries; i++) {
		struct pop_entry *n = &p->entry[i];
		bool needs_file;

		if (!may_go(w, n, &needs_file))
			continue;
		if (needs_file && !has_marks &&
			pop_scan_marks(w, a, &marks, e) < 0)
			return -1;
		has_marks |= needs_file;
		if (needs_file &&
			!pop_has_mark(&marks,
				n->row >= 0 ? p->row[n->row].mark : n->key)) {
			kept++;
			continue;
		}
		(*out)[(*count)++] = n;
	}
	if (kept)
		log_write(LOG_WARN, w->here.config->name,
			"%zu letters stay on the server, though they may go: "
			"their files are no longer here",
			kept);
	return 0;
}

static int
note_gone(struct worker *w, struct pop_entry *const *gone, size_t n,
	struct err *e)
{
	struct pop *p = w->pop;
	int64_t now = clock_wall();
	int rc = local_begin(&w->here, e);

	for (size_t i = 0; i < n && rc == 0; i++)
		rc = state_uidl_gone(w->here.state,
			*gone[i]->key || gone[i]->row < 0
				? gone[i]->key
				: p->row[gone[i]->row].key,
			now, e);
	return local_end(&w->here, rc, e);
}

/* DELE and QUIT. Only when the server has said yes to QUIT are they gone; where
 * its answer is lost the next list tells. */
static int
delete_and_quit(struct worker *w, struct err *e)
{
	struct pop *p = w->pop;
	struct arena *a = arena_new();
	struct pop_entry **gone;
	size_t n = 0, marked = 0;
	int rc = choose(w, a, &gone, &n, e);

	for (size_t i = 0; i < n && rc == 0; i += DELETE_AT_ONCE) {
		size_t k = n - i < DELETE_AT_ONCE ? n - i : DELETE_AT_ONCE;
		uint32_t number[DELETE_AT_ONCE];
		bool is_marked[DELETE_AT_ONCE];

		for (size_t j = 0; j < k; j++)
			number[j] = gone[i + j]->number;
		rc = pop3_dele(p->x, number, k, is_marked, e);
		for (size_t j = 0; j < k && rc == 0; j++)
			if (is_marked[j])
				gone[marked++] = gone[i + j];
	}
	if (rc == 0 && pop3_quit(p->x, e) < 0 && marked)
		rc = -1;
	else if (rc == 0 && marked)
		rc = note_gone(w, gone, marked, e);
	arena_free(&a);
	return rc;
}

/* --- what a pass would do
 * --------------------------------------------------------- */

int
pop_preview(struct worker *w,
	void (*each)(void *ctx, bool goes, uint32_t number, const char *key),
	void *ctx, struct err *e)
{
	struct pop_entry **gone;
	struct arena *a = arena_new();
	size_t n = 0;
	int rc = begin(w, e);

	if (rc == 0)
		rc = pop_list(w, e);
	if (rc == 0)
		rc = choose(w, a, &gone, &n, e);
	for (size_t i = 0; rc == 0 && i < w->pop->fetches; i++) {
		const struct pop_entry *f = &w->pop->entry[w->pop->fetch[i]];

		each(ctx, false, f->number, f->key);
		if (!w->here.config
				->leave_on_server) /* as soon as it is here */
			each(ctx, true, f->number, f->key);
	}
	for (size_t i = 0; rc == 0 && i < n; i++)
		each(ctx, true, gone[i]->number, gone[i]->key);
	if (rc == 0) /* nothing is marked: the server deletes nothing */
		rc = pop3_quit(w->pop->x, e);
	pop_close(w);
	arena_free(&a);
	return rc;
}

/* --- the pass
 * -------------------------------------------------------------------- */

static void
end_pass(struct worker *w)
{
	struct pop *p = w->pop;
	char text[500] = "";

	if (p->refused > 1)
		snprintf(text, sizeof text,
			err_words(N_("%u letters did not come; the last: %s")),
			p->refused, p->words);
	else if (p->refused)
		snprintf(text, sizeof text, "%s", p->words);
	pop_close(w);
	w->failures = 0;
	w->retry_ms = 0;
	if (!(w->here.c->flags & ENGINE_ONE_PASS)) /* not all at one moment */
		w->retry_ms = clock_mono_ms() + POLL_MS +
			      clock_mono_us() % (POLL_MS / 20);
	worker_status(w, ACCOUNT_ONLINE, *text ? text : NULL);
}

int
pop_work(struct worker *w, struct err *e)
{
	struct pop *p = w->pop;
	int rc = 0;

	if (!p) {
		if (w->retry_ms == 0 || clock_mono_ms() < w->retry_ms)
			return 0;
		worker_status(w, ACCOUNT_CONNECTING, NULL);
		if (begin(w, e) < 0)
			return -1;
		worker_status(w, ACCOUNT_SYNCING, NULL);
		return 1;
	}
	switch (p->phase) {
	case POP_LIST:
		if (!w->pop_has_cleaned) {
			struct arena *a = arena_new();

			maildir_clean(w->here.c->paths.mail,
				local_folder(&w->here, a, "INBOX"));
			arena_free(&a);
			w->pop_has_cleaned = true;
		}
		rc = pop_list(w, e);
		p->phase = p->fetches ? POP_FETCH : POP_DELETE;
		break;
	case POP_FETCH:
		rc = pop_fetch(w, e);
		if (p->done == p->fetches)
			p->phase = POP_DELETE;
		break;
	case POP_DELETE:
		rc = delete_and_quit(w, e);
		if (rc == 0)
			end_pass(w);
		break;
	}
	return rc < 0 ? -1 : 1;
}
