/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The route, the trust boundary, and Authentication-Results. */
#include <criterion/criterion.h>

#include "auth/boundary.h"
#include "tests/unit/auth/table.h"

Test(route, received_fields)
{
	static const struct {
		const char *value, *from, *by, *ip, *helo;
		bool is_tls;
	} rows[] = {
		{ "from helo.example (rdns.example [192.0.2.7])\r\n\tby "
		  "mx.here.example (Postfix) with ESMTPS id 1; "
		  "Tue, 14 Nov 2023 22:13:20 +0000",
			"helo.example", "mx.here.example", "192.0.2.7",
			"helo.example", true },
		{ "from x.example (x.example. [2001:db8::7]) by mx.google.com "
		  "with ESMTP id z; Tue, 14 Nov 2023 22:13:20 +0000",
			"x.example", "mx.google.com", "2001:db8::7",
			"x.example", false },
		{ "from [192.0.2.7] (helo=client.example) by exim.example with "
		  "esmtp; Tue, 14 Nov 2023 22:13:20 +0000",
			"[192.0.2.7]", "exim.example", "192.0.2.7",
			"client.example", false },
		{ "by 10.1.2.3 with SMTP id q; Tue, 14 Nov 2023 22:13:20 +0000",
			"", "10.1.2.3", "", "", false },
		/* the client's own word is no address */
		{ "from [192.0.2.1] by mx.here.example; x", "[192.0.2.1]",
			"mx.here.example", "", "[192.0.2.1]", false },
		/* two different ones: none */
		{ "from a [192.0.2.1] (b [192.0.2.2]) by mx.here.example; x",
			"a", "mx.here.example", "", "a", false },
		{ "from a (b [IPv6:2001:DB8::1]) (using TLSv1.3) by c; x", "a",
			"c", "2001:db8::1", "a", true },
		{ "from from (by [192.0.2.9]) by by", "from", "by", "192.0.2.9",
			"from", false },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct arena *a = arena_new();
		struct verdict v = { 0 };
		struct header *h = header_parse(
			a, str_c(arena_printf(
				   a, "Received: %s\r\n\r\n", rows[i].value)));

		received_read(a, h, &v);
		cr_assert(v.hops == 1);
		cr_expect_str_eq(v.hop[0].from, rows[i].from, "row %zu", i);
		cr_expect_str_eq(v.hop[0].by, rows[i].by, "row %zu", i);
		cr_expect_str_eq(
			v.hop[0].ip, rows[i].ip, "row %zu: %s", i, v.hop[0].ip);
		cr_expect_str_eq(v.hop[0].helo, rows[i].helo, "row %zu", i);
		cr_expect(v.hop[0].is_tls == rows[i].is_tls, "row %zu", i);
		arena_free(&a);
	}
	cr_expect(received_is_public("192.0.2.1"));
	cr_expect(received_is_public("2001:db8::1"));
	cr_expect(!received_is_public("10.0.0.1"));
	cr_expect(!received_is_public("172.31.0.1"));
	cr_expect(!received_is_public("fe80::1"));
	cr_expect(!received_is_public("::1"));
	cr_expect(!received_is_public("x"));
}

#define OURS                                                                   \
	"Received: from c.example (c.example [192.0.2.7]) by "                 \
	"mx.here.example with ESMTP; Tue, 14 Nov 2023 22:13:20 +0000\r\n"
#define INSIDE                                                                 \
	"Received: from mx.here.example (mx [10.0.0.1]) by store.here.example" \
	" with LMTP; Tue, 14 Nov 2023 22:13:21 +0000\r\n"
#define FOREIGN                                                                \
	"Received: from a.example (a.example [192.0.2.8]) by b.example; x\r\n"
#define FIELD "Authentication-Results: mx.here.example; dmarc=pass\r\n"

