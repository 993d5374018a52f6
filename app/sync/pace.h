/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pace - how fast what is counted comes, and how long the rest takes.
 *
 * Pure: the caller has the clock. One counts up to a total; where the total is
 * another, or the count has fallen, something else has begun. */
#ifndef APP_SYNC_PACE_H
#define APP_SYNC_PACE_H

#include <stdint.h>

struct pace {
	int64_t since_ms; /* when FIRST had come; 0: nothing was counted */
	unsigned first, done, total;
};

/* At NOW_MS, of a clock that only rises, DONE of TOTAL have come. */
void pace_note(struct pace *p, unsigned done, unsigned total, int64_t now_ms);
/* How many come in a second, rounded; 0 before a second has passed, or where
 * less than one does. */
unsigned pace_rate(const struct pace *p, int64_t now_ms);
/* Seconds until all have come; -1: not known yet. */
int pace_left(const struct pace *p, int64_t now_ms);

#endif
