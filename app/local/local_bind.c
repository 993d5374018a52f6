/* SPDX-License-Identifier: GPL-3.0-or-later */
/* files that no row knows: see local.h. A delivery that died before its row was
 * written, or what somebody has put here. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/local/local.h"
#include "store/maildir.h"

struct unbound {
	struct local *l;
	const struct state_box *b;
	struct arena *a;
	struct state_message *known; /* by base */
	size_t knowns;
	struct err e;
	bool is_changed, looks_only;
};

static int
by_base(const void *a, const void *b)
{
	return strcmp(((const struct state_message *)a)->base,
		((const struct state_message *)b)->base);
}

/* The row of the file BASE, wherever it is: 1 found, 0 not, -1 error. */
static int
find_row(struct unbound *u, const char *base, int64_t *box,
	struct state_message *m)
{
	struct state_message key = { .base = base };
	struct state_message *in = u->knowns
					   ? bsearch(&key, u->known, u->knowns,
						     sizeof key, by_base)
					   : NULL;

	if (!in)
		return state_find(u->l->state, base, u->a, box, m, &u->e);
	*box = u->b->id;
	*m = *in;
	return 1;
}

/* Has a file that is here the UID already? */
static bool
is_taken(const struct unbound *u, uint32_t uid)
{
	for (size_t i = 0; i < u->knowns; i++)
		if (u->known[i].uid == uid)
			return true;
	return false;
}

/* PATH is a file that neither we nor the server know: somebody has put it here.
 * It goes up as what is delivered here does. A name from new, or with the UID
 * of another folder in it, is made one of ours first. */
static int
take_file(struct unbound *u, const char *path)
{
	struct local *l = u->l;
	struct state_op op = { .kind = "append", .folder = u->b->folder };
	bool is_renamed = maildir_uid(path) || strstr(path, "/new/");
	char base[200];
	struct buf to;
	int rc = 0;

	op.base = arena_cstr(u->a, maildir_base(path));
	buf_init(&to, 4096);
	if (is_renamed && !u->looks_only) {
		maildir_new_name(base, sizeof base, 0);
		op.base = base;
		rc = maildir_move(l->c->paths.mail, path,
			local_folder(l, u->a, u->b->folder), base, &to, &u->e);
		if (rc == 0)
			local_renamed(l, path, buf_c(&to), NULL, NULL, NULL);
	} else if (!u->looks_only) {
		local_arrived(l, &path, 1);
	}
	buf_fini(&to);
	u->is_changed = true;
	return rc < 0 ? -1 : state_add_op(l->state, &op, &u->e);
}

/* A delivery that died before its row was written; it may be a letter that came
 * once more, since its mailbox was numbered anew. Its flags may have changed
 * here since: none counts as agreed on, and none is lost. */
static int
bind_delivery(struct unbound *u, const char *path, uint32_t uid)
{
	struct local *l = u->l;
	unsigned flags = maildir_flags(path);
	struct state_message m = { .uid = uid,
		.base = arena_cstr(u->a, maildir_base(path)),
		.flags = flags };
	struct state_missing left = { 0 };
	bool adopted = false;
	int rc;

	if (u->looks_only)
		return state_put_message(l->state, u->b->id, &m, &u->e);
	rc = state_missing(l->state, m.base, u->a, &left, &u->e);
	if (rc < 0 || local_take(l, u->b, u->a, path,
			      rc == 1 ? left.here : STATE_WHOLE, &m, &adopted,
			      &u->e) < 0)
		return -1;
	if (adopted)
		local_removed(l, path);
	return 0;
}

static int
bind_file(void *ctx, const char *path)
{
	struct unbound *u = ctx;
	struct local *l = u->l;
	struct state_message m = { 0 };
	unsigned flags = maildir_flags(path);
	uint32_t uid = maildir_uid(path);
	const char *base = arena_cstr(u->a, maildir_base(path));
	struct state_op op;
	int64_t box;
	int rc = find_row(u, base, &box, &m);

	if (rc == 1 && m.is_deleted && u->looks_only) {
		rc = 0;
	} else if (rc == 1 && m.is_deleted) {
		/* a death came between the row and the file */
		rc = maildir_remove(l->c->paths.mail, path, &u->e);
		if (rc == 0)
			local_removed(l, path);
	} else if (rc == 1 && m.uid && m.flags != flags) {
		/* changed by a death of ours, or by another program: the file
		 * is what counts, and the server is told */
		m.agreed = local_agreed(m.agreed, m.flags, flags);
		m.flags = flags;
		u->is_changed = true;
		rc = state_put_message(l->state, box, &m, &u->e);
	} else if (rc == 0) {
		/* what is on its way already keeps its name, whose UID may be
		 * the one that it had before */
		rc = state_op_of(l->state, base, u->a, &op, &u->e);
		if (rc == 0)
			rc = !uid || is_taken(u, uid)
				     ? take_file(u, path)
				     : bind_delivery(u, path, uid);
	}
	return rc < 0 ? -1 : 0;
}

