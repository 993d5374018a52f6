/* SPDX-License-Identifier: GPL-3.0-or-later */
/* str - see str.h */
#include "base/str.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

struct str
str_sub(struct str s, size_t from, size_t to)
{
	if (to > s.n)
		to = s.n;
	if (from > to)
		from = to;
	return (struct str){ s.p ? s.p + from : NULL, to - from };
}

bool
str_is_ascii(struct str s)
{
	uint64_t eight;
	size_t i = 0;

	/* letters are, for the most part: eight bytes at once */
	for (; s.n - i >= sizeof eight; i += sizeof eight) {
		memcpy(&eight, s.p + i, sizeof eight);
		if (eight & 0x8080808080808080u)
			return false;
	}
	for (; i < s.n; i++)
		if ((unsigned char)s.p[i] > 0x7f)
			return false;
	return true;
}

bool
str_eq(struct str a, struct str b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

bool
str_ieq(struct str a, struct str b)
{
	if (a.n != b.n)
		return false;
	for (size_t i = 0; i < a.n; i++)
		if (ascii_lower(a.p[i]) != ascii_lower(b.p[i]))
			return false;
	return true;
}

bool
str_starts(struct str s, struct str prefix)
{
	return s.n >= prefix.n && str_eq(str_sub(s, 0, prefix.n), prefix);
}

bool
str_istarts(struct str s, struct str prefix)
{
	return s.n >= prefix.n && str_ieq(str_sub(s, 0, prefix.n), prefix);
}

bool
str_ends(struct str s, struct str suffix)
{
	return s.n >= suffix.n &&
	       str_eq(str_sub(s, s.n - suffix.n, s.n), suffix);
}

bool
str_iends(struct str s, struct str suffix)
{
	return s.n >= suffix.n &&
	       str_ieq(str_sub(s, s.n - suffix.n, s.n), suffix);
}

static bool
is_white(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

struct str
str_trim(struct str s)
{
	while (s.n && is_white(s.p[0]))
		s.p++, s.n--;
	while (s.n && is_white(s.p[s.n - 1]))
		s.n--;
	return s;
}

ptrdiff_t
str_chr(struct str s, char c)
{
	const char *hit = s.n ? memchr(s.p, c, s.n) : NULL;

	return hit ? hit - s.p : -1;
}

ptrdiff_t
str_rchr(struct str s, char c)
{
	for (size_t i = s.n; i > 0; i--)
		if (s.p[i - 1] == c)
			return (ptrdiff_t)i - 1;
	return -1;
}

ptrdiff_t
str_find(struct str s, struct str needle)
{
	size_t at = 0;

	if (needle.n == 0)
		return 0;
	while (s.n - at >= needle.n) {
		const char *hit =
			memchr(s.p + at, needle.p[0], s.n - at - needle.n + 1);

		if (!hit)
			return -1;
		if (memcmp(hit, needle.p, needle.n) == 0)
			return hit - s.p;
		at = (size_t)(hit - s.p) + 1;
	}
	return -1;
}

ptrdiff_t
str_ifind(struct str s, struct str needle)
{
	char first = needle.n ? ascii_lower(needle.p[0]) : 0;

	for (size_t i = 0; i + needle.n <= s.n; i++)
		if (!needle.n ||
			(ascii_lower(s.p[i]) == first &&
				str_ieq(str_sub(s, i, i + needle.n), needle)))
			return (ptrdiff_t)i;
	return -1;
}

bool
str_split(struct str *rest, char sep, struct str *out)
{
	ptrdiff_t at;

	if (!rest->p)
		return false;
	at = str_chr(*rest, sep);
	if (at < 0) {
		*out = *rest;
		*rest = STR_NONE;
		return true;
	}
	*out = str_sub(*rest, 0, (size_t)at);
	*rest = str_sub(*rest, (size_t)at + 1, rest->n);
	return true;
}

bool
str_to_u64(struct str s, uint64_t max, uint64_t *out)
{
	uint64_t v = 0;

	if (s.n == 0 || s.n > 20)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
		if (__builtin_mul_overflow(v, (uint64_t)10, &v) ||
			__builtin_add_overflow(v, (uint64_t)(s.p[i] - '0'), &v))
			return false;
	}
	if (v > max)
		return false;
	*out = v;
	return true;
}

void
buf_init(struct buf *b, size_t max)
{
	*b = (struct buf){ NULL, 0, 0, max, false };
}

void
buf_fini(struct buf *b)
{
	free(b->p);
	buf_init(b, b->max);
}

void
buf_clear(struct buf *b)
{
	b->n = 0;
	b->full = false;
	if (b->p)
		b->p[0] = '\0';
}

char *
buf_room(struct buf *b, size_t n)
{
	size_t want;

	assert(b->n <= b->max);
	if (n > b->max - b->n) {
		b->full = true;
		return NULL;
	}
	want = b->n + n + 1;
	if (want > b->cap) {
		size_t cap = b->cap ? b->cap : 64;
		char *p;

		while (cap < want)
			cap = cap > SIZE_MAX / 2 ? want : cap * 2;
		p = realloc(b->p, cap);
		if (!p) {
			fputs("signet: out of memory\n", stderr);
			abort();
		}
		b->p = p;
		b->cap = cap;
	}
	return b->p + b->n;
}

bool
buf_add(struct buf *b, struct str s)
{
	size_t n = s.n > b->max - b->n ? b->max - b->n : s.n;
	char *p;

	if (s.n == 0)
		return true;
	p = buf_room(b, n);
	memcpy(p, s.p, n);
	b->n += n;
	b->p[b->n] = '\0';
	if (n < s.n)
		b->full = true;
	return n == s.n;
}

bool
buf_addc(struct buf *b, char c)
{
	if (b->n + 1 < b->cap && b->n < b->max) {
		b->p[b->n++] = c;
		b->p[b->n] = '\0';
		return true;
	}
	return buf_add(b, (struct str){ &c, 1 });
}

bool
buf_adds(struct buf *b, const char *s)
{
	return buf_add(b, str_c(s));
}

bool
buf_vprintf(struct buf *b, const char *fmt, va_list ap)
{
	char small[512], *big;
	va_list again;
	bool ok;
	int n;

	va_copy(again, ap);
	n = vsnprintf(small, sizeof small, fmt, again);
	va_end(again);
	if (n < 0)
		return false;
	if ((size_t)n < sizeof small)
		return buf_add(b, (struct str){ small, (size_t)n });
	big = malloc((size_t)n + 1);
	if (!big) {
		fputs("signet: out of memory\n", stderr);
		abort();
	}
	vsnprintf(big, (size_t)n + 1, fmt, ap);
	ok = buf_add(b, (struct str){ big, (size_t)n });
	free(big);
	return ok;
}

bool
buf_printf(struct buf *b, const char *fmt, ...)
{
	va_list ap;
	bool ok;

	va_start(ap, fmt);
	ok = buf_vprintf(b, fmt, ap);
	va_end(ap);
	return ok;
}

void
buf_cut(struct buf *b, size_t n)
{
	if (n >= b->n)
		return;
	b->n = n;
	b->p[n] = '\0';
}
