/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dkim - the signatures of a message (RFC 6376, 8301, 8463, 8616). One thread
 * at a time for a message. */
#ifndef AUTH_DKIM_H
#define AUTH_DKIM_H

#include "auth/ask.h"
#include "auth/dkim_body.h"
#include "auth/dkim_field.h"

struct dkim {
	struct dkim_field *field; /* as verdict_dkim, from the top */
	int *body;                /* index into the body hashes, -1: none */
	size_t count;
};

/* Read the signatures of H and ask for the body hashes they need. */
void dkim_begin(struct arena *a, const struct header *h, struct dkim *out,
	struct body_hashes *bodies);

/* Check them at the time NOW: V's dkim, but for is_aligned. ARRIVED is when the
 * message did: a signature may not be younger. */
void dkim_check(struct ask *q, const struct header *h, const struct dkim *d,
	const struct body_hashes *bodies, int64_t now, int64_t arrived,
	struct verdict *v);

/* Is the signature O over the canonical header text HEAD? RESULT_PASS, or what
 * it is instead and *REASON. *KEY_OUT (which may be NULL) gets the evidence.
 * For ARC too. */
struct dkim_evidence {
	const char *key_name, *key_text;
	enum verdict_dnssec dnssec;
	unsigned ttl;
	int bits;
	bool is_testing;
};
enum verdict_result dkim_prove(struct ask *q, const struct dkim_field *o,
	struct str head, struct dkim_evidence *key_out, const char **reason);

#endif
