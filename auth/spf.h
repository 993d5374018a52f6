/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spf - sender policy: check_host() of RFC 7208, with RFC 8616. One thread at
 * a time for a message. */
#ifndef AUTH_SPF_H
#define AUTH_SPF_H

#include "auth/ask.h"

enum {
	SPF_LOOKUPS = 10, /* 4.6.4 */
	SPF_VOIDS = 2,
	SPF_NAMES = 10, /* MX and PTR names */
	SPF_STEPS = 200,
	/* all that RFC 7208 allows one evaluation to ask: the record, ten times
	 * an MX with ten names, a PTR with ten names, the explanation */
	SPF_QUESTIONS = 1 + SPF_LOOKUPS * (1 + SPF_NAMES) + 1 + SPF_NAMES + 1
};

/* What the SMTP client said. */
struct spf_input {
	const char *ip;        /* as text; an IPv4-mapped address is IPv4 */
	const char *helo;      /* may be NULL */
	const char *mail_from; /* "" is the null sender: HELO is checked */
	int64_t now;
};

/* Evaluate IN into *OUT, all of it but source, is_aligned and is_confirmed.
 * RESULT_NOT_EVALUATED where the address cannot be read or there is no name. */
void spf_check(
	struct ask *q, const struct spf_input *in, struct verdict_spf *out);

#endif
