/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/pop3.h"
#include "peer.h"

#define CAPA "+OK\r\nUIDL\r\nTOP\r\nSASL LOGIN PLAIN\r\n.\r\n"
#define IN "+OK ready\r\n" CAPA "+OK in\r\n"

static struct err e;

static struct pop3 *
open_as(const char *says, enum stream_tls tls, const char *auth,
	const char *word, int *fd)
{
	struct secret *password = secret_new(str_c(word));
	struct session_settings s = {
		.user = "mrose", .password = password, .auth = auth
	};
	struct pop3 *x;

	s.stream = peer_says(says, strlen(says), false, fd);
	s.stream.tls = tls;
	x = pop3_open(&s, NULL, &e);
	secret_free(&password);
	return x;
}

static struct pop3 *
open_peer(const char *says, enum stream_tls tls, int *fd)
{
	return open_as(says, tls, NULL, "tanstaaf", fd);
}

Test(pop3, signs_in)
{
	static const struct {
		const char *says;
		int class; /* 0: it is in */
		const char *text;
		const char *heard; /* ends with this */
		enum stream_tls tls;
	} rows[] = {
		{ IN, 0, "", "AUTH PLAIN AG1yb3NlAHRhbnN0YWFm\r\n",
			STREAM_PLAIN },
		/* it wants the response once more */
		{ "+OK\r\n" CAPA "+ \r\n+OK\r\n", 0, "",
			"\r\nAG1yb3NlAHRhbnN0YWFm\r\n", STREAM_PLAIN },
		{ "+OK\r\n+OK\r\nSASL LOGIN\r\n.\r\n+ VXNl\r\n+ "
		  "UGFz\r\n+OK\r\n",
			0, "", "AUTH LOGIN\r\nbXJvc2U=\r\ndGFuc3RhYWY=\r\n",
			STREAM_PLAIN },
		{ "+OK\r\n-ERR what\r\n+OK\r\n+OK\r\n", 0, "",
			"USER mrose\r\nPASS tanstaaf\r\n", STREAM_PLAIN },
		{ "+OK\r\n+OK\r\nUSER\r\n.\r\n+OK\r\n+OK\r\n", 0, "",
			"USER mrose\r\nPASS tanstaaf\r\n", STREAM_PLAIN },
		/* the example of RFC 1939 */
		{ "+OK POP3 server ready <1896.697170952@dbc.mtview.ca.us>\r\n"
		  "+OK\r\nUIDL\r\n.\r\n+OK maildrop has 1 message\r\n",
			0, "",
			"APOP mrose c4c9334bac560ecc979e58001b3e22fb\r\n",
			STREAM_PLAIN },
		{ "+OK <a@b>\r\n+OK\r\nUIDL\r\n.\r\n-ERR no\r\n", ERR_AUTH,
			"says: no", "\r\n", STREAM_PLAIN },
		{ "+OK\r\n+OK\r\nUIDL\r\n.\r\n", ERR_ACCOUNT, "no way",
			"CAPA\r\n", STREAM_PLAIN },
		{ "+OK\r\n" CAPA "-ERR [AUTH] wrong\r\n", ERR_AUTH, "wrong",
			"\r\n", STREAM_PLAIN },
		{ "+OK\r\n" CAPA "-ERR wrong\r\n", ERR_AUTH, "wrong", "\r\n",
			STREAM_PLAIN },
		{ "+OK\r\n" CAPA "-ERR [IN-USE] in use by you\r\n", ERR_LATER,
			"in use by you", "\r\n", STREAM_PLAIN },
		{ "+OK\r\n" CAPA "-ERR [LOGIN-DELAY] too soon\r\n", ERR_LATER,
			"too soon", "\r\n", STREAM_PLAIN },
		{ "+OK\r\n" CAPA "-ERR [SYS/TEMP] disk\r\n", ERR_LATER, "disk",
			"\r\n", STREAM_PLAIN },
		{ "+OK\r\n" CAPA "-ERR [SYS/PERM] gone\r\n", ERR_ACCOUNT,
			"gone", "\r\n", STREAM_PLAIN },
		{ "+OK\r\n" CAPA "-ERR maildrop already locked\r\n", ERR_LATER,
			"already locked", "\r\n", STREAM_PLAIN },
		{ "-ERR too busy\r\n", ERR_LATER, "too busy", "",
			STREAM_PLAIN },
		{ "* OK IMAP4\r\n", ERR_LATER, "no POP3", "", STREAM_PLAIN },
		{ "+OK\r\n" CAPA "-ERR \033]0;x\a no\r\n", ERR_AUTH, "no",
			"\r\n", STREAM_PLAIN },
		{ "+OK\r\n" CAPA, ERR_LATER, "lost", "\r\n", STREAM_PLAIN },
		/* nothing secret before TLS, whatever the server does */
		{ IN, ERR_CERT, "does not offer", "CAPA\r\n", STREAM_STARTTLS },
		{ "+OK\r\n+OK\r\nSTLS\r\n.\r\n-ERR no\r\n", ERR_CERT,
			"refuses to encrypt", "STLS\r\n", STREAM_STARTTLS },
		{ "+OK\r\n+OK\r\nSTLS\r\n.\r\n+OK go\r\n" CAPA "+OK\r\n",
			ERR_CERT, "before encryption", "STLS\r\n",
			STREAM_STARTTLS },
	};
	char heard[10000];

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct pop3 *x;
		int fd;

		err_clear(&e);
		x = open_peer(rows[i].says, rows[i].tls, &fd);
		cr_expect((x != NULL) == (rows[i].class == 0), "row %zu: %s", i,
			e.text);
		pop3_close(&x);
		peer_heard(fd, heard, sizeof heard);
		cr_expect((int)e.class == rows[i].class, "row %zu: %s %s", i,
			err_class_name(e.class), e.text);
		cr_expect(
			strstr(e.text, rows[i].text), "row %zu: %s", i, e.text);
		cr_expect(str_ends(str_c(heard), str_c(rows[i].heard)),
			"row %zu: %s", i, heard);
		cr_expect(
			rows[i].tls == STREAM_PLAIN || !strstr(heard, "mrose"),
			"row %zu", i);
		for (const char *p = e.text; *p; p++)
			cr_expect((unsigned char)*p >= 0x20, "row %zu", i);
	}
}

