/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sidebar - see sidebar.h */
#include "ui/sidebar.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/utf8.h"
#include "ui/glyph.h"
#include "ui/i18n.h"
#include "ui/prompt.h"
#include "ui/screen.h"
#include "ui/tty.h"

/* Row I is a mailbox, or the head of an account (*HEAD_OUT). */
static const struct box *
row_at(const struct msg_boxes *b, int i, const char **head_out)
{
	const char *account = "";
	int at = 0;

	*head_out = NULL;
	for (size_t k = 0; b && k < b->boxes; k++) {
		if (strcmp(b->box[k].account, account) != 0) {
			account = b->box[k].account;
			if (at++ == i) {
				*head_out = account;
				return NULL;
			}
		}
		if (at++ == i)
			return &b->box[k];
	}
	return NULL;
}

int
sidebar_rows(struct screen *s)
{
	const struct msg_boxes *b = screen_boxes(s);
	const char *account = "";
	int n = 0;

	for (size_t k = 0; b && k < b->boxes; k++) {
		if (strcmp(b->box[k].account, account) != 0) {
			account = b->box[k].account;
			n++;
		}
		n++;
	}
	return n;
}

const struct box *
sidebar_box(struct screen *s, int i)
{
	const char *head;

	return row_at(screen_boxes(s), i, &head);
}

const char *
sidebar_account(struct screen *s, int i)
{
	const char *head;
	const struct box *b = row_at(screen_boxes(s), i, &head);

	return b ? b->account : head;
}

int
sidebar_find(struct screen *s, const char *query)
{
	int rows = sidebar_rows(s);

	for (int i = 0; i < rows; i++) {
		const struct box *b = sidebar_box(s, i);

		if (b && strcmp(b->query, query) == 0)
			return i;
	}
	return 0;
}

int
sidebar_top(struct screen *s, int rows, const char *query, int selected)
{
	int at = selected < 0 ? sidebar_find(s, query) : selected;

	return rows > 0 && at >= rows ? at - rows + 1 : 0;
}

static void
draw_head(struct screen *s, struct area a, int y, const char *account)
{
	int i = screen_account_of(s, account);
	const struct msg_status *st = screen_status_of(s, i);
	struct buf state;
	int width;

	buf_init(&state, 200);
	if (st)
		glyph_account(&state, st);
	width = (int)utf8_width(buf_str(&state));
	if (width > a.cells - 6)
		width = a.cells - 6;
	tty_printf(y, a.x, a.cells - width, TTY_BOLD, "%s %s",
		tty_is_ascii() ? "-" : "▾", account);
	tty_put(y, a.x + a.cells - width, width, buf_str(&state), TTY_PLAIN);
	buf_fini(&state);
}

static void
draw_box(struct area a, int y, const struct box *b, bool is_open,
	bool is_selected)
{
	const char *slash = strrchr(b->name, '/');
	int depth = 0;
	char count[16] = "";
	unsigned style = is_selected ? TTY_REVERSE : TTY_PLAIN;

	for (const char *p = b->name; *p; p++)
		depth += *p == '/';
	if (b->unread)
		snprintf(count, sizeof count, "%u", b->unread);
	if (is_open)
		style |= TTY_BOLD;
	tty_put(y, a.x, 2, is_open ? glyph_cursor() : STR(" "), style);
	tty_printf(y, a.x + 2 + 2 * depth, a.cells - 8 - 2 * depth, style, "%s",
		slash ? slash + 1 : b->name);
	if (depth)
		tty_put(y, a.x + 1, 2 * depth + 1, STR(""), style);
	tty_printf(y, a.x + a.cells - 6, 6, style, "%6s", count);
}

void
sidebar_draw(struct screen *s, struct area a, const char *query, int selected,
	struct cursor *c)
{
	const struct msg_boxes *b = screen_boxes(s);
	int rows = sidebar_rows(s);
	int top = sidebar_top(s, a.rows, query, selected);

	if (!b) {
		tty_put(a.y, a.x, a.cells, str_c(_("counting…")), TTY_DIM);
		return;
	}
	for (int i = top; i < rows && i - top < a.rows; i++) {
		const char *head;
		const struct box *box = row_at(b, i, &head);
		int y = a.y + i - top;

		if (i == selected) {
			c->y = y;
			c->x = a.x;
		}
		if (head)
			draw_head(s, a, y, head);
		else if (box)
			draw_box(a, y, box, strcmp(box->query, query) == 0,
				i == selected);
	}
}

