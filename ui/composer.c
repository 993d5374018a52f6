/* SPDX-License-Identifier: GPL-3.0-or-later */
/* composer - see composer.h. The review screen of one draft. The text is the
 * editor's; the draft's file is written and read by a worker. */
#include "ui/composer.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/utf8.h"
#include "ui/glyph.h"
#include "ui/i18n.h"
#include "ui/lines.h"
#include "ui/screen.h"
#include "ui/tty.h"

enum { SMALL = 9 }; /* rows below which only what is set is shown */

struct composer {
	struct view view;
	struct msg *draft; /* MSG_DRAFT, or NULL: not here yet */
	uint64_t wanted;
	bool edit_first; /* open the editor when the draft comes */
	bool wants_send; /* asked for while the draft is being kept */
	bool is_sending; /* closes when the outbox has it */
	struct lines lines;
};

static struct composer *
composer_of(struct view *v)
{
	return (struct composer *)(void *)v;
}

/* A copy of the draft as a request of KIND. */
static struct msg *
draft_request(struct composer *c, enum msg_kind kind)
{
	const struct msg_draft *d = &c->draft->u.draft;
	struct msg *m = msg_new(kind);
	struct msg_draft *to = &m->u.draft;
	struct arena *a = m->arena;

	to->file = arena_strdup(a, d->file);
	to->account = arena_strdup(a, d->account);
	to->from = arena_strdup(a, d->from);
	to->to = arena_strdup(a, d->to);
	to->cc = arena_strdup(a, d->cc);
	to->bcc = arena_strdup(a, d->bcc);
	to->subject = arena_strdup(a, d->subject);
	to->reply_to_path = arena_strdup(a, d->reply_to_path);
	to->at = arena_strdup(a, d->at);
	to->attach = arena_array(a, d->attaches + 1, sizeof *to->attach);
	for (size_t i = 0; i < d->attaches; i++) {
		to->attach[i] = d->attach[i];
		to->attach[i].path = arena_strdup(a, d->attach[i].path);
		to->attach[i].name = arena_strdup(a, d->attach[i].name);
		to->attach[i].type = arena_strdup(a, d->attach[i].type);
	}
	to->attaches = d->attaches;
	m->account = c->draft->account;
	return m;
}

static void
read_again(struct composer *c)
{
	if (c->draft)
		c->wanted = screen_send(
			c->view.screen, draft_request(c, MSG_DRAFT_READ));
}

/* --- drawing
 * --------------------------------------------------------------------- */

static int
field(struct area *a, const char *key, const char *name, const char *text,
	const char *note)
{
	int w = note ? (int)utf8_width(str_c(note)) + 2 : 0;

	if (a->rows <= 0)
		return 0;
	if (w > a->cells / 2)
		w = 0;
	tty_printf(a->y, a->x + 1, 2, TTY_BOLD, "%s", key);
	tty_printf(a->y, a->x + 3, 10, TTY_DIM, "%s", name);
	tty_put_cut(a->y, a->x + 13, a->cells - 14 - w,
		str_c(text && *text ? text : "-"), TTY_PLAIN);
	if (w)
		tty_put(a->y, a->x + a->cells - w, w, str_c(note), TTY_DIM);
	a->y++;
	a->rows--;
	return 1;
}

static void
draw_files(const struct msg_draft *d, struct area *a)
{
	for (size_t i = 0; i < d->attaches && a->rows > 3; i++) {
		struct buf size;

		buf_init(&size, 40);
		glyph_size(&size, d->attach[i].size);
		tty_printf(a->y, a->x + 3, a->cells - 4, TTY_PLAIN,
			"@ %s   %s   %s", d->attach[i].name, d->attach[i].type,
			buf_c(&size));
		buf_fini(&size);
		a->y++;
		a->rows--;
	}
}

static void
draw(struct view *v, struct area a, struct cursor *cur)
{
	struct composer *c = composer_of(v);
	bool small = a.rows < SMALL;
	const struct msg_draft *d;
	int below;

	cur->y = a.y;
	cur->x = a.x;
	if (!c->draft) {
		tty_put(a.y + 1, a.x + 3, a.cells - 4,
			str_c(_("making the draft…")), TTY_DIM);
		return;
	}
	d = &c->draft->u.draft;
	/* where there is no room, the text comes before what is not set */
	if (!small)
		field(&a, "f", _("From"), d->from, d->why_from);
	field(&a, "t", _("To"), d->to, NULL);
	if (!small || (d->cc && *d->cc))
		field(&a, "c", _("Cc"), d->cc, NULL);
	if (!small || (d->bcc && *d->bcc))
		field(&a, "b", _("Bcc"), d->bcc, NULL);
	field(&a, "s", _("Subject"), d->subject, NULL);
	draw_files(d, &a);
	if (!small) {
		tty_hline(a.y, a.x, a.cells);
		a.y++;
		a.rows--;
	}
	below = (int)d->odds < a.rows / 2 ? (int)d->odds : a.rows / 2;
	if (below) {
		for (int i = 0; i < below; i++)
			tty_printf(a.y + a.rows - below + i, a.x + 1,
				a.cells - 2, TTY_WARN, "! %s", d->odd[i]);
		a.rows -= below;
	}
	a.x += 2;
	a.cells -= 3;
	if (d->preview)
		lines_draw(&c->lines, d->preview, a);
}

