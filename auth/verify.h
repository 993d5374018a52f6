/* SPDX-License-Identifier: GPL-3.0-or-later */
/* verify - the one door of auth/: bytes, receive facts, a resolver -> verdict.
 *
 * Knows no sockets, no screen and no clock of its own. Runs on any thread but
 * the one that draws: the resolver may wait for the DNS. */
#ifndef AUTH_VERIFY_H
#define AUTH_VERIFY_H

#include "auth/verdict.h"
#include "base/arena.h"
#include "base/str.h"

enum dns_type { DNS_A, DNS_AAAA, DNS_CNAME, DNS_MX, DNS_PTR, DNS_TXT };

enum dns_status {
	DNS_OK,       /* records, perhaps none (NODATA) */
	DNS_NXDOMAIN, /* the name does not exist */
	DNS_TEMPFAIL  /* SERVFAIL, time-out, bogus: nothing is known */
};

struct dns_record {
	struct str data;     /* TXT: strings joined; A, AAAA: 4 or 16 bytes;
				else a name without the last dot */
	unsigned preference; /* MX */
};

struct dns_answer {
	enum dns_status status;
	enum verdict_dnssec dnssec;
	unsigned ttl;
	const char *reason; /* on DNS_TEMPFAIL: "timeout", "SERVFAIL", "bogus:
			       …"; else "" */
	struct dns_record *record;
	size_t records;
};

/* Whoever answers DNS questions: net/dns, a zone file, a test. QUERY may be
 * called from several threads at once. NAME is without the last dot, ASCII; the
 * answer is allocated in A. Never fails: what cannot be asked is DNS_TEMPFAIL.
 */
struct resolver {
	void (*query)(struct resolver *r, struct arena *a, struct str name,
		enum dns_type type, struct dns_answer *out);
	/* NAME will be asked for soon: fetch it meanwhile. May be NULL. */
	void (*hint)(struct resolver *r, struct arena *a, struct str name,
		enum dns_type type);
};

/* What is known about how the message arrived. All may be empty. */
struct verify_facts {
	int64_t now;    /* seconds since 1970 */
	const char *ip; /* of the SMTP client; NULL: read it from
			   the boundary's Received field */
	const char *helo;
	const char *mail_from;       /* "" is the null sender, NULL unknown */
	const char *const *believed; /* authserv-ids to believe, exact or
				      "*.domain" */
	size_t believeds;
	const char *const *receiver; /* by-hosts that are ours */
	size_t receivers;
	bool is_boundary_confirmed; /* the user agreed to the receivers */
	const char *const *known;   /* domains of one's correspondents, for
				       look-alikes; most frequent first */
	size_t knowns;
	const char *const *demanded; /* domains (and what is below them) whose
					mail is to be proven: else it failed */
	size_t demandeds;
	bool results_below; /* the user's server always writes its results, but
			       directly below its Received field (milters) */
};

/* Authenticate M (LF or CRLF lines). Never fails; everything returned lives in
 * A. M is not copied and not kept. */
struct verdict *verify_message(struct arena *a, struct str m,
	const struct verify_facts *facts, struct resolver *r);

#endif
