/* SPDX-License-Identifier: GPL-3.0-or-later */
/* the guard: see stream_parts.h. Counts the length of a line, the depth of
 * brackets outside quotes, and reads "{n}" before a line end to skip that many
 * bytes. A literal that is no body of a message has a low ceiling, since
 * libetpan allocates it as announced. */
#include <string.h>

#include "base/str.h"
#include "net/stream_parts.h"

enum { ANSWER_MAX = 64 << 20, SECTION_BEFORE = 100, SECTION_TILDE };

static int
deny(struct stream *s, const char *why)
{
	s->why = 0;
	s->why_text = why;
	return -1;
}

/* Has "BODY[] " come just before the literal, or the name of another section
 * ("BODY[1.2.MIME]<4096> ")? That is handed on in pieces; any other is kept in
 * memory, however many there are. */
static bool
is_body_literal(const struct stream_guard *g)
{
	return g->is_body && g->may_be_body;
}

/* SMTP and POP3: short lines, and not for ever. Letters of POP3 stand between
 * them, and no parser of libetpan: pop3_mail.c has ceilings of its own. */
static int
check_lines(struct stream *s, const char *p, size_t n)
{
	struct stream_guard *g = &s->guard;

	if (g->may_be_body)
		return 0;
	for (size_t i = 0; i < n; i++) {
		if (p[i] == '\n') {
			g->line = 0;
			g->lines++;
		} else if (++g->line > LIMIT_SMTP_LINE) {
			return deny(s, "it sends a line longer than 8 KiB");
		}
	}
	/* a flight of commands has an answer for each */
	return g->lines > 60 * LIMIT_REPLY_LINES
		       ? deny(s, "it does not stop answering")
		       : 0;
}

static int
literal_announced(struct stream *s)
{
	struct stream_guard *g = &s->guard;
	uint64_t limit = is_body_literal(g) ? (uint64_t)LIMIT_MESSAGE
					    : (uint64_t)LIMIT_IMAP_LITERAL;

	if (g->number > limit)
		return deny(s,
			is_body_literal(g)
				? "it announces a message larger than 256 MiB"
				: "it announces a text larger than 64 KiB");
	g->skip = g->number;
	if (!is_body_literal(g))
		g->total += (size_t)g->number;
	return 0;
}

/* How much of "body[1.2]<3> ", or "binary[1.2]<3> ~", stands there after C,
 * which is in lower case, on top of AT, which stood there before. */
static unsigned char
follow_section(unsigned char at, char c, bool is_binary)
{
	const char *word = is_binary ? "binary[" : "body[";
	size_t n = is_binary ? 7 : 5;
	enum { IN_SECTION = 10, ENDED, IN_ORIGIN, SAID };
	bool is_digit = c >= '0' && c <= '9';

	if (at < n && c == word[at])
		return at + 1u == n ? IN_SECTION : (unsigned char)(at + 1);
	if (is_binary && at == SECTION_BEFORE && c == '~')
		return SECTION_TILDE;
	if (at == IN_SECTION && c == ']')
		return ENDED;
	if (at == IN_SECTION &&
		(is_digit || c == '.' || (c >= 'a' && c <= 'z')))
		return IN_SECTION;
	if (at == ENDED && c == '<')
		return IN_ORIGIN;
	if (at == IN_ORIGIN && is_digit)
		return IN_ORIGIN;
	if (at == IN_ORIGIN && c == '>')
		return SAID;
	if ((at == ENDED || at == SAID) && c == ' ')
		return SECTION_BEFORE;
	return c == word[0];
}

static void
remember(struct stream_guard *g, char c)
{
	memmove(g->tail, g->tail + 1, sizeof g->tail - 1);
	g->tail[sizeof g->tail - 1] = ascii_lower(c);
	if (c == '{')
		g->is_body = g->section == SECTION_BEFORE ||
			     g->section == SECTION_TILDE;
	g->section = follow_section(g->section, ascii_lower(c), g->is_binary);
}

static struct str
beginning(const struct stream_guard *g)
{
	return (struct str){ g->said,
		g->line < sizeof g->said ? g->line : sizeof g->said - 1 };
}

/* Can a literal stand in this response? Where a status is said the parser takes
 * "{9}" for words: the bytes after it would go past unseen. */
static bool
may_announce(const struct stream_guard *g)
{
	static const char *const status[] = { "OK", "NO", "BAD", "BYE",
		"PREAUTH" };
	struct str said = beginning(g);

	if (g->is_rest)
		return true;
	if (!str_starts(said, STR("* ")) || said.n < 3 || said.p[2] <= ' ')
		return false;
	said = str_sub(said, 2, said.n);
	for (size_t i = 0; i < sizeof status / sizeof *status; i++)
		if (str_istarts(said, str_c(status[i])))
			return false;
	return true;
}

