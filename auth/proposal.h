/* SPDX-License-Identifier: GPL-3.0-or-later */
/* proposal - whose Authentication-Results an account may want to believe, from
 * what stands at the top of its newest letters (RFC 8601, 4.1: believe nobody
 * unless told to). It only proposes: the user decides. One thread at a time. */
#ifndef AUTH_PROPOSAL_H
#define AUTH_PROPOSAL_H

#include "base/arena.h"
#include "base/str.h"

enum { PROPOSAL_LETTERS = 50, PROPOSAL_LEAST = 3 };

struct proposal_pair { /* who wrote, and who took the letter in */
	const char *id, *by;
	unsigned count;
};

struct proposal {
	struct arena *a;
	struct proposal_pair pair[PROPOSAL_LETTERS];
	size_t pairs;
	unsigned letters; /* whose route says who took them in */
};

/* Begin with no letter; what is kept lives in A. */
void proposal_init(struct proposal *p, struct arena *a);

/* Look at one more letter; those beyond PROPOSAL_LETTERS are passed. */
void proposal_add(struct proposal *p, struct str message);

/* What to ask for: *IDS, words apart by blanks, wrote the results of *COUNT of
 * the letters, at least PROPOSAL_LEAST and half of all. *HOSTS are the servers
 * to take for one's own where some are not covered by the ids, which are among
 * them then, else "". False: there is nothing to propose. */
bool proposal_make(const struct proposal *p, const char **ids_out,
	const char **hosts_out, unsigned *count_out);

#endif
