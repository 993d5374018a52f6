/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sha1 - the older digest of FIPS 180-4, for names that others make with it
 * and for nothing else: it is broken. Any thread. */
#ifndef BASE_SHA1_H
#define BASE_SHA1_H

#include "base/str.h"

/* Write the digest of BYTES in lower-case hexadecimal, NUL-terminated. */
void sha1_hex(struct str bytes, char out[41]);

#endif
