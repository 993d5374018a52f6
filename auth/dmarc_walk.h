/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dmarc_walk - the DNS tree walk and the organizational domain (RFC 9989, 4.10
 * and 4.10.2). One thread at a time for a message. */
#ifndef AUTH_DMARC_WALK_H
#define AUTH_DMARC_WALK_H

#include "auth/ask.h"
#include "auth/dmarc_record.h"

enum { DMARC_WALK = 8 }; /* queries at most */

struct dmarc_step {
	struct str name; /* asked at _dmarc.NAME */
	bool is_valid;   /* one record that is not void stands there */
	struct dmarc_record record;
	const char *told; /* what came, a phrase */
	enum verdict_dnssec dnssec;
};

struct dmarc_walk {
	struct dmarc_step step[DMARC_WALK]; /* longest name first */
	size_t steps;
	bool is_temperror;         /* the last step could not be asked */
	const char *reason;        /* of that */
	struct str organizational; /* empty on a temporary error */
};

/* Walk up from DOMAIN, a name in ASCII. */
void dmarc_walk(struct ask *q, struct str domain, struct dmarc_walk *out);

/* Say that DOMAIN will be walked up from. */
void dmarc_walk_hint(struct ask *q, struct str domain);

#endif
