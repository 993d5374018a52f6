/* SPDX-License-Identifier: GPL-3.0-or-later */
/* charset - see charset.h. iconv knows the tables; what labels mean, how broken
 * sequences are passed and the stateful sets are ours. */
#include "mime/charset.h"

#include <errno.h>
#include <iconv.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <uninorm.h>

#include "base/utf8.h"
#include "mime/charset_label.h"

enum { CHUNK = 4096, LABEL_MAX = 64 };

/* --- normal form -----------------------------------------------------------
 */

/* Is CP surely in NFC whatever stands beside it? Most text of the world's
 * larger languages is; the rest goes through libunistring. */
static bool
is_plain_nfc(uint32_t cp)
{
	return cp < 0x300 || (cp >= 0x400 && cp <= 0x482) ||
	       (cp >= 0x48a && cp <= 0x52f) || (cp >= 0x2010 && cp <= 0x20cf) ||
	       (cp >= 0x2190 && cp <= 0x2328) ||
	       (cp >= 0x2400 && cp <= 0x2adb) ||
	       (cp >= 0x3001 && cp <= 0x3029) ||
	       (cp >= 0x3041 && cp <= 0x3096) ||
	       (cp >= 0x309b && cp <= 0x3129) ||
	       (cp >= 0x3131 && cp <= 0xa48c) ||
	       (cp >= 0xac00 && cp <= 0xd7a3) ||
	       (cp >= 0xe000 && cp <= 0xf8ff) ||
	       (cp >= 0xfe00 && cp <= 0xfe1f) ||
	       (cp >= 0xfe30 && cp <= 0xffff) ||
	       (cp >= 0x1f000 && cp <= 0x1faff);
}

static bool
is_nfc_fast(struct str s)
{
	uint32_t cp;
	size_t i = 0;

	while (i < s.n) {
		if ((unsigned char)s.p[i] < 0xcc) {
			i++; /* below U+0300, or the rest of a character */
			continue;
		}
		i += utf8_decode(s, i, &cp);
		if (!is_plain_nfc(cp))
			return false;
	}
	return true;
}

static void
nfc_chunk(struct buf *out, struct str s)
{
	size_t n = 0;
	uint8_t *r;

	if (is_nfc_fast(s) || !utf8_valid(s)) {
		buf_add(out, s);
		return;
	}
	r = u8_normalize(UNINORM_NFC, (const uint8_t *)s.p, s.n, NULL, &n);
	if (!r) {
		buf_add(out, s);
		return;
	}
	buf_add(out, (struct str){ (const char *)r, n });
	free(r);
}

void
charset_nfc(struct buf *out, struct str text)
{
	if (is_nfc_fast(text)) {
		buf_add(out, text);
		return;
	}
	while (text.n) {
		size_t n = text.n < CHUNK ? text.n : CHUNK;

		/* nothing before an ASCII character joins with it */
		while (n < text.n && (signed char)text.p[n] < 0)
			n++;
		nfc_chunk(out, str_sub(text, 0, n));
		text = str_sub(text, n, text.n);
	}
}

/* --- converting ------------------------------------------------------------
 */

static void
add_bad(struct buf *out, size_t *bad)
{
	utf8_add(out, UTF8_BAD);
	(*bad)++;
}

/* How many bytes at P make up the broken sequence: a lead byte takes its trail
 * along only where that could not be ASCII text (WHATWG). */
static size_t
bad_length(const struct charset *c, const char *p, size_t left)
{
	unsigned char trail;

	if (!c->is_multi || left < 2)
		return 1;
	trail = (unsigned char)p[1];
	return (unsigned char)p[0] >= 0x80 && trail >= 0x80 && trail != 0xff
		       ? 2
		       : 1;
}

/* One descriptor of each set is kept for the next text: opening one loads a
 * module. Taken and put back at once, so that threads never share one. */
static _Atomic(iconv_t) spare[CHARSET_SETS];

