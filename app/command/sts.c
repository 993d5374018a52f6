/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sts - see sts.h */
#include "app/command/sts.h"

#include <string.h>

#include "base/err.h" /* N_ */

enum { ERRORS_MAX = 16, MX_MAX = 500, ID_MAX = 32, SHOWN = 60 };

static const char *const modes[] = { "", "none", "testing", "enforce" };

const char *
sts_mode_name(enum sts_mode m)
{
	return modes[m];
}

static bool
is_alnum(char c)
{
	c = ascii_lower(c);
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

/* A host name, or "*." before one (RFC 8461, 3.2: sts-policy-mx-value). */
static bool
is_pattern(struct str s)
{
	struct str rest = s, label;
	size_t labels = 0;

	if (str_starts(s, STR("*.")))
		rest = str_sub(s, 2, s.n);
	if (rest.n == 0 || rest.n > 253)
		return false;
	while (str_split(&rest, '.', &label)) {
		labels++;
		if (label.n == 0 || label.n > 63 || label.p[0] == '-' ||
			label.p[label.n - 1] == '-')
			return false;
		for (size_t i = 0; i < label.n; i++)
			if (!is_alnum(label.p[i]) && label.p[i] != '-')
				return false;
	}
	return labels > 0;
}

/* --- the policy ----------------------------------------------------------- */

struct reading {
	struct arena *a;
	struct sts_policy *p;
	bool has_version, has_mode, has_age;
};

static void
wrong(struct reading *r, const char *text)
{
	if (r->p->errors < ERRORS_MAX)
		r->p->error[r->p->errors++] = text;
}

static const char *
shown(const struct reading *r, struct str s)
{
	return arena_cstr(r->a, str_sub(s, 0, s.n < SHOWN ? s.n : SHOWN));
}

static void
read_mode(struct reading *r, struct str value)
{
	for (int m = STS_NONE; m <= STS_ENFORCE; m++)
		if (str_eq(value, str_c(modes[m])))
			r->p->mode = (enum sts_mode)m;
	if (r->p->mode == STS_UNKNOWN)
		wrong(r, arena_printf(r->a,
				 N_("mode is \"%s\", not enforce, testing or "
				    "none"),
				 shown(r, value)));
}

static void
read_field(struct reading *r, struct str key, struct str value)
{
	struct sts_policy *p = r->p;

	/* of what stands twice the first counts, mx aside */
	if (str_eq(key, STR("version"))) {
		if (!r->has_version && !str_eq(value, STR("STSv1")))
			wrong(r, N_("version is not STSv1"));
		r->has_version = true;
	} else if (str_eq(key, STR("mode"))) {
		if (!r->has_mode)
			read_mode(r, value);
		r->has_mode = true;
	} else if (str_eq(key, STR("max_age"))) {
		if (!r->has_age &&
			(value.n > 10 ||
				!str_to_u64(value, STS_MAX_AGE, &p->max_age)))
			wrong(r,
				arena_printf(r->a,
					N_("max_age is \"%s\", not a number of "
					   "seconds up to %d"),
					shown(r, value), STS_MAX_AGE));
		r->has_age = true;
	} else if (str_eq(key, STR("mx"))) {
		if (!is_pattern(value))
			wrong(r, arena_printf(r->a,
					 N_("mx \"%s\" is no host name"),
					 shown(r, value)));
		else if (p->mxs < MX_MAX)
			p->mx[p->mxs++] = value;
	}
	/* others are for versions to come */
}

void
sts_policy_parse(struct arena *a, struct str text, struct sts_policy *out)
{
	struct reading r = { .a = a, .p = out };
	struct str rest = text, line;

	memset(out, 0, sizeof *out);
	out->error = arena_alloc(a, ERRORS_MAX * sizeof *out->error);
	out->mx = arena_alloc(a, MX_MAX * sizeof *out->mx);
	if (memchr(text.p, 0, text.n))
		wrong(&r, N_("it holds a NUL byte"));
	while (str_split(&rest, '\n', &line)) {
		ptrdiff_t colon;

		line = str_trim(line);
		if (line.n == 0)
			continue;
		colon = str_chr(line, ':');
		if (colon <= 0) {
			wrong(&r, arena_printf(a,
					  N_("the line \"%s\" has no colon"),
					  shown(&r, line)));
			continue;
		}
		read_field(&r, str_sub(line, 0, (size_t)colon),
			str_trim(str_sub(line, (size_t)colon + 1, line.n)));
	}
	if (!r.has_version)
		wrong(&r, N_("version: STSv1 is missing"));
	if (!r.has_mode)
		wrong(&r, N_("mode is missing"));
	if (!r.has_age)
		wrong(&r, N_("max_age is missing"));
	if (out->mxs == 0 && out->mode != STS_NONE)
		wrong(&r, N_("it names no mx"));
}

bool
sts_policy_allows(const struct sts_policy *p, struct str host)
{
	ptrdiff_t dot;

	if (host.n && host.p[host.n - 1] == '.')
		host.n--;
	dot = str_chr(host, '.');
	for (size_t i = 0; i < p->mxs; i++) {
		struct str m = p->mx[i];

		if (str_ieq(m, host))
			return true;
		/* the star stands for one whole label */
		if (str_starts(m, STR("*.")) && dot > 0 &&
			str_ieq(str_sub(m, 2, m.n),
				str_sub(host, (size_t)dot + 1, host.n)))
			return true;
	}
	return false;
}

/* --- the record ----------------------------------------------------------- */

const char *
sts_record_id(struct str text, struct str *id)
{
	struct str rest = text, field;
	bool first = true;

	*id = STR("");
	while (str_split(&rest, ';', &field)) {
		field = str_trim(field);
		if (first && !str_eq(field, STR("v=STSv1")))
			return N_("it does not begin with v=STSv1");
		first = false;
		if (id->n == 0 && str_starts(field, STR("id=")))
			*id = str_trim(str_sub(field, 3, field.n));
	}
	if (id->n == 0)
		return N_("it has no id");
	for (size_t i = 0; i < id->n; i++)
		if (!is_alnum(id->p[i]))
			return N_(
				"its id has other characters than letters and "
				"digits");
	return id->n > ID_MAX ? N_("its id is longer than 32 characters")
			      : NULL;
}
