/* SPDX-License-Identifier: GPL-3.0-or-later */
/* arc - the chain of those who passed a message on (RFC 8617). It is shown and
 * decides nothing: a forwarder's word is not the author's. One thread at a
 * time for a message. */
#ifndef AUTH_ARC_H
#define AUTH_ARC_H

#include "auth/ask.h"
#include "auth/dkim_body.h"
#include "auth/dkim_field.h"

struct arc_set {
	const struct header_field *results, *signature, *seal;
	struct dkim_field seal_read;
	struct str cv;
};

struct arc {
	struct arc_set *set; /* set[0] is instance 1 */
	size_t count;
	struct dkim_field newest; /* the newest ARC-Message-Signature */
	int body[2];       /* index into the body hashes, -1: none; for the
			      simple and, without c=, the relaxed form */
	const char *error; /* of the structure, NULL: none */
};

/* Read the sets of H and ask for the body hash that the newest one needs. */
void arc_begin(struct arena *a, const struct header *h, struct arc *out,
	struct body_hashes *bodies);

/* Check the chain (5.2) into V's arc. */
void arc_check(struct ask *q, const struct header *h, struct arc *c,
	const struct body_hashes *bodies, struct verdict *v);

#endif