static iconv_t
take_iconv(const struct charset *c)
{
	int i = charset_index(c);
	iconv_t cd = i < 0 ? NULL : atomic_exchange(&spare[i], NULL);

	if (!cd)
		return iconv_open("UTF-8", c->iconv);
	iconv(cd, NULL, NULL, NULL, NULL);
	return cd;
}

static void
put_iconv(const struct charset *c, iconv_t cd)
{
	int i = charset_index(c);
	iconv_t old = i < 0 ? cd : atomic_exchange(&spare[i], cd);

	if (old)
		iconv_close(old);
}

static size_t
convert(struct buf *out, const struct charset *c, struct str s)
{
	iconv_t cd = take_iconv(c);
	char *in = (char *)(uintptr_t)s.p;
	size_t left = s.n, bad = 0;

	if (cd == (iconv_t)-1) {
		for (size_t i = 0; i < s.n; i++)
			if (s.p[i] & 0x80)
				add_bad(out, &bad);
			else
				buf_addc(out, s.p[i]);
		return bad;
	}
	while (left) {
		char t[CHUNK], *to = t;
		size_t room = sizeof t, r, n;

		r = iconv(cd, &in, &left, &to, &room);
		buf_add(out, (struct str){ t, (size_t)(to - t) });
		if (r != (size_t)-1 || errno == E2BIG)
			continue;
		if (out->full || left == 0)
			break;
		/* EILSEQ, or EINVAL at the end */
		n = bad_length(c, in, left);
		add_bad(out, &bad);
		in += n;
		left -= n;
	}
	/* windows-1255 and its like keep the last letter back */
	{
		char t[64], *to = t;
		size_t room = sizeof t;

		iconv(cd, NULL, NULL, &to, &room);
		buf_add(out, (struct str){ t, (size_t)(to - t) });
	}
	put_iconv(c, cd);
	return bad;
}

/* UTF-8 with what is broken replaced, a piece each (WHATWG: the longest prefix
 * of a character is one). */
static size_t
repair_utf8(struct buf *out, struct str s)
{
	size_t bad = 0, good = 0;
	uint32_t cp;

	for (size_t i = 0; i < s.n;) {
		size_t n = utf8_decode(s, i, &cp), want, k = 1;
		unsigned char c = (unsigned char)s.p[i];

		if (cp != UTF8_BAD || n > 1) {
			i += n;
			continue;
		}
		want = c >= 0xf0 && c <= 0xf4  ? 4
		       : c >= 0xe0 && c < 0xf0 ? 3
					       : 1;
		if (k < want && i + 1 < s.n) {
			unsigned char d = (unsigned char)s.p[i + 1];
			bool ok = (d & 0xc0) == 0x80;

			if ((c == 0xe0 && d < 0xa0) ||
				(c == 0xed && d > 0x9f) ||
				(c == 0xf0 && d < 0x90) ||
				(c == 0xf4 && d > 0x8f))
				ok = false;
			k += ok;
			if (ok && want == 4 && i + 2 < s.n &&
				((unsigned char)s.p[i + 2] & 0xc0) == 0x80)
				k++;
		}
		buf_add(out, str_sub(s, good, i));
		utf8_add(out, UTF8_BAD);
		bad++;
		i += k;
		good = i;
	}
	buf_add(out, str_sub(s, good, s.n));
	return bad;
}

/* --- sets with states ------------------------------------------------------
 */

/* EUC-JP with the characters of NEC and IBM, which only the table of Microsoft
 * has; where that differs from JIS (a wave dash is a wave dash) JIS is right.
 */
