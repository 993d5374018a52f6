/* SPDX-License-Identifier: GPL-3.0-or-later */
/* what goes up to the server: see account_parts.h. Letters; session_flags.c has
 * their flags. */
#include "app/sync/session_parts.h"
#include "base/file.h"
#include "base/log.h"
#include "mime/message.h"
#include "store/maildir.h"

static struct state_box *
box_by(struct state_box *box, size_t n, const char *folder, int64_t id)
{
	for (size_t i = 0; i < n; i++)
		if (folder ? strcmp(box[i].folder, folder) == 0
			   : box[i].id == id)
			return &box[i];
	return NULL;
}

int
session_need_box(struct worker *w, struct state_box *b, struct err *e)
{
	struct imap_info info;

	if (w->session->selected == b->id)
		return 0;
	w->session->is_open = false; /* the pass must select its own again */
	return session_select(w, b, &info, e);
}

/* The target of a move or append; made on the server where it is missing. */
static int
target_box(struct worker *w, struct arena *a, struct state_box **box, size_t *n,
	const char *folder, struct state_box **out, struct err *e)
{
	struct buf raw;

	*out = box_by(*box, *n, folder, 0);
	if (*out && !(*out)->is_gone)
		return 0;
	buf_init(&raw, 4 * LIMIT_FOLDER_NAME);
	if (session_raw_name(w, folder, &raw, e) < 0) {
		buf_fini(&raw);
		return -1;
	}
	if (imap_create(w->session->imap, buf_c(&raw), e) < 0 ||
		session_learn_boxes(w, e) < 0 ||
		state_boxes(w->here.state, a, box, n, e) < 0) {
		buf_fini(&raw);
		return -1;
	}
	buf_fini(&raw);
	*out = box_by(*box, *n, folder, 0);
	return *out && !(*out)->is_gone
		       ? 0
		       : err_set(e, ERR_BOX, 0,
				 "there is no mailbox '%s' on the server",
				 folder);
}

/* The message of op O was deleted here while the server moved it to UID of B:
 * what the server is to delete lies there. */
static int
follow_deleted(struct worker *w, struct arena *a, const struct state_op *o,
	const struct state_box *b, uint32_t uid, struct err *e)
{
	struct state_message m;
	int64_t box;
	int rc = state_find(w->here.state, o->base, a, &box, &m, e);

	if (rc <= 0 || !m.is_deleted || !uid)
		return rc < 0 ? -1 : 0;
	if (state_drop_message(w->here.state, box, m.uid, e) < 0)
		return -1;
	m.uid = uid;
	return state_put_message(w->here.state, b->id, &m, e);
}

/* The server has the message of op O in box B now, as UID (0: it will be found
 * as an orphan) with the flags AGREED. O is as it was when that was asked for;
 * where the message was moved here meanwhile, the op goes on from B. */
static int
settle(struct worker *w, struct arena *a, const struct state_op *o,
	struct state_box *b, uint32_t uid, unsigned agreed, struct err *e)
{
	struct state *st = w->here.state;
	struct state_message m = { .uid = uid, .base = o->base };
	struct state_op now;
	struct buf at;
	struct err ignored;
	int rc = state_op(st, o->id, a, &now, e);

	if (rc < 0)
		return -1;
	if (rc == 0)
		return follow_deleted(w, a, o, b, uid, e);
	if (strcmp(now.base, o->base) != 0) {
		now.kind = "move";
		now.box = b->id;
		now.uid = uid;
		now.agreed = agreed;
		w->wants_push = true;
		return state_set_op(st, &now, e);
	}
	m.agreed = m.flags = agreed;
	buf_init(&at, 4096);
	if (session_file(w, b, o->base, &at, &ignored) == 0)
		m.flags = maildir_flags(buf_c(&at));
	buf_fini(&at);
	rc = uid ? state_put_message(st, b->id, &m, e)
		 : state_put_orphan(st, b->id, o->base, m.flags, e);
	return rc < 0 ? -1 : state_drop_op(st, o->id, e);
}

