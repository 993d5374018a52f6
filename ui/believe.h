/* SPDX-License-Identifier: GPL-3.0-or-later */
/* believe - asks, once for each account, whose Authentication-Results to
 * believe. Nobody is believed before the answer; "no" is an answer too.
 *
 * The engine proposes, here it is only asked: in the list, where no other
 * question is open. Escape puts it off to the next start. The drawing thread
 * only. */
#ifndef UI_BELIEVE_H
#define UI_BELIEVE_H

#include "ui/screen.h"

struct believe;

/* Asks nobody yet. Release with believe_free. */
struct believe *believe_new(void);
/* Free *B and what waits in it, and set it to NULL. */
void believe_free(struct believe **b);

/* Mailboxes were counted: let accounts with new mail look for a proposal. */
void believe_counted(struct believe *b, struct screen *s);
/* An event came; true: it was asked for here alone (*M is taken or not). */
bool believe_event(struct believe *b, struct msg **m);
/* The list is on top and nothing else is asked: ask what waits, if anything. */
void believe_ask(struct believe *b, struct screen *s);

#endif
