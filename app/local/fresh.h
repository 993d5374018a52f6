/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fresh - letters that are here and that the index does not know yet, as rows
 * of lists: the newest of a mailbox can be read while thousands wait to be
 * indexed. They are rows as the index would give them; where it has one, its
 * own counts.
 *
 * A worker adds them before it tells the keeper; the keeper marks what it has
 * worked on and forgets it after the commit; the search takes a copy before it
 * asks the index, and puts into the answer what that does not have. So a letter
 * is never missing in between, and never twice. Any thread. */
#ifndef APP_LOCAL_FRESH_H
#define APP_LOCAL_FRESH_H

#include "app/context.h"

struct fresh;

/* Owned by the caller, empty. */
struct fresh *fresh_new(void);
void fresh_free(struct fresh **f);

/* The N files PATH (ACCOUNT/FOLDER/cur/NAME, all of one folder) have come.
 * What cannot be read, and what is beyond LIMIT_FRESH, is listed when it is
 * indexed. */
void fresh_add(struct context *c, const char *const *path, size_t n);

struct fresh_head { /* of a letter that is on its way */
	uint32_t uid;
	unsigned flags;   /* as maildir_flags gives them */
	struct str bytes; /* its header, or the fields that rows show */
};

/* The N letters of FOLDER ("ACCOUNT/FOLDER"), by rising UID, are about to come:
 * they are rows already, with ROW_COMING and a path that no file has, each
 * until fresh_add has the letter with its UID in that folder. */
void fresh_announce(struct context *c, const char *folder,
	const struct fresh_head *head, size_t n);
/* What was announced of FOLDER and is not here does not come now. */
void fresh_forget(struct context *c, const char *folder);

/* Within a batch of the index: PATH is done with, whatever became of it. */
void fresh_mark(struct fresh *f, const char *path);
/* The batch is over: where it is written, forget what was marked. */
void fresh_sweep(struct fresh *f, bool is_written);

/* What has come into FOLDER ("ACCOUNT/FOLDER"), newest first, each Message-ID
 * once, in A. Returns how many. */
size_t fresh_rows(
	struct fresh *f, const char *folder, struct arena *a, struct row **out);

/* Put the N rows of FRESH that R (rows of the index, newest first, from
 * R->offset on) does not have where they belong, in A, so that R holds LIMIT
 * rows at most from OFFSET on. To be exact R must begin N rows before OFFSET,
 * or with the first. */
void fresh_merge(struct arena *a, struct msg_rows *r, const struct row *fresh,
	size_t n, unsigned offset, unsigned limit);

/* TEXT as a row has it, in A. */
const char *fresh_text(struct arena *a, struct str text);

#endif