static int
settle_op(struct worker *w, struct arena *a, const struct state_op *o,
	struct state_box *b, uint32_t uid, unsigned agreed, struct err *e)
{
	int rc = local_begin(&w->here, e);

	if (rc == 0)
		rc = settle(w, a, o, b, uid, agreed, e);
	return local_end(&w->here, rc, e);
}

/* Open the file of op O, which is to be in box B: its path, and its bytes in
 * MAP. 0: it is not there; the op goes, if it still says so. */
static int
op_file(struct worker *w, struct arena *a, const struct state_op *o,
	struct state_box *b, struct buf *path, struct str *map, struct err *e)
{
	struct state_op now;
	struct err ignored;
	int rc;

	local_lock(&w->here);
	rc = state_op(w->here.state, o->id, a, &now, e);
	if (rc == 1 && strcmp(now.base, o->base) != 0) {
		w->wants_push = true;
		rc = 0;
	} else if (rc == 1 && session_file(w, b, o->base, path, &ignored) < 0) {
		rc = state_drop_op(w->here.state, o->id, e) < 0 ? -1 : 0;
	}
	local_unlock(&w->here);
	if (rc <= 0)
		return rc;
	return file_map(arena_printf(
				a, "%s/%s", w->here.c->paths.mail, buf_c(path)),
		       LIMIT_MESSAGE, map, e) < 0
		       ? -1
		       : 1;
}

/* Is UID one of the N messages M? */
static bool
is_known(const struct state_message *m, size_t n, uint32_t uid)
{
	for (size_t i = 0; i < n; i++)
		if (m[i].uid == uid)
			return true;
	return false;
}

/* The UID in the selected mailbox of the message in MAP; 0: it is not there, or
 * cannot be asked for. What is another file's in B (which may be NULL) is
 * another letter, however alike. */
static int
find_there(struct worker *w, struct arena *a, struct str map,
	const struct state_box *b, uint32_t *uid, struct err *e)
{
	struct message *m = message_read_header(a, map, NULL);
	struct state_message *known = NULL;
	uint32_t *found;
	size_t n, knowns = 0;

	*uid = 0;
	if (m->message_id.n == 0)
		return 0;
	if (imap_find(w->session->imap, arena_cstr(a, m->message_id), a, &found,
		    &n, e) < 0)
		return e->class == ERR_INPUT ? 0 : -1;
	if (n && b &&
		state_messages(w->here.state, b->id, a, &known, &knowns, e) < 0)
		return -1;
	for (size_t i = 0; i < n && !*uid; i++)
		if (!is_known(known, knowns, found[i]))
			*uid = found[i];
	return 0;
}

/* Of the letter of op O the server has no more, and not all is here: what is
 * here is no letter that could be brought there, and stays. 1: so it is. */
static int
keep_part(struct worker *w, struct arena *a, const struct state_op *o,
	const struct state_box *b, unsigned flags, struct err *e)
{
	struct state_missing left;
	int rc = local_begin(&w->here, e);
	int is_part =
		rc == 0 ? state_missing(w->here.state, o->base, a, &left, e)
			: 0;

	if (is_part < 0)
		rc = -1;
	if (is_part == 1)
		rc = state_put_orphan(w->here.state, b->id, o->base, flags, e);
	if (is_part == 1 && rc == 0)
		rc = state_drop_op(w->here.state, o->id, e);
	if (local_end(&w->here, rc, e) < 0)
		return -1;
	if (is_part == 1)
		worker_tell(w,
			"%s/%s: a letter is no longer on the server, and not "
			"all of it is here. What is here stays here alone",
			w->here.config->name, b->folder);
	return is_part;
}

static int
push_append(struct worker *w, struct arena *a, const struct state_op *o,
	struct state_box *b, struct err *e)
{
	struct buf now, crlf;
	struct str map = STR("");
	uint32_t uid = 0;
	unsigned flags = 0;
	int rc;

