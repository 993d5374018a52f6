/* SPDX-License-Identifier: GPL-3.0-or-later */
/* parts that the server decodes (BINARY, RFC 3516): see imap.h. The answer is
 * read here, since libetpan knows no "~{N}".
 *
 *	UID FETCH 7 (UID BINARY.PEEK[2]<0.4194304>)
 *	* 5 FETCH (UID 7 BINARY[2]<0> ~{9}
 *	...bytes...)
 */
#include <stdio.h>

#include "base/log.h"
#include "net/imap_parts.h"

enum { ANSWER_BYTES = 1 << 20 };

struct binary {
	uint32_t uid;
	const char *number;
	const struct imap_sink *sink;
	bool has_come, is_strange, failed;
};

/* "BINARY[1.2]<3>": the section, and where in it the bytes begin. */
static bool
read_name(struct str word, struct str *number, uint64_t *from)
{
	ptrdiff_t end = str_chr(word, ']');
	struct str rest;

	*from = 0;
	if (!str_istarts(word, STR("BINARY[")) || end < 0)
		return false;
	*number = str_sub(word, sizeof "BINARY[" - 1, (size_t)end);
	rest = str_sub(word, (size_t)end + 1, word.n);
	return rest.n == 0 ||
	       (str_starts(rest, STR("<")) && str_ends(rest, STR(">")) &&
		       str_to_u64(
			       str_sub(rest, 1, rest.n - 1), UINT32_MAX, from));
}

/* The bytes of the section NUMBER from FROM on come now. */
static void
begin(struct binary *b, struct str number, uint64_t from)
{
	b->is_strange |= b->has_come || !str_eq(number, str_c(b->number));
	if (b->is_strange)
		return;
	b->has_come = true;
	b->failed = b->sink->begin(b->sink->ctx) < 0;
	if (b->sink->origin)
		b->sink->origin(b->sink->ctx, (uint32_t)from);
}

static int
on_bytes(void *ctx, struct str bytes)
{
	struct binary *b = ctx;

	if (!b->is_strange && !b->failed)
		b->failed = b->sink->data(b->sink->ctx, bytes) < 0;
	return b->is_strange || b->failed ? -1 : 0;
}

/* Whatever the section: a literal is long for no other reason. */
static bool
on_literal(void *ctx, struct str before)
{
	struct binary *b = ctx;
	struct str number;
	uint64_t from;
	ptrdiff_t at;

	before = str_trim(before);
	at = str_rchr(before, ' ');
	before = str_sub(before, (size_t)(at + 1), before.n);
	if (str_starts(before, STR("(")))
		before = str_sub(before, 1, before.n);
	if (!read_name(before, &number, &from))
		return false;
	begin(b, number, from);
	return true;
}

/* Take what stands before the bracket that closes the one we are in, and that
 * bracket. */
static bool
skip_list(struct arena *a, struct str *rest)
{
	struct str word;

	for (unsigned depth = 1; depth;) {
		if (!imap_word(a, rest, &word))
			return false;
		depth += str_eq(word, STR("("));
		depth -= str_eq(word, STR(")"));
	}
	return true;
}

/* "5 FETCH (UID 7 BINARY[2] ~ )" after "* ". False: it is no IMAP. */
static bool
take_fetch(struct arena *a, struct str rest, struct binary *b, bool had_come)
{
	struct str word, value, number;
	bool is_its = false;
	uint64_t n;

	if (!imap_word(a, &rest, &word) || !imap_word(a, &rest, &word) ||
		!str_ieq(word, STR("FETCH")))
		return had_come == b->has_come;
	if (!imap_word(a, &rest, &word) || !str_eq(word, STR("(")))
		return false;
	while (imap_word(a, &rest, &word) && !str_eq(word, STR(")"))) {
		bool is_quoted = str_starts(str_trim(rest), STR("\""));

		if (!imap_word(a, &rest, &value))
			return false;
		if (str_eq(value, STR("("))) {
			if (!skip_list(a, &rest))
				return false;
		} else if (str_ieq(word, STR("UID"))) {
			is_its = str_to_u64(value, UINT32_MAX, &n) &&
				 n == b->uid;
		} else if (read_name(word, &number, &n) && is_quoted) {
			begin(b, number, n);
			(void)on_bytes(b, value);
		}
	}
	/* bytes of another letter */
	b->is_strange |= b->has_come != had_come && !is_its;
	if (b->has_come != had_come && !b->is_strange && !b->failed)
		b->failed = b->sink->end(b->sink->ctx, b->uid, 0) < 0;
	return true;
}

/* The answers up to the one with our tag. MAILIMAP_ERROR_CUSTOM_COMMAND: NO or
 * BAD. */
static int
read_answers(struct imap *m, struct arena *a, struct binary *b)
{
	const struct imap_literal literal = { on_literal, on_bytes, b };
	bool has_ended = false;
	struct buf line;
	char want[16];
	int rc = 0;

	snprintf(want, sizeof want, "%d", m->m->imap_tag);
	buf_init(&line, ANSWER_BYTES);
	while (rc == 0 && !has_ended) {
		bool had_come = b->has_come;
		struct str rest, word, said;

		rc = imap_read_past(m, &line, &literal);
		rest = buf_str(&line);
		if (rc || !imap_word(a, &rest, &word))
			continue;
		said = str_trim(rest);
		has_ended = str_eq(word, str_c(want));
		if (has_ended && imap_word(a, &rest, &word) &&
			!str_ieq(word, STR("OK"))) {
			log_write(LOG_INFO, m->host,
				"part %s of UID %u is not decoded there: %.*s",
				b->number, b->uid, STR_ARG(said));
			rc = MAILIMAP_ERROR_CUSTOM_COMMAND;
		} else if (!has_ended &&
			   (!str_eq(word, STR("*")) ||
				   !take_fetch(a, rest, b, had_come))) {
			rc = MAILIMAP_ERROR_PARSE;
		}
		if (rc == 0 && (b->is_strange || b->failed))
			rc = MAILIMAP_ERROR_PARSE;
	}
	buf_fini(&line);
	return rc;
}

int
imap_fetch_binary(struct imap *m, uint32_t uid, const char *number,
	uint64_t from, const struct imap_sink *sink, struct err *e)
{
	struct binary b = { .uid = uid, .number = number, .sink = sink };
	struct arena *a;
	char text[300];
	int rc;

	snprintf(text, sizeof text,
		"UID FETCH %u (UID BINARY.PEEK[%.200s]<%llu.%d>)", uid, number,
		(unsigned long long)from, IMAP_PIECE);
	rc = imap_put(m, text);
	if (rc == 0 && mailstream_flush(m->m->imap_stream) < 0)
		rc = MAILIMAP_ERROR_STREAM;
	a = arena_new();
	stream_set_binary(m->stream, true);
	if (rc == 0)
		rc = read_answers(m, a, &b);
	stream_set_binary(m->stream, false);
	arena_free(&a);
	if (b.failed) {
		m->is_broken = true;
		return -1; /* the sink has said why */
	}
	if (b.is_strange) {
		m->is_broken = m->is_garbled = true;
		return err_set(e, ERR_LATER, 0,
			"fetching: '%s' sent a message that was not asked for",
			m->host);
	}
	if (rc == MAILIMAP_ERROR_CUSTOM_COMMAND)
		return 1;
	return rc ? imap_fail(m, rc, "fetching", ERR_BOX, e) : 0;
}
