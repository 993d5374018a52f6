/* SPDX-License-Identifier: GPL-3.0-or-later */
/* index_other - the database that the user's notmuch keeps: read, never
 * written.
 *
 * A Maildir that is used where it stands may be in one. What its letters were
 * tagged with there comes along when they are first indexed here. */
#ifndef STORE_INDEX_OTHER_H
#define STORE_INDEX_OTHER_H

#include "base/str.h"

struct index_other;

/* The database that notmuch itself would open (NOTMUCH_DATABASE,
 * NOTMUCH_CONFIG, NOTMUCH_PROFILE, ~/.notmuch-config), where it is another than
 * the index of the folder ROOT; else NULL. */
struct index_other *index_other_open(const char *root);
/* Close and set *O to NULL; *O may be NULL. */
void index_other_close(struct index_other **o);

/* Append to TAGS, each with a blank behind it, what the message ID has there if
 * its file FULL lies in that database's Maildirs: not what follows from a
 * name's flags or from the content, and none of its new.tags. */
void index_other_tags(struct index_other *o, const char *full, const char *id,
	struct buf *tags);

#endif
