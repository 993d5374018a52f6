/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dkim_key - see dkim_key.h */
#include "auth/dkim_key.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <pthread.h>
#include <stdlib.h>

#include "auth/dkim_body.h"
#include "auth/name.h"
#include "auth/tag.h"
#include "auth/text.h"

/* RFC 8301, 3.2; above 8192 bits one verification takes too long */
enum { RSA_BITS_MIN = 1024, RSA_BITS_MAX = 8192, KEY_BYTES = 2048 };

/* --- the keys decoded so far ---------------------------------------------- */

static pthread_mutex_t cache_lock = PTHREAD_MUTEX_INITIALIZER;
static struct {
	char *p; /* the p= tag, malloc'ed */
	size_t n;
	EVP_PKEY *pkey;
} cache[KEY_CACHE];

static size_t
slot_of(struct str p)
{
	uint32_t h = 2166136261u;

	for (size_t i = 0; i < p.n; i++)
		h = (h ^ (unsigned char)p.p[i]) * 16777619u;
	return h % KEY_CACHE;
}

static EVP_PKEY *
cache_get(struct str p)
{
	size_t at = slot_of(p);
	EVP_PKEY *found = NULL;

	pthread_mutex_lock(&cache_lock);
	if (cache[at].pkey && cache[at].n == p.n &&
		memcmp(cache[at].p, p.p, p.n) == 0 &&
		EVP_PKEY_up_ref(cache[at].pkey))
		found = cache[at].pkey;
	pthread_mutex_unlock(&cache_lock);
	return found;
}

static void
cache_put(struct str p, EVP_PKEY *pkey)
{
	size_t at = slot_of(p);
	char *copy = malloc(p.n + 1);

	if (!copy || !EVP_PKEY_up_ref(pkey)) {
		free(copy);
		return;
	}
	memcpy(copy, p.p, p.n);
	pthread_mutex_lock(&cache_lock);
	free(cache[at].p);
	EVP_PKEY_free(cache[at].pkey);
	cache[at].p = copy;
	cache[at].n = p.n;
	cache[at].pkey = pkey;
	pthread_mutex_unlock(&cache_lock);
}

/* --- one record ----------------------------------------------------------- */

static EVP_PKEY *
decode_rsa(const unsigned char *der, size_t n)
{
	const unsigned char *at = der;
	EVP_PKEY *k = d2i_PUBKEY(NULL, &at, (long)n);

	if (!k) { /* old records hold the bare RSAPublicKey */
		at = der;
		k = d2i_PublicKey(EVP_PKEY_RSA, NULL, &at, (long)n);
	}
	ERR_clear_error();
	return k;
}

static void
refuse(struct dkim_key *k, enum verdict_result result, const char *reason)
{
	EVP_PKEY_free(k->pkey);
	k->pkey = NULL;
	k->result = result;
	k->reason = reason;
}

/* Is the exponent at most 2^32 (so that no key makes us work for long)? */
static bool
exponent_fits(EVP_PKEY *pkey)
{
	BIGNUM *e = NULL;
	bool ok = EVP_PKEY_get_bn_param(pkey, OSSL_PKEY_PARAM_RSA_E, &e) &&
		  BN_num_bits(e) <= 33;

	BN_free(e);
	return ok;
}

static void
check_rsa(struct arena *a, const char *name, struct dkim_key *k)
{
	if (EVP_PKEY_get_base_id(k->pkey) != EVP_PKEY_RSA) {
		refuse(k, RESULT_PERMERROR,
			text_printf(a, N_("key %s is not an RSA key"), name));
		return;
	}
	k->bits = EVP_PKEY_get_bits(k->pkey);
	if (k->bits < RSA_BITS_MIN)
		refuse(k, RESULT_POLICY,
			text_printf(a,
				N_("key %s has %d bits, at least 1024 are "
				   "needed "
				   "(RFC 8301)"),
				name, k->bits));
	else if (k->bits > RSA_BITS_MAX)
		refuse(k, RESULT_POLICY,
			text_printf(a, N_("key %s has %d bits, more than 8192"),
				name, k->bits));
	else if (!exponent_fits(k->pkey))
		refuse(k, RESULT_PERMERROR,
			text_printf(a, N_("key %s has a huge exponent"), name));
}

static void
decode(struct arena *a, const char *name, struct str p, struct dkim_key *k)
{
	unsigned char der[KEY_BYTES];
	bool is_new = false;
	ptrdiff_t n;

	if (!k->is_ed25519)
		k->pkey = cache_get(p);
	if (!k->pkey) {
		is_new = true;
		n = text_base64(p, der, sizeof der);
		if (n < 0) {
			refuse(k, RESULT_PERMERROR,
				text_printf(a,
					N_("key %s: p= is no base64 or too "
					   "long"),
					name));
			return;
		}
		if (!k->is_ed25519)
			k->pkey = decode_rsa(der, (size_t)n);
		else if (n == 32)
			k->pkey = EVP_PKEY_new_raw_public_key(
				EVP_PKEY_ED25519, NULL, der, 32);
	}
	if (!k->pkey) {
		refuse(k, RESULT_PERMERROR,
			text_printf(a, N_("key %s: p= holds no %s key"), name,
				k->is_ed25519 ? "Ed25519" : "RSA"));
		return;
	}
	if (k->is_ed25519) {
		k->bits = 256;
		return;
	}
	check_rsa(a, name, k);
	if (k->pkey && is_new)
		cache_put(p, k->pkey);
}

void
dkim_key_parse(struct arena *a, const char *name, struct str record,
	struct dkim_key *out)
{
	struct tags t;
	struct str v, k, s, f;
	const struct tag *p;

