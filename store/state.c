/* SPDX-License-Identifier: GPL-3.0-or-later */
/* state - see state.h */
#include "store/state.h"

#include <errno.h>
#include <stdlib.h>

#include "store/state_parts.h"

static const char *const migrations[] = {
	"CREATE TABLE box (id INTEGER PRIMARY KEY, raw TEXT NOT NULL UNIQUE,"
	" folder TEXT NOT NULL, role INTEGER NOT NULL DEFAULT 0,"
	" uidvalidity INTEGER NOT NULL DEFAULT 0,"
	" uidnext INTEGER NOT NULL DEFAULT 0,"
	" modseq INTEGER NOT NULL DEFAULT 0,"
	" is_gone INTEGER NOT NULL DEFAULT 0);"
	"CREATE TABLE message (box INTEGER NOT NULL REFERENCES box,"
	" uid INTEGER NOT NULL, base TEXT NOT NULL, agreed INTEGER NOT NULL,"
	" flags INTEGER NOT NULL, is_deleted INTEGER NOT NULL DEFAULT 0,"
	" PRIMARY KEY (box, uid)) WITHOUT ROWID;"
	"CREATE INDEX message_base ON message (base);"
	"CREATE TABLE orphan (box INTEGER NOT NULL REFERENCES box,"
	" base TEXT NOT NULL PRIMARY KEY, flags INTEGER NOT NULL)"
	" WITHOUT ROWID;"
	"CREATE TABLE op (id INTEGER PRIMARY KEY AUTOINCREMENT,"
	" kind TEXT NOT NULL, box INTEGER, uid INTEGER, folder TEXT NOT NULL,"
	" base TEXT NOT NULL);",
	"ALTER TABLE op ADD COLUMN old TEXT NOT NULL DEFAULT '';",
	"ALTER TABLE op ADD COLUMN agreed INTEGER NOT NULL DEFAULT 0;",
	"CREATE TABLE uidl (key TEXT NOT NULL PRIMARY KEY,"
	" mark TEXT NOT NULL, content TEXT NOT NULL, fetched INTEGER NOT NULL,"
	" gone INTEGER NOT NULL, is_deleted INTEGER NOT NULL) WITHOUT ROWID;"
	"CREATE INDEX uidl_mark ON uidl (mark);",
	"ALTER TABLE message ADD COLUMN object TEXT;"
	"CREATE INDEX message_object ON message (object)"
	" WHERE object IS NOT NULL;",
	"ALTER TABLE box ADD COLUMN held_here INTEGER NOT NULL DEFAULT 0;"
	"ALTER TABLE box ADD COLUMN held_there INTEGER NOT NULL DEFAULT 0;",
	"CREATE TABLE keyword (number INTEGER PRIMARY KEY,"
	" name TEXT NOT NULL UNIQUE COLLATE NOCASE);",
	"ALTER TABLE box ADD COLUMN keep_months INTEGER NOT NULL DEFAULT 0;"
	"ALTER TABLE box ADD COLUMN older INTEGER NOT NULL DEFAULT 0;"
	"ALTER TABLE box ADD COLUMN keep_uid INTEGER NOT NULL DEFAULT 0;",
	"CREATE TABLE folder_act (id INTEGER PRIMARY KEY AUTOINCREMENT,"
	" act INTEGER NOT NULL, name TEXT NOT NULL, target TEXT NOT NULL);",
	"CREATE TABLE missing (base TEXT NOT NULL PRIMARY KEY,"
	" here INTEGER NOT NULL, size INTEGER NOT NULL,"
	" parts TEXT NOT NULL) WITHOUT ROWID;",
	"CREATE INDEX message_waits ON message (box)"
	" WHERE agreed <> flags OR is_deleted;",
};

struct state *
state_open(const char *path, struct err *e)
{
	struct state *s = calloc(1, sizeof *s);

	if (!s) {
		err_sys(e, ENOMEM, "cannot open '%s'", path);
		return NULL;
	}
	s->db = db_open(path, migrations,
		(int)(sizeof migrations / sizeof *migrations), e);
	if (!s->db) {
		free(s);
		return NULL;
	}
	return s;
}

