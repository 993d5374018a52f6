/* SPDX-License-Identifier: GPL-3.0-or-later */
/* what a POP3 server lists: see pop_parts.h */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "app/local/mark.h"
#include "app/sync/pop_parts.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/sha256.h"
#include "store/maildir.h"

enum {
	TOP_AT_ONCE = 200,
	FORGET_S = 90 * 86400 /* rows of what the server has not listed for so
				 long */
};

/* --- keys
 * ------------------------------------------------------------------------ */

static void
hash(struct str s, char out[STATE_UIDL_KEY])
{
	char hex[65];

	sha256_hex(s, hex);
	memcpy(out, hex, STATE_UIDL_KEY - 1);
	out[STATE_UIDL_KEY - 1] = '\0';
}

void
pop_content_key(const char *content, unsigned k, char out[STATE_UIDL_KEY])
{
	char text[64];
	int n = snprintf(text, sizeof text, "content %s %u", content, k);

	hash((struct str){ text, (size_t)n }, out);
}

void
pop_head_reset(struct pop_head *h)
{
	buf_clear(&h->text);
	h->is_over = false;
}

void
pop_head_add(struct pop_head *h, struct str bytes)
{
	size_t from = h->text.n ? h->text.n - 1 : 0;
	ptrdiff_t end;

	if (h->is_over)
		return;
	buf_add(&h->text, bytes);
	if (h->text.n && h->text.p[0] == '\n')
		end = 0;
	else if ((end = str_find(str_sub(buf_str(&h->text), from, h->text.n),
			  STR("\n\n"))) >= 0)
		end += (ptrdiff_t)from + 1;
	h->is_over = end >= 0 || h->text.full;
	if (end >= 0)
		buf_cut(&h->text, (size_t)end);
}

/* Fields that servers put in and change while a letter lies there. */
static bool
is_fickle(struct str line)
{
	static const char *const names[] = { "Status:", "X-Status:", "X-UIDL:",
		"X-UID:", "X-Keywords:", "X-IMAP:", "X-IMAPbase:",
		"Content-Length:" };

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (str_istarts(line, str_c(names[i])))
			return true;
	return false;
}

void
pop_head_hash(const struct pop_head *h, uint64_t size, char out[STATE_UIDL_KEY])
{
	struct str rest = buf_str(&h->text), line;
	struct buf text;
	bool is_left_out = false;

	buf_init(&text, LIMIT_HEADER_BLOCK + 64);
	buf_printf(&text, "%llu\n", (unsigned long long)size);
	while (rest.n && str_split(&rest, '\n', &line)) {
		bool goes_on =
			line.n && (line.p[0] == ' ' || line.p[0] == '\t');

		if (!goes_on)
			is_left_out = is_fickle(line);
		if (is_left_out)
			continue;
		buf_add(&text, line);
		buf_addc(&text, '\n');
	}
	hash(buf_str(&text), out);
	buf_fini(&text);
}

/* --- rows
 * ------------------------------------------------------------------------ */

static int
row_cmp(const void *key, const void *row)
{
	return strcmp(key, ((const struct state_uidl *)row)->key);
}

int32_t
pop_row(const struct pop *p, const char *key)
{
	const struct state_uidl *r =
		p->rows && *key
			? bsearch(key, p->row, p->rows, sizeof *r, row_cmp)
			: NULL;

	return r ? (int32_t)(r - p->row) : -1;
}

