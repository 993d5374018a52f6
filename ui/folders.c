/* SPDX-License-Identifier: GPL-3.0-or-later */
/* folders - see folders.h */
#include "ui/folders.h"

#include <stdio.h>
#include <stdlib.h>

#include "ui/i18n.h"
#include "ui/screen.h"

struct asked {
	int account;
	enum folder_act act;
	char name[1100];
};

static struct asked *
asked_new(struct screen *s, const char *account, enum folder_act act,
	const char *name)
{
	struct asked *p = calloc(1, sizeof *p);

	if (!p)
		abort();
	p->account = screen_account_of(s, account);
	p->act = act;
	snprintf(p->name, sizeof p->name, "%s", name);
	return p;
}

static void
send_act(struct screen *s, const struct asked *p, const char *name,
	const char *to)
{
	struct msg *m = msg_new(MSG_FOLDER);

	m->account = p->account;
	m->u.folder.act = p->act;
	m->u.folder.name = arena_strdup(m->arena, name);
	m->u.folder.to = arena_strdup(m->arena, to);
	screen_send(s, m);
}

static void
name_answer(struct screen *s, void *arg, const char *text)
{
	struct asked *p = arg;

	if (text && *text && strcmp(text, p->name) != 0) {
		if (p->act == FOLDER_MAKE)
			send_act(s, p, text, "");
		else
			send_act(s, p, p->name, text);
	}
	free(p);
}

static void
delete_answer(struct screen *s, void *arg, const char *text)
{
	struct asked *p = arg;

	if (text && *text == 'y')
		send_act(s, p, p->name, "");
	free(p);
}

static void
ask_delete(struct screen *s, const struct box *b)
{
	char question[400];

	if (b->total)
		snprintf(question, sizeof question,
			ngettext("Delete the folder %s? Its %u message goes to "
				 "Trash. y yes, n no",
				"Delete the folder %s? Its %u messages go to "
				"Trash. y yes, n no",
				b->total),
			b->name, b->total);
	else
		snprintf(question, sizeof question,
			_("Delete the folder %s, which is empty? y yes, n no"),
			b->name);
	screen_choose(s, question, "yn", delete_answer,
		asked_new(s, b->account, FOLDER_DELETE, b->name));
}

static void
subscribe(struct screen *s, const struct box *b, bool is_on)
{
	struct asked *p = asked_new(s, b->account,
		is_on ? FOLDER_SUBSCRIBE : FOLDER_UNSUBSCRIBE, b->name);

	send_act(s, p, p->name, "");
	free(p);
	screen_say(s,
		is_on ? _("subscribed to %s") : _("no longer subscribed to %s"),
		b->name);
}

/* Is A refused to B whatever is answered? Then nothing is asked. */
static bool
is_needed(const struct box *b, enum action a)
{
	if (a == ACTION_DELETE_FOLDER && b->role == BOX_TRASH)
		return true;
	return (a == ACTION_DELETE_FOLDER || a == ACTION_RENAME_FOLDER) &&
	       strcmp(b->name, "INBOX") == 0;
}

bool
folders_act(struct screen *s, const char *account, const struct box *b,
	enum action a)
{
	switch (a) {
	case ACTION_NEW_FOLDER:
		if (account)
			screen_ask(s, _("New folder:"), "", name_answer, NULL,
				asked_new(s, account, FOLDER_MAKE, ""));
		return true;
	case ACTION_RENAME_FOLDER:
	case ACTION_DELETE_FOLDER:
	case ACTION_SUBSCRIBE:
	case ACTION_UNSUBSCRIBE:
		break;
	default:
		return false;
	}
	if (!b)
		screen_say(s, "%s", _("choose a folder first"));
	else if (is_needed(b, a))
		screen_warn(s,
			a == ACTION_RENAME_FOLDER
				? _("the folder %s keeps its name")
				: _("the folder %s is needed and stays"),
			b->name);
	else if (a == ACTION_RENAME_FOLDER)
		screen_ask(s, _("New name:"), b->name, name_answer, NULL,
			asked_new(s, b->account, FOLDER_RENAME, b->name));
	else if (a == ACTION_DELETE_FOLDER)
		ask_delete(s, b);
	else
		subscribe(s, b, a == ACTION_SUBSCRIBE);
	return true;
}
