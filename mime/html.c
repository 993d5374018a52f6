/* SPDX-License-Identifier: GPL-3.0-or-later */
/* html - blocks, inline text and lists: see html.h. Tables and links have files
 * of their own.
 *
 * The walk goes over gumbo's tree once; its depth is bounded by html_prune and
 * counted besides. Text goes into the current flow, where white space collapses
 * and lines end at blocks. */
#include "mime/html.h"

#include "base/utf8.h"
#include "mime/html_heap.h"
#include "mime/html_prune.h"
#include "mime/html_walk.h"

enum { HIDDEN_MAX = 4096, GUMBO_MAX = 16 << 20 };

/* --- the flow --------------------------------------------------------------
 */

struct str
html_attribute(const GumboNode *n, const char *name)
{
	GumboAttribute *a = gumbo_get_attribute(&n->v.element.attributes, name);

	return a ? str_c(a->value) : STR_NONE;
}

bool
html_has(const GumboNode *n, const char *name)
{
	return gumbo_get_attribute(&n->v.element.attributes, name) != NULL;
}

unsigned
html_room(const struct html *h)
{
	unsigned width = doc_width(h->f->b);
	size_t used = utf8_width(buf_str(&h->f->indent));

	if (width == 0)
		return 0;
	return used + 10 < width ? width - (unsigned)used : 10;
}

static void
init_flow(struct html_flow *f, struct doc_builder *b)
{
	*f = (struct html_flow){ .b = b };
	buf_init(&f->indent, 1024);
	buf_init(&f->bullet, 1024);
}

static void
fini_flow(struct html_flow *f)
{
	buf_fini(&f->indent);
	buf_fini(&f->bullet);
}

void
html_flow_begin(struct html *h, struct html_flow *f, unsigned width)
{
	init_flow(f, doc_begin_cell(h->f->b, width));
	h->f = f;
}

struct doc *
html_flow_end(struct html *h, struct html_flow *f, struct html_flow *back)
{
	struct doc *d;

	html_break(h, 0);
	d = doc_end(f->b);
	fini_flow(f);
	h->f = back;
	return d;
}

/* Something is about to be written: bring the line to where it belongs. */
static void
begin_text(struct html_flow *f)
{
	if (f->has_text)
		return;
	if (f->is_started) {
		doc_set_prefix(f->b, buf_str(&f->indent), buf_str(&f->indent),
			f->quote ? DOC_QUOTE : 0);
		for (; f->blank; f->blank--)
			doc_newline(f->b);
	}
	f->blank = 0;
	doc_set_quote(f->b, f->quote);
	doc_set_prefix(f->b, buf_str(f->has_bullet ? &f->bullet : &f->indent),
		buf_str(&f->indent), f->quote ? DOC_QUOTE : 0);
	f->has_bullet = false;
	f->has_text = f->is_started = true;
	f->space = false;
}

void
html_newline(struct html *h)
{
	struct html_flow *f = h->f;

	if (!f->has_text) {
		/* empty lines at the top are none */
		if (f->is_started)
			f->blank++;
		return;
	}
	doc_newline(f->b);
	f->has_text = f->space = false;
}

void
html_break(struct html *h, unsigned blank)
{
	struct html_flow *f = h->f;

	if (f->has_text)
		html_newline(h);
	if (f->is_started && f->blank < blank)
		f->blank = blank;
}

void
html_say(struct html *h, struct str text, unsigned style)
{
	begin_text(h->f);
	if (h->f->space)
		doc_add(h->f->b, STR(" "), h->style, h->link);
	h->f->space = false;
	doc_add(h->f->b, text, h->style | style, h->link);
}

/* --- text ------------------------------------------------------------------
 */

/* Characters that take no room and are there to hide words from filters, or to
 * fill a preheader: they are taken out. */
static bool
is_nothing(uint32_t cp)
{
	return cp == 0xad || cp == 0x34f || cp == 0x180e ||
	       (cp >= 0x200b && cp <= 0x200f) ||
	       (cp >= 0x2060 && cp <= 0x2064) || cp == 0xfeff || cp == 0x61c ||
	       (cp >= 0x206a && cp <= 0x206f);
}

