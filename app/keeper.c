/* SPDX-License-Identifier: GPL-3.0-or-later */
/* keeper - see keeper.h. The index; the outbox stands in keeper_out.c. */
#include "app/keeper_parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "app/letter/evidence.h"
#include "app/letter/known_key.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "mime/message.h"
#include "store/maildir.h"

enum {
	BATCH_MS = 250,
	BATCH_FILES = 250,
	NEIGHBOUR_MS = 15,
	RECHECK_MS = 60000,
	DUE_AT_ONCE = 50,
	PENDING_AT_ONCE = 500,
	ROW_BYTES = 500,
	SENT_TO = 20
};

int
keeper_prepare(struct context *c, struct err *e)
{
	struct index *x = index_open(c->paths.mail, false, e);

	if (!x)
		x = index_open(c->paths.mail, true, e);
	if (!x)
		return -1;
	index_close(&x);
	return 0;
}

/* --- one file
 * ------------------------------------------------------------------- */

/* Tags that follow from the flags in PATH's name and from its folder. */
static void
tags_of(const char *path, struct buf *add, struct buf *remove)
{
	static const struct {
		unsigned flag;
		const char *tag;
	} map[] = { { MAILDIR_ANSWERED, "replied" },
		{ MAILDIR_FLAGGED, "flagged" }, { MAILDIR_DRAFT, "draft" },
		{ MAILDIR_FORWARDED, "passed" } };
	unsigned flags = maildir_flags(path);

	buf_adds(flags & MAILDIR_SEEN ? remove : add, "unread ");
	for (size_t i = 0; i < sizeof map / sizeof *map; i++)
		buf_printf(
			flags & map[i].flag ? add : remove, "%s ", map[i].tag);
	if (str_eq(maildir_folder(path), STR("INBOX")))
		buf_adds(add, "inbox ");
}

static void
post_verify(struct keeper *k, const char *path, const char *id, bool again)
{
	struct msg *m;

	if (k->c->flags & ENGINE_NO_VERIFY)
		return;
	m = msg_new(MSG_VERIFY);
	m->u.verdict.path = arena_strdup(m->arena, path);
	m->u.verdict.id = arena_strdup(m->arena, id);
	m->u.verdict.is_again = again;
	context_post(k->c, m);
}

/* What lists show of the message, read by our own parser. */
static int
keep_row(struct keeper *k, struct arena *a, const char *path, const char *id,
	struct err *e)
{
	struct receipts_row row = { "", "", "" };
	struct message *m;
	struct str map;
	char full[8300];

	snprintf(full, sizeof full, "%s/%s", k->c->paths.mail, path);
	if (!k->receipts || file_map(full, LIMIT_MESSAGE, &map, e) < 0)
		return 0; /* moved meanwhile: the index's words serve */
	m = message_read_header(a, str_sub(map, 0, LIMIT_HEADER_BLOCK), NULL);
	row.subject = arena_cstr(a, str_sub(m->subject, 0, ROW_BYTES));
	if (m->from.count) {
		row.name = arena_cstr(
			a, str_sub(m->from.item[0].name, 0, ROW_BYTES));
		row.address = arena_cstr(
			a, str_sub(m->from.item[0].addr, 0, ROW_BYTES));
	}
	if (*row.address && receipts_contact(k->receipts, row.address, row.name,
				    false, m->date, e) < 0) {
		file_unmap(&map);
		return -1;
	}
	/* who was written to is known; where one is looked for, a look-alike */
	for (size_t i = 0; str_eq(maildir_folder(path), STR("Sent")) &&
			   i < m->to.count && i < SENT_TO;
		i++)
		if (receipts_contact(k->receipts,
			    arena_cstr(a, m->to.item[i].addr),
			    arena_cstr(a, m->to.item[i].name), true, m->date,
			    e) < 0) {
			file_unmap(&map);
			return -1;
		}
	file_unmap(&map);
	return receipts_put_row(k->receipts, id, &row, e);
}

static int
add_file(struct keeper *k, struct arena *a, const char *path, bool verify,
	struct err *e)
{
	struct buf add, remove;
	const char *id;
	bool is_new;
	int rc;

