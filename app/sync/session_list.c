/* SPDX-License-Identifier: GPL-3.0-or-later */
/* what the server has: see session_parts.h. The list of mailboxes and, of each,
 * what has changed since the last pass, in as few round trips as the server
 * allows:
 *
 *	status as it was		-> the mailbox is not even opened
 *	QRESYNC or CONDSTORE	-> SELECT says what is new, changed and gone
 *	neither, or it cannot be	-> flags of all messages are listed
 *
 * What the server says has changed is believed where the numbers agree: as many
 * messages there as are known here. HIGHESTMODSEQ is kept when all up to it is
 * here, never before. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "app/sync/session_parts.h"
#include "base/clock.h"
#include "base/log.h"
#include "store/maildir.h"

enum {
	FLAGS_BYTES = 40,          /* of a line with a UID and flags */
	MONTH = 30 * 86400 + 37800 /* a twelfth of a year */
};

/* --- mailboxes
 * -------------------------------------------------------------------------- */

bool
session_is_configured(const struct worker *w, const char *folder)
{
	const struct config_list *l = &w->here.config->folders;

	for (size_t i = 0; i < l->count; i++) {
		struct str p = str_c(l->item[i]), f = str_c(folder);

		if (str_eq(p, f) || str_eq(p, STR("*")))
			return true;
		if (str_ends(p, STR("*")) &&
			str_starts(f, str_sub(p, 0, p.n - 1)))
			return true;
	}
	return l->count == 0;
}

/* The folder for the mailbox L; its whole name on the server where another
 * mailbox has the plain one already. */
static const char *
folder_for(struct arena *a, const struct imap_box *l,
	const struct state_box *known, size_t n)
{
	const char *out = NULL;

	for (int whole = 0; whole < 2; whole++) {
		struct buf name, folder;
		bool is_taken = false;

		buf_init(&name, 4 * LIMIT_FOLDER_NAME);
		buf_init(&folder, 4 * LIMIT_FOLDER_NAME);
		if (whole)
			imap_name_decode(&name, str_c(l->raw));
		else
			buf_adds(&name, l->name);
		maildir_folder_name(&folder, buf_str(&name), l->delimiter);
		out = arena_cstr(a, buf_str(&folder));
		buf_fini(&name);
		buf_fini(&folder);
		for (size_t i = 0; i < n; i++)
			is_taken |= strcmp(known[i].folder, out) == 0;
		if (!is_taken)
			break;
	}
	return out;
}

int
session_raw_name(const struct worker *w, const char *folder, struct buf *out,
	struct err *e)
{
	char d = w->session->delimiter;
	struct str rest = str_c(folder), level;
	struct buf name;
	bool first = true;
	int rc = 0;

	buf_init(&name, 4 * LIMIT_FOLDER_NAME);
	while (rc == 0 && str_split(&rest, '/', &level)) {
		if (level.n == 0 || (d && str_chr(level, d) >= 0) ||
			(!first && !d))
			rc = err_set(e, ERR_INPUT, 0,
				"'%s' cannot be a folder's name at the server",
				folder);
		first = false;
	}
	if (rc == 0) {
		maildir_name_of(&name, str_c(folder));
		imap_raw_name(w->session->imap, out, buf_str(&name));
	}
	buf_fini(&name);
	return rc;
}

int
session_follow_rename(struct worker *w, struct arena *a,
	const struct state_box *b, const char *raw, const char *folder,
	struct err *e)
{
	const char *prefix = arena_printf(a, "%s/", w->here.config->name);
	struct str was = str_c(b->folder), was_raw = str_c(b->raw);
	struct state_box *all;
	size_t n;