/* A joiner between two characters that are joined by it stays: emoji, and the
 * scripts of India. */
static bool
is_joiner(struct str s, size_t at, uint32_t cp)
{
	return cp == 0x200d && at > 0 && (signed char)s.p[at - 1] < 0 &&
	       at + 3 < s.n && (signed char)s.p[at + 3] < 0;
}

static void
add_pre(struct html *h, struct str s)
{
	struct str line;
	bool first = true;

	while (str_split(&s, '\n', &line)) {
		struct buf b;

		if (!first)
			html_newline(h);
		first = false;
		if (line.n && line.p[line.n - 1] == '\r')
			line.n--;
		if (line.n == 0)
			continue;
		begin_text(h->f);
		buf_init(&b, LIMIT_TEXT_SHOWN);
		utf8_safe(&b, line, UTF8_TEXT);
		doc_add(h->f->b, buf_str(&b), h->style, h->link);
		buf_fini(&b);
	}
}

static void
add_word(struct html *h, struct str word)
{
	struct html_flow *f = h->f;

	if (word.n == 0)
		return;
	begin_text(f);
	if (f->space)
		doc_add(f->b, STR(" "), h->style, h->link);
	f->space = false;
	doc_add(f->b, word, h->style, h->link);
}

/* White space becomes one blank; a no-break space is a blank of its own, but
 * many in a row are somebody's layout. */
static void
add_flowing(struct html *h, struct str s)
{
	size_t start = 0, nbsp = 0;
	uint32_t cp;

	for (size_t i = 0; i < s.n;) {
		size_t n = utf8_decode(s, i, &cp);
		bool white = cp == ' ' || cp == '\t' || cp == '\n' ||
			     cp == '\r' || cp == '\f';
		bool gone = is_nothing(cp) && !is_joiner(s, i, cp);

		if (cp == 0xa0 && ++nbsp > 3)
			gone = true;
		else if (cp != 0xa0 && !white && !gone)
			nbsp = 0;
		if (white || gone || cp == 0xa0) {
			add_word(h, str_sub(s, start, i));
			if (white)
				h->f->space |= h->f->has_text;
			else if (cp == 0xa0 && !gone && h->f->has_text)
				add_word(h, STR(" "));
			start = i + n;
		}
		i += n;
	}
	add_word(h, str_sub(s, start, s.n));
}

static void
add_hidden(struct html *h, struct str s)
{
	if (h->hidden.n < HIDDEN_MAX)
		buf_add(&h->hidden, s);
}

/* A hidden region ends: hand over what it said, in one line. */
static void
flush_hidden(struct html *h)
{
	size_t to = 0;
	uint32_t cp;
	struct buf b;

	if (h->hidden.n == 0)
		return;
	buf_init(&b, HIDDEN_MAX + 8);
	for (size_t i = 0; i < h->hidden.n;) {
		struct str s = buf_str(&h->hidden);
		size_t n = utf8_decode(s, i, &cp);

		if (cp <= ' ' || cp == 0xa0) {
			if (b.n && b.p[b.n - 1] != ' ')
				buf_addc(&b, ' ');
		} else if (!is_nothing(cp)) {
			buf_add(&b, str_sub(s, i, i + n));
			to = b.n;
		}
		i += n;
	}
	buf_cut(&b, to);
	doc_add_hidden(h->f->b, buf_str(&b));
	buf_fini(&b);
	buf_clear(&h->hidden);
}

static void
add_text(struct html *h, struct str s, const struct css_style *style)
{
	if (css_is_hidden(style)) {
		add_hidden(h, s);
		return;
	}
	if (style->is_pre)
		add_pre(h, s);
	else
		add_flowing(h, s);
}

/* All text below NODE goes to the hidden ones. */
static void
hide(struct html *h, const GumboNode *n, unsigned depth)
{
	const GumboVector *v;

	if (depth > HTML_WALK_DEPTH)
		return;
	if (n->type == GUMBO_NODE_TEXT || n->type == GUMBO_NODE_WHITESPACE ||
		n->type == GUMBO_NODE_CDATA) {
		add_hidden(h, str_c(n->v.text.text));
		return;
	}
	if (n->type != GUMBO_NODE_ELEMENT ||
		n->v.element.tag == GUMBO_TAG_STYLE)
		return;
	html_count_remote(h, n);
	v = &n->v.element.children;
	for (unsigned i = 0; i < v->length; i++)
		hide(h, v->data[i], depth + 1);
}

