/* SPDX-License-Identifier: GPL-3.0-or-later */
/* actions that mean the same everywhere. See screen.h. */
#include "ui/screen_parts.h"

#include <stdio.h>

#include "ui/composer.h"
#include "ui/i18n.h"
#include "ui/inspect.h"
#include "ui/list.h"
#include "ui/setup.h"
#include "ui/tty.h"

static void
quit_answer(struct screen *s, void *arg, const char *text)
{
	(void)arg;
	if (text && *text == 'y')
		s->is_leaving = true;
}

static void
go_back(struct screen *s)
{
	int n = engine_outgoing(s->engine);
	char question[300];

	if (s->top->below) {
		screen_pop(s);
		return;
	}
	snprintf(question, sizeof question, "%s",
		_("Leave signet? y yes, n no"));
	if (n > 0)
		snprintf(question, sizeof question,
			ngettext("%d letter has not gone out yet and goes at "
				 "the "
				 "next start. Leave? y yes, n no",
				"%d letters have not gone out yet and go at "
				"the "
				"next start. Leave? y yes, n no",
				n),
			n);
	screen_choose(s, question, "yn", quit_answer, NULL);
}

static void
command_answer(struct screen *s, void *arg, const char *text)
{
	enum action a;

	(void)arg;
	s->say[0] = '\0'; /* what the beginning could mean */
	if (!text || !*text)
		return;
	a = keys_command(str_trim(str_c(text)));
	if (a == ACTION_NONE)
		screen_warn(s, _("no command '%s'; ? lists them"), text);
	else if (!(keys_places(a) & screen_place(s)))
		screen_warn(s, _("'%s' has no meaning here"), text);
	else
		screen_action(s, a);
}

/* What begins with the text, as a menu of one line. */
static void
command_live(struct screen *s, void *arg, const char *text)
{
	size_t at = 0;

	(void)arg;
	s->say[0] = '\0';
	s->say_is_warning = false;
	for (int a = 1; a < ACTIONS && at + 60 < sizeof s->say; a++)
		if ((keys_places((enum action)a) & screen_place(s)) &&
			str_starts(
				str_c(keys_name((enum action)a)), str_c(text)))
			at += (size_t)snprintf(s->say + at, sizeof s->say - at,
				"%s (%s)   ", keys_name((enum action)a),
				keys_help((enum action)a));
}

static void
search_answer(struct screen *s, void *arg, const char *text)
{
	(void)arg;
	if (!text || !*text) {
		list_leave_search(s);
		return;
	}
	list_open(s, text, text, false);
}

static void
search_live(struct screen *s, void *arg, const char *text)
{
	(void)arg;
	/* from the third letter, as long as the query is one */
	if (strlen(text) >= 3 && !strchr(text, '"') && !strchr(text, '('))
		list_open(s, text, text, true);
}

static void
go_role(struct screen *s, enum box_role role)
{
	const struct box *b = screen_box(s, NULL, role);

	if (b)
		list_open(s, b->query, b->name, false);
	else
		screen_say(s, _("there is no such folder"));
}

static void
say_stalls(struct screen *s)
{
	struct tty_stalls t = tty_stalls();

	screen_say(s,
		_("keys waited %.1f ms at most, 99 of 100 under %.2f ms (%llu "
		  "times)"),
		(double)t.max_us / 1e3, (double)t.p99_us / 1e3,
		(unsigned long long)t.count);
}

static void
connect_all(struct screen *s)
{
	size_t count;

	engine_accounts(s->engine, &count);
	for (size_t i = 0; i < count; i++) {
		struct msg *m = msg_new(MSG_CONNECT);

		m->account = (int)i;
		screen_send(s, m);
	}
	screen_send(s, msg_new(MSG_OUT_FLUSH));
	screen_say(s, _("looking for mail in all accounts"));
}

void
screen_only_shows(struct screen *s)
{
	screen_warn(
		s, _("another signet has this profile; this one only shows it. "
		     "Use that one, or leave it first"));
}

/* Does A change mail, or send it, or ask a server? */
static bool
is_change(enum action a)
{
	switch (a) {
	case ACTION_NEW_FOLDER:
	case ACTION_RENAME_FOLDER:
	case ACTION_DELETE_FOLDER:
	case ACTION_SUBSCRIBE:
	case ACTION_UNSUBSCRIBE:
	case ACTION_REPLY:
	case ACTION_REPLY_ALL:
	case ACTION_FORWARD:
	case ACTION_NEW:
	case ACTION_ARCHIVE:
	case ACTION_DELETE:
	case ACTION_ERASE:
	case ACTION_EMPTY_TRASH:
	case ACTION_JUNK:
	case ACTION_MOVE:
	case ACTION_UNDO:
	case ACTION_FLAG:
	case ACTION_UNREAD:
	case ACTION_RECHECK:
	case ACTION_SYNC:
	case ACTION_CONFIRM:
	case ACTION_DROP:
	case ACTION_RESOLVE:
	case ACTION_FLUSH:
	case ACTION_ACCOUNT:
		return true;
	default:
		return false;
	}
}

void
screen_action(struct screen *s, enum action a)
{
	if (engine_only_shows(s->engine) && is_change(a)) {
		screen_only_shows(s);
		return;
	}
	if (s->top->ops->action && s->top->ops->action(s->top, a)) {
		s->is_dirty = true;
		return;
	}
	switch (a) {
	case ACTION_BACK:
		go_back(s);
		break;
	case ACTION_QUIT:
		s->is_leaving = true;
		break;
	case ACTION_HELP:
		screen_push(s, help_view(s, screen_place(s)));
		break;
	case ACTION_COMMAND:
		screen_ask(s, ":", "", command_answer, command_live, NULL);
		break;
	case ACTION_SEARCH:
		screen_ask(
			s, _("Search:"), "", search_answer, search_live, NULL);
		break;
	case ACTION_REDRAW:
		tty_erase();
		break;
	case ACTION_NEW:
		composer_start(s, DRAFT_NEW, NULL, NULL);
		break;
	case ACTION_GO_INBOX:
		go_role(s, BOX_INBOX);
		break;
	case ACTION_GO_SENT:
		go_role(s, BOX_SENT);
		break;
	case ACTION_GO_DRAFTS:
		screen_push(s, drafts_view(s));
		break;
	case ACTION_GO_OUTBOX:
		screen_push(s, outbox_view(s));
		break;
	case ACTION_SYNC:
		connect_all(s);
		break;
	case ACTION_CONFIRM:
		screen_confirm(s);
		break;
	case ACTION_ACCOUNT:
		screen_push(s, setup_view(s));
		break;
	case ACTION_MESSAGES:
		screen_push(s, messages_view(s));
		break;
	case ACTION_STALLS:
		say_stalls(s);
		break;
	case ACTION_SUSPEND:
		tty_suspend();
		break;
	default:
		screen_say(
			s, _("this key has no meaning here; ? shows the keys"));
	}
}
