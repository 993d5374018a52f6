/* SPDX-License-Identifier: GPL-3.0-or-later */
/* secret - a password or token: locked in memory, wiped, not printable.
 *
 * Never in an arena, a log or a message that is logged (security rule R15):
 * base/log has no way to take one. Any thread. */
#ifndef BASE_SECRET_H
#define BASE_SECRET_H

#include "base/str.h"

enum { SECRET_MAX = 4096 };

struct secret;

/* A copy of BYTES (cut at SECRET_MAX). Free it with secret_free. */
struct secret *secret_new(struct str bytes);
struct secret *secret_copy(const struct secret *s);
/* Wipe and free *S and set it to NULL. *S may be NULL. */
void secret_free(struct secret **s);
/* The bytes, NUL-terminated, as long as S lives. */
struct str secret_bytes(const struct secret *s);

#endif
