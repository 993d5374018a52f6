/* SPDX-License-Identifier: GPL-3.0-or-later */
/* folders made, renamed, deleted and subscribed by the user: see
 * account_parts.h. The server first: what it refuses is not done here. Without
 * a line it waits in the state; what can be done here is done at once. A death
 * between the two is mended by the next list (a new name is followed, what is
 * gone is marked). */
#include "app/sync/session_parts.h"

#include "app/local/role.h"
#include "base/log.h"
#include "store/maildir.h"

/* A name that a user may give: levels that stand on the disk as they are. */
static int
check_name(const char *name, struct err *e)
{
	struct buf b;
	int rc = 0;

	buf_init(&b, 8 * LIMIT_FOLDER_NAME);
	maildir_folder_name(&b, str_c(name), '/');
	if (!*name || strcmp(name, "INBOX") == 0 ||
		strlen(name) > LIMIT_FOLDER_NAME ||
		strcmp(buf_c(&b), name) != 0)
		rc = err_set(e, ERR_INPUT, 0, "'%s' cannot be a folder's name",
			name);
	buf_fini(&b);
	return rc;
}

static struct state_box *
box_of(struct worker *w, struct arena *a, const char *folder, struct err *e)
{
	struct state_box *box;
	size_t n;

	if (state_boxes(w->here.state, a, &box, &n, e) < 0)
		return NULL;
	for (size_t i = 0; i < n; i++)
		if (strcmp(box[i].folder, folder) == 0)
			return &box[i];
	err_set(e, ERR_BOX, 0, "'%s' is not on the server", folder);
	return NULL;
}

/* --- at the server
 * ---------------------------------------------------------------- */

static int
make_there(struct worker *w, const char *raw, struct err *e)
{
	struct err ignored;

	if (imap_create(w->session->imap, raw, e) < 0)
		return -1;
	if (imap_subscribe(w->session->imap, raw, true, &ignored) < 0 &&
		ignored.class != ERR_BOX) {
		*e = ignored;
		return -1;
	}
	return session_learn_boxes(w, e);
}

static int
rename_there(struct worker *w, struct arena *a, const struct state_box *b,
	const char *raw, const char *to, struct err *e)
{
	struct imap *m = w->session->imap;
	struct err ignored;
	int rc;

	w->session->selected = 0;
	if (imap_leave(m, e) < 0 || imap_rename(m, b->raw, raw, e) < 0)
		return -1;
	if (imap_subscribe(m, b->raw, false, &ignored) < 0 ||
		imap_subscribe(m, raw, true, &ignored) < 0) {
		if (ignored.class != ERR_BOX) {
			*e = ignored;
			return -1;
		}
	}
	rc = local_begin(&w->here, e);
	if (rc == 0)
		rc = session_follow_rename(w, a, b, raw, to, e);
	return local_end(&w->here, rc, e);
}

/* B has no letters here any more: nor may it there. */
static int
delete_there(struct worker *w, const struct state_box *b, struct err *e)
{
	struct imap *m = w->session->imap;
	struct state_box same = *b;
	struct imap_info info;
	struct err ignored;
	int rc;

	if (session_push(w, e) < 0 || session_select(w, &same, &info, e) < 0)
		return -1;
	if (info.exists)
		return err_set(e, ERR_BOX, 0,
			"'%s' has %u messages on the server that are not "
			"here: it stays",
			b->folder, info.exists);
	w->session->selected = 0;
	/* a mailbox that is open cannot go */
	if (imap_leave(m, e) < 0 || imap_remove(m, b->raw, e) < 0)
		return -1;
	if (imap_subscribe(m, b->raw, false, &ignored) < 0 &&
		ignored.class != ERR_BOX) {
		*e = ignored;
		return -1;
	}
	rc = local_begin(&w->here, e);
	if (rc == 0)
		rc = state_drop_box(w->here.state, b->id, e);
	return local_end(&w->here, rc, e);
}

/* --- the request
 * ------------------------------------------------------------------ */

