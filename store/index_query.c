/* SPDX-License-Identifier: GPL-3.0-or-later */
/* queries before notmuch sees them: see index.h */
#include "store/index.h"
#include "store/index_theirs.h"

#include <stdio.h>

static const char *const prefixes[] = { "body", "from", "to", "subject",
	"attachment", "mimetype", "tag", "is", "id", "mid", "thread", "path",
	"folder", "date", "lastmod", "query", "property", "List" };

static const char *const states[] = { "pending", "verified", "other-signer",
	"none", "failed", "cannot-tell" };

static const char *const alerts[] = { "any", "lookalike", "display-name",
	"reply-to", "several-from", "malformed-from", "no-from", "group-from",
	"mixed-script", "unsigned-tail", "added-header", "unsigned-header",
	"from-not-in-sdid", "future", "sources-disagree", "forged-results",
	"key-changed" };

#define COUNT(a) (sizeof(a) / sizeof *(a))

static bool
is_one_of(const char *const *words, size_t n, struct str s)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(str_c(words[i]), s))
			return true;
	return false;
}

static void
all_of(struct buf *out, const char *const *words, size_t n)
{
	for (size_t i = 0; i < n; i++)
		buf_printf(out, "%s%s", i ? " " : "", words[i]);
}

/* The words "verdict:VALUE" or "alert:VALUE". */
static int
property_term(struct buf *out, const char *name, struct str value,
	const char *const *words, size_t n, struct err *e)
{
	struct buf known;

	if (is_one_of(words, n, value)) {
		buf_printf(out, "property:auth.%s=%.*s", name, STR_ARG(value));
		return 0;
	}
	buf_init(&known, 1000);
	all_of(&known, words, n);
	err_set(e, ERR_INPUT, 0, "%s:%.*s is unknown; there is %s:… with: %s",
		name, STR_ARG(value), name, buf_c(&known));
	buf_fini(&known);
	return -1;
}

static bool
is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
	       c == '-';
}

/* Length of a prefix "name" at the start of S that ':' follows, else 0. */
static size_t
prefix_length(struct str s)
{
	size_t n = 0;

	while (n < s.n && is_word(s.p[n]))
		n++;
	return n > 0 && n + 1 < s.n && s.p[n] == ':' && s.p[n + 1] != ' ' &&
			       s.p[n + 1] != '/'
		       ? n
		       : 0;
}

static size_t
value_length(struct str s)
{
	size_t n = 0;

	while (n < s.n && s.p[n] != ' ' && s.p[n] != ')' && s.p[n] != '\t')
		n++;
	return n;
}

static const char *const texts[] = { "body", "from", "to", "subject",
	"attachment" };

/* Does S end in two syllables of Hangul (U+AC00 to U+D7A3) or more? */
static bool
ends_in_hangul(struct str s)
{
	size_t syllables = 0;

	while (s.n >= 3 && syllables < 2) {
		const unsigned char *p = (const unsigned char *)s.p + s.n - 3;
		unsigned cp = (p[0] & 0x0fu) << 12 | (p[1] & 0x3fu) << 6 |
			      (p[2] & 0x3fu);

		if ((p[0] & 0xf0) != 0xe0 || cp < 0xac00 || cp > 0xd7a3)
			break;
		syllables++;
		s.n -= 3;
	}
	return syllables == 2;
}

/* Where in TERM, that names a folder or a path, the account stands that paths
 * in the database of THEIRS do not have; 0: nowhere. */
static size_t
only_at(struct str term, const struct index_theirs *theirs)
{
	size_t n = prefix_length(term);
	struct str name = str_sub(term, 0, n), only = str_c(theirs->only);

	if (only.n == 0 ||
		!(str_eq(name, STR("folder")) || str_eq(name, STR("path"))))
		return 0;
	n++;
	n += n < term.n && term.p[n] == '"';
	term = str_sub(term, n, term.n);
	return str_starts(term, only) && term.n > only.n &&
			       term.p[only.n] == '/'
		       ? n
		       : 0;
}