/* "auth = …": exactly that, or nothing at all */
Test(pop3, signs_in_as_is_named)
{
#define OFFERS(list) "+OK\r\n+OK\r\nSASL " list "\r\n.\r\n"
	static const struct {
		const char *auth, *says;
		int class;
		const char *text, *heard; /* the latter stands in it */
	} rows[] = {
		{ "plain", OFFERS("LOGIN PLAIN") "+OK\r\n", 0, "",
			"\r\nAUTH PLAIN AG1yb3NlAHRhbnN0YWFm\r\n" },
		{ "login", OFFERS("PLAIN LOGIN") "+ VXNl\r\n+ UGFz\r\n+OK\r\n",
			0, "", "AUTH LOGIN\r\nbXJvc2U=\r\ndGFuc3RhYWY=\r\n" },
		/* its name of before SASL */
		{ "login", "+OK\r\n+OK\r\nUSER\r\n.\r\n+OK\r\n+OK\r\n", 0, "",
			"USER mrose\r\nPASS tanstaaf\r\n" },
		{ "cram-md5", OFFERS("PLAIN CRAM-MD5") "+ PDFAeD4=\r\n+OK\r\n",
			0, "",
			"AUTH CRAM-MD5\r\nbXJvc2UgZDBiMmE4NDhiOTQwYTg4ZDI1Nzk4"
			"OTBmNzY1YjhiY2U=\r\n" },
		{ "cram-md5", OFFERS("PLAIN CRAM-MD5") "+ \r\n", ERR_ACCOUNT,
			"no CRAM-MD5", "AUTH CRAM-MD5\r\n" },
		{ "cram-md5", OFFERS("CRAM-MD5") "+ PDFAeD4=\r\n-ERR wrong\r\n",
			ERR_AUTH, "wrong", "AUTH CRAM-MD5\r\n" },
		/* never another way than the one that is named */
		{ "cram-md5", OFFERS("PLAIN LOGIN"), ERR_ACCOUNT,
			"it offers of those that signet knows: plain login",
			"CAPA\r\n" },
		{ "plain", "+OK\r\n+OK\r\nUSER\r\n.\r\n", ERR_ACCOUNT,
			"'auth = plain'", "CAPA\r\n" },
		{ "plain", "+OK <a@b>\r\n-ERR what\r\n", ERR_ACCOUNT,
			"knows: login", "CAPA\r\n" },
		{ "login", "+OK <a@b>\r\n+OK\r\nUIDL\r\n.\r\n", ERR_ACCOUNT,
			"knows: nothing", "CAPA\r\n" },
		{ "scram-sha-256", OFFERS("PLAIN SCRAM-SHA-256") "-ERR no\r\n",
			ERR_AUTH, "says: no",
			"\r\nAUTH SCRAM-SHA-256 biwsbj1tcm9zZSxyP" },
		/* a nonce that is not ours with more behind it */
		{ "scram-sha-256",
			OFFERS("SCRAM-SHA-256") "+ "
						"cj1hYmMscz1hYmNkLGk9NDA5Ng=="
						"\r\n"
						"+OK\r\n",
			ERR_ACCOUNT, "no SCRAM-SHA-256",
			"AUTH SCRAM-SHA-256 " },
		/* in, without a proof */
		{ "scram-sha-256", OFFERS("SCRAM-SHA-256") "+OK\r\n",
			ERR_ACCOUNT, "without the proof",
			"AUTH SCRAM-SHA-256 " },
		/* on a line that anybody reads the password is not said */
		{ NULL, OFFERS("PLAIN SCRAM-SHA-256") "-ERR no\r\n", ERR_AUTH,
			"says: no", "AUTH SCRAM-SHA-256 " },
		{ "auto", OFFERS("PLAIN CRAM-MD5 XOAUTH2") "+OK\r\n", 0, "",
			"AUTH PLAIN " },
		{ "xoauth2", OFFERS("PLAIN XOAUTH2"), ERR_ACCOUNT,
			"never on a line without encryption", "CAPA\r\n" },
		{ "oauthbearer", OFFERS("OAUTHBEARER"), ERR_ACCOUNT,
			"never on a line without encryption", "CAPA\r\n" },
		/* a server that never has enough */
		{ "plain", OFFERS("PLAIN") "+ \r\n+ \r\n+ \r\n+ \r\n",
			ERR_ACCOUNT, "no PLAIN", "AUTH PLAIN " },
	};
	char heard[10000];

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct pop3 *x;
		int fd;

		err_clear(&e);
		x = open_as(rows[i].says, STREAM_PLAIN, rows[i].auth,
			"tanstaaf", &fd);
		cr_expect((x != NULL) == (rows[i].class == 0), "row %zu: %s", i,
			e.text);
		pop3_close(&x);
		peer_heard(fd, heard, sizeof heard);
		cr_expect((int)e.class == rows[i].class, "row %zu: %s %s", i,
			err_class_name(e.class), e.text);
		cr_expect(
			strstr(e.text, rows[i].text), "row %zu: %s", i, e.text);
		cr_expect(
			strstr(heard, rows[i].heard), "row %zu: %s", i, heard);
		cr_expect(rows[i].class != ERR_ACCOUNT ||
				  (!strstr(heard, "tanstaaf") &&
					  !strstr(heard, "dGFuc3RhYWY")),
			"row %zu: %s", i, heard);
	}
}