/* --- blocks ----------------------------------------------------------------
 */

static void
indent(struct html *h, struct str more, size_t *back)
{
	*back = h->f->indent.n;
	if (utf8_width(buf_str(&h->f->indent)) < HTML_INDENT_MAX)
		buf_add(&h->f->indent, more);
}

static void
quote(struct html *h, const GumboNode *n, const struct css_style *s,
	unsigned depth)
{
	size_t back;
	struct str type = html_attribute(n, "type");
	struct str class = html_attribute(n, "class");
	bool cite = str_ieq(type, STR("cite")) ||
		    str_ifind(class, STR("quote")) >= 0 || html_has(n, "cite");
	unsigned before = h->style;

	html_break(h, 1);
	indent(h, cite ? STR("> ") : STR("  "), &back);
	h->f->quote += cite;
	h->style |= cite ? DOC_QUOTE : 0;
	html_children(h, n, s, depth);
	html_break(h, 1);
	h->f->quote -= cite;
	h->style = before;
	buf_cut(&h->f->indent, back);
}

/* The mark of the item NUMBER (0: of no number) of a list of TYPE. */
static void
bullet(struct html *h, struct str type, unsigned number, char *out, size_t size)
{
	static const char *const marks[] = { "\u2022 ", "- ", "* " };
	struct buf b;

	buf_init(&b, size - 1);
	if (number)
		html_number(&b, type, number);
	else
		buf_adds(&b, marks[(h->list_depth - 1) % 3]);
	memcpy(out, buf_c(&b), b.n + 1);
	buf_fini(&b);
}

static void
list_item(struct html *h, const GumboNode *n, const struct css_style *s,
	struct str type, unsigned number, unsigned depth)
{
	char mark[32], blanks[33];
	size_t back, cells;

	html_break(h, 0);
	if (h->list_depth == 0)
		h->list_depth = 1;
	bullet(h, type, number, mark, sizeof mark);
	cells = utf8_width(str_c(mark));
	memset(blanks, ' ', cells);
	buf_clear(&h->f->bullet);
	buf_add(&h->f->bullet, buf_str(&h->f->indent));
	buf_adds(&h->f->bullet, mark);
	h->f->has_bullet = true;
	indent(h, (struct str){ blanks, cells }, &back);
	html_children(h, n, s, depth);
	html_break(h, 0);
	h->f->has_bullet = false;
	buf_cut(&h->f->indent, back);
}

static void
list(struct html *h, const GumboNode *n, const struct css_style *s,
	unsigned depth)
{
	const GumboVector *v = &n->v.element.children;
	bool ordered = n->v.element.tag == GUMBO_TAG_OL;
	struct str type = html_attribute(n, "type");
	uint64_t number = 1, given;
	size_t back;

	str_to_u64(html_attribute(n, "start"), 99999, &number);
	html_break(h, h->list_depth ? 0 : 1);
	indent(h, STR("  "), &back);
	h->list_depth++;
	for (unsigned i = 0; i < v->length; i++) {
		const GumboNode *c = v->data[i];
		struct css_style cs;

		if (c->type != GUMBO_NODE_ELEMENT ||
			c->v.element.tag != GUMBO_TAG_LI) {
			html_node(h, c, s, depth + 1);
			continue;
		}
		cs = css_of(h->sheet, c, s);
		html_count_remote(h, c);
		if (cs.is_gone) {
			hide(h, c, depth);
			flush_hidden(h);
			continue;
		}
		if (str_to_u64(html_attribute(c, "value"), 99999, &given))
			number = given;
		list_item(h, c, &cs, type, ordered ? (unsigned)number++ : 0,
			depth + 1);
	}
	h->list_depth--;
	buf_cut(&h->f->indent, back);
	html_break(h, h->list_depth ? 0 : 1);
}

