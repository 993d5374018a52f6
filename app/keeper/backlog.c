/* SPDX-License-Identifier: GPL-3.0-or-later */
/* backlog - what is to be indexed in the order in which it came, a file
 * at a time, so that what the user does meanwhile is not behind it.
 *
 * Files are verified a little ahead: the verdict that is there in time is
 * written with the file, and the second write of a document costs as much as
 * the first. A verdict that is late is written by its message's ID. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "app/keeper/keeper_parts.h"
#include "app/local/fresh.h"
#include "base/clock.h"
#include "store/maildir.h"

enum {
	AHEAD = 256, /* verdicts that may wait for their files: memory */
	TELL_EVERY = 250
};

struct job {
	struct job *next;
	struct msg *m; /* ARRIVED, SCAN or RECHECK */
	const char **path;
	size_t count, at;
	/* ARRIVED: how many are or were verified, and how many of them have
	 * ended; SERIAL is that of path[0] */
	size_t asked, answered;
	uint64_t serial;
	const char **id;
	struct msg **verified;
	/* SCAN: its folders; all are added to before one is removed from, so
	 * that a file that was moved keeps its message's tags */
	const char **folder;
	size_t folders, f;
	bool is_listed, is_removing;
};

void
backlog_add(struct keeper *k, struct msg *m)
{
	struct job *j = calloc(1, sizeof *j), **end = &k->job;

	if (!j)
		abort();
	j->m = m;
	if (m->kind == MSG_ARRIVED) {
		j->count = m->u.change.count;
		j->path = arena_array(m->arena, j->count + 1, sizeof *j->path);
		for (size_t i = 0; i < j->count; i++)
			j->path[i] = m->u.change.path[i];
		j->id = arena_array(m->arena, j->count + 1, sizeof *j->id);
		j->verified = arena_array(
			m->arena, j->count + 1, sizeof *j->verified);
		memset(j->id, 0, j->count * sizeof *j->id);
		memset(j->verified, 0, j->count * sizeof *j->verified);
		j->serial = k->serial + 1;
		k->serial += j->count;
	}
	while (*end)
		end = &(*end)->next;
	*end = j;
}

static bool
has_work(const struct job *j)
{
	return j->m->kind != MSG_ARRIVED || j->at < j->count;
}

static struct job *
front(const struct keeper *k)
{
	struct job *j = k->job;

	while (j && !has_work(j))
		j = j->next;
	return j;
}

static void
drop(struct keeper *k, struct job *gone)
{
	struct job **p = &k->job;

	while (*p && *p != gone)
		p = &(*p)->next;
	if (*p)
		*p = gone->next;
	for (size_t i = 0; i < gone->count && gone->verified; i++)
		if (gone->verified[i])
			context_done(k->c, &gone->verified[i]);
	if (gone->m)
		context_done(k->c, &gone->m);
	free(gone);
}

bool
backlog_waits(const struct keeper *k)
{
	return front(k) != NULL;
}

struct msg *
backlog_recheck(struct keeper *k)
{
	struct job *j = front(k);
	struct msg *m;

	if (!j || j->m->kind != MSG_RECHECK)
		return NULL;
	m = j->m;
	j->m = NULL;
	drop(k, j);
	return m;
}

void
backlog_fail(struct keeper *k, const struct err *e)
{
	struct job *j = front(k);

	if (!j)
		return;
	if (j->m->id)
		context_fail(k->c, j->m, e);
	drop(k, j);
}

void
backlog_free(struct keeper *k)
{
	while (k->job)
		drop(k, k->job);
}

void
backlog_forget(struct keeper *k, const char *path)
{
	fresh_mark(k->c->fresh, path);
	for (struct job *j = k->job; j; j = j->next)
		for (size_t i = j->at; i < j->count; i++)
			if (j->path[i] && strcmp(j->path[i], path) == 0)
				j->path[i] = NULL;
}

/* --- verdicts
 * ------------------------------------------------------------------- */

/* Have the next files verified, AHEAD of the one that is indexed. */
static void
ask_ahead(struct keeper *k)
{
	size_t ahead = 0;

	if (k->c->flags & ENGINE_NO_VERIFY)
		return;
	for (struct job *j = front(k); j && ahead < AHEAD; j = j->next) {
		if (j->m->kind != MSG_ARRIVED)
			continue;
		for (; j->asked < j->count && ahead + j->asked - j->at < AHEAD;
			j->asked++) {
			if (!j->path[j->asked] ||
				!keeper_post_verify(k, j->path[j->asked], "",
					j->serial + j->asked, false))
				j->answered++;
		}
		ahead += j->asked - j->at;
	}
}

