/* SPDX-License-Identifier: GPL-3.0-or-later */
/* receipts - see receipts.h */
#include "store/receipts.h"

#include <errno.h>
#include <stdlib.h>

#include "store/db.h"

struct receipts {
	sqlite3 *db;
	sqlite3_stmt *row; /* prepared once: a list asks 200 times */
};

static const char *const migrations[] = {
	"CREATE TABLE receipt (id TEXT PRIMARY KEY, json TEXT NOT NULL,"
	" checked_at INTEGER NOT NULL, retry_at INTEGER NOT NULL,"
	" tries INTEGER NOT NULL) WITHOUT ROWID;"
	"CREATE INDEX receipt_due ON receipt (retry_at) WHERE retry_at > 0;"
	"CREATE TABLE pin (account TEXT NOT NULL, server TEXT NOT NULL,"
	" pin TEXT NOT NULL, PRIMARY KEY (account, server)) WITHOUT ROWID;"
	"CREATE TABLE contact (address TEXT PRIMARY KEY, name TEXT NOT NULL,"
	" domain TEXT NOT NULL, came INTEGER NOT NULL DEFAULT 0,"
	" went INTEGER NOT NULL DEFAULT 0, last INTEGER NOT NULL)"
	" WITHOUT ROWID;"
	"CREATE TABLE row (id TEXT PRIMARY KEY, subject TEXT NOT NULL,"
	" name TEXT NOT NULL, address TEXT NOT NULL) WITHOUT ROWID;",
	"CREATE TABLE key (name TEXT PRIMARY KEY, hash TEXT NOT NULL)"
	" WITHOUT ROWID;",
	"CREATE TABLE seen (uuid TEXT PRIMARY KEY, revision INTEGER NOT NULL)"
	" WITHOUT ROWID;",
	"CREATE TABLE compared (domain TEXT PRIMARY KEY) WITHOUT ROWID;",
};

/* Domains with which one corresponds, those first with which one does most. */
#define CORRESPONDENTS                                                         \
	"SELECT domain FROM contact GROUP BY domain"                           \
	" HAVING sum(went) > 0 OR sum(came) > 1"                               \
	" ORDER BY sum(went) * 3 + sum(came) DESC LIMIT ?1"

struct receipts *
receipts_open(const char *path, struct err *e)
{
	struct receipts *r = calloc(1, sizeof *r);

	if (!r) {
		err_sys(e, ENOMEM, "cannot open '%s'", path);
		return NULL;
	}
	r->db = db_open(path, migrations, 4, e);
	if (!r->db) {
		free(r);
		return NULL;
	}
	return r;
}

void
receipts_close(struct receipts **r)
{
	if (!*r)
		return;
	sqlite3_finalize((*r)->row);
	sqlite3_close((*r)->db);
	free(*r);
	*r = NULL;
}

int
receipts_put(struct receipts *r, const char *id, const char *json,
	int64_t checked_at, int64_t retry_at, int tries, struct err *e)
{
	return db_run(r->db, e,
		"INSERT OR REPLACE INTO receipt (id, json, checked_at,"
		" retry_at, tries) VALUES (?, ?, ?, ?, ?)",
		"ttiii", id, json, checked_at, retry_at, (int64_t)tries);
}

int
receipts_get(struct receipts *r, const char *id, struct arena *a,
	const char **json_out, int *tries_out, struct err *e)
{
	sqlite3_stmt *st;
	int rc = db_first(&st, r->db, e,
		"SELECT json, tries FROM receipt WHERE id = ?", "t", id);

	if (rc == 1) {
		*json_out = db_text(st, 0, a);
		if (tries_out)
			*tries_out = sqlite3_column_int(st, 1);
	}
	sqlite3_finalize(st);
	return rc;
}

/* The first column of all rows of ST, as texts in A. */
static int
column(struct receipts *r, sqlite3_stmt *st, size_t limit, struct arena *a,
	const char ***out, size_t *count_out, struct err *e)
{
	int rc = 0;

	*count_out = 0;
	*out = arena_array(a, limit, sizeof **out);
	if (!st)
		return -1;
	while (*count_out < limit && (rc = db_step(r->db, st, e)) == 1)
		(*out)[(*count_out)++] = db_text(st, 0, a);
	sqlite3_finalize(st);
	return rc < 0 ? -1 : 0;
}

int
receipts_due(struct receipts *r, int64_t now, size_t limit, struct arena *a,
	const char ***id_out, size_t *count_out, struct err *e)
{
	return column(r,
		db_prepare(r->db, e,
			"SELECT id FROM receipt WHERE retry_at > 0 AND"
			" retry_at <= ? ORDER BY retry_at",
			"i", now),
		limit, a, id_out, count_out, e);
}

int
receipts_give_up(struct receipts *r, const char *id, struct err *e)
{
	return db_run(r->db, e, "UPDATE receipt SET retry_at = 0 WHERE id = ?",
		"t", id);
}

int
receipts_pin(struct receipts *r, const char *account, const char *server,
	struct arena *a, const char **pin_out, struct err *e)
{
	sqlite3_stmt *st;
	int rc = db_first(&st, r->db, e,
		"SELECT pin FROM pin WHERE account = ? AND server = ?", "tt",
		account, server);

	if (rc == 1)
		*pin_out = db_text(st, 0, a);
	sqlite3_finalize(st);
	return rc;
}

int
receipts_put_pin(struct receipts *r, const char *account, const char *server,
	const char *pin, struct err *e)
{
	return db_run(r->db, e,
		"INSERT OR REPLACE INTO pin (account, server, pin)"
		" VALUES (?, ?, ?)",
		"ttt", account, server, pin);
}