	if (index_add(k->index, a, path, &id, &is_new, e) < 0) {
		if (e->class != ERR_MESSAGE)
			return -1;
		/* one file that is no message must not stop the others */
		log_write(LOG_WARN, "index", "%s", e->text);
		return 0;
	}
	buf_init(&add, 1000);
	buf_init(&remove, 1000);
	tags_of(path, &add, &remove);
	rc = index_tag(
		k->index, id, buf_c(&add), is_new ? "" : buf_c(&remove), e);
	if (rc == 0 && is_new)
		rc = index_properties(k->index, id,
			&(struct index_property){ "auth.verdict", "pending" },
			1, e);
	buf_fini(&add);
	buf_fini(&remove);
	if (rc == 0 && is_new)
		rc = keep_row(k, a, path, id, e);
	if (rc == 0 && is_new && verify)
		post_verify(k, path, id, false);
	return rc;
}

static int
rename_file(struct keeper *k, struct arena *a, const struct msg_change *ch,
	size_t i, struct err *e)
{
	struct buf add, remove;
	const char *id;
	bool is_new;
	int rc;

	/* added first: a message keeps its tags while it has a file */
	rc = index_add(k->index, a, ch->path[i], &id, &is_new, e);
	if (rc == 0 && strcmp(ch->old[i], ch->path[i]) != 0)
		rc = index_remove(k->index, ch->old[i], e);
	if (rc < 0 && e->class == ERR_MESSAGE) {
		log_write(LOG_WARN, "index", "%s", e->text);
		return 0;
	}
	buf_init(&add, 2000);
	buf_init(&remove, 2000);
	tags_of(ch->path[i], &add, &remove);
	buf_adds(&add, ch->add ? ch->add : "");
	buf_adds(&remove, ch->remove ? ch->remove : "");
	if (!str_eq(maildir_folder(ch->path[i]), STR("INBOX")))
		buf_adds(&remove, " inbox");
	if (rc == 0)
		rc = index_tag(k->index, id, buf_c(&add), buf_c(&remove), e);
	buf_fini(&add);
	buf_fini(&remove);
	if (rc == 0 && is_new) {
		rc = keep_row(k, a, ch->path[i], id, e);
		post_verify(k, ch->path[i], id, false);
	}
	return rc;
}

/* --- folders as they are on disk
 * --------------------------------------------------- */

static int64_t
folder_mtime(struct keeper *k, const char *folder)
{
	char path[4096];
	struct stat st;

	snprintf(path, sizeof path, "%s/%s/cur", k->c->paths.mail, folder);
	return stat(path, &st) == 0 ? (int64_t)st.st_mtime : 0;
}

static int
begin_batch(struct keeper *k, struct err *e)
{
	k->index = index_open(k->c->paths.mail, true, e);
	if (!k->index || index_begin(k->index, e) < 0)
		return -1;
	return k->receipts ? receipts_begin(k->receipts, e) : 0;
}

static int
end_batch(struct keeper *k, struct err *e)
{
	int rc = k->receipts ? receipts_commit(k->receipts, e) : 0;

	if (rc == 0)
		rc = index_commit(k->index, e);
	index_close(&k->index);
	return rc;
}

/* Close the batch when it has taken its time, and begin the next. */
static int
breathe(struct keeper *k, int64_t *end, struct err *e)
{
	if (clock_mono_ms() < *end)
		return 0;
	if (end_batch(k, e) < 0)
		return -1;
	context_changed(k->c);
	if (begin_batch(k, e) < 0)
		return -1;
	*end = clock_mono_ms() + BATCH_MS;
	return 0;
}

static int
add_new(struct keeper *k, const char *folder, bool *changed, struct err *e)
{
	struct arena *a = arena_new();
	int64_t end = clock_mono_ms() + BATCH_MS;
	const char **news, **gone;
	size_t nn = 0, ng = 0;
	int rc = index_scan(
		k->index, a, folder, false, &news, &nn, &gone, &ng, e);

	for (size_t i = 0; i < nn && rc == 0; i++) {
		/* verified when all are known: who writes often tells a
		 * look-alike (recheck) */
		rc = add_file(k, a, news[i], false, e);
		if (rc == 0)
			rc = breathe(k, &end, e);
		if (rc == 0 && i % 250 == 249)
			context_progress(k->c, NULL, (unsigned)i, (unsigned)nn,
				"%s: %zu / %zu", folder, i + 1, nn);
		if (atomic_load(&k->c->stopping))
			break;
	}
	if (nn > 250)
		context_progress(k->c, NULL, 1, 1, "%s", folder);
	*changed |= nn > 0;
	arena_free(&a);
	return rc;
}

