/* SPDX-License-Identifier: GPL-3.0-or-later */
/* DMARC: records, and the tree walk by RFC 9989. */
#include <criterion/criterion.h>
#include <stdio.h>

#include "auth/dmarc_walk.h"
#include "auth/name.h"
#include "tests/unit/auth/table.h"

Test(dmarc, records)
{
	static const struct {
		const char *text;
		bool is_record, is_bad;
		enum dmarc_policy p;
	} rows[] = {
		{ "v=DMARC1; p=reject", true, false, DMARC_REJECT },
		{ "v=DMARC1;p=Quarantine;", true, false, DMARC_QUARANTINE },
		{ "v = DMARC1 ; p = none ; x", true, false, DMARC_NONE },
		{ "v=DMARC1", true, true, DMARC_UNSET },
		{ "v=DMARC1; p=n", true, true, DMARC_UNSET },
		{ "v=DMARC1; p=none; sp=bob", true, true, DMARC_NONE },
		{ "v=DMARC1; rua=mailto:a@b.example", true, true, DMARC_UNSET },
		{ "v=DMARC1; sp=reject; p=none", true, false, DMARC_NONE },
		{ "v=dmarc1; p=none", false, false, DMARC_UNSET },
		{ "v=DMARC1x; p=none", false, false, DMARC_UNSET },
		{ "p=none; v=DMARC1", false, false, DMARC_UNSET },
		{ " v=DMARC1; p=none", false, false, DMARC_UNSET },
		{ "", false, false, DMARC_UNSET },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct dmarc_record r;
		bool is = dmarc_record_parse(str_c(rows[i].text), &r);

		cr_expect(is == rows[i].is_record, "'%s'", rows[i].text);
		if (!is)
			continue;
		cr_expect(
			r.has_bad_policy == rows[i].is_bad && r.p == rows[i].p,
			"'%s'", rows[i].text);
	}
}

Test(dmarc, reporting_uris)
{
	static const struct {
		const char *rua;
		bool is_uri;
	} rows[] = {
		{ "mailto:a@b.example", true },
		{ "mailto:a@b.example!10m", true },
		{ "a@b.example, https://b.example/r?x=%2C", true },
		{ "x-r+1.0:", true },
		{ "a@b.example", false },
		{ "mailto:a b@b.example", false },
		{ "mailto:<a@b.example>", false },
		{ "1x:b", false },
		{ "m_x:b", false },
		{ "mailto:a%2@b.example", false },
		{ ":b", false },
		{ "", false },
	};
	char text[200];

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct dmarc_record r;

		snprintf(text, sizeof text, "v=DMARC1; rua=%s", rows[i].rua);
		cr_expect(dmarc_record_parse(str_c(text), &r) &&
				  r.has_rua == rows[i].is_uri,
			"'%s'", rows[i].rua);
	}
}

Test(dmarc, organizational_domains)
{
	static const struct {
		const char *domain, *organizational;
		size_t steps;
	} rows[] = {
		{ "example.com", "example.com", 2 },
		{ "a.b.example.com", "example.com", 4 },
		{ "mail.n.example.com", "n.example.com", 2 },
		{ "n.example.com", "n.example.com", 1 },
		{ "x.giant.bank.example", "giant.bank.example", 3 },
		{ "bank.example", "bank.example", 1 },
		{ "nothing.example", "nothing.example", 2 },
		{ "two.test", "test", 2 },
		{ "twice.test", "test", 2 },
		{ "a.b.c.d.e.f.g.h.i.example.com", "example.com", 8 },
	};
	struct arena *a = arena_new();
	struct table t;

	table_init(&t);
	table_add(&t, "_dmarc.example.com", DNS_TXT, "v=DMARC1; p=none");
	table_add(
		&t, "_dmarc.n.example.com", DNS_TXT, "v=DMARC1; p=none; psd=n");
	table_add(
		&t, "_dmarc.bank.example", DNS_TXT, "v=DMARC1; p=none; psd=y");
	table_add(&t, "_dmarc.two.test", DNS_TXT, "v=DMARC1; p=none");
	table_add(&t, "_dmarc.two.test", DNS_TXT, "v=DMARC1; p=reject");
	table_add(
		&t, "_dmarc.twice.test", DNS_TXT, "v=DMARC1; p=none; x=1; X=1");
	table_add(&t, "_dmarc.test", DNS_TXT, "v=DMARC1; p=none");
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct dmarc_walk w;
		struct ask q;

		ask_init(&q, a, &t.resolver);
		dmarc_walk(&q, str_c(rows[i].domain), &w);
		cr_expect(
			str_eq(w.organizational, str_c(rows[i].organizational)),
			"%s: %.*s", rows[i].domain, STR_ARG(w.organizational));
		cr_expect(w.steps == rows[i].steps, "%s: %zu steps",
			rows[i].domain, w.steps);
	}
	arena_free(&a);
}