void
state_close(struct state **s)
{
	if (!*s)
		return;
	sqlite3_close((*s)->db);
	free(*s);
	*s = NULL;
}

int
state_begin(struct state *s, struct err *e)
{
	return db_exec(s->db, "BEGIN IMMEDIATE", e);
}

int
state_commit(struct state *s, struct err *e)
{
	return db_exec(s->db, "COMMIT", e);
}

void
state_rollback(struct state *s)
{
	sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);
}

/* Room for one more of SIZE bytes in the array of COUNT that lives in A. */
static void *
grow(struct arena *a, void *array, size_t count, size_t *cap, size_t size)
{
	void *bigger;

	if (count < *cap)
		return array;
	*cap = *cap ? 2 * *cap : 64;
	bigger = arena_array(a, *cap, size);
	if (count)
		memcpy(bigger, array, count * size);
	return bigger;
}

/* --- mailboxes
 * ------------------------------------------------------------------ */

int
state_boxes(struct state *s, struct arena *a, struct state_box **out,
	size_t *count_out, struct err *e)
{
	sqlite3_stmt *st = db_prepare(s->db, e,
		"SELECT id, raw, folder, role, uidvalidity, uidnext, modseq,"
		" is_gone, held_here, held_there, keep_months, older,"
		" keep_uid FROM box ORDER BY folder <> "
		"'INBOX', folder",
		"");
	size_t cap = 0;
	int rc;

	*out = NULL;
	*count_out = 0;
	if (!st)
		return -1;
	while ((rc = db_step(s->db, st, e)) == 1) {
		struct state_box *b;

		*out = grow(a, *out, *count_out, &cap, sizeof **out);
		b = &(*out)[(*count_out)++];
		b->id = sqlite3_column_int64(st, 0);
		b->raw = db_text(st, 1, a);
		b->folder = db_text(st, 2, a);
		b->role = sqlite3_column_int(st, 3);
		b->uidvalidity = (uint32_t)sqlite3_column_int64(st, 4);
		b->uidnext = (uint32_t)sqlite3_column_int64(st, 5);
		b->modseq = (uint64_t)sqlite3_column_int64(st, 6);
		b->is_gone = sqlite3_column_int(st, 7) != 0;
		b->held_here = (unsigned)sqlite3_column_int64(st, 8);
		b->held_there = (unsigned)sqlite3_column_int64(st, 9);
		b->keep_months = (unsigned)sqlite3_column_int64(st, 10);
		b->older = (unsigned)sqlite3_column_int64(st, 11);
		b->keep_uid = (uint32_t)sqlite3_column_int64(st, 12);
	}
	sqlite3_finalize(st);
	return rc;
}

int
state_put_box(struct state *s, struct state_box *b, struct err *e)
{
	sqlite3_stmt *st;
	int rc;

	if (db_run(s->db, e,
		    "INSERT INTO box (raw, folder, role, uidvalidity, uidnext,"
		    " modseq, is_gone, held_here, held_there, keep_months,"
		    " older, keep_uid) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8,"
		    " ?9, ?10, ?11, ?12)"
		    " ON CONFLICT (raw) DO UPDATE SET folder = ?2, role = ?3,"
		    " uidvalidity = ?4, uidnext = ?5, modseq = ?6,"
		    " is_gone = ?7, held_here = ?8, held_there = ?9,"
		    " keep_months = ?10, older = ?11, keep_uid = ?12",
		    "ttiiiiiiiiii", b->raw, b->folder, (int64_t)b->role,
		    (int64_t)b->uidvalidity, (int64_t)b->uidnext,
		    (int64_t)b->modseq, (int64_t)b->is_gone,
		    (int64_t)b->held_here, (int64_t)b->held_there,
		    (int64_t)b->keep_months, (int64_t)b->older,
		    (int64_t)b->keep_uid) < 0)
		return -1;
	rc = db_first(
		&st, s->db, e, "SELECT id FROM box WHERE raw = ?", "t", b->raw);
	if (rc == 1)
		b->id = sqlite3_column_int64(st, 0);
	sqlite3_finalize(st);
	return rc < 0 ? -1 : 0;
}

