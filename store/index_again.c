/* SPDX-License-Identifier: GPL-3.0-or-later */
/* a letter whose file has other bytes now: see index.h */
#include <stdlib.h>
#include <unistd.h>

#include "store/index_parts.h"
#include "store/maildir.h"

/* A copy of the file that the index knows as FULL. It may have another name by
 * now, since it was read or flagged: the index hears of that later, and then
 * does not read it again. */
static int
write_copy(struct index *x, const char *full, struct err *e)
{
	struct buf now;
	int rc = -1;

	buf_init(&now, 8192);
	for (int tries = 0; tries < 3 && rc < 0; tries++) {
		buf_clear(&now);
		if (maildir_find(x->mail, index_below_root(x, full), &now, e) <
			0)
			break;
		rc = index_place_write(x->place, buf_c(&now), full, false, e);
	}
	buf_fini(&now);
	return rc;
}

/* The library reads all files of a message: copies of those that are there,
 * below its place. */
static size_t
write_copies(struct index *x, struct arena *a, notmuch_message_t *m,
	const char **copy)
{
	notmuch_filenames_t *f = notmuch_message_get_filenames(m);
	size_t n = 0;

	for (; f && notmuch_filenames_valid(f) && n < INDEX_PATHS;
		notmuch_filenames_move_to_next(f)) {
		const char *full = notmuch_filenames_get(f);
		struct err e;

		/* one that was moved this moment is followed by its message */
		if (write_copy(x, full, &e) == 0)
			copy[n++] = arena_strdup(a, full);
	}
	if (f)
		notmuch_filenames_destroy(f);
	return n;
}

static notmuch_status_t
read_again(struct index *x, struct arena *a, notmuch_message_t *m)
{
	const char **copy = arena_array(a, INDEX_PATHS, sizeof *copy);
	size_t n = write_copies(x, a, m, copy);
	notmuch_indexopts_t *o = notmuch_database_get_default_indexopts(x->db);
	notmuch_status_t st = NOTMUCH_STATUS_SUCCESS;

	/* of none it would delete the message, with its tags */
	if (n)
		st = notmuch_message_reindex(m, o);
	if (o)
		notmuch_indexopts_destroy(o);
	for (size_t i = 0; i < n; i++)
		(void)unlink(copy[i]);
	return st;
}

int
index_again(struct index *x, struct arena *a, const char *path,
	const struct index_property *p, size_t count, const char **id,
	struct err *e)
{
	notmuch_message_t *m = NULL;
	notmuch_status_t st;
	struct buf full;

	*id = "";
	buf_init(&full, 8192);
	index_place_path(x->place, path, &full);
	st = notmuch_database_find_message_by_filename(x->db, buf_c(&full), &m);
	buf_fini(&full);
	if (st != NOTMUCH_STATUS_SUCCESS)
		return index_fail(e, st, "cannot look for", path);
	if (!m)
		return 0;
	*id = arena_strdup(a, notmuch_message_get_message_id(m));
	st = read_again(x, a, m);
	notmuch_message_destroy(m);
	if (st != NOTMUCH_STATUS_SUCCESS)
		return index_fail(e, st, "cannot index", path);
	return count ? index_properties(x, *id, p, count, e) : 0;
}
