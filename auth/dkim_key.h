/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dkim_key - public keys from the DNS (RFC 6376, 3.6; RFC 8301; RFC 8463), for
 * DKIM and for ARC. Keys that were decoded are kept for the program's life,
 * at most KEY_CACHE of them; any thread. */
#ifndef AUTH_DKIM_KEY_H
#define AUTH_DKIM_KEY_H

#include <openssl/evp.h>

#include "auth/ask.h"

enum { KEY_CACHE = 512, KEY_RECORDS = 5 };

struct dkim_key {
	EVP_PKEY *pkey; /* owned; NULL where there is no key to use */
	bool is_ed25519;
	int bits;
	bool is_testing; /* t=y */
	bool is_strict;  /* t=s: i= must be d= itself */
	struct str hash; /* h=, p == NULL: any */
	struct str record;
	enum verdict_result result; /* of the signature where pkey is NULL */
	const char *reason;         /* a sentence, "" where there is a key */
};

/* All that stands at a key's name. */
struct dkim_keys {
	const char *name; /* asked for */
	struct dkim_key key[KEY_RECORDS];
	size_t count; /* 0: see result and reason */
	enum verdict_result result;
	const char *reason;
	enum verdict_dnssec dnssec;
	unsigned ttl;
};

/* Ask for the keys at S._domainkey.D, both as they stand in a signature.
 * Release with dkim_keys_fini. */
void dkim_keys_fetch(
	struct ask *q, struct str s, struct str d, struct dkim_keys *out);
void dkim_keys_hint(struct ask *q, struct str s, struct str d);
void dkim_keys_fini(struct dkim_keys *k);

/* Read one TXT record found at NAME into *OUT. */
void dkim_key_parse(struct arena *a, const char *name, struct str record,
	struct dkim_key *out);

/* Does SIGNATURE (N bytes) by K hold for the SHA-256 HASH? */
bool dkim_key_verify(const struct dkim_key *k, const unsigned char *signature,
	size_t n, const unsigned char hash[32]);

#endif
