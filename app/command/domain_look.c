/* SPDX-License-Identifier: GPL-3.0-or-later */
/* domain_look - MX, SPF, DKIM and DMARC; see domain_look.h */
#include "app/command/domain_look.h"

#include <arpa/inet.h>

#include "auth/dkim_key.h"
#include "auth/dmarc_walk.h"
#include "auth/name.h"
#include "auth/spf.h"
#include "auth/spf_record.h"
#include "auth/text.h"

static const char *const levels[] = { "ok", "note", "warning", "error" };

void
domain_find(struct domain_look *d, const char *area, enum domain_level level,
	const char *advice, const char *fmt, ...)
{
	va_list ap;
	const char *text;

	va_start(ap, fmt);
	text = text_safe(d->q->a, str_c(arena_vprintf(d->q->a, fmt, ap)));
	va_end(ap);
	json_array_append_new(d->findings,
		json_pack("{ssssssss}", "area", area, "level", levels[level],
			"text", text, "advice", advice));
}

const char *
domain_txt(struct domain_look *d, const char *name, const char *prefix,
	size_t *count)
{
	const struct dns_answer *ans = ask_dns(d->q, str_c(name), DNS_TXT);
	const char *found = NULL;

	*count = 0;
	if (ans->status == DNS_TEMPFAIL) {
		domain_find(d, "dns", DOMAIN_ERROR, N_("try again later"),
			N_("%s could not be asked: %-s"), name, ans->reason);
		d->unsure = true;
	}
	for (size_t i = 0; i < ans->records; i++) {
		if (!str_istarts(ans->record[i].data, str_c(prefix)))
			continue;
		if (++*count == 1)
			found = text_safe(d->q->a, ans->record[i].data);
	}
	return *count == 1 ? found : NULL;
}

/* --- MX ------------------------------------------------------------------- */

json_t *
domain_addresses(struct domain_look *d, struct str host)
{
	json_t *list = json_array();
	static const enum dns_type types[] = { DNS_A, DNS_AAAA };

	for (size_t t = 0; t < 2; t++) {
		const struct dns_answer *ans = ask_dns(d->q, host, types[t]);

		for (size_t i = 0; i < ans->records; i++) {
			char text[INET6_ADDRSTRLEN] = "";

			inet_ntop(types[t] == DNS_A ? AF_INET : AF_INET6,
				ans->record[i].data.p, text, sizeof text);
			json_array_append_new(list, json_string(text));
		}
	}
	return list;
}

static void
look_reverse(struct domain_look *d, const char *ip)
{
	unsigned char b[4];
	const struct dns_answer *ans;
	const char *name;
	bool leads_back = false;

	if (inet_pton(AF_INET, ip, b) != 1)
		return;
	name = arena_printf(
		d->q->a, "%d.%d.%d.%d.in-addr.arpa", b[3], b[2], b[1], b[0]);
	ans = ask_dns(d->q, str_c(name), DNS_PTR);
	if (ans->status == DNS_TEMPFAIL)
		return;
	for (size_t i = 0; i < ans->records && i < 5; i++) {
		const struct dns_answer *back =
			ask_dns(d->q, ans->record[i].data, DNS_A);

		for (size_t k = 0; k < back->records; k++)
			leads_back = leads_back ||
				     memcmp(back->record[k].data.p, b, 4) == 0;
	}
	if (leads_back && d->has_reverse < 0)
		d->has_reverse = 1;
	if (leads_back)
		return;
	d->has_reverse = 0;
	domain_find(d, "mx", DOMAIN_WARNING,
		N_("if mail is sent from this address too: ask whoever gave it "
		   "to "
		   "you for a PTR record, and give that name this address"),
		N_("%s has no name that leads back to it"), ip);
}

