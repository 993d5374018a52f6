/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sasl - see sasl.h; SCRAM stands in sasl_scram.c */
#define _DEFAULT_SOURCE
#include "net/sasl.h"

#include <string.h>

#include "mime/body.h"

/* The longest mechanism takes three answers; a server may ask for the first
 * twice. */
enum { TURNS_MAX = 5, OFFERED_MAX = 200 };

static const struct {
	const char *name, *word; /* in signet.conf(5) */
} ways[SASL_WAYS] = {
	[SASL_NONE] = { "", "auto" },
	[SASL_PLAIN] = { "PLAIN", "plain" },
	[SASL_LOGIN] = { "LOGIN", "login" },
	[SASL_CRAM_MD5] = { "CRAM-MD5", "cram-md5" },
	[SASL_SCRAM_SHA_256] = { "SCRAM-SHA-256", "scram-sha-256" },
	[SASL_XOAUTH2] = { "XOAUTH2", "xoauth2" },
	[SASL_OAUTHBEARER] = { "OAUTHBEARER", "oauthbearer" },
};

void
sasl_wipe(struct buf *b)
{
	if (b->p)
		explicit_bzero(b->p, b->cap);
	buf_fini(b);
}

void
sasl_encode(struct buf *out, struct str s)
{
	struct buf lines;

	buf_init(&lines, SASL_MAX);
	body_encode_base64(&lines, s);
	for (size_t i = 0; i < lines.n; i++)
		if (lines.p[i] != '\r' && lines.p[i] != '\n')
			buf_addc(out, lines.p[i]);
	sasl_wipe(&lines);
}

/* --- which
 * ------------------------------------------------------------------------- */

const char *
sasl_name(enum sasl_way way)
{
	return ways[way].name;
}

void
sasl_note(unsigned *offered, struct str name)
{
	for (int i = SASL_NONE + 1; i < SASL_WAYS; i++)
		if (str_ieq(name, str_c(ways[i].name)))
			*offered |= 1u << i;
}

static enum sasl_way
way_of(const char *auth)
{
	for (int i = SASL_NONE + 1; auth && i < SASL_WAYS; i++)
		if (strcmp(auth, ways[i].word) == 0)
			return (enum sasl_way)i;
	return SASL_NONE;
}

static int
not_offered(
	enum sasl_way way, unsigned offered, const char *host, struct err *e)
{
	struct buf list;

	buf_init(&list, OFFERED_MAX);
	for (int i = SASL_NONE + 1; i < SASL_WAYS; i++)
		if (offered & 1u << i)
			buf_printf(
				&list, "%s%s", list.n ? " " : "", ways[i].word);
	err_set(e, ERR_ACCOUNT, 0,
		"'%s' does not offer the sign-in that 'auth = %s' names. "
		"Nothing was sent. What it offers of those that signet knows: "
		"%s",
		host, ways[way].word,
		list.n ? buf_c(&list) : err_words(N_("nothing")));
	buf_fini(&list);
	return -1;
}

int
sasl_choose(const char *auth, unsigned offered, bool is_clear, const char *host,
	enum sasl_way *out, struct err *e)
{
	static const enum sasl_way order[] = { SASL_PLAIN, SASL_LOGIN };
	enum sasl_way way = way_of(auth);

	*out = way;
	if (way && is_clear && (way == SASL_XOAUTH2 || way == SASL_OAUTHBEARER))
		return err_set(e, ERR_ACCOUNT, 0,
			"'auth = %s' sends a token, which whoever reads it can "
			"use: never on a line without encryption",
			ways[way].word);
	if (way)
		return offered & 1u << way ? 0
					   : not_offered(way, offered, host, e);
	if (is_clear && offered & 1u << SASL_SCRAM_SHA_256)
		*out = SASL_SCRAM_SHA_256;
	for (size_t i = 0; !*out && i < sizeof order / sizeof *order; i++)
		if (offered & 1u << order[i])
			*out = order[i];
	return 0;
}

/* --- what is said
 * ----------------------------------------------------------------------- */

