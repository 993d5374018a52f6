/* SPDX-License-Identifier: GPL-3.0-or-later */
/* outbox - see outbox.h */
#include "store/outbox.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "store/db.h"

struct outbox {
	sqlite3 *db;
	char *dir;
};

static const char *const migrations[] = {
	"CREATE TABLE item (id INTEGER PRIMARY KEY AUTOINCREMENT,"
	" account TEXT NOT NULL, state TEXT NOT NULL, reason TEXT NOT NULL,"
	" subject TEXT NOT NULL, sender TEXT NOT NULL,"
	" message_id TEXT NOT NULL, reply_to TEXT NOT NULL,"
	" next_try INTEGER NOT NULL, tries INTEGER NOT NULL DEFAULT 0,"
	" needs_utf8 INTEGER NOT NULL DEFAULT 0);"
	"CREATE TABLE rcpt (item INTEGER NOT NULL REFERENCES item"
	" ON DELETE CASCADE, address TEXT NOT NULL, state TEXT NOT NULL,"
	" text TEXT NOT NULL, PRIMARY KEY (item, address)) WITHOUT ROWID;",
};

struct outbox *
outbox_open(const char *dir, bool is_owner, struct err *e)
{
	struct outbox *o = calloc(1, sizeof *o);
	char *path;

	if (!o || !(o->dir = strdup(dir))) {
		free(o);
		err_sys(e, ENOMEM, "cannot open the outbox");
		return NULL;
	}
	path = malloc(strlen(dir) + 20);
	if (path && file_mkdirs(dir, e) == 0) {
		memcpy(path, dir, strlen(dir) + 1);
		memcpy(path + strlen(dir), "/outbox.db", 11);
		o->db = db_open(path, migrations, 1, e);
	}
	free(path);
	if (!o->db)
		outbox_close(&o);
	else if (is_owner &&
		 db_run(o->db, e,
			 "UPDATE item SET state = 'unknown', reason = ?"
			 " WHERE state = 'sending'",
			 "t",
			 "signet ended while it was being sent; nobody knows "
			 "whether the server took it") < 0)
		outbox_close(&o);
	return o;
}

void
outbox_close(struct outbox **o)
{
	if (!*o)
		return;
	sqlite3_close((*o)->db);
	free((*o)->dir);
	free(*o);
	*o = NULL;
}

void
outbox_path(struct outbox *o, int64_t id, struct buf *out)
{
	buf_printf(out, "%s/%lld.eml", o->dir, (long long)id);
}

static int
add_rows(struct outbox *o, struct outbox_item *i, struct err *e)
{
	if (db_run(o->db, e,
		    "INSERT INTO item (account, state, reason, subject, sender,"
		    " message_id, reply_to, next_try, needs_utf8)"
		    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
		    "tttttttii", i->account, "queued", "", i->subject,
		    i->sender, i->message_id, i->reply_to, i->next_try,
		    (int64_t)i->needs_utf8) < 0)
		return -1;
	i->id = sqlite3_last_insert_rowid(o->db);
	for (size_t k = 0; k < i->rcpts; k++)
		if (db_run(o->db, e,
			    "INSERT OR IGNORE INTO rcpt (item, address, state,"
			    " text) VALUES (?, ?, 'waits', '')",
			    "it", i->id, i->rcpt[k].address) < 0)
			return -1;
	return 0;
}

int
outbox_add(struct outbox *o, struct str message, struct outbox_item *i,
	struct err *e)
{
	struct buf path;
	int rc;

	buf_init(&path, 4096);
	rc = db_exec(o->db, "BEGIN IMMEDIATE", e);
	if (rc == 0) {
		rc = add_rows(o, i, e);
		if (rc == 0) {
			/* the file first: a row never lacks its message */
			outbox_path(o, i->id, &path);
			rc = file_write(buf_c(&path), message, 0600, e);
		}
		if (rc == 0)
			rc = db_exec(o->db, "COMMIT", e);
		if (rc < 0)
			sqlite3_exec(o->db, "ROLLBACK", NULL, NULL, NULL);
	}
	buf_fini(&path);
	return rc;
}

static int
read_rcpts(
	struct outbox *o, struct arena *a, struct outbox_item *i, struct err *e)
{
	sqlite3_stmt *st = db_prepare(o->db, e,
		"SELECT address, state, text FROM rcpt WHERE item = ?", "i",
		i->id);
	size_t cap = 0;
	int rc;

