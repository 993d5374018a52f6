/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fresh - see fresh.h */
#include "app/local/fresh.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/utf8.h"
#include "mime/message.h"
#include "store/index_copy.h"
#include "store/maildir.h"

/* A larger letter is not looked through for files: it has some. */
enum { LOOK_THROUGH = 1 << 20, TEXT = 1000 };

struct batch { /* of letters that came together into one folder */
	struct batch *next;
	struct arena *a;
	const char *folder;
	struct row *row; /* path NULL: forgotten */
	bool *is_marked;
	uint32_t *coming; /* their UIDs, of those that are announced; or NULL */
	size_t count, left;
};

struct fresh {
	pthread_mutex_t lock;
	struct batch *first; /* the last that came */
	size_t count;
};

struct fresh *
fresh_new(void)
{
	struct fresh *f = calloc(1, sizeof *f);

	if (!f)
		abort();
	pthread_mutex_init(&f->lock, NULL);
	return f;
}

static void
batch_free(struct batch *b)
{
	struct arena *a = b->a; /* B lies in it */

	arena_free(&a);
}

void
fresh_free(struct fresh **f)
{
	if (!*f)
		return;
	while ((*f)->first) {
		struct batch *b = (*f)->first;

		(*f)->first = b->next;
		batch_free(b);
	}
	pthread_mutex_destroy(&(*f)->lock);
	free(*f);
	*f = NULL;
}

const char *
fresh_text(struct arena *a, struct str text)
{
	struct buf b;
	const char *out;

	buf_init(&b, 2 * TEXT);
	utf8_safe(&b, str_trim(str_sub(text, 0, TEXT)), UTF8_LINE);
	out = arena_cstr(a, buf_str(&b));
	buf_fini(&b);
	return out;
}

/* --- a letter as a row
 * ------------------------------------------------------------------ */

static unsigned
row_flags(unsigned is)
{
	static const struct {
		unsigned flag, row;
	} map[] = { { MAILDIR_FLAGGED, ROW_FLAGGED },
		{ MAILDIR_ANSWERED, ROW_REPLIED },
		{ MAILDIR_FORWARDED, ROW_FORWARDED },
		{ MAILDIR_DRAFT, ROW_DRAFT } };
	unsigned out = 0;

	for (size_t i = 0; i < sizeof map / sizeof *map; i++)
		if (is & map[i].flag)
			out |= map[i].row;
	return is & MAILDIR_SEEN ? out : out | ROW_UNREAD;
}

/* What is in the header of M, at PATH, in A; it has no id yet. */
static void
fill_row(struct arena *a, const struct message *m, const char *path,
	unsigned flags, struct row *out)
{
	const struct field_addresses *l = m->from.count ? &m->from : &m->sender;
	const char *name = "";

	*out = (struct row){ .id = "",
		.path = path,
		.subject = fresh_text(a, m->subject),
		.from = "",
		.address = "",
		.date = m->has_date ? m->date : 0,
		.flags = row_flags(flags),
		.verdict = VERDICT_PENDING,
		.thread_count = 1,
		.thread = "" };
	if (l->count) {
		name = fresh_text(a, l->item[0].name);
		out->address = fresh_text(a, l->item[0].addr);
	}
	out->from = *name ? name : out->address;
}

/* The letter BYTES at PATH, in OUT_A. False: it is none. */
static bool
read_row(const struct context *c, struct arena *out_a, struct str bytes,
	const char *path, struct row *out)
{
	struct arena *a = arena_new();
	bool is_large = bytes.n > LOOK_THROUGH;
	struct message *m =
		is_large ? message_read_header(a,
				   str_sub(bytes, 0, LIMIT_HEADER_BLOCK), NULL)
			 : message_read(a, bytes, NULL);

	fill_row(out_a, m, arena_strdup(out_a, path), maildir_flags(path), out);
	out->id = arena_cstr(
		out_a, index_copy_id(out_a, m, bytes, c->paths.theirs));
	if (is_large || index_copy_has_file(a, m))
		out->flags |= ROW_ATTACHMENT;
	arena_free(&a);
	return *out->id != '\0';
}

