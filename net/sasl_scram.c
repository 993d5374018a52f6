/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SCRAM-SHA-256 (RFC 5802, 7677): see sasl.h. Neither side says the password,
 * and the server has to prove that it knows it too. */
#define _DEFAULT_SOURCE
#include <string.h>
#include <unicode/usprep.h>
#include <unicode/ustring.h>

#include "mime/body.h"
#include "net/sasl.h"

/* RFC 7677 §4 wants 4,096 rounds at least; the ceiling is a second of work. */
enum {
	ROUNDS_MIN = 4096,
	ROUNDS_MAX = 600000,
	NONCE_BYTES = 18,
	WIDE_MAX = 8 << 10
};

/* --- SASLprep (RFC 4013)
 * ------------------------------------------------------------ */

static bool
is_plain(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] < 0x20 ||
			(unsigned char)s.p[i] > 0x7e)
			return false;
	return true;
}

static bool
prepare_wide(struct buf *out, struct str s, UChar *from, UChar *to)
{
	UErrorCode rc = U_ZERO_ERROR;
	UStringPrepProfile *profile;
	int32_t n = 0;
	char *room;

	u_strFromUTF8(from, WIDE_MAX, &n, s.p, (int32_t)s.n, &rc);
	profile = usprep_openByType(USPREP_RFC4013_SASLPREP, &rc);
	if (U_FAILURE(rc))
		return false;
	n = usprep_prepare(profile, from, n, to, WIDE_MAX,
		USPREP_ALLOW_UNASSIGNED, NULL, &rc);
	usprep_close(profile);
	room = buf_room(out, 3 * WIDE_MAX);
	if (!room || U_FAILURE(rc))
		return false;
	u_strToUTF8(room, 3 * WIDE_MAX, &n, to, n, &rc);
	if (U_FAILURE(rc) || n == 0)
		return false;
	out->n += (size_t)n;
	return true;
}

/* Append S prepared; what must not be prepared goes as it is, and the server
 * says whether that is the password. */
static void
prepare(struct buf *out, struct str s)
{
	UChar from[WIDE_MAX], to[WIDE_MAX];

	if (is_plain(s) || !prepare_wide(out, s, from, to))
		buf_add(out, s);
	if (!is_plain(s)) {
		explicit_bzero(from, sizeof from);
		explicit_bzero(to, sizeof to);
	}
}

/* --- the three messages
 * ------------------------------------------------------------- */

static int
say_first(struct sasl *s, struct buf *out, struct err *e)
{
	unsigned char random[NONCE_BYTES];
	struct buf user;

	if (s->step == 0) {
		if (digest_random(random, sizeof random, e) < 0)
			return -1;
		buf_init(&s->first, SASL_MAX);
		buf_init(&user, SASL_MAX);
		prepare(&user, str_c(s->user));
		buf_adds(&s->first, "n=");
		sasl_add_name(&s->first, buf_str(&user));
		buf_adds(&s->first, ",r=");
		sasl_encode(&s->first,
			(struct str){ (char *)random, sizeof random });
		buf_fini(&user);
		s->step = 1;
	}
	buf_adds(out, "n,,"); /* no channel binding, no other user */
	buf_add(out, buf_str(&s->first));
	return 0;
}

/* "r=…,s=…,i=…" of the server: its nonce begins with ours. */
static bool
read_first(const struct sasl *s, struct str all, struct str *nonce,
	struct buf *salt, unsigned *rounds)
{
	struct str rest = all, r = STR(""), salt64 = STR(""), i = STR("");
	struct str first = buf_str(&s->first), ours;
	uint64_t n = 0;

	if (!str_split(&rest, ',', &r) || !rest.p ||
		!str_split(&rest, ',', &salt64) || !rest.p ||
		!str_split(&rest, ',', &i))
		return false;
	if (!str_starts(r, STR("r=")) || !str_starts(salt64, STR("s=")) ||
		!str_starts(i, STR("i=")))
		return false;
	*nonce = str_sub(r, 2, r.n);
	ours = str_sub(first, (size_t)str_find(first, STR(",r=")) + 3, first.n);
	body_decode_base64(salt, str_sub(salt64, 2, salt64.n));
	*rounds = str_to_u64(str_sub(i, 2, i.n), ROUNDS_MAX, &n) ? (unsigned)n
								 : 0;
	return str_starts(*nonce, ours) && nonce->n > ours.n && salt->n > 0 &&
	       *rounds >= ROUNDS_MIN;
}