static int
remove_gone(struct keeper *k, const char *folder, bool *changed, struct err *e)
{
	struct arena *a = arena_new();
	int64_t mtime = folder_mtime(k, folder);
	const char **news, **gone;
	size_t nn = 0, ng = 0;
	int rc = index_scan(
		k->index, a, folder, false, &news, &nn, &gone, &ng, e);

	for (size_t i = 0; i < ng && rc == 0; i++)
		rc = index_remove(k->index, gone[i], e);
	/* a directory that changed within this second may change again */
	if (rc == 0 && mtime && mtime < clock_wall() - 1 &&
		!atomic_load(&k->c->stopping) && nn == 0)
		rc = index_scanned(k->index, folder, mtime, e);
	*changed |= ng > 0;
	arena_free(&a);
	return rc;
}

static int
scan_account(
	struct keeper *k, const char *account, bool *changed, struct err *e)
{
	struct arena *a = arena_new();
	const char **names;
	size_t n;
	int rc = maildir_list(k->c->paths.mail, account, a, &names, &n, e);

	/* added in all folders before anything is removed in one: a file that
	 * was renamed or moved keeps its message's tags */
	for (size_t i = 0; i < n && rc == 0; i++)
		rc = add_new(k, arena_printf(a, "%s/%s", account, names[i]),
			changed, e);
	for (size_t i = 0; i < n && rc == 0; i++)
		rc = remove_gone(k, arena_printf(a, "%s/%s", account, names[i]),
			changed, e);
	arena_free(&a);
	return rc;
}

/* --- messages
 * ------------------------------------------------------------------------ */

/* The words of the property auth.alert: "any" and each kind once. */
static void
alert_words(struct buf *out, const struct verdict *v)
{
	if (row_has_alert(v))
		buf_adds(out, "any");
	for (size_t i = 0; i < v->alerts; i++)
		buf_printf(out, " %s", verdict_alert_name(v->alert[i].kind));
}

/* When a temporary error is tried again: 1 min, 10 min, 1 h, then daily for 5
 * days; 0: no more. */
static int64_t
retry_time(int64_t now, int tries)
{
	static const int64_t wait[] = { 60, 600, 3600, 86400, 86400, 86400,
		86400, 86400 };

	return tries < (int)(sizeof wait / sizeof *wait) ? now + wait[tries]
							 : 0;
}

/* A key that is another than before is an alert of the letter's. */
static int
note_keys(struct keeper *k, struct msg *m, const struct verdict *was,
	struct err *e)
{
	struct buf json;
	bool added;

	if (known_key_check(
		    k->receipts, m->arena, m->u.verdict.verdict, &added, e) < 0)
		return -1;
	if (!known_key_carry(m->arena, was, m->u.verdict.verdict) && !added)
		return 0;
	buf_init(&json, 4 << 20);
	evidence_write(&json, m->u.verdict.verdict, NULL);
	m->u.verdict.json = arena_cstr(m->arena, buf_str(&json));
	buf_fini(&json);
	return 0;
}

static int
keep_verdict(struct keeper *k, struct msg *m, struct err *e)
{
	struct verdict *v = m->u.verdict.verdict, *was = NULL;
	const char *id = m->u.verdict.id, *old = NULL;
	int64_t now = clock_wall();
	struct index_property p[] = { { "auth.verdict", "" },
		{ "auth.alert", "" }, { "auth.server", "" } };
	struct buf alerts;
	int tries = 0, rc;

	if (k->receipts &&
		receipts_get(k->receipts, id, m->arena, &old, &tries, e) < 0)
		return -1;
	/* a later missing key never turns a verified message red, neither
	 * here nor on the screen, which is told what stands */
	if (old && m->u.verdict.is_again) {
		was = evidence_read(m->arena, str_c(old), e);
		if (was && evidence_stands(was, v)) {
			m->u.verdict.json = old;
			return 0;
		}
	}
	if (k->receipts && note_keys(k, m, was, e) < 0)
		return -1;
	buf_init(&alerts, 1000);
	alert_words(&alerts, v);
	p[0].value = verdict_state_name(v->state);
	p[1].value = buf_c(&alerts);
	p[2].value = v->is_server_only ? "only" : "";
	rc = index_properties(k->index, id, p, 3, e);
	buf_fini(&alerts);
	if (rc == 0 && k->receipts)
		rc = receipts_put(k->receipts, id, m->u.verdict.json,
			v->checked_at, v->is_final ? 0 : retry_time(now, tries),
			tries + 1, e);
	return rc;
}

