/* SPDX-License-Identifier: GPL-3.0-or-later */
/* field_address - address lists: see field.h.
 *
 * The value is cut into tokens; a mailbox is what stands between separators:
 *
 *   words* '<' route? words '@' domain '>'     name and address
 *   words '@' domain                           address alone
 *   words ':' mailboxes ';'                    a group
 *
 * Anything else is read as far as it makes sense and marked malformed. */
#include "mime/field.h"

#include "base/utf8.h"
#include "mime/word.h"

enum { WORD_SCAN = 1000 };

enum token_kind {
	TOKEN_END,
	TOKEN_WORD,
	TOKEN_QUOTED,
	TOKEN_COMMENT,
	TOKEN_LITERAL,
	TOKEN_SPECIAL
};

struct token {
	enum token_kind kind;
	struct str text; /* with its quotes or brackets */
	char special;
	bool space;  /* white space or a comment stood before it */
	bool broken; /* not closed, or a character that may not be there */
};

/* The mailbox that is being read. */
struct box {
	struct buf phrase; /* words for people: quotes taken off */
	struct buf spec;   /* the same as an address: blanks taken out */
	size_t chunk_phrase, chunk_spec;   /* where the last word begins */
	size_t at_phrase, at_spec, at_end; /* the word with the "@" */
	struct str comment;
	struct buf angle; /* what stood in angle brackets */
	size_t angle_words;
	size_t angle_phrase; /* of phrase stood before it */
	bool had_route;      /* "@a:" stood before it, without brackets */
	bool has_angle, has_at, is_broken, is_quoted, at_done, after_angle;
};

struct list {
	struct arena *a;
	const char *region;
	struct str s;
	size_t at, cap;
	struct field_addresses out;
	struct str group;
	bool in_group;
	struct box box;
};

