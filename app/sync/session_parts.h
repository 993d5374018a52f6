/* SPDX-License-Identifier: GPL-3.0-or-later */
/* session_parts - the session's own state, shared by session*.c alone. */
#ifndef APP_SYNC_SESSION_PARTS_H
#define APP_SYNC_SESSION_PARTS_H

#include "app/sync/account_parts.h"
#include "app/sync/plan.h"
#include "net/imap.h"
#include "store/maildir.h"

struct session {
	struct imap *imap;
	const char *keyword[KEYWORDS]; /* by their bits */
	unsigned kept;   /* flags that the selected mailbox keeps */
	struct arena *a; /* of the pass */
	struct state_box *box;
	struct imap_info *status; /* of each, as listed; uidvalidity 0: none */
	size_t boxes, at;         /* the pass stands at box[at] */
	bool in_pass, is_first, is_inbox_alone;
	bool is_listed; /* .box is what the server has listed for this pass */
	bool has_deferred, may_drop; /* see is_deferred in session.c */
	bool is_stale;               /* the pass left something to the next */
	int64_t began_ms;
	size_t came; /* letters in this pass */
	/* the mailbox under way */
	bool is_open;    /* selected and planned */
	bool is_partial; /* not all of it will be here: the next pass must not
			    rely on what the server says has changed */
	struct imap_info info;
	struct arena *plan_arena;
	struct state_message *local;
	size_t locals;
	uint32_t *fetch; /* UIDs still to come */
	unsigned *fetch_flags;
	size_t fetches, fetched;
	size_t newest;    /* that came before they were listed */
	char delimiter;   /* between the levels of its names, 0: none */
	int64_t selected; /* id of the mailbox selected now, 0: none */
	int64_t next_others_ms;
	uint64_t bytes;            /* of letters, since it was opened */
	struct session_scan *scan; /* of each mailbox: see session_list.c */
	size_t scans;
};

/* Sign in with PASSWORD; the pin is looked up in A. NULL: *E, and the screen
 * has been told of a certificate. */
struct imap *session_connect(struct worker *w, const struct secret *password,
	struct arena *a, struct err *e);
/* Open mailbox B on the server; a changed UIDVALIDITY makes its messages
 * orphans. */
int session_select(struct worker *w, struct state_box *b,
	struct imap_info *info, struct err *e) ERR_CHECK;
/* It has been opened, and says INFO. */
int session_selected(struct worker *w, struct state_box *b,
	const struct imap_info *info, struct err *e) ERR_CHECK;
/* What is here of the mailbox under way with this UID, or NULL. */
const struct state_message *session_local(
	const struct session *s, uint32_t uid);
/* Open mailbox B and say what is to be done, in the plan's arena. */
int session_plan(struct worker *w, struct state_box *b, struct plan **out,
	struct err *e) ERR_CHECK;
/* .local as the plan wants it, in the plan's arena. */
struct plan_local *session_plan_local(struct session *s);
/* Append the path that the file BASE of mailbox B has now. */
int session_file(struct worker *w, const struct state_box *b, const char *base,
	struct buf *out, struct err *e) ERR_CHECK;
/* Append what the server calls a new FOLDER ("/" between levels). ERR_INPUT
 * where its own delimiter stands in the name. */
int session_raw_name(const struct worker *w, const char *folder,
	struct buf *out, struct err *e) ERR_CHECK;
/* Is FOLDER one of those the configuration names (all, where it names none)? */
bool session_is_configured(const struct worker *w, const char *folder);
/* The server's mailboxes into the state, and into the pass that begins. */
int session_learn_boxes(struct worker *w, struct err *e) ERR_CHECK;
/* The mailbox B and those below it, whose raw names begin with its own, are
 * called RAW and FOLDER now: here too. Within a transaction. */
int session_follow_rename(struct worker *w, struct arena *a,
	const struct state_box *b, const char *raw, const char *folder,
	struct err *e) ERR_CHECK;
/* Has anything been put into the folder of mailbox B since its files were
 * looked at last? True where it may be, and before the first look. */
