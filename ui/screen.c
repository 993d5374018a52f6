/* SPDX-License-Identifier: GPL-3.0-or-later */
/* screen - see screen.h. The loop and the stack; drawing stands in
 * screen_draw.c, actions of the screen's own in screen_action.c. */
#include "ui/screen_parts.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "base/utf8.h"
#include "ui/composer.h"
#include "ui/i18n.h"
#include "ui/list.h"
#include "ui/setup.h"
#include "ui/tty.h"

enum {
	EVENTS_AT_ONCE = 64,
	EVENT_BUDGET_US = 8000,
	SCRIPT_TICK_MS = 2,
	LIVE_MS = 1000,
	MINUTE_MS = 60000
};

void
screen_keys(struct buf *out)
{
	keys_table(out);
}

/* --- the stack ---------------------------------------------------------------
 */

void
screen_push(struct screen *s, struct view *v)
{
	v->screen = s;
	v->below = s->top;
	s->top = v;
	s->prefix = 0;
	s->is_dirty = true;
}

void
screen_pop(struct screen *s)
{
	struct view *v = s->top;

	if (!v)
		return;
	s->top = v->below;
	v->ops->free(v);
	s->prefix = 0;
	s->is_dirty = true;
	if (!s->top)
		s->is_leaving = true;
}

struct view *
screen_top(struct screen *s)
{
	return s->top;
}

struct view *
screen_root(struct screen *s)
{
	while (s->top && s->top->below)
		screen_pop(s);
	return s->top;
}

/* --- what views ask for
 * -------------------------------------------------------- */

uint64_t
screen_send(struct screen *s, struct msg *m)
{
	/* what the screen asks by itself, as to mark a letter read, is nothing
	 * to speak of there */
	if (engine_only_shows(s->engine) && msg_to(m->kind) != TO_SEARCH &&
		msg_to(m->kind) != TO_OPEN) {
		msg_free(&m);
		return 0;
	}
	return engine_send(s->engine, m);
}

struct engine *
screen_engine(struct screen *s)
{
	return s->engine;
}

__attribute__((format(printf, 3, 0))) static void
say(struct screen *s, bool warning, const char *fmt, va_list ap)
{
	vsnprintf(s->say, sizeof s->say, fmt, ap);
	s->say_is_warning = warning;
	s->say_of = -1;
	s->is_dirty = true;
	log_write(warning ? LOG_WARN : LOG_INFO, "screen", "%s", s->say);
}

void
screen_say(struct screen *s, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say(s, false, fmt, ap);
	va_end(ap);
}

void
screen_warn(struct screen *s, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say(s, true, fmt, ap);
	va_end(ap);
}

static void
ask(struct screen *s, const char *label, const char *choices, const char *text,
	screen_answer *done, screen_answer *live, void *arg)
{
	struct question *q = &s->question;

	if (q->is_open)
		prompt_fini(&q->prompt);
	snprintf(q->label, sizeof q->label, "%s", label);
	snprintf(q->choices, sizeof q->choices, "%s", choices);
	prompt_init(&q->prompt, text, false);
	q->done = done;
	q->live = live;
	q->arg = arg;
	q->is_open = true;
	s->is_dirty = true;
}

void
screen_ask(struct screen *s, const char *label, const char *text,
	screen_answer *done, screen_answer *live, void *arg)
{
	ask(s, label, "", text, done, live, arg);
}

void
screen_choose(struct screen *s, const char *text, const char *choices,
	screen_answer *done, void *arg)
{
	ask(s, text, choices, "", done, NULL, arg);
}

int
screen_account_of(struct screen *s, const char *path)
{
	size_t count, n = strcspn(path, "/");
	const struct engine_account *a = engine_accounts(s->engine, &count);

	for (size_t i = 0; i < count; i++)
		if (strlen(a[i].name) == n && memcmp(a[i].name, path, n) == 0)
			return (int)i;
	return -1;
}

const struct msg_boxes *
screen_boxes(struct screen *s)
{
	return s->boxes ? &s->boxes->u.boxes : NULL;
}

