/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a session asks beside the list of mailboxes, and what becomes of it. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "net/imap.h"
#include "peer.h"

static struct err e;

static struct imap *
opened(const char *words, const char *says, int *fd)
{
	struct secret *password = secret_new(STR("secret-9"));
	struct imap_settings i = { .user = "me", .password = password };
	char text[4000];
	struct imap *m;

	imap_global_init();
	snprintf(text, sizeof text,
		"* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] ready\r\n"
		"1 OK [CAPABILITY IMAP4rev1 %s] in\r\n%s",
		words, says);
	i.stream = peer_says(text, strlen(text), true, fd);
	m = imap_open(&i, NULL, &e);
	secret_free(&password);
	cr_assert(m, "%s: %s", words, e.text);
	return m;
}

#define LIST(attr, name) "* LIST (" attr ") \".\" \"" name "\"\r\n"

Test(about, mailboxes_have_plain_names)
{
	static const struct {
		const char *words, *says, *names, *raw; /* of a new "a/b" */
		unsigned used, limit;
	} rows[] = {
		/* as Courier has it */
		{ "NAMESPACE",
			"* NAMESPACE ((\"INBOX.\" \".\")) NIL "
			"((\"shared.\" \".\"))\r\n2 OK x\r\n" LIST("", "INBOX")
				LIST("", "INBOX.Sent") LIST("", "INBOX.a.b")
					LIST("", "shared.x") "3 OK\r\n",
			"INBOX Sent a.b shared.x", "INBOX.a.b", 0, 0 },
		/* two that would have one name; one that would be INBOX */
		{ "NAMESPACE",
			"* NAMESPACE ((\"INBOX.\" \".\")) NIL NIL\r\n"
			"2 OK x\r\n" LIST("", "INBOX") LIST("", "INBOX.Sent")
				LIST("", "Sent")
					LIST("", "INBOX.inbox") "3 OK\r\n",
			"INBOX INBOX.Sent Sent INBOX.inbox", "INBOX.a.b", 0,
			0 },
		/* no prefix, and folders below the INBOX by choice */
		{ "NAMESPACE",
			"* NAMESPACE ((\"\" \".\")) NIL NIL\r\n2 OK x\r\n" LIST(
				"", "INBOX") LIST("", "INBOX.x") "3 OK\r\n",
			"INBOX INBOX.x", "a.b", 0, 0 },
		{ "NAMESPACE",
			"* NAMESPACE NIL NIL NIL\r\n2 OK x\r\n" LIST(
				"", "INBOX") "3 OK\r\n",
			"INBOX", "a.b", 0, 0 },
		/* it has the word and refuses: guessed */
		{ "NAMESPACE",
			"2 BAD what\r\n" LIST("", "INBOX")
				LIST("", "INBOX.&yBXMRdZU-") "3 OK\r\n",
			"INBOX 정책화", "INBOX.a.b", 0, 0 },
		/* without the word: guessed where all lie below it */
		{ "IDLE",
			LIST("", "INBOX") LIST("", "Inbox.Sent")
				LIST("", "INBOX.x") "2 OK\r\n",
			"INBOX Sent x", "INBOX.a.b", 0, 0 },
		{ "IDLE",
			LIST("", "INBOX") LIST("", "INBOX.x")
				LIST("", "y") "2 OK\r\n",
			"INBOX INBOX.x y", "a.b", 0, 0 },
		/* how full */
		{ "QUOTA",
			"* QUOTAROOT INBOX \"User quota\" other\r\n"
			"* QUOTA \"User quota\" (STORAGE 10 512 MESSAGE 2 "
			"3)\r\n"
			"* QUOTA other (MESSAGE 1 9 STORAGE 90 100)\r\n"
			"* QUOTA none ()\r\n* QUOTA x (STORAGE 5 0)\r\n"
			"* QUOTA y (STORAGE 99999999999999 1)\r\n"
			"2 OK x\r\n" LIST("", "INBOX") "3 OK\r\n",
			"INBOX", "a.b", 90, 100 },
		{ "QUOTA", "2 NO none\r\n" LIST("", "INBOX") "3 OK\r\n",
			"INBOX", "a.b", 0, 0 },
		{ "QUOTA",
			"* QUOTA\r\n* QUOTA (\r\n* QUOTA x (STORAGE 1\r\n"
			"* NAMESPACE\r\n* NAMESPACE ((\r\n"
			"2 OK x\r\n" LIST("", "INBOX") "3 OK\r\n",
			"INBOX", "a.b", 0, 0 },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct arena *a = arena_new();
		struct imap_box *box;
		struct buf names;
		size_t n = 0;
		int fd;
		struct imap *m = opened(rows[i].words, rows[i].says, &fd);

		cr_expect(imap_list(m, a, &box, &n, &e) == 0, "row %zu: %s", i,
			e.text);
		buf_init(&names, 1000);
		for (size_t k = 0; k < n; k++)
			buf_printf(&names, "%s%s", k ? " " : "", box[k].name);
		cr_expect_str_eq(buf_c(&names), rows[i].names, "row %zu: %s", i,
			buf_c(&names));
		buf_clear(&names);
		imap_raw_name(m, &names, STR("a/b"));
		cr_expect_str_eq(buf_c(&names), rows[i].raw, "row %zu: %s", i,
			buf_c(&names));
		cr_expect(imap_quota(m)->used == rows[i].used &&
				  imap_quota(m)->limit == rows[i].limit,
			"row %zu", i);
		buf_fini(&names);
		imap_close(&m);
		close(fd);
		arena_free(&a);
	}
}

