/* SPDX-License-Identifier: GPL-3.0-or-later */
/* paths - where everything lies: the XDG base directories.
 *
 * Made once at the start, then read by any thread. */
#ifndef APP_PATHS_H
#define APP_PATHS_H

#include "base/arena.h"
#include "base/err.h"

struct config;
struct config_account;
struct index_theirs;

struct paths {
	const char *config; /* the configuration file */
	const char *data;   /* …/signet: what must not be lost */
	const char *mail;   /* data/mail: root of Maildirs and index */
	/* the user's database where it is the index; mail is its root then */
	const struct index_theirs *theirs;
	const char *drafts; /* data/drafts */
	const char *state;  /* …/signet: log, sync state */
	const char *cache;
	const char *runtime; /* lock, temporary files; mode 0700 */
	const char *log;     /* state/log */
	const char *lock;    /* state/lock: one signet a profile */
};

/* Find the paths; CONFIG (may be NULL) overrides the configuration file.
 * Everything lives in A. ERR_INPUT where HOME is needed and not set. */
int paths_find(struct arena *a, const char *config, struct paths *out,
	struct err *e) ERR_CHECK;

/* What C, the configuration, says of where mail and index lie; in A. ERR_INPUT
 * where the user's database is not there or an account does not lie in its mail
 * root. */
int paths_follow(struct arena *a, const struct config *c, struct paths *p,
	struct err *e) ERR_CHECK;

/* The same of one account ACC alone, of P as it is used. */
int paths_check(struct arena *a, const struct paths *p, const struct config *c,
	const struct config_account *acc, struct err *e) ERR_CHECK;

/* Make the directories that are missing (mode 0700). */
int paths_make(const struct paths *p, struct err *e) ERR_CHECK;

#endif
