/* SPDX-License-Identifier: GPL-3.0-or-later */
/* screen_parts - the screen's own state, shared by screen*.c alone. */
#ifndef UI_SCREEN_PARTS_H
#define UI_SCREEN_PARTS_H

#include "ui/believe.h"
#include "ui/prompt.h"
#include "ui/screen.h"
#include "ui/script.h"

enum { ACCOUNTS_SHOWN = 64, HELD_SHOWN = 64 };

struct question { /* what the bottom line asks, if anything */
	bool is_open;
	char label[500];
	char choices[32]; /* "" for a line of text */
	struct prompt prompt;
	screen_answer *done, *live;
	void *arg;
};

struct screen {
	struct engine *engine;
	struct view *top;
	bool is_dirty, is_leaving, is_demo;
	uint32_t prefix; /* first key of two, or 0 */
	char say[500];   /* the status line's sentence, or "" */
	bool say_is_warning;
	int say_of; /* the account that it says is offline, or -1 */
	struct question question;
	struct msg *boxes; /* MSG_BOXES as last counted, or NULL */
	int confirming; /* the account whose held deletions are asked about */
	uint64_t counting; /* id of the COUNTS under way, or 0 */
	bool count_again;
	struct msg *status[ACCOUNTS_SHOWN];
	struct msg *held[HELD_SHOWN]; /* HELD, one a mailbox, or NULL */
	/* the newest PROGRESS of each account and, last, of the index; NULL:
	 * nothing is under way */
	struct msg *progress[ACCOUNTS_SHOWN + 1];
	struct believe *believe;
	struct script *script;
	bool editor_is_open;
};

/* Draw everything and show it. */
void screen_draw(struct screen *s);
/* Work on an event; the message is freed here. */
void screen_event(struct screen *s, struct msg *m);
/* Deletions are held back, or no more. */
void screen_held_event(struct screen *s, struct msg **m);
/* Ask about those of one account. */
void screen_confirm(struct screen *s);
/* The place whose keys count now. */
enum place screen_place(struct screen *s);
/* Run the action A: the view's meaning, else the screen's own. */
void screen_action(struct screen *s, enum action a);

#endif
