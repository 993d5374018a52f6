/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tag - tags of the index that are flags of files, and flags and keywords of a
 * server: unread, flagged, replied, passed, draft, and what `keywords` of the
 * account names. Any thread. */
#ifndef APP_LOCAL_TAG_H
#define APP_LOCAL_TAG_H

#include "app/context.h"
#include "base/str.h"

/* The keywords of account ACCOUNT, in A: those of its configuration and the
 * common ones. A keyword has the same bit for ever. Before its threads start.
 */
int tag_learn_keywords(struct context *c, int account, struct arena *a,
	struct err *e) ERR_CHECK;

/* FLAGS of a file of ACCOUNT with the tags ADD and without REMOVE (words, may
 * be NULL). */
unsigned tag_change(const struct context *c, int account, unsigned flags,
	const char *add, const char *remove);

/* FLAGS of a file of ACCOUNT whose letter has just these TAGS. */
unsigned tag_wanted(
	const struct context *c, int account, unsigned flags, const char *tags);

/* Append the tags that the flags in PATH's name ask for, and those they forbid,
 * each with a blank behind it. */
void tag_of_path(const struct context *c, const char *path, struct buf *add,
	struct buf *remove);
/* The same for FLAGS of a file of ACCOUNT, of those in MASK alone. */
void tag_of_flags(const struct context *c, int account, unsigned flags,
	unsigned mask, struct buf *add, struct buf *remove);

/* Are flags of ACCOUNT's files and tags the same thing? They are not in a
 * Maildir where the user's notmuch has maildir.synchronize_flags=false: what is
 * said of unread and the like above holds for neither then. */
bool tag_is_coupled(const struct context *c, int account);

/* The account of PATH, -1: none. */
int tag_account(const struct context *c, const char *path);

#endif
