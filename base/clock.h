/* SPDX-License-Identifier: GPL-3.0-or-later */
/* clock - the time: monotonic for waiting, wall for people. Any thread. */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdint.h>

/* Milliseconds or microseconds of a clock that never jumps; compare only with
 * themselves. */
int64_t clock_mono_ms(void);
int64_t clock_mono_us(void);

/* Seconds since 1970 (UTC). SIGNET_NOW in the environment stands in its place,
 * for tests, whose screens must not depend on the day. */
int64_t clock_wall(void);

/* The wall clock is at NOW and goes on from there, where SIGNET_NOW does not
 * stand in its place. Before other threads begin. */
void clock_set(int64_t now);

#endif