	if (local_rename_folder(&w->here, a, b->folder, folder, e) < 0)
		return -1;
	if (state_boxes(w->here.state, a, &all, &n, e) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		struct str f = str_c(all[i].folder), r = str_c(all[i].raw);
		bool is_below = str_starts(f, was) && f.n > was.n &&
				f.p[was.n] == '/' && str_starts(r, was_raw);

		if (!is_below && all[i].id != b->id)
			continue;
		if (state_rename_box(w->here.state, all[i].id,
			    arena_printf(a, "%s%.*s", raw,
				    STR_ARG(str_sub(r, was_raw.n, r.n))),
			    arena_printf(a, "%s%.*s", folder,
				    STR_ARG(str_sub(f, was.n, f.n))),
			    prefix, e) < 0)
			return -1;
	}
	return 0;
}

static bool
is_listed(const struct imap_box *list, size_t n, const char *raw)
{
	for (size_t j = 0; j < n; j++)
		if (strcmp(list[j].raw, raw) == 0)
			return list[j].is_selectable;
	return false;
}

/* The one known mailbox that is gone and was what L, which is new, is now:
 * UIDVALIDITY is unique to a mailbox where servers make it of the time. */
static struct state_box *
renamed_from(struct worker *w, const struct imap_box *l,
	const struct imap_box *list, size_t n, struct state_box *known,
	size_t k)
{
	enum { TIME = 1000000 };
	struct state_box *hit = NULL;
	struct err e;
	size_t count;

	if (!l->has_status || l->status.uidvalidity < TIME)
		return NULL;
	for (size_t i = 0; i < k; i++) {
		if (known[i].uidvalidity != l->status.uidvalidity ||
			is_listed(list, n, known[i].raw))
			continue;
		if (hit ||
			state_count(w->here.state, known[i].id, &count, &e) <
				0 ||
			count == 0 || known[i].uidnext > l->status.uidnext)
			return NULL;
		hit = &known[i];
	}
	for (size_t j = 0; hit && j < n; j++)
		if (&list[j] != l && list[j].has_status &&
			list[j].status.uidvalidity == l->status.uidvalidity)
			return NULL;
	return hit;
}

/* A mailbox L that is new on the server; the folder that is to be made for it
 * (below the mail root) in *FOLDER, else NULL. */
static int
note_new(struct worker *w, struct arena *a, const struct imap_box *l,
	const struct imap_box *list, size_t n, struct state_box *known,
	size_t k, const char **folder, struct err *e)
{
	struct state_box b = { .raw = l->raw }, *was;
	bool is_looking = w->here.c->flags & ENGINE_LOOK;

	*folder = NULL;
	b.folder = folder_for(a, l, known, k);
	b.role = l->role;
	if (!session_is_configured(w, b.folder))
		return 0;
	was = is_looking ? NULL : renamed_from(w, l, list, n, known, k);
	if (was) {
		if (session_follow_rename(w, a, was, b.raw, b.folder, e) == 0) {
			worker_tell(w, "%s/%s is called %s on the server now",
				w->here.config->name, was->folder, b.folder);
			return 0;
		}
		if (e->class != ERR_BOX)
			return -1;
		/* its place is taken here: a folder of its own then */
		log_write(LOG_WARN, w->here.config->name, "%s", e->text);
	}
	if (!is_looking)
		*folder = local_folder(&w->here, a, b.folder);
	return state_put_box(w->here.state, &b, e);
}

/* What LIST no longer names is marked; its letters stay here. */
static int
note_gone(struct worker *w, struct state_box *b, bool is_gone, struct err *e)
{
	size_t count = 0;

	b->is_gone = is_gone;
	if (state_put_box(w->here.state, b, e) < 0 ||
		state_count(w->here.state, b->id, &count, e) < 0)
		return -1;
	if (is_gone && count)
		worker_tell(w,
			"%s/%s is no longer on the server. The letters that "
			"are here stay; delete them here if they are to go",
			w->here.config->name, b->folder);
	return 0;
}

/* What is new in LIST into the state; what it no longer names is marked.
 * *IS_OTHER: there are other folders than before. */
