/* SPDX-License-Identifier: GPL-3.0-or-later */
/* setup - see setup.h. One form of six steps; a password and a certificate
 * question of an account that exists are its last steps alone. */
#include "ui/setup.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/secret.h"
#include "base/utf8.h"
#include "ui/i18n.h"
#include "ui/lines.h"
#include "ui/list.h"
#include "ui/prompt.h"
#include "ui/screen.h"
#include "ui/tty.h"

enum step {
	STEP_ADDRESS,
	STEP_SERVERS,
	STEP_PASSWORD,
	STEP_TEST,
	STEP_CERT,
	STEP_AGREE, /* others serve than those that stood there */
	STEP_DONE
};
enum field {
	F_ADDRESS,
	F_NAME,
	F_RECEIVE,
	F_SEND,
	F_USER,
	F_PASSWORD,
	F_PIN,
	FIELDS
};

struct setup {
	struct view view;
	enum step step;
	int account; /* -1: a new one; else the one that asks */
	struct prompt field[FIELDS];
	enum field at;
	struct msg *servers; /* MSG_SERVERS, or NULL */
	uint64_t wanted;
	char note[600]; /* what happened, below the fields */
	bool note_is_bad;
	bool is_other; /* not the servers that stood in the form */
	char pin[200], certificate[1200], server[300]; /* STEP_CERT */
};

static struct setup *
setup_of(struct view *v)
{
	return (struct setup *)(void *)v;
}

static const struct {
	enum step step;
	enum field field;
	const char *label;
} fields[] = { { STEP_ADDRESS, F_ADDRESS, N_("Your email address") },
	{ STEP_ADDRESS, F_NAME, N_("Your name, as others will see it") },
	{ STEP_SERVERS, F_RECEIVE, N_("Receive from") },
	{ STEP_SERVERS, F_SEND, N_("Send through") },
	{ STEP_SERVERS, F_USER, N_("User name") },
	{ STEP_PASSWORD, F_PASSWORD, N_("Password") },
	{ STEP_CERT, F_PIN,
		N_("First 4 characters of the fingerprint, to trust this one "
		   "certificate") } };

enum {
	FIELD_ROWS = sizeof fields / sizeof *fields,
	SMALL = 13 /* rows below which nothing but the fields has room */
};

static const char *
value(const struct setup *s, enum field f)
{
	return buf_c(&s->field[f].text);
}

static void
note(struct setup *s, bool bad, const char *text)
{
	snprintf(s->note, sizeof s->note, "%s", text);
	s->note_is_bad = bad;
}

static void
go_to(struct setup *s, enum step step)
{
	s->step = step;
	for (size_t i = 0; i < FIELD_ROWS; i++)
		if (fields[i].step == step) {
			s->at = fields[i].field;
			break;
		}
}

/* --- drawing
 * --------------------------------------------------------------------- */

/* Of the account that is asked about. */
static const char *
account_name(const struct setup *s)
{
	size_t count;
	const struct engine_account *a =
		engine_accounts(screen_engine(s->view.screen), &count);

	return s->account >= 0 && (size_t)s->account < count
		       ? a[s->account].name
		       : "";
}

static void
title(struct view *v, struct buf *out)
{
	static const char *const names[] = { N_("Address"), N_("Servers"),
		N_("Sign in"), N_("Test") };
	struct setup *s = setup_of(v);

	if (s->account >= 0) {
		buf_printf(out, "[%s: %s]",
			s->step == STEP_CERT ? _("Certificate") : _("Sign in"),
			account_name(s));
		return;
	}
	for (int i = 0; i < 4; i++)
		buf_printf(out,
			i == (s->step < STEP_TEST ? (int)s->step : STEP_TEST)
				? "[%d %s] "
				: "%d %s  ",
			i + 1, _(names[i]));
}

static void
status(struct view *v, struct buf *left, struct buf *right)
{
	(void)v, (void)right;
	buf_adds(left, _("Enter next   Tab other field   Esc back"));
}

