/* SPDX-License-Identifier: GPL-3.0-or-later */
/* letters that are here without a UID, since the mailbox was numbered anew, and
 * come again: see session_parts.h. A server's word on how long a letter is
 * (RFC822.SIZE) counts for nothing; Exchange's is another than that of what it
 * sends, and what it sends is not always of the same length. */
#include <stdio.h>

#include "app/sync/session_parts.h"
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
compare(struct worker *w, const char *a, const char *b, bool is_part)
{
	struct arena *x = arena_new();
	struct str ma = STR(""), mb = STR(""), id;
	const struct message *ha, *hb;
	enum likeness like = OTHER;
	struct err e;
	char path[8300];

	snprintf(path, sizeof path, "%s/%s", w->here.c->paths.mail, a);
	if (file_map(path, LIMIT_MESSAGE, &ma, &e) == 0) {
		snprintf(path, sizeof path, "%s/%s", w->here.c->paths.mail, b);
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

/* The file NEW is the same letter as OLD, the orphan BASE: of the two the one
 * of which more is here stays, under the old name. Of OLD so much is here. */
static int
adopt(struct worker *w, struct state_box *b, const char *base, const char *old,
	enum state_here old_here, const char *new, struct state_message *m,
	bool is_whole, struct err *e)
{
	const char *root = w->here.c->paths.mail;
	int rc = 0;

	if (old_here != STATE_WHOLE && is_whole) {
		rc = maildir_take_place(root, new, old, e);
		if (rc == 0)
			rc = state_complete(w->here.state, base, e);
		if (rc == 0)
			local_completed(&w->here, old);
	} else {
		rc = maildir_remove(root, new, e);
	}
	m->base = base;
	m->flags = maildir_flags(old);
	return rc == 0 ? state_drop_orphan(w->here.state, b->id, base, e) : -1;
}

/* The orphan that is most like PATH: its BASE, its file in OLD and how much of
 * it is here; *BASE is NULL where there is none. */
static int
find_orphan(struct worker *w, struct state_box *b, struct arena *a,
	const char *path, enum state_here here, const char **found,
	struct buf *old, enum state_here *old_here, struct err *e)
{
	enum likeness best = OTHER;
	const char **base;
	struct buf file;
	size_t n;
	int rc = 0;

	*found = NULL;
	if (state_orphans(w->here.state, b->id, a, &base, &n, e) < 0)
		return -1;
	buf_init(&file, 4096);
	for (size_t i = 0; i < n && best != SAME && rc >= 0; i++) {
		struct state_missing left;
		enum likeness like = OTHER;
		struct err ignored;

		rc = state_missing(w->here.state, base[i], a, &left, e);
		buf_clear(&file);
		if (rc >= 0 &&
			session_file(w, b, base[i], &file, &ignored) == 0)
			like = compare(w, buf_c(&file), path,
				rc == 1 || here != STATE_WHOLE);
		if (like <= best)
			continue;
		best = like;
		*found = base[i];
		*old_here = left.here;
		buf_clear(old);
		buf_add(old, buf_str(&file));
	}
	buf_fini(&file);
	return rc < 0 ? -1 : 0;
}

int
session_adopt_orphan(struct worker *w, struct state_box *b, struct arena *a,
	const char *path, enum state_here here, struct state_message *m,
	bool *adopted, struct err *e)
{
	enum state_here old_here = STATE_WHOLE;
	const char *base;
	struct buf old;
	int rc;

	buf_init(&old, 4096);
	rc = find_orphan(w, b, a, path, here, &base, &old, &old_here, e);
	*adopted = rc == 0 && base;
	if (*adopted)
		rc = adopt(w, b, base, buf_c(&old), old_here, path, m,
			here == STATE_WHOLE, e);
	buf_fini(&old);
	return rc;
}
