/* SPDX-License-Identifier: GPL-3.0-or-later */
/* domain_transport - MTA-STS (RFC 8461) and TLS-RPT (RFC 8460); see
 * domain_look.h */
#include "app/command/domain_look.h"

#include "app/command/sts.h"
#include "auth/text.h"

static const char area[] = "mta-sts";

enum { ADDRESSES_MAX = 16 };

/* Is every MX in the policy? Senders that obey it deliver to no other. */
static void
check_hosts(struct domain_look *d, const struct sts_policy *p)
{
	const struct dns_answer *mx = ask_dns(d->q, d->name, DNS_MX);

	for (size_t i = 0; i < mx->records; i++) {
		struct str host = mx->record[i].data;

		if (host.n == 0 || str_eq(host, STR(".")) ||
			sts_policy_allows(p, host))
			continue;
		domain_find(d, area,
			p->mode == STS_ENFORCE ? DOMAIN_ERROR : DOMAIN_WARNING,
			arena_printf(d->q->a,
				N_("add \"mx: %s\" to the policy and give the "
				   "record another id"),
				text_safe(d->q->a, host)),
			p->mode == STS_ENFORCE
				? N_("%s is an MX but not in the policy: mail "
				     "is not delivered there")
				: N_("%s is an MX but not in the policy"),
			text_safe(d->q->a, host));
	}
}

/* Patterns that no MX fits: mostly what was left behind by a move. */
static void
check_patterns(struct domain_look *d, const struct sts_policy *p)
{
	const struct dns_answer *mx = ask_dns(d->q, d->name, DNS_MX);

	if (mx->records == 0)
		return;
	for (size_t i = 0; i < p->mxs; i++) {
		struct sts_policy one = { .mx = p->mx + i, .mxs = 1 };
		bool fits = false;

		for (size_t k = 0; k < mx->records; k++)
			fits = fits ||
			       sts_policy_allows(&one, mx->record[k].data);
		if (!fits)
			domain_find(d, area, DOMAIN_NOTE,
				N_("remove it if it is not to be an MX again"),
				N_("no MX fits \"mx: %s\" of the policy"),
				text_safe(d->q->a, p->mx[i]));
	}
}

static void
judge_policy(struct domain_look *d, const struct sts_policy *p)
{
	for (size_t i = 0; i < p->errors; i++)
		domain_find(d, area, DOMAIN_ERROR,
			N_("correct it: senders ignore the policy as it is"),
			N_("the policy is wrong: %-s"), p->error[i]);
	if (p->errors)
		return;
	if (p->mode == STS_TESTING)
		domain_find(d, area, DOMAIN_NOTE,
			N_("use mode: enforce when the TLS reports are clean"),
			N_("mode: testing only reports: nothing is enforced "
			   "yet"));
	if (p->mode == STS_NONE)
		domain_find(d, area, DOMAIN_NOTE,
			N_("remove the record when the policy's max_age is "
			   "over"),
			N_("mode: none withdraws the policy"));
	if (p->max_age < STS_SHORT_AGE && p->mode == STS_ENFORCE)
		domain_find(d, area, DOMAIN_NOTE,
			N_("use some weeks, such as max_age: 2592000"),
			N_("max_age is %llu s: who writes seldom is not "
			   "protected"),
			(unsigned long long)p->max_age);
	if (p->mode == STS_NONE)
		return;
	check_hosts(d, p);
	check_patterns(d, p);
}

static void
keep_policy(struct domain_look *d, json_t *out, struct str text,
	const struct sts_policy *p)
{
	json_t *mx = json_array();

	for (size_t i = 0; i < p->mxs; i++)
		json_array_append_new(mx, json_stringn(p->mx[i].p, p->mx[i].n));
	json_object_set_new(
		out, "policy", json_string(text_safe(d->q->a, text)));
	json_object_set_new(out, "mode", json_string(sts_mode_name(p->mode)));
	json_object_set_new(
		out, "max_age", json_integer((json_int_t)p->max_age));
	json_object_set_new(out, "mx", mx);
}