bool
backlog_verified(struct keeper *k, struct msg *m)
{
	uint64_t serial = m->u.verdict.serial;
	struct job *j = k->job;
	size_t i;

	while (j && (j->m->kind != MSG_ARRIVED || serial < j->serial ||
			    serial >= j->serial + j->count))
		j = j->next;
	if (!j)
		return false;
	i = serial - j->serial;
	j->answered++;
	if (i >= j->at && m->u.verdict.verdict) {
		j->verified[i] = m;
		return true;
	}
	m->u.verdict.id =
		i < j->at && j->id[i] ? arena_strdup(m->arena, j->id[i]) : NULL;
	if (!has_work(j) && j->answered >= j->asked)
		drop(k, j);
	return false;
}

/* --- folders as they are on disk
 * --------------------------------------------------- */

static int64_t
folder_mtime(struct keeper *k, const char *folder)
{
	char path[4096];
	struct stat st;

	snprintf(path, sizeof path, "%s/%s/cur", k->c->paths.mail, folder);
	return stat(path, &st) == 0 ? (int64_t)st.st_mtime : 0;
}

static int
remove_gone(struct keeper *k, const char *folder, bool *changed, struct err *e)
{
	struct arena *a = arena_new();
	int64_t mtime = folder_mtime(k, folder);
	const char **news, **gone;
	size_t nn = 0, ng = 0;
	int rc = index_scan(
		k->index, a, folder, false, &news, &nn, &gone, &ng, e);

	for (size_t i = 0; i < ng && rc == 0; i++)
		rc = index_remove(k->index, gone[i], e);
	/* a directory that changed within this second may change again */
	if (rc == 0 && mtime && mtime < clock_wall() - 1 && nn == 0)
		rc = index_scanned(k->index, folder, mtime, e);
	*changed |= ng > 0;
	arena_free(&a);
	return rc;
}

/* The next folder of a scan: what is new in it becomes the job's files. */
static int
scan_step(struct keeper *k, struct job *j, bool *changed, struct err *e)
{
	const char *account = k->c->config->account[j->m->account].name,
		   *folder;
	const char **gone;
	size_t ng;

	if (!j->is_listed) {
		j->is_listed = true;
		return maildir_list(k->c->paths.mail, account, j->m->arena,
			&j->folder, &j->folders, e);
	}
	if (j->f == j->folders && !j->is_removing) {
		j->is_removing = true;
		j->f = 0;
		return 0;
	}
	if (j->f == j->folders) {
		context_end(k->c, j->m, NULL);
		drop(k, j);
		return 0;
	}
	folder = arena_printf(j->m->arena, "%s/%s", account, j->folder[j->f++]);
	if (j->is_removing)
		return remove_gone(k, folder, changed, e);
	if (j->count > TELL_EVERY)
		context_progress(k->c, NULL, 1, 1, "%s", folder);
	j->at = j->count = 0;
	return index_scan(k->index, j->m->arena, folder, false, &j->path,
		&j->count, &gone, &ng, e);
}

/* --- the next piece
 * ------------------------------------------------------------- */

static int
file_step(struct keeper *k, struct job *j, struct err *e)
{
	size_t i = j->at;
	struct arena *a = arena_new();
	struct msg *v = j->verified ? j->verified[i] : NULL;
	const char *id = NULL;
	int rc = j->path[i] ? keeper_add(k, a, j->path[i], v, &id, e) : 0;

	if (rc == 0) {
		if (j->path[i])
			fresh_mark(k->c->fresh, j->path[i]);
		j->at++;
		if (j->id && id)
			j->id[i] = arena_strdup(j->m->arena, id);
		if (v)
			context_done(k->c, &j->verified[i]);
	}
	arena_free(&a);
	return rc;
}

int
backlog_step(struct keeper *k, bool *changed, struct err *e)
{
	struct job *j = front(k);
	int rc;

	if (!j || j->m->kind == MSG_RECHECK)
		return 0;
	if (j->at == j->count)
		return scan_step(k, j, changed, e);
	ask_ahead(k);
	rc = file_step(k, j, e);
	*changed = true;
	if (rc < 0)
		return -1;
	if (j->m->kind == MSG_SCAN && j->at % TELL_EVERY == 0)
		context_progress(k->c, NULL, (unsigned)j->at,
			(unsigned)j->count, "%s/%s: %zu / %zu",
			k->c->config->account[j->m->account].name,
			j->folder[j->f - 1], j->at, j->count);
	if (!has_work(j) && j->answered >= j->asked)
		drop(k, j);
	return 0;
}
