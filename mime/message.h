/* SPDX-License-Identifier: GPL-3.0-or-later */
/* message - one letter as a reader knows it: the tree together with its decoded
 * fields, the text to show and its attachments. The one door for callers who
 * do not want to know MIME. doc_render (mime/doc.h) draws it.
 *
 * All text is UTF-8 in NFC and has not passed utf8_safe. Everything lives in
 * the arena and points into the bytes, which must stay as long. Never fails.
 * Any thread. */
#ifndef MIME_MESSAGE_H
#define MIME_MESSAGE_H

#include "mime/part.h"

struct message {
	struct str bytes;
	struct part *root;
	const char *region;
	struct str subject; /* one line, runs of white space as a blank */
	struct field_addresses from, sender, reply_to, to, cc, bcc;
	bool has_date;
	int64_t date;          /* UTC */
	int zone;              /* minutes east of UTC */
	struct str message_id; /* without angle brackets; empty: none */
	struct field_ids in_reply_to, references;
	struct field_addresses list_post; /* mailto: of List-Post, or none */
	struct field_addresses mail_followup_to, mail_reply_to;
	struct part *text; /* preferred part: the first text/plain that is
			      no attachment, else the first text/html;
			      NULL where there is none */
	struct part *html; /* the first text/html that is no attachment */
	struct part **attachment; /* what is not shown as text, in order */
	size_t attachments;
	unsigned defects; /* of all parts, enum part_defect */
};

/* Read BYTES, a whole message. REGION: see field_addresses; it is kept, not
 * copied. */
struct message *message_read(
	struct arena *a, struct str bytes, const char *region);

/* As message_read, but the fields only (for lists): root is NULL and so are
 * the parts. BYTES may be the header alone. */
struct message *message_read_header(
	struct arena *a, struct str bytes, const char *region);

/* The message inside P, a PART_MESSAGE, whose root is P->child, or a leaf that
 * holds one in base64 or quoted-printable, which is decoded into A. NULL for
 * other parts. */
struct message *message_nested(
	struct arena *a, const struct part *p, const char *region);

/* Append the text of M that a reply quotes or an index takes: the preferred
 * part in UTF-8, HTML as it is rendered, format=flowed undone. */
void message_text(struct buf *out, const struct message *m);

/* Does M have text/plain that is worth reading? False where it is missing,
 * empty or only says that there is HTML to see. */
bool message_has_plain(const struct message *m);

/* A file that stands inside a part: in winmail.dat or uuencoded in a text. */
struct message_file {
	struct str name; /* decoded, not safe */
	struct str bytes;
	const struct part *part; /* that holds it */
};

struct message_files {
	struct message_file *item;
	size_t count;
};

/* The files in the TNEF parts, and those in the uuencoded blocks of the text
 * parts, of M; not of messages inside it. Their bytes live in A. */
struct message_files message_tnef(struct arena *a, const struct message *m);
struct message_files message_uuencoded(
	struct arena *a, const struct message *m);

#endif
