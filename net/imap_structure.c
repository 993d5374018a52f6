/* SPDX-License-Identifier: GPL-3.0-or-later */
/* of which parts a letter consists: see imap.h. BODYSTRUCTURE (RFC 3501, 7.4.2)
 * is read here, since only numbers and sizes are wanted of it, and a server may
 * write what it likes. */
#include <stdio.h>

#include "net/imap_parts.h"

enum { ANSWER_BYTES = 1 << 20 };

struct reader {
	struct arena *a;
	struct str rest;
	struct imap_part *part;
	size_t count, cap;
};

static char
peek(struct reader *r)
{
	while (r->rest.n && r->rest.p[0] == ' ')
		r->rest = str_sub(r->rest, 1, r->rest.n);
	return r->rest.n ? r->rest.p[0] : '\0';
}

/* Take the bracket C. */
static bool
take(struct reader *r, char c)
{
	if (peek(r) != c)
		return false;
	r->rest = str_sub(r->rest, 1, r->rest.n);
	return true;
}

/* Take a word or a string, which is no bracket. */
static bool
take_word(struct reader *r, struct str *out)
{
	char c = peek(r);

	return c && c != '(' && c != ')' && imap_word(r->a, &r->rest, out);
}

/* Take what stands before the bracket that closes the one we are in, and that
 * bracket. */
static bool
skip_rest(struct reader *r)
{
	unsigned depth = 1;
	struct str word;

	while (depth) {
		if (take(r, '('))
			depth++;
		else if (take(r, ')'))
			depth--;
		else if (!take_word(r, &word))
			return false;
	}
	return true;
}

static struct imap_part *
add(struct reader *r, const char *number, unsigned depth, bool is_multi)
{
	struct imap_part *p;

	if (r->count == LIMIT_MIME_PARTS)
		return NULL;
	if (r->count == r->cap) {
		r->cap = r->cap ? 2 * r->cap : 16;
		p = arena_array(r->a, r->cap, sizeof *p);
		if (r->count)
			memcpy(p, r->part, r->count * sizeof *p);
		r->part = p;
	}
	p = &r->part[r->count++];
	*p = (struct imap_part){ number, 0, depth, is_multi };
	return p;
}

/* Behind the bracket of a leaf, a message within too. */
static bool
leaf(struct reader *r, const char *number, unsigned depth)
{
	struct imap_part *p = add(r, number, depth, false);
	struct str word;
	bool is_good = p && take_word(r, &word) && take_word(r, &word);

	if (is_good && take(r, '(')) /* its parameters, else NIL */
		is_good = skip_rest(r);
	else if (is_good)
		is_good = take_word(r, &word);
	for (int i = 0; i < 3 && is_good; i++) /* ID, description, encoding */
		is_good = take_word(r, &word);
	return is_good && take_word(r, &word) &&
	       str_to_u64(word, UINT32_MAX, &p->octets) && skip_rest(r);
}

/* NUMBER is "" for the root, which is "1" where it is a leaf. */
static bool
body(struct reader *r, const char *number, unsigned depth)
{
	if (depth > LIMIT_MIME_DEPTH || !take(r, '('))
		return false;
	if (peek(r) != '(')
		return leaf(r, *number ? number : "1", depth);
	if (!add(r, number, depth, true))
		return false;
	for (unsigned i = 1; peek(r) == '('; i++)
		if (!body(r,
			    arena_printf(r->a, "%s%s%u", number,
				    *number ? "." : "", i),
			    depth + 1))
			return false;
	return skip_rest(r);
}

bool
imap_read_structure(struct arena *a, struct str text, struct imap_part **out,
	size_t *count_out)
{
	struct reader r = { .a = a, .rest = text };
	bool is_good = body(&r, "", 0);

	*out = r.part;
	*count_out = is_good ? r.count : 0;
	return is_good;
}

/* "5 FETCH (UID 7 BODYSTRUCTURE (...))" after "* ": of UID. */
static bool
take_fetch(struct arena *a, struct str line, uint32_t uid,
	struct imap_part **out, size_t *count_out)
{
	struct reader r = { .a = a, .rest = line };
	struct str word;
	uint64_t n = 0;
	bool is_it = false, has = false;

	if (!take_word(&r, &word) || !take_word(&r, &word) ||
		!str_ieq(word, STR("FETCH")) || !take(&r, '('))
		return false;
	while (take_word(&r, &word)) {
		if (str_ieq(word, STR("UID"))) {
			is_it = take_word(&r, &word) &&
				str_to_u64(word, UINT32_MAX, &n) && n == uid;
		} else if (str_ieq(word, STR("BODYSTRUCTURE"))) {
			has = body(&r, "", 0);
			if (!has)
				return false;
		} else if (take(&r, '(')) { /* FLAGS, that nobody asked for */
			if (!skip_rest(&r))
				return false;
		} else if (!take_word(&r, &word)) {
			return false;
		}
	}
	if (!is_it || !has)
		return false;
	*out = r.part;
	*count_out = r.count;
	return true;
}

int
imap_structure(struct imap *m, uint32_t uid, struct arena *a,
	struct imap_part **out, size_t *count_out, struct err *e)
{
	char text[80], want[16];
	struct buf line;
	int rc;

	*out = NULL;
	*count_out = 0;
	snprintf(text, sizeof text, "UID FETCH %u (UID BODYSTRUCTURE)", uid);
	rc = imap_put(m, text);
	snprintf(want, sizeof want, "%d", m->m->imap_tag);
	if (rc == 0 && mailstream_flush(m->m->imap_stream) < 0)
		rc = MAILIMAP_ERROR_STREAM;
	buf_init(&line, ANSWER_BYTES);
	while (rc == 0 && (rc = imap_read_raw(m, &line)) == 0) {
		struct str rest = buf_str(&line), word;

		if (!imap_word(a, &rest, &word))
			continue;
		if (str_eq(word, str_c(want))) {
			if (!imap_word(a, &rest, &word) ||
				!str_ieq(word, STR("OK")))
				*count_out = 0;
			break;
		}
		if (!str_eq(word, STR("*")))
			rc = MAILIMAP_ERROR_PARSE;
		else if (*count_out == 0)
			(void)take_fetch(
				a, arena_str(a, rest), uid, out, count_out);
	}
	buf_fini(&line);
	return rc ? imap_fail(m, rc, "the parts of a letter", ERR_LATER, e) : 0;
}