/* --- messages
 * ------------------------------------------------------------------- */

int
state_messages(struct state *s, int64_t box, struct arena *a,
	struct state_message **out, size_t *count_out, struct err *e)
{
	sqlite3_stmt *st = db_prepare(s->db, e,
		"SELECT uid, base, agreed, flags, is_deleted FROM message"
		" WHERE box = ? ORDER BY uid",
		"i", box);
	size_t cap = 0;
	int rc;

	*out = NULL;
	*count_out = 0;
	if (!st)
		return -1;
	while ((rc = db_step(s->db, st, e)) == 1) {
		struct state_message *m;

		*out = grow(a, *out, *count_out, &cap, sizeof **out);
		m = &(*out)[(*count_out)++];
		m->uid = (uint32_t)sqlite3_column_int64(st, 0);
		m->base = db_text(st, 1, a);
		m->agreed = (unsigned)sqlite3_column_int(st, 2);
		m->flags = (unsigned)sqlite3_column_int(st, 3);
		m->is_deleted = sqlite3_column_int(st, 4) != 0;
		m->is_confirmed = sqlite3_column_int(st, 4) == 2;
	}
	sqlite3_finalize(st);
	return rc;
}

int
state_count(struct state *s, int64_t box, size_t *out, struct err *e)
{
	sqlite3_stmt *st;
	int rc = db_first(&st, s->db, e,
		"SELECT count(*) FROM message WHERE box = ?"
		" AND is_deleted = 0",
		"i", box);

	*out = 0;
	if (rc == 1)
		*out = (size_t)sqlite3_column_int64(st, 0);
	sqlite3_finalize(st);
	return rc < 0 ? -1 : 0;
}

int
state_distrust(struct state *s, int64_t box, struct err *e)
{
	return db_run(
		s->db, e, "UPDATE box SET modseq = 0 WHERE id = ?", "i", box);
}

int
state_put_message(struct state *s, int64_t box, const struct state_message *m,
	struct err *e)
{
	return db_run(s->db, e,
		"INSERT INTO message (box, uid, base, agreed, flags, "
		"is_deleted)"
		" VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (box, uid) DO UPDATE"
		" SET base = excluded.base, agreed = excluded.agreed,"
		" flags = excluded.flags, is_deleted = excluded.is_deleted",
		"iitiii", box, (int64_t)m->uid, m->base, (int64_t)m->agreed,
		(int64_t)m->flags,
		(int64_t)(m->is_deleted ? 1 + m->is_confirmed : 0));
}

int
state_drop_message(struct state *s, int64_t box, uint32_t uid, struct err *e)
{
	return db_run(s->db, e, "DELETE FROM message WHERE box = ? AND uid = ?",
		"ii", box, (int64_t)uid);
}

int
state_put_object(struct state *s, int64_t box, uint32_t uid, const char *object,
	struct err *e)
{
	return db_run(s->db, e,
		"UPDATE message SET object = ? WHERE box = ? AND uid = ?",
		"tii", object, box, (int64_t)uid);
}

int
state_find_object(struct state *s, const char *object, struct arena *a,
	const char **folder, const char **base, struct err *e)
{
	sqlite3_stmt *st;
	int rc = db_first(&st, s->db, e,
		"SELECT folder, base FROM message JOIN box ON box.id = box"
		" WHERE object = ? AND is_deleted = 0 LIMIT 1",
		"t", object);

	if (rc == 1) {
		*folder = db_text(st, 0, a);
		*base = db_text(st, 1, a);
	}
	sqlite3_finalize(st);
	return rc;
}

int
state_agree(struct state *s, int64_t box, uint32_t uid, unsigned flags,
	struct err *e)
{
	return db_run(s->db, e,
		"UPDATE message SET agreed = ? WHERE box = ? AND uid = ?",
		"iii", (int64_t)flags, box, (int64_t)uid);
}