	buf_init(&now, 4096);
	buf_init(&crlf, LIMIT_MESSAGE);
	rc = op_file(w, a, o, b, &now, &map, e);
	if (rc <= 0)
		goto out;
	flags = maildir_flags(buf_c(&now));
	rc = keep_part(w, a, o, b, flags, e);
	if (rc != 0) {
		rc = rc < 0 ? -1 : 0;
		goto out;
	}
	rc = session_need_box(w, b, e);
	/* an answer that was lost: is it there already? */
	if (rc == 0)
		rc = find_there(w, a, map, b, &uid, e);
	if (rc == 0 && !uid) {
		for (size_t i = 0; i < map.n; i++) {
			if (map.p[i] == '\n' &&
				(i == 0 || map.p[i - 1] != '\r'))
				buf_addc(&crlf, '\r');
			buf_addc(&crlf, map.p[i]);
		}
		rc = imap_append(w->session->imap, b->raw, buf_str(&crlf),
			flags, &uid, e);
	}
	if (rc == 0)
		rc = settle_op(w, a, o, b, uid,
			flags & ~imap_labels(w->session->imap), e);
out:
	file_unmap(&map);
	buf_fini(&now);
	buf_fini(&crlf);
	return rc;
}

/* The server has copied UID of box B elsewhere and keeps it there, marked,
 * since others are marked too (no UIDPLUS): not a letter that is new. */
static int
note_left(struct worker *w, struct arena *a, const struct state_box *b,
	uint32_t uid, struct err *e)
{
	struct state_message m = { .uid = uid,
		.base = arena_printf(a, "left.%lld.%u", (long long)b->id, uid),
		.agreed = MAILDIR_DELETED,
		.flags = MAILDIR_DELETED,
		.is_deleted = true,
		.is_confirmed = true };
	int rc = local_begin(&w->here, e);

	if (rc == 0)
		rc = state_put_message(w->here.state, b->id, &m, e);
	return local_end(&w->here, rc, e);
}

/* A server with UIDPLUS has moved nothing for op O: what was to be moved is
 * gone from where it was, since it is in TO already (an answer was lost), or
 * since somebody has deleted it. */
static int
settle_unsaid(struct worker *w, struct arena *a, const struct state_op *o,
	struct state_box *to, struct err *e)
{
	struct str map = STR("");
	uint32_t uid = 0;
	bool has_id = false;
	struct buf now;
	int rc;

	buf_init(&now, 4096);
	rc = op_file(w, a, o, to, &now, &map, e);
	buf_fini(&now);
	if (rc <= 0)
		return rc;
	has_id = message_read_header(a, map, NULL)->message_id.n > 0;
	rc = session_need_box(w, to, e);
	if (rc == 0)
		rc = find_there(w, a, map, to, &uid, e);
	file_unmap(&map);
	if (rc < 0)
		return -1;
	if (!uid && has_id)
		return err_set(e, ERR_MESSAGE, 0,
			"a moved message is no longer on the server");
	/* without a name of its own it is bound by its content */
	return settle_op(w, a, o, to, uid, o->agreed, e);
}

/* Is UID of the selected mailbox as long as the letter in MAP, with the line
 * ends that it has on the way? */
static int
is_as_long(struct worker *w, struct arena *a, uint32_t uid, struct str map,
	bool *out, struct err *e)
{
	struct imap_size *size;
	size_t n, there = map.n;

	for (size_t i = 0; i < map.n; i++)
		there += map.p[i] == '\n' && (i == 0 || map.p[i - 1] != '\r');
	if (imap_sizes(w->session->imap, &uid, 1, a, &size, &n, e) < 0)
		return -1;
	*out = n == 1 && size[0].uid == uid && size[0].size == there;
	return 0;
}

/* A server without MOVE may have copied the letter of op O for a session that
 * did not hear of it: its UID in TO then, else 0. FROM is selected, and is so
 * again. */
static int
find_copy(struct worker *w, struct arena *a, const struct state_op *o,
	struct state_box *from, struct state_box *to, uint32_t *uid,
	struct err *e)
{
	struct str map = STR("");
	bool is_it = false;
	struct err ignored;
	struct buf now;
	int rc = 0;

