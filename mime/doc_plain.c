/* SPDX-License-Identifier: GPL-3.0-or-later */
/* doc_plain - see doc_plain.h */
#include "mime/doc_plain.h"

#include <libintl.h>

#include "base/utf8.h"
#include "mime/body.h"
#include "mime/flowed.h"
#include "mime/html.h"

#define _(text) gettext(text)

/* A quote of more lines than this can be folded; a URL in angle brackets may go
 * over so many line ends. */
enum { FOLD_LINES = 8, URL_LINES = 4, DEPTH_MAX = 50 };

struct plain {
	struct doc_builder *b;
	struct arena *a; /* for what is gone after this letter's text */
	struct str text; /* all of it, to look ahead */
	size_t next;     /* where the line after this one starts */
	unsigned quote;  /* of the line before */
	bool in_signature;
	int open_link; /* a URL that goes on in the next line, or -1 */
};

/* --- links -----------------------------------------------------------------
 */

static bool
is_url_char(char c)
{
	return c > ' ' && c != 0x7f && c != '<' && c != '>' && c != '"' &&
	       c != '`' && c != '{' && c != '}' && c != '|' && c != '\\';
}

static bool
is_alnum(char c)
{
	c = ascii_lower(c);
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
	       (signed char)c < 0;
}

/* Offset and kind of the next URL in S from FROM on. */
static bool
find_url(struct str s, size_t from, size_t *start, size_t *end)
{
	static const char *const heads[] = { "https://", "http://", "ftp://",
		"mailto:", "www." };

	for (size_t i = from; i + 5 < s.n; i++) {
		char c = ascii_lower(s.p[i]);

		if ((c != 'h' && c != 'f' && c != 'm' && c != 'w') ||
			(i > 0 && is_alnum(s.p[i - 1])))
			continue;
		for (size_t k = 0; k < sizeof heads / sizeof *heads; k++) {
			struct str h = str_c(heads[k]);

			if (i + h.n < s.n &&
				str_istarts(str_sub(s, i, s.n), h) &&
				is_alnum(s.p[i + h.n])) {
				*start = i;
				for (i += h.n; i < s.n && is_url_char(s.p[i]);)
					i++;
				*end = i;
				return true;
			}
		}
	}
	return false;
}

/* Take punctuation that belongs to the sentence off the end of a URL: marks,
 * and a closing bracket that none in it opens. */
static size_t
url_end(struct str s, size_t start, size_t end)
{
	while (end > start) {
		char c = s.p[end - 1];
		size_t open = 0, close = 0;

		if (strchr(".,;:!?'*_~", c)) {
			end--;
			continue;
		}
		if (c != ')' && c != ']')
			break;
		for (size_t i = start; i < end; i++) {
			open += s.p[i] == (c == ')' ? '(' : '[');
			close += s.p[i] == c;
		}
		if (close <= open || end - start > 4096)
			break;
		end--;
	}
	/* what is not ASCII ends it where an ideographic mark or a Korean
	 * particle follows: those are no part of a URL */
	for (size_t i = start; i < end; i++)
		if ((signed char)s.p[i] < 0) {
			uint32_t cp;

			utf8_decode(s, i, &cp);
			if ((cp >= 0x3000 && cp <= 0x303f) ||
				(cp >= 0xff00 && cp <= 0xff65) ||
				(cp >= 0xac00 && cp <= 0xd7a3 && i > start &&
					s.p[i - 1] == '/'))
				return i;
		}
	return end;
}

static int
add_link(struct plain *p, struct str text, struct str url)
{
	struct doc_link l = { .text = text, .url = url };

	if (str_istarts(url, STR("www.")))
		l.url = str_c(arena_printf(p->a, "http://%.*s", STR_ARG(url)));
	l.host = html_url_host(p->a, l.url);
	return doc_add_link(p->b, l);
}

/* A URL that starts in angle brackets and is cut by line ends (RFC 3986,
 * appendix C): join what follows up to the ">". */
