/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fetching by POP3: see pop_parts.h */
#include <stdio.h>

#include "app/sync/pop_parts.h"
#include "base/clock.h"
#include "base/log.h"
#include "store/maildir.h"

enum { FETCH_AT_ONCE = 50 };

struct sink {
	struct worker *w;
	struct maildir_batch *batch;
	struct pop_entry *entry[FETCH_AT_ONCE]; /* in the order of RETR */
	size_t asked, at;
	struct state_uidl got[FETCH_AT_ONCE];
	struct pop_entry *of[FETCH_AT_ONCE];
	size_t count;
	struct pop_entry *known[FETCH_AT_ONCE]; /* that were here */
	size_t knowns;
	struct err *e;
};

static int
sink_begin(void *ctx, uint32_t number)
{
	struct sink *k = ctx;

	(void)number;
	pop_head_reset(&k->w->pop->head);
	return maildir_open(k->batch, k->e);
}

static int
sink_data(void *ctx, struct str bytes)
{
	struct sink *k = ctx;

	pop_head_add(&k->w->pop->head, bytes);
	return maildir_write(k->batch, bytes, k->e);
}

/* Letter N had no key before it came, and is new: the first that is free. */
static void
make_key(struct sink *k, struct pop_entry *n)
{
	for (unsigned i = 0; !*n->key; i++) {
		pop_content_key(n->content, i, n->key);
		for (size_t j = 0; j < k->count; j++)
			if (strcmp(k->got[j].key, n->key) == 0)
				n->key[0] = '\0';
		if (*n->key && pop_row(k->w->pop, n->key) >= 0)
			n->key[0] = '\0';
		for (size_t j = 0; *n->key && j < k->w->pop->entries; j++)
			if (&k->w->pop->entry[j] != n &&
				strcmp(k->w->pop->entry[j].key, n->key) == 0)
				n->key[0] = '\0';
	}
}

static int
sink_end(void *ctx, uint32_t number)
{
	struct sink *k = ctx;
	struct pop *p = k->w->pop;
	struct pop_entry *n = k->entry[k->at++];
	char base[300];

	(void)number;
	if (!*n->content) {
		pop_head_hash(&p->head, n->size, n->content);
		/* the server has no TOP: only now can it be known */
		if (!*n->key || p->asks_content)
			n->row = pop_row_like(p, n->content);
		if (n->row >= 0) {
			p->is_listed[n->row] = true;
			k->known[k->knowns++] = n;
			maildir_abort(k->batch);
			return 0;
		}
	}
	make_key(k, n);
	maildir_new_name(base, sizeof base - 30, 0);
	snprintf(base + strlen(base), 30, ",P=%s", n->key);
	if (maildir_end_as(k->batch, 0, base, k->e) < 0)
		return -1;
	k->of[k->count] = n;
	k->got[k->count] = (struct state_uidl){ .fetched = clock_wall() };
	memcpy(k->got[k->count].key, n->key, sizeof n->key);
	memcpy(k->got[k->count].mark, n->key, sizeof n->key);
	memcpy(k->got[k->count].content, n->content, sizeof n->content);
	k->count++;
	return 0;
}

static int
sink_refused(void *ctx, uint32_t number, const char *words)
{
	struct sink *k = ctx;
	struct pop *p = k->w->pop;

	k->at++;
	p->refused++;
	snprintf(p->words, sizeof p->words,
		err_words(
			N_("letter %u cannot be fetched: the server says: %s")),
		number, words);
	log_write(LOG_WARN, k->w->here.config->name, "%s", p->words);
	return 0;
}

/* The batch is on the disk: rows, then the keeper is told. */
static int
commit(struct sink *k, struct err *e)
{
	struct worker *w = k->w;
	const char **path;
	size_t n;
	int rc = maildir_commit(k->batch, &path, &n, e);

	if (rc < 0)
		return -1;
	rc = local_begin(&w->here, e);
	for (size_t i = 0; i < k->count && rc == 0; i++)
		rc = state_put_uidl(w->here.state, &k->got[i], e);
	for (size_t i = 0; i < k->knowns && rc == 0; i++)
		rc = pop_found_row(w, k->known[i], e);
	rc = local_end(&w->here, rc, e);
	if (rc < 0)
		return -1;
	for (size_t i = 0; i < k->count; i++)
		k->of[i]->row = POP_HERE;
	if (n)
		local_arrived(&w->here, path, n);
	return 0;
}

int
pop_fetch(struct worker *w, struct err *e)
{
	struct pop *p = w->pop;
	struct arena *a = arena_new();
	struct sink *k = ARENA_NEW(a, struct sink);
	struct pop3_sink sink = { sink_begin, sink_data, sink_end, sink_refused,
		k };
	uint32_t number[FETCH_AT_ONCE];
	int rc;

	k->w = w;
	k->e = e;
	for (; k->asked < FETCH_AT_ONCE && p->done < p->fetches; k->asked++) {
		k->entry[k->asked] = &p->entry[p->fetch[p->done++]];
		number[k->asked] = k->entry[k->asked]->number;
	}
	k->batch = maildir_begin(
		w->here.c->paths.mail, local_folder(&w->here, a, "INBOX"));
	rc = pop3_retr(p->x, number, k->asked, &sink, e);
	if (rc == 0)
		rc = commit(k, e);
	maildir_free(&k->batch);
	arena_free(&a);
	worker_progress(w, "INBOX", p->done, p->fetches);
	return rc;
}