static int
draw_text(int y, struct area a, const char *text, unsigned style)
{
	struct str rest = str_c(text), line;

	while (str_split(&rest, '\n', &line))
		y += lines_wrap(
			y, a.x + 4, a.cells - 8, a.y + a.rows - y, line, style);
	return y;
}

static const char *
intro(const struct setup *s)
{
	switch (s->step) {
	case STEP_ADDRESS:
		return _("Welcome. Signet reads and sends your mail, and shows "
			 "who really sent it.\nNothing is sent yet. The "
			 "servers are looked for next; your password is asked "
			 "later, and only over an encrypted connection.");
	case STEP_SERVERS:
		return _("These servers were found. Check them, or just press "
			 "Enter.");
	case STEP_PASSWORD:
		return s->account >= 0
			       ? _("The server refused the sign-in. Signet "
				   "does not try again by itself, so that the "
				   "account does not get locked.")
			       : _("The password is checked once, now, and "
				   "nothing is written before it works.");
	case STEP_TEST:
		return _("Signing in to both servers…");
	case STEP_CERT:
		return _("The server showed a certificate that cannot be "
			 "trusted. Nothing was sent; your password was not "
			 "used.\nIf you run this server yourself, compare the "
			 "fingerprint with it. On a café or hotel network this "
			 "can be somebody listening in. Esc stays offline.");
	case STEP_AGREE:
		return _("These servers took the password, and not those that "
			 "stood first.\nEnter writes the account down with "
			 "them, Esc goes back.");
	case STEP_DONE:
		break;
	}
	return "";
}

/* The servers to choose from: by what each was found, or why it cannot be
 * used. */
static int
draw_servers(const struct setup *s, int y, struct area a)
{
	const struct msg_account *m = &s->servers->u.setup;

	for (size_t i = 0; i < m->ins + m->outs && y < a.y + a.rows - 3; i++) {
		const struct server *o =
			i < m->ins ? &m->in[i] : &m->out[i - m->ins];

		if (o->why) {
			tty_put_cut(y++, a.x + 4, a.cells - 6, str_c(o->url),
				TTY_PLAIN);
			y = draw_text(y,
				(struct area){
					a.y, a.x + 2, a.rows, a.cells - 2 },
				o->why, TTY_BAD);
		} else {
			tty_printf(y++, a.x + 4, a.cells - 6, TTY_DIM,
				"%-40s %s", o->url, o->found);
		}
	}
	return y + 1;
}

/* The fields of this step: name above text, or beside it where there is no
 * room. */
static int
draw_fields(struct setup *s, int y, struct area a, bool small, struct cursor *c)
{
	int name = small ? a.cells / 3 : a.cells - 6;

	for (size_t i = 0; i < FIELD_ROWS; i++) {
		bool here = fields[i].field == s->at;
		int x = small ? a.x + 2 + name : a.x + 4;
		int cells = small ? a.cells - name - 3 : a.cells - 8;

		if (fields[i].step != s->step)
			continue;
		tty_put_cut(y, small ? a.x + 1 : a.x + 4, name,
			str_c(_(fields[i].label)), here ? TTY_BOLD : TTY_PLAIN);
		y += !small;
		x = prompt_draw(&s->field[fields[i].field], y, x,
			cells > 56 ? 56 : cells, TTY_UNDERLINE);
		if (here) {
			c->y = y;
			c->x = x;
			c->is_visible = true;
		}
		y += small ? 1 : 2;
	}
	return y;
}

