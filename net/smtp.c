/* SPDX-License-Identifier: GPL-3.0-or-later */
/* smtp - see smtp.h. The session: libetpan's, with commands and replies of our
 * own over its stream, since its own let line breaks through and know no
 * SMTPUTF8. Submitting stands in smtp_submit.c. */
#define _DEFAULT_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/utf8.h"
#include "net/line.h"
#include "net/sasl.h"
#include "net/smtp_parts.h"

enum { COMMAND_MAX = 24 << 10, REPLY_MAX = 64 << 10, QUIT_MS = 1000 };

enum {
	LINE_MAX_4954 = 512 /* RFC 4954 §4: of AUTH with its CRLF */
};

/* --- lines
 * ----------------------------------------------------------------------- */

int
smtp_put(struct smtp *x, struct err *e, const char *fmt, ...)
{
	va_list ap;
	int rc;

	va_start(ap, fmt);
	rc = line_put(
		x->stream, x->m->stream, COMMAND_MAX, "an address", e, fmt, ap);
	va_end(ap);
	return rc;
}

/* One line of a reply: -1 it is none, 1 more follow, 0 the last. */
static int
read_reply_line(struct smtp *x, struct str line, bool first)
{
	int code = 0;

	if (line.n < 3)
		return -1;
	for (int i = 0; i < 3; i++) {
		if (line.p[i] < '0' || line.p[i] > '9')
			return -1;
		code = code * 10 + line.p[i] - '0';
	}
	if (code < 200 || code > 599 || (!first && code != x->code))
		return -1;
	x->code = code;
	if (x->text.n)
		buf_addc(&x->text, '\n');
	buf_add(&x->text, str_sub(line, 4, line.n));
	if (line.n == 3 || line.p[3] == ' ')
		return 0;
	return line.p[3] == '-' ? 1 : -1;
}

int
smtp_reply(struct smtp *x, const char *doing, struct err *e)
{
	int more = 1;

	buf_clear(&x->text);
	x->code = 0;
	if (mailstream_flush(x->m->stream) < 0)
		return stream_error(x->stream, doing, e);
	for (int n = 0; more > 0 && n < LIMIT_REPLY_LINES; n++) {
		if (!mailstream_read_line_remove_eol(
			    x->m->stream, x->m->line_buffer))
			return stream_error(x->stream, doing, e);
		more = read_reply_line(x,
			(struct str){ x->m->line_buffer->str,
				x->m->line_buffer->len },
			n == 0);
	}
	if (more)
		return err_set(e, ERR_LATER, EPROTO,
			"%s: '%s' answered something that is no SMTP",
			err_words(doing), x->host);
	return 0;
}

const char *
smtp_words(const struct smtp *x, struct arena *a)
{
	struct buf safe;
	const char *out;

	buf_init(&safe, 1000);
	buf_printf(&safe, "%d ", x->code);
	utf8_safe(&safe, buf_str(&x->text), UTF8_LINE);
	out = arena_cstr(a, str_trim(buf_str(&safe)));
	buf_fini(&safe);
	return out;
}

enum smtp_state
smtp_judge(const struct smtp *x)
{
	if (x->code >= 200 && x->code < 300)
		return SMTP_ACCEPTED;
	return x->code >= 500 ? SMTP_REFUSED : SMTP_LATER;
}

/* The server said no while DOING: *E with its words. */
static int
refused(struct smtp *x, const char *doing, enum err_class class, struct err *e)
{
	struct arena *a = arena_new();

	err_set(e, class, x->code, "%s: '%s' says: %s", err_words(doing),
		x->host, smtp_words(x, a));
	arena_free(&a);
	return -1;
}

/* --- what the server can do
 * --------------------------------------------------------- */

static void
read_auth(struct smtp *x, struct str rest)
{
	struct str word;

	while (str_split(&rest, ' ', &word)) {
		if (word.n)
			x->can |= SMTP_CAN_AUTH;
		sasl_note(&x->offered, word);
	}
}

