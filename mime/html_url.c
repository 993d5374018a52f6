/* SPDX-License-Identifier: GPL-3.0-or-later */
/* html_url - what URLs of a letter name: see html.h and html_url.h. */
#include "mime/html_url.h"

#include <idn2.h>
#include <stdlib.h>

#include "base/utf8.h"
#include "mime/html.h"

enum { HOST_MAX = 1024 };

struct str
html_url_clean(struct arena *a, struct str url)
{
	char *p = arena_alloc(a, url.n + 1);
	size_t n = 0;

	url = str_trim(url);
	while (url.n && (unsigned char)url.p[0] <= ' ')
		url = str_sub(url, 1, url.n);
	while (url.n && (unsigned char)url.p[url.n - 1] <= ' ')
		url.n--;
	for (size_t i = 0; i < url.n; i++)
		if (url.p[i] != '\t' && url.p[i] != '\n' && url.p[i] != '\r')
			p[n++] = url.p[i];
	return (struct str){ p, n };
}

struct str
html_url_scheme(struct str url)
{
	size_t i = 0;

	while (i < url.n) {
		char c = ascii_lower(url.p[i]);

		if (c == ':')
			return i ? str_sub(url, 0, i) : STR_NONE;
		if (!((c >= 'a' && c <= 'z') ||
			    (i && ((c >= '0' && c <= '9') || c == '+' ||
					  c == '-' || c == '.'))))
			break;
		i++;
	}
	return STR_NONE;
}

