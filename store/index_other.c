/* SPDX-License-Identifier: GPL-3.0-or-later */
/* index_other - see index_other.h */
#define _DEFAULT_SOURCE
#include "store/index_other.h"

#include <limits.h>
#include <stdlib.h>

#include "store/index_parts.h"

struct index_other {
	notmuch_database_t *db;
	char root[PATH_MAX];  /* of its Maildirs, without links */
	char known[PATH_MAX]; /* the folder that was looked at last … */
	bool is_inside;       /* … lies there */
};

struct index_other *
index_other_open(const char *root)
{
	struct index_other *o = calloc(1, sizeof *o);
	char ours[PATH_MAX], *why = NULL;
	const char *theirs = NULL;

	if (!o)
		return NULL;
	if (notmuch_database_open_with_config(NULL,
		    NOTMUCH_DATABASE_MODE_READ_ONLY, NULL, NULL, &o->db,
		    &why) != NOTMUCH_STATUS_SUCCESS)
		o->db = NULL;
	free(why);
	if (o->db)
		theirs = notmuch_config_get(o->db, NOTMUCH_CONFIG_MAIL_ROOT);
	if (theirs && realpath(theirs, o->root) && realpath(root, ours) &&
		strcmp(o->root, ours) != 0)
		return o;
	index_other_close(&o);
	return NULL;
}

void
index_other_close(struct index_other **o)
{
	if (*o && (*o)->db)
		(void)notmuch_database_destroy((*o)->db);
	free(*o);
	*o = NULL;
}

/* Does the file FULL lie in the Maildirs of O? By its folder, once for many. */
static bool
is_inside(struct index_other *o, const char *full)
{
	const char *slash = strrchr(full, '/');
	size_t n = slash ? (size_t)(slash - full) : 0;
	char real[PATH_MAX];

	if (n == 0 || n >= sizeof o->known)
		return false;
	if (strlen(o->known) == n && memcmp(o->known, full, n) == 0)
		return o->is_inside;
	memcpy(o->known, full, n);
	o->known[n] = '\0';
	o->is_inside = realpath(o->known, real) &&
		       str_starts(str_c(real), str_c(o->root)) &&
		       real[strlen(o->root)] == '/';
	return o->is_inside;
}

/* Is TAG one that a file's flags, its folder or its content give here too, or
 * one that each new letter has there? */
static bool
comes_by_itself(struct index_other *o, const char *tag)
{
	static const char *const ours[] = { "unread", "flagged", "replied",
		"passed", "draft", "inbox", "attachment", "signed",
		"encrypted" };
	struct str rest = str_c(
			   notmuch_config_get(o->db, NOTMUCH_CONFIG_NEW_TAGS)),
		   word;

	for (size_t i = 0; i < sizeof ours / sizeof *ours; i++)
		if (strcmp(tag, ours[i]) == 0)
			return true;
	while (str_split(&rest, ';', &word))
		if (str_eq(word, str_c(tag)))
			return true;
	return false;
}

void
index_other_tags(struct index_other *o, const char *full, const char *id,
	struct buf *out)
{
	notmuch_message_t *m = NULL;
	notmuch_tags_t *t;

	/* as it stands now: what a reader opened is gone after two commits of
	 * another program, and libnotmuch 0.37 ends the process then */
	if (!is_inside(o, full) ||
		notmuch_database_reopen(
			o->db, NOTMUCH_DATABASE_MODE_READ_ONLY) !=
			NOTMUCH_STATUS_SUCCESS ||
		notmuch_database_find_message(o->db, id, &m) !=
			NOTMUCH_STATUS_SUCCESS ||
		!m)
		return;
	for (t = notmuch_message_get_tags(m); notmuch_tags_valid(t);
		notmuch_tags_move_to_next(t)) {
		const char *tag = notmuch_tags_get(t);

		if (tag && !strchr(tag, ' ') && !comes_by_itself(o, tag))
			buf_printf(out, "%s ", tag);
	}
	notmuch_message_destroy(m);
}
