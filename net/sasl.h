/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sasl - what a client says to sign in (RFC 4616 PLAIN, LOGIN), in base64 on
 * one line. For net/ alone; any thread. */
#ifndef NET_SASL_H
#define NET_SASL_H

#include "base/str.h"

enum { SASL_MAX = 24 << 10 }; /* bytes of an answer at most */

/* Append S in base64. */
void sasl_encode(struct buf *out, struct str s);
/* Append the response of PLAIN for USER. */
void sasl_plain(struct buf *out, const char *user, struct str password);
/* Overwrite what B holds, then free it. */
void sasl_wipe(struct buf *b);

#endif
