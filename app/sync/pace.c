/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pace - see pace.h */
#include "app/sync/pace.h"

#include <limits.h>

enum { KNOWN_MS = 1000 }; /* before that a rate is guessed from one step */

void
pace_note(struct pace *p, unsigned done, unsigned total, int64_t now_ms)
{
	if (!p->since_ms || total != p->total || done < p->done)
		*p = (struct pace){
			.since_ms = now_ms, .first = done, .total = total
		};
	p->done = done;
}

/* Thousandths of one in a second, 0 while not known. */
static uint64_t
rate(const struct pace *p, int64_t now_ms)
{
	int64_t took = now_ms - p->since_ms;

	return !p->since_ms || took < KNOWN_MS
		       ? 0
		       : (uint64_t)(p->done - p->first) * 1000000U /
				 (uint64_t)took;
}

unsigned
pace_rate(const struct pace *p, int64_t now_ms)
{
	uint64_t r = (rate(p, now_ms) + 500) / 1000;

	return r > UINT_MAX ? UINT_MAX : (unsigned)r;
}

int
pace_left(const struct pace *p, int64_t now_ms)
{
	uint64_t r = rate(p, now_ms), left;

	if (!r)
		return -1;
	left = p->total > p->done
		       ? ((uint64_t)(p->total - p->done) * 1000U + r - 1) / r
		       : 0;
	return left > INT_MAX ? INT_MAX : (int)left;
}
