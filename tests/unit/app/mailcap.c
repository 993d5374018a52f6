/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>

#include "app/letter/mailcap.h"

static const char file_text[] =
	"# a comment\n"
	"text/html; w3m -I %{charset} -T text/html -dump %s; copiousoutput;\\\n"
	"  nametemplate=%s.html\n"
	"broken line\n"
	"image/*; test -n \"$DISPLAY\" \\; feh '%s'; test=test -n "
	"\"$DISPLAY\"\n"
	"image/png;display %s\n"
	"AUDIO; play -; needsterminal\n"
	"application/pdf; pdftotext %s - | less; needsterminal;"
	" nametemplate=%s.../x\n"
	"video/mp4; ;test=true\n";

Test(mailcap, entries)
{
	struct arena *a = arena_new();
	struct mailcap_entry e;
	struct str rest = str_c(file_text);

	cr_assert(mailcap_next(a, &rest, STR("text/html"), &e));
	cr_expect(str_starts(e.command, STR("w3m -I ")));
	cr_expect(e.is_copious && !e.needs_terminal);
	cr_expect(str_eq(e.suffix, STR("html")));
	cr_expect(!mailcap_next(a, &rest, STR("text/html"), &e));

	rest = str_c(file_text);
	cr_assert(mailcap_next(a, &rest, STR("image/png"), &e));
	cr_expect(str_eq(e.test, STR("test -n \"$DISPLAY\"")));
	cr_expect(str_ends(e.command, STR("feh '%s'")));
	cr_assert(mailcap_next(a, &rest, STR("image/png"), &e));
	cr_expect(str_eq(e.command, STR("display %s")));

	rest = str_c(file_text);
	cr_assert(mailcap_next(a, &rest, STR("audio/ogg"), &e));
	cr_expect(e.needs_terminal);
	rest = str_c(file_text);
	cr_assert(mailcap_next(a, &rest, STR("application/pdf"), &e));
	cr_expect(e.suffix.n == 0, "no template leaves its folder");
	rest = str_c(file_text);
	cr_expect(!mailcap_next(a, &rest, STR("video/mp4"), &e));
	rest = str_c(file_text);
	cr_expect(!mailcap_next(a, &rest, STR("nonsense"), &e));
	arena_free(&a);
}

static const char *
joined(struct arena *a, char **argv)
{
	const char *s = "";

	if (!argv)
		return "-";
	for (size_t i = 0; argv[i]; i++)
		s = arena_printf(a, "%s%s%s", s, i ? "|" : "", argv[i]);
	return s;
}

Test(mailcap, expand)
{
	static const struct {
		const char *command, *params, *want;
	} row[] = {
		{ "feh %s", "image/png", "feh|/r/part.png" },
		{ "w3m -I %{charset} %s", "x/y; charset=euc-kr",
			"w3m|-I|euc-kr|/r/part.png" },
		{ "w3m -I %{charset} %s", "x/y", "w3m|-I|utf-8|/r/part.png" },
		{ "see %t:%s 100%%", "x/y", "see|image/png:/r/part.png|100%" },
		{ "a \\%s %s", "x/y", "a|%s|/r/part.png" },
		{ "feh '%s'", "x/y", "sh|-c|feh ''\"${1}\"''|sh|/r/part.png" },
		{ "feh \"%s\"", "x/y", "sh|-c|feh \"${1}\"|sh|/r/part.png" },
		{ "a %s | less", "x/y",
			"sh|-c|a \"${1}\" | less|sh|/r/part.png" },
		{ "play -", "x/y",
			"sh|-c|{ play -\n} <\"${1}\"|sh|/r/part.png" },
		{ "a %{name} %s", "x/y; name=\"$(id)\"", "-" },
		{ "a %{name} %s", "x/y; name=\"a b\"", "-" },
		{ "a %{name} %s", "x/y; name=\"-rf\"", "-" },
		{ "a %{name} %s", "x/y; name=\"../x\"", "-" },
		{ "a %{name} %s", "x/y", "-" },
		{ "a %{name", "x/y; name=b", "-" },
		{ "a %F %s", "x/y", "-" },
		{ "a %s \\", "x/y", "-" },
		{ "", "x/y", "-" },
	};
	struct arena *a = arena_new();

	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		struct field_params p =
			field_params(a, str_c(row[i].params), NULL);
		const char *got = joined(
			a, mailcap_expand(a, str_c(row[i].command),
				   "/r/part.png", STR("image/png"), &p, true));

		cr_expect_str_eq(
			got, row[i].want, "'%s': '%s'", row[i].command, got);
	}
	cr_expect(!mailcap_expand(a, STR("a %t"), "f", STR("a/b;id"), NULL, 1));
	cr_expect(
		!mailcap_expand(a, STR("a %t"), "f", STR("a/$(id)"), NULL, 1));
	arena_free(&a);
}

Test(mailcap, types)
{
	cr_expect(mailcap_is_program(STR("text/x-sh"), STR("a.txt")));
	cr_expect(mailcap_is_program(STR("image/png"), STR("a.png.DESKTOP")));
	cr_expect(mailcap_is_program(
		STR("application/vnd.ms-excel.sheet.macroEnabled.12"),
		STR("")));
	cr_expect(!mailcap_is_program(STR("application/pdf"), STR("a.pdf")));
	cr_expect(!mailcap_is_program(STR("text/plain"), STR("notes")));
	cr_expect_str_eq(mailcap_suffix(STR("text/html")), "html");
	cr_expect_str_eq(mailcap_suffix(STR("x/y")), "bin");
	cr_expect(str_eq(mailcap_type(STR("a.PDF")), STR("application/pdf")));
	cr_expect(mailcap_type(STR("a")).n == 0);
}
