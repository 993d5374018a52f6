/* SPDX-License-Identifier: GPL-3.0-or-later */
/* boundary - what came from our own servers and what is the sender's word:
 * the trust boundary in the route, the Authentication-Results above it, and
 * the SMTP client that SPF is about. One thread at a time for a message. */
#ifndef AUTH_BOUNDARY_H
#define AUTH_BOUNDARY_H

#include "auth/received.h"
#include "auth/results.h"
#include "auth/verify.h"

struct boundary {
	size_t index; /* of its Received field in the header; 0 with
			 is_found false */
	size_t end;   /* fields before this one are the server's; index, or
			 behind what it wrote directly below */
	bool is_found;
	bool has_forged; /* a field with a believed id stands below it */
	const char *forged_id;
	/* from above it, or from its own field; NULL: not known */
	const char *ip, *helo, *mail_from;
	const char *source, *missing; /* phrases: where from, what lacks */
	int64_t time;                 /* of its hop, 0: not known */
	struct results_spf spf;       /* of our Received-SPF fields above it */
	bool has_spf;
};

/* Read the route and the results of H into V's hop, boundary and field. */
void boundary_read(struct arena *a, const struct header *h,
	const struct verify_facts *facts, struct boundary *out,
	struct verdict *v);

/* What the route of H suggests before anybody has agreed to anything: *BY took
 * the message in from the Internet, and *ID stands in the topmost of the fields
 * that BY's own servers must have written ("" where there is none). Both live
 * in A. False where the route does not say. */
bool boundary_suggests(struct arena *a, const struct header *h,
	const char **by_out, const char **id_out);

/* Is ID one of the COUNT in LIST: the same, any case, or below the domain of
 * "*.domain" on a label boundary? */
bool boundary_id_matches(const char *id, const char *const *list, size_t count);

#endif
