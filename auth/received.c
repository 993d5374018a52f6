/* SPDX-License-Identifier: GPL-3.0-or-later */
/* received - see received.h
 *
 * A Received field is words and comments: "from NAME (...) by NAME (...) with
 * PROTO id ID for <ADDR>; DATE". A word that introduces a clause counts only
 * outside comments. The client's address is what the server wrote in brackets
 * or in a comment of the from clause, never the client's own word. */
#include "auth/received.h"

#include <arpa/inet.h>

#include "auth/text.h"
#include "mime/field.h"

enum clause { IN_NONE, IN_FROM, IN_BY, IN_WITH, IN_OTHER };

struct scan {
	struct arena *a;
	struct verdict_hop *hop;
	struct received *more;
	enum clause clause;
	size_t words; /* of this clause so far */
	char address[INET6_ADDRSTRLEN];
	struct str first;  /* the from clause's first word */
	bool wants_sender; /* "envelope-from" was the word before */
};

/* Put S, perhaps in brackets and with "IPv6:", into OUT in its usual form. */
static bool
read_address(struct str s, char out[INET6_ADDRSTRLEN])
{
	unsigned char raw[16];
	char text[INET6_ADDRSTRLEN];
	int family;

	if (s.n && s.p[0] == '[')
		s = str_sub(s, 1, s.n);
	if (s.n && s.p[s.n - 1] == ']')
		s.n--;
	if (str_istarts(s, STR("ipv6:")))
		s = str_sub(s, 5, s.n);
	if (s.n < 3 || s.n >= sizeof text)
		return false;
	memcpy(text, s.p, s.n);
	text[s.n] = '\0';
	family = strchr(text, ':') ? AF_INET6 : AF_INET;
	return inet_pton(family, text, raw) == 1 &&
	       inet_ntop(family, raw, out, INET6_ADDRSTRLEN);
}

bool
received_is_public(const char *text)
{
	unsigned char b[16];

	if (inet_pton(AF_INET, text, b) == 1)
		return b[0] != 0 && b[0] != 10 && b[0] != 127 && b[0] < 224 &&
		       !(b[0] == 100 && (b[1] & 0xc0) == 64) &&
		       !(b[0] == 169 && b[1] == 254) &&
		       !(b[0] == 172 && (b[1] & 0xf0) == 16) &&
		       !(b[0] == 192 && b[1] == 168);
	if (inet_pton(AF_INET6, text, b) == 1)
		return (b[0] & 0xe0) == 0x20; /* global unicast, 2000::/3 */
	return false;
}

static void
note_address(struct scan *s, struct str word)
{
	char found[INET6_ADDRSTRLEN];

	if (!read_address(word, found))
		return;
	if (*s->address && strcmp(s->address, found) != 0)
		s->more->has_two_addresses = true;
	memcpy(s->address, found, sizeof found);
}

static struct str
strip(struct str s, const char *set)
{
	while (s.n && s.p[0] && strchr(set, s.p[0]))
		s = str_sub(s, 1, s.n);
	while (s.n && s.p[s.n - 1] && strchr(set, s.p[s.n - 1]))
		s.n--;
	return s;
}

/* A word inside a comment. */
static void
comment_word(struct scan *s, struct str w)
{
	struct str value;

	if (s->wants_sender || str_istarts(w, STR("envelope-from=")) ||
		str_istarts(w, STR("envelope-sender="))) {
		ptrdiff_t eq = s->wants_sender ? -1 : str_chr(w, '=');

		value = strip(str_sub(w, (size_t)(eq + 1), w.n), "<>;,");
		if (!s->more->envelope_from)
			s->more->envelope_from = text_safe(s->a, value);
		s->wants_sender = false;
		return;
	}
	s->wants_sender = str_ieq(w, STR("envelope-from")) ||
			  str_ieq(w, STR("envelope-sender"));
	if (str_istarts(w, STR("helo=")) && s->clause == IN_FROM) {
		/* Exim: "from [192.0.2.1] (helo=name)" */
		s->hop->helo = text_safe(s->a, strip(str_sub(w, 5, w.n), ";,"));
		note_address(s, s->first);
		return;
	}
	if (str_ifind(w, STR("tls")) >= 0)
		s->hop->is_tls = true;
	if (s->clause == IN_FROM)
		note_address(s, strip(w, ";,"));
}

