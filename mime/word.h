/* SPDX-License-Identifier: GPL-3.0-or-later */
/* word - encoded words in header fields (RFC 2047, RFC 2231 section 5).
 *
 * Decoding gives UTF-8 in NFC and is as lenient as mail needs it: words that
 * touch other text, blanks inside, characters split over words, base64 without
 * its padding, raw 8-bit text between. What it gives may hold any character:
 * pass it through utf8_safe before it is shown. Linear. Any thread. */
#ifndef MIME_WORD_H
#define MIME_WORD_H

#include "base/str.h"

/* Append the unstructured value VALUE (Subject, Comments: still folded) decoded
 * and unfolded. REGION: see field_addresses. At most LIMIT_WORDS words are
 * decoded; what follows stays as it is. */
void word_decode(struct buf *out, struct str value, const char *region);

/* As word_decode for a phrase, a comment or a parameter (RFC 2047, section 5,
 * rules 2 and 3), whose quoting the caller has taken off. */
void word_decode_phrase(struct buf *out, struct str value, const char *region);

/* Append the UTF-8 TEXT to OUT, a header line that has come to COLUMN, as an
 * unstructured value: as it is where it is printable ASCII that cannot be
 * taken for an encoded word, else in encoded words (UTF-8, the shorter of B and
 * Q); folded at 78 columns. Controls become blanks, so nothing of TEXT can
 * begin another field. Returns the column reached. */
size_t word_encode(struct buf *out, struct str text, size_t column);

/* As word_encode for a display name: quoted where it is ASCII but no phrase of
 * atoms (RFC 2047, section 5, rule 3). */
size_t word_encode_phrase(struct buf *out, struct str text, size_t column);

#endif
