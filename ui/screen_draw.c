/* SPDX-License-Identifier: GPL-3.0-or-later */
/* the frame: title, status line, hints. See screen.h. */
#include "ui/screen_parts.h"

#include <stdio.h>

#include "base/utf8.h"
#include "ui/glyph.h"
#include "ui/i18n.h"
#include "ui/lines.h"
#include "ui/running.h"
#include "ui/tty.h"

enum { MIN_ROWS = 8, MIN_COLUMNS = 40, FRAME_COLUMNS = 90 };

/* "alice ✓  bob ✗ offline  ⇡1" */
static void
account_line(struct screen *s, struct buf *out)
{
	size_t count;
	const struct engine_account *acc = engine_accounts(s->engine, &count);

	for (size_t i = 0; i < count && i < ACCOUNTS_SHOWN; i++) {
		buf_printf(out, "%s%s ", out->n ? "  " : "", acc[i].name);
		if (s->status[i])
			glyph_account(out, &s->status[i]->u.status);
		else
			buf_adds(out, tty_is_ascii() ? "." : "⋯");
	}
	if (s->boxes && s->boxes->u.boxes.outbox)
		buf_printf(out, "  %s%u", tty_is_ascii() ? "out " : "⇡",
			s->boxes->u.boxes.outbox);
}

static void
draw_title(struct screen *s, struct view *v, int columns)
{
	struct buf left, right;
	size_t width;

	buf_init(&left, 1000);
	buf_init(&right, 1000);
	if (columns >= FRAME_COLUMNS)
		buf_adds(&left, s->is_demo ? " signet demo  "
				: engine_only_shows(s->engine)
					? _(" signet (shows only)  ")
					: " signet  ");
	else
		buf_adds(&left, " ");
	v->ops->title(v, &left);
	account_line(s, &right);
	width = utf8_width(buf_str(&right));
	if (width > (size_t)columns / 2)
		width = (size_t)columns / 2;
	tty_put_cut(0, 0, columns - (int)width - 2, buf_str(&left), TTY_BOLD);
	tty_put_cut(0, columns - (int)width - 2, 1, STR(" "), TTY_PLAIN);
	tty_put_cut(0, columns - (int)width - 1, (int)width, buf_str(&right),
		TTY_PLAIN);
	buf_fini(&left);
	buf_fini(&right);
}

/* After the first of two keys: what the second may be. */
static void
prefix_hint(struct screen *s, enum place place, struct buf *out)
{
	struct buf tmp;

	buf_init(&tmp, 100);
	for (int a = 1; a < ACTIONS; a++) {
		const char *k;

		if (!(keys_places((enum action)a) & place))
			continue;
		k = keys_first((enum action)a, &tmp);
		if (tmp.n == 3 && k[1] == ' ' &&
			(uint32_t)(unsigned char)k[0] == s->prefix)
			buf_printf(out, " %c %s  ", k[2],
				keys_label((enum action)a));
	}
	buf_fini(&tmp);
}

static void
draw_status(struct screen *s, struct view *v, int y, int columns)
{
	struct buf left, right;
	unsigned style = TTY_PLAIN;
	size_t width;

	buf_init(&left, 2000);
	buf_init(&right, 2000);
	if (s->prefix) {
		prefix_hint(s, screen_place(s), &left);
	} else if (s->say[0]) {
		buf_printf(&left, " %s", s->say);
		style = s->say_is_warning ? TTY_BAD | TTY_BOLD : TTY_BOLD;
	} else {
		buf_addc(&left, ' ');
		v->ops->status(v, &left, &right);
	}
	if (!s->prefix && !s->say[0]) {
		struct buf now;

		buf_init(&now, 2000);
		running_sum(s, &now);
		if (now.n) {
			buf_clear(&right);
			buf_add(&right, buf_str(&now));
		}
		buf_fini(&now);
	}
	width = utf8_width(buf_str(&right));
	if ((int)width > columns - 20)
		width = 0;
	tty_put(y, 0, columns, STR(""), TTY_PLAIN);
	tty_put_cut(y, 0, columns - (int)width - (width ? 3 : 1),
		buf_str(&left), style);
	tty_put(y, columns - (int)width - 1, (int)width + 1, buf_str(&right),
		TTY_PLAIN);
	buf_fini(&left);
	buf_fini(&right);
}

