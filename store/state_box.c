/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mailboxes that get another name, or go: see state.h */
#include "store/state_parts.h"

/* The text that SQL finds for ID and TEXT, in A; "" where there is none. */
static int
text_of(struct state *s, const char *sql, int64_t id, const char *text,
	struct arena *a, const char **out, struct err *e)
{
	sqlite3_stmt *st;
	int rc = db_first(&st, s->db, e, sql, "it", id, text);

	*out = "";
	if (rc == 1)
		*out = db_text(st, 0, a);
	sqlite3_finalize(st);
	return rc < 0 ? -1 : 0;
}

static int
rename_box(struct state *s, struct arena *a, int64_t id, const char *raw,
	const char *folder, const char *prefix, struct err *e)
{
	const char *was, *other, *from, *to;

	if (text_of(s, "SELECT folder FROM box WHERE id = ?1 AND ?2 <> ''", id,
		    raw, a, &was, e) < 0 ||
		text_of(s,
			"SELECT raw FROM box WHERE id <> ?1 AND raw = ?2"
			" AND (EXISTS (SELECT 1 FROM message WHERE box = id)"
			" OR EXISTS (SELECT 1 FROM orphan WHERE box = id))",
			id, raw, a, &other, e) < 0)
		return -1;
	if (*other)
		return err_set(e, ERR_BOX, 0, "there is a folder '%s' already",
			folder);
	if (db_run(s->db, e, "DELETE FROM box WHERE id <> ? AND raw = ?", "it",
		    id, raw) < 0 ||
		db_run(s->db, e,
			"UPDATE box SET raw = ?, folder = ?, is_gone = 0"
			" WHERE id = ?",
			"tti", raw, folder, id) < 0 ||
		db_run(s->db, e, "UPDATE op SET folder = ? WHERE folder = ?",
			"tt", folder, was) < 0)
		return -1;
	from = arena_printf(a, "%s%s/cur/", prefix, was);
	to = arena_printf(a, "%s%s/cur/", prefix, folder);
	return db_run(s->db, e,
		"UPDATE op SET old = ?1 || substr(old, length(?2) + 1)"
		" WHERE substr(old, 1, length(?2)) = ?2",
		"tt", to, from);
}

int
state_rename_box(struct state *s, int64_t id, const char *raw,
	const char *folder, const char *prefix, struct err *e)
{
	struct arena *a = arena_new();
	int rc = rename_box(s, a, id, raw, folder, prefix, e);

	arena_free(&a);
	return rc;
}

int
state_drop_box(struct state *s, int64_t id, struct err *e)
{
	static const char *const sql[] = { "DELETE FROM message WHERE box = ?",
		"DELETE FROM orphan WHERE box = ?",
		"DELETE FROM box WHERE id = ?" };

	for (int i = 0; i < 3; i++)
		if (db_run(s->db, e, sql[i], "i", id) < 0)
			return -1;
	return 0;
}
