/* SPDX-License-Identifier: GPL-3.0-or-later */
/* domain_more - BIMI, sending services and what large receivers ask for; see
 * domain_look.h */
#include "app/command/domain_look.h"

#include "auth/name.h"
#include "auth/tag.h"
#include "auth/text.h"

const char *
domain_below(struct domain_look *d, const char *label)
{
	return arena_printf(d->q->a, "%s.%.*s", label, STR_ARG(d->name));
}

/* --- BIMI ----------------------------------------------------------------- */

void
domain_look_bimi(struct domain_look *d)
{
	size_t n;
	const char *text =
		domain_txt(d, domain_below(d, "default._bimi"), "v=BIMI1", &n);
	struct tags t;

	json_object_set_new(d->out, "bimi", json_string(text ? text : ""));
	if (!text)
		return;
	if (!tags_parse(d->q->a, str_c(text), &t))
		domain_find(d, "bimi", DOMAIN_ERROR, N_("correct it"),
			N_("the BIMI record has %-s"), t.error);
	else if (tags_get(&t, "l").n &&
		 !str_istarts(tags_get(&t, "l"), STR("https://")))
		domain_find(d, "bimi", DOMAIN_ERROR, N_("use https"),
			N_("the logo's address is not https"));
	else if (tags_get(&t, "a").n == 0)
		domain_find(d, "bimi", DOMAIN_NOTE,
			N_("Gmail and Apple show logos only with a mark "
			   "certificate (a=)"),
			N_("the BIMI record names no certificate"));
	if (!d->is_enforced)
		domain_find(d, "bimi", DOMAIN_ERROR,
			N_("set p=quarantine or p=reject"),
			N_("no receiver shows a logo while DMARC is not "
			   "enforced"));
}

/* --- Amazon SES ----------------------------------------------------------- */

static void
look_token(struct domain_look *d, const char *token)
{
	const char *name = arena_printf(
		d->q->a, "%s._domainkey.%.*s", token, STR_ARG(d->name));
	const char *want =
		arena_printf(d->q->a, "%s.dkim.amazonses.com", token);
	const struct dns_answer *ans = ask_dns(d->q, str_c(name), DNS_CNAME);

	if (ans->status == DNS_TEMPFAIL)
		domain_find(d, "ses", DOMAIN_ERROR, N_("try again later"),
			N_("%s could not be asked: %-s"), name, ans->reason);
	else if (ans->records == 0 ||
		 !str_iends(ans->record[0].data, STR(".amazonses.com")))
		domain_find(d, "ses", DOMAIN_ERROR,
			arena_printf(
				d->q->a, N_("add: %s CNAME %s"), name, want),
			N_("there is no CNAME at %s"), name);
	else
		domain_find(d, "ses", DOMAIN_OK, "", N_("%s leads to %s"), name,
			text_safe(d->q->a, ans->record[0].data));
}

static void
look_mail_from(struct domain_look *d)
{
	const struct dns_answer *mx =
		ask_dns(d->q, str_c(d->mail_from), DNS_MX);
	size_t n;
	const char *spf = domain_txt(d, d->mail_from, "v=spf1", &n);
	bool ok = false;

	for (size_t i = 0; i < mx->records; i++)
		ok = ok ||
		     (str_istarts(mx->record[i].data, STR("feedback-smtp.")) &&
			     str_iends(mx->record[i].data,
				     STR(".amazonses.com")));
	if (!ok)
		domain_find(d, "ses", DOMAIN_ERROR,
			N_("add: MX 10 feedback-smtp.REGION.amazonses.com"),
			N_("%s has no MX of SES: it falls back to "
			   "amazonses.com"),
			d->mail_from);
	if (!spf || !strstr(spf, "amazonses.com"))
		domain_find(d, "ses", DOMAIN_ERROR,
			N_("add: TXT \"v=spf1 include:amazonses.com ~all\""),
			N_("%s has no SPF record that includes amazonses.com"),
			d->mail_from);
	if (ok && spf)
		domain_find(d, "ses", DOMAIN_OK, "",
			N_("%s is set up as custom MAIL FROM"), d->mail_from);
}

void
domain_look_ses(struct domain_look *d)
{
	for (size_t i = 0; i < d->tokens; i++)
		look_token(d, d->token[i]);
	if (d->tokens && d->tokens < 3)
		domain_find(d, "ses", DOMAIN_WARNING,
			N_("name all with --ses-token"),
			N_("Easy DKIM of Amazon SES needs three CNAME "
			   "records"));
	if (d->mail_from)
		look_mail_from(d);
	else if (d->uses_ses || d->tokens)
		domain_find(d, "ses", DOMAIN_NOTE,
			N_("set up a MAIL FROM subdomain and check it with "
			   "--ses-mail-from NAME"),
			N_("without a custom MAIL FROM, SPF passes for "
			   "amazonses.com and is not aligned"));
	if ((d->uses_ses || d->tokens) && !d->has_dmarc)
		domain_find(d, "ses", DOMAIN_WARNING, N_("publish one"),
			N_("there is no DMARC record of the domain's own"));
}

/* --- what large receivers ask of senders ---------------------------------- */

static void
ask_for(json_t *list, const char *who, const char *since, const char *what,
	int is_met)
{
	json_array_append_new(list, json_pack("{ssssssss}", "who", who, "since",
					    since, "what", what, "met",
					    is_met < 0 ? "unknown"
					    : is_met   ? "yes"
						       : "no"));
}

void
domain_look_receivers(struct domain_look *d)
{
	static const char both[] = "Gmail, Yahoo", naver[] = "Naver";
	static const char feb[] = "2024-02", july[] = "2024-07-19";
	json_t *list = json_array();
	int dkim = d->has_dkim ? 1 : d->selectors ? 0 : -1;

	ask_for(list, both, feb, N_("SPF or DKIM passes (everybody)"),
		d->has_spf || dkim == 1);
	ask_for(list, both, feb,
		N_("forward and reverse DNS of the sending address agree "
		   "(everybody; of the MX here)"),
		d->has_reverse);
	ask_for(list, both, feb, N_("TLS when sending (everybody)"), -1);
	ask_for(list, both, feb, N_("spam rate under 0.3 % (everybody)"), -1);
	ask_for(list, both, feb, N_("SPF and DKIM pass (5,000 a day and more)"),
		!d->has_spf ? 0 : dkim);
	ask_for(list, both, feb,
		N_("a DMARC record, p=none is enough (5,000 a day and more)"),
		d->has_dmarc);
	ask_for(list, both, feb,
		N_("From aligned with SPF or DKIM (5,000 a day and more)"), -1);
	ask_for(list, both, feb,
		N_("one-click unsubscribe, RFC 8058 (marketing, 5,000 a day "
		   "and "
		   "more)"),
		-1);
	ask_for(list, naver, july, N_("SPF (everybody)"), d->has_spf);
	ask_for(list, naver, july,
		N_("reverse DNS (everybody; of the MX here)"), d->has_reverse);
	ask_for(list, naver, july, N_("SPF and DKIM together (recommended)"),
		!d->has_spf ? 0 : dkim);
	ask_for(list, naver, july, N_("DMARC (bulk)"), d->has_dmarc);
	json_object_set_new(d->out, "receivers", list);
}
