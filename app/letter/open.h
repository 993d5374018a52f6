/* SPDX-License-Identifier: GPL-3.0-or-later */
/* open - one message, read and rendered for the screen. Pool threads. */
#ifndef APP_LETTER_OPEN_H
#define APP_LETTER_OPEN_H

#include "app/context.h"

/* Map the message at PATH below the mail root into *OUT, also where a change of
 * flags has renamed it since; NAME_OUT (may be NULL) gets its path now. Release
 * with file_unmap. ERR_MESSAGE where it is gone. */
int open_map(struct context *c, const char *path, struct str *out,
	struct buf *name_out, struct err *e) ERR_CHECK;

/* PATH, in A; a leading "~/" is the home. */
const char *open_home(struct arena *a, const char *path);

/* The requests OPEN, EVIDENCE: each posts its answer. */
void open_message(struct context *c, struct msg *m);
void open_evidence(struct context *c, struct msg *m);

#endif
