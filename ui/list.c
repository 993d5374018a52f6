/* SPDX-License-Identifier: GPL-3.0-or-later */
/* list - see list.h. Drawing of rows stands in list_draw.c, what is done to
 * messages in list_act.c. */
#include "ui/list_parts.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/utf8.h"
#include "ui/composer.h"
#include "ui/folders.h"
#include "ui/glyph.h"
#include "ui/i18n.h"
#include "ui/inspect.h"
#include "ui/reader.h"
#include "ui/sidebar.h"
#include "ui/tty.h"

static struct list *
list_of(struct view *v)
{
	return (struct list *)(void *)v;
}

/* --- the window
 * ---------------------------------------------------------------- */

const struct row *
list_at(const struct list *l, unsigned i)
{
	const struct msg_rows *r = l->rows ? &l->rows->u.rows : NULL;

	if (!r || i < r->offset || i >= r->offset + r->rows)
		return NULL;
	return &r->row[i - r->offset];
}

unsigned
list_total(const struct list *l)
{
	return l->rows ? l->rows->u.rows.total : 0;
}

void
list_request(struct list *l)
{
	struct msg *m;

	if (!l->query[0])
		return; /* no folder is known yet: there is nothing to ask */
	if (l->wanted) {
		l->is_stale = true; /* once more when that one has come */
		return;
	}
	m = msg_new(MSG_SEARCH);
	if (l->filter[0])
		m->u.search.query = arena_printf(
			m->arena, "(%s) and (%s)", l->query, l->filter);
	else
		m->u.search.query = arena_strdup(m->arena, l->query);
	m->u.search.offset = l->top > WINDOW / 3 ? l->top - WINDOW / 3 : 0;
	m->u.search.limit = WINDOW;
	l->is_stale = false;
	l->wanted = screen_send(l->view.screen, m);
}

/* After the cursor or the size has changed: keep the cursor on the screen and
 * fetch rows where the window does not cover it. */
static void
settle(struct list *l, int rows)
{
	unsigned total = list_total(l), height = rows > 0 ? (unsigned)rows : 1;

	if (total == 0)
		l->at = l->top = 0;
	else if (l->at >= total)
		l->at = total - 1;
	if (l->at < l->top)
		l->top = l->at;
	if (l->at >= l->top + height)
		l->top = l->at - height + 1;
	if (total == 0 || !l->rows)
		return;
	if (!list_at(l, l->top) || (l->top + height - 1 < total &&
					   !list_at(l, l->top + height - 1)))
		list_request(l);
}

static void
select_row(struct list *l, unsigned at)
{
	const struct row *r;

	l->at = at;
	settle(l, l->height);
	r = list_at(l, l->at);
	snprintf(l->selected, sizeof l->selected, "%s", r ? r->id : "");
}

/* NEWER was read from the index, which may lag behind what has been told: a
 * verdict that is known does not turn into a pending one. */
static void
keep_verdicts(const struct msg_rows *older, struct msg_rows *newer)
{
	for (unsigned i = 0; i < newer->rows; i++) {
		struct row *r = &newer->row[i];

		if (r->verdict != VERDICT_PENDING)
			continue;
		for (unsigned k = 0; k < older->rows; k++)
			if (strcmp(older->row[k].id, r->id) == 0) {
				r->verdict = older->row[k].verdict;
				r->flags |= older->row[k].flags &
					    (ROW_ALERT | ROW_SERVER_ONLY);
				break;
			}
	}
}

/* Is PATH the file OTHER, whatever the flags in their names? */
static bool
is_same_file(const char *path, const char *other)
{
	const char *end = strstr(path, ":2,");
	size_t n = end ? (size_t)(end - path) : strlen(path);

	return strncmp(path, other, n) == 0 &&
	       (other[n] == '\0' || strncmp(other + n, ":2,", 3) == 0);
}

/* Take the row of the file PATH out of R; false where it is not in it. */
static bool
take_out(struct msg_rows *r, const char *path)
{
	for (unsigned i = 0; i < r->rows; i++) {
		if (!is_same_file(path, r->row[i].path))
			continue;
		r->unread -= (r->row[i].flags & ROW_UNREAD) && r->unread;
		r->total -= r->total > 0;
		r->rows--;
		memmove(r->row + i, r->row + i + 1,
			(r->rows - i) * sizeof *r->row);
		return true;
	}
	return false;
}

