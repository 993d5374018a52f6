/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lines: plain text, HTML, words for machine-written parts, TNEF */
#define _DEFAULT_SOURCE
#include <criterion/criterion.h>
#include <stdlib.h>
#include <time.h>

#include "base/utf8.h"
#include "mime/html.h"
#include "mime/message.h"
#include "mime/tnef.h"
#include "mime/words.h"

static const struct doc *
render(struct arena *a, const char *type, const char *body, unsigned width)
{
	struct doc_options o = { .width = width };

	return doc_render(a,
		message_read(a,
			str_c(arena_printf(
				a, "Content-Type: %s\n\n%s", type, body)),
			NULL),
		&o);
}

Test(doc, plain)
{
	static const struct {
		unsigned width;
		const char *type, *body, *want;
	} rows[] = {
		{ 20, "text/plain", "short\n", "short\n" },
		{ 20, "text/plain", "a line that has to be broken",
			"a line that has to\nbe broken\n" },
		{ 20, "text/plain; charset=utf-8",
			"한국어는 음절마다 나눌 수 있다",
			"한국어는 음절마다 나\n눌 수 있다\n" },
		{ 20, "text/plain", "> a quote that has to be broken",
			"> a quote that has\n> to be broken\n" },
		{ 20, "text/plain; format=flowed", "one \ntwo\n", "one two\n" },
		{ 0, "text/plain", "a\tb", "a       b\n" },
		{ 10, "text/plain", "aaaaaaaaaaaaaaa", "aaaaaaaaaa\naaaaa\n" },
		{ 40, "text/plain", "x\033[2Jy", "x·[2Jy\n" },
		{ 40, "text/plain", "begin 644 f.txt\n#86)C\n`\nend\n",
			"[uuencoded file: f.txt, 3 bytes]\n" },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct arena *a = arena_new();
		struct buf b;

		buf_init(&b, 10000);
		doc_text(&b,
			render(a, rows[i].type, rows[i].body, rows[i].width));
		cr_expect_str_eq(
			buf_c(&b), rows[i].want, "row %zu: '%s'", i, buf_c(&b));
		buf_fini(&b);
		arena_free(&a);
	}
}

Test(doc, links)
{
	static const char *const rows[][2] = {
		{ "see http://a.example/x.", "http://a.example/x" },
		{ "(http://a.example/x_(y))", "http://a.example/x_(y)" },
		{ "www.a.example, then", "http://www.a.example" },
		{ "<http://a.example/\nlong>", "http://a.example/long" },
		{ "mailto:a@b.example", "mailto:a@b.example" },
		{ "http://a.example/한글", "http://a.example/" },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct arena *a = arena_new();
		const struct doc *d =
			render(a, "text/plain; charset=utf-8", rows[i][0], 80);

		cr_assert(d->links == 1, "row %zu: %zu", i, d->links);
		cr_expect(str_eq(d->link[0].url, str_c(rows[i][1])),
			"row %zu: %.*s", i, STR_ARG(d->link[0].url));
		arena_free(&a);
	}
}

Test(doc, folds)
{
	struct arena *a = arena_new();
	struct buf b;
	const struct doc *d;

	buf_init(&b, 10000);
	buf_adds(&b, "hello\n");
	for (int i = 0; i < 20; i++)
		buf_printf(&b, "> line %d\n", i);
	buf_adds(&b, "bye\n-- \nme\n");
	d = render(a, "text/plain", buf_c(&b), 80);
	cr_expect(d->lines == 24);
	cr_expect(d->line[1].can_fold && d->line[1].fold_depth == 0);
	cr_expect(d->line[2].fold_depth == 1 && d->line[2].quote == 1);
	cr_expect(d->line[21].fold_depth == 0 && d->line[21].quote == 0);
	cr_expect(d->line[23].span[0].style & DOC_SIGNATURE);
	buf_fini(&b);
	arena_free(&a);
}

