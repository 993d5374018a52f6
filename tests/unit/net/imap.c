/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/imap.h"
#include "peer.h"

#define GREET "* OK ready\r\n"
#define CAPS "* CAPABILITY IMAP4rev1 IDLE SASL-IR AUTH=PLAIN UIDPLUS MOVE\r\n"
/* capabilities, sign-in, capabilities again: three commands */
#define IN GREET CAPS "1 OK a\r\n2 OK in\r\n" CAPS "3 OK b\r\n"

static struct err e;

static struct imap *
open_n(const char *says, size_t n, bool stays, enum stream_tls tls, int *fd)
{
	struct imap_settings s = { .user = "me", .password = NULL };
	struct secret *password = secret_new(STR("secret-9"));
	struct imap *m;

	imap_global_init();
	s.stream = peer_says(says, n, stays, fd);
	s.stream.tls = tls;
	s.password = password;
	m = imap_open(&s, NULL, &e);
	secret_free(&password);
	return m;
}

static struct imap *
opened(const char *says, int *fd)
{
	struct imap *m = open_n(says, strlen(says), true, STREAM_PLAIN, fd);

	cr_assert(m, "%s", e.text);
	return m;
}

Test(imap, names_go_both_ways)
{
	static const struct {
		const char *raw, *name;
		bool is_one_way;
	} rows[] = {
		{ "INBOX", "INBOX", false },
		{ "&yBXMRdZU-", "정책화", false },
		{ "Entw&APw-rfe", "Entwürfe", false },
		{ "a&-b", "a&b", false },
		{ "&2D3eAA-", "😀", false },
		{ "~peter/mail/&U,BTFw-/&ZeVnLIqe-", "~peter/mail/台北/日本語",
			false },
		{ "open&", "open&", true },
		{ "bad&!!-", "bad&!!-", true },
		{ "&2D0-", "&2D0-", true }, /* half a pair */
		{ "Entw\xc3\xbcrfe", "Entwürfe", true },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct buf b;

		buf_init(&b, 1000);
		imap_name_decode(&b, str_c(rows[i].raw));
		cr_expect_str_eq(buf_c(&b), rows[i].name, "%s: %s", rows[i].raw,
			buf_c(&b));
		buf_clear(&b);
		imap_name_encode(&b, str_c(rows[i].name));
		if (!rows[i].is_one_way)
			cr_expect_str_eq(buf_c(&b), rows[i].raw);
		buf_fini(&b);
	}
}

Test(imap, opens_only_what_is_one)
{
	static const struct {
		const char *says;
		enum err_class class; /* ERR_NONE: it opens */
		enum stream_tls tls;
		const char *text;
	} rows[] = {
		{ IN, ERR_NONE, STREAM_PLAIN, "" },
		/* no SASL-IR: after the + */
		{ GREET "* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n1 OK a\r\n"
			"+ \r\n2 OK in\r\n" CAPS "3 OK b\r\n",
			ERR_NONE, STREAM_PLAIN, "" },
		{ GREET "* CAPABILITY IMAP4rev1\r\n1 OK a\r\n2 OK in\r\n" CAPS
			"3 OK b\r\n",
			ERR_NONE, STREAM_PLAIN, "" },
		{ "* PREAUTH in\r\n", ERR_CERT, STREAM_STARTTLS, "before" },
		{ GREET CAPS "1 OK a\r\n", ERR_CERT, STREAM_STARTTLS,
			"STARTTLS" },
		{ GREET "* CAPABILITY IMAP4rev1 STARTTLS\r\n1 OK a\r\n"
			"2 NO not today\r\n",
			ERR_CERT, STREAM_STARTTLS, "STARTTLS" },
		{ GREET "* CAPABILITY IMAP4rev1 STARTTLS\r\n1 OK a\r\n"
			"2 OK go\r\n3 OK forged\r\n",
			ERR_CERT, STREAM_STARTTLS, "data before encryption" },
		{ "* BYE too many connections\r\n", ERR_LATER, STREAM_PLAIN,
			"too many" },
		{ "HTTP/1.0 400 Bad\r\n\r\n", ERR_LATER, STREAM_PLAIN,
			"no IMAP" },
		{ "220 smtp ready\r\n", ERR_LATER, STREAM_PLAIN, "no IMAP" },
		{ GREET CAPS "1 OK a\r\n2 NO [AUTHENTICATIONFAILED] wrong\r\n",
			ERR_AUTH, STREAM_PLAIN, "wrong" },
		{ GREET CAPS "1 OK a\r\n2 NO [UNAVAILABLE] not now\r\n",
			ERR_LATER, STREAM_PLAIN, "not now" },
		{ GREET CAPS "1 OK a\r\n* BYE over the limit\r\n", ERR_LATER,
			STREAM_PLAIN, "over the limit" },
		{ GREET "* CAPABILITY IMAP4rev1 LOGINDISABLED\r\n1 OK a\r\n",
			ERR_ACCOUNT, STREAM_PLAIN, "no way" },
		{ GREET CAPS "9 OK a\r\n", ERR_LATER, STREAM_PLAIN,
			"not asked" },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char heard[4000];
		struct imap *m;
		int fd;

		m = open_n(rows[i].says, strlen(rows[i].says), false,
			rows[i].tls, &fd);
		cr_expect((m != NULL) == (rows[i].class == ERR_NONE),
			"row %zu: %s", i, m ? "it opened" : e.text);
		if (!m)
			cr_expect(e.class == rows[i].class &&
					  strstr(e.text, rows[i].text),
				"row %zu: %s: %s", i, err_class_name(e.class),
				e.text);
		imap_close(&m);
		peer_heard(fd, heard, sizeof heard);
		if (rows[i].tls == STREAM_STARTTLS)
			cr_expect(!strstr(heard, "secret-9") &&
					  !strstr(heard, "AUTHENTICATE") &&
					  !strstr(heard, "LOGIN"),
				"row %zu: %s", i, heard);
	}
}

