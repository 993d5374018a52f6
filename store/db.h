/* SPDX-License-Identifier: GPL-3.0-or-later */
/* db - SQLite as every store here uses it: WAL, synchronous FULL, a schema with
 * numbered migrations, statements that are prepared where they are used.
 *
 * For store/ alone. One connection a thread. */
#ifndef STORE_DB_H
#define STORE_DB_H

#include <sqlite3.h>

#include "base/arena.h"
#include "base/err.h"

/* Open PATH (made with mode 0600) and bring its schema to version COUNT by the
 * MIGRATIONS from where it stands, each in a transaction. NULL with ERR_SYSTEM;
 * ERR_INPUT where a newer program has written it; ERR_LATER where it is locked
 * for more than 5 s. */
sqlite3 *db_open(const char *path, const char *const *migrations, int count,
	struct err *e);

/* Run SQL without results. */
int db_exec(sqlite3 *db, const char *sql, struct err *e) ERR_CHECK;

/* Prepare SQL and bind ARGS: one of "i" (int64_t) or "t" (const char *, NULL is
 * NULL) for each letter of TYPES. NULL with *E. */
sqlite3_stmt *db_prepare(
	sqlite3 *db, struct err *e, const char *sql, const char *types, ...);

/* The first row that SQL finds: 1 and *ST_OUT stands at it, 0 there is none,
 * -1 with *E. Finalize *ST_OUT in any case. */
int db_first(sqlite3_stmt **st_out, sqlite3 *db, struct err *e, const char *sql,
	const char *types, ...) ERR_CHECK;

/* Run a statement that yields no rows: db_prepare, step, finalize. */
int db_run(sqlite3 *db, struct err *e, const char *sql, const char *types,
	...) ERR_CHECK;

/* Step: 1 a row, 0 no more, -1 error. */
int db_step(sqlite3 *db, sqlite3_stmt *st, struct err *e) ERR_CHECK;

/* Column I as text in A; "" for NULL. */
const char *db_text(sqlite3_stmt *st, int i, struct arena *a);

#endif
