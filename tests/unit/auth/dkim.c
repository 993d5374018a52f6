/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Canonical forms by the examples of RFC 6376, tag lists, keys, and what a
 * valid signature leaves open. */
#include <criterion/criterion.h>

#include "auth/dkim_body.h"
#include "auth/dkim_field.h"
#include "auth/dkim_head.h"
#include "auth/dkim_key.h"
#include "auth/tag.h"
#include "auth/text.h"
#include "tests/unit/auth/table.h"

/* SHA-256 of TEXT is that of the canonical BODY. */
static bool
same(const char *body, bool is_relaxed, int64_t limit, const char *text)
{
	struct body_hashes b = { .count = 0 };
	unsigned char want[32];

	body_hashes_want(&b, is_relaxed, limit);
	if (!body_hashes_run(&b, str_c(body)))
		return false;
	EVP_Digest(text, strlen(text), want, NULL, EVP_sha256(), NULL);
	return memcmp(want, b.want[0].hash, 32) == 0;
}

Test(dkim, canonical_bodies)
{
	static const struct {
		const char *body, *simple, *relaxed;
	} rows[] = {
		{ " C \r\nD \t E\r\n\r\n\r\n", " C \r\nD \t E\r\n",
			" C\r\nD E\r\n" }, /* 3.4.5 */
		{ "", "\r\n", "" },
		{ "\r\n\r\n", "\r\n", "" },
		{ " \t\r\n \r\n", " \t\r\n \r\n", "" },
		{ "a", "a\r\n", "a\r\n" },
		{ "a\n\nb\n\n", "a\r\n\r\nb\r\n", "a\r\n\r\nb\r\n" },
		{ "a \nb\t\t c \n", "a \r\nb\t\t c \r\n", "a\r\nb c\r\n" },
		{ "  lead\r\n", "  lead\r\n", " lead\r\n" },
		{ "a\rb \rc\r\n", "a\rb \rc\r\n", "a\rb \rc\r\n" },
		{ "0123456789 ABCDEF  ghijklmnop\r\nq  \r\n",
			"0123456789 ABCDEF  ghijklmnop\r\nq  \r\n",
			"0123456789 ABCDEF ghijklmnop\r\nq\r\n" },
		{ "x \r\n\r\n \t \r\ny\r\n \r\n",
			"x \r\n\r\n \t \r\ny\r\n \r\n", "x\r\n\r\n\r\ny\r\n" },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		cr_expect(same(rows[i].body, false, -1, rows[i].simple),
			"simple %zu", i);
		cr_expect(same(rows[i].body, true, -1, rows[i].relaxed),
			"relaxed %zu", i);
	}
	cr_expect(same("abc\r\ndef\r\n", true, 4, "abc\r"));
	cr_expect(same("abc\r\n", false, 0, ""));
}

/* Every way to cut white space and line ends gives the same as the plain
 * definition of 3.4.4. */
Test(dkim, relaxed_body_by_definition)
{
	static const char letters[] = "a \t\r\nbcdefgh";
	unsigned seed = 7;

	for (int n = 0; n < 3000; n++) {
		char body[64], want[200];
		size_t length, at = 0, end = 0;

		length = (seed = seed * 1103515245 + 12345) >> 16 & 31;
		for (size_t i = 0; i < length; i++) {
			seed = seed * 1103515245 + 12345;
			body[i] = letters[(seed >> 16) % (sizeof letters - 1)];
			if (body[i] == '\r' && i + 1 < length)
				body[++i] = '\n'; /* no lone CR */
			else if (body[i] == '\r')
				body[i] = 'x';
		}
		body[length] = '\0';
		for (size_t i = 0; i < length; i++) {
			char c = body[i];

			if (c == '\r')
				continue;
			if (c == '\n') {
				if (at && want[at - 1] == ' ')
					at--;
				want[at++] = '\r';
				want[at++] = '\n';
			} else if (c != ' ' && c != '\t') {
				want[at++] = c;
				end = at;
			} else if (!at || want[at - 1] != ' ') {
				want[at++] = ' ';
			}
		}
		want[end] = '\0';
		if (end)
			memcpy(want + end, "\r\n", 3);
		cr_expect(same(body, true, -1, want), "'%s'", body);
	}
}

