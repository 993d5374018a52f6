/* SPDX-License-Identifier: GPL-3.0-or-later */
/* believe - whose Authentication-Results an account believes: proposed from its
 * newest letters, written to the configuration when the user has answered. Pool
 * threads. */
#ifndef APP_BELIEVE_H
#define APP_BELIEVE_H

#include "app/context.h"

/* The request PROPOSE of an account; the answer is PROPOSAL. */
void believe_propose(struct context *c, struct msg *m);

/* The request BELIEVE of an account. Its newest letters are verified again. */
void believe_answer(struct context *c, struct msg *m);

#endif
