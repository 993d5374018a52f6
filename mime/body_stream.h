/* SPDX-License-Identifier: GPL-3.0-or-later */
/* body_stream - a transfer encoding that is decoded while its text comes, in
 * pieces of any length: what comes out is what body_decode makes of the whole,
 * with a bounded memory. Any thread. */
#ifndef MIME_BODY_STREAM_H
#define MIME_BODY_STREAM_H

#include "mime/body.h"

struct body_stream {
	enum body_encoding encoding;
	struct body_base64 base64;
	bool has_cr;     /* the last byte was one: dropped before LF */
	struct buf rest; /* quoted-printable: what the next piece decides */
};

/* Can it be decoded so? Not uuencode. */
bool body_stream_can(enum body_encoding encoding);

/* At the beginning of a body; body_stream_fini frees what it holds. */
void body_stream_init(struct body_stream *s, enum body_encoding encoding);
/* Forget what was left. */
void body_stream_fini(struct body_stream *s);

/* Append to OUT what can be said after RAW. But in base64 CR before LF is
 * dropped: a line ends as in a file here. */
void body_stream_add(struct body_stream *s, struct buf *out, struct str raw);
/* Append what is left at the end. */
void body_stream_end(struct body_stream *s, struct buf *out);

#endif
