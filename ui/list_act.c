/* SPDX-License-Identifier: GPL-3.0-or-later */
/* what is done to a message from the list or the reader: see list.h */
#include "ui/list_parts.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "ui/composer.h"
#include "ui/i18n.h"
#include "ui/sidebar.h"

/* A change and its inverse, so that it can be taken back. */
struct undo {
	char id[1000], path[1300], folder[1100];
	char add[100], remove[100]; /* the inverse */
	bool is_move;
};

/* The last changes, the newest last. A file that is being moved has no name
 * that is known here: what is to be taken back of it waits for that. */
enum { UNDOS = 50, MOVE_MS = 2000 };
static struct {
	struct undo done[UNDOS];
	int count, owed;
	char moving[1000];   /* Message-ID, or "" */
	int64_t moving_till; /* when that is given up, in ms */
} changes;

static void
is_moving(const char *id)
{
	snprintf(changes.moving, sizeof changes.moving, "%s", id);
	changes.moving_till = clock_mono_ms() + MOVE_MS;
}

/* Room for one more; the oldest goes where there is none. */
static struct undo *
remember(const struct row *r)
{
	struct undo *u;

	if (changes.count == UNDOS) {
		memmove(changes.done, changes.done + 1,
			(UNDOS - 1) * sizeof *changes.done);
		changes.count--;
	}
	u = &changes.done[changes.count++];
	memset(u, 0, sizeof *u);
	snprintf(u->id, sizeof u->id, "%s", r->id);
	snprintf(u->path, sizeof u->path, "%s", r->path);
	changes.owed = 0;
	return u;
}

/* What is gone cannot be taken back: the message ID, or "", many. */
static void
forget(const char *id)
{
	int kept = 0;

	for (int i = 0; i < changes.count; i++)
		if (*id && strcmp(changes.done[i].id, id) != 0)
			changes.done[kept++] = changes.done[i];
	changes.count = kept;
}

static struct msg *
change(struct screen *s, enum msg_kind kind, const struct row *r)
{
	struct msg *m = msg_new(kind);
	struct msg_change *c = &m->u.change;

	m->account = screen_account_of(s, r->path);
	c->count = 1;
	c->path = arena_array(m->arena, 1, sizeof *c->path);
	c->id = arena_array(m->arena, 1, sizeof *c->id);
	c->path[0] = arena_strdup(m->arena, r->path);
	c->id[0] = arena_strdup(m->arena, r->id);
	return m;
}

/* "ACCOUNT" and "FOLDER" of a path ACCOUNT/FOLDER/cur/NAME. */
static void
split_path(const char *path, char *account, size_t na, char *folder, size_t nf)
{
	const char *slash = strchr(path, '/'), *end = strrchr(path, '/');

	account[0] = folder[0] = '\0';
	if (!slash || !end || end - slash < 5)
		return;
	end -= 4; /* "/cur" or "/new" */
	snprintf(account, na, "%.*s", (int)(slash - path), path);
	snprintf(folder, nf, "%.*s", (int)(end - slash - 1), slash + 1);
}

static void
move_to(struct screen *s, const struct row *r, const char *folder)
{
	struct msg *m = change(s, MSG_MOVE, r);
	struct undo *u = remember(r);
	char account[110];

	m->u.change.folder = arena_strdup(m->arena, folder);
	split_path(
		r->path, account, sizeof account, u->folder, sizeof u->folder);
	u->is_move = true;
	is_moving(r->id);
	screen_send(s, m);
	screen_say(s, _("moved to %s; u takes it back"), folder);
	list_leave(s, r->path);
}

static void
move_to_role(struct screen *s, const struct row *r, enum box_role role,
	const char *what)
{
	char account[110], folder[1100];
	const struct box *b;

	split_path(r->path, account, sizeof account, folder, sizeof folder);
	b = screen_box(s, account, role);
	if (!b)
		screen_warn(s, _("the account %s has no folder for that (%s)"),
			account, what);
	else if (strcmp(b->name, folder) == 0)
		screen_say(s, _("it is in %s already"), folder);
	else
		move_to(s, r, b->name);
}

