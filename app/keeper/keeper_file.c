/* SPDX-License-Identifier: GPL-3.0-or-later */
/* keeper_file - one file into the index, with its tags, row and verdict. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "app/keeper/keeper_parts.h"
#include "app/letter/evidence.h"
#include "app/letter/known_key.h"
#include "app/local/local.h"
#include "app/local/tag.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "mime/message.h"
#include "store/index_other.h"
#include "store/maildir.h"

enum { ROW_BYTES = 500, SENT_TO = 20 };

/* Tags that follow from the flags in PATH's name and from its folder. */
static void
tags_of(struct keeper *k, const char *path, struct buf *add, struct buf *remove)
{
	tag_of_path(k->c, path, add, remove);
	/* in the user's database new.tags say it */
	if (!k->c->paths.theirs && str_eq(maildir_folder(path), STR("INBOX")))
		buf_adds(add, "inbox ");
}

/* Is "inbox" to go from the letter PATH, which was OLD? In the user's database
 * it is a tag like others, and goes where the letter leaves its folder. */
static bool
leaves_inbox(const struct keeper *k, const char *old, const char *path)
{
	if (str_eq(maildir_folder(path), STR("INBOX")))
		return false;
	return !k->c->paths.theirs ||
	       (old && str_eq(maildir_folder(old), STR("INBOX")));
}

/* The number of the account of PATH, -1: it has no server that could have more
 * of a letter. */
static int
account_of(const struct keeper *k, const char *path)
{
	struct str name = maildir_account(path);
	const struct config *c = k->c->config;

	for (size_t i = 0; i < c->accounts && i < ACCOUNTS_MAX; i++)
		if (str_eq(name, str_c(c->account[i].name)))
			return local_has_server(&c->account[i]) ? (int)i : -1;
	return -1;
}

/* The state of account I, NULL where it cannot be opened. */
static struct state *
state_of(struct keeper *k, int i)
{
	char db[4200];
	struct err e;

	if (!k->state[i]) {
		snprintf(db, sizeof db, "%s/%s.db", k->c->paths.state,
			k->c->config->account[i].name);
		k->state[i] = state_open(db, &e);
	}
	return k->state[i];
}

enum state_here
keeper_here(struct keeper *k, const char *path)
{
	int i = account_of(k, path);
	struct state *s = i < 0 ? NULL : state_of(k, i);
	struct state_missing m;
	struct arena *a;
	struct err e;

	if (!s)
		return i < 0 ? STATE_WHOLE : STATE_PARTS;
	if (!k->was_asked[i]) {
		const struct config_account *c = &k->c->config->account[i];

		k->was_asked[i] = true;
		k->is_all_whole[i] = !c->keep_headers && !c->attachments &&
				     state_has_missing(s, &e) == 0;
	}
	if (k->is_all_whole[i])
		return STATE_WHOLE;
	a = arena_new();
	if (state_missing(s, arena_cstr(a, maildir_base(path)), a, &m, &e) < 0)
		m.here = STATE_PARTS;
	arena_free(&a);
	return m.here;
}

