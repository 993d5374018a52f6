/* SPDX-License-Identifier: GPL-3.0-or-later */
/* phrase - see phrase.h */
#include "app/letter/phrase.h"

#include <libintl.h>

#include "base/err.h" /* N_ */

enum { HOLES = 6, DEPTH = 3 };

static void add(struct buf *out, struct str text, int depth);

/* More telling ones first: the first that fits is taken. */
static const char *const known[] = {
	/* the rule */
	N_("Verified by %s on arrival: %s; %s"),
	N_("Verified: %s (%s)"),
	N_("Signed by another: only %s stands behind this (SPF), not %s"),
	N_("Signed by another: %s signed this, not %s"),
	N_("Not authenticated: nothing proves that %s sent this (%s)"),
	N_("Not authenticated: nothing proves that %s sent this"),
	N_("Failed: %s says dmarc=fail; %s asks receivers to %s such mail "
	   "(p=%s)"),
	N_("Failed: nothing proves %s sent this (%s); %s asks receivers to %s "
	   "such mail (p=%s); SPF could not be evaluated, so DMARC rests on "
	   "DKIM alone"),
	N_("Failed: nothing proves %s sent this (%s); %s asks receivers to %s "
	   "such mail (p=%s)"),
	N_("Failed: nothing proves %s sent this; %s asks receivers to %s such "
	   "mail (p=%s); SPF could not be evaluated, so DMARC rests on DKIM "
	   "alone"),
	N_("Failed: nothing proves %s sent this; %s asks receivers to %s such "
	   "mail (p=%s)"),
	N_("Cannot tell: %s"),
	N_("%s says %s, but the signature is valid here"),
	N_("From is not clear"),
	N_("not checked here"),
	N_("the text was changed afterwards"),
	N_("the key has been withdrawn since"),
	N_("reject"),
	N_("quarantine"),
	/* alerts */
	N_("There is no From address: nobody says who wrote this"),
	N_("The message has %s From fields; programs show different ones"),
	N_("From names %s addresses of different domains"),
	N_("From is written as a group, which hides who wrote this"),
	N_("From cannot be read as one address"),
	N_("\"%s\" is only a display name; the address is %s"),
	N_("%s looks like %s, with which you correspond"),
	N_("The domain %s mixes scripts; it is really %s"),
	N_("The domain %s only looks like plain letters; it is really %s"),
	N_("An answer would go to %s, not to %s"),
	N_("The last %s bytes of the text are not signed by %s: anybody can "
	   "have added them"),
	N_("A second field %s was added that %s did not sign"),
	N_("%s is not covered by the signature of %s and could have been "
	   "replaced"),
	N_("The signature of %s is dated later than the message arrived"),
	N_("%s signed this, not %s"),
	N_("An Authentication-Results field of %s came with the message and "
	   "was ignored: your server did not write it"),
	N_("the key %s is another than before: ask %s another way if it "
	   "matters"),
	/* DKIM */
	N_("body hash differs: the text was changed after signing"),
	N_("the signature does not match: a signed header field was changed "
	   "after signing, or the key is another one"),
	N_("the signature expired on %s"),
	N_("a field %s was added that is not signed"),
	N_("the key %s could not be fetched (%s)"),
	N_("there is no key at %s (the name does not exist)"),
	N_("there is no key at %s"),
	N_("key %s is revoked (empty p=)"),
	N_("key %s has no p= tag"),
	N_("key %s is not for mail, s=%s"),
	N_("key %s is of an unknown type, k=%s"),
	N_("key %s: v= must be DKIM1 and stand first"),
	N_("key %s: p= is no base64 or too long"),
	N_("key %s: p= holds no %s key"),
	N_("key %s has %s bits, at least 1024 are needed (RFC 8301)"),
	N_("key %s has %s bits, more than 8192"),
	N_("key %s says t=s: the domain of i= must be d= itself"),
	N_("key %s does not allow sha256 (h=%s)"),
	N_("key %s is an %s key, a= says %s"),
	N_("key %s cannot be read: it has %s"),
	N_("rsa-sha1 proves nothing any more (RFC 8301)"),
	N_("the algorithm %s is not known"),
	N_("the canonicalization %s is not known"),
	N_("the domain of i= is not d= nor below it"),
	N_("the signature has no %s= tag"),
	N_("the signature has an empty %s= tag"),
	N_("the signature cannot be read: it has %s"),
	/* DMARC */
	N_("there is no DMARC record"),
	N_("no valid signature and no SPF pass belongs to the From domain"),
	N_("no valid signature belongs to the From domain (SPF could not be "
	   "evaluated: DMARC rests on DKIM alone)"),
	N_("the policy at %s could not be fetched (%s)"),
	N_("whether %s exists could not be asked (%s)"),
	N_("the author's domain is not clear"),
	/* SPF */
	N_("no Received field shows which server of yours took the message in"),
	N_("the Received field of your server names no client address, or two"),
	N_("the envelope's sender is not known"),
	N_("the Received field of %s"),
	N_("the Authentication-Results of %s"),
	N_("found by %s"),
	N_("a forwarder of yours rewrote the sender"),
	N_("the SPF record of %s could not be fetched (%s)"),
	N_("the SPF record of %s is wrong: %s"),
	N_("the SPF record of %s is too long"),
	N_("the DNS did not answer for %s (%s)"),
	N_("the message is older than 7 days: records change"),
	N_("%s includes %s, which has no SPF record"),
	N_("%s redirects to %s, which has no SPF record"),
	N_("%s has no SPF record"),
	N_("%s probably does not allow %s (%s)"),
	N_("%s does not allow %s (%s)"),
	N_("%s says nothing about %s (%s)"),
	N_("%s allows %s (%s)"),
	N_("SPF needs more than 10 DNS look-ups, 10 are allowed: %s of %s is "
	   "number 11"),
	N_("more than 2 DNS look-ups found nothing, the last for %s"),
	N_("neither a sender nor a HELO name is known"),
	/* ARC */
	N_("the newest ARC-Message-Signature (d=%s): %s"),
	N_("the seal of instance %s (d=%s): %s"),
	N_("instance %s is not whole"),
	/* the walk */
	N_("no record"),
	N_("several records: none of them counts"),
	N_("no answer (%s)"),
};

