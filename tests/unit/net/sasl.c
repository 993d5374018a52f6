/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>

#include "mime/body.h"
#include "net/imap.h"
#include "net/sasl.h"
#include "net/smtp.h"
#include "peer.h"

static struct err e;

static struct sasl
begin(enum sasl_way way, const char *user, const char *password)
{
	return (struct sasl){ .way = way,
		.user = user,
		.host = "server.example.com",
		.port = 143,
		.password = str_c(password) };
}

/* The answer to what the server says, neither in base64. */
static int
hear(struct sasl *s, const char *says, struct buf *out)
{
	struct buf coded, said;
	int rc;

	buf_init(&coded, SASL_MAX);
	buf_init(&said, SASL_MAX);
	err_clear(&e);
	sasl_encode(&coded, str_c(says));
	rc = sasl_answer(s, buf_str(&coded), &said, &e);
	buf_clear(out);
	body_decode_base64(out, buf_str(&said));
	sasl_wipe(&said);
	sasl_wipe(&coded);
	return rc;
}

Test(sasl, answers)
{
	static const struct {
		enum sasl_way way;
		const char *user, *password;
		const char *says[3]; /* NULL: the end */
		const char *want[3]; /* NULL: a fault; "|" is a NUL, "^" 0x01 */
	} rows[] = {
		{ SASL_PLAIN, "tim", "tanstaaftanstaaf", { "" },
			{ "|tim|tanstaaftanstaaf" } },
		{ SASL_PLAIN, "a", "b", { "", "", "" },
			{ "|a|b", "|a|b", NULL } },
		{ SASL_LOGIN, "tim", "pw", { "Username:", "Password:", "more" },
			{ "tim", "pw", NULL } },
		/* the example of RFC 2195 */
		{ SASL_CRAM_MD5, "tim", "tanstaaftanstaaf",
			{ "<1896.697170952@postoffice.reston.mci.net>", "x" },
			{ "tim b913a602c7eda7a495b4e6e7334d3890", NULL } },
		{ SASL_CRAM_MD5, "tim", "pw", { "" }, { NULL } },
		/* the examples of RFC 7628, and a name with a comma */
		{ SASL_OAUTHBEARER, "user@example.com", "vF9dft4qmTc2",
			{ "", "{\"status\":\"invalid_token\"}" },
			{ "n,a=user@example.com,^host=server.example.com^"
			  "port=143^auth=Bearer vF9dft4qmTc2^^",
				"^" } },
		{ SASL_OAUTHBEARER, "a,b=c", "t", { "" },
			{ "n,a=a=2Cb=3Dc,^host=server.example.com^port=143^"
			  "auth=Bearer t^^" } },
		{ SASL_XOAUTH2, "me@x", "token", { "", "{\"status\":\"400\"}" },
			{ "user=me@x^auth=Bearer token^^", "" } },
	};
	struct buf out;

	buf_init(&out, SASL_MAX);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct sasl s =
			begin(rows[i].way, rows[i].user, rows[i].password);

		for (int k = 0; k < 3 && rows[i].says[k]; k++) {
			int rc = hear(&s, rows[i].says[k], &out);

			for (size_t n = 0; n < out.n; n++)
				if (out.p[n] == '\0' || out.p[n] == 1)
					out.p[n] = out.p[n] ? '^' : '|';
			cr_expect((rc == 0) == (rows[i].want[k] != NULL),
				"row %zu.%d: %s", i, k, e.text);
			cr_expect(rc < 0 || strcmp(buf_c(&out),
						    rows[i].want[k]) == 0,
				"row %zu.%d: %s", i, k, buf_c(&out));
		}
		sasl_end(&s);
	}
	buf_fini(&out);
}

#define NONCE "rOprNGfwEbeRWgbNEkqO"
#define FIRST                                                                  \
	"r=" NONCE                                                             \
	"%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096"
#define LAST "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="

/* A sign-in whose first message is that of the example of RFC 7677. */
static struct sasl
scram(const char *password)
{
	struct sasl s = begin(SASL_SCRAM_SHA_256, "user", password);

	buf_init(&s.first, SASL_MAX);
	buf_adds(&s.first, "n=user,r=" NONCE);
	s.step = 1;
	return s;
}

Test(sasl, scram_as_in_rfc_7677)
{
	struct sasl s = scram("pencil");
	struct buf out;

	buf_init(&out, SASL_MAX);
	cr_expect(hear(&s, "", &out) == 0);
	cr_expect_str_eq(buf_c(&out), "n,,n=user,r=" NONCE);
	cr_expect(hear(&s, FIRST, &out) == 0, "%s", e.text);
	cr_expect_str_eq(buf_c(&out),
		"c=biws,r=" NONCE "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
		"p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=");
	cr_expect(sasl_accept(&s, &e) < 0 && e.class == ERR_ACCOUNT);
	cr_expect(hear(&s, LAST, &out) == 0, "%s", e.text);
	cr_expect(out.n == 0);
	cr_expect(sasl_accept(&s, &e) == 0);
	cr_expect(hear(&s, LAST, &out) < 0, "nothing comes after that");
	sasl_end(&s);
	buf_fini(&out);
}

