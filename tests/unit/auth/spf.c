/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPF: records, macros (RFC 7208, 7.4) and check_host(). */
#include <criterion/criterion.h>

#include "auth/spf.h"
#include "auth/spf_macro.h"
#include "auth/spf_record.h"
#include "tests/unit/auth/table.h"

Test(spf, records)
{
	static const struct {
		const char *text;
		bool ok;
	} rows[] = {
		{ "v=spf1", true },
		{ "v=spf1  a  -all ", true },
		{ "v=spf1 a:example.com/24//64 mx/32 ptr ?all", true },
		{ "v=spf1 ip4:192.0.2.1/32 ip6:2001:db8::/32 ~all", true },
		{ "v=spf1 exists:%{ir}.x.%{d2} x-y=%{l} redirect=_spf.%{d}",
			true },
		{ "v=spf1 ip4:192.0.2.256", false },
		{ "v=spf1 ip4:192.0.2.1/33", false },
		{ "v=spf1 ip4:192.0.2.0/024", false },
		{ "v=spf1 ip6:192.0.2.1", false },
		{ "v=spf1 a/33", false },
		{ "v=spf1 a//129", false },
		{ "v=spf1 a:", false },
		{ "v=spf1 a:example", false },
		{ "v=spf1 a:1.2.3.4", false },
		{ "v=spf1 include", false },
		{ "v=spf1 exists", false },
		{ "v=spf1 all:example.com", false },
		{ "v=spf1 redirect=a.example redirect=b.example", false },
		{ "v=spf1 redirect=%{x}.example", false },
		{ "v=spf1 y=%", false },
		{ "v=spf1 unknown:x", false },
		{ "v=spf1 -foo", false },
		{ "v=spf1 a:\xc3\xa9.example", false },
	};
	struct arena *a = arena_new();
	struct spf_record r;

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		spf_record_parse(a, str_c(rows[i].text), &r);
		cr_expect(!r.error == rows[i].ok, "'%s': %s", rows[i].text,
			r.error ? r.error : "");
	}
	cr_expect(spf_is_record(STR("V=SPF1")) &&
		  !spf_is_record(STR("v=spf10")) &&
		  !spf_is_record(STR("v=spf1\tall")));
	arena_free(&a);
}

Test(spf, macros)
{
	static const struct {
		const char *in, *out;
		bool is_ip6;
	} rows[] = {
		/* 7.4 */
		{ "%{s}", "strong-bad@email.example.com", false },
		{ "%{o}", "email.example.com", false },
		{ "%{d4}", "email.example.com", false },
		{ "%{d2}", "example.com", false },
		{ "%{d1}", "com", false },
		{ "%{dr}", "com.example.email", false },
		{ "%{d2r}", "example.email", false },
		{ "%{l}", "strong-bad", false },
		{ "%{l-}", "strong.bad", false },
		{ "%{lr-}", "bad.strong", false },
		{ "%{l1r-}", "strong", false },
		{ "%{ir}.%{v}._spf.%{d2}", "3.2.0.192.in-addr._spf.example.com",
			false },
		{ "%{lr-}.lp.%{ir}.%{v}._spf.%{d2}",
			"bad.strong.lp.3.2.0.192.in-addr._spf.example.com",
			false },
		{ "%%%_%-", "% %20", false },
		{ "%{S}", "strong-bad%40email.example.com", false },
		{ "%{ir}.%{v}._spf.%{d2}",
			"1.0.B.C.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.B."
			"D.0.1.0.0.2.ip6._spf.example.com",
			true },
	};
	static const unsigned char ip6[16] = { 0x20, 1, 0xd,
		0xb8, [14] = 0xcb, [15] = 1 };

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct spf_macros m = {
			.sender = STR("strong-bad@email.example.com"),
			.local = STR("strong-bad"),
			.sender_domain = STR("email.example.com"),
			.domain = STR("email.example.com"),
			.ip = { 192, 0, 2, 3 },
			.is_ip6 = rows[i].is_ip6,
		};
		struct buf b;

		if (m.is_ip6)
			memcpy(m.ip, ip6, 16);
		buf_init(&b, 1000);
		cr_expect(spf_macro_valid(str_c(rows[i].in), false));
		cr_expect(spf_macro_expand(&b, str_c(rows[i].in), &m, false));
		cr_expect_str_eq(buf_c(&b), rows[i].out, "%s: %s", rows[i].in,
			buf_c(&b));
		buf_fini(&b);
	}
	cr_expect(!spf_macro_valid(STR("%{d0}"), false));
	cr_expect(!spf_macro_valid(STR("%{c}"), false));
	cr_expect(spf_macro_valid(STR("%{c} %{t}"), true));
	cr_expect(!spf_macro_valid(STR("%{d"), false));
	cr_expect(!spf_macro_valid(STR("100%"), false));
}

static struct verdict_spf
check(struct arena *a, struct table *t, const char *ip, const char *from)
{
	struct spf_input in = { .ip = ip,
		.helo = "mta.example.org",
		.mail_from = from,
		.now = 1700000000 };
	struct verdict_spf out = { 0 };
	struct ask q;

	ask_init(&q, a, &t->resolver);
	spf_check(&q, &in, &out);
	return out;
}

