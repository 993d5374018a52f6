/* SPDX-License-Identifier: GPL-3.0-or-later */
/* imap_parts - the session's own state, shared by imap*.c alone. */
#ifndef NET_IMAP_PARTS_H
#define NET_IMAP_PARTS_H

#include <libetpan/libetpan.h>

#include "net/imap.h"

struct imap {
	mailimap *m;
	struct stream *stream;
	unsigned can;
	bool is_broken; /* nothing more may be said on it */
	char host[256];
};

/* Send LINE (without CRLF, no CR or LF in it) and read until its answer. 0 OK;
 * a libetpan error number else: MAILIMAP_ERROR_CUSTOM_COMMAND for NO. Untagged
 * results stand in m->m->imap_response_info. */
int imap_command(struct imap *m, const char *line);

/* Its two halves: send LINE and read the first line of the answer; parse the
 * answer that begins with the line just read. */
int imap_send(struct imap *m, const char *line);
int imap_read(struct imap *m);
/* Is the line just read a "+"? */
bool imap_is_asked_on(const struct imap *m);

/* Did the answers to the last command bring something new? To be forgotten
 * before it is sent. */
bool imap_has_news(struct imap *m);
void imap_forget_news(struct imap *m);

/* Turn RC of a libetpan call into *E; always -1. CLASS is for a server's NO. */
int imap_fail(struct imap *m, int rc, const char *doing, enum err_class class,
	struct err *e);

/* The flags of one FETCH answer and its UID (0: none). */
unsigned imap_att_flags(struct mailimap_msg_att *att, uint32_t *uid_out);

#endif
