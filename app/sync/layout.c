/* SPDX-License-Identifier: GPL-3.0-or-later */
/* layout - see layout.h */
#include "app/sync/layout.h"

#include "mime/part.h"

struct maker {
	struct arena *a;
	const struct imap_part *part;
	const struct str *head;
	size_t parts;
	struct layout_piece *piece;
	size_t pieces;
	bool is_bad;
	struct buf text, all; /* of the piece; of all, the bodies empty */
};

/* The text so far and then the body of LEAF. */
static void
end_piece(struct maker *m, const struct imap_part *leaf)
{
	m->piece[m->pieces++] =
		(struct layout_piece){ arena_str(m->a, buf_str(&m->text)),
			leaf };
	buf_add(&m->all, buf_str(&m->text));
	buf_clear(&m->text);
}

/* HEADER with the empty line that ends it. */
static void
put_header(struct maker *m, struct str header)
{
	ptrdiff_t end = str_find(header, STR("\r\n\r\n"));
	bool is_ended = end >= 0 || str_eq(header, STR("\r\n"));

	/* what follows the empty line is no header */
	m->is_bad |= (end >= 0 && (size_t)end + 4 != header.n) ||
		     (header.n > 2 && str_starts(header, STR("\r\n")));

	buf_add(&m->text, header);
	if (header.n && !str_ends(header, STR("\r\n")))
		buf_adds(&m->text, "\r\n");
	if (!is_ended)
		buf_adds(&m->text, "\r\n");
}

/* The boundary that HEADER names; empty where it names none. */
static struct str
boundary_of(struct maker *m, struct str header)
{
	struct part *p = part_parse(m->a, header, NULL);

	struct str b = p->kind == PART_MULTI
			       ? field_param(&p->params, "boundary")
			       : STR("");

	for (size_t i = 0; i < b.n; i++) /* one that could write a header */
		if ((unsigned char)b.p[i] < ' ')
			return STR("");
	return b;
}

/* Part *AT with those below it, behind its HEADER; *AT is the next then. */
static bool
put(struct maker *m, struct str header, size_t *at)
{
	const struct imap_part *p = &m->part[(*at)++];
	struct str boundary;

	put_header(m, header);
	if (!p->is_multi) {
		end_piece(m, p);
		return true;
	}
	boundary = boundary_of(m, header);
	if (boundary.n == 0)
		return false;
	for (bool first = true;
		*at < m->parts && m->part[*at].depth == p->depth + 1;
		first = false) {
		buf_printf(&m->text, "%s--%.*s\r\n", first ? "" : "\r\n",
			STR_ARG(boundary));
		if (!put(m, m->head[*at], at))
			return false;
	}
	buf_printf(&m->text, "\r\n--%.*s--\r\n", STR_ARG(boundary));
	return true;
}

/* Does our parser find in ALL the leaves that were asked for, and no other? */
static bool
is_alike(struct maker *m, struct str all)
{
	const struct part *root = part_parse(m->a, all, NULL);
	size_t i = 0;

	for (const struct part *p = root; p; p = part_next(root, p, false)) {
		if (p->kind == PART_MULTI)
			continue;
		while (i < m->parts && m->part[i].is_multi)
			i++;
		if (i == m->parts ||
			!str_eq(p->number, str_c(m->part[i].number)))
			return false;
		i++;
	}
	while (i < m->parts && m->part[i].is_multi)
		i++;
	return i == m->parts;
}

bool
layout_make(struct arena *a, struct str header, const struct imap_part *part,
	const struct str *head, size_t parts, struct layout_piece **out,
	size_t *count_out)
{
	struct maker m = { .a = a, .part = part, .head = head, .parts = parts };
	size_t at = 0;
	bool is_good;

	buf_init(&m.text, 4 * LIMIT_HEADER_BLOCK);
	buf_init(&m.all, 4 * LIMIT_HEADER_BLOCK);
	m.piece = arena_array(a, parts + 1, sizeof *m.piece);
	is_good = parts > 0 && put(&m, header, &at) && at == parts;
	end_piece(&m, NULL);
	is_good = is_good && !m.is_bad && !m.text.full && !m.all.full &&
		  is_alike(&m, buf_str(&m.all));
	buf_fini(&m.text);
	buf_fini(&m.all);
	*out = m.piece;
	*count_out = is_good ? m.pieces : 0;
	return is_good;
}
