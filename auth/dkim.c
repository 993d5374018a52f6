/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dkim - see dkim.h */
#include "auth/dkim.h"

#include "auth/dkim_head.h"
#include "auth/dkim_key.h"
#include "auth/name.h"
#include "auth/text.h"

/* A signer's clock may be this much ahead. */
enum { CLOCK_SLACK = 15 * 60 };

/* Fields that stand at most once in a message (RFC 5322, 3.6): one more than
 * was signed is what the reader may be shown instead. */
static const char *const singles[] = { "From", "Sender", "Reply-To", "To", "Cc",
	"Message-ID", "In-Reply-To", "References", "Subject", "Date",
	"MIME-Version", "Content-Type", "Content-Transfer-Encoding" };

/* Fields a reader acts on: a signature that leaves one out warns. */
static const char *const vital[] = { "Subject", "Reply-To", "Content-Type" };

#define COUNT(array) (sizeof(array) / sizeof *(array))

void
dkim_begin(struct arena *a, const struct header *h, struct dkim *out,
	struct body_hashes *bodies)
{
	size_t n = header_count(h, "DKIM-Signature");

	*out = (struct dkim){ 0 };
	out->field = arena_array(a, n, sizeof *out->field);
	out->body = arena_array(a, n, sizeof *out->body);
	for (size_t i = 0; i < h->count; i++) {
		struct dkim_field *f = &out->field[out->count];

		if (!str_ieq(h->field[i].name, STR("DKIM-Signature")))
			continue;
		dkim_field_read(a, &h->field[i], false, f);
		out->body[out->count] = -1;
		if (f->result == RESULT_NONE &&
			out->count >= LIMIT_DKIM_SIGNATURES) {
			f->result = RESULT_PERMERROR;
			f->reason =
				N_("not tried: only the first 10 signatures "
				   "are");
		}
		if (f->result == RESULT_NONE)
			out->body[out->count] = body_hashes_want(
				bodies, f->is_relaxed_body, f->l);
		out->count++;
	}
}

static enum verdict_result
fits_key(struct arena *a, const struct dkim_field *o, const struct dkim_key *k,
	const char *name, const char **reason)
{
	if (!k->pkey) {
		*reason = k->reason;
		return k->result;
	}
	if (k->is_ed25519 != o->is_ed25519) {
		*reason = text_printf(a, N_("key %s is an %s key, a= says %s"),
			name, k->is_ed25519 ? "Ed25519" : "RSA",
			o->is_ed25519 ? "ed25519-sha256" : "rsa-sha256");
		return RESULT_PERMERROR;
	}
	if (k->hash.p && !tag_list_has(k->hash, STR("sha256"))) {
		*reason = text_printf(a,
			N_("key %s does not allow sha256 (h=%s)"), name,
			text_safe(a, k->hash));
		return RESULT_PERMERROR;
	}
	if (k->is_strict && o->i_domain.p && !str_eq(o->i_domain, o->domain)) {
		*reason = text_printf(a,
			N_("key %s says t=s: the domain of i= must be d= "
			   "itself"),
			name);
		return RESULT_PERMERROR;
	}
	return RESULT_PASS;
}

enum verdict_result
dkim_prove(struct ask *q, const struct dkim_field *o, struct str head,
	struct dkim_evidence *out, const char **reason)
{
	enum verdict_result best = RESULT_NONE;
	unsigned char hash[32];
	struct dkim_keys keys;

	dkim_keys_fetch(q, o->s, o->d, &keys);
	*out = (struct dkim_evidence){ .key_name = keys.name,
		.key_text = "",
		.dnssec = keys.dnssec,
		.ttl = keys.ttl };
	*reason = keys.reason;
	if (keys.count == 0)
		return keys.result;
	if (!EVP_Digest(head.p, head.n, hash, NULL, dkim_sha256(), NULL)) {
		*reason = N_("SHA-256 does not work here");
		dkim_keys_fini(&keys);
		return RESULT_TEMPERROR;
	}
	for (size_t i = 0; i < keys.count && best != RESULT_PASS; i++) {
		const struct dkim_key *k = &keys.key[i];
		const char *why = "";
		enum verdict_result r = fits_key(q->a, o, k, keys.name, &why);

		if (r == RESULT_PASS &&
			!dkim_key_verify(k, o->b, o->b_length, hash)) {
			r = RESULT_FAIL;
			why = N_(
				"the signature does not match: a signed header "
				"field was changed after signing, or the key "
				"is "
				"another one");
		}
		/* of several keys the one that fits best is told */
		if (best != RESULT_NONE && r != RESULT_PASS && r != RESULT_FAIL)
			continue;
		best = r;
		*reason = why;
		out->bits = k->bits;
		out->is_testing = k->is_testing;
		out->key_text = text_safe(q->a, k->record);
	}
	dkim_keys_fini(&keys);
	return best;
}

static size_t
count_signed(struct str names, const char *name)
{
	struct str rest = names, item;
	size_t n = 0;

	while (str_split(&rest, ':', &item))
		n += str_ieq(str_trim(item), str_c(name));
	return n;
}

static void
warn(struct arena *a, struct verdict_dkim *v, const char *word,
	const char *name)
{
	v->warn[v->warns++] =
		name ? arena_printf(a, "%s:%s", word, name) : word;
}

/* What a reader should know though the signature is valid. Returns the field
 * that was added above a signed one, or NULL. */
