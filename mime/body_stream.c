/* SPDX-License-Identifier: GPL-3.0-or-later */
/* body_stream - see body_stream.h */
#include "mime/body_stream.h"

/* A line of quoted-printable has 76 characters; one that is longer is cut where
 * nothing hangs on what follows. */
enum { REST_MAX = 64 << 10, PIECE = 16 << 10, ESCAPE = 2 };

bool
body_stream_can(enum body_encoding encoding)
{
	return encoding != BODY_UU;
}

void
body_stream_init(struct body_stream *s, enum body_encoding encoding)
{
	*s = (struct body_stream){ .encoding = encoding };
	buf_init(&s->rest, REST_MAX);
}

void
body_stream_fini(struct body_stream *s)
{
	buf_fini(&s->rest);
}

/* Append RAW, with LF for CRLF. */
static void
add_lines(struct body_stream *s, struct buf *out, struct str raw)
{
	if (s->has_cr && raw.n) {
		s->has_cr = false;
		if (raw.p[0] != '\n')
			buf_addc(out, '\r');
	}
	while (raw.n) {
		ptrdiff_t cr = str_chr(raw, '\r');
		size_t n = cr < 0 ? raw.n : (size_t)cr;

		buf_add(out, str_sub(raw, 0, n));
		if (cr < 0)
			return;
		s->has_cr = n + 1 == raw.n;
		if (!s->has_cr && raw.p[n + 1] != '\n')
			buf_addc(out, '\r');
		raw = str_sub(raw, n + 1, raw.n);
	}
}

/* How much of TEXT says the same whatever follows: all up to its last line end;
 * of a line without end up to where no "=" stands just before. */
static size_t
settled(struct str text)
{
	ptrdiff_t lf = str_rchr(text, '\n');

	if (lf >= 0 || text.n < PIECE)
		return (size_t)(lf + 1);
	for (size_t n = text.n; n > ESCAPE; n--)
		if (str_chr(str_sub(text, n - ESCAPE, n), '=') < 0)
			return n;
	return text.n; /* a line of nothing else: no code of anybody */
}

static void
add_qp(struct body_stream *s, struct buf *out, struct str raw)
{
	while (raw.n) {
		struct str piece = str_sub(raw, 0, PIECE), text;
		size_t n;

		raw = str_sub(raw, piece.n, raw.n);
		add_lines(s, &s->rest, piece);
		text = buf_str(&s->rest);
		n = settled(text);
		body_decode_qp(out, str_sub(text, 0, n), BODY_QP_BYTES);
		text = str_sub(text, n, text.n);
		if (n && text.n)
			memmove(s->rest.p, text.p, text.n);
		buf_cut(&s->rest, text.n);
	}
}

void
body_stream_add(struct body_stream *s, struct buf *out, struct str raw)
{
	if (s->encoding == BODY_BASE64)
		body_base64_add(&s->base64, out, raw);
	else if (s->encoding == BODY_QP)
		add_qp(s, out, raw);
	else
		add_lines(s, out, raw);
}

void
body_stream_end(struct body_stream *s, struct buf *out)
{
	struct buf *to = s->encoding == BODY_QP ? &s->rest : out;

	if (s->encoding == BODY_BASE64)
		body_base64_end(&s->base64, out);
	if (s->has_cr)
		buf_addc(to, '\r');
	if (s->encoding == BODY_QP)
		body_decode_qp(out, buf_str(&s->rest), BODY_QP_BYTES);
	buf_clear(&s->rest);
	s->has_cr = false;
}