const struct box *
screen_box(struct screen *s, const char *account, enum box_role role)
{
	const struct msg_boxes *b = screen_boxes(s);

	for (size_t i = 0; b && i < b->boxes; i++)
		if (b->box[i].role == role &&
			(!account || strcmp(b->box[i].account, account) == 0))
			return &b->box[i];
	return NULL;
}

const struct msg_status *
screen_status_of(struct screen *s, int account)
{
	if (account < 0 || account >= ACCOUNTS_SHOWN || !s->status[account])
		return NULL;
	return &s->status[account]->u.status;
}

const struct msg_progress *
screen_progress_of(struct screen *s, int account)
{
	int i = account < 0 ? ACCOUNTS_SHOWN : account;

	return i <= ACCOUNTS_SHOWN && s->progress[i]
		       ? &s->progress[i]->u.progress
		       : NULL;
}

void
screen_edit(struct screen *s, const char *file)
{
	char **argv = NULL, **words;
	struct err e;
	size_t n = 0;

	words = file_split_words(engine_editor(s->engine), &e);
	if (!words) {
		screen_warn(s, _("the editor cannot be run: %s"), e.text);
		return;
	}
	while (words[n])
		n++;
	argv = calloc(n + 2, sizeof *argv);
	if (argv) {
		memcpy(argv, words, n * sizeof *argv);
		argv[n] = (char *)(uintptr_t)file;
		if (tty_run_program(argv, &e) < 0)
			screen_warn(s, "%s", e.text);
		else
			s->editor_is_open = true;
	}
	free(argv);
	free(words);
}

/* --- events ------------------------------------------------------------------
 */

static void
count_boxes(struct screen *s)
{
	if (s->counting) {
		s->count_again = true;
		return;
	}
	s->count_again = false;
	s->counting = screen_send(s, msg_new(MSG_COUNTS));
}

/* Keep M in *SLOT in place of what was there. */
static void
keep(struct msg **slot, struct msg **m)
{
	msg_free(slot);
	*slot = *m;
	*m = NULL;
}

/* Once, when it has gone: it is tried again and again. */
static void
say_offline(struct screen *s, int i)
{
	size_t n;

	screen_warn(s,
		_("%s is offline: %s. What is here can still be read and "
		  "changed"),
		engine_accounts(s->engine, &n)[i].name,
		s->status[i]->u.status.text);
	s->say_of = i;
}

static void
progress_event(struct screen *s, struct msg **m)
{
	const struct msg_progress *g = &(*m)->u.progress;
	int i = (*m)->account < 0 ? ACCOUNTS_SHOWN : (*m)->account;

	if (i > ACCOUNTS_SHOWN)
		return;
	if (g->done >= g->total)
		msg_free(&s->progress[i]);
	else
		keep(&s->progress[i], m);
}

static void
status_event(struct screen *s, struct msg **m)
{
	int i = (*m)->account;
	enum account_state was = ACCOUNT_OFFLINE;
	const struct msg_status *now;
	bool was_down = false;

	if (i < 0 || i >= ACCOUNTS_SHOWN)
		return;
	if (s->status[i]) {
		was = s->status[i]->u.status.state;
		was_down = s->status[i]->u.status.since != 0;
	}
	keep(&s->status[i], m);
	now = &s->status[i]->u.status;
	/* nothing comes any more, and what it said is over */
	if (now->state != ACCOUNT_SYNCING && now->state != ACCOUNT_CONNECTING)
		msg_free(&s->progress[i]);
	if (!now->since && s->say[0] && s->say_of == i)
		s->say[0] = '\0';
	if (now->state == was)
		return;
	if (now->state == ACCOUNT_AUTH || now->state == ACCOUNT_CERT)
		setup_question(s, i);
	else if (now->state == ACCOUNT_WAITING && now->text && !was_down)
		say_offline(s, i);
	else if ((now->state == ACCOUNT_ONLINE ||
			 now->state > ACCOUNT_WAITING) &&
		 now->text)
		screen_warn(s, "%s", now->text);
}

