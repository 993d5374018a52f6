/* SPDX-License-Identifier: GPL-3.0-or-later */
/* keeper_parts - the keeper's own state, shared by keeper*.c alone. */
#ifndef APP_KEEPER_PARTS_H
#define APP_KEEPER_PARTS_H

#include "app/keeper.h"
#include "store/index.h"
#include "store/outbox.h"
#include "store/receipts.h"

struct keeper {
	struct context *c;
	struct outbox *outbox;     /* NULL: it could not be opened */
	struct receipts *receipts; /* likewise */
	struct index *index;       /* open during a batch alone */
	int64_t next_recheck_ms;
	bool has_scanned;
};

/* The outbox's messages. Each ends M (DONE, FAILED or an event). */
void keeper_out_queue(struct keeper *k, struct msg *m);
void keeper_out_list(struct keeper *k, struct msg *m);
void keeper_out_cancel(struct keeper *k, struct msg *m);
void keeper_out_resolve(struct keeper *k, struct msg *m);
void keeper_out_sent(struct keeper *k, struct msg *m);
void keeper_out_filed(struct keeper *k, struct msg *m);
/* Hand what is due to its account; milliseconds until the next is due, -1 where
 * none waits. ALL: those that wait for a later try as well. */
int keeper_out_due(struct keeper *k, bool all);
/* At the start: sent messages whose copy was not kept yet. */
void keeper_out_resume(struct keeper *k);

#endif
