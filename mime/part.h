/* SPDX-License-Identifier: GPL-3.0-or-later */
/* part - the MIME tree of a message over one buffer (RFC 2045 to 2049, RFC
 * 2183).
 *
 * One pass, linear whatever comes. The tree points into the message, which
 * must stay unchanged as long as the arena lives. Nothing fails: what lies
 * beyond a ceiling (LIMIT_MIME_DEPTH, LIMIT_MIME_PARTS) is one opaque leaf, and
 * what is wrong is a bit in defects. Any thread. */
#ifndef MIME_PART_H
#define MIME_PART_H

#include "base/arena.h"
#include "base/str.h"
#include "mime/body.h"
#include "mime/field.h"
#include "mime/header.h"

enum part_kind {
	PART_LEAF,
	PART_MULTI,  /* multipart: child is the first of its parts, or NULL */
	PART_MESSAGE /* message/rfc822, message/global, message/news: child is
			the root of the message inside. One in base64 or
			quoted-printable, which RFC 2046, 5.2.1 forbids, is a
			leaf that message_nested opens */
};

enum part_defect {
	PART_NO_BOUNDARY = 1 << 0,  /* a multipart without the parameter */
	PART_NOT_STARTED = 1 << 1,  /* its boundary never comes */
	PART_NOT_CLOSED = 1 << 2,   /* no closing boundary */
	PART_TOO_DEEP = 1 << 3,     /* opaque: LIMIT_MIME_DEPTH */
	PART_TOO_MANY = 1 << 4,     /* opaque: LIMIT_MIME_PARTS */
	PART_BAD_TYPE = 1 << 5,     /* Content-Type cannot be read */
	PART_BAD_ENCODING = 1 << 6, /* unknown Content-Transfer-Encoding */
	PART_HEADER_CUT = 1 << 7,   /* LIMIT_FIELDS, LIMIT_HEADER_BLOCK */
	PART_HEADER_JUNK = 1 << 8,  /* lines in the header that are no field */
	PART_DUPLICATE = 1 << 9,    /* a field stands twice that may not */
	PART_HAS_NUL = 1 << 10      /* NUL bytes in the header */
};

struct part {
	enum part_kind kind;
	struct part *parent, *child, *next;
	struct header *header; /* its own fields; for a PART_MESSAGE those
				  of the part, not of the message inside */
	struct str raw;        /* header and body as they stand */
	struct str body;       /* as it stands, still encoded */
	struct str number;     /* "1", "1.2": place in the tree as IMAP has
				  it. A multipart at the root has "", one
				  inside the message "2" has "2" too, a
				  leaf inside it "2.1" */
	struct str type;       /* "text/plain", always lower-case and set */
	struct field_params params; /* of Content-Type */
	struct str disposition;     /* "attachment", "inline", …; or empty */
	struct str filename;        /* decoded, not safe: see file_safe_name */
	struct str charset;         /* as declared, or empty */
	struct str content_id;      /* without angle brackets, or empty */
	struct str description;     /* decoded, or empty */
	enum body_encoding encoding;
	unsigned defects; /* of enum part_defect */
};

/* Read the tree of M, a whole message, into A. REGION: see field_addresses. The
 * root's header is the message's. */
struct part *part_parse(struct arena *a, struct str m, const char *region);

/* As part_parse with the header H of M already read by header_parse. */
struct part *part_parse_header(
	struct arena *a, struct str m, struct header *h, const char *region);

/* The part behind P in document order below ROOT, NULL at the end. With
 * NESTED the messages inside messages are walked too. */
struct part *part_next(
	const struct part *root, const struct part *p, bool nested);

/* Is P a message by its type, whatever its kind? */
bool part_is_message(const struct part *p);

/* The part numbered NUMBER below ROOT, NULL where there is none. */
struct part *part_find(struct part *root, struct str number);

/* Append the decoded bytes of the leaf P (for others: as they stand). Returns
 * the bytes that made no sense. */
size_t part_decode(struct buf *out, const struct part *p);

/* Append the text of P in UTF-8: decoded, by its charset, NFC, CRLF and CR to
 * LF, no BOM and no NUL. For text/html a charset in the document is heeded
 * where the field names none. */
void part_text(struct buf *out, const struct part *p, const char *region);

/* Append a safe name to save P under (see file_safe_name), made from its
 * filename or from its number and type. */
void part_safe_name(struct buf *out, const struct part *p);

/* A sentence for the defect BIT of enum part_defect. Static. */
const char *part_defect_text(unsigned bit);

#endif
