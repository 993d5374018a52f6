/* SPDX-License-Identifier: GPL-3.0-or-later */
/* name - domain names: lower-case A-labels without the last dot. Any thread. */
#ifndef AUTH_NAME_H
#define AUTH_NAME_H

#include "base/arena.h"
#include "base/str.h"

enum { NAME_MAX_BYTES = 253, LABEL_MAX_BYTES = 63 };

/* Put IN, which may hold U-labels (RFC 5890) and end with a dot, into *OUT in
 * lower case and A-labels. False where it is no name that can be asked for: an
 * empty label, one over 63 or a name over 253 bytes, white space or controls,
 * a label that IDNA 2008 does not allow. */
bool name_ascii(struct arena *a, struct str in, struct str *out);

/* The same for a name that is only asked for, not believed: its labels may hold
 * spaces, as SPF's %_ makes them (RFC 2181, 11; RFC 7208, 7.1). */
bool name_query(struct arena *a, struct str in, struct str *out);

/* NAME for people: its U-labels where they convert back to the same A-labels,
 * else NAME itself. NUL-terminated, safe. */
const char *name_unicode(struct arena *a, struct str name);

/* How many labels; 0 for an empty name. */
size_t name_labels(struct str name);

/* NAME without its leftmost label; empty where there is but one. */
struct str name_parent(struct str name);

/* The rightmost COUNT labels of NAME, or all of it. */
struct str name_tail(struct str name, size_t count);

/* Is SUB the same as TOP or below it? ASCII letters of either case. */
bool name_is_below(struct str sub, struct str top);

#endif
