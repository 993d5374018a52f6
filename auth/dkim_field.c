/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dkim_field - see dkim_field.h */
#include "auth/dkim_field.h"

#include "auth/name.h"
#include "auth/text.h"

static bool
bad(struct dkim_field *o, const char *reason)
{
	o->result = RESULT_PERMERROR;
	o->reason = reason;
	return false;
}

static bool
need(struct arena *a, struct dkim_field *o, const char *name, struct str *out)
{
	*out = tags_get(&o->tags, name);
	if (out->n)
		return true;
	return bad(o,
		out->p ? text_printf(a,
				 N_("the signature has an empty %s= tag"), name)
		       : text_printf(
				 a, N_("the signature has no %s= tag"), name));
}

/* A number of at most 12 digits (RFC 6376, 3.5); MISSING where there is none.
 */
static bool
number(struct arena *a, struct dkim_field *o, const char *name, int64_t missing,
	int64_t *out)
{
	struct str s = tags_get(&o->tags, name);
	uint64_t v;

	*out = missing;
	if (!s.p)
		return true;
	if (s.n > 12 || !str_to_u64(s, UINT64_C(999999999999), &v))
		return bad(o, text_printf(a, N_("%s= is no number"), name));
	*out = (int64_t)v;
	return true;
}

static bool
read_length(struct dkim_field *o)
{
	struct str s = tags_get(&o->tags, "l");
	uint64_t v;

	o->l = -1;
	if (!s.p)
		return true;
	if (!str_to_u64(s, INT64_MAX, &v))
		return bad(o, N_("l= is no number that can be"));
	o->l = (int64_t)v;
	return true;
}

static bool
read_algorithm(struct arena *a, struct dkim_field *o)
{
	struct str s;

	if (!need(a, o, "a", &s))
		return false;
	if (str_ieq(s, STR("rsa-sha256")))
		return true;
	o->is_ed25519 = str_ieq(s, STR("ed25519-sha256"));
	if (o->is_ed25519)
		return true;
	if (str_ieq(s, STR("rsa-sha1"))) {
		o->result = RESULT_POLICY;
		o->reason = N_("rsa-sha1 proves nothing any more (RFC 8301)");
		return false;
	}
	return bad(o, text_printf(a, N_("the algorithm %s is not known"),
			      text_safe(a, s)));
}

static bool
read_canonicalization(struct arena *a, struct dkim_field *o)
{
	struct str s = tags_get(&o->tags, "c"), head, rest = s;

	if (!s.p)
		return true;
	str_split(&rest, '/', &head);
	o->is_relaxed_head = str_ieq(head, STR("relaxed"));
	o->is_relaxed_body = rest.p && str_ieq(rest, STR("relaxed"));
	if ((!o->is_relaxed_head && !str_ieq(head, STR("simple"))) ||
		(rest.p && !o->is_relaxed_body &&
			!str_ieq(rest, STR("simple"))))
		return bad(
			o, text_printf(a,
				   N_("the canonicalization %s is not known"),
				   text_safe(a, s)));
	return true;
}

/* Decode dkim-quoted-printable (RFC 6376, 2.11). */
static struct str
quoted(struct arena *a, struct str s)
{
	char *p = arena_alloc(a, s.n + 1);
	size_t n = 0;

	s = tag_squeeze(a, s);
	for (size_t i = 0; i < s.n; i++) {
		static const char digits[] = "0123456789ABCDEF";
		const char *hi, *lo;

		if (s.p[i] == '=' && i + 2 < s.n + 0 && s.p[i + 1] &&
			s.p[i + 2] &&
			(hi = strchr(digits, s.p[i + 1])) != NULL &&
			(lo = strchr(digits, s.p[i + 2])) != NULL) {
			p[n++] = (char)((hi - digits) << 4 | (lo - digits));
			i += 2;
		} else {
			p[n++] = s.p[i];
		}
	}
	return (struct str){ p, n };
}

static bool
read_identity(struct arena *a, struct dkim_field *o)
{
	const struct tag *t = tags_find(&o->tags, "i");
	ptrdiff_t at;

	o->i = STR("");
	o->i_domain = o->domain;
	if (!t)
		return true;
	o->i = quoted(a, t->value);
	at = str_rchr(o->i, '@');
	if (at < 0 || !name_ascii(a, str_sub(o->i, (size_t)at + 1, o->i.n),
			      &o->i_domain))
		return bad(o, N_("i= is no address"));
	if (!name_is_below(o->i_domain, o->domain))
		return bad(o, N_("the domain of i= is not d= nor below it"));
	return true;
}

