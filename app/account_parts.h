/* SPDX-License-Identifier: GPL-3.0-or-later */
/* account_parts - a worker's own state, shared by account*.c alone. */
#ifndef APP_ACCOUNT_PARTS_H
#define APP_ACCOUNT_PARTS_H

#include "app/account.h"
#include "base/secret.h"
#include "store/state.h"

struct session; /* session.c: the IMAP session and its pass */

struct worker {
	struct context *c;
	int i; /* index of the account */
	const struct config_account *config;
	struct state *state; /* NULL for a Maildir without a server */
	struct session *session;
	struct secret *password; /* NULL: ask the command, or the user */
	enum account_state shown;
	int64_t retry_ms; /* when to connect again; 0: not by itself */
	unsigned failures;
	bool wants_online; /* a session is wanted: not after a bad password */
	bool wants_push;   /* local changes wait for the server */
	atomic_bool cancelled, is_sending;
	bool is_broken; /* its store cannot be opened, for this reason: */
	struct err broken;
};

/* Tell the screen; TEXT (may be NULL) says what is wrong. */
void worker_status(struct worker *w, enum account_state s, const char *text);
/* "ACCOUNT/FOLDER" in A. */
const char *worker_folder(
	struct worker *w, struct arena *a, const char *folder);
/* The folder with this role as it is called on disk, or FALLBACK. ROLE is of
 * enum box_role. */
const char *worker_role(
	struct worker *w, struct arena *a, int role, const char *fallback);
/* The account's password: kept, by its command or from the file. ERR_AUTH where
 * it must be asked for. */
int worker_password(struct worker *w, struct err *e) ERR_CHECK;

/* account_mail.c: changes of messages that are here. */
void worker_flag(struct worker *w, struct msg *m);
void worker_move(struct worker *w, struct msg *m);
/* Tell the keeper that PATHs were delivered. */
void worker_arrived(struct worker *w, const char *const *path, size_t n);
/* Tell the keeper that OLD is PATH now. */
void worker_renamed(struct worker *w, const char *old, const char *path,
	const char *id, const char *add, const char *remove);
void worker_removed(struct worker *w, const char *path);
/* Deliver BYTES into FOLDER with FLAGS, as BASE (NULL: a new name); its path in
 * A. */
int worker_deliver(struct worker *w, struct arena *a, const char *folder,
	const char *base, struct str bytes, unsigned flags,
	const char **path_out, struct err *e) ERR_CHECK;
/* At the start: renames of moves that a death has kept from being done. */
void worker_finish_moves(struct worker *w);

/* account_send.c */
void worker_send(struct worker *w, struct msg *m);
/* Nothing of the letter of M (a SEND) has gone out: it is tried later. */
void worker_keep_letter(struct worker *w, const struct msg *m, const char *why);
void worker_file_sent(struct worker *w, struct msg *m);
void worker_take_delivery(struct worker *w, struct msg *m);

/* session.c: the IMAP side. */
bool session_is_wanted(const struct worker *w);
/* Is there a pass under way that has steps left? */
bool session_has_work(const struct worker *w);
/* Connect and sign in; list the mailboxes; begin a pass. -1: *E says why. */
int session_open(struct worker *w, struct err *e) ERR_CHECK;
void session_close(struct worker *w);
bool session_is_open(const struct worker *w);
/* Begin a pass over all mailboxes. */
void session_begin_pass(struct worker *w);
/* One step of the pass: at most 50 messages. */
int session_step(struct worker *w, struct err *e) ERR_CHECK;
/* Bring local changes to the server. */
int session_push(struct worker *w, struct err *e) ERR_CHECK;
/* Sleep until the inbox of the worker or the server has something, TIMEOUT_MS
 * at most; in IDLE where the server has it. 1: the server has news. */
int session_wait(struct worker *w, int timeout_ms, struct err *e) ERR_CHECK;

#endif
