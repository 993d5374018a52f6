/* SPDX-License-Identifier: GPL-3.0-or-later */
/* name - see name.h */
#include "auth/name.h"

#include <idn2.h>

#include "auth/text.h"

static bool
labels_fit(struct str s)
{
	size_t length = 0;

	if (s.n == 0 || s.n > NAME_MAX_BYTES)
		return false;
	for (size_t i = 0; i <= s.n; i++) {
		if (i == s.n || s.p[i] == '.') {
			if (length == 0 || length > LABEL_MAX_BYTES)
				return false;
			length = 0;
			continue;
		}
		if ((unsigned char)s.p[i] < 0x20 || s.p[i] == 0x7f)
			return false;
		length++;
	}
	return true;
}

bool
name_query(struct arena *a, struct str in, struct str *out)
{
	if (in.n && in.p[in.n - 1] == '.')
		in.n--;
	if (!str_is_ascii(in)) {
		char *puny = NULL;
		int rc;

		if (in.n > 4 * NAME_MAX_BYTES || memchr(in.p, '\0', in.n))
			return false;
		rc = idn2_to_ascii_8z(arena_cstr(a, in), &puny,
			IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL);
		if (rc != IDN2_OK)
			return false;
		in = str_c(arena_strdup(a, puny));
		idn2_free(puny);
	}
	if (!labels_fit(in))
		return false;
	*out = text_lower(a, in);
	return true;
}

bool
name_ascii(struct arena *a, struct str in, struct str *out)
{
	return str_chr(in, ' ') < 0 && name_query(a, in, out);
}

const char *
name_unicode(struct arena *a, struct str name)
{
	const char *plain = text_safe(a, name);
	struct str back;
	char *u = NULL;

	if (str_ifind(name, STR("xn--")) < 0)
		return plain;
	if (idn2_to_unicode_8z8z(
		    arena_cstr(a, name), &u, IDN2_NONTRANSITIONAL) == IDN2_OK &&
		name_ascii(a, str_c(u), &back) && str_ieq(back, name))
		plain = text_safe(a, str_c(u));
	idn2_free(u);
	return plain;
}

size_t
name_labels(struct str name)
{
	size_t n = name.n > 0;

	for (size_t i = 0; i < name.n; i++)
		n += name.p[i] == '.';
	return n;
}

struct str
name_parent(struct str name)
{
	ptrdiff_t dot = str_chr(name, '.');

	return dot < 0 ? STR("") : str_sub(name, (size_t)dot + 1, name.n);
}

struct str
name_tail(struct str name, size_t count)
{
	for (size_t n = name_labels(name); n > count; n--)
		name = name_parent(name);
	return name;
}

bool
name_is_below(struct str sub, struct str top)
{
	if (top.n == 0 || sub.n < top.n || !str_iends(sub, top))
		return false;
	return sub.n == top.n || sub.p[sub.n - top.n - 1] == '.';
}
