/* SPDX-License-Identifier: GPL-3.0-or-later */
/* reader - see reader.h */
#include "ui/reader.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/utf8.h"
#include "ui/glyph.h"
#include "ui/i18n.h"
#include "ui/inspect.h"
#include "ui/lines.h"
#include "ui/list.h"
#include "ui/part.h"
#include "ui/screen.h"
#include "ui/tty.h"

enum {
	NARROW = 60, /* cells below which dates are short */
	SMALL = 9,   /* rows below which only who and what is shown */
	KEPT = 4     /* rows that a verdict leaves for the rest */
};

struct reader {
	struct view view;
	struct row row; /* points into the fields below */
	char id[1000], path[1300], subject[1000], from[300], address[300];
	struct msg *doc; /* MSG_DOC, or NULL: not here yet */
	uint64_t wanted;
	char problem[500]; /* why it cannot be shown, or "" */
	uint64_t fetching; /* the request for the rest of it */
	char rest[500];    /* how far that has come, or why it does not */
	struct lines lines;
	int width; /* that doc was made for */
	bool all_headers, prefer_html, was_marked;
};

static struct reader *
reader_of(struct view *v)
{
	return (struct reader *)(void *)v;
}

static void
request(struct reader *r)
{
	struct msg *m = msg_new(MSG_OPEN);
	int width = tty_columns() - 4;

	r->width = width;
	m->u.open.path = arena_strdup(m->arena, r->path);
	m->u.open.id = arena_strdup(m->arena, r->id);
	m->u.open.width = width < 100 ? (unsigned)width : 100;
	m->u.open.all_headers = r->all_headers;
	m->u.open.prefer_html = r->prefer_html;
	r->wanted = screen_send(r->view.screen, m);
}

static void
show(struct reader *r, const struct row *row)
{
	snprintf(r->id, sizeof r->id, "%s", row->id);
	snprintf(r->path, sizeof r->path, "%s", row->path);
	snprintf(r->subject, sizeof r->subject, "%s", row->subject);
	snprintf(r->from, sizeof r->from, "%s", row->from);
	snprintf(r->address, sizeof r->address, "%s", row->address);
	r->row = *row;
	r->row.id = r->id;
	r->row.path = r->path;
	r->row.subject = r->subject;
	r->row.from = r->from;
	r->row.address = r->address;
	r->row.thread = "";
	msg_free(&r->doc);
	r->problem[0] = r->rest[0] = '\0';
	r->fetching = 0;
	r->lines.top = 0;
	r->was_marked = !(row->flags & ROW_UNREAD);
	r->all_headers = r->prefer_html = false;
	request(r);
}

/* Its text is not here: have it fetched. Asked for once; opened again, once
 * more. */
static void
fetch_rest(struct reader *r)
{
	struct msg *m;

	if (r->doc->u.doc.here != LETTER_HEADERS || r->fetching || r->rest[0])
		return;
	m = msg_new(MSG_WANT);
	m->account = screen_account_of(r->view.screen, r->path);
	m->u.open.path = arena_strdup(m->arena, r->path);
	r->fetching = screen_send(r->view.screen, m);
}

/* What was read is marked so, here and on the server. */
static void
mark_read(struct reader *r)
{
	struct msg *m;

	if (r->was_marked || r->doc->u.doc.here == LETTER_HEADERS)
		return;
	r->was_marked = true;
	m = msg_new(MSG_FLAG);
	m->account = screen_account_of(r->view.screen, r->path);
	m->u.change.count = 1;
	m->u.change.path = arena_array(m->arena, 1, sizeof(char *));
	m->u.change.id = arena_array(m->arena, 1, sizeof(char *));
	m->u.change.path[0] = arena_strdup(m->arena, r->path);
	m->u.change.id[0] = arena_strdup(m->arena, r->id);
	m->u.change.add = "";
	m->u.change.remove = "unread";
	r->row.flags &= ~(unsigned)ROW_UNREAD;
	screen_send(r->view.screen, m);
}

/* --- drawing
 * -------------------------------------------------------------------- */

static int
draw_field(struct area *a, const char *name, const char *text, unsigned style)
{
	if (!text || !*text || a->rows <= 0)
		return 0;
	tty_printf(a->y, a->x + 1, 9, TTY_DIM, "%s", name);
	tty_put_cut(a->y, a->x + 10, a->cells - 11, str_c(text), style);
	a->y++;
	a->rows--;
	return 1;
}

