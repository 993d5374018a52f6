/* SPDX-License-Identifier: GPL-3.0-or-later */
/* index - see index.h */
#define _DEFAULT_SOURCE
#include "store/index_parts.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"

enum {
	LOCK_WAIT_MS = 5000,
	LOCK_STEP_MS = 20,
	QUERY_BYTES = 16 << 10,
	REMEMBERED = INDEX_PATHS,
	ROOM_BYTES = 8 << 20
};

pthread_rwlock_t index_commit_lock = PTHREAD_RWLOCK_INITIALIZER;

int
index_fail(
	struct err *e, notmuch_status_t st, const char *what, const char *name)
{
	enum err_class class = st == NOTMUCH_STATUS_FILE_NOT_EMAIL ||
					       st == NOTMUCH_STATUS_FILE_ERROR
				       ? ERR_MESSAGE
				       : ERR_SYSTEM;

	return err_set(e, class, (int)st, "%s '%s': %s", err_words(what), name,
		notmuch_status_to_string(st));
}

/* --- open and close ----------------------------------------------------------
 */

/* Make an index in the folder NEW and give it to .notmuch in ROOT when it is
 * whole: a death or a full disk leaves no half of one there. */
static notmuch_status_t
create_beside(const char *root, const char *new)
{
	notmuch_database_t *db = NULL;
	notmuch_status_t st;
	struct buf from, to;
	char *why = NULL;
	struct err e;

	buf_init(&from, 8192);
	buf_init(&to, 8192);
	st = notmuch_database_create_with_config(new, "", NULL, &db, &why);
	free(why);
	if (st == NOTMUCH_STATUS_SUCCESS)
		st = notmuch_database_destroy(db);
	buf_printf(&from, "%s/.notmuch/xapian", new);
	buf_printf(&to, "%s/.notmuch", root);
	if (st == NOTMUCH_STATUS_SUCCESS &&
		(file_sync_dir(buf_c(&from), &e) < 0 ||
			file_mkdirs(buf_c(&to), &e) < 0 ||
			file_sync_dir(root, &e) < 0))
		st = NOTMUCH_STATUS_FILE_ERROR;
	buf_adds(&to, "/xapian");
	if (st == NOTMUCH_STATUS_SUCCESS &&
		rename(buf_c(&from), buf_c(&to)) < 0)
		st = NOTMUCH_STATUS_FILE_ERROR;
	buf_cut(&to, to.n - strlen("/xapian"));
	if (st == NOTMUCH_STATUS_SUCCESS && file_sync_dir(buf_c(&to), &e) < 0)
		st = NOTMUCH_STATUS_FILE_ERROR;
	buf_fini(&from);
	buf_fini(&to);
	return st;
}

/* Make the index below ROOT where there is none. */
static notmuch_status_t
create(const char *root)
{
	notmuch_status_t st = NOTMUCH_STATUS_FILE_ERROR;
	struct buf new;
	struct err e;

	buf_init(&new, 8192);
	buf_printf(&new, "%s/.notmuch/xapian", root);
	if (access(buf_c(&new), F_OK) == 0) {
		buf_fini(&new);
		return NOTMUCH_STATUS_SUCCESS;
	}
	buf_clear(&new);
	buf_printf(&new, "%s/.index-new", root);
	if (file_remove_tree(buf_c(&new), &e) == 0 &&
		file_mkdirs(buf_c(&new), &e) == 0)
		st = create_beside(root, buf_c(&new));
	/* what cannot be removed now goes the next time */
	if (file_remove_tree(buf_c(&new), &e) < 0)
		errno = e.code;
	buf_fini(&new);
	return st;
}

/* By a CONFIG; the empty one is no file at all. */
static notmuch_status_t
open_once(const char *root, const char *config, bool for_writing,
	notmuch_database_t **db)
{
	notmuch_status_t st;
	char *why = NULL;

	st = notmuch_database_open_with_config(root,
		for_writing ? NOTMUCH_DATABASE_MODE_READ_WRITE
			    : NOTMUCH_DATABASE_MODE_READ_ONLY,
		config, NULL, db, &why);
	free(why);
	return st;
}

/* libnotmuch 0.37 ends the process where a write fails at a bad moment: so
 * nothing is begun on a disk that is nearly full. */
