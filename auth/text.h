/* SPDX-License-Identifier: GPL-3.0-or-later */
/* text - strings for a verdict. All have passed utf8_safe. Any thread.
 *
 * A verdict's sentences are English, as its JSON has them. Each is marked by
 * N_(), so that who shows it finds its format again and says it in the user's
 * language (app/letter/phrase). In a format %-s, the same to printf, is where a
 * sentence or words of ours stand; at %s stands what somebody else wrote, which
 * is never translated. */
#ifndef AUTH_TEXT_H
#define AUTH_TEXT_H

#include "base/arena.h"
#include "base/err.h" /* N_ */
#include "base/str.h"

/* S made safe, NUL-terminated, in A; "" where S is empty. Folding becomes
 * spaces. At most LIMIT_FIELD_SHOWN bytes are kept. */
const char *text_safe(struct arena *a, struct str s);

/* printf into A, then as text_safe. */
const char *text_printf(struct arena *a, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* S in ASCII lower case, in A. */
struct str text_lower(struct arena *a, struct str s);

/* Decode base64 that may be folded (RFC 4648, 4) into OUT of CAP bytes; the
 * length, or -1 where it is no base64 or does not fit. */
ptrdiff_t text_base64(struct str s, unsigned char *out, size_t cap);

/* The date of T as 2026-11-24 in UTC, in A. */
const char *text_date(struct arena *a, int64_t t);

#endif
