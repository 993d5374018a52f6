/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pop3 - see pop3.h. Lines, what the server can do, opening and closing; the
 * sign-in stands in pop3_auth.c, lists and letters in pop3_mail.c.
 *
 * Commands of our own over libetpan's stream: its mailpop3 keeps whole lists
 * and letters in memory and takes a line of any length for a reply. */
#define _DEFAULT_SOURCE
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "net/line.h"
#include "net/pop3_parts.h"
#include "net/sasl.h"

enum { COMMAND_MAX = 8 << 10, OUT_MAX = 64 << 10, QUIT_MS = 20000 };

/* --- lines
 * ----------------------------------------------------------------------- */

int
pop3_put(struct pop3 *x, struct err *e, const char *fmt, ...)
{
	va_list ap;
	int rc;

	va_start(ap, fmt);
	rc = line_put(x->stream, x->ms, COMMAND_MAX,
		"the user name or the password", e, fmt, ap);
	va_end(ap);
	return rc;
}

int
pop3_feed(struct pop3 *x, const char *doing, struct err *e)
{
	x->ms->read_buffer_len = 0;
	x->at = 0;
	if (mailstream_feed_read_buffer(x->ms) <= 0)
		return stream_error(x->stream, doing, e);
	return 0;
}

int
pop3_line(struct pop3 *x, size_t max, const char *doing, struct str *out,
	struct err *e)
{
	buf_clear(&x->line);
	for (;;) {
		const char *p = x->ms->read_buffer + x->at;
		size_t n = x->ms->read_buffer_len - x->at;
		const char *end = n ? memchr(p, '\n', n) : NULL;
		struct str piece = { p, end ? (size_t)(end - p) : n };

		if (x->line.n + piece.n > max)
			return err_set(e, ERR_LATER, EPROTO,
				"%s: '%s' sends a line longer than %zu bytes",
				err_words(doing), x->host, max);
		x->at += piece.n + (end != NULL);
		if (!end || x->line.n) {
			buf_add(&x->line, piece);
			piece = buf_str(&x->line);
		}
		if (end) {
			if (piece.n && piece.p[piece.n - 1] == '\r')
				piece.n--;
			*out = piece;
			return 0;
		}
		if (pop3_feed(x, doing, e) < 0)
			return -1;
	}
}

/* What RFC 2449 and 3206 have words for; others say it in the text. */
static enum err_class
meaning(struct str words)
{
	static const struct {
		const char *code;
		enum err_class class;
	} codes[] = { { "[IN-USE]", ERR_LATER }, { "[LOGIN-DELAY]", ERR_LATER },
		{ "[SYS/TEMP]", ERR_LATER }, { "[SYS/PERM]", ERR_ACCOUNT },
		{ "[AUTH]", ERR_AUTH } };
	static const char *const locked[] = { "already locked", "maildrop lock",
		"mailbox lock", "mailbox is locked", "maildrop is locked",
		"mailbox in use", "is locked by", "already in use" };

	for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
		if (str_istarts(words, str_c(codes[i].code)))
			return codes[i].class;
	for (size_t i = 0; i < sizeof locked / sizeof *locked; i++)
		if (str_ifind(words, str_c(locked[i])) >= 0)
			return ERR_LATER;
	return ERR_NONE;
}

int
pop3_status(struct pop3 *x, const char *doing, struct err *e)
{
	struct str line;
	int rc = -1;

	if (mailstream_flush(x->ms) < 0)
		return stream_error(x->stream, doing, e);
	if (pop3_line(x, LIMIT_SMTP_LINE, doing, &line, e) < 0)
		return -1;
	if (str_istarts(line, STR("+OK")))
		rc = 1;
	else if (str_istarts(line, STR("-ERR")))
		rc = 0;
	else if (str_eq(line, STR("+")) || str_starts(line, STR("+ ")))
		rc = 2;
	if (rc < 0)
		return err_set(e, ERR_LATER, EPROTO,
			"%s: '%s' answered something that is no POP3",
			err_words(doing), x->host);
	line = str_trim(str_sub(line, rc == 1 ? 3 : rc ? 1 : 4, line.n));
	x->class = rc ? ERR_NONE : meaning(line);
	buf_clear(&x->words);
	utf8_safe(&x->words, line, UTF8_LINE);
	return rc;
}

int
pop3_no(const struct pop3 *x, const char *doing, enum err_class class,
	struct err *e)
{
	return err_set(e, x->class == ERR_NONE ? class : x->class, 0,
		"%s: '%s' says: %s", err_words(doing), x->host,
		x->words.n ? buf_c(&x->words) : "-ERR");
}

/* --- what the server can do
 * --------------------------------------------------------- */

static void
read_capability(struct pop3 *x, struct str line)
{
	struct str word = STR("");

	if (!str_split(&line, ' ', &word))
		return;
	if (str_ieq(word, STR("STLS")))
		x->can |= POP3_CAN_STLS;
	else if (str_ieq(word, STR("USER")))
		x->can |= POP3_CAN_USER;
	else if (str_ieq(word, STR("PIPELINING")))
		x->can |= POP3_CAN_PIPELINE;
	else if (str_ieq(word, STR("SASL")))
		while (line.p && str_split(&line, ' ', &word))
			sasl_note(&x->offered, word);
}

