/* SPDX-License-Identifier: GPL-3.0-or-later */
/* what waits to be sent, and the drafts that are here: see composer.h */
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "ui/composer.h"
#include "ui/glyph.h"
#include "ui/i18n.h"
#include "ui/running.h"
#include "ui/screen.h"
#include "ui/tty.h"

enum { EMPTY_ROWS = 5 }; /* of what is said where nothing waits */

struct table {
	struct view view;
	struct msg *rows; /* MSG_OUTBOX or MSG_DRAFTS */
	enum msg_kind kind, request;
	uint64_t wanted, dropping; /* requests */
	size_t at;
};

static struct table *
table_of(struct view *v)
{
	return (struct table *)(void *)v;
}

static size_t
count(const struct table *t)
{
	return t->rows ? t->rows->u.outbox.items : 0;
}

static const struct out_item *
current(const struct table *t)
{
	return t->at < count(t) ? &t->rows->u.outbox.item[t->at] : NULL;
}

static void
request(struct table *t)
{
	t->wanted = screen_send(t->view.screen, msg_new(t->request));
}

static void
title(struct view *v, struct buf *out)
{
	buf_printf(out, "[%s %zu]",
		table_of(v)->kind == MSG_DRAFTS ? _("Drafts") : _("Outbox"),
		count(table_of(v)));
}

static const char *
state_word(const char *state)
{
	static const struct {
		const char *state, *word;
	} words[] = { { "queued", N_("waits") }, { "sending", N_("sending") },
		{ "unknown", N_("unknown whether it was sent") },
		{ "refused", N_("refused") }, { "later", N_("tried again") },
		{ "draft", N_("draft") } };

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (strcmp(state, words[i].state) == 0)
			return _(words[i].word);
	return state;
}

static void
status(struct view *v, struct buf *left, struct buf *right)
{
	const struct out_item *o = current(table_of(v));

	(void)right;
	if (!o)
		return;
	buf_adds(left, state_word(o->state));
	if (o->next_try > clock_wall())
		buf_printf(left, _("   sends in %lld s"),
			(long long)(o->next_try - clock_wall()));
	if (o->reason && *o->reason)
		buf_printf(left, ": %s", o->reason);
}

/* The accounts below what waits; A is what is left above them: half of it where
 * there is much of both. */
static void
draw_accounts(const struct table *t, struct area *a)
{
	int rows = count(t) ? (int)count(t) : EMPTY_ROWS;
	struct area below = *a;

	if (rows > a->rows / 2)
		rows = a->rows / 2;
	below.y += rows + 1;
	below.rows -= rows + 1;
	if (below.rows > 1)
		running_draw(t->view.screen, below);
	a->rows = rows;
}

static void
draw(struct view *v, struct area a, struct cursor *c)
{
	struct table *t = table_of(v);
	size_t top;

	c->y = a.y;
	c->x = a.x;
	if (t->kind == MSG_OUTBOX)
		draw_accounts(t, &a);
	if (t->rows && count(t) == 0) {
		tty_put(a.y + 2, a.x + 4, a.cells - 5,
			str_c(t->kind == MSG_DRAFTS
					? _("No draft is kept here.")
					: _("No letter waits.")),
			TTY_BOLD);
		tty_put(a.y + 4, a.x + 4, a.cells - 5,
			str_c(_("m  begins a new message")), TTY_PLAIN);
		return;
	}
	top = t->at < (size_t)a.rows ? 0 : t->at + 1 - (size_t)a.rows;
	for (size_t i = top; i < count(t) && i < top + (size_t)a.rows; i++) {
		const struct out_item *o = &t->rows->u.outbox.item[i];
		unsigned style = i == t->at ? TTY_REVERSE : TTY_PLAIN;
		int y = a.y + (int)(i - top), half = (a.cells - 24) / 2;

		if (strcmp(o->state, "refused") == 0 ||
			strcmp(o->state, "unknown") == 0)
			style |= TTY_BAD | TTY_BOLD;
		tty_put(y, a.x, a.cells, STR(""), style);
		tty_put(y, a.x, 2, i == t->at ? glyph_cursor() : STR(" "),
			style);
		tty_put_cut(y, a.x + 2, half, str_c(o->subject), style);
		tty_put_cut(y, a.x + 3 + half, half - 2, str_c(o->to), style);
		tty_printf(y, a.x + a.cells - 20, 20, style, "%s %s",
			o->account, state_word(o->state));
		if (i == t->at)
			c->y = y;
	}
}

static bool
event(struct view *v, struct msg **m)
{
	struct table *t = table_of(v);

	if ((*m)->kind == t->kind && ((*m)->id == t->wanted || !(*m)->id)) {
		msg_free(&t->rows);
		t->rows = *m;
		*m = NULL;
		if (t->at >= count(t))
			t->at = count(t) ? count(t) - 1 : 0;
		return true;
	}
	if ((*m)->id && (*m)->id == t->dropping) {
		t->dropping = 0;
		request(t);
	}
	return false;
}