Test(about, all_in_one_flight_and_once)
{
	struct arena *a = arena_new();
	struct imap_box *box;
	char heard[4000], *at;
	size_t n;
	int fd;
	struct imap *m = opened("ID NAMESPACE QUOTA ENABLE QRESYNC",
		"* ID (\"name\" \"x\")\r\n2 OK\r\n"
		"* ENABLED QRESYNC\r\n3 OK\r\n* NAMESPACE NIL NIL NIL\r\n"
		"4 OK\r\n5 OK\r\n" LIST("", "INBOX") "6 OK\r\n" LIST(
			"", "INBOX") "7 OK\r\n",
		&fd);

	for (int i = 0; i < 2; i++)
		cr_expect(imap_list(m, a, &box, &n, &e) == 0 && n == 1, "%s",
			e.text);
	imap_close(&m);
	peer_heard(fd, heard, sizeof heard);
	at = strstr(heard, "2 ID (\"name\" \"signet\" \"version\" \"");
	cr_assert(at, "%s", heard);
	at = strchr(at, '\n');
	cr_expect_str_eq(at + 1,
		"3 ENABLE QRESYNC\r\n4 NAMESPACE\r\n5 GETQUOTAROOT INBOX\r\n"
		"6 LIST \"\" \"*\"\r\n7 LIST \"\" \"*\"\r\n8 LOGOUT\r\n");
	arena_free(&a);
}

Test(about, which_uids_there_are)
{
	static const struct {
		const char *words, *says, *set;
	} rows[] = {
		{ "ESEARCH",
			"* ESEARCH (TAG \"2\") UID ALL 1:3,9,4,8:7\r\n2 OK "
			"x\r\n",
			"1:3 4:4 7:8 9:9" },
		{ "ESEARCH", "* ESEARCH (TAG \"2\") UID\r\n2 OK x\r\n", "" },
		{ "ESEARCH", "* ESEARCH UID ALL 5,x,,:,7:\r\n2 OK x\r\n",
			"5:5" },
		{ "ESEARCH", "* SEARCH 5 2\r\n2 OK x\r\n", "2:2 5:5" },
		{ "IDLE", "* SEARCH 3 2 9\r\n2 OK x\r\n", "2:2 3:3 9:9" },
		{ "IDLE", "* SEARCH\r\n2 OK x\r\n", "" },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct arena *a = arena_new();
		struct imap_range *r;
		struct buf set;
		size_t n = 0;
		int fd;
		struct imap *m = opened(rows[i].words, rows[i].says, &fd);

		cr_expect(imap_uids(m, a, &r, &n, &e) == 0, "row %zu: %s", i,
			e.text);
		buf_init(&set, 1000);
		for (size_t k = 0; k < n; k++)
			buf_printf(&set, "%s%u:%u", k ? " " : "", r[k].first,
				r[k].last);
		cr_expect_str_eq(buf_c(&set), rows[i].set, "row %zu: %s", i,
			buf_c(&set));
		buf_fini(&set);
		imap_close(&m);
		close(fd);
		arena_free(&a);
	}
}