static int
make(struct worker *w, struct arena *a, const char *name, struct err *e)
{
	struct buf raw;
	int rc = check_name(name, e);

	if (rc < 0)
		return -1;
	if (!w->session)
		return maildir_make(w->here.c->paths.mail,
			local_folder(&w->here, a, name), e);
	buf_init(&raw, 4 * LIMIT_FOLDER_NAME);
	rc = session_raw_name(w, name, &raw, e);
	if (rc == 0)
		rc = make_there(w, buf_c(&raw), e);
	buf_fini(&raw);
	if (rc == 0 && !session_is_configured(w, name))
		rc = err_set(e, ERR_INPUT, 0,
			"'%s' was made at the server, but 'folders' of %s does "
			"not name it",
			name, w->here.config->name);
	return rc;
}

static int
rename_to(struct worker *w, struct arena *a, const char *name, const char *to,
	struct err *e)
{
	struct state_box *b;
	struct buf raw;
	int rc = check_name(to, e);

	if (rc < 0)
		return -1;
	if (strcmp(name, "INBOX") == 0)
		return err_set(e, ERR_INPUT, 0, "the INBOX cannot be renamed");
	if (!w->session)
		return local_rename_folder(&w->here, a, name, to, e);
	b = box_of(w, a, name, e);
	if (!b)
		return -1;
	buf_init(&raw, 4 * LIMIT_FOLDER_NAME);
	rc = session_raw_name(w, to, &raw, e);
	if (rc == 0)
		rc = rename_there(w, a, b, buf_c(&raw), to, e);
	buf_fini(&raw);
	return rc;
}

static int
remove_folder(
	struct worker *w, struct arena *a, const char *name, struct err *e)
{
	const char *trash = local_role(&w->here, a, BOX_TRASH, "Trash");
	struct state_box *b = NULL;

	if (strcmp(name, "INBOX") == 0 || strcmp(name, trash) == 0)
		return err_set(
			e, ERR_INPUT, 0, "'%s' is needed and stays", name);
	if (w->session && !(b = box_of(w, a, name, e)))
		return -1;
	if (local_move_all(&w->here, a, name, trash, e) < 0)
		return -1;
	if (b && !b->is_gone && delete_there(w, b, e) < 0)
		return -1;
	if (b && b->is_gone) {
		int rc = local_begin(&w->here, e);

		if (rc == 0)
			rc = state_drop_box(w->here.state, b->id, e);
		if (local_end(&w->here, rc, e) < 0)
			return -1;
	}
	return maildir_remove_folder(
		w->here.c->paths.mail, local_folder(&w->here, a, name), e);
}

static int
subscribe(struct worker *w, struct arena *a, const char *name, bool is_on,
	struct err *e)
{
	struct state_box *b;

	if (!w->session)
		return err_set(e, ERR_INPUT, 0,
			"%s has no server to subscribe at",
			w->here.config->name);
	b = box_of(w, a, name, e);
	return b ? imap_subscribe(w->session->imap, b->raw, is_on, e) : -1;
}

static int
do_act(struct worker *w, struct arena *a, enum folder_act act, const char *name,
	const char *to, struct err *e)
{
	switch (act) {
	case FOLDER_MAKE:
		return make(w, a, name, e);
	case FOLDER_RENAME:
		return rename_to(w, a, name, to, e);
	case FOLDER_DELETE:
		return remove_folder(w, a, name, e);
	case FOLDER_SUBSCRIBE:
	case FOLDER_UNSUBSCRIBE:
		return subscribe(w, a, name, act == FOLDER_SUBSCRIBE, e);
	}
	return 0;
}

/* The list and the pass under way have old names. */
static void
begin_anew(struct worker *w)
{
	w->session->selected = 0;
	w->session->in_pass = false;
	session_begin_pass(w, false);
}

/* --- without a line
 * ------------------------------------------------------------------ */

/* Could F be done if there were a line? And what of it can be done here. */
static int
prepare(struct worker *w, struct arena *a, const struct msg_folder *f,
	struct err *e)
{
	const char *trash = local_role(&w->here, a, BOX_TRASH, "Trash");

