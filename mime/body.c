/* SPDX-License-Identifier: GPL-3.0-or-later */
/* body - see body.h */
#include "mime/body.h"

#include "mime/field.h"

enum { TOKEN_MAX = 64 };

/* Values of base64 characters; 64: not in the alphabet. */
static const unsigned char base64_value[256] = {
#define X 64
#define X16 X, X, X, X, X, X, X, X, X, X, X, X, X, X, X, X
	X16, X16,                                                 /* 0x00 */
	X, X, X, X, X, X, X, X, X, X, X, 62, X, X, X, 63,         /* 0x20 */
	52, 53, 54, 55, 56, 57, 58, 59, 60, 61, X, X, X, X, X, X, /* 0x30 */
	X, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14,      /* 0x40 */
	15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, X, X, X, X, X, X, 26, 27,
	28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45,
	46, 47, 48, 49, 50, 51, X, X, X, X, X, X16, X16, X16, X16, X16, X16,
	X16, X16
#undef X16
#undef X
};

enum body_encoding
body_encoding(struct str value)
{
	static const struct {
		const char *name;
		enum body_encoding encoding;
	} names[] = { { "7bit", BODY_IDENTITY }, { "8bit", BODY_IDENTITY },
		{ "binary", BODY_IDENTITY }, { "base64", BODY_BASE64 },
		{ "quoted-printable", BODY_QP }, { "x-uuencode", BODY_UU },
		{ "uuencode", BODY_UU }, { "x-uue", BODY_UU },
		{ "uue", BODY_UU }, { "7-bit", BODY_IDENTITY },
		{ "8-bit", BODY_IDENTITY }, { "", BODY_IDENTITY } };
	enum body_encoding found = BODY_UNKNOWN;
	struct buf b;
	struct str s;
	size_t n = 0;

	buf_init(&b, LIMIT_FIELD);
	field_token(&b, value);
	s = buf_str(&b);
	/* "base64;" and "quoted-printable charset=x" occur */
	while (n < s.n && s.p[n] != ';' && s.p[n] != ' ' && s.p[n] != '\t' &&
		n < TOKEN_MAX)
		n++;
	s = str_sub(s, 0, n);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (str_ieq(s, str_c(names[i].name)))
			found = names[i].encoding;
	buf_fini(&b);
	return found;
}

size_t
body_base64_add(struct body_base64 *s, struct buf *out, struct str raw)
{
	const unsigned char *p = (const unsigned char *)raw.p, *end = p + raw.n;
	unsigned char *to;
	unsigned long bits = s->bits;
	unsigned have = s->have;
	size_t junk = 0;
	char *room = buf_room(out, raw.n / 4 * 3 + 3);

	if (!room)
		return raw.n;
	to = (unsigned char *)room;
	while (p < end && !s->has_ended) {
		unsigned v;

		/* whole groups, as they stand in a line */
		while (have == 0 && end - p >= 4) {
			unsigned a = base64_value[p[0]], b = base64_value[p[1]],
				 c = base64_value[p[2]], d = base64_value[p[3]];

			if ((a | b | c | d) & 64)
				break;
			to[0] = (unsigned char)(a << 2 | b >> 4);
			to[1] = (unsigned char)(b << 4 | c >> 2);
			to[2] = (unsigned char)(c << 6 | d);
			to += 3;
			p += 4;
		}
		if (p == end)
			break;
		v = base64_value[*p];
		if (v < 64) {
			bits = bits << 6 | v;
			s->pads = 0;
			if (++have == 4) {
				*to++ = (unsigned char)(bits >> 16);
				*to++ = (unsigned char)(bits >> 8);
				*to++ = (unsigned char)bits;
				bits = have = 0;
			}
		} else if (*p == '=') {
			/* a whole padding ends the body: what follows is
			 * somebody's footer (RFC 2045, 6.8) */
			s->has_ended = have >= 2 && have + ++s->pads >= 4;
		} else if (*p > ' ') {
			junk++;
		}
		p++;
	}
	s->bits = bits;
	s->have = have;
	out->n += (size_t)(to - (unsigned char *)room);
	out->p[out->n] = '\0';
	return junk;
}

size_t
body_base64_end(struct body_base64 *s, struct buf *out)
{
	unsigned have = s->have;

	if (have >= 2)
		buf_addc(out, (char)(s->bits >> (have == 2 ? 4 : 10) & 0xff));
	if (have == 3)
		buf_addc(out, (char)(s->bits >> 2 & 0xff));
	*s = (struct body_base64){ 0 };
	return have == 1;
}

size_t
body_decode_base64(struct buf *out, struct str raw)
{
	struct body_base64 s = { 0 };
	size_t junk = body_base64_add(&s, out, raw);

	return junk + body_base64_end(&s, out);
}

static int
hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return -1;
}

/* Offset behind the line end at AT; 0 where there is none. Blanks before it
 * make it no soft line end but in TEXT: RFC 2045, 6.7, rule 3 has them taken
 * out everywhere, but no decoder of files does. */
