/* SPDX-License-Identifier: GPL-3.0-or-later */
/* compose - a draft into the bytes to send, and drafts made from letters.
 *
 * What a person wrote goes in as UTF-8; out comes a message with CRLF line ends
 * that every mail system takes: 7-bit but for addresses that cannot be
 * (SMTPUTF8), no line above 998 bytes, no bare CR or LF, no field that the
 * draft does not have. Any thread. */
#ifndef MIME_COMPOSE_H
#define MIME_COMPOSE_H

#include "base/err.h"
#include "mime/doc.h"
#include "mime/message.h"

struct compose_file {
	struct str name; /* as the receiver shall see it, UTF-8 */
	struct str type; /* "application/pdf"; empty: guessed from the name */
	struct str bytes;
	bool is_inline;
};

struct compose_draft {
	/* One line each as a person writes it: 김소현 <a@b.example>,
	 * c@d.example */
	struct str from, to, cc, bcc, reply_to;
	struct str subject;
	struct str message_id;  /* without angle brackets; needed to send */
	struct str in_reply_to; /* ids without brackets, blank between */
	struct str references;  /* likewise */
	int64_t date;           /* seconds since 1970 */
	int zone;               /* minutes east of UTC */
	struct str user_agent;  /* empty: no such field */
	struct str text;        /* LF line ends */
	bool is_fixed;          /* no format=flowed */
	struct compose_file *file;
	size_t files;
	struct str forward; /* a whole message to attach as message/rfc822,
			       or empty */
};

/* The envelope of a draft. */
struct compose_envelope {
	struct str sender;     /* address of the first From */
	struct str *recipient; /* To, Cc and Bcc, each address once */
	size_t recipients;
	bool needs_utf8; /* an address needs SMTPUTF8 (RFC 6531) */
};

/* Build the message of D into OUT, Bcc left out, and its envelope into
 * *ENVELOPE (may be NULL) in A. ERR_INPUT, with the field named, where an
 * address cannot be read, a field holds CR, LF or NUL, there is no From, or OUT
 * is full. */
int compose_build(struct arena *a, struct buf *out,
	const struct compose_draft *d, struct compose_envelope *envelope,
	struct err *e) ERR_CHECK;

/* As compose_build for keeping the draft: Bcc stays, nothing has to be there
 * and addresses that cannot be read are kept as unstructured text. */
int compose_save(struct arena *a, struct buf *out,
	const struct compose_draft *d, struct err *e) ERR_CHECK;

/* The draft that M, made by compose_save, holds; in A. Files point into A. */
struct compose_draft compose_load(struct arena *a, const struct message *m);

/* Append D as the text that an editor gets: From, To, Cc, Bcc, Reply-To and
 * Subject, one line each, an empty line, the text. */
void compose_print(struct buf *out, const struct compose_draft *d);

/* Read the text that came back from the editor over D: the fields above and
 * the text; other fields are ERR_INPUT (code: the line). In A. */
int compose_scan(struct arena *a, struct str text, struct compose_draft *d,
	struct err *e) ERR_CHECK;

enum compose_kind {
	COMPOSE_REPLY,     /* to Reply-To or From */
	COMPOSE_REPLY_ALL, /* Mail-Followup-To, or also To and Cc */
	COMPOSE_REPLY_LIST /* to List-Post; as COMPOSE_REPLY where none is */
};

/* The answer to M in A: recipients without OWN (the user's addresses, COUNT of
 * them), "Re: " subject, In-Reply-To, References and the text quoted below a
 * line of attribution. From, Message-ID and Date are left to the caller. */
struct compose_draft compose_reply(struct arena *a, const struct message *m,
	enum compose_kind kind, const struct str *own, size_t count);

/* Pass M on in A: "Fwd: " subject, and its text and attachments below a head,
 * or (ATTACH) the whole as message/rfc822. */
struct compose_draft compose_forward(
	struct arena *a, const struct message *m, bool attach);

/* The draft that a mailto: URI asks for (RFC 6068): to, cc, subject, body and
 * in-reply-to; never bcc, from, attach or any other field (security rule R17);
 * *IGNORED_OUT (may be NULL) gets the names of fields left out. ERR_INPUT where
 * it is no mailto: URI. */
int compose_mailto(struct arena *a, struct str uri, struct compose_draft *d,
	struct str *ignored_out, struct err *e) ERR_CHECK;

/* Append SUBJECT with "Re: " (or "Fwd: ") in front unless it is there in any of
 * the ways that mail programs write it. */
void compose_subject(struct buf *out, const char *prefix, struct str subject);

/* The media type for a file called NAME; "application/octet-stream" where the
 * name says nothing. Static. */
const char *compose_type(struct str name);

#endif
