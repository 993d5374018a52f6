/* SPDX-License-Identifier: GPL-3.0-or-later */
/* text - see text.h */
#include "auth/text.h"

#include <time.h>

#include "base/utf8.h"

static bool
is_plain(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < 0x20 || s.p[i] > 0x7e)
			return false;
	return true;
}

const char *
text_safe(struct arena *a, struct str s)
{
	struct buf b, flat;
	const char *p;

	s = str_sub(s, 0, LIMIT_FIELD_SHOWN);
	if (s.n == 0)
		return "";
	if (is_plain(s))
		return arena_cstr(a, s);
	buf_init(&b, LIMIT_FIELD_SHOWN * 4);
	buf_init(&flat, LIMIT_FIELD_SHOWN);
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '\r' && i + 1 < s.n && s.p[i + 1] == '\n')
			continue;
		if (s.p[i] == '\n' && i + 1 < s.n &&
			(s.p[i + 1] == ' ' || s.p[i + 1] == '\t'))
			continue;
		buf_addc(&flat, s.p[i]);
	}
	utf8_safe(&b, buf_str(&flat), UTF8_LINE);
	p = arena_cstr(a, buf_str(&b));
	buf_fini(&b);
	buf_fini(&flat);
	return p;
}

const char *
text_printf(struct arena *a, const char *fmt, ...)
{
	va_list ap;
	struct str s;

	va_start(ap, fmt);
	s = str_c(arena_vprintf(a, fmt, ap));
	va_end(ap);
	return is_plain(s) && s.n <= LIMIT_FIELD_SHOWN ? s.p : text_safe(a, s);
}

struct str
text_lower(struct arena *a, struct str s)
{
	char *p = arena_alloc(a, s.n + 1);

	for (size_t i = 0; i < s.n; i++)
		p[i] = ascii_lower(s.p[i]);
	return (struct str){ p, s.n };
}

static int
base64_digit(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '+' ? 62 : c == '/' ? 63 : -1;
}

ptrdiff_t
text_base64(struct str s, unsigned char *out, size_t cap)
{
	uint32_t bits = 0;
	unsigned have = 0, pads = 0, digits = 0;
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		int v;

		if (c == ' ' || c == '\t' || c == '\r' || c == '\n')
			continue;
		if (c == '=') {
			if (++pads > 2)
				return -1;
			continue;
		}
		v = base64_digit(c);
		if (v < 0 || pads)
			return -1;
		digits++;
		bits = bits << 6 | (uint32_t)v;
		have += 6;
		if (have >= 8) {
			have -= 8;
			if (n == cap)
				return -1;
			out[n++] = (unsigned char)(bits >> have);
		}
	}
	/* the padding may be missing, but not be wrong */
	if (digits % 4 == 1 || (pads && (digits + pads) % 4))
		return -1;
	return (ptrdiff_t)n;
}

const char *
text_date(struct arena *a, int64_t t)
{
	time_t seconds = (time_t)t;
	struct tm tm;
	char day[40];

	if (!gmtime_r(&seconds, &tm) ||
		!strftime(day, sizeof day, "%Y-%m-%d", &tm))
		return arena_printf(a, N_("second %lld"), (long long)t);
	return arena_strdup(a, day);
}