static void
set_flag(struct screen *s, const struct row *r, unsigned flag, const char *tag,
	bool tag_means_set)
{
	struct msg *m = change(s, MSG_FLAG, r);
	bool add = (r->flags & flag) ? !tag_means_set : tag_means_set;
	struct undo *u = remember(r);

	m->u.change.add = add ? tag : "";
	m->u.change.remove = add ? "" : tag;
	snprintf(u->add, sizeof u->add, "%s", add ? "" : tag);
	snprintf(u->remove, sizeof u->remove, "%s", add ? tag : "");
	screen_send(s, m);
}

static void
take_back(struct screen *s)
{
	struct undo *u = &changes.done[--changes.count];
	struct row r = { .id = u->id, .path = u->path };
	struct msg *m = change(s, u->is_move ? MSG_MOVE : MSG_FLAG, &r);

	if (u->is_move) {
		m->u.change.folder = arena_strdup(m->arena, u->folder);
		is_moving(u->id);
	} else {
		m->u.change.add = arena_strdup(m->arena, u->add);
		m->u.change.remove = arena_strdup(m->arena, u->remove);
	}
	screen_send(s, m);
	screen_say(s, _("taken back"));
}

void
list_moved(struct screen *s, const struct msg_change *c)
{
	for (size_t i = 0; i < c->count; i++) {
		for (int k = 0; k < changes.count; k++) {
			struct undo *u = &changes.done[k];

			if (strcmp(c->old[i], u->path) == 0)
				snprintf(u->path, sizeof u->path, "%s",
					c->path[i]);
		}
		if (strcmp(c->id[i], changes.moving) == 0)
			changes.moving[0] = '\0';
	}
	if (changes.owed && !changes.moving[0]) {
		changes.owed--;
		if (changes.count)
			take_back(s);
	}
}

void
list_undo(struct screen *s)
{
	if (changes.owed >= changes.count)
		screen_say(s, _("nothing to undo"));
	else if (changes.moving[0] && clock_mono_ms() < changes.moving_till)
		changes.owed++;
	else
		take_back(s);
}

/* --- for ever
 * --------------------------------------------------------------------- */

struct pending_erase {
	int account;
	char id[1000], path[1300]; /* one letter, */
	char folder[1100];         /* or all of this folder */
};

static void
erase_answer(struct screen *s, void *arg, const char *text)
{
	struct pending_erase *p = arg;
	struct row r = { .id = p->id, .path = p->path };
	struct msg *m;

	if (text && *text == 'y') {
		if (p->folder[0]) {
			m = msg_new(MSG_EMPTY);
			m->account = p->account;
			m->u.change.folder = arena_strdup(m->arena, p->folder);
		} else {
			m = change(s, MSG_ERASE, &r);
		}
		m->u.change.is_confirmed = true;
		forget(p->folder[0] ? "" : p->id);
		screen_send(s, m);
		screen_say(s, "%s", _("deleted for ever"));
		if (!p->folder[0])
			list_leave(s, p->path);
	}
	free(p);
}

static void
ask_erase(struct screen *s, const struct row *r)
{
	struct pending_erase *p = calloc(1, sizeof *p);

	if (!p)
		abort();
	snprintf(p->id, sizeof p->id, "%s", r->id);
	snprintf(p->path, sizeof p->path, "%s", r->path);
	screen_choose(s,
		_("Delete this message for ever, here and on the server? "
		  "y yes, n no"),
		"yn", erase_answer, p);
}

void
list_empty_trash(struct screen *s, const char *account)
{
	const struct box *b = screen_box(s, account, BOX_TRASH);
	struct pending_erase *p;
	char question[300];

	if (!b || b->total == 0) {
		screen_say(s, _("the Trash of %s is empty"), account);
		return;
	}
	p = calloc(1, sizeof *p);
	if (!p)
		abort();
	p->account = screen_account_of(s, account);
	snprintf(p->folder, sizeof p->folder, "%s", b->name);
	snprintf(question, sizeof question,
		ngettext("Delete the %u message in %s/%s for ever? y yes, n no",
			"Delete all %u messages in %s/%s for ever? y yes, "
			"n no",
			b->total),
		b->total, account, b->name);
	screen_choose(s, question, "yn", erase_answer, p);
}

/* Is the file of R in the trash of its account? */
static bool
is_in_trash(struct screen *s, const struct row *r)
{
	char account[110], folder[1100];
	const struct box *b;

	split_path(r->path, account, sizeof account, folder, sizeof folder);
	b = screen_box(s, account, BOX_TRASH);
	return b && strcmp(b->name, folder) == 0;
}

struct pending_move {
	struct row row;
	char id[1000], path[1300];
};