static void
rule(struct html *h)
{
	unsigned n = html_room(h) ? html_room(h) : 40;

	html_break(h, 0);
	begin_text(h->f);
	for (unsigned i = 0; i < n && i < 200; i++)
		doc_add(h->f->b, STR("\u2500"), DOC_DIM, -1);
	html_break(h, 0);
}

static void
preformatted(struct html *h, const GumboNode *n, const struct css_style *s,
	unsigned depth)
{
	struct css_style pre = *s;

	pre.is_pre = true;
	html_break(h, 1);
	doc_set_fixed(h->f->b, true);
	html_children(h, n, &pre, depth);
	html_break(h, 1);
	doc_set_fixed(h->f->b, false);
}

int
html_margin(GumboTag tag)
{
	switch (tag) {
	case GUMBO_TAG_P:
	case GUMBO_TAG_H1:
	case GUMBO_TAG_H2:
	case GUMBO_TAG_H3:
	case GUMBO_TAG_H4:
	case GUMBO_TAG_H5:
	case GUMBO_TAG_H6:
	case GUMBO_TAG_DL:
	case GUMBO_TAG_FIELDSET:
	case GUMBO_TAG_FIGURE:
		return 1;
	case GUMBO_TAG_DIV:
	case GUMBO_TAG_CENTER:
	case GUMBO_TAG_ADDRESS:
	case GUMBO_TAG_ARTICLE:
	case GUMBO_TAG_ASIDE:
	case GUMBO_TAG_BODY:
	case GUMBO_TAG_HTML:
	case GUMBO_TAG_FOOTER:
	case GUMBO_TAG_HEADER:
	case GUMBO_TAG_MAIN:
	case GUMBO_TAG_NAV:
	case GUMBO_TAG_SECTION:
	case GUMBO_TAG_FORM:
	case GUMBO_TAG_DT:
	case GUMBO_TAG_DETAILS:
	case GUMBO_TAG_SUMMARY:
	case GUMBO_TAG_LEGEND:
	case GUMBO_TAG_FIGCAPTION:
	case GUMBO_TAG_CAPTION:
	case GUMBO_TAG_TR:
	case GUMBO_TAG_TD:
	case GUMBO_TAG_TH:
	case GUMBO_TAG_TBODY:
	case GUMBO_TAG_THEAD:
	case GUMBO_TAG_TFOOT:
		return 0;
	default:
		return -1;
	}
}

static unsigned
inline_style(const GumboNode *n, const struct css_style *s)
{
	unsigned style = 0;

	switch (n->v.element.tag) {
	case GUMBO_TAG_B:
	case GUMBO_TAG_STRONG:
	case GUMBO_TAG_TH:
		style = DOC_BOLD;
		break;
	case GUMBO_TAG_I:
	case GUMBO_TAG_EM:
	case GUMBO_TAG_U:
	case GUMBO_TAG_CITE:
	case GUMBO_TAG_INS:
		style = DOC_UNDERLINE;
		break;
	case GUMBO_TAG_CODE:
	case GUMBO_TAG_KBD:
	case GUMBO_TAG_SAMP:
	case GUMBO_TAG_TT:
	case GUMBO_TAG_PRE:
		style = DOC_CODE;
		break;
	case GUMBO_TAG_H1:
	case GUMBO_TAG_H2:
	case GUMBO_TAG_H3:
	case GUMBO_TAG_H4:
	case GUMBO_TAG_H5:
	case GUMBO_TAG_H6:
		style = DOC_HEADING | DOC_BOLD;
		break;
	case GUMBO_TAG_S:
	case GUMBO_TAG_STRIKE:
	case GUMBO_TAG_DEL:
		style = DOC_DIM;
		break;
	default:
		break;
	}
	return style | (s->is_bold ? DOC_BOLD : 0) |
	       (s->is_struck ? DOC_DIM : 0);
}

/* What stands around an element whose style alone would be lost where a
 * terminal has none. */
