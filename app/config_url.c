/* SPDX-License-Identifier: GPL-3.0-or-later */
/* receive and send URLs: see config.h. The schemes are aerc's. */
#include "app/config.h"

#include <stdio.h>

static const struct {
	const char *name;
	enum config_scheme scheme;
	bool is_send, is_insecure;
	unsigned port; /* 0: no server */
} schemes[] = {
	{ "imaps", SCHEME_IMAPS, false, false, 993 },
	{ "imap", SCHEME_IMAP, false, false, 143 },
	{ "imap+insecure", SCHEME_IMAP_INSECURE, false, true, 143 },
	{ "pop3s", SCHEME_POP3S, false, false, 995 },
	{ "pop3", SCHEME_POP3, false, false, 110 },
	{ "pop3+insecure", SCHEME_POP3_INSECURE, false, true, 110 },
	{ "maildir", SCHEME_MAILDIR, false, false, 0 },
	{ "smtps", SCHEME_SMTPS, true, false, 465 },
	{ "smtp", SCHEME_SMTP, true, false, 587 },
	{ "smtp+insecure", SCHEME_SMTP_INSECURE, true, true, 587 },
	{ "sendmail", SCHEME_SENDMAIL, true, false, 0 },
	{ "local", SCHEME_LOCAL, true, false, 0 },
};

enum { SCHEMES = sizeof schemes / sizeof *schemes };

const char *
config_scheme_name(enum config_scheme s)
{
	for (size_t i = 0; i < SCHEMES; i++)
		if (schemes[i].scheme == s)
			return schemes[i].name;
	return "";
}

bool
config_scheme_is_insecure(enum config_scheme s)
{
	for (size_t i = 0; i < SCHEMES; i++)
		if (schemes[i].scheme == s)
			return schemes[i].is_insecure;
	return false;
}

static int
hex(char c)
{
	c = ascii_lower(c);
	return c >= '0' && c <= '9'   ? c - '0'
	       : c >= 'a' && c <= 'f' ? c - 'a' + 10
				      : -1;
}

/* %XX decoded; NULL where the result could not stand in a protocol line. */
static const char *
percent_decode(struct arena *a, struct str s)
{
	char *out = arena_alloc(a, s.n + 1);
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c == '%' && i + 2 < s.n && hex(s.p[i + 1]) >= 0 &&
			hex(s.p[i + 2]) >= 0) {
			c = (unsigned char)(hex(s.p[i + 1]) * 16 +
					    hex(s.p[i + 2]));
			i += 2;
		}
		if (c < 0x20 || c == 0x7f)
			return NULL;
		out[n++] = (char)c;
	}
	return out;
}

/* [USER[:…]@]HOST[:PORT][/…] */
static int
parse_server(
	struct arena *a, struct str s, struct config_url *out, struct err *e)
{
	ptrdiff_t at = str_rchr(s, '@'), slash, colon;
	struct str host = s;
	uint64_t port;

	out->user = "";
	if (at >= 0) {
		struct str user = str_sub(s, 0, (size_t)at);

		if (str_chr(user, ':') >= 0)
			return err_set(e, ERR_INPUT, 0,
				"a password does not belong into the URL; use "
				"password-command");
		out->user = percent_decode(a, user);
		if (!out->user)
			return err_set(e, ERR_INPUT, 0,
				"the user name has a control character");
		host = str_sub(s, (size_t)at + 1, s.n);
	}
	slash = str_chr(host, '/');
	if (slash >= 0)
		host = str_sub(host, 0, (size_t)slash);
	colon = str_rchr(host, ':');
	if (colon >= 0 && str_chr(host, ']') < colon) {
		if (!str_to_u64(str_sub(host, (size_t)colon + 1, host.n), 65535,
			    &port) ||
			port == 0)
			return err_set(e, ERR_INPUT, 0,
				"'%.*s' is no port (1 to 65535)",
				STR_ARG(str_sub(
					host, (size_t)colon + 1, host.n)));
		out->port = (unsigned)port;
		host = str_sub(host, 0, (size_t)colon);
	}
	if (str_starts(host, STR("[")) && str_ends(host, STR("]")))
		host = str_sub(host, 1, host.n - 1);
	if (host.n == 0)
		return err_set(e, ERR_INPUT, 0, "the URL names no server");
	for (size_t i = 0; i < host.n; i++)
		if ((unsigned char)host.p[i] <= ' ' || host.p[i] == '"')
			return err_set(e, ERR_INPUT, 0,
				"'%.*s' is no server name", STR_ARG(host));
	out->host = arena_cstr(a, host);
	return 0;
}

int
config_url_parse(struct arena *a, const char *text, bool is_send,
	struct config_url *out, struct err *e)
{
	struct str s = str_c(text), name, rest;
	ptrdiff_t colon = str_chr(s, ':');

	*out = (struct config_url){ SCHEME_NONE, "", "", 0, "" };
	if (colon < 0)
		return err_set(e, ERR_INPUT, 0,
			"'%s' is no URL: SCHEME://USER@SERVER", text);
	name = str_sub(s, 0, (size_t)colon);
	rest = str_sub(s, (size_t)colon + 1, s.n);
	for (size_t i = 0; i < SCHEMES; i++) {
		if (!str_ieq(name, str_c(schemes[i].name)) ||
			schemes[i].is_send != is_send)
			continue;
		out->scheme = schemes[i].scheme;
		out->port = schemes[i].port;
		if (!schemes[i].port) {
			out->rest = arena_cstr(a, rest);
			if (rest.n == 0 && out->scheme != SCHEME_LOCAL)
				return err_set(e, ERR_INPUT, 0,
					"'%s:' needs a %s after it",
					schemes[i].name,
					err_words(is_send ? N_("command")
							  : N_("path")));
			return 0;
		}
		if (!str_starts(rest, STR("//")))
			return err_set(e, ERR_INPUT, 0,
				"'%s' needs '//' after the scheme", text);
		return parse_server(a, str_sub(rest, 2, rest.n), out, e);
	}
	return err_set(e, ERR_INPUT, 0,
		is_send ? "unknown scheme '%.*s' (smtps, smtp, smtp+insecure, "
			  "sendmail, local)"
			: N_("unknown scheme '%.*s' (imaps, imap, "
			     "imap+insecure, "
			     "pop3s, pop3, pop3+insecure, maildir)"),
		STR_ARG(name));
}
