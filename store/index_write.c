/* SPDX-License-Identifier: GPL-3.0-or-later */
/* index_write - what changes the index, within a batch: see index.h */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "store/index_parts.h"

int
index_begin(struct index *x, struct err *e)
{
	notmuch_status_t st = notmuch_database_begin_atomic(x->db);

	return st ? index_fail(e, st, "cannot write the index of", x->root) : 0;
}

int
index_commit(struct index *x, struct err *e)
{
	notmuch_status_t st;

	pthread_rwlock_wrlock(&index_commit_lock);
	st = notmuch_database_end_atomic(x->db);
	pthread_rwlock_unlock(&index_commit_lock);
	return st ? index_fail(e, st, "cannot write the index of", x->root) : 0;
}

static char *
full_path(const struct index *x, const char *path)
{
	char *full = NULL;
	size_t n = x->root_n + strlen(path) + 2;

	full = malloc(n);
	if (full)
		snprintf(full, n, "%s/%s", x->root, path);
	return full;
}

static notmuch_status_t
each_word(notmuch_message_t *m, const char *words, bool add)
{
	struct str rest = str_c(words), word;
	notmuch_status_t st = NOTMUCH_STATUS_SUCCESS;

	while (st == NOTMUCH_STATUS_SUCCESS && str_split(&rest, ' ', &word)) {
		char tag[NOTMUCH_TAG_MAX + 1];

		if (word.n == 0 || word.n > NOTMUCH_TAG_MAX)
			continue;
		snprintf(tag, sizeof tag, "%.*s", STR_ARG(word));
		st = add ? notmuch_message_add_tag(m, tag)
			 : notmuch_message_remove_tag(m, tag);
	}
	return st;
}

static notmuch_status_t
set_property(notmuch_message_t *m, const struct index_property *p)
{
	struct str rest = str_c(p->value), word;
	notmuch_status_t st = notmuch_message_remove_all_properties(m, p->key);

	while (st == NOTMUCH_STATUS_SUCCESS && str_split(&rest, ' ', &word)) {
		char value[200];

		if (word.n == 0 || word.n >= sizeof value)
			continue;
		snprintf(value, sizeof value, "%.*s", STR_ARG(word));
		st = notmuch_message_add_property(m, p->key, value);
	}
	return st;
}

static notmuch_status_t
tag(notmuch_message_t *m, const struct index_words *w)
{
	notmuch_status_t st = each_word(m, w->add, true);

	return st == NOTMUCH_STATUS_SUCCESS ? each_word(m, w->remove, false)
					    : st;
}

/* Tags and properties of M in one write of its document, which costs as much as
 * indexing it where the library has to read the document first. */
static notmuch_status_t
label(notmuch_message_t *m, const struct index_words *w, bool is_new)
{
	notmuch_status_t st = notmuch_message_freeze(m);

	if (st == NOTMUCH_STATUS_SUCCESS)
		st = tag(m, w);
	for (size_t i = 0;
		is_new && i < w->properties && st == NOTMUCH_STATUS_SUCCESS;
		i++)
		st = set_property(m, &w->property[i]);
	return st == NOTMUCH_STATUS_SUCCESS ? notmuch_message_thaw(m) : st;
}

/* What "notmuch new" says of a file that it has added: M, which IS_NEW or was
 * known by another name, in the user's database. */
static notmuch_status_t
label_theirs(struct index *x, notmuch_message_t *m, bool is_new)
{
	const struct index_list *l = &x->theirs->new_tags;
	notmuch_status_t st = NOTMUCH_STATUS_SUCCESS;

	for (size_t i = 0; is_new && i < l->count; i++)
		if (st == NOTMUCH_STATUS_SUCCESS)
			st = notmuch_message_add_tag(m, l->item[i]);
	/* by the names of all its files, of which none is looked at */
	if (st == NOTMUCH_STATUS_SUCCESS && x->theirs->is_coupled)
		st = notmuch_message_maildir_flags_to_tags(m);
	return st;
}

/* The message ID as it is now takes its files' flags as tags. */
static notmuch_status_t
flags_of_names(struct index *x, const char *id)
{
	notmuch_message_t *m = NULL;
	notmuch_status_t st = notmuch_database_find_message(x->db, id, &m);

	if (st == NOTMUCH_STATUS_SUCCESS && m)
		st = notmuch_message_maildir_flags_to_tags(m);
	if (m)
		notmuch_message_destroy(m);
	return st;
}

/* index_add of a file that is to be read. */
static int
add_file(struct index *x, struct arena *a, const char *path,
	const struct index_words *w, const char **id_out, bool *is_new,
	struct err *e)
{
	notmuch_status_t st = NOTMUCH_STATUS_FILE_NOT_EMAIL;
	struct buf full;
	int rc = 0;