int
state_find(struct state *s, const char *base, struct arena *a, int64_t *box_out,
	struct state_message *out, struct err *e)
{
	sqlite3_stmt *st;
	int rc = db_first(&st, s->db, e,
		"SELECT box, uid, base, agreed, flags, is_deleted FROM message"
		" WHERE base = ?1 UNION ALL"
		" SELECT box, 0, base, flags, flags, 0 FROM orphan"
		" WHERE base = ?1",
		"t", base);

	if (rc == 1) {
		*box_out = sqlite3_column_int64(st, 0);
		out->uid = (uint32_t)sqlite3_column_int64(st, 1);
		out->base = db_text(st, 2, a);
		out->agreed = (unsigned)sqlite3_column_int(st, 3);
		out->flags = (unsigned)sqlite3_column_int(st, 4);
		out->is_deleted = sqlite3_column_int(st, 5) != 0;
		out->is_confirmed = sqlite3_column_int(st, 5) == 2;
	}
	sqlite3_finalize(st);
	return rc;
}

int
state_orphan_box(struct state *s, int64_t box, struct err *e)
{
	if (db_run(s->db, e,
		    "INSERT OR REPLACE INTO orphan (box, base, flags)"
		    " SELECT box, base, flags FROM message WHERE box = ?"
		    " AND is_deleted = 0",
		    "i", box) < 0)
		return -1;
	if (db_run(s->db, e, "DELETE FROM message WHERE box = ?", "i", box) < 0)
		return -1;
	/* what waits to be moved from there is found by its name */
	return db_run(
		s->db, e, "UPDATE op SET uid = 0 WHERE box = ?", "i", box);
}

int
state_put_orphan(struct state *s, int64_t box, const char *base, unsigned flags,
	struct err *e)
{
	return db_run(s->db, e,
		"INSERT OR REPLACE INTO orphan (box, base, flags)"
		" VALUES (?, ?, ?)",
		"iti", box, base, (int64_t)flags);
}

int
state_orphans(struct state *s, int64_t box, struct arena *a, const char ***out,
	size_t *count_out, struct err *e)
{
	sqlite3_stmt *st = db_prepare(
		s->db, e, "SELECT base FROM orphan WHERE box = ?", "i", box);
	size_t cap = 0;
	int rc;

	*out = NULL;
	*count_out = 0;
	if (!st)
		return -1;
	while ((rc = db_step(s->db, st, e)) == 1) {
		*out = grow(a, *out, *count_out, &cap, sizeof **out);
		(*out)[(*count_out)++] = db_text(st, 0, a);
	}
	sqlite3_finalize(st);
	return rc;
}

int
state_drop_orphan(struct state *s, int64_t box, const char *base, struct err *e)
{
	return db_run(s->db, e, "DELETE FROM orphan WHERE box = ? AND base = ?",
		"it", box, base);
}

/* --- changes that wait
 * ------------------------------------------------------------ */

int
state_add_op(struct state *s, const struct state_op *op, struct err *e)
{
	return db_run(s->db, e,
		"INSERT INTO op (kind, box, uid, folder, base, old, agreed)"
		" VALUES (?, ?, ?, ?, ?, ?, ?)",
		"tiittti", op->kind, op->box, (int64_t)op->uid, op->folder,
		op->base, op->old ? op->old : "", (int64_t)op->agreed);
}

int
state_set_op(struct state *s, const struct state_op *op, struct err *e)
{
	return db_run(s->db, e,
		"UPDATE op SET kind = ?, box = ?, uid = ?, folder = ?,"
		" base = ?, old = ?, agreed = ? WHERE id = ?",
		"tiitttii", op->kind, op->box, (int64_t)op->uid, op->folder,
		op->base, op->old ? op->old : "", (int64_t)op->agreed, op->id);
}

#define OP_COLUMNS "id, kind, box, uid, folder, base, old, agreed"

