/* SPDX-License-Identifier: GPL-3.0-or-later */
/* show_json - a message as the JSON of "signet show --json". For app/show.c. */
#ifndef APP_COMMAND_SHOW_JSON_H
#define APP_COMMAND_SHOW_JSON_H

#include <stdio.h>

#include "mime/message.h"

/* Write one line of JSON for M, which was read from the file NAME, to TO;
 * rendered at WIDTH cells. Pure ASCII: everything else is escaped. */
void show_json(
	FILE *to, const char *name, const struct message *m, unsigned width);

/* As show_json for a file that could not be read. */
void show_json_error(FILE *to, const char *name, const char *text);

#endif