static void
draw(struct view *v, struct area a, struct cursor *c)
{
	struct setup *s = setup_of(v);
	bool small = a.rows < SMALL;
	int y = a.y;

	if (!small) {
		y = draw_text(a.y + 1, a, intro(s), TTY_PLAIN) + 1;
		if (s->step == STEP_CERT)
			y = draw_text(y, a, s->certificate, TTY_BOLD) + 1;
	}
	y = draw_fields(s, y, a, small, c);
	/* what is to be typed, what is wrong, else what is asked */
	if (small && s->step == STEP_CERT)
		y += lines_wrap(y, a.x + 1, a.cells - 2, 1,
			str_c(strstr(s->certificate, "SHA-256")
					? strstr(s->certificate, "SHA-256")
					: s->certificate),
			TTY_BOLD);
	else if (small && !s->note[0])
		y = draw_text(y, a, intro(s), TTY_PLAIN);
	if (s->step == STEP_AGREE)
		for (int i = F_RECEIVE; i <= F_SEND; i++) {
			tty_printf(y, a.x + 4, a.cells - 6, TTY_BOLD, "%s: %s",
				_(fields[i].label), value(s, (enum field)i));
			y += i == F_SEND ? 2 : 1;
		}
	if ((s->step == STEP_SERVERS || s->step == STEP_AGREE) && s->servers)
		y = draw_servers(s, y, a);
	draw_text(
		y, a, s->note, s->note_is_bad ? TTY_BAD | TTY_BOLD : TTY_PLAIN);
}

/* --- steps
 * ------------------------------------------------------------------------ */

static struct msg *
account_request(struct setup *s, enum msg_kind kind)
{
	struct msg *m = msg_new(kind);
	struct msg_account *a = &m->u.setup;
	const char *at = strchr(value(s, F_ADDRESS), '@');

	a->address = arena_strdup(m->arena, value(s, F_ADDRESS));
	a->person = arena_strdup(m->arena, value(s, F_NAME));
	a->receive = arena_strdup(m->arena, value(s, F_RECEIVE));
	a->send = arena_strdup(m->arena, value(s, F_SEND));
	a->user = arena_strdup(m->arena, value(s, F_USER));
	a->name = arena_printf(m->arena, "%.*s",
		at ? (int)(at - value(s, F_ADDRESS)) : 20, value(s, F_ADDRESS));
	a->pin = arena_strdup(m->arena, s->pin);
	if (kind == MSG_PROBE && s->servers) {
		const struct msg_account *found = &s->servers->u.setup;

		a->in = msg_servers(m->arena, found->in, found->ins);
		a->ins = found->ins;
		a->out = msg_servers(m->arena, found->out, found->outs);
		a->outs = found->outs;
	}
	if (s->field[F_PASSWORD].text.n)
		a->password = secret_new(buf_str(&s->field[F_PASSWORD].text));
	return m;
}

static void
send_step(struct setup *s, enum msg_kind kind)
{
	s->wanted = screen_send(s->view.screen, account_request(s, kind));
}

static void
write_down(struct setup *s)
{
	s->step = STEP_DONE;
	send_step(s, MSG_ACCOUNT_ADD);
}

/* The password or the pin of an account that exists. */
static void
answer_account(struct setup *s, enum msg_kind kind)
{
	struct msg *m = account_request(s, kind);
	struct screen *screen = s->view.screen;

	m->account = s->account;
	screen_send(screen, m);
	screen_pop(screen);
}

static bool
fingerprint_fits(const struct setup *s)
{
	struct str typed = str_trim(buf_str(&s->field[F_PIN].text));
	ptrdiff_t at = str_find(str_c(s->certificate), STR("SHA-256"));
	struct str shown;

	if (typed.n < 4 || at < 0)
		return false;
	shown = str_trim(str_sub(
		str_c(s->certificate), (size_t)at + 7, strlen(s->certificate)));
	while (shown.n && (shown.p[0] == ' ' || shown.p[0] == ':'))
		shown = str_sub(shown, 1, shown.n);
	return str_ieq(str_sub(typed, 0, 4), str_sub(shown, 0, 4));
}

