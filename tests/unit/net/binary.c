/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "net/imap.h"
#include "peer.h"

#define CAPS(more) "* CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN" more "\r\n"
#define IN                                                                     \
	"* OK ready\r\n" CAPS(" BINARY") "1 OK a\r\n2 OK in\r\n" CAPS(         \
		" BINARY") "3 OK b\r\n"

static struct err e;

struct kept {
	unsigned begun, ended;
	uint32_t uid, from;
	char text[200];
	bool fails;
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
	return k->fails ? err_set(&e, ERR_SYSTEM, 0, "no room") : 0;
}

static int
sink_end(void *ctx, uint32_t uid, unsigned flags)
{
	(void)flags;
	((struct kept *)ctx)->uid = uid;
	((struct kept *)ctx)->ended++;
	return 0;
}

static void
sink_origin(void *ctx, uint32_t from)
{
	((struct kept *)ctx)->from = from;
}

/* What becomes of an answer SAYS to the question for part 1.2 of UID 5 from
 * byte 7 on. */
static int
ask(const char *says, struct kept *k)
{
	struct imap_settings s = { .user = "me" };
	struct secret *password = secret_new(STR("secret-9"));
	struct imap_sink sink = { sink_begin, sink_data, sink_end, k,
		sink_origin, NULL };
	char heard[4000];
	struct imap *m;
	int fd, rc;

	imap_global_init();
	s.stream = peer_says(IN, sizeof IN - 1, true, &fd);
	s.password = password;
	m = imap_open(&s, NULL, &e);
	secret_free(&password);
	cr_assert(m, "%s", e.text);
	cr_expect(imap_can(m) & IMAP_CAN_BINARY);
	peer_adds(fd, says, strlen(says));
	shutdown(fd, SHUT_WR);
	rc = imap_fetch_binary(m, 5, "1.2", 7, &sink, &e);
	imap_close(&m);
	peer_heard(fd, heard, sizeof heard);
	cr_expect(
		strstr(heard, "UID FETCH 5 (UID BINARY.PEEK[1.2]<7.4194304>)"),
		"%s", heard);
	return rc;
}

