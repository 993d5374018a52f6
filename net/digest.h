/* SPDX-License-Identifier: GPL-3.0-or-later */
/* digest - what a sign-in computes from a password (RFC 1321, 2104, 8018), and
 * random bytes. For net/ alone; any thread. ERR_ACCOUNT where this machine's
 * OpenSSL has no such function, as one that is held to FIPS 140. */
#ifndef NET_DIGEST_H
#define NET_DIGEST_H

#include "base/err.h"
#include "base/str.h"

enum { DIGEST_SHA256 = 32, DIGEST_MD5_HEX = 33 };

/* The MD5 of TEXT, and HMAC-MD5 of TEXT under KEY, in lower-case hexadecimal.
 * For APOP and CRAM-MD5, where a server has nothing better. */
int digest_md5(
	struct str text, char out[DIGEST_MD5_HEX], struct err *e) ERR_CHECK;
int digest_hmac_md5(struct str key, struct str text, char out[DIGEST_MD5_HEX],
	struct err *e) ERR_CHECK;

/* The SHA-256 of TEXT. */
int digest_sha256(struct str text, unsigned char out[DIGEST_SHA256],
	struct err *e) ERR_CHECK;
/* HMAC-SHA-256 of TEXT under KEY. */
int digest_hmac(struct str key, struct str text,
	unsigned char out[DIGEST_SHA256], struct err *e) ERR_CHECK;
/* PBKDF2 with HMAC-SHA-256: the Hi() of RFC 5802 §2.2. */
int digest_stretch(struct str password, struct str salt, unsigned rounds,
	unsigned char out[DIGEST_SHA256], struct err *e) ERR_CHECK;

/* N bytes that nobody can foresee. */
int digest_random(unsigned char *out, size_t n, struct err *e) ERR_CHECK;
/* Are A and B the same N bytes? Takes as long where they are not. */
bool digest_same(const void *a, const void *b, size_t n);

#endif
