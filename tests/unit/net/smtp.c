/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#include "net/smtp.h"
#include "peer.h"

#define HELLO "220 ready\r\n250-x\r\n250-AUTH PLAIN LOGIN\r\n250 8BITMIME\r\n"
#define PIPED                                                                  \
	"220 ready\r\n250-x\r\n250-AUTH PLAIN\r\n250-PIPELINING\r\n"           \
	"250-SIZE 1000\r\n250 SMTPUTF8\r\n"
#define IN "235 in\r\n"

static const char *const two[] = { "a@x.example", "b@x.example" };

static struct err e;

/* What becomes of a letter to TWO when the server says SAYS. */
static int
submit(const char *says, const struct smtp_letter *l, struct arena *a,
	struct smtp_result *r, char *heard, size_t n)
{
	struct session_settings s = { .user = "me", .password = NULL };
	struct secret *password = secret_new(STR("pw"));
	int fd, rc;

	s.stream = peer_says(says, strlen(says), false, &fd);
	s.password = password;
	rc = smtp_submit(&s, l, a, r, NULL, &e);
	peer_heard(fd, heard, n);
	secret_free(&password);
	return rc;
}

Test(smtp, says_what_became_of_a_letter)
{
	static const struct {
		const char *says;
		int rc; /* else the class of *e */
		enum smtp_state all, first, second;
		const char *text; /* stands in the reason */
	} rows[] = {
		{ HELLO IN "250 a\r\n250 b\r\n250 c\r\n354 go\r\n250 id=7\r\n",
			0, SMTP_ACCEPTED, SMTP_ACCEPTED, SMTP_ACCEPTED,
			"id=7" },
		{ PIPED IN "250 a\r\n250 b\r\n250 c\r\n354 go\r\n250 id=8\r\n",
			0, SMTP_ACCEPTED, SMTP_ACCEPTED, SMTP_ACCEPTED,
			"id=8" },
		{ HELLO IN
			"250 a\r\n550 nobody\r\n250 c\r\n354 go\r\n250 ok\r\n",
			0, SMTP_ACCEPTED, SMTP_REFUSED, SMTP_ACCEPTED, "ok" },
		{ HELLO IN "250 a\r\n550 nobody\r\n451 wait\r\n", 0, SMTP_LATER,
			SMTP_REFUSED, SMTP_LATER, "wait" },
		{ PIPED IN "250 a\r\n550 no\r\n550-two\r\n550 lines\r\n", 0,
			SMTP_REFUSED, SMTP_REFUSED, SMTP_REFUSED, "no" },
		{ PIPED IN "552 no sender\r\n503 x\r\n503 y\r\n", 0,
			SMTP_REFUSED, SMTP_REFUSED, SMTP_REFUSED, "no sender" },
		{ HELLO IN "250 a\r\n250 b\r\n250 c\r\n452 full\r\n", 0,
			SMTP_LATER, SMTP_LATER, SMTP_LATER, "full" },
		{ HELLO IN "250 a\r\n250 b\r\n250 c\r\n354 go\r\n554 spam\r\n",
			0, SMTP_REFUSED, SMTP_REFUSED, SMTP_REFUSED, "spam" },
		/* all was sent, no answer: nobody knows */
		{ HELLO IN "250 a\r\n250 b\r\n250 c\r\n354 go\r\n", 0,
			SMTP_UNKNOWN, SMTP_UNKNOWN, SMTP_UNKNOWN, "lost" },
		{ HELLO IN "250 a\r\n550 b\r\n250 c\r\n354 go\r\nwhat\r\n", 0,
			SMTP_UNKNOWN, SMTP_REFUSED, SMTP_UNKNOWN, "no SMTP" },
		/* before the dot: nothing was sent */
		{ HELLO IN "250 a\r\n250 b\r\n", ERR_LATER, SMTP_LATER,
			SMTP_LATER, SMTP_LATER, "lost" },
		{ "554 go away\r\n", ERR_LATER, SMTP_LATER, SMTP_LATER,
			SMTP_LATER, "go away" },
		{ HELLO "535 wrong\r\n", ERR_AUTH, SMTP_LATER, SMTP_LATER,
			SMTP_LATER, "wrong" },
		{ HELLO "454 not now\r\n", ERR_LATER, SMTP_LATER, SMTP_LATER,
			SMTP_LATER, "not now" },
		{ "220 x\r\n250-x\r\n250 AUTH GSSAPI\r\n", ERR_ACCOUNT,
			SMTP_LATER, SMTP_LATER, SMTP_LATER, "no way" },
		{ "220 x\r\n250 x\r\n", ERR_ACCOUNT, SMTP_LATER, SMTP_LATER,
			SMTP_LATER, "port" },
		{ "* OK IMAP4 ready\r\n", ERR_LATER, SMTP_LATER, SMTP_LATER,
			SMTP_LATER, "no SMTP" },
		{ "220\033[2J x\r\n", ERR_LATER, SMTP_LATER, SMTP_LATER,
			SMTP_LATER, "no SMTP" },
		{ HELLO "535 \033]0;x\a\r\n", ERR_AUTH, SMTP_LATER, SMTP_LATER,
			SMTP_LATER, "535" },
	};
	struct smtp_letter l = { .sender = "me@x.example",
		.rcpt = two,
		.rcpts = 2,
		.bytes = STR("Subject: x\n\nhello\n") };
	struct arena *a = arena_new();
	char heard[10000];

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct smtp_result r;
		int rc = submit(rows[i].says, &l, a, &r, heard, sizeof heard);

		cr_expect(rc == (rows[i].rc ? -1 : 0), "row %zu: %d", i, rc);
		if (rc < 0)
			cr_expect((int)e.class == rows[i].rc, "row %zu: %s %s",
				i, err_class_name(e.class), e.text);
		cr_expect(r.state == rows[i].all &&
				  r.rcpt[0].state == rows[i].first &&
				  r.rcpt[1].state == rows[i].second,
			"row %zu: %s %s %s", i, smtp_state_name(r.state),
			smtp_state_name(r.rcpt[0].state),
			smtp_state_name(r.rcpt[1].state));
		cr_expect(
			strstr(r.text, rows[i].text), "row %zu: %s", i, r.text);
		for (const char *p = r.text; *p; p++)
			cr_expect((unsigned char)*p >= 0x20, "row %zu", i);
	}
	arena_free(&a);
}