/* Newest first; of the same time in the order in which they came. */
static int
by_date(const void *a, const void *b)
{
	const struct row *x = a, *y = b;

	if (x->date != y->date)
		return x->date > y->date ? -1 : 1;
	return x->path < y->path ? -1 : x->path > y->path;
}

static struct batch *
new_batch(size_t n)
{
	struct arena *a = arena_new();
	struct batch *b = ARENA_NEW(a, struct batch);

	*b = (struct batch){ .a = a };
	b->row = arena_array(a, n + 1, sizeof *b->row);
	b->is_marked = arena_array(a, n + 1, sizeof *b->is_marked);
	memset(b->is_marked, 0, n * sizeof *b->is_marked);
	return b;
}

/* Under the lock: batches of which nothing is left. */
static void
drop_empty(struct fresh *f)
{
	struct batch **at = &f->first;

	while (*at) {
		struct batch *b = *at;

		if (b->left) {
			at = &b->next;
			continue;
		}
		*at = b->next;
		batch_free(b);
	}
}

static void
forget_row(struct fresh *f, struct batch *b, size_t i)
{
	b->row[i].path = NULL;
	b->left--;
	f->count--;
}

/* Under the lock: of what is announced of FOLDER, the letter UID is here or (0)
 * none is coming any more. */
static void
has_come(struct fresh *f, const char *folder, uint32_t uid)
{
	for (struct batch *b = f->first; b; b = b->next)
		for (size_t i = 0;
			b->coming && strcmp(b->folder, folder) == 0 &&
			i < b->count;
			i++)
			if (b->row[i].path && (!uid || b->coming[i] == uid))
				forget_row(f, b, i);
}

/* Under the lock: B is listed from now on, where there is room; else it is
 * given back. */
static struct batch *
take_in(struct fresh *f, struct batch *b)
{
	b->left = b->count;
	if (!b->count || f->count + b->count > LIMIT_FRESH)
		return b;
	b->next = f->first;
	f->first = b;
	f->count += b->count;
	return NULL;
}

void
fresh_add(struct context *c, const char *const *path, size_t n)
{
	struct batch *b = new_batch(n);

	for (size_t i = 0; i < n; i++) {
		char full[8300];
		struct str map;
		struct err e;

		if (!b->folder)
			b->folder = arena_printf(b->a, "%.*s/%.*s",
				STR_ARG(maildir_account(path[i])),
				STR_ARG(maildir_folder(path[i])));
		snprintf(full, sizeof full, "%s/%s", c->paths.mail, path[i]);
		if (file_map(full, LIMIT_MESSAGE, &map, &e) < 0)
			continue;
		b->count += read_row(c, b->a, map, path[i], &b->row[b->count]);
		file_unmap(&map);
	}
	pthread_mutex_lock(&c->fresh->lock);
	/* at once: in no list it is missing, and in none it is twice */
	for (size_t i = 0; i < n; i++)
		if (maildir_uid(path[i]))
			has_come(c->fresh, b->folder, maildir_uid(path[i]));
	drop_empty(c->fresh);
	b = take_in(c->fresh, b);
	pthread_mutex_unlock(&c->fresh->lock);
	if (b)
		batch_free(b);
}

/* --- letters that are on their way
 * ------------------------------------------------------- */

void
fresh_announce(struct context *c, const char *folder,
	const struct fresh_head *head, size_t n)
{
	struct batch *b = new_batch(n);
	struct arena *a = arena_new();

	b->folder = arena_strdup(b->a, folder);
	b->coming = arena_array(b->a, n + 1, sizeof *b->coming);
	for (size_t i = 0; i < n; i++) {
		struct row *row = &b->row[b->count];
		struct message *m = message_read_header(a, head[i].bytes, NULL);

		/* a name that no file has, and that sorts as it came */
		fill_row(b->a, m,
			arena_printf(b->a, "%s/cur/%010u.coming", folder,
				head[i].uid),
			head[i].flags, row);
		row->flags |= ROW_MISSING | ROW_COMING;
		row->id = m->message_id.n
				  ? arena_cstr(b->a, m->message_id)
				  : arena_printf(b->a, "signet-coming-%u",
					    head[i].uid);
		b->coming[b->count++] = head[i].uid;
	}
	arena_free(&a);
	pthread_mutex_lock(&c->fresh->lock);
	b = take_in(c->fresh, b);
	pthread_mutex_unlock(&c->fresh->lock);
	if (b)
		batch_free(b);
}