Test(binary, takes_what_was_asked_and_nothing_else)
{
	static const struct {
		const char *says;
		int rc;
		unsigned begun;
		const char *text; /* of the part, or of the error */
	} rows[] = {
		{ "* 1 FETCH (UID 5 BINARY[1.2]<7> ~{3}\r\nabc)\r\n4 OK x\r\n",
			0, 1, "abc" },
		{ "* 1 FETCH (BINARY[1.2]<7> ~{4}\r\n)\r\n( UID 5 FLAGS "
		  "(\\Seen))\r\n4 OK x\r\n",
			0, 1, ")\r\n(" },
		{ "* 2 EXISTS\r\n* 1 FETCH (binary[1.2]<7> {3}\r\nabc UID 5)"
		  "\r\n* 1 FETCH (FLAGS (\\Seen))\r\n4 OK x\r\n",
			0, 1, "abc" },
		{ "* 1 FETCH (UID 5 BINARY[1.2]<7> \"a\\\"c\")\r\n4 OK x\r\n",
			0, 1, "a\"c" },
		{ "* 1 FETCH (UID 5 BINARY[1.2]<7> ~{0}\r\n)\r\n4 OK x\r\n", 0,
			1, "" },
		{ "* 1 FETCH (UID 5 BINARY[1.2]<7> \"\")\r\n4 OK x\r\n", 0, 1,
			"" },
		{ "* 1 FETCH (UID 5 BINARY[1.2]<7> NIL)\r\n4 OK x\r\n", 0, 0,
			"" },
		{ "* 1 FETCH (UID 5 BINARY.SIZE[1.2] 3)\r\n4 OK x\r\n", 0, 0,
			"" },
		{ "* 1 FETCH (UID 5)\r\n* OK BINARY[1.2] x\r\n4 OK x\r\n", 0, 0,
			"" },
		{ "4 OK x\r\n", 0, 0, "" },
		{ "4 NO [UNKNOWN-CTE] what?\r\n", 1, 0, "" },
		{ "4 BAD no\r\n", 1, 0, "" },
		{ "* 1 FETCH (UID 5 BINARY[1.2]<7> ~{3}\r\nabc)\r\n4 NO x\r\n",
			1, 1, "abc" },
		/* another part, another letter, twice, more than a letter */
		{ "* 1 FETCH (UID 5 BINARY[1.3]<7> ~{3}\r\nabc)\r\n4 OK x\r\n",
			-1, 0, "not asked" },
		{ "* 1 FETCH (UID 6 BINARY[1.2]<7> ~{3}\r\nabc)\r\n4 OK x\r\n",
			-1, 1, "not asked" },
		{ "* 1 FETCH (BINARY[1.2]<7> ~{3}\r\nabc)\r\n4 OK x\r\n", -1, 1,
			"not asked" },
		{ "* 1 FETCH (UID 5 BINARY[1.2]<7> ~{3}\r\nabc BINARY[1.2]<7> "
		  "~{3}\r\nabc)\r\n4 OK x\r\n",
			-1, 1, "not asked" },
		{ "* 1 FETCH (UID 5 BINARY[1.2]<7> ~{3}\r\nabc)\r\n* 1 FETCH "
		  "(UID 5 BINARY[1.2]<7> \"abc\")\r\n4 OK x\r\n",
			-1, 1, "not asked" },
		{ "* 1 FETCH (UID 5 BINARY[1.2]<7> ~{268435457}\r\nabc", -1, 0,
			"256 MiB" },
		{ "* 1 FETCH (UID 5 BODY[1.2]<7> {99999}\r\nabc", -1, 0,
			"64 KiB" },
		{ "* 1 FETCH (UID 5 BINARY[1.2] x ~{99999}\r\nabc", -1, 0,
			"64 KiB" },
		{ "* 1 EXISTS BINARY[1.2]<7> ~{3}\r\nabc\r\n4 OK x\r\n", -1, 1,
			"no IMAP" },
		{ "* 1 FETCH UID 5\r\n4 OK x\r\n", -1, 0, "no IMAP" },
		{ "* 1 FETCH (UID 5 FLAGS (\\Seen\r\n4 OK x\r\n", -1, 0,
			"no IMAP" },
		{ "5 OK x\r\n", -1, 0, "no IMAP" },
		{ "* 1 FETCH (UID 5 BINARY[1.2]<7> ~{30}\r\nabc)\r\n", -1, 1,
			"lost" },
		{ "* BYE going down\r\n", -1, 0, "going down" },
		{ "* 1 FETCH (UID 5)\r\n", -1, 0, "lost" },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct kept k = { 0 };
		int rc = ask(rows[i].says, &k);

		cr_expect(rc == rows[i].rc, "row %zu: %d %s", i, rc,
			rc < 0 ? e.text : "");
		cr_expect(k.begun == rows[i].begun, "row %zu: %u", i, k.begun);
		if (rc < 0)
			cr_expect(e.class == ERR_LATER &&
					  strstr(e.text, rows[i].text),
				"row %zu: %s: %s", i, err_class_name(e.class),
				e.text);
		else
			cr_expect_str_eq(k.text, rows[i].text, "row %zu", i);
		if (rc == 0 && k.begun)
			cr_expect(k.ended == 1 && k.uid == 5 && k.from == 7,
				"row %zu: %u %u %u", i, k.ended, k.uid, k.from);
	}
}

Test(binary, a_sink_that_fails_says_why)
{
	struct kept k = { .fails = true };

	cr_expect(ask("* 1 FETCH (UID 5 BINARY[1.2]<7> ~{3}\r\nabc)\r\n"
		      "4 OK x\r\n",
			  &k) < 0 &&
		  e.class == ERR_SYSTEM && k.ended == 0);
}