static const char *
keep(struct scan *s, struct str w)
{
	return text_safe(s->a, strip(w, ";,"));
}

/* A word outside comments. */
static void
plain_word(struct scan *s, struct str w)
{
	static const struct {
		const char *word;
		enum clause clause;
	} starts[] = { { "from", IN_FROM }, { "by", IN_BY },
		{ "with", IN_WITH }, { "id", IN_OTHER }, { "for", IN_OTHER },
		{ "via", IN_OTHER } };

	for (size_t i = 0; i < sizeof starts / sizeof *starts; i++)
		if (str_ieq(w, str_c(starts[i].word)) &&
			(s->words ||
				(s->clause != IN_FROM && s->clause != IN_BY))) {
			s->clause = starts[i].clause;
			s->words = 0;
			if (s->clause == IN_FROM)
				s->more->has_from = true;
			return;
		}
	s->words++;
	if (s->clause == IN_FROM && s->words == 1) {
		s->hop->from = keep(s, w);
		s->hop->helo = s->hop->from;
		s->first = w;
	} else if (s->clause == IN_FROM && w.p[0] == '[') {
		note_address(s, w);
	} else if (s->clause == IN_BY && s->words == 1) {
		s->hop->by = keep(s, w);
	} else if (s->clause == IN_WITH && s->words == 1) {
		s->hop->with = keep(s, w);
	}
}

static void
scan_words(struct scan *s, struct str text)
{
	size_t at = 0;
	int depth = 0;

	while (at < text.n) {
		size_t start = at;
		char c = text.p[at];

		if (c == '(' || c == ')') {
			depth += c == '(' ? 1 : depth > 0 ? -1 : 0;
			at++;
			continue;
		}
		while (at < text.n && text.p[at] != '(' && text.p[at] != ')' &&
			text.p[at] != ' ' && text.p[at] != '\t' &&
			text.p[at] != '\r' && text.p[at] != '\n')
			at++;
		if (at == start) {
			at++;
			continue;
		}
		if (depth)
			comment_word(s, str_sub(text, start, at));
		else
			plain_word(s, str_sub(text, start, at));
	}
}

static bool
says_tls(const char *with)
{
	struct str s = str_c(with);

	return str_iends(s, STR("SMTPS")) || str_iends(s, STR("SMTPSA")) ||
	       str_iends(s, STR("LMTPS")) || str_iends(s, STR("HTTPS")) ||
	       str_iends(s, STR("LMTPSA"));
}

static void
read_hop(struct arena *a, struct str value, struct verdict_hop *hop,
	struct received *more)
{
	struct scan s = { .a = a, .hop = hop, .more = more };
	ptrdiff_t semi = str_rchr(value, ';');
	struct str words = value;

	*hop = (struct verdict_hop){
		.from = "", .by = "", .ip = "", .helo = "", .with = ""
	};
	hop->text = text_safe(a, str_trim(value));
	if (semi >= 0) {
		if (!field_date(str_sub(value, (size_t)semi + 1, value.n),
			    &hop->time, NULL))
			hop->time = 0;
		words = str_sub(value, 0, (size_t)semi);
	}
	scan_words(&s, words);
	if (!more->has_two_addresses)
		hop->ip = arena_strdup(a, s.address);
	hop->is_tls = hop->is_tls || says_tls(hop->with);
}

struct received *
received_read(struct arena *a, const struct header *h, struct verdict *v)
{
	size_t n = header_count(h, "Received");
	struct received *more;

	if (n > LIMIT_RECEIVED)
		n = LIMIT_RECEIVED;
	more = arena_array(a, n, sizeof *more);
	v->hop = arena_array(a, n, sizeof *v->hop);
	for (size_t i = 0; i < h->count && v->hops < n; i++) {
		if (!str_ieq(h->field[i].name, STR("Received")))
			continue;
		more[v->hops].index = i;
		read_hop(
			a, h->field[i].value, &v->hop[v->hops], &more[v->hops]);
		v->hops++;
	}
	return more;
}
