/* SPDX-License-Identifier: GPL-3.0-or-later */
/* draft - drafts as files that an editor opens, and what becomes of them.
 *
 * A draft is one file of the drafts' folder: a few fields, an empty line, the
 * text. The same file is given to the editor, so that nothing typed depends on
 * this program living on. Lines that begin with "X-Signet-" hold what is not
 * for editing (account, references, attachments). Not on the drawing thread. */
#ifndef APP_LETTER_DRAFT_H
#define APP_LETTER_DRAFT_H

#include "app/context.h"
#include "mime/compose.h"

struct draft_built {
	const char *account, *message_id;
	struct compose_envelope envelope;
	int64_t not_before; /* seconds since 1970, 0: at once */
};

/* The requests COMPOSE, DRAFT_READ, DRAFT_SAVE, DRAFT_LIST, DRAFT_DROP: each
 * posts its answer. */
void draft_compose(struct context *c, struct msg *m);
void draft_read(struct context *c, struct msg *m);
void draft_save(struct context *c, struct msg *m);
void draft_list(struct context *c, struct msg *m);
void draft_discard(struct context *c, struct msg *m);

/* The bytes to send of the draft D, as its file stands now. What *OUT points to
 * lives in A. ERR_INPUT where it cannot be sent, with the field named. */
int draft_build(struct context *c, struct arena *a, struct msg_draft *d,
	struct buf *bytes, struct draft_built *out, struct err *e) ERR_CHECK;

/* Its file goes. */
void draft_drop(const struct msg_draft *d);

/* Make a draft of the message in FILE that was on its way out through ACCOUNT.
 */
int draft_from_message(struct context *c, const char *file, const char *account,
	struct err *e) ERR_CHECK;

#endif
