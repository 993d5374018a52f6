/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lookalike - names that a reader takes for others (UTS 39). Any thread. */
#ifndef AUTH_LOOKALIKE_H
#define AUTH_LOOKALIKE_H

#include "base/arena.h"
#include "base/str.h"

enum { LOOKALIKE_KNOWN = 1000 };

/* What NAME (UTF-8) looks like: confusable characters become one, lower case.
 * In A; equal for names that look alike. */
struct str lookalike_skeleton(struct arena *a, struct str name);

/* Does a label of DOMAIN (UTF-8) mix scripts that are not used together (UTS
 * 39, 5.2, "moderately restrictive")? */
bool lookalike_is_mixed(struct arena *a, struct str domain);

/* The first of the COUNT domains KNOWN, all in A-labels, that DOMAIN (UTF-8,
 * with DOMAIN_ASCII its A-labels) looks like without being it or below it or
 * above it; NULL where there is none. */
const char *lookalike_find(struct arena *a, struct str domain,
	struct str domain_ascii, const char *const *known, size_t count);

/* The domain that a name with a registry's ending was registered as, by rule
 * of thumb ("shop.co.kr" of "mail.shop.co.kr"): for display and for alerts,
 * never for authentication. */
struct str lookalike_registered(struct str domain);

#endif
