/* SPDX-License-Identifier: GPL-3.0-or-later */
/* keeper - the thread that owns the store: index writes, verdicts, outbox.
 *
 * It opens the index for writing for one batch at a time (250 ms at most) and
 * closes it again, so that "notmuch tag" from outside gets its turn. */
#ifndef APP_KEEPER_KEEPER_H
#define APP_KEEPER_KEEPER_H

#include "app/context.h"

/* Before the threads start: make the index where there is none. */
int keeper_prepare(struct context *c, struct err *e) ERR_CHECK;

/* The thread's main; ARG is the struct context. */
void *keeper_run(void *arg);

#endif
