/* SPDX-License-Identifier: GPL-3.0-or-later */
/* index_scan - what differs between the index and a directory: see index.h */
#define _DEFAULT_SOURCE
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "store/index_parts.h"

static int
by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

struct names {
	struct arena *a;
	const char **item;
	size_t count, cap;
};

static void
names_add(struct names *n, const char *s)
{
	if (n->count == n->cap) {
		const char **bigger;

		n->cap = n->cap ? 2 * n->cap : 256;
		bigger = arena_array(n->a, n->cap, sizeof *bigger);
		if (n->count)
			memcpy(bigger, n->item, n->count * sizeof *bigger);
		n->item = bigger;
	}
	n->item[n->count++] = arena_strdup(n->a, s);
}

/* What the index knows of the directory PATH (below the root). */
static int
known_files(struct index *x, const char *path, struct names *n, time_t *mtime,
	struct err *e)
{
	notmuch_directory_t *d = NULL;
	notmuch_status_t st = notmuch_database_get_directory(
		x->db, index_their_path(x, path), &d);
	notmuch_filenames_t *f;

	*mtime = 0;
	if (st != NOTMUCH_STATUS_SUCCESS)
		return index_fail(e, st, "cannot read the index of", path);
	if (!d)
		return 0;
	*mtime = notmuch_directory_get_mtime(d);
	f = notmuch_directory_get_child_files(d);
	for (; f && notmuch_filenames_valid(f);
		notmuch_filenames_move_to_next(f))
		names_add(n, notmuch_filenames_get(f));
	if (f)
		notmuch_filenames_destroy(f);
	notmuch_directory_destroy(d);
	return 0;
}

static int
files_there(const char *full, struct names *n, struct err *e)
{
	DIR *dir = opendir(full);
	struct dirent *d;

	if (!dir)
		return errno == ENOENT
			       ? 0
			       : err_sys(e, errno, "cannot read '%s'", full);
	while ((d = readdir(dir)))
		if (d->d_name[0] != '.')
			names_add(n, d->d_name);
	closedir(dir);
	return 0;
}

/* Walk both sorted lists; what is in one alone goes to its output. Files that
 * are ignored are no news. */
static void
differences(const struct index *x, const char *dir, struct names *there,
	struct names *known, struct names *news, struct names *gone)
{
	size_t i = 0, k = 0;

	while (i < there->count || k < known->count) {
		int c = i == there->count ? 1
			: k == known->count
				? -1
				: strcmp(there->item[i], known->item[k]);
		char path[8300];

		if (c != 0) {
			snprintf(path, sizeof path, "%s/%s", dir,
				c < 0 ? there->item[i] : known->item[k]);
			if (c > 0 || !index_ignore_has(x->ignore,
					     index_their_path(x, path)))
				names_add(c < 0 ? news : gone, path);
		}
		i += c <= 0;
		k += c >= 0;
	}
}

int
index_scan(struct index *x, struct arena *a, const char *folder, bool anyway,
	const char ***new_out, size_t *news_out, const char ***gone_out,
	size_t *gones_out, struct err *e)
{
	static const char *const sub[] = { "cur", "new" };
	struct names news = { .a = a }, gone = { .a = a };
	int rc = 0;

	for (int i = 0; i < 2 && rc == 0; i++) {
		struct names there = { .a = a }, known = { .a = a };
		char dir[4096], full[8192];
		struct stat st;
		time_t mtime;

		snprintf(dir, sizeof dir, "%s/%s", folder, sub[i]);
		snprintf(full, sizeof full, "%s/%s", x->mail, dir);
		rc = known_files(x, dir, &known, &mtime, e);
		if (rc < 0 || (stat(full, &st) == 0 && st.st_mtime == mtime &&
				      !anyway))
			continue;
		rc = files_there(full, &there, e);
		if (there.count)
			qsort(there.item, there.count, sizeof *there.item,
				by_text);
		if (known.count)
			qsort(known.item, known.count, sizeof *known.item,
				by_text);
		differences(x, dir, &there, &known, &news, &gone);
	}
	*new_out = news.item;
	*news_out = news.count;
	*gone_out = gone.item;
	*gones_out = gone.count;
	return rc;
}

int
index_scanned(struct index *x, const char *folder, int64_t mtime, struct err *e)
{
	static const char *const sub[] = { "cur", "new" };

	/* MTIME is that of cur; "notmuch new" relies on what the user's
	 * database says of new */
	for (int i = 0; i < (x->theirs ? 1 : 2); i++) {
		notmuch_directory_t *d = NULL;
		notmuch_status_t st;
		char dir[4096];

		snprintf(dir, sizeof dir, "%s/%s", folder, sub[i]);
		st = notmuch_database_get_directory(
			x->db, index_their_path(x, dir), &d);
		if (st != NOTMUCH_STATUS_SUCCESS)
			return index_fail(
				e, st, "cannot write the index of", dir);
		if (d) {
			st = notmuch_directory_set_mtime(d, (time_t)mtime);
			notmuch_directory_destroy(d);
		}
		if (st != NOTMUCH_STATUS_SUCCESS)
			return index_fail(
				e, st, "cannot write the index of", dir);
	}
	return 0;
}
