/* SPDX-License-Identifier: GPL-3.0-or-later */
/* inspect - see inspect.h. The evidence comes as a document made elsewhere;
 * help and messages are made here. */
#include "ui/inspect.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/log.h"
#include "base/utf8.h"
#include "ui/glyph.h"
#include "ui/i18n.h"
#include "ui/lines.h"
#include "ui/screen.h"
#include "ui/tty.h"

enum {
	MESSAGES_SHOWN = 300,
	HELP_INDENT = 38 /* cells before what a command means */
};

struct pane {
	struct view view;
	char title[200], path[1300], id[1000];
	struct arena *arena; /* of a document made here */
	struct doc *doc;
	struct msg *msg; /* MSG_DOC that the document came in */
	uint64_t wanted;
	unsigned width; /* that the evidence was asked for; 0: it is none */
	struct lines lines, explained_lines;
	bool is_explained; /* what it means, in place of what was found */
};

static struct pane *
pane_of(struct view *v)
{
	return (struct pane *)(void *)v;
}

/* The document on the screen, NULL where it has not come, and where in it. */
static const struct doc *
shown(const struct pane *p)
{
	return p->doc && p->is_explained ? p->msg->u.doc.explained : p->doc;
}

static struct lines *
lines_of(struct pane *p)
{
	return p->is_explained ? &p->explained_lines : &p->lines;
}

/* Cells that a line of evidence may have on this screen. */
static unsigned
width_now(void)
{
	int width = tty_columns() - 4;

	return width < 120 ? (unsigned)width : 120;
}

static void
request(struct pane *p)
{
	struct msg *m = msg_new(MSG_EVIDENCE);

	m->u.open.path = arena_strdup(m->arena, p->path);
	m->u.open.id = arena_strdup(m->arena, p->id);
	p->width = width_now();
	m->u.open.width = p->width;
	p->wanted = screen_send(p->view.screen, m);
}

static void
title(struct view *v, struct buf *out)
{
	struct pane *p = pane_of(v);

	buf_printf(out, "[%s%s]", p->title,
		p->is_explained ? _(", explained") : "");
}

static void
status(struct view *v, struct buf *left, struct buf *right)
{
	struct pane *p = pane_of(v);

	(void)right;
	if (p->doc)
		buf_printf(left, "%u%%", lines_percent(lines_of(p), shown(p)));
}

static void
draw(struct view *v, struct area a, struct cursor *c)
{
	struct pane *p = pane_of(v);

	c->y = a.y;
	c->x = a.x;
	if (p->width && p->width != width_now() && !p->wanted)
		request(p);
	a.x += 2;
	a.cells -= 3;
	if (p->doc)
		lines_draw(lines_of(p), shown(p), a);
	else
		tty_put(a.y + 1, a.x, a.cells, str_c(_("reading…")), TTY_DIM);
}

static bool
event(struct view *v, struct msg **m)
{
	struct pane *p = pane_of(v);

	if ((*m)->kind == MSG_DOC && (*m)->id == p->wanted) {
		msg_free(&p->msg);
		p->msg = *m;
		*m = NULL;
		p->doc = p->msg->u.doc.doc;
		p->wanted = 0;
		return true;
	}
	if ((*m)->kind == MSG_FAILED && (*m)->id && (*m)->id == p->wanted) {
		p->wanted = 0;
		screen_warn(v->screen, "%s", (*m)->err.text);
		return true;
	}
	if ((*m)->kind == MSG_VERDICT && (*m)->u.verdict.id && p->id[0] &&
		strcmp((*m)->u.verdict.id, p->id) == 0)
		request(p);
	return false;
}

static void
json_answer(struct screen *s, void *arg, const char *text)
{
	struct pane *p = arg;
	struct msg *m;

	if (!text || !*text)
		return;
	m = msg_new(MSG_EVIDENCE);
	m->u.open.path = arena_strdup(m->arena, p->path);
	m->u.open.id = arena_strdup(m->arena, p->id);
	m->u.open.directory = arena_strdup(m->arena, text);
	screen_send(s, m);
}