static void
send_out(struct table *t, enum msg_kind kind, bool was_sent)
{
	const struct out_item *o = current(t);
	struct msg *m = msg_new(kind);

	m->u.out.id = o->id;
	m->u.out.was_sent = was_sent;
	screen_send(t->view.screen, m);
	request(t);
}

static void
drop_answer(struct screen *s, void *arg, const char *text)
{
	(void)s;
	if (text && *text == 'y' && current(arg))
		send_out(arg, MSG_OUT_CANCEL, false);
}

static void
discard_answer(struct screen *s, void *arg, const char *text)
{
	struct table *t = arg;
	const struct out_item *o = current(t);
	struct msg *m;

	if (!text || *text != 'y' || !o)
		return;
	m = msg_new(MSG_DRAFT_DROP);
	m->u.draft.file = arena_strdup(m->arena, o->reason);
	t->dropping = screen_send(s, m);
}

/* Take what is under the cursor out, if the user says yes. */
static void
drop(struct table *t)
{
	if (!current(t))
		return;
	if (t->kind == MSG_OUTBOX)
		screen_choose(t->view.screen,
			_("Take it out of the outbox; it becomes a draft "
			  "again? y yes, n no"),
			"yn", drop_answer, t);
	else
		screen_choose(t->view.screen,
			_("Throw this draft away? y yes, n no"), "yn",
			discard_answer, t);
}

static void
resolve_answer(struct screen *s, void *arg, const char *text)
{
	(void)s;
	if (text && current(arg))
		send_out(arg, MSG_OUT_RESOLVE, *text == 's');
}

static bool
action(struct view *v, enum action a)
{
	struct table *t = table_of(v);
	const struct out_item *o = current(t);
	struct screen *s = v->screen;
	char file[1300];

	switch (a) {
	case ACTION_NEXT:
		t->at += t->at + 1 < count(t);
		return true;
	case ACTION_PREVIOUS:
		t->at -= t->at > 0;
		return true;
	case ACTION_OPEN:
		if (o && t->kind == MSG_OUTBOX)
			screen_say(s, "%s",
				_("x takes it out of the outbox; then it can "
				  "be changed"));
		if (!o || t->kind != MSG_DRAFTS)
			return true;
		snprintf(file, sizeof file, "%s", o->reason);
		screen_pop(s);
		composer_start(s, DRAFT_EDIT, NULL, file);
		return true;
	case ACTION_DROP:
		drop(t);
		return true;
	case ACTION_RESOLVE:
		if (o && strcmp(o->state, "unknown") == 0)
			screen_choose(s,
				_("Was it sent? s it was sent, a send it "
				  "again, Esc leave it"),
				"sa", resolve_answer, t);
		else if (o)
			screen_say(s, "%s",
				_("it is known what became of this one"));
		return true;
	case ACTION_FLUSH:
		screen_send(s, msg_new(MSG_OUT_FLUSH));
		request(t);
		return true;
	default:
		return false;
	}
}

static void
table_free(struct view *v)
{
	msg_free(&table_of(v)->rows);
	free(v);
}

static const enum action out_hints[] = { ACTION_BACK, ACTION_DROP,
	ACTION_RESOLVE, ACTION_FLUSH, ACTION_NONE };
static const enum action draft_hints[] = { ACTION_BACK, ACTION_OPEN,
	ACTION_DROP, ACTION_NEW, ACTION_NONE };

static const struct view_ops outbox_ops = { .place = IN_OUTBOX,
	.is_live = true,
	.title = title,
	.status = status,
	.draw = draw,
	.event = event,
	.action = action,
	.hints = out_hints,
	.free = table_free };
static const struct view_ops drafts_ops = { .place = IN_OUTBOX,
	.title = title,
	.draw = draw,
	.status = status,
	.event = event,
	.action = action,
	.hints = draft_hints,
	.free = table_free };

static struct view *
table_new(struct screen *s, const struct view_ops *ops, enum msg_kind kind,
	enum msg_kind ask)
{
	struct table *t = calloc(1, sizeof *t);

	if (!t)
		abort();
	t->view.ops = ops;
	t->view.screen = s;
	t->kind = kind;
	t->request = ask;
	request(t);
	return &t->view;
}

struct view *
drafts_view(struct screen *s)
{
	return table_new(s, &drafts_ops, MSG_DRAFTS, MSG_DRAFT_LIST);
}

struct view *
outbox_view(struct screen *s)
{
	return table_new(s, &outbox_ops, MSG_OUTBOX, MSG_OUT_LIST);
}
