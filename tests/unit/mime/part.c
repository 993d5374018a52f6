/* SPDX-License-Identifier: GPL-3.0-or-later */
/* headers, trees and messages */
#include <criterion/criterion.h>

#include "mime/message.h"

/* "type(child,child)" and "type<message>" with the sizes of leaves */
static void
print(struct buf *out, const struct part *p)
{
	struct buf b;

	buf_add(out, p->type);
	if (p->kind == PART_MULTI) {
		buf_addc(out, '(');
		for (const struct part *c = p->child; c; c = c->next) {
			print(out, c);
			if (c->next)
				buf_addc(out, ',');
		}
		buf_addc(out, ')');
	} else if (p->kind == PART_MESSAGE) {
		buf_addc(out, '<');
		print(out, p->child);
		buf_addc(out, '>');
	} else {
		buf_init(&b, 100000);
		part_decode(&b, p);
		buf_printf(out, " %zu", b.n);
		buf_fini(&b);
	}
}

#define MIXED "Content-Type: multipart/mixed; boundary=b\n\n"

Test(part, trees)
{
	static const char *const rows[][2] = {
		{ "", "text/plain 0" },
		{ "\n", "text/plain 0" },
		{ "Subject: x\n\nbody", "text/plain 4" },
		{ "Subject: x\r\rbody", "text/plain 4" },
		{ "From a@b Mon\nSubject: x\n\nbody", "text/plain 4" },
		{ "no header at all", "text/plain 16" },
		/* a folded line that lost its indent */
		{ "From: a@b.example\nReceived: by x\nid 7;\n\tMonday\n"
		  "X-A: b\nContent-Type: text/html\n\nx",
			"text/html 1" },
		/* a letter that was passed on, without an empty line */
		{ "From: a@b.example\nhere it is\nFrom: c@d.example\n\nx",
			"text/plain 31" },
		/* the rest of a field whose begin is lost */
		{ "\tid x\n\tby y; z\nContent-Type: text/html\n\nx",
			"text/html 1" },
		{ " no\n header: x\n", "text/plain 15" },
		{ MIXED "--b\n\na\n--b\n\nbc\n--b--\n",
			"multipart/mixed(text/plain 1,text/plain 2)" },
		{ MIXED "pre\n--b\n\na\n", "multipart/mixed(text/plain 2)" },
		{ MIXED "--b\n\na\n--bc\n--b--",
			"multipart/mixed(text/plain 6)" },
		{ MIXED "--b  \n\na\n--b--  \nepilogue --b\n--b\n",
			"multipart/mixed(text/plain 1)" },
		{ MIXED "--b\n--b\n\na\n--b--",
			"multipart/mixed(text/plain 1)" },
		{ MIXED "--b\n--b--\n\nEpilogue\n--b\n", "multipart/mixed()" },
		{ MIXED "--b\n\na\n--b\n--b--\nepilogue\n",
			"multipart/mixed(text/plain 1)" },
		{ MIXED "nothing", "multipart/mixed()" },
		{ "Content-Type: multipart/mixed\n\n--b\n\na",
			"multipart/mixed()" },
		{ MIXED "--b\nContent-Type: text/html\n--b--\n",
			"multipart/mixed(text/html 0)" },
		{ MIXED "--b\nContent-Type: image/png;\nname=\"x.png\"\n"
			"Content-Transfer-Encoding: base64\n\nYWJj\n--b--\n",
			"multipart/mixed(image/png 3)" },
		{ MIXED "--b\nContent-Type: text/html\nno field\n\n--b--\n",
			"multipart/mixed(text/html 0)" },
		{ MIXED "--b\nContent-Type: text/html\nno field\n--b--\n",
			"multipart/mixed(text/html 8)" },
		{ MIXED "--b\nContent-Transfer-Encoding: base64\nname x.png\n\n"
			"YWJj\n--b--\n",
			"multipart/mixed(text/plain 3)" },
		/* what is left of a field, before the empty line */
		{ MIXED "--b\nContent-Transfer-Encoding: base64\n"
			"Content-Type: image/png;\nname=\"x y.png\"\n\nYWJj\n"
			"--b\n name=\"y.png\"\n\nx\n--b\nContent-Ty\n\n--b--\n",
			"multipart/mixed(image/png 3,text/plain 1,"
			"text/plain 0)" },
		{ MIXED "--b\na = b\n\n--b\nx=1 y\n\n--b\nContent- or\n\n--b--",
			"multipart/mixed(text/plain 6,text/plain 6,"
			"text/plain 12)" },
		/* damaged boundaries before a field, a boundary, the end */
		{ MIXED "--b\n--b+\n--b-\nContent-Type: text/html\n\nx\n--b\n"
			"--bb\n--b\n\ny\n--b\n--c\n--b--\n",
			"multipart/mixed(text/html 1,text/plain 1)" },
		{ MIXED "--b\nContent-Type: multipart/x; boundary=c\n--c\n"
			"Content-Type: text/html\n\nx\n--c--\n--b--\n",
			"multipart/mixed(multipart/x(text/html 1))" },
		{ MIXED "--b\n\nx\n--b\n--", "multipart/mixed(text/plain 1)" },
		{ MIXED "--b\n-- \nname\n--b--\n",
			"multipart/mixed(text/plain 8)" },
		{ MIXED "--b\n" MIXED "--b\n\nx\n--b--\n",
			"multipart/mixed(multipart/mixed(text/plain 1))" },
		{ MIXED "--b\nContent-Type: multipart/x; boundary=c\n\n"
			"--c\n\nx\n--b\n\ny\n--b--\n",
			"multipart/mixed(multipart/x(text/plain 1),"
			"text/plain 1)" },
		{ MIXED "--b\nContent-Type: message/rfc822\n\nSubject: i\n\n"
			"inner\n--b--\n",
			"multipart/mixed(message/rfc822<text/plain 5>)" },
		{ "Content-Type: multipart/digest; boundary=b\n\n--b\n\n"
		  "Subject: i\n\nx\n--b--\n",
			"multipart/digest(message/rfc822<text/plain 1>)" },
		{ "Content-Type: multipart/mi=xed; boundary=b\n\n--b\n\nx\n"
		  "--b--\n",
			"multipart/mi=xed(text/plain 1)" },
		{ "Content-Type: text\n\nx", "text/plain 1" },
		{ "Content-Type: ;;\n\nx", "text/plain 1" },
		{ "Content-Transfer-Encoding: BASE64 (c)\n\nYWJj",
			"text/plain 3" },
		{ "Content-Type: message/rfc822\n"
		  "Content-Transfer-Encoding: base64\n\nYWJj",
			"message/rfc822 3" },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct arena *a = arena_new();
		struct part *p = part_parse(a, str_c(rows[i][0]), NULL);
		struct buf b;

		buf_init(&b, 1000);
		print(&b, p);
		cr_expect_str_eq(
			buf_c(&b), rows[i][1], "row %zu: %s", i, buf_c(&b));
		buf_fini(&b);
		arena_free(&a);
	}
}