struct kept {
	unsigned begun, ended;
	uint32_t uid[10];
	char text[200];
};

static int
sink_begin(void *ctx)
{
	((struct kept *)ctx)->begun++;
	return 0;
}

static int
sink_data(void *ctx, struct str s)
{
	struct kept *k = ctx;

	strncat(k->text, s.p, s.n < 60 ? s.n : 60);
	return 0;
}

static int
sink_end(void *ctx, uint32_t uid, unsigned flags)
{
	struct kept *k = ctx;

	(void)flags;
	if (k->ended < 10)
		k->uid[k->ended] = uid;
	k->ended++;
	return 0;
}

Test(imap, fetches_what_was_asked_and_nothing_else)
{
	static const struct {
		const char *says;
		enum err_class class;
		unsigned ended;
		const char *text; /* of the letters, or of the error */
	} rows[] = {
		{ "* 1 FETCH (UID 5 FLAGS (\\Seen) BODY[] {3}\r\nabc)\r\n"
		  "* 2 FETCH (BODY[] {3}\r\ndef UID 6 FLAGS ())\r\n4 OK x\r\n",
			ERR_NONE, 2, "abcdef" },
		/* somebody changes a flag meanwhile */
		{ "* 1 FETCH (UID 5 BODY[] {3}\r\nabc)\r\n"
		  "* 9 FETCH (FLAGS (\\Seen))\r\n* 12 EXISTS\r\n4 OK x\r\n",
			ERR_NONE, 1, "abc" },
		{ "* 1 FETCH (UID 5 BODY[] \"abc\")\r\n4 OK x\r\n", ERR_NONE, 1,
			"abc" },
		{ "* 1 FETCH (UID 5 BODY[] {0}\r\n)\r\n4 OK x\r\n", ERR_NONE, 1,
			"" },
		{ "* 1 FETCH (UID 5 BODY[] NIL)\r\n4 OK x\r\n", ERR_NONE, 0,
			"" },
		{ "4 OK x\r\n", ERR_NONE, 0, "" },
		{ "* THREAD (1)(2)\r\n* ESEARCH (TAG \"4\") UID ALL 1\r\n"
		  "4 OK x\r\n",
			ERR_NONE, 0, "" },
		{ "4 NO [SERVERBUG] sorry\r\n", ERR_BOX, 0, "sorry" },
		{ "* 1 FETCH (UID 7 BODY[] {3}\r\nabc)\r\n4 OK x\r\n",
			ERR_LATER, 0, "not asked" },
		{ "* 1 FETCH (UID 5 BODY[] {3}\r\nabc)\r\n"
		  "* 1 FETCH (UID 5 BODY[] {3}\r\nabc)\r\n4 OK x\r\n",
			ERR_LATER, 1, "not asked" },
		{ "* 1 FETCH (UID 5 BODY[] {30}\r\nabc)\r\n4 OK x\r\n",
			ERR_LATER, 0, "lost" },
		{ "* 1 FETCH (UID 5 BODY[] {1}\r\nabc)\r\n4 OK x\r\n",
			ERR_LATER, 0, "no IMAP" },
		{ "* 1 FETCH (UID 5 BODY[] {4294967290}\r\nabc", ERR_LATER, 0,
			"256 MiB" },
		{ "* 1 FETCH (UID 5 ENVELOPE ({70000}\r\nabc", ERR_LATER, 0,
			"64 KiB" },
		{ "* BYE shutting down\r\n", ERR_LATER, 0, "shutting down" },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		static const uint32_t uid[] = { 5, 6 };
		struct kept k = { 0 };
		struct imap_sink sink = { .begin = sink_begin,
			.data = sink_data,
			.end = sink_end,
			.ctx = &k };
		char heard[4000];
		struct imap *m;
		int fd, rc;

		m = opened(IN, &fd);
		peer_adds(fd, rows[i].says, strlen(rows[i].says));
		shutdown(fd, SHUT_WR);
		rc = imap_fetch(m, uid, 2, &sink, &e);
		imap_close(&m);
		cr_expect((rc == 0) == (rows[i].class == ERR_NONE),
			"row %zu: %d %s", i, rc, rc < 0 ? e.text : "");
		cr_expect(k.ended == rows[i].ended, "row %zu: %u", i, k.ended);
		if (rc < 0)
			cr_expect(e.class == rows[i].class &&
					  strstr(e.text, rows[i].text),
				"row %zu: %s: %s", i, err_class_name(e.class),
				e.text);
		else
			cr_expect_str_eq(k.text, rows[i].text, "row %zu", i);
		peer_heard(fd, heard, sizeof heard);
		cr_expect(strstr(heard, "UID FETCH 5:6 (UID FLAGS "
					"BODY.PEEK[]<0.4194304>)"));
	}
}

