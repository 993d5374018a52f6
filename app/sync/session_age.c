/* SPDX-License-Identifier: GPL-3.0-or-later */
/* letters that the server has had in Trash for longer than `trash-days`: see
 * session_parts.h. By when they came here local_age_trash finds them; that is
 * later where another program has put them there, or the account is new here.
 * Deleting is local_erase's, and the next pass tells the server. */
#include <string.h>

#include "app/local/role.h"
#include "app/sync/session_parts.h"
#include "base/clock.h"
#include "base/log.h"

enum { DAY = 86400, AGAIN_MS = DAY * 1000 };

/* Trash, where it is as the last pass left it, or NULL. */
static struct state_box *
trash(struct worker *w, struct arena *a)
{
	struct session *s = w->session;
	const char *folder = local_role(&w->here, a, BOX_TRASH, "Trash");

	for (size_t i = 0; i < s->boxes; i++)
		if (strcmp(s->box[i].folder, folder) == 0 &&
			!s->box[i].is_gone && s->box[i].uidvalidity)
			return &s->box[i];
	return NULL;
}

static bool
is_among(uint32_t uid, const uint32_t *all, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (all[i] == uid)
			return true;
	return false;
}

/* Delete what is here of the letters UID of B. */
static int
erase(struct worker *w, struct arena *a, const struct state_box *b,
	const uint32_t *uid, size_t n, struct err *e)
{
	struct state_message *m;
	size_t messages, erased = 0;
	struct buf path;
	int rc = state_messages(w->here.state, b->id, a, &m, &messages, e);

	buf_init(&path, 4096);
	for (size_t i = 0; i < messages && n && rc == 0; i++) {
		if (m[i].is_deleted || !is_among(m[i].uid, uid, n))
			continue;
		buf_clear(&path);
		rc = session_file(w, b, m[i].base, &path, e);
		if (rc == 0)
			rc = local_erase_file(&w->here, a, buf_c(&path), e);
		erased += rc == 0;
		if (rc < 0 && e->class == ERR_MESSAGE)
			rc = 0; /* gone meanwhile */
	}
	buf_fini(&path);
	if (erased) {
		log_write(LOG_INFO, w->here.config->name,
			"%zu letters were in %s of the server for over %u days "
			"and are deleted",
			erased, b->folder, w->here.config->trash_days);
		w->session->is_stale = true; /* another pass, which says so */
	}
	return rc;
}

int
session_age_trash(struct worker *w, struct err *e)
{
	struct session *s = w->session;
	int64_t now = clock_mono_ms();
	/* by whole days of whatever time zone: a day later */
	int64_t day =
		clock_wall() - ((int64_t)w->here.config->trash_days + 1) * DAY;
	struct imap_info info;
	struct state_box *b;
	struct arena *a;
	uint32_t *uid;
	size_t n;
	int rc = 0;

	if (w->here.config->trash_days == 0 || s->is_inbox_alone ||
		!(imap_can(s->imap) & IMAP_CAN_SAVEDATE) ||
		(w->aged_ms && now < w->aged_ms + AGAIN_MS))
		return 0;
	w->aged_ms = now;
	a = arena_new();
	b = trash(w, a);
	if (b)
		rc = session_select(w, b, &info, e);
	/* numbered anew: the next pass knows which letters these are */
	if (b && rc == 0 && info.uidvalidity == b->uidvalidity) {
		rc = imap_saved_before(s->imap, day, a, &uid, &n, e);
		if (rc == 0)
			rc = erase(w, a, b, uid, n, e);
	}
	arena_free(&a);
	return rc < 0 && e->class == ERR_BOX ? 0 : rc;
}
