/* SPDX-License-Identifier: GPL-3.0-or-later */
/* state - what an account's worker knows of its server, in SQLite: mailboxes
 * with UIDVALIDITY, messages with UID and flags as both sides last agreed, and
 * local changes the server does not know yet.
 *
 * One database an account, a connection for each thread. A message whose UID
 * is not known (moved here, or UIDVALIDITY changed) is an orphan: it is bound
 * to a UID again by its Message-ID and size, never fetched a second time to
 * stand beside itself. */
#ifndef STORE_STATE_H
#define STORE_STATE_H

#include "base/arena.h"
#include "base/err.h"

struct state;

/* Open (or make) the database PATH. NULL with ERR_SYSTEM or ERR_LATER. */
struct state *state_open(const char *path, struct err *e);
/* Close and set *S to NULL; *S may be NULL. */
void state_close(struct state **s);

/* Several changes as one. */
int state_begin(struct state *s, struct err *e) ERR_CHECK;
int state_commit(struct state *s, struct err *e) ERR_CHECK;
void state_rollback(struct state *s);

/* --- mailboxes --------------------------------------------------------------
 */

struct state_box {
	int64_t id;
	const char *raw;    /* as the server calls it */
	const char *folder; /* its directory below the account's */
	int role;           /* the caller's number */
	uint32_t uidvalidity, uidnext;
	uint64_t modseq; /* all up to it is here; 0: not known */
	bool is_gone;    /* no longer listed by the server */
	/* deletions that were held back and told of: from here, from there */
	unsigned held_here, held_there;
	/* messages below KEEP_UID that are not here stay on the server, OLDER
	 * of them; KEEP_MONTHS is what that was reckoned from, 0: all come */
	unsigned keep_months, older;
	uint32_t keep_uid;
};

/* All mailboxes, in A, INBOX first. */
int state_boxes(struct state *s, struct arena *a, struct state_box **out,
	size_t *count_out, struct err *e) ERR_CHECK;
/* Insert or update the mailbox B->raw; B->id is set. */
int state_put_box(
	struct state *s, struct state_box *b, struct err *e) ERR_CHECK;

/* The mailbox ID is called RAW and FOLDER now. ERR_BOX where another with
 * messages is. Changes that wait follow: PREFIX ("ACCOUNT/") begins their
 * paths. */
int state_rename_box(struct state *s, int64_t id, const char *raw,
	const char *folder, const char *prefix, struct err *e) ERR_CHECK;
/* The mailbox ID and all that is known of its messages is gone. */
int state_drop_box(struct state *s, int64_t id, struct err *e) ERR_CHECK;

/* --- messages ---------------------------------------------------------------
 */

struct state_message {
	uint32_t uid;
	const char *base;       /* the file's name without flags */
	unsigned agreed, flags; /* of store/maildir.h */
	bool is_deleted;        /* here, for ever; the server not told yet */
	bool is_confirmed;      /* and the user was asked */
};

/* The messages of mailbox BOX by rising UID, in A; without orphans. */
int state_messages(struct state *s, int64_t box, struct arena *a,
	struct state_message **out, size_t *count_out, struct err *e) ERR_CHECK;
/* How many those are that were not deleted here. */
int state_count(
	struct state *s, int64_t box, size_t *out, struct err *e) ERR_CHECK;
/* Nothing is known any more of what the server of BOX said last: the next pass
 * lists all its messages. */
int state_distrust(struct state *s, int64_t box, struct err *e) ERR_CHECK;
/* Insert or replace. */
int state_put_message(struct state *s, int64_t box,
	const struct state_message *m, struct err *e) ERR_CHECK;
int state_drop_message(
	struct state *s, int64_t box, uint32_t uid, struct err *e) ERR_CHECK;
/* The server calls this message OBJECT, wherever it lies. */
int state_put_object(struct state *s, int64_t box, uint32_t uid,
	const char *object, struct err *e) ERR_CHECK;
