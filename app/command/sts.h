/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sts - MTA-STS as domains publish it (RFC 8461): the TXT record that says a
 * policy is there, and the policy file. Pure; any thread. */
#ifndef APP_COMMAND_STS_H
#define APP_COMMAND_STS_H

#include "base/arena.h"
#include "base/str.h"

enum {
	STS_POLICY_BYTES = 64 << 10,  /* RFC 8461, 3.3 */
	STS_MAX_AGE = 31557600,       /* a year; 3.2 */
	STS_SHORT_AGE = 7 * 24 * 3600 /* below it a policy protects little */
};

enum sts_mode { STS_UNKNOWN, STS_NONE, STS_TESTING, STS_ENFORCE };

struct sts_policy {
	enum sts_mode mode;
	uint64_t max_age; /* seconds */
	struct str *mx;   /* host names or "*." and a domain, valid ones */
	size_t mxs;
	const char **error; /* sentences; none: the policy is valid */
	size_t errors;
};

/* Read the policy file TEXT into *OUT, in A; the patterns point into TEXT. What
 * is wrong is in its errors: senders ignore such a policy. */
void sts_policy_parse(struct arena *a, struct str text, struct sts_policy *out);

/* May mail for the domain go to HOST by P (RFC 8461, 4.1)? */
bool sts_policy_allows(const struct sts_policy *p, struct str host);

/* "enforce", "testing", "none" or "". Static. */
const char *sts_mode_name(enum sts_mode m);

/* The id of the TXT record TEXT (RFC 8461, 3.1) into *ID. Returns NULL, or what
 * is wrong with the record, static. */
const char *sts_record_id(struct str text, struct str *id);

#endif
