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
	unsigned offered;           /* of SASL: bits of sasl_note */
	bool is_broken, is_garbled; /* nothing more may be said on it */
	bool looks_only;            /* EXAMINE, not SELECT */
	bool was_named;             /* who we are has been said: imap_put_who */
	bool was_asked;             /* what it has: imap_put_about */
	bool has_no_pieces;         /* it says BAD to BODY[]<0.1> */
	bool has_qresync, has_namespace, has_notify;
	bool is_utf8;     /* UTF8=ACCEPT is on: names go as UTF-8 */
	char prefix[200]; /* of the user's own mailboxes, raw */
	char delimiter;   /* between the levels of their names, 0: none */
	int64_t next_quota_ms;
	struct imap_quota quota;
	char host[256];
	const char *const *keyword; /* see imap_set_keywords, or NULL */
	struct imap_bodies *newest; /* asked for by imap_put_newest, or NULL */
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
/* The same of N commands, whichever is answered first: *WHICH of TAG. */
int imap_await_any(struct imap *m, const int *tag, size_t n, size_t *which);
/* Is RC of these an OK, NO or BAD, after which the session goes on? */
bool imap_is_answer(int rc);
int imap_send(struct imap *m, const char *line);
int imap_read(struct imap *m);
/* Is RC the server's BAD to the command that was sent last? */
bool imap_is_bad(const struct imap *m, int rc);
/* Is the line just read a "+"? */
bool imap_is_asked_on(const struct imap *m);

/* Did the answers to the last command bring something new? To be forgotten
 * before it is sent. */
bool imap_has_news(struct imap *m);
void imap_forget_news(struct imap *m);

/* The last untagged line that begins with WORD and that libetpan does not know,
 * until the next command; or NULL. */
const char *imap_other(const struct imap *m, const char *word);

/* What a SELECT or FETCH said beside: HIGHESTMODSEQ (0: none), VANISHED. */
uint64_t imap_modseq(const struct imap *m);
bool imap_has_vanished(const struct imap *m);

/* Turn RC of a libetpan call into *E; always -1. CLASS is for a server's NO. */
int imap_fail(struct imap *m, int rc, const char *doing, enum err_class class,
	struct err *e);

/* Do these words of a server, or its response code, ask for less haste (Gmail,
 * Exchange)? Then what it refused is to be asked for later. */
bool imap_is_haste(struct str words);

/* Read one response, up to 2 MiB, into OUT; a literal stands there as "{N}",
 * CRLF, bytes. */
int imap_read_raw(struct imap *m, struct buf *out);
/* A literal of up to LIMIT_MESSAGE that goes past OUT, where IS_IT says so of
 * what stands before its "{N}" or "~{N}"; a "~" stands for it then. DATA gets
 * its pieces, and returns 0, or -1, which ends the session. */
struct imap_literal {
	bool (*is_it)(void *ctx, struct str before);
	int (*data)(void *ctx, struct str bytes);
	void *ctx;
};
/* As imap_read_raw, with such ones (L may be NULL). */
int imap_read_past(
	struct imap *m, struct buf *out, const struct imap_literal *l);
/* "1:3,7" of the sorted or unsorted UIDs. */
void imap_print_set(struct buf *out, const uint32_t *uid, size_t n);
/* The bit of a flag's or keyword's name, 0: none of ours. */
unsigned imap_flag_of(const struct imap *m, struct str name);

/* Append the names of the flags and keywords BITS, without labels, for STORE or
 * APPEND. */
void imap_print_flags(const struct imap *m, unsigned bits, struct buf *out);

/* imap_label.c: the label that the keyword KEYWORD is, or NULL; what to FETCH
 * for the flags of a letter; the bit of the label that the server calls RAW (0:
 * none); the labels of BITS as a list for STORE. */
const char *imap_label_of(const char *keyword);
const char *imap_flag_items(const struct imap *m);
unsigned imap_label_bit(const struct imap *m, struct str raw);
int imap_print_labels(const struct imap *m, unsigned bits, struct buf *out);

/* imap_box.c: append the mailbox RAW to OUT as this session spells it, in
 * quotes; what the server SAID as RAW, in A or as it is. */
int imap_quote_box(
	const struct imap *m, struct buf *out, const char *raw, struct err *e);
struct str imap_raw_of(const struct imap *m, struct arena *a, struct str said);
/* Open RAW, with WITH in the brackets of SELECT ("": without), and FETCH of the
 * newest COUNT of EXISTS messages behind it as imap_put_newest has it. */
int imap_select_with(struct imap *m, const char *raw, const char *with,
	uint32_t exists, size_t count, bool with_heads, struct imap_info *out,
	struct err *e);

/* Take the next word off the response S into *OUT, in A: a bracket, a string of
 * any kind, an atom. False at the end. */
bool imap_word(struct arena *a, struct str *s, struct str *out);

/* imap_about.c: write what has to be said before a mailbox is opened, 2
 * commands at most, once in a session; imap_list.c: read the answer to one of
 * them. */
int imap_put_who(struct imap *m, int *tag, size_t *count);
int imap_read_who(struct imap *m, int tag);
/* imap_about.c: write what a session asks beside the list of mailboxes, 4
 * commands at most, their tags into TAG; take what an untagged response says,
 * which begins with WORD; and give the mailboxes their names, by what was said
 * of where they begin. */
int imap_put_about(struct imap *m, int *tag, size_t *count);
void imap_take_about(
	struct imap *m, struct arena *a, struct str word, struct str rest);
void imap_name_boxes(
	struct imap *m, struct arena *a, struct imap_box *box, size_t n);

/* The messages that the last command's answers name, from UID FROM on, by
 * rising UID, in A. */
void imap_items(struct imap *m, uint32_t from, struct arena *a,
	struct imap_item **out, size_t *count_out);
/* The flags of one FETCH answer and its UID (0: none). */
unsigned imap_att_flags(
	const struct imap *m, struct mailimap_msg_att *att, uint32_t *uid_out);
/* Write the FETCH of the newest COUNT of EXISTS messages, and before it
 * (WITH_HEADS) that of their headers, to be followed by imap_take_newest, or by
 * the end of the session, which forgets them. A libetpan error number, 0: good.
 */
int imap_put_newest(
	struct imap *m, uint32_t exists, size_t count, bool with_heads);
void imap_forget_newest(struct imap *m);
/* imap_since.c: append to *RANGE, in A, what the lines of the answer just read
 * say that a UID SEARCH has found, whichever command the answer is to. */
void imap_found(struct imap *m, struct arena *a, struct imap_range **range,
	size_t *count);
/* What the mailbox says of itself after SELECT. */
void imap_selected(struct imap *m, struct imap_info *out);

#endif
