/* SPDX-License-Identifier: GPL-3.0-or-later */
/* body - transfer encodings, both ways (RFC 2045 section 6, and uuencode).
 *
 * Decoders never fail: what is no code is skipped as the RFC says, and
 * counted. Linear. Any thread. */
#ifndef MIME_BODY_H
#define MIME_BODY_H

#include "base/str.h"

enum body_encoding {
	BODY_IDENTITY, /* 7bit, 8bit, binary and none */
	BODY_BASE64,
	BODY_QP,
	BODY_UU,     /* x-uuencode, uuencode, x-uue */
	BODY_UNKNOWN /* treated as identity; RFC 2045, 6.4 */
};

/* The encoding that the value of a Content-Transfer-Encoding field names. */
enum body_encoding body_encoding(struct str value);

/* Append RAW decoded. Returns how many bytes made no sense (0: a clean body).
 * Identity appends RAW as it is. */
size_t body_decode(
	struct buf *out, enum body_encoding encoding, struct str raw);

/* Append the decoded base64 RAW up to its padding; white space and what is not
 * in the alphabet is passed, a padding that is missing is not missed. */
size_t body_decode_base64(struct buf *out, struct str raw);

/* Where the base64 stands that comes in pieces; { 0 } at its beginning. */
struct body_base64 {
	unsigned long bits;
	unsigned have, pads; /* characters of a group, and its padding */
	bool has_ended;
};
/* The same of RAW, which goes on where the piece before ended. */
size_t body_base64_add(struct body_base64 *s, struct buf *out, struct str raw);
/* The same of what is left at the end; S is at a beginning again. */
size_t body_base64_end(struct body_base64 *s, struct buf *out);

enum body_qp {
	BODY_QP_BYTES, /* "=" and blanks before a line end stand */
	BODY_QP_TEXT,  /* they are a soft line end */
	BODY_QP_WORD   /* the "Q" encoding of RFC 2047: "_" is a blank, there
			  are no lines */
};

/* Append the decoded quoted-printable RAW. Line ends stay as they are. */
size_t body_decode_qp(struct buf *out, struct str raw, enum body_qp how);

/* Append BYTES as base64 in lines of 76 characters ended by CRLF. */
void body_encode_base64(struct buf *out, struct str bytes);

/* Append BYTES as quoted-printable, lines of at most 76 characters. With TEXT
 * each LF or CRLF is a line end and goes out as CRLF; else each byte counts.
 * "From " and a lone "." at the start of a line are encoded too. */
void body_encode_qp(struct buf *out, struct str bytes, bool text);

/* One file that stands uuencoded or yEncoded in a text. */
struct body_block {
	struct str name;  /* raw */
	struct str text;  /* all of it, from the begin to the end line */
	struct str lines; /* the encoded lines alone */
	bool is_yenc;     /* named, never decoded */
	bool is_complete; /* its end line is there */
};

/* Find the next block in TEXT from *AT on ("begin MODE NAME" with encoded lines
 * behind it, or "=ybegin"). True: *OUT is filled and *AT stands behind it. */
bool body_next_block(struct str text, size_t *at, struct body_block *out);

#endif