/* --- the picker
 * ---------------------------------------------------------------- */

struct picker {
	struct view view;
	struct prompt prompt;
	char title[100], account[110];
	sidebar_picked *done;
	void *arg;
	int at;
};

/* The N-th mailbox that fits what was typed. */
static const struct box *
picked(struct picker *p, int n)
{
	const struct msg_boxes *b = screen_boxes(p->view.screen);

	for (size_t i = 0; b && i < b->boxes; i++) {
		char name[300];

		snprintf(name, sizeof name, "%s/%s", b->box[i].account,
			b->box[i].name);
		if (p->account[0] && strcmp(p->account, b->box[i].account) != 0)
			continue;
		if (str_ifind(str_c(name), buf_str(&p->prompt.text)) >= 0 &&
			n-- == 0)
			return &b->box[i];
	}
	return NULL;
}

static void
picker_title(struct view *v, struct buf *out)
{
	buf_printf(out, "[%s]", ((struct picker *)v)->title);
}

static void
picker_status(struct view *v, struct buf *left, struct buf *right)
{
	(void)v, (void)right;
	buf_adds(left,
		_("type part of the name; Enter takes it, Esc goes back"));
}

static void
picker_draw(struct view *v, struct area a, struct cursor *c)
{
	struct picker *p = (struct picker *)v;
	int cells = a.cells < 50 ? a.cells - 4 : 46, x = a.x + 2;
	int rows = a.rows < 16 ? a.rows : 16, width;

	for (int y = a.y; y < a.y + rows; y++)
		tty_put(y, x, cells, STR(""), TTY_PLAIN);
	tty_box(a.y, x, rows, cells);
	width = (int)utf8_width(str_c(p->title));
	tty_put_cut(a.y, x + 2, width < cells - 4 ? width : cells - 4,
		str_c(p->title), TTY_BOLD);
	c->y = a.y + 1;
	c->x = prompt_draw(
		&p->prompt, a.y + 1, x + 2, cells - 4, TTY_UNDERLINE);
	c->is_visible = true;
	for (int i = 0; i < rows - 3; i++) {
		const struct box *b = picked(p, i);

		if (!b)
			break;
		tty_printf(a.y + 2 + i, x + 2, cells - 4,
			i == p->at ? TTY_REVERSE : TTY_PLAIN, "%s/%s",
			b->account, b->name);
	}
}

static bool
picker_key(struct view *v, uint32_t key)
{
	struct picker *p = (struct picker *)v;
	struct screen *s = v->screen;
	sidebar_picked *done = p->done;
	void *arg = p->arg;
	const struct box *b;

	if (key == TTY_UP || key == TTY_DOWN) {
		p->at += key == TTY_DOWN ? 1 : -1;
		if (p->at < 0 || !picked(p, p->at))
			p->at = 0;
		return true;
	}
	switch (prompt_key(&p->prompt, key)) {
	case PROMPT_CHANGED:
		p->at = 0;
		break;
	case PROMPT_CANCELLED:
		screen_pop(s);
		done(s, arg, NULL);
		break;
	case PROMPT_ACCEPTED:
		b = picked(p, p->at);
		if (!b)
			break;
		screen_pop(s);
		done(s, arg, b);
		break;
	case PROMPT_GOES_ON:
		break;
	}
	return true;
}

static void
picker_free(struct view *v)
{
	prompt_fini(&((struct picker *)v)->prompt);
	free(v);
}

static const struct view_ops picker_ops = { .place = IN_PANE,
	.is_overlay = true,
	.title = picker_title,
	.status = picker_status,
	.draw = picker_draw,
	.key = picker_key,
	.free = picker_free };

struct view *
picker_view(struct screen *s, const char *title, const char *account,
	sidebar_picked *done, void *arg)
{
	struct picker *p = calloc(1, sizeof *p);

	if (!p)
		abort();
	(void)s;
	p->view.ops = &picker_ops;
	snprintf(p->title, sizeof p->title, "%s", title);
	snprintf(p->account, sizeof p->account, "%s", account ? account : "");
	p->done = done;
	p->arg = arg;
	prompt_init(&p->prompt, "", false);
	return &p->view;
}
