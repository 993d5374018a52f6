/* SPDX-License-Identifier: GPL-3.0-or-later */
/* drafts to bytes and back */
#include <criterion/criterion.h>

#include "mime/compose.h"

static struct compose_draft
draft(void)
{
	return (struct compose_draft){
		.from = STR("김소현 <sohyun@b.example>"),
		.to = STR("\"Doe, Jane\" <jane@c.example>, k@bücher.example"),
		.cc = STR("list@d.example"),
		.bcc = STR("secret@e.example"),
		.subject = STR("긴 제목 — with \"quotes\""),
		.message_id = STR("1@b.example"),
		.references = STR("a@x b@x"),
		.date = 1772496942,
		.zone = 540,
		.text = STR("안녕하세요\nFrom the start\n.\n-- \n소현\n"),
	};
}

Test(compose, round_trip)
{
	struct arena *a = arena_new();
	struct compose_file file = { .name = STR("한글 이름.pdf"),
		.bytes = STR("\x00\x01\xff") };
	struct compose_draft d = draft();
	struct compose_envelope v;
	struct message *m;
	struct buf out, text;
	struct err e;

	d.file = &file;
	d.files = 1;
	buf_init(&out, 1 << 20);
	buf_init(&text, 1 << 20);
	cr_assert(compose_build(a, &out, &d, &v, &e) == 0, "%s", e.text);
	cr_expect(str_eq(v.sender, STR("sohyun@b.example")));
	cr_expect(v.recipients == 4 && !v.needs_utf8);
	cr_expect(str_eq(v.recipient[1], STR("k@xn--bcher-kva.example")));
	cr_expect(str_find(buf_str(&out), STR("secret")) < 0);
	for (size_t i = 0, line = 0; i < out.n; i++) {
		cr_expect((out.p[i] & 0x80) == 0);
		cr_expect(out.p[i] != '\n' || out.p[i - 1] == '\r');
		cr_expect(out.p[i] != '\r' || out.p[i + 1] == '\n');
		line = out.p[i] == '\n' ? 0 : line + 1;
		cr_expect(line <= 79);
	}
	m = message_read(a, buf_str(&out), NULL);
	cr_expect(str_eq(m->subject, d.subject), "%.*s", STR_ARG(m->subject));
	cr_expect(str_eq(m->from.item[0].name, STR("김소현")));
	cr_expect(str_eq(m->to.item[0].name, STR("Doe, Jane")));
	cr_expect(m->date == d.date && m->zone == d.zone);
	cr_expect(m->references.count == 2);
	cr_expect(m->attachments == 1);
	cr_expect(str_eq(m->attachment[0]->filename, file.name));
	cr_expect(str_eq(m->attachment[0]->type, STR("application/pdf")));
	message_text(&text, m);
	cr_expect_str_eq(buf_c(&text), d.text.p, "%s", buf_c(&text));
	buf_fini(&out);
	buf_fini(&text);
	arena_free(&a);
}

Test(compose, refuses)
{
	struct arena *a = arena_new();
	struct compose_draft rows[6];
	struct buf out;
	struct err e;

	for (size_t i = 0; i < 6; i++)
		rows[i] = draft();
	rows[0].subject = STR("a\r\nBcc: x@y.example");
	rows[1].to = STR("not an address");
	rows[2].from = STR("");
	rows[3].in_reply_to = STR("a@b\nX: y");
	rows[4].to = rows[4].cc = rows[4].bcc = STR("");
	rows[5].to = STR("a@b.example\n");
	for (size_t i = 0; i < 5; i++) {
		buf_init(&out, 1 << 20);
		cr_expect(compose_build(a, &out, &rows[i], NULL, &e) < 0,
			"row %zu", i);
		cr_expect(e.class == ERR_INPUT && e.text[0]);
		buf_fini(&out);
	}
	arena_free(&a);
}