	*uid = 0;
	if (!w->session->is_first ||
		(imap_can(w->session->imap) & IMAP_CAN_MOVE))
		return 0;
	buf_init(&now, 4096);
	if (local_op_file(&w->here, o, &now, &ignored) == 0 &&
		file_map(arena_printf(a, "%s/%s", w->here.c->paths.mail,
				 buf_c(&now)),
			LIMIT_MESSAGE, &map, &ignored) == 0) {
		rc = session_need_box(w, to, e);
		if (rc == 0)
			rc = find_there(w, a, map, to, uid, e);
		if (rc == 0 && *uid)
			rc = is_as_long(w, a, *uid, map, &is_it, e);
		if (rc == 0)
			rc = session_need_box(w, from, e);
	}
	if (!is_it)
		*uid = 0;
	file_unmap(&map);
	buf_fini(&now);
	return rc;
}

static int
push_move(struct worker *w, struct arena *a, const struct state_op *o,
	struct state_box *from, struct state_box *to, struct err *e)
{
	struct str map = STR("");
	struct state_op opened;
	struct buf now;
	bool is_there, is_left;
	uint32_t uid, was, copied;
	int rc = session_need_box(w, from, e);

	/* as it is opened it may turn out to be numbered anew */
	if (rc == 0)
		rc = state_op(w->here.state, o->id, a, &opened, e);
	if (rc <= 0)
		return rc;
	uid = opened.uid;
	if (from == to && uid) /* it came back before the server knew */
		return settle_op(w, a, o, to, uid, o->agreed, e);
	if (!uid) { /* the server did not say what UID it gave */
		buf_init(&now, 4096);
		rc = op_file(w, a, o, to, &now, &map, e);
		is_there = rc == 1;
		if (is_there)
			rc = find_there(w, a, map, from, &uid, e);
		file_unmap(&map);
		buf_fini(&now);
		if (rc < 0 || !is_there)
			return rc;
		if (!uid)
			return err_set(e, ERR_MESSAGE, 0,
				"a moved message is no longer on the server");
		if (from == to)
			return settle_op(w, a, o, to, uid, o->agreed, e);
	}
	was = uid;
	if (find_copy(w, a, o, from, to, &copied, e) < 0)
		return -1;
	if (copied) {
		if (imap_delete(w->session->imap, &was, 1, &is_left, e) < 0 ||
			(is_left && note_left(w, a, from, was, e) < 0))
			return -1;
		return settle_op(w, a, o, to, copied, o->agreed, e);
	}
	if (imap_move(w->session->imap, uid, to->raw, &uid, &is_left, e) < 0 ||
		(is_left && note_left(w, a, from, was, e) < 0))
		return -1;
	return !uid && (imap_can(w->session->imap) & IMAP_CAN_UIDPLUS)
		       ? settle_unsaid(w, a, o, to, e)
		       : settle_op(w, a, o, to, uid, o->agreed, e);
}

/* What was to be moved is gone on the server: what is here stays, and goes up
 * as a message of its own. */
static int
append_again(struct worker *w, struct arena *a, int64_t id, struct err *e)
{
	struct state_op now;
	int rc;

	local_lock(&w->here);
	rc = state_op(w->here.state, id, a, &now, e);
	if (rc == 1) {
		now.kind = "append";
		now.uid = 0;
		rc = state_set_op(w->here.state, &now, e);
		w->wants_push = true;
	}
	local_unlock(&w->here);
	return rc;
}

struct boxes {
	struct state_box *box;
	size_t n;
};

/* --- kept though it is gone there
 * ------------------------------------------------------------------------- */

/* Where on the server the letter in MAP is now, in *BOX; NULL: nowhere. */
static int
find_anywhere(struct worker *w, struct arena *a, struct boxes *b,
	struct str map, struct state_box **box, uint32_t *uid, struct err *e)
{
	bool is_it = false;

	*box = NULL;
	for (size_t i = 0; i < b->n; i++) {
		if (b->box[i].is_gone ||
			!session_is_configured(w, b->box[i].folder))
			continue;
		if (session_need_box(w, &b->box[i], e) < 0) {
			if (e->class != ERR_BOX)
				return -1;
			continue;
		}
		if (find_there(w, a, map, NULL, uid, e) < 0 ||
			(*uid && is_as_long(w, a, *uid, map, &is_it, e) < 0))
			return -1;
		if (*uid && is_it) {
			*box = &b->box[i];
			return 0;
		}
	}
	return 0;
}

