/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dns_own - what net/dns and net/dns_zone share; for them alone. */
#ifndef NET_DNS_OWN_H
#define NET_DNS_OWN_H

#include "net/dns.h"

/* A way to answer. QUERY may be called from many threads. */
struct dns {
	struct resolver resolver; /* first: dns_resolver gives it away */
	void (*query)(struct dns *d, struct arena *a, struct str name,
		enum dns_type type, int timeout_ms, struct dns_answer *out);
	void (*hint)(struct dns *d, struct arena *a, struct str name,
		enum dns_type type); /* NULL: none are taken */
	void (*stop)(struct dns *d);
	void (*close)(struct dns *d);
};

/* Set the members above. */
void dns_init(struct dns *d);

/* A failure with its REASON. */
void dns_fail(struct dns_answer *out, const char *reason);

#endif
