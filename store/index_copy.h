/* SPDX-License-Identifier: GPL-3.0-or-later */
/* index_copy - a letter as the index is to read it.
 *
 * The library under the index has a MIME parser of its own, which misses what
 * mime/ reads (johab, undeclared charsets, names of files in the ways of the
 * wild, all words of a long Subject) and takes seconds for some letters. So it
 * is never shown the letter, but one that says the same in its plainest form:
 * UTF-8, nothing encoded, nothing that is not searched. Pure. Any thread. */
#ifndef STORE_INDEX_COPY_H
#define STORE_INDEX_COPY_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/str.h"

struct message;
struct index_theirs;

enum {
	INDEX_TEXT = 1 << 20,    /* bytes of one text that are indexed */
	INDEX_COPY = 8 << 20,    /* bytes of a copy */
	INDEX_HEADER = 64 << 10, /* bytes of one of its fields */
	INDEX_ADDRESSES = 500    /* people of one field that are indexed */
};

/* Append the copy of LETTER: its Message-ID (where it has none, one made of its
 * bytes), thread, date, people and subject, and the tree of its parts with
 * types, dispositions and names, texts decoded, HTML as it is rendered, other
 * bodies empty. With HEADERS_ONLY no parts. For the user's database THEIRS (or
 * NULL) it has the fields of his own prefixes too. False, and nothing appended,
 * where LETTER has no header field, so is none. Linear. */
bool index_copy(struct buf *out, struct str letter, bool headers_only,
	const struct index_theirs *theirs);

/* The Message-ID that the copy of M has, without brackets; one made of the
 * bytes of LETTER (for THEIRS the one that notmuch makes) may be in A. */
struct str index_copy_id(struct arena *a, const struct message *m,
	struct str letter, const struct index_theirs *theirs);
/* Will the index tag M, read whole, as one that has files? */
bool index_copy_has_file(struct arena *a, const struct message *m);

#endif