Test(imap, opens_a_mailbox_and_fetches_its_newest_in_one_flight)
{
	static const struct {
		uint32_t exists;
		const char *says, *heard;
		enum err_class opens, class;
		unsigned ended;
		const char *text; /* of the letters, or of the error */
	} rows[] = {
		{ 9,
			"* 9 EXISTS\r\n4 OK x\r\n"
			"* 8 FETCH (UID 50 FLAGS () BODY[] {3}\r\nabc)\r\n"
			"* 9 FETCH (UID 7 FLAGS () BODY[] {3}\r\ndef)\r\n5 OK "
			"x\r\n",
			"4 SELECT \"x\"\r\n5 FETCH 8:9 (UID FLAGS "
			"BODY.PEEK[]<0.4194304>)",
			ERR_NONE, ERR_NONE, 2, "abcdef" },
		/* its status was not told: two flights */
		{ 0,
			"* 1 EXISTS\r\n4 OK x\r\n"
			"* 1 FETCH (UID 5 FLAGS () BODY[] {3}\r\nabc)\r\n5 OK "
			"x\r\n",
			"5 FETCH 1:1 (", ERR_NONE, ERR_NONE, 1, "abc" },
		{ 0, "* 0 EXISTS\r\n4 OK x\r\n", "4 SELECT \"x\"", ERR_NONE,
			ERR_NONE, 0, "" },
		/* it has fewer now */
		{ 9, "* 3 EXISTS\r\n4 OK x\r\n5 BAD no such message\r\n",
			"FETCH 8:9", ERR_NONE, ERR_BOX, 0, "no such" },
		{ 9,
			"* 9 EXISTS\r\n4 OK x\r\n"
			"* 8 FETCH (UID 5 BODY[] {3}\r\nabc)\r\n"
			"* 9 FETCH (UID 5 BODY[] {3}\r\nabc)\r\n5 OK x\r\n",
			"FETCH", ERR_NONE, ERR_LATER, 1, "not asked" },
		{ 9,
			"* 9 EXISTS\r\n4 OK x\r\n"
			"* 7 FETCH (UID 5 BODY[] {3}\r\nabc)\r\n"
			"* 8 FETCH (UID 6 BODY[] {3}\r\nabc)\r\n"
			"* 9 FETCH (UID 7 BODY[] {3}\r\nabc)\r\n5 OK x\r\n",
			"FETCH", ERR_NONE, ERR_LATER, 2, "not asked" },
		/* a body before the mailbox is open */
		{ 9,
			"* 9 EXISTS\r\n"
			"* 8 FETCH (UID 5 BODY[] {3}\r\nabc)\r\n4 OK x\r\n",
			"FETCH", ERR_LATER, ERR_NONE, 0, "" },
		/* it cannot be opened: the session goes on */
		{ 9, "4 NO not now\r\n5 BAD nothing is open\r\n", "FETCH",
			ERR_BOX, ERR_NONE, 0, "not now" },
		{ 9, "4 BAD not now\r\n5 BAD nothing is open\r\n", "FETCH",
			ERR_BOX, ERR_NONE, 0, "not now" },
		{ 9, "4 NO not now\r\n* BYE full\r\n", "FETCH", ERR_LATER,
			ERR_NONE, 0, "full" },
		{ 9, "* 9 EXISTS\r\n4 OK x\r\n* BYE going down\r\n", "FETCH",
			ERR_NONE, ERR_LATER, 0, "going down" },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct kept k = { 0 };
		struct imap_sink sink = { .begin = sink_begin,
			.data = sink_data,
			.end = sink_end,
			.ctx = &k };
		struct imap_info info;
		char heard[4000];
		struct imap *m;
		int fd, rc;

		e = (struct err){ 0 };
		m = opened(IN, &fd);
		peer_adds(fd, rows[i].says, strlen(rows[i].says));
		shutdown(fd, SHUT_WR);
		rc = imap_select_newest(
			m, "x", rows[i].exists, 2, false, &info, &e);
		cr_expect(rc < 0 ? e.class == rows[i].opens : !rows[i].opens,
			"row %zu: %d %s", i, rc, e.text);
		if (rc == 0) {
			rc = imap_take_newest(m, NULL, &sink, &e);
			cr_expect(rc < 0 ? e.class == rows[i].class
					 : !rows[i].class,
				"row %zu: %d %s", i, rc, e.text);
		}
		cr_expect(k.ended == rows[i].ended, "row %zu: %u", i, k.ended);
		if (rc < 0)
			cr_expect(strstr(e.text, rows[i].text), "row %zu: %s",
				i, e.text);
		else
			cr_expect_str_eq(k.text, rows[i].text, "row %zu", i);
		imap_close(&m);
		peer_heard(fd, heard, sizeof heard);
		cr_expect(
			strstr(heard, rows[i].heard), "row %zu: %s", i, heard);
	}
}

#define FIELDS "BODY[HEADER.FIELDS (DATE FROM SENDER SUBJECT MESSAGE-ID)]<0> "

