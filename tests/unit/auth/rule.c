/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The rule of signet-auth(7): each row, each pair of neighbours, and whole
 * messages for each state. */
#include <criterion/criterion.h>

#include "auth/rule.h"
#include "tests/unit/auth/table.h"

/* An input in which the conditions of the rules in BITS hold (bit 0: rule 1).
 */
static struct rule_input
input(unsigned bits)
{
	struct rule_input in = {
		.author_unclear = bits & 1,
		.sources_disagree = bits & 2,
		.dkim_aligned = bits & 4,
		.server_dmarc_pass = bits & 8,
		.spf_aligned = bits & 16,
		.not_asked = bits & 32,
		.policy_enforced = bits & 64,
		.dmarc_failed = bits & 64,
		.other_valid = bits & 128,
	};

	return in;
}

Test(rule, first_that_applies)
{
	struct rule_input in;

	for (int n = 1; n <= 8; n++) {
		in = input(1u << (n - 1));
		cr_expect(rule_choose(&in) == n, "row %d", n);
		if (n == 8)
			continue;
		in = input(3u << (n - 1));
		cr_expect(rule_choose(&in) == n, "pair %d %d", n, n + 1);
	}
	/* all combinations: the lowest bit that is set, else 9 */
	for (unsigned bits = 0; bits < 256; bits++) {
		int want = bits ? __builtin_ctz(bits) + 1 : 9;

		in = input(bits);
		cr_expect(rule_choose(&in) == want, "bits %x", bits);
	}
	/* half a condition is none */
	in = (struct rule_input){ .policy_enforced = true };
	cr_expect(rule_choose(&in) == 9);
	in = (struct rule_input){ .dmarc_failed = true };
	cr_expect(rule_choose(&in) == 9);
	/* what the reader asks for is asked for as by the domain */
	for (unsigned bits = 0; bits < 256; bits++) {
		int want = __builtin_ctz(bits | 64) + 1;

		in = input(bits);
		in.is_demanded = true;
		cr_expect(rule_choose(&in) == want, "bits %x", bits);
	}
}

Test(rule, states)
{
	static const enum verdict_state want[] = { VERDICT_CANNOT_TELL,
		VERDICT_CANNOT_TELL, VERDICT_VERIFIED, VERDICT_VERIFIED,
		VERDICT_VERIFIED, VERDICT_CANNOT_TELL, VERDICT_FAILED,
		VERDICT_OTHER_SIGNER, VERDICT_NONE };

	for (int n = 1; n <= 9; n++)
		cr_expect(rule_state(n) == want[n - 1], "rule %d", n);
	cr_expect(rule_state(0) == VERDICT_PENDING);
	cr_expect(rule_state(10) == VERDICT_PENDING);
}

#define FROM "From: Shop <news@shop.example>\r\n"
#define REST "To: you@here.example\r\nSubject: hello\r\n"
#define NAMES "from:to:subject"
#define RECEIVED                                                               \
	"Received: from out.shop.example (out.shop.example [192.0.2.7])\r\n"   \
	"\tby mx.here.example with ESMTPS; Tue, 14 Nov 2023 22:00:00 "         \
	"+0000\r\n"
#define RESULTS(text)                                                          \
	"Authentication-Results: mx.here.example; " text "\r\n" RECEIVED

static const char *const believed[] = { "mx.here.example" };

struct row {
	int rule;
	const char *top;    /* above the signature */
	const char *signer; /* NULL: unsigned */
	const char *from;   /* From fields */
	const char *policy; /* at _dmarc.shop.example, NULL: none */
	const char *ip, *mail_from;
	bool break_body, no_key, silent_policy;
	bool server_only;
};

