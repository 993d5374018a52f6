/* SPDX-License-Identifier: GPL-3.0-or-later */
/* db - see db.h */
#include "store/db.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>

#include "base/file.h"

enum { BUSY_MS = 5000 };

static int
fail(sqlite3 *db, struct err *e, const char *what)
{
	int code = db ? sqlite3_errcode(db) : SQLITE_NOMEM, sys = 0;

	/* which of them is behind it, a full disk or a right that is missing,
	 * decides what is to be done */
	if (code == SQLITE_FULL)
		sys = ENOSPC;
	else if (code == SQLITE_NOMEM)
		sys = ENOMEM;
	else if (code == SQLITE_IOERR || code == SQLITE_CANTOPEN)
		sys = sqlite3_system_errno(db);
	if (sys)
		return err_sys(e, sys, "%s: %s", err_words(what),
			db ? sqlite3_errmsg(db) : err_words(N_("no memory")));
	return err_set(e,
		code == SQLITE_BUSY || code == SQLITE_LOCKED ? ERR_LATER
							     : ERR_SYSTEM,
		0, "%s: %s", err_words(what), sqlite3_errmsg(db));
}

int
db_exec(sqlite3 *db, const char *sql, struct err *e)
{
	bool commits = strncmp(sql, "COMMIT", 6) == 0;

	if (commits)
		file_step("commit", true);
	if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
		return fail(db, e, "the state cannot be written");
	if (commits)
		file_step("commit", false);
	return 0;
}

static int
read_version(sqlite3 *db)
{
	sqlite3_stmt *st = NULL;
	int version = -1;

	if (sqlite3_prepare_v2(db, "PRAGMA user_version", -1, &st, NULL) ==
			SQLITE_OK &&
		sqlite3_step(st) == SQLITE_ROW)
		version = sqlite3_column_int(st, 0);
	sqlite3_finalize(st);
	return version;
}

/* What is missing, in one transaction: each has its price on the disk, and a
 * first start makes three databases. */
static int
migrate_all(
	sqlite3 *db, const char *const *migrations, int count, struct err *e)
{
	char sql[64];
	int version;

	if (db_exec(db, "BEGIN IMMEDIATE", e) < 0)
		return -1;
	/* another thread may have done it while we waited */
	version = read_version(db);
	for (int i = version; i >= 0 && i < count; i++)
		if (db_exec(db, migrations[i], e) < 0)
			return -1;
	snprintf(sql, sizeof sql, "PRAGMA user_version = %d", count);
	if (version < 0)
		return fail(db, e, "the state cannot be asked");
	if (version < count && db_exec(db, sql, e) < 0)
		return -1;
	return db_exec(db, "COMMIT", e);
}

static int
migrate(sqlite3 *db, const char *path, const char *const *migrations, int count,
	struct err *e)
{
	int version = read_version(db);

	if (version >= 0 && version < count) {
		if (migrate_all(db, migrations, count, e) < 0) {
			sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
			return -1;
		}
		version = read_version(db);
	}
	if (version < 0)
		return fail(db, e, path);
	if (version > count)
		return err_set(e, ERR_INPUT, version,
			"'%s' was written by a newer signet (schema %d, this "
			"one knows %d)",
			path, version, count);
	return 0;
}

sqlite3 *
db_open(const char *path, const char *const *migrations, int count,
	struct err *e)
{
	sqlite3 *db = NULL;

	if (sqlite3_open_v2(path, &db,
		    SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE |
			    SQLITE_OPEN_NOMUTEX,
		    NULL) != SQLITE_OK) {
		char what[4200];

		(void)snprintf(what, sizeof what, "cannot open '%s'", path);
		fail(db, e, what);
		sqlite3_close(db);
		return NULL;
	}
	(void)chmod(path, 0600);
	sqlite3_busy_timeout(db, BUSY_MS);
	if (db_exec(db,
		    "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
		    "PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF",
		    e) < 0 ||
		migrate(db, path, migrations, count, e) < 0) {
		sqlite3_close(db);
		return NULL;
	}
	return db;
}

static sqlite3_stmt *
prepare(sqlite3 *db, struct err *e, const char *sql, const char *types,
	va_list ap)
{
	sqlite3_stmt *st = NULL;
	int rc = sqlite3_prepare_v2(db, sql, -1, &st, NULL);

	for (int i = 0; rc == SQLITE_OK && types[i]; i++) {
		if (types[i] == 'i')
			rc = sqlite3_bind_int64(st, i + 1, va_arg(ap, int64_t));
		else
			rc = sqlite3_bind_text(st, i + 1,
				va_arg(ap, const char *), -1, SQLITE_TRANSIENT);
	}
	if (rc == SQLITE_OK)
		return st;
	fail(db, e, "the state cannot be asked");
	sqlite3_finalize(st);
	return NULL;
}

sqlite3_stmt *
db_prepare(sqlite3 *db, struct err *e, const char *sql, const char *types, ...)
{
	sqlite3_stmt *st;
	va_list ap;

	va_start(ap, types);
	st = prepare(db, e, sql, types, ap);
	va_end(ap);
	return st;
}

int
db_first(sqlite3_stmt **st_out, sqlite3 *db, struct err *e, const char *sql,
	const char *types, ...)
{
	va_list ap;

	va_start(ap, types);
	*st_out = prepare(db, e, sql, types, ap);
	va_end(ap);
	return *st_out ? db_step(db, *st_out, e) : -1;
}

int
db_run(sqlite3 *db, struct err *e, const char *sql, const char *types, ...)
{
	sqlite3_stmt *st;
	va_list ap;
	int rc;

	va_start(ap, types);
	st = prepare(db, e, sql, types, ap);
	va_end(ap);
	if (!st)
		return -1;
	rc = db_step(db, st, e);
	sqlite3_finalize(st);
	return rc < 0 ? -1 : 0;
}

int
db_step(sqlite3 *db, sqlite3_stmt *st, struct err *e)
{
	switch (sqlite3_step(st)) {
	case SQLITE_ROW:
		return 1;
	case SQLITE_DONE:
		return 0;
	default:
		return fail(db, e, "the state cannot be asked");
	}
}

const char *
db_text(sqlite3_stmt *st, int i, struct arena *a)
{
	const char *s = (const char *)sqlite3_column_text(st, i);

	return s ? arena_strdup(a, s) : "";
}
