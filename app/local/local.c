/* SPDX-License-Identifier: GPL-3.0-or-later */
/* local - see local.h. Copies of what was sent, deliveries and the thread stand
 * in local_sent.c. */
#include "app/local/local.h"

#include <stdio.h>

#include "app/local/mark.h"
#include "app/local/role.h"
#include "app/local/tag.h"
#include "base/log.h"
#include "net/imap.h"
#include "store/maildir.h"

enum { FLAGS_AT_ONCE = 50 };

/* --- opening
 * ----------------------------------------------------------------------- */

bool
local_has_server(const struct config_account *a)
{
	return a->receive.scheme == SCHEME_IMAPS ||
	       a->receive.scheme == SCHEME_IMAP ||
	       a->receive.scheme == SCHEME_IMAP_INSECURE;
}

bool
local_is_pop(const struct config_account *a)
{
	return a->receive.scheme == SCHEME_POP3S ||
	       a->receive.scheme == SCHEME_POP3 ||
	       a->receive.scheme == SCHEME_POP3_INSECURE;
}

/* What a server has for others. */
static int
make_folders(struct local *l, struct err *e)
{
	static const char *const names[] = { "Drafts", "Sent", "Archive",
		"Junk", "Trash" };
	char folder[300];

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		snprintf(folder, sizeof folder, "%s/%s", l->config->name,
			names[i]);
		if (maildir_make(l->c->paths.mail, folder, e) < 0)
			return -1;
	}
	return 0;
}

int
local_open(struct local *l, struct context *c, int account, struct err *e)
{
	char path[4200], folder[300];

	*l = (struct local){ .c = c,
		.account = account,
		.config = &c->config->account[account] };
	/* in the user's database it lies in the mail root: paths_check */
	if (l->config->receive.scheme == SCHEME_MAILDIR && !c->paths.theirs) {
		int rc;

		local_lock(l); /* two threads open an account */
		rc = maildir_use(c->paths.mail, l->config->name,
			l->config->receive.rest, imap_name_decode, e);
		local_unlock(l);
		if (rc < 0)
			return -1;
	}
	snprintf(folder, sizeof folder, "%s/INBOX", l->config->name);
	if (maildir_make(c->paths.mail, folder, e) < 0)
		return -1;
	if (local_is_pop(l->config) && make_folders(l, e) < 0)
		return -1;
	if (!local_has_server(l->config) && !local_is_pop(l->config))
		return 0;
	snprintf(
		path, sizeof path, "%s/%s.db", c->paths.state, l->config->name);
	l->state = state_open(path, e);
	return l->state ? 0 : -1;
}

void
local_close(struct local *l)
{
	state_close(&l->state);
}

void
local_lock(struct local *l)
{
	pthread_mutex_lock(&l->c->local_lock[l->account]);
}

void
local_unlock(struct local *l)
{
	pthread_mutex_unlock(&l->c->local_lock[l->account]);
}

int
local_begin(struct local *l, struct err *e)
{
	local_lock(l);
	return state_begin(l->state, e);
}

int
local_end(struct local *l, int rc, struct err *e)
{
	if (rc == 0)
		rc = state_commit(l->state, e);
	if (rc < 0)
		state_rollback(l->state);
	local_unlock(l);
	return rc;
}

const char *
local_folder(const struct local *l, struct arena *a, const char *folder)
{
	return arena_printf(a, "%s/%s", l->config->name, folder);
}

int
local_file(struct local *l, const char *folder, const char *base,
	struct buf *out, struct err *e)
{
	char path[4096];

	snprintf(path, sizeof path, "%s/%s/cur/%s", l->config->name, folder,
		base);
	return maildir_find(l->c->paths.mail, path, out, e);
}

int
local_op_file(struct local *l, const struct state_op *op, struct buf *out,
	struct err *e)
{
	int rc = local_file(l, op->folder, op->base, out, e);

	return rc < 0 && *op->old
		       ? maildir_find(l->c->paths.mail, op->old, out, e)
		       : rc;
}

