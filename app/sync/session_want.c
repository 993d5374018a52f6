/* SPDX-License-Identifier: GPL-3.0-or-later */
/* letters that somebody wants to read and that are not wholly here, and parts
 * that are to be saved: see account_parts.h. They come before anything else
 * that a session has to do, a piece at a time, the one that was asked for last
 * first.
 *
 *	tmp/ in pieces -> fsync -> renamed over the file in cur/ -> fsync of
 *	the directory -> its row of `missing` says so -> the index reads it
 *	again -> the row goes
 *
 * A death behind the rename leaves a whole letter that counts as a part of one:
 * it is fetched once more. One before the index has read it: the next start has
 * it read. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/letter/here.h"
#include "app/sync/session_parts.h"
#include "base/log.h"

enum { TRIES = 3, MB = 1 << 20 };

struct want {
	struct want *next;
	struct msg asked; /* its id and account alone */
	char *path;       /* as it was when it was asked for */
	uint64_t size;    /* of the whole, 0: not known */
	unsigned tries;   /* sessions that ended while it waited */
	bool has_pushed;  /* what waits has been told to the server for it */
	bool has_told;    /* how far it is */
	struct large letter;
	struct save *save; /* this part alone; NULL: the letter */
	char *part, *directory;
};

static void
free_want(struct want *x)
{
	maildir_free(&x->letter.batch);
	session_free_save(&x->save);
	free(x->part);
	free(x->directory);
	free(x->path);
	free(x);
}

/* It ends; TEXT (may be NULL) is what is said then, or *E. */
static void
end_want(
	struct worker *w, struct want *x, const char *text, const struct err *e)
{
	struct want **at = &w->want;

	while (*at && *at != x)
		at = &(*at)->next;
	if (*at)
		*at = x->next;
	if (x->has_told) /* nothing is under way any more */
		context_progress(w->here.c, &x->asked, 1, 1, "%s", "");
	if (e && x->asked.id)
		context_fail(w->here.c, &x->asked, e);
	else if (!e)
		context_end(w->here.c, &x->asked, text);
	free_want(x);
}

/* It does not come, for the reason E. */
static void
refuse(struct worker *w, struct want *x, const struct err *e)
{
	struct err why;

	if (x->save)
		err_set(&why, e->class, e->code,
			"part %s was not saved: %s. Nothing of it is left; s "
			"tries it again",
			x->part, e->text);
	else
		err_set(&why, e->class, e->code,
			"the rest of this letter does not come: %s. What is "
			"here of it stays",
			e->text);
	log_write(LOG_WARN, w->here.config->name, "%s: %s", x->path, why.text);
	end_want(w, x, NULL, &why);
}

/* The letter of M, or NULL where nobody has asked for all of it yet: taken off
 * the list, and who asked is told. */
static struct want *
take_same(struct worker *w, const struct msg *m)
{
	struct want *x, **at = &w->want;

	while (*at && ((*at)->save || !str_eq(maildir_base((*at)->path),
					      maildir_base(m->u.open.path))))
		at = &(*at)->next;
	x = *at;
	if (!x)
		return NULL;
	*at = x->next;
	if (x->asked.id)
		context_end(w->here.c, &x->asked, NULL);
	return x;
}

static struct want *
new_want(const struct msg *m)
{
	struct want *x = calloc(1, sizeof *x);

	if (!x || !(x->path = strdup(m->u.open.path)))
		abort();
	if (m->kind != MSG_WANT_PART)
		return x;
	x->part = strdup(m->u.open.part);
	x->directory = strdup(m->u.open.directory);
	if (!x->part || !x->directory)
		abort();
	x->save = session_new_save(x->part, x->directory);
	return x;
}

void
session_want(struct worker *w, const struct msg *m)
{
	bool is_part = m->kind == MSG_WANT_PART;
	struct want *x;
	struct err e;

	if (!w->here.state || !w->wants_online) {
		if (is_part)
			err_set(&e, ERR_LATER, 0,
				"this part is on the server, and the account "
				"is offline; $ goes online, then save it "
				"again");
		else
			err_set(&e, ERR_LATER, 0,
				"not all of this letter is here, and the "
				"account is offline; $ goes online, then open "
				"it again");
		context_fail(w->here.c, m, &e);
		return;
	}
	/* asked for again: it comes first now, and who asked last is told */
	x = is_part ? NULL : take_same(w, m);
	if (!x)
		x = new_want(m);
	x->asked.id = m->id;
	x->asked.account = w->here.account;
	x->next = w->want;
	w->want = x;
	if (!session_is_open(w))
		w->retry_ms = 1; /* somebody waits for it */
}