/* Tell the screen; the verdict's arena goes along. */
static void
tell_verdict(struct keeper *k, struct msg *m)
{
	struct msg *ev = msg_new(MSG_VERDICT);
	struct err e;

	ev->u.verdict.id = arena_strdup(ev->arena, m->u.verdict.id);
	ev->u.verdict.path = arena_strdup(ev->arena, m->u.verdict.path);
	ev->u.verdict.verdict =
		evidence_read(ev->arena, str_c(m->u.verdict.json), &e);
	if (ev->u.verdict.verdict)
		context_post(k->c, ev);
	else
		msg_free(&ev);
}

/* One message of the index within the open batch. */
static int
apply(struct keeper *k, struct msg *m, bool *changed, struct err *e)
{
	const struct msg_change *ch = &m->u.change;
	int rc = 0;

	switch (m->kind) {
	case MSG_ARRIVED:
		for (size_t i = 0; i < ch->count && rc == 0; i++)
			rc = add_file(k, m->arena, ch->path[i], true, e);
		*changed = true;
		break;
	case MSG_RENAMED:
		for (size_t i = 0; i < ch->count && rc == 0; i++)
			rc = rename_file(k, m->arena, ch, i, e);
		*changed = true;
		break;
	case MSG_REMOVED:
		for (size_t i = 0; i < ch->count && rc == 0; i++)
			rc = index_remove(k->index, ch->path[i], e);
		*changed = true;
		break;
	case MSG_VERIFIED:
		rc = keep_verdict(k, m, e);
		if (rc == 0)
			tell_verdict(k, m);
		/* a list may have been read before this was written */
		*changed = true;
		break;
	case MSG_SCAN:
		rc = scan_account(
			k, k->c->config->account[m->account].name, changed, e);
		break;
	default:
		break;
	}
	return rc;
}

static bool
is_for_index(enum msg_kind kind)
{
	return kind == MSG_ARRIVED || kind == MSG_RENAMED ||
	       kind == MSG_REMOVED || kind == MSG_VERIFIED || kind == MSG_SCAN;
}

/* Verify what is due again or was never verified. */
static void
recheck(struct keeper *k, bool with_pending)
{
	struct arena *a = arena_new();
	const char **id, **path;
	struct index *x;
	struct err e;
	size_t n = 0, paths;

	k->next_recheck_ms = clock_mono_ms() + RECHECK_MS;
	x = index_open(k->c->paths.mail, false, &e);
	if (!x)
		goto out;
	for (unsigned at = 0; with_pending; at += PENDING_AT_ONCE) {
		struct index_page p;

		if (index_search(x, a, "verdict:pending", NULL, at,
			    PENDING_AT_ONCE, false, &p, &e) < 0 ||
			p.rows == 0)
			break;
		for (size_t i = 0; i < p.rows; i++)
			post_verify(k, p.row[i].path, p.row[i].id, false);
	}
	if (k->receipts && receipts_due(k->receipts, clock_wall(), DUE_AT_ONCE,
				   a, &id, &n, &e) == 0)
		for (size_t i = 0; i < n; i++) {
			if (index_paths(x, a, id[i], &path, &paths, &e) < 0)
				continue;
			if (paths)
				post_verify(k, path[0], id[i], true);
			else if (receipts_give_up(k->receipts, id[i], &e) < 0)
				break; /* deleted: not in others' way */
		}
	index_close(&x);
out:
	arena_free(&a);
}