/* Where a message lies that the server calls so, in A: 1 found, 0 not, -1
 * error. */
int state_find_object(struct state *s, const char *object, struct arena *a,
	const char **folder, const char **base, struct err *e) ERR_CHECK;
/* Both sides have agreed on FLAGS; what was changed here since stays. */
int state_agree(struct state *s, int64_t box, uint32_t uid, unsigned flags,
	struct err *e) ERR_CHECK;
/* The message whose file is BASE: 1 found, 0 not, -1 error. *UID_OUT is 0 for
 * an orphan. */
int state_find(struct state *s, const char *base, struct arena *a,
	int64_t *box_out, struct state_message *out, struct err *e) ERR_CHECK;

/* All messages of BOX become orphans, and moves from there lose their UID: its
 * UIDVALIDITY has changed. */
int state_orphan_box(struct state *s, int64_t box, struct err *e) ERR_CHECK;
/* The file BASE in BOX is an orphan with this Message-ID and size (both may be
 * unknown: "" and 0). */
int state_put_orphan(struct state *s, int64_t box, const char *base,
	unsigned flags, struct err *e) ERR_CHECK;
/* The bases of BOX's orphans, in A. */
int state_orphans(struct state *s, int64_t box, struct arena *a,
	const char ***out, size_t *count_out, struct err *e) ERR_CHECK;
int state_drop_orphan(struct state *s, int64_t box, const char *base,
	struct err *e) ERR_CHECK;

/* --- letters that are not wholly here
 * ------------------------------------------ */

enum state_here {
	STATE_WHOLE,
	STATE_HEADERS,
	STATE_PARTS,
	STATE_COMPLETE /* whole since its rest came; the index may not know */
};

/* By the name of the file, which a letter keeps when its UID changes. This is
 * the one place that says so: nothing that stands in a letter is believed. */
struct state_missing {
	const char *base;
	enum state_here here; /* HEADERS: its text is not here; PARTS: some
				 parts are not */
	uint64_t size;        /* of the whole, as the server says; 0: unknown */
	const char *parts;    /* of PARTS: "2:8388608 3.1:900", the octets of
				 each as they stand, encoded */
};

/* What is missing of the file BASE, in A: 1 something, 0 it is whole, -1
 * error. */
int state_missing(struct state *s, const char *base, struct arena *a,
	struct state_missing *out, struct err *e) ERR_CHECK;
/* Insert or replace; before the file is there. */
int state_put_missing(struct state *s, const struct state_missing *m,
	struct err *e) ERR_CHECK;
/* What is missing of FROM is missing of TO as well, if anything is. */
int state_copy_missing(struct state *s, const char *from, const char *to,
	struct err *e) ERR_CHECK;
/* The rest of BASE has come: nothing is missing, but its row stays until
 * state_drop_complete, when the index has read it again. */
int state_complete(struct state *s, const char *base, struct err *e) ERR_CHECK;
int state_drop_complete(
	struct state *s, const char *base, struct err *e) ERR_CHECK;
/* Forget what is known of files that no row knows any more. */
int state_clean_missing(struct state *s, struct err *e) ERR_CHECK;
/* Is anything missing of any letter? 1 yes, 0 no, -1 error. */
int state_has_missing(struct state *s, struct err *e) ERR_CHECK;
/* The next BASE behind AFTER ("": the first) of which HERE is so, in A: 1
 * found, 0 not, -1 error. */
int state_next_missing(struct state *s, const char *after, int here,
	struct arena *a, const char **base_out, struct err *e) ERR_CHECK;

/* --- changes that wait
 * --------------------------------------------------------- */

struct state_op { /* a move, or an append */
	int64_t id;
	const char *kind; /* "move", "append", or "keep": an append of what is
			     gone there, unless it has only been moved */
	int64_t box;      /* where it was; move */
	uint32_t uid;
	const char *folder; /* where it goes */
	const char *base;   /* its file there */
	const char *old;    /* the path of the file before, or "": the rename
			       may still have to be done */
	unsigned agreed;    /* flags that both sides agreed on; move */
};

