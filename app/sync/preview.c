/* SPDX-License-Identifier: GPL-3.0-or-later */
/* preview - see preview.h */
#define _GNU_SOURCE
#include "app/sync/preview.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "app/sync/pop.h"
#include "app/sync/session_parts.h"
#include "base/file.h"
#include "base/log.h"

struct looking {
	struct context *c;
	struct worker *w;
	struct arena *a;
	const struct preview_sink *sink;
	const char *folder; /* the one that .count is of */
	unsigned count[PREVIEW_KINDS];
};

const char *
preview_word(enum preview_kind k)
{
	static const char *const words[PREVIEW_KINDS] = {
		[PREVIEW_FETCH] = "fetch",
		[PREVIEW_UPLOAD] = "upload",
		[PREVIEW_FLAG_THERE] = "flag there",
		[PREVIEW_FLAG_HERE] = "flag here",
		[PREVIEW_MOVE] = "move there",
		[PREVIEW_DELETE_THERE] = "delete there",
		[PREVIEW_DELETE_HERE] = "delete here",
		[PREVIEW_KEEP] = "keep here",
		[PREVIEW_HELD] = "hold back",
	};

	return words[k];
}

static void
step(struct looking *l, enum preview_kind k, const char *what)
{
	l->count[k]++;
	l->sink->step(l->sink->ctx, l->folder, k, what);
}

static void
begin_folder(struct looking *l, const char *folder)
{
	l->folder = folder;
	memset(l->count, 0, sizeof l->count);
}

static void
end_folder(struct looking *l, const char *note)
{
	l->sink->folder(l->sink->ctx, l->folder, l->count, note);
}

/* --- IMAP
 * ------------------------------------------------------------------------- */

static enum preview_kind
kind_of(const struct plan *p, const struct plan_step *s)
{
	switch (s->kind) {
	case PLAN_FETCH:
	case PLAN_UNDELETE:
		return PREVIEW_FETCH;
	case PLAN_SET_LOCAL:
		return PREVIEW_FLAG_HERE;
	case PLAN_SET_REMOTE:
		return PREVIEW_FLAG_THERE;
	case PLAN_DROP_LOCAL:
		return p->brakes_local ? PREVIEW_HELD : PREVIEW_DELETE_HERE;
	case PLAN_DROP_REMOTE:
		return p->brakes_remote ? PREVIEW_HELD : PREVIEW_DELETE_THERE;
	case PLAN_KEEP_LOCAL:
		return PREVIEW_KEEP;
	case PLAN_AGREE: /* nobody sees it */
		break;
	}
	return PREVIEW_KINDS;
}

/* " +seen -flagged": what is to be changed. */
static const char *
flag_words(struct arena *a, unsigned add, unsigned remove)
{
	static const char *const names[] = { "seen", "answered", "flagged",
		"deleted", "draft", "forwarded" };
	const char *out = "";

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if ((add | remove) & (1U << i))
			out = arena_printf(a, "%s %c%s", out,
				add & (1U << i) ? '+' : '-', names[i]);
	return out;
}

static void
tell_plan(struct looking *l, const struct plan *p)
{
	struct session *s = l->w->session;

	for (size_t i = 0; i < p->steps; i++) {
		const struct plan_step *t = &p->step[i];
		const struct state_message *m = session_local(s, t->uid);
		enum preview_kind k = kind_of(p, t);
		const char *flags = "";

		if (k == PREVIEW_KINDS)
			continue;
		if (k == PREVIEW_FLAG_THERE)
			flags = flag_words(s->plan_arena, t->add, t->remove);
		else if (k == PREVIEW_FLAG_HERE && m)
			flags = flag_words(s->plan_arena, t->flags & ~m->flags,
				m->flags & ~t->flags);
		step(l, k,
			arena_printf(s->plan_arena, "UID %u%s%s%s", t->uid,
				flags, m ? "  " : "", m ? m->base : ""));
	}
}

/* What was moved or put here and the server does not know: of mailbox B, or of
 * FOLDER where the server has none such. */