void
domain_look_mx(struct domain_look *d)
{
	const struct dns_answer *ans = ask_dns(d->q, d->name, DNS_MX);
	json_t *list = json_array();
	bool is_null = false;

	d->has_reverse = -1;
	for (size_t i = 0; i < ans->records; i++) {
		struct str host = ans->record[i].data;
		json_t *one, *ips;

		if (host.n == 0 || str_eq(host, STR("."))) {
			is_null = true;
			continue;
		}
		ips = domain_addresses(d, host);
		one = json_pack("{sissso}", "preference",
			(int)ans->record[i].preference, "host",
			text_safe(d->q->a, host), "addresses",
			json_incref(ips));
		json_array_append_new(list, one);
		if (ask_dns(d->q, host, DNS_CNAME)->records)
			domain_find(d, "mx", DOMAIN_ERROR,
				N_("name the server itself (RFC 2181, 10.3)"),
				N_("%s is an alias (CNAME), which an MX must "
				   "not name"),
				text_safe(d->q->a, host));
		if (json_array_size(ips) == 0)
			domain_find(d, "mx", DOMAIN_ERROR,
				N_("remove it or give it an address"),
				N_("%s has no address"),
				text_safe(d->q->a, host));
		for (size_t k = 0; k < json_array_size(ips) && k < 4; k++)
			look_reverse(
				d, json_string_value(json_array_get(ips, k)));
		json_decref(ips);
	}
	if (ans->status == DNS_TEMPFAIL)
		domain_find(d, "mx", DOMAIN_ERROR, N_("try again later"),
			N_("the MX records could not be asked: %-s"),
			ans->reason);
	else if (is_null && ans->records > 1)
		domain_find(d, "mx", DOMAIN_ERROR, N_("keep one or the other"),
			N_("a null MX (RFC 7505) stands beside others"));
	else if (is_null)
		domain_find(d, "mx", DOMAIN_NOTE,
			N_("publish \"v=spf1 -all\" and a DMARC record with "
			   "p=reject as well"),
			N_("null MX: the domain takes no mail (RFC 7505)"));
	else if (ans->records == 0)
		domain_find(d, "mx", DOMAIN_WARNING,
			N_("add an MX, or \"0 .\" if it takes no mail (RFC "
			   "7505)"),
			N_("there is no MX record: answers and bounces may not "
			   "arrive"));
	json_object_set_new(d->out, "mx", list);
	json_object_set_new(d->out, "null_mx", json_boolean(is_null));
}

/* --- SPF ------------------------------------------------------------------ */

struct tree {
	struct domain_look *d;
	json_t *list;
	int lookups, voids;
};

static void walk(struct tree *t, struct str name, int depth);

static void
walk_term(struct tree *t, struct str text, struct str domain, int depth)
{
	json_array_append_new(
		t->list, json_pack("{sissss}", "depth", depth, "domain",
				 text_safe(t->d->q->a, domain), "term",
				 text_safe(t->d->q->a, text)));
}

static void
walk_into(struct tree *t, struct str target, int depth)
{
	if (str_chr(target, '%') >= 0 || depth >= SPF_LOOKUPS ||
		t->lookups > 4 * SPF_LOOKUPS)
		return; /* depends on the sender, or is far too much already */
	if (str_ifind(target, STR("amazonses.com")) >= 0)
		t->d->uses_ses = true;
	walk(t, target, depth + 1);
}

/* The look-ups that a name costs when all of its record is evaluated. */
static void
walk(struct tree *t, struct str name, int depth)
{
	struct domain_look *d = t->d;
	struct spf_record rec;
	size_t n;
	const char *host = arena_cstr(d->q->a, name);
	const char *text = domain_txt(d, host, "v=spf1", &n);

	if (n > 1)
		domain_find(d, "spf", DOMAIN_ERROR, N_("merge them into one"),
			N_("%s has %zu SPF records: receivers see permerror"),
			host, n);
	if (!text && depth > 0)
		domain_find(d, "spf", DOMAIN_ERROR, N_("remove the include"),
			N_("%s is included but has no SPF record: permerror"),
			host);
	if (!text || !spf_is_record(str_c(text)))
		return;
	spf_record_parse(d->q->a, str_c(text), &rec);
	if (rec.error)
		domain_find(d, "spf", DOMAIN_ERROR, N_("correct the record"),
			N_("the SPF record of %s is wrong: %-s"), host,
			rec.error);
	for (size_t i = 0; i < rec.terms; i++) {
		const struct spf_term *m = &rec.term[i];

		walk_term(t, m->text, name, depth);
		t->lookups += spf_term_asks(m);
		if (m->kind == SPF_PTR)
			domain_find(d, "spf", DOMAIN_WARNING,
				N_("name the addresses instead"),
				N_("%s uses ptr, which RFC 7208 says not to"),
				host);
		if (m->kind == SPF_ALL && m->qualifier == '+')
			domain_find(d, "spf", DOMAIN_ERROR,
				N_("end with -all or ~all"),
				N_("%s allows the whole Internet (+all)"),
				host);
		if (m->kind == SPF_INCLUDE)
			walk_into(t, m->domain, depth);
	}
	if (rec.redirect.p && !rec.has_all) {
		t->lookups++;
		walk_term(t,
			str_c(arena_printf(d->q->a, "redirect=%.*s",
				STR_ARG(rec.redirect))),
			name, depth);
		walk_into(t, rec.redirect, depth);
	} else if (!rec.has_all && depth == 0) {
		domain_find(d, "spf", DOMAIN_WARNING,
			N_("end with -all or ~all"),
			N_("the record says nothing about other servers"));
	}
}

