/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lists and letters: see pop3.h */
#include <errno.h>
#include <string.h>

#include "net/pop3_parts.h"

enum {
	/* commands on their way at once: their bytes fit into any socket's
	 * buffer, so that both sides never wait for each other */
	FLIGHT = 16
};

/* --- lists
 * ----------------------------------------------------------------------- */

/* "NUMBER REST" of a line. */
static bool
split_entry(struct str line, uint32_t *number, struct str *rest)
{
	struct str word = STR("");
	uint64_t n;

	if (!str_split(&line, ' ', &word) || !line.p ||
		!str_to_u64(word, UINT32_MAX, &n) || n == 0)
		return false;
	*number = (uint32_t)n;
	*rest = str_trim(line);
	return rest->n > 0;
}

/* The lines up to ".": EACH_LINE of every one. */
static int
read_list(struct pop3 *x, const char *doing,
	int (*each_line)(void *ctx, uint32_t number, struct str rest),
	void *ctx, struct err *e)
{
	for (size_t n = 0;; n++) {
		struct str line, rest;
		uint32_t number;

		if (pop3_line(x, LIMIT_POP3_LIST_LINE, doing, &line, e) < 0)
			return -1;
		if (str_eq(line, STR(".")))
			return 0;
		if (n == LIMIT_POP3_LIST)
			return err_set(e, ERR_LATER, EPROTO,
				"%s: '%s' lists more than %d letters",
				err_words(doing), x->host, LIMIT_POP3_LIST);
		if (split_entry(line, &number, &rest) &&
			each_line(ctx, number, rest) < 0)
			return -1;
	}
}

int
pop3_uidl(struct pop3 *x,
	int (*each)(void *ctx, uint32_t number, struct str uidl), void *ctx,
	struct err *e)
{
	int rc;

	if (pop3_put(x, e, "UIDL") < 0 || (rc = pop3_status(x, "UIDL", e)) < 0)
		return -1;
	if (rc == 0 && x->class != ERR_NONE)
		return pop3_no(x, "UIDL", ERR_LATER, e);
	if (rc != 1)
		return 0;
	return read_list(x, "UIDL", each, ctx, e) < 0 ? -1 : 1;
}

struct sizes {
	int (*each)(void *ctx, uint32_t number, uint64_t size);
	void *ctx;
};

static int
take_size(void *ctx, uint32_t number, struct str rest)
{
	struct sizes *s = ctx;
	struct str word = STR("");
	uint64_t size;

	/* RFC 1939: more may stand behind the size */
	if (!str_split(&rest, ' ', &word) ||
		!str_to_u64(word, UINT64_MAX, &size))
		return 0;
	return s->each(s->ctx, number, size);
}

int
pop3_list(struct pop3 *x,
	int (*each)(void *ctx, uint32_t number, uint64_t size), void *ctx,
	struct err *e)
{
	struct sizes s = { each, ctx };
	int rc;

	if (pop3_put(x, e, "LIST") < 0 || (rc = pop3_status(x, "LIST", e)) < 0)
		return -1;
	if (rc != 1)
		return pop3_no(x, "LIST", ERR_LATER, e);
	return read_list(x, "LIST", take_size, &s, e);
}

/* --- letters
 * --------------------------------------------------------------------- */

struct body {
	const struct pop3_sink *sink;
	bool at_start; /* of a line */
	bool only_dot; /* the line is "." so far */
	bool has_cr;   /* the last byte was CR: is LF next? */
	uint64_t total;
};

static int
emit(struct pop3 *x, struct body *b, struct str s, struct err *e)
{
	b->total += s.n;
	if (b->total > LIMIT_MESSAGE)
		return err_set(e, ERR_LATER, EPROTO,
			"'%s' sends a letter larger than 256 MiB", x->host);
	while (s.n) {
		size_t room = x->out.max - x->out.n;
		size_t n = s.n < room ? s.n : room;

		buf_add(&x->out, str_sub(s, 0, n));
		s = str_sub(s, n, s.n);
		if (x->out.n == x->out.max) {
			if (b->sink->data(b->sink->ctx, buf_str(&x->out)) < 0)
				return -1;
			buf_clear(&x->out);
		}
	}
	return 0;
}

/* PIECE of a line, all of the rest of it where IS_END. 1: it was the letter's
 * last line, ".". */
