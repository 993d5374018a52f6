/* SPDX-License-Identifier: GPL-3.0-or-later */
/* proposal - see proposal.h */
#include "auth/proposal.h"

#include <string.h>

#include "auth/boundary.h"
#include "auth/name.h"

enum { IDS_MAX = 4, HOSTS_MAX = 8 };

void
proposal_init(struct proposal *p, struct arena *a)
{
	memset(p, 0, sizeof *p);
	p->a = a;
}

/* A word that can stand in the configuration: a host name. */
static const char *
word(struct arena *a, const char *s)
{
	struct str ascii;

	return name_ascii(a, str_c(s), &ascii) ? arena_cstr(a, ascii) : "";
}

void
proposal_add(struct proposal *p, struct str message)
{
	struct arena *a = arena_new();
	const char *id, *by;

	if (p->letters < PROPOSAL_LETTERS &&
		boundary_suggests(a, header_parse(a, message), &by, &id)) {
		size_t i = 0;

		p->letters++;
		id = word(a, id);
		by = word(a, by);
		while (i < p->pairs && (strcmp(p->pair[i].id, id) != 0 ||
					       strcmp(p->pair[i].by, by) != 0))
			i++;
		if (*id && *by && i == p->pairs)
			p->pair[p->pairs++] =
				(struct proposal_pair){ arena_strdup(p->a, id),
					arena_strdup(p->a, by), 0 };
		if (*id && *by)
			p->pair[i].count++;
	}
	arena_free(&a);
}

static unsigned
count_id(const struct proposal *p, const char *id)
{
	unsigned n = 0;

	for (size_t i = 0; i < p->pairs; i++)
		if (strcmp(p->pair[i].id, id) == 0)
			n += p->pair[i].count;
	return n;
}

static bool
has_word(const char *const *list, size_t n, const char *s)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(list[i], s) == 0)
			return true;
	return false;
}

/* Does believing one of IDS already make HOST ours (see boundary)? */
static bool
covers(const char *const *ids, size_t n, const char *host)
{
	for (size_t i = 0; i < n; i++)
		if (name_is_below(str_c(host), str_c(ids[i])))
			return true;
	return false;
}

static const char *
join(struct arena *a, const char *const *list, size_t n)
{
	const char *out = "";

	for (size_t i = 0; i < n; i++)
		out = arena_printf(a, "%s%s%s", out, i ? " " : "", list[i]);
	return out;
}

bool
proposal_make(const struct proposal *p, const char **ids_out,
	const char **hosts_out, unsigned *count_out)
{
	const char *id[IDS_MAX], *host[HOSTS_MAX];
	size_t ids = 0, hosts = 0;

	*count_out = 0;
	for (size_t i = 0; i < p->pairs && ids < IDS_MAX; i++)
		if (count_id(p, p->pair[i].id) >= PROPOSAL_LEAST &&
			!has_word(id, ids, p->pair[i].id)) {
			*count_out += count_id(p, p->pair[i].id);
			id[ids++] = p->pair[i].id;
		}
	if (ids == 0 || 2 * *count_out < p->letters)
		return false;
	for (size_t i = 0; i < p->pairs && hosts < HOSTS_MAX; i++)
		if (has_word(id, ids, p->pair[i].id) &&
			p->pair[i].count >= PROPOSAL_LEAST &&
			!covers(id, ids, p->pair[i].by) &&
			!has_word(host, hosts, p->pair[i].by))
			host[hosts++] = p->pair[i].by;
	*ids_out = join(p->a, id, ids);
	/* the key takes the place of the ids, so they stand in it as well */
	*hosts_out = hosts ? arena_printf(p->a, "%s %s", join(p->a, id, ids),
				     join(p->a, host, hosts))
			   : "";
	return true;
}
