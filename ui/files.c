/* SPDX-License-Identifier: GPL-3.0-or-later */
/* the parts of a message as a tree: see reader.h */
#include <stdio.h>
#include <stdlib.h>

#include "ui/glyph.h"
#include "ui/i18n.h"
#include "ui/part.h"
#include "ui/reader.h"
#include "ui/screen.h"
#include "ui/tty.h"

struct files {
	struct view view;
	struct msg *doc;
	size_t at, top;
	char folder[1000];         /* where the last one was saved */
	uint64_t fetching, wanted; /* the rest of the letter; the letter */
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

/* Is any of these parts on the server alone? */
static bool
are_missing(const struct msg_doc *d)
{
	for (size_t i = 0; i < d->parts; i++)
		if (d->part[i].is_missing)
			return true;
	return false;
}

static void
status(struct view *v, struct buf *left, struct buf *right)
{
	const struct msg_doc *d = &files_of(v)->doc->u.doc;

	(void)right;
	/* numbers of parts and of attachments among them */
	buf_printf(left, ngettext("%zu part", "%zu parts", d->parts), d->parts);
	buf_adds(left, ", ");
	buf_printf(left, ngettext("%zu file", "%zu files", d->files), d->files);
	if (are_missing(d))
		buf_printf(left,
			_("; %.*s on the server: s saves one, Enter fetches "
			  "all"),
			STR_ARG(glyph_here(ROW_MISSING).text));
	else
		buf_adds(left, _("; nothing is opened by itself"));
}

static void
draw_row(const struct files *f, size_t i, int y, struct area a)
{
	const struct attachment *t = &f->doc->u.doc.part[i];
	unsigned style = i == f->at ? TTY_REVERSE : TTY_PLAIN;
	int name = a.cells > 70 ? a.cells - 50 : a.cells / 2;
	int in = 2 * (int)(t->depth < 8 ? t->depth : 8);
	struct buf text;

	buf_init(&text, 1000);
	tty_put(y, a.x, a.cells, STR(""), style);
	tty_put(y, a.x + 1, 2, i == f->at ? glyph_cursor() : STR(" "), style);
	tty_put_cut(y, a.x + 4, 6, str_c(t->number), style);
	if (t->is_missing)
		tty_put(y, a.x + 10, 1, glyph_here(ROW_MISSING).text, style);
	if (*t->name)
		buf_adds(&text, t->name);
	else if (!t->is_container)
		buf_printf(&text, "(%s)", _("text of the message"));
	tty_put_cut(y, a.x + 12 + in, name - in, buf_str(&text),
		t->is_file ? style : style | TTY_DIM);
	tty_put_cut(y, a.x + 13 + name, 24, str_c(t->type), style);
	if (t->host) {
		tty_put_cut(y, a.x + 26 + name, a.cells - name - 27,
			str_c(t->host), style);
	} else if (!t->is_container) {
		buf_clear(&text);
		glyph_size(&text, t->size);
		tty_printf(y, a.x + 38 + name, 11, style, "%10s", buf_c(&text));
	}
	buf_fini(&text);
}

static void
draw(struct view *v, struct area a, struct cursor *c)
{
	struct files *f = files_of(v);
	size_t rows = a.rows > 1 ? (size_t)a.rows - 1 : 1;

	if (f->at < f->top)
		f->top = f->at;
	if (f->at >= f->top + rows)
		f->top = f->at - rows + 1;
	tty_printf(
		a.y, a.x + 4, a.cells - 5, TTY_BOLD, "#       %s", _("Name"));
	for (size_t i = f->top; i < f->doc->u.doc.parts && i < f->top + rows;
		i++) {
		int y = a.y + 1 + (int)(i - f->top);

		draw_row(f, i, y, a);
		if (i == f->at) {
			c->y = y;
			c->x = a.x;
		}
	}
}

/* A request for the part PART. */
static struct msg *
request(const struct files *f, enum msg_kind kind,
	const struct attachment *part)
{
	struct msg *m = msg_new(kind);

	m->u.open.path = arena_strdup(m->arena, f->doc->u.doc.path);
	m->u.open.id = arena_strdup(m->arena, f->doc->u.doc.id);
	m->u.open.part = arena_strdup(m->arena, part->number);
	return m;
}

static void
save(struct screen *s, const struct files *f, const struct attachment *part,
	const char *folder)
{
	struct msg *m = request(
		f, part->is_missing ? MSG_WANT_PART : MSG_SAVE_PART, part);

	m->u.open.directory = arena_strdup(m->arena, folder);
	if (part->is_missing) { /* it alone comes, and not the letter */
		m->account = screen_account_of(s, m->u.open.path);
		screen_say(s, _("fetching it from the server"));
	}
	screen_send(s, m);
}

static void
save_answer(struct screen *s, void *arg, const char *text)
{
	struct files *f = arg;

	if (!text || !*text)
		return;
	snprintf(f->folder, sizeof f->folder, "%s", text);
	save(s, f, &f->doc->u.doc.part[f->at], text);
}

static void
fetch_answer(struct screen *s, void *arg, const char *text)
{
	struct files *f = arg;
	struct msg *m;

	if (!text || !*text)
		return;
	snprintf(f->folder, sizeof f->folder, "%s", text);
	m = msg_new(MSG_FETCH_PART);
	m->u.open.url = arena_strdup(m->arena, f->doc->u.doc.part[f->at].url);
	m->u.open.directory = arena_strdup(m->arena, text);
	screen_send(s, m);
	screen_say(s, _("fetching"));
}

/* A remote image: nothing is fetched that nobody asked for. */
static void
use_remote(struct files *f, enum action a)
{
	const struct attachment *t = &f->doc->u.doc.part[f->at];
	char label[200];

	if (a != ACTION_SAVE) {
		screen_say(f->view.screen, _("not here: s fetches it from %s"),
			t->host);
		return;
	}
	snprintf(label, sizeof label,
		_("Fetch from %.60s, which learns that you read this, into:"),
		t->host);
	screen_ask(f->view.screen, label, f->folder, fetch_answer, NULL, f);
}

static void
save_all_answer(struct screen *s, void *arg, const char *text)
{
	struct files *f = arg;

	if (!text || !*text)
		return;
	snprintf(f->folder, sizeof f->folder, "%s", text);
	for (size_t i = 0; i < f->doc->u.doc.files; i++)
		save(s, f, &f->doc->u.doc.file[i], text);
}

/* What of the letter is on the server alone comes, all of it. */
static void
fetch_rest(struct files *f)
{
	const struct msg_doc *d = &f->doc->u.doc;
	struct msg *m;

	if (f->fetching) {
		screen_say(f->view.screen, _("it is on its way"));
		return;
	}
	m = msg_new(MSG_WANT);
	m->account = screen_account_of(f->view.screen, d->path);
	m->u.open.path = arena_strdup(m->arena, d->path);
	f->fetching = screen_send(f->view.screen, m);
	screen_say(f->view.screen, _("fetching it from the server"));
}

static bool
event(struct view *v, struct msg **m)
{
	struct files *f = files_of(v);
	const struct msg_doc *d = &f->doc->u.doc;

	if ((*m)->id && (*m)->id == f->fetching && (*m)->kind != MSG_PROGRESS) {
		struct msg *o;

		f->fetching = 0;
		if ((*m)->kind == MSG_FAILED)
			return false; /* the screen says why */
		o = msg_new(MSG_OPEN);
		o->u.open.path = arena_strdup(o->arena, d->path);
		o->u.open.id = arena_strdup(o->arena, d->id);
		o->u.open.width = 80;
		f->wanted = screen_send(v->screen, o);
		return true;
	}
	if ((*m)->kind == MSG_DOC && (*m)->id && (*m)->id == f->wanted) {
		msg_free(&f->doc);
		f->doc = *m;
		*m = NULL;
		f->wanted = 0;
		if (f->at >= f->doc->u.doc.parts)
			f->at = 0;
		screen_say(v->screen, _("it is here now: Enter opens it"));
		return true;
	}
	return false;
}

/* Show as text, open with its program, pipe, save the part at the cursor. */
static void
use(struct files *f, enum action a)
{
	struct screen *s = f->view.screen;
	const struct msg_doc *d = &f->doc->u.doc;
	const struct attachment *t = &d->part[f->at];
	const char *name = *t->name ? t->name : t->type;

	if (a == ACTION_SAVE_ALL) {
		if (d->files)
			screen_ask(s, _("Save all into the folder:"), f->folder,
				save_all_answer, NULL, f);
		else
			screen_say(s, _("it has no files"));
	} else if (t->url) {
		use_remote(f, a);
	} else if (t->is_missing && a != ACTION_SAVE) {
		fetch_rest(f);
	} else if (a == ACTION_PIPE) {
		part_pipe(s, d->path, t->is_container ? "" : t->number, name);
	} else if (t->is_container) {
		screen_say(s, _("this only holds the parts below it"));
	} else if (a == ACTION_SAVE) {
		screen_ask(s, _("Save into the folder:"), f->folder,
			save_answer, NULL, f);
	} else {
		/* a file inside a part is no part that could be drawn */
		bool as_text = a == ACTION_OPEN && !strchr(t->number, '#') &&
			       (strncmp(t->type, "text/", 5) == 0 ||
				       strncmp(t->type, "message/", 8) == 0);

		screen_push(s,
			part_view(s, name,
				request(f, as_text ? MSG_OPEN : MSG_OPEN_PART,
					t)));
	}
}

static bool
action(struct view *v, enum action a)
{
	struct files *f = files_of(v);
	size_t n = f->doc->u.doc.parts;

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
		f->at = n ? n - 1 : 0;
		return true;
	case ACTION_SAVE:
	case ACTION_SAVE_ALL:
	case ACTION_OPEN:
	case ACTION_VIEWER:
	case ACTION_PIPE:
		if (n)
			use(f, a);
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

static const enum action hints[] = { ACTION_BACK, ACTION_OPEN, ACTION_VIEWER,
	ACTION_SAVE, ACTION_SAVE_ALL, ACTION_PIPE, ACTION_NEXT, ACTION_NONE };

static const struct view_ops ops = { .place = IN_FILES,
	.title = title,
	.status = status,
	.draw = draw,
	.event = event,
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
	snprintf(f->folder, sizeof f->folder, "~/Downloads");
	/* at the first attachment, which most come for */
	while (f->at + 1 < doc->u.doc.parts && !doc->u.doc.part[f->at].is_file)
		f->at++;
	if (!doc->u.doc.files)
		f->at = 0;
	return &f->view;
}
