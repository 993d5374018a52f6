/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tag - see tag.h */
#include "auth/tag.h"

#include "base/err.h" /* N_ */

static bool
is_alpha(char c)
{
	return ascii_lower(c) >= 'a' && ascii_lower(c) <= 'z';
}

/* tag-name = ALPHA *(ALPHA / DIGIT / "_") */
static bool
is_tag_name(struct str s)
{
	if (s.n == 0 || !is_alpha(s.p[0]))
		return false;
	for (size_t i = 1; i < s.n; i++)
		if (!is_alpha(s.p[i]) && s.p[i] != '_' &&
			(s.p[i] < '0' || s.p[i] > '9'))
			return false;
	return true;
}

/* VALCHAR, folding white space, and what RFC 8616 adds: UTF-8 */
static bool
is_tag_value(struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c == 0x7f ||
			(c < 0x20 && c != '\t' && c != '\r' && c != '\n'))
			return false;
	}
	return true;
}

bool
tags_parse(struct arena *a, struct str text, struct tags *out)
{
	struct tag list[TAG_MAX];
	struct str rest = text, spec;
	size_t n = 0;

	*out = (struct tags){ 0 };
	while (str_split(&rest, ';', &spec)) {
		ptrdiff_t eq = str_chr(spec, '=');
		const char *error = NULL;
		struct tag t;

		if (str_trim(spec).n == 0) {
			/* only behind the last ";" */
			if (!out->error && (rest.p || n == 0))
				out->error = N_("an empty tag");
			continue;
		}
		t.name = str_trim(str_sub(spec, 0, eq < 0 ? 0 : (size_t)eq));
		t.whole = str_sub(spec, (size_t)(eq + 1), spec.n);
		t.value = str_trim(t.whole);
		if (t.value.n == 0)
			t.value.p = t.whole.p ? t.whole.p : "";
		if (eq < 0)
			error = N_("a tag without \"=\"");
		else if (!is_tag_name(t.name))
			error = N_("a tag with an impossible name");
		else if (!is_tag_value(t.value))
			error = N_("a control character in a tag");
		else if (n == TAG_MAX)
			error = N_("more than 64 tags");
		for (size_t i = 0; i < n && !error; i++)
			if (str_eq(list[i].name, t.name))
				error = N_("a tag that stands twice");
		if (!error)
			list[n++] = t;
		else if (!out->error)
			out->error = error;
	}
	out->tag = arena_array(a, n, sizeof *list);
	if (n)
		memcpy(out->tag, list, n * sizeof *list);
	out->count = n;
	return !out->error;
}

const struct tag *
tags_find(const struct tags *t, const char *name)
{
	for (size_t i = 0; i < t->count; i++)
		if (str_eq(t->tag[i].name, str_c(name)))
			return &t->tag[i];
	return NULL;
}

struct str
tags_get(const struct tags *t, const char *name)
{
	const struct tag *found = tags_find(t, name);

	return found ? found->value : STR_NONE;
}

struct str
tag_squeeze(struct arena *a, struct str s)
{
	char *p = arena_alloc(a, s.n + 1);
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] != ' ' && s.p[i] != '\t' && s.p[i] != '\r' &&
			s.p[i] != '\n')
			p[n++] = s.p[i];
	return (struct str){ p, n };
}

bool
tag_list_has(struct str list, struct str word)
{
	struct str rest = list, item;

	while (str_split(&rest, ':', &item))
		if (str_ieq(str_trim(item), word))
			return true;
	return false;
}