static void
tell_ops(struct looking *l, const struct state_op *op, size_t n,
	const struct state_box *b, const char *folder)
{
	for (size_t i = 0; i < n; i++) {
		bool is_move = strcmp(op[i].kind, "move") == 0;

		if (is_move && b && op[i].box == b->id)
			step(l, PREVIEW_MOVE,
				arena_printf(l->a, "UID %u to %s  %s",
					op[i].uid, op[i].folder, op[i].base));
		else if (!is_move && strcmp(op[i].folder, folder) == 0)
			step(l, PREVIEW_UPLOAD, op[i].base);
	}
}

/* The folders that a pass would make on the server. */
static void
tell_missing(struct looking *l, const struct state_op *op, size_t n)
{
	const struct session *s = l->w->session;

	for (size_t i = 0; i < n; i++) {
		bool is_known = false;

		for (size_t k = 0; k < s->boxes; k++)
			is_known |=
				strcmp(s->box[k].folder, op[i].folder) == 0 &&
				!s->box[k].is_gone;
		for (size_t k = 0; k < i; k++)
			is_known |= strcmp(op[k].folder, op[i].folder) == 0;
		if (is_known)
			continue;
		begin_folder(l, op[i].folder);
		tell_ops(l, op, n, NULL, op[i].folder);
		end_folder(l, "will be made on the server");
	}
}

static int
look_at_box(struct looking *l, struct state_box *b, struct err *e)
{
	struct worker *w = l->w;
	struct session *s = w->session;
	uint32_t was = b->uidvalidity;
	const char *note = NULL;
	struct state_op *op;
	struct plan *p;
	size_t ops;

	arena_reset(s->plan_arena);
	begin_folder(l, b->folder);
	/* files that were put here by hand become changes that wait */
	if (session_bind_leftovers(w, b, e) < 0 ||
		state_ops(w->here.state, l->a, &op, &ops, e) < 0)
		return -1;
	if (session_plan(w, b, &p, e) < 0) {
		if (e->class != ERR_BOX)
			return -1;
		tell_ops(l, op, ops, b, b->folder);
		end_folder(l, e->text);
		return 0;
	}
	tell_ops(l, op, ops, b, b->folder);
	tell_plan(l, p);
	if (was && was != b->uidvalidity)
		note = "UIDVALIDITY has changed: what is here already is known "
		       "by its content and kept once";
	else if (p->brakes_local || p->brakes_remote)
		note = "so many deletions at once are held back: see "
		       "doc/design.md, the brake";
	else if (l->count[PREVIEW_FETCH] && s->status[s->at].bytes)
		note = arena_printf(l->a, "%" PRIu64 " MB are in it there",
			(s->status[s->at].bytes + 500000) / 1000000);
	end_folder(l, note);
	return 0;
}

static int
look_imap(struct looking *l, struct err *e)
{
	struct worker *w = l->w;
	struct secret *password = worker_password(w, e);
	struct state_op *op;
	struct session *s;
	size_t ops;

	if (!password)
		return -1;
	s = w->session = calloc(1, sizeof *s);
	if (!s) {
		secret_free(&password);
		return err_sys(e, ENOMEM, "cannot connect");
	}
	s->a = arena_new();
	s->plan_arena = arena_new();
	s->imap = session_connect(w, password, s->a, e);
	secret_free(&password);
	if (!s->imap)
		return -1;
	imap_look_only(s->imap);
	if (session_learn_boxes(w, e) < 0)
		return -1;
	for (size_t i = 0; i < s->boxes; i++) {
		struct state_box *b = &s->box[i];

		s->at = i;
		if (b->is_gone || !session_is_configured(w, b->folder))
			continue;
		if (look_at_box(l, b, e) < 0)
			return -1;
	}
	if (state_ops(w->here.state, l->a, &op, &ops, e) < 0)
		return -1;
	tell_missing(l, op, ops);
	return 0;
}

/* --- POP3
 * ------------------------------------------------------------------------- */

static void
pop_step(void *ctx, bool goes, uint32_t number, const char *key)
{
	struct looking *l = ctx;

	step(l, goes ? PREVIEW_DELETE_THERE : PREVIEW_FETCH,
		arena_printf(l->a, "number %u%s%s", number, *key ? "  P=" : "",
			key));
}