/* From with the date at the right. The address is never cut away by it: where
 * both do not fit, it has rows of its own. */
static void
draw_from(struct area *a, const struct msg_doc *d, bool small)
{
	struct buf date, from;
	bool has_name = d->from_address && *d->from_address &&
			strcmp(d->from, d->from_address) != 0;
	int width, rest, rows;

	buf_init(&date, 200);
	buf_init(&from, 2000);
	if (a->cells < NARROW)
		glyph_date(&date, d->date, clock_wall());
	else
		glyph_time(&date, d->date);
	width = (int)utf8_width(buf_str(&date));
	rest = a->cells - 12 - width;
	buf_adds(&from, d->from ? d->from : "");
	if (has_name)
		buf_printf(&from, " <%s>", d->from_address);
	tty_printf(a->y, a->x + 1, 9, TTY_DIM, "%s", _("From"));
	tty_put(a->y, a->x + a->cells - width - 1, width, buf_str(&date),
		TTY_PLAIN);
	if ((int)utf8_width(buf_str(&from)) <= rest) {
		tty_put(a->y, a->x + 10, rest, buf_str(&from), TTY_BOLD);
		rows = 1;
	} else if (has_name && !small) {
		tty_put_cut(a->y, a->x + 10, rest, str_c(d->from), TTY_BOLD);
		buf_clear(&from);
		buf_printf(&from, "<%s>", d->from_address);
		rows = 1 + lines_wrap(a->y + 1, a->x + 10, a->cells - 11, 3,
				   buf_str(&from), TTY_BOLD);
	} else if (!small) {
		rows = lines_wrap(
			a->y, a->x + 10, rest, 3, buf_str(&from), TTY_BOLD);
	} else {
		/* no room: the address says more than the name */
		tty_put_cut(a->y, a->x + 10, rest,
			str_c(has_name ? d->from_address : d->from), TTY_BOLD);
		rows = 1;
	}
	a->y += rows;
	a->rows -= rows;
	buf_fini(&date);
	buf_fini(&from);
}

/* TEXT behind MARK in MOST rows; a failed verdict is a bar over the full width.
 */
static void
draw_verdict_line(struct area *a, struct glyph mark, const char *text,
	const char *right, int most, bool bar)
{
	unsigned style = bar ? TTY_BAD | TTY_REVERSE | TTY_BOLD : mark.style;
	int w = a->cells < NARROW ? 0 : (int)utf8_width(str_c(right));
	int cells = a->cells - 4 - (w ? w + 1 : 0), rows;

	if (most > a->rows - KEPT)
		most = a->rows - KEPT > 0 ? a->rows - KEPT : 1;
	if (a->rows <= 1)
		return;
	/* once to know how many rows the bar has */
	rows = lines_wrap(a->y, a->x + 3, cells, most, str_c(text), style);
	for (int i = 0; bar && i < rows; i++)
		tty_put(a->y + i, a->x, a->cells, STR(""), style);
	lines_wrap(a->y, a->x + 3, cells, most, str_c(text), style);
	tty_put(a->y, a->x + 1, 1, mark.text, style);
	if (w)
		tty_put(a->y, a->x + a->cells - w - 1, w, str_c(right),
			bar ? style : TTY_PLAIN);
	a->y += rows;
	a->rows -= rows;
}

static void
draw_verdict(struct reader *r, struct area *a, bool small)
{
	const struct verdict *v = r->doc->u.doc.verdict;
	struct buf right;

	buf_init(&right, 100);
	buf_printf(&right, "[V: %s]", _("details"));
	if (!v) {
		enum letter_here here = r->doc->u.doc.here;

		draw_verdict_line(a, glyph_verdict(VERDICT_PENDING),
			here == LETTER_HEADERS
				? _("Not verified yet: its text is not here")
			: here == LETTER_PARTS
				? _("Not verified yet: some parts are not here")
				: _("Checking who sent this…"),
			"", 1, false);
	} else {
		draw_verdict_line(a, glyph_verdict(v->state), v->sentence,
			buf_c(&right), small ? 1 : 3,
			v->state == VERDICT_FAILED);
		for (size_t i = 0; i < v->alerts && i < (small ? 1 : 3); i++) {
			struct glyph g = glyph_second(ROW_ALERT);

			draw_verdict_line(a, g, v->alert[i].text, "",
				small ? 1 : 2, false);
		}
	}
	buf_fini(&right);
}