/* RFC 4013 §3: what looks the same is the same password. */
Test(sasl, scram_prepares_the_password)
{
	static const char *const words[] = { "I\xc2\xadX", "\xe2\x85\xa8",
		"IX" };
	struct buf out, want;

	buf_init(&out, SASL_MAX);
	buf_init(&want, SASL_MAX);
	for (int i = 0; i < 3; i++) {
		struct sasl s = scram(words[2 - i]);

		cr_expect(hear(&s, FIRST, &out) == 0, "%s", e.text);
		if (i == 0)
			buf_add(&want, buf_str(&out));
		cr_expect_str_eq(buf_c(&out), buf_c(&want), "%d", i);
		sasl_end(&s);
	}
	buf_fini(&out);
	buf_fini(&want);
}

Test(sasl, scram_believes_no_stranger)
{
	static const struct {
		const char *says;
		enum err_class class; /* at once, or at the server's yes */
	} first[] = {
		{ "r=" NONCE ",s=W22Z,i=4096", ERR_ACCOUNT }, /* adds nothing */
		{ "r=other,s=W22Z,i=4096", ERR_ACCOUNT },
		{ "r=" NONCE "x,s=W22Z,i=4095", ERR_ACCOUNT }, /* too cheap */
		{ "r=" NONCE "x,s=W22Z,i=600001", ERR_ACCOUNT },
		{ "r=" NONCE "x,s=W22Z,i=99999999999999999999", ERR_ACCOUNT },
		{ "r=" NONCE "x,s=W22Z,i=-4096", ERR_ACCOUNT },
		{ "r=" NONCE "x,s=,i=4096", ERR_ACCOUNT },
		{ "r=" NONCE "x,s=W22Z", ERR_ACCOUNT },
		{ "m=new,r=" NONCE "x,s=W22Z,i=4096", ERR_ACCOUNT },
		{ "r=", ERR_ACCOUNT },
		{ ",,,,", ERR_ACCOUNT },
	},
	  last[] = {
		  { "v=7rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=",
			  ERR_ACCOUNT },
		  { "v=", ERR_ACCOUNT },
		  { "e=invalid-proof", ERR_ACCOUNT },
		  { "x", ERR_ACCOUNT },
	  };
	struct buf out;

	buf_init(&out, SASL_MAX);
	for (size_t i = 0; i < sizeof first / sizeof *first; i++) {
		struct sasl s = scram("pencil");

		cr_expect(hear(&s, first[i].says, &out) < 0 &&
				  e.class == first[i].class,
			"%s: %s", first[i].says, e.text);
		sasl_end(&s);
	}
	for (size_t i = 0; i < sizeof last / sizeof *last; i++) {
		struct sasl s = scram("pencil");
		int rc = hear(&s, FIRST, &out);

		cr_expect(rc == 0, "%s", e.text);
		if (hear(&s, last[i].says, &out) == 0)
			cr_expect(sasl_accept(&s, &e) < 0, "%s", last[i].says);
		cr_expect(e.class == last[i].class, "%s: %s", last[i].says,
			e.text);
		sasl_end(&s);
	}
	buf_fini(&out);
}

/* Two sign-ins never say the same. */
Test(sasl, scram_has_its_own_nonce)
{
	struct buf a, b;

	buf_init(&a, SASL_MAX);
	buf_init(&b, SASL_MAX);
	for (int i = 0; i < 2; i++) {
		struct sasl s = begin(SASL_SCRAM_SHA_256, "a,b", "pw");

		cr_expect(hear(&s, "", i ? &b : &a) == 0, "%s", e.text);
		cr_expect(
			str_starts(buf_str(i ? &b : &a), STR("n,,n=a=2Cb,r=")));
		cr_expect((i ? &b : &a)->n == strlen("n,,n=a=2Cb,r=") + 24);
		sasl_end(&s);
	}
	cr_expect(!str_eq(buf_str(&a), buf_str(&b)));
	buf_fini(&a);
	buf_fini(&b);
}

/* --- by IMAP and SMTP; POP3 has its own in pop3.c
 * ------------------------------------------- */

#define IMAP(can) "* OK ready\r\n* CAPABILITY IMAP4rev1 " can "\r\n1 OK a\r\n"
#define IMAP_IN "2 OK in\r\n* CAPABILITY IMAP4rev1\r\n3 OK b\r\n"
#define SMTP(can) "220 ready\r\n250-x\r\n250 AUTH " can "\r\n"

