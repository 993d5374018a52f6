/* SPDX-License-Identifier: GPL-3.0-or-later */
/* account - a worker: one account, one session, its jobs, idle, reconnect.
 *
 *	            +----- a message: work on it ------------------+
 *	            v                                               |
 *	offline -> connecting -> syncing (a step) -> online (IDLE) -+
 *	   ^           |             |                   |
 *	   +-- waiting <-- lost -----+-------------------+
 *	       sign-in, certificate: until the user answers
 *
 * The worker's thread owns the session of its account. Work is cut into steps,
 *so that a message waits for one step at most. */
#ifndef APP_SYNC_ACCOUNT_H
#define APP_SYNC_ACCOUNT_H

#include "app/context.h"

/* The worker for account I of the configuration. NULL with *E. */
struct worker *account_new(struct context *c, int i, struct err *e);
/* After its thread has ended. */
void account_free(struct worker **w);
/* The thread's main; ARG is the worker. Ends when its inbox is closed. */
void *account_run(void *arg);
/* Stop what it does now (any thread); it goes on with the next message. */
void account_cancel(struct worker *w);

#endif