/* One term that begins at QUERY's start; its length in *USED. *IS_TEXT: it
 * looks for words. */
static int
term(struct buf *out, struct str query, const struct index_theirs *theirs,
	size_t *used, bool *is_text, struct err *e)
{
	size_t n = prefix_length(query), v;
	struct str name = str_sub(query, 0, n), value;

	*used = 1;
	*is_text = n == 0 || is_one_of(texts, COUNT(texts), name);
	if (n == 0) {
		buf_addc(out, query.p[0]);
		return 0;
	}
	v = value_length(str_sub(query, n + 1, query.n));
	value = str_sub(query, n + 1, n + 1 + v);
	*used = n + 1 + v;
	if (str_eq(name, STR("verdict")))
		return property_term(
			out, "verdict", value, states, COUNT(states), e);
	if (str_eq(name, STR("alert")))
		return property_term(
			out, "alert", value, alerts, COUNT(alerts), e);
	if (theirs &&
		is_one_of(theirs->prefix.item, theirs->prefix.count, name))
		*is_text = true;
	else if (!is_one_of(prefixes, COUNT(prefixes), name)) {
		struct buf known;

		buf_init(&known, 1000);
		all_of(&known, prefixes, COUNT(prefixes));
		err_set(e, ERR_INPUT, 0,
			"'%.*s:' cannot be searched; there are: verdict alert "
			"%s",
			STR_ARG(name), buf_c(&known));
		buf_fini(&known);
		return -1;
	}
	/* the value is copied by the caller, who knows about quotes */
	buf_add(out, str_sub(query, 0, n + 1));
	*used = n + 1;
	return 0;
}

int
index_query(struct buf *out, struct str query,
	const struct index_theirs *theirs, struct err *e)
{
	bool quoted = false, at_start = true, is_text = false;
	size_t skip = 0; /* what stands there is left out */
	int depth = 0;

	query = str_trim(query);
	for (size_t i = 0; i < query.n;) {
		char c = query.p[i];
		size_t used = 1;

		if (skip && i == skip) {
			i += strlen(theirs->only) + 1;
			skip = 0;
			continue;
		}
		if (quoted || c == '"' || c == ' ' || c == '(' || c == ')') {
			if (is_text && ends_in_hangul(str_sub(query, 0, i)))
				buf_addc(out, '*');
			is_text = false;
			if (c == '"')
				quoted = !quoted;
			if (!quoted && c == '(')
				depth++;
			if (!quoted && c == ')' && --depth < 0)
				break;
			buf_addc(out, c);
			at_start = !quoted && (c == ' ' || c == '(');
			i++;
			continue;
		}
		if (c == '-' || c == '+') {
			buf_addc(out, c);
			i++;
			continue; /* "-from:x": the prefix follows */
		}
		if (at_start && theirs) {
			skip = only_at(str_sub(query, i, query.n), theirs);
			skip += skip ? i : 0;
		}
		if (at_start && term(out, str_sub(query, i, query.n), theirs,
					&used, &is_text, e) < 0)
			return -1;
		if (!at_start)
			buf_addc(out, c);
		at_start = false;
		i += used;
	}
	/* particles follow a Korean word without a blank */
	if (is_text && !quoted && ends_in_hangul(query))
		buf_addc(out, '*');
	if (quoted)
		return err_set(e, ERR_INPUT, 0,
			"a quote (\") is not closed in '%.*s'", STR_ARG(query));
	if (depth != 0)
		return err_set(e, ERR_INPUT, 0,
			"a bracket has no other in '%.*s'", STR_ARG(query));
	if (out->n == 0)
		buf_addc(out, '*');
	if (out->full)
		return err_set(e, ERR_INPUT, 0, "the search is too long");
	return 0;
}

void
index_folder_query(struct buf *out, const char *folder)
{
	buf_adds(out, "folder:\"");
	for (const char *p = folder; *p; p++) {
		if (*p == '"')
			buf_addc(out, '"'); /* Xapian's way to quote a quote */
		buf_addc(out, *p);
	}
	buf_addc(out, '"');
}