/* CAPA; what an earlier one said is forgotten (rule R11). A server without it
 * is asked for nothing but what RFC 1939 has. */
static int
capabilities(struct pop3 *x, struct err *e)
{
	struct str line;
	int rc;

	x->can = x->offered = 0;
	if (pop3_put(x, e, "CAPA") < 0 || (rc = pop3_status(x, "CAPA", e)) < 0)
		return -1;
	x->has_capa = rc == 1;
	for (int n = 0; rc == 1; n++) {
		if (n > LIMIT_REPLY_LINES)
			return err_set(e, ERR_LATER, EPROTO,
				"CAPA: '%s' does not stop answering", x->host);
		if (pop3_line(x, LIMIT_SMTP_LINE, "CAPA", &line, e) < 0)
			return -1;
		if (str_eq(line, STR(".")))
			return 0;
		read_capability(x, str_trim(line));
	}
	x->can |= POP3_CAN_USER;
	return 0;
}

static int
start_tls(struct pop3 *x, struct stream_facts *facts, struct err *e)
{
	int rc;

	if (!(x->can & POP3_CAN_STLS))
		return err_set(e, ERR_CERT, 0,
			"'%s' does not offer encryption (STLS): nothing was "
			"sent. Somebody on the line may have taken it away",
			x->host);
	if (pop3_put(x, e, "STLS") < 0 || (rc = pop3_status(x, "STLS", e)) < 0)
		return -1;
	if (rc != 1)
		return err_set(e, ERR_CERT, 0,
			"'%s' refuses to encrypt (STLS): nothing was sent",
			x->host);
	if (x->at < x->ms->read_buffer_len)
		return err_set(e, ERR_CERT, EPROTO,
			"'%s' sent data before encryption began: somebody may "
			"be on the line. Nothing was sent",
			x->host);
	x->ms->read_buffer_len = 0;
	x->at = 0;
	if (stream_start_tls(x->stream, facts, e) < 0)
		return -1;
	x->stamp[0] = '\0'; /* it came before anybody was known */
	return capabilities(x, e);
}

/* --- open and close
 * ----------------------------------------------------------------------- */

/* "<process.clock@host>" in a greeting. */
static void
note_stamp(struct pop3 *x, struct str words)
{
	ptrdiff_t from = str_chr(words, '<'), to = str_chr(words, '>');

	if (from < 0 || to < from || (size_t)(to - from) + 2 > sizeof x->stamp)
		return;
	memcpy(x->stamp, words.p + from, (size_t)(to - from) + 1);
	x->stamp[to - from + 1] = '\0';
}

static int
begin(struct pop3 *x, const struct session_settings *s,
	struct stream_facts *facts, struct err *e)
{
	int rc = pop3_status(x, "the greeting", e);

	if (rc < 0)
		return -1;
	if (rc != 1)
		return pop3_no(x, "the greeting", ERR_LATER, e);
	note_stamp(x, buf_str(&x->words));
	if (capabilities(x, e) < 0)
		return -1;
	if (s->stream.tls == STREAM_STARTTLS && start_tls(x, facts, e) < 0)
		return -1;
	if (pop3_sign_in(x, s, e) < 0)
		return -1;
	/* from here on the ceilings are those of pop3_mail.c */
	stream_set_bodies(x->stream, true);
	return 0;
}

struct pop3 *
pop3_open(const struct session_settings *s, struct stream_facts *facts,
	struct err *e)
{
	struct stream_settings set = s->stream;
	struct pop3 *x = calloc(1, sizeof *x);

	if (!x) {
		err_sys(e, ENOMEM, "cannot connect");
		return NULL;
	}
	buf_init(&x->line, LIMIT_SMTP_LINE);
	buf_init(&x->out, OUT_MAX);
	buf_init(&x->words, 1000);
	x->host = strdup(set.host);
	set.is_imap = false;
	x->stream = x->host ? stream_open(&set, facts, e) : NULL;
	if (!x->stream) {
		pop3_close(&x);
		return NULL;
	}
	x->ms = stream_mailstream(x->stream);
	if (begin(x, s, facts, e) < 0)
		pop3_close(&x);
	return x;
}

void
pop3_close(struct pop3 **xp)
{
	struct pop3 *x = *xp;

	if (!x)
		return;
	*xp = NULL;
	if (x->ms)
		mailstream_close(x->ms);
	stream_close(&x->stream);
	buf_fini(&x->line);
	buf_fini(&x->out);
	buf_fini(&x->words);
	free(x->host);
	free(x);
}

int
pop3_quit(struct pop3 *x, struct err *e)
{
	int rc;

	stream_set_silence(x->stream, QUIT_MS);
	if (pop3_put(x, e, "QUIT") < 0 || (rc = pop3_status(x, "QUIT", e)) < 0)
		return -1;
	return rc == 1 ? 0 : pop3_no(x, "QUIT", ERR_LATER, e);
}
