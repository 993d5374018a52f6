/* SPDX-License-Identifier: GPL-3.0-or-later */
/* letters that come in pieces: see session_parts.h. The first piece of each
 * comes with its range; the others one by one when the range is here, so that
 * what the user wants comes between two of them. What has come stays in tmp
 * while the line is lost, and is gone on with where the mailbox still has its
 * UIDVALIDITY. A server that ignores the bounds gives the letter from its
 * beginning: what is here already is passed over.
 *
 * Exchange makes a letter anew when it is asked for, and not always of the same
 * length. So each piece begins a little before the end of what is here; where
 * that is not the same, the letter comes once more, and at once. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/sync/session_parts.h"
#include "base/log.h"

enum { BAD_AT_ONCE = 2 };

struct piece {
	struct large *l;
	uint64_t skip, came;  /* bytes that are here already; of the answer */
	size_t joins, joined; /* bytes that have to come again; that have */
	bool has_answer, is_all, is_other;
	struct err *e;
};

void
session_note_tail(char tail[LARGE_JOIN], size_t *n, struct str bytes)
{
	size_t keep;

	if (bytes.n > LARGE_JOIN)
		bytes = str_sub(bytes, bytes.n - LARGE_JOIN, bytes.n);
	keep = LARGE_JOIN - bytes.n < *n ? LARGE_JOIN - bytes.n : *n;
	memmove(tail, tail + *n - keep, keep);
	memcpy(tail + keep, bytes.p, bytes.n);
	*n = keep + bytes.n;
}

static int
piece_begin(void *ctx)
{
	((struct piece *)ctx)->has_answer = true;
	return 0;
}

/* Where the answer begins: not where it was asked to, but at the start. */
static void
piece_origin(void *ctx, uint32_t from)
{
	struct piece *p = ctx;

	if (from == p->l->offset - p->joins)
		return;
	p->skip = p->l->offset - p->joins;
	p->is_all = true;
}

static int
piece_data(void *ctx, struct str bytes)
{
	struct piece *p = ctx;

	p->came += bytes.n;
	if (p->skip >= bytes.n) {
		p->skip -= bytes.n;
		return 0;
	}
	bytes = str_sub(bytes, (size_t)p->skip, bytes.n);
	p->skip = 0;
	while (bytes.n && p->joined < p->joins && !p->is_other) {
		p->is_other = bytes.p[0] != p->l->tail[p->joined++];
		bytes = str_sub(bytes, 1, bytes.n);
	}
	if (p->is_other)
		return 0;        /* read to its end, and dropped */
	p->l->offset += bytes.n; /* bounded by the stream's guard */
	session_note_tail(p->l->tail, &p->l->tails, bytes);
	return maildir_write_lines(p->l->batch, bytes, p->e);
}

static int
piece_end(void *ctx, uint32_t uid, unsigned flags)
{
	(void)uid;
	((struct piece *)ctx)->l->flags = flags;
	return 0;
}

/* What there is of L here is of no use. */
static void
begin_again(struct large *l)
{
	maildir_free(&l->batch);
	l->offset = 0;
	l->tails = 0;
}

/* Nothing joins what is here: the letter is another now. */
static int
come_at_once(struct worker *w, struct large *l)
{
	log_write(LOG_INFO, w->here.config->name,
		"UID %u: the server has changed it between two pieces; it "
		"comes once more, at once",
		l->uid);
	begin_again(l);
	l->comes_at_once = true;
	return 0;
}

int
session_piece(struct worker *w, const struct state_box *b, struct large *l,
	struct err *e)
{
	struct piece p = { .l = l, .e = e };
	struct imap_sink sink = { .begin = piece_begin,
		.data = piece_data,
		.end = piece_end,
		.ctx = &p,
		.origin = piece_origin };
	struct arena *a = arena_new();
	int rc = 0;

	if (l->batch && (l->uidvalidity != b->uidvalidity || l->comes_at_once))
		begin_again(l);
	l->uidvalidity = b->uidvalidity;
	if (l->offset + IMAP_PIECE > LIMIT_MESSAGE) {
		arena_free(&a);
		return err_set(e, ERR_MESSAGE, 0,
			"it is longer than %d MiB, which no letter here may be",
			LIMIT_MESSAGE >> 20);
	}
	if (!l->batch) {
		l->offset = l->tails = 0;
		l->batch = maildir_begin(w->here.c->paths.mail,
			local_folder(&w->here, a, b->folder));
		rc = maildir_open(l->batch, e);
		if (rc < 0)
			maildir_free(&l->batch);
	}
	arena_free(&a);
	p.joins = l->tails;
	if (rc == 0)
		rc = l->comes_at_once
			     ? imap_fetch_whole(
				       w->session->imap, l->uid, &sink, e)
			     : imap_fetch_piece(w->session->imap, &l->uid, 1,
				       l->offset - p.joins, &sink, e);
	/* what a broken line gave is no part of the letter */
	if (rc < 0 && imap_is_garbled(w->session->imap))
		begin_again(l);
	if (rc < 0)
		return -1;
	if (p.is_other || p.joined < p.joins)
		return come_at_once(w, l);
	if (p.came)
		w->failures = 0;
	if (!p.has_answer && l->offset == 0)
		return err_set(
			e, ERR_MESSAGE, 0, "it is no longer on the server");
	return p.is_all || l->comes_at_once || p.came != IMAP_PIECE;
}