static size_t
decode_euc_jp(struct buf *out, struct str s)
{
	static const struct {
		uint32_t from, to;
	} map[] = { { 0xff5e, 0x301c }, { 0x2225, 0x2016 }, { 0xff0d, 0x2212 },
		{ 0xffe0, 0xa2 }, { 0xffe1, 0xa3 }, { 0xffe2, 0xac } };
	struct buf b;
	size_t bad, good = 0;
	uint32_t cp;

	buf_init(&b, s.n * 4 + 16);
	bad = convert(&b, charset_by_name("EUC-JP"), s);
	for (size_t i = 0; i < b.n;) {
		size_t n = utf8_decode(buf_str(&b), i, &cp);

		for (size_t k = 0; n == 3 && k < sizeof map / sizeof *map; k++)
			if (map[k].from == cp) {
				buf_add(out, str_sub(buf_str(&b), good, i));
				utf8_add(out, map[k].to);
				good = i + n;
			}
		i += n;
	}
	buf_add(out, str_sub(buf_str(&b), good, b.n));
	buf_fini(&b);
	return bad;
}

/* ISO-2022-JP (RFC 1468, 1554) is taken apart into EUC-JP, which has the
 * tables: ASCII, JIS X 0201, 0208 and 0212. */
static size_t
decode_2022_jp(struct buf *out, struct str s)
{
	enum { ASCII, ROMAN, KANA, JIS, JIS2 } mode = ASCII;
	struct buf euc;
	size_t bad;

	buf_init(&euc, s.n * 3 + 1);
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];
		struct str rest = str_sub(s, i, s.n);

		if (c == 0x1b) {
			static const struct {
				const char *seq;
				int mode;
			} escapes[] = { { "\033(B", ASCII },
				{ "\033(J", ROMAN }, { "\033(I", KANA },
				{ "\033$@", JIS }, { "\033$B", JIS },
				{ "\033$(D", JIS2 }, { "\033(H", ROMAN },
				{ "\033$(B", JIS }, { "\033&@", JIS } };
			bool found = false;

			for (size_t k = 0; k < sizeof escapes / sizeof *escapes;
				k++) {
				struct str e = str_c(escapes[k].seq);

				if (!found && str_starts(rest, e)) {
					mode = escapes[k].mode;
					i += e.n - 1;
					found = true;
				}
			}
			if (found)
				continue;
		}
		if (c == '\n' || c == '\r') {
			mode = ASCII; /* RFC 1468: lines end in ASCII */
		} else if (mode == KANA && c > 0x20 && c < 0x60) {
			buf_addc(&euc, (char)0x8e);
			c |= 0x80;
		} else if ((mode == JIS || mode == JIS2) && c > 0x20 &&
			   c < 0x7f && i + 1 < s.n) {
			if (mode == JIS2)
				buf_addc(&euc, (char)0x8f);
			buf_addc(&euc, (char)(c | 0x80));
			c = (unsigned char)s.p[++i] | 0x80;
		}
		buf_addc(&euc, (char)c);
	}
	bad = decode_euc_jp(out, buf_str(&euc));
	buf_fini(&euc);
	return bad;
}

/* ISO-2022-KR (RFC 1557) and HZ (RFC 1843): two-byte text between shifts goes
 * with its high bits set to the set of 8 bits that has the table. */
static size_t
decode_shifted(struct buf *out, struct str s, bool is_hz)
{
	bool wide = false;
	struct buf b;
	size_t bad;

	buf_init(&b, s.n + 1);
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];
		char next = i + 1 < s.n ? s.p[i + 1] : '\0';

		if (!is_hz && c == 0x1b &&
			str_starts(str_sub(s, i, s.n), STR("\033$)C"))) {
			i += 3;
		} else if (!is_hz && (c == 0x0e || c == 0x0f)) {
			wide = c == 0x0e;
		} else if (is_hz && c == '~' && (next == '{' || next == '}')) {
			wide = next == '{';
			i++;
		} else if (is_hz && c == '~' && !wide && next == '~') {
			buf_addc(&b, '~');
			i++;
		} else if (is_hz && c == '~' && !wide && next == '\n') {
			i++;
		} else if (c == '\n') {
			wide = false;
			buf_addc(&b, '\n');
		} else {
			buf_addc(&b, wide && c > 0x20 && c < 0x7f
					     ? (char)(c | 0x80)
					     : (char)c);
		}
	}
	bad = convert(out, charset_by_name(is_hz ? "GB18030" : "EUC-KR"),
		buf_str(&b));
	buf_fini(&b);
	return bad;
}

