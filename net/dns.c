/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dns - see dns.h */
#include "base/clock.h"
#include "net/dns_own.h"

void
dns_fail(struct dns_answer *out, const char *reason)
{
	out->status = DNS_TEMPFAIL;
	out->reason = reason;
	out->records = 0;
}

static void
query_whole(struct resolver *r, struct arena *a, struct str name,
	enum dns_type type, struct dns_answer *out)
{
	struct dns *d = (struct dns *)r;

	d->query(d, a, name, type, DNS_QUERY_MS, out);
}

static void
query_budget(struct resolver *r, struct arena *a, struct str name,
	enum dns_type type, struct dns_answer *out)
{
	struct dns_budget *b = (struct dns_budget *)r;
	int64_t left = b->until_ms - clock_mono_ms();

	if (left <= 0) {
		*out = (struct dns_answer){ 0 };
		dns_fail(out, N_("timeout: 20 seconds for this message"));
		return;
	}
	b->dns->query(b->dns, a, name, type,
		left < DNS_QUERY_MS ? (int)left : DNS_QUERY_MS, out);
}

static void
hint_whole(struct resolver *r, struct arena *a, struct str name,
	enum dns_type type)
{
	struct dns *d = (struct dns *)r;

	if (d->hint)
		d->hint(d, a, name, type);
}

static void
hint_budget(struct resolver *r, struct arena *a, struct str name,
	enum dns_type type)
{
	struct dns_budget *b = (struct dns_budget *)r;

	hint_whole(&b->dns->resolver, a, name, type);
}

void
dns_init(struct dns *d)
{
	d->resolver.query = query_whole;
	d->resolver.hint = hint_whole;
}

struct resolver *
dns_resolver(struct dns *d)
{
	return &d->resolver;
}

struct resolver *
dns_budget_init(struct dns_budget *b, struct dns *d)
{
	b->dns = d;
	b->resolver.query = query_budget;
	b->resolver.hint = d->hint ? hint_budget : NULL;
	b->until_ms = clock_mono_ms() + DNS_MESSAGE_MS;
	return &b->resolver;
}

void
dns_stop(struct dns *d)
{
	d->stop(d);
}

void
dns_close(struct dns **d)
{
	if (!*d)
		return;
	(*d)->stop(*d);
	(*d)->close(*d);
	*d = NULL;
}
