/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dmarc_record - see dmarc_record.h */
#include "auth/dmarc_record.h"

static const char *const policies[] = { "", "none", "quarantine", "reject" };

const char *
dmarc_policy_name(enum dmarc_policy p)
{
	return policies[p];
}

static enum dmarc_policy
policy(struct str s)
{
	for (int i = DMARC_NONE; i <= DMARC_REJECT; i++)
		if (str_ieq(s, str_c(policies[i])))
			return (enum dmarc_policy)i;
	return DMARC_UNSET;
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

static bool
is_hex(char c)
{
	return is_digit(c) || (ascii_lower(c) >= 'a' && ascii_lower(c) <= 'f');
}

/* A URI of RFC 3986 as RFC 9989, 4.8 has it: a scheme, ":" and what may be
 * empty. The size behind "!" of old records is no part of it. */
static bool
is_uri(struct str s)
{
	ptrdiff_t colon = str_chr(s, ':'), size = str_rchr(s, '!');

	if (colon <= 0 || !is_alpha(s.p[0]))
		return false;
	for (ptrdiff_t i = 1; i < colon; i++)
		if (!is_alpha(s.p[i]) && !is_digit(s.p[i]) && s.p[i] != '+' &&
			s.p[i] != '-' && s.p[i] != '.')
			return false;
	if (size > colon)
		s.n = (size_t)size;
	for (size_t i = (size_t)colon + 1; i < s.n; i++) {
		char c = s.p[i];

		if (c == '%' && i + 2 < s.n && is_hex(s.p[i + 1]) &&
			is_hex(s.p[i + 2]))
			continue;
		if (!is_alpha(c) && !is_digit(c) &&
			(!c || !strchr("-._~:/?#[]@$&'()*+;=", c)))
			return false;
	}
	return true;
}

static bool
has_uri(struct str list)
{
	struct str one;

	while (str_split(&list, ',', &one))
		if (is_uri(str_trim(one)))
			return true;
	return false;
}

static void
set(struct dmarc_record *r, struct str name, struct str value)
{
	static const char *const known[] = { "p", "sp", "np" };
	enum dmarc_policy *slot[] = { &r->p, &r->sp, &r->np };

	for (size_t i = 0; i < 3; i++) {
		if (!str_ieq(name, str_c(known[i])))
			continue;
		*slot[i] = policy(value);
		if (*slot[i] == DMARC_UNSET)
			r->has_bad_policy = true;
	}
	if (str_ieq(name, STR("t")))
		r->is_testing = str_ieq(value, STR("y"));
	else if (str_ieq(name, STR("psd")) && value.n == 1 && value.p[0] &&
		 strchr("ynuYNU", value.p[0]))
		r->psd = ascii_lower(value.p[0]);
	else if (str_ieq(name, STR("adkim")))
		r->strict_dkim = str_ieq(value, STR("s"));
	else if (str_ieq(name, STR("aspf")))
		r->strict_spf = str_ieq(value, STR("s"));
	else if (str_ieq(name, STR("rua")))
		r->rua = value;
	else if (str_ieq(name, STR("ruf")))
		r->ruf = value;
	else if (str_ieq(name, STR("fo")))
		r->fo = value;
}

bool
dmarc_record_parse(struct str text, struct dmarc_record *r)
{
	struct str rest = text, spec, seen[32];
	size_t n = 0;

	*r = (struct dmarc_record){ .text = text, .psd = 'u' };
	for (bool first = true; str_split(&rest, ';', &spec); first = false) {
		ptrdiff_t eq = str_chr(spec, '=');
		struct str name, value;

		name = str_trim(str_sub(spec, 0, eq < 0 ? 0 : (size_t)eq));
		value = str_trim(str_sub(spec, (size_t)(eq + 1), spec.n));
		if (first) {
			/* the record begins with "v", not with white space */
			if (eq < 0 || !str_ieq(name, STR("v")) ||
				ascii_lower(spec.p[0]) != 'v' ||
				!str_eq(value, STR("DMARC1")))
				return false;
			continue;
		}
		if (eq <= 0 || n == sizeof seen / sizeof *seen)
			continue;
		for (size_t i = 0; i < n; i++)
			r->has_twice = r->has_twice || str_ieq(seen[i], name);
		seen[n++] = name;
		set(r, name, value);
	}
	r->has_bad_policy = r->has_bad_policy || r->p == DMARC_UNSET;
	r->has_rua = has_uri(r->rua);
	return true;
}
