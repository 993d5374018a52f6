/* SPDX-License-Identifier: GPL-3.0-or-later */
/* believe - see believe.h */
#include "app/believe.h"

#include "app/letter/here.h"
#include "auth/proposal.h"
#include "base/file.h"
#include "store/index.h"

/* The newest letters of the account's INBOX, in A. */
static int
newest(struct context *c, const struct config_account *acc, struct arena *a,
	struct index_page *out, struct err *e)
{
	struct index *x = index_open(c->paths.mail, c->paths.theirs, false, e);
	const char *folder = arena_printf(a, "%s/INBOX", acc->name);
	struct buf query;
	int rc = -1;

	if (!x)
		return -1;
	buf_init(&query, 8192);
	index_folder_query(&query, folder);
	rc = index_search(x, a, buf_c(&query), folder, 0, PROPOSAL_LETTERS,
		false, out, e);
	buf_fini(&query);
	index_close(&x);
	return rc;
}

static const struct config_account *
account_of(struct context *c, const struct msg *m, struct err *e)
{
	if (m->account >= 0 && (size_t)m->account < c->config->accounts)
		return &c->config->account[m->account];
	err_set(e, ERR_INPUT, 0, "there is no such account");
	return NULL;
}

void
believe_propose(struct context *c, struct msg *m)
{
	struct index_page page;
	struct proposal p;
	struct err e;
	const struct config_account *acc = account_of(c, m, &e);
	struct msg *r;

	if (!acc || newest(c, acc, m->arena, &page, &e) < 0) {
		context_fail(c, m, &e);
		return;
	}
	r = context_answer(m, MSG_PROPOSAL);
	proposal_init(&p, r->arena);
	for (size_t i = 0; i < page.rows; i++) {
		struct str map;

		/* one that is gone meanwhile says nothing */
		if (here_map(c, page.row[i].path, &map, NULL, &e) < 0)
			continue;
		proposal_add(&p, map);
		file_unmap(&map);
	}
	r->u.proposal = (struct msg_proposal){
		.ids = "", .hosts = "", .letters = (unsigned)page.rows
	};
	if (!acc->has_authserv_id &&
		!proposal_make(&p, &r->u.proposal.ids, &r->u.proposal.hosts,
			&r->u.proposal.count))
		r->u.proposal.ids = "";
	context_post(c, r);
}

/* What is known by the server's word may be another verdict. */
static void
verify_again(
	struct context *c, const struct config_account *acc, struct arena *a)
{
	struct index_page page;
	struct err e;

	if ((c->flags & ENGINE_NO_VERIFY) || newest(c, acc, a, &page, &e) < 0)
		return;
	for (size_t i = 0; i < page.rows; i++)
		context_verify_again(c, page.row[i].path, page.row[i].id);
}

void
believe_answer(struct context *c, struct msg *m)
{
	const struct msg_proposal *p = &m->u.proposal;
	struct err e;
	const struct config_account *acc = account_of(c, m, &e);
	const char *lines;

	if (!acc) {
		context_fail(c, m, &e);
		return;
	}
	lines = arena_printf(m->arena, "authserv-id = %s\n%s%s%s",
		*p->ids ? p->ids : "none", *p->hosts ? "received-by = " : "",
		p->hosts, *p->hosts ? "\n" : "");
	if (config_extend_account(c->config, acc->name, lines, &e) < 0 ||
		context_load_config(c, &e) < 0) {
		context_fail(c, m, &e);
		return;
	}
	if (*p->ids)
		verify_again(c, &c->config->account[m->account], m->arena);
	context_end(c, m, NULL);
}
