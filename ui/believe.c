/* SPDX-License-Identifier: GPL-3.0-or-later */
/* believe - see believe.h */
#include "ui/believe.h"

#include <stdlib.h>

#include "ui/i18n.h"

enum { ACCOUNTS = 64, TRIES = 20, ENOUGH = 50 };

struct asked {                /* of one account */
	struct msg *proposal; /* MSG_PROPOSAL to ask about, or NULL */
	uint64_t wanted;      /* id of the PROPOSE under way, or 0 */
	unsigned total;       /* letters in INBOX when it was last sent */
	unsigned tries;
	bool is_settled;
};

struct believe {
	struct asked account[ACCOUNTS];
	int asking; /* whose question is open */
};

struct believe *
believe_new(void)
{
	struct believe *b = calloc(1, sizeof *b);

	if (!b)
		abort();
	return b;
}

void
believe_free(struct believe **b)
{
	for (int i = 0; *b && i < ACCOUNTS; i++)
		msg_free(&(*b)->account[i].proposal);
	free(*b);
	*b = NULL;
}

void
believe_counted(struct believe *b, struct screen *s)
{
	size_t count;
	const struct engine_account *acc =
		engine_accounts(screen_engine(s), &count);

	for (size_t i = 0; i < count && i < ACCOUNTS; i++) {
		struct asked *a = &b->account[i];
		const struct box *box = screen_box(s, acc[i].name, BOX_INBOX);
		struct msg *m;

		if (acc[i].has_believed || a->is_settled || a->proposal ||
			a->wanted || !box || box->total == a->total ||
			a->tries >= TRIES)
			continue;
		a->total = box->total;
		a->tries++;
		m = msg_new(MSG_PROPOSE);
		m->account = (int)i;
		a->wanted = screen_send(s, m);
	}
}

bool
believe_event(struct believe *b, struct msg **m)
{
	for (int i = 0; (*m)->id && i < ACCOUNTS; i++) {
		struct asked *a = &b->account[i];

		if (a->wanted != (*m)->id)
			continue;
		a->wanted = 0;
		if ((*m)->kind != MSG_PROPOSAL)
			return true; /* it failed; another letter tries again */
		if (*(*m)->u.proposal.ids) {
			a->proposal = *m;
			*m = NULL;
		} else if ((*m)->u.proposal.letters >= ENOUGH) {
			a->is_settled = true; /* until the next start */
		}
		return true;
	}
	return false;
}

static void
answer(struct screen *s, void *arg, const char *text)
{
	struct believe *b = arg;
	struct asked *a = &b->account[b->asking];
	const struct msg_proposal *p = &a->proposal->u.proposal;
	bool yes = text && *text == 'y';
	struct msg *m;

	a->is_settled = true;
	if (text) {
		m = msg_new(MSG_BELIEVE);
		m->account = b->asking;
		m->u.proposal.ids = arena_strdup(m->arena, yes ? p->ids : "");
		m->u.proposal.hosts =
			arena_strdup(m->arena, yes ? p->hosts : "");
		screen_send(s, m);
		if (yes)
			screen_say(s,
				_("Believed from now on: %s. The newest "
				  "letters are verified again."),
				p->ids);
		else
			screen_say(
				s, _("Not believed, and not asked again; "
				     "authserv-id in the configuration changes "
				     "it."));
	} else {
		screen_say(s, "%s", "");
	}
	msg_free(&a->proposal);
}

void
believe_ask(struct believe *b, struct screen *s)
{
	size_t count;
	const struct engine_account *acc =
		engine_accounts(screen_engine(s), &count);

	for (size_t i = 0; i < count && i < ACCOUNTS; i++) {
		const struct msg *m = b->account[i].proposal;

		if (!m)
			continue;
		b->asking = (int)i;
		screen_say(s,
			_("%s: %s wrote what it found at the top of %u of the "
			  "newest %u letters."),
			acc[i].name, m->u.proposal.ids, m->u.proposal.count,
			m->u.proposal.letters);
		screen_choose(s,
			_("Believe its results? y yes, n no, Esc later"), "yn",
			answer, b);
		return;
	}
}
