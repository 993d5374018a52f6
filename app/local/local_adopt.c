/* SPDX-License-Identifier: GPL-3.0-or-later */
/* letters that are here without a UID, since the mailbox was numbered anew, and
 * come again: see local.h. A server's word on how long a letter is
 * (RFC822.SIZE) counts for nothing; Exchange's is another than that of what it
 * sends, and what it sends is not always of the same length. */
#include <stdio.h>

#include "app/local/local.h"
#include "base/file.h"
#include "mime/message.h"
#include "store/maildir.h"

enum likeness { OTHER, ALIKE, SAME };

/* What a server that makes a letter anew each time leaves as it is. */
static bool
has_same_fields(const struct message *a, const struct message *b)
{
	return a->message_id.n && str_eq(a->message_id, b->message_id) &&
	       str_eq(a->subject, b->subject) && a->has_date == b->has_date &&
	       a->date == b->date && a->from.count == b->from.count &&
	       (a->from.count == 0 ||
		       str_eq(a->from.item[0].addr, b->from.item[0].addr));
}

/* Message-ID and the hash of what follows the header would be surer; size and
 * Message-ID are what both copies have for certain, and where one of them
 * IS_PART of a letter, the Message-ID alone. ALIKE: the same in what is read of
 * it, of another length. */
static enum likeness
compare(struct local *l, const char *a, const char *b, bool is_part)
{
	struct arena *x = arena_new();
	struct str ma = STR(""), mb = STR(""), id;
	const struct message *ha, *hb;
	enum likeness like = OTHER;
	struct err e;
	char path[8300];

	snprintf(path, sizeof path, "%s/%s", l->c->paths.mail, a);
	if (file_map(path, LIMIT_MESSAGE, &ma, &e) == 0) {
		snprintf(path, sizeof path, "%s/%s", l->c->paths.mail, b);
		if (file_map(path, LIMIT_MESSAGE, &mb, &e) == 0) {
			ha = message_read_header(x, ma, NULL);
			hb = message_read_header(x, mb, NULL);
			id = ha->message_id;
			if (str_eq(ma, mb) ||
				(str_eq(id, hb->message_id) &&
					(is_part ? id.n > 0 : ma.n == mb.n)))
				like = SAME;
			else if (has_same_fields(ha, hb))
				like = ALIKE;
		}
	}
	file_unmap(&ma);
	file_unmap(&mb);
	arena_free(&x);
	return like;
}

struct lost { /* a letter whose UID is not known */
	const char *base;
	struct state_op *op; /* where it was moved from B; NULL: an orphan */
	struct buf at;       /* its file */
	enum state_here here;
};

/* The file of NEW, which came as M of box B, is the same letter as OLD: of the
 * two the one of which more is here stays, under the old name. */
static int
adopt(struct local *l, const struct state_box *b, const struct lost *old,
	const char *new, struct state_message *m, bool is_whole, struct err *e)
{
	const char *root = l->c->paths.mail;
	int rc = 0;

	if (old->here != STATE_WHOLE && is_whole) {
		rc = maildir_take_place(root, new, buf_c(&old->at), e);
		if (rc == 0)
			rc = state_complete(l->state, old->base, e);
		if (rc == 0)
			local_completed(l, buf_c(&old->at));
	} else {
		rc = maildir_remove(root, new, e);
	}
	if (rc < 0)
		return -1;
	if (old->op) { /* it is to be moved from there, as that UID */
		old->op->uid = m->uid;
		return state_set_op(l->state, old->op, e);
	}
	m->base = old->base;
	m->flags = maildir_flags(buf_c(&old->at));
	rc = state_drop_orphan(l->state, b->id, old->base, e);
	return rc == 0 ? state_put_message(l->state, b->id, m, e) : -1;
}

/* Those of box B, in A: orphans, and what was moved from there here while its
 * UID was not known. Their files are looked for later. */
static int
list_lost(struct local *l, const struct state_box *b, struct arena *a,
	struct lost **out, size_t *count_out, struct err *e)
{
	const char **base;
	struct state_op *op;
	size_t n, ops;

	*count_out = 0;
	if (state_orphans(l->state, b->id, a, &base, &n, e) < 0 ||
		state_ops(l->state, a, &op, &ops, e) < 0)
		return -1;
	*out = arena_array(a, n + ops + 1, sizeof **out);
	for (size_t i = 0; i < n; i++)
		(*out)[(*count_out)++] = (struct lost){ .base = base[i] };
	for (size_t i = 0; i < ops; i++)
		if (strcmp(op[i].kind, "move") == 0 && op[i].box == b->id &&
			!op[i].uid)
			(*out)[(*count_out)++] =
				(struct lost){ .base = op[i].base,
					.op = &op[i] };
	return 0;
}

int
local_has_lost(
	struct local *l, const struct state_box *b, bool *out, struct err *e)
{
	struct arena *a = arena_new();
	struct lost *lost;
	size_t n;
	int rc = list_lost(l, b, a, &lost, &n, e);

	*out = rc == 0 && n > 0;
	arena_free(&a);
	return rc;
}

/* The one of the N in LOST that is most like PATH, of which HERE is here: in
 * *FOUND, or NULL. Its .at is the caller's. */
static int
find_lost(struct local *l, const struct state_box *b, struct arena *a,
	struct lost *lost, size_t n, const char *path, enum state_here here,
	struct lost **found, struct err *e)
{
	enum likeness best = OTHER;
	struct buf file;
	int rc = 0;

	*found = NULL;
	buf_init(&file, 4096);
	for (size_t i = 0; i < n && best != SAME && rc >= 0; i++) {
		struct state_missing left = { .here = STATE_WHOLE };
		enum likeness like = OTHER;
		struct err ignored;

		rc = state_missing(l->state, lost[i].base, a, &left, e);
		buf_clear(&file);
		if (rc >= 0 &&
			(lost[i].op ? local_op_file(
					      l, lost[i].op, &file, &ignored)
				    : local_file(l, b->folder, lost[i].base,
					      &file, &ignored)) == 0)
			like = compare(l, buf_c(&file), path,
				rc == 1 || here != STATE_WHOLE);
		if (like <= best)
			continue;
		best = like;
		if (*found)
			buf_fini(&(*found)->at);
		*found = &lost[i];
		lost[i].here = left.here;
		buf_init(&lost[i].at, 4096);
		buf_add(&lost[i].at, buf_str(&file));
	}
	buf_fini(&file);
	return rc < 0 ? -1 : 0;
}

int
local_take(struct local *l, const struct state_box *b, struct arena *a,
	const char *path, enum state_here here, struct state_message *m,
	bool *adopted, struct err *e)
{
	struct lost *lost, *old = NULL;
	size_t n;
	int rc = list_lost(l, b, a, &lost, &n, e);

	*adopted = false;
	if (rc == 0)
		rc = find_lost(l, b, a, lost, n, path, here, &old, e);
	if (rc == 0 && old)
		rc = adopt(l, b, old, path, m, here == STATE_WHOLE, e);
	else if (rc == 0)
		rc = state_put_message(l->state, b->id, m, e);
	*adopted = rc == 0 && old;
	if (old)
		buf_fini(&old->at);
	return rc;
}
