/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Each sentence of a verdict is found again by its format, and its translation
 * has the arguments in their places. */
#include <criterion/criterion.h>
#include <libintl.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/letter/phrase.h"
#include "base/str.h"

static char root[] = "/tmp/signet-phrase-XXXXXX";

/* The catalogue of the build, where gettext looks for one. */
static void
speak_korean(void)
{
	static const char *const dirs[] = { "/ko", "/ko/LC_MESSAGES" };
	char path[4200], mo[4200], here[4096];

	cr_assert(mkdtemp(root) && getcwd(here, sizeof here));
	for (size_t i = 0; i < 2; i++) {
		snprintf(path, sizeof path, "%s%s", root, dirs[i]);
		cr_assert(mkdir(path, 0700) == 0);
	}
	snprintf(path, sizeof path, "%s/ko/LC_MESSAGES/signet.mo", root);
	snprintf(mo, sizeof mo, "%s/ui/po/ko.mo", here);
	cr_assert(access(mo, R_OK) == 0, "the build has made no %s", mo);
	cr_assert(symlink(mo, path) == 0);
	setenv("LANGUAGE", "ko", 1);
	cr_assert(setlocale(LC_ALL, "C.UTF-8"));
	bindtextdomain("signet", root);
	bind_textdomain_codeset("signet", "UTF-8");
	textdomain("signet");
}

static void
fall_silent(void)
{
	static const char *const made[] = { "/ko/LC_MESSAGES/signet.mo",
		"/ko/LC_MESSAGES", "/ko", "" };
	char path[4200];

	for (size_t i = 0; i < 4; i++) {
		snprintf(path, sizeof path, "%s%s", root, made[i]);
		remove(path);
	}
}

/* FORMAT with "n1.example" or 101 at its first argument, and so on. */
static void
fill(struct buf *out, const char *format)
{
	int next = 0;

	for (const char *p = format; *p; p++) {
		size_t n = strspn(p + 1, "123456789$-lz") + 1;
		int k;

		if (*p != '%' || !p[n] || !strchr("sdu", p[n])) {
			buf_addc(out, *p);
			continue;
		}
		k = p[2] == '$' ? p[1] - '0' : ++next;
		buf_printf(out, p[n] == 's' ? "n%d.example" : "10%d", k);
		p += n;
	}
}

Test(phrase, keeps_the_arguments_of_each_sentence, .init = speak_korean,
	.fini = fall_silent)
{
	struct arena *a = arena_new();
	struct buf english, korean;
	const char *format;
	size_t n = 0;

	buf_init(&english, 4096);
	buf_init(&korean, 4096);
	for (; (format = phrase_format(n)); n++) {
		const char *said;

		buf_clear(&english);
		buf_clear(&korean);
		fill(&english, format);
		fill(&korean, gettext(format));
		said = phrase(a, buf_c(&english));
		cr_expect_str_eq(said, buf_c(&korean), "'%s': '%s', not '%s'",
			format, said, buf_c(&korean));
	}
	cr_expect(n > 150, "%zu sentences are known", n);
	buf_fini(&english);
	buf_fini(&korean);
	arena_free(&a);
}

Test(phrase, says_what_stands_in_another_order, .init = speak_korean,
	.fini = fall_silent)
{
	static const struct {
		const char *english, *korean;
	} rows[] = {
		{ "SPF needs more than 10 DNS look-ups, 10 are allowed: "
		  "include:a.example of b.example is number 11",
			"SPF에 DNS 조회가 10번 넘게 필요합니다(10번까지): "
			"b.example의 include:a.example이(가) 11번째입니다" },
		{ "there are two fields ARC-Seal of instance 3",
			"인스턴스 3에 ARC-Seal 필드가 둘 있습니다" },
		/* words of ours in a sentence of ours, three deep */
		{ "Cannot tell: the key s._domainkey.x.example could not be "
		  "fetched (timeout)",
			"판단 불가: 키 s._domainkey.x.example을(를) 가져오지 "
			"못했습니다 (시간 초과)" },
		{ "the seal of instance 2 (d=x.example): key k.x.example "
		  "cannot be read: it has an empty tag",
			"2번째 봉인 (d=x.example): 키 k.x.example을(를) "
			"읽을 수 없습니다: 빈 태그가 있습니다" },
		/* what others wrote is theirs, whatever it looks like */
		{ "\"there is no SPF record\" is only a display name; the "
		  "address is a@x.example",
			"\"there is no SPF record\"은(는) 표시 이름일 뿐이고 "
			"주소는 a@x.example입니다" },
		{ "the seal of instance x: y", "the seal of instance x: y" },
		{ "a sentence of another version",
			"a sentence of another version" },
		{ "", "" },
	};
	struct arena *a = arena_new();

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		cr_expect_str_eq(phrase(a, rows[i].english), rows[i].korean,
			"%s", phrase(a, rows[i].english));
	cr_expect_null(phrase(a, NULL));
	/* a record is nobody's sentence */
	cr_expect_str_eq(
		phrase_found(a, "v=DMARC1; b says c"), "v=DMARC1; b says c");
	arena_free(&a);
}

/* Without a catalogue, and in JSON, it is what auth/ said. */
Test(phrase, is_english_without_a_catalogue)
{
	struct arena *a = arena_new();

	cr_expect_str_eq(
		phrase(a, "there is no SPF record"), "there is no SPF record");
	arena_free(&a);
}