/* RFC 5034 §4: what makes the command too long is said after "+". */
Test(pop3, keeps_the_command_short)
{
	static char word[301], heard[10000];
	struct pop3 *x;
	int fd;

	memset(word, 'a', 300);
	x = open_as(OFFERS("PLAIN") "+ \r\n+OK\r\n", STREAM_PLAIN, "plain",
		word, &fd);
	cr_expect(x, "%s", e.text);
	pop3_close(&x);
	peer_heard(fd, heard, sizeof heard);
	cr_expect(strstr(heard, "AUTH PLAIN\r\nAG1yb3NlAGFhYWFh"), "%s", heard);
}

/* --- lists
 * ----------------------------------------------------------------------- */

static int
note_uidl(void *ctx, uint32_t number, struct str uidl)
{
	buf_printf(ctx, "%u=%.*s ", number, STR_ARG(uidl));
	return 0;
}

static int
note_size(void *ctx, uint32_t number, uint64_t size)
{
	buf_printf(ctx, "%u:%llu ", number, (unsigned long long)size);
	return 0;
}

Test(pop3, reads_lists_line_by_line)
{
	static const struct {
		const char *says;
		int rc;
		const char *got;
	} rows[] = {
		{ "+OK\r\n1 a\r\n2 b c\r\n.\r\n", 1, "1=a 2=b c " },
		{ "+OK\r\n.\r\n", 1, "" },
		{ "+OK\n1 a\n.\n", 1, "1=a " },
		{ "-ERR what\r\n", 0, "" },
		{ "-ERR [SYS/TEMP] not now\r\n", -1, "" },
		/* lines that are none */
		{ "+OK\r\nx\r\n0 a\r\n-1 b\r\n4294967296 c\r\n3 \r\n 4\r\n\r\n"
		  "5 e\r\n.\r\n",
			1, "5=e " },
		{ "+OK\r\n1 a\r\n", -1, "1=a " },
		{ "what\r\n", -1, "" },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char says[1000];
		struct pop3 *x;
		struct buf got;
		int fd, rc;

		snprintf(says, sizeof says, IN "%s", rows[i].says);
		x = open_peer(says, STREAM_PLAIN, &fd);
		cr_assert(x, "row %zu: %s", i, e.text);
		buf_init(&got, 1000);
		rc = pop3_uidl(x, note_uidl, &got, &e);
		cr_expect(rc == rows[i].rc, "row %zu: %d %s", i, rc, e.text);
		cr_expect(strcmp(buf_c(&got), rows[i].got) == 0, "row %zu: %s",
			i, buf_c(&got));
		buf_fini(&got);
		pop3_close(&x);
		close(fd);
	}
}

