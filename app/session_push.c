/* SPDX-License-Identifier: GPL-3.0-or-later */
/* what goes up to the server: see account_parts.h */
#include <stdio.h>

#include "app/session_parts.h"
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

static int
need_box(struct worker *w, struct state_box *b, struct err *e)
{
	struct imap_info info;

	if (w->session->selected && strcmp(w->session->selected, b->raw) == 0)
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
	if (*out)
		return 0;
	buf_init(&raw, 4 * LIMIT_FOLDER_NAME);
	imap_name_encode(&raw, str_c(folder));
	if (imap_create(w->session->imap, buf_c(&raw), e) < 0 ||
		session_learn_boxes(w, e) < 0 ||
		state_boxes(w->state, a, box, n, e) < 0) {
		buf_fini(&raw);
		return -1;
	}
	buf_fini(&raw);
	*out = box_by(*box, *n, folder, 0);
	return *out ? 0
		    : err_set(e, ERR_BOX, 0,
			      "there is no mailbox '%s' on the server", folder);
}

/* The message of op O has UID UID in box B now (0: it will be found as an
 * orphan). */
static int
settle_op(struct worker *w, struct arena *a, const struct state_op *o,
	struct state_box *b, uint32_t uid, struct err *e)
{
	struct state_message m = { .uid = uid, .base = o->base };
	struct buf now;
	struct err ignored;
	int rc = state_begin(w->state, e);

	if (rc < 0)
		return -1;
	(void)a;
	buf_init(&now, 4096);
	if (session_file(w, b, o->base, &now, &ignored) == 0)
		m.agreed = m.flags = maildir_flags(buf_c(&now));
	buf_fini(&now);
	rc = uid ? state_put_message(w->state, b->id, &m, e)
		 : state_put_orphan(w->state, b->id, o->base, m.flags, e);
	if (rc == 0)
		rc = state_drop_op(w->state, o->id, e);
	if (rc == 0)
		return state_commit(w->state, e);
	state_rollback(w->state);
	return -1;
}

static int
push_append(struct worker *w, struct arena *a, const struct state_op *o,
	struct state_box *b, struct err *e)
{
	struct buf now, crlf, full;
	struct str map = STR("");
	uint32_t uid = 0;
	struct message *m;
	int rc;

	buf_init(&now, 4096);
	buf_init(&full, 8300);
	buf_init(&crlf, LIMIT_MESSAGE);
	if (session_file(w, b, o->base, &now, e) < 0) {
		rc = state_drop_op(w->state, o->id, e); /* deleted meanwhile */
		goto out;
	}
	buf_printf(&full, "%s/%s", w->c->paths.mail, buf_c(&now));
	rc = file_map(buf_c(&full), LIMIT_MESSAGE, &map, e);
	if (rc == 0)
		rc = need_box(w, b, e);
	m = rc == 0 ? message_read_header(a, map, NULL) : NULL;
	/* an answer that was lost: is it there already? */
	if (m && m->message_id.n)
		rc = imap_find(w->session->imap, arena_cstr(a, m->message_id),
			&uid, e);
	if (rc < 0 && e->class == ERR_INPUT)
		rc = 0; /* an id that cannot be asked for */
	if (rc == 0 && !uid) {
		for (size_t i = 0; i < map.n; i++) {
			if (map.p[i] == '\n' &&
				(i == 0 || map.p[i - 1] != '\r'))
				buf_addc(&crlf, '\r');
			buf_addc(&crlf, map.p[i]);
		}
		rc = imap_append(w->session->imap, b->raw, buf_str(&crlf),
			maildir_flags(buf_c(&now)), &uid, e);
	}
	if (rc == 0)
		rc = settle_op(w, a, o, b, uid, e);
out:
	file_unmap(&map);
	buf_fini(&now);
	buf_fini(&full);
	buf_fini(&crlf);
	return rc;
}

static int
push_move(struct worker *w, struct arena *a, const struct state_op *o,
	struct state_box *from, struct state_box *to, struct err *e)
{
	uint32_t uid;

	if (need_box(w, from, e) < 0 ||
		imap_move(w->session->imap, o->uid, to->raw, &uid, e) < 0)
		return -1;
	return settle_op(w, a, o, to, uid, e);
}

static int
push_ops(struct worker *w, struct arena *a, struct err *e)
{
	struct state_box *box, *to, *from;
	struct state_op *op;
	size_t boxes, ops;

	if (state_boxes(w->state, a, &box, &boxes, e) < 0 ||
		state_ops(w->state, a, &op, &ops, e) < 0)
		return -1;
	for (size_t i = 0; i < ops; i++) {
		int rc = target_box(w, a, &box, &boxes, op[i].folder, &to, e);

		if (rc == 0 && strcmp(op[i].kind, "append") == 0) {
			rc = push_append(w, a, &op[i], to, e);
		} else if (rc == 0) {
			from = box_by(box, boxes, NULL, op[i].box);
			rc = from ? push_move(w, a, &op[i], from, to, e)
				  : state_drop_op(w->state, op[i].id, e);
		}
		if (rc < 0 && e->class == ERR_MESSAGE) {
			/* gone on the server: what is here stays, and goes up
			 * again as a message of its own */
			struct state_op again = { .kind = "append",
				.folder = op[i].folder,
				.base = op[i].base };

			log_write(LOG_WARN, w->config->name, "%s", e->text);
			rc = state_drop_op(w->state, op[i].id, e);
			if (rc == 0)
				rc = state_add_op(w->state, &again, e);
		} else if (rc < 0 && e->class == ERR_BOX) {
			struct msg *f = msg_new(MSG_FAILED);

			f->err = *e; /* quota, no such mailbox: kept here */
			context_post(w->c, f);
			rc = 0;
		}
		if (rc < 0)
			return -1;
	}
	return 0;
}

static int
push_flags(struct worker *w, struct arena *a, struct err *e)
{
	struct state_box *box;
	size_t boxes;

	if (state_boxes(w->state, a, &box, &boxes, e) < 0)
		return -1;
	for (size_t i = 0; i < boxes; i++) {
		struct state_message *m;
		size_t n;

		if (state_messages(w->state, box[i].id, a, &m, &n, e) < 0)
			return -1;
		for (size_t k = 0; k < n; k++) {
			unsigned diff = m[k].flags ^ m[k].agreed;
			int rc;

			if (!diff)
				continue;
			if (need_box(w, &box[i], e) < 0)
				return -1;
			rc = imap_store(w->session->imap, m[k].uid,
				m[k].flags & diff, m[k].agreed & diff, e);
			if (rc < 0 && e->class != ERR_MESSAGE)
				return -1;
			m[k].agreed = m[k].flags;
			if (state_put_message(w->state, box[i].id, &m[k], e) <
				0)
				return -1;
		}
	}
	return 0;
}

int
session_push(struct worker *w, struct err *e)
{
	struct arena *a = arena_new();
	unsigned waiting = 0;
	int rc = state_waiting(w->state, &waiting, e);

	if (rc == 0 && waiting)
		rc = push_ops(w, a, e);
	if (rc == 0 && waiting)
		rc = push_flags(w, a, e);
	arena_free(&a);
	return rc;
}
