/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ask - the DNS questions of one message: none is asked twice, and there are
 * at most LIMIT_DNS_QUERIES (or LIMIT, where it is set). One thread at a time.
 */
#ifndef AUTH_ASK_H
#define AUTH_ASK_H

#include "auth/verify.h"

struct ask_entry;

struct ask {
	struct resolver *r;
	struct arena *a;
	struct ask_entry *known;
	size_t asked, limit;
};

/* Begin asking for one message: the answers live in A. */
void ask_init(struct ask *q, struct arena *a, struct resolver *r);

/* Ask for NAME, any case. A name that cannot exist (see name_ascii) is
 * DNS_NXDOMAIN without a question; beyond the limit DNS_TEMPFAIL. */
const struct dns_answer *ask_dns(
	struct ask *q, struct str name, enum dns_type type);

/* Say that NAME will be asked for, so that waiting for several answers takes
 * no longer than for one. Costs none of the questions. */
void ask_hint(struct ask *q, struct str name, enum dns_type type);

#endif
