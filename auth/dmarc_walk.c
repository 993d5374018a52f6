/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dmarc_walk - see dmarc_walk.h */
#include "auth/dmarc_walk.h"

#include "auth/name.h"
#include "auth/text.h"

/* Ask at _dmarc.NAME (4.10, steps 1 to 3). */
static bool
ask_step(struct ask *q, struct str name, struct dmarc_walk *w)
{
	struct dmarc_step *s = &w->step[w->steps++];
	struct str full =
		str_c(arena_printf(q->a, "_dmarc.%.*s", STR_ARG(name)));
	const struct dns_answer *ans = ask_dns(q, full, DNS_TXT);
	struct dmarc_record r;
	size_t n = 0;

	s->name = name;
	s->dnssec = ans->dnssec;
	if (ans->status == DNS_TEMPFAIL) {
		w->is_temperror = true;
		w->reason = text_printf(q->a,
			N_("the policy at %s could not be fetched (%-s)"),
			text_safe(q->a, full), ans->reason);
		s->told = text_printf(q->a, N_("no answer (%-s)"), ans->reason);
		return false;
	}
	for (size_t i = 0; i < ans->records; i++)
		if (ans->record[i].data.n <= LIMIT_TXT &&
			dmarc_record_parse(ans->record[i].data, &r) && ++n == 1)
			s->record = r;
	s->is_valid = n == 1 && !s->record.has_twice;
	s->told = s->is_valid ? text_safe(q->a, s->record.text)
		  : n == 1 ? N_("a tag stands twice: the record does not count")
		  : n > 1  ? N_("several records: none of them counts")
			   : N_("no record");
	return true;
}

/* 4.10.2, over the names that have a record, longest first. */
static void
find_organizational(struct dmarc_walk *w, struct str domain)
{
	w->organizational = domain;
	for (size_t i = 0; i < w->steps; i++) {
		const struct dmarc_step *s = &w->step[i];

		if (!s->is_valid)
			continue;
		if (s->record.psd == 'n') {
			w->organizational = s->name;
			return;
		}
		if (s->record.psd == 'y' && !str_eq(s->name, domain)) {
			w->organizational =
				name_tail(domain, name_labels(s->name) + 1);
			return;
		}
		w->organizational = s->name;
	}
}

/* The name to ask at after AT, the STEPS-th (4.10, step 4). */
static struct str
next_name(struct str domain, size_t steps, struct str at)
{
	if (steps == 1 && name_labels(domain) >= DMARC_WALK)
		return name_tail(domain, DMARC_WALK - 1);
	return name_parent(at);
}

void
dmarc_walk_hint(struct ask *q, struct str domain)
{
	struct str at = domain;

	for (size_t n = 1; at.n && n <= DMARC_WALK; n++) {
		ask_hint(q,
			str_c(arena_printf(q->a, "_dmarc.%.*s", STR_ARG(at))),
			DNS_TXT);
		at = next_name(domain, n, at);
	}
}

void
dmarc_walk(struct ask *q, struct str domain, struct dmarc_walk *w)
{
	struct str at = domain;

	*w = (struct dmarc_walk){ .reason = "" };
	while (at.n && w->steps < DMARC_WALK) {
		const struct dmarc_step *s = &w->step[w->steps];

		if (!ask_step(q, at, w))
			return;
		if (s->is_valid && s->record.psd != 'u')
			break;
		at = next_name(domain, w->steps, at);
	}
	find_organizational(w, domain);
}
