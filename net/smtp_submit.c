/* SPDX-License-Identifier: GPL-3.0-or-later */
/* submitting: see smtp.h.
 *
 *	MAIL, RCPT... -> DATA -> lines -> "." -> answer
 *	\___ nothing is sent ________/ \___ unknown _/
 *
 * MAIL and RCPT go in one flight where the server can (RFC 2920). */
#include <stdio.h>
#include <stdlib.h>

#include "net/smtp_parts.h"

enum {
	FLIGHT = 50,
	ADDRESS_MAX = 254,
	PIECE = 16 << 10,
	DATA_SILENCE_MS = 600000
};

const char *
smtp_state_name(enum smtp_state s)
{
	static const char *const names[] = { "accepted", "later", "refused",
		"unknown" };

	return names[s];
}

/* --- what is to be sent
 * ------------------------------------------------------------- */

static bool
is_ascii(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] > 0x7e)
			return false;
	return true;
}

/* Can ADDRESS stand between < and >? What mime/field has read can. */
static bool
is_sendable(struct str address)
{
	bool quoted = false;

	if (address.n > ADDRESS_MAX)
		return false;
	for (size_t i = 0; i < address.n; i++) {
		unsigned char c = (unsigned char)address.p[i];

		if (c < 0x20 || c == 0x7f)
			return false;
		if (c == '"')
			quoted = !quoted;
		else if (quoted && c == '\\')
			i++;
		else if (!quoted &&
			 (c == ' ' || c == '<' || c == '>' || c == ','))
			return false;
	}
	return !quoted;
}

static int
check_letter(const struct smtp_letter *l, bool *needs_utf8, struct err *e)
{
	*needs_utf8 = l->needs_utf8 || !is_ascii(str_c(l->sender));
	if (!is_sendable(str_c(l->sender)))
		return err_set(
			e, ERR_INPUT, 0, "the sender's address cannot be sent");
	if (l->rcpts == 0)
		return err_set(e, ERR_INPUT, 0, "there is no recipient");
	for (size_t i = 0; i < l->rcpts; i++) {
		struct str to = str_c(l->rcpt[i]);

		if (to.n == 0 || !is_sendable(to))
			return err_set(e, ERR_INPUT, 0,
				"the address of recipient %zu cannot be sent",
				i + 1);
		*needs_utf8 |= !is_ascii(to);
	}
	return 0;
}

/* Bytes of S when each of its lines ends in CRLF. */
static uint64_t
canonical_size(struct str s)
{
	uint64_t n = s.n;

	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '\n' && (i == 0 || s.p[i - 1] != '\r'))
			n++;
		if (s.p[i] == '\r' && (i + 1 == s.n || s.p[i + 1] != '\n'))
			n++;
	}
	return n;
}

/* --- the result
 * ------------------------------------------------------------------------- */

/* Everybody still ACCEPTED gets STATE. */
static void
set_all(struct smtp_result *out, size_t n, enum smtp_state state, int code,
	const char *text)
{
	for (size_t i = 0; i < n; i++)
		if (out->rcpt[i].state == SMTP_ACCEPTED)
			out->rcpt[i] =
				(struct smtp_status){ state, code, text };
	out->state = state;
	out->code = code;
	out->text = text;
}

/* The letter as a whole when nobody was accepted. */
static void
sum_up(struct smtp_result *out, size_t n)
{
	size_t pick = 0;

	for (size_t i = 0; i < n; i++)
		if (out->rcpt[i].state == SMTP_LATER)
			pick = i;
	out->state = out->rcpt[pick].state;
	out->code = out->rcpt[pick].code;
	out->text = out->rcpt[pick].text;
}

/* --- envelope
 * ------------------------------------------------------------------------------
 */