/* NEWER may still have what has left: the index lags behind. */
static void
keep_away(struct list *l, struct msg_rows *newer)
{
	int kept = 0;

	for (int i = 0; i < l->leavings; i++)
		if (take_out(newer, l->leaving[i]) && kept++ != i)
			memcpy(l->leaving[kept - 1], l->leaving[i],
				sizeof l->leaving[i]);
	l->leavings = kept;
}

void
list_leave(struct screen *s, const char *path)
{
	struct list *l = list_of(screen_root(s));

	/* what a search has found is found in its new folder, too */
	if (!l->rows || !l->account[0] || l->leavings == LEAVING)
		return;
	if (!take_out(&l->rows->u.rows, path))
		return;
	snprintf(l->leaving[l->leavings], sizeof l->leaving[0], "%s", path);
	l->leavings++;
	select_row(l, l->at);
}

/* The files of the list have other names now. */
static void
take_names(struct list *l, const struct msg_change *c)
{
	for (size_t i = 0; l->rows && i < c->count; i++)
		for (unsigned k = 0; k < l->rows->u.rows.rows; k++) {
			struct row *r = &l->rows->u.rows.row[k];

			if (strcmp(r->path, c->old[i]) == 0)
				r->path = arena_strdup(
					l->rows->arena, c->path[i]);
		}
}

/* New rows came: the cursor stays on the message it was on. */
static void
take_rows(struct list *l, struct msg **m)
{
	bool first = l->rows == NULL;

	keep_away(l, &(*m)->u.rows);
	if (!first)
		keep_verdicts(&l->rows->u.rows, &(*m)->u.rows);
	msg_free(&l->rows);
	l->rows = *m;
	*m = NULL;
	l->wanted = 0;
	if (l->selected[0] && !first) {
		const struct msg_rows *r = &l->rows->u.rows;

		for (unsigned i = 0; i < r->rows; i++)
			if (strcmp(r->row[i].id, l->selected) == 0) {
				unsigned to = r->offset + i;

				/* keep its place on the screen, but let the
				 * newest be seen where the list stands at its
				 * top */
				if (l->top && to >= l->at)
					l->top += to - l->at;
				else if (l->top)
					l->top -= l->top > l->at - to
							  ? l->at - to
							  : l->top;
				if (l->at != 0 || l->has_moved)
					l->at = to;
				break;
			}
	}
	select_row(l, l->at);
	if (l->is_stale)
		list_request(l);
}

/* --- view functions
 * ------------------------------------------------------------ */

static void
title(struct view *v, struct buf *out)
{
	struct list *l = list_of(v);

	buf_printf(out, "%s", l->title);
	if (l->filter[0])
		buf_printf(out, "  [%s]", l->filter_name);
}

/* How many messages of this folder are not here, since they are too old. */
static unsigned
older_of(const struct list *l)
{
	const struct msg_boxes *b = screen_boxes(l->view.screen);

	for (size_t i = 0; b && i < b->boxes; i++)
		if (strcmp(b->box[i].query, l->query) == 0)
			return b->box[i].older;
	return 0;
}

static void
status(struct view *v, struct buf *left, struct buf *right)
{
	struct list *l = list_of(v);
	const struct row *r = list_at(l, l->at);
	const struct msg_rows *w = l->rows ? &l->rows->u.rows : NULL;
	unsigned older;
	size_t accounts;

	if (!w) {
		engine_accounts(screen_engine(v->screen), &accounts);
		buf_adds(left,
			l->problem[0] || !accounts ? l->title : _("reading…"));
		return;
	}
	buf_printf(left, "%s   ", l->title);
	if (screen_held(v->screen, l->account))
		buf_printf(left, "%s   ", _("held back: :confirm-deletions"));
	if (!l->filter[0] && (older = older_of(l)))
		buf_printf(left, _("%u older at the server   "), older);
	/* TRANSLATORS: numbers of messages in the list */
	buf_printf(left,
		ngettext("%u message, %u unread, newest first",
			"%u messages, %u unread, newest first", w->total),
		w->total, w->unread);
	if (l->filter[0])
		buf_printf(left, "   %s: %s", _("filter"), l->filter_name);
	if (r) {
		struct glyph g = glyph_verdict(r->verdict);

		buf_printf(right, "%.*s %s%s", STR_ARG(g.text),
			r->flags & ROW_MISSING && r->verdict == VERDICT_PENDING
				? _("not all of it is here")
				: glyph_word(r->verdict),
			r->flags & ROW_ALERT ? " !" : "");
	}
}

