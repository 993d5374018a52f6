/* SPDX-License-Identifier: GPL-3.0-or-later */
/* word - see word.h */
#include "mime/word.h"

#include "base/utf8.h"
#include "mime/body.h"
#include "mime/charset.h"

enum { CHARSET_MAX = 100, LINE = 76, WORD_BYTES = 45 };

/* One encoded word as it stands. */
struct word {
	struct str charset, text;
	char encoding; /* 'b' or 'q' */
	size_t end;    /* offset behind it */
};

struct scan {
	struct str s;
	size_t close;  /* where the next "?=" stands, once it was looked for */
	bool no_close; /* there is none any more */
	unsigned words;
};

/* Offset of the first "?=" at or behind AT. Looked for once only, so that words
 * that never end cost nothing more. */
static bool
find_close(struct scan *c, size_t at, size_t *out)
{
	if (!c->no_close && c->close < at) {
		ptrdiff_t hit = str_find(str_sub(c->s, at, c->s.n), STR("?="));

		c->no_close = hit < 0;
		c->close = at + (size_t)(hit < 0 ? 0 : hit);
	}
	*out = c->close;
	return !c->no_close;
}

/* Does a word begin within TEXT? Then the end of the one before is missing. A
 * look at the first "=?" is enough: there is a "?=" behind it. */
static bool
holds_word(struct str text)
{
	ptrdiff_t at = str_find(text, STR("=?"));
	size_t i = (size_t)at + 2, start = i;

	if (at < 0)
		return false;
	while (i < text.n && i - start < CHARSET_MAX && text.p[i] != '?' &&
		text.p[i] > ' ')
		i++;
	return i > start && i + 2 < text.n && text.p[i] == '?' &&
	       text.p[i + 2] == '?';
}

/* Read "=?charset?B?text?=" at AT. Blanks inside the text are let through: many
 * programs forget to encode them. */
static bool
read_word(struct scan *c, size_t at, struct word *w)
{
	struct str s = c->s;
	size_t i = at + 2, close;

	while (i < s.n && i - at < CHARSET_MAX && s.p[i] != '?' &&
		s.p[i] > ' ' && (signed char)s.p[i] > 0)
		i++;
	if (i + 3 >= s.n || s.p[i] != '?' || s.p[i + 2] != '?' || i == at + 2)
		return false;
	w->encoding = ascii_lower(s.p[i + 1]);
	if (w->encoding != 'b' && w->encoding != 'q')
		return false;
	w->charset = str_sub(s, at + 2, i);
	if (!find_close(c, i + 3, &close))
		return false;
	/* "=?x?Q?a?=3D?=": a raw question mark before an encoded byte */
	while (w->encoding == 'q' && close + 3 < s.n &&
		((s.p[close + 2] >= '0' && s.p[close + 2] <= '9') ||
			(s.p[close + 2] >= 'A' && s.p[close + 2] <= 'F')) &&
		((s.p[close + 3] >= '0' && s.p[close + 3] <= '9') ||
			(s.p[close + 3] >= 'A' && s.p[close + 3] <= 'F'))) {
		size_t k = close + 2;

		/* only where the word ends later, before any blank */
		while (k + 1 < s.n && s.p[k] > ' ' &&
			!(s.p[k] == '?' && s.p[k + 1] == '='))
			k++;
		if (k + 1 >= s.n || s.p[k] != '?' || s.p[k + 1] != '=' ||
			str_find(str_sub(s, close, k), STR("=?")) >= 0)
			break;
		close = k;
	}
	w->text = str_sub(s, i + 3, close);
	w->end = close + 2;
	return !holds_word(w->text);
}

static void
decode_bytes(struct buf *out, const struct word *w)
{
	if (w->encoding == 'b')
		body_decode_base64(out, w->text);
	else
		body_decode_qp(out, w->text, BODY_QP_WORD);
}

/* The bytes of words in one charset, kept back until it is known that the next
 * word does not go on with them: characters are split over words. */
struct pending {
	struct buf bytes;
	struct str charset;
};

static void
flush(struct buf *out, struct pending *p, const char *region)
{
	if (p->bytes.n)
		charset_decode_raw(out, p->charset, buf_str(&p->bytes), region);
	buf_clear(&p->bytes);
	p->charset = STR_NONE;
}

