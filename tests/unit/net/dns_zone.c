/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Zone files: what is there, what is not, and what fails. */
#include <criterion/criterion.h>

#include "net/dns.h"

static const char zone[] =
	"{\"zone\": {"
	"\"a.example\": {\"TXT\": [[\"v=spf1 \", \"-all\"], \"plain\"],"
	" \"A\": [\"192.0.2.1\", \"x\"], \"AAAA\": [\"2001:db8::1\"],"
	" \"MX\": [[10, \"mail.a.example\"], [0, \"\"]]},"
	"\"1.2.0.192.in-addr.arpa\": {\"PTR\": [\"a.example\"]},"
	"\"www.a.example\": {\"CNAME\": \"A.example\"},"
	"\"far.example\": {\"CNAME\": \"nowhere.example\"},"
	"\"loop.example\": {\"CNAME\": \"loop.example\"},"
	"\"Upper.Example.\": {\"TXT\": [\"u\"]},"
	"\"slow.example\": {\"rcode\": \"TIMEOUT\", \"A\": [\"192.0.2.9\"]},"
	"\"bad.example\": {\"rcode\": \"SERVFAIL\"},"
	"\"gone.example\": {\"rcode\": \"NXDOMAIN\"},"
	"\"x.y.deep.example\": {\"A\": []}}}";

Test(dns_zone, answers)
{
	static const struct {
		const char *name;
		enum dns_type type;
		enum dns_status status;
		size_t records;
		const char *first; /* of text, or NULL */
	} rows[] = {
		{ "a.example", DNS_TXT, DNS_OK, 2, "v=spf1 -all" },
		{ "a.example", DNS_A, DNS_OK, 1, NULL },
		{ "a.example", DNS_AAAA, DNS_OK, 1, NULL },
		{ "a.example", DNS_MX, DNS_OK, 2, "mail.a.example" },
		{ "a.example", DNS_PTR, DNS_OK, 0, NULL },
		{ "1.2.0.192.in-addr.arpa", DNS_PTR, DNS_OK, 1, "a.example" },
		{ "www.a.example", DNS_TXT, DNS_OK, 2, "v=spf1 -all" },
		{ "www.a.example", DNS_CNAME, DNS_OK, 1, "A.example" },
		{ "far.example", DNS_A, DNS_NXDOMAIN, 0, NULL },
		{ "loop.example", DNS_A, DNS_TEMPFAIL, 0, NULL },
		{ "upper.example", DNS_TXT, DNS_OK, 1, "u" },
		{ "slow.example", DNS_TXT, DNS_TEMPFAIL, 0, NULL },
		{ "slow.example", DNS_A, DNS_OK, 1, NULL },
		{ "bad.example", DNS_TXT, DNS_TEMPFAIL, 0, NULL },
		{ "gone.example", DNS_TXT, DNS_NXDOMAIN, 0, NULL },
		{ "none.example", DNS_TXT, DNS_NXDOMAIN, 0, NULL },
		/* empty, for a name lies below it */
		{ "deep.example", DNS_TXT, DNS_OK, 0, NULL },
		{ "example", DNS_TXT, DNS_OK, 0, NULL },
		{ "eep.example", DNS_TXT, DNS_NXDOMAIN, 0, NULL },
	};
	struct arena *a = arena_new();
	struct dns_budget budget;
	struct resolver *r;
	struct dns *d;
	struct err e;

	d = dns_open_zone_text(STR(zone), "test", &e);
	cr_assert(d != NULL, "%s", e.text);
	r = dns_budget_init(&budget, d);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct dns_answer ans;

		r->query(r, a, str_c(rows[i].name), rows[i].type, &ans);
		cr_expect(ans.status == rows[i].status &&
				  ans.records == rows[i].records,
			"row %zu: %d %zu", i, ans.status, ans.records);
		cr_expect((ans.status == DNS_TEMPFAIL) == (*ans.reason != 0));
		if (rows[i].first && ans.records)
			cr_expect(str_eq(ans.record[0].data,
					  str_c(rows[i].first)),
				"row %zu", i);
	}
	budget.until_ms = 0;
	{
		struct dns_answer ans;

		r->query(r, a, STR("a.example"), DNS_A, &ans);
		cr_expect(ans.status == DNS_TEMPFAIL, "the time is used up");
	}
	dns_close(&d);
	cr_expect(d == NULL);
	arena_free(&a);
}

Test(dns_zone, what_is_no_zone)
{
	static const char *const bad[] = { "", "[]", "{", "{\"a\":}" };
	struct dns_settings s = { .server = &bad[3], .servers = 1 };
	struct err e;
	struct dns *d;

	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		d = dns_open_zone_text(str_c(bad[i]), "test", &e);
		cr_expect(!d && e.class == ERR_INPUT && *e.text, "row %zu", i);
	}
	d = dns_open_zone("/nonexistent/zone", &e);
	cr_expect(!d && *e.text);
	d = dns_open(&s, &e);
	cr_expect(!d && e.class == ERR_INPUT, "%s", d ? "opened" : e.text);
}