Test(html, text)
{
	static const char *const rows[][2] = {
		{ "<p>a  b\n c</p><p>d", "a b c\n\nd\n" },
		{ "a<br>b<br><br>c", "a\nb\n\nc\n" },
		{ "<h1>T</h1>x", "T\n\nx\n" },
		{ "<ul><li>a<li>b<ul><li>c</ul></ul>",
			"  • a\n  • b\n      - c\n" },
		{ "<ol start=3><li>a<li>b</ol>", "  3. a\n  4. b\n" },
		{ "<ol type=a><li>a<li value=27>b<li>c</ol>",
			"  a. a\n  aa. b\n  ab. c\n" },
		{ "<ol type=I start=3999><li>a<li>b</ol>",
			"  MMMCMXCIX. a\n  4000. b\n" },
		{ "<ol type=i start=4><li>a</ol>", "  iv. a\n" },
		{ "<blockquote type=cite>a</blockquote>b", "> a\n\nb\n" },
		{ "<pre>a  b\n  c</pre>", "a  b\n  c\n" },
		{ "<table border=1><tr><th>k<th>v<tr><td>aa<td>b</table>",
			"k   v\naa  b\n" },
		{ "<b>a</b>b <i>c</i>", "ab c\n" },
		/* white space that matters, and where a parser may not see a
		 * tag that would have made it matter not */
		{ "<b> a</b>  \n b </div> c</td>\nd</body>\ne<div> f",
			"a b c d e\nf\n" },
		{ "<table>\n a<tr> b<td> c </table> d", "a b\nc\nd\n" },
		{ "<p style='white-space: pre'>a  b</p>\n<p>c", "a  b\n\nc\n" },
		{ "<p style='white-space:nowrap'>a  b</p>\n<p>c",
			"a b\n\nc\n" },
		{ "&lt;&amp;&#xAC00;", "<&가\n" },
		{ "<script>x</script><style>y</style>z", "z\n" },
		{ "<!-- x -->a<!--[if mso]>b<![endif]-->", "a\n" },
		{ "<img src=x.png alt=Logo>", "[Logo]\n" },
		{ "<form><input value=v><input type=submit value=Go></form>",
			"[v________][Go]\n" },
		{ "a\xe2\x80\x8b"
		  "b\xc2\xad"
		  "c",
			"abc\n" },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct arena *a = arena_new();
		struct doc_builder *d = doc_begin(a, 40);
		struct buf b;

		buf_init(&b, 10000);
		html_render(d, str_c(rows[i][0]), NULL);
		doc_text(&b, doc_end(d));
		cr_expect_str_eq(buf_c(&b), rows[i][1], "%s gives '%s'",
			rows[i][0], buf_c(&b));
		buf_fini(&b);
		arena_free(&a);
	}
}