static void
copy_names(struct pane *p)
{
	const char *names = p->msg ? p->msg->u.doc.names : NULL;
	struct str rest = str_c(names ? names : ""), line;
	unsigned count = 0;

	while (str_split(&rest, '\n', &line))
		count += line.n > 0;
	if (count && tty_copy(str_c(names)))
		screen_say(p->view.screen,
			_("%u DNS names handed to the terminal's clipboard"),
			count);
	else
		screen_say(p->view.screen, _("no DNS name was asked"));
}

static void
demand_answer(struct screen *s, void *arg, const char *text)
{
	struct pane *p = arg;
	struct msg *m;

	if (!text || *text != 'y' || !p->msg)
		return;
	m = msg_new(MSG_DEMAND);
	m->u.demand.domain =
		arena_strdup(m->arena, p->msg->u.doc.verdict->from_domain);
	m->u.demand.is_on = !p->msg->u.doc.is_demanded;
	screen_send(s, m);
}

/* Mail of the domain that is not proven failed from now on; or no more. */
static void
ask_demand(struct pane *p)
{
	const struct msg_doc *d = p->msg ? &p->msg->u.doc : NULL;
	const char *domain = d && d->verdict ? d->verdict->from_domain : "";
	char question[600];

	if (!*domain) {
		screen_say(p->view.screen,
			_("From names no domain that a rule could be for"));
		return;
	}
	snprintf(question, sizeof question,
		d->is_demanded ? _("No longer ask for proof of mail of %s? "
				   "y yes, n no")
			       : _("From now on, let all mail of %s that is "
				   "not proven count as failed? y yes, n no"),
		domain);
	screen_choose(p->view.screen, question, "yn", demand_answer, p);
}

static bool
action(struct view *v, enum action a)
{
	struct pane *p = pane_of(v);

	if (p->doc && lines_action(lines_of(p), shown(p), a, NULL))
		return true;
	if (!p->id[0])
		return false;
	switch (a) {
	case ACTION_VERDICT:
		screen_pop(v->screen);
		return true;
	case ACTION_EXPLAIN:
		p->is_explained = !p->is_explained;
		return true;
	case ACTION_RECHECK: {
		struct msg *m = msg_new(MSG_VERIFY);

		m->u.verdict.path = arena_strdup(m->arena, p->path);
		m->u.verdict.id = arena_strdup(m->arena, p->id);
		m->u.verdict.is_again = true;
		screen_send(v->screen, m);
		screen_say(v->screen, _("verifying again"));
		return true;
	}
	case ACTION_DEMAND:
		ask_demand(p);
		return true;
	case ACTION_COPY_NAMES:
		copy_names(p);
		return true;
	case ACTION_WRITE_JSON:
		screen_ask(v->screen, _("Write the evidence as JSON to:"),
			"~/verdict.json", json_answer, NULL, p);
		return true;
	default:
		return false;
	}
}

static bool
key(struct view *v, uint32_t k)
{
	if (k != 'V' || !pane_of(v)->id[0])
		return false;
	screen_pop(v->screen);
	return true;
}

static void
pane_free(struct view *v)
{
	struct pane *p = pane_of(v);

	msg_free(&p->msg);
	arena_free(&p->arena);
	free(p);
}

static const enum action hints[] = { ACTION_BACK, ACTION_EXPLAIN,
	ACTION_RECHECK, ACTION_COPY_NAMES, ACTION_DEMAND, ACTION_WRITE_JSON,
	ACTION_LINE_DOWN, ACTION_NONE };

static const struct view_ops ops = { .place = IN_PANE,
	.title = title,
	.status = status,
	.draw = draw,
	.event = event,
	.action = action,
	.key = key,
	.hints = hints,
	.free = pane_free };

static const enum action plain_hints[] = { ACTION_BACK, ACTION_LINE_DOWN,
	ACTION_LINE_UP, ACTION_NONE };
static const struct view_ops plain_ops = { .place = IN_PANE,
	.title = title,
	.status = status,
	.draw = draw,
	.event = event,
	.action = action,
	.hints = plain_hints,
	.free = pane_free };

