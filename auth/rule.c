/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rule - see rule.h */
#include "auth/rule.h"

#include "auth/believed.h"
#include "auth/name.h"
#include "auth/spoof.h"
#include "auth/text.h"

int
rule_choose(const struct rule_input *in)
{
	/* 1. No From, several From fields or addresses of several domains, or
	 *    one that cannot be parsed. Never anything better. */
	if (in->author_unclear)
		return 1;
	/* 2. A believed receiver says dmarc=fail, or dkim=fail for the very
	 *    signature that passes here. */
	if (in->sources_disagree)
		return 2;
	/* 3. A DKIM signature that passes here and is aligned with From. */
	if (in->dkim_aligned)
		return 3;
	/* 4. A believed receiver says dmarc=pass for the From domain. */
	if (in->server_dmarc_pass)
		return 4;
	/* 5. SPF passes and is aligned, its inputs from the confirmed boundary
	 *    or given. */
	if (in->spf_aligned)
		return 5;
	/* 6. What could still prove it could not be asked. */
	if (in->not_asked)
		return 6;
	/* 7. The policy that applies is quarantine or reject, and DMARC fails,
	 *    or a believed receiver says so; or the reader asks for proof. */
	if ((in->policy_enforced && in->dmarc_failed) || in->is_demanded)
		return 7;
	/* 8. A valid signature or SPF pass for another domain. */
	if (in->other_valid)
		return 8;
	/* 9. Nothing proves it, and nothing is asked. */
	return 9;
}

enum verdict_state
rule_state(int n)
{
	static const enum verdict_state states[] = { VERDICT_PENDING,
		VERDICT_CANNOT_TELL, VERDICT_CANNOT_TELL, VERDICT_VERIFIED,
		VERDICT_VERIFIED, VERDICT_VERIFIED, VERDICT_CANNOT_TELL,
		VERDICT_FAILED, VERDICT_OTHER_SIGNER, VERDICT_NONE };

	return n >= 1 && n <= 9 ? states[n] : VERDICT_PENDING;
}

static bool
is_enforced(const struct verdict_dmarc *d)
{
	return strcmp(d->policy, "quarantine") == 0 ||
	       strcmp(d->policy, "reject") == 0;
}

/* Does the reader ask for proof of mail from DOMAIN? */
static bool
is_demanded(const struct verify_facts *facts, const char *domain)
{
	for (size_t i = 0; i < facts->demandeds; i++)
		if (name_is_below(str_c(domain), str_c(facts->demanded[i])))
			return true;
	return false;
}

static struct rule_input
read_input(const struct author *author, const struct verify_facts *facts,
	const struct verdict *v, const struct believed *b)
{
	struct rule_input in = { 0 };

	in.author_unclear = author->kind != AUTHOR_ONE;
	for (size_t i = 0; i < v->dkims; i++) {
		if (v->dkim[i].result != RESULT_PASS)
			continue;
		if (v->dkim[i].is_aligned)
			in.dkim_aligned = true;
		else
			in.other_valid = true;
	}
	in.sources_disagree =
		b->dkim_fail || (in.dkim_aligned && b->dmarc_fail);
	in.server_dmarc_pass = b->dmarc_pass;
	if (v->spf.result == RESULT_PASS && v->spf.is_confirmed) {
		if (v->spf.is_aligned)
			in.spf_aligned = true;
		else
			in.other_valid = true;
	}
	in.not_asked = v->dmarc.result == RESULT_TEMPERROR || v->dmarc.is_open;
	in.policy_enforced = is_enforced(&v->dmarc);
	in.dmarc_failed = v->dmarc.result == RESULT_FAIL || b->dmarc_fail;
	in.is_demanded = is_demanded(facts, v->from_domain);
	return in;
}

/* --- sentences ------------------------------------------------------------ */

/* BY (DKIM, SPF) is aligned; the policy where there is one. */
static const char *
say_verified(struct arena *a, const struct verdict *v, const char *by)
{
	if (!*v->dmarc.policy)
		return text_printf(
			a, N_("Verified: %s (%s)"), v->from_domain, by);
	return text_printf(a, N_("Verified: %s (%s, DMARC p=%s)"),
		v->from_domain, by, v->dmarc.policy);
}

/* Why the signature of the From domain is not valid here; "" where there is
 * none. */
static const char *
own_reason(const struct verdict *v)
{
	for (size_t i = 0; i < v->dkims; i++)
		if (v->dkim[i].is_aligned && v->dkim[i].result != RESULT_PASS)
			return v->dkim[i].reason;
	return "";
}

static const char *
say_server(struct arena *a, const struct verdict *v, const struct believed *b)
{
	const char *since = N_("not checked here");

	for (size_t i = 0; i < v->dkims; i++) {
		const struct verdict_dkim *d = &v->dkim[i];

		if (!d->is_aligned || d->result == RESULT_PASS)
			continue;
		if (d->result == RESULT_FAIL && !d->body_hash_ok)
			since = N_("the text was changed afterwards");
		else if (d->result == RESULT_PERMERROR && !*d->key_text)
			since = N_("the key has been withdrawn since");
		else
			since = d->reason;
		break;
	}
	return text_printf(a, N_("Verified by %s on arrival: %s; %-s"), b->who,
		v->from_domain, since);
}

