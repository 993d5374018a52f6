/* SPDX-License-Identifier: GPL-3.0-or-later */
/* demand - of which domains the reader wants mail to be proven: written to the
 * configuration. Pool threads. */
#ifndef APP_LETTER_DEMAND_H
#define APP_LETTER_DEMAND_H

#include "app/context.h"

/* Does C's configuration name DOMAIN itself? */
bool demand_has(const struct context *c, const char *domain);

/* The request DEMAND: proof of the mail of a domain is asked for, or no more.
 * Its messages are verified again. */
void demand_set(struct context *c, struct msg *m);

#endif
