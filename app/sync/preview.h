/* SPDX-License-Identifier: GPL-3.0-or-later */
/* preview - what a pass over an account would do, and nothing done: the server
 * is asked by EXAMINE or UIDL, and what signet knows is read from a copy that
 * is thrown away, so that the steps that plan can be those of a pass.
 *
 * Without an engine, on the caller's thread, which waits for the server. The
 * caller holds the profile's lock. */
#ifndef APP_SYNC_PREVIEW_H
#define APP_SYNC_PREVIEW_H

#include <stdbool.h>
#include <stdint.h>

#include "app/context.h"
#include "base/err.h"

enum preview_kind {
	PREVIEW_FETCH,
	PREVIEW_UPLOAD,       /* a copy of what was sent, or moved here */
	PREVIEW_FLAG_THERE,   /* the server is told */
	PREVIEW_FLAG_HERE,    /* the server has told */
	PREVIEW_MOVE,         /* on the server, as it was done here */
	PREVIEW_DELETE_THERE, /* by POP3: as the account's settings say */
	PREVIEW_DELETE_HERE,  /* gone from the server */
	PREVIEW_KEEP,         /* gone from the server, but changed here */
	PREVIEW_HELD,         /* would be deleted, but they are too many */
	PREVIEW_KINDS
};

/* Each kind in two or three words, "fetch". Static. */
const char *preview_word(enum preview_kind k);

/* Who is told. Texts are borrowed until the call returns and come from outside:
 * they are not safe for a terminal yet. */
struct preview_sink {
	/* One step in FOLDER; WHAT names the letter: "UID 7", its file. */
	void (*step)(void *ctx, const char *folder, enum preview_kind k,
		const char *what);
	/* FOLDER is done with: how many of each kind. NOTE (may be NULL) says
	 * what else is to be known. */
	void (*folder)(void *ctx, const char *folder,
		const unsigned count[PREVIEW_KINDS], const char *note);
	void *ctx;
};

/* Look at account I of CONFIG. -1: *E, of the classes of a pass. */
int preview_account(struct config *config, const struct paths *paths, int i,
	const struct preview_sink *sink, struct err *e) ERR_CHECK;

#endif