static int
note_boxes(struct worker *w, struct arena *a, const struct imap_box *list,
	size_t n, bool *is_other, struct err *e)
{
	const char **folder = arena_array(a, n + 1, sizeof *folder);
	struct state_box *known;
	size_t k, folders = 0;

	if (state_boxes(w->here.state, a, &known, &k, e) < 0)
		return -1;
	for (size_t j = 0; j < n; j++) {
		bool is_known = false;

		if (list[j].delimiter)
			w->session->delimiter = list[j].delimiter;
		for (size_t i = 0; i < k && !is_known; i++)
			is_known = strcmp(known[i].raw, list[j].raw) == 0;
		if (is_known || !list[j].is_selectable)
			continue;
		if (note_new(w, a, &list[j], list, n, known, k,
			    &folder[folders], e) < 0)
			return -1;
		folders += folder[folders] != NULL;
		*is_other = true;
	}
	if (maildir_make_all(w->here.c->paths.mail, folder, folders, e) < 0)
		return -1;
	/* with the names that they have now */
	if (state_boxes(w->here.state, a, &known, &k, e) < 0)
		return -1;
	for (size_t i = 0; i < k; i++) {
		bool is_gone = !is_listed(list, n, known[i].raw);

		if (is_gone == known[i].is_gone)
			continue;
		if (note_gone(w, &known[i], is_gone, e) < 0)
			return -1;
		*is_other = true;
	}
	return 0;
}

/* How full the server is; the first time that it is nearly full, say so. */
static void
note_quota(struct worker *w)
{
	const struct imap_quota *q = imap_quota(w->session->imap);
	unsigned percent = q->limit ? (unsigned)(q->used * 100 / q->limit) : 0;

	if (percent != w->quota_percent && q->limit)
		log_write(LOG_INFO, w->here.config->name,
			"%u %% of the space at '%s' is used: %" PRIu64
			" of %" PRIu64 " MB",
			percent, w->here.config->receive.host, q->used / 1000,
			q->limit / 1000);
	w->quota_percent = percent;
}

int
session_learn_boxes(struct worker *w, struct err *e)
{
	struct session *s = w->session;
	struct arena *a = arena_new();
	struct imap_box *list;
	size_t n = 0;
	bool is_other = false;
	int rc = imap_list(s->imap, a, &list, &n, e);

	if (rc < 0)
		goto out;
	note_quota(w);
	rc = local_begin(&w->here, e);
	rc = local_end(&w->here,
		rc == 0 ? note_boxes(w, a, list, n, &is_other, e) : rc, e);
	/* they stand on the screen before their first letter is here */
	if (is_other)
		context_changed(w->here.c);
	if (rc < 0 || (s->in_pass && s->is_listed))
		goto out; /* a pass under way goes on with what it has */
	arena_reset(s->a);
	s->selected = 0;
	rc = state_boxes(w->here.state, s->a, &s->box, &s->boxes, e);
	if (rc < 0)
		goto out;
	s->status = arena_array(s->a, s->boxes, sizeof *s->status);
	for (size_t i = 0; i < s->boxes; i++) {
		s->status[i] = (struct imap_info){ 0 };
		for (size_t j = 0; j < n; j++)
			if (list[j].has_status &&
				strcmp(list[j].raw, s->box[i].raw) == 0)
				s->status[i] = list[j].status;
	}
	s->is_listed = true;
out:
	arena_free(&a);
	return rc;
}

/* --- what is on the disk
 * ---------------------------------------------------------------- */

/* When the files of a mailbox were looked at last, for who puts some there. */
struct session_scan {
	int64_t box;
	int64_t changed; /* as maildir_changed was then */
	int64_t next_ms; /* not again before: a hundredth of the time at most */
};

static struct session_scan *
scan_of(struct session *s, int64_t box)
{
	struct session_scan *bigger;

	for (size_t i = 0; i < s->scans; i++)
		if (s->scan[i].box == box)
			return &s->scan[i];
	bigger = realloc(s->scan, (s->scans + 1) * sizeof *bigger);
	if (!bigger)
		abort();
	s->scan = bigger;
	s->scan[s->scans] = (struct session_scan){ .box = box };
	return &s->scan[s->scans++];
}

