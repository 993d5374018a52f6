/* SPDX-License-Identifier: GPL-3.0-or-later */
/* signing in: see pop3_parts.h */
#define _DEFAULT_SOURCE
#include <string.h>

#include "net/pop3_parts.h"
#include "net/sasl.h"

enum {
	LINE_MAX_5034 = 255 /* RFC 5034 §4: of a command with its CRLF */
};

static int
auth_plain(struct pop3 *x, const char *user, struct str password, struct err *e)
{
	struct buf coded;
	int rc;

	buf_init(&coded, SASL_MAX);
	sasl_plain(&coded, user, password);
	if (coded.n + strlen("AUTH PLAIN \r\n") <= LINE_MAX_5034) {
		rc = pop3_put(x, e, "AUTH PLAIN %s", buf_c(&coded));
	} else {
		rc = pop3_put(x, e, "AUTH PLAIN");
		if (rc == 0)
			rc = pop3_status(x, "sign-in", e);
		if (rc == 2)
			rc = pop3_put(x, e, "%s", buf_c(&coded));
		else if (rc >= 0)
			goto out; /* no, or yes to nothing */
	}
	if (rc == 0)
		rc = pop3_status(x, "sign-in", e);
	/* it may ask for what stood in the command already */
	if (rc == 2 && pop3_put(x, e, "%s", buf_c(&coded)) == 0)
		rc = pop3_status(x, "sign-in", e);
out:
	sasl_wipe(&coded);
	return rc;
}

static int
auth_login(struct pop3 *x, const char *user, struct str password, struct err *e)
{
	struct str said[2] = { str_c(user), password };
	int rc = pop3_put(x, e, "AUTH LOGIN");

	if (rc == 0)
		rc = pop3_status(x, "sign-in", e);
	for (int i = 0; i < 2 && rc == 2; i++) {
		struct buf coded;

		buf_init(&coded, SASL_MAX);
		sasl_encode(&coded, said[i]);
		rc = pop3_put(x, e, "%s", buf_c(&coded));
		sasl_wipe(&coded);
		if (rc == 0)
			rc = pop3_status(x, "sign-in", e);
	}
	return rc;
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
	char digest[33];
	int rc;

	buf_init(&text, SASL_MAX);
	buf_adds(&text, x->stamp);
	buf_add(&text, password);
	rc = stream_md5(buf_str(&text), digest, e);
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
	if (x->can & POP3_CAN_PLAIN) {
		rc = auth_plain(x, user, password, e);
	} else if (x->can & POP3_CAN_LOGIN) {
		rc = auth_login(x, user, password, e);
	} else if (x->can & POP3_CAN_USER) {
		rc = user_pass(x, user, password, e);
	} else if (*x->stamp) {
		rc = apop(x, user, password, e);
	} else {
		rc = err_set(e, ERR_ACCOUNT, 0,
			"'%s' offers no way to sign in with a password",
			x->host);
	}
	stream_set_secret(x->stream, false);
	if (rc < 0)
		return -1;
	return rc == 1 ? 0 : pop3_no(x, "sign-in was refused", ERR_AUTH, e);
}
