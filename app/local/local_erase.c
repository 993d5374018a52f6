/* SPDX-License-Identifier: GPL-3.0-or-later */
/* deleting for ever: see local.h. The row says so first, then the file goes: a
 * death between the two leaves a file that local_bind removes. The
 * server is told by the worker's next pass, where a letter that was changed
 * there meanwhile comes back (plan.h). */
#include "app/local/local.h"

#include <sys/stat.h>
#include <stdio.h>

#include "app/local/mark.h"
#include "app/local/role.h"
#include "base/clock.h"
#include "base/log.h"
#include "store/maildir.h"

enum { DAY = 86400, ERA = 1000000000 };

/* A change of BASE that waits for the server, if there is one, becomes a
 * deletion. */
static int
note_op(struct local *l, struct arena *a, const char *base, bool is_confirmed,
	struct err *e)
{
	struct state_op op;
	struct state_message m = {
		.base = base, .is_deleted = true, .is_confirmed = is_confirmed
	};
	int rc = state_op_of(l->state, base, a, &op, e);

	if (rc <= 0)
		return rc;
	m.uid = op.uid;
	m.agreed = m.flags = op.agreed;
	/* an append leaves nothing; where a move's UID is not known the letter
	 * comes back, which loses nothing */
	if (strcmp(op.kind, "move") == 0 && op.uid &&
		state_put_message(l->state, op.box, &m, e) < 0)
		return -1;
	return state_drop_op(l->state, op.id, e);
}

static int
note_deleted(struct local *l, struct arena *a, const char *path,
	bool is_confirmed, struct err *e)
{
	const char *base = arena_cstr(a, maildir_base(path));
	struct state_message m;
	int64_t box;
	int rc;

	if (!local_has_server(l->config))
		return mark_note_move(
			l, a, base, local_role(l, a, BOX_TRASH, "Trash"), e);
	if (state_begin(l->state, e) < 0)
		return -1;
	rc = state_find(l->state, base, a, &box, &m, e);
	if (rc == 0) {
		rc = note_op(l, a, base, is_confirmed, e);
	} else if (rc == 1 && m.uid == 0) {
		rc = state_drop_orphan(l->state, box, base, e);
	} else if (rc == 1) {
		m.is_deleted = true;
		m.is_confirmed = is_confirmed;
		rc = state_put_message(l->state, box, &m, e);
	}
	if (rc == 0)
		rc = state_commit(l->state, e);
	if (rc < 0)
		state_rollback(l->state);
	return rc;
}

static int
erase(struct local *l, struct arena *a, const char *path, bool is_confirmed,
	struct err *e)
{
	const char *root = l->c->paths.mail;
	struct buf now;
	int rc;

	buf_init(&now, 4096);
	local_lock(l);
	rc = maildir_find(root, path, &now, e);
	if (rc == 0)
		rc = local_know(l, a, &now, e);
	if (rc == 0)
		rc = note_deleted(l, a, buf_c(&now), is_confirmed, e);
	if (rc == 0)
		rc = maildir_remove(root, buf_c(&now), e);
	if (rc == 0)
		local_removed(l, buf_c(&now));
	local_unlock(l);
	buf_fini(&now);
	return rc;
}

int
local_erase_file(
	struct local *l, struct arena *a, const char *path, struct err *e)
{
	return erase(l, a, path, true, e);
}

void
local_erase(struct local *l, struct msg *m)
{
	const struct msg_change *c = &m->u.change;
	struct err e;
	int rc = 0;

	for (size_t i = 0; i < c->count && rc == 0; i++)
		rc = erase(l, m->arena, c->path[i], c->is_confirmed, &e);
	local_end_request(l, m, rc, &e);
}

/* --- a folder
 * ---------------------------------------------------------------------- */

struct list {
	struct arena *a;
	const char *root;
	const char **path;
	size_t count, cap;
	int64_t before; /* only what came before; 0: all */
};

/* When PATH came where it is: the name tells, which every move gives anew; the
 * file's own time where another program gave the name. The later counts. */
static int64_t
came_at(const struct list *l, const char *path)
{
	const char *name = strrchr(path, '/');
	struct str base = name ? str_c(name + 1) : str_c(path);
	int64_t told = 0;
	struct stat st;

	for (size_t i = 0;
		i < base.n && i < 11 && base.p[i] >= '0' && base.p[i] <= '9';
		i++)
		told = 10 * told + (base.p[i] - '0');
	if (stat(arena_printf(l->a, "%s/%s", l->root, path), &st) < 0)
		return INT64_MAX;
	if (told < ERA || told < st.st_mtime)
		told = st.st_mtime;
	return told;
}

static int
add_path(void *ctx, const char *path)
{
	struct list *l = ctx;

	if (l->before && came_at(l, path) >= l->before)
		return 0;
	if (l->count == l->cap) {
		const char **bigger;

		l->cap = l->cap ? 2 * l->cap : 64;
		bigger = arena_array(l->a, l->cap, sizeof *bigger);
		if (l->count)
			memcpy(bigger, l->path, l->count * sizeof *bigger);
		l->path = bigger;
	}
	l->path[l->count++] = arena_strdup(l->a, path);
	return 0;
}

/* Delete what lies in FOLDER, or what came there before BEFORE. */
static int
erase_all(struct local *l, struct arena *a, const char *folder, int64_t before,
	bool is_confirmed, size_t *count_out, struct err *e)
{
	struct list list = {
		.a = a, .root = l->c->paths.mail, .before = before
	};
	int rc = maildir_scan(l->c->paths.mail, local_folder(l, a, folder),
		add_path, &list, e);

	*count_out = 0;
	for (size_t i = 0; i < list.count && rc == 0; i++) {
		rc = erase(l, a, list.path[i], is_confirmed, e);
		*count_out += rc == 0;
		if (rc < 0 && e->class == ERR_MESSAGE)
			rc = 0; /* gone meanwhile */
		if (atomic_load(&l->c->stopping))
			break;
	}
	local_push(l);
	return rc;
}

void
local_empty(struct local *l, struct msg *m)
{
	struct err e;
	size_t n;

	if (erase_all(l, m->arena, m->u.change.folder, 0,
		    m->u.change.is_confirmed, &n, &e) < 0)
		context_fail(l->c, m, &e);
	else
		context_end(l->c, m, NULL);
}

void
local_age_trash(struct local *l)
{
	struct arena *a = arena_new();
	const char *folder = local_role(l, a, BOX_TRASH, "Trash");
	int64_t before = clock_wall() - (int64_t)l->config->trash_days * DAY;
	struct err e;
	struct stat st;
	size_t n = 0;

	/* what the user has written into the configuration is a yes */
	if (stat(arena_printf(a, "%s/%s", l->c->paths.mail,
			 local_folder(l, a, folder)),
		    &st) == 0 &&
		erase_all(l, a, folder, before, true, &n, &e) < 0)
		log_write(LOG_WARN, l->config->name, "%s", e.text);
	if (n)
		log_write(LOG_INFO, l->config->name,
			"%zu letters were in %s for over %u days and are "
			"deleted",
			n, folder, l->config->trash_days);
	arena_free(&a);
}