bool
session_has_wants(const struct worker *w)
{
	return w->want != NULL;
}

void
session_free_wants(struct worker *w)
{
	while (w->want) {
		struct want *x = w->want;

		w->want = x->next;
		free_want(x);
	}
}

void
session_lost_wants(struct worker *w, const struct err *e, bool for_good)
{
	struct want *next;

	for (struct want *x = w->want; x; x = next) {
		next = x->next;
		x->tries++;
		/* half a file of the user's does not wait for a line */
		if (for_good || x->tries >= TRIES ||
			(x->save && session_save_came(x->save)))
			refuse(w, x, e);
	}
}

void
session_tell_completed(struct worker *w)
{
	struct arena *a = arena_new();
	const char *base = "";
	struct err e;

	local_lock(&w->here);
	while (state_next_missing(w->here.state, base, STATE_COMPLETE, a, &base,
		       &e) == 1) {
		struct state_message m;
		struct state_box *box;
		struct buf now;
		int64_t id;
		size_t n;

		buf_init(&now, 4096);
		if (state_find(w->here.state, base, a, &id, &m, &e) == 1 &&
			state_boxes(w->here.state, a, &box, &n, &e) == 0)
			for (size_t i = 0; i < n; i++)
				if (box[i].id == id &&
					session_file(w, &box[i], base, &now,
						&e) == 0)
					local_completed(&w->here, buf_c(&now));
		buf_fini(&now);
	}
	local_unlock(&w->here);
	arena_free(&a);
}

/* --- one letter
 * ------------------------------------------------------------------------ */

struct place { /* where it is */
	struct arena *a;
	struct state_box *box;
	struct state_message row;
	struct state_missing missing;
	const char *path; /* now */
};

/* Under the lock: 1 there is something to fetch, 0 it is whole, -1 *E. */
static int
look_up(struct worker *w, struct want *x, struct place *p, struct err *e)
{
	struct state *st = w->here.state;
	struct state_box *box;
	struct buf now;
	int64_t id;
	size_t n;
	int rc;

	buf_init(&now, 4096);
	rc = maildir_find(w->here.c->paths.mail, x->path, &now, e);
	p->path = arena_cstr(p->a, buf_str(&now));
	buf_fini(&now);
	if (rc < 0)
		return -1;
	p->row.base = arena_cstr(p->a, maildir_base(p->path));
	rc = state_missing(st, p->row.base, p->a, &p->missing, e);
	if (rc <= 0)
		return rc;
	rc = state_find(st, p->row.base, p->a, &id, &p->row, e);
	if (rc < 0 || state_boxes(st, p->a, &box, &n, e) < 0)
		return -1;
	for (size_t i = 0; rc == 1 && p->row.uid && i < n; i++)
		if (box[i].id == id && !box[i].is_gone)
			p->box = &box[i];
	return 1;
}

static int
find_place(struct worker *w, struct want *x, struct place *p, struct err *e)
{
	int rc;

	local_lock(&w->here);
	rc = look_up(w, x, p, e);
	local_unlock(&w->here);
	return rc;
}

/* All of it is in tmp: it takes the place of what is here. What was changed
 * here meanwhile is in the file's name, which stays. */
static int
put_in_place(struct worker *w, struct want *x, struct err *e)
{
	struct place p = { .a = arena_new() };
	int rc = maildir_ready(x->letter.batch, e);

	if (rc < 0) {
		arena_free(&p.a);
		return -1;
	}
	local_lock(&w->here);
	rc = look_up(w, x, &p, e);
	if (rc == 1)
		rc = maildir_replace(x->letter.batch, p.path, e);
	if (rc == 0)
		rc = state_complete(w->here.state, p.row.base, e);
	if (rc == 0)
		local_completed(&w->here, p.path);
	local_unlock(&w->here);
	arena_free(&p.a);
	return rc;
}