static void
move_picked(struct screen *s, void *arg, const struct box *b)
{
	struct pending_move *p = arg;

	if (b)
		move_to(s, &p->row, b->name);
	free(p);
}

static void
pick_folder(struct screen *s, const struct row *r)
{
	struct pending_move *p = calloc(1, sizeof *p);
	char account[110], folder[1100];

	if (!p)
		abort();
	split_path(r->path, account, sizeof account, folder, sizeof folder);
	snprintf(p->id, sizeof p->id, "%s", r->id);
	snprintf(p->path, sizeof p->path, "%s", r->path);
	p->row = (struct row){ .id = p->id, .path = p->path };
	screen_push(s,
		picker_view(s, _("Move to folder"), account, move_picked, p));
}

struct pending_reply {
	enum draft_mode mode;
	char path[1300];
};

static void
reply_confirmed(struct screen *s, void *arg, const char *text)
{
	struct pending_reply *p = arg;

	if (text && *text == 'y')
		composer_start(s, p->mode, p->path, NULL);
	free(p);
}

/* Friction where the sender is not who it says: the reply asks once. */
static void
reply(struct screen *s, const struct row *r, enum draft_mode mode)
{
	struct pending_reply *p;

	if (mode == DRAFT_FORWARD ||
		(r->verdict != VERDICT_FAILED && !(r->flags & ROW_ALERT))) {
		composer_start(s, mode, r->path, NULL);
		return;
	}
	p = calloc(1, sizeof *p);
	if (!p)
		abort();
	p->mode = mode;
	snprintf(p->path, sizeof p->path, "%s", r->path);
	screen_choose(s,
		_("This message may not come from whom it says. Answer it? y "
		  "yes, n no"),
		"yn", reply_confirmed, p);
}

bool
list_is_coming(struct screen *s, const struct row *r)
{
	if (!(r->flags & ROW_COMING))
		return false;
	screen_say(s, _("this letter is on its way; in a moment it is here"));
	return true;
}

/* What list_act does to a letter that has to be here for it. */
static bool
is_done_to_letter(enum action a)
{
	static const enum action of[] = { ACTION_ARCHIVE, ACTION_ERASE,
		ACTION_DELETE, ACTION_JUNK, ACTION_MOVE, ACTION_FLAG,
		ACTION_UNREAD, ACTION_REPLY, ACTION_REPLY_ALL, ACTION_FORWARD,
		ACTION_RECHECK };

	for (size_t i = 0; i < sizeof of / sizeof *of; i++)
		if (of[i] == a)
			return true;
	return false;
}

bool
list_act(struct screen *s, const struct row *r, enum action a)
{
	if (is_done_to_letter(a) && list_is_coming(s, r))
		return true;
	switch (a) {
	case ACTION_ARCHIVE:
		move_to_role(s, r, BOX_ARCHIVE, _("archive"));
		return true;
	case ACTION_ERASE:
		ask_erase(s, r);
		return true;
	case ACTION_DELETE:
		if (is_in_trash(s, r)) {
			ask_erase(s, r);
			return true;
		}
		move_to_role(s, r, BOX_TRASH, _("trash"));
		return true;
	case ACTION_JUNK:
		move_to_role(s, r, BOX_JUNK, _("junk"));
		return true;
	case ACTION_MOVE:
		pick_folder(s, r);
		return true;
	case ACTION_FLAG:
		set_flag(s, r, ROW_FLAGGED, "flagged", true);
		return true;
	case ACTION_UNREAD:
		set_flag(s, r, ROW_UNREAD, "unread", true);
		return true;
	case ACTION_UNDO:
		list_undo(s);
		return true;
	case ACTION_REPLY:
		reply(s, r, DRAFT_REPLY);
		return true;
	case ACTION_REPLY_ALL:
		reply(s, r, DRAFT_REPLY_ALL);
		return true;
	case ACTION_FORWARD:
		reply(s, r, DRAFT_FORWARD);
		return true;
	case ACTION_RECHECK: {
		struct msg *m = msg_new(MSG_VERIFY);

		m->u.verdict.path = arena_strdup(m->arena, r->path);
		m->u.verdict.id = arena_strdup(m->arena, r->id);
		m->u.verdict.is_again = true;
		screen_send(s, m);
		screen_say(s, _("verifying again"));
		return true;
	}
	default:
		return false;
	}
}
