/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dkim_body - the hash of a canonical body (RFC 6376, 3.4.3 to 3.4.5).
 *
 * All hashes that were asked for come from one pass over each canonicalization
 * in use, and the body is not copied. LF is read as CRLF. One thread at a
 * time. */
#ifndef AUTH_DKIM_BODY_H
#define AUTH_DKIM_BODY_H

#include <openssl/evp.h>

#include "base/arena.h"
#include "base/str.h"

enum { BODY_HASHES = 16, BODY_HASH_BYTES = 32 };

struct body_hash {
	bool is_relaxed;
	int64_t limit;                       /* l=, -1: all */
	int64_t length;                      /* of the canonical body, whole */
	unsigned char hash[BODY_HASH_BYTES]; /* SHA-256 */
	EVP_MD_CTX *context;
};

struct body_hashes {
	struct body_hash want[BODY_HASHES];
	size_t count;
};

/* Ask for a hash before body_hashes_run; its index, the same for the same
 * question, or -1 where there are BODY_HASHES already. */
int body_hashes_want(struct body_hashes *b, bool is_relaxed, int64_t limit);

/* Compute what was asked for over BODY. False where OpenSSL fails. */
bool body_hashes_run(struct body_hashes *b, struct str body);

/* SHA-256, fetched once for the program; NULL where OpenSSL has none. */
const EVP_MD *dkim_sha256(void);

#endif
