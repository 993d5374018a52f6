/* SPDX-License-Identifier: GPL-3.0-or-later */
/* open - one message, read and rendered for the screen. Pool threads. */
#ifndef APP_LETTER_OPEN_H
#define APP_LETTER_OPEN_H

#include "app/context.h"

/* The requests OPEN, EVIDENCE: each posts its answer. */
void open_message(struct context *c, struct msg *m);
void open_evidence(struct context *c, struct msg *m);

#endif
