/* SPDX-License-Identifier: GPL-3.0-or-later */
/* report_xml - a DMARC aggregate report, read (RFC 7489 appendix C, RFC 9990).
 *
 * The XML comes from outside: it is read as a stream, without network,
 * entities or a document type, and with ceilings. Any thread. */
#ifndef APP_LETTER_REPORT_XML_H
#define APP_LETTER_REPORT_XML_H

#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

enum { REPORT_ROWS = 100000, REPORT_AUTHS = 20, REPORT_DATE = 40 };

struct report_auth { /* one result of DKIM or SPF, as the receiver saw it */
	const char *domain, *selector, *result, *scope, *human;
};

struct report_row {
	const char *source_ip, *disposition, *dkim, *spf, *reason, *comment;
	const char *header_from, *envelope_from, *envelope_to;
	uint64_t count;
	struct report_auth *dkim_auth, *spf_auth;
	size_t dkim_auths, spf_auths;
};

struct report {
	const char *version, *org, *email, *contact, *id, *generator, *error;
	int64_t begin, end;
	const char *domain, *adkim, *aspf, *p, *sp, *np, *pct, *fo, *testing,
		*discovery;
	struct report_row *row;
	size_t rows;
	bool is_cut; /* more than REPORT_ROWS */
};

/* Read XML into A. All strings have passed utf8_safe and are never NULL. NULL
 * with ERR_INPUT where it is no such report. */
struct report *report_xml_read(struct arena *a, struct str xml, struct err *e);

/* T, a begin or end, as "2026-11-24 00:00" in UTC; "?" where it is no time. */
void report_date(char out[REPORT_DATE], int64_t t);

#endif