static bool
event(struct view *v, struct msg **m)
{
	struct list *l = list_of(v);

	if ((*m)->kind == MSG_ROWS && (*m)->id == l->wanted) {
		take_rows(l, m);
		return true;
	}
	if ((*m)->kind == MSG_FAILED && (*m)->id && (*m)->id == l->wanted) {
		l->wanted = 0;
		/* what was typed since is asked for next */
		if (!l->is_live && !l->is_stale) {
			/* nor do the rows of another query stand for it */
			msg_free(&l->rows);
			snprintf(l->problem, sizeof l->problem, "%s",
				(*m)->err.text);
			screen_warn(v->screen, "%s", (*m)->err.text);
		}
		if (l->is_stale)
			list_request(l);
		return true;
	}
	if ((*m)->kind == MSG_CHANGED)
		list_request(l);
	if ((*m)->kind == MSG_FAILED && l->leavings) {
		/* it may be a move that was not done: what is there is shown */
		l->leavings = 0;
		list_request(l);
	}
	if ((*m)->kind == MSG_MOVED)
		take_names(l, &(*m)->u.change);
	if ((*m)->kind == MSG_MOVED)
		list_moved(v->screen, &(*m)->u.change);
	if ((*m)->kind == MSG_VERDICT && l->rows) {
		struct msg_rows *r = &l->rows->u.rows;

		for (unsigned i = 0; i < r->rows; i++)
			if ((*m)->u.verdict.id && (*m)->u.verdict.verdict &&
				strcmp(r->row[i].id, (*m)->u.verdict.id) == 0)
				list_set_verdict(
					&r->row[i], (*m)->u.verdict.verdict);
	}
	if ((*m)->kind == MSG_BOXES && !l->query[0]) {
		const struct msg_boxes *b = &(*m)->u.boxes;

		for (size_t i = 0; i < b->boxes && !l->query[0]; i++)
			if (b->box[i].role == BOX_INBOX)
				list_show(l, b->box[i].query, b->box[i].account,
					b->box[i].name);
	}
	return false;
}

static void
filter_answer(struct screen *s, void *arg, const char *text)
{
	struct list *l = arg;

	(void)s;
	if (!text)
		text = "";
	snprintf(l->filter, sizeof l->filter, "%s", text);
	snprintf(l->filter_name, sizeof l->filter_name, "%s", text);
	list_reset(l);
}

static void
toggle_suspect(struct list *l)
{
	if (l->filter[0]) {
		l->filter[0] = '\0';
	} else {
		snprintf(l->filter, sizeof l->filter, "%s",
			"verdict:failed or alert:any");
		snprintf(l->filter_name, sizeof l->filter_name, "%s",
			_("failed or suspicious"));
	}
	list_reset(l);
}

static void
go_to_folder(struct screen *s, void *arg, const struct box *b)
{
	(void)s;
	((struct list *)arg)->is_live = false;
	if (b)
		list_show(arg, b->query, b->account, b->name);
}

/* That of the account under the cursor. */
static void
empty_trash(struct list *l)
{
	struct screen *s = l->view.screen;
	const char *account =
		l->in_sidebar ? sidebar_account(s, l->side) : l->account;

	if (account && *account)
		list_empty_trash(s, account);
	else
		screen_say(s, _("choose a folder of the account first"));
}

static bool
sidebar_action(struct list *l, enum action a)
{
	int rows = sidebar_rows(l->view.screen);
	const struct box *b;

	l->is_live = false;
	switch (a) {
	case ACTION_NEXT:
	case ACTION_LINE_DOWN:
		if (l->side < rows - 1)
			l->side++;
		return true;
	case ACTION_PREVIOUS:
	case ACTION_LINE_UP:
		if (l->side > 0)
			l->side--;
		return true;
	case ACTION_FIRST:
		l->side = 0;
		return true;
	case ACTION_LAST:
		l->side = rows - 1;
		return true;
	case ACTION_OPEN:
		b = sidebar_box(l->view.screen, l->side);
		l->in_sidebar = false;
		if (b)
			list_show(l, b->query, b->account, b->name);
		return true;
	case ACTION_BACK:
	case ACTION_SIDEBAR:
		l->in_sidebar = false;
		return true;
	case ACTION_EMPTY_TRASH:
		empty_trash(l);
		return true;
	case ACTION_GO_FOLDER:
		screen_push(l->view.screen,
			picker_view(l->view.screen, _("Go to folder"), NULL,
				go_to_folder, l));
		return true;
	default:
		return folders_act(l->view.screen,
			sidebar_account(l->view.screen, l->side),
			sidebar_box(l->view.screen, l->side), a);
	}
}