Test(dmarc, policies)
{
	static const struct {
		const char *from, *record, *policy;
		enum verdict_result result;
	} rows[] = {
		{ "org.example", "v=DMARC1; p=reject; sp=none", "reject",
			RESULT_FAIL },
		{ "sub.org.example", "v=DMARC1; p=reject; sp=quarantine",
			"quarantine", RESULT_FAIL },
		{ "ghost.org.example",
			"v=DMARC1; p=none; sp=quarantine; np=reject", "reject",
			RESULT_FAIL },
		{ "sub.org.example", "v=DMARC1; p=reject", "reject",
			RESULT_FAIL },
		{ "org.example", "v=DMARC1; p=reject; t=y", "quarantine",
			RESULT_FAIL },
		{ "org.example", "v=DMARC1; p=quarantine; t=y", "none",
			RESULT_FAIL },
		{ "org.example", "v=DMARC1; rua=mailto:a@org.example", "none",
			RESULT_FAIL },
		{ "org.example", "v=DMARC1; p=x", "", RESULT_NONE },
		{ "org.example", NULL, "", RESULT_TEMPERROR },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct arena *a = arena_new();
		struct verify_facts f = { .now = 1700000000 };
		struct table t;
		struct verdict *v;

		table_init(&t);
		table_add(&t, "sub.org.example", DNS_A, "192.0.2.1");
		table_add(&t, "_dmarc.org.example", DNS_TXT, rows[i].record);
		v = verify_message(a,
			str_c(arena_printf(
				a, "From: a@%s\r\n\r\nx\r\n", rows[i].from)),
			&f, &t.resolver);
		cr_expect_str_eq(v->dmarc.policy, rows[i].policy, "row %zu: %s",
			i, v->dmarc.policy);
		cr_expect(v->dmarc.result == rows[i].result, "row %zu: %s", i,
			v->dmarc.reason);
		arena_free(&a);
	}
}

/* The record at the author domain counts whatever is wrong above it, and what
 * passes does so under any policy. */
