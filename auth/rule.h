/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rule - which state a message has, and why: the rule of signet-auth(7). Any
 * thread. */
#ifndef AUTH_RULE_H
#define AUTH_RULE_H

#include "auth/author.h"
#include "auth/verdict.h"
#include "auth/verify.h"

/* What the nine rules ask. */
struct rule_input {
	bool author_unclear;    /* no, several or malformed From */
	bool sources_disagree;  /* valid here, fail for a believed receiver */
	bool dkim_aligned;      /* a valid signature of the From domain */
	bool server_dmarc_pass; /* says a believed receiver */
	bool spf_aligned;       /* pass for the From domain, confirmed inputs */
	bool not_asked;         /* what could prove it was not answered */
	bool policy_enforced;   /* quarantine or reject */
	bool dmarc_failed;      /* here, or for a believed receiver */
	bool is_demanded;       /* the reader asks for proof of such mail */
	bool other_valid;       /* a valid signature, SPF: another domain */
};

/* The number of the first rule that applies, 1 to 9. */
int rule_choose(const struct rule_input *in);

/* The state that rule N gives. */
enum verdict_state rule_state(int n);

/* Judge V, whole but for this: sets rule, state, is_server_only, is_final,
 * is_demanded and sentence, and the alert sources-disagree. */
void rule_apply(struct arena *a, const struct author *author,
	const struct verify_facts *facts, struct verdict *v);

#endif