static bool
has_room(const char *root, struct err *e)
{
	struct statvfs v;

	if (statvfs(root, &v) < 0 ||
		(uint64_t)v.f_bavail * v.f_frsize >= ROOM_BYTES)
		return true;
	err_sys(e, ENOSPC,
		"the index below '%s' is not written while less than %d MiB "
		"are free",
		root, ROOM_BYTES >> 20);
	return false;
}

/* Another program may take hours for its first "notmuch new", and the library
 * would wait for it. */
static bool
is_free(const struct index_theirs *t, int64_t end, struct err *e)
{
	while (index_theirs_is_held(t)) {
		if (clock_mono_ms() > end) {
			err_set(e, ERR_LATER, 0,
				"another program writes to notmuch's database "
				"in '%s'; until it ends mail can be read here, "
				"and what is new or changed is not indexed",
				t->database);
			return false;
		}
		usleep(LOCK_STEP_MS * 1000);
	}
	return true;
}

bool
index_is_broken(const char *root, const struct err *e)
{
	struct buf path;
	bool is_there;

	buf_init(&path, 8192);
	buf_printf(&path, "%s/.notmuch/xapian", root);
	is_there = access(buf_c(&path), F_OK) == 0;
	buf_fini(&path);
	/* a reader waits for nobody */
	return is_there && (e->code == (int)NOTMUCH_STATUS_XAPIAN_EXCEPTION ||
				   e->code == (int)NOTMUCH_STATUS_PATH_ERROR ||
				   e->code == (int)NOTMUCH_STATUS_NO_DATABASE);
}

int
index_put_aside(const char *root, struct buf *kept, struct err *e)
{
	struct buf dir, from, to;
	int rc, fd;

	buf_init(&dir, 8192);
	buf_init(&from, 8192);
	buf_init(&to, 8192);
	buf_printf(&dir, "%s/.notmuch", root);
	buf_printf(&from, "%s/xapian", buf_c(&dir));
	/* not where it may be we who cannot read it */
	buf_printf(&to, "%s/iamglass", buf_c(&from));
	fd = open(buf_c(&to), O_RDONLY | O_CLOEXEC);
	if (fd < 0 && errno != ENOENT) {
		rc = err_sys(e, errno, "cannot read '%s'", buf_c(&to));
		goto out;
	}
	if (fd >= 0)
		close(fd);
	buf_clear(&to);
	buf_printf(
		&to, "%s.broken-%lld", buf_c(&from), (long long)clock_wall());
	if (rename(buf_c(&from), buf_c(&to)) < 0)
		rc = err_sys(e, errno, "cannot rename '%s'", buf_c(&from));
	else
		rc = file_sync_dir(buf_c(&dir), e);
	if (rc == 0)
		buf_adds(kept, buf_c(&to));
out:
	buf_fini(&dir);
	buf_fini(&from);
	buf_fini(&to);
	return rc;
}

struct index *
index_open(const char *root, const struct index_theirs *theirs,
	bool for_writing, struct err *e)
{
	const char *base = theirs ? theirs->database : root;
	int64_t end = clock_mono_ms() + LOCK_WAIT_MS;
	struct index *x = calloc(1, sizeof *x);
	notmuch_status_t st;
	struct buf config;

	buf_init(&config, 8192);
	if (!x || !(x->mail = strdup(root))) {
		err_sys(e, ENOMEM, "cannot open the index below '%s'", root);
		goto fail;
	}
	if (for_writing && !has_room(base, e))
		goto fail;
	if (for_writing && theirs && !is_free(theirs, end, e))
		goto fail;
	st = for_writing && !theirs ? create(root) : NOTMUCH_STATUS_SUCCESS;
	if (for_writing && st == NOTMUCH_STATUS_SUCCESS &&
		!(x->place = index_place_new(root, theirs, &config, e)))
		goto fail;
	if (!for_writing && theirs)
		buf_adds(&config, theirs->config);
	while (st == NOTMUCH_STATUS_SUCCESS) {
		st = open_once(base, buf_c(&config), for_writing, &x->db);
		if (st == NOTMUCH_STATUS_SUCCESS ||
			st != NOTMUCH_STATUS_XAPIAN_EXCEPTION ||
			clock_mono_ms() > end)
			break;
		/* another writer: "notmuch tag" or "notmuch new" */
		usleep(LOCK_STEP_MS * 1000);
		st = NOTMUCH_STATUS_SUCCESS;
	}
	/* of an older notmuch, or of one that died while it was made */
	if (st == NOTMUCH_STATUS_SUCCESS && for_writing &&
		notmuch_database_needs_upgrade(x->db)) {
		st = notmuch_database_upgrade(x->db, NULL, NULL);
		if (st != NOTMUCH_STATUS_SUCCESS)
			notmuch_database_destroy(x->db);
	}
	if (st != NOTMUCH_STATUS_SUCCESS) {
		err_set(e,
			st == NOTMUCH_STATUS_XAPIAN_EXCEPTION ? ERR_LATER
			: for_writing                         ? ERR_SYSTEM
							      : ERR_INPUT,
			(int)st, "cannot open the index below '%s': %s", base,
			notmuch_status_to_string(st));
		goto fail;
	}
	buf_fini(&config);
	x->is_writing = for_writing;
	x->theirs = theirs;
	x->ignore = for_writing ? index_ignore_new(theirs) : NULL;
	x->root = for_writing ? x->place->root : x->mail;
	x->root_n = strlen(x->root);
	return x;
fail:
	buf_fini(&config);
	if (x) {
		index_place_free(&x->place);
		free(x->mail);
	}
	free(x);
	return NULL;
}