static int
put_mail(struct smtp *x, const struct smtp_letter *l, bool needs_utf8,
	uint64_t size, struct err *e)
{
	char sized[40] = "";

	if (x->can & SMTP_CAN_SIZE)
		snprintf(sized, sizeof sized, " SIZE=%llu",
			(unsigned long long)size);
	return smtp_put(x, e, "MAIL FROM:<%s>%s%s%s", l->sender, sized,
		x->can & SMTP_CAN_8BIT && !is_ascii(l->bytes) ? " BODY=8BITMIME"
							      : "",
		needs_utf8 ? " SMTPUTF8" : "");
}

static int
read_mail(struct smtp *x, struct arena *a, struct smtp_result *out, size_t n,
	struct err *e)
{
	if (smtp_reply(x, "the sender", e) < 0)
		return -1;
	if (smtp_judge(x) != SMTP_ACCEPTED)
		set_all(out, n, smtp_judge(x), x->code, smtp_words(x, a));
	return 0;
}

/* What the answer to a RCPT says of it. A 552 that means "too many recipients"
 * is temporary: such servers take the rest with the next try (RFC
 * 5321 4.5.3.1.10). */
static enum smtp_state
judge_recipient(const struct smtp *x)
{
	struct str words = buf_str(&x->text);

	if (x->code == 552 && (str_ifind(words, STR("5.5.3")) >= 0 ||
				      str_ifind(words, STR("too many")) >= 0))
		return SMTP_LATER;
	return smtp_judge(x);
}

/* *ACCEPTED_OUT: how many recipients the server takes. */
static int
envelope(struct smtp *x, const struct smtp_letter *l, bool needs_utf8,
	uint64_t size, struct arena *a, struct smtp_result *out,
	size_t *accepted_out, struct err *e)
{
	size_t step = x->can & SMTP_CAN_PIPELINE ? FLIGHT : 1;
	bool is_piped = step > 1;

	*accepted_out = 0;
	if (put_mail(x, l, needs_utf8, size, e) < 0)
		return -1;
	if (!is_piped && read_mail(x, a, out, l->rcpts, e) < 0)
		return -1;
	for (size_t i = 0; i < l->rcpts && out->state == SMTP_ACCEPTED;
		i += step) {
		size_t end = i + step < l->rcpts ? i + step : l->rcpts;

		for (size_t k = i; k < end; k++)
			if (smtp_put(x, e, "RCPT TO:<%s>", l->rcpt[k]) < 0)
				return -1;
		if (i == 0 && is_piped && read_mail(x, a, out, l->rcpts, e) < 0)
			return -1;
		for (size_t k = i; k < end; k++) {
			if (smtp_reply(x, "a recipient", e) < 0)
				return -1;
			if (out->state != SMTP_ACCEPTED)
				continue; /* the sender was refused */
			out->rcpt[k] = (struct smtp_status){ judge_recipient(x),
				x->code, smtp_words(x, a) };
			*accepted_out += smtp_judge(x) == SMTP_ACCEPTED;
		}
	}
	if (out->state == SMTP_ACCEPTED && *accepted_out == 0)
		sum_up(out, l->rcpts);
	return 0;
}

/* --- the message
 * ----------------------------------------------------------------------------
 */

/* Canonical CRLF, dots stuffed (RFC 5321 4.5.2); up to but without the last
 * dot. A lone CR becomes a line end: some servers take it for one. */
static bool
put_lines(mailstream *ms, struct str s)
{
	bool at_start = true;
	size_t from = 0;

	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (at_start && c == '.') {
			if (mailstream_write(ms, s.p + from, i - from) < 0 ||
				mailstream_write(ms, ".", 1) < 0)
				return false;
			from = i;
		}
		at_start = false;
		if (c == '\r' || c == '\n') {
			if (mailstream_write(ms, s.p + from, i - from) < 0 ||
				mailstream_write(ms, "\r\n", 2) < 0)
				return false;
			if (c == '\r' && i + 1 < s.n && s.p[i + 1] == '\n')
				i++;
			from = i + 1;
			at_start = true;
		} else if (i - from >= PIECE) {
			if (mailstream_write(ms, s.p + from, i - from) < 0)
				return false;
			from = i;
		}
	}
	if (from < s.n && mailstream_write(ms, s.p + from, s.n - from) < 0)
		return false;
	return at_start || mailstream_write(ms, "\r\n", 2) >= 0;
}