static bool
move_action(struct list *l, enum action a)
{
	unsigned page = l->height > 1 ? (unsigned)l->height - 1 : 1;
	unsigned total = list_total(l);

	l->has_moved = true;
	switch (a) {
	case ACTION_NEXT:
		if (l->at + 1 < total)
			select_row(l, l->at + 1);
		return true;
	case ACTION_PREVIOUS:
		if (l->at > 0)
			select_row(l, l->at - 1);
		return true;
	case ACTION_PAGE_DOWN:
		select_row(l, l->at + page < total ? l->at + page
			      : total              ? total - 1
						   : 0);
		return true;
	case ACTION_PAGE_UP:
		select_row(l, l->at > page ? l->at - page : 0);
		return true;
	case ACTION_FIRST:
		select_row(l, 0);
		return true;
	case ACTION_LAST:
		select_row(l, total ? total - 1 : 0);
		return true;
	case ACTION_NEXT_UNREAD:
		if (!list_next_unread(&l->view))
			screen_say(
				l->view.screen, _("no unread message below"));
		return true;
	default:
		return false;
	}
}

/* False: this is not a search. */
static bool
leave_search(struct list *l)
{
	char query[QUERY_MAX], account[110], name[190];

	l->is_live = false;
	if (l->account[0] || !l->before_query[0])
		return false;
	memcpy(query, l->before_query, sizeof query);
	memcpy(account, l->before_account, sizeof account);
	memcpy(name, l->before_name, sizeof name);
	list_show(l, query, account, name);
	return true;
}

static bool
action(struct view *v, enum action a)
{
	struct list *l = list_of(v);
	const struct row *r = list_at(l, l->at);

	if (l->in_sidebar)
		return sidebar_action(l, a);
	if (move_action(l, a))
		return true;
	switch (a) {
	case ACTION_OPEN:
	case ACTION_READ_ON:
		if (r && !list_is_coming(v->screen, r))
			screen_push(v->screen, reader_view(v->screen, r));
		return true;
	case ACTION_VERDICT:
		if (r && !list_is_coming(v->screen, r))
			screen_push(v->screen,
				inspect_view(v->screen, r->path, r->id));
		return true;
	case ACTION_SIDEBAR:
		l->in_sidebar = true;
		l->side = sidebar_find(v->screen, l->query);
		return true;
	case ACTION_FILTER:
		screen_ask(v->screen, _("Filter:"), l->filter, filter_answer,
			NULL, l);
		return true;
	case ACTION_SUSPECT:
		toggle_suspect(l);
		return true;
	case ACTION_EMPTY_TRASH:
		empty_trash(l);
		return true;
	case ACTION_UNDO: /* where no message is left, too */
		list_undo(v->screen);
		return true;
	case ACTION_GO_FOLDER:
		screen_push(v->screen, picker_view(v->screen, _("Go to folder"),
					       NULL, go_to_folder, l));
		return true;
	case ACTION_BACK:
		if (!l->filter[0])
			return leave_search(l);
		l->filter[0] = '\0';
		list_reset(l);
		return true;
	default:
		return r && list_act(v->screen, r, a);
	}
}

static bool
click(struct view *v, int y, int x, int button, bool twice)
{
	struct list *l = list_of(v);

	if (button == 4 || button == 5)
		return move_action(
			l, button == 4 ? ACTION_PREVIOUS : ACTION_NEXT);
	if (l->side_cells && x < l->side_cells) {
		int top = sidebar_top(v->screen, l->height, l->query,
			l->in_sidebar ? l->side : -1);
		const struct box *b = sidebar_box(v->screen, top + y - l->y);

		if (b)
			list_show(l, b->query, b->account, b->name);
		return true;
	}
	if (y < l->y || y >= l->y + l->height)
		return false;
	l->has_moved = true;
	select_row(l, l->top + (unsigned)(y - l->y));
	return twice ? action(v, ACTION_OPEN) : true;
}

static void
draw(struct view *v, struct area a, struct cursor *c)
{
	struct list *l = list_of(v);
	bool wide = a.cells >= 100 || (l->in_sidebar && a.cells >= 60);
	struct area side = a;

	l->side_cells = 0;
	if (l->in_sidebar || wide) {
		side.cells = wide ? SIDEBAR_CELLS - 1 : a.cells;
		sidebar_draw(v->screen, side, l->query,
			l->in_sidebar ? l->side : -1, c);
		if (!wide)
			return;
		tty_vline(a.y, a.x + SIDEBAR_CELLS - 1, a.rows);
		l->side_cells = SIDEBAR_CELLS;
		a.x += SIDEBAR_CELLS;
		a.cells -= SIDEBAR_CELLS;
	}
	l->y = a.y;
	if (l->height != a.rows) {
		l->height = a.rows;
		settle(l, l->height);
	}
	list_draw(l, a, c);
}