Test(pop3, reads_sizes)
{
	struct buf got;
	int fd;
	struct pop3 *x =
		open_peer(IN "+OK 2\r\n1 120\r\n2 200 and more\r\n3 x\r\n.\r\n",
			STREAM_PLAIN, &fd);

	cr_assert(x, "%s", e.text);
	buf_init(&got, 1000);
	cr_expect(pop3_list(x, note_size, &got, &e) == 0, "%s", e.text);
	cr_expect(strcmp(buf_c(&got), "1:120 2:200 ") == 0, "%s", buf_c(&got));
	buf_fini(&got);
	pop3_close(&x);
	close(fd);
}

Test(pop3, refuses_a_line_without_end)
{
	struct buf says, got;
	struct pop3 *x;
	int fd;

	buf_init(&says, 1 << 20);
	buf_init(&got, 1000);
	buf_adds(&says, IN "+OK\r\n1 ");
	for (int i = 0; i < 3000; i++)
		buf_addc(&says, 'a');
	x = open_peer(buf_c(&says), STREAM_PLAIN, &fd);
	cr_assert(x, "%s", e.text);
	cr_expect(pop3_uidl(x, note_uidl, &got, &e) < 0);
	cr_expect(strstr(e.text, "longer than 1024"), "%s", e.text);
	buf_fini(&says);
	buf_fini(&got);
	pop3_close(&x);
	close(fd);
}

/* --- letters
 * --------------------------------------------------------------------- */

static int
note_begin(void *ctx, uint32_t number)
{
	buf_printf(ctx, "[%u:", number);
	return 0;
}

static int
note_data(void *ctx, struct str bytes)
{
	buf_add(ctx, bytes);
	return 0;
}

static int
note_end(void *ctx, uint32_t number)
{
	(void)number;
	buf_addc(ctx, ']');
	return 0;
}

static int
note_refused(void *ctx, uint32_t number, const char *words)
{
	buf_printf(ctx, "(%u: %s)", number, words);
	return 0;
}

/* What comes of letter 1, however the bytes are cut into pieces. */
static void
retr(const char *text, const char *want, int want_rc)
{
	for (size_t cut = 0; cut <= strlen(text); cut++) {
		static const uint32_t one[] = { 1 };
		struct buf got;
		struct pop3_sink sink = { note_begin, note_data, note_end,
			note_refused, &got };
		struct pop3 *x;
		struct secret *password = secret_new(STR("x"));
		struct session_settings s = { .user = "m",
			.password = password };
		char says[2000];
		int fd, rc;

		snprintf(says, sizeof says, IN "+OK\r\n%.*s", (int)cut, text);
		s.stream = peer_says(says, strlen(says), true, &fd);
		x = pop3_open(&s, NULL, &e);
		cr_assert(x, "%s", e.text);
		/* what has come is read before the rest is there: a NUL-free
		 * peer in one thread cannot do it otherwise */
		buf_init(&got, 10000);
		peer_adds(fd, text + cut, strlen(text) - cut);
		if (want_rc < 0)
			shutdown(fd, SHUT_WR);
		rc = pop3_retr(x, one, 1, &sink, &e);
		cr_expect(
			rc == want_rc, "%s cut at %zu: %s", text, cut, e.text);
		cr_expect(strcmp(buf_c(&got), want) == 0, "%s cut at %zu: %s",
			text, cut, buf_c(&got));
		buf_fini(&got);
		pop3_close(&x);
		secret_free(&password);
		close(fd);
	}
}

