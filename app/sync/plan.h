/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plan - pure: (server's list, local state) -> steps; no I/O.
 *
 * One mailbox at a time. What both sides last agreed on is the third side of
 * every merge: who changed a flag since then wins; where both changed it they
 * changed it to the same. A message that one side deleted and the other
 * changed stays. Any thread. */
#ifndef APP_SYNC_PLAN_H
#define APP_SYNC_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

enum plan_flag {
	PLAN_SEEN = 1,
	PLAN_ANSWERED = 2,
	PLAN_FLAGGED = 4,
	PLAN_DELETED = 8,
	PLAN_DRAFT = 16,
	PLAN_FORWARDED = 32 /* keywords above it, as in store/maildir.h */
};

struct plan_remote { /* what the server lists, by rising UID */
	uint32_t uid;
	unsigned flags;
};

struct plan_local { /* what is known here, by rising UID */
	uint32_t uid;
	unsigned agreed;   /* flags that both sides had at the last pass */
	unsigned flags;    /* flags as they are here now */
	bool is_deleted;   /* deleted here, the server not told yet */
	bool is_confirmed; /* the user was asked: the brake counts it not */
};

enum plan_kind {
	PLAN_FETCH,       /* the server has a message that is not here */
	PLAN_SET_LOCAL,   /* change the flags here to .flags */
	PLAN_SET_REMOTE,  /* change the flags there: .add, .remove */
	PLAN_AGREE,       /* both say .flags already: remember it */
	PLAN_DROP_LOCAL,  /* gone on the server and unchanged here */
	PLAN_KEEP_LOCAL,  /* gone on the server but changed here: stays */
	PLAN_DROP_REMOTE, /* deleted here and unchanged there */
	PLAN_UNDELETE     /* deleted here but changed there: comes back */
};

struct plan_step {
	enum plan_kind kind;
	uint32_t uid;
	unsigned flags, add, remove;
};

struct plan {
	struct plan_step *step; /* PLAN_FETCH last, the newest UID first */
	size_t steps;
	size_t drops_local, drops_remote, fetches;
	size_t unasked; /* of drops_remote, those that nobody was asked about */
	/* it would delete more than 100 messages, or more than 20 % of a
	 * mailbox of over 10, here or there */
	bool brakes_local, brakes_remote;
};

struct plan_range { /* UIDs that the server says are gone */
	uint32_t first, last;
};

/* The server's whole list, in A, from what it has said has changed: what both
 * sides agreed on, without GONE (rising, apart from each other), with CHANGED
 * (by rising UID). */
void plan_remote_list(struct arena *a, const struct plan_local *local,
	size_t locals, const struct plan_remote *changed, size_t changes,
	const struct plan_range *gone, size_t gones, struct plan_remote **out,
	size_t *count_out);

/* The steps for one mailbox, in A. Both lists must be by rising UID. */
struct plan *plan_make(struct arena *a, const struct plan_remote *remote,
	size_t remotes, const struct plan_local *local, size_t locals);

#endif