bool session_may_have_strangers(struct worker *w, const struct state_box *b);
/* What is on the disk of mailbox B and not in the state, or otherwise than
 * there. */
int session_bind_leftovers(
	struct worker *w, struct state_box *b, struct err *e) ERR_CHECK;
/* Is mailbox B, whose status is S, as the last pass left it? */
int session_is_unchanged(struct worker *w, const struct state_box *b,
	const struct imap_info *s, bool *out, struct err *e) ERR_CHECK;
/* Open the mailbox under way: what the server has in it, by rising UID, and in
 * .local what is here. */
int session_compare(struct worker *w, struct state_box *b,
	struct plan_remote **out, size_t *count_out, struct err *e) ERR_CHECK;
/* Is message UID of mailbox B too old to come here? */
bool session_stays(const struct state_box *b, uint32_t uid);
/* The mailbox under way is done with. */
int session_keep_box(
	struct worker *w, struct state_box *b, struct err *e) ERR_CHECK;
/* What the server of B said last counts no more. */
int session_distrust(
	struct worker *w, const struct state_box *b, struct err *e) ERR_CHECK;

/* Is this message of BOX left out of this pass? */
bool session_is_bad(const struct worker *w, int64_t box, uint32_t uid);
/* UID did not come, for the reason WHY. Where it has brought the session down
 * twice (TIMES adds up), or the server said no (2), it is left out for an hour,
 * and said. */
void session_note_bad(struct worker *w, const struct state_box *b, uint32_t uid,
	unsigned times, const char *why);
/* BYTES are about to come: have them compressed where that is worth a round
 * trip. */
int session_expect(struct worker *w, uint64_t bytes, struct err *e) ERR_CHECK;
/* Hold back what plan P of mailbox B would delete where it is too much, and say
 * so; not what the user has been told of and has confirmed. */
int session_brake(struct worker *w, struct state_box *b, struct plan *p,
	struct err *e) ERR_CHECK;
/* Is step S one that P holds back? */
bool session_holds(const struct plan *p, const struct plan_step *s);
/* Once a day, at the end of a pass: delete what has been in Trash at the server
 * for longer than the account's `trash-days` (RFC 8514). */
int session_age_trash(struct worker *w, struct err *e) ERR_CHECK;
/* What plan P deletes at the server. */
int session_delete(struct worker *w, struct state_box *b, const struct plan *p,
	struct err *e) ERR_CHECK;

/* Where nothing is known of mailbox B, which is under way: open it and fetch
 * its newest letters before anything else of it is asked for. 1: that was done,
 * and IS_ALL says whether no others are there; 0: it was not; -1: *E. */
int session_newest(struct worker *w, struct state_box *b, bool *is_all,
	struct err *e) ERR_CHECK;
/* The first session of an account: its newest letters come before its mailboxes
 * are listed, for which some servers look through all of them. */
int session_first(struct worker *w, struct err *e) ERR_CHECK;
/* session_heads.c: the newest letters of mailbox B, MAX at most, are about to
 * come, their headers first: they go to *SINK (out), and are listed as such
 * that are coming. B lives until session_end_heads, which forgets those that
 * have not come. */
struct session_heads *session_begin_heads(struct worker *w,
	const struct state_box *b, size_t max, struct imap_sink *sink);
void session_end_heads(struct session_heads **h);
/* Fetch the next range of the mailbox under way. */
int session_fetch(struct worker *w, struct err *e) ERR_CHECK;
/* The letter UID of box B, whose bytes are in *BATCH, is whole: deliver it. */
int session_deliver(struct worker *w, struct state_box *b,
	struct maildir_batch **batch, uint32_t uid, unsigned flags,
	struct err *e) ERR_CHECK;
/* Have mailbox B selected; where that is another than the pass is at, the pass
 * opens its own again. */
int session_need_box(
	struct worker *w, struct state_box *b, struct err *e) ERR_CHECK;

/* --- a letter without its large parts (session_part.c) */

/* Which of the messages UID are longer than the account wants to have here,
 * in A; those of which the server says nothing are not. */