/* UTF-16 and UTF-32: by the mark, else by where the zeros stand, else as the
 * label says. */
static size_t
decode_wide(struct buf *out, const struct charset *c, struct str s)
{
	size_t size = c->kind == CHARSET_UTF32 ? 4 : 2, first = 0, last = 0,
	       bad = 0, i = 0;
	bool little = c->is_little;

	for (size_t k = 0; k + size <= s.n && k < 256; k += size) {
		first += s.p[k] == 0;
		last += s.p[k + size - 1] == 0;
	}
	if (first != last)
		little = last > first;
	if (size == 2 && str_starts(s, STR("\xff\xfe")))
		little = true, i = 2;
	else if (size == 2 && str_starts(s, STR("\xfe\xff")))
		little = false, i = 2;
	for (; i < s.n; i += size) {
		uint32_t cp = 0;

		if (i + size > s.n) {
			utf8_add(out, UTF8_BAD);
			return bad + 1;
		}
		for (size_t k = 0; k < size; k++) {
			size_t at = little ? size - 1 - k : k;

			cp = cp << 8 | (unsigned char)s.p[i + at];
		}
		if (size == 2 && cp >= 0xd800 && cp < 0xdc00 && i + 4 <= s.n) {
			unsigned char h = (unsigned char)s.p[i + 2 + little],
				      l = (unsigned char)s.p[i + 3 - little];
			uint32_t low = (uint32_t)h << 8 | l;

			if (low >= 0xdc00 && low < 0xe000) {
				cp = 0x10000 + ((cp - 0xd800) << 10) +
				     (low - 0xdc00);
				i += 2;
			}
		}
		bad += cp > 0x10ffff || (cp >= 0xd800 && cp < 0xe000);
		if (cp != 0xfeff)
			utf8_add(out, cp);
	}
	return bad;
}

/* windows-874: TIS-620 with what Windows put into its gaps; glibc's CP874 is
 * IBM's, which differs. */
static size_t
decode_874(struct buf *out, struct str s)
{
	size_t bad = 0;

	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];
		uint32_t cp = c;

		if (c >= 0xa1 && c <= 0xfb && !(c >= 0xdb && c <= 0xde))
			cp = 0x0e01u + (c - 0xa1u);
		else if (c == 0x80)
			cp = 0x20ac;
		else if (c == 0x85)
			cp = 0x2026;
		else if (c >= 0x91 && c <= 0x97) {
			static const uint16_t marks[] = { 0x2018, 0x2019,
				0x201c, 0x201d, 0x2022, 0x2013, 0x2014 };
			cp = marks[c - 0x91];
		} else if (c > 0x80 && c != 0xa0) {
			cp = UTF8_BAD;
			bad++;
		}
		utf8_add(out, cp);
	}
	return bad;
}

static size_t
decode_as(struct buf *out, const struct charset *c, struct str s)
{
	switch (c->kind) {
	case CHARSET_UTF8:
		return repair_utf8(out, s);
	case CHARSET_2022_JP:
		return decode_2022_jp(out, s);
	case CHARSET_EUC_JP:
		return decode_euc_jp(out, s);
	case CHARSET_2022_KR:
		return decode_shifted(out, s, false);
	case CHARSET_HZ:
		return decode_shifted(out, s, true);
	case CHARSET_UTF16:
	case CHARSET_UTF32:
		return decode_wide(out, c, s);
	case CHARSET_874:
		return decode_874(out, s);
	case CHARSET_USER:
		for (size_t i = 0; i < s.n; i++)
			utf8_add(
				out, (unsigned char)s.p[i] < 0x80
					     ? (uint32_t)s.p[i]
					     : 0xf700u + (unsigned char)s.p[i]);
		return 0;
	case CHARSET_ICONV:
		break;
	}
	return convert(out, c, s);
}