static bool
has_marks(GumboTag tag, struct str *open, struct str *close)
{
	switch (tag) {
	case GUMBO_TAG_SUP:
		*open = STR("^");
		*close = STR("");
		return true;
	case GUMBO_TAG_SUB:
		*open = STR("[");
		*close = STR("]");
		return true;
	case GUMBO_TAG_Q:
		*open = STR("\u201c");
		*close = STR("\u201d");
		return true;
	case GUMBO_TAG_DEL:
		*open = STR("[DEL:");
		*close = STR(":DEL]");
		return true;
	case GUMBO_TAG_INS:
		*open = STR("[INS:");
		*close = STR(":INS]");
		return true;
	case GUMBO_TAG_S:
	case GUMBO_TAG_STRIKE:
		*open = STR("[S:");
		*close = STR(":S]");
		return true;
	default:
		return false;
	}
}

static void
marked(struct html *h, const GumboNode *n, const struct css_style *s,
	unsigned depth, struct str open, struct str close)
{
	bool space, is_empty = n->v.element.children.length == 0;

	if (is_empty || css_is_hidden(s)) {
		html_children(h, n, s, depth);
		return;
	}
	html_say(h, open, DOC_DIM);
	html_children(h, n, s, depth);
	space = h->f->space;
	h->f->space = false;
	if (close.n)
		html_say(h, close, DOC_DIM);
	h->f->space = space;
}

/* Elements that have a layout of their own. */
static bool
special(struct html *h, const GumboNode *n, const struct css_style *s,
	unsigned depth)
{
	switch (n->v.element.tag) {
	case GUMBO_TAG_BR:
		html_newline(h);
		return true;
	case GUMBO_TAG_HR:
		rule(h);
		return true;
	case GUMBO_TAG_IMG:
		html_image(h, n);
		return true;
	case GUMBO_TAG_A:
		html_link(h, n, s, depth);
		return true;
	case GUMBO_TAG_TABLE:
		html_table(h, n, s, depth);
		return true;
	case GUMBO_TAG_UL:
	case GUMBO_TAG_OL:
	case GUMBO_TAG_MENU:
	case GUMBO_TAG_DIR:
		list(h, n, s, depth);
		return true;
	case GUMBO_TAG_LI:
		list_item(h, n, s, STR_NONE, 0, depth);
		return true;
	case GUMBO_TAG_BLOCKQUOTE:
		quote(h, n, s, depth);
		return true;
	case GUMBO_TAG_PRE:
	case GUMBO_TAG_LISTING:
	case GUMBO_TAG_XMP:
	case GUMBO_TAG_PLAINTEXT:
		preformatted(h, n, s, depth);
		return true;
	case GUMBO_TAG_DD: {
		size_t back;

		html_break(h, 0);
		indent(h, STR("    "), &back);
		html_children(h, n, s, depth);
		html_break(h, 0);
		buf_cut(&h->f->indent, back);
		return true;
	}
	case GUMBO_TAG_INPUT:
	case GUMBO_TAG_SELECT:
	case GUMBO_TAG_TEXTAREA:
	case GUMBO_TAG_BUTTON:
	case GUMBO_TAG_IFRAME:
	case GUMBO_TAG_FRAME:
		html_control(h, n, s, depth);
		return true;
	case GUMBO_TAG_META:
	case GUMBO_TAG_BASE:
		html_meta(h, n);
		return true;
	case GUMBO_TAG_STYLE: /* read beforehand */
	case GUMBO_TAG_SCRIPT:
	case GUMBO_TAG_TITLE:
	case GUMBO_TAG_LINK:
	case GUMBO_TAG_TEMPLATE:
		return true;
	default:
		return false;
	}
}

static void
element(struct html *h, const GumboNode *n, const struct css_style *parent,
	unsigned depth)
{
	struct css_style s = css_of(h->sheet, n, parent);
	unsigned style = h->style;
	int space = html_margin(n->v.element.tag);
	struct str open, close;

	html_count_remote(h, n);
	if (s.is_gone) {
		hide(h, n, depth);
		flush_hidden(h);
		return;
	}
	if (space < 0 && s.is_block)
		space = 0;
	h->style |= inline_style(n, &s);
	if (has_marks(n->v.element.tag, &open, &close)) {
		marked(h, n, &s, depth, open, close);
	} else if (!special(h, n, &s, depth)) {
		if (space >= 0)
			html_break(h, (unsigned)space);
		html_children(h, n, &s, depth);
		if (space >= 0)
			html_break(h, (unsigned)space);
	}
	h->style = style;
	if (h->hidden.n && !css_is_hidden(parent))
		flush_hidden(h);
}