Test(imap, fetches_the_headers_of_the_newest_before_them)
{
	static const struct {
		const char *says;
		enum err_class class;
		unsigned heads, ended;
		const char *head, *text; /* of all, or the error */
	} rows[] = {
		{ "* 8 FETCH (UID 5 FLAGS () " FIELDS "{2}\r\nBb)\r\n5 OK x\r\n"
		  "* 7 FETCH (UID 4 FLAGS () " FIELDS "{2}\r\nAa)\r\n6 OK x\r\n"
		  "* 7 FETCH (UID 4 FLAGS () BODY[] {3}\r\nabc)\r\n"
		  "* 8 FETCH (UID 5 FLAGS () BODY[] {3}\r\ndef)\r\n7 OK x\r\n",
			ERR_NONE, 2, 2, "BbAa", "abcdef" },
		/* as Dovecot says them: done when all is */
		{ "* 8 FETCH (UID 5 " FIELDS "{2}\r\nBb)\r\n"
		  "* 7 FETCH (UID 4 BODY[] {3}\r\nabc)\r\n"
		  "* 7 FETCH (UID 4 " FIELDS "{2}\r\nAa)\r\n"
		  "* 8 FETCH (UID 5 BODY[] {3}\r\ndef)\r\n"
		  "7 OK x\r\n5 OK x\r\n6 OK x\r\n",
			ERR_NONE, 2, 2, "BbAa", "abcdef" },
		/* short ones */
		{ "* 8 FETCH (UID 5 " FIELDS "\"Bb\")\r\n5 OK x\r\n"
		  "* 7 FETCH (UID 4 " FIELDS "{0}\r\n)\r\n6 OK x\r\n"
		  "* 7 FETCH (UID 4 BODY[] \"abc\")\r\n7 OK x\r\n",
			ERR_NONE, 2, 1, "Bb", "abc" },
		/* it does not say headers: then without */
		{ "5 NO x\r\n6 BAD x\r\n"
		  "* 7 FETCH (UID 4 BODY[] {3}\r\nabc)\r\n7 OK x\r\n",
			ERR_NONE, 0, 1, "", "abc" },
		{ "6 BAD x\r\n"
		  "* 7 FETCH (UID 4 BODY[] {3}\r\nabc)\r\n7 OK x\r\n5 NO x\r\n",
			ERR_NONE, 0, 1, "", "abc" },
		{ "5 OK x\r\n6 OK x\r\n7 NO broken\r\n", ERR_BOX, 0, 0, "",
			"broken" },
		{ "7 BAD broken\r\n6 OK x\r\n5 OK x\r\n", ERR_BOX, 0, 0, "",
			"fetching" },
		/* both in one, or one twice, or one too many: no honest server
		 */
		{ "* 8 FETCH (UID 5 " FIELDS "{2}\r\nBb BODY[] {1}\r\na)\r\n",
			ERR_LATER, 0, 0, "", "not asked" },
		{ "* 8 FETCH (UID 5 BODY[] {1}\r\na " FIELDS "{2}\r\nBb)\r\n",
			ERR_LATER, 0, 0, "", "not asked" },
		{ "* 8 FETCH (UID 5 " FIELDS "{2}\r\nBb)\r\n"
		  "* 8 FETCH (UID 5 " FIELDS "{2}\r\nBb)\r\n",
			ERR_LATER, 1, 0, "Bb", "not asked" },
		{ "* 8 FETCH (UID 5 " FIELDS "{2}\r\nBb)\r\n"
		  "* 7 FETCH (UID 4 " FIELDS "{2}\r\nAa)\r\n"
		  "* 6 FETCH (UID 3 " FIELDS "{2}\r\nAa)\r\n",
			ERR_LATER, 2, 0, "BbAa", "not asked" },
		{ "* 8 FETCH (UID 5 " FIELDS "{70000}\r\n", ERR_LATER, 0, 0, "",
			"64 KiB" },
		{ "8 OK x\r\n", ERR_LATER, 0, 0, "", "" },
		{ "5 OK x\r\n5 OK x\r\n", ERR_LATER, 0, 0, "", "" },
		{ "5 OK x\r\n* BYE full\r\n", ERR_LATER, 0, 0, "", "full" },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct kept head = { 0 }, k = { 0 };
		struct imap_sink heads = { .begin = sink_begin,
			.data = sink_data,
			.end = sink_end,
			.ctx = &head };
		struct imap_sink sink = heads;
		const char *opens = "* 8 EXISTS\r\n4 OK x\r\n";
		struct imap_info info;
		char heard[4000];
		struct imap *m;
		int fd, rc;

		sink.ctx = &k;
		e = (struct err){ 0 };
		m = opened(IN, &fd);
		peer_adds(fd, opens, strlen(opens));
		peer_adds(fd, rows[i].says, strlen(rows[i].says));
		shutdown(fd, SHUT_WR);
		rc = imap_select_newest(m, "x", 8, 2, true, &info, &e);
		if (rc == 0)
			rc = imap_take_newest(m, &heads, &sink, &e);
		cr_expect(rc < 0 ? e.class == rows[i].class : !rows[i].class,
			"row %zu: %d %s", i, rc, e.text);
		cr_expect(head.ended == rows[i].heads, "row %zu: %u heads", i,
			head.ended);
		cr_expect(k.ended == rows[i].ended, "row %zu: %u", i, k.ended);
		if (rc < 0)
			cr_expect(strstr(e.text, rows[i].text), "row %zu: %s",
				i, e.text);
		else
			cr_expect(strcmp(k.text, rows[i].text) == 0 &&
					  strcmp(head.text, rows[i].head) == 0,
				"row %zu: %s, %s", i, head.text, k.text);
		imap_close(&m);
		peer_heard(fd, heard, sizeof heard);
		cr_expect(strstr(heard, "FETCH 8:8 (UID FLAGS "
					"BODY.PEEK[HEADER.FIELDS (DATE FROM "
					"SENDER SUBJECT MESSAGE-ID)]<0.8192>)"
					"\r\n"),
			"%s", heard);
		cr_expect(strstr(heard, "FETCH 7:7 (UID FLAGS "
					"BODY.PEEK[HEADER"),
			"%s", heard);
		cr_expect(strstr(heard, "FETCH 7:8 (UID FLAGS BODY.PEEK[]<0."),
			"%s", heard);
	}
}