Test(route, boundary)
{
	static const struct {
		const char *fields;
		int boundary;
		bool is_believed, has_forged;
	} rows[] = {
		{ FIELD OURS, 0, true, false },
		{ OURS FIELD, 0, false, true },
		{ FIELD INSIDE OURS, 1, true, false },
		{ INSIDE FIELD OURS, 1, true, false },
		{ INSIDE OURS FIELD, 1, false, true },
		/* somebody else took it in: what is below proves nothing */
		{ FIELD FOREIGN OURS, -1, false, false },
		{ FIELD, -1, false, false },
		{ "Authentication-Results: x.mx.here.example; "
		  "dmarc=pass\r\n" OURS,
			0, false, false },
		{ "Authentication-Results: mx.here.example.scam.example;"
		  " dmarc=pass\r\n" OURS,
			0, false, false },
		{ "Authentication-Results: MX.Here.Example; "
		  "dmarc=pass\r\n" OURS,
			0, true, false },
		{ "Authentication-Results: mx.here.example; "
		  "dmarc=pass)\r\n" OURS,
			0, false, false },
		/* our own server without the client's address */
		{ "Received: from c.example by mx.here.example; x\r\n" FIELD
				OURS,
			0, false, true },
	};
	static const char *const id[] = { "mx.here.example" };

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct arena *a = arena_new();
		struct verdict v = { 0 };
		struct verify_facts f = {
			.now = 1700000000, .believed = id, .believeds = 1
		};
		struct boundary b;

		boundary_read(a,
			header_parse(a, str_c(arena_printf(
						a, "%s\r\n", rows[i].fields))),
			&f, &b, &v);
		cr_assert(v.fields == 1, "row %zu", i);
		cr_expect(v.boundary == rows[i].boundary, "row %zu: %d", i,
			v.boundary);
		cr_expect(v.field[0].is_believed == rows[i].is_believed,
			"row %zu", i);
		cr_expect(b.has_forged == rows[i].has_forged, "row %zu", i);
		arena_free(&a);
	}
}

/* Milters and Gmail write below: only by consent, and only directly below. */
Test(route, results_below)
{
	static const struct {
		const char *fields;
		bool consent, is_believed;
	} rows[] = {
		{ OURS FIELD "From: x\r\n", false, false },
		{ OURS FIELD "From: x\r\n", true, true },
		{ OURS "Received-SPF: pass\r\n" FIELD, true, true },
		{ OURS "From: x\r\n" FIELD, true, false },
		{ OURS FOREIGN FIELD, true, false },
		{ "Received: from c.example (c.example. [192.0.2.7]) by "
		  "mx.google.com with ESMTPS; x\r\n"
		  "Authentication-Results: mx.google.com; spf=none\r\n",
			false, true },
	};
	static const char *const id[] = { "mx.here.example", "mx.google.com" };

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct arena *a = arena_new();
		struct verdict v = { 0 };
		struct verify_facts f = { .believed = id,
			.believeds = 2,
			.results_below = rows[i].consent };
		struct boundary b;

		boundary_read(a,
			header_parse(a, str_c(arena_printf(
						a, "%s\r\n", rows[i].fields))),
			&f, &b, &v);
		cr_assert(v.fields == 1, "row %zu", i);
		cr_expect(v.field[0].is_believed == rows[i].is_believed,
			"row %zu", i);
		cr_expect(b.has_forged != rows[i].is_believed, "row %zu", i);
		arena_free(&a);
	}
}

Test(route, ids)
{
	static const char *const list[] = { "mx.example", "*.big.example" };

	cr_expect(boundary_id_matches("MX.example", list, 2));
	cr_expect(boundary_id_matches("a.big.example", list, 2));
	cr_expect(boundary_id_matches("big.example", list, 2));
	cr_expect(!boundary_id_matches("abig.example", list, 2));
	cr_expect(!boundary_id_matches("a.mx.example", list, 2));
	cr_expect(!boundary_id_matches("", list, 2));
}

