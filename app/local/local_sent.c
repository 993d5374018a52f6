/* SPDX-License-Identifier: GPL-3.0-or-later */
/* copies of what was sent, deliveries between accounts, and the thread: see
 * local.h */
#include "app/local/local.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "store/maildir.h"

enum { COPY_NAME = 180, AGE_MS = 3600000 };

/* The name of the copy of LETTER: the same at every try, so that a death
 * leads to no second one. */
static const char *
copy_name(struct arena *a, const struct msg_letter *letter)
{
	char *name = arena_printf(a, "signet-out%lld.%s", (long long)letter->id,
		letter->message_id);

	for (char *p = name; *p; p++)
		if (!((*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') ||
			    (*p >= '0' && *p <= '9') || *p == '.' || *p == '-'))
			*p = '_';
	if (strlen(name) > COPY_NAME)
		name[COPY_NAME] = '\0';
	return name;
}

/* The server must get the copy BASE in FOLDER: written down before the copy. */
static int
note_copy(struct local *l, struct arena *a, const char *folder,
	const char *base, struct err *e)
{
	struct state_op new = {
		.kind = "append", .folder = folder, .base = base
	};
	struct state_message m;
	struct state_op waits;
	int64_t box;
	int rc;

	if (!local_has_server(l->config))
		return 0;
	rc = state_find(l->state, base, a, &box, &m, e);
	if (rc == 0)
		rc = state_op_of(l->state, base, a, &waits, e);
	if (rc != 0)
		return rc < 0 ? -1 : 0; /* it is there already */
	return state_add_op(l->state, &new, e);
}

/* Keep the copy under its name, unless it is there. *PATH_OUT is NULL then. */
static int
keep_copy(struct local *l, struct msg *m, const char *folder, const char *base,
	const char **path_out, struct err *e)
{
	struct buf text, now;
	struct str map;
	struct err ignored;
	bool there;
	int rc;

	*path_out = NULL;
	buf_init(&now, 4096);
	there = maildir_find(l->c->paths.mail,
			arena_printf(m->arena, "%s/%s/cur/%s", l->config->name,
				folder, base),
			&now, &ignored) == 0;
	buf_fini(&now);
	if (there)
		return 0;
	if (file_map(m->u.letter.file, LIMIT_MESSAGE, &map, e) < 0)
		return -1;
	buf_init(&text, LIMIT_MESSAGE);
	for (size_t i = 0; i < map.n; i++)
		if (map.p[i] != '\r')
			buf_addc(&text, map.p[i]);
	file_unmap(&map);
	rc = local_deliver(l, m->arena, folder, base, buf_str(&text),
		MAILDIR_SEEN, path_out, e);
	buf_fini(&text);
	return rc;
}

void
local_file_sent(struct local *l, struct msg *m)
{
	const char *folder = local_role(l, m->arena, BOX_SENT, "Sent"),
		   *path = NULL;
	const char *base = copy_name(m->arena, &m->u.letter);
	struct msg *done;
	struct err e;
	int rc;

	local_lock(l);
	rc = note_copy(l, m->arena, folder, base, &e);
	if (rc == 0)
		rc = keep_copy(l, m, folder, base, &path, &e);
	local_unlock(l);
	if (rc < 0) {
		struct msg *f = msg_new(MSG_FAILED);

		f->err = e;
		context_post(l->c, f);
		return; /* the row stays "accepted": at the next start */
	}
	if (path)
		local_arrived(l, &path, 1);
	local_push(l);
	done = msg_new(MSG_FILED);
	done->u.letter.id = m->u.letter.id;
	context_post(l->c, done);
}

/* --- deliveries between accounts
 * ------------------------------------------- */

void
local_take_delivery(struct local *l, struct msg *m)
{
	const struct msg_letter *letter = &m->u.letter;
	time_t now = (time_t)clock_wall();
	const char *path;
	struct buf text;
	char date[64] = "";
	struct err e;
	struct tm tm;

	if (gmtime_r(&now, &tm))
		strftime(date, sizeof date, "%a, %d %b %Y %H:%M:%S +0000", &tm);
	buf_init(&text, LIMIT_MESSAGE);
	buf_printf(&text, "Return-Path: <%s>\nReceived: from local by %s; %s\n",
		letter->sender, l->config->name, date);
	for (size_t i = 0; i < letter->bytes.n; i++) /* a Maildir has LF */
		if (letter->bytes.p[i] != '\r')
			buf_addc(&text, letter->bytes.p[i]);
	if (local_deliver(l, m->arena, "INBOX", NULL, buf_str(&text), 0, &path,
		    &e) < 0)
		context_fail(l->c, m, &e);
	else
		local_arrived(l, &path, 1);
	buf_fini(&text);
}

/* --- the thread
 * ------------------------------------------------------------ */

/* The view of account I, opened when it is first needed. */
static struct local *
view(struct context *c, struct local **all, int i, struct err *e)
{
	struct local *l;

	if (i < 0 || i >= c->workers) {
		err_set(e, ERR_INPUT, 0,
			"there is no account for this message");
		return NULL;
	}
	if (all[i])
		return all[i];
	l = calloc(1, sizeof *l);
	if (!l) {
		err_sys(e, ENOMEM, "cannot change mail");
		return NULL;
	}
	if (local_open(l, c, i, e) < 0) {
		free(l);
		return NULL;
	}
	return all[i] = l;
}

/* Empty by age what is to be, at *NEXT; how many ms are left until then, -1:
 * there is no such account. */
static int
age_all(struct context *c, struct local **all, int64_t *next)
{
	bool is_wanted = false;
	int64_t left;

	if (c->flags & ENGINE_OFFLINE) /* a command that does one thing */
		return -1;
	for (int i = 0; i < c->workers; i++)
		is_wanted |= c->config->account[i].trash_days > 0;
	left = *next - clock_mono_ms();
	if (!is_wanted || left > 0)
		return is_wanted ? (int)left : -1;
	for (int i = 0; i < c->workers; i++) {
		struct local *l;
		struct err e;

		if (c->config->account[i].trash_days == 0)
			continue;
		l = view(c, all, i, &e);
		if (l)
			local_age_trash(l);
		else
			log_write(LOG_WARN, "trash", "%s", e.text);
	}
	*next = clock_mono_ms() + AGE_MS;
	return AGE_MS;
}

static void
handle(struct local *l, struct msg *m)
{
	switch (m->kind) {
	case MSG_FLAG:
		local_flag(l, m);
		break;
	case MSG_MOVE:
		local_move(l, m);
		break;
	case MSG_ERASE:
		local_erase(l, m);
		break;
	case MSG_EMPTY:
		local_empty(l, m);
		break;
	case MSG_FILE_SENT:
		local_file_sent(l, m);
		break;
	case MSG_DELIVER:
		local_take_delivery(l, m);
		break;
	default:
		break;
	}
}

void *
local_run(void *arg)
{
	struct context *c = arg;
	struct local *all[ACCOUNTS_MAX] = { 0 };
	int64_t next = 0;

	while (!queue_is_closed(c->local)) {
		struct msg *m =
			msg_of(queue_wait(c->local, age_all(c, all, &next)));
		struct local *l;
		struct err e;

		if (!m)
			continue;
		l = view(c, all, m->account, &e);
		if (l)
			handle(l, m);
		else
			context_fail(c, m, &e);
		context_done(c, &m);
	}
	for (size_t i = 0; i < ACCOUNTS_MAX; i++)
		if (all[i]) {
			local_close(all[i]);
			free(all[i]);
		}
	return NULL;
}
