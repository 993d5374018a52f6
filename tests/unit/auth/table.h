/* SPDX-License-Identifier: GPL-3.0-or-later */
/* table - a resolver for tests that answers from rows, and messages signed
 * with keys made on the spot. */
#ifndef TEST_AUTH_TABLE_H
#define TEST_AUTH_TABLE_H

#include "auth/verify.h"

struct table_row {
	const char *name;
	enum dns_type type;
	const char *value; /* TXT text, address, name; NULL: time-out */
};

struct table {
	struct resolver resolver; /* first */
	struct table_row row[40];
	size_t rows;
	int fail_at; /* the number of the question that is not answered, from
			1; 0: all are */
	int asked;
	enum verdict_dnssec dnssec;
};

void table_init(struct table *t);
void table_add(struct table *t, const char *name, enum dns_type type,
	const char *value);

/* A message from FIELDS (each with its line end) and BODY, signed for d=DOMAIN
 * s=s1 with EXTRA tags ("l=3; ") over H; the key's record is put into T. In
 * A. */
struct str table_sign(struct arena *a, struct table *t, const char *domain,
	const char *h, const char *extra, const char *fields, const char *body);

#endif