static void
read_op(sqlite3_stmt *st, struct arena *a, struct state_op *o)
{
	o->id = sqlite3_column_int64(st, 0);
	o->kind = db_text(st, 1, a);
	o->box = sqlite3_column_int64(st, 2);
	o->uid = (uint32_t)sqlite3_column_int64(st, 3);
	o->folder = db_text(st, 4, a);
	o->base = db_text(st, 5, a);
	o->old = db_text(st, 6, a);
	o->agreed = (unsigned)sqlite3_column_int(st, 7);
}

/* What db_first has found, RC and ST, which is finalized. */
static int
one_op(sqlite3_stmt *st, int rc, struct arena *a, struct state_op *out)
{
	if (rc == 1)
		read_op(st, a, out);
	sqlite3_finalize(st);
	return rc;
}

int
state_op_of(struct state *s, const char *base, struct arena *a,
	struct state_op *out, struct err *e)
{
	sqlite3_stmt *st;
	int rc = db_first(&st, s->db, e,
		"SELECT " OP_COLUMNS " FROM op WHERE base = ?", "t", base);

	return one_op(st, rc, a, out);
}

int
state_op(struct state *s, int64_t id, struct arena *a, struct state_op *out,
	struct err *e)
{
	sqlite3_stmt *st;
	int rc = db_first(&st, s->db, e,
		"SELECT " OP_COLUMNS " FROM op WHERE id = ?", "i", id);

	return one_op(st, rc, a, out);
}

int
state_ops(struct state *s, struct arena *a, struct state_op **out,
	size_t *count_out, struct err *e)
{
	sqlite3_stmt *st = db_prepare(
		s->db, e, "SELECT " OP_COLUMNS " FROM op ORDER BY id", "");
	size_t cap = 0;
	int rc;

	*out = NULL;
	*count_out = 0;
	if (!st)
		return -1;
	while ((rc = db_step(s->db, st, e)) == 1) {
		*out = grow(a, *out, *count_out, &cap, sizeof **out);
		read_op(st, a, &(*out)[(*count_out)++]);
	}
	sqlite3_finalize(st);
	return rc;
}

int
state_drop_op(struct state *s, int64_t id, struct err *e)
{
	return db_run(s->db, e, "DELETE FROM op WHERE id = ?", "i", id);
}

int
state_waiting(struct state *s, unsigned *out, struct err *e)
{
	sqlite3_stmt *st;
	int rc = db_first(&st, s->db, e,
		"SELECT (SELECT count(*) FROM op) + (SELECT count(*) FROM"
		" folder_act) + (SELECT count(*) FROM"
		" message WHERE agreed <> flags OR is_deleted)",
		"");

	*out = rc == 1 ? (unsigned)sqlite3_column_int(st, 0) : 0;
	sqlite3_finalize(st);
	return rc < 0 ? -1 : 0;
}

/* --- keywords
 * ------------------------------------------------------------------------- */

/* The one number that SQL finds, or WITHOUT. */
static int
number_of(sqlite3 *db, const char *sql, const char *name, int without, int *out,
	struct err *e)
{
	sqlite3_stmt *st;
	int rc = db_first(&st, db, e, sql, "t", name);

	*out = without;
	if (rc == 1)
		*out = sqlite3_column_int(st, 0);
	sqlite3_finalize(st);
	return rc < 0 ? -1 : 0;
}

int
state_keyword(struct state *s, const char *name, int count, int *out,
	bool *is_new_out, struct err *e)
{
	*is_new_out = false;
	if (number_of(s->db, "SELECT number FROM keyword WHERE name = ?", name,
		    -1, out, e) < 0)
		return -1;
	if (*out >= 0)
		return 0;
	if (number_of(s->db, "SELECT count(*) FROM keyword WHERE name <> ?",
		    name, 0, out, e) < 0)
		return -1;
	if (*out >= count) {
		*out = -1;
		return 0;
	}
	*is_new_out = true;
	if (db_run(s->db, e, "INSERT INTO keyword (number, name) VALUES (?, ?)",
		    "it", (int64_t)*out, name) < 0)
		return -1;
	return db_run(s->db, e, "UPDATE box SET modseq = 0, uidnext = 0", "");
}
