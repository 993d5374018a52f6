/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lines - see lines.h */
#include "ui/lines.h"

#include "base/utf8.h"
#include "ui/i18n.h"
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

/* A walk over the lines that are not folded away. Of a quote of more than
 * FOLD_FROM lines the first FOLD_KEEP are seen, then a line that counts the
 * rest. */
enum { FOLD_FROM = 8, FOLD_KEEP = 3 };

struct walk {
	const struct doc *d;
	bool is_folded;
	size_t next;   /* the line to come */
	size_t cut_at; /* of the quote it stands in, where it is folded */
	size_t end;    /* of that quote */
	size_t folded; /* lines that the line now stands for; 0: itself */
	size_t at;     /* the line now */
};

static bool
walk(struct walk *w)
{
	const struct doc *d = w->d;

	if (w->next >= d->lines)
		return false;
	w->at = w->next;
	w->folded = 0;
	if (w->is_folded && w->at >= w->end && d->line[w->at].quote) {
		w->end = w->at;
		while (w->end < d->lines && d->line[w->end].quote)
			w->end++;
		w->cut_at =
			w->end - w->at > FOLD_FROM ? w->at + FOLD_KEEP : w->end;
	}
	if (w->is_folded && w->at < w->end && w->at == w->cut_at)
		w->folded = w->end - w->at;
	w->next = w->folded ? w->end : w->at + 1;
	return true;
}

static struct walk
walk_begin(const struct lines *l, const struct doc *d)
{
	return (struct walk){ .d = d, .is_folded = l->is_folded };
}

static unsigned
count(const struct lines *l, const struct doc *d)
{
	struct walk w = walk_begin(l, d);
	unsigned n = 0;

	if (!l->is_folded)
		return (unsigned)d->lines;
	while (walk(&w))
		n++;
	return n;
}

void
lines_draw(struct lines *l, const struct doc *d, struct area a)
{
	struct walk w = walk_begin(l, d);
	unsigned i = 0, all = count(l, d);
	int y = a.y;

	l->height = a.rows > 0 ? (unsigned)a.rows : 1;
	/* it may have grown, and the text have fewer lines than before */
	if (l->top + l->height > all)
		l->top = all > l->height ? all - l->height : 0;
	if (!l->is_folded) /* no need to walk there */
		i = l->top, w.next = l->top;
	for (; y < a.y + a.rows && walk(&w); i++) {
		if (i < l->top)
			continue;
		if (w.folded)
			tty_printf(y++, a.x, a.cells, TTY_DIM,
				_("  [%zu more lines of the quote; z shows "
				  "them]"),
				w.folded);
		else
			draw_line(&d->line[w.at], a, y++);
	}
}

bool
lines_action(
	struct lines *l, const struct doc *d, enum action a, bool *at_end_out)
{
	unsigned page = l->height > 2 ? l->height - 1 : 1;
	unsigned lines = d ? count(l, d) : 0;
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
	case ACTION_FOLD:
		l->is_folded = !l->is_folded;
		lines = d ? count(l, d) : 0;
		last = lines > l->height ? lines - l->height : 0;
		if (l->top > last)
			l->top = last;
		return true;
	default:
		return false;
	}
}

unsigned
lines_percent(const struct lines *l, const struct doc *d)
{
	size_t seen = (size_t)l->top + l->height, lines = count(l, d);

	return lines == 0 || seen >= lines ? 100
					   : (unsigned)(seen * 100 / lines);
}

int
lines_wrap(int y, int x, int cells, int rows, struct str text, unsigned style)
{
	int used = 0;

	text = str_trim(text);
	while (text.n && used < rows && cells > 0) {
		size_t n = utf8_cut(text, (size_t)cells, NULL), cut = n;

		while (cut < text.n && cut > 0 && text.p[cut] != ' ')
			cut--;
		if (cut == 0 || n == text.n)
			cut = n;
		if (cut == 0) /* a wide cell into one */
			break;
		if (++used == rows)
			cut = text.n;
		tty_put_cut(y++, x, cells, str_sub(text, 0, cut), style);
		text = str_trim(str_sub(text, cut, text.n));
	}
	return used;
}