Test(imap, a_server_cannot_flood)
{
	struct arena *a = arena_new();
	enum { SIZE = 160000 };
	char *says = malloc(SIZE);
	struct imap_item *item;
	size_t count;

	for (int kind = 0; kind < 3; kind++) {
		struct imap *m;
		int fd;

		memset(says, kind == 1 ? '(' : 'x', SIZE);
		memcpy(says, "* 1 FETCH ", 10);
		if (kind == 2)
			memcpy(says + 10, "(FLAGS ({99999}\r\n", 17);
		m = opened(IN, &fd);
		peer_adds(fd, says, SIZE);
		cr_expect(imap_flags(m, 1, a, &item, &count, &e) < 0);
		cr_expect(e.class == ERR_LATER, "%d: %s", kind, e.text);
		cr_expect(kind == 0 || strstr(e.text, "refused"), "%s", e.text);
		imap_close(&m);
		close(fd);
	}
	free(says);
	arena_free(&a);
}

Test(imap, waits_and_is_woken_by_news_alone)
{
	static const struct {
		const char *says;
		int rc;
		const char *text;
	} rows[] = {
		{ "+ idling\r\n* 5 EXISTS\r\n4 OK done\r\n", 1, "" },
		{ "* 5 EXISTS\r\n+ idling\r\n4 OK done\r\n", 1, "" },
		{ "+ idling\r\n* 2 EXPUNGE\r\n4 OK done\r\n", 1, "" },
		{ "+ idling\r\n* 2 FETCH (FLAGS ())\r\n4 OK done\r\n", 1, "" },
		{ "+ idling\r\n* OK Still here\r\n4 OK done\r\n", -1,
			"no IMAP" }, /* an answer before DONE */
		{ "4 NO not here\r\n", -1, "not here" },
		{ "+ idling\r\n* BYE time is up\r\n", -1, "time is up" },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char says[2000], heard[2000];
		struct imap *m;
		int fd, rc;

		snprintf(says, sizeof says, IN "%s", rows[i].says);
		m = open_n(says, strlen(says), false, STREAM_PLAIN, &fd);
		cr_assert(m, "%s", e.text);
		rc = imap_idle(m, -1, 300, &e);
		cr_expect(rc == rows[i].rc, "row %zu: %d %s", i, rc,
			rc < 0 ? e.text : "");
		if (rc < 0)
			cr_expect(strstr(e.text, rows[i].text), "row %zu: %s",
				i, e.text);
		imap_close(&m);
		peer_heard(fd, heard, sizeof heard);
	}
}

Test(imap, says_every_verb_as_the_rfc_has_it)
{
	struct arena *a = arena_new();
	struct imap_item *item;
	struct imap_info info;
	struct imap_box *box;
	const uint32_t uids[] = { 8 };
	struct imap_store store[] = { { uids, 1, IMAP_SEEN | IMAP_FLAGGED,
		IMAP_ANSWERED, false } };
	char heard[4000];
	uint32_t uid, *found;
	bool left;
	size_t n;
	int fd;
	struct imap *m = opened(IN
		"* LIST (\\HasNoChildren \\Sent) \"/\" &yBXMRdZU-\r\n"
		"* LIST (\\Noselect) \".\" \"a b\"\r\n* LIST () NIL inbox\r\n"
		"4 OK x\r\n"
		"* 3 EXISTS\r\n* OK [UIDVALIDITY 77] x\r\n"
		"* OK [UIDNEXT 9] x\r\n5 OK [READ-WRITE] x\r\n"
		"* 3 FETCH (UID 8 FLAGS ($Forwarded \\Answered))\r\n"
		"* 1 FETCH (UID 2 FLAGS (\\Seen other))\r\n6 OK x\r\n"
		"7 OK x\r\n8 OK x\r\n"
		"* OK [COPYUID 5 8 41] x\r\n* 3 EXPUNGE\r\n9 OK x\r\n"
		"* SEARCH 2\r\n10 OK x\r\n"
		"+ go\r\n11 OK [APPENDUID 5 42] x\r\n"
		"12 NO [TRYCREATE] no such mailbox\r\n",
		&fd);

	cr_assert(imap_list(m, a, &box, &n, &e) == 0, "%s", e.text);
	cr_assert(n == 3);
	cr_expect_str_eq(box[0].name, "정책화");
	cr_expect(box[0].role == imap_role("Sent") && box[0].is_selectable);
	cr_expect(!box[1].is_selectable && box[1].delimiter == '.');
	cr_expect_str_eq(box[2].name, "INBOX");
	cr_assert(imap_select(m, "INBOX", &info, &e) == 0, "%s", e.text);
	cr_expect(info.uidvalidity == 77 && info.uidnext == 9 &&
		  info.exists == 3);
	cr_assert(imap_flags(m, 1, a, &item, &n, &e) == 0, "%s", e.text);
	cr_assert(n == 2);
	cr_expect(item[0].uid == 2 && item[0].flags == IMAP_SEEN);
	cr_expect(item[1].uid == 8 &&
		  item[1].flags == (IMAP_FORWARDED | IMAP_ANSWERED));
	cr_expect(imap_store(m, store, 1, &e) == 0 && !store[0].is_refused);
	cr_expect(imap_move(m, 8, "Trash", &uid, &left, &e) == 0 && uid == 41 &&
			  !left,
		"%s", e.text);
	cr_expect(imap_find(m, "a\"b@x", a, &found, &n, &e) == 0 && n == 1 &&
		  found[0] == 2);
	cr_expect(imap_append(m, "Sent", STR("x\r\n"),
			  IMAP_SEEN | IMAP_FORWARDED, &uid, &e) == 0 &&
			  uid == 42,
		"%s", e.text);
	cr_expect(imap_select(m, "nowhere", &info, &e) < 0 &&
			  e.class == ERR_BOX && strstr(e.text, "no such"),
		"%s", e.text);
	imap_close(&m);
	peer_heard(fd, heard, sizeof heard);
	cr_expect(
		strstr(heard, "UID STORE 8 +FLAGS.SILENT (\\Seen \\Flagged)"));
	cr_expect(strstr(heard, "UID STORE 8 -FLAGS.SILENT (\\Answered)"));
	cr_expect(strstr(heard, "HEADER Message-ID \"a\\\"b@x\""));
	cr_expect(strstr(heard, "(\\Seen $Forwarded) {3}"), "%s", heard);
	cr_expect(strstr(heard, "LOGOUT"), "%s", heard);
	arena_free(&a);
}

