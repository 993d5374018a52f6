/* SPDX-License-Identifier: GPL-3.0-or-later */
/* part - see part.h */
#include "ui/part.h"

#include <stdio.h>
#include <stdlib.h>

#include "ui/i18n.h"
#include "ui/lines.h"
#include "ui/screen.h"
#include "ui/tty.h"

struct part_text {
	struct view view;
	char name[300];
	struct msg *doc; /* MSG_DOC, or NULL: not here yet */
	struct msg *ask; /* RUN_PART that waits for its command, or NULL */
	uint64_t wanted;
	struct lines lines;
};

static struct part_text *
part_of(struct view *v)
{
	return (struct part_text *)(void *)v;
}

static void
title(struct view *v, struct buf *out)
{
	buf_printf(out, "[%s]", part_of(v)->name);
}

static void
status(struct view *v, struct buf *left, struct buf *right)
{
	struct part_text *p = part_of(v);

	(void)right;
	if (p->doc)
		buf_printf(left, "%u%%",
			lines_percent(&p->lines, p->doc->u.doc.doc));
}

static void
draw(struct view *v, struct area a, struct cursor *c)
{
	struct part_text *p = part_of(v);

	c->y = a.y;
	c->x = a.x;
	a.x += 2;
	a.cells -= 3;
	if (p->doc)
		lines_draw(&p->lines, p->doc->u.doc.doc, a);
	else if (p->wanted)
		tty_put(a.y + 1, a.x, a.cells, str_c(_("reading…")), TTY_DIM);
}

/* There is nothing to show (any more). */
static void
leave(struct part_text *p)
{
	p->wanted = 0;
	if (screen_top(p->view.screen) == &p->view)
		screen_pop(p->view.screen);
}

static void
run(struct part_text *p, const struct msg_viewer *w)
{
	struct err e;
	int rc = w->needs_terminal ? tty_run_program(w->argv, &e)
				   : tty_start_program(w->argv, &e);

	if (rc < 0)
		screen_warn(p->view.screen, "%s", e.text);
	else if (!w->needs_terminal)
		screen_say(p->view.screen, _("opened with %s"), w->argv[0]);
}

static bool
event(struct view *v, struct msg **m)
{
	struct part_text *p = part_of(v);

	if (!(*m)->id || (*m)->id != p->wanted)
		return false;
	switch ((*m)->kind) {
	case MSG_DOC:
		p->doc = *m;
		*m = NULL;
		p->wanted = 0;
		return true;
	case MSG_VIEWER:
		run(p, &(*m)->u.viewer);
		leave(p);
		return true;
	case MSG_DONE:
		screen_say(v->screen, "%s",
			(*m)->u.text ? (*m)->u.text : _("done"));
		leave(p);
		return true;
	case MSG_FAILED:
		screen_warn(v->screen, "%s", (*m)->err.text);
		leave(p);
		return true;
	default:
		return false;
	}
}

static bool
action(struct view *v, enum action a)
{
	struct part_text *p = part_of(v);

	return p->doc && lines_action(&p->lines, p->doc->u.doc.doc, a, NULL);
}

static void
part_free(struct view *v)
{
	msg_free(&part_of(v)->doc);
	msg_free(&part_of(v)->ask);
	free(v);
}

static const enum action hints[] = { ACTION_BACK, ACTION_LINE_DOWN,
	ACTION_LINE_UP, ACTION_NONE };

static const struct view_ops ops = { .place = IN_PANE,
	.title = title,
	.status = status,
	.draw = draw,
	.event = event,
	.action = action,
	.hints = hints,
	.free = part_free };

static struct part_text *
part_new(struct screen *s, const char *name, struct msg *m)
{
	struct part_text *p = calloc(1, sizeof *p);
	int width = tty_columns() - 4;

	if (!p)
		abort();
	p->view.ops = &ops;
	p->view.screen = s;
	snprintf(p->name, sizeof p->name, "%s", name);
	m->u.open.width = width < 100 ? (unsigned)width : 100;
	return p;
}

struct view *
part_view(struct screen *s, const char *name, struct msg *m)
{
	struct part_text *p = part_new(s, name, m);

	p->wanted = screen_send(s, m);
	return &p->view;
}

static void
pipe_answer(struct screen *s, void *arg, const char *text)
{
	struct part_text *p = arg;

	if (!text || !*text) {
		leave(p);
		return;
	}
	p->ask->u.open.command = arena_strdup(p->ask->arena, text);
	p->wanted = screen_send(s, p->ask);
	p->ask = NULL;
}

void
part_pipe(struct screen *s, const char *path, const char *number,
	const char *name)
{
	struct msg *m = msg_new(MSG_RUN_PART);
	struct part_text *p = part_new(s, name, m);

	m->u.open.path = arena_strdup(m->arena, path);
	m->u.open.part = arena_strdup(m->arena, number);
	p->ask = m;
	screen_push(s, &p->view);
	screen_ask(s, _("Give it to the command:"), "", pipe_answer, NULL, p);
}