Test(about, news_of_all_mailboxes)
{
	static const struct {
		const char *words, *says; /* NOTIFY is command 2, IDLE 3 */
		int news;
	} rows[] = {
		{ "IDLE NOTIFY",
			"2 OK x\r\n+ go\r\n* STATUS a (MESSAGES 3)\r\n3 OK "
			"x\r\n",
			IMAP_NEWS_ELSEWHERE },
		{ "IDLE NOTIFY",
			"2 OK x\r\n+ go\r\n* STATUS {3}\r\na b (MESSAGES 3)\r\n"
			"3 OK x\r\n",
			IMAP_NEWS_ELSEWHERE },
		{ "IDLE NOTIFY",
			"2 OK x\r\n+ go\r\n* LIST () \"/\" new (\"OLDNAME\" "
			"(\"old\"))\r\n3 OK x\r\n",
			IMAP_NEWS_ELSEWHERE },
		{ "IDLE NOTIFY",
			"2 OK x\r\n* STATUS a (MESSAGES 3)\r\n* 5 EXISTS\r\n"
			"+ go\r\n3 OK x\r\n",
			IMAP_NEWS_ELSEWHERE | IMAP_NEWS_HERE },
		{ "IDLE NOTIFY",
			"2 OK x\r\n+ go\r\n* OK [NOTIFICATIONOVERFLOW] much\r\n"
			"3 OK x\r\n",
			IMAP_NEWS_ELSEWHERE },
		{ "IDLE NOTIFY",
			"2 NO [BADEVENT ()] no\r\n+ go\r\n* 5 EXISTS\r\n"
			"3 OK x\r\n",
			IMAP_NEWS_HERE },
		{ "IDLE NOTIFY", "2 BAD no\r\n+ go\r\n* 5 EXISTS\r\n3 OK x\r\n",
			IMAP_NEWS_HERE },
		/* nobody asked: the STATUS is an answer to something of old */
		{ "IDLE",
			"+ go\r\n* STATUS a (MESSAGES 3)\r\n* 5 EXISTS\r\n"
			"2 OK x\r\n",
			IMAP_NEWS_HERE },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char heard[4000];
		int fd, rc;
		struct imap *m = opened(rows[i].words, rows[i].says, &fd);

		cr_expect(imap_watch(m, &e) == 0, "row %zu: %s", i, e.text);
		cr_expect(imap_watch(m, &e) == 0); /* no second time */
		rc = imap_idle(m, -1, 5000, &e);
		cr_expect(rc == rows[i].news, "row %zu: %d %s", i, rc,
			rc < 0 ? e.text : "");
		imap_close(&m);
		peer_heard(fd, heard, sizeof heard);
		cr_expect((strstr(heard, "2 NOTIFY SET (SELECTED-DELAYED (") !=
				  NULL) ==
				  (strstr(rows[i].words, "NOTIFY") != NULL),
			"row %zu: %s", i, heard);
	}
}

Test(about, what_letters_are_called)
{
	static const struct {
		const char *words, *says, *ids;
	} rows[] = {
		{ "OBJECTID",
			"* 2 FETCH (UID 7 FLAGS (\\Seen $forwarded x) EMAILID "
			"(M2))\r\n"
			"* 1 FETCH (EMAILID (M1) UID 5 FLAGS ())\r\n"
			"* 1 FETCH (UID 5 FLAGS () EMAILID (M1))\r\n2 OK x\r\n",
			"5:eM1:0 7:eM2:33" },
		{ "X-GM-EXT-1",
			"* 1 FETCH (X-GM-MSGID 1278455344230334865 UID 5 FLAGS "
			"(\\Flagged))\r\n* 4 EXISTS\r\n2 OK x\r\n",
			"5:g1278455344230334865:4" },
		/* what is not all of it is left out */
		{ "OBJECTID",
			"* 1 FETCH (UID 5 FLAGS ())\r\n* 1 FETCH (EMAILID "
			"(M1))\r\n"
			"* 1 FETCH (UID 5 EMAILID NIL)\r\n* 1 FETCH\r\n"
			"* 1 FETCH (UID x EMAILID (M1))\r\n* 1 FETCH (UID 5 "
			"FLAGS (\r\n2 OK x\r\n",
			"" },
		/* more than was asked for */
		{ "OBJECTID",
			"* 1 FETCH (UID 5 EMAILID (a))\r\n* 1 FETCH (UID 6 "
			"EMAILID (b))\r\n* 1 FETCH (UID 7 EMAILID (c))\r\n"
			"2 OK x\r\n",
			"5:ea:0 6:eb:0" },
		{ "OBJECTID", "2 BAD what\r\n", "" },
		{ "OBJECTID", "2 NO what\r\n", "" },
		{ "IDLE", "", "" }, /* nothing is asked */
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		static const uint32_t uid[] = { 5, 7 };
		struct arena *a = arena_new();
		struct imap_id *id;
		struct buf ids;
		size_t n = 0;
		int fd;
		struct imap *m = opened(rows[i].words, rows[i].says, &fd);

		cr_expect(imap_ids(m, uid, 2, a, &id, &n, &e) == 0,
			"row %zu: %s", i, e.text);
		buf_init(&ids, 1000);
		for (size_t k = 0; k < n; k++)
			buf_printf(&ids, "%s%u:%s:%u", k ? " " : "", id[k].uid,
				id[k].id, id[k].flags);
		cr_expect_str_eq(buf_c(&ids), rows[i].ids, "row %zu: %s", i,
			buf_c(&ids));
		/* who cannot is not asked again */
		cr_expect(imap_has_ids(m) ==
				  (strstr(rows[i].says, " x\r\n") != NULL),
			"row %zu", i);
		buf_fini(&ids);
		imap_close(&m);
		close(fd);
		arena_free(&a);
	}
}