void
html_node(struct html *h, const GumboNode *n, const struct css_style *s,
	unsigned depth)
{
	if (depth > HTML_WALK_DEPTH || doc_is_full(h->f->b))
		return;
	switch (n->type) {
	case GUMBO_NODE_TEXT:
	case GUMBO_NODE_WHITESPACE:
	case GUMBO_NODE_CDATA:
		add_text(h, str_c(n->v.text.text), s);
		break;
	case GUMBO_NODE_ELEMENT:
		element(h, n, s, depth);
		break;
	default:
		break;
	}
}

void
html_children(struct html *h, const GumboNode *n, const struct css_style *s,
	unsigned depth)
{
	const GumboVector *v = &n->v.element.children;

	for (unsigned i = 0; i < v->length; i++)
		html_node(h, v->data[i], s, depth + 1);
}

/* --- the door --------------------------------------------------------------
 */

/* Put back what was laid aside, and read the style elements and the base,
 * before anything is drawn. */
static void
collect(struct html *h, const struct html_aside *s, GumboNode *n,
	unsigned depth)
{
	const GumboVector *v;

	html_aside_back(s, n);
	if (n->type != GUMBO_NODE_ELEMENT || depth > HTML_WALK_DEPTH)
		return;
	v = &n->v.element.children;
	if (n->v.element.tag == GUMBO_TAG_STYLE) {
		for (unsigned i = 0; i < v->length; i++) {
			const GumboNode *c = v->data[i];

			if (c->type == GUMBO_NODE_TEXT ||
				c->type == GUMBO_NODE_CDATA)
				doc_add_remote(h->f->b,
					css_add(h->sheet,
						str_c(c->v.text.text)));
		}
		return;
	}
	if (n->v.element.tag == GUMBO_TAG_BASE && h->base.n == 0)
		h->base = html_attribute(n, "href");
	for (unsigned i = 0; i < v->length; i++)
		collect(h, s, v->data[i], depth + 1);
}

void
html_render(
	struct doc_builder *b, struct str html, const struct html_options *o)
{
	static const struct html_options none = { 0 };
	GumboOptions options = kGumboDefaultOptions;
	struct html h = { .a = arena_new(), .o = o ? o : &none, .link = -1 };
	struct html_aside aside;
	struct html_heap heap;
	struct css_style s = css_initial();
	struct html_flow f;
	struct buf clean;
	GumboOutput *tree;

	/* a body makes ten times its size of nodes, at least */
	html_heap_init(&heap, 10 * html.n);
	arena_expect(h.a, 2 * html.n);
	buf_init(&clean, GUMBO_MAX);
	(void)buf_room(&clean, html.n < GUMBO_MAX / 2 ? html.n : 0);
	html_aside_init(&aside, h.a, html);
	html_prune(&clean, html, &aside);
	options.max_errors = 0;
	options.allocator = html_heap_take;
	options.deallocator = html_heap_give;
	options.userdata = &heap;
	tree = gumbo_parse_with_options(&options, buf_c(&clean), clean.n);
	buf_fini(&clean); /* the tree's pointers into it are not looked at */
	init_flow(&f, b);
	buf_init(&h.hidden, HIDDEN_MAX + 1);
	h.f = &f;
	h.sheet = css_new(h.a);
	if (tree) {
		collect(&h, &aside, tree->root, 0);
		html_node(&h, tree->root, &s, 0);
		flush_hidden(&h);
	}
	html_break(&h, 0);
	doc_set_prefix(b, STR_NONE, STR_NONE, 0);
	doc_set_quote(b, 0);
	buf_fini(&h.hidden);
	fini_flow(&f);
	arena_free(&h.a);
	html_heap_fini(&heap); /* the tree */
}