static void
title(struct view *v, struct buf *out)
{
	struct composer *c = composer_of(v);

	buf_printf(out, "[%s]",
		c->draft && *c->draft->u.draft.subject
			? c->draft->u.draft.subject
			: _("new message"));
}

static void
status(struct view *v, struct buf *left, struct buf *right)
{
	struct composer *c = composer_of(v);

	(void)right;
	if (!c->draft)
		return;
	if (c->is_sending)
		buf_adds(left, _("handing it to the outbox…"));
	else
		/* TRANSLATORS: both %s are the account */
		buf_printf(left,
			_("Draft saved. Sent through %s, copy in %s/Sent."),
			c->draft->u.draft.account, c->draft->u.draft.account);
}

/* --- sending
 * ------------------------------------------------------------------- */

static void
send_answer(struct screen *s, void *arg, const char *text)
{
	struct composer *c = arg;

	if (!text || *text != 'y')
		return;
	c->is_sending = true;
	c->wanted = screen_send(s, draft_request(c, MSG_OUT_QUEUE));
}

static void
send_it(struct composer *c)
{
	const struct msg_draft *d = &c->draft->u.draft;

	/* what is odd about the draft as it stands now is not known yet */
	c->wants_send = c->wanted != 0;
	if (c->wants_send)
		return;
	if (!*d->to && !*d->cc && !*d->bcc)
		screen_warn(
			c->view.screen, _("nobody would get it: t sets To"));
	else if (d->odds)
		screen_choose(c->view.screen,
			_("Something is odd (see above). Send all the same? y "
			  "yes, n no"),
			"yn", send_answer, c);
	else
		send_answer(c->view.screen, c, "y");
}

/* --- events and actions
 * ------------------------------------------------------------ */

static bool
event(struct view *v, struct msg **m)
{
	struct composer *c = composer_of(v);

	if ((*m)->id == 0 || (*m)->id != c->wanted)
		return false;
	c->wanted = 0;
	if ((*m)->kind == MSG_DRAFT) {
		msg_free(&c->draft);
		c->draft = *m;
		*m = NULL;
		if (c->edit_first) {
			c->edit_first = false;
			screen_edit(v->screen, c->draft->u.draft.file);
		} else if (c->wants_send && screen_top(v->screen) == v) {
			send_it(c);
		}
	} else if ((*m)->kind == MSG_DONE && c->is_sending) {
		if ((*m)->u.text)
			screen_say(v->screen, "%s", (*m)->u.text);
		if (screen_top(v->screen) == v)
			screen_pop(v->screen);
	} else if ((*m)->kind == MSG_FAILED) {
		c->is_sending = c->wants_send = false;
		screen_warn(v->screen, "%s", (*m)->err.text);
		if (!c->draft && screen_top(v->screen) == v)
			screen_pop(v->screen);
	}
	return true;
}

struct field_change {
	struct composer *c;
	enum action which;
};

static struct field_change changing; /* one question is open at a time */

static void
add_file(struct msg_draft *d, struct arena *a, const char *path)
{
	struct draft_file *more = arena_array(a, d->attaches + 1, sizeof *more);

	for (size_t i = 0; i < d->attaches; i++)
		more[i] = d->attach[i];
	more[d->attaches++] =
		(struct draft_file){ .path = path, .name = "", .type = "" };
	d->attach = more;
}

static void
field_answer(struct screen *s, void *arg, const char *text)
{
	struct field_change *f = arg;
	struct msg_draft *d;
	struct arena *a;
	const char *value;

	if (!text || !f->c->draft)
		return;
	/* it counts at once: the next field may be typed before this one is
	 * kept, and is kept with it */
	a = f->c->draft->arena;
	d = &f->c->draft->u.draft;
	value = arena_strdup(a, text);
	switch (f->which) {
	case ACTION_SET_FROM:
		d->from = value;
		d->account = ""; /* the one whose address it is */
		break;
	case ACTION_SET_TO:
		d->to = value;
		break;
	case ACTION_SET_CC:
		d->cc = value;
		break;
	case ACTION_SET_BCC:
		d->bcc = value;
		break;
	case ACTION_SET_SUBJECT:
		d->subject = value;
		break;
	default:
		if (*text)
			add_file(d, a, value);
	}
	f->c->wanted = screen_send(s, draft_request(f->c, MSG_DRAFT_SAVE));
}