/* What is shown of a part is more than its bytes: a line that came into its
 * header, lines that a soft end with blanks behind it goes over. */
Test(part, text)
{
	static const char *const rows[][2] = {
		{ "Content-Type: text/plain\nHello,\n\nx\n", "Hello,\n\nx" },
		{ "Content-Transfer-Encoding: quoted-printable\n=48i\n\nx=20\n",
			"Hi\n\nx " },
		{ "Content-Type: text/plain;\nformat=\"fixed\"\n\nx\n", "x" },
		{ "Content-Transfer-Encoding: quoted-printable\n\na= \t\nb= "
		  "c\n",
			"ab= c" },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct arena *a = arena_new();
		struct part *p = part_parse(a,
			str_c(arena_printf(
				a, MIXED "--b\n%s--b--\n", rows[i][0])),
			NULL);
		struct buf b;

		buf_init(&b, 1000);
		part_text(&b, p->child, NULL);
		cr_expect_str_eq(
			buf_c(&b), rows[i][1], "row %zu: %s", i, buf_c(&b));
		buf_fini(&b);
		arena_free(&a);
	}
}

/* Beyond a ceiling there is one opaque part and a defect, never an error. */
Test(part, ceilings)
{
	struct arena *a = arena_new();
	struct buf b;
	struct part *p;
	size_t depth = 0, count = 0;

	buf_init(&b, 1 << 20);
	for (int i = 0; i < 3000; i++)
		buf_printf(&b,
			"Content-Type: multipart/x; boundary=b%d\n\n"
			"--b%d\n",
			i, i);
	for (p = part_parse(a, buf_str(&b), NULL); p->child; p = p->child)
		depth++;
	cr_expect(depth == LIMIT_MIME_DEPTH, "%zu", depth);
	cr_expect(p->defects & PART_TOO_DEEP);
	buf_clear(&b);
	buf_adds(&b, MIXED);
	for (int i = 0; i < 5000; i++)
		buf_adds(&b, "--b\n\nx\n");
	p = part_parse(a, buf_str(&b), NULL);
	for (struct part *c = p->child; c; c = c->next) {
		count++;
		if (!c->next)
			cr_expect(c->defects & PART_TOO_MANY);
	}
	cr_expect(count <= LIMIT_MIME_PARTS + 1, "%zu", count);
	buf_fini(&b);
	arena_free(&a);
}

