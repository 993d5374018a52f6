/* SPDX-License-Identifier: GPL-3.0-or-later */
/* html_table - tables: see html_walk.h.
 *
 * A table that holds tables, lists or whole paragraphs side by side is a layout
 * and is dissolved: its cells follow one another. Others are drawn as a grid:
 * each cell is laid out once without a width, then the columns share the room
 * and the cell's lines are wrapped to its column. */
#include "mime/html_walk.h"

#include "base/utf8.h"

enum { COLUMNS_MAX = 30, ROWS_MAX = 2000, GAP = 2, COLUMN_MIN = 4 };

struct cell {
	const GumboNode *node;
	struct css_style style;
	unsigned column, span;
	struct doc *doc;  /* laid out without a width */
	struct doc *rows; /* wrapped to its column */
	unsigned natural; /* cells of its longest line */
	unsigned word;    /* of its longest word */
};

struct row {
	struct cell *cell;
	unsigned count;
};

struct grid {
	struct row *row;
	size_t rows, cap;
	unsigned columns;
	unsigned left[COLUMNS_MAX]; /* rows that a cell above still takes */
	unsigned natural[COLUMNS_MAX], word[COLUMNS_MAX], width[COLUMNS_MAX];
	bool is_data;  /* has heads, a caption or a border */
	bool is_plain; /* can be a grid at all */
};

/* --- reading ---------------------------------------------------------------
 */

static bool
is_tag(const GumboNode *n, GumboTag tag)
{
	return n->type == GUMBO_NODE_ELEMENT && n->v.element.tag == tag;
}

/* Does something stand below N that makes a layout of the table around it? */
static bool
has_blocks(const GumboNode *n, unsigned depth)
{
	const GumboVector *v;

	if (n->type != GUMBO_NODE_ELEMENT)
		return false;
	if (depth > HTML_WALK_DEPTH)
		return true;
	switch (n->v.element.tag) {
	case GUMBO_TAG_TABLE:
	case GUMBO_TAG_UL:
	case GUMBO_TAG_OL:
	case GUMBO_TAG_BLOCKQUOTE:
	case GUMBO_TAG_PRE:
	case GUMBO_TAG_HR:
	case GUMBO_TAG_TEXTAREA:
	case GUMBO_TAG_IFRAME:
	case GUMBO_TAG_H1:
	case GUMBO_TAG_H2:
		return true;
	default:
		break;
	}
	v = &n->v.element.children;
	for (unsigned i = 0; i < v->length; i++)
		if (has_blocks(v->data[i], depth + 1))
			return true;
	return false;
}

static unsigned
span_of(const GumboNode *n, const char *name)
{
	uint64_t v = 1;

	str_to_u64(str_trim(html_attribute(n, name)), COLUMNS_MAX, &v);
	return v ? (unsigned)v : 1;
}

static void
add_row(struct html *h, struct grid *g, const GumboNode *tr,
	const struct css_style *s)
{
	const GumboVector *v = &tr->v.element.children;
	struct row r = { 0 };
	unsigned column = 0;

	r.cell = arena_array(h->a, v->length + 1, sizeof *r.cell);
	for (unsigned i = 0; i < v->length; i++) {
		const GumboNode *n = v->data[i];
		struct cell c = { .node = n, .span = 1 };
		unsigned down;

		if (!is_tag(n, GUMBO_TAG_TD) && !is_tag(n, GUMBO_TAG_TH))
			continue;
		c.style = css_of(h->sheet, n, s);
		if (c.style.is_gone) {
			g->is_plain = false; /* the slow way hides it */
			return;
		}
		while (column < COLUMNS_MAX && g->left[column] > 0)
			g->left[column++]--;
		c.column = column;
		c.span = span_of(n, "colspan");
		if (column + c.span > COLUMNS_MAX || has_blocks(n, 0)) {
			g->is_plain = false;
			return;
		}
		g->is_data |= is_tag(n, GUMBO_TAG_TH);
		down = span_of(n, "rowspan");
		for (unsigned k = 0; k < c.span; k++)
			g->left[column++] = down - 1;
		r.cell[r.count++] = c;
	}
	for (unsigned k = column; k < COLUMNS_MAX; k++)
		g->left[k] -= g->left[k] > 0;
	if (column > g->columns)
		g->columns = column;
	if (g->rows == g->cap) {
		struct row *bigger;

		g->cap = g->cap ? g->cap * 2 : 16;
		bigger = arena_array(h->a, g->cap, sizeof *bigger);
		if (g->rows)
			memcpy(bigger, g->row, g->rows * sizeof *bigger);
		g->row = bigger;
	}
	if (r.count)
		g->row[g->rows++] = r;
	if (g->rows >= ROWS_MAX)
		g->is_plain = false;
}