static struct pane *
pane_new(struct screen *s, const char *name)
{
	struct pane *p = calloc(1, sizeof *p);

	if (!p)
		abort();
	p->view.ops = &plain_ops;
	p->view.screen = s;
	snprintf(p->title, sizeof p->title, "%s", name);
	return p;
}

struct view *
inspect_view(struct screen *s, const char *path, const char *id)
{
	struct pane *p = pane_new(s, _("Verdict"));

	p->view.ops = &ops;
	snprintf(p->path, sizeof p->path, "%s", path);
	snprintf(p->id, sizeof p->id, "%s", id);
	request(p);
	return &p->view;
}

/* The keys that a table entry names, as one reads them. */
static void
add_keys(struct buf *out, const char *keys)
{
	struct str rest = str_c(keys), word;

	while (str_split(&rest, ' ', &word)) {
		if (out->n)
			buf_adds(out, ", ");
		if (word.n == 3 && word.p[1] == '-')
			buf_printf(out, "%c %c", word.p[0], word.p[2]);
		else
			buf_add(out, word);
	}
}

/* One action: its keys, its name, and what it means in as many lines as that
 * takes. */
static void
add_help(struct doc_builder *b, enum action act)
{
	struct str help = str_c(keys_help(act));
	size_t cells = (size_t)tty_columns() - 4;
	struct buf keys;

	buf_init(&keys, 200);
	add_keys(&keys, keys_keys(act));
	doc_printf(b, DOC_LABEL, "  %-16s", buf_c(&keys));
	doc_printf(b, DOC_PLAIN, " :%-18s", keys_name(act));
	buf_fini(&keys);
	cells = cells > HELP_INDENT + 16 ? cells - HELP_INDENT : 0;
	if (!cells) { /* too narrow for three columns */
		doc_newline(b);
		doc_add(b, STR("      "), DOC_PLAIN, -1);
	}
	while (help.n) {
		size_t n = cells ? utf8_cut(help, cells, NULL) : help.n;
		size_t cut = n;

		while (cut < help.n && cut > 0 && help.p[cut] != ' ')
			cut--;
		if (cut == 0)
			cut = n ? n : help.n;
		doc_add(b, str_sub(help, 0, cut), DOC_PLAIN, -1);
		help = str_trim(str_sub(help, cut, help.n));
		doc_newline(b);
		if (help.n)
			doc_printf(b, DOC_PLAIN, "%*s", HELP_INDENT, "");
	}
}

struct view *
help_view(struct screen *s, enum place place)
{
	static const char *const heads[] = { N_("Keys of this place"),
		N_("Everywhere"), N_("Elsewhere") };
	struct pane *p = pane_new(s, _("Keys"));
	struct doc_builder *b;

	p->arena = arena_new();
	b = doc_begin(p->arena, 0);
	for (int i = 0; i < 3; i++) {
		doc_add(b, str_c(_(heads[i])), DOC_HEADING, -1);
		doc_newline(b);
		for (int a = 1; a < ACTIONS; a++) {
			unsigned where = keys_places((enum action)a);
			int of = where == IN_ALL ? 1 : where & place ? 0 : 2;

			if (of == i)
				add_help(b, (enum action)a);
		}
		doc_newline(b);
	}
	p->doc = doc_end(b);
	return &p->view;
}

struct view *
messages_view(struct screen *s)
{
	struct pane *p = pane_new(s, _("Messages"));
	struct doc_builder *b;
	struct buf text;

	buf_init(&text, 1 << 20);
	log_recent(&text, MESSAGES_SHOWN);
	p->arena = arena_new();
	b = doc_begin(p->arena, (unsigned)tty_columns() - 4);
	doc_add(b, buf_str(&text), DOC_PLAIN, -1);
	p->doc = doc_end(b);
	p->lines.top = p->doc->lines > 20 ? (unsigned)p->doc->lines - 20 : 0;
	buf_fini(&text);
	return &p->view;
}