	*out = (struct dkim_key){ .record = record, .reason = "" };
	if (!tags_parse(a, record, &t)) {
		refuse(out, RESULT_PERMERROR,
			text_printf(a, N_("key %s cannot be read: it has %-s"),
				name, t.error));
		return;
	}
	v = tags_get(&t, "v");
	if (v.p && (!str_eq(v, STR("DKIM1")) ||
			   !str_eq(t.tag[0].name, STR("v")))) {
		refuse(out, RESULT_PERMERROR,
			text_printf(a,
				N_("key %s: v= must be DKIM1 and stand first"),
				name));
		return;
	}
	k = tags_get(&t, "k");
	out->is_ed25519 = str_ieq(k, STR("ed25519"));
	if (k.p && !out->is_ed25519 && !str_ieq(k, STR("rsa"))) {
		refuse(out, RESULT_PERMERROR,
			text_printf(a, N_("key %s is of an unknown type, k=%s"),
				name, text_safe(a, k)));
		return;
	}
	s = tags_get(&t, "s");
	if (s.p && !tag_list_has(s, STR("*")) &&
		!tag_list_has(s, STR("email"))) {
		refuse(out, RESULT_PERMERROR,
			text_printf(a, N_("key %s is not for mail, s=%s"), name,
				text_safe(a, s)));
		return;
	}
	out->hash = tags_get(&t, "h");
	f = tags_get(&t, "t");
	out->is_testing = f.p && tag_list_has(f, STR("y"));
	out->is_strict = f.p && tag_list_has(f, STR("s"));
	p = tags_find(&t, "p");
	if (!p) {
		refuse(out, RESULT_PERMERROR,
			text_printf(a, N_("key %s has no p= tag"), name));
		return;
	}
	if (p->value.n == 0) {
		refuse(out, RESULT_PERMERROR,
			text_printf(
				a, N_("key %s is revoked (empty p=)"), name));
		return;
	}
	decode(a, name, p->value, out);
}

/* --- asking --------------------------------------------------------------- */

void
dkim_keys_fetch(
	struct ask *q, struct str s, struct str d, struct dkim_keys *out)
{
	struct str full = str_c(arena_printf(
		q->a, "%.*s._domainkey.%.*s", STR_ARG(s), STR_ARG(d)));
	const struct dns_answer *ans;
	struct str ascii;

	*out = (struct dkim_keys){ .result = RESULT_PERMERROR, .reason = "" };
	out->name = text_safe(q->a, full);
	if (!name_ascii(q->a, full, &ascii)) {
		out->reason = text_printf(q->a,
			N_("%s is no name that the DNS can have"), out->name);
		return;
	}
	out->name = text_safe(q->a, ascii);
	ans = ask_dns(q, ascii, DNS_TXT);
	out->dnssec = ans->dnssec;
	out->ttl = ans->ttl;
	if (ans->status == DNS_TEMPFAIL) {
		out->result = RESULT_TEMPERROR;
		out->reason = text_printf(q->a,
			N_("the key %s could not be fetched (%-s)"), out->name,
			ans->reason);
		return;
	}
	/* 3.6.2.2 leaves several records undefined: each is tried */
	for (size_t i = 0; i < ans->records && out->count < KEY_RECORDS; i++) {
		if (ans->record[i].data.n > LIMIT_TXT)
			continue;
		dkim_key_parse(q->a, out->name, ans->record[i].data,
			&out->key[out->count++]);
	}
	if (out->count == 0)
		out->reason = text_printf(q->a,
			ans->status == DNS_NXDOMAIN
				? N_("there is no key at %s (the name does not "
				     "exist)")
				: N_("there is no key at %s"),
			out->name);
}

void
dkim_keys_hint(struct ask *q, struct str s, struct str d)
{
	ask_hint(q,
		str_c(arena_printf(
			q->a, "%.*s._domainkey.%.*s", STR_ARG(s), STR_ARG(d))),
		DNS_TXT);
}

void
dkim_keys_fini(struct dkim_keys *k)
{
	for (size_t i = 0; i < k->count; i++)
		EVP_PKEY_free(k->key[i].pkey);
	k->count = 0;
}

static bool
verify_ed25519(EVP_PKEY *pkey, const unsigned char *signature, size_t n,
	const unsigned char hash[32])
{
	EVP_MD_CTX *c = EVP_MD_CTX_new();
	/* RFC 8463, 3: what is signed is the hash itself */
	bool ok = c && EVP_DigestVerifyInit(c, NULL, NULL, NULL, pkey) == 1 &&
		  EVP_DigestVerify(c, signature, n, hash, 32) == 1;

	EVP_MD_CTX_free(c);
	return ok;
}

bool
dkim_key_verify(const struct dkim_key *k, const unsigned char *signature,
	size_t n, const unsigned char hash[32])
{
	EVP_PKEY_CTX *c;
	bool ok;

	if (k->is_ed25519) {
		ok = verify_ed25519(k->pkey, signature, n, hash);
	} else {
		c = EVP_PKEY_CTX_new(k->pkey, NULL);
		ok = c && EVP_PKEY_verify_init(c) == 1 &&
		     EVP_PKEY_CTX_set_rsa_padding(c, RSA_PKCS1_PADDING) == 1 &&
		     EVP_PKEY_CTX_set_signature_md(c, dkim_sha256()) == 1 &&
		     EVP_PKEY_verify(c, signature, n, hash, 32) == 1;
		EVP_PKEY_CTX_free(c);
	}
	if (!ok)
		ERR_clear_error();
	return ok;
}