Test(compose, saved_and_printed)
{
	struct arena *a = arena_new();
	struct compose_draft d = draft(), back = { 0 };
	struct buf out;
	struct err e;

	d.to = STR("half an addr");
	buf_init(&out, 1 << 20);
	cr_assert(compose_save(a, &out, &d, &e) == 0, "%s", e.text);
	back = compose_load(a, message_read(a, buf_str(&out), NULL));
	cr_expect(str_eq(back.to, d.to), "%.*s", STR_ARG(back.to));
	cr_expect(str_eq(back.bcc, d.bcc), "%.*s", STR_ARG(back.bcc));
	cr_expect(str_eq(back.text, d.text), "%.*s", STR_ARG(back.text));
	buf_clear(&out);
	compose_print(&out, &d);
	back = (struct compose_draft){ 0 };
	cr_assert(compose_scan(a, buf_str(&out), &back, &e) == 0, "%s", e.text);
	cr_expect(str_eq(back.from, d.from));
	cr_expect(str_eq(back.subject, d.subject));
	cr_expect(str_eq(back.text, d.text));
	cr_expect(
		compose_scan(a, STR("To: a@b\nX-Evil: y\n\n"), &back, &e) < 0);
	cr_expect(e.code == 2);
	buf_fini(&out);
	arena_free(&a);
}

Test(compose, reply)
{
	static const char text[] =
		"From: Ann <ann@b.example>\nTo: me@c.example, x@d.example\n"
		"Cc: y@e.example\nSubject: Re: 안녕\nMessage-ID: <2@b>\n"
		"References: <1@b>\nDate: Tue, 03 Mar 2026 09:15:42 +0900\n"
		"List-Post: <mailto:list@l.example>\n\n"
		"one\n> two\n\n-- \nAnn\n";
	struct arena *a = arena_new();
	struct message *m = message_read(a, STR(text), NULL);
	struct str own = STR("me@c.example");
	struct compose_draft d =
		compose_reply(a, m, COMPOSE_REPLY_ALL, &own, 1);

	cr_expect(str_eq(d.to, STR("Ann <ann@b.example>")), "%.*s",
		STR_ARG(d.to));
	cr_expect(str_eq(d.cc, STR("x@d.example, y@e.example")), "%.*s",
		STR_ARG(d.cc));
	cr_expect(str_eq(d.subject, STR("Re: 안녕")));
	cr_expect(str_eq(d.references, STR("1@b 2@b")));
	cr_expect(str_eq(d.text,
			  STR("On Tue, 3 Mar 2026 09:15:42 +0900, Ann wrote:\n"
			      "> one\n>> two\n>\n")),
		"%.*s", STR_ARG(d.text));
	d = compose_reply(a, m, COMPOSE_REPLY_LIST, &own, 1);
	cr_expect(str_eq(d.to, STR("list@l.example")));
	d = compose_forward(a, m, true);
	cr_expect(str_eq(d.subject, STR("Fwd: Re: 안녕")));
	cr_expect(d.forward.n == sizeof text - 1);
	arena_free(&a);
}

Test(compose, mailto)
{
	struct arena *a = arena_new();
	struct compose_draft d;
	struct str ignored;
	struct err e;

	cr_assert(compose_mailto(a,
			  STR("mailto:a%40b.example?subject=%ED%95%9C%0D%0AX"
			      "&body=1%0D%0A2&cc=c@d&bcc=e@f&attach=/etc/x"),
			  &d, &ignored, &e) == 0);
	cr_expect(str_eq(d.to, STR("a@b.example")));
	cr_expect(str_eq(d.subject, STR("한 X")), "%.*s", STR_ARG(d.subject));
	cr_expect(str_eq(d.text, STR("1\n2")));
	cr_expect(str_eq(d.cc, STR("c@d")) && d.bcc.n == 0);
	cr_expect(str_eq(ignored, STR("bcc, attach")));
	cr_expect(compose_mailto(a, STR("http://x"), &d, NULL, &e) < 0);
	arena_free(&a);
}

Test(compose, subject)
{
	static const char *const rows[][2] = { { "x", "Re: x" },
		{ "Re: x", "Re: x" }, { "RE[2]: x", "RE[2]: x" },
		{ "AW: x", "AW: x" }, { "답장: x", "답장: x" },
		{ "Reach: x", "Re: Reach: x" }, { "", "Re: " } };

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct buf b;

		buf_init(&b, 100);
		compose_subject(&b, "Re: ", str_c(rows[i][0]));
		cr_expect_str_eq(buf_c(&b), rows[i][1]);
		buf_fini(&b);
	}
}