int session_find_long(struct worker *w, struct arena *a, const uint32_t *uid,
	size_t n, struct imap_size **out, size_t *count_out,
	struct err *e) ERR_CHECK;
/* Put the letter UID, which is such a one, into BATCH, which has no open
 * message, without its large parts: 1 it is there and open, and OUT says (in A)
 * what it lacks; 0 it has to come whole; -1 *E. */
int session_bring_parts(struct worker *w, struct maildir_batch *batch,
	uint32_t uid, struct arena *a, struct state_missing *out,
	unsigned *flags_out, struct err *e) ERR_CHECK;

/* --- a letter in pieces (session_large.c) */

enum { LARGE_JOIN = 64 };

struct large { /* more of it than IMAP_PIECE */
	struct large *next;
	int64_t box;
	uint32_t uid, uidvalidity;
	unsigned flags;
	uint64_t offset;             /* so much of it is in the file, */
	char tail[LARGE_JOIN];       /* which ends with these bytes: the next */
	size_t tails;                /* piece has to begin with them */
	bool comes_at_once;          /* it has changed between two pieces */
	struct maildir_batch *batch; /* its file in tmp; NULL: none yet */
};

/* BYTES are the next of a letter that ends with the N bytes TAIL. */
void session_note_tail(char tail[LARGE_JOIN], size_t *n, struct str bytes);
/* Fetch the next piece of L, whose box B is selected: 1 it is whole now, 0
 * there is more, -1 *E. ERR_MESSAGE: the server has it no more. */
int session_piece(struct worker *w, const struct state_box *b, struct large *l,
	struct err *e) ERR_CHECK;
/* What there is of L is thrown away. */
void session_drop_large(struct large **l);
/* The letter UID of B, of which OFFSET bytes are in BATCH (both may be
 * nothing) and TAIL the last of them, has more: it is gone on with when the
 * others of B are here. */
void session_add_large(struct worker *w, const struct state_box *b,
	uint32_t uid, unsigned flags, struct maildir_batch *batch,
	uint64_t offset, struct str tail);
/* Is this letter one of those? */
bool session_is_large(
	const struct worker *w, const struct state_box *b, uint32_t uid);
/* Are there any of mailbox B? */
bool session_has_large(const struct worker *w, const struct state_box *b);
/* One piece of one of them. */
int session_step_large(
	struct worker *w, struct state_box *b, struct err *e) ERR_CHECK;

/* --- one part of a letter, saved (session_save.c) */

struct save;

/* The part NUMBER is to be saved in DIRECTORY. */
struct save *session_new_save(const char *number, const char *directory);
/* Free *S, and remove what is not whole. */
void session_free_save(struct save **s);
/* Fetch the next piece of S, which is of OCTETS (as they stand) of the message
 * UID of the selected mailbox and whose letter's file is PATH: 1 it is saved,
 * as NAME_OUT says, 0 there is more, -1 *E. ERR_MESSAGE: it will not come, or
 * cannot be written. */
int session_save_piece(struct worker *w, uint32_t uid, const char *path,
	uint64_t octets, struct save *s, struct buf *name_out,
	struct err *e) ERR_CHECK;
/* How much of it has come, */
uint64_t session_save_came(const struct save *s);
/* and how much that will be. */
uint64_t session_save_size(const struct save *s, uint64_t octets);

struct session_change { /* of a message of the selected mailbox */
	uint32_t uid;
	unsigned add, remove;
	unsigned flags;  /* as it is then; the caller's own */
	bool is_refused; /* out */
	bool is_gone;    /* out: the mailbox has it no more */
};

/* Tell the server N changes of flags, many in a command and several commands
 * in a flight; they are put into another order. */
int session_store(struct worker *w, struct arena *a, struct session_change *c,
	size_t n, struct err *e) ERR_CHECK;
/* Tell the server of all flags that were changed here, mailbox by mailbox. */
int session_push_flags(
	struct worker *w, struct arena *a, struct err *e) ERR_CHECK;

#endif