/* --- the doors -------------------------------------------------------------
 */

/* Is it likely that BYTES, said to be UTF-8, are something else? Where most of
 * what is not ASCII does not fit they are. */
static bool
is_other_than_utf8(struct str s)
{
	size_t good = 0, bad = 0;
	uint32_t cp;

	for (size_t i = 0; i < s.n;) {
		size_t n = utf8_decode(s, i, &cp);

		good += n > 1;
		bad += n == 1 && cp == UTF8_BAD;
		i += n;
	}
	return bad > good;
}

/* Labels that the table lacks but the system has (T.61, EBCDIC, …). */
static bool
iconv_knows(struct str label, char name[LABEL_MAX + 1])
{
	iconv_t cd;

	label = str_trim(label);
	if (label.n == 0 || label.n > LABEL_MAX)
		return false;
	for (size_t i = 0; i < label.n; i++) {
		char c = ascii_lower(label.p[i]);

		if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
			    c == '-' || c == '_' || c == '.' || c == ':'))
			return false;
		name[i] = label.p[i];
	}
	name[label.n] = '\0';
	cd = iconv_open("UTF-8", name);
	if (cd == (iconv_t)-1)
		return false;
	iconv_close(cd);
	return true;
}

size_t
charset_decode_raw(
	struct buf *out, struct str label, struct str bytes, const char *region)
{
	struct charset other;
	char name[LABEL_MAX + 1];
	const struct charset *c = charset_by_label(label);
	bool is_free;
	size_t start = out->n, bad;

	if (!c && iconv_knows(label, name)) {
		other = (struct charset){
			.name = name, .iconv = name, .is_seven = true
		};
		c = &other;
	}
	is_free = !c || c->is_ascii;

	if ((is_free || c->kind == CHARSET_UTF8 ||
		    (c->kind == CHARSET_ICONV && !c->is_seven)) &&
		str_is_ascii(bytes)) {
		buf_add(out, bytes);
		return 0;
	}
	if (!is_free && c->kind == CHARSET_UTF8) {
		if (utf8_valid(bytes)) {
			buf_add(out, bytes);
			return 0;
		}
		is_free = is_other_than_utf8(bytes);
	}
	if (is_free) {
		label = str_c(charset_guess(bytes, region));
		c = charset_by_label(label);
	}
	bad = decode_as(out, c, bytes);
	if (bad && c->is_multi && utf8_valid(bytes)) {
		/* the label is wrong: nothing else looks like UTF-8 by chance
		 */
		buf_cut(out, start);
		buf_add(out, bytes);
		return 0;
	}
	return bad;
}

size_t
charset_decode(
	struct buf *out, struct str label, struct str bytes, const char *region)
{
	struct buf b;
	size_t bad, start = out->n;

	bad = charset_decode_raw(out, label, bytes, region);
	if (is_nfc_fast(str_sub(buf_str(out), start, out->n)))
		return bad;
	buf_init(&b, out->max);
	charset_nfc(&b, str_sub(buf_str(out), start, out->n));
	buf_cut(out, start);
	buf_add(out, buf_str(&b));
	buf_fini(&b);
	return bad;
}

void
charset_escapes(struct buf *text, const char *region)
{
	const char *label;
	struct buf b;

	if (!text->n || !memchr(text->p, 0x1b, text->n) ||
		!str_is_ascii(buf_str(text)))
		return;
	label = charset_guess(buf_str(text), region);
	if (charset_is_utf8(str_c(label)))
		return;
	buf_init(&b, text->max);
	charset_decode(&b, str_c(label), buf_str(text), region);
	buf_clear(text);
	buf_add(text, buf_str(&b));
	buf_fini(&b);
}

const char *
charset_name(struct str label)
{
	const struct charset *c = charset_by_label(label);

	return c ? c->name : NULL;
}

bool
charset_is_utf8(struct str label)
{
	const struct charset *c = charset_by_label(label);

	return c && (c->kind == CHARSET_UTF8 || c->is_ascii);
}