Test(dkim, canonical_headers)
{
	struct arena *a = arena_new();
	struct header *h = header_parse(
		a, STR("A: X\r\nB : Y\t\r\n\tZ  \r\nb:second\n\tfold\r\n\r\n"));
	bool used[3];
	struct buf out;

	buf_init(&out, 4096);
	dkim_head_select(&out, h, STR("a:b:b:b:none"), true, used, NULL);
	cr_expect_str_eq(buf_c(&out), "a:X\r\nb:second fold\r\nb:Y Z\r\n");
	buf_clear(&out);
	dkim_head_select(&out, h, STR("A : B"), false, used, &h->field[2]);
	cr_expect_str_eq(buf_c(&out), "A: X\r\nB : Y\t\r\n\tZ  \r\n");
	buf_clear(&out);
	dkim_head_select(&out, h, STR("b"), false, used, NULL);
	cr_expect_str_eq(buf_c(&out), "b:second\r\n\tfold\r\n");
	buf_clear(&out);
	dkim_head_add(&out, &h->field[1], true,
		str_sub(h->field[1].value, 1, 2), true);
	cr_expect_str_eq(buf_c(&out), "b:Z");
	buf_fini(&out);
	arena_free(&a);
}

Test(dkim, tag_lists)
{
	static const struct {
		const char *text;
		bool ok;
	} rows[] = { { "v=1; a=b", true }, { "v=1; a=b;", true },
		{ " v = 1 ;\r\n\ta=b ; ", true }, { "v=1;; a=b", false },
		{ "v=1; v=1", false }, { "v=1; V=1", true }, { "a", false },
		{ "1a=b", false }, { "", false }, { "a=", true },
		{ "a=b=c", true }, { "a b=c", false } };
	struct arena *a = arena_new();
	struct tags t;

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		cr_expect(tags_parse(a, str_c(rows[i].text), &t) == rows[i].ok,
			"'%s'", rows[i].text);
	/* which signature it was can be told though it is wrong */
	cr_expect(!tags_parse(a, STR("v=1;; v=2; x; d=a.example"), &t));
	cr_expect(str_eq(tags_get(&t, "v"), STR("1")) &&
		  str_eq(tags_get(&t, "d"), STR("a.example")) && t.count == 2);
	arena_free(&a);
}

Test(dkim, key_records)
{
	static const struct {
		const char *record;
		enum verdict_result result; /* RESULT_NONE: usable */
	} rows[] = {
		{ "v=DKIM1; k=ed25519; "
		  "p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=",
			RESULT_NONE },
		{ "k=ed25519; s=email:x; h=sha1:sha256; t=s:y; x=1; "
		  "p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=",
			RESULT_NONE },
		{ "v=DKIM2; k=ed25519; "
		  "p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=",
			RESULT_PERMERROR },
		{ "k=ed25519; v=DKIM1; "
		  "p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=",
			RESULT_PERMERROR },
		{ "v=DKIM1; p=", RESULT_PERMERROR },
		{ "v=DKIM1", RESULT_PERMERROR },
		{ "v=DKIM1; k=dsa; p=AAAA", RESULT_PERMERROR },
		{ "v=DKIM1; s=tlsrpt; p=AAAA", RESULT_PERMERROR },
		{ "v=DKIM1; p=!!", RESULT_PERMERROR },
		{ "v=DKIM1; k=ed25519; p=AAAA", RESULT_PERMERROR },
		{ "v=spf1 -all", RESULT_PERMERROR },
	};
	struct arena *a = arena_new();

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct dkim_key k;

		dkim_key_parse(a, "s._domainkey.x", str_c(rows[i].record), &k);
		cr_expect((k.pkey == NULL) == (rows[i].result != RESULT_NONE) &&
				  k.result == rows[i].result,
			"row %zu: %s", i, k.reason);
		cr_expect(k.pkey || *k.reason, "row %zu", i);
		EVP_PKEY_free(k.pkey);
	}
	arena_free(&a);
}

Test(dkim, base64)
{
	unsigned char out[8];

	cr_expect(text_base64(STR("YWJj"), out, 8) == 3);
	cr_expect(text_base64(STR(" YW\r\n\tI= "), out, 8) == 2);
	cr_expect(text_base64(STR("YWI"), out, 8) == 2);
	cr_expect(text_base64(STR("YWJjZ"), out, 8) == -1);
	cr_expect(text_base64(STR("YW=J"), out, 8) == -1);
	cr_expect(text_base64(STR("YWJj"), out, 2) == -1);
	cr_expect(text_base64(STR("YWI=="), out, 8) == -1);
}

static const char *
words(struct arena *a, const struct verdict_dkim *d)
{
	const char *s = "";

	for (size_t i = 0; i < d->warns; i++)
		s = arena_printf(a, "%s %s", s, d->warn[i]);
	return s;
}

