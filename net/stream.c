/* SPDX-License-Identifier: GPL-3.0-or-later */
/* stream - see stream.h. The driver under libetpan; names and sockets stand in
 * stream_connect.c, TLS in stream_tls.c, ceilings in stream_guard.c. */
#include "net/stream.h"

#include <errno.h>
#include <libetpan/mailstream.h>
#include <openssl/err.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/log.h"
#include "base/utf8.h"
#include "net/stream_parts.h"

enum { BUFFER = 16384, CONNECT_MS = 20000, SILENCE_MS = 60000 };

int
stream_wait(struct stream *s, short events, int timeout_ms)
{
	struct pollfd p[2] = { { s->fd, events, 0 },
		{ s->cancel_fd, POLLIN, 0 } };
	int rc;

	do
		rc = poll(p, 2, timeout_ms);
	while (rc < 0 && errno == EINTR);
	s->why_text = NULL;
	if (rc <= 0) {
		s->why = rc ? errno : ETIMEDOUT;
		return -1;
	}
	if (p[1].revents) {
		s->why = ECANCELED;
		return -1;
	}
	return 0;
}

/* The server has said why it ends the session. */
static int
ended(const struct stream *s, const char *doing, struct err *e)
{
	struct buf words;

	buf_init(&words, 3 * sizeof s->bye);
	utf8_safe(&words, str_c(s->bye), UTF8_LINE);
	err_set(e, ERR_LATER, s->why, "%s: '%s' ended the session: %s",
		err_words(doing), s->host, buf_c(&words));
	buf_fini(&words);
	return -1;
}

int
stream_error(const struct stream *s, const char *doing, struct err *e)
{
	if (s->why_text)
		return err_set(e, ERR_LATER, EPROTO, "%s: '%s' is refused: %s",
			err_words(doing), s->host, err_words(s->why_text));
	switch (s->why) {
	case ECANCELED:
		return err_set(e, ERR_CANCEL, ECANCELED, "%s: stopped",
			err_words(doing));
	case ETIMEDOUT:
		return err_set(e, ERR_LATER, ETIMEDOUT,
			"%s: '%s' was silent for too long", err_words(doing),
			s->host);
	case EACCES:
		return err_set(e, ERR_CERT, EACCES,
			"%s: the line to '%s' is not encrypted; nothing secret "
			"was sent",
			err_words(doing), s->host);
	default:
		return *s->bye ? ended(s, doing, e)
			       : err_set(e, ERR_LATER, s->why,
					 "%s: the connection to '%s' was lost",
					 err_words(doing), s->host);
	}
}

/* --- libetpan's driver
 * -------------------------------------------------------------- */

/* Before TLS only what leads to it may be said, whoever asks (rule R10). */
static bool
may_say(const struct stream *s, const char *p, size_t n)
{
	static const char *const words[] = { "CAPABILITY", "STARTTLS", "LOGOUT",
		"NOOP", "EHLO", "HELO", "QUIT", "CAPA", "STLS" };
	struct str line = { p, n }, first, second = STR("");

	if (s->ssl || s->tls == STREAM_PLAIN)
		return true;
	line = str_trim(line);
	if (str_chr(line, '\n') >= 0)
		return false;
	if (str_split(&line, ' ', &first) && line.p)
		str_split(&line, ' ', &second);
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (str_ieq(first, str_c(words[i])) ||
			(s->is_imap && str_ieq(second, str_c(words[i]))))
			return true;
	return false;
}

ssize_t
stream_transfer(struct stream *s, void *p, size_t n, bool writing)
{
	for (;;) {
		short want = writing ? POLLOUT : POLLIN;
		ssize_t rc;

		if (s->ssl) {
			int why;

			ERR_clear_error();
			rc = writing ? SSL_write(s->ssl, p, (int)n)
				     : SSL_read(s->ssl, p, (int)n);
			if (rc > 0)
				return rc;
			why = SSL_get_error(s->ssl, (int)rc);
			if (why != SSL_ERROR_WANT_READ &&
				why != SSL_ERROR_WANT_WRITE) {
				s->why = ECONNRESET;
				s->why_text = NULL;
				return -1;
			}
			want = why == SSL_ERROR_WANT_READ ? POLLIN : POLLOUT;
		} else {
			rc = writing ? send(s->fd, p, n, MSG_NOSIGNAL)
				     : recv(s->fd, p, n, 0);
			if (rc > 0)
				return rc;
			if (rc == 0 || (errno != EAGAIN && errno != EINTR)) {
				/* never 0: libetpan would ask for ever */
				s->why = rc ? errno : ECONNRESET;
				s->why_text = NULL;
				return -1;
			}
		}
		if (stream_wait(s, want, s->silence_ms) < 0)
			return -1;
	}
}

static ssize_t
low_read(mailstream_low *low, void *p, size_t n)
{
	struct stream *s = low->data;
	struct pollfd cancel = { s->cancel_fd, POLLIN, 0 };
	ssize_t got;

	/* a letter that comes fast never makes us wait */
	if (s->guard.may_be_body && poll(&cancel, 1, 0) > 0) {
		s->why = ECANCELED;
		s->why_text = NULL;
		return -1;
	}
	if (s->is_careful)
		n = 1;
	got = s->deflate ? stream_deflate_read(s, p, n)
			 : stream_transfer(
				   s, p, n > INT32_MAX ? INT32_MAX : n, false);
	if (got > 0 && stream_guard_check(s, p, (size_t)got) < 0)
		return -1;
	return got;
}

