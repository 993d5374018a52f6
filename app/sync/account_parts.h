/* SPDX-License-Identifier: GPL-3.0-or-later */
/* account_parts - a worker's own state, shared by account.c, session*.c and
 * sender.c alone. */
#ifndef APP_SYNC_ACCOUNT_PARTS_H
#define APP_SYNC_ACCOUNT_PARTS_H

#include "app/sync/account.h"
#include "app/local/local.h"
#include "app/sync/pace.h"
#include "base/secret.h"
#include "net/stream.h"

struct session; /* session.c: the IMAP session and its pass */
struct pop;     /* pop.c: the POP3 session and its pass */
struct large;   /* session_large.c: a letter that comes in pieces */
struct want;    /* session_want.c: one that somebody wants to read */

/* A letter that the server does not give: left out for a while, so that it
 * keeps no other from coming. */
struct worker_bad {
	int64_t box, until_ms;
	uint32_t uid;
	unsigned times;
};

enum { WORKER_BAD = 32 };

struct worker {
	struct worker_bad bad[WORKER_BAD];
	unsigned careful;  /* so many letters are to be fetched one by one */
	bool comes_again;  /* a fetch failed that is worth another try */
	struct local here; /* its own view; .state is NULL for a Maildir */
	struct session *session;
	struct pop *pop;
	struct large *large;  /* under way; outlive a session */
	struct want *want;    /* the newest first */
	bool pop_has_cleaned; /* what a death left in tmp is gone */
	pthread_mutex_t password_lock;
	struct secret *password; /* NULL: ask the command, or the user */
	int64_t retry_ms;        /* when to connect again; 0: not by itself */
	unsigned failures;
	int64_t down_since;      /* wall clock; 0: online, or not yet tried */
	enum account_state told; /* the screen, last */
	char why[1000];          /* and the sentence with it */
	struct pace pace;        /* of what is being fetched */
	bool wants_online; /* a session is wanted: not after a bad password */
	atomic_uint
		quota_percent; /* of the space at the server, as last said */
	int64_t aged_ms;       /* session_age_trash was here; 0: not yet */
	bool no_compression;   /* the server's was broken */
	bool wants_push;       /* local changes wait for the server */
	bool is_confirmed;     /* the next pass does the deletions held back */
	atomic_bool cancelled;
	bool is_broken; /* its store cannot be opened, for this reason: */
	struct err broken;
};

/* From here on an account's user is told how full it is. */
enum { QUOTA_TOLD = 90 };

/* Tell the screen; TEXT (may be NULL) says what is wrong. The worker's thread.
 */
void worker_status(struct worker *w, enum account_state s, const char *text);
/* The same again where something is wrong: more changes wait now. The worker's
 * thread. */
void worker_status_again(struct worker *w);
/* The password was refused for sending. Any thread. */
void worker_refused(struct worker *w, const char *text);
/* DONE of TOTAL letters of FOLDER have come. The worker's thread. */
void worker_progress(
	struct worker *w, const char *folder, size_t done, size_t total);
/* Something has happened that is no failure: into the log and onto the screen.
 * The worker's thread. */
void worker_tell(struct worker *w, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
/* A copy of the account's password: kept, by its command or from the file. Free
 * it with secret_free. NULL: ERR_AUTH where it must be asked for. Any thread;
 * waits for the command. */
struct secret *worker_password(struct worker *w, struct err *e);
/* PASSWORD, which is the worker's from now on, is the password; NULL: there is
 * none, the last one was wrong. Any thread. */
void worker_set_password(struct worker *w, struct secret *password);

/* The pin for the account's server, in A, or NULL. */
const char *session_pin(struct worker *w, struct arena *a);
/* Tell the screen of a certificate that was not accepted, as *E says. */
void session_show_certificate(
	struct worker *w, const struct stream_facts *f, const struct err *e);

/* session.c: the IMAP side. */
/* Is there a pass under way that has steps left? */
bool session_has_work(const struct worker *w);
/* Connect and sign in; list the mailboxes; begin a pass. -1: *E says why. */
int session_open(struct worker *w, struct err *e) ERR_CHECK;
void session_close(struct worker *w);
bool session_is_open(const struct worker *w);
/* Begin a pass over all mailboxes, or over the INBOX, of which the server has
 * news. */
void session_begin_pass(struct worker *w, bool inbox_alone);
/* One step of the pass: a mailbox's plan, or one range of messages. */
int session_step(struct worker *w, struct err *e) ERR_CHECK;
/* Bring local changes to the server. */
int session_push(struct worker *w, struct err *e) ERR_CHECK;
/* session_want.c: the requests WANT, a letter that is to be whole, and
 * WANT_PART, one part that is to be saved. Each ends when that is here, or with
 * the reason why it does not come. */
void session_want(struct worker *w, const struct msg *m);
/* At the start: have the index read what was completed before a death. */
void session_tell_completed(struct worker *w);
bool session_has_wants(const struct worker *w);
/* One piece of the letter or part that was asked for last. */
int session_step_want(struct worker *w, struct err *e) ERR_CHECK;
/* The session was lost for *E: those who cannot hope for the next are told;
 * FOR_GOOD: all. */
void session_lost_wants(struct worker *w, const struct err *e, bool for_good);
/* Forget them; nobody is told. */
void session_free_wants(struct worker *w);
/* session_large.c: forget what is under way. */
void session_free_large(struct worker *w);
/* folder.c: the request FOLDER; ends M. */
void folder_act(struct worker *w, struct msg *m);
/* What was asked of folders without a line, now that there is one. */
int folder_push(struct worker *w, struct err *e) ERR_CHECK;

/* Sleep until the inbox of the worker or the server has something, TIMEOUT_MS
 * at most; in IDLE where the server has it. Then a pass is begun where the
 * server has news or has not been looked over for long. */
int session_wait(struct worker *w, int timeout_ms, struct err *e) ERR_CHECK;

#endif
