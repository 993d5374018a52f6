/* SPDX-License-Identifier: GPL-3.0-or-later */
/* header - the raw fields of a message or of a MIME part (RFC 5322, 2.2).
 *
 * Bytes stay where they arrived: a field is offsets into one immutable buffer,
 * so that a verifier can hash what was signed. Values are not decoded here:
 * see mime/field and mime/word. Any thread. */
#ifndef MIME_HEADER_H
#define MIME_HEADER_H

#include "base/arena.h"
#include "base/str.h"

struct header_field {
	struct str raw;   /* from the name to the line end, all included */
	struct str name;  /* without white space before the colon */
	struct str value; /* after the colon, still folded, without the last
			     line end */
};

struct header {
	struct header_field *field; /* in the order they stand */
	size_t count;
	size_t body;      /* offset of the body; the message's length where
			     there is none */
	bool is_cut;      /* fields beyond LIMIT_FIELDS or LIMIT_HEADER_BLOCK
			     were left out */
	bool has_junk;    /* a line that is no field stands in it or ended it */
	struct str stray; /* the line that is no field at the end of a part's
			     header; whoever shows its text shows it too */
};

/* Read the header of M into A. Never fails: a line that is no field ends the
 * header and begins the body; one whose name has bytes that may not be in it is
 * passed, and so is one with blanks in its name where a field follows. A first
 * line "From " or ">From " (mbox) is skipped. Lines end with CRLF, LF or a lone
 * CR. The offsets point into M, which must stay as long as A. Linear. */
struct header *header_parse(struct arena *a, struct str m);

/* The first (or, from the end, the last) field called NAME, any case; NULL
 * where there is none. */
const struct header_field *header_get(const struct header *h, const char *name);
const struct header_field *header_last(
	const struct header *h, const char *name);

/* How many fields are called NAME. */
size_t header_count(const struct header *h, const char *name);

/* Append VALUE with its folding removed (RFC 5322, 2.2.3: only the line ends
 * go, the white space after them stays) and without white space at its ends. */
void header_unfold(struct buf *out, struct str value);

#endif