static void
change(struct composer *c, enum action which)
{
	const struct msg_draft *d = &c->draft->u.draft;
	const char *label = "", *text = "";

	switch (which) {
	case ACTION_SET_FROM:
		label = _("From:");
		text = d->from;
		break;
	case ACTION_SET_TO:
		label = _("To:");
		text = d->to;
		break;
	case ACTION_SET_CC:
		label = _("Cc:");
		text = d->cc;
		break;
	case ACTION_SET_BCC:
		label = _("Bcc:");
		text = d->bcc;
		break;
	case ACTION_SET_SUBJECT:
		label = _("Subject:");
		text = d->subject;
		break;
	default:
		label = _("Attach the file:");
	}
	changing = (struct field_change){ c, which };
	screen_ask(c->view.screen, label, text, field_answer, NULL, &changing);
}

static void
close_answer(struct screen *s, void *arg, const char *text)
{
	struct composer *c = arg;

	if (!text)
		return;
	if (*text == 'd' && c->draft)
		screen_send(s, draft_request(c, MSG_DRAFT_DROP));
	if (*text == 'd' || *text == 'k')
		screen_pop(s);
	if (*text == 'k')
		screen_say(s, _("kept: g d shows the drafts"));
}

static bool
action(struct view *v, enum action a)
{
	struct composer *c = composer_of(v);

	if (!c->draft || c->is_sending)
		return a == ACTION_BACK ? false : a != ACTION_HELP;
	c->wants_send = false;
	switch (a) {
	case ACTION_EDIT:
		screen_edit(v->screen, c->draft->u.draft.file);
		return true;
	case ACTION_SEND:
		send_it(c);
		return true;
	case ACTION_SET_FROM:
	case ACTION_SET_TO:
	case ACTION_SET_CC:
	case ACTION_SET_BCC:
	case ACTION_SET_SUBJECT:
	case ACTION_ATTACH:
		change(c, a);
		return true;
	case ACTION_DETACH:
		if (c->draft->u.draft.attaches) {
			c->draft->u.draft.attaches--;
			c->wanted = screen_send(
				v->screen, draft_request(c, MSG_DRAFT_SAVE));
		}
		return true;
	case ACTION_KEEP:
		close_answer(v->screen, c, "k");
		return true;
	case ACTION_BACK:
		screen_choose(v->screen,
			_("Close: k keep the draft, d throw it away, Esc go on "
			  "writing"),
			"kd", close_answer, c);
		return true;
	default:
		return c->draft->u.draft.preview &&
		       lines_action(
			       &c->lines, c->draft->u.draft.preview, a, NULL);
	}
}

static void
composer_free(struct view *v)
{
	msg_free(&composer_of(v)->draft);
	free(v);
}

static const enum action hints[] = { ACTION_SEND, ACTION_EDIT, ACTION_ATTACH,
	ACTION_SET_TO, ACTION_SET_SUBJECT, ACTION_KEEP, ACTION_BACK,
	ACTION_NONE };

static const struct view_ops ops = { .place = IN_COMPOSE,
	.title = title,
	.status = status,
	.draw = draw,
	.event = event,
	.action = action,
	.hints = hints,
	.free = composer_free };

void
composer_start(struct screen *s, enum draft_mode mode, const char *path,
	const char *mailto)
{
	struct composer *c;
	struct msg *m;

	if (engine_only_shows(screen_engine(s))) {
		screen_only_shows(s);
		return;
	}
	c = calloc(1, sizeof *c);
	m = msg_new(MSG_COMPOSE);
	if (!c)
		abort();
	c->view.ops = &ops;
	c->edit_first = mode != DRAFT_EDIT;
	m->u.compose.mode = mode;
	m->u.compose.path = arena_strdup(m->arena, path);
	m->u.compose.mailto = arena_strdup(m->arena, mailto);
	screen_push(s, &c->view);
	c->wanted = screen_send(s, m);
}

void
composer_edited(struct screen *s)
{
	struct view *v = screen_top(s);

	if (!v || v->ops != &ops)
		return;
	if (tty_child_status() != 0)
		screen_warn(s,
			_("the editor ended with status %d; the draft's file "
			  "is kept"),
			tty_child_status());
	read_again(composer_of(v));
}