void
index_close(struct index **x)
{
	if (!*x)
		return;
	if ((*x)->is_writing)
		pthread_rwlock_wrlock(&index_commit_lock);
	notmuch_database_destroy((*x)->db);
	if ((*x)->is_writing)
		pthread_rwlock_unlock(&index_commit_lock);
	index_place_free(&(*x)->place);
	index_ignore_free(&(*x)->ignore);
	free((*x)->mail);
	free(*x);
	*x = NULL;
}

void
index_find_all(struct index *x)
{
	x->finds_all = true;
}

int
index_begin_read(struct index *x, struct err *e)
{
	notmuch_status_t st = NOTMUCH_STATUS_SUCCESS;

	pthread_rwlock_rdlock(&index_commit_lock);
	if (!x->is_writing)
		st = notmuch_database_reopen(
			x->db, NOTMUCH_DATABASE_MODE_READ_ONLY);
	if (st == NOTMUCH_STATUS_SUCCESS)
		return 0;
	pthread_rwlock_unlock(&index_commit_lock);
	return index_fail(e, st, "cannot read the index of", x->mail);
}

void
index_end_read(void)
{
	pthread_rwlock_unlock(&index_commit_lock);
}

/* --- reading
 * ------------------------------------------------------------------ */

const char *
index_below_root(const struct index *x, const char *path)
{
	if (strncmp(path, x->root, x->root_n) == 0 && path[x->root_n] == '/')
		return path + x->root_n + 1;
	return path;
}

/* As notmuch does: what bears one of search.exclude_tags is not found unless
 * the query names it. What the query lacks is none of Q's faults. */
static void
exclude(const struct index *x, notmuch_query_t *q)
{
	if (!x->theirs || x->finds_all)
		return;
	for (size_t i = 0; i < x->theirs->exclude_tags.count; i++)
		(void)notmuch_query_add_tag_exclude(
			q, x->theirs->exclude_tags.item[i]);
}

const char *
index_their_path(const struct index *x, const char *path)
{
	size_t n = x->theirs ? strlen(x->theirs->only) : 0;

	return n && strncmp(path, x->theirs->only, n) == 0 && path[n] == '/'
		       ? path + n + 1
		       : path;
}

notmuch_query_t *
index_query_new(struct index *x, const char *text, struct err *e)
{
	notmuch_query_t *q = NULL;
	struct buf b;

	buf_init(&b, QUERY_BYTES);
	if (index_query(&b, str_c(text), x->theirs, e) == 0) {
		q = notmuch_query_create(x->db, buf_c(&b));
		if (q)
			exclude(x, q);
		else
			err_sys(e, ENOMEM, "cannot search");
	}
	buf_fini(&b);
	return q;
}

static notmuch_status_t
count_once(struct index *x, const char *query, unsigned *out, struct err *e)
{
	notmuch_query_t *q = index_query_new(x, query, e);
	notmuch_status_t st;

	if (!q)
		return NOTMUCH_STATUS_IGNORED; /* *e is set */
	st = notmuch_query_count_messages(q, out);
	notmuch_query_destroy(q);
	return st;
}

