/* SPDX-License-Identifier: GPL-3.0-or-later */
/* flowed - see flowed.h */
#include "mime/flowed.h"

#include "base/utf8.h"

enum { SOFT_WIDTH = 72, HARD_BYTES = 900 };

/* One line of flowed text, taken apart (RFC 3676, 4.1). */
struct raw_line {
	unsigned quote;
	struct str text; /* unstuffed */
	bool is_soft;    /* ends with a blank: the paragraph goes on */
	bool is_signature;
};

static struct raw_line
read_line(struct str text, size_t *at)
{
	struct str rest = str_sub(text, *at, text.n), line;
	struct raw_line r = { 0 };

	if (!str_split(&rest, '\n', &line))
		line = STR("");
	*at = rest.p ? *at + line.n + 1 : text.n;
	if (line.n && line.p[line.n - 1] == '\r')
		line.n--;
	while (r.quote < line.n && line.p[r.quote] == '>')
		r.quote++;
	line = str_sub(line, r.quote, line.n);
	if (line.n && line.p[0] == ' ')
		line = str_sub(line, 1, line.n);
	r.text = line;
	r.is_signature = str_eq(line, STR("-- "));
	r.is_soft = line.n && line.p[line.n - 1] == ' ' && !r.is_signature;
	return r;
}

bool
flowed_next(struct str text, bool delsp, size_t *at, struct buf *out,
	struct flowed_line *line)
{
	struct raw_line r;

	buf_clear(out);
	if (*at >= text.n)
		return false;
	r = read_line(text, at);
	*line = (struct flowed_line){ .quote = r.quote,
		.is_signature = r.is_signature };
	buf_add(out, r.text);
	while (r.is_soft && *at < text.n) {
		size_t next = *at;
		struct raw_line n = read_line(text, &next);

		/* a change of depth or a signature ends a paragraph, whatever
		 * its last line says (4.5) */
		if (n.quote != line->quote || n.is_signature)
			break;
		if (delsp)
			buf_cut(out, out->n - 1);
		buf_add(out, n.text);
		line->is_flowed = true;
		*at = next;
		r = n;
	}
	/* the soft end that nothing followed */
	if (r.is_soft && delsp && out->n)
		buf_cut(out, out->n - 1);
	return true;
}

void
flowed_undo(struct buf *out, struct str text, bool delsp)
{
	struct flowed_line line;
	struct buf b;
	size_t at = 0;

	buf_init(&b, text.n + 1);
	while (flowed_next(text, delsp, &at, &b, &line)) {
		for (unsigned i = 0; i < line.quote; i++)
			buf_addc(out, '>');
		if (line.quote)
			buf_addc(out, ' ');
		buf_add(out, buf_str(&b));
		buf_addc(out, '\n');
	}
	buf_fini(&b);
}

/* Add one row of a paragraph, stuffed where it must be (4.4). */
static void
add_row(struct buf *out, struct str quote, struct str row)
{
	buf_add(out, quote);
	if (quote.n)
		buf_addc(out, ' ');
	else if (row.n && (row.p[0] == ' ' || row.p[0] == '>' ||
				  str_starts(row, STR("From "))))
		buf_addc(out, ' ');
	buf_add(out, row);
	buf_addc(out, '\n');
}

/* Cut PARAGRAPH into rows behind blanks. */
static void
add_paragraph(struct buf *out, struct str quote, struct str s)
{
	while (s.n) {
		size_t fit = utf8_cut(s,
			       SOFT_WIDTH - (quote.n < 40 ? quote.n : 40),
			       NULL),
		       cut;

		if (fit >= s.n) {
			add_row(out, quote, s);
			return;
		}
		cut = fit + (s.p[fit] == ' ');
		while (cut > 0 && s.p[cut - 1] != ' ')
			cut--;
		if (cut == 0) /* one long word: up to its end */
			for (cut = fit; cut < s.n && s.p[cut - 1] != ' ';)
				cut++;
		while (cut < s.n && s.p[cut] == ' ')
			cut++;
		if (cut >= s.n) {
			add_row(out, quote, s);
			return;
		}
		add_row(out, quote, str_sub(s, 0, cut));
		s = str_sub(s, cut, s.n);
	}
}

void
flowed_make(struct buf *out, struct str text)
{
	struct str rest = text, line;

	while (text.n && str_split(&rest, '\n', &line)) {
		size_t n = 0;

		if (!rest.p && line.n == 0)
			break;
		if (line.n && line.p[line.n - 1] == '\r')
			line.n--;
		if (str_eq(line, STR("-- "))) {
			add_row(out, STR(""), line);
			continue;
		}
		/* blanks at its end would make it flow into the next */
		while (line.n && line.p[line.n - 1] == ' ')
			line.n--;
		while (n < line.n && line.p[n] == '>')
			n++;
		if (n == 0) {
			if (line.n == 0)
				add_row(out, STR(""), line);
			else
				add_paragraph(out, STR(""), line);
		} else {
			struct str body = str_sub(line, n, line.n);

			if (body.n && body.p[0] == ' ')
				body = str_sub(body, 1, body.n);
			if (body.n)
				add_paragraph(out, str_sub(line, 0, n), body);
			else
				buf_add(out, str_sub(line, 0, n)),
					buf_addc(out, '\n');
		}
	}
}