static int
take_piece(struct pop3 *x, struct body *b, struct str piece, bool is_end,
	struct err *e)
{
	if (piece.n && b->at_start) {
		b->at_start = false;
		if (piece.p[0] == '.') {
			b->only_dot = true;
			piece = str_sub(piece, 1, piece.n);
		}
	}
	if (piece.n && b->has_cr) { /* a CR that stands alone is kept */
		b->has_cr = b->only_dot = false;
		if (emit(x, b, STR("\r"), e) < 0)
			return -1;
	}
	if (piece.n && piece.p[piece.n - 1] == '\r') {
		b->has_cr = true;
		piece.n--;
	}
	if (piece.n) {
		b->only_dot = false;
		if (emit(x, b, piece, e) < 0)
			return -1;
	}
	if (!is_end)
		return 0;
	if (b->only_dot)
		return 1;
	b->at_start = true;
	b->has_cr = false;
	return emit(x, b, STR("\n"), e);
}

static int
read_body(struct pop3 *x, const char *doing, const struct pop3_sink *sink,
	uint32_t number, struct err *e)
{
	struct body b = { .sink = sink, .at_start = true };
	int rc = sink->begin(sink->ctx, number);

	buf_clear(&x->out);
	while (rc == 0) {
		const char *p = x->ms->read_buffer + x->at;
		size_t n = x->ms->read_buffer_len - x->at;
		const char *end = n ? memchr(p, '\n', n) : NULL;
		size_t k = end ? (size_t)(end - p) : n;

		if (n == 0) {
			rc = pop3_feed(x, doing, e);
			continue;
		}
		x->at += k + (end != NULL);
		rc = take_piece(x, &b, (struct str){ p, k }, end != NULL, e);
	}
	if (rc < 0)
		return -1;
	if (x->out.n && sink->data(sink->ctx, buf_str(&x->out)) < 0)
		return -1;
	return sink->end(sink->ctx, number);
}

/* Put as many of the commands VERB NUMBER[i] SUFFIX as may be on their way
 * while the answer to I is waited for. */
static int
put_flight(struct pop3 *x, const char *verb, const char *suffix,
	const uint32_t *number, size_t count, size_t i, size_t *sent,
	struct err *e)
{
	size_t window = x->can & POP3_CAN_PIPELINE ? FLIGHT : 1;

	/* a new flight when half of the last has landed */
	if (*sent > i + window / 2)
		return 0;
	for (; *sent < count && *sent < i + window; ++*sent)
		if (pop3_put(x, e, "%s %u%s", verb, number[*sent], suffix) < 0)
			return -1;
	return 0;
}

static int
fetch(struct pop3 *x, const char *verb, const char *suffix,
	const uint32_t *number, size_t count, const struct pop3_sink *sink,
	struct err *e)
{
	size_t sent = 0;

	for (size_t i = 0; i < count; i++) {
		int rc;

		if (put_flight(x, verb, suffix, number, count, i, &sent, e) < 0)
			return -1;
		rc = pop3_status(x, verb, e);
		if (rc == 1)
			rc = read_body(x, verb, sink, number[i], e);
		else if (rc == 0 && x->class != ERR_NONE)
			rc = pop3_no(x, verb, ERR_LATER, e);
		else if (rc >= 0)
			rc = sink->refused(
				sink->ctx, number[i], buf_c(&x->words));
		if (rc < 0)
			return -1;
	}
	return 0;
}

int
pop3_top(struct pop3 *x, const uint32_t *number, size_t count,
	const struct pop3_sink *sink, struct err *e)
{
	return fetch(x, "TOP", " 0", number, count, sink, e);
}

int
pop3_retr(struct pop3 *x, const uint32_t *number, size_t count,
	const struct pop3_sink *sink, struct err *e)
{
	return fetch(x, "RETR", "", number, count, sink, e);
}

int
pop3_dele(struct pop3 *x, const uint32_t *number, size_t count, bool *is_marked,
	struct err *e)
{
	size_t sent = 0;

	for (size_t i = 0; i < count; i++) {
		int rc;

		if (put_flight(x, "DELE", "", number, count, i, &sent, e) < 0 ||
			(rc = pop3_status(x, "DELE", e)) < 0)
			return -1;
		is_marked[i] = rc == 1;
	}
	return 0;
}

int
pop3_rset(struct pop3 *x, struct err *e)
{
	int rc;

	if (pop3_put(x, e, "RSET") < 0 || (rc = pop3_status(x, "RSET", e)) < 0)
		return -1;
	return rc == 1 ? 0 : pop3_no(x, "RSET", ERR_LATER, e);
}