int
index_judge(notmuch_status_t st, const char *query, struct err *e)
{
	switch (st) {
	case NOTMUCH_STATUS_SUCCESS:
		return 0;
	case NOTMUCH_STATUS_IGNORED:
		return -1;
	case NOTMUCH_STATUS_XAPIAN_EXCEPTION:
		return err_set(e, ERR_INPUT, (int)st,
			"'%s' cannot be searched for: is it complete?", query);
	default:
		return index_fail(e, st, "cannot search for", query);
	}
}

int
index_count(struct index *x, const char *query, unsigned *out, struct err *e)
{
	notmuch_status_t st;

	if (index_begin_read(x, e) < 0)
		return -1;
	st = count_once(x, query, out, e);
	index_end_read();
	return index_judge(st, query, e);
}

static const char *
property(notmuch_message_t *m, const char *key, struct arena *a)
{
	const char *v = NULL;

	if (notmuch_message_get_property(m, key, &v) !=
			NOTMUCH_STATUS_SUCCESS ||
		!v)
		return "";
	return arena_strdup(a, v);
}

/* All values of the property KEY, apart by blanks. */
static const char *
properties(notmuch_message_t *m, const char *key, struct arena *a)
{
	notmuch_message_properties_t *p =
		notmuch_message_get_properties(m, key, TRUE);
	const char *out = "";

	for (; p && notmuch_message_properties_valid(p);
		notmuch_message_properties_move_to_next(p))
		out = arena_printf(a, "%s%s%s", out, *out ? " " : "",
			notmuch_message_properties_value(p));
	if (p)
		notmuch_message_properties_destroy(p);
	return out;
}

/* The file of M below FOLDER, else its first. */
static const char *
choose_path(struct index *x, notmuch_message_t *m, const char *folder,
	struct arena *a)
{
	notmuch_filenames_t *f = notmuch_message_get_filenames(m);
	const char *first = NULL, *hit = NULL;
	size_t n = folder ? strlen(folder) : 0;

	for (; f && notmuch_filenames_valid(f) && !hit;
		notmuch_filenames_move_to_next(f)) {
		const char *p = index_below_root(x, notmuch_filenames_get(f));

		if (!first)
			first = arena_strdup(a, p);
		if (n && strncmp(p, folder, n) == 0 && p[n] == '/' &&
			strchr(p + n + 5, '/') == NULL)
			hit = arena_strdup(a, p);
	}
	if (f)
		notmuch_filenames_destroy(f);
	return hit ? hit : first ? first : "";
}

static void
read_tags(notmuch_message_t *m, struct arena *a, struct index_row *r)
{
	enum { TAGS_MAX = 100 };
	const char *tags[TAGS_MAX];
	notmuch_tags_t *t = notmuch_message_get_tags(m);

	for (; t && notmuch_tags_valid(t) && r->tags < TAGS_MAX;
		notmuch_tags_move_to_next(t))
		tags[r->tags++] = arena_strdup(a, notmuch_tags_get(t));
	if (t)
		notmuch_tags_destroy(t);
	r->tag = arena_array(a, r->tags, sizeof *r->tag);
	if (r->tags)
		memcpy(r->tag, tags, r->tags * sizeof *r->tag);
}

static const char *
header(notmuch_message_t *m, const char *name, struct arena *a)
{
	const char *v = notmuch_message_get_header(m, name);

	return v ? arena_strdup(a, v) : "";
}

static void
read_row(struct index *x, notmuch_message_t *m, const char *folder,
	struct arena *a, struct index_row *r)
{
	r->id = arena_strdup(a, notmuch_message_get_message_id(m));
	r->thread = arena_strdup(a, notmuch_message_get_thread_id(m));
	r->path = choose_path(x, m, folder, a);
	r->subject = header(m, "subject", a);
	r->from = header(m, "from", a);
	r->date = (int64_t)notmuch_message_get_date(m);
	r->verdict = property(m, "auth.verdict", a);
	r->alert = properties(m, "auth.alert", a);
	r->server = property(m, "auth.server", a);
	r->here = property(m, "letter.here", a);
	read_tags(m, a, r);
	r->thread_count = 1;
}

/* Messages in the thread of each row; threads of a page are few, and each is
 * counted once. */
