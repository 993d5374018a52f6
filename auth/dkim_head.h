/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dkim_head - canonical header fields (RFC 6376, 3.4.1, 3.4.2 and 3.7). Any
 * thread. */
#ifndef AUTH_DKIM_HEAD_H
#define AUTH_DKIM_HEAD_H

#include "mime/header.h"

/* Append F in canonical form. LEAVE_OUT (p == NULL: nothing) is a part of F's
 * bytes that counts as empty: the value of b=. Without a line end where
 * IS_LAST. */
void dkim_head_add(struct buf *out, const struct header_field *f,
	bool is_relaxed, struct str leave_out, bool is_last);

/* Append the fields of H that NAMES, a list with colons, stands for: for each
 * name the next one from the bottom, nothing where there is none left. USED is
 * room for H's fields; SELF (or NULL) is never taken. */
void dkim_head_select(struct buf *out, const struct header *h, struct str names,
	bool is_relaxed, bool *used, const struct header_field *self);

#endif