static int
look_pop(struct looking *l, struct err *e)
{
	begin_folder(l, "INBOX");
	if (pop_preview(l->w, pop_step, l, e) < 0)
		return -1;
	end_folder(l, NULL);
	return 0;
}

/* --- on a copy of what is known
 * --------------------------------------------------- */

/* Copy FROM, if there is one, to TO. */
static int
copy_file(const char *from, const char *to, struct err *e)
{
	int in = open(from, O_RDONLY | O_CLOEXEC), out = -1, rc = -1;
	char piece[65536];
	ssize_t n = 0;

	if (in < 0)
		return errno == ENOENT
			       ? 0
			       : err_sys(e, errno, "cannot open '%s'", from);
	out = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (out < 0) {
		err_sys(e, errno, "cannot make '%s'", to);
		goto out;
	}
	while ((n = read(in, piece, sizeof piece)) > 0)
		if (file_write_fd(
			    out, (struct str){ piece, (size_t)n }, to, e) < 0)
			goto out;
	rc = n < 0 ? err_sys(e, errno, "cannot read '%s'", from) : 0;
out:
	if (out >= 0)
		close(out);
	close(in);
	return rc;
}

/* The database NAME of DIR, with what its log holds. */
static int
copy_db(struct arena *a, const char *dir, const char *name, const char *to,
	struct err *e)
{
	static const char *const parts[] = { "", "-wal" };

	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
		if (copy_file(arena_printf(a, "%s/%s%s", dir, name, parts[i]),
			    arena_printf(a, "%s/%s%s", to, name, parts[i]),
			    e) < 0)
			return -1;
	return 0;
}

static int
look(struct looking *l, const struct paths *paths, const char *scratch, int i,
	struct err *e)
{
	struct context *c = l->c;
	const struct config_account *acc = &c->config->account[i];
	const char *db = arena_printf(l->a, "%s.db", acc->name);

	c->paths = *paths;
	c->paths.data = c->paths.state = scratch;
	if (copy_db(l->a, paths->state, db, scratch, e) < 0 ||
		copy_db(l->a, paths->data, "receipts.db", scratch, e) < 0)
		return -1;
	c->ui = queue_new(e);
	if (!c->ui)
		return -1;
	c->cancel[i] = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (c->cancel[i] < 0)
		return err_sys(e, errno, "cannot make an eventfd");
	l->w = account_new(c, i, e);
	if (!l->w)
		return -1;
	l->w->here.state =
		state_open(arena_printf(l->a, "%s/%s", scratch, db), e);
	if (!l->w->here.state)
		return -1;
	return local_is_pop(acc) ? look_pop(l, e) : look_imap(l, e);
}

int
preview_account(struct config *config, const struct paths *paths, int i,
	const struct preview_sink *sink, struct err *e)
{
	struct looking l = { .sink = sink, .a = arena_new() };
	const struct config_account *acc = &config->account[i];
	struct err ignored;
	char *scratch;
	int rc = -1;

	l.c = calloc(1, sizeof *l.c);
	scratch = arena_printf(l.a, "%s/look-XXXXXX", paths->runtime);
	if (!l.c) {
		err_sys(e, ENOMEM, "cannot look");
	} else if (!local_has_server(acc) && !local_is_pop(acc)) {
		begin_folder(&l, "*");
		end_folder(&l, "a Maildir without a server: its files are "
			       "looked at and indexed");
		rc = 0;
	} else if (!mkdtemp(scratch)) {
		err_sys(e, errno, "cannot make '%s'", scratch);
	} else {
		l.c->config = config;
		l.c->flags = ENGINE_LOOK | ENGINE_ONE_PASS;
		l.c->cancel[i] = -1;
		pthread_mutex_init(&l.c->local_lock[i], NULL);
		rc = look(&l, paths, scratch, i, e);
		account_free(&l.w);
		if (l.c->ui)
			queue_close(l.c->ui);
		queue_free(&l.c->ui, msg_drop);
		if (l.c->cancel[i] >= 0)
			close(l.c->cancel[i]);
		pthread_mutex_destroy(&l.c->local_lock[i]);
		if (file_remove_tree(scratch, &ignored) < 0)
			log_write(LOG_WARN, acc->name, "%s", ignored.text);
	}
	free(l.c);
	arena_free(&l.a);
	return rc;
}
