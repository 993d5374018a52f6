/* SPDX-License-Identifier: GPL-3.0-or-later */
/* clock - see clock.h */
#include "base/clock.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "base/str.h"

static pthread_once_t fixed_once = PTHREAD_ONCE_INIT;
static uint64_t fixed_now;
static int64_t ahead; /* seconds by which the wall clock is set forward */

static void
read_fixed(void)
{
	const char *s = getenv("SIGNET_NOW");

	if (!s || !str_to_u64(str_c(s), INT64_MAX, &fixed_now))
		fixed_now = 0;
}

int64_t
clock_mono_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

int64_t
clock_mono_ms(void)
{
	return clock_mono_us() / 1000;
}

int64_t
clock_wall(void)
{
	pthread_once(&fixed_once, read_fixed);
	return fixed_now ? (int64_t)fixed_now : (int64_t)time(NULL) + ahead;
}

void
clock_set(int64_t now)
{
	ahead = now - (int64_t)time(NULL);
}