static size_t
soft_end(struct str s, size_t at, bool text)
{
	while (text && at < s.n && (s.p[at] == ' ' || s.p[at] == '\t'))
		at++;
	if (at == s.n)
		return at;
	if (s.p[at] == '\n')
		return at + 1;
	if (s.p[at] != '\r')
		return 0;
	return at + 1 < s.n && s.p[at + 1] == '\n' ? at + 2 : at + 1;
}

size_t
body_decode_qp(struct buf *out, struct str raw, enum body_qp how)
{
	char *room = buf_room(out, raw.n), *to = room;
	bool header = how == BODY_QP_WORD;
	size_t junk = 0, i = 0, next;

	if (!room)
		return raw.n;
	while (i < raw.n) {
		char c = raw.p[i];

		if (c == '=') {
			int high = i + 1 < raw.n ? hex(raw.p[i + 1]) : -1;
			int low = i + 2 < raw.n ? hex(raw.p[i + 2]) : -1;

			if (high >= 0 && low >= 0) {
				*to++ = (char)(high << 4 | low);
				i += 3;
				continue;
			}
			next = header ? 0
				      : soft_end(raw, i + 1,
						how == BODY_QP_TEXT);
			if (next) {
				i = next;
				continue;
			}
			junk++;
			/* "=" and what follows as they stand (RFC 2045, 6.7,
			 * note 2): a ruler of them has no soft line end */
			while (!header && i + 1 < raw.n &&
				raw.p[i + 1] == '=') {
				*to++ = c;
				i++;
			}
		} else if (header && c == '_') {
			c = ' ';
		}
		*to++ = c;
		i++;
	}
	out->n += (size_t)(to - room);
	out->p[out->n] = '\0';
	return junk;
}

/* One line of uuencoded data; false: it is none. */
static bool
uu_line(struct buf *out, struct str line)
{
	size_t want, at = 1;

	if (line.n == 0)
		return false;
	want = (size_t)((line.p[0] - ' ') & 63);
	while (want > 0) {
		unsigned long bits = 0;

		if (at >= line.n)
			return false; /* R3: its length is not trusted */
		for (int k = 0; k < 4; k++, at++) {
			char c = at < line.n ? line.p[at] : ' ';

			bits = bits << 6 | (unsigned long)((c - ' ') & 63);
		}
		for (int k = 16; k >= 0 && want > 0; k -= 8, want--)
			buf_addc(out, (char)(bits >> k & 0xff));
	}
	return true;
}

/* The next line of S from *AT, without its end (LF, CRLF, CR). */
static bool
next_line(struct str s, size_t *at, struct str *line)
{
	size_t i = *at;

	if (i >= s.n)
		return false;
	while (i < s.n && s.p[i] != '\n' && s.p[i] != '\r')
		i++;
	*line = str_sub(s, *at, i);
	if (i + 1 < s.n && s.p[i] == '\r' && s.p[i + 1] == '\n')
		i++;
	*at = i < s.n ? i + 1 : i;
	return true;
}

static size_t
decode_uu_lines(struct buf *out, struct str lines)
{
	size_t at = 0, junk = 0;
	struct str line;

	while (next_line(lines, &at, &line))
		if (line.n && !uu_line(out, line))
			junk++;
	return junk;
}

/* "begin 644 name", as uuencode writes it. */
static bool
uu_begin(struct str line, struct str *name)
{
	size_t i = 6, digits = 0;

	if (!str_starts(line, STR("begin ")))
		return false;
	while (i < line.n && line.p[i] >= '0' && line.p[i] <= '7')
		i++, digits++;
	if (digits < 3 || digits > 4 || i + 1 >= line.n || line.p[i] != ' ')
		return false;
	*name = str_trim(str_sub(line, i + 1, line.n));
	return name->n > 0;
}

/* A whole uuencoded body: all lines between "begin" and "end", damaged ones
 * too. */
static size_t
decode_uu(struct buf *out, struct str raw)
{
	size_t at = 0, start = 0, end = 0;
	struct str line, name;

	while (next_line(raw, &at, &line))
		if (uu_begin(line, &name)) {
			start = at;
			break;
		}
	at = end = start;
	while (next_line(raw, &at, &line) &&
		!str_eq(str_trim(line), STR("end")))
		end = at;
	return decode_uu_lines(out, str_sub(raw, start, end));
}

size_t
body_decode(struct buf *out, enum body_encoding encoding, struct str raw)
{
	switch (encoding) {
	case BODY_BASE64:
		return body_decode_base64(out, raw);
	case BODY_QP:
		return body_decode_qp(out, raw, BODY_QP_BYTES);
	case BODY_UU:
		return decode_uu(out, raw);
	case BODY_IDENTITY:
	case BODY_UNKNOWN:
		break;
	}
	buf_add(out, raw);
	return 0;
}