static const struct row rows[] = {
	{ .rule = 1,
		.top = "",
		.signer = "shop.example",
		.from = FROM "From: Ken <ken@scam.example>\r\n" },
	{ .rule = 1,
		.top = "",
		.signer = "shop.example",
		.from = "From: a@shop.example, b@scam.example\r\n" },
	{ .rule = 1,
		.top = "",
		.signer = "shop.example",
		.from = "From: Shop: news@shop.example;\r\n" },
	{ .rule = 1, .top = "", .from = "From: not an address\r\n" },
	{ .rule = 1, .top = "", .from = "X-Nobody: x\r\n" },
	{ .rule = 2,
		.top = RESULTS("dmarc=fail header.from=shop.example"),
		.signer = "shop.example",
		.from = FROM },
	{ .rule = 2,
		.top = RESULTS("dkim=fail header.d=shop.example header.s=s1"),
		.signer = "shop.example",
		.from = FROM },
	{ .rule = 3, .top = "", .signer = "shop.example", .from = FROM },
	{ .rule = 3,
		.top = "",
		.signer = "shop.example",
		.from = FROM,
		.policy = "v=DMARC1; p=reject" },
	{ .rule = 3,
		.top = RESULTS("dkim=fail header.d=other.example"),
		.signer = "shop.example",
		.from = FROM },
	{ .rule = 4,
		.top = RESULTS("dmarc=pass header.from=shop.example"),
		.signer = "shop.example",
		.from = FROM,
		.break_body = true,
		.policy = "v=DMARC1; p=reject",
		.server_only = true },
	{ .rule = 7, /* for another domain: says nothing about ours */
		.top = RESULTS("dmarc=pass header.from=scam.example"),
		.from = FROM,
		.policy = "v=DMARC1; p=reject" },
	{ .rule = 7, /* two results: the worse counts */
		.top = RESULTS("dmarc=pass header.from=shop.example;"
			       " dmarc=fail header.from=shop.example"),
		.from = FROM,
		.policy = "v=DMARC1; p=reject" },
	{ .rule = 7, /* below the boundary: came with the message */
		.top = RECEIVED
		"Authentication-Results: mx.here.example; dmarc=pass"
		" header.from=shop.example\r\n",
		.from = FROM,
		.policy = "v=DMARC1; p=quarantine" },
	{ .rule = 5,
		.top = "",
		.from = FROM,
		.ip = "192.0.2.7",
		.mail_from = "bounce@shop.example" },
	{ .rule = 5,
		.top = RESULTS("spf=pass smtp.mailfrom=shop.example"),
		.from = FROM,
		.server_only = true },
	{ .rule = 6,
		.top = "",
		.signer = "shop.example",
		.from = FROM,
		.no_key = true,
		.policy = "v=DMARC1; p=reject" },
	{ .rule = 6, .top = "", .from = FROM, .silent_policy = true },
	{ .rule = 7, .top = "", .from = FROM, .policy = "v=DMARC1; p=reject" },
	{ .rule = 7,
		.top = "",
		.signer = "lists.example",
		.from = FROM,
		.policy = "v=DMARC1; p=reject" },
	{ .rule = 7,
		.top = "",
		.signer = "shop.example",
		.from = FROM,
		.break_body = true,
		.policy = "v=DMARC1; p=reject" },
	{ .rule = 8, .top = "", .signer = "lists.example", .from = FROM },
	{ .rule = 8,
		.top = "",
		.signer = "lists.example",
		.from = FROM,
		.policy = "v=DMARC1; p=quarantine; t=y" },
	{ .rule = 8,
		.top = "",
		.from = FROM,
		.ip = "192.0.2.7",
		.mail_from = "x@lists.example" },
	{ .rule = 9, .top = "", .from = FROM },
	{ .rule = 9, .top = "", .from = FROM, .policy = "v=DMARC1; p=none" },
	{ .rule = 9,
		.top = "",
		.signer = "shop.example",
		.from = FROM,
		.break_body = true },
};

static struct str
build(struct arena *a, struct table *t, const struct row *r)
{
	struct str m;

	table_init(t);
	table_add(t, "shop.example", DNS_TXT, "v=spf1 ip4:192.0.2.7 -all");
	table_add(t, "lists.example", DNS_TXT, "v=spf1 ip4:192.0.2.7 -all");
	if (r->policy || r->silent_policy)
		table_add(t, "_dmarc.shop.example", DNS_TXT, r->policy);
	if (r->signer)
		m = table_sign(a, t, r->signer, NAMES, "",
			arena_printf(a, "%s" REST, r->from),
			"Hello there.\r\n");
	else
		m = str_c(arena_printf(
			a, "%s" REST "\r\nHello there.\r\n", r->from));
	if (r->no_key)
		t->row[t->rows - 1].value = NULL;
	return str_c(arena_printf(a, "%s%s%s", r->top, m.p,
		r->break_body ? "And more.\r\n" : ""));
}

static struct verdict *
judge(struct arena *a, struct table *t, const struct row *r, int fail_at)
{
	struct verify_facts f = { .now = 1700000000,
		.ip = r->ip,
		.mail_from = r->mail_from,
		.believed = believed,
		.believeds = 1,
		.is_boundary_confirmed = true };
	struct str m = build(a, t, r);

	t->fail_at = fail_at;
	return verify_message(a, m, &f, &t->resolver);
}

Test(rule, whole_messages)
{
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct arena *a = arena_new();
		struct table t;
		struct verdict *v = judge(a, &t, &rows[i], 0);

		cr_expect(v->rule == rows[i].rule, "row %zu: %d, %s", i,
			v->rule, v->sentence);
		cr_expect(v->state == rule_state(v->rule), "row %zu", i);
		cr_expect(
			v->is_server_only == rows[i].server_only, "row %zu", i);
		cr_expect(v->is_final == (v->rule != 6), "row %zu", i);
		cr_expect(*v->sentence, "row %zu", i);
		cr_expect(v->rule != 1 || v->alerts > 0, "row %zu", i);
		arena_free(&a);
	}
}

/* What is not answered may make a verdict worse, never better. */
Test(rule, silence_proves_nothing)
{
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		for (int k = 1; k <= 12; k++) {
			struct arena *a = arena_new();
			struct table t;
			struct verdict *v = judge(a, &t, &rows[i], k);
			bool was = rows[i].rule >= 3 && rows[i].rule <= 5;

			cr_expect(v->state != VERDICT_VERIFIED || was,
				"row %zu without answer %d", i, k);
			arena_free(&a);
		}
	}
}

/* Forged DNS answers are no answers. */
Test(rule, bogus_is_no_proof)
{
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct arena *a = arena_new();
		struct table t;
		struct verify_facts f = { .now = 1700000000,
			.ip = rows[i].ip,
			.mail_from = rows[i].mail_from };
		struct str m = build(a, &t, &rows[i]);
		struct verdict *v;

		t.dnssec = DNSSEC_BOGUS;
		v = verify_message(a, m, &f, &t.resolver);
		cr_expect(v->state == VERDICT_CANNOT_TELL, "row %zu: %s", i,
			v->sentence);
		arena_free(&a);
	}
}