Test(pop3, unstuffs_letters)
{
	retr("a: b\r\n\r\nhi\r\n.\r\n", "[1:a: b\n\nhi\n]", 0);
	retr("..\r\n...x\r\n.y\r\n.\r\n", "[1:.\n..x\ny\n]", 0);
	retr(".\r\n", "[1:]", 0);
	retr(".\n", "[1:]", 0);
	retr("a\rb\r\r\n.\r\r\n.\r\n", "[1:a\rb\r\n\r\n]", 0);
	retr("a\n\n.\n", "[1:a\n\n]", 0);
}

Test(pop3, hands_on_refusals)
{
	static const uint32_t three[] = { 3, 2, 1 };
	struct buf got;
	struct pop3_sink sink = { note_begin, note_data, note_end, note_refused,
		&got };
	char heard[1000];
	int fd;
	struct pop3 *x = open_peer(
		"+OK\r\n+OK\r\nPIPELINING\r\nUSER\r\n.\r\n+OK\r\n+OK\r\n"
		"+OK\r\nc\r\n.\r\n-ERR no such\033 letter\r\n+OK\r\na\r\n.\r\n",
		STREAM_PLAIN, &fd);

	cr_assert(x, "%s", e.text);
	buf_init(&got, 1000);
	cr_expect(pop3_retr(x, three, 3, &sink, &e) == 0, "%s", e.text);
	cr_expect(str_starts(buf_str(&got), STR("[3:c\n](2: no such")), "%s",
		buf_c(&got));
	cr_expect(str_ends(buf_str(&got), STR("[1:a\n]")), "%s", buf_c(&got));
	pop3_close(&x);
	peer_heard(fd, heard, sizeof heard);
	cr_expect(strstr(heard, "RETR 3\r\nRETR 2\r\nRETR 1\r\n"), "%s", heard);
	buf_fini(&got);
}

Test(pop3, a_letter_that_ends_early_has_no_end)
{
	static const uint32_t one[] = { 1 };
	struct buf got;
	struct pop3_sink sink = { note_begin, note_data, note_end, note_refused,
		&got };
	int fd;
	struct pop3 *x = open_peer(IN "+OK\r\nhalf a let", STREAM_PLAIN, &fd);

	cr_assert(x, "%s", e.text);
	buf_init(&got, 1000);
	cr_expect(pop3_retr(x, one, 1, &sink, &e) < 0);
	cr_expect(!str_ends(buf_str(&got), STR("]")), "%s", buf_c(&got));
	buf_fini(&got);
	pop3_close(&x);
	close(fd);
}

Test(pop3, marks_and_quits)
{
	static const uint32_t two[] = { 1, 2 };
	bool is_marked[2];
	char heard[1000];
	int fd;
	struct pop3 *x = open_peer(
		IN "+OK\r\n-ERR no\r\n+OK bye\r\n", STREAM_PLAIN, &fd);

	cr_assert(x, "%s", e.text);
	cr_expect(pop3_dele(x, two, 2, is_marked, &e) == 0, "%s", e.text);
	cr_expect(is_marked[0] && !is_marked[1]);
	cr_expect(pop3_quit(x, &e) == 0, "%s", e.text);
	pop3_close(&x);
	peer_heard(fd, heard, sizeof heard);
	cr_expect(strstr(heard, "DELE 1\r\nDELE 2\r\nQUIT\r\n"), "%s", heard);

	x = open_peer(IN "-ERR some deleted messages not removed\r\n",
		STREAM_PLAIN, &fd);
	cr_assert(x, "%s", e.text);
	cr_expect(pop3_quit(x, &e) < 0 && strstr(e.text, "not removed"));
	pop3_close(&x);
	close(fd);
}
