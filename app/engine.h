/* SPDX-License-Identifier: GPL-3.0-or-later */
/* engine - starts the threads, routes messages; the only door the UI knows.
 *
 *   ui ---request---> engine --> search, open, verify, keeper, accounts
 *   ui <---event----- one queue <-- all of them
 *
 * engine_send never blocks. All functions are for the one thread that made the
 * engine, but engine_is_idle, which any may call. */
#ifndef APP_ENGINE_H
#define APP_ENGINE_H

#include "app/msg.h"

struct config;
struct engine;

struct engine_account { /* what a screen needs to know of an account */
	const char *name, *address, *person;
	const char *const *identity; /* further From addresses */
	size_t identities;
	bool is_local, is_insecure;
	bool has_believed; /* whom to believe was asked and answered */
};

enum engine_flag {
	ENGINE_OFFLINE = 1 << 0,  /* start no session by itself */
	ENGINE_ONE_PASS = 1 << 1, /* for commands: no IDLE, no retry */
	ENGINE_NO_VERIFY = 1 << 2,
	ENGINE_LOOK = 1 << 3, /* a worker changes nothing: sync/preview.h */
	ENGINE_SHOW = 1 << 4  /* beside the signet that has the profile: lists
				 and letters, and nothing that changes any */
};

/* Start the threads for CONFIG, which must outlive the engine. NULL with *E
 * where the profile cannot be opened: ERR_LATER: another signet holds it. */
struct engine *engine_start(
	struct config *config, unsigned flags, struct err *e);

/* Cancel all, wait at most 2 s for the threads, free *E. What could not be
 * joined in time is left to the end of the process: the transactions on disk
 * make that harmless. Returns how many threads were left. */
int engine_stop(struct engine **e);

/* Give M away to whom its kind says; its id is set and returned. */
uint64_t engine_send(struct engine *e, struct msg *m);

/* The next event, now the caller's, or NULL. Never blocks. */
struct msg *engine_event(struct engine *e);
/* As engine_event, waiting up to TIMEOUT_MS: for commands without a screen. */
struct msg *engine_wait(struct engine *e, int timeout_ms);
/* Readable while an event waits. */
int engine_fd(const struct engine *e);

/* Was it started with ENGINE_SHOW? Then requests that would change something
 * end in FAILED. */
bool engine_only_shows(const struct engine *e);

/* Nothing is under way: no request, no step, no verification, no event. A
 * session that sleeps in IDLE is idle. */
bool engine_is_idle(const struct engine *e);

/* Stop the request under way of ACCOUNT (-1: all); it ends in FAILED with
 * ERR_CANCEL. */
void engine_cancel(struct engine *e, int account);

/* The accounts; valid until an account is added (event DONE of ACCOUNT_ADD). */
const struct engine_account *engine_accounts(
	const struct engine *e, size_t *count_out);

/* Where drafts and saved files go. */
const char *engine_drafts_dir(const struct engine *e);
const char *engine_editor(const struct engine *e);
/* How many letters wait to be sent by themselves, or are being sent. */
int engine_outgoing(const struct engine *e);
/* Seconds that a message waits in the outbox so that sending can be undone. */
int engine_undo_seconds(const struct engine *e);

#endif