/* Two places where libetpan 1.9.4 follows a null pointer (found by fuzzing):
 * a PERMANENTFLAGS list that ends before its first flag, and any string or list
 * in the code of a greeting or of a "+". No server says either. */
static bool
is_deadly(struct stream_guard *g, char c)
{
	static const char word[] = "permanentflags";
	const size_t n = sizeof word - 1;
	bool is_letter = (ascii_lower(c) >= 'a' && ascii_lower(c) <= 'z');
	int was = g->flags;

	if (!g->was_greeted || g->said[0] == '+') {
		if (g->in_code && (c == '"' || c == '(' || c == '{'))
			return true;
		g->in_code =
			(c == '[' && !g->had_code) || (g->in_code && c != ']');
		g->had_code |= g->in_code;
	}
	g->flags = 0;
	if (memcmp(g->tail + sizeof g->tail - n, word, n) == 0)
		g->flags = 1;
	else if (was == 1 && c == '(')
		g->flags = 2;
	else if (was && was < 3 && c == ' ')
		g->flags = was;
	else if (was == 2 && c == '\\')
		g->flags = 3;
	else if (was == 2)
		return !is_letter && c != ')' && c != '$' && c != '_' &&
		       !(c >= '0' && c <= '9');
	else if (was == 3)
		return !is_letter && c != '*';
	return false;
}

/* libetpan forgets the words of "* BYE". */
static void
note_bye(struct stream *s)
{
	struct str said = beginning(&s->guard);

	if (s->guard.is_rest || !str_istarts(said, STR("* BYE ")))
		return;
	said = str_trim(str_sub(said, 6, said.n));
	memcpy(s->bye, said.p, said.n);
	s->bye[said.n] = '\0';
}

static int
check_byte(struct stream *s, char c)
{
	struct stream_guard *g = &s->guard;

	if (++g->total > ANSWER_MAX)
		return deny(s, "it sends more than 64 MiB in one answer");
	if (c == '\n') {
		bool literal = g->after_brace;
		bool is_strange = literal && !may_announce(g);

		if (g->flags >= 2)
			return deny(s, "it sends flags that are none");
		g->flags = 0;
		g->was_greeted = true;
		g->in_code = g->had_code = false;
		note_bye(s);
		g->after_brace = g->in_brace = false;
		g->line = 0;
		g->is_rest = literal;
		if (is_strange)
			return deny(s, "it announces a text where none can be");
		if (literal)
			return literal_announced(s);
		g->depth = 0;
		g->in_quote = g->is_escaped = false;
		return 0;
	}
	if (g->line < sizeof g->said - 1 && c != '\r')
		g->said[g->line] = c;
	if (++g->line > LIMIT_IMAP_LINE)
		return deny(s, "it sends a line longer than 1 MiB");
	if ((unsigned char)c < 0x20 && c != '\r' && c != '\t')
		return deny(s, "it sends bytes that no line of IMAP has");
	remember(g, c);
	if (is_deadly(g, c))
		return deny(s, "it sends something that is no IMAP");
	if (g->in_quote) {
		if (g->is_escaped)
			g->is_escaped = false;
		else if (c == '\\')
			g->is_escaped = true;
		else if (c == '"')
			g->in_quote = false;
		return 0;
	}
	if (c == '\r')
		return 0;
	if (g->in_brace && c >= '0' && c <= '9') {
		if (g->number > UINT64_MAX / 10 - 10)
			return deny(s, "it announces an absurd length");
		g->number = g->number * 10 + (uint64_t)(c - '0');
		return 0;
	}
	g->after_brace = g->in_brace && c == '}';
	g->in_brace = c == '{';
	if (c == '{')
		g->number = 0;
	else if (c == '"')
		g->in_quote = true;
	else if (c == '(' && ++g->depth > LIMIT_IMAP_DEPTH)
		return deny(s, "it sends more than 64 nested brackets");
	else if (c == ')' && g->depth)
		g->depth--;
	return 0;
}

int
stream_guard_check(struct stream *s, const char *p, size_t n)
{
	struct stream_guard *g = &s->guard;

	if (!s->is_imap)
		return check_lines(s, p, n);
	for (size_t i = 0; i < n;) {
		if (g->skip) {
			size_t k = n - i;

			if (k > g->skip)
				k = (size_t)g->skip;
			g->skip -= k;
			i += k;
			continue;
		}
		if (check_byte(s, p[i++]) < 0)
			return -1;
	}
	return 0;
}
