/* SPDX-License-Identifier: GPL-3.0-or-later */
/* index_parts - what index.c (open, read), index_each.c, index_write.c and
 * index_scan.c share, and no other. */
#ifndef STORE_INDEX_PARTS_H
#define STORE_INDEX_PARTS_H

#include <notmuch.h>
#include <pthread.h>
#include <stdbool.h>

#include "store/index.h"
#include "store/index_place.h"
#include "store/index_theirs.h"

/* Held for reading during each read, for writing during each commit: the
 * library ends the process where a reader meets blocks written meanwhile. */
extern pthread_rwlock_t index_commit_lock;

enum { INDEX_PATHS = 256 }; /* of a message, at most */

struct index {
	char *mail;       /* the mail root */
	const char *root; /* of the library's paths: for a writer its place */
	size_t root_n;
	bool is_writing;
	const struct index_theirs *theirs; /* the user's database, or NULL */
	struct index_ignore *ignore;       /* of a writer: its new.ignore */
	bool finds_all;                    /* in spite of its exclude_tags */
	size_t added;
	struct index_place *place; /* of a writer, else NULL */
	notmuch_database_t *db;
};

/* "WHAT 'NAME': the library's words"; -1. ERR_MESSAGE for a file it refuses. */
int index_fail(
	struct err *e, notmuch_status_t st, const char *what, const char *name);

/* Begin a read: nothing is committed until index_end_read. A reader sees the
 * newest work from here on (0.2 ms). */
int index_begin_read(struct index *x, struct err *e) ERR_CHECK;
void index_end_read(void);
/* A query in our words; NULL: *E. And what became of a search for QUERY: *E and
 * -1 where ST says that it failed (NOTMUCH_STATUS_IGNORED: *E is set). */
notmuch_query_t *index_query_new(
	struct index *x, const char *text, struct err *e);
int index_judge(notmuch_status_t st, const char *query, struct err *e);
/* PATH, below our root, as it is below the library's. */
const char *index_their_path(const struct index *x, const char *path);
/* PATH below the root. */
const char *index_below_root(const struct index *x, const char *path);
/* Was M added by another program? It has no verdict yet. */
bool index_is_foreign(notmuch_message_t *m);

#endif
