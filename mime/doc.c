/* SPDX-License-Identifier: GPL-3.0-or-later */
/* doc - building styled lines: see doc.h. What letters look like is in
 * doc_plain.c, html*.c and doc_render.c.
 *
 * A logical line is collected as safe text with pieces of style over it, and
 * wrapped into rows when it ends. */
#include "mime/doc.h"

#include <assert.h>
#include <stdlib.h>
#include <unilbrk.h>

#include "base/utf8.h"

/* What a row costs against LIMIT_TEXT_SHOWN besides its bytes, so that a letter
 * of empty lines has an end too. */
enum { ROW_COST = 32, ROOM_MIN = 8 };

struct piece {
	size_t start;
	unsigned style;
	int link;
};

struct doc_builder {
	struct arena *a;
	struct doc_builder *top; /* owns links, hidden texts and the ceiling */
	unsigned width;
	struct buf text; /* the line being built: has passed utf8_safe */
	struct piece *piece;
	size_t pieces, piece_cap;
	struct str first, rest;
	size_t first_cells, rest_cells;
	unsigned prefix_style;
	unsigned quote;
	int fold_depth;
	bool can_fold, by_word, is_fixed;
	struct doc *doc;
	size_t line_cap, link_cap, hidden_cap, image_cap;
	size_t cost;
};

static struct doc_builder *
begin(struct arena *a, unsigned width)
{
	struct doc_builder *b = ARENA_NEW(a, struct doc_builder);

	b->a = a;
	b->top = b;
	b->width = width;
	b->doc = ARENA_NEW(a, struct doc);
	buf_init(&b->text, LIMIT_TEXT_SHOWN);
	return b;
}

struct doc_builder *
doc_begin(struct arena *a, unsigned width)
{
	return begin(a, width);
}

struct doc_builder *
doc_begin_cell(struct doc_builder *b, unsigned width)
{
	struct doc_builder *cell = begin(b->a, width);

	cell->top = b->top;
	cell->by_word = b->by_word;
	return cell;
}

unsigned
doc_width(const struct doc_builder *b)
{
	return b->width;
}

bool
doc_is_full(const struct doc_builder *b)
{
	return b->top->cost >= LIMIT_TEXT_SHOWN;
}

/* The array P of elements of SIZE with room for one more. */
static void *
grown(struct arena *a, void *p, size_t count, size_t *cap, size_t size)
{
	if (count < *cap)
		return p;
	*cap = *cap ? *cap * 2 : 8;
	return arena_grow(a, p, count, *cap, size);
}

/* --- the line being built --------------------------------------------------
 */

void
doc_add(struct doc_builder *b, struct str text, unsigned style, int link)
{
	struct piece *last = b->pieces ? &b->piece[b->pieces - 1] : NULL;

	while (text.n) {
		ptrdiff_t end = str_chr(text, '\n');
		struct str line =
			end < 0 ? text : str_sub(text, 0, (size_t)end);

		if (b->text.n + line.n > LIMIT_TEXT_SHOWN - b->top->cost &&
			doc_is_full(b)) {
			b->top->doc->is_cut = true;
			return;
		}
		if (line.n &&
			(!last || last->style != style || last->link != link)) {
			b->piece = grown(b->a, b->piece, b->pieces,
				&b->piece_cap, sizeof *b->piece);
			last = &b->piece[b->pieces++];
			*last = (struct piece){ b->text.n, style, link };
		}
		utf8_safe(&b->text, line, UTF8_LINE);
		if (end < 0)
			return;
		doc_newline(b);
		last = NULL;
		text = str_sub(text, (size_t)end + 1, text.n);
	}
}

void
doc_printf(struct doc_builder *b, unsigned style, const char *fmt, ...)
{
	va_list ap;
	char *s;

	va_start(ap, fmt);
	s = arena_vprintf(b->a, fmt, ap);
	va_end(ap);
	doc_add(b, str_c(s), style, -1);
}

/* --- rows ------------------------------------------------------------------
 */

static struct doc_line *
add_line(struct doc_builder *b)
{
	struct doc *d = b->doc;
	struct doc_line *l;

	d->line = grown(b->a, d->line, d->lines, &b->line_cap, sizeof *l);
	l = &d->line[d->lines++];
	memset(l, 0, sizeof *l);
	l->quote = b->quote;
	l->fold_depth = b->fold_depth;
	return l;
}

