/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dns - look-ups with a cache, time-outs and DNSSEC: auth's resolver.
 *
 * One struct dns serves the whole program: it may be asked from many threads
 * at once, which share its cache. A zone file can stand in the DNS's place.
 * Nothing here is called by the thread that draws. */
#ifndef NET_DNS_H
#define NET_DNS_H

#include "auth/verify.h"
#include "base/err.h"

enum { DNS_QUERY_MS = 5000, DNS_MESSAGE_MS = 20000 };

struct dns;

struct dns_settings {
	const char *const *server; /* "127.0.0.1@5353"; none: the system's */
	size_t servers;
	bool dnssec;             /* validate (default trust anchor) */
	const char *anchor_file; /* DS or DNSKEY; NULL: the system's */
};

/* Ask the DNS itself. NULL with ERR_INPUT where a server cannot be read,
 * ERR_SYSTEM where there is no memory or no thread. Release with dns_close. */
struct dns *dns_open(const struct dns_settings *s, struct err *e);

/* Answer from the zone file PATH (its format is in signet-auth(7)). NULL with
 * ERR_INPUT where it is no such file, ERR_SYSTEM where it cannot be read. */
struct dns *dns_open_zone(const char *path, struct err *e);

/* As dns_open_zone from memory; NAME is for the error's text. */
struct dns *dns_open_zone_text(
	struct str json, const char *name, struct err *e);

/* Let all questions, those that wait and those to come, fail at once. */
void dns_stop(struct dns *d);

/* Nobody may be asking any more: stop, join, close. */
void dns_close(struct dns **d);

/* The resolver; DNS_QUERY_MS a question. Lives as long as D. */
struct resolver *dns_resolver(struct dns *d);

/* A resolver for one message: after DNS_MESSAGE_MS everything is DNS_TEMPFAIL.
 * The struct belongs to the caller, who keeps D longer than it. */
struct dns_budget {
	struct resolver resolver;
	struct dns *dns;
	int64_t until_ms;
};
struct resolver *dns_budget_init(struct dns_budget *b, struct dns *d);

#endif