static void
list_free(struct view *v)
{
	struct list *l = list_of(v);

	msg_free(&l->rows);
	free(l);
}

/* what works where the cursor is: in the letters or in the folders */
static const enum action hints[] = { ACTION_OPEN, ACTION_NEW_FOLDER,
	ACTION_RENAME_FOLDER, ACTION_DELETE_FOLDER, ACTION_REPLY, ACTION_NEW,
	ACTION_ARCHIVE, ACTION_DELETE, ACTION_MOVE, ACTION_SEARCH,
	ACTION_VERDICT, ACTION_SIDEBAR, ACTION_COMMAND, ACTION_NONE };

static enum place
where(struct view *v)
{
	return list_of(v)->in_sidebar ? IN_SIDEBAR : IN_LIST;
}

static const struct view_ops ops = { .place = IN_LIST,
	.where = where,
	.title = title,
	.status = status,
	.draw = draw,
	.event = event,
	.action = action,
	.click = click,
	.hints = hints,
	.free = list_free };

struct view *
list_view(struct screen *s)
{
	struct list *l = calloc(1, sizeof *l);

	if (!l)
		abort();
	l->view.ops = &ops;
	l->view.screen = s;
	snprintf(l->title, sizeof l->title, "%s", _("no mail yet"));
	return &l->view;
}

/* --- what others ask for
 * --------------------------------------------------------- */

void
list_reset(struct list *l)
{
	l->at = l->top = 0;
	l->has_moved = false;
	l->leavings = 0;
	l->problem[0] = '\0';
	l->selected[0] = '\0';
	l->is_stale = true;
	if (!l->wanted)
		list_request(l);
}

void
list_show(struct list *l, const char *query, const char *account,
	const char *name)
{
	if (!*account && l->account[0]) {
		snprintf(l->before_query, sizeof l->before_query, "%s",
			l->query);
		snprintf(l->before_account, sizeof l->before_account, "%s",
			l->account);
		snprintf(l->before_name, sizeof l->before_name, "%s",
			l->title + strlen(l->account) + 1);
	}
	/* nothing is done to rows of the list that was left */
	if (!l->is_live && strcmp(l->query, query) != 0)
		msg_free(&l->rows);
	snprintf(l->query, sizeof l->query, "%s", query);
	snprintf(l->account, sizeof l->account, "%s", account);
	if (*account)
		snprintf(l->title, sizeof l->title, "%s/%s", account, name);
	else
		snprintf(
			l->title, sizeof l->title, "%s: %s", _("Search"), name);
	l->filter[0] = '\0';
	list_reset(l);
}

void
list_open(struct screen *s, const char *query, const char *name, bool is_live)
{
	struct list *l = list_of(screen_root(s));
	const struct msg_boxes *b = screen_boxes(s);

	l->is_live = is_live;
	for (size_t i = 0; b && i < b->boxes; i++)
		if (strcmp(b->box[i].query, query) == 0) {
			list_show(l, query, b->box[i].account, b->box[i].name);
			return;
		}
	list_show(l, query, "", name);
}

void
list_leave_search(struct screen *s)
{
	(void)leave_search(list_of(screen_root(s)));
}

const struct row *
list_row(struct view *v)
{
	return list_at(list_of(v), list_of(v)->at);
}

const struct row *
list_step(struct view *v, int step)
{
	struct list *l = list_of(v);
	unsigned total = list_total(l);

	if ((step < 0 && l->at < (unsigned)-step) ||
		(step > 0 && l->at + (unsigned)step >= total))
		return NULL;
	l->has_moved = true;
	select_row(
		l, step < 0 ? l->at - (unsigned)-step : l->at + (unsigned)step);
	return list_row(v);
}

const struct row *
list_next_unread(struct view *v)
{
	struct list *l = list_of(v);
	const struct row *r;

	for (unsigned i = l->at + 1; (r = list_at(l, i)); i++)
		if (r->flags & ROW_UNREAD) {
			l->has_moved = true;
			select_row(l, i);
			return list_row(v);
		}
	return NULL;
}

void
list_position(struct view *v, unsigned *at, unsigned *total)
{
	struct list *l = list_of(v);

	*total = list_total(l);
	*at = *total ? l->at + 1 : 0;
}