/* The bytes FROM to TO of TEXT as one row. */
static void
add_row(struct doc_builder *b, struct str text, size_t from, size_t to,
	bool is_wrapped)
{
	struct str prefix = is_wrapped ? b->rest : b->first;
	struct doc_line *l;
	size_t n = 0, first = 0;

	b->top->cost += to - from + prefix.n + ROW_COST;
	if (doc_is_full(b)) {
		b->top->doc->is_cut = true;
		return;
	}
	l = add_line(b);
	l->is_wrapped = is_wrapped;
	l->can_fold = b->can_fold && !is_wrapped;
	/* the pieces that reach into the row */
	while (first + 1 < b->pieces && b->piece[first + 1].start <= from)
		first++;
	for (size_t i = first; i < b->pieces && b->piece[i].start < to; i++)
		n++;
	l->span = arena_array(b->a, n + 1, sizeof *l->span);
	if (prefix.n)
		l->span[l->spans++] =
			(struct doc_span){ prefix, b->prefix_style, -1 };
	for (size_t i = first; i < first + n; i++) {
		size_t s = b->piece[i].start,
		       e = i + 1 < b->pieces ? b->piece[i + 1].start : text.n;

		s = s < from ? from : s;
		e = e > to ? to : e;
		if (s < e)
			l->span[l->spans++] =
				(struct doc_span){ str_sub(text, s, e),
					b->piece[i].style, b->piece[i].link };
	}
	/* pieces behind are not looked at again */
	if (first > 0 && first < b->pieces) {
		b->piece += first;
		b->pieces -= first;
		b->piece_cap -= first;
	}
}

static bool
is_hangul(uint32_t cp)
{
	return (cp >= 0xac00 && cp <= 0xd7a3) ||
	       (cp >= 0x1100 && cp <= 0x11ff) || (cp >= 0x3130 && cp <= 0x318f);
}

/* Where may TEXT be parted? A byte for each of its bytes. */
static char *
find_breaks(const struct doc_builder *b, struct str text)
{
	char *breaks = malloc(text.n);

	if (!breaks)
		abort();
	if (b->is_fixed) {
		memset(breaks, UC_BREAK_PROHIBITED, text.n);
		return breaks;
	}
	u8_possible_linebreaks(
		(const uint8_t *)text.p, text.n, "UTF-8", breaks);
	if (b->by_word) {
		uint32_t cp = 0, before;

		for (size_t i = 0; i < text.n;) {
			size_t n;

			before = cp;
			n = utf8_decode(text, i, &cp);
			if (is_hangul(cp) && is_hangul(before))
				breaks[i] = UC_BREAK_PROHIBITED;
			i += n;
		}
	}
	return breaks;
}

/* The end of the row that starts at FROM and has ROOM cells; blanks may hang
 * over it. */
static size_t
row_end(struct str text, const char *breaks, size_t from, size_t room)
{
	size_t used = 0, i = from, last = 0;
	uint32_t cp;

	while (i < text.n) {
		size_t n = utf8_decode(text, i, &cp);
		size_t w = (size_t)utf8_cells(cp);

		if (i > from && (breaks[i] == UC_BREAK_POSSIBLE ||
					breaks[i] == UC_BREAK_MANDATORY))
			last = i;
		if (used + w > room && cp != ' ' && i > from)
			return last ? last : i;
		used += w;
		i += n;
	}
	return text.n;
}

static void
wrap(struct doc_builder *b, struct str text)
{
	size_t from = 0, room;
	bool is_wrapped = false;
	char *breaks;

	room = b->width > b->first_cells + ROOM_MIN ? b->width - b->first_cells
						    : ROOM_MIN;
	if (b->width == 0 || text.n <= room || utf8_width(text) <= room) {
		add_row(b, text, 0, text.n, false);
		return;
	}
	breaks = find_breaks(b, text);
	while (from < text.n && !doc_is_full(b)) {
		size_t to = row_end(text, breaks, from, room), end = to;

		/* blanks at the end of a row that goes on are not drawn */
		while (!b->is_fixed && to < text.n && end > from &&
			text.p[end - 1] == ' ')
			end--;
		add_row(b, text, from, end, is_wrapped);
		from = to;
		is_wrapped = true;
		room = b->width > b->rest_cells + ROOM_MIN
			       ? b->width - b->rest_cells
			       : ROOM_MIN;
	}
	free(breaks);
}