int
receipts_contact(struct receipts *r, const char *address, const char *name,
	bool is_out, int64_t time, struct err *e)
{
	const char *at = strrchr(address, '@');

	if (!at || !at[1])
		return 0;
	return db_run(r->db, e,
		"INSERT INTO contact (address, name, domain, came, went, last)"
		" VALUES (lower(?1), ?2, lower(?3), 1 - ?4, ?4, ?5)"
		" ON CONFLICT (address) DO UPDATE SET"
		" name = CASE WHEN ?2 = '' THEN name ELSE ?2 END,"
		" came = came + 1 - ?4, went = went + ?4,"
		" last = max(last, ?5)",
		"tttii", address, name, at + 1, (int64_t)is_out, time);
}

/* Does ST find a row? It is done with then. */
static int
has_row(struct receipts *r, sqlite3_stmt *st, struct err *e)
{
	int rc = st ? db_step(r->db, st, e) : -1;

	sqlite3_finalize(st);
	return rc;
}

int
receipts_was_written(struct receipts *r, const char *address, struct err *e)
{
	return has_row(r,
		db_prepare(r->db, e,
			"SELECT 1 FROM contact WHERE address = lower(?)"
			" AND went > 0",
			"t", address),
		e);
}

int
receipts_key(
	struct receipts *r, const char *name, const char *hash, struct err *e)
{
	int rc = has_row(r,
		db_prepare(r->db, e,
			"SELECT 1 FROM key WHERE name = lower(?)"
			" AND hash <> ?",
			"tt", name, hash),
		e);

	if (rc < 0 || db_run(r->db, e,
			      "INSERT OR REPLACE INTO key (name, hash)"
			      " VALUES (lower(?), ?)",
			      "tt", name, hash) < 0)
		return -1;
	return rc;
}

int
receipts_correspondents(struct receipts *r, struct arena *a, const char ***out,
	size_t *count_out, struct err *e)
{
	return column(r,
		db_prepare(r->db, e, CORRESPONDENTS, "i",
			(int64_t)RECEIPTS_CORRESPONDENTS),
		RECEIPTS_CORRESPONDENTS, a, out, count_out, e);
}

int
receipts_not_compared(struct receipts *r, size_t limit, struct arena *a,
	const char ***out, size_t *count_out, struct err *e)
{
	return column(r,
		db_prepare(r->db, e,
			"SELECT domain FROM (" CORRESPONDENTS ") WHERE domain"
			" NOT IN (SELECT domain FROM compared) LIMIT ?2",
			"ii", (int64_t)RECEIPTS_CORRESPONDENTS, (int64_t)limit),
		limit, a, out, count_out, e);
}

int
receipts_compared(struct receipts *r, const char *const *domain, size_t count,
	struct err *e)
{
	int rc = receipts_begin(r, e);

	if (rc < 0)
		return -1;
	for (size_t i = 0; i < count && rc == 0; i++)
		rc = db_run(r->db, e,
			"INSERT OR IGNORE INTO compared (domain) VALUES (?)",
			"t", domain[i]);
	if (rc == 0)
		return receipts_commit(r, e);
	receipts_rollback(r);
	return -1;
}

int
receipts_domains(struct receipts *r, size_t limit, struct arena *a,
	const char ***out, size_t *count_out, struct err *e)
{
	return column(r,
		db_prepare(r->db, e,
			"SELECT DISTINCT domain FROM contact LIMIT ?", "i",
			(int64_t)limit),
		limit, a, out, count_out, e);
}

int
receipts_begin(struct receipts *r, struct err *e)
{
	return db_exec(r->db, "BEGIN IMMEDIATE", e);
}

int
receipts_commit(struct receipts *r, struct err *e)
{
	return db_exec(r->db, "COMMIT", e);
}

int
receipts_put_row(struct receipts *r, const char *id,
	const struct receipts_row *row, struct err *e)
{
	return db_run(r->db, e,
		"INSERT OR REPLACE INTO row (id, subject, name, address)"
		" VALUES (?, ?, ?, ?)",
		"tttt", id, row->subject, row->name, row->address);
}

int
receipts_row(struct receipts *r, const char *id, struct arena *a,
	struct receipts_row *out, struct err *e)
{
	int rc;

	if (!r->row)
		r->row = db_prepare(r->db, e,
			"SELECT subject, name, address FROM row WHERE id = ?",
			"");
	if (!r->row)
		return -1;
	sqlite3_bind_text(r->row, 1, id, -1, SQLITE_STATIC);
	rc = db_step(r->db, r->row, e);
	if (rc == 1)
		*out = (struct receipts_row){ db_text(r->row, 0, a),
			db_text(r->row, 1, a), db_text(r->row, 2, a) };
	sqlite3_reset(r->row);
	return rc;
}

void
receipts_rollback(struct receipts *r)
{
	sqlite3_exec(r->db, "ROLLBACK", NULL, NULL, NULL);
}

int
receipts_seen(struct receipts *r, const char *uuid, uint64_t *revision_out,
	struct err *e)
{
	sqlite3_stmt *st;
	int rc = db_first(&st, r->db, e,
		"SELECT revision FROM seen WHERE uuid = ?", "t", uuid);

	if (rc == 1)
		*revision_out = (uint64_t)sqlite3_column_int64(st, 0);
	sqlite3_finalize(st);
	return rc;
}

int
receipts_put_seen(
	struct receipts *r, const char *uuid, uint64_t revision, struct err *e)
{
	if (db_run(r->db, e, "DELETE FROM seen WHERE uuid <> ?", "t", uuid) < 0)
		return -1;
	return db_run(r->db, e,
		"INSERT OR REPLACE INTO seen (uuid, revision) VALUES (?, ?)",
		"ti", uuid, (int64_t)revision);
}
