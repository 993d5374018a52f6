/* SPDX-License-Identifier: GPL-3.0-or-later */
/* keeper_parts - the keeper's own state, shared by keeper*.c alone. */
#ifndef APP_KEEPER_KEEPER_PARTS_H
#define APP_KEEPER_KEEPER_PARTS_H

#include "app/keeper/keeper.h"
#include "store/index.h"
#include "store/outbox.h"
#include "store/receipts.h"
#include "store/state.h"

struct keeper {
	struct context *c;
	struct outbox *outbox;     /* NULL: it could not be opened */
	struct receipts *receipts; /* likewise */
	struct index *index;       /* open during a batch alone */
	struct index_other *other; /* the user's own, or NULL */
	struct job *job;           /* backlog.c's */
	struct queue_item *news;   /* for the screen, after the batch */
	uint64_t serial;           /* of the last file that came */
	int64_t batch_ms;          /* of the next batch */
	int64_t next_recheck_ms;
	bool has_scanned;
	struct arena *completed; /* of the batch: paths whose index is new */
	const char **done;
	size_t dones;
	bool is_all_whole[ACCOUNTS_MAX];   /* nothing is missing of any letter,
					      nor will be while the batch lasts */
	bool was_asked[ACCOUNTS_MAX];      /* in this batch */
	struct state *state[ACCOUNTS_MAX]; /* what of letters is here: opened
					      for the first that may not be */
	/* up to where the changes of the index are known, see keeper_tags.c */
	char uuid[64];
	uint64_t seen, seen_kept; /* kept: as it stands on disk */
	int64_t next_look_ms;
	bool is_held;  /* another program writes to the user's database */
	bool has_more; /* letters of the user's database to be taken over */
	int taken;     /* for how many accounts that has been begun */
	bool has_new_contact; /* alike.c's */
	struct stray *stray;  /* stray.c's */
	size_t strays;
};

/* --- what other programs did to the index (keeper_tags.c) */

/* Before a batch of ours: with the index open, before index_begin. */
void keeper_look_before(struct keeper *k);
/* After index_commit: what was changed is our own. */
void keeper_look_after(struct keeper *k);
/* Look now and then, between batches; in how many ms next. */
int keeper_look(struct keeper *k);
/* Keep on disk how far it has looked. */
void keeper_look_keep(struct keeper *k);

/* --- one file (keeper_file.c), within a batch */

/* Add PATH, with the verdict of VERIFIED where it is not NULL. *ID (in A) is
 * its message's, NULL where that was known before or the file is no message. */
int keeper_add(struct keeper *k, struct arena *a, const char *path,
	struct msg *verified, const char **id, struct err *e) ERR_CHECK;
/* The I-th file of CH has another name. */
int keeper_rename(struct keeper *k, struct arena *a,
	const struct msg_change *ch, size_t i, struct err *e) ERR_CHECK;
/* Write the verdict of M, whose id is in the index. */
int keeper_verdict(struct keeper *k, struct msg *m, struct err *e) ERR_CHECK;
/* The rest of the letter PATH has come: read it again, and verify it. */
int keeper_completed(struct keeper *k, struct arena *a, const char *path,
	struct err *e) ERR_CHECK;
/* The batch is written: what was completed in it is done with. */
void keeper_forget_completed(struct keeper *k, bool written);
/* What of PATH is here; where that cannot be found out, not all. */
enum state_here keeper_here(struct keeper *k, const char *path);
/* Have a file verified; SERIAL (or 0) comes back with the verdict. False: it is
 * not, since not all of it is here. */
bool keeper_post_verify(struct keeper *k, const char *path, const char *id,
	uint64_t serial, bool again);

/* --- files that were renamed on before the index heard of it (stray.c)
 */

/* The index was told of PATH, which has another name by now: it has it as OLD.
 */
void stray_add(struct keeper *k, const char *path, const char *old);
/* The name that the index has for PATH, which has a newer one or is gone: an
 * older one (in A), or PATH itself. */
const char *stray_take(struct keeper *k, struct arena *a, const char *path);
/* Have those removed of which no newer name came; in how many ms next, -1:
 * there are none. */
int stray_due(struct keeper *k);
void stray_free_all(struct keeper *k);

/* --- look-alikes of whom one has come to know since (alike.c) */

/* Somebody wrote, or was written to. */
void alike_note(struct keeper *k);
/* Is it to be looked at now? Not while messages wait to be indexed. */
bool alike_waits(const struct keeper *k);
/* Have those messages verified again that look like new correspondents; some at
 * a time. */
void alike_look(struct keeper *k);

/* --- what is indexed in the order in which it came (backlog.c) */

/* M (ARRIVED, SCAN, RECHECK) is the backlog's until it is done. */
void backlog_add(struct keeper *k, struct msg *m);
/* Does something wait to be indexed? */
bool backlog_waits(const struct keeper *k);
/* Within a batch: the next file or folder. */
int backlog_step(struct keeper *k, bool *changed, struct err *e) ERR_CHECK;
/* RECHECK, where its turn has come; it is for after the batch. */
struct msg *backlog_recheck(struct keeper *k);
/* PATH is not to be indexed any more: it has another name, or none. */
void backlog_forget(struct keeper *k, const char *path);
/* A verdict of a file of the backlog's. True: it is kept until the file's turn.
 * False: M is the caller's again, with the message's ID, or NULL where there is
 * nothing to be written. */
bool backlog_verified(struct keeper *k, struct msg *m);
/* The message whose turn it is cannot be worked on. */
void backlog_fail(struct keeper *k, const struct err *e);
void backlog_free(struct keeper *k);

/* --- the outbox's messages (keeper_out.c). Each ends M (DONE, FAILED or an
 * event). */
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
