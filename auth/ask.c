/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ask - see ask.h */
#include "auth/ask.h"

#include "auth/name.h"
#include "base/err.h" /* N_ */

struct ask_entry {
	struct ask_entry *next;
	struct str name;
	enum dns_type type;
	struct dns_answer answer;
};

void
ask_init(struct ask *q, struct arena *a, struct resolver *r)
{
	*q = (struct ask){ .r = r, .a = a, .limit = LIMIT_DNS_QUERIES };
}

const struct dns_answer *
ask_dns(struct ask *q, struct str name, enum dns_type type)
{
	struct ask_entry *e;
	struct str ascii;

	if (!name_query(q->a, name, &ascii)) {
		e = ARENA_NEW(q->a, struct ask_entry);
		e->answer.status = DNS_NXDOMAIN;
		e->answer.reason = "";
		return &e->answer;
	}
	for (e = q->known; e; e = e->next)
		if (e->type == type && str_eq(e->name, ascii))
			return &e->answer;
	e = ARENA_NEW(q->a, struct ask_entry);
	e->name = ascii;
	e->type = type;
	e->answer.reason = "";
	if (q->asked >= q->limit || !q->r) {
		e->answer.status = DNS_TEMPFAIL;
		e->answer.reason =
			q->r ? N_("too many questions for one message")
			     : N_("there is no resolver");
		return &e->answer;
	}
	q->asked++;
	q->r->query(q->r, q->a, ascii, type, &e->answer);
	/* what was forged proves nothing, whatever it says */
	if (e->answer.dnssec == DNSSEC_BOGUS)
		e->answer.status = DNS_TEMPFAIL;
	e->next = q->known;
	q->known = e;
	return &e->answer;
}

void
ask_hint(struct ask *q, struct str name, enum dns_type type)
{
	struct str ascii;

	if (q->r && q->r->hint && name_query(q->a, name, &ascii))
		q->r->hint(q->r, q->a, ascii, type);
}