/* Hidden text is counted and not shown, what is only styled is shown. */
Test(html, hidden)
{
	static const struct {
		const char *html;
		bool is_hidden;
	} rows[] = { { "<p style='display:none'>x", true },
		{ "<p style='visibility: hidden'>x", true },
		{ "<p style='font-size:0'>x", true },
		{ "<p style='font-size:0px;line-height:0'>x", true },
		{ "<p style='font:0/0 a'>x", true },
		{ "<p style='opacity:0'>x", true },
		{ "<p style='color:#fff'>x", true },
		{ "<p style='color:#fff;background:#000'>x", false },
		{ "<table bgcolor=black><td><font color=white>x", false },
		{ "<table bgcolor=#123456><td><font color=#123457>x", true },
		{ "<div style='max-height:0;overflow:hidden'>x</div>", true },
		{ "<div style='position:absolute;left:-9999px'>x", true },
		{ "<div style='text-indent:-9999px'>x", true },
		{ "<p hidden>x", true }, { "<p class=a>x", false },
		{ "<style>.a{display:none}</style><p class=a>x", true },
		{ "<style>#i{display:none}</style><p id=i>x", true },
		{ "<style>td .a{display:none}</style><p class=a>x", false },
		{ "<style>@media (max-width:600px){p{display:none}}</style>"
		  "<p>x",
			false },
		{ "<p style='font-size:0'><span style='font-size:12px'>x",
			false },
		{ "<div style='display:none'><p style='display:block'>x",
			true },
		{ "<p style='display:block'>x", false },
		{ "<p style='color:transparent'>x", true },
		{ "<p style='color:rgba(0,0,0,0)'>x", true },
		{ "<p style='color:hsl(0, 0%, 100%)'>x", true },
		{ "<p style='background:rgba(0,0,0,0)'>x", false },
		{ "<p style='background-color:#00000000'>x", false },
		{ "<p style='background:rgb(0, 0, 0) none;color:#fff'>x",
			false },
		{ "<p style='background-color:hsl(120,50%,20%);color:#fff'>x",
			false },
		{ "<p style='background:var(--a);color:#fff'>x", false },
		{ "<table><td bgcolor=steelblue><font color=white>x", false },
		{ "<table><td bgcolor=nobodysblue><font color=white>x", false },
		{ "<font color=white><a href=http://b.example/>x</a>", false },
		{ "<a href=http://b.example/><font color=white>x</font></a>",
			true },
		{ "<body link=#ffffff><a href=http://b.example/>x</a>", true },
		{ "<p style='font-size:2px'>x", true },
		{ "<p style='transform:translate(-9999px, 0)'>x", true },
		{ "<p style='transform:translateX(-10px)'>x", false },
		{ "<p style='filter:alpha(opacity=0)'>x", true } };

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct arena *a = arena_new();
		struct doc_builder *d = doc_begin(a, 40);
		struct doc *doc;
		struct buf b;

		buf_init(&b, 10000);
		html_render(d, str_c(rows[i].html), NULL);
		doc = doc_end(d);
		doc_text(&b, doc);
		cr_expect((strchr(buf_c(&b), 'x') == NULL) == rows[i].is_hidden,
			"%s", rows[i].html);
		cr_expect((doc->hiddens == 1) == rows[i].is_hidden, "%s: %zu",
			rows[i].html, doc->hiddens);
		buf_fini(&b);
		arena_free(&a);
	}
}

Test(html, link_text)
{
	static const char *const rows[][2] = {
		{ "<a href=http://x.example/>a<br>b <b>c</b>d</a>", "a b cd" },
		{ "<a href=http://x.example/><div>a</div><div>b</div></a>",
			"a b" },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct arena *a = arena_new();
		struct doc_builder *d = doc_begin(a, 40);
		struct doc *doc;

		html_render(d, str_c(rows[i][0]), NULL);
		doc = doc_end(d);
		cr_assert(doc->links == 1);
		cr_expect(str_eq(doc->link[0].text, str_c(rows[i][1])), "%.*s",
			STR_ARG(doc->link[0].text));
		arena_free(&a);
	}
}

Test(html, links)
{
	static const struct {
		const char *html, *host;
		bool deceptive, blocked;
	} rows[] = {
		{ "<a href=http://a.example/>here</a>", "a.example", false,
			false },
		{ "<a href=http://evil.test/>www.bank.example</a>", "evil.test",
			true, false },
		{ "<a href=http://www.bank.example/x>bank.example</a>",
			"www.bank.example", false, false },
		{ "<a href=http://bank.example@evil.test/>bank.example</a>",
			"evil.test", true, false },
		{ "<a href='http:\\\\evil.test/'>https://bank.example/</a>",
			"evil.test", true, false },
		{ "<a href=http://2130706433/>x</a>", "127.0.0.1", false,
			false },
		{ "<a href=http://b\xc3\xbc"
		  "cher.example/>x</a>",
			"xn--bcher-kva.example", false, false },
		{ "<a href='java&#10;script:x()'>y</a>", "", false, true },
		{ "<a href=data:text/html,x>y</a>", "", false, true },
		{ "<base href=http://c.example/d/><a href=e>f</a>", "c.example",
			false, false },
		{ "<a href=http://x.example>mail me: a@y.example</a>",
			"x.example", false, false },
		{ "<a href=mailto:a@evil.test>help@bank.example</a>",
			"evil.test", true, false },
		{ "<a href=mailto:a@bank.example>mail help@bank.example.</a>",
			"bank.example", false, false },
		{ "<a href=http://evil.test/>\uff42\uff41\uff4e\uff4b\uff0e"
		  "com</a>",
			"evil.test", true, false },
		/* what is hidden in a link does not speak for it */
		{ "<a href=http://evil.test/>bank.com<i style='font-size:0'>"
		  ".evil.test</i></a>",
			"evil.test", true, false },
		{ "<a href=http://evil.test/>bank\u3002com</a>", "evil.test",
			true, false },
		{ "<a href=http://bank.example/>bank\u200b.example</a>",
			"bank.example", false, false },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct arena *a = arena_new();
		struct doc_builder *b = doc_begin(a, 40);
		struct doc *d;

		html_render(b, str_c(rows[i].html), NULL);
		d = doc_end(b);
		cr_assert(d->links == 1, "%s", rows[i].html);
		cr_expect(str_eq(d->link[0].host, str_c(rows[i].host)),
			"%s: %.*s", rows[i].html, STR_ARG(d->link[0].host));
		cr_expect(d->link[0].deceptive == rows[i].deceptive, "%s",
			rows[i].html);
		cr_expect(d->link[0].is_blocked == rows[i].blocked, "%s",
			rows[i].html);
		arena_free(&a);
	}
}