static void
other_message(struct keeper *k, struct msg *m)
{
	switch (m->kind) {
	case MSG_RECHECK:
		recheck(k, true);
		context_end(k->c, m, NULL);
		break;
	case MSG_OUT_QUEUE:
		keeper_out_queue(k, m);
		break;
	case MSG_OUT_LIST:
		keeper_out_list(k, m);
		break;
	case MSG_OUT_CANCEL:
		keeper_out_cancel(k, m);
		break;
	case MSG_OUT_RESOLVE:
		keeper_out_resolve(k, m);
		break;
	case MSG_OUT_FLUSH:
		(void)keeper_out_due(k, true);
		context_end(k->c, m, NULL);
		break;
	case MSG_SENT:
		keeper_out_sent(k, m);
		break;
	case MSG_FILED:
		keeper_out_filed(k, m);
		break;
	default:
		break;
	}
}

/* Index FIRST and what else waits for the index, in one session. Returns the
 * message that ended it because it is for something else, or NULL. */
static struct msg *
batch(struct keeper *k, struct msg *first)
{
	int64_t end = clock_mono_ms() + BATCH_MS;
	struct msg *m = first;
	bool changed = false;
	struct err e = { 0 };
	int rc;

	/* nobody may take the program for idle before the screen is told */
	atomic_fetch_add(&k->c->busy, 1);
	rc = begin_batch(k, &e);
	for (size_t files = 0; m && is_for_index(m->kind);) {
		if (rc == 0)
			rc = apply(k, m, &changed, &e);
		if (rc < 0 && m->id)
			context_fail(k->c, m, &e);
		else if (m->id)
			context_end(k->c, m, NULL);
		files += m->u.change.count;
		context_done(k->c, &m);
		/* a commit costs more than a short wait for its neighbours */
		if (clock_mono_ms() < end && files < BATCH_FILES)
			m = msg_of(queue_wait(k->c->keeper, NEIGHBOUR_MS));
	}
	if (rc == 0)
		rc = end_batch(k, &e);
	if (rc < 0) {
		struct msg *f = msg_new(MSG_FAILED);

		if (k->receipts)
			receipts_rollback(k->receipts);

		log_write(LOG_ERROR, "index", "%s", e.text);
		f->err = e;
		context_post(k->c, f);
	}
	index_close(&k->index);
	if (changed)
		context_changed(k->c);
	atomic_fetch_sub(&k->c->busy, 1);
	return m;
}

static void
first_scan(struct keeper *k)
{
	for (size_t i = 0; i < k->c->config->accounts; i++) {
		struct msg *m = msg_new(MSG_SCAN);

		m->account = (int)i;
		context_post(k->c, m);
	}
	context_post(k->c, msg_new(MSG_RECHECK));
}

/* The inbox is closed: what tells of letters on their way is still written
 * down; the rest is found again at the next start. */
static void
last_words(struct keeper *k)
{
	struct msg *m;

	while ((m = msg_of(queue_take(k->c->keeper)))) {
		if (m->kind == MSG_SENT || m->kind == MSG_FILED)
			other_message(k, m);
		context_done(k->c, &m);
	}
}

void *
keeper_run(void *arg)
{
	struct keeper k = { .c = arg };
	struct arena *a = arena_new();
	struct err e;

	k.outbox = outbox_open(
		arena_printf(a, "%s/outbox", k.c->paths.data), true, &e);
	if (!k.outbox)
		log_write(LOG_ERROR, "outbox", "%s", e.text);
	k.receipts = receipts_open(
		arena_printf(a, "%s/receipts.db", k.c->paths.data), &e);
	if (!k.receipts)
		log_write(LOG_ERROR, "receipts", "%s", e.text);
	first_scan(&k);
	keeper_out_resume(&k);
	atomic_fetch_sub(&k.c->busy, 1); /* the start, counted by engine.c */
	k.next_recheck_ms = clock_mono_ms() + RECHECK_MS;
	while (!queue_is_closed(k.c->keeper)) {
		int due = keeper_out_due(&k, false);
		struct msg *m;

		if (due < 0 || due > RECHECK_MS)
			due = RECHECK_MS;
		m = msg_of(queue_wait(k.c->keeper, due));
		if (clock_mono_ms() >= k.next_recheck_ms)
			recheck(&k, false);
		if (m && is_for_index(m->kind))
			m = batch(&k, m);
		if (!m)
			continue;
		other_message(&k, m);
		context_done(k.c, &m);
	}
	last_words(&k);
	outbox_close(&k.outbox);
	receipts_close(&k.receipts);
	arena_free(&a);
	return NULL;
}