void
domain_look_spf(struct domain_look *d)
{
	struct tree t = { .d = d, .list = json_array() };
	const char *host = arena_cstr(d->q->a, d->name);
	size_t n;
	const char *text = domain_txt(d, host, "v=spf1", &n);

	walk(&t, d->name, 0);
	d->has_spf = text != NULL && t.lookups <= SPF_LOOKUPS;
	if (n == 0)
		domain_find(d, "spf", DOMAIN_WARNING,
			N_("publish one; \"v=spf1 -all\" if no mail is sent"),
			N_("there is no SPF record"));
	if (t.lookups > SPF_LOOKUPS)
		domain_find(d, "spf", DOMAIN_ERROR,
			N_("replace includes by addresses, or move services to "
			   "subdomains"),
			N_("SPF needs %d DNS look-ups, 10 are allowed: "
			   "receivers "
			   "see permerror"),
			t.lookups);
	else if (t.lookups > SPF_LOOKUPS - 2)
		domain_find(d, "spf", DOMAIN_NOTE, "",
			N_("SPF needs %d of the 10 DNS look-ups allowed"),
			t.lookups);
	json_object_set_new(d->out, "spf",
		json_pack("{sssiso}", "record", text ? text : "", "lookups",
			t.lookups, "tree", t.list));
}

/* --- DKIM ----------------------------------------------------------------- */

static void
look_key(struct domain_look *d, const char *selector, bool is_guess,
	json_t *list)
{
	struct dkim_keys k;

	dkim_keys_fetch(d->q, str_c(selector), d->name, &k);
	if (k.count == 0 && !is_guess)
		domain_find(d, "dkim",
			k.result == RESULT_TEMPERROR ? DOMAIN_WARNING
						     : DOMAIN_ERROR,
			N_("publish the key that your sender gave you"), "%s",
			k.reason);
	for (size_t i = 0; i < k.count; i++) {
		const struct dkim_key *key = &k.key[i];

		json_array_append_new(
			list, json_pack("{sssssssisbss}", "selector", selector,
				      "name", k.name, "record",
				      text_safe(d->q->a, key->record), "bits",
				      key->bits, "test", key->is_testing,
				      "error", key->reason));
		d->has_dkim = d->has_dkim || key->pkey;
		if (!key->pkey)
			domain_find(d, "dkim", DOMAIN_ERROR,
				N_("publish a new key"), "%s", key->reason);
		else if (!key->is_ed25519 && key->bits < 2048)
			domain_find(d, "dkim", DOMAIN_NOTE,
				N_("use 2048 bits (RFC 8301)"),
				N_("key %s has %d bits"), k.name, key->bits);
		if (key->is_testing)
			domain_find(d, "dkim", DOMAIN_NOTE,
				N_("remove t=y when it works"),
				N_("key %s says that it is a test (t=y)"),
				k.name);
	}
	dkim_keys_fini(&k);
}

void
domain_look_dkim(struct domain_look *d)
{
	static const char *const common[] = { "default", "google", "selector1",
		"selector2", "s1", "s2", "k1", "mail", "dkim" };
	json_t *list = json_array();

	for (size_t i = 0; i < d->selectors; i++)
		look_key(d, d->selector[i], false, list);
	for (size_t i = 0;
		d->selectors == 0 && i < sizeof common / sizeof *common; i++)
		look_key(d, common[i], true, list);
	if (d->selectors == 0)
		domain_find(d, "dkim", DOMAIN_NOTE,
			N_("name yours with --selector; it is s= in a "
			   "signature"),
			N_("selectors cannot be listed: %zu keys were found "
			   "under "
			   "common names"),
			json_array_size(list));
	json_object_set_new(d->out, "dkim", list);
}

/* --- DMARC ---------------------------------------------------------------- */

