/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spf_macro - see spf_macro.h */
#include "auth/spf_macro.h"

#include <arpa/inet.h>

#include "auth/name.h"

enum { EXPANDED_BYTES = 8 << 10 };

struct macro {
	char letter; /* lower case */
	bool is_upper, is_reversed;
	size_t keep;        /* labels from the right, 0: all */
	struct str delimit; /* characters to split at; empty: "." */
};

static bool
is_delimiter(char c)
{
	return c && strchr(".-+,/_=", c);
}

/* Read "%{...}" at AT of S; the length, or 0 where it is none. */
static size_t
read_macro(struct str s, size_t at, bool is_exp, struct macro *out)
{
	size_t i = at + 2, start;
	uint64_t v;

	*out = (struct macro){ 0 };
	if (i >= s.n)
		return 0;
	out->letter = ascii_lower(s.p[i]);
	out->is_upper = out->letter != s.p[i];
	if (!out->letter ||
		!strchr(is_exp ? "slodiphvcrt" : "slodiphv", out->letter))
		return 0;
	start = ++i;
	while (i < s.n && s.p[i] >= '0' && s.p[i] <= '9')
		i++;
	if (i > start) {
		if (!str_to_u64(str_sub(s, start, i), UINT32_MAX, &v) || v == 0)
			return 0;
		out->keep = (size_t)v;
	}
	if (i < s.n && ascii_lower(s.p[i]) == 'r') {
		out->is_reversed = true;
		i++;
	}
	start = i;
	while (i < s.n && is_delimiter(s.p[i]))
		i++;
	out->delimit = str_sub(s, start, i);
	return i < s.n && s.p[i] == '}' ? i + 1 - at : 0;
}

bool
spf_macro_valid(struct str s, bool is_exp)
{
	struct macro m;

	for (size_t i = 0; i < s.n; i++) {
		size_t n;

		if (s.p[i] < 0x21 || s.p[i] > 0x7e) {
			if (!is_exp || s.p[i] != ' ')
				return false;
			continue;
		}
		if (s.p[i] != '%')
			continue;
		if (i + 1 == s.n)
			return false;
		if (strchr("%_-", s.p[i + 1]) && s.p[i + 1]) {
			i++;
			continue;
		}
		if (s.p[i + 1] != '{')
			return false;
		n = read_macro(s, i, is_exp, &m);
		if (n == 0)
			return false;
		i += n - 1;
	}
	return true;
}

/* The address with dots: as usual, or a digit each for IPv6. */
static void
dotted(struct buf *out, const struct spf_macros *m)
{
	if (!m->is_ip6) {
		buf_printf(out, "%d.%d.%d.%d", m->ip[0], m->ip[1], m->ip[2],
			m->ip[3]);
		return;
	}
	for (int i = 0; i < 16; i++)
		buf_printf(out, "%s%X.%X", i ? "." : "", m->ip[i] >> 4,
			m->ip[i] & 15);
}

static bool
value_of(struct buf *out, char letter, const struct spf_macros *m)
{
	char text[INET6_ADDRSTRLEN] = "";

	switch (letter) {
	case 's':
		return buf_add(out, m->sender);
	case 'l':
		return buf_add(out, m->local);
	case 'o':
		return buf_add(out, m->sender_domain);
	case 'd':
		return buf_add(out, m->domain);
	case 'i':
		dotted(out, m);
		return true;
	case 'c':
		inet_ntop(m->is_ip6 ? AF_INET6 : AF_INET, m->ip, text,
			sizeof text);
		return buf_adds(out, text);
	case 'p':
		return buf_add(out,
			m->validated ? m->validated(m->arg) : STR("unknown"));
	case 'v':
		return buf_adds(out, m->is_ip6 ? "ip6" : "in-addr");
	case 'h':
		return buf_add(out, m->helo);
	case 't':
		return buf_printf(out, "%lld", (long long)m->now);
	default: /* r: whoever asks has no name for himself */
		return buf_adds(out, "unknown");
	}
}

static void
add_escaped(struct buf *out, struct str s, bool is_url)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		bool plain = (ascii_lower(c) >= 'a' && ascii_lower(c) <= 'z') ||
			     (c >= '0' && c <= '9') || (c && strchr("-._~", c));

		if (is_url && !plain)
			buf_printf(out, "%%%02X", (unsigned char)c);
		else
			buf_addc(out, c);
	}
}

/* Split VALUE at the delimiters, turn it round and keep the last labels. */
static void
add_transformed(struct buf *out, struct str value, const struct macro *mac)
{
	struct str part[256];
	size_t n = 0, start = 0, first;

	for (size_t i = 0; i <= value.n && n < 256; i++) {
		bool cut =
			i == value.n ||
			(mac->delimit.n ? str_chr(mac->delimit, value.p[i]) >= 0
					: value.p[i] == '.');

		if (!cut || (n == 255 && i < value.n))
			continue;
		part[n++] = str_sub(value, start, i);
		start = i + 1;
	}
	first = mac->keep && mac->keep < n ? n - mac->keep : 0;
	for (size_t i = first; i < n; i++) {
		/* reversed, the labels kept are the rightmost of the result */
		struct str p = mac->is_reversed ? part[n - 1 - i] : part[i];

		if (i > first)
			buf_addc(out, '.');
		add_escaped(out, p, mac->is_upper);
	}
}

static bool
add_macro(struct buf *out, const struct macro *mac, const struct spf_macros *m,
	bool is_exp)
{
	struct buf value;
	bool ok = true;

	buf_init(&value, EXPANDED_BYTES);
	value_of(&value, mac->letter, m);
	for (size_t i = 0; i < value.n; i++)
		if ((unsigned char)value.p[i] >= 0x80 &&
			(mac->letter == 's' || mac->letter == 'l'))
			ok = is_exp;
	if (!mac->is_reversed && !mac->keep && !mac->delimit.n)
		add_escaped(out, buf_str(&value), mac->is_upper);
	else
		add_transformed(out, buf_str(&value), mac);
	buf_fini(&value);
	return ok;
}

bool
spf_macro_expand(
	struct buf *out, struct str s, const struct spf_macros *m, bool is_exp)
{
	bool ok = true;

	for (size_t i = 0; i < s.n; i++) {
		struct macro mac;
		size_t n;

		if (s.p[i] != '%' || i + 1 == s.n) {
			buf_addc(out, s.p[i]);
			continue;
		}
		if (s.p[i + 1] != '{') {
			i++;
			buf_adds(out, s.p[i] == '%'   ? "%"
				      : s.p[i] == '_' ? " "
						      : "%20");
			continue;
		}
		n = read_macro(s, i, is_exp, &mac);
		if (n == 0)
			return false;
		ok = add_macro(out, &mac, m, is_exp) && ok;
		i += n - 1;
	}
	return ok;
}

bool
spf_macro_domain(struct arena *a, struct str spec, const struct spf_macros *m,
	struct str *out)
{
	struct buf b;
	struct str s;
	bool ok;

	buf_init(&b, EXPANDED_BYTES);
	ok = spf_macro_expand(&b, spec, m, false);
	s = buf_str(&b);
	if (s.n && s.p[s.n - 1] == '.')
		s.n--;
	while (s.n > NAME_MAX_BYTES && str_chr(s, '.') >= 0)
		s = name_parent(s);
	*out = arena_str(a, s);
	buf_fini(&b);
	return ok;
}