Test(sasl, goes_by_imap_and_smtp)
{
	static const struct {
		bool is_imap;
		const char *auth, *says;
		int class;
		const char *text, *heard; /* stand in it */
	} rows[] = {
		{ true, "cram-md5",
			IMAP("AUTH=PLAIN AUTH=CRAM-MD5 SASL-IR") "+ "
								 "PDFAeD4="
								 "\r\n" IMAP_IN,
			0, "",
			"2 AUTHENTICATE "
			"CRAM-"
			"MD5\r\nbWUgNzc1ZmFiY2NjYWY0YTIzNzE0ZmY2NmRmOTM1NzIxMjM"
			"=\r\n" },
		{ true, "plain", IMAP("AUTH=PLAIN SASL-IR") IMAP_IN, 0, "",
			"2 AUTHENTICATE PLAIN AG1lAHNlY3JldC05\r\n" },
		{ true, "plain", IMAP("AUTH=PLAIN") "+ \r\n" IMAP_IN, 0, "",
			"2 AUTHENTICATE PLAIN\r\nAG1lAHNlY3JldC05\r\n" },
		{ true, "login", IMAP("AUTH=PLAIN AUTH=LOGIN") IMAP_IN, 0, "",
			"2 LOGIN " },
		{ true, "login",
			IMAP("LOGINDISABLED AUTH=LOGIN") "+ VXNlcg==\r\n+ "
							 "UA==\r\n" IMAP_IN,
			0, "",
			"2 AUTHENTICATE LOGIN\r\nbWU=\r\nc2VjcmV0LTk=\r\n" },
		/* the only one of two that there is, without a name */
		{ true, NULL,
			IMAP("LOGINDISABLED AUTH=LOGIN") "+ VXNlcg==\r\n+ "
							 "UA==\r\n" IMAP_IN,
			0, "", "2 AUTHENTICATE LOGIN\r\n" },
		{ true, "scram-sha-256", IMAP("AUTH=PLAIN SASL-IR"),
			ERR_ACCOUNT, "knows: plain login", "1 CAPABILITY\r\n" },
		{ true, "scram-sha-256",
			IMAP("AUTH=SCRAM-SHA-256 SASL-IR") "2 OK in\r\n",
			ERR_ACCOUNT, "without the proof",
			"AUTHENTICATE SCRAM-SHA-256 biws" },
		{ true, "cram-md5",
			IMAP("AUTH=CRAM-MD5") "+ PDFAeD4=\r\n2 NO wrong\r\n",
			ERR_AUTH, "says: wrong", "CRAM" },
		{ true, "xoauth2", IMAP("AUTH=XOAUTH2"), ERR_ACCOUNT,
			"never on a line", "1 CAPABILITY\r\n" },
		{ false, "cram-md5",
			SMTP("PLAIN CRAM-MD5") "334 PDFAeD4=\r\n235 in\r\n", 0,
			"",
			"AUTH "
			"CRAM-"
			"MD5\r\nbWUgNzc1ZmFiY2NjYWY0YTIzNzE0ZmY2NmRmOTM1NzIxMjM"
			"=\r\n" },
		{ false, "plain", SMTP("LOGIN PLAIN") "235 in\r\n", 0, "",
			"AUTH PLAIN AG1lAHNlY3JldC05\r\n" },
		{ false, NULL,
			SMTP("LOGIN CRAM-MD5") "334 VXNlcg==\r\n334 "
					       "UA==\r\n235 in\r\n",
			0, "", "AUTH LOGIN\r\nbWU=\r\nc2VjcmV0LTk=\r\n" },
		{ false, "login", SMTP("PLAIN"), ERR_ACCOUNT, "knows: plain",
			"EHLO [127.0.0.1]\r\n" },
		{ false, "cram-md5", SMTP("CRAM-MD5") "334 \r\n", ERR_ACCOUNT,
			"no CRAM-MD5", "AUTH CRAM-MD5\r\n" },
		{ false, "scram-sha-256", SMTP("SCRAM-SHA-256") "235 in\r\n",
			ERR_ACCOUNT, "without the proof",
			"AUTH SCRAM-SHA-256 " },
		{ false, "scram-sha-256",
			SMTP("SCRAM-SHA-256") "535 5.7.8 wrong\r\n", ERR_AUTH,
			"wrong", "AUTH SCRAM-SHA-256 " },
	};
	struct secret *password = secret_new(STR("secret-9"));

	imap_global_init();
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct imap_settings is = {
			.user = "me", .password = password, .auth = rows[i].auth
		};
		struct session_settings ss = {
			.user = "me", .password = password, .auth = rows[i].auth
		};
		char heard[10000];
		struct imap *m;
		int fd;

		err_clear(&e);
		is.stream = ss.stream = peer_says(
			rows[i].says, strlen(rows[i].says), false, &fd);
		if (rows[i].is_imap) {
			m = imap_open(&is, NULL, &e);
			imap_close(&m);
		} else {
			(void)!smtp_probe(&ss, NULL, &e);
		}
		peer_heard(fd, heard, sizeof heard);
		cr_expect((int)e.class == rows[i].class, "row %zu: %s %s", i,
			err_class_name(e.class), e.text);
		cr_expect(
			strstr(e.text, rows[i].text), "row %zu: %s", i, e.text);
		cr_expect(
			strstr(heard, rows[i].heard), "row %zu: %s", i, heard);
		cr_expect(rows[i].class != ERR_ACCOUNT ||
				  (!strstr(heard, "secret-9") &&
					  !strstr(heard, "c2VjcmV0LTk")),
			"row %zu: %s", i, heard);
	}
	secret_free(&password);
}
