/* SPDX-License-Identifier: GPL-3.0-or-later */
/* what other programs did to the index: see index.h and index_parts.h */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "store/index_parts.h"

int
index_revision(struct index *x, struct arena *a, uint64_t *revision_out,
	const char **uuid_out, struct err *e)
{
	const char *uuid = NULL;

	if (index_begin_read(x, e) < 0)
		return -1;
	*revision_out = notmuch_database_get_revision(x->db, &uuid);
	*uuid_out = arena_strdup(a, uuid ? uuid : "");
	index_end_read();
	return 0;
}

bool
index_is_foreign(notmuch_message_t *m)
{
	const char *verdict = NULL;

	return notmuch_message_get_property(m, "auth.verdict", &verdict) ==
		       NOTMUCH_STATUS_SUCCESS &&
	       !verdict;
}

static void
read_letter(struct index *x, notmuch_message_t *m, struct arena *a,
	struct index_letter *l)
{
	notmuch_filenames_t *f = notmuch_message_get_filenames(m);
	notmuch_tags_t *t = notmuch_message_get_tags(m);
	struct buf tags;

	*l = (struct index_letter){ .id = arena_strdup(a,
					    notmuch_message_get_message_id(m)),
		.path = arena_array(a, INDEX_PATHS, sizeof(char *)) };
	for (; f && notmuch_filenames_valid(f) && l->paths < INDEX_PATHS;
		notmuch_filenames_move_to_next(f))
		l->path[l->paths++] = arena_strdup(
			a, index_below_root(x, notmuch_filenames_get(f)));
	if (f)
		notmuch_filenames_destroy(f);
	buf_init(&tags, 1 << 16);
	for (; t && notmuch_tags_valid(t); notmuch_tags_move_to_next(t))
		if (!strchr(notmuch_tags_get(t), ' '))
			buf_printf(&tags, "%s ", notmuch_tags_get(t));
	if (t)
		notmuch_tags_destroy(t);
	l->tags = arena_cstr(a, buf_str(&tags));
	buf_fini(&tags);
	l->is_ours = !index_is_foreign(m);
}

int
index_each(struct index *x, const char *query, bool is_typed,
	void (*each)(void *ctx, const struct index_letter *l), void *ctx,
	struct err *e)
{
	notmuch_messages_t *ms = NULL;
	notmuch_status_t st;
	notmuch_query_t *q;
	struct arena *a;

	if (index_begin_read(x, e) < 0)
		return -1;
	a = arena_new();
	q = is_typed ? index_query_new(x, query, e)
		     : notmuch_query_create(x->db, query);
	st = q          ? NOTMUCH_STATUS_SUCCESS
	     : is_typed ? NOTMUCH_STATUS_IGNORED
			: NOTMUCH_STATUS_OUT_OF_MEMORY;
	if (q) {
		notmuch_query_set_sort(q, NOTMUCH_SORT_UNSORTED);
		notmuch_query_set_omit_excluded(q, NOTMUCH_EXCLUDE_FALSE);
		st = notmuch_query_search_messages(q, &ms);
	}
	for (; st == NOTMUCH_STATUS_SUCCESS && notmuch_messages_valid(ms);
		notmuch_messages_move_to_next(ms)) {
		notmuch_message_t *m = notmuch_messages_get(ms);
		struct index_letter l;

		if (!m)
			continue;
		read_letter(x, m, a, &l);
		notmuch_message_destroy(m);
		each(ctx, &l);
		arena_reset(a);
	}
	if (q)
		notmuch_query_destroy(q);
	arena_free(&a);
	index_end_read();
	return is_typed ? index_judge(st, query, e)
	       : st     ? index_fail(e, st, "cannot search for", query)
			: 0;
}