static void
draw_files(struct reader *r, struct area *a)
{
	const struct msg_doc *d = &r->doc->u.doc;
	struct buf line;

	if (!d->files)
		return;
	buf_init(&line, 2000);
	for (size_t i = 0; i < d->files; i++) {
		buf_printf(&line, "%s@ %s  ", i ? "  " : "", d->file[i].name);
		glyph_size(&line, d->file[i].size);
		if (d->file[i].is_missing)
			buf_printf(&line, " (%s)", _("on the server"));
	}
	buf_printf(&line, "    v %s", _("open, save"));
	draw_field(a, _("Files"), buf_c(&line), TTY_PLAIN);
	buf_fini(&line);
}

/* In place of a text that is not here. */
static void
draw_rest(struct reader *r, struct area a)
{
	struct buf line;

	buf_init(&line, 600);
	buf_adds(&line, r->fetching
				? _("Its text is on the server and comes now")
				: _("Its text is on the server"));
	if (r->doc->u.doc.size) {
		buf_adds(&line, " (");
		glyph_size(&line, r->doc->u.doc.size);
		buf_adds(&line, ")");
	}
	tty_put_cut(a.y + 1, a.x, a.cells, buf_str(&line), TTY_PLAIN);
	tty_put_cut(a.y + 2, a.x, a.cells, str_c(r->rest),
		r->fetching ? TTY_DIM : TTY_BAD);
	buf_fini(&line);
}

static void
draw(struct view *v, struct area a, struct cursor *c)
{
	struct reader *r = reader_of(v);
	bool small = a.rows < SMALL;
	const struct msg_doc *d;

	c->y = a.y;
	c->x = a.x;
	if (tty_columns() - 4 != r->width && !r->wanted)
		request(r);
	/* where there is no room, the title alone shows the subject */
	if (!small) {
		tty_put_cut(
			a.y, a.x + 1, a.cells - 2, str_c(r->subject), TTY_BOLD);
		a.y++;
		a.rows--;
	}
	if (!r->doc) {
		tty_put_cut(a.y + 1, a.x + 3, a.cells - 4,
			str_c(r->problem[0] ? r->problem : _("reading…")),
			r->problem[0] ? TTY_BAD : TTY_DIM);
		return;
	}
	d = &r->doc->u.doc;
	draw_from(&a, d, small);
	draw_verdict(r, &a, small);
	if (!small) {
		draw_field(&a, _("To"), d->to, TTY_PLAIN);
		draw_field(&a, _("Cc"), d->cc, TTY_PLAIN);
		draw_files(r, &a);
		tty_hline(a.y, a.x, a.cells);
		a.y++;
		a.rows--;
	}
	a.x += 2;
	a.cells -= 3;
	lines_draw(&r->lines, d->doc, a);
	if (d->here == LETTER_HEADERS)
		draw_rest(r, a);
}

/* --- view functions
 * ------------------------------------------------------------- */

static void
title(struct view *v, struct buf *out)
{
	buf_printf(out, "[%s]", reader_of(v)->subject);
}

static void
status(struct view *v, struct buf *left, struct buf *right)
{
	struct reader *r = reader_of(v);
	unsigned at, total;

	list_position(v->below, &at, &total);
	if (r->doc) {
		const struct msg_doc *d = &r->doc->u.doc;

		buf_printf(left, "%u%%   %u/%u",
			lines_percent(&r->lines, d->doc), at, total);
		if (d->is_html)
			buf_printf(left, "   HTML");
		else if (d->has_html)
			buf_printf(left, "   %s", _("H: its HTML"));
		if (d->doc->hiddens)
			buf_printf(left, "   %s: %zu", _("hidden texts"),
				d->doc->hiddens);
		if (d->doc->remote)
			buf_printf(left, "   %s: %u", _("remote, not loaded"),
				d->doc->remote);
	}
	(void)right;
}

/* Of the request for the rest of the letter. */
static bool
rest_event(struct reader *r, const struct msg *m)
{
	if (m->kind == MSG_PROGRESS) {
		snprintf(r->rest, sizeof r->rest, "%s", m->u.progress.text);
		return false;
	}
	r->fetching = 0;
	snprintf(r->rest, sizeof r->rest, "%s",
		m->kind == MSG_FAILED ? m->err.text : "");
	if (m->kind != MSG_FAILED)
		request(r);
	return true;
}