int32_t
pop_row_like(const struct pop *p, const char *content)
{
	size_t lo = 0, hi = p->rows;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (strcmp(p->row[p->by_content[mid]].content, content) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	for (; *content && lo < p->rows; lo++) {
		uint32_t i = p->by_content[lo];

		if (strcmp(p->row[i].content, content) != 0)
			break;
		if (!p->is_listed[i])
			return (int32_t)i;
	}
	return -1;
}

struct content_of {
	const char *content;
	uint32_t row;
};

static int
content_cmp(const void *a, const void *b)
{
	return strcmp(((const struct content_of *)a)->content,
		((const struct content_of *)b)->content);
}

static int
read_rows(struct worker *w, struct err *e)
{
	struct pop *p = w->pop;
	struct content_of *c;

	if (state_uidls(w->here.state, p->a, &p->row, &p->rows, e) < 0)
		return -1;
	p->is_listed = arena_array(p->a, p->rows, sizeof *p->is_listed);
	p->by_content = arena_array(p->a, p->rows, sizeof *p->by_content);
	c = calloc(p->rows + 1, sizeof *c);
	if (!c)
		return err_sys(e, ENOMEM, "cannot list the box");
	for (size_t i = 0; i < p->rows; i++)
		c[i] = (struct content_of){ p->row[i].content, (uint32_t)i };
	qsort(c, p->rows, sizeof *c, content_cmp);
	for (size_t i = 0; i < p->rows; i++)
		p->by_content[i] = c[i].row;
	free(c);
	return 0;
}

/* --- what is listed
 * -------------------------------------------------------------- */

static struct pop_entry *
add_entry(struct pop *p, uint32_t number)
{
	if (p->entries == p->cap) {
		size_t cap = p->cap ? 2 * p->cap : 256;
		struct pop_entry *bigger =
			realloc(p->entry, cap * sizeof *bigger);

		if (!bigger)
			return NULL;
		p->entry = bigger;
		p->cap = cap;
	}
	p->entry[p->entries] =
		(struct pop_entry){ .number = number, .row = POP_UNKNOWN };
	return &p->entry[p->entries++];
}

static int
take_uidl(void *ctx, uint32_t number, struct str uidl)
{
	struct pop_entry *n = add_entry(ctx, number);

	if (!n)
		return -1;
	hash(uidl, n->key);
	return 0;
}

static int
number_cmp(const void *a, const void *b)
{
	uint32_t x = ((const struct pop_entry *)a)->number;
	uint32_t y = ((const struct pop_entry *)b)->number;

	return x < y ? -1 : x > y;
}

static int
key_cmp(const void *a, const void *b)
{
	return strcmp(((const struct pop_entry *)a)->key,
		((const struct pop_entry *)b)->key);
}

struct sizes {
	struct pop *p;
	size_t known; /* entries that UIDL has listed */
};

static int
take_size(void *ctx, uint32_t number, uint64_t size)
{
	struct sizes *s = ctx;
	struct pop_entry wanted = { .number = number }, *n = NULL;

	if (s->known)
		n = bsearch(&wanted, s->p->entry, s->known, sizeof wanted,
			number_cmp);
	if (!n)
		n = add_entry(s->p, number);
	if (!n)
		return -1;
	n->size = size;
	return 0;
}

/* By number, each once. */
static void
sort_entries(struct pop *p)
{
	size_t n = 0;

	if (p->entries)
		qsort(p->entry, p->entries, sizeof *p->entry, number_cmp);
	for (size_t i = 0; i < p->entries; i++)
		if (i == 0 || p->entry[i].number != p->entry[n - 1].number)
			p->entry[n++] = p->entry[i];
	p->entries = n;
}

/* A UIDL that stands twice says nothing: the server hashes, or errs. */
static void
drop_doubles(struct pop *p)
{
	if (p->entries)
		qsort(p->entry, p->entries, sizeof *p->entry, key_cmp);
	for (size_t i = 0, end; i < p->entries; i = end) {
		for (end = i + 1; end < p->entries; end++)
			if (key_cmp(&p->entry[i], &p->entry[end]) != 0)
				break;
		for (size_t k = i; end - i > 1 && k < end; k++)
			p->entry[k].key[0] = '\0';
	}
	sort_entries(p);
}

/* UIDL and, where something may be new, LIST. */
static int
read_lists(struct worker *w, struct err *e)
{
	struct pop *p = w->pop;
	struct sizes s = { .p = p };
	bool is_new = false, was_listed = false;
	size_t known = 0;
	int rc;

	err_set(e, ERR_SYSTEM, ENOMEM, "cannot list the box");
	rc = pop3_uidl(p->x, take_uidl, p, e);
	if (rc < 0)
		return -1;
	is_new = rc == 0;
	drop_doubles(p);
	for (size_t i = 0; i < p->rows; i++)
		was_listed |= p->row[i].gone == 0;
	for (size_t i = 0; i < p->entries; i++) {
		struct pop_entry *n = &p->entry[i];

		n->row = pop_row(p, n->key);
		if (n->row >= 0 && p->is_listed[n->row])
			n->row = POP_UNKNOWN; /* unlikely: see drop_doubles */
		if (n->row >= 0)
			p->is_listed[n->row] = true;
		known += n->row >= 0;
		is_new |= n->row < 0;
	}
	if (!is_new)
		return 0;
	s.known = p->entries;
	if (pop3_list(p->x, take_size, &s, e) < 0)
		return -1;
	sort_entries(p);
	/* all are called otherwise than the last time: is the box another, or
	 * has the server changed how it names them? The letters tell. */
	if (p->entries && known == 0 && was_listed && rc == 1)
		log_write(LOG_WARN, w->here.config->name,
			"the server has new names for all letters; they are "
			"matched by content");
	p->asks_content = known == 0 && was_listed;
	return 0;
}

/* --- by content
 * ----------------------------------------------------------------- */

struct asked {
	struct pop *p;
	struct pop_entry *entry;
};

static int
top_begin(void *ctx, uint32_t number)
{
	struct asked *k = ctx;
	struct pop_entry wanted = { .number = number };

	k->entry = bsearch(
		&wanted, k->p->entry, k->p->entries, sizeof wanted, number_cmp);
	pop_head_reset(&k->p->head);
	return 0;
}

static int
top_data(void *ctx, struct str bytes)
{
	pop_head_add(&((struct asked *)ctx)->p->head, bytes);
	return 0;
}

static int
top_end(void *ctx, uint32_t number)
{
	struct asked *k = ctx;
	struct pop *p = k->p;
	struct pop_entry *n = k->entry;

	(void)number;
	if (!n)
		return 0;
	pop_head_hash(&p->head, n->size, n->content);
	n->row = pop_row_like(p, n->content);
	if (n->row >= 0)
		p->is_listed[n->row] = true;
	return 0;
}

/* No TOP: the letter is fetched, and known then. */
static int
top_refused(void *ctx, uint32_t number, const char *words)
{
	(void)number, (void)words;
	((struct asked *)ctx)->p->is_blind = true;
	return 0;
}

static int
ask_contents(struct worker *w, struct err *e)
{
	struct pop *p = w->pop;
	struct asked k = { .p = p };
	struct pop3_sink sink = { top_begin, top_data, top_end, top_refused,
		&k };
	uint32_t number[TOP_AT_ONCE];
	size_t n = 0;

	for (size_t i = 0; i < p->entries; i++) {
		struct pop_entry *t = &p->entry[i];

		if (t->row < 0 && (!*t->key || p->asks_content))
			number[n++] = t->number;
		if (n < TOP_AT_ONCE && i + 1 < p->entries)
			continue;
		if (n && pop3_top(p->x, number, n, &sink, e) < 0)
			return -1;
		n = 0;
		context_progress(w->here.c,
			&(struct msg){ .account = w->here.account },
			(unsigned)i + 1, (unsigned)p->entries,
			N_("%s: looking at %zu / %zu"), w->here.config->name,
			i + 1, p->entries);
	}
	return 0;
}

static int
by_content_cmp(const void *a, const void *b)
{
	return strcmp((*(struct pop_entry *const *)a)->content,
		(*(struct pop_entry *const *)b)->content);
}

static int
by_key_cmp(const void *a, const void *b)
{
	return strcmp((*(struct pop_entry *const *)a)->key,
		(*(struct pop_entry *const *)b)->key);
}

/* Keys for what is new and has none; letters that are alike are counted. */
static void
make_keys(struct pop *p, struct pop_entry **new, size_t news)
{
	unsigned k = 0;

	if (news)
		qsort(new, news, sizeof *new, by_content_cmp);
	for (size_t i = 0; i < news; i++) {
		struct pop_entry *n = new[i];

		if (*n->key || !*n->content)
			continue;
		if (i == 0 || strcmp(new[i - 1]->content, n->content) != 0)
			k = 0;
		do
			pop_content_key(n->content, k++, n->key);
		while (pop_row(p, n->key) >= 0);
	}
}

/* --- what a death has left
 * ------------------------------------------------------ */

struct marks_scan {
	struct arena *a;
	struct pop_marks *out;
	size_t cap;
	bool is_trash;
	/* where not NULL: the entries, by key, that may be here */
	struct pop *p;
	struct worker *w;
	struct pop_entry **new;
	size_t news;
	struct err *e;
};

static int
take_mark(void *ctx, const char *path)
{
	struct marks_scan *s = ctx;
	char mark[STATE_UIDL_KEY];

	if (!mark_of(path, mark))
		return 0;
	if (s->out->count == s->cap) {
		size_t cap = s->cap ? 2 * s->cap : 256;
		void *bigger = arena_array(s->a, cap, sizeof *s->out->mark);

		if (s->out->count)
			memcpy(bigger, s->out->mark,
				s->out->count * sizeof *s->out->mark);
		s->out->mark = bigger;
		s->cap = cap;
	}
	memcpy(s->out->mark[s->out->count++], mark, sizeof mark);
	return 0;
}

/* A file of a letter that no row knows. */
static int
bind_file(void *ctx, const char *path)
{
	struct marks_scan *s = ctx;
	struct pop_entry wanted = { 0 }, *w = &wanted, **hit;
	struct state_uidl u = { .fetched = clock_wall() };

	if (!mark_of(path, wanted.key))
		return 0;
	hit = bsearch(&w, s->new, s->news, sizeof *s->new, by_key_cmp);
	if (!hit || (*hit)->row == POP_HERE)
		return 0;
	(*hit)->row = POP_HERE;
	u.is_deleted = s->is_trash;
	memcpy(u.key, wanted.key, sizeof u.key);
	memcpy(u.mark, wanted.key, sizeof u.mark);
	memcpy(u.content, (*hit)->content, sizeof u.content);
	return state_put_uidl(s->w->here.state, &u, s->e);
}

static int
scan_account(struct worker *w, struct arena *a, struct marks_scan *s,
	int (*each)(void *ctx, const char *path), struct err *e)
{
	const char *root = w->here.c->paths.mail, **name;
	size_t n;

	if (maildir_list(root, w->here.config->name, a, &name, &n, e) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		s->is_trash = strcmp(name[i], "Trash") == 0;
		if (maildir_scan(root, local_folder(&w->here, a, name[i]), each,
			    s, e) < 0)
			return -1;
	}
	return 0;
}

static int
mark_cmp(const void *a, const void *b)
{
	return strcmp(a, b);
}

int
pop_scan_marks(
	struct worker *w, struct arena *a, struct pop_marks *out, struct err *e)
{
	struct marks_scan s = { .a = a, .out = out };

	*out = (struct pop_marks){ 0 };
	if (scan_account(w, a, &s, take_mark, e) < 0)
		return -1;
	if (out->count)
		qsort(out->mark, out->count, sizeof *out->mark, mark_cmp);
	return 0;
}

bool
pop_has_mark(const struct pop_marks *m, const char *mark)
{
	return m->count &&
	       bsearch(mark, m->mark, m->count, sizeof *m->mark, mark_cmp);
}

/* --- the door
 * -------------------------------------------------------------------- */

int
pop_found_row(struct worker *w, const struct pop_entry *n, struct err *e)
{
	struct state_uidl *u = &w->pop->row[n->row], new = *u;

	if (!*n->key || strcmp(u->key, n->key) == 0)
		return u->gone ? state_uidl_gone(w->here.state, u->key, 0, e)
			       : 0;
	memcpy(new.key, n->key, sizeof new.key);
	new.gone = 0;
	if (state_drop_uidl(w->here.state, u->key, e) < 0)
		return -1;
	return state_put_uidl(w->here.state, &new, e);
}

/* Rows whose letter has a new name, has come back, is no longer listed. */
static int
update_rows(struct worker *w, struct err *e)
{
	struct pop *p = w->pop;
	int64_t now = clock_wall();
	int rc = 0;

	for (size_t i = 0; i < p->entries && rc == 0; i++)
		if (p->entry[i].row >= 0)
			rc = pop_found_row(w, &p->entry[i], e);
	for (size_t i = 0; i < p->rows && rc == 0; i++) {
		const struct state_uidl *u = &p->row[i];

		/* without TOP what is listed is known later: pop_fetch.c */
		if (p->is_listed[i] || p->is_blind)
			continue;
		if (!u->gone)
			rc = state_uidl_gone(w->here.state, u->key, now, e);
		else if (u->gone < now - FORGET_S)
			rc = state_drop_uidl(w->here.state, u->key, e);
	}
	return rc;
}

static bool
has_changes(const struct pop *p, size_t news)
{
	int64_t now = clock_wall();

	for (size_t i = 0; i < p->rows; i++)
		if (p->is_listed[i] != (p->row[i].gone == 0) ||
			(p->row[i].gone && p->row[i].gone < now - FORGET_S))
			return true;
	return news > 0 || p->asks_content;
}

static int
write_down(struct worker *w, struct pop_entry **new, size_t news, struct err *e)
{
	struct pop *p = w->pop;
	struct arena *a = arena_new();
	struct marks_scan s = {
		.a = a, .p = p, .w = w, .new = new, .news = news, .e = e
	};
	int rc = local_begin(&w->here, e);

	if (rc == 0)
		rc = update_rows(w, e);
	if (rc == 0 && news)
		rc = scan_account(w, a, &s, bind_file, e);
	rc = local_end(&w->here, rc, e);
	arena_free(&a);
	return rc;
}

int
pop_list(struct worker *w, struct err *e)
{
	struct pop *p = w->pop;
	struct pop_entry **new;
	size_t news = 0;
	int rc = 0;

	if (read_rows(w, e) < 0 || read_lists(w, e) < 0 ||
		ask_contents(w, e) < 0)
		return -1;
	new = calloc(p->entries + 1, sizeof *new);
	if (!new)
		return err_sys(e, ENOMEM, "cannot list the box");
	for (size_t i = 0; i < p->entries; i++)
		if (p->entry[i].row < 0)
			new[news++] = &p->entry[i];
	make_keys(p, new, news);
	if (news)
		qsort(new, news, sizeof *new, by_key_cmp);
	if (has_changes(p, news))
		rc = write_down(w, new, news, e);
	free(new);
	if (rc < 0)
		return -1;
	p->fetch = arena_array(p->a, news, sizeof *p->fetch);
	for (size_t i = p->entries; i-- > 0;) {
		const struct pop_entry *n = &p->entry[i];

		if (n->row != POP_UNKNOWN)
			continue;
		if (n->size <= LIMIT_MESSAGE) {
			p->fetch[p->fetches++] = (uint32_t)i;
			continue;
		}
		p->refused++;
		snprintf(p->words, sizeof p->words,
			err_words(N_("letter %u is larger than 256 MiB")),
			n->number);
	}
	return 0;
}