#define OPENS(caps)                                                            \
	GREET "* CAPABILITY IMAP4rev1 " caps "\r\n1 OK a\r\n2 OK in\r\n"       \
	      "* CAPABILITY IMAP4rev1 " caps "\r\n3 OK b\r\n"

Test(imap, appends_without_a_question_where_it_may)
{
	static char longer[5000];
	static const struct {
		const char *says, *heard;
		size_t n;
		uint32_t uid; /* 0: refused */
	} rows[] = {
		{ OPENS("LITERAL+ UIDPLUS") "4 OK [APPENDUID 5 42] x\r\n",
			"4 APPEND \"Sent\" (\\Seen $Forwarded) {5000+}\r\n",
			5000, 42 },
		{ OPENS("LITERAL- UIDPLUS") "4 OK [APPENDUID 5 43] x\r\n",
			"4 APPEND \"Sent\" (\\Seen $Forwarded) {4096+}\r\n",
			4096, 43 },
		{ OPENS("LITERAL- UIDPLUS") "+ go\r\n"
					    "4 OK [APPENDUID 5 44] x\r\n",
			"(\\Seen $Forwarded) {5000}\r\n", 5000, 44 },
		{ OPENS("LITERAL+") "4 NO [OVERQUOTA] full\r\n",
			"(\\Seen $Forwarded) {12+}\r\n", 12, 0 },
	};

	memset(longer, 'x', sizeof longer);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		static char heard[20000];
		uint32_t uid = 0;
		int fd, rc;
		struct imap *m = opened(rows[i].says, &fd);

		rc = imap_append(m, "Sent", (struct str){ longer, rows[i].n },
			IMAP_SEEN | IMAP_FORWARDED, &uid, &e);
		cr_expect(rc == (rows[i].uid ? 0 : -1) && uid == rows[i].uid,
			"row %zu: %d %u", i, rc, uid);
		cr_expect(rc == 0 ||
			  (e.class == ERR_BOX && strstr(e.text, "full")));
		imap_close(&m);
		peer_heard(fd, heard, sizeof heard);
		cr_expect(strstr(heard, rows[i].heard), "row %zu: %.300s", i,
			heard);
		cr_expect(strstr(heard, "LOGOUT"), "row %zu: in step", i);
	}
}

Test(imap, moves_many_in_one_flight)
{
	struct imap_moved v[] = { { .uid = 8 }, { .uid = 9 }, { .uid = 10 },
		{ .uid = 11 } };
	char heard[2000];
	int fd;
	struct imap *m =
		opened(OPENS("MOVE UIDPLUS") "* OK [COPYUID 5 8 41] moved\r\n* "
					     "2 EXPUNGE\r\n4 OK x\r\n"
					     "5 NO [OVERQUOTA] full\r\n"
					     "6 OK nothing there\r\n"
					     "* OK [COPYUID 5 12 43] "
					     "another's\r\n* 1 EXPUNGE\r\n"
					     "7 OK x\r\n",
			&fd);

	cr_expect(imap_move_all(m, v, 4, "A \"B\"", &e) == 0, "%s", e.text);
	cr_expect(v[0].to == 41 && !v[0].is_refused);
	cr_expect(v[1].to == 0 && v[1].is_refused);
	cr_expect(v[2].to == 0 && !v[2].is_refused);
	cr_expect(v[3].to == 0 && !v[3].is_refused);
	imap_close(&m);
	peer_heard(fd, heard, sizeof heard);
	cr_expect(
		strstr(heard, "4 UID MOVE 8 \"A \\\"B\\\"\"\r\n5 UID MOVE 9 "),
		"%s", heard);
	m = opened(OPENS("MOVE UIDPLUS") "* OK [COPYUID 5 8 41] moved\r\n"
					 "4 OK x\r\n* BYE gone\r\n",
		&fd);
	cr_expect(imap_move_all(m, v, 2, "B", &e) < 0 && e.class == ERR_LATER);
	imap_close(&m);
	peer_heard(fd, heard, sizeof heard);
}

