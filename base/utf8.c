/* SPDX-License-Identifier: GPL-3.0-or-later */
/* utf8 - see utf8.h */
#include "base/utf8.h"

#include <locale.h>
#include <pthread.h>
#include <wchar.h>

enum { MARKS_MAX = 8, TAB = 8 };

static locale_t utf8_locale;
static pthread_once_t locale_once = PTHREAD_ONCE_INIT;

static void
make_locale(void)
{
	static const char *const names[] = { "C.UTF-8", "C.utf8",
		"en_US.UTF-8" };

	for (size_t i = 0; i < sizeof names / sizeof *names && !utf8_locale;
		i++)
		utf8_locale = newlocale(LC_CTYPE_MASK, names[i], (locale_t)0);
}

size_t
utf8_decode(struct str s, size_t at, uint32_t *cp)
{
	const unsigned char *p = (const unsigned char *)s.p + at;
	size_t left = s.n - at, n;
	uint32_t c = p[0], min;

	*cp = UTF8_BAD;
	if (c < 0x80) {
		*cp = c;
		return 1;
	}
	if (c >= 0xc2 && c <= 0xdf)
		n = 2, c &= 0x1f, min = 0x80;
	else if (c >= 0xe0 && c <= 0xef)
		n = 3, c &= 0x0f, min = 0x800;
	else if (c >= 0xf0 && c <= 0xf4)
		n = 4, c &= 0x07, min = 0x10000;
	else
		return 1;
	if (left < n)
		return 1;
	for (size_t i = 1; i < n; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 1;
		c = c << 6 | (p[i] & 0x3f);
	}
	if (c < min || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		return 1;
	*cp = c;
	return n;
}

void
utf8_add(struct buf *b, uint32_t cp)
{
	char t[4];
	size_t n;

	if (cp > 0x10ffff || (cp >= 0xd800 && cp <= 0xdfff))
		cp = UTF8_BAD;
	if (cp < 0x80) {
		t[0] = (char)cp;
		n = 1;
	} else if (cp < 0x800) {
		t[0] = (char)(0xc0 | cp >> 6);
		t[1] = (char)(0x80 | (cp & 0x3f));
		n = 2;
	} else if (cp < 0x10000) {
		t[0] = (char)(0xe0 | cp >> 12);
		t[1] = (char)(0x80 | (cp >> 6 & 0x3f));
		t[2] = (char)(0x80 | (cp & 0x3f));
		n = 3;
	} else {
		t[0] = (char)(0xf0 | cp >> 18);
		t[1] = (char)(0x80 | (cp >> 12 & 0x3f));
		t[2] = (char)(0x80 | (cp >> 6 & 0x3f));
		t[3] = (char)(0x80 | (cp & 0x3f));
		n = 4;
	}
	buf_add(b, (struct str){ t, n });
}

bool
utf8_valid(struct str s)
{
	uint32_t cp;

	for (size_t i = 0; i < s.n;) {
		size_t n = utf8_decode(s, i, &cp);

		if (cp == UTF8_BAD && n == 1)
			return false;
		i += n;
	}
	return true;
}

int
utf8_cells(uint32_t cp)
{
	locale_t old;
	int w;

	if (cp >= 0x20 && cp < 0x7f)
		return 1;
	pthread_once(&locale_once, make_locale);
	if (!utf8_locale)
		return 1;
	old = uselocale(utf8_locale);
	w = wcwidth((wchar_t)cp);
	uselocale(old);
	return w < 0 ? 1 : w;
}

size_t
utf8_width(struct str s)
{
	size_t w = 0;
	uint32_t cp;

	for (size_t i = 0; i < s.n;) {
		i += utf8_decode(s, i, &cp);
		w += (size_t)utf8_cells(cp);
	}
	return w;
}

size_t
utf8_cut(struct str s, size_t cells, size_t *used_out)
{
	size_t used = 0, i = 0;
	uint32_t cp;

	while (i < s.n) {
		size_t n = utf8_decode(s, i, &cp), w = (size_t)utf8_cells(cp);

		if (used + w > cells)
			break;
		used += w;
		i += n;
	}
	if (used_out)
		*used_out = used;
	return i;
}

bool
utf8_is_unsafe(uint32_t cp)
{
	return cp < 0x20 || (cp >= 0x7f && cp <= 0x9f) || cp == 0x00ad ||
	       cp == 0x034f || cp == 0x061c || cp == 0x115f || cp == 0x1160 ||
	       cp == 0x180e || (cp >= 0x200b && cp <= 0x200c) || cp == 0x200e ||
	       cp == 0x200f || (cp >= 0x2028 && cp <= 0x202e) ||
	       (cp >= 0x2060 && cp <= 0x206f) || cp == 0x3164 || cp == 0xfeff ||
	       cp == 0xffa0 || (cp >= 0xfff9 && cp <= 0xfffb) ||
	       (cp >= 0xfdd0 && cp <= 0xfdef) || (cp & 0xfffe) == 0xfffe ||
	       (cp >= 0xe0000 && cp <= 0xe0fff);
}

void
utf8_safe(struct buf *out, struct str s, enum utf8_mode mode)
{
	size_t column = 0, marks = 0;
	uint32_t cp;

	for (size_t i = 0; i < s.n;) {
		size_t n, at = i;
		bool bad;
		int w;

		/* runs of printable ASCII go as they are */
		while (i < s.n && s.p[i] >= 0x20 && s.p[i] < 0x7f)
			i++;
		if (i > at) {
			buf_add(out, str_sub(s, at, i));
			column += i - at;
			marks = 0;
			continue;
		}
		n = utf8_decode(s, i, &cp);
		bad = cp == UTF8_BAD && n == 1;
		i += n;
		if (cp == '\n' && mode == UTF8_TEXT) {
			buf_addc(out, '\n');
			column = marks = 0;
			continue;
		}
		if (cp == '\t') {
			size_t to = mode == UTF8_TEXT ? TAB - column % TAB : 1;

			column += to;
			marks = 0;
			while (to--)
				buf_addc(out, ' ');
			continue;
		}
		if (cp == '\r' && i < s.n && s.p[i] == '\n')
			continue; /* CRLF is one line end */
		if (cp == '\n') {
			buf_addc(out, ' ');
			column++;
			marks = 0;
			continue;
		}
		if (bad || utf8_is_unsafe(cp)) {
			utf8_add(out, bad ? UTF8_BAD : 0xb7);
			column++;
			marks = 0;
			continue;
		}
		w = utf8_cells(cp);
		if (w == 0 && ++marks > MARKS_MAX)
			continue;
		if (w > 0)
			marks = 0;
		column += (size_t)w;
		buf_add(out, str_sub(s, at, i));
	}
}