	*id_out = "";
	*is_new = false;
	buf_init(&full, 8192);
	index_place_path(x->place, path, &full);
	/* where the library cannot take the parts, its fields alone */
	for (int headers_only = 0;
		headers_only < 2 && rc == 0 && st != NOTMUCH_STATUS_SUCCESS &&
		st != NOTMUCH_STATUS_DUPLICATE_MESSAGE_ID;
		headers_only++) {
		notmuch_message_t *m = NULL;

		rc = index_place_write(
			x->place, path, buf_c(&full), headers_only, e);
		if (rc == 0)
			st = notmuch_database_index_file(
				x->db, buf_c(&full), NULL, &m);
		if (m) {
			notmuch_status_t labels = NOTMUCH_STATUS_SUCCESS;
			bool is_made = st == NOTMUCH_STATUS_SUCCESS;

			*id_out = arena_strdup(
				a, notmuch_message_get_message_id(m));
			*is_new = is_made || index_is_foreign(m);
			x->added += is_made;
			if (x->theirs)
				labels = notmuch_message_freeze(m);
			if (labels == NOTMUCH_STATUS_SUCCESS)
				labels = label(m, w, *is_new);
			if (x->theirs && labels == NOTMUCH_STATUS_SUCCESS)
				labels = label_theirs(x, m, is_made);
			if (x->theirs && labels == NOTMUCH_STATUS_SUCCESS)
				labels = notmuch_message_thaw(m);
			notmuch_message_destroy(m);
			if (labels)
				rc = index_fail(e, labels, "cannot tag", path);
		}
		(void)unlink(buf_c(&full));
	}
	buf_fini(&full);
	if (rc < 0)
		return -1;
	if (st != NOTMUCH_STATUS_SUCCESS &&
		st != NOTMUCH_STATUS_DUPLICATE_MESSAGE_ID)
		return index_fail(e, st, "cannot index", path);
	return 0;
}

/* The file PATH where the user's database has it already. 1: it has not. */
static int
adopt(struct index *x, struct arena *a, const char *path,
	const struct index_words *w, const char **id, bool *is_new,
	struct err *e)
{
	const struct index_words own = { w->keywords ? w->keywords : "", "",
		w->property, w->properties, NULL };
	notmuch_message_t *m = NULL;
	notmuch_status_t st;
	char *full = full_path(x, path);

	*id = "";
	*is_new = false;
	if (!full)
		return err_sys(e, ENOMEM, "cannot look for '%s'", path);
	st = notmuch_database_find_message_by_filename(x->db, full, &m);
	free(full);
	if (st != NOTMUCH_STATUS_SUCCESS)
		return index_fail(e, st, "cannot look for", path);
	if (!m)
		return 1;
	*id = arena_strdup(a, notmuch_message_get_message_id(m));
	*is_new = index_is_foreign(m);
	if (*is_new)
		st = label(m, &own, true);
	notmuch_message_destroy(m);
	return st ? index_fail(e, st, "cannot tag", path) : 0;
}

int
index_add(struct index *x, struct arena *a, const char *path,
	const struct index_words *w, const char **id_out, bool *is_new,
	struct err *e)
{
	int rc = x->theirs ? adopt(x, a, path, w, id_out, is_new, e) : 1;

	if (rc <= 0 || index_ignore_has(x->ignore, index_their_path(x, path)))
		return rc < 0 ? -1 : 0;
	return add_file(x, a, path, w, id_out, is_new, e);
}

size_t
index_added(const struct index *x)
{
	return x->added;
}

int
index_remove(struct index *x, const char *path, struct err *e)
{
	char *full = full_path(x, path);
	notmuch_message_t *m = NULL;
	notmuch_status_t st = NOTMUCH_STATUS_SUCCESS;

	if (!full)
		return err_sys(e, ENOMEM, "cannot remove '%s'", path);
	if (x->theirs && x->theirs->is_coupled)
		st = notmuch_database_find_message_by_filename(x->db, full, &m);
	if (st == NOTMUCH_STATUS_SUCCESS)
		st = notmuch_database_remove_message(x->db, full);
	/* the names that are left say what its flags are */
	if (m && st == NOTMUCH_STATUS_DUPLICATE_MESSAGE_ID)
		st = flags_of_names(x, notmuch_message_get_message_id(m));
	if (m)
		notmuch_message_destroy(m);
	free(full);
	if (st != NOTMUCH_STATUS_SUCCESS &&
		st != NOTMUCH_STATUS_DUPLICATE_MESSAGE_ID)
		return index_fail(e, st, "cannot remove from the index", path);
	return 0;
}

/* Where OLD and PATH, both in cur, differ in nothing but those flags for which
 * the library has tags: those of PATH in FLAGS (room for 6). */
static bool
differ_in_flags(const char *old, const char *path, char *flags)
{
	const char *info = strstr(path, ":2,");
	size_t base = info ? (size_t)(info - path) + 3 : 0;
	const char *a = old + base, *b = path + base;

	if (!base || strncmp(old, path, base) != 0 || !strstr(old, "/cur/"))
		return false;
	for (; *b; b++)
		if (strchr("DFPRS", *b) && strlen(flags) < 5)
			strncat(flags, b, 1);
	b = path + base;
	for (;;) {
		a += strspn(a, "DFPRS");
		b += strspn(b, "DFPRS");
		if (*a != *b || !*a)
			return *a == *b;
		a++;
		b++;
	}
}

