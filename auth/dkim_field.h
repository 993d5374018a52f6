/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dkim_field - a DKIM-Signature field (RFC 6376, 3.5) or an
 * ARC-Message-Signature field (RFC 8617, 4.1.2), read. Any thread. */
#ifndef AUTH_DKIM_FIELD_H
#define AUTH_DKIM_FIELD_H

#include "auth/tag.h"
#include "auth/verdict.h"
#include "mime/header.h"

enum { SIGNED_NAMES = 512, SIGNATURE_BYTES = 1024 };

struct dkim_field {
	const struct header_field *field;
	struct tags tags;
	struct str d, s;     /* as written, without white space */
	struct str domain;   /* d= in A-labels */
	struct str i;        /* decoded; "" where missing */
	struct str i_domain; /* in A-labels; d's where i= is missing */
	struct str h;        /* as written */
	struct str b_whole;  /* the part of the field that b= is */
	bool is_relaxed_head, is_relaxed_body, is_ed25519;
	int64_t l, t, x;   /* -1, 0, -1 where missing */
	uint64_t instance; /* of ARC */
	unsigned char bh[32], b[SIGNATURE_BYTES];
	size_t b_length;
	enum verdict_result result; /* RESULT_NONE: can be checked */
	const char *reason;
};

/* Read F. Where it cannot be used out->result and out->reason say so, and what
 * could be read is set all the same. */
void dkim_field_read(struct arena *a, const struct header_field *f, bool is_arc,
	struct dkim_field *out);

/* What DKIM-Signature, ARC-Message-Signature and ARC-Seal share: a=, b=, d=, s=
 * and t=. False with result and reason set. */
bool dkim_field_common(struct arena *a, struct dkim_field *o);

#endif