/* Keep OP, which has no id yet, behind those that wait. */
int state_add_op(
	struct state *s, const struct state_op *op, struct err *e) ERR_CHECK;
/* What waits, in the order it was asked for, in A. */
int state_ops(struct state *s, struct arena *a, struct state_op **out,
	size_t *count_out, struct err *e) ERR_CHECK;
/* The op whose file is BASE, or with this ID: 1 found, 0 not, -1 error. */
int state_op_of(struct state *s, const char *base, struct arena *a,
	struct state_op *out, struct err *e) ERR_CHECK;
int state_op(struct state *s, int64_t id, struct arena *a, struct state_op *out,
	struct err *e) ERR_CHECK;
/* Replace all of the op with OP->id. */
int state_set_op(
	struct state *s, const struct state_op *op, struct err *e) ERR_CHECK;
/* The server knows it. */
int state_drop_op(struct state *s, int64_t id, struct err *e) ERR_CHECK;
/* --- folders, made, renamed, deleted without a line (state_folder.c) */

struct state_folder_act {
	int64_t id;
	int act;          /* the caller's number */
	const char *name; /* of the folder */
	const char *to;   /* its new name, or "" */
};
/* Keep F, which has no id yet, behind those that wait. */
int state_add_folder_act(struct state *s, const struct state_folder_act *f,
	struct err *e) ERR_CHECK;
/* The one that waits longest, in A: 1 found, 0 not, -1 error. */
int state_next_folder_act(struct state *s, struct arena *a,
	struct state_folder_act *out, struct err *e) ERR_CHECK;
/* F is done with; IS_RENAMED: those behind it mean the folder by its new name.
 */
int state_end_folder_act(struct state *s, const struct state_folder_act *f,
	bool is_renamed, struct err *e) ERR_CHECK;

/* Changes that the server does not know: flags, deletions, moves, appends,
 * folders. */
int state_waiting(struct state *s, unsigned *out, struct err *e) ERR_CHECK;

/* --- keywords
 * ------------------------------------------------------------------------- */

/* The number of the keyword NAME, which stands for it in names of files, from
 * 0; given to it now where it has none (*IS_NEW_OUT): then nothing is known any
 * more of what the server said last. -1 in *OUT: there are COUNT already. */
int state_keyword(struct state *s, const char *name, int count, int *out,
	bool *is_new_out, struct err *e) ERR_CHECK;

/* --- letters of a POP3 box
 * ----------------------------------------------------- */

enum { STATE_UIDL_KEY = 21 }; /* 20 hexadecimal digits of a hash */

struct state_uidl {
	char key[STATE_UIDL_KEY];     /* of what the server calls it */
	char mark[STATE_UIDL_KEY];    /* in the name of its file */
	char content[STATE_UIDL_KEY]; /* of its header and size */
	int64_t fetched;              /* when it came here */
	int64_t gone;    /* since when the server does not list it, 0: it does
			  */
	bool is_deleted; /* here; the server may not know */
};

/* All letters that ever came and are remembered, by rising key, in A. */
int state_uidls(struct state *s, struct arena *a, struct state_uidl **out,
	size_t *count_out, struct err *e) ERR_CHECK;
/* Insert or replace. */
int state_put_uidl(
	struct state *s, const struct state_uidl *u, struct err *e) ERR_CHECK;
int state_drop_uidl(struct state *s, const char *key, struct err *e) ERR_CHECK;
int state_uidl_gone(struct state *s, const char *key, int64_t gone,
	struct err *e) ERR_CHECK;
/* The letter whose file has MARK was deleted here, or no longer is. */
int state_uidl_deleted(struct state *s, const char *mark, bool is_deleted,
	struct err *e) ERR_CHECK;

#endif