	if (!st)
		return -1;
	while ((rc = db_step(o->db, st, e)) == 1) {
		if (i->rcpts == cap) {
			struct outbox_rcpt *bigger;

			cap = cap ? 2 * cap : 8;
			bigger = arena_array(a, cap, sizeof *bigger);
			if (i->rcpts)
				memcpy(bigger, i->rcpt,
					i->rcpts * sizeof *bigger);
			i->rcpt = bigger;
		}
		i->rcpt[i->rcpts++] = (struct outbox_rcpt){ db_text(st, 0, a),
			db_text(st, 1, a), db_text(st, 2, a) };
	}
	sqlite3_finalize(st);
	return rc;
}

#define COLUMNS                                                                \
	"SELECT id, account, state, reason, subject, sender, message_id,"      \
	" reply_to, next_try, tries, needs_utf8 FROM item "

static int
read_item(struct outbox *o, sqlite3_stmt *st, struct arena *a,
	struct outbox_item *i, struct err *e)
{
	*i = (struct outbox_item){ .id = sqlite3_column_int64(st, 0),
		.account = db_text(st, 1, a),
		.state = db_text(st, 2, a),
		.reason = db_text(st, 3, a),
		.subject = db_text(st, 4, a),
		.sender = db_text(st, 5, a),
		.message_id = db_text(st, 6, a),
		.reply_to = db_text(st, 7, a),
		.next_try = sqlite3_column_int64(st, 8),
		.tries = sqlite3_column_int(st, 9),
		.needs_utf8 = sqlite3_column_int(st, 10) != 0 };
	return read_rcpts(o, a, i, e);
}

int
outbox_list(struct outbox *o, struct arena *a, struct outbox_item **out,
	size_t *count_out, struct err *e)
{
	sqlite3_stmt *st = db_prepare(o->db, e, COLUMNS "ORDER BY id", "");
	size_t cap = 0;
	int rc;

	*out = NULL;
	*count_out = 0;
	if (!st)
		return -1;
	while ((rc = db_step(o->db, st, e)) == 1) {
		if (*count_out == cap) {
			struct outbox_item *bigger;

			cap = cap ? 2 * cap : 16;
			bigger = arena_array(a, cap, sizeof *bigger);
			if (*count_out)
				memcpy(bigger, *out,
					*count_out * sizeof *bigger);
			*out = bigger;
		}
		if (read_item(o, st, a, &(*out)[(*count_out)++], e) < 0) {
			rc = -1;
			break;
		}
	}
	sqlite3_finalize(st);
	return rc;
}

int
outbox_get(struct outbox *o, int64_t id, struct arena *a,
	struct outbox_item *out, struct err *e)
{
	sqlite3_stmt *st;
	int rc = db_first(&st, o->db, e, COLUMNS "WHERE id = ?", "i", id);

	if (rc == 1 && read_item(o, st, a, out, e) < 0)
		rc = -1;
	sqlite3_finalize(st);
	return rc;
}

int
outbox_set(struct outbox *o, int64_t id, const char *state, const char *reason,
	int64_t next_try, struct err *e)
{
	int rc;

	file_step(state, true);
	rc = db_run(o->db, e,
		"UPDATE item SET state = ?1, reason = ?2, next_try = ?3,"
		" tries = tries + (?1 = 'sending') WHERE id = ?4",
		"ttii", state, reason, next_try, id);
	file_step(state, false);
	return rc;
}

int
outbox_set_rcpt(struct outbox *o, int64_t id, const char *address,
	const char *state, const char *text, struct err *e)
{
	return db_run(o->db, e,
		"UPDATE rcpt SET state = ?, text = ? WHERE item = ?"
		" AND address = ?",
		"ttit", state, text, id, address);
}

int
outbox_drop(struct outbox *o, int64_t id, struct err *e)
{
	struct buf path;

	if (db_run(o->db, e, "DELETE FROM item WHERE id = ?", "i", id) < 0)
		return -1;
	buf_init(&path, 4096);
	outbox_path(o, id, &path);
	(void)unlink(buf_c(&path)); /* what is left is never read again */
	buf_fini(&path);
	return 0;
}

int
outbox_begin(struct outbox *o, struct err *e)
{
	return db_exec(o->db, "BEGIN IMMEDIATE", e);
}

int
outbox_commit(struct outbox *o, struct err *e)
{
	return db_exec(o->db, "COMMIT", e);
}

void
outbox_rollback(struct outbox *o)
{
	sqlite3_exec(o->db, "ROLLBACK", NULL, NULL, NULL);
}
