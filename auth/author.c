/* SPDX-License-Identifier: GPL-3.0-or-later */
/* author - see author.h */
#include "auth/author.h"

#include "auth/name.h"
#include "auth/text.h"

/* An address that was read out of a field which is not all well-formed can be
 * judged only where nobody could read another one: "a.b@c <a.b@c>" and an
 * unquoted "Name [x] <a@b>" are common, and hold one pair of angle brackets. */
static bool
is_clear(const struct field_addresses *l, struct str value)
{
	size_t open = 0;

	if (!l->is_malformed)
		return true;
	for (size_t i = 0; i < value.n; i++)
		open += value.p[i] == '<';
	return l->count == 1 && open == 1 && !l->is_cut &&
	       memchr(value.p, '\0', value.n) == NULL &&
	       str_chr(value, ',') < 0 && str_chr(value, ';') < 0;
}

static enum author_kind
judge(struct arena *a, struct str value, struct author *out)
{
	const struct field_addresses *l = &out->list;
	struct str domain;

	if (l->count == 0)
		return l->is_malformed ? AUTHOR_MALFORMED : AUTHOR_NONE;
	if (l->groups)
		return AUTHOR_GROUP;
	if (l->is_cut || !is_clear(l, value))
		return AUTHOR_MALFORMED;
	for (size_t i = 0; i < l->count; i++) {
		const struct field_address *f = &l->item[i];

		if (!field_is_mailbox(f->addr, true) ||
			!name_ascii(a, f->domain, &domain))
			return AUTHOR_MALFORMED;
		if (i > 0 && !str_eq(domain, out->domain))
			return AUTHOR_SEVERAL;
		out->domain = domain;
	}
	return AUTHOR_ONE;
}

void
author_read(struct arena *a, const struct header *h, struct author *out,
	struct verdict *v)
{
	const struct header_field *f = header_get(h, "From");
	size_t fields = header_count(h, "From");
	struct str domain;

	*out = (struct author){ .kind = AUTHOR_NONE };
	v->from_address = v->from_domain = v->from_name = "";
	v->from_domain_unicode = "";
	if (!f)
		return;
	out->list = field_addresses(a, f->value, NULL);
	out->kind = judge(a, f->value, out);
	if (fields > 1)
		out->kind = AUTHOR_FIELDS;
	if (out->list.count) {
		out->name = out->list.item[0].name;
		out->address = out->list.item[0].addr;
		v->from_name = text_safe(a, out->name);
		v->from_address = text_safe(a, out->address);
		if (name_ascii(a, out->list.item[0].domain, &domain)) {
			v->from_domain = text_safe(a, domain);
			v->from_domain_unicode = name_unicode(a, domain);
		}
	}
	if (out->kind != AUTHOR_ONE)
		out->domain = STR("");
}