static void
read_extension(struct smtp *x, struct str line)
{
	static const struct {
		const char *name;
		unsigned can;
	} names[] = { { "STARTTLS", SMTP_CAN_STARTTLS },
		{ "8BITMIME", SMTP_CAN_8BIT }, { "SMTPUTF8", SMTP_CAN_UTF8 },
		{ "PIPELINING", SMTP_CAN_PIPELINE },
		{ "SIZE", SMTP_CAN_SIZE } };
	struct str word = STR("");

	if (!str_split(&line, ' ', &word))
		return;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (str_ieq(word, str_c(names[i].name)))
			x->can |= names[i].can;
	if (str_ieq(word, STR("SIZE")) && line.p)
		(void)str_to_u64(str_trim(line), UINT64_MAX, &x->max_size);
	if (str_ieq(word, STR("AUTH")) && line.p)
		read_auth(x, line);
	/* "AUTH=PLAIN LOGIN": an old spelling that some servers add */
	if (str_istarts(word, STR("AUTH="))) {
		read_auth(x, str_sub(word, 5, word.n));
		if (line.p)
			read_auth(x, line);
	}
}

/* EHLO; what an earlier one said is forgotten (rule R11). Our name is an
 * address that says nothing about this machine. */
static int
greet(struct smtp *x, struct err *e)
{
	struct str rest, line;

	x->can = x->offered = 0;
	x->max_size = 0;
	if (smtp_put(x, e, "EHLO [127.0.0.1]") < 0 ||
		smtp_reply(x, "EHLO", e) < 0)
		return -1;
	if (smtp_judge(x) != SMTP_ACCEPTED)
		return refused(x, "EHLO", ERR_LATER, e);
	rest = buf_str(&x->text);
	(void)str_split(&rest, '\n', &line); /* the server's name */
	while (rest.p && str_split(&rest, '\n', &line))
		read_extension(x, str_trim(line));
	return 0;
}

static int
start_tls(struct smtp *x, struct stream_facts *facts, struct err *e)
{
	int rc;

	if (!(x->can & SMTP_CAN_STARTTLS))
		return err_set(e, ERR_CERT, 0,
			"'%s' does not offer encryption (STARTTLS): nothing "
			"was sent. Somebody on the line may have taken it away",
			x->host);
	x->m->esmtp |= MAILSMTP_ESMTP_STARTTLS;
	rc = mailesmtp_starttls(x->m);
	if (rc == MAILSMTP_ERROR_STREAM)
		return stream_error(x->stream, "STARTTLS", e);
	if (rc != MAILSMTP_NO_ERROR && stream_has_pending(x->stream))
		return err_set(e, ERR_CERT, rc,
			"'%s' sent data before encryption began: somebody may "
			"be on the line. Nothing was sent",
			x->host);
	if (rc != MAILSMTP_NO_ERROR)
		return err_set(e, ERR_CERT, rc,
			"'%s' refuses to encrypt (STARTTLS): nothing was sent",
			x->host);
	if (stream_start_tls(x->stream, facts, e) < 0)
		return -1;
	return greet(x, e);
}

/* --- sign-in
 * ----------------------------------------------------------------------------
 */

/* AUTH by the mechanism of SASL (RFC 4954): its first answer stands in the
 * command where that stays short enough, else it waits for the server's 334. */
