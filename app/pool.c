/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pool - see pool.h */
#include "app/pool.h"

#include <stdio.h>
#include <stdlib.h>

#include "app/believe.h"
#include "app/letter/demand.h"
#include "app/letter/draft.h"
#include "app/letter/evidence.h"
#include "app/letter/here.h"
#include "app/local/fresh.h"
#include "app/local/local.h"
#include "app/letter/open.h"
#include "app/letter/parts.h"
#include "app/probe.h"
#include "app/local/role.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "base/utf8.h"
#include "auth/verify.h"
#include "mime/field.h"
#include "net/dns.h"
#include "store/index.h"
#include "store/maildir.h"
#include "store/receipts.h"

enum { KNOWN_SECONDS = 60 };

/* --- search
 * -------------------------------------------------------------------- */

static bool
has_tag(const struct index_row *r, const char *tag)
{
	for (size_t i = 0; i < r->tags; i++)
		if (strcmp(r->tag[i], tag) == 0)
			return true;
	return false;
}

static void
make_row(struct receipts *own, struct arena *a, const struct index_row *in,
	struct row *out)
{
	static const struct {
		const char *tag;
		unsigned flag;
	} map[] = { { "unread", ROW_UNREAD }, { "flagged", ROW_FLAGGED },
		{ "replied", ROW_REPLIED }, { "passed", ROW_FORWARDED },
		{ "attachment", ROW_ATTACHMENT }, { "draft", ROW_DRAFT } };
	struct field_addresses from = field_addresses(a, str_c(in->from), NULL);
	struct receipts_row r = { in->subject,
		from.count ? arena_cstr(a, from.item[0].name) : "",
		from.count ? arena_cstr(a, from.item[0].addr) : "" };
	struct err e;

	if (own && receipts_row(own, in->id, a, &r, &e) < 0)
		own = NULL; /* the index's words serve */
	*out = (struct row){ .id = in->id,
		.path = in->path,
		.date = in->date,
		.verdict = verdict_state_parse(in->verdict),
		.thread_count = in->thread_count,
		.thread = in->thread };
	for (size_t i = 0; i < sizeof map / sizeof *map; i++)
		if (has_tag(in, map[i].tag))
			out->flags |= map[i].flag;
	if (str_find(str_c(in->alert), STR("any")) >= 0)
		out->flags |= ROW_ALERT;
	if (*in->server)
		out->flags |= ROW_SERVER_ONLY;
	if (*in->here)
		out->flags |= ROW_MISSING;
	out->subject = fresh_text(a, str_c(r.subject));
	out->address = fresh_text(a, str_c(r.address));
	out->from = *r.name ? fresh_text(a, str_c(r.name)) : out->address;
	/* while there is an alert a name alone is not shown */
	if ((out->flags & ROW_ALERT) && *out->address)
		out->from = out->address;
	if (!*out->from)
		out->from = fresh_text(a, str_c(in->from));
}

/* The folder that QUERY lists ("folder:\"A/B\"" alone), or NULL. */
static const char *
folder_of(struct arena *a, const char *query)
{
	struct str s = str_c(query);

	if (!str_starts(s, STR("folder:\"")) || !str_ends(s, STR("\"")))
		return NULL;
	s = str_sub(s, 8, s.n - 1);
	return str_chr(s, '"') < 0 ? arena_cstr(a, s) : NULL;
}

static int
search(struct context *c, struct index *x, struct receipts *own, struct msg *m,
	struct err *e)
{
	const struct msg_search *s = &m->u.search;
	struct msg *r = context_answer(m, MSG_ROWS);
	struct msg_rows *rows = &r->u.rows;
	const char *folder = folder_of(r->arena, s->query);
	struct row *fresh;
	size_t n = 0;
	unsigned from = s->offset;
	struct index_page p;

	/* before the index is read: what it has by then is not missed */
	if (folder && !s->oldest_first)
		n = fresh_rows(c->fresh, folder, r->arena, &fresh);
	from = from > n ? from - (unsigned)n : 0;
	if (index_search(x, r->arena, s->query, folder, from,
		    s->limit + (s->offset - from), s->oldest_first, &p,
		    e) < 0) {
		msg_free(&r);
		return -1;
	}
	rows->row = arena_array(r->arena, p.rows, sizeof *rows->row);
	rows->rows = (unsigned)p.rows;
	rows->offset = from < p.total ? from : p.total;
	rows->total = p.total;
	rows->unread = p.unread;
	for (size_t i = 0; i < p.rows; i++)
		make_row(own, r->arena, &p.row[i], &rows->row[i]);
	if (n)
		fresh_merge(r->arena, rows, fresh, n, s->offset, s->limit);
	context_post(c, r);
	return 0;
}