void
screen_event(struct screen *s, struct msg *m)
{
	bool claimed = false;

	s->is_dirty = true;
	for (struct view *v = s->top, *next; v && m && !claimed; v = next) {
		next = v->below;
		claimed = v->ops->event && v->ops->event(v, &m);
	}
	if (m && !claimed)
		claimed = believe_event(s->believe, &m);
	if (!m)
		return;
	if (m->id && m->id == s->counting) {
		s->counting = 0;
		if (s->count_again)
			count_boxes(s);
	}
	switch (m->kind) {
	case MSG_BOXES:
		keep(&s->boxes, &m);
		believe_counted(s->believe, s);
		break;
	case MSG_STATUS:
		status_event(s, &m);
		break;
	case MSG_WAITING:
		if (m->account >= 0 && m->account < ACCOUNTS_SHOWN &&
			s->status[m->account])
			s->status[m->account]->u.status.waiting = m->u.waiting;
		break;
	case MSG_HELD:
		screen_held_event(s, &m);
		break;
	case MSG_CHANGED:
		count_boxes(s);
		break;
	case MSG_PROGRESS:
		progress_event(s, &m);
		break;
	case MSG_DONE:
		if (!claimed && m->u.text)
			screen_say(s, "%s", m->u.text);
		break;
	case MSG_FAILED:
		if (!claimed && m->err.class != ERR_CANCEL)
			screen_warn(s, "%s", m->err.text);
		break;
	default:
		break;
	}
	msg_free(&m);
}

static void
take_events(struct screen *s)
{
	int64_t end = clock_mono_us() + EVENT_BUDGET_US;
	struct msg *m;

	for (int i = 0; i < EVENTS_AT_ONCE && clock_mono_us() < end; i++) {
		m = engine_event(s->engine);
		if (!m)
			return;
		screen_event(s, m);
	}
}

/* --- keys --------------------------------------------------------------------
 */

static void
close_question(struct screen *s)
{
	prompt_fini(&s->question.prompt);
	s->question.is_open = false;
}

static void
question_key(struct screen *s, uint32_t key)
{
	struct question *q = &s->question;
	screen_answer *done = q->done;
	void *arg = q->arg;
	char text[5000];
	enum prompt_end end;

	if (q->choices[0]) {
		char c[2] = { (char)key, 0 };

		if (key == TTY_ESCAPE) {
			close_question(s);
			done(s, arg, NULL);
		} else if (key < 0x7f && key > ' ' &&
			   strchr(q->choices, c[0])) {
			close_question(s);
			done(s, arg, c);
		} else {
			tty_bell();
		}
		return;
	}
	end = prompt_key(&q->prompt, key);
	snprintf(text, sizeof text, "%s", buf_c(&q->prompt.text));
	if (end == PROMPT_CHANGED && q->live) {
		q->live(s, arg, text);
	} else if (end == PROMPT_ACCEPTED) {
		close_question(s);
		done(s, arg, text);
	} else if (end == PROMPT_CANCELLED) {
		close_question(s);
		done(s, arg, NULL);
	}
}

enum place
screen_place(struct screen *s)
{
	return s->top->ops->where ? s->top->ops->where(s->top)
				  : s->top->ops->place;
}

static void
click(struct screen *s)
{
	int y, x, button;
	bool twice;

	tty_mouse(&y, &x, &button, &twice);
	if (s->top->ops->click)
		s->top->ops->click(s->top, y, x, button, twice);
}

static void
handle_key(struct screen *s, uint32_t key)
{
	bool is_prefix;
	enum action a;

	s->is_dirty = true;
	if (s->question.is_open) {
		question_key(s, key);
		return;
	}
	s->say[0] = '\0';
	if (key == TTY_MOUSE) {
		click(s);
		return;
	}
	if (s->top->ops->key && s->top->ops->key(s->top, key))
		return;
	a = keys_find(screen_place(s), s->prefix, key, &is_prefix);
	s->prefix = is_prefix ? key : 0;
	if (is_prefix)
		return;
	if (a == ACTION_NONE) {
		if (key != TTY_ESCAPE)
			screen_say(s, _("this key has no meaning here; ? shows "
					"the keys"));
		return;
	}
	screen_action(s, a);
}