static bool
is_white(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool
is_special(char c)
{
	return c == '<' || c == '>' || c == ',' || c == ';' || c == ':' ||
	       c == '@' || c == '.';
}

/* --- tokens ----------------------------------------------------------------
 */

static size_t
comment_end(struct str s, size_t at, bool *closed)
{
	size_t depth = 0;

	*closed = true;
	for (; at < s.n; at++) {
		if (s.p[at] == '\\')
			at++;
		else if (s.p[at] == '(')
			depth++;
		else if (s.p[at] == ')' && --depth == 0)
			return at + 1;
	}
	*closed = false;
	return s.n;
}

static size_t
quoted_end(struct str s, size_t at, bool *closed)
{
	*closed = true;
	for (at++; at < s.n; at++) {
		if (s.p[at] == '\\')
			at++;
		else if (s.p[at] == '"')
			return at + 1;
	}
	*closed = false;
	return s.n;
}

/* Length of an encoded word at AT, 0 for none: it may hold commas and brackets
 * that are none of the list. */
static size_t
encoded_word(struct str s, size_t at)
{
	size_t i = at + 2, end = at + WORD_SCAN < s.n ? at + WORD_SCAN : s.n;

	while (i < end && s.p[i] != '?' && s.p[i] > ' ')
		i++;
	if (i + 3 >= end || s.p[i] != '?' || s.p[i + 2] != '?')
		return 0;
	for (i += 3; i + 1 < end; i++) {
		if (s.p[i] == '?' && s.p[i + 1] == '=')
			return i + 2 - at;
		if (s.p[i] == '<' || s.p[i] == '>' || s.p[i] == '"' ||
			s.p[i] == '\n')
			return 0;
	}
	return 0;
}

static void
read_atom(struct list *l, struct token *t)
{
	struct str s = l->s;
	size_t i = l->at;

	while (i < s.n && !is_white(s.p[i]) && !is_special(s.p[i]) &&
		s.p[i] != '(' && s.p[i] != '"') {
		size_t n;

		if (s.p[i] == '=' && i + 1 < s.n && s.p[i + 1] == '?' &&
			(n = encoded_word(s, i)) > 0) {
			i += n;
			continue;
		}
		/* a domain literal goes to its closing bracket */
		if (s.p[i] == '[' && i == l->at) {
			size_t k = i;

			while (k < s.n && s.p[k] != ']' && s.p[k] != '<' &&
				s.p[k] != ',' && s.p[k] != '>')
				k++;
			if (k < s.n && s.p[k] == ']') {
				t->kind = TOKEN_LITERAL;
				t->text = str_sub(s, i, k + 1);
				l->at = k + 1;
				return;
			}
		}
		if (s.p[i] == ')' || s.p[i] == '\\' || s.p[i] == '[' ||
			s.p[i] == ']' || (s.p[i] >= 0 && s.p[i] < ' ') ||
			s.p[i] == 0x7f)
			t->broken = true;
		i++;
	}
	t->kind = TOKEN_WORD;
	t->text = str_sub(s, l->at, i);
	l->at = i;
}

static struct token
next_token(struct list *l)
{
	struct token t = { 0 };
	struct str s = l->s;
	size_t end;
	bool closed;

	while (l->at < s.n && is_white(s.p[l->at])) {
		l->at++;
		t.space = true;
	}
	if (l->at >= s.n)
		return t;
	switch (s.p[l->at]) {
	case '(':
		end = comment_end(s, l->at, &closed);
		t.kind = TOKEN_COMMENT;
		break;
	case '"':
		end = quoted_end(s, l->at, &closed);
		t.kind = TOKEN_QUOTED;
		break;
	default:
		if (!is_special(s.p[l->at])) {
			read_atom(l, &t);
			return t;
		}
		closed = true;
		end = l->at + 1;
		t.kind = TOKEN_SPECIAL;
		t.special = s.p[l->at];
	}
	t.broken = !closed;
	t.text = str_sub(s, l->at, end);
	l->at = end;
	return t;
}

/* --- putting mailboxes together ------------------------------------------- */

static void
box_clear(struct box *b)
{
	buf_clear(&b->phrase);
	buf_clear(&b->spec);
	buf_clear(&b->angle);
	b->chunk_phrase = b->chunk_spec = 0;
	b->at_phrase = b->at_spec = b->at_end = 0;
	b->comment = STR_NONE;
	b->has_angle = b->has_at = b->is_broken = b->is_quoted = false;
	b->at_done = b->after_angle = b->had_route = false;
}

/* T without its quotes or brackets and backslashes. */
static void
add_unquoted(struct buf *out, struct str t)
{
	char open = t.n ? t.p[0] : 0, close = open == '(' ? ')' : open;
	size_t end = t.n;

	if (end > 1 && t.p[end - 1] == close)
		end--;
	for (size_t i = 1; i < end; i++) {
		if (t.p[i] == '\\' && i + 1 < end)
			i++;
		if (t.p[i] != '\r' && t.p[i] != '\n')
			buf_addc(out, t.p[i]);
	}
}

static struct str
decoded(struct list *l, struct str s)
{
	struct buf b;
	struct str r;

	if (s.n == 0)
		return STR_NONE;
	buf_init(&b, 4 * LIMIT_FIELD);
	word_decode(&b, s, l->region);
	r = arena_str(l->a, str_trim(buf_str(&b)));
	buf_fini(&b);
	return r;
}

static struct str
decoded_comment(struct list *l, struct str comment)
{
	struct buf b;
	struct str r;

	if (comment.n == 0)
		return STR_NONE;
	buf_init(&b, LIMIT_FIELD + 1);
	add_unquoted(&b, comment);
	r = decoded(l, str_trim(buf_str(&b)));
	buf_fini(&b);
	return r;
}

/* atext of RFC 5322, 3.2.3, and what RFC 6532 adds */
static bool
is_atext(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
	       (c >= 'a' && c <= 'z') || (signed char)c < 0 ||
	       (c && strchr("!#$%&'*+-/=?^_`{|}~", c));
}

/* word *("." word), also the obsolete mix of atoms and quoted strings */
static bool
is_local(struct str s)
{
	size_t i = 0;

	if (s.n == 0 || s.n > 64 * 4)
		return false;
	for (;;) {
		size_t start = i;

		if (i < s.n && s.p[i] == '"') {
			bool closed;

			i = quoted_end(s, i, &closed);
			if (!closed)
				return false;
		} else {
			while (i < s.n && is_atext(s.p[i]))
				i++;
		}
		if (i == start)
			return false;
		if (i == s.n)
			return true;
		if (s.p[i++] != '.')
			return false;
	}
}

static bool
is_domain(struct str s)
{
	if (s.n > 2 && s.p[0] == '[' && s.p[s.n - 1] == ']') {
		for (size_t i = 1; i + 1 < s.n; i++)
			if (s.p[i] <= ' ' || s.p[i] >= 0x7f ||
				strchr("[]\\", s.p[i]))
				return false;
		return true;
	}
	if (s.n == 0 || s.n > 255 || s.p[0] == '.' || s.p[s.n - 1] == '.')
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (!is_atext(s.p[i]) && !(s.p[i] == '.' && s.p[i - 1] != '.'))
			return false;
	return true;
}

static void
append(struct list *l, struct field_address f)
{
	struct field_addresses *o = &l->out;

	if (o->count >= LIMIT_ADDRESSES) {
		o->is_cut = true;
		return;
	}
	if (o->count == l->cap) {
		struct field_address *bigger;

		l->cap = l->cap ? l->cap * 2 : 4;
		bigger = arena_array(l->a, l->cap, sizeof *bigger);
		if (o->count)
			memcpy(bigger, o->item, o->count * sizeof *bigger);
		o->item = bigger;
	}
	o->item[o->count++] = f;
	o->is_malformed |= f.is_malformed;
}

/* Split ADDR at its last "@" outside quotes. */
static void
set_addr(struct list *l, struct field_address *f, struct str addr)
{
	ptrdiff_t at = str_rchr(addr, '@');

	if (at >= 0 && addr.n > (size_t)at + 2 && addr.p[addr.n - 1] == '.' &&
		addr.p[addr.n - 2] != '.')
		addr.n--; /* the root: nobody can send to it */
	f->addr = arena_str(l->a, addr);
	f->local = at < 0 ? f->addr : str_sub(f->addr, 0, (size_t)at);
	f->domain =
		at < 0 ? STR_NONE : str_sub(f->addr, (size_t)at + 1, f->addr.n);
	while (f->domain.n && f->domain.p[f->domain.n - 1] == '.')
		f->domain.n--;
	if (at < 0 || !is_local(f->local) || !is_domain(f->domain) ||
		!utf8_valid(addr))
		f->is_malformed = true;
}

/* "Name in blanks" as an address that it is not: quoted, so that people see
 * what stood there and nobody can take it for one. */
static void
quoted_addr(struct list *l, struct field_address *f, struct str words)
{
	struct buf b;
	struct str text = decoded(l, words);

	buf_init(&b, 4 * LIMIT_FIELD);
	buf_addc(&b, '"');
	for (size_t i = 0; i < text.n; i++)
		if (text.p[i] != '"')
			buf_addc(&b, text.p[i]);
	buf_addc(&b, '"');
	set_addr(l, f, buf_str(&b));
	buf_fini(&b);
}

/* Words in angle brackets: "<Some Body>" is a name where an address should be;
 * in "<some body@host>" the quotes are missing. */
static void
words_in_angle(struct list *l, struct field_address *f)
{
	struct str s = buf_str(&l->box.angle), local, domain;
	ptrdiff_t at = str_rchr(s, '@'), end;
	struct buf b;

	domain = at < 0 ? STR_NONE : str_sub(s, (size_t)at, s.n);
	local = str_sub(s, 0, s.n - domain.n);
	end = str_chr(domain, ' ');
	if (end > 0)
		s = str_sub(s, 0, local.n + (size_t)end);
	if (at < 0) {
		quoted_addr(l, f, s);
	} else if (str_chr(local, '"') >= 0 || str_chr(local, ' ') < 0) {
		set_addr(l, f, s);
	} else {
		buf_init(&b, LIMIT_FIELD + 3);
		buf_printf(&b, "\"%.*s\"%.*s", STR_ARG(local),
			STR_ARG(str_sub(s, local.n, s.n)));
		set_addr(l, f, buf_str(&b));
		buf_fini(&b);
	}
	f->is_malformed = true;
}

/* "<Undisclosed-Recipients:;>": a group without members in brackets; programs
 * that miss a domain in it put theirs behind it or into it. */
static bool
is_empty_group(struct str s)
{
	ptrdiff_t colon = str_chr(s, ':'), at = str_chr(s, '@');
	struct str rest;

	if (colon <= 0 || (at >= 0 && at < colon))
		return false;
	rest = str_sub(s, (size_t)colon + 1, s.n);
	if (str_starts(rest, STR(";")))
		return rest.n == 1 || rest.p[1] == '@';
	return str_starts(rest, STR("@")) && rest.p[rest.n - 1] == ';' &&
	       str_chr(rest, ';') == (ptrdiff_t)rest.n - 1;
}

/* IN%"user@host" "Name", as VMS writes it: the address stands in quotes. */
static bool
vms_addr(struct list *l, struct field_address *f, struct str spec)
{
	ptrdiff_t open = str_find(spec, STR("%\"")), close;
	struct str inner, rest;

	if (open <= 0)
		return false;
	inner = str_sub(spec, (size_t)open + 2, spec.n);
	close = str_chr(inner, '"');
	if (close <= 0)
		return false;
	rest = str_sub(inner, (size_t)close + 1, inner.n);
	inner = str_sub(inner, 0, (size_t)close);
	if (!field_is_mailbox(inner, true))
		return false;
	set_addr(l, f, inner);
	if (rest.n > 2 && rest.p[0] == '"')
		f->name = decoded(l, str_sub(rest, 1, rest.n - 1));
	return true;
}

/* No address at all: one word may be a local one, several are a name. */
static void
no_address(struct list *l, struct field_address *f, struct str words)
{
	struct box *b = &l->box;

	f->is_malformed = true;
	if (vms_addr(l, f, buf_str(&b->spec)))
		return;
	if (b->had_route) {
		f->name = decoded(l, words);
	} else if (b->chunk_phrase > 0 || b->is_quoted) {
		quoted_addr(l, f, words);
		f->is_words = !b->is_quoted;
	} else {
		set_addr(l, f, words);
	}
}

/* The mailbox is complete: what stood in angle brackets is its address, else
 * the word with the "@". */
static void
finish(struct list *l)
{
	struct box *b = &l->box;
	struct field_address f = { .group = l->group,
		.is_malformed = b->is_broken };
	struct str phrase = buf_str(&b->phrase);

	if (b->has_angle) {
		if (str_trim(str_sub(phrase, 0, b->angle_phrase)).n)
			phrase = str_sub(phrase, 0, b->angle_phrase);
		f.name = decoded(l, str_trim(phrase));
		if (is_empty_group(buf_str(&b->angle))) {
			l->out.is_malformed = true;
			box_clear(b);
			return;
		}
		if (b->angle_words > 1)
			words_in_angle(l, &f);
		else
			set_addr(l, &f, buf_str(&b->angle));
	} else if (b->has_at) {
		size_t end = b->at_done ? b->at_end : b->spec.n;

		f.is_malformed |= b->at_done || b->at_phrase > 0;
		f.name = decoded(l, str_trim(str_sub(phrase, 0, b->at_phrase)));
		set_addr(l, &f, str_sub(buf_str(&b->spec), b->at_spec, end));
	} else if (str_trim(phrase).n) {
		no_address(l, &f, str_trim(phrase));
	} else {
		box_clear(b);
		return; /* an empty member, which RFC 5322, 4.4 lets be */
	}
	if (f.name.n == 0)
		f.name = decoded_comment(l, b->comment);
	append(l, f);
	box_clear(b);
}

/* Add a word to the mailbox outside of angle brackets. */
static void
add_word(struct box *b, const struct token *t, char before)
{
	bool glue = t->kind == TOKEN_SPECIAL || before == '@' || before == '.';

	if (t->space && b->phrase.n > 0)
		buf_addc(&b->phrase, ' ');
	if (t->space && !glue && b->spec.n > 0) {
		if (b->has_at && !b->at_done) {
			b->at_done = true;
			b->at_end = b->spec.n;
		}
		b->chunk_phrase = b->phrase.n;
		b->chunk_spec = b->spec.n;
	}
	if (t->kind == TOKEN_SPECIAL && t->special == '@' && !b->has_at) {
		b->has_at = true;
		b->at_phrase = b->chunk_phrase;
		b->at_spec = b->chunk_spec;
	} else if (t->kind == TOKEN_SPECIAL && t->special == '@') {
		b->is_broken = true;
	}
	if (t->kind == TOKEN_QUOTED) {
		add_unquoted(&b->phrase, t->text);
		b->is_quoted = true;
	} else {
		buf_add(&b->phrase, t->text);
	}
	buf_add(&b->spec, t->text);
}

/* Read what stands in angle brackets; the "<" is taken. */
static void
read_angle(struct list *l)
{
	struct box *b = &l->box;
	bool route = false, after_word = false;

	b->has_angle = true;
	b->angle_words = 1;
	buf_clear(&b->angle);
	for (;;) {
		size_t back = l->at;
		struct token t = next_token(l);

		if (t.kind == TOKEN_COMMENT) {
			b->comment = b->comment.n ? b->comment : t.text;
			continue;
		}
		if (t.kind == TOKEN_END) {
			b->is_broken = true;
			return;
		}
		b->is_broken |= t.broken;
		if (t.kind != TOKEN_SPECIAL) {
			if (t.space && after_word) {
				b->angle_words++;
				buf_addc(&b->angle, ' ');
			}
			after_word = true;
			buf_add(&b->angle, t.text);
			continue;
		}
		after_word = false;
		if (t.special == '>')
			return;
		if (t.special == '<') {
			b->is_broken = true;
			buf_clear(&b->angle);
		} else if (t.special == '@' && b->angle.n == 0) {
			route = true; /* RFC 5322, 4.4: <@a,@b:c@d> */
			buf_addc(&b->angle, '@');
		} else if (t.special == ':' &&
			   (route || str_ieq(buf_str(&b->angle),
					     STR("mailto")))) {
			b->is_broken |= !route;
			route = false;
			buf_clear(&b->angle);
		} else if (t.special == ',' && !route) {
			/* the ">" is missing */
			b->is_broken = true;
			l->at = back;
			return;
		} else if (!(t.special == ',' && route)) {
			b->is_broken |= t.special == ';' || t.special == ':';
			buf_addc(&b->angle, t.special);
		}
	}
}

/* A ':' behind words: they name a group (RFC 5322, 3.4). */
static void
begin_group(struct list *l)
{
	struct box *b = &l->box;

	if (l->in_group || b->has_angle || b->phrase.n == 0)
		l->out.is_malformed = true;
	l->group = decoded(l, str_trim(buf_str(&b->phrase)));
	if (l->out.groups < LIMIT_ADDRESSES)
		l->out.groups++;
	l->in_group = true;
	box_clear(b);
}

static void
take_special(struct list *l, const struct token *t, char before)
{
	struct box *b = &l->box;

	switch (t->special) {
	case ',':
		finish(l);
		break;
	case ';':
		finish(l);
		if (!l->in_group)
			l->out.is_malformed = true;
		l->in_group = false;
		l->group = STR_NONE;
		break;
	case ':':
		if (b->has_angle) {
			b->is_broken = true;
		} else if (b->has_at && b->spec.n && b->spec.p[0] == '@') {
			box_clear(b);
			b->is_broken = b->had_route = true;
		} else if (b->has_at) {
			b->is_broken = true;
			add_word(b, t, before);
		} else {
			begin_group(l);
		}
		break;
	case '<':
		if (b->has_angle) {
			/* two in one: a comma is missing, and the words
			 * between belong to the second */
			struct str rest;

			b->is_broken = true;
			rest = arena_str(
				l->a, str_sub(buf_str(&b->phrase),
					      b->angle_phrase, b->phrase.n));
			buf_cut(&b->phrase, b->angle_phrase);
			finish(l);
			buf_add(&b->phrase, str_trim(rest));
			b->is_broken = true;
		}
		b->is_broken |= b->has_at;
		b->angle_phrase = b->phrase.n;
		read_angle(l);
		b->after_angle = true;
		break;
	case '>':
		b->is_broken = true;
		break;
	default:
		add_word(b, t, before);
	}
}

struct field_addresses
field_addresses(struct arena *a, struct str value, const char *region)
{
	struct list l = {
		.a = a, .region = region, .s = str_sub(value, 0, LIMIT_FIELD)
	};
	struct box *b = &l.box;
	char before = 0;

	l.out.is_cut = value.n > LIMIT_FIELD;
	buf_init(&b->phrase, LIMIT_FIELD + 1);
	buf_init(&b->spec, LIMIT_FIELD + 1);
	buf_init(&b->angle, LIMIT_FIELD + 1);
	for (;;) {
		struct token t = next_token(&l);

		if (t.kind == TOKEN_END)
			break;
		b->is_broken |= t.broken;
		if (t.kind == TOKEN_COMMENT) {
			b->comment = t.text;
			continue;
		}
		if (t.kind == TOKEN_SPECIAL) {
			take_special(&l, &t, before);
			before = t.special;
			continue;
		}
		if (b->after_angle && b->has_angle)
			b->is_broken = true;
		add_word(b, &t, before);
		before = 0;
	}
	if (!l.out.is_cut) /* what was cut in two is no mailbox */
		finish(&l);
	l.out.is_malformed |= l.in_group || l.out.is_cut;
	buf_fini(&b->phrase);
	buf_fini(&b->spec);
	buf_fini(&b->angle);
	return l.out;
}

bool
field_is_mailbox(struct str s, bool utf8)
{
	ptrdiff_t at = str_rchr(s, '@');
	struct str local, domain;

	if (at <= 0)
		return false;
	local = str_sub(s, 0, (size_t)at);
	domain = str_sub(s, (size_t)at + 1, s.n);
	if (local.n > 64 || domain.n > 255)
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] == '<' || s.p[i] == '>' ||
			(s.p[i] >= 0 && s.p[i] < ' ') || s.p[i] == 0x7f ||
			(s.p[i] == ' ' && s.p[0] != '"') ||
			((s.p[i] & 0x80) && !utf8))
			return false;
	return utf8_valid(s) && is_local(local) && is_domain(domain);
}

static bool
needs_quotes(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!is_atext(s.p[i]) && s.p[i] != ' ' && s.p[i] != '.')
			return true;
	return false;
}

void
field_print_address(struct buf *out, const struct field_address *f)
{
	if (f->name.n == 0) {
		buf_add(out, f->addr);
		return;
	}
	if (needs_quotes(f->name)) {
		buf_addc(out, '"');
		for (size_t i = 0; i < f->name.n; i++) {
			char c = f->name.p[i];

			if (c == '"' || c == '\\')
				buf_addc(out, '\\');
			buf_addc(out, c >= 0 && c < ' ' ? ' ' : c);
		}
		buf_addc(out, '"');
	} else {
		buf_add(out, f->name);
	}
	buf_adds(out, " <");
	buf_add(out, f->addr);
	buf_addc(out, '>');
}