/* The domain asks for nothing, but the reader does. */
static const char *
say_demanded(struct arena *a, const struct verdict *v)
{
	const char *why = own_reason(v);

	if (!*why)
		return text_printf(a,
			N_("Failed: nothing proves %s sent this, and you ask "
			   "for proof of its mail"),
			v->from_domain);
	return text_printf(a,
		N_("Failed: nothing proves %s sent this (%-s), and you ask for "
		   "proof of its mail"),
		v->from_domain, why);
}

static const char *
say_failed(struct arena *a, const struct verdict *v, const struct believed *b)
{
	const char *verb = strcmp(v->dmarc.policy, "reject") == 0
				   ? N_("reject")
				   : N_("quarantine");
	const char *why = own_reason(v);
	bool dkim_alone =
		v->spf.result == RESULT_NOT_EVALUATED || !v->spf.is_confirmed;

	if (v->dmarc.result != RESULT_FAIL)
		return text_printf(a,
			N_("Failed: %s says dmarc=fail; %s asks "
			   "receivers to %-s such mail (p=%s)"),
			b->who, v->from_domain, verb, v->dmarc.policy);
	if (*why)
		return text_printf(a,
			dkim_alone
				? N_("Failed: nothing proves %s sent this "
				     "(%-s); %s asks "
				     "receivers to %-s such mail (p=%s); SPF "
				     "could not be "
				     "evaluated, so DMARC rests on DKIM alone")
				: N_("Failed: nothing proves %s sent this "
				     "(%-s); %s asks "
				     "receivers to %-s such mail (p=%s)"),
			v->from_domain, why, v->from_domain, verb,
			v->dmarc.policy);
	return text_printf(a,
		dkim_alone ? N_("Failed: nothing proves %s sent this; %s asks "
				"receivers to "
				"%-s such mail (p=%s); SPF could not be "
				"evaluated, so "
				"DMARC rests on DKIM alone")
			   : N_("Failed: nothing proves %s sent this; %s asks "
				"receivers to "
				"%-s such mail (p=%s)"),
		v->from_domain, v->from_domain, verb, v->dmarc.policy);
}

static const char *
say_other(struct arena *a, const struct verdict *v)
{
	for (size_t i = 0; i < v->dkims; i++)
		if (v->dkim[i].result == RESULT_PASS)
			return text_printf(a,
				N_("Signed by another: %s signed this, not %s"),
				v->dkim[i].d, v->from_domain);
	return text_printf(a,
		N_("Signed by another: only %s stands behind this (SPF), not "
		   "%s"),
		v->spf.domain, v->from_domain);
}

static const char *
say(struct arena *a, const struct verdict *v, const struct believed *b)
{
	const char *why = own_reason(v);

	switch (v->rule) {
	case 1:
		return text_printf(a, N_("Cannot tell: %-s"),
			v->alerts ? v->alert[0].text : N_("From is not clear"));
	case 2:
		return text_printf(a,
			N_("Cannot tell: %s says %s, but the "
			   "signature is valid here"),
			b->who, b->dkim_fail ? "dkim=fail" : "dmarc=fail");
	case 3:
		return say_verified(a, v, "DKIM");
	case 4:
		return say_server(a, v, b);
	case 5:
		return say_verified(a, v, "SPF");
	case 6:
		return text_printf(a, N_("Cannot tell: %-s"), v->dmarc.reason);
	case 7:
		return v->is_demanded ? say_demanded(a, v)
				      : say_failed(a, v, b);
	case 8:
		return say_other(a, v);
	default:
		if (!*why)
			return text_printf(a,
				N_("Not authenticated: nothing proves that %s "
				   "sent this"),
				v->from_domain);
		return text_printf(a,
			N_("Not authenticated: nothing proves that %s sent "
			   "this (%-s)"),
			v->from_domain, why);
	}
}

void
rule_apply(struct arena *a, const struct author *author,
	const struct verify_facts *facts, struct verdict *v)
{
	struct believed b;
	struct rule_input in;

	believed_read(a, author, v, &b);
	in = read_input(author, facts, v, &b);
	v->rule = rule_choose(&in);
	v->is_demanded =
		v->rule == 7 && !(in.policy_enforced && in.dmarc_failed);
	v->state = rule_state(v->rule);
	v->is_server_only =
		v->rule == 4 || (v->rule == 5 && v->spf.is_from_server);
	v->is_final = v->rule != 6;
	if (v->rule == 2)
		spoof_alert(a, v, ALERT_SOURCES_DISAGREE,
			text_printf(a,
				N_("%s says %s, but the signature is valid "
				   "here"),
				b.who,
				b.dkim_fail ? "dkim=fail" : "dmarc=fail"));
	v->sentence = say(a, v, &b);
}