static bool
is_blank(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] != ' ' && s.p[i] != '\t')
			return false;
	return true;
}

static void
add_plain(struct buf *out, struct str s, const char *region)
{
	struct buf b;

	if (!s.n || !memchr(s.p, 0x1b, s.n)) {
		charset_decode_raw(out, STR_NONE, s, region);
		return;
	}
	buf_init(&b, 4 * LIMIT_FIELD);
	charset_decode_raw(&b, STR_NONE, s, region);
	charset_escapes(&b, region);
	buf_add(out, buf_str(&b));
	buf_fini(&b);
}

static void
decode_unfolded(struct buf *out, struct str s, const char *region)
{
	struct scan c = { .s = s };
	struct pending p = { .charset = STR_NONE };
	size_t plain = 0, at = 0;
	bool after_word = false;

	buf_init(&p.bytes, s.n + 4);
	while (at + 1 < s.n && c.words < LIMIT_WORDS) {
		const char *hit = memchr(s.p + at, '=', s.n - at - 1);
		struct word w;

		if (!hit)
			break;
		at = (size_t)(hit - s.p);
		if (s.p[at + 1] != '?' || !read_word(&c, at, &w)) {
			at++;
			continue;
		}
		c.words++;
		/* blanks between two words belong to neither (6.2) */
		if (!after_word || !is_blank(str_sub(s, plain, at))) {
			flush(out, &p, region);
			add_plain(out, str_sub(s, plain, at), region);
		}
		if (!str_ieq(p.charset, w.charset))
			flush(out, &p, region);
		p.charset = w.charset;
		decode_bytes(&p.bytes, &w);
		after_word = true;
		at = plain = w.end;
	}
	flush(out, &p, region);
	add_plain(out, str_sub(s, plain, s.n), region);
	buf_fini(&p.bytes);
}

static bool
needs_work(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((s.p[i] & 0x80) || s.p[i] == 0x1b ||
			(s.p[i] == '=' && i + 1 < s.n && s.p[i + 1] == '?'))
			return true;
	return false;
}

static void
decode(struct buf *out, struct str value, const char *region)
{
	struct buf flat, text;

	value = str_sub(value, 0, LIMIT_FIELD);
	if (!needs_work(value)) {
		for (size_t i = 0; i < value.n; i++)
			if (value.p[i] != '\r' && value.p[i] != '\n')
				buf_addc(out, value.p[i]);
		return;
	}
	buf_init(&flat, LIMIT_FIELD + 1);
	buf_init(&text, 4 * LIMIT_FIELD);
	for (size_t i = 0; i < value.n; i++)
		if (value.p[i] != '\r' && value.p[i] != '\n')
			buf_addc(&flat, value.p[i]);
	decode_unfolded(&text, buf_str(&flat), region);
	charset_nfc(out, buf_str(&text));
	buf_fini(&flat);
	buf_fini(&text);
}

void
word_decode(struct buf *out, struct str value, const char *region)
{
	decode(out, str_trim(value), region);
}

void
word_decode_phrase(struct buf *out, struct str value, const char *region)
{
	decode(out, value, region);
}

/* --- encoding --------------------------------------------------------------
 */

/* May S stand in a field as it is? */
static bool
is_plain(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < ' ' || s.p[i] >= 0x7f ||
			(s.p[i] == '=' && i + 1 < s.n && s.p[i + 1] == '?'))
			return false;
	/* a word that a line cannot hold is encoded, so that it can be cut */
	for (size_t i = 0, run = 0; i < s.n; i++) {
		run = s.p[i] == ' ' ? 0 : run + 1;
		if (run > 900)
			return false;
	}
	return true;
}

/* Plain words, folded at blanks. */
static size_t
add_folded(struct buf *out, struct str s, size_t column)
{
	size_t i = 0;

	while (i < s.n) {
		size_t start = i, n;

		while (i < s.n && s.p[i] == ' ')
			i++;
		while (i < s.n && s.p[i] != ' ')
			i++;
		n = i - start;
		/* a line of blanks alone may not come about (RFC 5322, 3.2.2)
		 */
		if (start > 0 && column + n > LINE && s.p[start] == ' ' &&
			s.p[i - 1] != ' ') {
			buf_adds(out, "\r\n");
			column = 0;
		}
		buf_add(out, str_sub(s, start, i));
		column += n;
	}
	return column;
}

