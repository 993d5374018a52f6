/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A verdict written and read back is the same verdict, and what is no JSON is
 * an error. */
#include <criterion/criterion.h>

#include "app/letter/evidence.h"
#include "app/letter/evidence_doc.h"
#include "app/letter/explain.h"
#include "auth/verify.h"

static void
query(struct resolver *r, struct arena *a, struct str name, enum dns_type type,
	struct dns_answer *out)
{
	(void)r;
	*out = (struct dns_answer){
		.reason = "", .ttl = 60, .dnssec = DNSSEC_SECURE
	};
	out->record = arena_array(a, 1, sizeof *out->record);
	out->records = type == DNS_TXT;
	out->record[0].data =
		str_starts(name, STR("_dmarc."))
			? STR("v=DMARC1; p=reject; rua=mailto:a@b.c")
			: STR("v=spf1 ip4:192.0.2.0/24 -all exp=x.y");
}

static const char message[] =
	"Authentication-Results: mx.here.example; dkim=fail (x) "
	"header.d=shop.example reason=\"bad\"\r\n"
	"Received: from a.example (a.example [192.0.2.1]) by mx.here.example "
	"with ESMTPS; Tue, 14 Nov 2023 22:13:20 +0000\r\n"
	"ARC-Seal: i=1; a=rsa-sha256; cv=none; d=list.example; s=s; b=YWJj\r\n"
	"DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/simple; "
	"d=shop.example;\r\n"
	" s=s1; i=@shop.example; l=2; t=1700000000; x=1800000000; h=from;\r\n"
	" z=From:x; bh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=; b=YWJj\r\n"
	"From: \"paypal.com\" <\xeb\xa9\x94@shop.example>\r\n"
	"Reply-To: x@scam.test\r\n\r\nbody\r\n";

Test(evidence, read_back_is_the_same)
{
	static const char *const id[] = { "mx.here.example" };
	struct verify_facts f = { .now = 1700000100,
		.ip = "192.0.2.1",
		.mail_from = "b@shop.example",
		.helo = "a.example",
		.believed = id,
		.believeds = 1 };
	struct resolver r = { .query = query };
	struct arena *a = arena_new();
	struct verdict *v = verify_message(a, STR(message), &f, &r), *back;
	struct buf one, two;
	struct err e;

	buf_init(&one, 1 << 20);
	buf_init(&two, 1 << 20);
	evidence_write(&one, v, NULL);
	cr_assert(v->dkims == 1 && v->fields == 1 && v->hops == 1);
	cr_assert(v->alerts > 0 && v->spf.steps > 0 && v->dmarc.walks > 0);
	back = evidence_read(a, buf_str(&one), &e);
	cr_assert(back != NULL, "%s", e.text);
	evidence_write(&two, back, NULL);
	cr_expect_str_eq(buf_c(&one), buf_c(&two));
	cr_expect(back->state == v->state && back->rule == v->rule);
	cr_expect(back->dkim[0].unsigned_bytes == v->dkim[0].unsigned_bytes);
	cr_expect(back->alert[0].kind == v->alert[0].kind);
	cr_expect(back->field[0].is_believed == v->field[0].is_believed);
	buf_fini(&one);
	buf_fini(&two);
	arena_free(&a);
}

Test(evidence, what_is_missing_is_empty)
{
	static const char *const bad[] = { "", "[]", "{", "null" };
	struct arena *a = arena_new();
	struct verdict *v;
	struct err e;

	v = evidence_read(a, STR("{\"verdict\":\"failed\",\"new\":1}"), &e);
	cr_assert(v != NULL);
	cr_expect(v->state == VERDICT_FAILED && v->dkims == 0);
	cr_expect_str_eq(v->sentence, "");
	cr_expect_str_eq(v->spf.reason, "");
	/* a control character cannot come back either */
	v = evidence_read(a, STR("{\"sentence\":\"a\\u001b[m\"}"), &e);
	cr_assert(v != NULL);
	cr_expect(strchr(v->sentence, 0x1b) == NULL);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		cr_expect(!evidence_read(a, str_c(bad[i]), &e) && *e.text,
			"'%s'", bad[i]);
	arena_free(&a);
}