static int
auth(struct smtp *x, struct sasl *sasl, struct err *e)
{
	const char *name = sasl_name(sasl->way);
	bool is_ready = sasl_speaks_first(sasl->way);
	struct buf said;
	int rc = 0;

	buf_init(&said, SASL_MAX);
	if (is_ready)
		rc = sasl_answer(sasl, STR(""), &said, e);
	if (rc == 0 && is_ready &&
		strlen("AUTH  \r\n") + strlen(name) + said.n <= LINE_MAX_4954) {
		rc = smtp_put(x, e, "AUTH %s %s", name, buf_c(&said));
		is_ready = false;
	} else if (rc == 0) {
		rc = smtp_put(x, e, "AUTH %s", name);
	}
	if (rc == 0)
		rc = smtp_reply(x, "sign-in", e);
	while (rc == 0 && x->code == 334) {
		if (!is_ready) {
			sasl_wipe(&said);
			buf_init(&said, SASL_MAX);
			rc = sasl_answer(
				sasl, str_trim(buf_str(&x->text)), &said, e);
		}
		is_ready = false;
		if (rc == 0)
			rc = smtp_put(x, e, "%s", buf_c(&said));
		if (rc == 0)
			rc = smtp_reply(x, "sign-in", e);
	}
	sasl_wipe(&said);
	return rc == 0 && smtp_judge(x) == SMTP_ACCEPTED ? sasl_accept(sasl, e)
							 : rc;
}

static int
sign_in(struct smtp *x, const struct session_settings *s, struct err *e)
{
	struct str password = s->password ? secret_bytes(s->password) : STR("");
	struct sasl sasl = { .user = s->user,
		.password = password,
		.host = x->host,
		.port = s->stream.port };
	int rc;

	if (!(x->can & SMTP_CAN_AUTH))
		return err_set(e, ERR_ACCOUNT, 0,
			"'%s' offers no sign-in on port %u: is it the port for "
			"submission?",
			x->host, s->stream.port);
	if (sasl_choose(s->auth, x->offered, s->stream.tls == STREAM_PLAIN,
		    x->host, &sasl.way, e) < 0)
		return -1;
	if (sasl.way == SASL_NONE)
		return err_set(e, ERR_ACCOUNT, 0,
			"'%s' offers no way to sign in with a password",
			x->host);
	if (str_chr(password, '\0') >= 0)
		return err_set(e, ERR_AUTH, 0,
			"the password has a character that cannot be sent");
	stream_set_secret(x->stream, true);
	rc = auth(x, &sasl, e);
	sasl_end(&sasl);
	stream_set_secret(x->stream, false);
	if (rc < 0)
		return -1;
	if (smtp_judge(x) == SMTP_ACCEPTED)
		return 0;
	return refused(x, "sign-in was refused",
		smtp_judge(x) == SMTP_LATER ? ERR_LATER : ERR_AUTH, e);
}

/* --- open and close
 * ----------------------------------------------------------------------- */

int
smtp_open(struct smtp *x, const struct session_settings *s,
	struct stream_facts *facts, struct err *e)
{
	struct stream_settings set = s->stream;

	memset(x, 0, sizeof *x);
	buf_init(&x->text, REPLY_MAX);
	x->host = set.host;
	set.is_imap = false;
	x->m = mailsmtp_new(0, NULL);
	if (!x->m)
		return err_sys(e, ENOMEM, "cannot connect");
	x->stream = stream_open(&set, facts, e);
	if (!x->stream)
		return -1;
	x->m->stream = stream_mailstream(x->stream);
	if (smtp_reply(x, "the greeting", e) < 0)
		return -1;
	if (x->code != 220)
		return refused(x, "the greeting", ERR_LATER, e);
	if (greet(x, e) < 0)
		return -1;
	if (set.tls == STREAM_STARTTLS && start_tls(x, facts, e) < 0)
		return -1;
	return s->user && *s->user ? sign_in(x, s, e) : 0;
}

void
smtp_close(struct smtp *x, bool is_well)
{
	struct err e;

	if (is_well && x->stream) {
		stream_set_silence(x->stream, QUIT_MS);
		if (smtp_put(x, &e, "QUIT") == 0)
			(void)!smtp_reply(x, "QUIT", &e);
	}
	if (x->stream)
		mailstream_close(x->m->stream);
	if (x->m) {
		x->m->stream = NULL; /* or it would say QUIT by itself */
		mailsmtp_free(x->m);
	}
	stream_close(&x->stream);
	buf_fini(&x->text);
}