	if ((f->act == FOLDER_MAKE && check_name(f->name, e) < 0) ||
		(f->act == FOLDER_RENAME && check_name(f->to, e) < 0))
		return -1;
	if (f->act == FOLDER_RENAME && strcmp(f->name, "INBOX") == 0)
		return err_set(e, ERR_INPUT, 0, "the INBOX cannot be renamed");
	if (f->act == FOLDER_DELETE &&
		(strcmp(f->name, "INBOX") == 0 || strcmp(f->name, trash) == 0))
		return err_set(
			e, ERR_INPUT, 0, "'%s' is needed and stays", f->name);
	if (f->act == FOLDER_MAKE)
		return maildir_make(w->here.c->paths.mail,
			local_folder(&w->here, a, f->name), e);
	return f->act == FOLDER_DELETE
		       ? local_move_all(&w->here, a, f->name, trash, e)
		       : 0;
}

static int
put_off(struct worker *w, struct arena *a, const struct msg_folder *f,
	struct err *e)
{
	struct state_folder_act later = { .act = (int)f->act,
		.name = f->name,
		.to = f->act == FOLDER_RENAME ? f->to : "" };
	int rc = prepare(w, a, f, e);

	if (rc == 0)
		rc = local_begin(&w->here, e);
	else
		return -1;
	if (rc == 0)
		rc = state_add_folder_act(w->here.state, &later, e);
	if (local_end(&w->here, rc, e) < 0)
		return -1;
	w->wants_push = true;
	worker_tell(w,
		"%s is offline: what was asked of '%s' is done at the server "
		"when the line is back",
		w->here.config->name, f->name);
	return 0;
}

/* Is the error the line's, and not the folder's? */
static bool
is_of_line(const struct err *e)
{
	return e->class == ERR_CANCEL || e->class == ERR_RETRY ||
	       e->class == ERR_LATER || e->class == ERR_AUTH ||
	       e->class == ERR_CERT;
}

/* F is done, or cannot be, for the reason WHY. */
static int
end_act(struct worker *w, const struct state_folder_act *f, bool is_done,
	const struct err *why, struct err *e)
{
	int rc = local_begin(&w->here, e);

	if (rc == 0)
		rc = state_end_folder_act(w->here.state, f,
			is_done && f->act == FOLDER_RENAME, e);
	if (local_end(&w->here, rc, e) < 0)
		return -1;
	if (!is_done) {
		struct msg *m = msg_new(MSG_FAILED);

		m->account = w->here.account;
		err_set(&m->err, ERR_BOX, why->code,
			"%s/%s: what was asked of it without a line cannot be "
			"done: %s",
			w->here.config->name, f->name, why->text);
		log_write(LOG_WARN, w->here.config->name, "%s", m->err.text);
		context_post(w->here.c, m);
	}
	return 0;
}

int
folder_push(struct worker *w, struct err *e)
{
	struct arena *a = arena_new();
	struct state_folder_act f;
	bool has_done = false;
	int rc;

	while ((rc = state_next_folder_act(w->here.state, a, &f, e)) == 1) {
		struct err why = { 0 };
		/* a death may have come between the server and the row */
		bool is_done = f.act == FOLDER_MAKE &&
			       box_of(w, a, f.name, &why) != NULL;

		if (!is_done)
			is_done = do_act(w, a, (enum folder_act)f.act, f.name,
					  f.to, &why) == 0;
		has_done = true;
		if (!is_done && is_of_line(&why)) {
			*e = why;
			rc = -1;
		} else {
			rc = end_act(w, &f, is_done, &why, e);
		}
		if (rc < 0)
			break;
	}
	arena_free(&a);
	if (has_done && w->session)
		begin_anew(w);
	if (has_done)
		context_changed(w->here.c);
	return rc < 0 ? -1 : 0;
}

void
folder_act(struct worker *w, struct msg *m)
{
	const struct msg_folder *f = &m->u.folder;
	bool is_offline = local_has_server(w->here.config) && !w->session;
	struct err e;
	int rc = is_offline ? put_off(w, m->arena, f, &e)
			    : do_act(w, m->arena, f->act, f->name, f->to, &e);

	if (w->session)
		begin_anew(w);
	context_changed(w->here.c);
	if (rc == 0) {
		context_end(w->here.c, m, NULL);
		return;
	}
	context_fail(w->here.c, m, &e);
	/* a line that is lost: the next step of the pass finds it so */
}
