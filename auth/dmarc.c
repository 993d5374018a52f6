/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dmarc - see dmarc.h */
#include "auth/dmarc.h"

#include "auth/dmarc_walk.h"
#include "auth/name.h"
#include "auth/text.h"

struct check {
	struct ask *q;
	struct verdict *v;
	struct str author;
	struct dmarc_walk walk;
	const struct dmarc_step *policy; /* the record that applies, or NULL */
	bool is_psd;                     /* it is the public suffix's */
	bool cannot_align; /* an organizational domain could not be found */
	bool could_align;  /* what would be aligned could not be checked */
	const char *why;
};

/* 4.10.1: the record at the author domain, whatever became of the walk above
 * it; else at its organizational domain, else at the public suffix above that.
 */
static void
find_policy(struct check *c)
{
	const struct dmarc_step *org = NULL, *psd = NULL;

	for (size_t i = 0; i < c->walk.steps; i++) {
		const struct dmarc_step *s = &c->walk.step[i];

		if (!s->is_valid)
			continue;
		if (str_eq(s->name, c->author)) {
			c->policy = s;
			return;
		}
		if (str_eq(s->name, c->walk.organizational))
			org = s;
		if (s->record.psd == 'y')
			psd = s;
	}
	if (!c->walk.is_temperror)
		c->policy = org ? org : psd;
}

static bool
author_exists(struct check *c, bool *known)
{
	const struct dns_answer *ans = ask_dns(c->q, c->author, DNS_TXT);

	/* of an alias it may be the target that does not exist (RFC 6604, 3) */
	if (ans->status == DNS_NXDOMAIN) {
		ans = ask_dns(c->q, c->author, DNS_CNAME);
		if (ans->records)
			return *known = true;
	}
	*known = ans->status != DNS_TEMPFAIL;
	if (!*known)
		c->why = text_printf(c->q->a,
			N_("whether %s exists could not be asked (%-s)"),
			text_safe(c->q->a, c->author), ans->reason);
	return ans->status == DNS_OK;
}

/* The policy for this author domain, before t=y. DMARC_UNSET: none applies.
 * False where the DNS did not answer. */
static bool
choose(struct check *c, enum dmarc_policy *out)
{
	const struct dmarc_record *r = &c->policy->record;
	bool known = true;

	*out = DMARC_UNSET;
	if (r->has_bad_policy) {
		*out = r->has_rua ? DMARC_NONE : DMARC_UNSET;
		return true;
	}
	*out = r->p;
	if (str_eq(c->policy->name, c->author))
		return true;
	if (r->sp != DMARC_UNSET)
		*out = r->sp;
	if (r->np != DMARC_UNSET && r->np != *out &&
		!author_exists(c, &known) && known)
		*out = r->np;
	return known;
}

static enum dmarc_policy
milder(enum dmarc_policy p)
{
	return p == DMARC_REJECT       ? DMARC_QUARANTINE
	       : p == DMARC_QUARANTINE ? DMARC_NONE
				       : p;
}

/* Does DOMAIN, as written in a signature or an envelope, belong to the
 * author's? */
static bool
is_aligned(struct check *c, const char *domain, bool is_strict)
{
	struct dmarc_walk w;
	struct str ascii;

	if (!name_ascii(c->q->a, str_c(domain), &ascii))
		return false;
	if (str_eq(ascii, c->author))
		return true;
	if (is_strict)
		return false;
	if (c->walk.is_temperror) {
		/* what has not even the last label in common never aligns */
		if (str_eq(name_tail(ascii, 1), name_tail(c->author, 1))) {
			c->cannot_align = true;
			c->why = c->walk.reason;
		}
		return false;
	}
	/* an organizational domain is the name itself or above it: what is not
	 * below the author's needs no walk, and a sender cannot make one */
	if (!name_is_below(ascii, c->walk.organizational))
		return false;
	dmarc_walk(c->q, ascii, &w);
	if (w.is_temperror) {
		c->cannot_align = true;
		c->why = w.reason;
		return false;
	}
	return str_eq(w.organizational, c->walk.organizational);
}

static void
align(struct check *c)
{
	const struct dmarc_record *r = c->policy ? &c->policy->record : NULL;
	struct verdict_spf *spf = &c->v->spf;
	bool asks;

	for (size_t i = 0; i < c->v->dkims; i++) {
		struct verdict_dkim *d = &c->v->dkim[i];

		asks = d->result == RESULT_PASS ||
		       d->result == RESULT_TEMPERROR;
		/* a failed one is told about without more questions */
		d->is_aligned =
			is_aligned(c, d->d, (r && r->strict_dkim) || !asks);
		if (!d->is_aligned || !asks)
			continue;
		if (d->result == RESULT_PASS) {
			c->v->dmarc.dkim_aligned = true;
		} else {
			c->could_align = true;
			c->why = d->reason;
		}
	}
	asks = spf->result == RESULT_PASS || spf->result == RESULT_TEMPERROR;
	spf->is_aligned =
		is_aligned(c, spf->domain, (r && r->strict_spf) || !asks);
	if (!spf->is_aligned || !asks || !spf->is_confirmed)
		return;
	if (spf->result == RESULT_PASS) {
		c->v->dmarc.spf_aligned = true;
	} else {
		c->could_align = true;
		c->why = spf->reason;
	}
}