/* What we prove in PROOF, and what the server has to, by what both have said.
 */
static int
prove(struct sasl *s, struct str said, struct str salt, unsigned rounds,
	unsigned char proof[DIGEST_SHA256], struct err *e)
{
	unsigned char salted[DIGEST_SHA256], key[DIGEST_SHA256] = { 0 },
					     stored[DIGEST_SHA256],
					     sign[DIGEST_SHA256] = { 0 };
	struct str as = { (char *)salted, DIGEST_SHA256 };
	struct buf password;
	int rc;

	buf_init(&password, SASL_MAX + 3 * WIDE_MAX);
	prepare(&password, s->password);
	rc = digest_stretch(buf_str(&password), salt, rounds, salted, e);
	sasl_wipe(&password);
	if (rc == 0)
		rc = digest_hmac(as, STR("Client Key"), key, e);
	if (rc == 0)
		rc = digest_sha256(
			(struct str){ (char *)key, sizeof key }, stored, e);
	if (rc == 0)
		rc = digest_hmac((struct str){ (char *)stored, sizeof stored },
			said, sign, e);
	for (int i = 0; rc == 0 && i < DIGEST_SHA256; i++)
		proof[i] = key[i] ^ sign[i];
	if (rc == 0)
		rc = digest_hmac(as, STR("Server Key"), key, e);
	if (rc == 0)
		rc = digest_hmac((struct str){ (char *)key, sizeof key }, said,
			s->server, e);
	explicit_bzero(salted, sizeof salted);
	explicit_bzero(key, sizeof key);
	explicit_bzero(stored, sizeof stored);
	explicit_bzero(sign, sizeof sign);
	return rc;
}

static int
say_proof(struct sasl *s, struct str challenge, struct buf *out, struct err *e)
{
	unsigned char proof[DIGEST_SHA256];
	struct str nonce = STR("");
	struct buf salt, said;
	unsigned rounds = 0;
	int rc;

	buf_init(&salt, SASL_MAX);
	buf_init(&said, 3 * SASL_MAX);
	if (!read_first(s, challenge, &nonce, &salt, &rounds)) {
		rc = sasl_strange(s, e);
	} else {
		buf_adds(out, "c=biws,r="); /* "n,," in base64 */
		buf_add(out, nonce);
		buf_add(&said, buf_str(&s->first));
		buf_addc(&said, ',');
		buf_add(&said, challenge);
		buf_addc(&said, ',');
		buf_add(&said, buf_str(out));
		rc = prove(s, buf_str(&said), buf_str(&salt), rounds, proof, e);
		if (rc == 0) {
			buf_adds(out, ",p=");
			sasl_encode(out,
				(struct str){ (char *)proof, sizeof proof });
		}
	}
	buf_fini(&said);
	buf_fini(&salt);
	s->step = 2;
	return rc;
}

/* "v=SIGNATURE", or "e=WHY", after which the protocol's own no comes. */
static int
hear_proof(struct sasl *s, struct str challenge, struct err *e)
{
	struct str rest = challenge, v = STR("");
	struct buf sign;
	bool is_it;

	s->step = 3;
	(void)str_split(&rest, ',', &v);
	if (str_starts(v, STR("e=")))
		return 0;
	if (!str_starts(v, STR("v=")))
		return sasl_strange(s, e);
	buf_init(&sign, SASL_MAX);
	body_decode_base64(&sign, str_sub(v, 2, v.n));
	is_it = sign.n == sizeof s->server &&
		digest_same(sign.p, s->server, sizeof s->server);
	buf_fini(&sign);
	s->is_proven = is_it;
	if (is_it)
		return 0;
	return err_set(e, ERR_ACCOUNT, 0,
		"'%s' does not know the password that it asks for (%s): it may "
		"be another server",
		s->host, sasl_name(s->way));
}

int
sasl_scram(struct sasl *s, struct str challenge, struct buf *out, struct err *e)
{
	if (s->step == 0 || (s->step == 1 && challenge.n == 0))
		return say_first(s, out, e);
	if (s->step == 1)
		return say_proof(s, challenge, out, e);
	if (s->step == 2)
		return hear_proof(s, challenge, e);
	return sasl_strange(s, e);
}
