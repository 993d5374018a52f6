/* SPDX-License-Identifier: GPL-3.0-or-later */
/* results - Authentication-Results (RFC 8601, RFC 8616) and Received-SPF (RFC
 * 7208, 9.1). Reading is not believing: see boundary. Any thread. */
#ifndef AUTH_RESULTS_H
#define AUTH_RESULTS_H

#include "auth/verdict.h"
#include "base/arena.h"
#include "base/str.h"

enum { RESULTS_METHODS = 100, RESULTS_PROPERTIES = 32, COMMENT_DEPTH = 32 };

/* Read the value of an Authentication-Results field. What the RFC does not
 * allow but large receivers write is read too: characters like "/" in a value,
 * a last ";", "action=none", no authserv-id at all ("" then: such a field is
 * never believed). Results of a method version other than 1 are left out (2.6).
 * out->error is set where it cannot be read or nothing is left; there are no
 * methods then. */
void results_parse(
	struct arena *a, struct str value, struct verdict_field *out);

/* The value of property NAME ("header.d") of M, or NULL. */
const char *results_property(const struct verdict_method *m, const char *name);

/* How bad RESULT is, a word in lower case: 0 is a pass, RESULTS_WORST a fail;
 * what is not known is neither. */
enum { RESULTS_WORST = 7 };
int results_rank(const char *result);

struct results_spf { /* of Received-SPF */
	enum verdict_result result;
	bool is_helo; /* identity=helo */
	/* NULL: not said */
	const char *client_ip, *envelope_from, *helo, *receiver;
};

/* Read the value of a Received-SPF field; false where it is none. */
bool results_parse_spf(
	struct arena *a, struct str value, struct results_spf *out);

#endif
