/* SPDX-License-Identifier: GPL-3.0-or-later */
/* author - whose message it says it is: the one parsed From that is shown,
 * judged and answered (security rule R18). Any thread. */
#ifndef AUTH_AUTHOR_H
#define AUTH_AUTHOR_H

#include "auth/verdict.h"
#include "mime/field.h"
#include "mime/header.h"

enum author_kind {
	AUTHOR_ONE,      /* one domain: can be judged */
	AUTHOR_NONE,     /* no From field, or nobody in it */
	AUTHOR_FIELDS,   /* several From fields */
	AUTHOR_SEVERAL,  /* addresses of several domains */
	AUTHOR_GROUP,    /* group syntax (RFC 6854) */
	AUTHOR_MALFORMED /* cannot be parsed, or its domain cannot exist */
};

struct author {
	enum author_kind kind;
	struct str domain; /* in A-labels; empty unless AUTHOR_ONE */
	struct str name, address;
	struct field_addresses list; /* of the first From field */
};

/* Read H's From into *OUT and V's from_ members. */
void author_read(struct arena *a, const struct header *h, struct author *out,
	struct verdict *v);

#endif