static struct str
join_lines(struct plain *p, struct str head)
{
	struct str rest = str_sub(p->text, p->next, p->text.n), line;
	struct buf b;
	struct str r = STR_NONE;

	buf_init(&b, 4096);
	buf_add(&b, head);
	for (int i = 0; i < URL_LINES && str_split(&rest, '\n', &line); i++) {
		ptrdiff_t end;
		size_t q = 0;

		while (q < line.n && (line.p[q] == '>' || line.p[q] == ' '))
			q++;
		line = str_trim(str_sub(line, q, line.n));
		end = str_chr(line, '>');
		if (line.n == 0 || str_chr(line, ' ') >= 0 ? end < 0 : false)
			break;
		if (end >= 0) {
			line = str_sub(line, 0, (size_t)end);
			if (str_chr(line, ' ') < 0) {
				buf_add(&b, line);
				r = arena_str(p->a, buf_str(&b));
			}
			break;
		}
		buf_add(&b, line);
	}
	buf_fini(&b);
	return r;
}

static void
add_text(struct plain *p, struct str s, unsigned style)
{
	size_t at = 0, start, end;

	if (p->open_link >= 0) {
		ptrdiff_t close = str_chr(s, '>');

		end = close < 0 ? s.n : (size_t)close;
		doc_add(p->b, str_sub(s, 0, end), style | DOC_LINK,
			p->open_link);
		at = end;
		if (close >= 0)
			p->open_link = -1;
	}
	while (find_url(s, at, &start, &end)) {
		bool cut = end == s.n && start > 0 && s.p[start - 1] == '<';
		struct str url, whole = STR_NONE;
		int link;

		if (!cut && !(start > 0 && s.p[start - 1] == '<'))
			end = url_end(s, start, end);
		url = str_sub(s, start, end);
		if (cut)
			whole = join_lines(p, url);
		link = add_link(p, url, whole.p ? whole : url);
		if (whole.p)
			p->open_link = link;
		doc_add(p->b, str_sub(s, at, start), style, -1);
		doc_add(p->b, url, link < 0 ? style : style | DOC_LINK, link);
		at = end;
	}
	doc_add(p->b, str_sub(s, at, s.n), style, -1);
}

void
doc_plain_line(struct doc_builder *b, struct str text, unsigned style)
{
	struct plain p = { .b = b,
		.a = arena_new(),
		.text = text,
		.next = text.n,
		.open_link = -1 };

	add_text(&p, text, style);
	doc_newline(b);
	arena_free(&p.a);
}

/* --- quotes ----------------------------------------------------------------
 */

/* Depth of ">" marks at the start of LINE, also with blanks between; *TEXT:
 * what follows them. "|" and names ("JD> ") are left as they stand. */
static unsigned
quote_depth(struct str line, struct str *text)
{
	unsigned depth = 0;
	size_t i = 0, after = 0;

	while (i < line.n) {
		if (line.p[i] == '>') {
			depth++;
			after = ++i;
		} else if (line.p[i] == ' ' && depth && i == after) {
			i++;
		} else {
			break;
		}
	}
	if (depth && after < line.n && line.p[after] == ' ')
		after++;
	*text = str_sub(line, after, line.n);
	/* ">From " is a mailbox file's doing */
	if (depth == 1 && after == 1 && str_starts(*text, STR("From "))) {
		*text = line;
		return 0;
	}
	return depth;
}

/* Do more than FOLD_LINES quoted lines follow? */
static bool
is_long_quote(const struct plain *p)
{
	struct str rest = str_sub(p->text, p->next, p->text.n), line, t;

	for (int i = 0; i < FOLD_LINES; i++)
		if (!str_split(&rest, '\n', &line) ||
			quote_depth(line, &t) == 0)
			return false;
	return true;
}

static void
set_quote(struct plain *p, unsigned depth)
{
	char marks[2 * DEPTH_MAX];
	size_t n = 0;

	if (depth == p->quote)
		return;
	if (p->quote == 0)
		doc_set_fold(p->b, 0, is_long_quote(p));
	else if (depth == 0)
		doc_set_fold(p->b, 0, false);
	p->quote = depth;
	for (unsigned i = 0; i < depth && i < DEPTH_MAX; i++) {
		marks[n++] = '>';
		marks[n++] = ' ';
	}
	doc_set_quote(p->b, depth);
	doc_set_prefix(p->b, (struct str){ marks, n }, (struct str){ marks, n },
		DOC_QUOTE);
}

