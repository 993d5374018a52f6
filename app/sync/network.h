/* SPDX-License-Identifier: GPL-3.0-or-later */
/* network - notices that the way to the servers has changed: an address or a
 * default route came or went (rtnetlink), or the machine has slept. One thread
 * for all accounts; it tells them (WAKE), at most once in five seconds. */
#ifndef APP_SYNC_NETWORK_H
#define APP_SYNC_NETWORK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The thread's main; ARG is the struct context. Ends when context.quit_fd can
 * be read. */
void *network_run(void *arg);

/* Does the message of N bytes from rtnetlink say that an address or a default
 * route has come or gone? Any bytes. */
bool network_is_news(const void *bytes, size_t n);

/* Has the machine slept? ASLEEP_MS is how much the clock that counts sleep
 * (CLOCK_BOOTTIME) is ahead of the one that does not; *LAST_MS is what it was,
 * and becomes it. */
bool network_has_slept(int64_t asleep_ms, int64_t *last_ms);

#endif
