/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spf_record - see spf_record.h */
#include "auth/spf_record.h"

#include <arpa/inet.h>

#include "auth/spf_macro.h"
#include "auth/text.h"

bool
spf_is_record(struct str text)
{
	return str_istarts(text, STR("v=spf1")) &&
	       (text.n == 6 || text.p[6] == ' ');
}

bool
spf_term_asks(const struct spf_term *t)
{
	return t->kind != SPF_ALL && t->kind != SPF_IP4 && t->kind != SPF_IP6;
}

static bool
is_alpha(char c)
{
	return ascii_lower(c) >= 'a' && ascii_lower(c) <= 'z';
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* toplabel (7.1): letters, digits and inner hyphens, not digits alone */
static bool
is_top_label(struct str s)
{
	bool only_digits = true;

	if (s.n == 0 || s.p[0] == '-' || s.p[s.n - 1] == '-')
		return false;
	for (size_t i = 0; i < s.n; i++) {
		if (!is_alpha(s.p[i]) && !is_digit(s.p[i]) && s.p[i] != '-')
			return false;
		only_digits = only_digits && is_digit(s.p[i]);
	}
	return !only_digits;
}

/* domain-spec: a macro-string that ends with a macro or with ".toplabel" */
static bool
is_domain_spec(struct str s)
{
	ptrdiff_t dot;

	if (s.n == 0 || !spf_macro_valid(s, false))
		return false;
	if (s.p[s.n - 1] == '}') {
		/* "%%{x}" ends with a literal; such a name has no top label */
		ptrdiff_t open = str_rchr(s, '{');

		return open > 0 && s.p[open - 1] == '%';
	}
	if (s.p[s.n - 1] == '.')
		s.n--;
	dot = str_rchr(s, '.');
	return dot >= 0 && is_top_label(str_sub(s, (size_t)dot + 1, s.n));
}

/* Cut "/N" off the end of *S, where SLASHES says how many slashes; *OUT is
 * unchanged where there is none. False where the number cannot be. */
static bool
cut_cidr(struct str *s, size_t slashes, int max, int *out)
{
	size_t at = s->n;
	uint64_t v;

	while (at > 0 && is_digit(s->p[at - 1]))
		at--;
	if (at == s->n || at < slashes)
		return true;
	for (size_t i = 1; i <= slashes; i++)
		if (s->p[at - i] != '/')
			return true;
	if (slashes == 1 && at >= 2 && s->p[at - 2] == '/')
		return true; /* an ip6 length */
	if ((s->p[at] == '0' && s->n - at > 1) ||
		!str_to_u64(str_sub(*s, at, s->n), (uint64_t)max, &v))
		return false;
	*out = (int)v;
	s->n = at - slashes;
	return true;
}

static bool
read_ip(struct spf_term *t, struct str arg)
{
	bool is_4 = t->kind == SPF_IP4;
	char text[64];

	if (!cut_cidr(&arg, 1, is_4 ? 32 : 128, is_4 ? &t->cidr4 : &t->cidr6))
		return false;
	if (arg.n == 0 || arg.n >= sizeof text)
		return false;
	memcpy(text, arg.p, arg.n);
	text[arg.n] = '\0';
	return inet_pton(is_4 ? AF_INET : AF_INET6, text, t->address) == 1;
}

static const struct {
	const char *name;
	enum spf_kind kind;
} kinds[] = { { "all", SPF_ALL }, { "include", SPF_INCLUDE }, { "a", SPF_A },
	{ "mx", SPF_MX }, { "ptr", SPF_PTR }, { "ip4", SPF_IP4 },
	{ "ip6", SPF_IP6 }, { "exists", SPF_EXISTS } };

/* NULL, or what is wrong */
static const char *
read_mechanism(struct arena *a, struct str text, struct spf_term *t)
{
	struct str rest = text, name;
	size_t n = 0, k = 0;
	bool has_argument;

	*t = (struct spf_term){
		.qualifier = '+', .text = text, .cidr4 = 32, .cidr6 = 128
	};
	if (rest.n && strchr("+-~?", rest.p[0]) && rest.p[0]) {
		t->qualifier = rest.p[0];
		rest = str_sub(rest, 1, rest.n);
	}
	while (n < rest.n && (is_alpha(rest.p[n]) || is_digit(rest.p[n])))
		n++;
	name = str_sub(rest, 0, n);
	while (k < sizeof kinds / sizeof *kinds &&
		!str_ieq(name, str_c(kinds[k].name)))
		k++;
	if (k == sizeof kinds / sizeof *kinds)
		return text_printf(a, N_("there is no mechanism \"%s\""),
			text_safe(a, text));
	t->kind = kinds[k].kind;
	rest = str_sub(rest, n, rest.n);
	has_argument = rest.n && rest.p[0] == ':';
	if (has_argument)
		rest = str_sub(rest, 1, rest.n);
	if (t->kind == SPF_IP4 || t->kind == SPF_IP6) {
		if (has_argument && read_ip(t, rest))
			return NULL;
		return text_printf(
			a, N_("\"%s\" holds no address"), text_safe(a, text));
	}
	if ((t->kind == SPF_A || t->kind == SPF_MX) &&
		(!cut_cidr(&rest, 2, 128, &t->cidr6) ||
			!cut_cidr(&rest, 1, 32, &t->cidr4)))
		return text_printf(a,
			N_("\"%s\" has a prefix length that cannot be"),
			text_safe(a, text));
	t->domain = rest;
	if (t->kind == SPF_ALL  ? has_argument || rest.n
		: !has_argument ? rest.n || t->kind == SPF_INCLUDE ||
					  t->kind == SPF_EXISTS
				: !is_domain_spec(rest))
		return text_printf(a, N_("\"%s\" has no valid domain"),
			text_safe(a, text));
	return NULL;
}

/* name "=" macro-string; the index of "=", or -1 where it is no modifier */
static ptrdiff_t
modifier_at(struct str s)
{
	ptrdiff_t eq = str_chr(s, '=');

	if (eq <= 0 || !is_alpha(s.p[0]))
		return -1;
	for (ptrdiff_t i = 0; i < eq; i++)
		if (!is_alpha(s.p[i]) && !is_digit(s.p[i]) && s.p[i] != '-' &&
			s.p[i] != '_' && s.p[i] != '.')
			return -1;
	return eq;
}

static const char *
read_modifier(
	struct arena *a, struct str text, size_t eq, struct spf_record *out)
{
	struct str name = str_sub(text, 0, eq);
	struct str value = str_sub(text, eq + 1, text.n);
	struct str *slot = str_ieq(name, STR("redirect")) ? &out->redirect
			   : str_ieq(name, STR("exp"))    ? &out->exp
							  : NULL;

	if (!slot)
		return spf_macro_valid(value, true)
			       ? NULL
			       : text_printf(a,
					 N_("\"%s\" holds a wrong macro"),
					 text_safe(a, text));
	if (slot->p)
		return text_printf(
			a, N_("%s= stands twice"), text_safe(a, name));
	if (!is_domain_spec(value))
		return text_printf(a, N_("\"%s\" has no valid domain"),
			text_safe(a, text));
	*slot = value;
	return NULL;
}

void
spf_record_parse(struct arena *a, struct str text, struct spf_record *out)
{
	struct str rest = str_sub(text, 6, text.n), word;
	size_t cap = 0;

	*out = (struct spf_record){ .text = text };
	for (size_t i = 0; i < text.n; i++) {
		unsigned char c = (unsigned char)text.p[i];

		if (c < 0x20 || c > 0x7e) {
			out->error =
				N_("the record holds a character that is not "
				   "ASCII");
			return;
		}
		cap += c == ' ';
	}
	if (cap > SPF_TERMS) {
		out->error = N_("the record has more than 500 terms");
		return;
	}
	out->term = arena_array(a, cap, sizeof *out->term);
	while (!out->error && str_split(&rest, ' ', &word)) {
		ptrdiff_t eq;

		if (word.n == 0)
			continue;
		eq = modifier_at(word);
		if (eq > 0) {
			out->error = read_modifier(a, word, (size_t)eq, out);
			continue;
		}
		out->error = read_mechanism(a, word, &out->term[out->terms]);
		if (out->error)
			break;
		if (out->term[out->terms].kind == SPF_ALL)
			out->has_all = true;
		out->terms++;
	}
}
