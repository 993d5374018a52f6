/* SPDX-License-Identifier: GPL-3.0-or-later */
/* show_header - the fields of a message as text. For app/show*.c. */
#ifndef APP_COMMAND_SHOW_HEADER_H
#define APP_COMMAND_SHOW_HEADER_H

#include "mime/message.h"

/* Append From, To, Cc, Reply-To, Date and Subject of M and an empty line, at
 * most WIDTH cells a line; every From field there is. */
void show_header(struct buf *out, struct arena *a, const struct message *m,
	unsigned width);

#endif
