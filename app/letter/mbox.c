/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mbox - see mbox.h */
#include "app/letter/mbox.h"

#include "store/maildir.h"

static bool
is_from_line(struct str s)
{
	return str_starts(s, STR("From "));
}

bool
mbox_is(struct str file)
{
	return is_from_line(file);
}

static unsigned
hex_of(struct str s)
{
	unsigned n = 0;

	s = str_trim(s);
	for (size_t i = 0; i < s.n && i < 8; i++) {
		char c = ascii_lower(s.p[i]);

		if (c >= '0' && c <= '9')
			n = n * 16 + (unsigned)(c - '0');
		else if (c >= 'a' && c <= 'f')
			n = n * 16 + (unsigned)(c - 'a' + 10);
		else
			break;
	}
	return n;
}

/* Is LINE a field that only says a status? L may be NULL. */
static bool
read_status(struct str line, struct mbox_letter *l)
{
	static const struct {
		const char *field;
		char letter;
		unsigned flag;
	} rows[] = { { "Status:", 'R', MAILDIR_SEEN },
		{ "X-Status:", 'A', MAILDIR_ANSWERED },
		{ "X-Status:", 'F', MAILDIR_FLAGGED },
		{ "X-Status:", 'T', MAILDIR_DRAFT } };
	static const struct {
		unsigned bit, flag;
	} bits[] = { { 0x1, MAILDIR_SEEN }, { 0x2, MAILDIR_ANSWERED },
		{ 0x4, MAILDIR_FLAGGED }, { 0x1000, MAILDIR_FORWARDED } };
	bool is_status = str_istarts(line, STR("X-Mozilla-Status2:")) ||
			 str_istarts(line, STR("X-Mozilla-Keys:"));

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct str name = str_c(rows[i].field);

		if (!str_istarts(line, name))
			continue;
		is_status = true;
		if (l && str_chr(str_sub(line, name.n, line.n),
				 rows[i].letter) >= 0)
			l->flags |= rows[i].flag;
	}
	if (str_istarts(line, STR("X-Mozilla-Status:"))) {
		unsigned n = hex_of(str_sub(line, 17, line.n));

		is_status = true;
		for (size_t i = 0; l && i < sizeof bits / sizeof *bits; i++)
			if (n & bits[i].bit)
				l->flags |= bits[i].flag;
		if (l)
			l->is_expunged = (n & 0x8) != 0;
	}
	return is_status;
}

/* The length of the line at the start of S, with its LF. */
static size_t
line_length(struct str s)
{
	ptrdiff_t end = str_chr(s, '\n');

	return end < 0 ? s.n : (size_t)end + 1;
}

static bool
is_empty_line(struct str s)
{
	return str_starts(s, STR("\n")) || str_starts(s, STR("\r\n"));
}

bool
mbox_next(struct str *rest, struct mbox_letter *out)
{
	struct str s = *rest;
	bool in_header = true, after_empty = false;
	size_t at, end;

	*out = (struct mbox_letter){ 0 };
	if (!s.n || !is_from_line(s))
		return false;
	at = end = line_length(s);
	out->raw.p = s.p + at;
	while (at < s.n) {
		struct str line = str_sub(s, at, s.n);

		if (after_empty && is_from_line(line))
			break;
		after_empty = is_empty_line(line);
		line = str_sub(line, 0, line_length(line));
		if (after_empty)
			in_header = false;
		if (in_header)
			(void)read_status(line, out);
		at += line.n;
		/* the empty line before the next "From " is no part of it */
		if (!after_empty || at >= s.n ||
			!is_from_line(str_sub(s, at, s.n)))
			end = at;
	}
	out->raw.n = (size_t)(s.p + end - out->raw.p);
	*rest = str_sub(s, at, s.n);
	return true;
}

static struct str
unquoted(struct str line)
{
	size_t n = 0;

	while (n < line.n && line.p[n] == '>')
		n++;
	return n && is_from_line(str_sub(line, n, line.n))
		       ? str_sub(line, 1, line.n)
		       : line;
}

bool
mbox_copy(struct buf *out, const struct mbox_letter *l)
{
	struct str rest = l->raw;
	bool in_header = true, is_left_out = false;

	while (rest.n) {
		struct str line = str_sub(rest, 0, line_length(rest));
		bool has_lf = line.p[line.n - 1] == '\n';

		rest = str_sub(rest, line.n, rest.n);
		in_header &= !is_empty_line(line);
		if (in_header && line.p[0] != ' ' && line.p[0] != '\t')
			is_left_out = read_status(line, NULL);
		if (in_header && is_left_out)
			continue;
		line = unquoted(line);
		line.n -= has_lf;
		if (has_lf && line.n && line.p[line.n - 1] == '\r')
			line.n--;
		buf_add(out, line);
		if (has_lf)
			buf_addc(out, '\n');
	}
	return !out->full;
}