Test(part, numbers_and_names)
{
	static const char inner[] =
		"Content-Type: multipart/mixed; boundary=o\n\n--o\n\nx\n"
		"--o\nContent-Type: message/rfc822\n\n" MIXED
		"--b\n\ny\n--b\nContent-Disposition: attachment; "
		"filename=\"../../etc/passwd\"\n\nz\n--b--\n--o--\n";
	struct arena *a = arena_new();
	struct part *p = part_parse(a, STR(inner), NULL);
	struct part *leaf = part_find(p, STR("2.2"));
	struct buf b;

	cr_assert(leaf != NULL);
	cr_expect(part_find(p, STR("1")) == p->child);
	cr_expect(part_find(p, STR("2"))->kind == PART_MESSAGE);
	cr_expect(part_find(p, STR("9")) == NULL);
	cr_expect(str_eq(leaf->disposition, STR("attachment")));
	buf_init(&b, 1000);
	part_safe_name(&b, leaf);
	cr_expect_str_eq(buf_c(&b), "passwd");
	buf_clear(&b);
	part_safe_name(&b, part_find(p, STR("1")));
	cr_expect_str_eq(buf_c(&b), "part-1.txt");
	buf_fini(&b);
	arena_free(&a);
}

/* The same letter in Korean, in the five ways the wild has: text, subject, name
 * of the sender and of the file. */
Test(message, korean)
{
	static const struct {
		const char *charset, *subject, *name, *file, *text;
	} rows[] = {
		{ "utf-8", "=?utf-8?B?7ZWc6riA?=", "=?utf-8?B?6rmA7IaM7ZiE?=",
			"filename*=utf-8''%ED%95%9C%EA%B8%80.txt",
			"\xed\x95\x9c\xea\xb8\x80" },
		{ "euc-kr", "=?euc-kr?B?x9Gx2w==?=", "=?euc-kr?B?sei80sf2?=",
			"filename=\"=?euc-kr?B?x9Gx2y50eHQ=?=\"",
			"\xc7\xd1\xb1\xdb" },
		{ "ks_c_5601-1987", "=?ks_c_5601-1987?B?x9Gx2w==?=",
			"=?ks_c_5601-1987?B?sei80sf2?=",
			"filename=\"\xc7\xd1\xb1\xdb.txt\"",
			"\xc7\xd1\xb1\xdb" },
		{ "iso-2022-kr", "=?iso-2022-kr?B?GyQpQw5HUTFbDw==?=",
			"\xb1\xe8\xbc\xd2\xc7\xf6",
			"filename*0*=euc-kr''%C7%D1; filename*1*=%B1%DB.txt",
			"\033$)C\x0eGQ1[\x0f" },
		{ "johab", "\xed\x95\x9c\xea\xb8\x80",
			"\xea\xb9\x80\xec\x86\x8c\xed\x98\x84",
			"filename=\"\xed\x95\x9c\xea\xb8\x80.txt\"",
			"\xd0\x65\x8b\x69" },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct arena *a = arena_new();
		struct str m = str_c(arena_printf(a,
			"From: %s <a@b.example>\nSubject: %s\n"
			"Content-Type: text/plain; charset=%s\n"
			"Content-Disposition: inline; %s\n\n%s",
			rows[i].name, rows[i].subject, rows[i].charset,
			rows[i].file, rows[i].text));
		struct message *l = message_read(a, m, "ko");
		struct buf b;

		buf_init(&b, 1000);
		message_text(&b, l);
		cr_expect_str_eq(buf_c(&b), "한글", "%s: text %s",
			rows[i].charset, buf_c(&b));
		cr_expect(str_eq(l->subject, STR("한글")), "%s: %.*s",
			rows[i].charset, STR_ARG(l->subject));
		cr_expect(l->from.count == 1 &&
				  str_eq(l->from.item[0].name, STR("김소현")),
			"%s: name", rows[i].charset);
		cr_expect(str_eq(l->root->filename, STR("한글.txt")),
			"%s: %.*s", rows[i].charset,
			STR_ARG(l->root->filename));
		buf_fini(&b);
		arena_free(&a);
	}
}

Test(message, choice)
{
	static const struct {
		const char *text;
		bool has_plain;
	} rows[] = { { "Hello there, this is a letter.", true }, { "", false },
		{ "  \n \n", false },
		{ "Your mail client does not support HTML.", false },
		{ "이 메일은 HTML을 볼 수 있는 프로그램에서 열어 주세요.",
			false },
		{ "웹 브라우저에서 보시려면 아래를 누르십시오.", false },
		{ "내일 회의는 세 시에 합니다.", true },
		{ "Please use an HTML capable client to view this message.",
			false } };

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct arena *a = arena_new();
		struct message *m = message_read(a,
			str_c(arena_printf(a,
				"Content-Type: multipart/alternative; "
				"boundary=b\n\n--b\n\n%s\n--b\n"
				"Content-Type: text/html\n\n<p>rich</p>\n"
				"--b--\n",
				rows[i].text)),
			NULL);

		cr_expect(message_has_plain(m) == rows[i].has_plain, "%s",
			rows[i].text);
		cr_expect(m->attachments == 0);
		arena_free(&a);
	}
}
