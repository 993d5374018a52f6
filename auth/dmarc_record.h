/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dmarc_record - a DMARC policy record, read (RFC 9989, 4.7). Any thread. */
#ifndef AUTH_DMARC_RECORD_H
#define AUTH_DMARC_RECORD_H

#include "base/arena.h"
#include "base/str.h"

enum dmarc_policy { DMARC_UNSET, DMARC_NONE, DMARC_QUARANTINE, DMARC_REJECT };

struct dmarc_record {
	struct str text;
	enum dmarc_policy p, sp, np; /* DMARC_UNSET: missing or not valid */
	bool has_bad_policy; /* p= missing, or p= sp= or np= not valid */
	bool is_testing;     /* t=y */
	char psd;            /* 'y' 'n' 'u' */
	bool strict_dkim, strict_spf;
	struct str rua, ruf, fo;
	bool has_rua;   /* at least one URI of rua= is valid */
	bool has_twice; /* a tag stands twice: the record is void */
};

/* Read TEXT; false where it is no DMARC record (its first tag is not
 * v=DMARC1). Tags that are unknown or wrong count as missing; a tag that stands
 * twice makes all of it void (RFC 6376, 3.2). */
bool dmarc_record_parse(struct str text, struct dmarc_record *out);

/* "none", "quarantine", "reject"; "" for DMARC_UNSET. Static. */
const char *dmarc_policy_name(enum dmarc_policy p);

#endif