/* Reports that go elsewhere need that domain's consent (RFC 9990, 4). */
static void
look_destination(struct domain_look *d, struct str uri)
{
	struct str host, ascii;
	const char *name;
	size_t n;

	uri = str_trim(uri);
	if (!str_istarts(uri, STR("mailto:")) || str_rchr(uri, '@') < 0)
		return;
	host = str_sub(uri, (size_t)str_rchr(uri, '@') + 1, uri.n);
	if (str_chr(host, '!') >= 0)
		host.n = (size_t)str_chr(host, '!');
	if (!name_ascii(d->q->a, host, &ascii) ||
		name_is_below(ascii, name_tail(d->name, 2)))
		return;
	name = arena_printf(d->q->a, "%.*s._report._dmarc.%.*s",
		STR_ARG(d->name), STR_ARG(ascii));
	domain_txt(d, name, "v=DMARC1", &n);
	if (n == 0)
		domain_find(d, "dmarc", DOMAIN_WARNING,
			N_("whoever takes the reports must publish it"),
			N_("reports to %s are not sent: there is no record %s"),
			text_safe(d->q->a, ascii), name);
}

static void
judge_record(struct domain_look *d, const struct dmarc_record *r, bool own)
{
	enum dmarc_policy p = own || r->sp == DMARC_UNSET ? r->p : r->sp;
	struct str rest = r->rua, one;

	d->has_dmarc = !r->has_bad_policy || r->has_rua;
	d->is_enforced = p >= DMARC_QUARANTINE && !r->is_testing;
	if (r->has_bad_policy)
		domain_find(d, "dmarc", DOMAIN_ERROR,
			N_("correct p=, sp= or np="),
			N_("the record has no valid policy: %-s"),
			r->has_rua ? N_("it counts as p=none")
				   : N_("it does not count at all"));
	else if (p == DMARC_NONE)
		domain_find(d, "dmarc", DOMAIN_NOTE,
			N_("go on to quarantine and reject once the reports "
			   "show "
			   "no mail of yours that fails"),
			N_("p=none only watches: forged mail is not stopped"));
	if (!r->has_rua)
		domain_find(d, "dmarc", DOMAIN_NOTE,
			N_("add rua=mailto:ADDRESS and read it with signet "
			   "report"),
			N_("nobody gets reports"));
	if (r->is_testing)
		domain_find(d, "dmarc", DOMAIN_NOTE,
			N_("remove t=y when ready"),
			N_("t=y: receivers apply the next milder policy"));
	if (str_ifind(r->text, STR("pct=")) >= 0)
		domain_find(d, "dmarc", DOMAIN_NOTE, N_("use t=y instead"),
			N_("pct= is gone from DMARC (RFC 9989)"));
	while (str_split(&rest, ',', &one))
		look_destination(d, one);
}

void
domain_look_dmarc(struct domain_look *d)
{
	const struct dmarc_step *own = NULL;
	struct dmarc_walk w;
	json_t *steps = json_array();

	dmarc_walk(d->q, d->name, &w);
	for (size_t i = 0; i < w.steps; i++) {
		json_array_append_new(
			steps, json_pack("{ssss}", "name",
				       arena_printf(d->q->a, "_dmarc.%.*s",
					       STR_ARG(w.step[i].name)),
				       "found", w.step[i].told));
		if (w.step[i].is_valid &&
			(str_eq(w.step[i].name, d->name) ||
				str_eq(w.step[i].name, w.organizational)) &&
			!own)
			own = &w.step[i];
		if (!w.step[i].is_valid && w.step[i].record.has_twice)
			domain_find(d, "dmarc", DOMAIN_ERROR,
				N_("remove one of the two"),
				N_("a tag of _dmarc.%s stands twice: the "
				   "record does not count"),
				text_safe(d->q->a, w.step[i].name));
		if (str_starts(str_c(w.step[i].told), STR("several")))
			domain_find(d, "dmarc", DOMAIN_ERROR, N_("keep one"),
				N_("_dmarc.%s has several records: none "
				   "counts"),
				text_safe(d->q->a, w.step[i].name));
	}
	if (w.is_temperror) {
		d->unsure = true;
		domain_find(d, "dmarc", DOMAIN_ERROR, N_("try again later"),
			"%s", w.reason);
	} else if (!own) {
		domain_find(d, "dmarc", DOMAIN_WARNING,
			N_("publish \"v=DMARC1; p=none; rua=mailto:YOU\" at "
			   "_dmarc and read the reports"),
			N_("there is no DMARC record"));
	} else {
		judge_record(d, &own->record, str_eq(own->name, d->name));
	}
	json_object_set_new(d->out, "dmarc",
		json_pack("{sssssssb}", "record",
			own ? text_safe(d->q->a, own->record.text) : "",
			"record_domain",
			own ? text_safe(d->q->a, own->name) : "",
			"organizational_domain",
			text_safe(d->q->a, w.organizational), "enforced",
			d->is_enforced));
	json_object_set_new(json_object_get(d->out, "dmarc"), "walk", steps);
}