static void
count_threads(struct index *x, struct index_page *p)
{
	for (size_t i = 0; i < p->rows; i++) {
		char text[100];
		unsigned n = 1;
		struct err e;
		bool known = false;

		for (size_t k = 0; k < i && !known; k++)
			if (strcmp(p->row[k].thread, p->row[i].thread) == 0) {
				p->row[i].thread_count = p->row[k].thread_count;
				known = true;
			}
		if (known)
			continue;
		snprintf(text, sizeof text, "thread:%s", p->row[i].thread);
		if (count_once(x, text, &n, &e) == NOTMUCH_STATUS_SUCCESS && n)
			p->row[i].thread_count = n;
	}
}

static notmuch_status_t
search_once(struct index *x, struct arena *a, const char *query,
	const char *folder, unsigned offset, unsigned limit, bool oldest,
	struct index_page *out, struct err *e)
{
	notmuch_query_t *q = index_query_new(x, query, e);
	notmuch_messages_t *ms = NULL;
	notmuch_status_t st;

	if (!q)
		return NOTMUCH_STATUS_IGNORED;
	notmuch_query_set_sort(q,
		oldest ? NOTMUCH_SORT_OLDEST_FIRST : NOTMUCH_SORT_NEWEST_FIRST);
	st = notmuch_query_count_messages(q, &out->total);
	if (st == NOTMUCH_STATUS_SUCCESS)
		st = notmuch_query_search_messages(q, &ms);
	out->rows = 0;
	if (st == NOTMUCH_STATUS_SUCCESS) {
		unsigned left = out->total > offset ? out->total - offset : 0;

		out->row = arena_array(
			a, left < limit ? left : limit, sizeof *out->row);
		for (unsigned i = 0; notmuch_messages_valid(ms) &&
				     out->rows < limit && out->rows < left;
			i++, notmuch_messages_move_to_next(ms)) {
			notmuch_message_t *m;

			if (i < offset)
				continue;
			m = notmuch_messages_get(ms);
			if (!m)
				continue;
			read_row(x, m, folder, a, &out->row[out->rows++]);
			notmuch_message_destroy(m);
		}
		/* the iterator ends early when the writer has gone on */
		if (out->rows < left && out->rows < limit)
			st = NOTMUCH_STATUS_XAPIAN_EXCEPTION;
	}
	notmuch_query_destroy(q);
	return st;
}

int
index_search(struct index *x, struct arena *a, const char *query,
	const char *folder, unsigned offset, unsigned limit, bool oldest,
	struct index_page *out, struct err *e)
{
	notmuch_status_t st;

	*out = (struct index_page){ 0 };
	if (index_begin_read(x, e) < 0)
		return -1;
	st = search_once(x, a, query, folder, offset, limit, oldest, out, e);
	if (st == NOTMUCH_STATUS_SUCCESS) {
		count_threads(x, out);
		st = count_once(x,
			arena_printf(a, "(%s) and tag:unread", query),
			&out->unread, e);
	}
	index_end_read();
	return index_judge(st, query, e);
}

static notmuch_status_t
paths_once(struct index *x, struct arena *a, const char *id,
	const char ***path_out, size_t *count_out)
{
	notmuch_message_t *m = NULL;
	notmuch_filenames_t *f;
	notmuch_status_t st = notmuch_database_find_message(x->db, id, &m);
	const char *paths[REMEMBERED];

	if (st != NOTMUCH_STATUS_SUCCESS || !m)
		return st;
	f = notmuch_message_get_filenames(m);
	for (; f && notmuch_filenames_valid(f) && *count_out < REMEMBERED;
		notmuch_filenames_move_to_next(f))
		paths[(*count_out)++] = arena_strdup(
			a, index_below_root(x, notmuch_filenames_get(f)));
	if (f)
		notmuch_filenames_destroy(f);
	notmuch_message_destroy(m);
	*path_out = arena_array(a, *count_out, sizeof **path_out);
	if (*count_out)
		memcpy(*path_out, paths, *count_out * sizeof **path_out);
	return st;
}

int
index_paths(struct index *x, struct arena *a, const char *id,
	const char ***path_out, size_t *count_out, struct err *e)
{
	notmuch_status_t st;

	*path_out = NULL;
	*count_out = 0;
	if (index_begin_read(x, e) < 0)
		return -1;
	st = paths_once(x, a, id, path_out, count_out);
	index_end_read();
	return st ? index_fail(e, st, "cannot look for", id) : 0;
}