void
doc_newline(struct doc_builder *b)
{
	struct str text = arena_str(b->a, buf_str(&b->text));

	while (text.n && text.p[text.n - 1] == ' ' && !b->is_fixed)
		text.n--;
	wrap(b, text);
	buf_clear(&b->text);
	b->pieces = 0;
	b->can_fold = false;
}

/* --- settings and lists ----------------------------------------------------
 */

void
doc_set_quote(struct doc_builder *b, unsigned depth)
{
	b->quote = depth;
}

void
doc_set_fold(struct doc_builder *b, int depth, bool can_fold)
{
	b->fold_depth = depth;
	b->can_fold = can_fold;
}

static struct str
safe(struct arena *a, struct str s)
{
	struct buf b;
	struct str r;

	buf_init(&b, LIMIT_TEXT_SHOWN);
	utf8_safe(&b, s, UTF8_LINE);
	r = arena_str(a, buf_str(&b));
	buf_fini(&b);
	return r;
}

void
doc_set_prefix(struct doc_builder *b, struct str first, struct str rest,
	unsigned style)
{
	b->first = first.n ? safe(b->a, first) : STR_NONE;
	b->rest = rest.n ? safe(b->a, rest) : STR_NONE;
	b->first_cells = utf8_width(b->first);
	b->rest_cells = utf8_width(b->rest);
	b->prefix_style = style;
}

void
doc_set_by_word(struct doc_builder *b, bool by_word)
{
	b->by_word = by_word;
}

void
doc_set_fixed(struct doc_builder *b, bool is_fixed)
{
	b->is_fixed = is_fixed;
}

int
doc_add_link(struct doc_builder *b, struct doc_link link)
{
	struct doc *d;

	b = b->top;
	d = b->doc;
	if (d->links >= LIMIT_LINKS)
		return -1;
	d->link = grown(b->a, d->link, d->links, &b->link_cap, sizeof *d->link);
	link.text = safe(b->a, link.text);
	link.url = safe(b->a, link.url);
	link.host = safe(b->a, link.host);
	d->link[d->links] = link;
	return (int)d->links++;
}

void
doc_add_hidden(struct doc_builder *b, struct str text)
{
	struct doc *d;

	b = b->top;
	d = b->doc;
	if (d->hiddens >= LIMIT_LINKS || text.n == 0)
		return;
	d->hidden = grown(
		b->a, d->hidden, d->hiddens, &b->hidden_cap, sizeof *d->hidden);
	d->hidden[d->hiddens++] = safe(b->a, text);
}

void
doc_add_remote(struct doc_builder *b, unsigned n)
{
	b->top->doc->remote += n;
}

void
doc_add_pixel(struct doc_builder *b)
{
	b->top->doc->pixels++;
}

void
doc_add_image(struct doc_builder *b, struct str url)
{
	struct doc *d = b->top->doc;

	b = b->top;
	if (d->images >= LIMIT_LINKS)
		return;
	d->image = grown(
		b->a, d->image, d->images, &b->image_cap, sizeof *d->image);
	d->image[d->images++] = safe(b->a, url);
}

const struct doc *
doc_so_far(const struct doc_builder *b)
{
	return b->top->doc;
}

struct doc *
doc_end(struct doc_builder *b)
{
	if (b->text.n)
		doc_newline(b);
	buf_fini(&b->text);
	return b->doc;
}

struct doc *
doc_join(struct arena *a, const struct doc *head, struct doc *body)
{
	struct doc_line *both =
		arena_array(a, head->lines + body->lines, sizeof *both);

	if (head->lines)
		memcpy(both, head->line, head->lines * sizeof *both);
	if (body->lines)
		memcpy(both + head->lines, body->line,
			body->lines * sizeof *both);
	body->line = both;
	body->lines += head->lines;
	return body;
}

void
doc_text(struct buf *out, const struct doc *d)
{
	for (size_t i = 0; i < d->lines; i++) {
		const struct doc_line *l = &d->line[i];
		size_t start = out->n;

		for (size_t k = 0; k < l->spans; k++)
			buf_add(out, l->span[k].text);
		while (out->n > start && out->p[out->n - 1] == ' ')
			buf_cut(out, out->n - 1);
		buf_addc(out, '\n');
	}
}
