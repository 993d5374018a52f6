/* SPDX-License-Identifier: GPL-3.0-or-later */
/* letters of a POP3 box: see state.h */
#include <stdio.h>

#include "store/state_parts.h"

static void
column(sqlite3_stmt *st, int i, char out[STATE_UIDL_KEY])
{
	const char *s = (const char *)sqlite3_column_text(st, i);

	snprintf(out, STATE_UIDL_KEY, "%s", s ? s : "");
}

int
state_uidls(struct state *s, struct arena *a, struct state_uidl **out,
	size_t *count_out, struct err *e)
{
	sqlite3_stmt *st;
	size_t cap, n = 0;
	int rc = db_first(&st, s->db, e, "SELECT count(*) FROM uidl", "");

	*out = NULL;
	*count_out = 0;
	cap = rc == 1 ? (size_t)sqlite3_column_int64(st, 0) : 0;
	sqlite3_finalize(st);
	if (rc < 0)
		return -1;
	*out = arena_array(a, cap, sizeof **out);
	st = db_prepare(s->db, e,
		"SELECT key, mark, content, fetched, gone, is_deleted FROM uidl"
		" ORDER BY key",
		"");
	if (!st)
		return -1;
	while ((rc = db_step(s->db, st, e)) == 1 && n < cap) {
		struct state_uidl *u = &(*out)[n++];

		column(st, 0, u->key);
		column(st, 1, u->mark);
		column(st, 2, u->content);
		u->fetched = sqlite3_column_int64(st, 3);
		u->gone = sqlite3_column_int64(st, 4);
		u->is_deleted = sqlite3_column_int(st, 5) != 0;
	}
	sqlite3_finalize(st);
	*count_out = n;
	return rc < 0 ? -1 : 0;
}

int
state_put_uidl(struct state *s, const struct state_uidl *u, struct err *e)
{
	return db_run(s->db, e,
		"INSERT OR REPLACE INTO uidl (key, mark, content, fetched,"
		" gone, is_deleted) VALUES (?, ?, ?, ?, ?, ?)",
		"tttiii", u->key, u->mark, u->content, u->fetched, u->gone,
		(int64_t)u->is_deleted);
}

int
state_drop_uidl(struct state *s, const char *key, struct err *e)
{
	return db_run(s->db, e, "DELETE FROM uidl WHERE key = ?", "t", key);
}

int
state_uidl_gone(struct state *s, const char *key, int64_t gone, struct err *e)
{
	return db_run(s->db, e, "UPDATE uidl SET gone = ? WHERE key = ?", "it",
		gone, key);
}

int
state_uidl_deleted(
	struct state *s, const char *mark, bool is_deleted, struct err *e)
{
	return db_run(s->db, e, "UPDATE uidl SET is_deleted = ? WHERE mark = ?",
		"it", (int64_t)is_deleted, mark);
}
