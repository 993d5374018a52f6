/* SPDX-License-Identifier: GPL-3.0-or-later */
/* the attachments of a message: see reader.h */
#include <stdio.h>
#include <stdlib.h>

#include "ui/glyph.h"
#include "ui/i18n.h"
#include "ui/reader.h"
#include "ui/screen.h"
#include "ui/tty.h"

struct files {
	struct view view;
	struct msg *doc;
	size_t at;
};

static struct files *
files_of(struct view *v)
{
	return (struct files *)(void *)v;
}

static void
title(struct view *v, struct buf *out)
{
	buf_printf(out, "[%s]", files_of(v)->doc->u.doc.subject);
}

static void
status(struct view *v, struct buf *left, struct buf *right)
{
	(void)right;
	/* TRANSLATORS: number of attachments */
	buf_printf(left, _("%zu files; nothing is opened by itself"),
		files_of(v)->doc->u.doc.files);
}

static void
draw(struct view *v, struct area a, struct cursor *c)
{
	struct files *f = files_of(v);
	const struct msg_doc *d = &f->doc->u.doc;
	int name = a.cells > 70 ? a.cells - 46 : a.cells / 2;

	tty_printf(a.y, a.x + 4, a.cells - 5, TTY_BOLD, "#   %s", _("Name"));
	for (size_t i = 0; i < d->files && (int)i + 1 < a.rows; i++) {
		unsigned style = i == f->at ? TTY_REVERSE : TTY_PLAIN;
		int y = a.y + 1 + (int)i;
		struct buf size;

		buf_init(&size, 40);
		glyph_size(&size, d->file[i].size);
		tty_put(y, a.x, a.cells, STR(""), style);
		tty_put(y, a.x + 1, 2, i == f->at ? glyph_cursor() : STR(" "),
			style);
		tty_printf(y, a.x + 4, 4, style, "%zu", i + 1);
		tty_put_cut(y, a.x + 8, name, str_c(d->file[i].name), style);
		tty_put_cut(
			y, a.x + 9 + name, 24, str_c(d->file[i].type), style);
		tty_printf(y, a.x + 34 + name, 11, style, "%10s", buf_c(&size));
		buf_fini(&size);
		if (i == f->at) {
			c->y = y;
			c->x = a.x;
		}
	}
}

static void
save_answer(struct screen *s, void *arg, const char *text)
{
	struct files *f = arg;
	const struct msg_doc *d = &f->doc->u.doc;
	struct msg *m;

	if (!text || !*text)
		return;
	m = msg_new(MSG_SAVE_PART);
	m->u.open.path = arena_strdup(m->arena, d->path);
	m->u.open.part = arena_strdup(m->arena, d->file[f->at].number);
	m->u.open.directory = arena_strdup(m->arena, text);
	screen_send(s, m);
}

static bool
action(struct view *v, enum action a)
{
	struct files *f = files_of(v);
	size_t n = f->doc->u.doc.files;

	switch (a) {
	case ACTION_NEXT:
		f->at += f->at + 1 < n;
		return true;
	case ACTION_PREVIOUS:
		f->at -= f->at > 0;
		return true;
	case ACTION_FIRST:
		f->at = 0;
		return true;
	case ACTION_LAST:
		f->at = n - 1;
		return true;
	case ACTION_SAVE:
	case ACTION_OPEN:
		screen_ask(v->screen, _("Save into the folder:"), "~/Downloads",
			save_answer, NULL, f);
		return true;
	default:
		return false;
	}
}

static void
files_free(struct view *v)
{
	msg_free(&files_of(v)->doc);
	free(v);
}

static const enum action hints[] = { ACTION_BACK, ACTION_SAVE, ACTION_NEXT,
	ACTION_NONE };

static const struct view_ops ops = { .place = IN_FILES,
	.title = title,
	.status = status,
	.draw = draw,
	.action = action,
	.hints = hints,
	.free = files_free };

struct view *
files_view(struct screen *s, struct msg *doc)
{
	struct files *f = calloc(1, sizeof *f);

	if (!f)
		abort();
	f->view.ops = &ops;
	f->view.screen = s;
	f->doc = doc;
	return &f->view;
}