bool
sasl_speaks_first(enum sasl_way way)
{
	return way != SASL_LOGIN && way != SASL_CRAM_MD5;
}

int
sasl_strange(const struct sasl *s, struct err *e)
{
	return err_set(e, ERR_ACCOUNT, 0,
		"sign-in: '%s' says something that is no %s", s->host,
		ways[s->way].name);
}

void
sasl_add_name(struct buf *out, struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] == ',')
			buf_adds(out, "=2C");
		else if (s.p[i] == '=')
			buf_adds(out, "=3D");
		else
			buf_addc(out, s.p[i]);
}

static int
plain(struct sasl *s, struct buf *out)
{
	buf_addc(out, '\0');
	buf_adds(out, s->user);
	buf_addc(out, '\0');
	buf_add(out, s->password);
	return 0;
}

static int
login(struct sasl *s, struct buf *out, struct err *e)
{
	if (s->step > 1)
		return sasl_strange(s, e);
	buf_add(out, s->step++ ? s->password : str_c(s->user));
	return 0;
}

static int
cram_md5(struct sasl *s, struct str challenge, struct buf *out, struct err *e)
{
	char digest[DIGEST_MD5_HEX];

	if (challenge.n == 0 || s->step++ > 0)
		return sasl_strange(s, e);
	if (digest_hmac_md5(s->password, challenge, digest, e) < 0)
		return -1;
	buf_printf(out, "%s %s", s->user, digest);
	return 0;
}

/* A challenge after the first message is JSON that says why not: it gets the
 * answer that it waits for, and the protocol's own no follows. */
static int
token(struct sasl *s, struct str challenge, struct buf *out)
{
	if (challenge.n && s->step > 0) {
		if (s->way == SASL_OAUTHBEARER)
			buf_addc(out, 1);
		return 0;
	}
	s->step = 1;
	if (s->way == SASL_OAUTHBEARER) {
		buf_adds(out, "n,a=");
		sasl_add_name(out, str_c(s->user));
		buf_printf(out, ",\1host=%s\1port=%u", s->host, s->port);
	} else {
		buf_printf(out, "user=%s", s->user);
	}
	buf_adds(out, "\1auth=Bearer ");
	buf_add(out, s->password);
	buf_adds(out, "\1\1");
	return 0;
}

int
sasl_answer(
	struct sasl *s, struct str challenge, struct buf *out, struct err *e)
{
	struct buf asked, said;
	int rc;

	if (s->turns++ == TURNS_MAX)
		return sasl_strange(s, e);
	buf_init(&asked, SASL_MAX);
	buf_init(&said, SASL_MAX);
	body_decode_base64(&asked, challenge);
	switch (s->way) {
	case SASL_PLAIN:
		rc = s->step++ > 1 ? sasl_strange(s, e) : plain(s, &said);
		break;
	case SASL_LOGIN:
		rc = login(s, &said, e);
		break;
	case SASL_CRAM_MD5:
		rc = cram_md5(s, buf_str(&asked), &said, e);
		break;
	case SASL_SCRAM_SHA_256:
		rc = sasl_scram(s, buf_str(&asked), &said, e);
		break;
	case SASL_XOAUTH2:
	case SASL_OAUTHBEARER:
		rc = token(s, buf_str(&asked), &said);
		break;
	default:
		rc = sasl_strange(s, e);
		break;
	}
	if (rc == 0)
		sasl_encode(out, buf_str(&said));
	sasl_wipe(&said);
	buf_fini(&asked);
	return rc;
}

int
sasl_accept(const struct sasl *s, struct err *e)
{
	if (s->way != SASL_SCRAM_SHA_256 || s->is_proven)
		return 0;
	return err_set(e, ERR_ACCOUNT, 0,
		"'%s' lets us in without the proof that it knows the password "
		"(%s): it may be another server",
		s->host, ways[s->way].name);
}

void
sasl_end(struct sasl *s)
{
	buf_fini(&s->first);
	explicit_bzero(s->server, sizeof s->server);
}