const char *
local_role(struct local *l, struct arena *a, int role, const char *fallback)
{
	struct role_folder *f;
	struct state_box *box;
	size_t n, count = 0;
	const char **names;
	struct err e;

	if (local_has_server(l->config)) {
		if (state_boxes(l->state, a, &box, &n, &e) < 0)
			return fallback;
		f = arena_array(a, n, sizeof *f);
		for (size_t i = 0; i < n; i++)
			if (!box[i].is_gone)
				f[count++] =
					(struct role_folder){ box[i].folder,
						(enum box_role)box[i].role,
						BOX_PLAIN };
	} else {
		if (maildir_list(l->c->paths.mail, l->config->name, a, &names,
			    &count, &e) < 0)
			return fallback;
		f = arena_array(a, count, sizeof *f);
		for (size_t i = 0; i < count; i++)
			f[i] = (struct role_folder){ names[i], BOX_PLAIN,
				BOX_PLAIN };
	}
	role_assign(l->config, f, count);
	for (size_t i = 0; i < count; i++)
		if ((int)f[i].role == role)
			return f[i].name;
	return fallback;
}

unsigned
local_waiting(struct local *l)
{
	unsigned n = 0;
	struct err ignored;

	/* a number that cannot be had now is had the next time */
	if (l->state && state_waiting(l->state, &n, &ignored) < 0)
		n = 0;
	return n;
}

void
local_tell_waiting(struct local *l)
{
	struct msg *m = msg_new(MSG_WAITING);

	m->account = l->account;
	m->u.waiting = local_waiting(l);
	context_post_newest(l->c, m);
}

void
local_push(struct local *l)
{
	struct msg *m;

	if (!local_has_server(l->config))
		return;
	/* the worker may be waiting for a server that says nothing */
	local_tell_waiting(l);
	m = msg_new(MSG_PUSH);
	m->account = l->account;
	context_post(l->c, m);
}

void
local_end_request(struct local *l, struct msg *m, int rc, const struct err *e)
{
	local_push(l);
	if (rc < 0)
		context_fail(l->c, m, e);
	else
		context_end(l->c, m, NULL);
}

/* --- telling the keeper
 * ------------------------------------------------------------ */

void
local_arrived(struct local *l, const char *const *path, size_t n)
{
	struct msg *m = msg_new(MSG_ARRIVED);

	m->account = l->account;
	m->u.change.path = arena_array(m->arena, n, sizeof(char *));
	m->u.change.count = n;
	m->u.change.is_new = true;
	for (size_t i = 0; i < n; i++)
		m->u.change.path[i] = arena_strdup(m->arena, path[i]);
	context_post(l->c, m);
}

