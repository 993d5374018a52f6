/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spf_macro - macro strings of SPF (RFC 7208, 7; RFC 8616, 4). Any thread. */
#ifndef AUTH_SPF_MACRO_H
#define AUTH_SPF_MACRO_H

#include "base/arena.h"
#include "base/str.h"

struct spf_macros {
	struct str sender, local, sender_domain; /* s l o */
	struct str domain;                       /* d */
	unsigned char ip[16];                    /* i c v */
	bool is_ip6;
	struct str helo;                    /* h */
	int64_t now;                        /* t */
	struct str (*validated)(void *arg); /* p, called when needed */
	void *arg;
};

/* Is S a macro-string? With IS_EXP the letters c, r and t are allowed and so
 * are spaces. */
bool spf_macro_valid(struct str s, bool is_exp);

/* Append S, a valid macro-string, expanded. False where a local part that is
 * not ASCII would come into a name (RFC 8616): then nothing matches. */
bool spf_macro_expand(
	struct buf *out, struct str s, const struct spf_macros *m, bool is_exp);

/* As spf_macro_expand for a domain-spec: the labels on the left go until at
 * most 253 bytes are left, a last dot goes. In A; false as above. */
bool spf_macro_domain(struct arena *a, struct str spec,
	const struct spf_macros *m, struct str *out);

#endif