void
body_encode_base64(struct buf *out, struct str bytes)
{
	static const char set[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				  "abcdefghijklmnopqrstuvwxyz0123456789+/";
	const unsigned char *p = (const unsigned char *)bytes.p;
	size_t column = 0;

	for (size_t i = 0; i < bytes.n; i += 3) {
		size_t left = bytes.n - i;
		unsigned long v = (unsigned long)p[i] << 16;
		char t[4];

		if (left > 1)
			v |= (unsigned long)p[i + 1] << 8;
		if (left > 2)
			v |= p[i + 2];
		t[0] = set[v >> 18];
		t[1] = set[v >> 12 & 63];
		t[2] = left > 1 ? set[v >> 6 & 63] : '=';
		t[3] = left > 2 ? set[v & 63] : '=';
		buf_add(out, (struct str){ t, 4 });
		column += 4;
		if (column == 76) {
			buf_adds(out, "\r\n");
			column = 0;
		}
	}
	if (column)
		buf_adds(out, "\r\n");
}

/* Must the byte at AT be written as =XX? */
static bool
qp_must_encode(struct str s, size_t at, size_t column, bool last)
{
	unsigned char c = (unsigned char)s.p[at];

	if (c == '=' || c >= 0x7f || (c < ' ' && c != '\t'))
		return true;
	if (last && (c == ' ' || c == '\t'))
		return true;
	if (column > 0)
		return false;
	/* what a mailbox file or SMTP could take for its own */
	return str_starts(str_sub(s, at, s.n), STR("From ")) || c == '.';
}

void
body_encode_qp(struct buf *out, struct str bytes, bool text)
{
	size_t column = 0, i = 0;

	while (i < bytes.n) {
		bool is_crlf = text && bytes.p[i] == '\r' && i + 1 < bytes.n &&
			       bytes.p[i + 1] == '\n';
		bool last, encode;

		if (is_crlf || (text && bytes.p[i] == '\n')) {
			buf_adds(out, "\r\n");
			column = 0;
			i += is_crlf ? 2 : 1;
			continue;
		}
		last = i + 1 == bytes.n || bytes.p[i + 1] == '\n' ||
		       bytes.p[i + 1] == '\r';
		encode = qp_must_encode(bytes, i, column, last);
		if (column + (encode ? 3 : 1) > (last ? 76 : 75)) {
			buf_adds(out, "=\r\n");
			column = 0;
			encode = qp_must_encode(bytes, i, column, last);
		}
		if (encode) {
			buf_printf(out, "=%02X", (unsigned char)bytes.p[i]);
			column += 3;
		} else {
			buf_addc(out, bytes.p[i]);
			column++;
		}
		i++;
	}
}

/* Could LINE be a full line of uuencoded data? */
static bool
uu_plausible(struct str line)
{
	size_t n;

	if (line.n == 0 || line.p[0] < ' ' || line.p[0] > '`')
		return false;
	n = (size_t)((line.p[0] - ' ') & 63);
	/* blanks at the end of a line may be lost on the way, and a checksum
	 * character may follow */
	return line.n <= 1 + (n + 2) / 3 * 4 + 2 &&
	       (line.n >= 1 + n / 3 * 4 || str_rchr(line, ' ') >= 0 || n <= 3);
}

static bool
yenc_begin(struct str line, struct str *name)
{
	ptrdiff_t at = str_find(line, STR(" name="));

	if (!str_starts(line, STR("=ybegin ")) || at < 0)
		return false;
	*name = str_trim(str_sub(line, (size_t)at + 6, line.n));
	return true;
}

/* Read the lines of a block from *AT on; false: what stands there is no code.
 */
static bool
read_block(struct str text, size_t *at, struct body_block *b)
{
	size_t start = *at, here = start, lines = 0;
	struct str line;

	while (next_line(text, at, &line)) {
		struct str t = str_trim(line);
		bool is_end = b->is_yenc ? str_starts(line, STR("=yend"))
					 : str_eq(t, STR("end"));

		if (is_end) {
			b->lines = str_sub(text, start, here);
			b->is_complete = true;
			return true;
		}
		if (!b->is_yenc && t.n && !uu_plausible(line))
			break;
		lines += t.n > 0;
		here = *at;
	}
	b->lines = str_sub(text, start, here);
	*at = here;
	return lines > 0;
}

bool
body_next_block(struct str text, size_t *at, struct body_block *out)
{
	struct str line;
	size_t begin = *at;

	while (next_line(text, at, &line)) {
		struct body_block b = { 0 };
		size_t back = *at;

		if ((line.n > 8 && line.p[0] == 'b' &&
			    uu_begin(line, &b.name)) ||
			(line.n > 8 && line.p[0] == '=' &&
				yenc_begin(line, &b.name))) {
			b.is_yenc = line.p[0] == '=';
			if (read_block(text, at, &b)) {
				b.text = str_sub(text, begin, *at);
				*out = b;
				return true;
			}
			*at = back;
		}
		begin = *at;
	}
	return false;
}