/* What was changed here of the letter of op O goes to UID of the selected
 * mailbox, into which somebody has moved it; what is here of it in its old
 * place goes, and it comes again. */
static int
follow_moved(struct worker *w, struct arena *a, const struct state_op *o,
	const char *path, uint32_t uid, struct err *e)
{
	struct session_change c = { .uid = uid,
		.add = maildir_flags(path) & w->session->kept &
		       ~(unsigned)MAILDIR_DELETED };
	int rc = c.add ? session_store(w, a, &c, 1, e) : 0;

	if (rc < 0)
		return -1;
	rc = local_begin(&w->here, e);
	if (rc == 0)
		rc = maildir_remove(w->here.c->paths.mail, path, e);
	if (rc == 0)
		rc = state_drop_op(w->here.state, o->id, e);
	if (rc == 0)
		local_removed(&w->here, path);
	w->wants_push = true;
	return local_end(&w->here, rc, e);
}

/* Op O: a letter of TO that is gone there, and was changed here. Where somebody
 * has moved it, it is not to stand here and there; deleted, it goes up again.
 */
static int
push_kept(struct worker *w, struct arena *a, const struct state_op *o,
	struct state_box *to, struct boxes *b, struct err *e)
{
	struct state_box *now = NULL;
	struct str map = STR("");
	uint32_t uid = 0;
	struct buf path;
	int rc;

	buf_init(&path, 4096);
	rc = op_file(w, a, o, to, &path, &map, e);
	if (rc == 1 && find_anywhere(w, a, b, map, &now, &uid, e) < 0)
		rc = -1;
	file_unmap(&map);
	if (rc == 1 && now && now != to)
		rc = follow_moved(w, a, o, buf_c(&path), uid, e);
	else if (rc == 1)
		rc = push_append(w, a, o, to, e);
	buf_fini(&path);
	return rc;
}

/* --- many at once
 * ------------------------------------------------------------------------- */

/* How many of the N ops from OP on move letters from one mailbox to another, so
 * that one flight can ask for all of them: 0 or 1 where it is not worth it.
 * They are read as they stand now. */
static size_t
moves_together(struct worker *w, struct arena *a, struct state_op *op, size_t n,
	struct err *e)
{
	const unsigned both = IMAP_CAN_MOVE | IMAP_CAN_UIDPLUS;
	size_t k = 0;

	if ((imap_can(w->session->imap) & both) != both)
		return 0;
	for (; k < n && k < IMAP_MOVES; k++) {
		if (state_op(w->here.state, op[k].id, a, &op[k], e) != 1)
			break;
		if (strcmp(op[k].kind, "move") != 0 || !op[k].uid ||
			op[k].box != op[0].box ||
			strcmp(op[k].folder, op[0].folder) != 0)
			break;
	}
	return k;
}

/* What op O, whose letter is to be in TO, could not be done for: 0 where others
 * go on. */
static int
op_failed(struct worker *w, struct arena *a, const struct state_op *o,
	struct err *e)
{
	struct msg *f;

	if (e->class == ERR_MESSAGE) {
		log_write(LOG_WARN, w->here.config->name, "%s", e->text);
		return append_again(w, a, o->id, e);
	}
	if (e->class != ERR_BOX)
		return -1;
	f = msg_new(MSG_FAILED);
	f->account = w->here.account;
	/* quota, no such mailbox: kept here */
	err_set(&f->err, ERR_BOX, e->code,
		"%s/%s: %s. The letter stays here and is brought there by a "
		"later pass; make room there if that is what it lacks",
		w->here.config->name, o->folder, e->text);
	log_write(LOG_WARN, w->here.config->name, "%s", f->err.text);
	context_post(w->here.c, f);
	return 0;
}

/* Ask for N of them at once, and settle those that the server has moved. One
 * that it refuses is left for push_op, which hears why. */
