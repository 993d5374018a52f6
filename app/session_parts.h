/* SPDX-License-Identifier: GPL-3.0-or-later */
/* session_parts - the session's own state, shared by session*.c alone. */
#ifndef APP_SESSION_PARTS_H
#define APP_SESSION_PARTS_H

#include "app/account_parts.h"
#include "net/imap.h"

struct session {
	struct imap *imap;
	struct arena *a; /* of the pass */
	struct state_box *box;
	size_t boxes, at; /* the pass stands at box[at] */
	bool in_pass, is_first;
	bool is_stale; /* the pass left something to the next */
	/* the mailbox under way */
	bool is_open; /* selected and planned */
	struct arena *plan_arena;
	struct state_message *local;
	size_t locals;
	uint32_t *fetch; /* UIDs still to come */
	unsigned *fetch_flags;
	size_t fetches, fetched;
	const char *selected; /* raw name selected now, or NULL */
	int64_t next_others_ms;
};

/* Open mailbox B on the server; a changed UIDVALIDITY makes its messages
 * orphans. */
int session_select(struct worker *w, struct state_box *b,
	struct imap_info *info, struct err *e) ERR_CHECK;
/* Append the path that the file BASE of mailbox B has now. */
int session_file(struct worker *w, const struct state_box *b, const char *base,
	struct buf *out, struct err *e) ERR_CHECK;
/* The server's mailboxes into the state. */
int session_learn_boxes(struct worker *w, struct err *e) ERR_CHECK;
/* The next messages of the mailbox under way: at most 50. */
int session_fetch(struct worker *w, struct err *e) ERR_CHECK;

#endif
