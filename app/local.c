/* SPDX-License-Identifier: GPL-3.0-or-later */
/* changes of messages that are here: see account_parts.h. What the server must
 * know is written into the state first and pushed when there is a session. */
#include "app/account_parts.h"

#include <stdio.h>

#include "base/log.h"
#include "store/maildir.h"

static const struct {
	const char *tag;
	unsigned flag;
	bool is_inverse;
} tags[] = { { "unread", MAILDIR_SEEN, true },
	{ "flagged", MAILDIR_FLAGGED, false },
	{ "replied", MAILDIR_ANSWERED, false },
	{ "passed", MAILDIR_FORWARDED, false },
	{ "draft", MAILDIR_DRAFT, false } };

static bool
has_word(const char *words, const char *word)
{
	struct str rest = str_c(words), w;

	while (str_split(&rest, ' ', &w))
		if (str_eq(w, str_c(word)))
			return true;
	return false;
}

static unsigned
changed_flags(unsigned flags, const struct msg_change *c)
{
	for (size_t i = 0; i < sizeof tags / sizeof *tags; i++) {
		bool add = c->add && has_word(c->add, tags[i].tag);
		bool remove = c->remove && has_word(c->remove, tags[i].tag);

		if (!add && !remove)
			continue;
		if (add != tags[i].is_inverse)
			flags |= tags[i].flag;
		else
			flags &= ~tags[i].flag;
	}
	return flags;
}

/* --- telling the keeper
 * ------------------------------------------------------------ */

void
worker_arrived(struct worker *w, const char *const *path, size_t n)
{
	struct msg *m = msg_new(MSG_ARRIVED);

	m->account = w->i;
	m->u.change.path = arena_array(m->arena, n, sizeof(char *));
	m->u.change.count = n;
	m->u.change.is_new = true;
	for (size_t i = 0; i < n; i++)
		m->u.change.path[i] = arena_strdup(m->arena, path[i]);
	context_post(w->c, m);
}

static struct msg *
one_change(struct worker *w, enum msg_kind kind, const char *old,
	const char *path, const char *id)
{
	struct msg *m = msg_new(kind);
	struct msg_change *c = &m->u.change;

	m->account = w->i;
	c->count = 1;
	c->path = arena_array(m->arena, 3, sizeof(char *));
	c->old = c->path + 1;
	c->id = c->path + 2;
	c->path[0] = arena_strdup(m->arena, path);
	c->old[0] = arena_strdup(m->arena, old);
	c->id[0] = arena_strdup(m->arena, id ? id : "");
	return m;
}

void
worker_renamed(struct worker *w, const char *old, const char *path,
	const char *id, const char *add, const char *remove)
{
	struct msg *m = one_change(w, MSG_RENAMED, old, path, id);

	m->u.change.add = arena_strdup(m->arena, add ? add : "");
	m->u.change.remove = arena_strdup(m->arena, remove ? remove : "");
	context_post(w->c, m);
	if (strcmp(old, path) != 0)
		context_post(w->c, one_change(w, MSG_MOVED, old, path, id));
}

void
worker_removed(struct worker *w, const char *path)
{
	context_post(w->c, one_change(w, MSG_REMOVED, path, path, NULL));
}

int
worker_deliver(struct worker *w, struct arena *a, const char *folder,
	const char *base, struct str bytes, unsigned flags,
	const char **path_out, struct err *e)
{
	const char *root = w->c->paths.mail, *given, **path;
	const char *full = worker_folder(w, a, folder);
	struct maildir_batch *b;
	size_t n = 0;
	int rc = maildir_make(root, full, e);

	if (rc < 0)
		return -1;
	b = maildir_begin(root, full);
	rc = maildir_open(b, e);
	if (rc == 0)
		rc = maildir_write(b, bytes, e);
	if (rc == 0)
		rc = base ? maildir_end_as(b, flags, base, e)
			  : maildir_end(b, flags, 0, &given, e);
	if (rc == 0)
		rc = maildir_commit(b, &path, &n, e);
	if (rc == 0 && n == 1)
		*path_out = arena_strdup(a, path[0]);
	maildir_free(&b);
	return rc;
}

/* --- flags
 * ------------------------------------------------------------------------- */

/* The flags are FLAGS here from now on; the server is told later. */
static int
note_flags(struct worker *w, struct arena *a, const char *path, unsigned flags,
	struct err *e)
{
	struct state_message m;
	struct str base = maildir_base(path);
	int64_t box;
	int rc;

	if (!w->state)
		return 0;
	rc = state_find(w->state, arena_cstr(a, base), a, &box, &m, e);
	if (rc <= 0)
		return rc;
	m.flags = flags;
	w->wants_push = true;
	if (m.uid == 0)
		return state_put_orphan(w->state, box, m.base, flags, e);
	return state_put_message(w->state, box, &m, e);
}