static unsigned
count_outbox(struct context *c)
{
	char path[4200];

	/* the keeper owns the outbox; its files say how many wait */
	snprintf(path, sizeof path, "%s/outbox", c->paths.data);
	return file_count(path, ".eml");
}

/* The folders NAMES of account I with their roles, and how many messages of
 * each stay on the server; what the server says of them stands in its state. */
static struct role_folder *
assign_roles(struct context *c, int i, struct arena *a,
	const char *const *names, size_t n, unsigned **older_out)
{
	struct role_folder *f = arena_array(a, n, sizeof *f);
	const struct config_account *account = &c->config->account[i];
	struct state_box *box = NULL;
	struct state *s = NULL;
	size_t boxes = 0;
	struct err e;

	*older_out = arena_array(a, n, sizeof **older_out);
	memset(*older_out, 0, n * sizeof **older_out);
	if (local_has_server(account))
		s = state_open(arena_printf(a, "%s/%s.db", c->paths.state,
				       account->name),
			&e);
	if (s && state_boxes(s, a, &box, &boxes, &e) < 0)
		boxes = 0;
	for (size_t k = 0; k < n; k++) {
		f[k].name = names[k];
		for (size_t b = 0; b < boxes; b++)
			if (strcmp(box[b].folder, names[k]) == 0) {
				f[k].server = (enum box_role)box[b].role;
				(*older_out)[k] = box[b].older;
			}
	}
	state_close(&s);
	role_assign(account, f, n);
	return f;
}

/* The mailboxes of account I with their counts. */
static int
count_account(struct context *c, struct index *x, int i, struct msg *r,
	size_t *cap, struct err *e)
{
	const char *account = c->config->account[i].name;
	struct msg_boxes *out = &r->u.boxes;
	struct arena *a = r->arena;
	struct role_folder *role;
	unsigned *older;
	const char **names;
	size_t n;

	if (maildir_list(c->paths.mail, account, a, &names, &n, e) < 0)
		return -1;
	role = assign_roles(c, i, a, names, n, &older);
	for (size_t k = 0; k < n; k++) {
		struct buf q;
		struct box *b;

		if (out->boxes == *cap) {
			struct box *bigger;

			*cap = *cap ? 2 * *cap : 32;
			bigger = arena_array(a, *cap, sizeof *bigger);
			if (out->boxes)
				memcpy(bigger, out->box,
					out->boxes * sizeof *bigger);
			out->box = bigger;
		}
		b = &out->box[out->boxes++];
		buf_init(&q, 8192);
		index_folder_query(
			&q, arena_printf(a, "%s/%s", account, names[k]));
		b->account = account;
		b->name = names[k];
		b->role = role[k].role;
		b->older = older[k];
		b->query = arena_cstr(a, buf_str(&q));
		buf_fini(&q);
		if (index_count(x, b->query, &b->total, e) < 0 ||
			index_count(x,
				arena_printf(a, "%s and tag:unread", b->query),
				&b->unread, e) < 0)
			return -1;
	}
	return 0;
}

static int
counts(struct context *c, struct index *x, struct msg *m, struct err *e)
{
	struct msg *r = context_answer(m, MSG_BOXES);
	int accounts =
		c->flags & ENGINE_SHOW ? (int)c->config->accounts : c->workers;
	size_t cap = 0;
	int rc = 0;

	for (int i = 0; i < accounts && rc == 0; i++)
		rc = count_account(c, x, i, r, &cap, e);
	if (rc < 0) {
		msg_free(&r);
		return -1;
	}
	r->u.boxes.outbox = count_outbox(c);
	context_post(c, r);
	return 0;
}

void *
pool_search(void *arg)
{
	struct context *c = arg;
	struct receipts *own = NULL;
	struct index *x = NULL;
	char path[4200];

	snprintf(path, sizeof path, "%s/receipts.db", c->paths.data);
	for (;;) {
		struct msg *m = msg_of(queue_wait(c->search, -1));
		struct err e;
		int rc = 0;

		if (!m)
			break;
		if (!own)
			own = receipts_open(path, &e);
		if (!x)
			x = index_open(
				c->paths.mail, c->paths.theirs, false, &e);
		if (!x)
			rc = -1;
		else if (m->kind == MSG_SEARCH)
			rc = search(c, x, own, m, &e);
		else
			rc = counts(c, x, m, &e);
		if (rc < 0)
			context_fail(c, m, &e);
		if (rc < 0 && e.class == ERR_SYSTEM)
			index_close(&x); /* a damaged handle is not kept */
		context_done(c, &m);
	}
	index_close(&x);
	receipts_close(&own);
	return NULL;
}

/* --- reading
 * ------------------------------------------------------------------- */