static void
next_step(struct setup *s)
{
	s->note[0] = '\0';
	switch (s->step) {
	case STEP_ADDRESS:
		if (!strchr(value(s, F_ADDRESS), '@') ||
			value(s, F_ADDRESS)[strlen(value(s, F_ADDRESS)) - 1] ==
				'@') {
			note(s, true,
				_("This is no address: it needs the form "
				  "name@domain."));
			go_to(s, STEP_ADDRESS);
			return;
		}
		note(s, false, _("Looking for the servers…"));
		send_step(s, MSG_DISCOVER);
		break;
	case STEP_SERVERS:
		s->is_other = false;
		go_to(s, STEP_PASSWORD);
		break;
	case STEP_PASSWORD:
		if (s->account >= 0) {
			answer_account(s, MSG_PASSWORD);
			return;
		}
		s->step = STEP_TEST;
		send_step(s, MSG_PROBE);
		break;
	case STEP_CERT:
		if (!fingerprint_fits(s)) {
			note(s, true,
				_("These are not its first 4 characters."));
			return;
		}
		if (s->account >= 0) {
			answer_account(s, MSG_PIN);
			return;
		}
		s->step = STEP_TEST;
		send_step(s, MSG_PROBE);
		break;
	case STEP_AGREE:
		write_down(s);
		break;
	case STEP_TEST:
	case STEP_DONE:
		break;
	}
}

/* The field before this one; before the first stands the last. */
static void
previous_field(struct setup *s)
{
	enum field before = s->at;

	for (size_t i = 0; i < FIELD_ROWS; i++) {
		if (fields[i].step != s->step)
			continue;
		if (fields[i].field == s->at && before != s->at)
			break;
		before = fields[i].field;
	}
	s->at = before;
}

/* The next field of this step, or the next step. */
static void
next_field(struct setup *s, bool enter)
{
	bool found = false;

	for (size_t i = 0; i < FIELD_ROWS; i++) {
		if (fields[i].step != s->step)
			continue;
		if (found) {
			s->at = fields[i].field;
			return;
		}
		if (fields[i].field == s->at)
			found = true;
	}
	if (enter)
		next_step(s);
	else
		go_to(s, s->step);
}

static void
back(struct setup *s)
{
	s->note[0] = '\0';
	if (s->account >= 0 || s->step == STEP_ADDRESS)
		screen_pop(s->view.screen);
	else if (s->step == STEP_CERT || s->step == STEP_TEST)
		go_to(s, STEP_PASSWORD);
	else if (s->step == STEP_AGREE)
		go_to(s, STEP_SERVERS);
	else
		go_to(s, s->step - 1);
}

static bool
key(struct view *v, uint32_t k)
{
	struct setup *s = setup_of(v);

	switch (k) {
	case TTY_ESCAPE:
		back(s);
		return true;
	case TTY_ENTER:
		next_field(s, true);
		return true;
	case TTY_TAB:
	case TTY_DOWN:
		next_field(s, false);
		return true;
	case TTY_UP:
	case TTY_BACKTAB:
		previous_field(s);
		return true;
	case 18: /* Ctrl-R */
		s->field[F_PASSWORD].is_secret =
			!s->field[F_PASSWORD].is_secret;
		return true;
	default:
		if (s->step != STEP_TEST && s->step != STEP_AGREE)
			prompt_key(&s->field[s->at], k);
		return true;
	}
}

/* --- events
 * ----------------------------------------------------------------------- */

static void
found_servers(struct setup *s, struct msg **m)
{
	const struct msg_account *a = &(*m)->u.setup;

	if (a->ins)
		prompt_set(&s->field[F_RECEIVE], a->in[0].url);
	if (a->outs)
		prompt_set(&s->field[F_SEND], a->out[0].url);
	prompt_set(&s->field[F_USER],
		a->user && *a->user ? a->user : value(s, F_ADDRESS));
	msg_free(&s->servers);
	s->servers = *m;
	*m = NULL;
	go_to(s, STEP_SERVERS);
	note(s, false, "");
}