static void
read_rows(struct html *h, struct grid *g, const GumboNode *n,
	const struct css_style *s, unsigned level)
{
	const GumboVector *v = &n->v.element.children;

	for (unsigned i = 0; i < v->length && g->is_plain; i++) {
		const GumboNode *c = v->data[i];
		struct css_style cs;

		if (c->type != GUMBO_NODE_ELEMENT)
			continue;
		cs = css_of(h->sheet, c, s);
		if (cs.is_gone) {
			g->is_plain = false;
		} else if (c->v.element.tag == GUMBO_TAG_TR) {
			add_row(h, g, c, &cs);
		} else if (level == 0 &&
			   (c->v.element.tag == GUMBO_TAG_TBODY ||
				   c->v.element.tag == GUMBO_TAG_THEAD ||
				   c->v.element.tag == GUMBO_TAG_TFOOT)) {
			read_rows(h, g, c, &cs, 1);
		} else if (c->v.element.tag == GUMBO_TAG_CAPTION) {
			g->is_data = true;
		}
	}
}

/* --- measuring -------------------------------------------------------------
 */

static void
measure(struct cell *c)
{
	for (size_t i = 0; i < c->doc->lines; i++) {
		const struct doc_line *l = &c->doc->line[i];
		size_t w = 0, word = 0;

		for (size_t k = 0; k < l->spans; k++) {
			struct str t = l->span[k].text;
			struct str rest = t, one;

			w += utf8_width(t);
			while (rest.n && str_split(&rest, ' ', &one)) {
				size_t n = utf8_width(one);

				word = n > word ? n : word;
			}
		}
		if (w > c->natural)
			c->natural = (unsigned)w;
		if (word > c->word)
			c->word = (unsigned)word;
	}
}

static void
lay_out_cells(struct html *h, struct grid *g, unsigned depth)
{
	struct html_flow *back = h->f;

	for (size_t i = 0; i < g->rows; i++)
		for (unsigned k = 0; k < g->row[i].count; k++) {
			struct cell *c = &g->row[i].cell[k];
			unsigned style = h->style;
			struct html_flow f;

			html_flow_begin(h, &f, 0);
			html_count_remote(h, c->node);
			if (is_tag(c->node, GUMBO_TAG_TH))
				h->style |= DOC_LABEL | DOC_BOLD;
			html_children(h, c->node, &c->style, depth);
			h->style = style;
			c->doc = html_flow_end(h, &f, back);
			measure(c);
			if (c->span > 1)
				continue;
			if (c->natural > g->natural[c->column])
				g->natural[c->column] = c->natural;
			if (c->word > g->word[c->column])
				g->word[c->column] = c->word;
		}
}

static unsigned
sum(const unsigned *v, const struct grid *g)
{
	unsigned n = 0, used = 0;

	for (unsigned i = 0; i < g->columns; i++) {
		n += v[i];
		used += v[i] > 0;
	}
	return n + (used ? (used - 1) * GAP : 0);
}

/* Share ROOM among the columns: what they ask for where it fits, else a part of
 * it but never less than their words. False where not even those fit. */
static bool
share(struct grid *g, unsigned room)
{
	unsigned want = sum(g->natural, g), least, over;

	memcpy(g->width, g->natural, sizeof g->width);
	if (room == 0 || want <= room)
		return true;
	for (unsigned i = 0; i < g->columns; i++) {
		unsigned w = g->word[i];

		w = w < COLUMN_MIN && g->natural[i] >= COLUMN_MIN ? COLUMN_MIN
								  : w;
		g->width[i] = w > g->natural[i] ? g->natural[i] : w;
	}
	least = sum(g->width, g);
	if (least > room)
		return false;
	over = room - least;
	for (unsigned i = 0; i < g->columns; i++) {
		uint64_t need = g->natural[i] - g->width[i], all = want - least;

		if (all)
			g->width[i] += (unsigned)(need * over / all);
	}
	return true;
}

/* --- drawing ---------------------------------------------------------------
 */

/* The lines of D again, wrapped to WIDTH. */
static struct doc *
rewrap(struct html *h, const struct doc *d, unsigned width)
{
	struct doc_builder *b = doc_begin_cell(h->f->b, width ? width : 1);

	for (size_t i = 0; i < d->lines; i++) {
		for (size_t k = 0; k < d->line[i].spans; k++)
			doc_add(b, d->line[i].span[k].text,
				d->line[i].span[k].style,
				d->line[i].span[k].link);
		doc_newline(b);
	}
	return doc_end(b);
}