void *
pool_open(void *arg)
{
	static const struct {
		enum msg_kind kind;
		void (*run)(struct context *c, struct msg *m);
	} table[] = { { MSG_OPEN, open_message },
		{ MSG_EVIDENCE, open_evidence }, { MSG_SAVE_PART, parts_save },
		{ MSG_OPEN_PART, parts_open }, { MSG_COMPOSE, draft_compose },
		{ MSG_DRAFT_READ, draft_read }, { MSG_DRAFT_SAVE, draft_save },
		{ MSG_DRAFT_LIST, draft_list },
		{ MSG_DRAFT_DROP, draft_discard },
		{ MSG_DISCOVER, probe_discover }, { MSG_PROBE, probe_test },
		{ MSG_ACCOUNT_ADD, probe_add },
		{ MSG_PROPOSE, believe_propose },
		{ MSG_BELIEVE, believe_answer }, { MSG_DEMAND, demand_set } };
	struct context *c = arg;
	struct msg *m;

	while ((m = msg_of(queue_wait(c->open, -1)))) {
		for (size_t i = 0; i < sizeof table / sizeof *table; i++)
			if (m->kind == table[i].kind)
				table[i].run(c, m);
		context_done(c, &m);
	}
	return NULL;
}

/* --- verification
 * -------------------------------------------------------------- */

/* The domains of one's correspondents, read anew once a minute, and when the
 * keeper has found more. */
struct known {
	struct arena *a;
	const char **domain;
	size_t count;
	int64_t until_ms;
	unsigned as_of;
};

static void
refresh_known(struct context *c, struct known *k)
{
	struct receipts *r;
	char path[4200];
	struct err e;

	unsigned now = atomic_load(&c->correspondents);

	if (clock_mono_ms() < k->until_ms && now == k->as_of)
		return;
	k->as_of = now;
	k->until_ms = clock_mono_ms() + KNOWN_SECONDS * 1000;
	if (k->a)
		arena_reset(k->a);
	else
		k->a = arena_new();
	k->count = 0;
	snprintf(path, sizeof path, "%s/receipts.db", c->paths.data);
	r = receipts_open(path, &e);
	if (!r)
		return;
	if (receipts_correspondents(r, k->a, &k->domain, &k->count, &e) < 0)
		k->count = 0;
	receipts_close(&r);
}

static void
verify(struct context *c, struct msg *m, struct known *k)
{
	const char *path = m->u.verdict.path;
	const struct config_account *acc = config_account(c->config,
		arena_printf(m->arena, "%.*s", STR_ARG(maildir_account(path))));
	struct verify_facts facts = { .now = clock_wall() };
	struct dns_budget budget;
	struct msg *r;
	struct str map;
	struct buf json;
	struct err e;

	if (here_map(c, path, &map, NULL, &e) < 0) {
		/* moved or deleted meanwhile: nothing to verify */
		if (m->id)
			context_fail(c, m, &e);
		if (m->u.verdict.serial) {
			r = msg_new(MSG_VERIFIED);
			r->u.verdict.serial = m->u.verdict.serial;
			context_post(c, r);
		}
		return;
	}
	refresh_known(c, k);
	if (acc) {
		facts.believed = acc->authserv_id.item;
		facts.believeds = acc->authserv_id.count;
		facts.receiver = acc->receiver.count ? acc->receiver.item
						     : acc->authserv_id.item;
		facts.receivers = acc->receiver.count ? acc->receiver.count
						      : acc->authserv_id.count;
		facts.is_boundary_confirmed = facts.receivers > 0;
		facts.results_below = acc->results_below;
	}
	facts.known = k->domain;
	facts.knowns = k->count;
	facts.demanded = c->config->must_verify.item;
	facts.demandeds = c->config->must_verify.count;
	r = msg_new(MSG_VERIFIED);
	r->u.verdict.verdict = verify_message(
		r->arena, map, &facts, dns_budget_init(&budget, c->dns));
	file_unmap(&map);
	buf_init(&json, 4 << 20);
	evidence_write(&json, r->u.verdict.verdict, NULL);
	r->u.verdict.json = arena_cstr(r->arena, buf_str(&json));
	buf_fini(&json);
	r->u.verdict.id = arena_strdup(r->arena, m->u.verdict.id);
	r->u.verdict.path = arena_strdup(r->arena, path);
	r->u.verdict.serial = m->u.verdict.serial;
	r->u.verdict.is_again = m->u.verdict.is_again;
	context_post(c, r);
	context_end(c, m, NULL);
}

void *
pool_verify(void *arg)
{
	struct context *c = arg;
	struct known k = { 0 };
	struct msg *m;

	while ((m = msg_of(queue_wait(c->verify, -1)))) {
		if (!atomic_load(&c->stopping)) {
			if (m->kind == MSG_RUN_PART)
				parts_run(c, m);
			else if (m->kind == MSG_FETCH_PART)
				parts_fetch(c, m);
			else
				verify(c, m, &k);
		}
		context_done(c, &m);
	}
	if (k.a)
		arena_free(&k.a);
	return NULL;
}