Test(imap, deletes_one_message_or_leaves_it_marked)
{
	static const struct {
		const char *caps, *says, *heard;
		size_t count;
	} rows[] = {
		{ "UIDPLUS", "5 OK x\r\n", "UID EXPUNGE 8\r\n", 1 },
		{ "UIDPLUS", "5 OK x\r\n", "UID EXPUNGE 8:9,12\r\n", 3 },
		{ "IDLE", "* SEARCH 8\r\n5 OK x\r\n6 OK x\r\n", "6 EXPUNGE\r\n",
			1 },
		{ "IDLE", "* SEARCH 12 8 9\r\n5 OK x\r\n6 OK x\r\n",
			"6 EXPUNGE\r\n", 3 },
		{ "IDLE", "* SEARCH 8 9 10 12\r\n5 OK x\r\n", NULL, 3 },
		{ "IDLE", "* SEARCH 7 8\r\n5 OK x\r\n", NULL, 1 },
		{ "IDLE", "* SEARCH 7\r\n5 OK x\r\n", NULL, 1 },
		{ "IDLE", "* SEARCH\r\n5 OK x\r\n", NULL, 1 },
		{ "IDLE", "5 OK x\r\n", NULL, 1 },
	};
	static const uint32_t uid[] = { 8, 9, 12 };

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char says[1000], heard[2000];
		struct imap *m;
		bool left;
		int fd;

		snprintf(says, sizeof says,
			GREET "* CAPABILITY IMAP4rev1 %s\r\n1 OK a\r\n"
			      "2 OK in\r\n* CAPABILITY IMAP4rev1 %s\r\n"
			      "3 OK b\r\n4 OK stored\r\n%s",
			rows[i].caps, rows[i].caps, rows[i].says);
		m = opened(says, &fd);
		cr_expect(imap_delete(m, uid, rows[i].count, &left, &e) == 0,
			"row %zu: %s", i, e.text);
		cr_expect(left == !rows[i].heard, "row %zu", i);
		imap_close(&m);
		peer_heard(fd, heard, sizeof heard);
		cr_expect(strstr(heard, rows[i].count == 1
						? "4 UID STORE 8 +FLAGS.SILENT "
						  "(\\Deleted)\r\n"
						: "4 UID STORE 8:9,12 "
						  "+FLAGS.SILENT "
						  "(\\Deleted)\r\n"));
		if (rows[i].heard)
			cr_expect(strstr(heard, rows[i].heard), "row %zu: %s",
				i, heard);
		else
			cr_expect(!strstr(heard, "EXPUNGE"), "row %zu: %s", i,
				heard);
	}
}

Test(imap, keywords_have_bits_where_the_mailbox_keeps_them)
{
	static const char *const name[IMAP_KEYWORDS] = { "$label1", NULL,
		"reading" };
	static const struct {
		const char *says;
		unsigned kept; /* of the bits above \\Forwarded and it */
	} rows[] = {
		{ "* OK [PERMANENTFLAGS (\\Seen \\*)] x\r\n", ~0u & ~31u },
		{ "", ~0u & ~31u },
		{ "* OK [PERMANENTFLAGS (\\Seen)] x\r\n", 0 },
		{ "* OK [PERMANENTFLAGS (\\Seen READING)] x\r\n",
			(unsigned)IMAP_KEYWORD << 2 },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct imap_store store = { (const uint32_t[]){ 8 }, 1,
			IMAP_SEEN | IMAP_KEYWORD, IMAP_KEYWORD << 2, false };
		struct arena *a = arena_new();
		char says[2000], heard[2000];
		struct imap_item *item;
		struct imap_info info;
		struct imap *m;
		size_t n;
		int fd;

		snprintf(says, sizeof says,
			IN "* 1 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n%s"
			   "4 OK [READ-WRITE] x\r\n"
			   "* 1 FETCH (UID 8 FLAGS ($LABEL1 other reading))\r\n"
			   "5 OK x\r\n6 OK x\r\n7 OK x\r\n",
			rows[i].says);
		m = opened(says, &fd);
		imap_set_keywords(m, name);
		cr_assert(
			imap_select(m, "INBOX", &info, &e) == 0, "%s", e.text);
		cr_expect((info.kept & ~31u) == rows[i].kept, "row %zu: %x", i,
			info.kept);
		cr_expect((info.kept & 31) == 31);
		cr_assert(imap_flags(m, 1, a, &item, &n, &e) == 0 && n == 1);
		cr_expect(item[0].flags == (IMAP_KEYWORD | IMAP_KEYWORD << 2));
		cr_expect(imap_store(m, &store, 1, &e) == 0, "%s", e.text);
		imap_close(&m);
		peer_heard(fd, heard, sizeof heard);
		cr_expect(
			strstr(heard,
				"UID STORE 8 +FLAGS.SILENT (\\Seen $label1)") &&
				strstr(heard,
					"UID STORE 8 -FLAGS.SILENT (reading)"),
			"%s", heard);
		arena_free(&a);
	}
}