static ssize_t
low_write(mailstream_low *low, const void *p, size_t n)
{
	struct stream *s = low->data;

	s->guard.lines = 0;
	s->guard.total = 0;
	if (!may_say(s, p, n)) {
		s->why = EACCES;
		s->why_text = NULL;
		return -1;
	}
	if (!s->is_secret && n < 300)
		log_write(
			LOG_DEBUG, s->name, "> %.*s", (int)n, (const char *)p);
	if (s->deflate)
		return stream_deflate_write(s, p, n);
	return stream_transfer(
		s, (void *)(uintptr_t)p, n > INT32_MAX ? INT32_MAX : n, true);
}

static int
low_close(mailstream_low *low)
{
	(void)low;
	return 0;
}

static int
low_get_fd(mailstream_low *low)
{
	return ((struct stream *)low->data)->fd;
}

static void
low_free(mailstream_low *low)
{
	free(low);
}

static void
low_cancel(mailstream_low *low)
{
	(void)low;
}

static mailstream_low_driver driver = { .mailstream_read = low_read,
	.mailstream_write = low_write,
	.mailstream_close = low_close,
	.mailstream_get_fd = low_get_fd,
	.mailstream_free = low_free,
	.mailstream_cancel = low_cancel };

/* --- open and close
 * ------------------------------------------------------------------ */

static char *
copy(const char *s)
{
	return s ? strdup(s) : NULL;
}

struct stream *
stream_open(const struct stream_settings *set, struct stream_facts *facts,
	struct err *e)
{
	struct stream_settings own = *set;
	struct stream *s;
	mailstream_low *low;

	if (own.connect_ms <= 0)
		own.connect_ms = CONNECT_MS;
	s = calloc(1, sizeof *s);
	if (!s) {
		err_sys(e, ENOMEM, "cannot connect");
		return NULL;
	}
	s->cancel_fd = own.cancel_fd;
	s->silence_ms = own.silence_ms > 0 ? own.silence_ms : SILENCE_MS;
	s->tls = own.tls;
	s->is_imap = own.is_imap;
	s->has_said = own.has_said;
	s->host = copy(own.host);
	s->ca_file = copy(own.ca_file);
	s->pin = copy(own.pin);
	s->name = copy(own.name ? own.name : own.host);
	s->fd = stream_connect(&own, e);
	if (s->fd < 0 ||
		(s->tls == STREAM_TLS &&
			stream_handshake(s, own.connect_ms, facts, e) < 0)) {
		stream_close(&s);
		return NULL;
	}
	low = mailstream_low_new(s, &driver);
	s->mailstream = low ? mailstream_new(low, BUFFER) : NULL;
	if (!s->mailstream) {
		err_sys(e, ENOMEM, "cannot connect");
		stream_close(&s);
	}
	return s;
}

int
stream_start_tls(struct stream *s, struct stream_facts *facts, struct err *e)
{
	mailstream *ms = s->mailstream;
	char peeked;

	/* what came before the handshake was not said by the server we are
	 * about to know (rule R11) */
	if (ms->read_buffer_len > 0 ||
		recv(s->fd, &peeked, 1, MSG_PEEK | MSG_DONTWAIT) > 0)
		return err_set(e, ERR_CERT, EPROTO,
			"'%s' sent data before encryption began: somebody may "
			"be on the line. Nothing was sent",
			s->host);
	memset(&s->guard, 0, sizeof s->guard);
	return stream_handshake(s, CONNECT_MS, facts, e);
}

bool
stream_is_encrypted(const struct stream *s)
{
	return s->ssl != NULL;
}

void *
stream_mailstream(struct stream *s)
{
	return s->mailstream;
}

int
stream_fd(const struct stream *s)
{
	return s->fd;
}

int
stream_cancel_fd(const struct stream *s)
{
	return s->cancel_fd;
}

bool
stream_has_pending(struct stream *s)
{
	mailstream *ms = s->mailstream;

	if (ms && ms->read_buffer_len > 0)
		return true;
	return s->deflate ? stream_deflate_pending(s)
			  : s->ssl && SSL_pending(s->ssl) > 0;
}

void
stream_set_silence(struct stream *s, int silence_ms)
{
	s->silence_ms = silence_ms > 0 ? silence_ms : SILENCE_MS;
}

void
stream_set_bodies(struct stream *s, bool on)
{
	s->guard.may_be_body = on;
	s->guard.is_binary = false;
}

void
stream_set_binary(struct stream *s, bool on)
{
	s->guard.may_be_body = s->guard.is_binary = on;
}

void
stream_set_careful(struct stream *s, bool on)
{
	s->is_careful = on;
}

bool
stream_is_deflate_broken(const struct stream *s)
{
	return s->is_deflate_broken;
}

void
stream_set_secret(struct stream *s, bool on)
{
	s->is_secret = on;
	if (on && s->has_said)
		*s->has_said = true;
}

void
stream_close(struct stream **sp)
{
	struct stream *s = *sp;

	if (!s)
		return;
	*sp = NULL;
	stream_end_deflate(s);
	if (s->ssl) {
		SSL_set_quiet_shutdown(s->ssl, 1);
		SSL_free(s->ssl);
	}
	SSL_CTX_free(s->ctx);
	if (s->fd >= 0)
		close(s->fd);
	free(s->host);
	free(s->ca_file);
	free(s->pin);
	free(s->name);
	free(s);
}
