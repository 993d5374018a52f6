/* SPDX-License-Identifier: GPL-3.0-or-later */
/* local - the mail that is here, and what is done to it: flags, moves, copies
 * of what was sent, deliveries between accounts. What the server must know is
 * written into the state first; the account's worker brings it there.
 *
 * One thread for all accounts, which never talks to a server: a change is done
 * here at once, whatever the network does. An account's worker changes the same
 * files and rows with what the server says; between reading a row and writing
 * it both hold the account's lock, and neither holds it while it waits for a
 * server. */
#ifndef APP_LOCAL_LOCAL_H
#define APP_LOCAL_LOCAL_H

#include "app/context.h"
#include "store/state.h"

struct local { /* one thread's view of an account */
	struct context *c;
	int account; /* index */
	const struct config_account *config;
	struct state *state; /* NULL: a Maildir without a server */
};

/* Open what account ACCOUNT has on the disk, making what is missing. */
int local_open(struct local *l, struct context *c, int account,
	struct err *e) ERR_CHECK;
void local_close(struct local *l);
/* Its account synchronises with a server, both ways. */
bool local_has_server(const struct config_account *a);
/* Its letters come by POP3: what is done to them stays here. */
bool local_is_pop(const struct config_account *a);

/* The account's lock. */
void local_lock(struct local *l);
void local_unlock(struct local *l);
/* Take the lock and begin a transaction of the state. Whatever it returns,
 * local_end gives both back: RC 0 commits, -1 (with *E set) undoes. Returns
 * RC, or -1 with *E where it cannot be committed. */
int local_begin(struct local *l, struct err *e) ERR_CHECK;
int local_end(struct local *l, int rc, struct err *e) ERR_CHECK;

/* "ACCOUNT/FOLDER" in A. */
const char *local_folder(
	const struct local *l, struct arena *a, const char *folder);
/* The folder with this role as it is called on disk, or FALLBACK. ROLE is of
 * enum box_role. */
const char *local_role(
	struct local *l, struct arena *a, int role, const char *fallback);

/* Append the path that the file BASE of FOLDER has now; that of OP, which may
 * not have been renamed yet. */
int local_file(struct local *l, const char *folder, const char *base,
	struct buf *out, struct err *e) ERR_CHECK;
int local_op_file(struct local *l, const struct state_op *op, struct buf *out,
	struct err *e) ERR_CHECK;

/* Tell the keeper that PATHs were delivered, that OLD is PATH now (and its
 * message has the tags ADD and no longer REMOVE), that PATH is gone. All but
 * the first under the account's lock: two threads change names, and the keeper
 * has to hear of it in the order in which it came about. */
void local_arrived(struct local *l, const char *const *path, size_t n);
void local_renamed(struct local *l, const char *old, const char *path,
	const char *id, const char *add, const char *remove);
void local_removed(struct local *l, const char *path);
/* The rest of the letter PATH has come; under the lock as well. */
void local_completed(struct local *l, const char *path);
/* How many changes the server does not know; 0 where there is none, or where
 * that cannot be found out now. */
unsigned local_waiting(struct local *l);
/* Tell the screen as many. */
void local_tell_waiting(struct local *l);
/* Tell the worker that there is something to bring to the server, and the
 * screen how much. */
void local_push(struct local *l);
/* The request M has ended with RC, below 0 with *E; what it did until then is
 * brought to the server. */
void local_end_request(
	struct local *l, struct msg *m, int rc, const struct err *e);
/* Deliver BYTES into FOLDER with FLAGS, as BASE (NULL: a new name); its path in
 * A. */
int local_deliver(struct local *l, struct arena *a, const char *folder,
	const char *base, struct str bytes, unsigned flags,
	const char **path_out, struct err *e) ERR_CHECK;
/* Move all letters of the folder FROM to TO, as MOVE does. */
int local_move_all(struct local *l, struct arena *a, const char *from,
	const char *to, struct err *e) ERR_CHECK;
/* The folder FROM with those below it is called TO now: on the disk, and the
 * index is told. ERR_BOX where TO is taken. */
int local_rename_folder(struct local *l, struct arena *a, const char *from,
	const char *to, struct err *e) ERR_CHECK;
/* What counts as agreed on when the flags here go from WAS to NOW: of those
 * that change, what they were. Where that waited to be told, a pass that died
 * may have told it, and taking it back must not be taken for no change. */
unsigned local_agreed(unsigned agreed, unsigned was, unsigned now);
/* At the start: renames of moves that a death has kept from being done. */
void local_finish_moves(struct local *l);

/* Letters that lie in the trash for longer than `trash-days` are deleted. */
void local_age_trash(struct local *l);
/* The file PATH is deleted for ever, as the user has said beforehand; the
 * server is told by the next pass. ERR_MESSAGE: it is gone. */
int local_erase_file(struct local *l, struct arena *a, const char *path,
	struct err *e) ERR_CHECK;

/* The requests FLAG, MOVE, ERASE, EMPTY, FILE_SENT and DELIVER. */
void local_flag(struct local *l, struct msg *m);
void local_move(struct local *l, struct msg *m);
void local_erase(struct local *l, struct msg *m);
void local_empty(struct local *l, struct msg *m);
void local_file_sent(struct local *l, struct msg *m);
void local_take_delivery(struct local *l, struct msg *m);

/* The thread's main; ARG is the struct context. Ends when its inbox is closed.
 */
void *local_run(void *arg);

/* --- what no row knows (local_bind.c, local_adopt.c); under the lock
 * ------------------------------------------------------------------------- */

/* What is on the disk of mailbox B and not in the state, or otherwise than
 * there; *IS_CHANGED where the server is to be told. LOOKS_ONLY: no file is
 * touched. Within a transaction. */
int local_bind(struct local *l, const struct state_box *b, struct arena *a,
	bool looks_only, bool *is_changed, struct err *e) ERR_CHECK;
/* Before the user's change of the file PATH: where it came from the server, and
 * a death kept its row from being written, that is made good. It may turn out
 * to be a letter that was here already: then PATH is that letter's file. */
int local_know(struct local *l, struct arena *a, struct buf *path,
	struct err *e) ERR_CHECK;
/* The file PATH has come as M of box B: its row. Was it here already, without a
 * UID, in B or moved from there? Then there is one file afterwards, *ADOPTED,
 * under the name that it had. HERE says how much of PATH came. A letter of
 * other bytes is the same where what is read of it is: its Message-ID, Date,
 * From and Subject. Within a transaction. */
int local_take(struct local *l, const struct state_box *b, struct arena *a,
	const char *path, enum state_here here, struct state_message *m,
	bool *adopted, struct err *e) ERR_CHECK;
/* Is there any such in box B? */
int local_has_lost(struct local *l, const struct state_box *b, bool *out,
	struct err *e) ERR_CHECK;

#endif