/* --- the loop
 * ------------------------------------------------------------------ */

/* Draw what has changed; a question that waits is asked where it disturbs
 * nobody. */
static void
refresh(struct screen *s)
{
	if (!s->is_dirty)
		return;
	if (s->top->ops->place == IN_LIST && !s->question.is_open &&
		!s->prefix && !s->say[0] && !s->is_leaving)
		believe_ask(s->believe, s);
	screen_draw(s);
}

/* True: leave. */
static bool
run_script(struct screen *s)
{
	enum script_step step;
	uint32_t key;

	if (!s->script || tty_is_away())
		return false;
	refresh(s);
	step = script_next(s->script, engine_is_idle(s->engine), &key);
	if (step == SCRIPT_KEY)
		handle_key(s, key);
	else if (step == SCRIPT_QUIT)
		return true;
	else if (step == SCRIPT_END)
		script_free(&s->script);
	return false;
}

static void
child_event(struct screen *s)
{
	s->is_dirty = true;
	if (s->editor_is_open) {
		s->editor_is_open = false;
		composer_edited(s);
	}
}

/* How long what is drawn stays true; -1: until something happens. */
static int
tick_ms(const struct screen *s)
{
	if (s->top->ops->is_live)
		return LIVE_MS;
	for (int i = 0; i < ACCOUNTS_SHOWN; i++)
		if (s->status[i] && s->status[i]->u.status.since)
			return MINUTE_MS / 2;
	return -1;
}

static void
loop(struct screen *s)
{
	while (s->top && !s->is_leaving) {
		enum tty_event ev;
		uint32_t key;

		refresh(s);
		if (run_script(s))
			return;
		if (s->is_leaving || !s->top)
			return;
		ev = tty_poll(engine_fd(s->engine),
			s->script ? SCRIPT_TICK_MS : tick_ms(s), &key);
		switch (ev) {
		case TTY_EV_KEY:
			handle_key(s, key);
			break;
		case TTY_EV_RESIZE:
			s->is_dirty = true;
			break;
		case TTY_EV_WAKE:
			take_events(s);
			break;
		case TTY_EV_CHILD:
			child_event(s);
			break;
		case TTY_EV_INTR:
			engine_cancel(s->engine, -1);
			if (s->question.is_open)
				question_key(s, TTY_ESCAPE);
			else
				screen_say(s, _("stopped; q leaves signet"));
			break;
		case TTY_EV_QUIT:
			return;
		case TTY_EV_TIMEOUT:
			s->is_dirty |= !s->script;
			break;
		}
	}
}

int
screen_run(struct engine *engine, const struct screen_options *o, struct err *e)
{
	struct screen s = { .engine = engine, .is_demo = o->is_demo };

	s.believe = believe_new();
	if (o->script && !(s.script = script_open(o->script, e)))
		goto failed;
	if (tty_open(o->glyphs, e) < 0) {
		script_free(&s.script);
		goto failed;
	}
	screen_push(&s, list_view(&s));
	count_boxes(&s);
	if (o->is_first_run)
		screen_push(&s, setup_view(&s));
	if (o->mailto)
		composer_start(&s, DRAFT_MAILTO, NULL, o->mailto);
	loop(&s);
	while (s.top)
		screen_pop(&s);
	if (s.question.is_open)
		close_question(&s);
	tty_close();
	believe_free(&s.believe);
	msg_free(&s.boxes);
	for (int i = 0; i < ACCOUNTS_SHOWN; i++)
		msg_free(&s.status[i]);
	for (int i = 0; i <= ACCOUNTS_SHOWN; i++)
		msg_free(&s.progress[i]);
	for (int i = 0; i < HELD_SHOWN; i++)
		msg_free(&s.held[i]);
	script_free(&s.script);
	return 0;
failed:
	believe_free(&s.believe);
	return -1;
}