/* A key that is gone never turns a verified letter red. */
Test(evidence, what_was_proven_stands)
{
	struct verdict pending = { .is_final = true };
	struct verdict proven = { .state = VERDICT_VERIFIED, .is_final = true };
	struct verdict failed = { .state = VERDICT_FAILED, .is_final = true };
	struct verdict silent = { .state = VERDICT_CANNOT_TELL };

	cr_expect(evidence_stands(&proven, &failed));
	cr_expect(evidence_stands(&proven, &silent));
	cr_expect(evidence_stands(&failed, &silent));
	cr_expect(!evidence_stands(&failed, &proven));
	cr_expect(!evidence_stands(&silent, &failed));
	cr_expect(!evidence_stands(&silent, &proven));
	cr_expect(!evidence_stands(&pending, &failed));
	cr_expect(!evidence_stands(&proven, &proven));
}

/* The text of D, a line each. */
static void
print(struct buf *out, const struct doc *d)
{
	for (size_t i = 0; i < d->lines; i++) {
		for (size_t k = 0; k < d->line[i].spans; k++)
			buf_add(out, d->line[i].span[k].text);
		buf_addc(out, '\n');
	}
}

/* Who says what: of two signatures each has its own answer of the server, and
 * what only the server found is not shown as ours. */
Test(evidence, each_row_says_who)
{
	struct verdict_property of_shop[] = { { "header.d", "shop.example" } };
	struct verdict_property of_list[] = { { "header.d", "LIST.example" },
		{ "header.s", "s2" } };
	struct verdict_method method[] = {
		{ .method = "dkim",
			.result = "fail",
			.property = of_shop,
			.properties = 1 },
		{ .method = "dkim",
			.result = "pass",
			.property = of_list,
			.properties = 2 },
		{ .method = "spf", .result = "pass" },
	};
	struct verdict_field field = { .authserv_id = "mx.here.example",
		.is_believed = true,
		.is_above = true,
		.method = method,
		.methods = 3 };
	struct arena *a = arena_new();
	struct verdict *v;
	struct buf text;
	struct err e;

	v = evidence_read(a,
		STR("{\"verdict\":\"none\",\"dkim\":["
		    "{\"d\":\"shop.example\",\"s\":\"s1\","
		    "\"result\":\"permerror\"},"
		    "{\"d\":\"list.example\",\"s\":\"s2\","
		    "\"result\":\"neutral\"},"
		    "{\"d\":\"list.example\",\"s\":\"s3\","
		    "\"result\":\"neutral\"}],"
		    "\"spf\":{\"result\":\"pass\",\"domain\":\"x.example\","
		    "\"from_server\":true}}"),
		&e);
	cr_assert(v != NULL && v->dkims == 3);
	v->field = &field;
	v->fields = 1;
	buf_init(&text, 1 << 20);
	print(&text, evidence_doc(a, v, 100));
	cr_expect(strstr(buf_c(&text), "DKIM 1   permerror fail "), "%s",
		buf_c(&text));
	cr_expect(strstr(buf_c(&text), "DKIM 2   neutral   pass "));
	cr_expect(strstr(buf_c(&text), "DKIM 3   neutral   - "));
	cr_expect(strstr(buf_c(&text), "SPF      -         pass "));
	buf_fini(&text);
	arena_free(&a);
}

/* Each rule is told, and each check that did not pass says what can be done. */
Test(evidence, explained)
{
	struct arena *a = arena_new();
	struct verdict *v;
	struct buf text;
	struct err e;

	buf_init(&text, 1 << 20);
	for (int rule = 0; rule <= 10; rule++) {
		v = evidence_read(a,
			str_c(arena_printf(a,
				"{\"rule\":%d,\"dkim\":[{\"d\":\"x.example\","
				"\"result\":\"fail\"},{\"result\":\"pass\"}],"
				"\"dmarc\":{\"result\":\"pass\"},"
				"\"spf\":{\"result\":\"permerror\"}}",
				rule)),
			&e);
		cr_assert(v != NULL, "%s", e.text);
		buf_clear(&text);
		print(&text, explain_doc(a, v, 60));
		cr_expect((strstr(buf_c(&text), "rule ") != NULL) ==
				  (rule >= 1 && rule <= 9),
			"rule %d", rule);
		cr_expect(strstr(buf_c(&text), "DKIM 1, x.example: fail"));
		cr_expect(!strstr(buf_c(&text), "DKIM 2"));
		cr_expect(strstr(buf_c(&text), "SPF: permerror"));
		cr_expect(!strstr(buf_c(&text), "DMARC:"));
	}
	buf_fini(&text);
	arena_free(&a);
}