static bool
q_safe(unsigned char c)
{
	/* what may stand in a phrase (RFC 2047, 5, rule 3) */
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
	       (c >= 'a' && c <= 'z') || c == '!' || c == '*' || c == '+' ||
	       c == '-' || c == '/';
}

static size_t
q_length(struct str s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++)
		n += q_safe((unsigned char)s.p[i]) || s.p[i] == ' ' ? 1 : 3;
	return n;
}

static void
add_word(struct buf *out, struct str s, bool base64)
{
	if (base64) {
		buf_adds(out, "=?UTF-8?B?");
		body_encode_base64(out, s); /* a line at most: ends with CRLF */
		buf_cut(out, out->n - 2);
	} else {
		buf_adds(out, "=?UTF-8?Q?");
		for (size_t i = 0; i < s.n; i++)
			if (s.p[i] == ' ')
				buf_addc(out, '_');
			else if (q_safe((unsigned char)s.p[i]))
				buf_addc(out, s.p[i]);
			else
				buf_printf(out, "=%02X", (unsigned char)s.p[i]);
	}
	buf_adds(out, "?=");
}

/* S in encoded words, characters whole. */
static size_t
add_words(struct buf *out, struct str s, size_t column)
{
	bool base64 = q_length(s) > (s.n + 2) / 3 * 4, first = true;
	size_t start = 0;
	uint32_t cp;

	while (start < s.n) {
		size_t i = start, room, before = out->n;

		/* what this line has left for the text of a word */
		room = LINE - 14 > column ? LINE - 14 - column : 0;
		if (room < 16 && column > 1) {
			buf_adds(out, "\r\n ");
			before = out->n;
			column = 1;
			room = LINE - 14;
		} else if (!first) {
			buf_adds(out, "\r\n ");
			before = out->n;
			column = 1;
			room = LINE - 14;
		}
		if (room > WORD_BYTES)
			room = base64 ? WORD_BYTES : room;
		while (i < s.n) {
			size_t n = utf8_decode(s, i, &cp);
			struct str t = str_sub(s, start, i + n);
			size_t cost = base64 ? (t.n + 2) / 3 * 4 : q_length(t);

			if (i > start && cost > room)
				break;
			i += n;
		}
		add_word(out, str_sub(s, start, i), base64);
		column += out->n - before;
		start = i;
		first = false;
	}
	return column;
}

/* TEXT as valid UTF-8 without controls. */
static void
tidy(struct buf *out, struct str text)
{
	uint32_t cp;

	for (size_t i = 0; i < text.n;) {
		size_t n = utf8_decode(text, i, &cp);

		if (cp < 0x20 || (cp >= 0x7f && cp < 0xa0))
			buf_addc(out, ' ');
		else
			utf8_add(out, cp);
		i += n;
	}
}

size_t
word_encode(struct buf *out, struct str text, size_t column)
{
	struct buf b;

	buf_init(&b, 4 * text.n + 1);
	tidy(&b, text);
	if (is_plain(buf_str(&b)))
		column = add_folded(out, buf_str(&b), column);
	else
		column = add_words(out, buf_str(&b), column);
	buf_fini(&b);
	return column;
}

static bool
is_phrase(struct str s)
{
	if (s.n == 0 || s.p[0] == ' ' || s.p[s.n - 1] == ' ')
		return false;
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (!((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
			    (c >= 'a' && c <= 'z') ||
			    strchr("!#$%&'*+-/=?^_`{|}~ ", c)))
			return false;
		if (c == ' ' && s.p[i - 1] == ' ')
			return false;
	}
	return true;
}

size_t
word_encode_phrase(struct buf *out, struct str text, size_t column)
{
	struct buf b;
	size_t before = out->n;

	buf_init(&b, 4 * text.n + 1);
	tidy(&b, text);
	text = buf_str(&b);
	if (!is_plain(text)) {
		column = add_words(out, text, column);
	} else if (is_phrase(text)) {
		column = add_folded(out, text, column);
	} else {
		buf_addc(out, '"');
		for (size_t i = 0; i < text.n; i++) {
			if (text.p[i] == '"' || text.p[i] == '\\')
				buf_addc(out, '\\');
			buf_addc(out, text.p[i]);
		}
		buf_addc(out, '"');
		column += out->n - before;
	}
	buf_fini(&b);
	return column;
}