/* Ours change the folder too: then it is looked at for nothing. */
bool
session_may_have_strangers(struct worker *w, const struct state_box *b)
{
	struct session *s = w->session;
	const char *root = w->here.c->paths.mail;
	const char *folder = local_folder(&w->here, s->plan_arena, b->folder);
	struct session_scan *scan = scan_of(s, b->id);
	int64_t changed;

	if (s->is_first || maildir_has_new(root, folder))
		return true;
	changed = maildir_changed(root, folder);
	return (changed == 0 || changed != scan->changed) &&
	       clock_mono_ms() >= scan->next_ms;
}

int
session_bind_leftovers(struct worker *w, struct state_box *b, struct err *e)
{
	struct session_scan *scan = scan_of(w->session, b->id);
	int64_t began = clock_mono_ms();
	struct arena *a = w->session->plan_arena;
	const char *folder = local_folder(&w->here, a, b->folder);
	bool looks_only = w->here.c->flags & ENGINE_LOOK, is_changed = false;
	int rc;

	scan->changed = maildir_changed(w->here.c->paths.mail, folder);
	/* what a death left, not what is being written; and but for a letter
	 * that is gone on with */
	if (!looks_only && w->session->is_first && !session_has_large(w, b))
		maildir_clean(w->here.c->paths.mail, folder);
	rc = local_begin(&w->here, e);
	if (rc == 0)
		rc = local_bind(&w->here, b, a, looks_only, &is_changed, e);
	w->wants_push |= is_changed;
	scan->next_ms = clock_mono_ms() + 100 * (clock_mono_ms() - began);
	return local_end(&w->here, rc, e);
}

/* --- what has changed there
 * ------------------------------------------------------------- */

int
session_is_unchanged(struct worker *w, const struct state_box *b,
	const struct imap_info *s, bool *out, struct err *e)
{
	size_t n;

	*out = false;
	if (!s->uidvalidity)
		return 0;
	if (state_count(w->here.state, b->id, &n, e) < 0)
		return -1;
	n += b->older;
	*out = s->exists == n &&
	       b->keep_months == w->here.config->keep_months &&
	       (n == 0 || (s->modseq && s->modseq == b->modseq &&
				  s->uidvalidity == b->uidvalidity &&
				  s->uidnext == b->uidnext));
	return 0;
}

struct plan_local *
session_plan_local(struct session *s)
{
	struct plan_local *out =
		arena_array(s->plan_arena, s->locals, sizeof *out);

	for (size_t i = 0; i < s->locals; i++)
		out[i] = (struct plan_local){ s->local[i].uid,
			s->local[i].agreed & s->kept,
			s->local[i].flags & s->kept, s->local[i].is_deleted,
			s->local[i].is_confirmed };
	return out;
}

static int
load_local(struct worker *w, const struct state_box *b, struct err *e)
{
	struct session *s = w->session;
	int rc;

	local_lock(&w->here);
	rc = state_messages(
		w->here.state, b->id, s->plan_arena, &s->local, &s->locals, e);
	local_unlock(&w->here);
	return rc;
}

/* The server names what is new and changed, not what is gone (no QRESYNC):
 * leave out of LIST what it has no more. */
static int
leave_gone(struct worker *w, struct plan_remote *list, size_t *n, struct err *e)
{
	struct imap_range *r;
	size_t rs, at = 0, kept = 0;

	if (imap_uids(w->session->imap, w->session->plan_arena, &r, &rs, e) < 0)
		return -1;
	for (size_t i = 0; i < *n; i++) {
		while (at < rs && r[at].last < list[i].uid)
			at++;
		if (at < rs && r[at].first <= list[i].uid)
			list[kept++] = list[i];
	}
	*n = kept;
	return 0;
}

/* From which UID on messages come here: asked for once, and when `keep` has
 * changed (*IS_ANEW). What is older stays on the server. */
