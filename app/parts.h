/* SPDX-License-Identifier: GPL-3.0-or-later */
/* parts - the parts of a letter, and the files inside them: listed, saved,
 * given to the programs of the user's mailcap or to a command. Pool threads. */
#ifndef APP_PARTS_H
#define APP_PARTS_H

#include "app/context.h"

struct message;

/* Fill D->part, the whole tree of M, and D->file, what the reader does not show
 * as text, in A. */
void parts_list(struct arena *a, const struct message *m, struct msg_doc *d);

/* The requests SAVE_PART (into a directory, under a safe name, never over a
 * file), OPEN_PART (writes the part below the runtime directory and answers
 * VIEWER; or DOC, where the mailcap's program only prints) and RUN_PART
 * (answers DOC, what the command printed). Each posts its answer. */
void parts_save(struct context *c, struct msg *m);
void parts_open(struct context *c, struct msg *m);
void parts_run(struct context *c, struct msg *m);

/* Remove the files that parts_open has made. For whoever holds the profile's
 * lock, before and after the threads run. */
void parts_clean(const struct paths *p);

#endif