Test(smtp, sends_nothing_that_it_was_not_given)
{
	static const struct {
		const char *sender, *to, *bytes;
		const char *heard; /* NULL: nothing at all; else a part */
		const char *says;
	} rows[] = {
		{ "me@x.example", "a@x.example", ".\n..\n.a\r\nb\rc",
			"DATA\r\n..\r\n...\r\n..a\r\nb\r\nc\r\n.\r\n", HELLO },
		{ "", "a@x.example", "x\n", "MAIL FROM:<>\r\n", HELLO },
		{ "me@x.example", "a@x.example", "\xc3\xbc\n",
			"MAIL FROM:<me@x.example> BODY=8BITMIME\r\n", HELLO },
		{ "me@x.example", "j\xc3\xbc@x.example", "x\n",
			"MAIL FROM:<me@x.example> SIZE=3 SMTPUTF8\r\n"
			"RCPT TO:<j\xc3\xbc@x.example>\r\n",
			PIPED },
		{ "me@x.example", "\"odd one\"@x.example", "x\n",
			"RCPT TO:<\"odd one\"@x.example>\r\n", HELLO },
		{ "me@x.example", "a@x.example>\r\nRCPT TO:<b", "x\n", NULL,
			HELLO },
		{ "me\r\nQUIT", "a@x.example", "x\n", NULL, HELLO },
		{ "me@x.example", "a b@x.example", "x\n", NULL, HELLO },
		{ "me@x.example", "", "x\n", NULL, HELLO },
	};
	struct arena *a = arena_new();
	char heard[10000], says[1000];

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct smtp_letter l = { .sender = rows[i].sender,
			.rcpt = &rows[i].to,
			.rcpts = 1,
			.bytes = str_c(rows[i].bytes) };
		struct smtp_result r;
		int rc;

		snprintf(says, sizeof says,
			"%s" IN "250 a\r\n250 b\r\n354 go\r\n250 ok\r\n"
			"221 bye\r\n",
			rows[i].says);
		rc = submit(says, &l, a, &r, heard, sizeof heard);
		if (rows[i].heard)
			cr_expect(rc == 0 && strstr(heard, rows[i].heard),
				"row %zu: %s", i, heard);
		else
			cr_expect(rc < 0 && e.class == ERR_INPUT && !*heard,
				"row %zu: %s", i, heard);
	}
	arena_free(&a);
}

Test(smtp, an_answer_has_ceilings)
{
	struct smtp_letter l = { .sender = "me@x.example",
		.rcpt = two,
		.rcpts = 2,
		.bytes = STR("x\n") };
	struct arena *a = arena_new();
	char *says = malloc(1 << 20), heard[1000];
	struct smtp_result r;
	size_t n = 0;

	for (int i = 0; i < 300; i++)
		n += (size_t)snprintf(says + n, 20, "220-more\r\n");
	cr_expect(submit(says, &l, a, &r, heard, sizeof heard) < 0);
	cr_expect(e.class == ERR_LATER && strstr(e.text, "no SMTP"));
	memset(says, '2', 100000);
	says[100000] = '\0';
	cr_expect(submit(says, &l, a, &r, heard, sizeof heard) < 0);
	cr_expect(
		e.class == ERR_LATER && strstr(e.text, "8 KiB"), "%s", e.text);
	free(says);
	arena_free(&a);
}
