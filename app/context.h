/* SPDX-License-Identifier: GPL-3.0-or-later */
/* context - what the threads of the engine share: queues, paths, the counter
 * of work under way. For app/ alone; the screen sees engine.h. */
#ifndef APP_CONTEXT_H
#define APP_CONTEXT_H

#include <pthread.h>
#include <stdatomic.h>

#include "app/config.h"
#include "app/engine.h"
#include "app/msg.h"
#include "app/paths.h"

enum { VERIFY_THREADS = 16, ACCOUNTS_MAX = 64 };

struct dns;
struct fresh;
struct hook;
struct worker;

struct keyword { /* of an account's server, and its tag; name NULL: none */
	const char *name, *tag;
	bool is_new; /* met for the first time: look for letters with the tag */
};

enum { KEYWORDS = 26 };

struct context {
	struct config *config; /* changes only by context_new_config */
	struct paths paths;
	unsigned flags; /* enum engine_flag */
	struct queue *ui, *search, *open, *verify, *keeper, *local;
	struct worker *worker[ACCOUNTS_MAX]; /* one for each account */
	struct queue *account[ACCOUNTS_MAX]; /* their inboxes */
	int cancel[ACCOUNTS_MAX];            /* their cancel eventfds */
	struct queue *sender[ACCOUNTS_MAX];  /* inboxes of their senders */
	int cancel_sender[ACCOUNTS_MAX];
	struct keyword keyword[ACCOUNTS_MAX][KEYWORDS]; /* as at the start */
	atomic_int sending; /* letters on their way at this moment */
	pthread_mutex_t local_lock[ACCOUNTS_MAX]; /* see local.h */
	atomic_int workers;
	atomic_long busy; /* messages posted and not yet done with */
	atomic_bool stopping;
	int quit_fd; /* can be read when stopping: for who has no inbox */
	atomic_int outgoing; /* letters that wait to be sent, or are being */
	/* changes when there are more correspondents: keeper/alike.c */
	atomic_uint correspondents;
	struct dns *dns;
	struct fresh
		*fresh;    /* letters that are not indexed yet: local/fresh.h */
	struct hook *hook; /* notmuch's, or NULL: local/hook.h */
};

/* Have the message ID, whose file is PATH, verified once more. Any thread. */
void context_verify_again(struct context *c, const char *path, const char *id);

/* Hand M to whom its kind (and account) says, in its lane. M is gone; where
 * the receiver has stopped it is freed, and the answer is false. Any thread. */
bool context_post(struct context *c, struct msg *m);
/* M has been worked on: free it and count it off. Every message taken from a
 * queue ends here or in context_pass. */
void context_done(struct context *c, struct msg **m);

/* The end of request M: DONE with TEXT (may be NULL), or FAILED with *E. */
void context_end(struct context *c, const struct msg *m, const char *text);
void context_fail(struct context *c, const struct msg *m, const struct err *e);
/* How far M has come; the newest replaces the one unread. */
void context_progress(struct context *c, const struct msg *m, unsigned done,
	unsigned total, const char *fmt, ...)
	__attribute__((format(printf, 5, 6)));
/* Post the event M so that it replaces the one of its kind, request and account
 * that is still unread. M is the queue's. */
void context_post_newest(struct context *c, struct msg *m);
/* An event for the screen that answers M (which may be NULL). */
struct msg *context_answer(const struct msg *m, enum msg_kind kind);
/* The index has changed: one event, however often. */
void context_changed(struct context *c);

/* The configuration is AGAIN from now on: the old one with accounts behind its
 * own. The old one stays, since other threads may be reading it. */
void context_new_config(struct context *c, struct config *again);
/* Read the file of the configuration again, after an edit that added no
 * account. ERR_INPUT where it is not as it was otherwise; nothing changes
 * then. */
int context_load_config(struct context *c, struct err *e) ERR_CHECK;

/* Start a thread with a stack of STACK bytes (0: the default). */
int context_thread(pthread_t *t, void *(*run)(void *), void *arg, size_t stack,
	struct err *e) ERR_CHECK;

#endif
