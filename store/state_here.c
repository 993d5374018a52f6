/* SPDX-License-Identifier: GPL-3.0-or-later */
/* letters that are not wholly here: see state.h. A row stands for each and is
 * durable before its file is; no row is no promise that is broken, since what
 * has no row is whole. */
#include "store/state_parts.h"

int
state_missing(struct state *s, const char *base, struct arena *a,
	struct state_missing *out, struct err *e)
{
	sqlite3_stmt *st;
	int rc = db_first(&st, s->db, e,
		"SELECT base, here, size, parts FROM missing WHERE base = ?",
		"t", base);

	*out = (struct state_missing){ .base = base, .parts = "" };
	if (rc == 1 && sqlite3_column_int(st, 1) == STATE_COMPLETE) {
		rc = 0;
	} else if (rc == 1) {
		out->base = db_text(st, 0, a);
		out->here = sqlite3_column_int(st, 1) == STATE_HEADERS
				    ? STATE_HEADERS
				    : STATE_PARTS;
		out->size = (uint64_t)sqlite3_column_int64(st, 2);
		out->parts = db_text(st, 3, a);
	}
	sqlite3_finalize(st);
	return rc;
}

int
state_put_missing(struct state *s, const struct state_missing *m, struct err *e)
{
	return db_run(s->db, e,
		"INSERT OR REPLACE INTO missing (base, here, size, parts)"
		" VALUES (?, ?, ?, ?)",
		"tiit", m->base, (int64_t)m->here, (int64_t)m->size,
		m->parts ? m->parts : "");
}

int
state_copy_missing(
	struct state *s, const char *from, const char *to, struct err *e)
{
	return db_run(s->db, e,
		"INSERT OR REPLACE INTO missing (base, here, size, parts)"
		" SELECT ?2, here, size, parts FROM missing WHERE base = ?1",
		"tt", from, to);
}

int
state_complete(struct state *s, const char *base, struct err *e)
{
	return db_run(s->db, e, "UPDATE missing SET here = ? WHERE base = ?",
		"it", (int64_t)STATE_COMPLETE, base);
}

int
state_drop_complete(struct state *s, const char *base, struct err *e)
{
	return db_run(s->db, e,
		"DELETE FROM missing WHERE base = ? AND here = ?", "ti", base,
		(int64_t)STATE_COMPLETE);
}

int
state_clean_missing(struct state *s, struct err *e)
{
	return db_run(s->db, e,
		"DELETE FROM missing WHERE NOT EXISTS"
		" (SELECT 1 FROM message WHERE message.base = missing.base)"
		" AND NOT EXISTS"
		" (SELECT 1 FROM orphan WHERE orphan.base = missing.base)"
		" AND NOT EXISTS"
		" (SELECT 1 FROM op WHERE op.base = missing.base)",
		"");
}

int
state_has_missing(struct state *s, struct err *e)
{
	sqlite3_stmt *st;
	int rc = db_first(&st, s->db, e,
		"SELECT 1 FROM missing WHERE here <> ? LIMIT 1", "i",
		(int64_t)STATE_COMPLETE);

	sqlite3_finalize(st);
	return rc;
}

int
state_next_missing(struct state *s, const char *after, int here,
	struct arena *a, const char **base_out, struct err *e)
{
	sqlite3_stmt *st;
	int rc = db_first(&st, s->db, e,
		"SELECT base FROM missing WHERE base > ? AND here = ?"
		" ORDER BY base LIMIT 1",
		"ti", after, (int64_t)here);

	if (rc == 1)
		*base_out = db_text(st, 0, a);
	sqlite3_finalize(st);
	return rc;
}
