/* SPDX-License-Identifier: GPL-3.0-or-later */
/* running - see running.h */
#include "ui/running.h"

#include "base/clock.h"
#include "base/utf8.h"
#include "ui/glyph.h"
#include "ui/i18n.h"
#include "ui/lines.h"
#include "ui/screen.h"
#include "ui/tty.h"

enum { NAME_CELLS = 16, INDENT = 4, REASON = 4 }; /* rows of a reason */

/* ", 380 a second, 24 s left" as far as it is known */
static void
pace(struct buf *out, unsigned rate, int left)
{
	struct buf time;

	if (left < 0)
		return;
	if (rate)
		/* TRANSLATORS: so many letters in a second */
		buf_printf(out, _(", %u/s"), rate);
	buf_init(&time, 100);
	glyph_duration(&time, left);
	buf_printf(out, _(", %s left"), buf_c(&time));
	buf_fini(&time);
}

static void
progress(struct buf *out, const struct msg_progress *g)
{
	buf_adds(out, g->text);
	pace(out, g->rate, g->left);
}

void
running_sum(struct screen *s, struct buf *out)
{
	const struct msg_progress *g, *only = screen_progress_of(s, -1);
	unsigned long long done = 0, total = 0;
	unsigned rate = 0;
	int active = 0, left = -1;
	size_t n;

	(void)engine_accounts(screen_engine(s), &n);
	for (size_t i = 0; i < n; i++) {
		g = screen_progress_of(s, (int)i);
		if (!g)
			continue;
		only = g;
		active++;
		done += g->done;
		total += g->total;
		rate += g->rate;
		left = g->left > left ? g->left : left;
	}
	if (active < 2) {
		if (only)
			progress(out, only);
		return;
	}
	buf_printf(out, _("%d accounts: %llu / %llu"), active, done, total);
	pace(out, rate, left);
}

/* What a line says of an account that is not online. */
static void
down(struct buf *out, const struct msg_status *st)
{
	int64_t now = clock_wall();
	struct buf time;

	buf_init(&time, 200);
	if (st->since) {
		glyph_date(&time, st->since, now);
		/* TRANSLATORS: a time today, or a date */
		buf_printf(out, _(" since %s"), buf_c(&time));
	}
	if (st->retry_at > now) {
		buf_clear(&time);
		glyph_duration(&time, st->retry_at - now);
		buf_printf(out, _("; tried again in %s"), buf_c(&time));
	}
	if (st->waiting)
		buf_printf(out,
			ngettext("; %u change waits for it",
				"; %u changes wait for it", st->waiting),
			st->waiting);
	buf_fini(&time);
}

/* What an account does. */
static void
doing(struct screen *s, int i, struct buf *out)
{
	const struct msg_status *st = screen_status_of(s, i);
	const struct msg_progress *g = screen_progress_of(s, i);

	if (!st) {
		buf_adds(out, _("begins"));
	} else if (g) {
		progress(out, g);
	} else if (st->state == ACCOUNT_ONLINE && st->waiting) {
		buf_printf(out,
			ngettext("all is here; %u change goes to the server",
				"all is here; %u changes go to the server",
				st->waiting),
			st->waiting);
	} else if (st->state == ACCOUNT_ONLINE) {
		buf_adds(out, _("all is here"));
	} else if (st->state == ACCOUNT_LOCAL) {
		buf_adds(out, _("on this machine alone"));
	} else {
		glyph_state(out, st);
		down(out, st);
	}
}

static int
line(struct area a, int y, int indent, const char *text, unsigned style)
{
	if (y < a.y + a.rows)
		tty_put_cut(
			y, a.x + indent, a.cells - indent, str_c(text), style);
	return y + 1;
}

/* What is said of an account, in whole: what can be done, and what waits,
 * stands at the end. */
static int
whole(struct area a, int y, const char *text, unsigned style)
{
	int x = INDENT + NAME_CELLS, rows = a.y + a.rows - y;

	return y + lines_wrap(y, a.x + x, a.cells - x - 1,
			   rows < REASON ? rows : REASON, str_c(text), style);
}

void
running_draw(struct screen *s, struct area a)
{
	size_t n;
	const struct engine_account *acc =
		engine_accounts(screen_engine(s), &n);
	const struct msg_progress *index = screen_progress_of(s, -1);
	struct buf b;
	int y = line(a, a.y, 2, _("ACCOUNTS"), TTY_BOLD);

	buf_init(&b, 4000);
	for (size_t i = 0; i < n; i++) {
		const struct msg_status *st = screen_status_of(s, (int)i);

		buf_clear(&b);
		doing(s, (int)i, &b);
		if (y < a.y + a.rows)
			tty_put_cut(y, a.x + INDENT, NAME_CELLS - 1,
				str_c(acc[i].name), TTY_PLAIN);
		y = whole(a, y, buf_c(&b), TTY_PLAIN);
		if (st && st->text)
			y = whole(a, y, st->text,
				st->state == ACCOUNT_ONLINE ? TTY_DIM
							    : TTY_BAD);
	}
	if (index) {
		buf_clear(&b);
		progress(&b, index);
		if (y < a.y + a.rows)
			tty_put_cut(y, a.x + INDENT, NAME_CELLS - 1,
				str_c(_("search index")), TTY_PLAIN);
		line(a, y, INDENT + NAME_CELLS, buf_c(&b), TTY_PLAIN);
	}
	buf_fini(&b);
}
