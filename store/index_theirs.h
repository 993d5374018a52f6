/* SPDX-License-Identifier: GPL-3.0-or-later */
/* index_theirs - the database that the user's notmuch keeps, where it is the
 * index as well ("database = notmuch"): where it is, and what its configuration
 * says.
 *
 * Found as notmuch finds it (NOTMUCH_CONFIG, NOTMUCH_PROFILE, NOTMUCH_DATABASE,
 * the XDG directories, ~/.notmuch-config). It is opened and never made. Read
 * once, at the start; then any thread may look at it. */
#ifndef STORE_INDEX_THEIRS_H
#define STORE_INDEX_THEIRS_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

struct index_list {
	const char **item;
	size_t count;
};

struct index_theirs {
	const char *config;   /* its file; "" where there is none */
	const char *database; /* a directory, as notmuch names it */
	const char *xapian;   /* the one that Xapian's files lie in */
	const char *mail;     /* the mail root */
	const char *only;     /* the account that is the mail root itself, and
				 the only one: no path has its name there; or "" */
	const char *hooks;    /* a directory; "" where there is none */
	const char *place;    /* where copies are put, see index_place.h */
	bool is_coupled;      /* maildir.synchronize_flags */
	struct index_list new_tags, exclude_tags, ignore;
	/* index.header.PREFIX and the field that each is of */
	struct index_list prefix, field;
};

/* Find it, in A; copies for it are put into the directory PLACE. ERR_INPUT
 * where there is none yet, or its configuration cannot be read. */
struct index_theirs *index_theirs_find(
	struct arena *a, const char *place, struct err *e);

/* Does another program write to it at this moment ("notmuch new")? The library
 * would wait for as long as that takes. */
bool index_theirs_is_held(const struct index_theirs *t);

/* new.ignore, ready to be asked; NULL where T is NULL or ignores nothing. What
 * is no regular expression ignores nothing, as with notmuch. */
struct index_ignore *index_ignore_new(const struct index_theirs *t);
void index_ignore_free(struct index_ignore **i);
/* Is PATH, below the mail root, or a directory that it lies in, ignored? By
 * NULL nothing is. */
bool index_ignore_has(const struct index_ignore *i, const char *path);

#endif
