/* SPDX-License-Identifier: GPL-3.0-or-later */
/* deletions that were held back: told, kept in mind, asked about. See screen.h
 * and screen_parts.h. */
#include "ui/screen_parts.h"

#include <stdio.h>

#include "ui/i18n.h"

static const char *
account_name(struct screen *s, int account)
{
	size_t count;
	const struct engine_account *a = engine_accounts(s->engine, &count);

	return account >= 0 && (size_t)account < count ? a[account].name : "";
}

bool
screen_held(struct screen *s, const char *account)
{
	for (int i = 0; i < HELD_SHOWN; i++)
		if (s->held[i] && strcmp(account_name(s, s->held[i]->account),
					  account) == 0)
			return true;
	return false;
}

void
screen_held_event(struct screen *s, struct msg **m)
{
	const struct msg_held *h = &(*m)->u.held;
	int at = -1;

	for (int i = 0; i < HELD_SHOWN; i++)
		if (s->held[i] && s->held[i]->account == (*m)->account &&
			strcmp(s->held[i]->u.held.folder, h->folder) == 0)
			msg_free(&s->held[i]);
	if (h->here == 0 && h->there == 0)
		return;
	for (int i = 0; i < HELD_SHOWN && at < 0; i++)
		if (!s->held[i])
			at = i;
	if (h->here)
		screen_warn(s,
			_("%s/%s: %u of %u messages are gone from the server. "
			  "Nothing was deleted here; :confirm-deletions asks"),
			account_name(s, (*m)->account), h->folder, h->here,
			h->of);
	else
		screen_warn(s,
			_("%s/%s: %u messages were deleted here. They stay on "
			  "the server; :confirm-deletions asks"),
			account_name(s, (*m)->account), h->folder, h->there);
	if (at < 0)
		return;
	s->held[at] = *m;
	*m = NULL;
}

static void
answer(struct screen *s, void *arg, const char *text)
{
	struct msg *m;

	(void)arg;
	if (!text || *text != 'y')
		return;
	for (int i = 0; i < HELD_SHOWN; i++) {
		if (!s->held[i] || s->held[i]->account != s->confirming)
			continue;
		msg_free(&s->held[i]);
	}
	m = msg_new(MSG_RELEASE);
	m->account = s->confirming;
	screen_send(s, m);
	screen_say(s, "%s", _("both sides delete it now"));
}

void
screen_confirm(struct screen *s)
{
	unsigned here = 0, there = 0;
	char question[300];

	s->confirming = -1;
	for (int i = 0; i < HELD_SHOWN; i++) {
		if (!s->held[i])
			continue;
		if (s->confirming < 0)
			s->confirming = s->held[i]->account;
		if (s->held[i]->account != s->confirming)
			continue;
		here += s->held[i]->u.held.here;
		there += s->held[i]->u.held.there;
	}
	if (s->confirming < 0) {
		screen_say(s, "%s", _("no deletions are held back"));
		return;
	}
	snprintf(question, sizeof question,
		_("%s: delete for ever %u messages here and %u on the server? "
		  "y yes, n no"),
		account_name(s, s->confirming), here, there);
	screen_choose(s, question, "yn", answer, NULL);
}