void
worker_flag(struct worker *w, struct msg *m)
{
	const struct msg_change *c = &m->u.change;
	const char *root = w->c->paths.mail;
	struct err e;
	int rc = 0;

	for (size_t i = 0; i < c->count && rc == 0; i++) {
		struct buf now, to;

		buf_init(&now, 4096);
		buf_init(&to, 4096);
		rc = maildir_find(root, c->path[i], &now, &e);
		if (rc == 0) {
			unsigned flags =
				changed_flags(maildir_flags(buf_c(&now)), c);

			/* the file is what counts: a row that lags behind it is
			 * mended by the next start (session.c) */
			rc = maildir_set_flags(
				root, buf_c(&now), flags, &to, &e);
			if (rc == 0)
				rc = note_flags(
					w, m->arena, buf_c(&to), flags, &e);
		}
		if (rc == 0)
			worker_renamed(w, buf_c(&now), buf_c(&to),
				c->id ? c->id[i] : NULL, c->add, c->remove);
		buf_fini(&now);
		buf_fini(&to);
	}
	if (rc < 0)
		context_fail(w->c, m, &e);
	else
		context_end(w->c, m, NULL);
}

/* --- moves
 * -------------------------------------------------------------------------- */

/* The file went from box BOX, UID UID, to FOLDER as BASE: what the server must
 * be told. A message the server does not have yet keeps waiting to be appended.
 */
static int
note_move(struct worker *w, struct arena *a, const char *old, const char *base,
	const char *folder, struct err *e)
{
	struct state_message m;
	int64_t box;
	int rc;

	if (!w->state)
		return 0;
	rc = state_find(
		w->state, arena_cstr(a, maildir_base(old)), a, &box, &m, e);
	if (rc < 0)
		return -1;
	if (state_begin(w->state, e) < 0)
		return -1;
	if (rc == 1 && m.uid) {
		struct state_op op = { .kind = "move",
			.box = box,
			.uid = m.uid,
			.folder = folder,
			.base = base,
			.old = old };

		rc = state_drop_message(w->state, box, m.uid, e);
		if (rc == 0)
			rc = state_add_op(w->state, &op, e);
	} else {
		struct state_op op = { .kind = "append",
			.folder = folder,
			.base = base,
			.old = old };

		if (rc == 1)
			rc = state_drop_orphan(w->state, box, m.base, e);
		if (rc == 0)
			rc = state_add_op(w->state, &op, e);
	}
	if (rc == 0)
		rc = state_commit(w->state, e);
	if (rc < 0)
		state_rollback(w->state);
	w->wants_push = true;
	return rc;
}

void
worker_move(struct worker *w, struct msg *m)
{
	const struct msg_change *c = &m->u.change;
	const char *root = w->c->paths.mail;
	struct err e;
	int rc = 0;

	for (size_t i = 0; i < c->count && rc == 0; i++) {
		struct buf now, to;
		char base[256];

		maildir_new_name(base, sizeof base, 0);
		buf_init(&now, 4096);
		buf_init(&to, 4096);
		rc = maildir_find(root, c->path[i], &now, &e);
		if (rc == 0)
			/* the intent first: a rename that a death has kept from
			 * being done is done at the next start */
			rc = note_move(
				w, m->arena, buf_c(&now), base, c->folder, &e);
		if (rc == 0)
			rc = maildir_move(root, buf_c(&now),
				worker_folder(w, m->arena, c->folder), base,
				&to, &e);
		if (rc == 0)
			worker_renamed(w, buf_c(&now), buf_c(&to),
				c->id ? c->id[i] : NULL, NULL, NULL);
		buf_fini(&now);
		buf_fini(&to);
	}
	if (rc < 0)
		context_fail(w->c, m, &e);
	else
		context_end(w->c, m, NULL);
}

void
worker_finish_moves(struct worker *w)
{
	const char *root = w->c->paths.mail;
	struct arena *a = arena_new();
	struct state_op *op;
	struct err e;
	size_t n;

	if (!w->state || state_ops(w->state, a, &op, &n, &e) < 0)
		n = 0;
	for (size_t i = 0; i < n; i++) {
		const char *folder = worker_folder(w, a, op[i].folder);
		struct buf to;

		if (!*op[i].old)
			continue;
		buf_init(&to, 4096);
		if (maildir_find(root,
			    arena_printf(a, "%s/cur/%s", folder, op[i].base),
			    &to, &e) < 0 &&
			maildir_move(root, op[i].old, folder, op[i].base, &to,
				&e) < 0)
			log_write(LOG_WARN, w->config->name, "%s", e.text);
		else /* the index may not know it yet either */
			worker_renamed(
				w, op[i].old, buf_c(&to), NULL, NULL, NULL);
		buf_fini(&to);
	}
	arena_free(&a);
}
