/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What authentication cannot see. */
#include <criterion/criterion.h>

#include "auth/lookalike.h"
#include "tests/unit/auth/table.h"

static const char *const known[] = { "paypal.com", "example.com",
	"modern.example", "naver.com" };

Test(spoof, lookalikes)
{
	static const struct {
		const char *domain, *ascii, *of;
	} rows[] = {
		{ "paypa1.com", "paypa1.com", "paypal.com" },
		{ "rnodern.example", "rnodern.example", "modern.example" },
		{ "paypall.com", "paypall.com", "paypal.com" },
		{ "apypal.com", "apypal.com", "paypal.com" },
		{ "exarnple.com", "exarnple.com", "example.com" },
		{ "p\xd0\xb0ypal.com", "xn--pypal-4ve.com", "paypal.com" },
		{ "paypal.com", "paypal.com", NULL },
		{ "mail.paypal.com", "mail.paypal.com", NULL },
		{ "paypal.org", "paypal.org", NULL },
		{ "other.example", "other.example", NULL },
		{ "naver2.com", "naver2.com", NULL },
	};
	struct arena *a = arena_new();

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const char *of = lookalike_find(a, str_c(rows[i].domain),
			str_c(rows[i].ascii), known, 4);

		cr_expect(rows[i].of ? of && strcmp(of, rows[i].of) == 0 : !of,
			"%s: %s", rows[i].ascii, of ? of : "none");
	}
	cr_expect(lookalike_is_mixed(a, STR("p\xd0\xb0ypal.com")));
	cr_expect(!lookalike_is_mixed(a, STR("paypal.com")));
	cr_expect(!lookalike_is_mixed(a, STR("b\xc3\xbc"
					     "cher.de")));
	cr_expect(!lookalike_is_mixed(a, STR("\xed\x95\x9c\xea\xb5\xad.kr")));
	cr_expect(str_eq(lookalike_registered(STR("a.b.shop.co.kr")),
		STR("shop.co.kr")));
	cr_expect(str_eq(
		lookalike_registered(STR("a.shop.com")), STR("shop.com")));
	arena_free(&a);
}

static bool
has(const struct verdict *v, enum verdict_alert_kind kind)
{
	for (size_t i = 0; i < v->alerts; i++)
		if (v->alert[i].kind == kind)
			return true;
	return false;
}

Test(spoof, alerts)
{
	static const struct {
		const char *fields;
		enum verdict_alert_kind kind; /* ALERT_KINDS: none at all */
	} rows[] = {
		{ "From: Shop <a@shop.example>\r\n", ALERT_KINDS },
		{ "From: \"care@shop.example\" <ken@scam.example>\r\n",
			ALERT_DISPLAY_NAME },
		{ "From: paypal.com <ken@scam.example>\r\n",
			ALERT_DISPLAY_NAME },
		{ "From: \"a@shop.example\" <b@mail.shop.example>\r\n",
			ALERT_KINDS },
		{ "From: \"a@shop.example\"@scam.example\r\n",
			ALERT_DISPLAY_NAME },
		{ "From: \"a b\"@shop.example\r\n", ALERT_KINDS },
		{ "From: Dr. J.R. Smith <a@shop.example>\r\n", ALERT_KINDS },
		{ "From: a@shop.example\r\nReply-To: b@scam.test\r\n",
			ALERT_REPLY_TO },
		{ "From: a@shop.example\r\nReply-To: b@x.shop.example\r\n",
			ALERT_KINDS },
		{ "From: a@paypa1.com\r\n", ALERT_LOOKALIKE },
		{ "From: a@sh\xd0\xbep.example\r\n", ALERT_MIXED_SCRIPT },
		{ "From: a@shop.example\r\nFrom: b@shop.example\r\n",
			ALERT_SEVERAL_FROM },
		{ "From: Shop:a@shop.example;\r\n", ALERT_GROUP_FROM },
		{ "From: nobody\r\n", ALERT_MALFORMED_FROM },
		{ "To: x\r\n", ALERT_NO_FROM },
		{ "From:\r\n", ALERT_NO_FROM },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct arena *a = arena_new();
		struct verify_facts f = {
			.now = 1700000000, .known = known, .knowns = 4
		};
		struct table t;
		struct verdict *v;

		table_init(&t);
		v = verify_message(a,
			str_c(arena_printf(a, "%sSubject: x\r\n\r\nx\r\n",
				rows[i].fields)),
			&f, &t.resolver);
		cr_expect(rows[i].kind == ALERT_KINDS ? v->alerts == 0
						      : has(v, rows[i].kind),
			"row %zu: %s", i, v->alerts ? v->alert[0].text : "-");
		arena_free(&a);
	}
}
