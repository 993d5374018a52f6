/* SPDX-License-Identifier: GPL-3.0-or-later */
/* screen - the frame around the views: stack, loop, status line, prompt.
 *
 * The drawing thread only; it never waits but in tty_poll. */
#ifndef UI_SCREEN_H
#define UI_SCREEN_H

#include "app/engine.h"
#include "ui/view.h"

struct screen_options {
	const char *glyphs; /* as in the configuration */
	const char *mailto; /* open the composer for this URL, or NULL */
	const char *script; /* SIGNET_SCRIPT, or NULL */
	bool is_first_run;  /* no account: show the form */
	bool is_demo;
};

/* Take the terminal and run until the user leaves. 0, or -1 with *E where the
 * terminal cannot be taken. */
int screen_run(struct engine *engine, const struct screen_options *o,
	struct err *e) ERR_CHECK;

/* The table of keys and commands, for the manual: see keys_table. */
void screen_keys(struct buf *out);

/* Put V on top; it is the screen's now. Take the top away (the last one is
 * never taken: then the program ends). */
void screen_push(struct screen *s, struct view *v);
void screen_pop(struct screen *s);
struct view *screen_top(struct screen *s);
/* Pop all above the root and return it. */
struct view *screen_root(struct screen *s);

/* Give M to the engine; returns its id. */
uint64_t screen_send(struct screen *s, struct msg *m);
struct engine *screen_engine(struct screen *s);
/* Say that another signet has the profile, and that nothing is changed here. */
void screen_only_shows(struct screen *s);

/* One sentence in the status line until the next key. */
void screen_say(struct screen *s, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
void screen_warn(struct screen *s, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

typedef void screen_answer(struct screen *s, void *arg, const char *text);

/* Ask for a line of text at the bottom: DONE gets it, or NULL on Escape. With
 * IS_LIVE, DONE is also called at each change, with LIVE instead. */
void screen_ask(struct screen *s, const char *label, const char *text,
	screen_answer *done, screen_answer *live, void *arg);
/* Ask for one of the characters in CHOICES: DONE gets it as a string, or NULL
 * on Escape. The text names the answers. */
void screen_choose(struct screen *s, const char *text, const char *choices,
	screen_answer *done, void *arg);

/* Index of the account that the PATH or mailbox "ACCOUNT/…" belongs to, -1. */
int screen_account_of(struct screen *s, const char *path);
/* The mailboxes as last counted, NULL before. Until the next event. */
const struct msg_boxes *screen_boxes(struct screen *s);
/* The mailbox of ACCOUNT with ROLE, or NULL. */
const struct box *screen_box(
	struct screen *s, const char *account, enum box_role role);
const struct msg_status *screen_status_of(struct screen *s, int account);
/* What is under way in an account, or in the index (-1); NULL: nothing. */
const struct msg_progress *screen_progress_of(struct screen *s, int account);
/* Are deletions of ACCOUNT held back until the user confirms them? */
bool screen_held(struct screen *s, const char *account);

/* Open the editor on FILE; the view on top gets the action EDIT when it has
 * ended (its child status by tty_child_status). */
void screen_edit(struct screen *s, const char *file);

#endif
