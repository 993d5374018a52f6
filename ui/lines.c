/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lines - see lines.h */
#include "ui/lines.h"

#include "base/utf8.h"
#include "ui/tty.h"

static unsigned
tty_style_of(unsigned doc, unsigned quote)
{
	unsigned s = TTY_PLAIN;

	if (doc & (DOC_BOLD | DOC_HEADING | DOC_LABEL))
		s |= TTY_BOLD;
	if (doc & (DOC_DIM | DOC_SIGNATURE | DOC_NOTE))
		s |= TTY_DIM;
	if (doc & DOC_UNDERLINE)
		s |= TTY_UNDERLINE;
	if (doc & DOC_REVERSE)
		s |= TTY_REVERSE;
	if (doc & DOC_ALERT)
		s |= TTY_BAD | TTY_BOLD;
	else if (doc & DOC_GOOD)
		s |= TTY_GOOD;
	else if (doc & DOC_LINK)
		s |= TTY_LINK;
	else if (quote)
		s |= quote % 2 ? TTY_QUOTE : TTY_QUOTE2;
	return s;
}

static void
draw_line(const struct doc_line *line, struct area a, int y)
{
	int x = a.x, end = a.x + a.cells;

	for (size_t i = 0; i < line->spans && x < end; i++) {
		const struct doc_span *p = &line->span[i];
		int w = (int)utf8_width(p->text);

		if (w > end - x)
			w = end - x;
		tty_put(y, x, w, p->text, tty_style_of(p->style, line->quote));
		x += w;
	}
}

void
lines_draw(struct lines *l, const struct doc *d, struct area a)
{
	l->height = a.rows > 0 ? (unsigned)a.rows : 1;
	for (int i = 0; i < a.rows && l->top + (unsigned)i < d->lines; i++)
		draw_line(&d->line[l->top + (unsigned)i], a, a.y + i);
}

bool
lines_action(
	struct lines *l, const struct doc *d, enum action a, bool *at_end_out)
{
	unsigned page = l->height > 2 ? l->height - 1 : 1;
	unsigned lines = d ? (unsigned)d->lines : 0;
	unsigned last = lines > l->height ? lines - l->height : 0;

	if (at_end_out)
		*at_end_out = false;
	switch (a) {
	case ACTION_LINE_DOWN:
		l->top += l->top < last;
		return true;
	case ACTION_LINE_UP:
		l->top -= l->top > 0;
		return true;
	case ACTION_READ_ON:
	case ACTION_PAGE_DOWN:
		if (at_end_out && l->top >= last)
			*at_end_out = true;
		l->top = l->top + page < last ? l->top + page : last;
		return true;
	case ACTION_PAGE_UP:
		l->top -= l->top > page ? page : l->top;
		return true;
	case ACTION_FIRST:
		l->top = 0;
		return true;
	case ACTION_LAST:
		l->top = last;
		return true;
	default:
		return false;
	}
}

unsigned
lines_percent(const struct lines *l, const struct doc *d)
{
	size_t seen = (size_t)l->top + l->height;

	return d->lines == 0 || seen >= d->lines
		       ? 100
		       : (unsigned)(seen * 100 / d->lines);
}