/* The last row: keys of this place, "? keys" always last. None where every key
 * is text. */
static void
draw_hints(struct view *v, int y, int columns)
{
	struct buf line, tmp, end;

	buf_init(&line, 1000);
	buf_init(&tmp, 100);
	buf_init(&end, 100);
	if (v->ops->hints)
		buf_printf(&end, "  ? %s", _("keys"));
	for (const enum action *a = v->ops->hints; a && *a; a++) {
		struct buf one;

		if (!(keys_places(*a) & screen_place(v->screen)))
			continue;
		buf_init(&one, 200);
		buf_printf(
			&one, " %s %s ", keys_first(*a, &tmp), keys_label(*a));
		if (utf8_width(buf_str(&line)) + utf8_width(buf_str(&one)) +
				utf8_width(buf_str(&end)) <
			(size_t)columns)
			buf_add(&line, buf_str(&one));
		buf_fini(&one);
	}
	buf_add(&line, buf_str(&end));
	tty_put_cut(y, 0, columns, buf_str(&line), TTY_FRAME);
	buf_fini(&line);
	buf_fini(&tmp);
	buf_fini(&end);
}

static void
draw_question(struct screen *s, int y, int columns, struct cursor *c)
{
	struct question *q = &s->question;
	int label = (int)utf8_width(str_c(q->label));

	c->y = y;
	c->is_visible = true;
	if (q->choices[0] && label >= columns) {
		/* the answers stand at its end: it takes the row above, too */
		tty_put(y - 1, 0, columns, STR(""), TTY_PLAIN);
		tty_put(y, 0, columns, STR(""), TTY_PLAIN);
		lines_wrap(y - 1, 0, columns, 2, str_c(q->label), TTY_BOLD);
		c->x = columns - 1;
		return;
	}
	if (!q->choices[0] && label > columns - 10)
		label = columns - 10;
	tty_put_cut(y, 0, label + 1, str_c(q->label), TTY_BOLD);
	if (q->choices[0])
		tty_put(y, label + 1, columns - label - 1, STR(""), TTY_PLAIN);
	c->x = q->choices[0] ? label + 1
			     : prompt_draw(&q->prompt, y, label + 1,
				       columns - label - 1, TTY_PLAIN);
}

static void
draw_view(struct view *v, struct area a, struct cursor *c)
{
	if (v->ops->is_overlay && v->below)
		draw_view(v->below, a, c);
	v->ops->draw(v, a, c);
}

void
screen_draw(struct screen *s)
{
	int rows = tty_rows(), columns = tty_columns();
	struct cursor c = { -1, 0, false };
	struct view *v = s->top;

	s->is_dirty = false;
	if (tty_is_away() || !v)
		return;
	tty_erase();
	if (rows < MIN_ROWS || columns < MIN_COLUMNS) {
		tty_printf(0, 0, columns, TTY_BOLD, _("signet needs %dx%d"),
			MIN_COLUMNS, MIN_ROWS);
		tty_show(0, 0, false);
		return;
	}
	draw_title(s, v, columns);
	tty_hline(1, 0, columns);
	draw_view(v, (struct area){ 2, 0, rows - 5, columns }, &c);
	tty_hline(rows - 3, 0, columns);
	draw_status(s, v, rows - 2, columns);
	if (s->question.is_open)
		draw_question(s, rows - 1, columns, &c);
	else
		draw_hints(v, rows - 1, columns);
	tty_show(c.y, c.x, c.is_visible);
}