Test(dkim, what_a_valid_signature_leaves_open)
{
	static const struct {
		const char *h, *extra, *fields, *body, *tail;
		enum verdict_result result;
		const char *warns;
		int64_t unsigned_bytes;
	} rows[] = {
		{ "from:to:subject", "", "", "text\r\n", "", RESULT_PASS, "",
			0 },
		{ "from:to:subject", "l=6; ", "", "text\r\n", "tail\r\n",
			RESULT_PASS, " partial-body", 6 },
		{ "from:to:subject", "l=9; ", "", "text\r\n", "",
			RESULT_PERMERROR, "", 0 },
		{ "from:to", "", "", "text\r\n", "", RESULT_PASS,
			" unsigned-header:Subject", 0 },
		{ "from:to:subject", "", "Subject: first\r\n", "text\r\n", "",
			RESULT_POLICY, " added-header:Subject", 0 },
		{ "from:to:subject:subject", "", "", "text\r\n", "",
			RESULT_PASS, "", 0 },
		{ "from:to:subject", "t=1600000000; x=1600000001; ", "",
			"text\r\n", "", RESULT_POLICY, "", 0 },
		{ "from:to:subject", "x=0; ", "", "text\r\n", "", RESULT_POLICY,
			"", 0 },
		{ "from:to:subject", "t=0; x=0; ", "", "text\r\n", "",
			RESULT_PERMERROR, "", 0 },
		{ "from:to:subject", "t=1700009999; ", "", "text\r\n", "",
			RESULT_PASS, " future", 0 },
		{ "from:to:subject", "i=@other.example; ", "", "text\r\n", "",
			RESULT_PERMERROR, "", 0 },
		{ "from:to:subject", "i=x@mail.shop.example; ", "", "text\r\n",
			"", RESULT_PASS, "", 0 },
		{ "to:subject", "", "", "text\r\n", "", RESULT_PERMERROR, "",
			0 },
		{ "from:to:subject", "q=http; ", "", "text\r\n", "",
			RESULT_PERMERROR, "", 0 },
		{ "from:to:subject", "", "", "text\r\n", "more\r\n",
			RESULT_FAIL, "", 0 },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct arena *a = arena_new();
		struct table t;
		struct verify_facts f = { .now = 1700000000 };
		struct verdict *v;
		struct str m;

		table_init(&t);
		m = table_sign(a, &t, "shop.example", rows[i].h, rows[i].extra,
			"From: a@shop.example\r\nTo: b@here.example\r\n"
			"Subject: hello\r\n",
			rows[i].body);
		m = str_c(arena_printf(
			a, "%s%s%s", rows[i].fields, m.p, rows[i].tail));
		v = verify_message(a, m, &f, &t.resolver);
		cr_assert(v->dkims == 1);
		cr_expect(v->dkim[0].result == rows[i].result, "row %zu: %s", i,
			v->dkim[0].reason);
		cr_expect_str_eq(words(a, &v->dkim[0]), rows[i].warns,
			"row %zu: %s", i, words(a, &v->dkim[0]));
		cr_expect(v->dkim[0].unsigned_bytes == rows[i].unsigned_bytes);
		cr_expect(
			v->dkim[0].result == RESULT_PASS || *v->dkim[0].reason);
		arena_free(&a);
	}
}

Test(dkim, names_in_a_signature)
{
	static const struct {
		const char *d, *s;
		const char *reason; /* the start of it, "": can be checked */
	} rows[] = {
		{ "shop.example", "s1", "" },
		{ " shop.example ", "\r\n s1.eu", "" },
		{ "b\xc3\xbc"
		  "cher.example",
			"_s", "" },
		{ "example", "s1", "d= is no" },
		{ "shop.example.", "s1", "d= is no" },
		{ "shop. example", "s1", "d= is no" },
		{ "shop..example", "s1", "d= is no" },
		{ "shop.example", "s 1", "s= is no" },
		{ "", "s1", "the signature has an empty d= tag" },
	};
	struct arena *a = arena_new();

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct dkim_field o;
		struct header *h = header_parse(a,
			str_c(arena_printf(a,
				"DKIM-Signature: v=1; a=rsa-sha256; d=%s; s=%s;"
				" h=from; b=AAAA; bh=47DEQpj8HBSa+/TImW+5JCeuQ"
				"eRkm5NMpJWZG3hSuFU=\r\n",
				rows[i].d, rows[i].s)));

		dkim_field_read(a, &h->field[0], false, &o);
		cr_expect(str_starts(str_c(o.reason), str_c(rows[i].reason)) &&
				  (o.result == RESULT_NONE) == !*rows[i].reason,
			"row %zu: %s", i, o.reason);
	}
	arena_free(&a);
}