static unsigned
cell_width(const struct grid *g, const struct cell *c)
{
	unsigned w = 0;

	for (unsigned k = c->column; k < c->column + c->span; k++)
		if (g->width[k])
			w += g->width[k] + (w ? GAP : 0);
	return w;
}

static void
pad(struct html *h, struct buf *b, unsigned n)
{
	buf_clear(b);
	while (n--)
		buf_addc(b, ' ');
	if (b->n)
		doc_add(h->f->b, buf_str(b), 0, -1);
}

/* One row of cells, LINE of each. */
static void
draw_line(struct html *h, const struct grid *g, const struct row *r,
	size_t line, struct buf *tmp)
{
	unsigned at = 0, x = 0, column = 0;

	html_say(h, STR(""), 0);
	for (unsigned k = 0; k < r->count; k++) {
		const struct cell *c = &r->cell[k];
		const struct doc_line *l;

		for (; column < c->column; column++)
			if (g->width[column])
				x += g->width[column] + GAP;
		column = c->column + c->span;
		if (line < c->rows->lines && c->rows->line[line].spans) {
			pad(h, tmp, x > at ? x - at : 0);
			at = x > at ? x : at;
			l = &c->rows->line[line];
			for (size_t i = 0; i < l->spans; i++) {
				doc_add(h->f->b, l->span[i].text,
					l->span[i].style, l->span[i].link);
				at += (unsigned)utf8_width(l->span[i].text);
			}
		}
		x += cell_width(g, c) + (cell_width(g, c) ? GAP : 0);
	}
	html_newline(h);
}

static void
draw(struct html *h, struct grid *g)
{
	struct buf tmp;

	buf_init(&tmp, 4096);
	doc_set_fixed(h->f->b, true);
	for (size_t i = 0; i < g->rows; i++) {
		struct row *r = &g->row[i];
		size_t lines = 0;

		for (unsigned k = 0; k < r->count; k++) {
			struct cell *c = &r->cell[k];

			c->rows = rewrap(h, c->doc, cell_width(g, c));
			if (c->rows->lines > lines)
				lines = c->rows->lines;
		}
		for (size_t n = 0; n < lines; n++)
			draw_line(h, g, r, n, &tmp);
	}
	doc_set_fixed(h->f->b, false);
	buf_fini(&tmp);
}

/* The cells one after another: what a grid has no room for. Their layout is
 * there already. */
static void
draw_dissolved(struct html *h, struct grid *g)
{
	for (size_t i = 0; i < g->rows; i++)
		for (unsigned k = 0; k < g->row[i].count; k++) {
			const struct doc *d = g->row[i].cell[k].doc;

			for (size_t n = 0; n < d->lines; n++) {
				const struct doc_line *l = &d->line[n];

				html_say(h, STR(""), 0);
				for (size_t x = 0; x < l->spans; x++)
					doc_add(h->f->b, l->span[x].text,
						l->span[x].style,
						l->span[x].link);
				html_newline(h);
			}
		}
}

/* A cell that spans columns asks for what they do not give it. */
static void
widen_for_spans(struct grid *g)
{
	for (size_t i = 0; i < g->rows; i++)
		for (unsigned k = 0; k < g->row[i].count; k++) {
			struct cell *c = &g->row[i].cell[k];
			unsigned last = c->column + c->span - 1, have = 0,
				 words = 0;

			if (c->span == 1)
				continue;
			for (unsigned n = c->column; n <= last; n++) {
				have += g->natural[n] + (n < last ? GAP : 0);
				words += g->word[n] + (n < last ? GAP : 0);
			}
			if (c->natural > have)
				g->natural[last] += c->natural - have;
			if (c->word > words)
				g->word[last] += c->word - words;
		}
}

void
html_table(struct html *h, const GumboNode *n, const struct css_style *s,
	unsigned depth)
{
	struct grid g = { .is_plain = true };
	struct str border = html_attribute(n, "border");
	const GumboVector *v = &n->v.element.children;

	html_break(h, 0);
	g.is_data = border.n && !str_eq(border, STR("0"));
	if (str_ieq(html_attribute(n, "role"), STR("presentation")))
		g.is_data = false;
	read_rows(h, &g, n, s, 0);
	if (!g.is_plain || g.columns < 2) {
		html_children(h, n, s, depth);
		html_break(h, g.is_data);
		return;
	}
	for (unsigned i = 0; i < v->length; i++)
		if (is_tag(v->data[i], GUMBO_TAG_CAPTION))
			html_node(h, v->data[i], s, depth + 1);
	html_break(h, g.is_data);
	lay_out_cells(h, &g, depth);
	widen_for_spans(&g);
	if (share(&g, html_room(h)))
		draw(h, &g);
	else
		draw_dissolved(h, &g);
	html_break(h, g.is_data);
}
