/* SPDX-License-Identifier: GPL-3.0-or-later */
/* results - see results.h
 *
 *   field:   [authserv-id [version]] 1*( ";" resinfo ) [";"]
 *   resinfo: method ["/" version] "=" result ["reason=" value]
 *            *( ptype "." property "=" value )
 *
 * with comments and folding between any two of these. */
#include "auth/results.h"

#include "auth/text.h"

struct reader {
	struct arena *a;
	struct str s;
	size_t at;
	const char *error;
};

static bool
fail(struct reader *r, const char *error)
{
	if (!r->error)
		r->error = error;
	return false;
}

/* Skip white space and comments, which may be nested. */
static void
skip(struct reader *r)
{
	int depth = 0;

	for (; r->at < r->s.n; r->at++) {
		char c = r->s.p[r->at];

		if (depth && c == '\\') {
			r->at++;
		} else if (c == '(') {
			if (++depth > COMMENT_DEPTH) {
				fail(r, N_("comments are nested too deeply"));
				return;
			}
		} else if (depth && c == ')') {
			depth--;
		} else if (!depth && c != ' ' && c != '\t' && c != '\r' &&
			   c != '\n') {
			return;
		}
	}
	if (depth)
		fail(r, N_("a comment is not closed"));
}

/* The next character behind white space and comments; 0 at the end. */
static char
peek(struct reader *r)
{
	skip(r);
	return r->error || r->at >= r->s.n ? '\0' : r->s.p[r->at];
}

static bool
take(struct reader *r, char c)
{
	if (peek(r) != c)
		return false;
	r->at++;
	return true;
}