/* Does TEXT have the shape of SHAPE? What stands in its holes is in HOLE. A
 * hole ends where what follows it begins first, the last one at the end. */
static bool
fits(struct str shape, struct str text, struct str hole[HOLES])
{
	for (size_t n = 0;; n++) {
		ptrdiff_t at = str_find(shape, STR("%s")), next, end;
		struct str piece;

		if (at < 0)
			return str_eq(shape, text);
		if (n == HOLES ||
			!str_starts(text, str_sub(shape, 0, (size_t)at)))
			return false;
		text = str_sub(text, (size_t)at, text.n);
		shape = str_sub(shape, (size_t)at + 2, shape.n);
		next = str_find(shape, STR("%s"));
		piece = str_sub(shape, 0, next < 0 ? shape.n : (size_t)next);
		if (next < 0)
			end = str_ends(text, piece)
				      ? (ptrdiff_t)(text.n - piece.n)
				      : -1;
		else
			end = str_find(text, piece);
		if (end < 0)
			return false;
		hole[n] = str_sub(text, 0, (size_t)end);
		text = str_sub(text, (size_t)end, text.n);
	}
}

/* SHAPE with HOLE in its holes: "%s" the next, "%2$s" the second. What stands
 * behind "=" is the value of a tag, no word. */
static void
fill(struct buf *out, const char *shape, const struct str hole[HOLES],
	int depth)
{
	size_t next = 0, n;

	for (const char *p = shape; *p; p++) {
		bool is_value = p > shape && p[-1] == '=';

		if (p[0] == '%' && p[1] == 's') {
			n = next++;
			p++;
		} else if (p[0] == '%' && p[1] > '0' && p[1] <= '0' + HOLES &&
			   p[2] == '$' && p[3] == 's') {
			n = (size_t)(p[1] - '1');
			p += 3;
		} else {
			buf_addc(out, *p);
			continue;
		}
		if (n < HOLES)
			add(out, hole[n], is_value ? 0 : depth);
	}
}

/* A hole may hold a sentence of its own: "found by the Received field of x". */
static void
add(struct buf *out, struct str text, int depth)
{
	for (size_t i = 0; depth > 0 && i < sizeof known / sizeof *known; i++) {
		struct str hole[HOLES] = { { NULL, 0 } };
		const char *said = gettext(known[i]);

		if (said == known[i] || !fits(str_c(known[i]), text, hole))
			continue;
		fill(out, said, hole, depth - 1);
		return;
	}
	buf_add(out, text);
}

void
phrase_add(struct buf *out, const char *text)
{
	add(out, str_c(text ? text : ""), DEPTH);
}

static const char *
phrase(struct arena *a, const char *text)
{
	struct buf t;
	const char *said;

	buf_init(&t, 4000);
	phrase_add(&t, text);
	said = arena_cstr(a, buf_str(&t));
	buf_fini(&t);
	return said;
}

void
phrase_verdict(struct arena *a, struct verdict *v)
{
	v->sentence = phrase(a, v->sentence);
	for (size_t i = 0; i < v->alerts; i++)
		v->alert[i].text = phrase(a, v->alert[i].text);
}