static int
hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = ascii_lower(c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Does libidn2 leave HOST, in lower case, as it is? */
static bool
is_plain(struct str host)
{
	for (size_t i = 0; i < host.n; i++)
		if (host.p[i] <= 0x20 || host.p[i] >= 0x7f)
			return false;
	return str_find(host, STR("xn--")) < 0;
}

/* HOST with %XX decoded and in lower-case A-labels. */
static struct str
to_ascii(struct arena *a, struct str host)
{
	struct buf b;
	char *ascii = NULL;
	struct str r;

	buf_init(&b, HOST_MAX);
	for (size_t i = 0; i < host.n; i++) {
		int high = i + 2 < host.n && host.p[i] == '%'
				   ? hex(host.p[i + 1])
				   : -1;
		int low = high >= 0 ? hex(host.p[i + 2]) : -1;

		if (low >= 0) {
			buf_addc(&b, (char)(high << 4 | low));
			i += 2;
		} else {
			buf_addc(&b, ascii_lower(host.p[i]));
		}
	}
	if (!is_plain(buf_str(&b)) && !memchr(buf_c(&b), '\0', b.n) &&
		idn2_lookup_u8((const uint8_t *)buf_c(&b), (uint8_t **)&ascii,
			IDN2_NONTRANSITIONAL) == IDN2_OK &&
		ascii) {
		r = str_c(arena_strdup(a, ascii));
		idn2_free(ascii);
	} else {
		r = arena_str(a, buf_str(&b));
	}
	buf_fini(&b);
	while (r.n && r.p[r.n - 1] == '.')
		r.n--;
	return r;
}

/* Browsers read "0x7f.1", "2130706433" and octal parts as IPv4 addresses: say
 * what they name. */
static struct str
numeric_host(struct arena *a, struct str host)
{
	uint64_t part[4], value;
	size_t n = 0, i = 0;

	while (i < host.n) {
		int base = 10, d;
		uint64_t v = 0;

		if (n == 4)
			return host;
		if (host.p[i] == '0' && i + 1 < host.n &&
			ascii_lower(host.p[i + 1]) == 'x')
			base = 16, i += 2;
		else if (host.p[i] == '0' && i + 1 < host.n &&
			 host.p[i + 1] != '.')
			base = 8;
		while (i < host.n && host.p[i] != '.') {
			d = hex(host.p[i++]);
			if (d < 0 || d >= base || v > UINT32_MAX)
				return host;
			v = v * (uint64_t)base + (uint64_t)d;
		}
		part[n++] = v;
		i++;
	}
	if (n == 0)
		return host;
	value = part[n - 1];
	for (size_t k = 0; k + 1 < n; k++) {
		if (part[k] > 255)
			return host;
		value += part[k] << (8 * (3 - k));
	}
	if (part[n - 1] > UINT32_MAX || value > UINT32_MAX)
		return host;
	return str_c(arena_printf(a, "%u.%u.%u.%u", (unsigned)(value >> 24),
		(unsigned)(value >> 16 & 255), (unsigned)(value >> 8 & 255),
		(unsigned)(value & 255)));
}

struct str
html_url_host(struct arena *a, struct str url)
{
	struct str scheme, rest, host;
	size_t end = 0;
	ptrdiff_t at, colon;

	url = html_url_clean(a, url);
	scheme = html_url_scheme(url);
	if (str_ieq(scheme, STR("mailto"))) {
		rest = str_sub(url, 7, url.n);
		at = str_chr(rest, '?');
		if (at >= 0)
			rest.n = (size_t)at;
		at = str_rchr(rest, '@');
		return at < 0 ? STR_NONE
			      : to_ascii(a,
					str_sub(rest, (size_t)at + 1, rest.n));
	}
	if (scheme.n && !str_ieq(scheme, STR("http")) &&
		!str_ieq(scheme, STR("https")) && !str_ieq(scheme, STR("ftp")))
		return STR_NONE;
	rest = str_sub(url, scheme.n ? scheme.n + 1 : 0, url.n);
	if (!scheme.n &&
		!(rest.n > 1 && (rest.p[0] == '/' || rest.p[0] == '\\') &&
			(rest.p[1] == '/' || rest.p[1] == '\\')))
		return STR_NONE;
	/* any number of slashes, either way round (WHATWG) */
	while (rest.n && (rest.p[0] == '/' || rest.p[0] == '\\'))
		rest = str_sub(rest, 1, rest.n);
	while (end < rest.n && rest.p[end] != '/' && rest.p[end] != '\\' &&
		rest.p[end] != '?' && rest.p[end] != '#')
		end++;
	host = str_sub(rest, 0, end);
	/* what stands before the last "@" is a user's name, whatever it looks
	 * like */
	at = str_rchr(host, '@');
	if (at >= 0)
		host = str_sub(host, (size_t)at + 1, host.n);
	if (host.n && host.p[0] == '[') {
		at = str_chr(host, ']');
		return at < 0 ? STR_NONE
			      : arena_str(a, str_sub(host, 0, (size_t)at + 1));
	}
	colon = str_chr(host, ':');
	if (colon >= 0)
		host.n = (size_t)colon;
	if (host.n == 0)
		return STR_NONE;
	return numeric_host(a, to_ascii(a, str_sub(host, 0, HOST_MAX)));
}

/* --- relative URLs ---------------------------------------------------------
 */

struct str
html_url_join(struct arena *a, struct str base, struct str url)
{
	struct str scheme, base_scheme;
	size_t root, path;

	url = html_url_clean(a, url);
	scheme = html_url_scheme(url);
	base_scheme = html_url_scheme(base);
	if (scheme.n || base_scheme.n == 0 || url.n == 0)
		return url;
	if (url.n > 1 && (url.p[0] == '/' || url.p[0] == '\\') &&
		(url.p[1] == '/' || url.p[1] == '\\'))
		return str_c(arena_printf(
			a, "%.*s:%.*s", STR_ARG(base_scheme), STR_ARG(url)));
	root = base_scheme.n + 1;
	while (root < base.n && (base.p[root] == '/' || base.p[root] == '\\'))
		root++;
	while (root < base.n && base.p[root] != '/' && base.p[root] != '?' &&
		base.p[root] != '#')
		root++;
	path = root;
	if (url.p[0] != '/') {
		size_t end = root;

		while (end < base.n && base.p[end] != '?' && base.p[end] != '#')
			end++;
		if (url.p[0] == '?' || url.p[0] == '#') {
			path = end;
		} else {
			while (end > root && base.p[end - 1] != '/')
				end--;
			path = end;
		}
	}
	return str_c(arena_printf(a, "%.*s%s%.*s",
		STR_ARG(str_sub(base, 0, path)),
		path == root && url.p[0] != '/' ? "/" : "", STR_ARG(url)));
}

bool
html_url_is_blocked(struct str url)
{
	struct str s = html_url_scheme(url);

	/* what a reader may follow by a key (security rule R17) */
	return s.n && !str_ieq(s, STR("http")) && !str_ieq(s, STR("https")) &&
	       !str_ieq(s, STR("mailto")) && !str_ieq(s, STR("ftp")) &&
	       !str_ieq(s, STR("tel")) && !str_ieq(s, STR("cid"));
}

/* --- texts that name a host ------------------------------------------------
 */

static bool
is_host_char(char c)
{
	return (c >= '0' && c <= '9') ||
	       (ascii_lower(c) >= 'a' && ascii_lower(c) <= 'z') || c == '-' ||
	       c == '.' || (signed char)c < 0;
}

/* Top-level names that words of a sentence do not end in by chance ("e.g.",
 * "file.txt" are no hosts). A label of two letters is a country. */
static bool
is_top_level(struct str s)
{
	static const char *const names[] = { "com", "net", "org", "edu", "gov",
		"mil", "int", "info", "biz", "name", "pro", "aero", "coop",
		"museum", "arpa", "example", "test", "shop", "online", "site",
		"store", "app", "dev", "cloud", "bank", "xyz", "club", "live",
		"news", "email", "support", "company", "services", "asia",
		"mobi", "jobs", "tel", "travel", "top", "vip", "link", "page",
		"world", "group", "tech", "space", "website" };

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (str_ieq(s, str_c(names[i])))
			return true;
	if (str_istarts(s, STR("xn--")) || (s.n && (signed char)s.p[0] < 0))
		return true;
	return s.n == 2 && s.p[0] > '9' && s.p[1] > '9';
}

/* TEXT as the eye reads it: wide forms of ASCII as ASCII, the full stops that
 * IDNA takes for dots (RFC 3490, 3.1) as dots, nothing without a width. */
static struct str
as_read(struct arena *a, struct str text)
{
	struct buf b;
	uint32_t cp;
	struct str r;

	buf_init(&b, text.n + 1);
	for (size_t i = 0; i < text.n;) {
		size_t n = utf8_decode(text, i, &cp);

		if (cp >= 0xff01 && cp <= 0xff5e)
			buf_addc(&b, (char)(cp - 0xfee0));
		else if (cp == 0x3002 || cp == 0xff61)
			buf_addc(&b, '.');
		else if (cp != 0xad && cp != 0xfeff && cp != 0x2060 &&
			 !(cp >= 0x200b && cp <= 0x200d))
			buf_add(&b, str_sub(text, i, i + n));
		i += n;
	}
	r = arena_str(a, buf_str(&b));
	buf_fini(&b);
	return r;
}

struct str
html_text_mail_host(struct arena *a, struct str text)
{
	ptrdiff_t at, dot;
	size_t end = 0;

	text = as_read(a, text);
	at = str_chr(text, '@');
	if (at <= 0)
		return STR_NONE;
	text = str_sub(text, (size_t)at + 1, text.n);
	while (end < text.n && is_host_char(text.p[end]))
		end++;
	text = str_sub(text, 0, end);
	while (text.n && text.p[text.n - 1] == '.')
		text.n--;
	dot = str_rchr(text, '.');
	return dot <= 0 ? STR_NONE : to_ascii(a, text);
}

struct str
html_text_host(struct arena *a, struct str text)
{
	text = str_trim(as_read(a, text));
	for (size_t i = 0; i < text.n;) {
		size_t start = i, end;
		struct str word, host;
		ptrdiff_t dot;

		while (i < text.n && (unsigned char)text.p[i] > ' ')
			i++;
		end = i;
		while (i < text.n && (unsigned char)text.p[i] <= ' ')
			i++;
		word = str_sub(text, start, end);
		while (word.n && strchr("<([\"'", word.p[0]))
			word = str_sub(word, 1, word.n);
		if (str_istarts(word, STR("http:")) ||
			str_istarts(word, STR("https:")))
			return html_url_host(a, word);
		end = 0;
		while (end < word.n && is_host_char(word.p[end]))
			end++;
		/* an address is a mailbox, not a place to go */
		if (end < word.n && word.p[end] == '@')
			continue;
		host = str_sub(word, 0, end);
		while (host.n && host.p[host.n - 1] == '.')
			host.n--;
		dot = str_rchr(host, '.');
		if (dot <= 0 || host.p[0] == '.')
			continue;
		if (is_top_level(str_sub(host, (size_t)dot + 1, host.n)))
			return to_ascii(a, host);
	}
	return STR_NONE;
}

/* The last two labels of HOST, three where the second is one of those that
 * countries sell names below. */
static struct str
registered(struct str host)
{
	static const char *const second[] = { "co", "com", "net", "org", "ac",
		"go", "or", "ne", "gov", "edu", "re", "pe", "gen", "ltd", "plc",
		"me", "ad", "gr", "lg" };
	size_t labels = 0, at = host.n, want = 2;
	struct str last = STR_NONE, before = STR_NONE;

	for (size_t i = host.n; i > 0; i--)
		if (host.p[i - 1] == '.' || i == 1) {
			size_t s = host.p[i - 1] == '.' ? i : 0;

			labels++;
			if (labels == 1)
				last = str_sub(host, s, at);
			else if (labels == 2)
				before = str_sub(host, s, at);
			if (labels == 2 && last.n == 2)
				for (size_t k = 0;
					k < sizeof second / sizeof *second; k++)
					if (str_eq(before, str_c(second[k])))
						want = 3;
			at = s ? s - 1 : 0;
			if (labels == want)
				return str_sub(host, s, host.n);
		}
	return host;
}

bool
html_host_differs(struct str shown, struct str target)
{
	if (shown.n == 0 || target.n == 0)
		return false;
	return !str_ieq(registered(shown), registered(target));
}