int
local_bind(struct local *l, const struct state_box *b, struct arena *a,
	bool looks_only, bool *is_changed, struct err *e)
{
	struct unbound u = { .l = l, .b = b, .a = a, .looks_only = looks_only };

	if (state_messages(l->state, b->id, a, &u.known, &u.knowns, e) < 0)
		return -1;
	if (u.knowns)
		qsort(u.known, u.knowns, sizeof *u.known, by_base);
	u.e.class = ERR_NONE;
	if (maildir_scan(l->c->paths.mail, local_folder(l, a, b->folder),
		    bind_file, &u, e) < 0)
		return -1;
	*is_changed |= u.is_changed;
	if (u.e.class == ERR_NONE)
		return 0;
	*e = u.e;
	return -1;
}

/* --- before the user's change of one
 * ---------------------------------------------------------------- */

/* The mailbox whose folder PATH is in: 1, or 0 where there is none. */
static int
box_of(struct local *l, struct arena *a, const char *path,
	struct state_box *out, struct err *e)
{
	struct state_box *box;
	size_t n;

	if (state_boxes(l->state, a, &box, &n, e) < 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		if (str_eq(maildir_folder(path), str_c(box[i].folder))) {
			*out = box[i];
			return 1;
		}
	return 0;
}

/* The file of what is known as UID of box B, wherever it is: append its path to
 * OUT. 1: there is one, *IS_KNOWN or not. */
static int
file_of(struct local *l, struct arena *a, const struct state_box *b,
	uint32_t uid, bool *is_known, struct buf *out, struct err *e)
{
	struct state_message *m;
	struct state_op *op;
	struct err ignored;
	size_t n;

	*is_known = true;
	if (state_messages(l->state, b->id, a, &m, &n, e) < 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		if (m[i].uid == uid)
			return local_file(l, b->folder, m[i].base, out,
				       &ignored) == 0;
	if (state_ops(l->state, a, &op, &n, e) < 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		if (op[i].box == b->id && op[i].uid == uid)
			return local_op_file(l, &op[i], out, &ignored) == 0;
	*is_known = false;
	return 0;
}

/* Is PATH a file that came from the server, from the mailbox B (out), and that
 * nothing is known of? */
static int
is_stray(struct local *l, struct arena *a, const char *path,
	struct state_box *b, struct err *e)
{
	const char *base = arena_cstr(a, maildir_base(path));
	struct state_message m;
	struct state_op op;
	bool is_known = true;
	struct buf other;
	int64_t box;
	int rc;

	if (!local_has_server(l->config) || !maildir_uid(path))
		return 0;
	rc = state_find(l->state, base, a, &box, &m, e);
	if (rc == 0)
		rc = state_op_of(l->state, base, a, &op, e);
	if (rc != 0)
		return rc < 0 ? -1 : 0;
	rc = box_of(l, a, path, b, e);
	if (rc <= 0)
		return rc;
	buf_init(&other, 4096);
	rc = file_of(l, a, b, maildir_uid(path), &is_known, &other, e);
	buf_fini(&other);
	return rc < 0 ? -1 : !is_known;
}

int
local_know(struct local *l, struct arena *a, struct buf *path, struct err *e)
{
	const char *was = arena_cstr(a, buf_str(path));
	bool is_changed = false, is_known;
	struct state_box b;
	int rc = is_stray(l, a, was, &b, e);

	if (rc <= 0)
		return rc;
	if (state_begin(l->state, e) < 0)
		return -1;
	rc = local_bind(l, &b, a, false, &is_changed, e);
	if (rc == 0)
		rc = state_commit(l->state, e);
	if (rc < 0) {
		state_rollback(l->state);
		return -1;
	}
	if (access(arena_printf(a, "%s/%s", l->c->paths.mail, was), F_OK) == 0)
		return 0;
	/* it was a letter that was here already */
	buf_clear(path);
	rc = file_of(l, a, &b, maildir_uid(was), &is_known, path, e);
	if (rc == 0)
		return err_set(e, ERR_MESSAGE, ENOENT,
			"the message '%s' is gone", was);
	return rc < 0 ? -1 : 0;
}