/* --- lines -----------------------------------------------------------------
 */

/* Tabs to the next eighth cell, form feeds gone. */
static struct str
expand(struct buf *b, struct str s)
{
	if (str_chr(s, '\t') < 0 && str_chr(s, '\f') < 0)
		return s;
	buf_clear(b);
	for (size_t i = 0; i < s.n; i++)
		buf_addc(b, s.p[i] == '\f' ? ' ' : s.p[i]);
	s = buf_str(b);
	{
		struct buf t;

		buf_init(&t, LIMIT_TEXT_SHOWN);
		utf8_safe(&t, s, UTF8_TEXT);
		buf_clear(b);
		buf_add(b, buf_str(&t));
		buf_fini(&t);
	}
	return buf_str(b);
}

static void
add_line(struct plain *p, unsigned depth, struct str text, struct buf *tmp)
{
	unsigned style = 0;
	bool entering = p->quote == 0 && depth > 0;

	set_quote(p, depth);
	if (depth == 0 && str_eq(text, STR("-- ")))
		p->in_signature = true;
	else if (depth > 0)
		p->in_signature = false;
	if (p->in_signature)
		style = DOC_SIGNATURE | DOC_DIM;
	else if (depth)
		style = DOC_QUOTE;
	add_text(p, expand(tmp, text), style);
	doc_newline(p->b);
	/* what follows the first line of a long quote can be folded away */
	if (entering && is_long_quote(p))
		doc_set_fold(p->b, 1, false);
}

static void
add_block(struct plain *p, const struct body_block *block)
{
	struct buf b;

	set_quote(p, 0);
	buf_init(&b, LIMIT_MESSAGE);
	if (!block->is_yenc)
		body_decode(&b, BODY_UU, block->text);
	if (block->is_yenc)
		doc_printf(p->b, DOC_NOTE, _("[yEnc file: %.*s]"),
			STR_ARG(block->name));
	else
		doc_printf(p->b, DOC_NOTE,
			ngettext("[uuencoded file: %.*s, %zu byte]",
				"[uuencoded file: %.*s, %zu bytes]", b.n),
			STR_ARG(block->name), b.n);
	doc_newline(p->b);
	buf_fini(&b);
}

static void
add_lines(struct plain *p, struct str text, bool flowed, bool delsp)
{
	struct buf para, tmp;
	size_t at = 0;

	buf_init(&para, LIMIT_TEXT_SHOWN);
	buf_init(&tmp, LIMIT_TEXT_SHOWN);
	p->text = text;
	while (at < text.n && !doc_is_full(p->b)) {
		struct flowed_line f = { 0 };
		struct str line;

		if (flowed) {
			if (!flowed_next(text, delsp, &at, &para, &f))
				break;
			line = buf_str(&para);
		} else {
			struct str rest = str_sub(text, at, text.n), whole;

			if (!str_split(&rest, '\n', &whole))
				break;
			at = rest.p ? at + whole.n + 1 : text.n;
			f.quote = quote_depth(whole, &line);
		}
		p->next = at;
		add_line(p, f.quote, line, &tmp);
	}
	buf_fini(&para);
	buf_fini(&tmp);
}

void
doc_plain(struct doc_builder *b, struct str text, bool flowed, bool delsp)
{
	struct plain p = { .b = b, .a = arena_new(), .open_link = -1 };
	struct body_block block;
	size_t at = 0, from = 0;

	while (body_next_block(text, &at, &block)) {
		size_t start = (size_t)(block.text.p - text.p);

		add_lines(&p, str_sub(text, from, start), flowed, delsp);
		add_block(&p, &block);
		from = at;
	}
	add_lines(&p, str_sub(text, from, text.n), flowed, delsp);
	set_quote(&p, 0);
	doc_set_fold(b, 0, false);
	arena_free(&p.a);
}
