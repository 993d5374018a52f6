/* SPDX-License-Identifier: GPL-3.0-or-later */
/* hook - the hooks of the user's notmuch, where its database is the index:
 * pre-new before a pass that the user has asked for, post-new after letters
 * were indexed.
 *
 * They are run as "notmuch new" runs them, in the environment of this program,
 * never through a shell. What they print goes to the log; a failure is told. */
#ifndef APP_LOCAL_HOOK_H
#define APP_LOCAL_HOOK_H

#include "app/context.h"

struct hook;

/* Owned by the caller. NULL with *E. */
struct hook *hook_new(struct err *e);
void hook_free(struct hook **h);

/* The main of the thread that runs post-new; ARG is the struct context. Ends
 * when context.quit_fd can be read. */
void *hook_run(void *arg);

/* Letters were indexed: post-new is to be run, once for all that comes until
 * nothing else is under way (or for two minutes). Never waits. Any thread. */
void hook_after(struct context *c);

/* Run pre-new and wait for its end, or until CANCEL_FD can be read. One run
 * serves all who ask at about the same time, and all of a command. A thread
 * that may wait. */
void hook_before(struct context *c, int cancel_fd);

#endif