/* The host's addresses by the resolver that answers everything else here. */
static size_t
find_host(struct domain_look *d, const char *host, const char **list)
{
	json_t *ips = domain_addresses(d, str_c(host));
	size_t n = 0;

	for (; n < json_array_size(ips) && n < ADDRESSES_MAX; n++)
		list[n] = arena_strdup(
			d->q->a, json_string_value(json_array_get(ips, n)));
	json_decref(ips);
	return n;
}

static void
look_policy(struct domain_look *d, json_t *out)
{
	const char *host = domain_below(d, "mta-sts");
	const char *url = arena_printf(
		d->q->a, "https://%s/.well-known/mta-sts.txt", host);
	const char *list[ADDRESSES_MAX];
	struct http_settings s = *d->http;
	struct http_answer answer;
	struct sts_policy p;
	struct buf b;
	struct err e;

	s.address = list;
	s.addresses = s.server ? 0 : find_host(d, host, list);
	if (!s.server && s.addresses == 0) {
		domain_find(d, area, DOMAIN_ERROR,
			N_("give it an address and serve the policy there"),
			N_("%s has no address: the policy cannot be fetched"),
			host);
		return;
	}
	buf_init(&b, STS_POLICY_BYTES);
	if (http_get(url, &s, &b, &answer, &e) < 0) {
		domain_find(d, area, DOMAIN_ERROR,
			answer.status >= 300 && answer.status < 400
				? N_("serve the policy at that very place: "
				     "senders follow no redirect (RFC 8461, "
				     "3.3)")
			: e.class == ERR_CERT ? N_("give the server a "
						   "certificate of that name")
					      : N_("serve the policy there"),
			"%s: %s", url, e.text);
	} else {
		sts_policy_parse(d->q->a, buf_str(&b), &p);
		keep_policy(d, out, buf_str(&b), &p);
		if (strcmp(answer.type, "text/plain") != 0)
			domain_find(d, area, DOMAIN_ERROR,
				N_("let the server say Content-Type: "
				   "text/plain"),
				N_("%s is \"%s\", not text/plain"), url,
				answer.type);
		judge_policy(d, &p);
	}
	buf_fini(&b);
}

static void
look_sts(struct domain_look *d)
{
	size_t n;
	const char *text =
		domain_txt(d, domain_below(d, "_mta-sts"), "v=STSv1", &n);
	struct str id = STR("");
	const char *why = text ? sts_record_id(str_c(text), &id) : NULL;
	json_t *out = json_pack("{ssssss}", "record", text ? text : "", "id",
		arena_cstr(d->q->a, id), "policy", "");

	if (n > 1)
		domain_find(d, area, DOMAIN_ERROR, N_("keep one"),
			N_("there are %zu MTA-STS records: none counts"), n);
	else if (!text)
		domain_find(d, area, DOMAIN_NOTE,
			N_("RFC 8461 keeps mail to you encrypted on the way"),
			N_("there is no MTA-STS policy"));
	if (why)
		domain_find(d, area, DOMAIN_ERROR,
			N_("publish \"v=STSv1; id=\" and a new id at each "
			   "change"),
			N_("the MTA-STS record is wrong: %-s"), why);
	if (text && d->http)
		look_policy(d, out);
	else if (text)
		domain_find(d, area, DOMAIN_NOTE, "",
			N_("the policy was not fetched: the answers come from "
			   "a "
			   "zone file"));
	json_object_set_new(d->out, "mta_sts", out);
}

void
domain_look_transport(struct domain_look *d)
{
	const char *tls;
	size_t n;

	look_sts(d);
	tls = domain_txt(d, domain_below(d, "_smtp._tls"), "v=TLSRPTv1", &n);
	if (n > 1)
		domain_find(d, "tls-rpt", DOMAIN_ERROR, N_("keep one"),
			N_("there are %zu TLS-RPT records: none counts"), n);
	else if (tls && !strstr(tls, "rua="))
		domain_find(d, "tls-rpt", DOMAIN_ERROR, N_("add rua=mailto:"),
			N_("the TLS-RPT record names no address"));
	else if (!tls && *json_string_value(json_object_get(
				 json_object_get(d->out, "mta_sts"), "record")))
		domain_find(d, "tls-rpt", DOMAIN_NOTE,
			N_("RFC 8460 tells you when delivery to you fails"),
			N_("there is no TLS-RPT record"));
	json_object_set_new(d->out, "tls_rpt", json_string(tls ? tls : ""));
}
