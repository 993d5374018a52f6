/* SPDX-License-Identifier: GPL-3.0-or-later */
/* letters whose large parts stay on the server: see session_parts.h.
 *
 *	sizes of the range -> of each letter that is too long BODYSTRUCTURE ->
 *	its header and those of its parts -> the bodies of those that come
 *
 * Bodies come as they stand, encoded (no BINARY): the file is the letter's own
 * bytes, but for what is left out. A server that does not say, or says what
 * makes no letter, is asked for the whole. */
#include <stdio.h>

#include "app/sync/layout.h"
#include "app/sync/session_parts.h"
#include "base/log.h"

enum {
	PARTS_MOST = 50, /* each costs two round trips: else all at once */
	HEADS_BYTES = 1 << 20,
	MB = 1 << 20
};

struct section {                     /* one that is coming */
	struct maildir_batch *batch; /* into here, */
	struct buf head;             /* or into here */
	unsigned flags;
	bool has_come;
	struct err *e;
};

static int
section_begin(void *ctx)
{
	((struct section *)ctx)->has_come = true;
	return 0;
}

static int
section_data(void *ctx, struct str bytes)
{
	struct section *s = ctx;

	if (s->batch)
		return maildir_write_lines(s->batch, bytes, s->e);
	buf_add(&s->head, bytes); /* one that is cut is found later: .full */
	return 0;
}

static int
section_end(void *ctx, uint32_t uid, unsigned flags)
{
	(void)uid;
	((struct section *)ctx)->flags = flags;
	return 0;
}

/* Fetch the section NAME of UID into the batch or the buffer of S: 1 it came, 0
 * the server has none, -1 *E. */
static int
fetch(struct worker *w, uint32_t uid, const char *name, struct section *s)
{
	struct imap_sink sink = { .begin = section_begin,
		.data = section_data,
		.end = section_end,
		.ctx = s };

	s->has_come = false;
	if (imap_fetch_part(w->session->imap, uid, name, &sink, s->e) == 0)
		return s->has_come;
	return s->e->class == ERR_BOX || s->e->class == ERR_MESSAGE ? 0 : -1;
}

/* The section NAME, a header, in A. 1, 0, -1. */
static int
fetch_head(struct worker *w, struct arena *a, uint32_t uid, const char *name,
	struct section *s, struct str *out)
{
	int rc;

	buf_init(&s->head, HEADS_BYTES);
	s->batch = NULL;
	rc = fetch(w, uid, name, s);
	*out = arena_str(a, buf_str(&s->head));
	if (s->head.full)
		rc = rc < 0 ? -1 : 0;
	buf_fini(&s->head);
	return rc;
}

/* The header of the letter and those of its parts. 1, 0, -1. */
static int
fetch_heads(struct worker *w, struct arena *a, uint32_t uid,
	const struct imap_part *p, size_t n, struct section *s,
	struct str *header, struct str *head)
{
	size_t bytes = 0;
	int rc = fetch_head(w, a, uid, "HEADER", s, header);

	for (size_t i = 0; i < n && rc == 1; i++) {
		head[i] = STR("");
		if (p[i].depth == 0) /* its header is the letter's */
			continue;
		rc = fetch_head(w, a, uid,
			arena_printf(a, "%s.MIME", p[i].number), s, &head[i]);
		bytes += head[i].n;
		if (rc == 1 && bytes > HEADS_BYTES)
			rc = 0;
	}
	return rc;
}

/* The pieces of the letter into the batch, but for the bodies that are too
 * long, which LEFT names. 1, 0, -1. */
static int
put_pieces(struct worker *w, uint32_t uid, const struct layout_piece *p,
	size_t n, uint64_t most, struct section *s, struct buf *left)
{
	for (size_t i = 0; i < n; i++) {
		const struct imap_part *leaf = p[i].leaf;
		int rc;

		if (maildir_write_lines(s->batch, p[i].text, s->e) < 0)
			return -1;
		if (!leaf)
			continue;
		if (leaf->octets > most) {
			buf_printf(left, "%s%s:%llu", left->n ? " " : "",
				leaf->number, (unsigned long long)leaf->octets);
			continue;
		}
		rc = fetch(w, uid, leaf->number, s);
		if (rc <= 0)
			return rc;
	}
	return 1;
}

/* Has one of the parts P a body that stays, and are they few enough? */
static bool
is_worth_it(const struct imap_part *p, size_t n, uint64_t most)
{
	for (size_t i = 0; i < n && n <= PARTS_MOST; i++)
		if (!p[i].is_multi && p[i].octets > most)
			return true;
	return false;
}

int
session_bring_parts(struct worker *w, struct maildir_batch *batch, uint32_t uid,
	struct arena *a, struct state_missing *out, unsigned *flags_out,
	struct err *e)
{
	uint64_t most = (uint64_t)w->here.config->attachments * MB;
	struct section s = { .e = e };
	struct layout_piece *piece;
	struct imap_part *p;
	struct str header, *head;
	struct buf left;
	size_t n, pieces;
	int rc;

	if (imap_structure(w->session->imap, uid, a, &p, &n, e) < 0)
		return -1;
	if (!is_worth_it(p, n, most))
		return 0;
	head = arena_array(a, n, sizeof *head);
	rc = fetch_heads(w, a, uid, p, n, &s, &header, head);
	if (rc == 1 && !layout_make(a, header, p, head, n, &piece, &pieces)) {
		log_write(LOG_INFO, w->here.config->name,
			"UID %u: what the server says of its parts is not what "
			"they are; it comes whole",
			uid);
		rc = 0;
	}
	if (rc <= 0)
		return rc;
	buf_init(&left, 16 << 10);
	rc = maildir_open(batch, e);
	s.batch = batch;
	if (rc == 0)
		rc = put_pieces(w, uid, piece, pieces, most, &s, &left);
	if (rc != 1)
		maildir_abort(batch);
	out->here = STATE_PARTS;
	out->parts = arena_cstr(a, buf_str(&left));
	*flags_out = s.flags;
	buf_fini(&left);
	return rc;
}

int
session_find_long(struct worker *w, struct arena *a, const uint32_t *uid,
	size_t n, struct imap_size **out, size_t *count_out, struct err *e)
{
	uint64_t most = (uint64_t)w->here.config->attachments * MB;
	struct imap_size *all;
	size_t sizes, kept = 0;

	*count_out = 0;
	if (!most)
		return 0;
	if (imap_sizes(w->session->imap, uid, n, a, &all, &sizes, e) < 0)
		return e->class == ERR_BOX ? 0 : -1; /* then all come whole */
	for (size_t i = 0; i < sizes; i++) {
		bool asked = false;

		for (size_t k = 0; k < n && all[i].size > most && !asked; k++)
			asked = uid[k] == all[i].uid;
		for (size_t k = 0; k < kept && asked; k++)
			asked = all[k].uid != all[i].uid;
		if (asked)
			all[kept++] = all[i];
	}
	*out = all;
	*count_out = kept;
	return 0;
}
