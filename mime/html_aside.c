/* SPDX-License-Identifier: GPL-3.0-or-later */
/* html_aside - see html_aside.h. A mark is a number between characters of the
 * private area (gumbo lets no control pass). A letter that has the first of
 * them itself, if only as a reference, could put one piece in many places, a
 * megabyte for each twenty bytes: then nothing is laid aside. */
#include "mime/html_aside.h"

#include "base/utf8.h"

/* A mark takes a few bytes, and its piece a copy: not for short ones, and not
 * for very many. */
enum { PIECE_MIN = 20, PIECES_MAX = 20000, DIGITS_MAX = 8 };
#define BEGIN "\xee\x80\x80" /* U+E000 */
#define END "\xee\x80\x81"   /* U+E001 */

/* Does a reference in S ("&#57344;", "&#xE000") stand for what a mark begins
 * with? No name of HTML does. */
static bool
may_forge(struct str s)
{
	size_t i = 0;
	ptrdiff_t at;

	while ((at = str_find(str_sub(s, i, s.n), STR("&#"))) >= 0) {
		unsigned base = 10, v = 0;

		i += (size_t)at + 2;
		if (i < s.n && (s.p[i] == 'x' || s.p[i] == 'X')) {
			base = 16;
			i++;
		}
		for (; i < s.n && v < 0x110000; i++) {
			char c = s.p[i];
			unsigned d = c >= '0' && c <= '9' ? (unsigned)(c - '0')
				     : base == 16 && (c | 32) >= 'a' &&
						     (c | 32) <= 'f'
					     ? (unsigned)((c | 32) - 'a') + 10
					     : 99;

			if (d == 99)
				break;
			v = v * base + d;
		}
		if (v == 0xe000)
			return true;
	}
	return false;
}

void
html_aside_init(struct html_aside *s, struct arena *a, struct str html)
{
	*s = (struct html_aside){ .a = a };
	s->is_off =
		html.n == 0 || memchr(html.p, 0, html.n) || may_forge(html) ||
		(!str_is_ascii(html) &&
			(str_find(html, STR(BEGIN)) >= 0 || !utf8_valid(html)));
}

/* Would gumbo leave S as it is? It reads references, and replaces controls. */
static bool
is_plain(struct str s)
{
	bool odd = false;

	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		odd |= (c < ' ' && c != '\t' && c != '\n') | (c == '&') |
		       (c == 0x7f);
		/* U+0080 to U+009F */
		if (c == 0xc2 && i + 1 < s.n &&
			(unsigned char)s.p[i + 1] < 0xa0)
			return false;
	}
	return !odd;
}

static bool
is_white(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\f';
}

static void
add_mark(struct buf *out, size_t number)
{
	char digit[24];
	size_t i = sizeof digit;

	do
		digit[--i] = (char)('0' + number % 10);
	while (number /= 10);
	buf_adds(out, BEGIN);
	buf_add(out, (struct str){ digit + i, sizeof digit - i });
	buf_adds(out, END);
}

static void
add_piece(struct html_aside *s, struct buf *out, struct str piece)
{
	if (s->count == s->cap) {
		s->cap = s->cap ? s->cap * 2 : 64;
		s->piece = arena_grow(
			s->a, s->piece, s->count, s->cap, sizeof *s->piece);
	}
	add_mark(out, s->count);
	s->piece[s->count++] = piece;
}

void
html_aside_add(struct html_aside *s, struct buf *out, struct str text)
{
	size_t start = 0, end = text.n;

	if (s->is_off || text.n < PIECE_MIN || s->count >= PIECES_MAX ||
		!is_plain(text)) {
		buf_add(out, text);
		return;
	}
	/* white space decides where text may stand (WHATWG HTML, 13.2.6) */
	while (start < end && is_white(text.p[start]))
		start++;
	while (end > start && is_white(text.p[end - 1]))
		end--;
	buf_add(out, str_sub(text, 0, start));
	if (end - start < PIECE_MIN)
		buf_add(out, str_sub(text, start, end));
	else
		add_piece(s, out, str_sub(text, start, end));
	buf_add(out, str_sub(text, end, text.n));
}

/* The piece of the mark at AT, which ends at *AFTER_OUT; NULL for none, or
 * where it was a text's and has been put back: what html_prune leaves out may
 * have parted the bytes of a reference. */
static struct str *
piece_at(const struct html_aside *s, struct str text, size_t at,
	size_t *after_out)
{
	size_t start = at + sizeof BEGIN - 1, i = start, n = 0;

	while (i < text.n && i - start < DIGITS_MAX && text.p[i] >= '0' &&
		text.p[i] <= '9')
		n = n * 10 + (size_t)(text.p[i++] - '0');
	if (i == start || n >= s->count || !s->piece[n].p ||
		!str_starts(str_sub(text, i, text.n), STR(END)))
		return NULL;
	*after_out = i + sizeof END - 1;
	return &s->piece[n];
}

/* TEXT with its pieces; TEXT itself where it has none. Gumbo copies attributes
 * and never texts: ONCE is for these. */
static const char *
whole(const struct html_aside *s, const char *text, bool once)
{
	struct str in = str_c(text);
	ptrdiff_t mark = str_find(in, STR(BEGIN));
	struct str *p;
	size_t at, after = 0;
	struct buf b;
	char *r;

	if (mark < 0)
		return text;
	/* nearly always one mark and nothing else */
	p = piece_at(s, in, (size_t)mark, &after);
	if (p && mark == 0 && after == in.n) {
		const char *all = arena_cstr(s->a, *p);

		if (once)
			*p = STR_NONE;
		return all;
	}
	buf_init(&b, SIZE_MAX / 2);
	at = 0;
	while (at < in.n) {
		p = str_starts(str_sub(in, at, in.n), STR(BEGIN))
			    ? piece_at(s, in, at, &after)
			    : NULL;
		if (p) {
			buf_add(&b, *p);
			if (once)
				*p = STR_NONE;
			at = after;
		} else {
			buf_addc(&b, in.p[at++]);
		}
	}
	r = arena_cstr(s->a, buf_str(&b));
	buf_fini(&b);
	return r;
}

void
html_aside_back(const struct html_aside *s, GumboNode *node)
{
	GumboVector *v;

	if (s->count == 0)
		return;
	switch (node->type) {
	case GUMBO_NODE_TEXT:
	case GUMBO_NODE_CDATA:
		node->v.text.text = whole(s, node->v.text.text, true);
		break;
	case GUMBO_NODE_ELEMENT:
	case GUMBO_NODE_TEMPLATE:
		v = &node->v.element.attributes;
		for (unsigned i = 0; i < v->length; i++) {
			GumboAttribute *a = v->data[i];

			a->value = whole(s, a->value, false);
		}
		break;
	default:
		break;
	}
}
