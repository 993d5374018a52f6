/* SPDX-License-Identifier: GPL-3.0-or-later */
/* alike - what looks like a correspondent that was none yet when it was
 * verified: a mailbox comes newest first, so that a message may be there before
 * those that show with whom one corresponds. */
#include <stdio.h>
#include <string.h>

#include "app/keeper/keeper_parts.h"
#include "base/log.h"
#include "auth/lookalike.h"
#include "auth/name.h"

enum {
	FRESH_AT_ONCE = 16, /* correspondents */
	DOMAINS_MAX = 50000,
	AGAIN_MAX = 200 /* messages of one domain */
};

/* The messages from DOMAIN are verified again. */
static void
look_again(
	struct keeper *k, struct index *x, struct arena *a, const char *domain)
{
	struct index_page p;
	struct err e;

	if (strpbrk(domain, "\"\\"))
		return; /* no name of the DNS, nor a word for the index */
	if (index_search(x, a,
		    arena_printf(a,
			    "from:\"%s\" and not property:auth.alert=lookalike",
			    domain),
		    NULL, 0, AGAIN_MAX, false, &p, &e) < 0) {
		log_write(LOG_WARN, "index", "%s", e.text);
		return;
	}
	for (size_t i = 0; i < p.rows; i++)
		(void)keeper_post_verify(
			k, p.row[i].path, p.row[i].id, 0, true);
}

/* All domains that wrote, beside the correspondents FRESH. */
static int
compare(struct keeper *k, struct arena *a, const char *const *fresh, size_t n,
	struct err *e)
{
	struct arena *one;
	struct index *x = NULL;
	const char **domain;
	size_t count;
	int rc = 0;

	if (receipts_domains(k->receipts, DOMAINS_MAX, a, &domain, &count, e) <
		0)
		return -1;
	one = arena_new();
	for (size_t i = 0; i < count && rc == 0; i++) {
		struct str ascii;

		arena_reset(one);
		if (!name_ascii(one, str_c(domain[i]), &ascii) ||
			!lookalike_find(one, str_c(name_unicode(one, ascii)),
				ascii, fresh, n))
			continue;
		if (!x)
			x = index_open(
				k->c->paths.mail, k->c->paths.theirs, false, e);
		if (x)
			look_again(k, x, one, domain[i]);
		else
			rc = -1;
	}
	index_close(&x);
	arena_free(&one);
	return rc;
}

void
alike_note(struct keeper *k)
{
	if (k->has_new_contact || (k->c->flags & ENGINE_NO_VERIFY))
		return;
	/* the program is not idle before it has been looked at */
	atomic_fetch_add(&k->c->busy, 1);
	k->has_new_contact = true;
}

bool
alike_waits(const struct keeper *k)
{
	return k->has_new_contact && !backlog_waits(k);
}

void
alike_look(struct keeper *k)
{
	struct arena *a = arena_new();
	const char **fresh;
	struct err e;
	size_t n = 0;
	int rc = receipts_not_compared(
		k->receipts, FRESH_AT_ONCE, a, &fresh, &n, &e);

	if (rc == 0 && n) {
		/* those that verify have the newest of them */
		atomic_fetch_add(&k->c->correspondents, 1);
		rc = compare(k, a, fresh, n, &e);
	}
	if (rc == 0 && n)
		rc = receipts_compared(k->receipts, fresh, n, &e);
	if (rc < 0)
		log_write(LOG_WARN, "receipts", "%s", e.text);
	if (rc < 0 || n < FRESH_AT_ONCE) {
		k->has_new_contact = false;
		atomic_fetch_sub(&k->c->busy, 1);
	}
	arena_free(&a);
}
