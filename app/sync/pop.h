/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pop - the POP3 side of an account: a pass every five minutes, each a session
 * of its own, since a session locks the box.
 *
 *	UIDL -> which are new -> RETR, the newest first, 50 at a time:
 *	        tmp -> fsync -> rename -> rows (one transaction) -> ARRIVED
 *	     -> DELE of what may go, each with a durable file here -> QUIT
 *
 * Each letter has a key, a hash of its UIDL; where there is none, or it stands
 * twice, or all have changed at once, of its header and size. The key stands in
 * the file's name as a mark (",P=KEY"), which moves keep: a death between the
 * rename and the rows leaves files that are bound to their letters, not fetched
 * again. What the server lists never removes anything here. */
#ifndef APP_SYNC_POP_H
#define APP_SYNC_POP_H

#include "app/local/local.h"

struct worker;

/* One piece of the work that is due now. 1 done, 0 nothing is due, -1 *E: the
 * session is of no use any more. The account's worker. */
int pop_work(struct worker *w, struct err *e) ERR_CHECK;
/* Call EACH for every letter that a pass would fetch (GOES false) and for every
 * one that it would delete at the server. The state is written to, the server
 * and the mail are not. */
int pop_preview(struct worker *w,
	void (*each)(void *ctx, bool goes, uint32_t number, const char *key),
	void *ctx, struct err *e) ERR_CHECK;
/* End the session, if there is one, without QUIT. */
void pop_close(struct worker *w);

#endif