Test(dmarc, silence_above)
{
	static const struct {
		const char *from, *ip, *sender;
		enum verdict_result result;
		const char *policy;
	} rows[] = {
		/* nobody answers for _dmarc.example */
		{ "own.example", "192.0.2.1", "x@own.example", RESULT_PASS,
			"reject" },
		{ "own.example", "192.0.2.9", "x@own.example", RESULT_FAIL,
			"reject" },
		{ "own.example", "192.0.2.1", "x@other.test", RESULT_FAIL,
			"reject" },
		{ "own.example", "192.0.2.1", "x@b.own.example",
			RESULT_TEMPERROR, "reject" },
		{ "strict.example", "192.0.2.1", "x@b.own.example", RESULT_FAIL,
			"reject" },
		{ "a.own.example", "192.0.2.1", "x@own.example",
			RESULT_TEMPERROR, "" },
		/* nor for whether this one exists */
		{ "late.org.test", "192.0.2.1", "x@m.org.test", RESULT_PASS,
			"" },
		{ "late.org.test", "192.0.2.1", "x@other.test",
			RESULT_TEMPERROR, "" },
		/* an alias exists, though what it stands for does not */
		{ "alias.org.test", "192.0.2.9", "x@own.example", RESULT_FAIL,
			"quarantine" },
		{ "ghost.org.test", "192.0.2.9", "x@own.example", RESULT_FAIL,
			"reject" },
	};
	struct arena *a = arena_new();
	struct table t;

	table_init(&t);
	table_add(&t, "_dmarc.example", DNS_TXT, NULL);
	table_add(&t, "_dmarc.own.example", DNS_TXT, "v=DMARC1; p=reject");
	table_add(&t, "_dmarc.strict.example", DNS_TXT,
		"v=DMARC1; p=reject; adkim=s; aspf=s");
	table_add(&t, "_dmarc.org.test", DNS_TXT,
		"v=DMARC1; p=none; sp=quarantine; np=reject");
	table_add(&t, "own.example", DNS_TXT, "v=spf1 ip4:192.0.2.1 -all");
	table_add(&t, "b.own.example", DNS_TXT, "v=spf1 ip4:192.0.2.1 -all");
	table_add(&t, "other.test", DNS_TXT, "v=spf1 ip4:192.0.2.1 -all");
	table_add(&t, "m.org.test", DNS_TXT, "v=spf1 ip4:192.0.2.1 -all");
	table_add(&t, "late.org.test", DNS_TXT, NULL);
	table_add(&t, "alias.org.test", DNS_CNAME, "gone.test");
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct verify_facts f = { .now = 1700000000,
			.ip = rows[i].ip,
			.helo = "h.other.test",
			.mail_from = rows[i].sender };
		struct verdict *v = verify_message(a,
			str_c(arena_printf(
				a, "From: a@%s\r\n\r\nx\r\n", rows[i].from)),
			&f, &t.resolver);

		cr_expect(v->dmarc.result == rows[i].result, "row %zu: %s, %s",
			i, verdict_result_name(v->dmarc.result),
			v->dmarc.reason);
		cr_expect_str_eq(v->dmarc.policy, rows[i].policy, "row %zu: %s",
			i, v->dmarc.policy);
		/* whose it is does not depend on whether it passed */
		cr_expect(v->spf.result != RESULT_FAIL ||
			  v->spf.is_aligned ==
				  (strcmp(v->spf.domain, rows[i].from) == 0));
	}
	arena_free(&a);
}

Test(dmarc, names)
{
	struct arena *a = arena_new();
	struct str s;

	cr_expect(name_ascii(a, STR("Shop.Example."), &s) &&
		  str_eq(s, STR("shop.example")));
	cr_expect(name_ascii(a,
			  STR("b\xc3\xbc"
			      "cher.example"),
			  &s) &&
		  str_eq(s, STR("xn--bcher-kva.example")));
	cr_expect(!name_ascii(a, STR("a..b"), &s));
	cr_expect(!name_ascii(a, STR(""), &s));
	cr_expect(!name_ascii(a, STR("a b.example"), &s));
	cr_expect(name_query(a, STR("a b.example"), &s) &&
		  str_eq(s, STR("a b.example")));
	cr_expect(!name_query(a, STR("a\tb.example"), &s));
	cr_expect(!name_ascii(a, STR("a\xff.example"), &s));
	cr_expect(name_is_below(STR("a.B.example"), STR("b.example")));
	cr_expect(!name_is_below(STR("ab.example"), STR("b.example")));
	cr_expect(!name_is_below(STR("b.example"), STR("a.b.example")));
	cr_expect_str_eq(name_unicode(a, STR("xn--bcher-kva.example")),
		"b\xc3\xbc"
		"cher.example");
	cr_expect(name_labels(STR("a.b.c")) == 3 && name_labels(STR("")) == 0);
	arena_free(&a);
}
