/* SPDX-License-Identifier: GPL-3.0-or-later */
/* index_theirs - see index_theirs.h */
#define _GNU_SOURCE
#include "store/index_theirs.h"

#include <fcntl.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "store/index_parts.h"

enum { IGNORE_MAX = 200 };

static void
list_add(struct arena *a, struct index_list *l, const char *item)
{
	const char **bigger = arena_array(a, l->count + 1, sizeof *bigger);

	if (l->count)
		memcpy(bigger, l->item, l->count * sizeof *bigger);
	bigger[l->count++] = arena_strdup(a, item);
	l->item = bigger;
}

static struct index_list
values(notmuch_database_t *db, struct arena *a, notmuch_config_key_t key)
{
	notmuch_config_values_t *v = notmuch_config_get_values(db, key);
	struct index_list l = { 0 };

	for (; v && notmuch_config_values_valid(v);
		notmuch_config_values_move_to_next(v)) {
		const char *item = notmuch_config_values_get(v);

		if (item && *item)
			list_add(a, &l, item);
	}
	if (v)
		notmuch_config_values_destroy(v);
	return l;
}

static void
read_fields(notmuch_database_t *db, struct arena *a, struct index_theirs *t)
{
	static const char start[] = "index.header.";
	notmuch_config_pairs_t *p = notmuch_config_get_pairs(db, start);

	for (; p && notmuch_config_pairs_valid(p);
		notmuch_config_pairs_move_to_next(p)) {
		const char *key = notmuch_config_pairs_key(p),
			   *field = notmuch_config_pairs_value(p);

		if (!key || !field || !*field || strlen(key) < sizeof start)
			continue;
		list_add(a, &t->prefix, key + sizeof start - 1);
		list_add(a, &t->field, field);
	}
	if (p)
		notmuch_config_pairs_destroy(p);
}

static const char *
value(notmuch_database_t *db, struct arena *a, notmuch_config_key_t key)
{
	const char *v = notmuch_config_get(db, key);

	return v ? arena_strdup(a, v) : "";
}

/* Xapian's files of the database T: there, or "" and *E. */
static int
find_files(struct index_theirs *t, struct arena *a, struct err *e)
{
	static const char *const below[] = { "xapian", ".notmuch/xapian" };

	for (size_t i = 0; i < sizeof below / sizeof *below; i++) {
		t->xapian = arena_printf(a, "%s/%s", t->database, below[i]);
		if (access(t->xapian, F_OK) == 0)
			return 0;
	}
	return err_set(e, ERR_INPUT, 0,
		"notmuch has no database in '%s' yet: 'notmuch setup' and "
		"'notmuch new' make it",
		t->database);
}

struct index_theirs *
index_theirs_find(struct arena *a, const char *place, struct err *e)
{
	struct index_theirs *t = ARENA_NEW(a, struct index_theirs);
	notmuch_database_t *db = NULL;
	notmuch_bool_t is_coupled = TRUE;
	notmuch_status_t st;
	int rc = 0;

	st = notmuch_database_load_config(NULL, NULL, NULL, &db, NULL);
	if (!db) {
		err_set(e, ERR_INPUT, (int)st,
			"the configuration of notmuch cannot be read: %s",
			notmuch_status_to_string(st));
		return NULL;
	}
	t->config = notmuch_config_path(db);
	t->config = t->config && access(t->config, F_OK) == 0
			    ? arena_strdup(a, t->config)
			    : "";
	t->database = arena_strdup(a, notmuch_database_get_path(db));
	t->mail = value(db, a, NOTMUCH_CONFIG_MAIL_ROOT);
	t->hooks = value(db, a, NOTMUCH_CONFIG_HOOK_DIR);
	t->place = arena_strdup(a, place);
	t->only = "";
	t->new_tags = values(db, a, NOTMUCH_CONFIG_NEW_TAGS);
	t->exclude_tags = values(db, a, NOTMUCH_CONFIG_EXCLUDE_TAGS);
	t->ignore = values(db, a, NOTMUCH_CONFIG_NEW_IGNORE);
	if (notmuch_config_get_bool(db, NOTMUCH_CONFIG_SYNC_MAILDIR_FLAGS,
		    &is_coupled) != NOTMUCH_STATUS_SUCCESS)
		is_coupled = TRUE;
	t->is_coupled = is_coupled;
	read_fields(db, a, t);
	(void)notmuch_database_destroy(db);
	rc = find_files(t, a, e);
	if (rc == 0 && (*t->mail != '/' || access(t->mail, W_OK) < 0))
		rc = err_set(e, ERR_INPUT, 0,
			"the mail root of notmuch, '%s', is no directory that "
			"can be written",
			t->mail);
	return rc < 0 ? NULL : t;
}

bool
index_theirs_is_held(const struct index_theirs *t)
{
	struct flock lock = { .l_type = F_WRLCK,
		.l_whence = SEEK_SET,
		.l_start = 0,
		.l_len = 1 };
	char path[4200];
	bool is_held = false;
	int fd;

	(void)snprintf(path, sizeof path, "%s/flintlock", t->xapian);
	fd = open(path, O_RDWR | O_CLOEXEC);
	if (fd < 0)
		return false;
	/* Xapian's own lock: its first byte */
	if (fcntl(fd, F_OFD_GETLK, &lock) == 0)
		is_held = lock.l_type != F_UNLCK;
	close(fd);
	return is_held;
}

/* --- new.ignore --------------------------------------------------------------
 */

struct index_ignore {
	const char *name[IGNORE_MAX]; /* theirs, as long as that is there */
	regex_t regex[IGNORE_MAX];
	size_t names, regexes;
};

struct index_ignore *
index_ignore_new(const struct index_theirs *t)
{
	struct index_ignore *i;

	if (!t || t->ignore.count == 0 || !(i = calloc(1, sizeof *i)))
		return NULL;
	for (size_t k = 0; k < t->ignore.count && k < IGNORE_MAX; k++) {
		const char *item = t->ignore.item[k];
		size_t n = strlen(item);
		char *inside;

		if (item[0] != '/') {
			i->name[i->names++] = item;
			continue;
		}
		if (n < 3 || item[n - 1] != '/')
			continue;
		inside = strndup(item + 1, n - 2);
		if (inside && regcomp(&i->regex[i->regexes], inside,
				      REG_EXTENDED | REG_NOSUB) == 0)
			i->regexes++;
		free(inside);
	}
	return i;
}

void
index_ignore_free(struct index_ignore **i)
{
	for (size_t k = 0; *i && k < (*i)->regexes; k++)
		regfree(&(*i)->regex[k]);
	free(*i);
	*i = NULL;
}

/* Its last component by name, or all of it by expression. */
static bool
is_ignored(const struct index_ignore *i, const char *path)
{
	const char *slash = strrchr(path, '/'),
		   *name = slash ? slash + 1 : path;

	for (size_t k = 0; k < i->names; k++)
		if (strcmp(i->name[k], name) == 0)
			return true;
	for (size_t k = 0; k < i->regexes; k++)
		if (regexec(&i->regex[k], path, 0, NULL, 0) == 0)
			return true;
	return false;
}

bool
index_ignore_has(const struct index_ignore *i, const char *path)
{
	char part[8300];
	size_t n = strlen(path);

	if (!i || n >= sizeof part)
		return false;
	for (size_t k = 1; k <= n; k++) {
		if (path[k] != '/' && path[k] != '\0')
			continue;
		memcpy(part, path, k);
		part[k] = '\0';
		if (is_ignored(i, part))
			return true;
	}
	return false;
}