static int
keep_from(struct worker *w, struct state_box *b, bool *is_anew, struct err *e)
{
	unsigned months = w->here.config->keep_months;
	int64_t day = clock_wall() - (int64_t)months * MONTH;

	*is_anew = b->keep_months != months;
	if (!*is_anew)
		return 0;
	b->keep_uid = 0;
	b->older = 0;
	if (months &&
		imap_first_since(w->session->imap, day, &b->keep_uid, e) < 0)
		return -1;
	if (months && !b->keep_uid) /* nothing is so young */
		b->keep_uid = w->session->info.uidnext
				      ? w->session->info.uidnext
				      : UINT32_MAX;
	b->keep_months = months;
	b->modseq = 0;
	return state_put_box(w->here.state, b, e);
}

bool
session_stays(const struct state_box *b, uint32_t uid)
{
	return uid < b->keep_uid;
}

/* How many of REMOTE, the server's whole list, stay there. */
static int
count_older(struct worker *w, struct state_box *b,
	const struct plan_remote *remote, size_t n, struct err *e)
{
	const struct session *s = w->session;
	unsigned older = 0;
	size_t l = 0;

	for (size_t i = 0; i < n && session_stays(b, remote[i].uid); i++) {
		while (l < s->locals && s->local[l].uid < remote[i].uid)
			l++;
		older += l == s->locals || s->local[l].uid != remote[i].uid;
	}
	if (older == b->older)
		return 0;
	b->older = older;
	return state_put_box(w->here.state, b, e);
}

int
session_compare(struct worker *w, struct state_box *b, struct plan_remote **out,
	size_t *count_out, struct err *e)
{
	struct session *s = w->session;
	struct imap_changes c = { 0 };
	struct imap_item *item;
	bool is_anew;
	int rc;

	s->selected = 0;
	rc = session_newest(w, b, &c.is_known, e);
	if (rc == 0)
		rc = imap_select_since(s->imap, b->raw, b->uidvalidity,
			b->modseq, s->plan_arena, &c, &s->info, e);
	if (rc < 0 || session_selected(w, b, &s->info, e) < 0 ||
		load_local(w, b, e) < 0 || keep_from(w, b, &is_anew, e) < 0)
		return -1;
	/* the structs are alike: {uid, flags} and {first, last} */
	if (c.is_known) {
		plan_remote_list(s->plan_arena, session_plan_local(s),
			s->locals,
			(const struct plan_remote *)(const void *)c.item,
			c.items,
			(const struct plan_range *)(const void *)c.gone,
			c.gones, out, count_out);
		if (*count_out + b->older > s->info.exists &&
			leave_gone(w, *out, count_out, e) < 0)
			return -1;
		if (*count_out + b->older == s->info.exists && !is_anew)
			return 0;
	}
	if (session_expect(w, FLAGS_BYTES * (uint64_t)s->info.exists, e) < 0 ||
		imap_flags(s->imap, 1, s->plan_arena, &item, count_out, e) < 0)
		return -1;
	*out = (struct plan_remote *)(void *)item;
	if (load_local(w, b, e) < 0)
		return -1;
	return count_older(w, b, *out, *count_out, e);
}

int
session_keep_box(struct worker *w, struct state_box *b, struct err *e)
{
	struct session *s = w->session;

	if (s->is_partial ||
		(b->modseq == s->info.modseq && b->uidnext == s->info.uidnext))
		return 0;
	b->modseq = s->info.modseq;
	b->uidnext = s->info.uidnext;
	return state_put_box(w->here.state, b, e);
}

int
session_distrust(struct worker *w, const struct state_box *b, struct err *e)
{
	struct session *s = w->session;

	for (size_t i = 0; i < s->boxes; i++)
		if (s->box[i].id == b->id)
			s->box[i].modseq = 0;
	s->is_partial |= s->is_open && s->box[s->at].id == b->id;
	return state_distrust(w->here.state, b->id, e);
}