static const char *
look_around(struct arena *a, const struct header *h, const struct dkim_field *o,
	const struct body_hash *body, int64_t arrived, struct verdict_dkim *v)
{
	const char *added = NULL;
	struct buf missing;

	buf_init(&missing, LIMIT_FIELD_SHOWN);
	v->warn = arena_array(
		a, COUNT(singles) + COUNT(vital) + 2, sizeof *v->warn);
	if (body && o->l >= 0 && body->length > o->l) {
		v->unsigned_bytes = body->length - o->l;
		warn(a, v, "partial-body", NULL);
	}
	for (size_t i = 0; i < COUNT(singles); i++) {
		size_t there = header_count(h, singles[i]);
		size_t covered = count_signed(o->h, singles[i]);

		if (there > covered && covered > 0) {
			warn(a, v, "added-header", singles[i]);
			added = added ? added : singles[i];
		}
		if (there > 0 && covered == 0)
			buf_printf(&missing, "%s%s", missing.n ? " " : "",
				singles[i]);
		for (size_t k = 0; k < COUNT(vital); k++)
			if (there > 0 && covered == 0 &&
				strcmp(vital[k], singles[i]) == 0)
				warn(a, v, "unsigned-header", vital[k]);
	}
	if (o->t > arrived + CLOCK_SLACK)
		warn(a, v, "future", NULL);
	v->not_signed = arena_cstr(a, buf_str(&missing));
	buf_fini(&missing);
	return added;
}

static void
fill_tags(struct arena *a, const struct dkim_field *o, struct verdict_dkim *v)
{
	v->d = text_safe(a, o->d);
	v->s = text_safe(a, o->s);
	v->i = text_safe(a, o->i);
	v->a = text_safe(a, tags_get(&o->tags, "a"));
	v->c = text_safe(a, tags_get(&o->tags, "c"));
	if (!*v->c)
		v->c = "simple/simple";
	v->h = text_safe(a, tag_squeeze(a, tags_get(&o->tags, "h")));
	v->z = text_safe(a, tags_get(&o->tags, "z"));
	/* one more than can be put there here: spoof adds from-not-in-sdid */
	v->warn = arena_array(
		a, COUNT(singles) + COUNT(vital) + 3, sizeof *v->warn);
	v->not_signed = "";
	v->key_name = v->key_text = "";
	v->signed_at = o->t;
	v->expires_at = o->x > 0 ? o->x : 0;
	v->body_length = o->l;
	v->result = o->result;
	v->reason = o->reason;
}

/* The signature itself: the body's hash, then the header's. */
static void
prove(struct ask *q, const struct header *h, const struct dkim_field *o,
	const struct body_hash *body, struct verdict_dkim *v)
{
	struct dkim_evidence key;
	struct buf head;
	bool *used = arena_array(q->a, h->count, sizeof *used);

	buf_init(&head, 2 * LIMIT_HEADER_BLOCK);
	dkim_head_select(&head, h, o->h, o->is_relaxed_head, used, o->field);
	dkim_head_add(&head, o->field, o->is_relaxed_head, o->b_whole, true);
	v->result = dkim_prove(q, o, buf_str(&head), &key, &v->reason);
	if (head.full) {
		v->result = RESULT_PERMERROR;
		v->reason = N_("the signed header is too long");
	}
	buf_fini(&head);
	v->key_name = key.key_name;
	v->key_text = key.key_text;
	v->dnssec = key.dnssec;
	v->ttl = key.ttl;
	v->bits = key.bits;
	v->is_testing = key.is_testing;
	v->body_hash_ok = memcmp(body->hash, o->bh, sizeof o->bh) == 0;
	if (o->l > body->length) {
		v->body_hash_ok = false;
		v->result = RESULT_PERMERROR;
		v->reason = text_printf(q->a,
			N_("l= covers %lld bytes, but the body has only %lld"),
			(long long)o->l, (long long)body->length);
	} else if (!v->body_hash_ok) {
		v->result = RESULT_FAIL;
		v->reason = N_("body hash differs: the text was changed after "
			       "signing");
	}
}

static void
check_one(struct ask *q, const struct header *h, const struct dkim_field *o,
	const struct body_hash *body, int64_t now, int64_t arrived,
	struct verdict_dkim *v)
{
	const char *added;

	fill_tags(q->a, o, v);
	if (o->result == RESULT_NONE && !body) {
		v->result = RESULT_PERMERROR;
		v->reason = N_("too many different l= tags in one message");
	} else if (o->result == RESULT_NONE) {
		prove(q, h, o, body, v);
	}
	if (o->result != RESULT_NONE)
		return; /* could not be tried */
	added = look_around(q->a, h, o, body, arrived, v);
	if (v->result != RESULT_PASS)
		return;
	/* valid, and yet not to be relied on */
	if (o->x >= 0 && o->x < now) {
		v->result = RESULT_POLICY;
		v->reason = text_printf(q->a, N_("the signature expired on %s"),
			text_date(q->a, o->x));
	} else if (added) {
		v->result = RESULT_POLICY;
		v->reason = text_printf(q->a,
			N_("a field %s was added that is not signed"), added);
	}
}

void
dkim_check(struct ask *q, const struct header *h, const struct dkim *d,
	const struct body_hashes *bodies, int64_t now, int64_t arrived,
	struct verdict *v)
{
	v->dkim = arena_array(q->a, d->count, sizeof *v->dkim);
	v->dkims = d->count;
	for (size_t i = 0; i < d->count; i++)
		check_one(q, h, &d->field[i],
			d->body[i] < 0 ? NULL : &bodies->want[d->body[i]], now,
			arrived, &v->dkim[i]);
}
