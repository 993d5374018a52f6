/* SPDX-License-Identifier: GPL-3.0-or-later */
/* deletions, and the brake before them: see session_parts.h.
 *
 * What is held back is told once, with its numbers, which stay in the state.
 * A yes (RELEASE) counts for these numbers: where more is gone by then, it is
 * another question. */
#include <stdlib.h>

#include "app/sync/session_parts.h"
#include "base/log.h"

static void
tell(struct worker *w, const struct state_box *b, size_t of)
{
	struct msg *m = msg_new(MSG_HELD);

	m->account = w->here.account;
	m->u.held.folder = arena_strdup(m->arena, b->folder);
	m->u.held.here = b->held_here;
	m->u.held.there = b->held_there;
	m->u.held.of = (unsigned)of;
	if (b->held_here || b->held_there)
		log_write(LOG_WARN, w->here.config->name,
			"%s: %u of %zu messages are gone from the server, %u "
			"were deleted here: held back until confirmed",
			b->folder, b->held_here, of, b->held_there);
	context_post(w->here.c, m);
}

bool
session_holds(const struct plan *p, const struct plan_step *s)
{
	return s->kind == PLAN_DROP_LOCAL && p->brakes_local;
}

int
session_brake(
	struct worker *w, struct state_box *b, struct plan *p, struct err *e)
{
	unsigned here = p->brakes_local ? (unsigned)p->drops_local : 0;
	unsigned there = p->brakes_remote ? (unsigned)p->unasked : 0;
	bool was_told = b->held_here == here && b->held_there == there &&
			!w->session->is_first;

	if ((here || there) && w->is_confirmed && here <= b->held_here &&
		there <= b->held_there) {
		log_write(LOG_INFO, w->here.config->name,
			"%s: the deletions are confirmed: %u here, %u there",
			b->folder, here, there);
		p->brakes_local = p->brakes_remote = false;
		here = there = 0;
		was_told = false;
	}
	if (here || there)
		w->session->is_partial = true;
	else if (!b->held_here && !b->held_there)
		return 0;
	if (was_told)
		return 0;
	b->held_here = here;
	b->held_there = there;
	if (state_put_box(w->here.state, b, e) < 0)
		return -1;
	tell(w, b, w->session->locals);
	return 0;
}

/* The server does not let them go: they are here again with the next pass. */
static int
give_up(struct worker *w, struct state_box *b, const uint32_t *uid, size_t n,
	const struct err *why, struct err *e)
{
	struct msg *m = msg_new(MSG_FAILED);
	int rc = local_begin(&w->here, e);

	for (size_t i = 0; i < n && rc == 0; i++)
		rc = state_drop_message(w->here.state, b->id, uid[i], e);
	w->session->is_stale = w->session->is_partial = true;
	m->account = w->here.account;
	err_set(&m->err, ERR_BOX, 0,
		"%s/%s: %zu messages that were deleted here stay on the "
		"server and come again: %s",
		w->here.config->name, b->folder, n, why->text);
	context_post(w->here.c, m);
	return local_end(&w->here, rc, e);
}

int
session_delete(struct worker *w, struct state_box *b, const struct plan *p,
	struct err *e)
{
	struct session *s = w->session;
	uint32_t *uid = arena_array(s->plan_arena, p->steps, sizeof *uid);
	bool is_left = false;
	size_t n = 0;
	int rc;

	for (size_t i = 0; i < p->steps; i++) {
		const struct state_message *l;

		if (p->step[i].kind != PLAN_DROP_REMOTE)
			continue;
		l = session_local(s, p->step[i].uid);
		if (!l || (p->brakes_remote && !l->is_confirmed))
			continue;
		uid[n++] = p->step[i].uid; /* the plan has them rising */
	}
	if (n == 0)
		return 0;
	if (imap_delete(s->imap, uid, n, &is_left, e) < 0) {
		struct err why = *e;

		return why.class == ERR_MESSAGE ? give_up(w, b, uid, n, &why, e)
						: -1;
	}
	if (is_left) { /* marked; they go when others' marks are gone */
		s->is_partial = true;
		return 0;
	}
	rc = local_begin(&w->here, e);
	for (size_t i = 0; i < n && rc == 0; i++)
		rc = state_drop_message(w->here.state, b->id, uid[i], e);
	return local_end(&w->here, rc, e);
}