static void
tell_record(struct check *c, struct verdict_dmarc *d)
{
	const struct dmarc_record *r = &c->policy->record;
	struct arena *a = c->q->a;

	d->record_domain = text_safe(a, c->policy->name);
	d->record = text_safe(a, r->text);
	d->p = dmarc_policy_name(r->p);
	d->sp = dmarc_policy_name(r->sp);
	d->np = dmarc_policy_name(r->np);
	d->adkim = r->strict_dkim ? "s" : "r";
	d->aspf = r->strict_spf ? "s" : "r";
	d->psd = r->psd == 'y' ? "y" : r->psd == 'n' ? "n" : "u";
	d->rua = text_safe(a, r->rua);
	d->ruf = text_safe(a, r->ruf);
	d->fo = text_safe(a, r->fo);
	d->is_testing = r->is_testing;
	d->dnssec = c->policy->dnssec;
}

static void
tell_walk(struct check *c, struct verdict_dmarc *d)
{
	d->walk = arena_array(c->q->a, c->walk.steps, sizeof *d->walk);
	for (size_t i = 0; i < c->walk.steps; i++)
		d->walk[d->walks++] = text_printf(c->q->a, "_dmarc.%.*s: %s",
			STR_ARG(c->walk.step[i].name), c->walk.step[i].told);
	d->organizational_domain = text_safe(c->q->a, c->walk.organizational);
}

/* The result, once policy and alignment are known. */
static void
conclude(struct check *c, struct verdict_dmarc *d, enum dmarc_policy policy)
{
	d->is_open = (c->cannot_align || c->could_align) && !d->dkim_aligned &&
		     !d->spf_aligned;
	if (!c->policy || policy == DMARC_UNSET) {
		d->result = RESULT_NONE;
		d->reason = d->is_open ? c->why
			    : c->policy
				    ? N_("the record has no valid policy and "
					 "asks for no reports: it does not "
					 "count")
				    : N_("there is no DMARC record");
		if (c->policy)
			d->policy = "";
		return;
	}
	if (d->dkim_aligned || d->spf_aligned) {
		d->result = RESULT_PASS;
		return;
	}
	if (d->is_open) {
		d->result = RESULT_TEMPERROR;
		d->reason = c->why;
		return;
	}
	d->result = RESULT_FAIL;
	d->disposition = d->policy;
	d->reason =
		c->v->spf.is_confirmed &&
				c->v->spf.result != RESULT_NOT_EVALUATED
			? N_("no valid signature and no SPF pass belongs to "
			     "the From domain")
			: N_("no valid signature belongs to the From domain "
			     "(SPF could not be evaluated: DMARC rests on DKIM "
			     "alone)");
}

void
dmarc_prepare(struct ask *q, const struct author *author)
{
	struct dmarc_walk w;

	if (author->kind == AUTHOR_ONE)
		dmarc_walk(q, author->domain, &w);
}

void
dmarc_check(struct ask *q, const struct author *author, struct verdict *v)
{
	struct check c = {
		.q = q, .v = v, .author = author->domain, .why = ""
	};
	struct verdict_dmarc *d = &v->dmarc;
	enum dmarc_policy policy = DMARC_UNSET;
	const char *unanswered;
	bool answered = true;

	if (author->kind != AUTHOR_ONE) {
		d->reason = N_("the author's domain is not clear");
		return;
	}
	d->domain = text_safe(q->a, author->domain);
	dmarc_walk(q, author->domain, &c.walk);
	find_policy(&c);
	tell_walk(&c, d);
	if (c.policy) {
		tell_record(&c, d);
		answered = choose(&c, &policy);
		if (c.policy->record.is_testing)
			policy = milder(policy);
		d->policy = answered ? dmarc_policy_name(policy) : "";
	}
	unanswered = c.policy ? c.why : c.walk.reason;
	align(&c);
	/* a pass is one whichever policy it is */
	if ((c.walk.is_temperror && !c.policy) ||
		(!answered && !d->dkim_aligned && !d->spf_aligned)) {
		d->result = RESULT_TEMPERROR;
		d->reason = unanswered;
		return;
	}
	conclude(&c, d, policy);
}