Test(route, results)
{
	static const struct {
		const char *value;
		const char *id;
		int methods;                    /* -1: an error */
		const char *property, *content; /* of the first */
	} rows[] = {
		{ "mx.example; none", "mx.example", 0, NULL, NULL },
		{ "mx.example 1; spf=pass smtp.mailfrom=a@b.example",
			"mx.example", 1, "smtp.mailfrom", "a@b.example" },
		{ "mx.example; dkim=pass (good) header.d=\"a.example\";",
			"mx.example", 1, "header.d", "a.example" },
		{ "mx.example (c) ; dkim / 1 (x) = pass header . b = ab/+c==",
			"mx.example", 1, "header.b", "ab/+c==" },
		{ "spf=pass smtp.mailfrom=x; dkim=none", "", 2, "smtp.mailfrom",
			"x" },
		{ "mx.example; dmarc=pass action=none header.from=a.example",
			"mx.example", 1, "header.from", "a.example" },
		{ "mx.example; spf=pass smtp.mailfrom=\"a \\\"b\"@c.example",
			"mx.example", 1, "smtp.mailfrom",
			"\"a \\\"b\"@c.example" },
		{ "mx.example; dkim=pass reason=\"a b\"header.d=a.example",
			"mx.example", 1, "header.d", "a.example" },
		{ "mx.example; dkim=pass header.d=a\"b\"", "mx.example", -1,
			NULL, NULL },
		{ "mx.example 2; spf=pass", "mx.example", -1, NULL, NULL },
		{ "mx.example; spf/2=pass; dkim/01=fail header.d=a.example",
			"mx.example", 1, "header.d", "a.example" },
		{ "mx.example; spf/2=pass;", "mx.example", -1, NULL, NULL },
		{ "mx.example; spf/x=pass; dkim=pass", "mx.example", -1, NULL,
			NULL },
		{ "mx.example", "mx.example", -1, NULL, NULL },
		{ "", "", -1, NULL, NULL },
		{ "mx.example; spf", "mx.example", -1, NULL, NULL },
		{ "mx.example; spf=", "mx.example", -1, NULL, NULL },
		{ "mx.example; spf=pass (open", "mx.example", -1, NULL, NULL },
		{ "mx.example; spf=pass a.b=\"open", "mx.example", -1, NULL,
			NULL },
		{ "mx.example; spf=pass spf=fail", "mx.example", 1, NULL,
			NULL },
		{ "mx.example; spf=pass; ; dkim=pass", "mx.example", -1, NULL,
			NULL },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct arena *a = arena_new();
		struct verdict_field f;
		const char *got;

		results_parse(a, str_c(rows[i].value), &f);
		cr_expect_str_eq(f.authserv_id, rows[i].id, "row %zu", i);
		cr_expect(
			(f.error == NULL) == (rows[i].methods >= 0) &&
				(f.error || (int)f.methods == rows[i].methods),
			"row %zu: %s, %zu", i, f.error ? f.error : "",
			f.methods);
		got = rows[i].property && f.methods
			      ? results_property(&f.method[0], rows[i].property)
			      : NULL;
		if (rows[i].property)
			cr_expect(got && strcmp(got, rows[i].content) == 0,
				"row %zu", i);
		arena_free(&a);
	}
}

/* Received-SPF above the boundary is our server's own result, where the user
 * has agreed to who that is. */
Test(route, received_spf)
{
#define PASS_SPF                                                               \
	"Received-SPF: Pass (ours) identity=mailfrom; client-ip=192.0.2.7; "   \
	"envelope-from=\"a@shop.example\"; receiver=mx.here.example\r\n"
	static const struct {
		const char *fields;
		bool consent;
		enum verdict_result result;
		const char *domain;
		int rule;
	} rows[] = {
		{ PASS_SPF OURS, true, RESULT_PASS, "shop.example", 5 },
		/* asked here then, of what it says */
		{ PASS_SPF OURS, false, RESULT_NONE, "shop.example", 9 },
		/* below it, or another's: the sender's word */
		{ OURS PASS_SPF, true, RESULT_NOT_EVALUATED, "", 9 },
		{ "Received-SPF: pass envelope-from=a@shop.example; "
		  "receiver=mx.scam.example\r\n" OURS,
			true, RESULT_NOT_EVALUATED, "", 9 },
		/* of two the worse; MAIL FROM before HELO */
		{ PASS_SPF "Received-SPF: softfail "
			   "envelope-from=a@shop.example\r\n" OURS,
			true, RESULT_SOFTFAIL, "shop.example", 9 },
		{ "Received-SPF: fail identity=helo; "
		  "helo=h.example\r\n" PASS_SPF OURS,
			true, RESULT_PASS, "shop.example", 5 },
		{ "Received-SPF: none identity=helo; "
		  "helo=h.example\r\n" OURS,
			true, RESULT_NONE, "h.example", 9 },
		/* whose result it is must be known */
		{ "Received-SPF: pass client-ip=192.0.2.7\r\n" OURS, true,
			RESULT_NOT_EVALUATED, "", 9 },
		/* Authentication-Results come first */
		{ "Authentication-Results: mx.here.example; spf=fail "
		  "smtp.mailfrom=b@bad.example\r\n" PASS_SPF OURS,
			true, RESULT_FAIL, "bad.example", 9 },
	};
#undef PASS_SPF
	static const char *const id[] = { "mx.here.example" };

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct arena *a = arena_new();
		struct table t;
		struct verify_facts f = { .now = 1700000000,
			.believed = id,
			.believeds = 1,
			.is_boundary_confirmed = rows[i].consent };
		struct verdict *v;

		table_init(&t);
		v = verify_message(a,
			str_c(arena_printf(a,
				"%sFrom: a@shop.example\r\n\r\nx\r\n",
				rows[i].fields)),
			&f, &t.resolver);
		cr_expect(v->spf.result == rows[i].result, "row %zu: %s, %s", i,
			verdict_result_name(v->spf.result), v->spf.reason);
		cr_expect_str_eq(v->spf.domain, rows[i].domain, "row %zu", i);
		cr_expect(
			v->rule == rows[i].rule, "row %zu: %s", i, v->sentence);
		arena_free(&a);
	}
}