/* What has become of the servers that were tried. */
static void
tried_servers(struct setup *s, struct msg **m)
{
	const struct msg_account *a = &(*m)->u.setup;
	const struct err *e = &(*m)->err;

	if (strcmp(a->receive, value(s, F_RECEIVE)) != 0 ||
		strcmp(a->send, value(s, F_SEND)) != 0)
		s->is_other = true;
	note(s, true, e->text);
	prompt_set(&s->field[F_RECEIVE], a->receive);
	prompt_set(&s->field[F_SEND], a->send);
	if (e->class == ERR_AUTH)
		prompt_set(&s->field[F_PASSWORD], "");
	if (e->class == ERR_NONE && !s->is_other)
		write_down(s);
	else
		go_to(s, e->class == ERR_NONE   ? STEP_AGREE
			 : e->class == ERR_AUTH ? STEP_PASSWORD
						: STEP_SERVERS);
	msg_free(&s->servers);
	s->servers = *m;
	*m = NULL;
}

static void
show_certificate(struct setup *s, const struct msg_status *st)
{
	snprintf(s->certificate, sizeof s->certificate, "%s",
		st->certificate ? st->certificate : "");
	snprintf(s->pin, sizeof s->pin, "%s", st->pin ? st->pin : "");
	prompt_set(&s->field[F_PIN], "");
	go_to(s, STEP_CERT);
	note(s, true, st->text ? st->text : "");
}

static bool
event(struct view *v, struct msg **m)
{
	struct setup *s = setup_of(v);

	if ((*m)->id == 0 || (*m)->id != s->wanted)
		return false;
	if ((*m)->kind == MSG_SERVERS) {
		s->wanted = 0;
		if (s->step == STEP_TEST)
			tried_servers(s, m);
		else
			found_servers(s, m);
	} else if ((*m)->kind == MSG_PROGRESS) {
		note(s, false, (*m)->u.progress.text);
	} else if ((*m)->kind == MSG_STATUS) {
		/* the certificate of a server that was probed */
		s->wanted = 0;
		show_certificate(s, &(*m)->u.status);
	} else if ((*m)->kind == MSG_FAILED) {
		s->wanted = 0;
		note(s, true, (*m)->err.text);
		if (s->step == STEP_TEST)
			go_to(s, STEP_SERVERS);
	} else if ((*m)->kind == MSG_DONE) {
		s->wanted = 0;
		screen_say(v->screen, "%s",
			(*m)->u.text ? (*m)->u.text
				     : _("the account is set up"));
		screen_pop(v->screen);
	}
	return true;
}

static void
setup_free(struct view *v)
{
	struct setup *s = setup_of(v);

	for (int i = 0; i < FIELDS; i++)
		prompt_fini(&s->field[i]);
	msg_free(&s->servers);
	free(s);
}

static const struct view_ops ops = { .place = IN_PANE,
	.title = title,
	.status = status,
	.draw = draw,
	.event = event,
	.key = key,
	.free = setup_free };

static struct setup *
setup_new(struct screen *screen, int account)
{
	struct setup *s = calloc(1, sizeof *s);

	if (!s)
		abort();
	s->view.ops = &ops;
	s->view.screen = screen;
	s->account = account;
	for (int i = 0; i < FIELDS; i++)
		prompt_init(&s->field[i], "", i == F_PASSWORD);
	return s;
}

struct view *
setup_view(struct screen *screen)
{
	struct setup *s = setup_new(screen, -1);

	go_to(s, STEP_ADDRESS);
	return &s->view;
}

void
setup_question(struct screen *screen, int account)
{
	const struct msg_status *st = screen_status_of(screen, account);
	struct view *top = screen_top(screen);
	struct setup *s;

	if (!st || (top && top->ops == &ops))
		return;
	s = setup_new(screen, account);
	if (st->state == ACCOUNT_CERT) {
		show_certificate(s, st);
	} else {
		go_to(s, STEP_PASSWORD);
		note(s, true, st->text ? st->text : "");
	}
	screen_push(screen, &s->view);
}
