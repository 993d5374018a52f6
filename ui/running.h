/* SPDX-License-Identifier: GPL-3.0-or-later */
/* running - what the accounts do now, or why not, and what waits for them.
 *
 * The drawing thread only. */
#ifndef UI_RUNNING_H
#define UI_RUNNING_H

#include "ui/view.h"

/* A head and lines for each account, one for the index where it works:
 * state, since when, what comes and how fast, how many changes wait; below it
 * the reason. As much as A has room for. */
void running_draw(struct screen *s, struct area a);
/* All that is under way in one phrase for the status line; "" for nothing. */
void running_sum(struct screen *s, struct buf *out);

#endif