Test(html, remote)
{
	static const char html[] =
		"<img src=http://a.example/1 width=1 height=1>"
		"<img src=cid:x><img src=data:image/png,y>"
		"<table background=//b.example/c><td>z</table>"
		"<link rel=stylesheet href=http://d.example/e>"
		"<p style='background:url(http://f.example/g)'>h</p>";
	struct arena *a = arena_new();
	struct doc_builder *b = doc_begin(a, 40);
	struct doc *d;

	html_render(b, STR(html), NULL);
	d = doc_end(b);
	cr_expect(d->remote == 4, "%u", d->remote);
	cr_expect(d->pixels == 1, "%u", d->pixels);
	arena_free(&a);
}

/* Trees that are quadratic for the parser behind it are cut first. */
Test(html, hostile)
{
	static const char *const pieces[] = { "<div>", "<b>", "<font a=b>x<p>",
		"<table><tr><td>", "<a href=x>", "<ul><li>", "<blockquote>",
		"<", "<!--", "&#0;", "<x y=z " };

	for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
		struct arena *a = arena_new();
		struct doc_builder *d = doc_begin(a, 80);
		struct buf b;
		clock_t start = clock();

		buf_init(&b, 1 << 20);
		for (int k = 0; k < 20000; k++)
			buf_adds(&b, pieces[i]);
		html_render(d, buf_str(&b), NULL);
		doc_end(d);
		cr_expect((clock() - start) / CLOCKS_PER_SEC < 10, "%s",
			pieces[i]);
		buf_fini(&b);
		arena_free(&a);
	}
}

