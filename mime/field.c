/* SPDX-License-Identifier: GPL-3.0-or-later */
/* field - tokens and identifiers: see field.h. Addresses, dates and parameters
 * have files of their own. */
#include "mime/field.h"

enum { IDS_MAX = 1000 };

/* Offset behind the comment that starts at AT; comments nest by a counter, not
 * by recursion. One that never ends takes the rest. */
static size_t
skip_comment(struct str s, size_t at)
{
	size_t depth = 0;

	for (; at < s.n; at++) {
		if (s.p[at] == '\\') {
			at++;
		} else if (s.p[at] == '(') {
			depth++;
		} else if (s.p[at] == ')' && --depth == 0) {
			return at + 1;
		}
	}
	return s.n;
}

void
field_token(struct buf *out, struct str value)
{
	size_t start = out->n;

	for (size_t i = 0; i < value.n;) {
		char c = value.p[i];

		if (c == '(') {
			i = skip_comment(value, i);
			continue;
		}
		if (c == '\r' || c == '\n' || c == '\t')
			c = ' ';
		if (c != ' ' || (out->n > start && out->p[out->n - 1] != ' '))
			buf_addc(out, c);
		i++;
	}
	while (out->n > start && out->p[out->n - 1] == ' ')
		buf_cut(out, out->n - 1);
}

/* --- identifiers -----------------------------------------------------------
 */

static bool
is_white(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* S without white space, which may stand in an obsolete id. */
static struct str
squeeze(struct arena *a, struct str s)
{
	char *p = arena_alloc(a, s.n + 1);
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++)
		if (!is_white(s.p[i]))
			p[n++] = s.p[i];
	return (struct str){ p, n };
}

/* S with a blank for each run of white space. */
static struct str
one_blank(struct arena *a, struct str s)
{
	char *p = arena_alloc(a, s.n + 1);
	size_t n = 0;

	s = str_trim(s);
	for (size_t i = 0; i < s.n; i++)
		if (!is_white(s.p[i]))
			p[n++] = s.p[i];
		else if (n && p[n - 1] != ' ')
			p[n++] = ' ';
	return (struct str){ p, n };
}

/* Offset behind the next '<' from I on that no comment holds. */
static bool
find_open(struct str s, size_t i, size_t *out)
{
	while (i < s.n && s.p[i] != '<') {
		if (s.p[i] == '(')
			i = skip_comment(s, i);
		else if (s.p[i] == '\\')
			i += 2;
		else
			i++;
	}
	*out = i + 1;
	return i < s.n;
}

/* The next id in angle brackets from *AT on. */
static bool
next_id(struct str s, size_t *at, struct str *out)
{
	size_t i, start;

	if (!find_open(s, *at, &i))
		return false;
	start = i;
	while (i < s.n && s.p[i] != '>') {
		i++;
		if (s.p[i - 1] == '<')
			start = i; /* "<<a@b>>": the inner one */
	}
	*out = str_sub(s, start, i);
	*at = i < s.n ? i + 1 : i;
	return true;
}

static size_t
count_ids(struct str s)
{
	size_t at = 0, n = 0;
	struct str id;

	while (next_id(s, &at, &id))
		n++;
	return n;
}

/* Words without angle brackets, as some programs write them; where any of them
 * is no id, they are a sentence about a letter: "a@b's message of Monday". */
static struct field_ids
bare_ids(struct arena *a, struct str s)
{
	struct field_ids ids = { .id = arena_array(
					 a, IDS_MAX, sizeof(struct str)) };
	size_t i = 0;

	while (i < s.n && ids.count < IDS_MAX) {
		size_t start;

		while (i < s.n && (is_white(s.p[i]) || s.p[i] == ','))
			i++;
		if (i < s.n && s.p[i] == '(') {
			i = skip_comment(s, i);
			continue;
		}
		start = i;
		while (i < s.n && !is_white(s.p[i]) && s.p[i] != ',')
			i++;
		if (i == start)
			break;
		if (str_chr(str_sub(s, start, i), '@') <= 0)
			return (struct field_ids){ 0 };
		ids.id[ids.count++] = str_sub(s, start, i);
	}
	return ids;
}

struct field_ids
field_ids(struct arena *a, struct str value)
{
	struct field_ids ids = { 0 };
	struct str id;
	size_t n, at = 0, skip;

	value = str_sub(value, 0, LIMIT_FIELD * 8);
	n = count_ids(value);
	if (n == 0)
		return str_chr(value, '@') < 0 ? ids : bare_ids(a, value);
	skip = n > IDS_MAX ? n - IDS_MAX : 0;
	ids.id = arena_array(a, n - skip, sizeof *ids.id);
	while (next_id(value, &at, &id)) {
		if (skip > 0) {
			skip--;
			continue;
		}
		id = squeeze(a, id);
		if (id.n)
			ids.id[ids.count++] = id;
	}
	return ids;
}

struct str
field_id(struct arena *a, struct str value)
{
	size_t at = 0;
	struct str id = STR_NONE;

	value = str_sub(value, 0, LIMIT_FIELD);
	if (!next_id(value, &at, &id)) {
		struct buf b;

		buf_init(&b, LIMIT_FIELD);
		field_token(&b, value);
		id = squeeze(a, buf_str(&b));
		buf_fini(&b);
		return id.n ? id : STR_NONE;
	}
	return squeeze(a, id);
}

struct str
field_id_written(struct arena *a, struct str value)
{
	struct str id;
	struct buf b;
	ptrdiff_t end;
	size_t at;

	value = str_sub(value, 0, LIMIT_FIELD);
	buf_init(&b, LIMIT_FIELD);
	if (find_open(value, 0, &at)) {
		value = str_sub(value, at, value.n);
		while (value.n && value.p[0] == '<')
			value = str_sub(value, 1, value.n);
		end = str_chr(value, '>');
		if (end >= 0)
			value = str_sub(value, 0, (size_t)end);
	} else {
		field_token(&b, value);
		value = buf_str(&b);
	}
	id = one_blank(a, value);
	buf_fini(&b);
	return id;
}