void
fresh_forget(struct context *c, const char *folder)
{
	pthread_mutex_lock(&c->fresh->lock);
	has_come(c->fresh, folder, 0);
	drop_empty(c->fresh);
	pthread_mutex_unlock(&c->fresh->lock);
}

/* --- what the keeper has worked on
 * ------------------------------------------------------- */

void
fresh_mark(struct fresh *f, const char *path)
{
	pthread_mutex_lock(&f->lock);
	for (struct batch *b = f->first; b; b = b->next)
		for (size_t i = 0; i < b->count; i++)
			if (b->row[i].path && strcmp(b->row[i].path, path) == 0)
				b->is_marked[i] = true;
	pthread_mutex_unlock(&f->lock);
}

/* Forget what is marked in B, or take the marks away. */
static void
sweep(struct fresh *f, struct batch *b, bool is_written)
{
	for (size_t i = 0; i < b->count; i++) {
		if (b->is_marked[i] && is_written && b->row[i].path)
			forget_row(f, b, i);
		b->is_marked[i] = false;
	}
}

void
fresh_sweep(struct fresh *f, bool is_written)
{
	pthread_mutex_lock(&f->lock);
	for (struct batch *b = f->first; b; b = b->next)
		sweep(f, b, is_written);
	drop_empty(f);
	pthread_mutex_unlock(&f->lock);
}

/* --- rows for a list
 * ----------------------------------------------------------------------- */

static bool
has_id(const struct row *row, size_t n, const char *id)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(row[i].id, id) == 0)
			return true;
	return false;
}

static void
copy_row(struct arena *a, const struct row *in, struct row *out)
{
	*out = *in;
	out->id = arena_strdup(a, in->id);
	out->path = arena_strdup(a, in->path);
	out->subject = arena_strdup(a, in->subject);
	out->from = arena_strdup(a, in->from);
	out->address = arena_strdup(a, in->address);
}

size_t
fresh_rows(
	struct fresh *f, const char *folder, struct arena *a, struct row **out)
{
	size_t n = 0;

	pthread_mutex_lock(&f->lock);
	*out = arena_array(a, f->count + 1, sizeof **out);
	for (const struct batch *b = f->first; b; b = b->next)
		for (size_t i = 0;
			strcmp(b->folder, folder) == 0 && i < b->count; i++)
			if (b->row[i].path && !has_id(*out, n, b->row[i].id))
				copy_row(a, &b->row[i], &(*out)[n++]);
	pthread_mutex_unlock(&f->lock);
	if (n)
		qsort(*out, n, sizeof **out, by_date);
	return n;
}

void
fresh_merge(struct arena *a, struct msg_rows *r, const struct row *fresh,
	size_t n, unsigned offset, unsigned limit)
{
	struct row *all = arena_array(a, r->rows + n + 1, sizeof *all);
	bool is_first = r->offset == 0;
	bool is_last = r->offset + r->rows >= r->total;
	unsigned at = r->offset, count = 0, i = 0;

	for (size_t k = 0; k < n; k++) {
		const struct row *f = &fresh[k];

		if (has_id(r->row, r->rows, f->id))
			continue;
		r->total++;
		r->unread += (f->flags & ROW_UNREAD) != 0;
		for (; i < r->rows && r->row[i].date >= f->date; i++)
			all[count++] = r->row[i];
		if (i == 0 && !is_first)
			at++; /* it stands before all that was asked for */
		else if (i < r->rows || is_last)
			all[count++] = *f;
	}
	for (; i < r->rows; i++)
		all[count++] = r->row[i];
	i = offset > at ? offset - at : 0;
	i = i < count ? i : count;
	r->row = all + i;
	r->offset = at + i;
	r->rows = count - i < limit ? count - i : limit;
}
