/* SPDX-License-Identifier: GPL-3.0-or-later */
/* signing in: see pop3_parts.h */
#define _DEFAULT_SOURCE
#include <string.h>

#include "net/pop3_parts.h"
#include "net/sasl.h"

enum {
	LINE_MAX_5034 = 255 /* RFC 5034 §4: of a command with its CRLF */
};

/* AUTH by the mechanism of SASL (RFC 5034): its first answer stands in the
 * command where that stays short enough, else it waits for the server's "+".
 * As pop3_status. */
static int
auth(struct pop3 *x, struct sasl *sasl, struct err *e)
{
	const char *name = sasl_name(sasl->way);
	bool is_ready = sasl_speaks_first(sasl->way);
	struct buf said;
	int rc = 0;

	buf_init(&said, SASL_MAX);
	if (is_ready)
		rc = sasl_answer(sasl, STR(""), &said, e);
	if (rc == 0 && is_ready &&
		strlen("AUTH  \r\n") + strlen(name) + said.n <= LINE_MAX_5034) {
		rc = pop3_put(x, e, "AUTH %s %s", name, buf_c(&said));
		is_ready = false;
	} else if (rc == 0) {
		rc = pop3_put(x, e, "AUTH %s", name);
	}
	if (rc == 0)
		rc = pop3_status(x, "sign-in", e);
	while (rc == 2) {
		if (!is_ready) {
			sasl_wipe(&said);
			buf_init(&said, SASL_MAX);
			rc = sasl_answer(sasl, buf_str(&x->words), &said, e);
		}
		is_ready = false;
		if (rc < 0 || pop3_put(x, e, "%s", buf_c(&said)) < 0)
			rc = -1;
		else
			rc = pop3_status(x, "sign-in", e);
	}
	sasl_wipe(&said);
	return rc == 1 && sasl_accept(sasl, e) < 0 ? -1 : rc;
}

static int
user_pass(struct pop3 *x, const char *user, struct str password, struct err *e)
{
	int rc = pop3_put(x, e, "USER %s", user);

	if (rc == 0)
		rc = pop3_status(x, "sign-in", e);
	if (rc == 1)
		rc = pop3_put(x, e, "PASS %.*s", STR_ARG(password)) < 0
			     ? -1
			     : pop3_status(x, "sign-in", e);
	return rc;
}

/* RFC 1939 §7. mailpop3_apop of libetpan 1.9.4 sends another digest than the
 * RFC's example has. */
static int
apop(struct pop3 *x, const char *user, struct str password, struct err *e)
{
	struct buf text;
	char digest[DIGEST_MD5_HEX];
	int rc;

	buf_init(&text, SASL_MAX);
	buf_adds(&text, x->stamp);
	buf_add(&text, password);
	rc = digest_md5(buf_str(&text), digest, e);
	sasl_wipe(&text);
	if (rc < 0 || pop3_put(x, e, "APOP %s %s", user, digest) < 0)
		return -1;
	return pop3_status(x, "sign-in", e);
}

static bool
has_control(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] < 0x20 || s.p[i] == 0x7f)
			return true;
	return false;
}

/* USER and PASS are what "login" means to a server without its SASL name. */
static int
sign_in(struct pop3 *x, const struct session_settings *s, const char *user,
	struct str password, struct err *e)
{
	struct sasl sasl = { .user = user,
		.password = password,
		.host = x->host,
		.port = s->stream.port };
	unsigned offered = x->offered;
	int rc;

	if (x->can & POP3_CAN_USER)
		offered |= 1u << SASL_LOGIN;
	if (sasl_choose(s->auth, offered, s->stream.tls == STREAM_PLAIN,
		    x->host, &sasl.way, e) < 0)
		return -1;
	if (sasl.way == SASL_NONE)
		return *x->stamp ? apop(x, user, password, e)
				 : err_set(e, ERR_ACCOUNT, 0,
					   "'%s' offers no way to sign in with "
					   "a password",
					   x->host);
	if (!(x->offered & 1u << sasl.way))
		return user_pass(x, user, password, e);
	rc = auth(x, &sasl, e);
	sasl_end(&sasl);
	return rc;
}

int
pop3_sign_in(struct pop3 *x, const struct session_settings *s, struct err *e)
{
	struct str password = s->password ? secret_bytes(s->password) : STR("");
	const char *user = s->user ? s->user : "";
	int rc;

	if (has_control(password) || has_control(str_c(user)))
		return err_set(e, ERR_AUTH, 0,
			"the password or the user name has a character that "
			"cannot be sent");
	stream_set_secret(x->stream, true);
	rc = sign_in(x, s, user, password, e);
	stream_set_secret(x->stream, false);
	if (rc < 0)
		return -1;
	return rc == 1 ? 0 : pop3_no(x, "sign-in was refused", ERR_AUTH, e);
}
