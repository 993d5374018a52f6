/* SPDX-License-Identifier: GPL-3.0-or-later */
/* index_place - where the index takes letters from: for a moment each, a copy
 * (see index_copy) lies at ROOT/.notmuch/signet/PATH while the letter lies at
 * ROOT/PATH. The library knows both by PATH alone. For the user's database it
 * is a folder outside of the mail root. The thread that writes. */
#ifndef STORE_INDEX_PLACE_H
#define STORE_INDEX_PLACE_H

#include "base/err.h"
#include "base/str.h"

struct index_theirs;

struct index_place {
	char *mail;                        /* ROOT */
	const struct index_theirs *theirs; /* the user's database, or NULL */
	char *root;                        /* of the copies */
	char made[4096];                   /* the folder that was made last */
};

/* The place for the mail root MAIL. Append to CONFIG the path of the
 * configuration that makes the library take its files from there; no other is
 * read, neither the user's nor another: with THEIRS (which lives as long, or is
 * NULL) it says what the user's does, but for the mail root. NULL with *E where
 * it cannot be made. */
struct index_place *index_place_new(const char *mail,
	const struct index_theirs *theirs, struct buf *config, struct err *e);
void index_place_free(struct index_place **p);

/* Append to FULL the place of PATH's copy; write it there. ERR_MESSAGE where
 * PATH is no message, or gone. */
void index_place_path(
	const struct index_place *p, const char *path, struct buf *full);
int index_place_write(struct index_place *p, const char *path, const char *full,
	bool headers_only, struct err *e) ERR_CHECK;
/* Make an empty file at FULL, for the library to rename. */
int index_place_touch(
	struct index_place *p, const char *full, struct err *e) ERR_CHECK;

#endif
