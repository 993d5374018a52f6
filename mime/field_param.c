/* SPDX-License-Identifier: GPL-3.0-or-later */
/* field_param - parameters of Content-Type and Content-Disposition: see
 * field.h. Read in two steps: sections as they stand, then values put together
 * from them (RFC 2231). */
#include "mime/field.h"

#include <stdlib.h>

#include "mime/charset.h"
#include "mime/word.h"

enum { PARAMS_MAX = 200, SECTIONS_MAX = 300, PARAM_NAME_MAX = 100 };

struct section {
	struct str name;  /* lower-case, without marks */
	struct str value; /* unquoted */
	int index;        /* -1: a parameter in one piece */
	bool is_extended; /* "*" at its end: percent-encoded */
	bool is_quoted;
	bool is_done;
};

struct scan {
	struct arena *a;
	struct str s;
	size_t at;
	struct section section[SECTIONS_MAX];
	size_t count;
	bool is_malformed;
};

static bool
is_white(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static size_t
skip_comment(struct str s, size_t at)
{
	size_t depth = 0;

	for (; at < s.n; at++) {
		if (s.p[at] == '\\')
			at++;
		else if (s.p[at] == '(')
			depth++;
		else if (s.p[at] == ')' && --depth == 0)
			return at + 1;
	}
	return s.n;
}

static void
skip_white(struct scan *c)
{
	while (c->at < c->s.n) {
		if (is_white(c->s.p[c->at]))
			c->at++;
		else if (c->s.p[c->at] == '(')
			c->at = skip_comment(c->s, c->at);
		else
			break;
	}
}

/* Does "name=" (or "name*0*=") stand at AT? Tells a forgotten ';'. */
static bool
is_name_ahead(struct str s, size_t at)
{
	size_t i = at;

	while (i < s.n && i - at < PARAM_NAME_MAX &&
		((ascii_lower(s.p[i]) >= 'a' && ascii_lower(s.p[i]) <= 'z') ||
			(s.p[i] >= '0' && s.p[i] <= '9') || s.p[i] == '-' ||
			s.p[i] == '*' || s.p[i] == '_'))
		i++;
	return i > at && i < s.n && s.p[i] == '=';
}

/* A quoted string at the '"'; *AT ends behind it. One that is not closed goes
 * to the end. */
static struct str
read_quoted(struct scan *c)
{
	char *p = arena_alloc(c->a, c->s.n - c->at);
	size_t n = 0, i = c->at + 1;

	while (i < c->s.n && c->s.p[i] != '"') {
		if (c->s.p[i] == '\\' && i + 1 < c->s.n)
			i++;
		if (c->s.p[i] != '\r' && c->s.p[i] != '\n')
			p[n++] = c->s.p[i];
		i++;
	}
	if (i >= c->s.n)
		c->is_malformed = true;
	c->at = i < c->s.n ? i + 1 : i;
	return (struct str){ p, n };
}

/* A value without quotes: a token by the rules, but programs forget the quotes
 * of names with blanks and brackets in them. NAME tells those. */
static struct str
read_bare(struct scan *c, struct str name)
{
	size_t start = c->at, i = start, end;
	bool file = str_eq(name, STR("name")) || str_eq(name, STR("filename"));
	char *p;
	size_t n = 0;

	while (i < c->s.n && c->s.p[i] != ';') {
		if (!file && c->s.p[i] == '(')
			break;
		if (is_white(c->s.p[i])) {
			size_t k = i;

			while (k < c->s.n && is_white(c->s.p[k]))
				k++;
			if (!file || is_name_ahead(c->s, k))
				break;
			c->is_malformed = true;
		}
		i++;
	}
	end = c->at = i;
	p = arena_alloc(c->a, end - start + 1);
	for (i = start; i < end; i++)
		if (c->s.p[i] != '\r' && c->s.p[i] != '\n')
			p[n++] = c->s.p[i];
	return str_trim((struct str){ p, n });
}

/* Take the marks of RFC 2231 off NAME: "name*1*". */
static void
read_marks(struct section *s, struct str name)
{
	ptrdiff_t star;
	uint64_t index;

	s->index = -1;
	if (name.n > 1 && name.p[name.n - 1] == '*') {
		s->is_extended = true;
		name.n--;
	}
	star = str_rchr(name, '*');
	if (star > 0 && str_to_u64(str_sub(name, (size_t)star + 1, name.n),
				LIMIT_PARAM_SECTIONS - 1, &index)) {
		s->index = (int)index;
		name.n = (size_t)star;
	}
	s->name = name;
}

static struct str
lower(struct arena *a, struct str s)
{
	char *p = arena_alloc(a, s.n + 1);

	for (size_t i = 0; i < s.n; i++)
		p[i] = ascii_lower(s.p[i]);
	return (struct str){ p, s.n };
}

/* One "name=value"; *AT is at its name. */
static void
read_section(struct scan *c)
{
	struct section s = { 0 };
	size_t start = c->at, i = start;

	while (i < c->s.n && c->s.p[i] != '=' && c->s.p[i] != ';' &&
		!is_white(c->s.p[i]) && c->s.p[i] != '(')
		i++;
	read_marks(&s, lower(c->a, str_sub(c->s, start, i)));
	c->at = i;
	skip_white(c);
	if (c->at >= c->s.n || c->s.p[c->at] != '=') {
		c->is_malformed = true;
		return; /* a word without a value */
	}
	c->at++;
	skip_white(c);
	if (c->at < c->s.n && c->s.p[c->at] == '"') {
		s.value = read_quoted(c);
		s.is_quoted = true;
	} else {
		s.value = read_bare(c, s.name);
	}
	if (s.name.n == 0 || c->count == SECTIONS_MAX)
		c->is_malformed = true;
	else
		c->section[c->count++] = s;
}

/* --- values from sections --------------------------------------------------
 */

static int
hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = ascii_lower(c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static void
add_percent(struct buf *out, struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		int high = i + 2 < s.n && s.p[i] == '%' ? hex(s.p[i + 1]) : -1;
		int low = high >= 0 ? hex(s.p[i + 2]) : -1;

		if (low >= 0) {
			buf_addc(out, (char)(high << 4 | low));
			i += 2;
		} else {
			buf_addc(out, s.p[i]);
		}
	}
}

/* Cut "charset'language'" off *VALUE. */
static bool
cut_charset(struct str *value, struct str *charset)
{
	ptrdiff_t first = str_chr(*value, '\''), second;
	struct str rest;

	if (first < 0 || first > 60)
		return false;
	rest = str_sub(*value, (size_t)first + 1, value->n);
	second = str_chr(rest, '\'');
	if (second < 0 || second > 60)
		return false;
	*charset = str_sub(*value, 0, (size_t)first);
	*value = str_sub(rest, (size_t)second + 1, rest.n);
	return true;
}

/* BYTES as text: what the charset says, else encoded words (which RFC 2047, 5
 * forbids here and mail has all the same), else 8-bit by REGION. */
static struct str
text_of(struct arena *a, struct str bytes, struct str charset, bool declared,
	const char *region)
{
	struct buf b;
	struct str r;

	buf_init(&b, 4 * LIMIT_FIELD);
	if (declared || str_find(bytes, STR("=?")) < 0)
		charset_decode(&b, charset, bytes, region);
	else
		word_decode_phrase(&b, bytes, region);
	r = arena_str(a, buf_str(&b));
	buf_fini(&b);
	return r;
}

/* One piece: "name*=" or "name=". */
static struct str
whole_value(struct arena *a, const struct section *s, const char *region)
{
	struct str value = s->value, charset = STR_NONE;
	bool declared = false;
	struct buf b;
	struct str r;

	/* the extended form is also seen without its mark */
	if (!s->is_extended) {
		struct str v = value;

		if (!cut_charset(&v, &charset) || !charset_name(charset) ||
			str_chr(v, '%') < 0)
			return text_of(a, value, STR_NONE, false, region);
		value = v;
		declared = true;
	} else {
		declared = cut_charset(&value, &charset);
	}
	buf_init(&b, LIMIT_FIELD + 1);
	add_percent(&b, value);
	r = text_of(a, buf_str(&b), charset, declared && charset.n, region);
	buf_fini(&b);
	return r;
}

/* Put the sections of NAME together by their numbers. */
static struct str
joined_value(struct scan *c, struct str name, const char *region)
{
	const struct section *by_index[LIMIT_PARAM_SECTIONS] = { NULL };
	struct str charset = STR_NONE, r;
	bool declared = false;
	struct buf b;

	for (size_t i = 0; i < c->count; i++) {
		struct section *s = &c->section[i];

		if (s->index < 0 || !str_eq(s->name, name))
			continue;
		s->is_done = true;
		if (!by_index[s->index])
			by_index[s->index] = s;
	}
	buf_init(&b, LIMIT_FIELD + 1);
	/* numbers begin with 0; programs that begin with 1 are understood */
	for (int i = by_index[0] ? 0 : 1;
		i < LIMIT_PARAM_SECTIONS && by_index[i]; i++) {
		struct str v = by_index[i]->value;

		if (!by_index[i]->is_extended) {
			buf_add(&b, v);
			continue;
		}
		if (!declared && b.n == 0)
			declared = cut_charset(&v, &charset);
		add_percent(&b, v);
	}
	r = text_of(c->a, buf_str(&b), charset, declared && charset.n, region);
	buf_fini(&b);
	return r;
}

static void
add_param(struct field_params *p, struct str name, struct str value)
{
	if (p->count == PARAMS_MAX || field_param(p, name.p).p)
		return;
	p->item[p->count++] = (struct field_param){ name, value };
}

/* Join what belongs together. The extended form of a name wins over a plain one
 * beside it, which is there for programs that do not know better. */
static void
combine(struct scan *c, struct field_params *p, const char *region)
{
	p->item = arena_array(c->a, c->count + 1, sizeof *p->item);
	for (int pass = 0; pass < 3; pass++)
		for (size_t i = 0; i < c->count; i++) {
			struct section *s = &c->section[i];
			struct str name = arena_str(c->a, s->name);

			if (s->is_done || (pass == 0 && s->index < 0) ||
				(pass == 1 && !s->is_extended))
				continue;
			s->is_done = true;
			if (pass == 0)
				add_param(p, name,
					joined_value(c, s->name, region));
			else
				add_param(
					p, name, whole_value(c->a, s, region));
		}
}

/* Does a parameter stand at AT that changes what a part looks like, but not
 * where parts begin and end? The structure of a message is never guessed:
 * others would see another. */
static bool
is_harmless_ahead(struct str s, size_t at)
{
	return is_name_ahead(s, at) &&
	       !str_istarts(str_sub(s, at, s.n), STR("boundary"));
}

/* What stands before the first ';', blanks and comments taken out; stops where
 * a parameter begins without one. */
static struct str
read_value(struct scan *c)
{
	char *p = arena_alloc(c->a, c->s.n + 1);
	size_t n = 0;

	while (c->at < c->s.n && c->s.p[c->at] != ';') {
		char ch = c->s.p[c->at];

		if (ch == '(' || is_white(ch)) {
			skip_white(c);
			if (n && is_harmless_ahead(c->s, c->at))
				break;
			if (n && c->at < c->s.n && p[n - 1] != '/' &&
				c->s.p[c->at] != '/' && c->s.p[c->at] != ';')
				p[n++] = ' ';
			continue;
		}
		p[n++] = ascii_lower(ch);
		c->at++;
	}
	/* one word; what follows it is no part of a type */
	for (size_t i = 0; i < n; i++)
		if (p[i] == ' ')
			n = i;
	return (struct str){ p, n };
}

struct field_params
field_params(struct arena *a, struct str value, const char *region)
{
	struct scan *c = calloc(1, sizeof *c);
	struct field_params p = { 0 };

	if (!c)
		abort();
	c->a = a;
	c->s = str_sub(value, 0, LIMIT_FIELD);
	p.value = read_value(c);
	for (;;) {
		while (c->at < c->s.n &&
			(c->s.p[c->at] == ';' || c->s.p[c->at] == ',' ||
				c->s.p[c->at] == '=' || c->s.p[c->at] == '"'))
			c->at++;
		skip_white(c);
		if (c->at >= c->s.n)
			break;
		if (c->s.p[c->at] == ';' || c->s.p[c->at] == ',' ||
			c->s.p[c->at] == '=' || c->s.p[c->at] == '"')
			continue;
		read_section(c);
	}
	p.is_malformed = c->is_malformed;
	if (c->count)
		combine(c, &p, region);
	free(c);
	return p;
}

struct str
field_param(const struct field_params *p, const char *name)
{
	for (size_t i = 0; i < p->count; i++)
		if (str_eq(p->item[i].name, str_c(name)))
			return p->item[i].value;
	return STR_NONE;
}
