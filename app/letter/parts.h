/* SPDX-License-Identifier: GPL-3.0-or-later */
/* parts - the parts of a letter, and the files inside them: listed, saved,
 * given to the programs of the user's mailcap or to a command. Pool threads. */
#ifndef APP_LETTER_PARTS_H
#define APP_LETTER_PARTS_H

#include "app/context.h"
#include "app/letter/here.h"
#include "mime/body.h"

struct message;

/* Fill D->part, the whole tree of M and the remote images of D->doc, and
 * D->file, what the reader does not show as text, in A. */
void parts_list(struct arena *a, const struct message *m, const struct here *h,
	struct msg_doc *d);

/* The requests SAVE_PART (into a directory, under a safe name, never over a
 * file), OPEN_PART (writes the part below the runtime directory and answers
 * VIEWER; or DOC, where the mailcap's program only prints) and RUN_PART
 * (answers DOC, what the command printed). Each posts its answer. */
void parts_save(struct context *c, struct msg *m);
void parts_open(struct context *c, struct msg *m);
void parts_run(struct context *c, struct msg *m);

/* What the part NUMBER of the letter PATH, whose body need not be here, is
 * saved as, and how it is encoded; in A. */
int parts_look(struct context *c, struct arena *a, const char *path,
	const char *number, const char **name_out,
	enum body_encoding *encoding_out, struct err *e) ERR_CHECK;

/* The request FETCH_PART: a remote image, asked for by the user, over HTTPS
 * (see http_get: no redirect, cookie, referrer or user agent), FETCH_MAX bytes
 * at most, into a directory as parts_save does it. ERR_INPUT for plain HTTP and
 * for what is no image. */
enum { FETCH_MAX = 16 << 20 };
void parts_fetch(struct context *c, struct msg *m);

/* Remove the files that parts_open has made. For whoever holds the profile's
 * lock, before and after the threads run. */
void parts_clean(const struct paths *p);

#endif
