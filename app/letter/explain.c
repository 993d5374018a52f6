/* SPDX-License-Identifier: GPL-3.0-or-later */
/* explain - see explain.h */
#include "app/letter/explain.h"

#include <libintl.h>
#include <stdio.h>

#include "base/err.h" /* N_ */

#define _(text) gettext(text)

/* The rules of signet-auth(7), from the first. */
static const char *const rules[] = {
	N_("Who wrote this cannot be read from From for certain, so nothing "
	   "can be proven about that person. Other programs may show another "
	   "sender than this one."),
	N_("Your server says that this failed, and here the signature is "
	   "valid. One of the two is wrong: the message was changed between "
	   "them, or the field is not your server's."),
	N_("A signature of the From domain is valid: whoever holds the "
	   "domain's key has signed this. It says who sent it, not that the "
	   "sender is honest."),
	N_("Your server checked this when it came. What is said rests on that "
	   "server's word."),
	N_("The server that delivered this is one that the From domain names "
	   "in its SPF record. The text itself is not protected by that."),
	N_("What could still prove the From domain did not answer. It is asked "
	   "again by itself after a minute, ten minutes, an hour, and daily "
	   "for five days."),
	N_("The From domain asks receivers not to take mail that it is not "
	   "proven to have sent, and nothing proves this. A forgery looks like "
	   "this; so does a message that a mailing list or a forwarder "
	   "changed. If in doubt, ask the sender another way."),
	N_("Something is proven here, but for another domain: a mailing list, "
	   "or a service that sends for others. Who wrote it is not proven."),
	N_("Nothing proves the From domain, and the domain asks for nothing. "
	   "That alone is no sign of a forgery, and no sign against one."),
};

/* In place of the seventh, where the reader alone asks. */
static const char demanded[] =
	N_("The From domain asks for nothing, but you do: mail of this domain "
	   "that is not proven counts as failed. A forgery looks like this; so "
	   "does a message that a mailing list or a forwarder changed. M takes "
	   "that back.");

/* What whoever sends can do about a signature that did not pass. */
static const char *
mend_dkim(const struct verdict_dkim *d)
{
	switch (d->result) {
	case RESULT_FAIL:
		return d->key_text && *d->key_text && !d->body_hash_ok
			       ? N_("The text was changed after signing: by a "
				    "list, a filter, or a server that adds a "
				    "footer. Sign last, behind all that "
				    "changes the text.")
			       : N_("Either a signed field was changed on the "
				    "way, or the key in the DNS is not the one "
				    "that signs: compare it with the "
				    "signer's.");
	case RESULT_POLICY:
		return N_("It may be right, but it is not relied on. Sign "
			  "with rsa-sha256 and 2048 bits or with "
			  "ed25519-sha256, and name each field in h= once "
			  "more than it stands there.");
	case RESULT_TEMPERROR:
		return N_("The DNS servers of the signing domain did not "
			  "answer. It is tried again.");
	default:
		return N_("The signature or its key is not written as RFC "
			  "6376 has it, or there is no such key: publish the "
			  "key that signs, at the name above.");
	}
}

static const char *
mend_spf(const struct verdict_spf *s)
{
	switch (s->result) {
	case RESULT_PASS:
		return s->is_aligned ? NULL
				     : N_("The envelope's domain is not that "
					  "of From, so this proves nothing "
					  "for DMARC: use a bounce address "
					  "below the From domain.");
	case RESULT_FAIL:
	case RESULT_SOFTFAIL:
	case RESULT_NEUTRAL:
		return N_("The envelope's domain does not stand for the "
			  "server that delivered this: add that server to the "
			  "SPF record, or send through one it names. A "
			  "forwarder always gives this.");
	case RESULT_NONE:
		return N_("The envelope's domain has no SPF record: publish "
			  "one that names its servers.");
	case RESULT_PERMERROR:
		return N_("The SPF record is wrong and counts for nothing "
			  "until it is mended: signet domain shows where.");
	case RESULT_TEMPERROR:
		return N_("The DNS servers of a domain in the SPF record did "
			  "not answer. It is tried again.");
	default:
		return N_("SPF needs the address that your own server wrote "
			  "down. signet asks once which servers are yours; "
			  "signet verify takes --ip, --helo and --mail-from.");
	}
}

