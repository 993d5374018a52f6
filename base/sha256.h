/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sha256 - the digest of FIPS 180-4, to name what a part holds. Not for
 * secrets: auth/ and net/ have OpenSSL. Any thread. */
#ifndef BASE_SHA256_H
#define BASE_SHA256_H

#include "base/str.h"

/* Write the digest of BYTES in lower-case hexadecimal, NUL-terminated. */
void sha256_hex(struct str bytes, char out[65]);

#endif
