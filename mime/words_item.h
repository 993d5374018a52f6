/* SPDX-License-Identifier: GPL-3.0-or-later */
/* words_item - content lines of calendars and cards (RFC 5545, 3.1; RFC 6350,
 * 3.3). For mime/words*.c alone. */
#ifndef MIME_WORDS_ITEM_H
#define MIME_WORDS_ITEM_H

#include "base/arena.h"
#include "base/str.h"

struct words_item {
	struct str name;   /* as written, without a group in front */
	struct str params; /* ";A=b;C=d" or empty */
	struct str value;  /* unfolded, still escaped */
};

/* The next content line of TEXT from *AT on, unfolded in A; empty lines are
 * passed. False at the end. */
bool words_next(
	struct arena *a, struct str text, size_t *at, struct words_item *out);

/* The value of the parameter NAME, without quotes; STR_NONE where it is not. */
struct str words_param(const struct words_item *i, const char *name);

/* V with its backslashes undone, in A. */
struct str words_unescape(struct arena *a, struct str v);

/* The value of an RRULE in words, in A: "every week on Mon, 5 times"; what they
 * leave out is added as it stands. UNTIL: the day of its UNTIL in words. */
struct str words_rule(struct arena *a, struct str rule, const char *until);

/* The UNTIL of an RRULE, "20260501T000000Z"; STR_NONE where there is none. */
struct str words_rule_until(struct str rule);

#endif