static const char *
mend_dmarc(const struct verdict_dmarc *d)
{
	switch (d->result) {
	case RESULT_PASS:
		return NULL;
	case RESULT_FAIL:
		return N_("Neither a valid signature nor SPF belongs to the "
			  "From domain: have what sends for it sign with a d= "
			  "of that domain.");
	case RESULT_TEMPERROR:
		return N_("The DNS servers of the From domain did not answer. "
			  "It is tried again.");
	default:
		return N_("The From domain asks for nothing. Whoever owns it "
			  "publishes \"v=DMARC1; p=none; rua=mailto:ADDRESS\" "
			  "at _dmarc and reads what comes with signet report.");
	}
}

/* NAME: RESULT, and below it why and what to do; nothing where MEND is NULL. */
static void
item(struct doc_builder *b, const char *name, enum verdict_result result,
	const char *reason, const char *mend)
{
	if (!mend)
		return;
	doc_printf(b, DOC_HEADING, "%s: %s", name, verdict_result_name(result));
	doc_newline(b);
	doc_set_prefix(b, STR("  "), STR("  "), DOC_PLAIN);
	if (reason && *reason) {
		doc_add(b, str_c(reason), DOC_PLAIN, -1);
		doc_newline(b);
	}
	doc_add(b, str_c(gettext(mend)), DOC_PLAIN, -1);
	doc_newline(b);
	doc_set_prefix(b, STR(""), STR(""), DOC_PLAIN);
	doc_newline(b);
}

struct doc *
explain_doc(struct arena *a, const struct verdict *v, unsigned width)
{
	struct doc_builder *b = doc_begin(a, width);
	char name[400];

	doc_set_by_word(b, true);
	doc_add(b, str_c(v->sentence), DOC_BOLD, -1);
	doc_newline(b);
	doc_newline(b);
	if (v->rule >= 1 && v->rule <= (int)(sizeof rules / sizeof *rules)) {
		doc_add(b,
			str_c(gettext(v->is_demanded ? demanded
						     : rules[v->rule - 1])),
			DOC_PLAIN, -1);
		doc_newline(b);
		doc_printf(
			b, DOC_LABEL, _("rule %d of signet-auth(7)"), v->rule);
		doc_newline(b);
		doc_newline(b);
	}
	for (size_t i = 0; i < v->alerts; i++) {
		doc_printf(b, DOC_ALERT, "! %s", v->alert[i].text);
		doc_newline(b);
	}
	if (v->alerts)
		doc_newline(b);
	for (size_t i = 0; i < v->dkims; i++) {
		const struct verdict_dkim *d = &v->dkim[i];

		snprintf(name, sizeof name, "DKIM %zu, %s", i + 1,
			d->key_name && *d->key_name ? d->key_name : d->d);
		item(b, name, d->result, d->reason,
			d->result == RESULT_PASS ? NULL : mend_dkim(d));
	}
	if (v->dkims == 0)
		item(b, "DKIM", RESULT_NONE, "",
			N_("There is no signature: whoever sends for the From "
			   "domain can sign with DKIM, which alone survives "
			   "forwarding."));
	item(b, "SPF", v->spf.result, v->spf.reason, mend_spf(&v->spf));
	item(b, "DMARC", v->dmarc.result, v->dmarc.reason,
		mend_dmarc(&v->dmarc));
	if (v->arc.result == RESULT_FAIL)
		item(b, "ARC", v->arc.result, v->arc.reason,
			N_("The chain of servers that passed this on is "
			   "broken. It never decides here."));
	return doc_end(b);
}
