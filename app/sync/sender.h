/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sender - a thread for each account that submits its letters, through its own
 * server, its own command, or (local:) into the folders of the accounts here.
 * A mailbox that stalls does not keep a letter from going out. */
#ifndef APP_SYNC_SENDER_H
#define APP_SYNC_SENDER_H

#include "app/context.h"

/* The thread's main; ARG is the account's worker. Ends when its inbox is
 * closed; letters that have not begun to go out are tried later. */
void *sender_run(void *arg);

#endif