void
session_drop_large(struct large **l)
{
	if (!*l)
		return;
	maildir_free(&(*l)->batch);
	free(*l);
	*l = NULL;
}

void
session_add_large(struct worker *w, const struct state_box *b, uint32_t uid,
	unsigned flags, struct maildir_batch *batch, uint64_t offset,
	struct str tail)
{
	struct large *l = calloc(1, sizeof *l), **end = &w->large;

	if (!l)
		abort();
	*l = (struct large){ .box = b->id,
		.uid = uid,
		.uidvalidity = b->uidvalidity,
		.flags = flags,
		.batch = batch,
		.offset = offset };
	session_note_tail(l->tail, &l->tails, tail);
	while (*end)
		end = &(*end)->next;
	*end = l;
}

static struct large **
find(struct worker *w, const struct state_box *b, uint32_t uid)
{
	struct large **l = &w->large;

	while (*l && ((*l)->box != b->id || (uid && (*l)->uid != uid)))
		l = &(*l)->next;
	return l;
}

bool
session_is_large(
	const struct worker *w, const struct state_box *b, uint32_t uid)
{
	for (const struct large *l = w->large; l; l = l->next)
		if (l->box == b->id && l->uid == uid &&
			l->uidvalidity == b->uidvalidity)
			return true;
	return false;
}

bool
session_has_large(const struct worker *w, const struct state_box *b)
{
	for (const struct large *l = w->large; l; l = l->next)
		if (l->box == b->id)
			return true;
	return false;
}

/* Take the first of mailbox B off the list. */
static void
drop_first(struct worker *w, const struct state_box *b)
{
	struct large **at = find(w, b, 0), *l = *at;

	*at = l->next;
	session_drop_large(&l);
}

/* It is here: its file, its row, and its name where the server has one. */
static int
finish(struct worker *w, struct state_box *b, struct large *l, struct err *e)
{
	struct arena *a = arena_new();
	struct imap_id *id;
	size_t n = 0;
	int rc = session_deliver(w, b, &l->batch, l->uid, l->flags, e);

	if (rc == 0)
		rc = imap_ids(w->session->imap, &l->uid, 1, a, &id, &n, e);
	if (rc == 0 && n == 1) {
		rc = local_begin(&w->here, e);
		if (rc == 0)
			rc = state_put_object(
				w->here.state, b->id, l->uid, id->id, e);
		rc = local_end(&w->here, rc, e);
	}
	arena_free(&a);
	return rc;
}

int
session_step_large(struct worker *w, struct state_box *b, struct err *e)
{
	struct large *l = *find(w, b, 0);
	uint64_t was = l->offset;
	int rc;

	/* of another numbering, or it came by another way */
	if (l->uidvalidity != b->uidvalidity ||
		session_local(w->session, l->uid) ||
		session_is_bad(w, b->id, l->uid)) {
		drop_first(w, b);
		return 0;
	}
	rc = session_piece(w, b, l, e);
	if (rc == 0) {
		context_progress(w->here.c,
			&(struct msg){ .account = w->here.account },
			(unsigned)(l->offset >> 20),
			(unsigned)(l->offset >> 20) + 1, "%s/%s: %llu MB",
			w->here.config->name, b->folder,
			(unsigned long long)(l->offset >> 20));
		return 0;
	}
	if (rc == 1)
		rc = finish(w, b, l, e);
	else if (e->class == ERR_MESSAGE || e->class == ERR_BOX) {
		session_note_bad(w, b, l->uid, BAD_AT_ONCE, e->text);
		w->session->is_partial = true;
		rc = 0;
	} else {
		/* gone on with by the next session; where nothing came, it may
		 * be what ends them */
		if (l->offset == was && e->class == ERR_LATER)
			session_note_bad(w, b, l->uid, 1, e->text);
		w->comes_again = true;
		return -1;
	}
	drop_first(w, b);
	return rc;
}

void
session_free_large(struct worker *w)
{
	while (w->large) {
		struct large *l = w->large;

		w->large = l->next;
		session_drop_large(&l);
	}
}
