/* SPDX-License-Identifier: GPL-3.0-or-later */
/* what is to be done to folders when the server can be reached: see state.h */
#include "store/state_parts.h"

int
state_add_folder_act(
	struct state *s, const struct state_folder_act *f, struct err *e)
{
	return db_run(s->db, e,
		"INSERT INTO folder_act (act, name, target) VALUES (?, ?, ?)",
		"itt", (int64_t)f->act, f->name, f->to ? f->to : "");
}

int
state_next_folder_act(struct state *s, struct arena *a,
	struct state_folder_act *out, struct err *e)
{
	sqlite3_stmt *st;
	int rc = db_first(&st, s->db, e,
		"SELECT id, act, name, target FROM folder_act ORDER BY id"
		" LIMIT 1",
		"");

	if (rc == 1) {
		const char *name = (const char *)sqlite3_column_text(st, 2);
		const char *to = (const char *)sqlite3_column_text(st, 3);

		*out = (struct state_folder_act){ .id = sqlite3_column_int64(
							  st, 0),
			.act = sqlite3_column_int(st, 1),
			.name = arena_strdup(a, name ? name : ""),
			.to = arena_strdup(a, to ? to : "") };
	}
	sqlite3_finalize(st);
	return rc;
}

int
state_end_folder_act(struct state *s, const struct state_folder_act *f,
	bool is_renamed, struct err *e)
{
	if (db_run(s->db, e, "DELETE FROM folder_act WHERE id = ?", "i",
		    f->id) < 0)
		return -1;
	/* what was asked for since was asked of the name that was seen */
	return is_renamed ? db_run(s->db, e,
				    "UPDATE folder_act SET name = ?"
				    " WHERE name = ?",
				    "tt", f->to, f->name)
			  : 0;
}