static struct msg *
one_change(struct local *l, enum msg_kind kind, const char *old,
	const char *path, const char *id)
{
	struct msg *m = msg_new(kind);
	struct msg_change *c = &m->u.change;

	m->account = l->account;
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
local_renamed(struct local *l, const char *old, const char *path,
	const char *id, const char *add, const char *remove)
{
	struct msg *m = one_change(l, MSG_RENAMED, old, path, id);

	m->u.change.add = arena_strdup(m->arena, add ? add : "");
	m->u.change.remove = arena_strdup(m->arena, remove ? remove : "");
	context_post(l->c, m);
	if (strcmp(old, path) != 0)
		context_post(l->c, one_change(l, MSG_MOVED, old, path, id));
}

/* Files that have other names now, together. */
struct renamed {
	const char *old[FLAGS_AT_ONCE], *path[FLAGS_AT_ONCE];
	const char *id[FLAGS_AT_ONCE];
	size_t count;
};

/* As local_renamed, of all of them. */
static void
tell_renamed(struct local *l, const struct renamed *r, const char *add,
	const char *remove)
{
	static const enum msg_kind kinds[] = { MSG_RENAMED, MSG_MOVED };

	for (int k = 0; k < 2 && r->count; k++) {
		struct msg *m = msg_new(kinds[k]);
		struct msg_change *c = &m->u.change;

		m->account = l->account;
		c->count = r->count;
		c->path = arena_array(m->arena, 3 * c->count, sizeof(char *));
		c->old = c->path + c->count;
		c->id = c->old + c->count;
		for (size_t i = 0; i < c->count; i++) {
			c->path[i] = arena_strdup(m->arena, r->path[i]);
			c->old[i] = arena_strdup(m->arena, r->old[i]);
			c->id[i] = arena_strdup(m->arena, r->id[i]);
		}
		c->add = arena_strdup(m->arena, add ? add : "");
		c->remove = arena_strdup(m->arena, remove ? remove : "");
		context_post(l->c, m);
	}
}

void
local_removed(struct local *l, const char *path)
{
	context_post(l->c, one_change(l, MSG_REMOVED, path, path, NULL));
}

void
local_completed(struct local *l, const char *path)
{
	context_post(l->c, one_change(l, MSG_COMPLETED, path, path, NULL));
}

int
local_deliver(struct local *l, struct arena *a, const char *folder,
	const char *base, struct str bytes, unsigned flags,
	const char **path_out, struct err *e)
{
	const char *root = l->c->paths.mail, *given, **path;
	const char *full = local_folder(l, a, folder);
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

unsigned
local_agreed(unsigned agreed, unsigned was, unsigned now)
{
	return (agreed & ~(was ^ now)) | (was & (was ^ now));
}

/* The flags are FLAGS here from now on; the server is told later. */
static int
note_flags(struct local *l, struct arena *a, const char *path, unsigned flags,
	struct err *e)
{
	struct state_message m;
	struct str base = maildir_base(path);
	int64_t box;
	int rc;

	if (!local_has_server(l->config))
		return 0;
	rc = state_find(l->state, arena_cstr(a, base), a, &box, &m, e);
	if (rc <= 0)
		return rc;
	m.agreed = local_agreed(m.agreed, m.flags, flags);
	m.flags = flags;
	if (m.uid == 0)
		return state_put_orphan(l->state, box, m.base, flags, e);
	return state_put_message(l->state, box, &m, e);
}

/* Does the row of the file PATH say FLAGS? 1: it does, or there is none. */
static int
is_noted(struct local *l, struct arena *a, const char *path, unsigned flags,
	struct err *e)
{
	struct state_message m;
	int64_t box;
	int rc;

	if (!local_has_server(l->config))
		return 1;
	rc = state_find(
		l->state, arena_cstr(a, maildir_base(path)), a, &box, &m, e);
	return rc < 0 ? -1 : rc == 0 || m.flags == flags;
}

/* The file PATH takes the flags that C asks for; its names before and now in
 * NOW and TO. 1: there is nothing to do. Under the lock. */
static int
flag_one(struct local *l, struct arena *a, const struct msg_change *c,
	const char *path, struct buf *now, struct buf *to, struct err *e)
{
	const char *root = l->c->paths.mail;
	unsigned flags;
	int rc;

	rc = maildir_find(root, path, now, e);
	if (rc == 0) {
		flags = tag_change(l->c, l->account, maildir_flags(buf_c(now)),
			c->add, c->remove);
		if (c->is_outside && flags == maildir_flags(buf_c(now)))
			rc = is_noted(l, a, buf_c(now), flags, e);
	}
	/* others use these names as well: none changes without need */
	if (rc == 0 && l->c->paths.theirs && !l->state &&
		flags == maildir_flags(buf_c(now))) {
		buf_add(to, buf_str(now));
		return 0;
	}
	if (rc == 0)
		/* the file is what counts: a row that lags behind it is mended
		 * by the next start (session.c) */
		rc = maildir_rename_flags(root, buf_c(now), flags, to, e);
	if (rc == 0)
		rc = note_flags(l, a, buf_c(to), flags, e);
	/* what others did is an offer: the letter may be elsewhere by now */
	return rc < 0 && c->is_outside && e->class == ERR_MESSAGE ? 1 : rc;
}

/* N letters of M from FIRST on: renamed, then their names made durable, then
 * their rows, in one transaction. What was renamed is told, whatever becomes of
 * the rows. */
static int
flag_some(struct local *l, struct msg *m, size_t first, size_t n, struct err *e)
{
	const struct msg_change *c = &m->u.change;
	struct renamed r = { .count = 0 };
	struct err why;
	int rc = 0, began = 0;

	if (l->state)
		began = local_begin(l, e);
	else
		local_lock(l);
	for (size_t i = first; i < first + n && rc >= 0 && began == 0; i++) {
		struct buf now, to;

		buf_init(&now, 4096);
		buf_init(&to, 4096);
		rc = flag_one(l, m->arena, c, c->path[i], &now, &to, e);
		if (to.n) {
			r.old[r.count] = arena_cstr(m->arena, buf_str(&now));
			r.path[r.count] = arena_cstr(m->arena, buf_str(&to));
			r.id[r.count++] = c->id ? c->id[i] : "";
		}
		buf_fini(&now);
		buf_fini(&to);
	}
	rc = rc < 0 || began < 0 ? -1 : 0;
	if (maildir_sync(l->c->paths.mail, r.path, r.count, &why) < 0 &&
		rc == 0) {
		*e = why;
		rc = -1;
	}
	tell_renamed(l, &r, c->add, c->remove);
	if (!l->state) {
		local_unlock(l);
	} else {
		why = *e;
		if (local_end(l, began, &why) < 0 && rc == 0) {
			*e = why;
			rc = -1;
		}
	}
	return rc;
}

void
local_flag(struct local *l, struct msg *m)
{
	size_t count = m->u.change.count;
	struct err e;
	int rc = 0;

	for (size_t i = 0; i < count && rc >= 0; i += FLAGS_AT_ONCE)
		rc = flag_some(l, m, i,
			count - i < FLAGS_AT_ONCE ? count - i : FLAGS_AT_ONCE,
			&e);
	local_end_request(l, m, rc, &e);
}

/* --- moves
 * -------------------------------------------------------------------------- */

/* The file OLD, which the server has as M of BOX (FOUND), or which is on its
 * way already, or which the server does not have, goes to FOLDER as BASE. */
static int
note_target(struct local *l, struct arena *a, bool found, int64_t box,
	const struct state_message *m, const struct state_op *target,
	struct err *e)
{
	struct state_op op, waits = { 0 };
	const char *was = arena_cstr(a, maildir_base(target->old));
	int rc;

	op = *target;
	if (found && m->uid) {
		op.kind = "move";
		op.box = box;
		op.uid = m->uid;
		op.agreed = m->agreed;
		if (state_drop_message(l->state, box, m->uid, e) < 0)
			return -1;
		return state_add_op(l->state, &op, e);
	}
	if (found) {
		/* without a UID since its mailbox was numbered anew: it is
		 * looked for there, and goes up where it is not */
		op.kind = "move";
		op.box = box;
		op.uid = 0;
		return state_drop_orphan(l->state, box, m->base, e) < 0
			       ? -1
			       : state_add_op(l->state, &op, e);
	}
	op.kind = "append";
	/* moved again before the server knows of the first move: one op, which
	 * says where the server has it and where it is to be */
	rc = state_op_of(l->state, was, a, &waits, e);
	if (rc < 0)
		return -1;
	if (rc == 0)
		return state_add_op(l->state, &op, e);
	waits.folder = op.folder;
	waits.base = op.base;
	waits.old = op.old;
	return state_set_op(l->state, &waits, e);
}

static int
note_move(struct local *l, struct arena *a, const char *old, const char *base,
	const char *folder, struct err *e)
{
	struct state_op target = { .folder = folder, .base = base, .old = old };
	struct state_message m;
	int64_t box = 0;
	int rc;

	if (!local_has_server(l->config))
		return 0;
	rc = state_find(
		l->state, arena_cstr(a, maildir_base(old)), a, &box, &m, e);
	if (rc < 0 || state_begin(l->state, e) < 0)
		return -1;
	rc = note_target(l, a, rc == 1, box, &m, &target, e);
	if (rc == 0) /* the old row goes when no file can have its name */
		rc = state_copy_missing(
			l->state, arena_cstr(a, maildir_base(old)), base, e);
	if (rc == 0)
		rc = state_commit(l->state, e);
	if (rc < 0)
		state_rollback(l->state);
	return rc;
}

static int
move_one(struct local *l, struct arena *a, const char *path, const char *id,
	const char *folder, struct err *e)
{
	const char *root = l->c->paths.mail;
	struct buf now, to;
	char base[256];
	int rc;

	maildir_new_name(base, sizeof base, 0);
	mark_keep(base, sizeof base, path);
	buf_init(&now, 4096);
	buf_init(&to, 4096);
	local_lock(l);
	rc = maildir_find(root, path, &now, e);
	if (rc == 0)
		rc = local_know(l, a, &now, e);
	if (rc == 0)
		/* the intent first: a rename that a death has kept from being
		 * done is done at the next start */
		rc = note_move(l, a, buf_c(&now), base, folder, e);
	if (rc == 0)
		rc = maildir_move(root, buf_c(&now), local_folder(l, a, folder),
			base, &to, e);
	if (rc == 0)
		rc = mark_note_move(l, a, base, folder, e);
	if (rc == 0)
		local_renamed(l, buf_c(&now), buf_c(&to), id, NULL, NULL);
	local_unlock(l);
	buf_fini(&now);
	buf_fini(&to);
	return rc;
}

void
local_move(struct local *l, struct msg *m)
{
	const struct msg_change *c = &m->u.change;
	struct err e;
	int rc = 0;

	for (size_t i = 0; i < c->count && rc == 0; i++)
		rc = move_one(l, m->arena, c->path[i], c->id ? c->id[i] : NULL,
			c->folder, &e);
	local_end_request(l, m, rc, &e);
}

struct moving {
	struct local *l;
	struct arena *a;
	const char *folder;
	struct err *e;
};

static int
move_each(void *ctx, const char *path)
{
	struct moving *v = ctx;

	return move_one(v->l, v->a, path, NULL, v->folder, v->e);
}

int
local_move_all(struct local *l, struct arena *a, const char *from,
	const char *to, struct err *e)
{
	struct moving v = { l, a, to, e };

	e->class = ERR_NONE;
	if (maildir_scan(l->c->paths.mail, local_folder(l, a, from), move_each,
		    &v, e) < 0)
		return -1;
	return e->class == ERR_NONE ? 0 : -1;
}

struct following {
	struct local *l;
	struct arena *a;
	const char *from; /* "ACCOUNT/NAME" before */
	size_t skip;      /* bytes of the name now */
};

static int
follow_each(void *ctx, const char *path)
{
	struct following *f = ctx;

	local_renamed(f->l, arena_printf(f->a, "%s%s", f->from, path + f->skip),
		path, NULL, NULL, NULL);
	return 0;
}

int
local_rename_folder(struct local *l, struct arena *a, const char *from,
	const char *to, struct err *e)
{
	struct following f = { l, a, local_folder(l, a, from), 0 };
	const char *root = l->c->paths.mail, *now = local_folder(l, a, to);
	const char **name;
	size_t n;

	f.skip = strlen(now);
	if (maildir_rename_folder(root, f.from, now, e) < 0 ||
		maildir_list(root, l->config->name, a, &name, &n, e) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		struct str s = str_c(name[i]), t = str_c(to);

		if (!str_eq(s, t) && !(str_starts(s, t) && s.p[t.n] == '/'))
			continue;
		if (maildir_scan(root, local_folder(l, a, name[i]), follow_each,
			    &f, e) < 0)
			return -1;
	}
	return 0;
}

void
local_finish_moves(struct local *l)
{
	const char *root = l->c->paths.mail;
	struct arena *a = arena_new();
	struct state_op *op;
	struct err e;
	size_t n;

	local_lock(l);
	if (!l->state || state_ops(l->state, a, &op, &n, &e) < 0)
		n = 0;
	for (size_t i = 0; i < n; i++) {
		const char *folder = local_folder(l, a, op[i].folder);
		struct buf to;

		if (!*op[i].old)
			continue;
		buf_init(&to, 4096);
		if (maildir_find(root,
			    arena_printf(a, "%s/cur/%s", folder, op[i].base),
			    &to, &e) < 0 &&
			maildir_move(root, op[i].old, folder, op[i].base, &to,
				&e) < 0)
			log_write(LOG_WARN, l->config->name, "%s", e.text);
		else /* the index may not know it yet either */
			local_renamed(
				l, op[i].old, buf_c(&to), NULL, NULL, NULL);
		buf_fini(&to);
	}
	local_unlock(l);
	arena_free(&a);
}