Test(spf, check_host)
{
	static const struct {
		const char *ip, *from;
		enum verdict_result result;
	} rows[] = {
		{ "192.0.2.1", "x@a.example", RESULT_PASS },
		{ "::ffff:192.0.2.1", "x@a.example", RESULT_PASS },
		{ "192.0.2.2", "x@a.example", RESULT_FAIL },
		{ "2001:db8::1", "x@six.example", RESULT_PASS },
		{ "192.0.2.1", "x@inc.example", RESULT_PASS },
		{ "192.0.2.9", "x@inc.example", RESULT_SOFTFAIL },
		{ "192.0.2.1", "x@red.example", RESULT_PASS },
		{ "192.0.2.5", "x@mx.example", RESULT_PASS },
		{ "192.0.2.1", "x@none.example", RESULT_NONE },
		{ "192.0.2.1", "x@two.example", RESULT_PERMERROR },
		{ "192.0.2.1", "x@loop.example", RESULT_PERMERROR },
		{ "192.0.2.1", "x@gone.example", RESULT_PERMERROR },
		{ "192.0.2.1", "x@void.example", RESULT_PERMERROR },
		{ "192.0.2.1", "x@late.example", RESULT_TEMPERROR },
		{ "192.0.2.1", "x@single", RESULT_NONE },
		{ "192.0.2.1", "x@[192.0.2.1]", RESULT_NONE },
		{ "192.0.2.77", "", RESULT_PASS },
		{ "192.0.2.1", "x@neutral.example", RESULT_NEUTRAL },
		{ "192.0.2.5", "x@ptr.example", RESULT_PASS },
		{ "192.0.2.1", "x@space.example", RESULT_PASS },
		{ "192.0.2.1",
			"x@b\xc3\xbc"
			"cher.example",
			RESULT_PASS },
		{ "192.0.2.1", "\xc3\xbc@xn--bcher-kva.example", RESULT_FAIL },
		{ "192.0.2.6", "x@ptrs.example", RESULT_NEUTRAL },
		{ "192.0.2.7", "x@ptrs.example", RESULT_PERMERROR },
		{ "192.0.2.1", "x@", RESULT_NONE },
		{ "nonsense", "x@a.example", RESULT_NOT_EVALUATED },
	};
	struct arena *a = arena_new();
	struct spf_input in = { .ip = "192.0.2.1", .mail_from = "" };
	struct ask q;
	struct table t;
	struct verdict_spf s;

	table_init(&t);
	ask_init(&q, a, &t.resolver);
	table_add(&t, "a.example", DNS_TXT, "v=spf1 a -all exp=e.a.example");
	table_add(&t, "a.example", DNS_A, "192.0.2.1");
	table_add(&t, "e.a.example", DNS_TXT, "%{i} is not %{d}'s\x07");
	table_add(&t, "six.example", DNS_TXT, "v=spf1 ip6:2001:db8::/64 -all");
	table_add(&t, "inc.example", DNS_TXT, "v=spf1 include:a.example ~all");
	table_add(&t, "red.example", DNS_TXT, "v=spf1 redirect=a.example");
	table_add(&t, "mx.example", DNS_TXT, "v=spf1 mx -all");
	table_add(&t, "mx.example", DNS_MX, "m.mx.example");
	table_add(&t, "m.mx.example", DNS_A, "192.0.2.5");
	table_add(&t, "none.example", DNS_TXT, "v=other");
	table_add(&t, "two.example", DNS_TXT, "v=spf1 -all");
	table_add(&t, "two.example", DNS_TXT, "v=spf1 +all");
	table_add(&t, "loop.example", DNS_TXT, "v=spf1 include:loop.example");
	table_add(&t, "gone.example", DNS_TXT, "v=spf1 include:no.example");
	table_add(&t, "void.example", DNS_TXT,
		"v=spf1 a:n1.example a:n2.example a:n3.example +all");
	table_add(&t, "late.example", DNS_TXT, NULL);
	table_add(&t, "mta.example.org", DNS_TXT, "v=spf1 ip4:192.0.2.77");
	table_add(&t, "neutral.example", DNS_TXT, "v=spf1");
	table_add(&t, "ptr.example", DNS_TXT, "v=spf1 ptr -all");
	table_add(&t, "5.2.0.192.in-addr.arpa", DNS_PTR, "h.ptr.example");
	table_add(&t, "h.ptr.example", DNS_A, "192.0.2.5");
	table_add(
		&t, "space.example", DNS_TXT, "v=spf1 exists:a%_b%%.%{d} -all");
	table_add(&t, "a b%.space.example", DNS_A, "127.0.0.2");
	/* a name that leads elsewhere is an answer, and no void one */
	table_add(&t, "xn--bcher-kva.example", DNS_TXT,
		"v=spf1 exists:%{s}.%{o} -all");
	table_add(&t, "x@xn--bcher-kva.example.xn--bcher-kva.example", DNS_A,
		"127.0.0.2");
	table_add(&t, "ptrs.example", DNS_TXT, "v=spf1 ptr ptr ptr ?all");
	table_add(&t, "6.2.0.192.in-addr.arpa", DNS_PTR, "h.ptr.example");
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		s = check(a, &t, rows[i].ip, rows[i].from);
		cr_expect(s.result == rows[i].result, "%s %s: %s, %s",
			rows[i].ip, rows[i].from, verdict_result_name(s.result),
			s.reason);
		cr_expect(*s.reason, "%s", rows[i].from);
	}
	in.helo = "";
	spf_check(&q, &in, &s);
	cr_expect(s.result == RESULT_NONE, "an empty HELO name was given");
	in.helo = NULL;
	spf_check(&q, &in, &s);
	cr_expect(s.result == RESULT_NOT_EVALUATED, "none was");
	s = check(a, &t, "192.0.2.1", "x@inc.example");
	cr_expect_str_eq(s.mechanism, "include:a.example");
	cr_expect(s.lookups == 2 && s.steps == 2);
	cr_expect(s.step[1].depth == 1 && s.step[1].matched);
	s = check(a, &t, "192.0.2.1", "x@loop.example");
	cr_expect(strstr(s.reason, "more than 10") != NULL, "%s", s.reason);
	arena_free(&a);
}