static bool
event(struct view *v, struct msg **m)
{
	struct reader *r = reader_of(v);

	if ((*m)->kind == MSG_DOC && (*m)->id == r->wanted) {
		msg_free(&r->doc);
		r->doc = *m;
		*m = NULL;
		r->wanted = 0;
		mark_read(r);
		fetch_rest(r);
		return true;
	}
	if ((*m)->id && (*m)->id == r->fetching)
		return rest_event(r, *m);
	if ((*m)->kind == MSG_FAILED && (*m)->id && (*m)->id == r->wanted) {
		r->wanted = 0;
		snprintf(r->problem, sizeof r->problem, "%s", (*m)->err.text);
		return true;
	}
	if ((*m)->kind == MSG_VERDICT && (*m)->u.verdict.id &&
		strcmp((*m)->u.verdict.id, r->id) == 0) {
		r->row.verdict = (*m)->u.verdict.verdict->state;
		request(r);
	}
	/* the file may have a new name after a change of flags */
	if ((*m)->kind == MSG_MOVED)
		for (size_t i = 0; i < (*m)->u.change.count; i++)
			if (strcmp((*m)->u.change.old[i], r->path) == 0)
				snprintf(r->path, sizeof r->path, "%s",
					(*m)->u.change.path[i]);
	return false;
}

static bool
open_row(struct reader *r, const struct row *row)
{
	if (!row) {
		screen_say(r->view.screen, _("no further message"));
		return true;
	}
	if (!list_is_coming(r->view.screen, row))
		show(r, row);
	return true;
}

static bool
action(struct view *v, enum action a)
{
	struct reader *r = reader_of(v);
	const struct doc *d = r->doc ? r->doc->u.doc.doc : NULL;
	bool at_end;

	if (d && lines_action(&r->lines, d, a, &at_end)) {
		if (!at_end || a != ACTION_READ_ON)
			return true;
		return open_row(r, list_next_unread(v->below));
	}
	switch (a) {
	case ACTION_READ_ON:
		return true;
	case ACTION_NEXT_MESSAGE:
		return open_row(r, list_step(v->below, 1));
	case ACTION_PREVIOUS_MESSAGE:
		return open_row(r, list_step(v->below, -1));
	case ACTION_NEXT_UNREAD:
		return open_row(r, list_next_unread(v->below));
	case ACTION_HEADERS:
		r->all_headers = !r->all_headers;
		request(r);
		return true;
	case ACTION_HTML:
		r->prefer_html = r->doc ? !r->doc->u.doc.is_html : false;
		request(r);
		return true;
	case ACTION_VERDICT:
		screen_push(v->screen, inspect_view(v->screen, r->path, r->id));
		return true;
	case ACTION_FILES:
		if (r->doc) {
			struct msg *doc = r->doc;

			r->doc = NULL;
			request(r);
			screen_push(v->screen, files_view(v->screen, doc));
		}
		return true;
	case ACTION_PIPE:
		part_pipe(v->screen, r->path, "", r->subject);
		return true;
	case ACTION_ARCHIVE:
	case ACTION_DELETE:
	case ACTION_JUNK: {
		struct screen *s = v->screen;

		list_act(s, &r->row, a);
		screen_pop(s);
		return true;
	}
	default:
		return list_act(v->screen, &r->row, a);
	}
}

static void
reader_free(struct view *v)
{
	msg_free(&reader_of(v)->doc);
	free(v);
}

static const enum action hints[] = { ACTION_BACK, ACTION_READ_ON, ACTION_REPLY,
	ACTION_REPLY_ALL, ACTION_FORWARD, ACTION_ARCHIVE, ACTION_DELETE,
	ACTION_FILES, ACTION_VERDICT, ACTION_NONE };

static const struct view_ops ops = { .place = IN_READER,
	.title = title,
	.status = status,
	.draw = draw,
	.event = event,
	.action = action,
	.hints = hints,
	.free = reader_free };

struct view *
reader_view(struct screen *s, const struct row *row)
{
	struct reader *r = calloc(1, sizeof *r);

	if (!r)
		abort();
	r->view.ops = &ops;
	r->view.screen = s;
	show(r, row);
	return &r->view;
}