/* Are FLAGS those that the library would give a file of M? */
static bool
flags_are(notmuch_message_t *m, const char *flags)
{
	static const struct {
		const char *tag;
		char flag;
		bool is_absent;
	} map[] = { { "draft", 'D', false }, { "flagged", 'F', false },
		{ "passed", 'P', false }, { "replied", 'R', false },
		{ "unread", 'S', true } };
	bool has[5] = { false };
	notmuch_tags_t *t;

	for (t = notmuch_message_get_tags(m); notmuch_tags_valid(t);
		notmuch_tags_move_to_next(t))
		for (size_t i = 0; i < 5; i++)
			has[i] |= strcmp(notmuch_tags_get(t), map[i].tag) == 0;
	for (size_t i = 0; i < 5; i++)
		if ((has[i] != map[i].is_absent) !=
			(strchr(flags, map[i].flag) != NULL))
			return false;
	return true;
}

/* PATH for OLD in one write, and without reading the letter: the library can
 * rename a message's file by its tags. What it renames is an empty file in the
 * place where copies lie. 0: it cannot be done so. */
static int
rename_by_tags(struct index *x, struct arena *a, const char *old,
	const char *path, const struct index_words *w, const char **id,
	struct err *e)
{
	notmuch_message_t *m = NULL;
	char flags[6] = "";
	struct buf from, to;
	notmuch_status_t st;
	int rc = 0;

	if (!differ_in_flags(old, path, flags))
		return 0;
	buf_init(&from, 8192);
	buf_init(&to, 8192);
	index_place_path(x->place, old, &from);
	index_place_path(x->place, path, &to);
	st = notmuch_database_find_message_by_filename(x->db, buf_c(&from), &m);
	if (st == NOTMUCH_STATUS_SUCCESS && m) {
		st = notmuch_message_freeze(m);
		if (st == NOTMUCH_STATUS_SUCCESS)
			st = tag(m, w);
		if (st == NOTMUCH_STATUS_SUCCESS && flags_are(m, flags) &&
			index_place_touch(x->place, buf_c(&from), e) == 0)
			st = notmuch_message_tags_to_maildir_flags(m);
		if (st == NOTMUCH_STATUS_SUCCESS)
			st = notmuch_message_thaw(m);
		rc = unlink(buf_c(&to)) == 0;
		(void)unlink(buf_c(&from));
		*id = arena_strdup(a, notmuch_message_get_message_id(m));
		notmuch_message_destroy(m);
	}
	buf_fini(&from);
	buf_fini(&to);
	return st == NOTMUCH_STATUS_SUCCESS
		       ? rc
		       : index_fail(e, st, "cannot rename in the index", old);
}

/* The tags of W for the message of the file OLD, where there is one. */
static void
tag_file(struct index *x, const char *old, const struct index_words *w)
{
	notmuch_message_t *m = NULL;
	struct buf full;

	buf_init(&full, 8192);
	index_place_path(x->place, old, &full);
	if (notmuch_database_find_message_by_filename(
		    x->db, buf_c(&full), &m) == NOTMUCH_STATUS_SUCCESS &&
		m) {
		(void)label(m, w, false);
		notmuch_message_destroy(m);
	}
	buf_fini(&full);
}

int
index_rename(struct index *x, struct arena *a, const char *old,
	const char *path, const struct index_words *w, const char **id,
	bool *is_new, struct err *e)
{
	int rc = rename_by_tags(x, a, old, path, w, id, e);

	*is_new = false;
	if (rc != 0)
		return rc < 0 ? -1 : 0;
	/* add first: the message must keep a file, or it loses its tags */
	rc = add_file(x, a, path, w, id, is_new, e);
	if (rc == 0 && strcmp(old, path) != 0)
		return index_remove(x, old, e);
	if (rc < 0 && e->class == ERR_MESSAGE)
		tag_file(x, old, w);
	return rc;
}

static int
find(struct index *x, const char *id, notmuch_message_t **m, struct err *e)
{
	notmuch_status_t st = notmuch_database_find_message(x->db, id, m);

	return st ? index_fail(e, st, "cannot look for", id) : 0;
}

int
index_tag(struct index *x, const char *id, const char *add, const char *remove,
	struct err *e)
{
	notmuch_message_t *m = NULL;
	notmuch_status_t st;

	if (find(x, id, &m, e) < 0)
		return -1;
	if (!m)
		return 0;
	st = label(
		m, &(struct index_words){ add, remove, NULL, 0, NULL }, false);
	notmuch_message_destroy(m);
	return st ? index_fail(e, st, "cannot tag", id) : 0;
}

int
index_properties(struct index *x, const char *id,
	const struct index_property *p, size_t count, struct err *e)
{
	notmuch_message_t *m = NULL;
	notmuch_status_t st;

	if (find(x, id, &m, e) < 0)
		return -1;
	if (!m)
		return 0;
	st = label(m, &(struct index_words){ "", "", p, count, NULL }, true);
	notmuch_message_destroy(m);
	return st ? index_fail(e, st, "cannot keep the verdict of", id) : 0;
}