static bool
read_names(struct arena *a, struct dkim_field *o, bool is_arc)
{
	struct str rest, name;
	size_t n = 0;
	bool has_from = false;

	o->h = tags_get(&o->tags, "h");
	/* an ARC-Message-Signature need not cover From, nor any field */
	if ((!is_arc || !o->h.p) && !need(a, o, "h", &o->h))
		return false;
	rest = o->h;
	while (str_split(&rest, ':', &name)) {
		has_from = has_from || str_ieq(str_trim(name), STR("from"));
		if (++n > SIGNED_NAMES)
			return bad(o, N_("h= names more than 512 fields"));
	}
	if (!has_from && !is_arc)
		return bad(o, N_("From is not signed (h= does not name it)"));
	return true;
}

/* v= c= q= l= x= bh= and the identity: what a seal does not have */
static bool
read_rest(struct arena *a, struct dkim_field *o, bool is_arc)
{
	struct str q = tags_get(&o->tags, "q"), bh;

	if (!read_canonicalization(a, o) || !read_length(o) ||
		!number(a, o, "x", -1, &o->x))
		return false;
	if (q.p && !tag_list_has(q, STR("dns/txt")))
		return bad(o, N_("q= does not name dns/txt"));
	if (o->x >= 0 && tags_find(&o->tags, "t") && o->x <= o->t)
		return bad(o, N_("x= is not later than t="));
	if (!need(a, o, "bh", &bh))
		return false;
	if (text_base64(bh, o->bh, sizeof o->bh) != (ptrdiff_t)sizeof o->bh)
		return bad(o, N_("bh= is no SHA-256 hash"));
	return read_names(a, o, is_arc) && (is_arc || read_identity(a, o));
}

/* A domain-name of RFC 6376, 2.6: at least two labels, no white space within it
 * and no dot behind it. */
static bool
is_domain(struct arena *a, struct str written, struct dkim_field *o)
{
	return written.n == o->d.n && o->d.p[o->d.n - 1] != '.' &&
	       name_ascii(a, o->d, &o->domain) && name_labels(o->domain) > 1;
}

bool
dkim_field_common(struct arena *a, struct dkim_field *o)
{
	struct str b, d;
	ptrdiff_t n;

	/* the names first: they tell which signature it was */
	o->d = tag_squeeze(a, tags_get(&o->tags, "d"));
	o->s = tag_squeeze(a, tags_get(&o->tags, "s"));
	if (!number(a, o, "t", 0, &o->t))
		return false;
	if (!need(a, o, "d", &d) || !need(a, o, "s", &b))
		return false;
	if (!is_domain(a, d, o))
		return bad(o, N_("d= is no domain name"));
	if (b.n != o->s.n)
		return bad(o, N_("s= is no selector"));
	if (!read_algorithm(a, o) || !need(a, o, "b", &b))
		return false;
	o->b_whole = tags_find(&o->tags, "b")->whole;
	n = text_base64(b, o->b, sizeof o->b);
	if (n <= 0)
		return bad(o, N_("b= is no base64"));
	o->b_length = (size_t)n;
	return true;
}

void
dkim_field_read(struct arena *a, const struct header_field *f, bool is_arc,
	struct dkim_field *o)
{
	struct str v;

	*o = (struct dkim_field){ .field = f, .l = -1, .x = -1, .reason = "" };
	o->i = STR("");
	if (!tags_parse(a, f->value, &o->tags))
		bad(o, text_printf(a,
			       N_("the signature cannot be read: it has %-s"),
			       o->tags.error));
	v = tags_get(&o->tags, "v");
	o->d = tag_squeeze(a, tags_get(&o->tags, "d"));
	o->s = tag_squeeze(a, tags_get(&o->tags, "s"));
	if (o->result != RESULT_NONE)
		return;
	if (is_arc && v.p) {
		bad(o, N_("an ARC-Message-Signature has no v= tag"));
		return;
	}
	if (!is_arc && !str_eq(v, STR("1"))) {
		bad(o, v.p ? N_("v= is not 1")
			   : N_("the signature has no v= tag"));
		return;
	}
	if (!dkim_field_common(a, o))
		return;
	read_rest(a, o, is_arc);
}
