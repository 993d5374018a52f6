/* SPDX-License-Identifier: GPL-3.0-or-later */
/* digest - see digest.h */
#include "net/digest.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

enum { MD5 = 16 };

static int
lacking(const char *what, struct err *e)
{
	return err_set(e, ERR_ACCOUNT, 0,
		"the sign-in needs %s, which this machine does not have",
		err_words(what));
}

static void
put_hex(const unsigned char md[MD5], char out[DIGEST_MD5_HEX])
{
	static const char hex[] = "0123456789abcdef";

	for (int i = 0; i < MD5; i++) {
		out[2 * i] = hex[md[i] >> 4];
		out[2 * i + 1] = hex[md[i] & 15];
	}
	out[2 * MD5] = '\0';
}

int
digest_md5(struct str text, char out[DIGEST_MD5_HEX], struct err *e)
{
	unsigned char md[EVP_MAX_MD_SIZE];
	unsigned n = 0;

	if (EVP_Digest(text.p, text.n, md, &n, EVP_md5(), NULL) != 1 ||
		n != MD5)
		return lacking("MD5", e);
	put_hex(md, out);
	return 0;
}

int
digest_sha256(struct str text, unsigned char out[DIGEST_SHA256], struct err *e)
{
	unsigned n = 0;

	if (EVP_Digest(text.p, text.n, out, &n, EVP_sha256(), NULL) != 1 ||
		n != DIGEST_SHA256)
		return lacking("SHA-256", e);
	return 0;
}

static int
hmac(const EVP_MD *kind, const char *name, struct str key, struct str text,
	unsigned char md[EVP_MAX_MD_SIZE], struct err *e)
{
	if (!HMAC(kind, key.p, (int)key.n, (const unsigned char *)text.p,
		    text.n, md, NULL))
		return lacking(name, e);
	return 0;
}

int
digest_hmac_md5(struct str key, struct str text, char out[DIGEST_MD5_HEX],
	struct err *e)
{
	unsigned char md[EVP_MAX_MD_SIZE];

	if (hmac(EVP_md5(), "HMAC-MD5", key, text, md, e) < 0)
		return -1;
	put_hex(md, out);
	return 0;
}

int
digest_hmac(struct str key, struct str text, unsigned char out[DIGEST_SHA256],
	struct err *e)
{
	unsigned char md[EVP_MAX_MD_SIZE];

	if (hmac(EVP_sha256(), "HMAC-SHA-256", key, text, md, e) < 0)
		return -1;
	for (int i = 0; i < DIGEST_SHA256; i++)
		out[i] = md[i];
	OPENSSL_cleanse(md, sizeof md);
	return 0;
}

int
digest_stretch(struct str password, struct str salt, unsigned rounds,
	unsigned char out[DIGEST_SHA256], struct err *e)
{
	if (PKCS5_PBKDF2_HMAC(password.p, (int)password.n,
		    (const unsigned char *)salt.p, (int)salt.n, (int)rounds,
		    EVP_sha256(), DIGEST_SHA256, out) != 1)
		return lacking("PBKDF2", e);
	return 0;
}

int
digest_random(unsigned char *out, size_t n, struct err *e)
{
	if (RAND_bytes(out, (int)n) != 1)
		return lacking(N_("random bytes"), e);
	return 0;
}

bool
digest_same(const void *a, const void *b, size_t n)
{
	return CRYPTO_memcmp(a, b, n) == 0;
}