Test(words, said)
{
	static const struct {
		void (*words)(struct doc_builder *, struct str);
		const char *text, *want;
	} rows[] = {
		{ words_delivery,
			"Reporting-MTA: dns; a\n\nFinal-Recipient: rfc822; "
			"x@y.example\nAction: failed\nStatus: 5.1.1\n"
			"Diagnostic-Code: smtp; 550 no\n",
			"The message was not delivered to x@y.example: the "
			"mailbox does not exist (5.1.1).\n"
			"  The server said: 550 no\n" },
		{ words_calendar,
			"BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\n"
			"SUMMARY:Long\r\n er\\, name\r\n"
			"DTSTART:20260303T001500Z\r\n"
			"DTEND:20260303T011500Z\r\nLOCATION:Room 1\r\n"
			"ORGANIZER;CN=Ann:mailto:ann@b.example\r\n"
			"END:VEVENT\r\nEND:VCALENDAR\r\n",
			"Invitation\nWhat: Longer, name\n"
			"When: Tue, 03 Mar 2026 00:15 – 01:15 UTC\n"
			"Where: Room 1\nFrom: Ann <ann@b.example>\n\n" },
		/* the day of the end is the first one without it */
		{ words_calendar,
			"BEGIN:VEVENT\nSUMMARY:a\n"
			"DTSTART;VALUE=DATE:20260501\n"
			"DTEND;VALUE=DATE:20260504\nEND:VEVENT\n",
			"Event\nWhat: a\n"
			"When: Fri, 01 May 2026 – Sun, 03 May 2026\n\n" },
		{ words_calendar,
			"BEGIN:VEVENT\nDTSTART;VALUE=DATE:20260501\n"
			"DTEND;VALUE=DATE:20260502\nEND:VEVENT\n",
			"Event\nWhen: Fri, 01 May 2026\n\n" },
		{ words_calendar,
			"BEGIN:VEVENT\nDTSTART:20260501T230000Z\n"
			"DURATION:PT1H30M\n"
			"RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=FR;COUNT=3\n"
			"END:VEVENT\n",
			"Event\nWhen: Fri, 01 May 2026 23:00 – "
			"Sat, 02 May 2026 00:30 UTC\n"
			"Repeats: every 2 weeks on Fri, 3 times\n\n" },
		{ words_calendar,
			"BEGIN:VEVENT\nRRULE:FREQ=MONTHLY;BYDAY=-1MO;"
			"UNTIL=20261231\nEND:VEVENT\n"
			"BEGIN:VEVENT\nRRULE:FREQ=YEARLY;BYYEARDAY=5\n"
			"END:VEVENT\n",
			"Event\nRepeats: every month on the last Mon, "
			"until Thu, 31 Dec 2026\n\n"
			"Event\n"
			"Repeats: every year (FREQ=YEARLY;BYYEARDAY=5)\n\n" },
		{ words_calendar,
			"BEGIN:VTODO\nDUE:20260430T090000Z\nEND:VTODO\n",
			"Task\nDue: Thu, 30 Apr 2026 09:00 UTC\n\n" },
		{ words_card,
			"BEGIN:VCARD\nFN:김소현\nORG:A;B\n"
			"EMAIL;TYPE=work:a@b.example\nEND:VCARD\n",
			"Card\nName: 김소현\nOrganisation: A, B\n"
			"Mail: a@b.example\n" },
		{ words_card,
			"BEGIN:VCARD\nFN:a\nEND:VCARD\n"
			"BEGIN:VCARD\nFN:b\nEND:VCARD\n",
			"Card\nName: a\n\nCard\nName: b\n" },
	};

	setenv("TZ", "UTC", 1);
	tzset();
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct arena *a = arena_new();
		struct doc_builder *d = doc_begin(a, 0);
		struct buf b;

		buf_init(&b, 10000);
		rows[i].words(d, str_c(rows[i].text));
		doc_text(&b, doc_end(d));
		cr_expect_str_eq(
			buf_c(&b), rows[i].want, "row %zu: %s", i, buf_c(&b));
		buf_fini(&b);
		arena_free(&a);
	}
}

static void
put(struct buf *b, unsigned long v, int bytes)
{
	for (int i = 0; i < bytes; i++)
		buf_addc(b, (char)(v >> (8 * i)));
}

static void
attribute(struct buf *b, unsigned level, unsigned id, struct str v)
{
	put(b, level, 1);
	put(b, id, 2);
	put(b, 6, 2);
	put(b, v.n, 4);
	buf_add(b, v);
	put(b, 0, 2);
}

Test(tnef, files)
{
	struct arena *a = arena_new();
	struct buf b;
	struct tnef t;
	size_t whole;

	buf_init(&b, 10000);
	put(&b, 0x223e9f78, 4);
	put(&b, 1, 2);
	attribute(&b, 1, 0x8004, STR("subject\0"));
	attribute(&b, 2, 0x9002, STR("xxxxxxxxxxxxxx"));
	attribute(&b, 2, 0x8010, STR("a.txt\0"));
	attribute(&b, 2, 0x800f, STR("abc"));
	whole = b.n;
	t = tnef_read(a, buf_str(&b));
	cr_expect(t.is_tnef && t.files == 1);
	cr_expect(str_eq(t.file[0].name, STR("a.txt")));
	cr_expect(str_eq(t.file[0].bytes, STR("abc")));
	cr_expect(str_eq(t.subject, STR("subject")));
	/* cut anywhere it reads less and nothing else */
	for (size_t n = 0; n < whole; n++) {
		t = tnef_read(a, str_sub(buf_str(&b), 0, n));
		cr_expect(t.files <= 1);
	}
	buf_fini(&b);
	arena_free(&a);
}
