/* SPDX-License-Identifier: GPL-3.0-or-later */
/* show_json - a message as the JSON of "signet show --json". For app/show.c. */
#ifndef APP_SHOW_JSON_H
#define APP_SHOW_JSON_H

#include "mime/message.h"

/* Append one line of JSON without its newline for M, which was read from the
 * file NAME; rendered at WIDTH cells. Pure ASCII: everything else is escaped.
 */
void show_json(struct buf *out, const char *name, const struct message *m,
	unsigned width);

/* As show_json for a file that could not be read. */
void show_json_error(struct buf *out, const char *name, const char *text);

#endif