/* Letters, digits, "-" and "_"; empty where there are none. */
static struct str
keyword(struct reader *r)
{
	size_t start;

	skip(r);
	start = r->at;
	while (r->at < r->s.n) {
		char c = ascii_lower(r->s.p[r->at]);

		if ((c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' &&
			c != '_')
			break;
		r->at++;
	}
	return str_sub(r->s, start, r->at);
}

/* A quoted string, the opening quote being next. */
static void
quoted(struct reader *r, struct buf *out)
{
	for (r->at++; r->at < r->s.n; r->at++) {
		char c = r->s.p[r->at];

		if (c == '"') {
			r->at++;
			return;
		}
		if (c == '\\' && r->at + 1 < r->s.n)
			c = r->s.p[++r->at];
		if (c != '\r' && c != '\n')
			buf_addc(out, c);
	}
	fail(r, N_("a quoted string is not closed"));
}

static bool
ends_value(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == ';' ||
	       c == '(' || c == ')' || c == '"';
}

/* A quoted string that is a value, or the local part of an address, which keeps
 * its quotes: they belong to the address. */
static void
quoted_value(struct reader *r, struct buf *out)
{
	size_t start = r->at;

	quoted(r, out);
	if (r->error || r->at >= r->s.n || r->s.p[r->at] != '@')
		return;
	buf_clear(out);
	for (; start < r->at; start++)
		if (r->s.p[start] != '\r' && r->s.p[start] != '\n')
			buf_addc(out, r->s.p[start]);
}

/* A value: a quoted string, an address, or other characters that stand
 * together. Safe and in the arena; NULL where there is none. */
static const char *
value(struct reader *r)
{
	struct buf b;
	const char *s = NULL;
	size_t start;

	buf_init(&b, LIMIT_FIELD_SHOWN);
	skip(r);
	start = r->at;
	if (!r->error && r->at < r->s.n && r->s.p[r->at] == '"')
		quoted_value(r, &b);
	if (start == r->at || (r->at < r->s.n && r->s.p[r->at] == '@'))
		while (r->at < r->s.n && !r->error &&
			!ends_value(r->s.p[r->at]))
			buf_addc(&b, r->s.p[r->at++]);
	if (r->at > start && !r->error)
		s = text_safe(r->a, buf_str(&b));
	buf_fini(&b);
	return s;
}

/* A version: digits. That of the field must be 1, else it cannot be understood;
 * of a method it makes one result unknown (RFC 8601, 2.6). */
static bool
version(struct reader *r, int *out)
{
	struct str s = keyword(r);
	uint64_t v;

	if (!str_to_u64(s, 999999, &v))
		return fail(r, N_("a version is no number"));
	*out = (int)v;
	return true;
}

/* What stands behind the result: reason and properties. */
static bool
properties(struct reader *r, struct verdict_method *m)
{
	struct verdict_property list[RESULTS_PROPERTIES];

	while (peek(r) && peek(r) != ';') {
		struct str type = keyword(r), name = STR_NONE;
		const char *v;

		if (type.n == 0)
			return fail(r,
				N_("it holds something that is no property"));
		if (take(r, '.')) {
			name = keyword(r);
			if (name.n == 0)
				return fail(r, N_("a property has no name"));
		}
		if (!take(r, '='))
			return fail(r, N_("a property has no value"));
		v = value(r);
		if (r->error)
			return false;
		if (!v) {
			if (!name.p || (peek(r) && peek(r) != ';'))
				return fail(r, N_("a property has no value"));
			v = "";
		}
		if (!name.p) {
			/* "action=none" and the like are no properties */
			if (str_ieq(type, STR("reason")))
				m->reason = v;
			continue;
		}
		if (m->properties == RESULTS_PROPERTIES)
			continue;
		list[m->properties].name = arena_cstr(
			r->a, text_lower(r->a,
				      str_c(text_printf(r->a, "%.*s.%.*s",
					      STR_ARG(type), STR_ARG(name)))));
		list[m->properties++].value = v;
	}
	m->property = arena_array(r->a, m->properties, sizeof *m->property);
	if (m->properties)
		memcpy(m->property, list, m->properties * sizeof *list);
	return !r->error;
}

static bool
method(struct reader *r, struct verdict_method *m)
{
	struct str name = keyword(r), result;

	*m = (struct verdict_method){ .version = 1, .reason = "" };
	if (name.n == 0)
		return fail(r, N_("a method has no name"));
	if (take(r, '/') && !version(r, &m->version))
		return false;
	if (!take(r, '='))
		return fail(r, N_("a method has no result"));
	result = keyword(r);
	if (result.n == 0)
		return fail(r, N_("a method has no result"));
	m->method = arena_cstr(r->a, text_lower(r->a, name));
	m->result = arena_cstr(r->a, text_lower(r->a, result));
	return properties(r, m);
}

/* The id; left alone where the first thing is a method already. */
static bool
identity(struct reader *r, struct verdict_field *out)
{
	size_t start = (skip(r), r->at);
	const char *id = value(r);

	if (r->error)
		return false;
	if (!id)
		return fail(r, N_("there is no authserv-id"));
	if (strchr(id, '=') || peek(r) == '=') {
		r->at = start;
		out->authserv_id = "";
		return true;
	}
	out->authserv_id = id;
	if (peek(r) && peek(r) != ';' && !version(r, &out->version))
		return false;
	if (out->version != 1)
		return fail(r, N_("its version is not 1"));
	if (!peek(r))
		return r->error ? false : fail(r, N_("it says nothing"));
	return take(r, ';') || fail(r, N_("there is no \";\" behind the "
					  "authserv-id"));
}

static bool
is_none(struct reader *r)
{
	size_t start = r->at;
	struct str word = keyword(r);

	if (str_ieq(word, STR("none")) && !peek(r))
		return true;
	r->at = start;
	return false;
}

void
results_parse(struct arena *a, struct str text, struct verdict_field *out)
{
	struct reader r = { .a = a, .s = text };
	size_t cap = 1, unknown = 0;

	*out = (struct verdict_field){ .authserv_id = "", .version = 1 };
	for (size_t i = 0; i < text.n && cap < RESULTS_METHODS; i++)
		cap += text.p[i] == ';';
	out->method = arena_array(a, cap, sizeof *out->method);
	if (identity(&r, out) && (skip(&r), !is_none(&r))) {
		do {
			if (!peek(&r) && out->methods + unknown)
				break; /* a ";" at the end */
			if (out->methods == cap) {
				fail(&r, N_("it has too many methods"));
				break;
			}
			if (!method(&r, &out->method[out->methods]))
				break;
			if (out->method[out->methods].version == 1)
				out->methods++;
			else
				unknown++;
		} while (take(&r, ';'));
		if (!r.error && peek(&r))
			fail(&r, N_("something stands behind a value"));
		if (unknown && !out->methods)
			fail(&r, N_("its results are of an unknown version"));
	}
	if (r.error) {
		out->error = r.error;
		out->methods = 0;
	}
}

const char *
results_property(const struct verdict_method *m, const char *name)
{
	for (size_t i = 0; i < m->properties; i++)
		if (strcmp(m->property[i].name, name) == 0)
			return m->property[i].value;
	return NULL;
}

int
results_rank(const char *result)
{
	/* the best first */
	static const char *const order[] = { "pass", "neutral", "none",
		"policy", "softfail", "temperror", "permerror", "fail" };

	for (size_t i = 0; i < sizeof order / sizeof *order; i++)
		if (strcmp(result, order[i]) == 0)
			return (int)i;
	/* what is not known is no pass, and no fail either */
	return strcmp(result, "hardfail") == 0 ? RESULTS_WORST : 2;
}

bool
results_parse_spf(struct arena *a, struct str text, struct results_spf *out)
{
	struct reader r = { .a = a, .s = text };
	struct str word = keyword(&r);

	*out = (struct results_spf){ 0 };
	out->result = verdict_result_parse(arena_cstr(a, text_lower(a, word)));
	if (out->result == RESULT_NONE && !str_ieq(word, STR("none")))
		return false;
	while (peek(&r)) {
		struct str key;
		const char *v;

		if (take(&r, ';'))
			continue;
		key = keyword(&r);
		if (key.n == 0 || !take(&r, '='))
			break;
		v = value(&r);
		if (!v)
			continue;
		if (str_ieq(key, STR("client-ip")))
			out->client_ip = v;
		else if (str_ieq(key, STR("envelope-from")))
			out->envelope_from = v;
		else if (str_ieq(key, STR("helo")))
			out->helo = v;
		else if (str_ieq(key, STR("receiver")))
			out->receiver = v;
		else if (str_ieq(key, STR("identity")))
			out->is_helo = str_ieq(str_c(v), STR("helo"));
	}
	return !r.error;
}