static int
send_data(struct smtp *x, const struct smtp_letter *l, struct arena *a,
	struct smtp_result *out, struct err *e)
{
	mailstream *ms = x->m->stream;
	struct err lost = { 0 };
	bool ok;

	if (smtp_put(x, e, "DATA") < 0 || smtp_reply(x, "DATA", e) < 0)
		return -1;
	if (x->code != 354) {
		set_all(out, l->rcpts,
			smtp_judge(x) == SMTP_ACCEPTED ? SMTP_LATER
						       : smtp_judge(x),
			x->code, smtp_words(x, a));
		return 0;
	}
	stream_set_secret(x->stream, true); /* a letter is not traced */
	stream_set_silence(x->stream, DATA_SILENCE_MS);
	ok = put_lines(ms, l->bytes) && mailstream_flush(ms) >= 0;
	if (!ok) {
		stream_set_secret(x->stream, false);
		return stream_error(x->stream, "sending the letter", e);
	}
	/* from here on the server may have it */
	ok = mailstream_write(ms, ".\r\n", 3) >= 0;
	stream_set_secret(x->stream, false);
	if (!ok || smtp_reply(x, "the answer to the letter", &lost) < 0) {
		if (!*lost.text)
			(void)stream_error(
				x->stream, "the answer to the letter", &lost);
		set_all(out, l->rcpts, SMTP_UNKNOWN, 0,
			arena_strdup(a, lost.text));
		return 0;
	}
	set_all(out, l->rcpts, smtp_judge(x), x->code, smtp_words(x, a));
	return 0;
}

static int
transact(struct smtp *x, const struct smtp_letter *l, bool needs_utf8,
	struct arena *a, struct smtp_result *out, struct err *e)
{
	uint64_t size = canonical_size(l->bytes);
	size_t accepted;

	if (needs_utf8 && !(x->can & SMTP_CAN_UTF8)) {
		set_all(out, l->rcpts, SMTP_REFUSED, 0,
			arena_printf(a,
				err_words(N_("'%s' cannot carry an address "
					     "beyond ASCII "
					     "(SMTPUTF8)")),
				x->host));
		return 0;
	}
	if (x->max_size && size > x->max_size) {
		set_all(out, l->rcpts, SMTP_REFUSED, 552,
			arena_printf(a,
				err_words(N_("the letter has %llu bytes, '%s' "
					     "takes %llu at "
					     "most")),
				(unsigned long long)size, x->host,
				(unsigned long long)x->max_size));
		return 0;
	}
	if (envelope(x, l, needs_utf8, size, a, out, &accepted, e) < 0)
		return -1;
	return accepted ? send_data(x, l, a, out, e) : 0;
}

int
smtp_submit(const struct session_settings *s, const struct smtp_letter *l,
	struct arena *a, struct smtp_result *out, struct stream_facts *facts,
	struct err *e)
{
	struct smtp x = { 0 };
	bool needs_utf8;
	int rc;

	*out = (struct smtp_result){ .text = "" };
	out->rcpt = arena_array(a, l->rcpts, sizeof *out->rcpt);
	rc = check_letter(l, &needs_utf8, e);
	if (rc == 0) {
		rc = smtp_open(&x, s, facts, e);
		if (rc == 0)
			rc = transact(&x, l, needs_utf8, a, out, e);
		smtp_close(&x, rc == 0 && out->state != SMTP_UNKNOWN);
	}
	if (rc < 0) {
		for (size_t i = 0; i < l->rcpts; i++)
			out->rcpt[i].state = SMTP_ACCEPTED;
		set_all(out, l->rcpts, SMTP_LATER, e->code,
			arena_strdup(a, e->text));
	}
	return rc;
}

int
smtp_probe(const struct session_settings *s, struct stream_facts *facts,
	struct err *e)
{
	struct smtp x;
	int rc = smtp_open(&x, s, facts, e);

	smtp_close(&x, rc == 0);
	return rc;
}
