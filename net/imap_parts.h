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
	bool was_enabled, has_qresync;
	bool looks_only; /* EXAMINE, not SELECT */
	char host[256];
	const char *const *keyword; /* see imap_set_keywords, or NULL */
};

/* Send LINE (without CRLF, no CR or LF in it) and read until its answer. 0 OK;
 * a libetpan error number else: MAILIMAP_ERROR_CUSTOM_COMMAND for NO. Untagged
 * results stand in m->m->imap_response_info. */
int imap_command(struct imap *m, const char *line);

/* Its two halves: send LINE and read the first line of the answer; parse the
 * answer that begins with the line just read. For several commands in flight:
 * write LINE without sending it yet (m->m->imap_tag is its tag then); read the
 * answer to TAG. Answers come in the order of the commands. */
int imap_put(struct imap *m, const char *line);
int imap_await(struct imap *m, int tag);
int imap_send(struct imap *m, const char *line);
int imap_read(struct imap *m);
/* Is the line just read a "+"? */
bool imap_is_asked_on(const struct imap *m);

/* Did the answers to the last command bring something new? To be forgotten
 * before it is sent. */
bool imap_has_news(struct imap *m);
void imap_forget_news(struct imap *m);

/* What a SELECT or FETCH said beside: HIGHESTMODSEQ (0: none), VANISHED. */
uint64_t imap_modseq(const struct imap *m);
bool imap_has_vanished(const struct imap *m);

/* Turn RC of a libetpan call into *E; always -1. CLASS is for a server's NO. */
int imap_fail(struct imap *m, int rc, const char *doing, enum err_class class,
	struct err *e);

/* The messages that the last command's answers name, from UID FROM on, by
 * rising UID, in A. */
void imap_items(struct imap *m, uint32_t from, struct arena *a,
	struct imap_item **out, size_t *count_out);
/* The flags of one FETCH answer and its UID (0: none). */
unsigned imap_att_flags(
	const struct imap *m, struct mailimap_msg_att *att, uint32_t *uid_out);
/* What the mailbox says of itself after SELECT. */
void imap_selected(struct imap *m, struct imap_info *out);

#endif