bool
keeper_post_verify(struct keeper *k, const char *path, const char *id,
	uint64_t serial, bool again)
{
	struct msg *m;

	if (k->c->flags & ENGINE_NO_VERIFY)
		return true;
	/* a signature over what is not here would fail: it waits */
	if (keeper_here(k, path) != STATE_WHOLE)
		return false;
	m = msg_new(MSG_VERIFY);
	m->u.verdict.path = arena_strdup(m->arena, path);
	m->u.verdict.id = arena_strdup(m->arena, id);
	m->u.verdict.serial = serial;
	m->u.verdict.is_again = again;
	context_post(k->c, m);
	return true;
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
	alike_note(k);
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

/* The verdict of M has changed. */
static void
write_json(struct msg *m)
{
	struct buf json;

	buf_init(&json, 4 << 20);
	evidence_write(&json, m->u.verdict.verdict, NULL);
	m->u.verdict.json = arena_cstr(m->arena, buf_str(&json));
	buf_fini(&json);
}

/* A key that is another than before is an alert of the letter's. */
static int
note_keys(struct keeper *k, struct msg *m, const struct verdict *was,
	struct err *e)
{
	bool added;

	if (known_key_check(
		    k->receipts, m->arena, m->u.verdict.verdict, &added, e) < 0)
		return -1;
	if (evidence_carry_alerts(
		    m->arena, was, ALERT_KEY_CHANGED, m->u.verdict.verdict) ||
		added)
		write_json(m);
	return 0;
}

/* What the index is told of a verdict. */
struct properties {
	struct index_property p[4];
	struct buf alerts;
};

static int
judge(struct keeper *k, struct msg *m, const struct verdict *was,
	struct properties *p, struct err *e)
{
	const struct verdict *v = m->u.verdict.verdict;

	if (k->receipts && note_keys(k, m, was, e) < 0)
		return -1;
	buf_init(&p->alerts, 1000);
	alert_words(&p->alerts, v);
	p->p[0] = (struct index_property){ "auth.verdict",
		verdict_state_name(v->state) };
	p->p[1] = (struct index_property){ "auth.alert", buf_c(&p->alerts) };
	p->p[2] = (struct index_property){ "auth.server",
		v->is_server_only ? "only" : "" };
	return 0;
}

static int
keep_receipt(struct keeper *k, const struct msg *m, const char *id, int tries,
	struct err *e)
{
	const struct verdict *v = m->u.verdict.verdict;

	if (!k->receipts)
		return 0;
	return receipts_put(k->receipts, id, m->u.verdict.json, v->checked_at,
		v->is_final ? 0 : retry_time(clock_wall(), tries), tries + 1,
		e);
}

int
keeper_verdict(struct keeper *k, struct msg *m, struct err *e)
{
	struct verdict *was = NULL;
	const char *id = m->u.verdict.id, *old = NULL;
	struct properties p;
	int tries = 0, rc;

	if (k->receipts &&
		receipts_get(k->receipts, id, m->arena, &old, &tries, e) < 0)
		return -1;
	/* a later missing key never turns a verified message red, neither
	 * here nor on the screen, which is told what stands */
	if (old && m->u.verdict.is_again) {
		was = evidence_read(m->arena, str_c(old), e);
		if (was && evidence_stands(was, m->u.verdict.verdict)) {
			struct verdict *again = m->u.verdict.verdict;

			m->u.verdict.verdict = was;
			m->u.verdict.json = old;
			/* that it looks like somebody may show later alone */
			if (!evidence_carry_alerts(
				    m->arena, again, ALERT_LOOKALIKE, was))
				return 0;
			write_json(m);
			was = NULL;
		}
	}
	if (judge(k, m, was, &p, e) < 0)
		return -1;
	rc = index_properties(k->index, id, p.p, 3, e);
	buf_fini(&p.alerts);
	return rc == 0 ? keep_receipt(k, m, id, tries, e) : rc;
}

/* Index PATH, which was OLD (or NULL), with the tags of its name and folder and
 * those of MORE, and the verdict that VERIFIED (or NULL) brings. */
static int
add(struct keeper *k, struct arena *a, const char *old, const char *path,
	const struct msg_change *more, struct msg *verified, const char **id,
	bool *is_new, struct err *e)
{
	struct properties p = { { { "auth.verdict", "pending" } }, { 0 } };
	struct index_words words = { .property = p.p,
		.properties = verified ? 3 : 1 };
	enum state_here here = keeper_here(k, path);
	struct buf add, remove, keywords, none;
	int rc = verified ? judge(k, verified, NULL, &p, e) : 0;

	if (rc < 0)
		return -1;
	if (here != STATE_WHOLE)
		p.p[words.properties++] =
			(struct index_property){ "letter.here",
				here == STATE_HEADERS ? "headers" : "parts" };
	buf_init(&add, 16000);
	buf_init(&remove, 16000);
	tags_of(k, path, &add, &remove);
	if (more) {
		buf_adds(&add, more->add ? more->add : "");
		buf_adds(&remove, more->remove ? more->remove : "");
		if (leaves_inbox(k, old, path))
			buf_adds(&remove, " inbox");
	}
	buf_init(&keywords, 8000);
	buf_init(&none, 8000);
	if (k->c->paths.theirs)
		tag_of_flags(k->c, tag_account(k->c, path), maildir_flags(path),
			~(MAILDIR_KEYWORD - 1u), &keywords, &none);
	words.keywords = buf_c(&keywords);
	words.add = buf_c(&add);
	words.remove = buf_c(&remove);
	rc = old ? index_rename(k->index, a, old, path, &words, id, is_new, e)
		 : index_add(k->index, a, path, &words, id, is_new, e);
	buf_fini(&add);
	buf_fini(&remove);
	buf_fini(&keywords);
	buf_fini(&none);
	if (verified)
		buf_fini(&p.alerts);
	return rc;
}

/* What the new message ID, whose file is PATH, was tagged with elsewhere. */
static int
take_tags(struct keeper *k, const char *path, const char *id, struct err *e)
{
	char full[8300];
	struct buf tags;
	int rc = 0;

	if (!k->other)
		return 0;
	snprintf(full, sizeof full, "%s/%s", k->c->paths.mail, path);
	buf_init(&tags, 16000);
	index_other_tags(k->other, full, id, &tags);
	if (tags.n)
		rc = index_tag(k->index, id, buf_c(&tags), "", e);
	buf_fini(&tags);
	return rc;
}

int
keeper_add(struct keeper *k, struct arena *a, const char *path,
	struct msg *verified, const char **id, struct err *e)
{
	bool is_new = false;
	int rc = add(k, a, NULL, path, NULL, verified, id, &is_new, e);

	if (rc < 0 && e->class == ERR_MESSAGE) {
		/* one file that is no message must not stop the others */
		log_write(LOG_WARN, "index", "%s", e->text);
		rc = 0;
	}
	if (rc < 0)
		return -1;
	if (!is_new) {
		*id = NULL;
		return 0;
	}
	rc = take_tags(k, path, *id, e);
	if (rc == 0)
		rc = keep_row(k, a, path, *id, e);
	return rc == 0 && verified ? keep_receipt(k, verified, *id, 0, e) : rc;
}

/* PATH of this batch is done with when the batch is written. */
static void
note_completed(struct keeper *k, const char *path)
{
	const char **more;

	if (!k->completed)
		k->completed = arena_new();
	more = arena_array(k->completed, k->dones + 1, sizeof *more);
	if (k->dones)
		memcpy(more, k->done, k->dones * sizeof *more);
	more[k->dones++] = arena_strdup(k->completed, path);
	k->done = more;
}

int
keeper_completed(
	struct keeper *k, struct arena *a, const char *path, struct err *e)
{
	static const struct index_property whole = { "letter.here", "" };
	const char *id;
	int rc = index_again(k->index, a, path, &whole, 1, &id, e);

	if (rc < 0 && e->class == ERR_MESSAGE) {
		log_write(LOG_WARN, "index", "%s", e->text);
		return 0;
	}
	if (rc < 0 || !*id) /* not indexed yet: then it is read whole */
		return rc;
	(void)keeper_post_verify(k, path, id, 0, false);
	note_completed(k, path);
	return 0;
}

void
keeper_forget_completed(struct keeper *k, bool written)
{
	for (size_t i = 0; i < k->dones && written; i++) {
		int account = account_of(k, k->done[i]);
		struct state *s = account < 0 ? NULL : state_of(k, account);
		struct str base = maildir_base(k->done[i]);
		struct err e;

		/* else the next start has it read once more */
		if (s && state_drop_complete(
				 s, arena_cstr(k->completed, base), &e) < 0)
			log_write(LOG_WARN, "index", "%s", e.text);
	}
	k->dones = 0;
	if (k->completed)
		arena_reset(k->completed);
}

int
keeper_rename(struct keeper *k, struct arena *a, const struct msg_change *ch,
	size_t i, struct err *e)
{
	const char *id, *path = ch->path[i],
			*old = stray_take(k, a, ch->old[i]);
	bool is_new;
	int rc = add(k, a, old, path, ch, NULL, &id, &is_new, e);

	if (rc < 0 && e->class == ERR_MESSAGE) {
		if (access(arena_printf(a, "%s/%s", k->c->paths.mail, path),
			    F_OK) < 0)
			stray_add(k, path, old);
		else
			log_write(LOG_WARN, "index", "%s", e->text);
		return 0;
	}
	if (rc == 0 && is_new) {
		rc = keep_row(k, a, path, id, e);
		(void)keeper_post_verify(k, path, id, 0, false);
	}
	return rc;
}
