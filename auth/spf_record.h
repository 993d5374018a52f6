/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spf_record - an SPF record, read (RFC 7208, 4.5, 5, 6 and 12). Any thread. */
#ifndef AUTH_SPF_RECORD_H
#define AUTH_SPF_RECORD_H

#include "base/arena.h"
#include "base/str.h"

enum spf_kind {
	SPF_ALL,
	SPF_INCLUDE,
	SPF_A,
	SPF_MX,
	SPF_PTR,
	SPF_IP4,
	SPF_IP6,
	SPF_EXISTS
};

struct spf_term {
	enum spf_kind kind;
	char qualifier;    /* + - ~ ? */
	struct str text;   /* as written */
	struct str domain; /* domain-spec with its macros; empty: the current */
	int cidr4, cidr6;  /* prefix lengths, 32 and 128 where not given */
	unsigned char address[16]; /* of ip4 (4 bytes) and ip6 */
};

enum { SPF_TERMS = 500 };

struct spf_record {
	struct str text;
	struct spf_term *term;
	size_t terms;
	struct str redirect, exp; /* p == NULL: not there */
	bool has_all;
	const char *error; /* a sentence, NULL: none */
};

/* Is TEXT an SPF record at all (4.5)? */
bool spf_is_record(struct str text);

/* Read TEXT, for which spf_is_record holds. All of it is checked; what stands
 * before an error is in *OUT. Strings point into TEXT. */
void spf_record_parse(struct arena *a, struct str text, struct spf_record *out);

/* Does the term cost one of the ten look-ups (4.6.4)? */
bool spf_term_asks(const struct spf_term *t);

#endif
