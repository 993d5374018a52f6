/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rows of a message list: see list.h */
#include "ui/list_parts.h"

#include <stdio.h>

#include "base/clock.h"
#include "base/utf8.h"
#include "ui/glyph.h"
#include "ui/i18n.h"
#include "ui/lines.h"
#include "ui/tty.h"

enum { MARKS = 9, DATE = 6, COUNT = 4, NARROW = 60 };

void
list_set_verdict(struct row *r, const struct verdict *v)
{
	r->verdict = v->state;
	r->flags &= ~(unsigned)(ROW_ALERT | ROW_SERVER_ONLY);
	if (row_has_alert(v))
		r->flags |= ROW_ALERT;
	if (v->is_server_only)
		r->flags |= ROW_SERVER_ONLY;
}

static void
put_glyph(int y, int x, struct glyph g, unsigned base)
{
	tty_put(y, x, 1, g.text, base | g.style);
}

/* Marks, verdict, sender, subject, count, date. */
static void
draw_row(const struct row *r, struct area a, int y, bool selected, int64_t now)
{
	unsigned base = selected ? TTY_REVERSE : TTY_PLAIN;
	unsigned text = base | (r->flags & ROW_UNREAD ? TTY_BOLD : 0u);
	int from = a.cells >= 120 ? 24 : a.cells >= NARROW ? 18 : 16;
	int right = a.cells >= NARROW ? COUNT + DATE + 1 : 0;
	int x = a.x + MARKS + from + 1;
	struct buf date;

	tty_put(y, a.x, MARKS, STR(""), base);
	tty_put(y, a.x, 1, selected ? glyph_cursor() : STR(" "), base);
	put_glyph(y, a.x + 1, glyph_unread(r->flags), base);
	put_glyph(y, a.x + 2, glyph_mark(r->flags), base);
	put_glyph(y, a.x + 3, glyph_file(r->flags), base);
	put_glyph(y, a.x + 4, glyph_here(r->flags), base);
	put_glyph(y, a.x + 5, glyph_verdict(r->verdict), base);
	put_glyph(y, a.x + 6, glyph_second(r->flags), base);
	tty_put_cut(y, a.x + MARKS - 1, from, str_c(r->from), text);
	tty_put(y, a.x + MARKS - 1 + from, 2, STR(""), base);
	tty_put_cut(y, x, a.cells - (x - a.x) - right, str_c(r->subject), text);
	if (!right)
		return;
	buf_init(&date, 64);
	glyph_date(&date, r->date, now);
	if (r->thread_count > 1)
		tty_printf(y, a.x + a.cells - right, COUNT, base, "%*u",
			COUNT - 1, r->thread_count);
	else
		tty_put(y, a.x + a.cells - right, COUNT, STR(""), base);
	x = DATE - (int)utf8_width(buf_str(&date));
	tty_printf(y, a.x + a.cells - DATE - 1, DATE + 1, base, "%*s%s ",
		x > 0 ? x : 0, "", buf_c(&date));
	buf_fini(&date);
}

/* An empty place says so and names what can be done. */
static void
draw_empty(struct list *l, struct area a)
{
	int y = a.y + 2, x = a.x + 4, n = a.cells - 5;
	bool is_search = l->query[0] && !l->account[0];
	size_t accounts;

	engine_accounts(screen_engine(l->view.screen), &accounts);
	if (!l->rows && !l->problem[0] && accounts)
		return;
	if (l->problem[0])
		y += lines_wrap(y, x, n, a.rows - 6, str_c(l->problem),
			     TTY_BAD | TTY_BOLD) -
		     1;
	else
		tty_put(y, x, n,
			str_c(l->filter[0]  ? _("Nothing here passes the "
						 "filter.")
				: is_search ? _("Nothing was found.")
					    : _("Nothing here.")),
			TTY_BOLD);
	if (accounts == 0) {
		tty_put(y + 2, x, n, str_c(_(":account  adds an account")),
			TTY_PLAIN);
		return;
	}
	if (l->filter[0])
		tty_put(y + 2, x, n, str_c(_("q  takes the filter away")),
			TTY_PLAIN);
	else if (is_search)
		tty_put(y + 2, x, n, str_c(_("q  goes back")), TTY_PLAIN);
	else
		tty_put(y + 2, x, n, str_c(_("c  goes to another folder")),
			TTY_PLAIN);
	tty_put(y + 3, x, n, str_c(_("/  searches in all folders")), TTY_PLAIN);
	tty_put(y + 4, x, n, str_c(_("$  looks for new mail now")), TTY_PLAIN);
}

void
list_draw(struct list *l, struct area a, struct cursor *c)
{
	int64_t now = clock_wall();
	unsigned total = list_total(l);

	if (total == 0)
		draw_empty(l, a);
	for (int i = 0; i < a.rows; i++) {
		unsigned at = l->top + (unsigned)i;
		const struct row *r = list_at(l, at);
		bool selected = at == l->at && !l->in_sidebar;

		if (at >= total)
			break;
		if (!r) {
			tty_put(a.y + i, a.x, a.cells, glyph_cut(), TTY_DIM);
			continue;
		}
		draw_row(r, a, a.y + i, selected, now);
		if (selected) {
			c->y = a.y + i;
			c->x = a.x;
		}
	}
}