/* A letter that was moved here has no UID until the server knows of it. */
static int
push_first(struct worker *w, struct want *x, struct err *e)
{
	if (x->has_pushed)
		return err_set(
			e, ERR_MESSAGE, 0, "it is no longer on the server");
	x->has_pushed = true;
	return session_push(w, e);
}

static void
tell(struct worker *w, struct want *x, uint64_t came, uint64_t size)
{
	uint64_t mb = came / MB, all = size / MB;

	x->has_told = true;
	context_progress(w->here.c, &x->asked, (unsigned)mb,
		(unsigned)(all > mb ? all : mb) + 1,
		x->save ? N_("this part: %llu of %llu MB")
			: N_("this letter: %llu of %llu MB"),
		(unsigned long long)mb, (unsigned long long)all);
}

/* The part is here by now: it is saved as any other. */
static int
save_from_here(struct worker *w, struct want *x)
{
	struct msg *m = context_answer(&x->asked, MSG_SAVE_PART);

	m->u.open.path = arena_strdup(m->arena, x->path);
	m->u.open.part = arena_strdup(m->arena, x->part);
	m->u.open.directory = arena_strdup(m->arena, x->directory);
	context_post(w->here.c, m);
	x->asked.id = 0;
	end_want(w, x, NULL, NULL);
	return 0;
}

static int
save_piece(struct worker *w, struct want *x, struct place *p, struct err *e)
{
	struct here here = { .here = LETTER_PARTS, .parts = p->missing.parts };
	uint64_t octets;
	struct buf name;
	int rc;

	if (!here_is_missing(&here, x->part, &octets))
		return save_from_here(w, x);
	buf_init(&name, 4096);
	rc = session_save_piece(
		w, p->row.uid, p->path, octets, x->save, &name, e);
	if (rc == 0)
		tell(w, x, session_save_came(x->save),
			session_save_size(x->save, octets));
	if (rc == 1) {
		end_want(w, x,
			arena_printf(p->a, err_words(N_("saved as %s/%s")),
				x->directory, buf_c(&name)),
			NULL);
		rc = 0;
	}
	buf_fini(&name);
	return rc;
}

static int
one_piece(struct worker *w, struct want *x, struct place *p, struct err *e)
{
	uint32_t uidvalidity = p->box->uidvalidity;
	int rc = session_need_box(w, p->box, e);

	if (rc < 0)
		return -1;
	/* numbered anew: what its UID is has to be found out again */
	if (p->box->uidvalidity != uidvalidity)
		return 0;
	if (x->save)
		return save_piece(w, x, p, e);
	if (x->letter.uid != p->row.uid || x->letter.box != p->box->id) {
		maildir_free(&x->letter.batch);
		x->letter = (struct large){ .box = p->box->id,
			.uid = p->row.uid,
			.uidvalidity = p->box->uidvalidity };
	}
	if (!x->size)
		x->size = p->missing.size;
	rc = session_piece(w, p->box, &x->letter, e);
	if (rc < 0)
		return -1;
	if (rc == 1 && x->size && x->letter.offset == 0)
		return err_set(
			e, ERR_MESSAGE, 0, "the server gives nothing of it");
	if (rc == 0)
		tell(w, x, x->letter.offset, x->size);
	if (rc == 1) {
		rc = put_in_place(w, x, e);
		if (rc == 0)
			end_want(w, x, NULL, NULL);
	}
	return rc;
}

int
session_step_want(struct worker *w, struct err *e)
{
	struct want *x = w->want;
	struct place p = { .a = arena_new() };
	int rc = find_place(w, x, &p, e);

	if (rc == 0 && x->save)
		rc = save_from_here(w, x);
	else if (rc == 0)
		end_want(w, x, NULL, NULL);
	else if (rc == 1 && !p.box)
		rc = push_first(w, x, e);
	else if (rc == 1)
		rc = one_piece(w, x, &p, e);
	arena_free(&p.a);
	if (rc == 0)
		return 0;
	/* of this letter, and not of the line */
	if (e->class == ERR_MESSAGE || e->class == ERR_BOX) {
		refuse(w, x, e);
		return 0;
	}
	return -1;
}