static int
push_moves(struct worker *w, struct arena *a, const struct state_op *op,
	size_t n, struct state_box *to, struct err *e)
{
	struct imap_moved v[IMAP_MOVES];
	int rc;

	for (size_t i = 0; i < n; i++)
		v[i].uid = op[i].uid;
	if (imap_move_all(w->session->imap, v, n, to->raw, e) < 0)
		return -1;
	rc = local_begin(&w->here, e);
	for (size_t i = 0; i < n && rc == 0; i++)
		if (v[i].to)
			rc = settle(w, a, &op[i], to, v[i].to, op[i].agreed, e);
	if (local_end(&w->here, rc, e) < 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		if (!v[i].to && !v[i].is_refused &&
			settle_unsaid(w, a, &op[i], to, e) < 0 &&
			op_failed(w, a, &op[i], e) < 0)
			return -1;
	return 0;
}

/* One op as it stands now: it may have been moved on, or be done. */
static int
push_op(struct worker *w, struct arena *a, struct state_op *o, struct boxes *b,
	struct err *e)
{
	struct state_box *to, *from;
	int rc = state_op(w->here.state, o->id, a, o, e);

	if (rc <= 0)
		return rc;
	rc = target_box(w, a, &b->box, &b->n, o->folder, &to, e);
	if (rc == 0 && strcmp(o->kind, "append") == 0) {
		rc = push_append(w, a, o, to, e);
	} else if (rc == 0 && strcmp(o->kind, "keep") == 0) {
		rc = push_kept(w, a, o, to, b, e);
	} else if (rc == 0) {
		from = box_by(b->box, b->n, NULL, o->box);
		if (from && from->is_gone)
			rc = err_set(e, ERR_MESSAGE, 0,
				"'%s' is gone from the server", from->folder);
		else
			rc = from ? push_move(w, a, o, from, to, e)
				  : state_drop_op(w->here.state, o->id, e);
	}
	return rc < 0 ? op_failed(w, a, o, e) : 0;
}

/* Of N ops those at the beginning that go in one flight; *DONE_OUT of them have
 * been asked for. */
static int
push_together(struct worker *w, struct arena *a, struct state_op *op, size_t n,
	struct boxes *b, size_t *done_out, struct err *e)
{
	struct state_box *to, *from;
	size_t k;

	*done_out = 0;
	if (moves_together(w, a, op, n, e) < 2)
		return 0;
	if (target_box(w, a, &b->box, &b->n, op[0].folder, &to, e) < 0)
		return e->class == ERR_BOX ? 0 : -1;
	from = box_by(b->box, b->n, NULL, op[0].box);
	if (!from || from->is_gone || from == to)
		return 0;
	if (session_need_box(w, from, e) < 0)
		return e->class == ERR_BOX ? 0 : -1;
	/* as it is opened it may turn out to be numbered anew */
	k = moves_together(w, a, op, n, e);
	if (k < 2)
		return 0;
	*done_out = k;
	return push_moves(w, a, op, k, to, e);
}

static int
push_ops(struct worker *w, struct arena *a, struct err *e)
{
	struct boxes b;
	struct state_op *op;
	size_t ops, done;

	if (state_boxes(w->here.state, a, &b.box, &b.n, e) < 0 ||
		state_ops(w->here.state, a, &op, &ops, e) < 0)
		return -1;
	for (size_t i = 0; i < ops;) {
		if (push_together(w, a, op + i, ops - i, &b, &done, e) < 0)
			return -1;
		/* those that are settled are gone from the state */
		if (done == 0)
			done = 1;
		for (size_t end = i + done; i < end; i++)
			if (push_op(w, a, &op[i], &b, e) < 0)
				return -1;
	}
	return 0;
}

int
session_push(struct worker *w, struct err *e)
{
	struct arena *a = arena_new();
	unsigned waiting = 0;
	int rc = state_waiting(w->here.state, &waiting, e);

	if (rc == 0 && waiting)
		rc = push_ops(w, a, e);
	if (rc == 0 && waiting)
		rc = session_push_flags(w, a, e);
	arena_free(&a);
	return rc;
}
