/* SPDX-License-Identifier: GPL-3.0-or-later */
/* outbox - messages on their way out, crash-safe.
 *
 *	queued --> sending --> accepted --> (done: the row goes)
 *	   ^          |  |
 *	   +- later --+  +--> refused, unknown: wait for the user
 *
 * A row of SQLite beside the message's file. "sending" found at the start means
 * that the program died between the first byte and the server's answer: it
 * becomes "unknown" and is never sent again by itself. The one window in which
 * a message could go out twice does not exist; the one in which it is not known
 * whether it went out is named. The keeper's thread only. */
#ifndef STORE_OUTBOX_H
#define STORE_OUTBOX_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

struct outbox;

struct outbox_rcpt {
	const char *address;
	const char *state; /* "waits", "accepted", "refused", "later" */
	const char *text;  /* the server's words */
};

struct outbox_item {
	int64_t id;
	const char *account, *state, *reason, *subject, *sender;
	const char *message_id;
	const char *reply_to; /* path of the message it answers, or "" */
	int64_t next_try;     /* seconds since 1970: not before */
	int tries;
	bool needs_utf8;
	struct outbox_rcpt *rcpt;
	size_t rcpts;
};

/* Open (or make) the outbox in the directory DIR. IS_OWNER: the one program
 * that sends from it, which holds the profile's lock: rows in the state
 * "sending" are of one that died, and become "unknown". Others may add and
 * list. */
struct outbox *outbox_open(const char *dir, bool is_owner, struct err *e);
void outbox_close(struct outbox **o);

/* Keep MESSAGE with its envelope; durable when it returns. I->id is set. */
int outbox_add(struct outbox *o, struct str message, struct outbox_item *i,
	struct err *e) ERR_CHECK;

/* All rows, oldest first, in A. */
int outbox_list(struct outbox *o, struct arena *a, struct outbox_item **out,
	size_t *count_out, struct err *e) ERR_CHECK;
/* One row: 1 found, 0 not, -1 error. */
int outbox_get(struct outbox *o, int64_t id, struct arena *a,
	struct outbox_item *out, struct err *e) ERR_CHECK;

/* Append the path of the message's file. */
void outbox_path(struct outbox *o, int64_t id, struct buf *out);

/* Set the state durably, with its reason and the time of the next try. */
int outbox_set(struct outbox *o, int64_t id, const char *state,
	const char *reason, int64_t next_try, struct err *e) ERR_CHECK;
int outbox_set_rcpt(struct outbox *o, int64_t id, const char *address,
	const char *state, const char *text, struct err *e) ERR_CHECK;

/* Several changes as one. */
int outbox_begin(struct outbox *o, struct err *e) ERR_CHECK;
int outbox_commit(struct outbox *o, struct err *e) ERR_CHECK;
void outbox_rollback(struct outbox *o);

/* The row and the file go. */
int outbox_drop(struct outbox *o, int64_t id, struct err *e) ERR_CHECK;

#endif
