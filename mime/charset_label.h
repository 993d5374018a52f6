/* SPDX-License-Identifier: GPL-3.0-or-later */
/* charset_label - the table of charsets behind mime/charset: labels, and how
 * each set is read. For mime/charset*.c alone. */
#ifndef MIME_CHARSET_LABEL_H
#define MIME_CHARSET_LABEL_H

#include "base/str.h"

enum charset_kind {
	CHARSET_ICONV,
	CHARSET_UTF8,
	CHARSET_UTF16,
	CHARSET_UTF32,
	CHARSET_EUC_JP,
	CHARSET_2022_JP,
	CHARSET_2022_KR,
	CHARSET_HZ,
	CHARSET_874,
	CHARSET_USER
};

struct charset {
	const char *name;  /* of the WHATWG encoding, for people */
	const char *iconv; /* what iconv calls the set that has its meaning */
	enum charset_kind kind;
	bool is_multi;  /* characters of several bytes, high bit set */
	bool is_seven;  /* its text is ASCII bytes that mean something else */
	bool is_little; /* byte order without a mark */
	bool is_ascii;  /* says us-ascii: 8-bit text in it is not declared */
};

/* The set called LABEL (any case, blanks and quotes at its ends, what follows
 * a "*" dropped); NULL where nobody knows it. Static. */
const struct charset *charset_by_label(struct str label);

/* The place of C in the table, below CHARSET_SETS; -1 where it is none of it.
 */
enum { CHARSET_SETS = 80 };
int charset_index(const struct charset *c);

/* The set of that name, which must be there. Static. */
const struct charset *charset_by_name(const char *name);

#endif