Test(imap, a_store_tells_what_is_gone)
{
	static const struct {
		const char *says;
		bool is_known;
		size_t ranges;
		uint32_t first, last;
	} rows[] = {
		{ "4 OK x\r\n* SEARCH 8 9\r\n5 OK x\r\n", true, 2, 8, 9 },
		/* Dovecot has the STORE wait */
		{ "* SEARCH 9\r\n5 OK x\r\n4 OK x\r\n", true, 1, 9, 9 },
		{ "4 OK x\r\n* SEARCH\r\n5 OK x\r\n", true, 0, 0, 0 },
		{ "4 OK x\r\n5 NO x\r\n", false, 0, 0, 0 },
		{ "4 OK x\r\n5 OK without a word\r\n", true, 0, 0, 0 },
		/* in the answer to the other */
		{ "* SEARCH 8\r\n4 OK x\r\n5 OK x\r\n", true, 1, 8, 8 },
		{ "* ESEARCH (TAG \"5\") UID ALL 9,12\r\n4 OK x\r\n5 OK x\r\n",
			true, 2, 9, 12 },
		{ "* ESEARCH (TAG \"5\") UID\r\n4 OK x\r\n5 OK x\r\n", true, 0,
			0, 0 },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const uint32_t uid[] = { 8, 9, 12 };
		struct imap_store store = { uid, 3, IMAP_SEEN, 0, false };
		struct imap_there there = { .uid = uid, .count = 3 };
		char says[2000], heard[2000];
		struct imap *m;
		int fd;

		snprintf(says, sizeof says, IN "%s", rows[i].says);
		there.a = arena_new();
		m = opened(says, &fd);
		cr_assert(imap_store_there(m, &store, 1, &there, &e) == 0,
			"row %zu: %s", i, e.text);
		imap_close(&m);
		peer_heard(fd, heard, sizeof heard);
		cr_expect(strstr(heard, "UID STORE 8:9,12 +FLAGS.SILENT "
					"(\\Seen)\r\n5 UID SEARCH UID 8:9,12"),
			"%s", heard);
		cr_expect(!store.is_refused);
		cr_expect(there.is_known == rows[i].is_known, "row %zu", i);
		cr_expect(!there.is_known || there.ranges == rows[i].ranges,
			"row %zu: %zu", i, there.ranges);
		if (there.is_known && there.ranges)
			cr_expect(there.range[0].first == rows[i].first &&
					  there.range[there.ranges - 1].last ==
						  rows[i].last,
				"row %zu", i);
		arena_free(&there.a);
	}
}

#define CAN                                                                    \
	"* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR ENABLE CONDSTORE "      \
	"QRESYNC LIST-STATUS] ready\r\n"

Test(imap, asks_for_changes_alone)
{
	struct arena *a = arena_new();
	struct imap_changes c;
	struct imap_info info;
	struct imap_box *box;
	char heard[4000];
	size_t n;
	int fd;
	/* the sign-in's answer has no capabilities: asked for then alone */
	struct imap *m = opened(CAN
		"1 OK in\r\n* CAPABILITY IMAP4rev1 ENABLE CONDSTORE QRESYNC "
		"LIST-STATUS\r\n2 OK x\r\n"
		"* ENABLED QRESYNC\r\n3 OK x\r\n"
		"* LIST () \"/\" {3}\r\na\"b\r\n* LIST () \"/\" INBOX\r\n"
		"* STATUS \"a\\\"b\" (MESSAGES 3 UIDNEXT 9 UIDVALIDITY 77 "
		"HIGHESTMODSEQ 12345678901)\r\n* NONSENSE (\r\n4 OK x\r\n"
		"* 3 EXISTS\r\n* OK [UIDVALIDITY 77] x\r\n"
		"* OK [HIGHESTMODSEQ 60] x\r\n"
		"* VANISHED (EARLIER) 9:7,1,8:11\r\n"
		"* 2 FETCH (UID 6 FLAGS (\\Seen) MODSEQ (50))\r\n"
		"5 OK [READ-WRITE] x\r\n"
		"* 3 EXISTS\r\n* OK [UIDVALIDITY 78] x\r\n6 OK x\r\n",
		&fd);

	cr_assert(imap_list(m, a, &box, &n, &e) == 0, "%s", e.text);
	cr_assert(n == 2);
	cr_expect_str_eq(box[0].raw, "a\"b");
	cr_expect(box[0].has_status && box[0].status.exists == 3 &&
		  box[0].status.modseq == 12345678901 && !box[1].has_status);
	cr_assert(imap_select_since(m, "a\"b", 77, 40, a, &c, &info, &e) == 0,
		"%s", e.text);
	cr_assert(c.is_known && info.modseq == 60);
	cr_assert(c.gones == 2 && c.items == 1);
	cr_expect(c.gone[0].first == 1 && c.gone[0].last == 1);
	cr_expect(c.gone[1].first == 7 && c.gone[1].last == 11);
	cr_expect(c.item[0].uid == 6 && c.item[0].flags == IMAP_SEEN);
	cr_assert(imap_select_since(m, "x", 77, 40, a, &c, &info, &e) == 0);
	cr_expect(!c.is_known); /* the mailbox is another */
	imap_close(&m);
	peer_heard(fd, heard, sizeof heard);
	cr_expect(strstr(heard, "SELECT \"a\\\"b\" (QRESYNC (77 40))"), "%s",
		heard);
	arena_free(&a);
}
