/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fetching: see session_parts.h */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/local/fresh.h"
#include "app/sync/session_parts.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "mime/message.h"
#include "store/maildir.h"

/* Each range costs a round trip, and a server may mix the answers of two that
 * are in flight: so one at a time, each larger than the last. The first is
 * small, so that the newest letters are there at once. What has come is made
 * durable in batches within a range; each costs a sync. */
enum {
	FETCH_FIRST = 50,
	FETCH_GROWTH = 5,
	FETCH_MOST = 1000,
	BATCH = 250,
	BATCH_BYTES = 16 << 20,
	BAD_TIMES = 2,
	BAD_MS = 3600 * 1000,
	LETTER_BYTES = 16 << 10, /* of one, before it is known */
	COMPRESS_FROM = 1 << 20
};

struct sink {
	struct worker *w;
	struct state_box *box;
	struct maildir_batch *batch;
	struct state_message got[BATCH];
	size_t count, came;    /* in the batch; in all */
	size_t copies;         /* that were here */
	size_t bytes;          /* of the batch */
	uint64_t raw;          /* of the letter that is coming */
	char tail[LARGE_JOIN]; /* its last bytes */
	size_t tails;
	struct arena *a;               /* of the range */
	struct state_missing *missing; /* of those in the batch; .here WHOLE
					  mostly */
	struct state_missing now;      /* of the letter that is coming */
	bool *has_come;                /* of the range, by its UIDs: */
	const uint32_t *uid;
	size_t uids;
	uint64_t all;   /* of the letters that came */
	bool is_newest; /* the newest: listed before they are indexed */
	struct err *e;
};

static int commit_batch(struct sink *k, struct err *e);

static int
sink_begin(void *ctx)
{
	struct sink *k = ctx;

	k->raw = 0;
	k->tails = 0;
	return maildir_open(k->batch, k->e);
}

static void
sink_size(void *ctx, uint32_t octets)
{
	((struct sink *)ctx)->now.size = octets;
}

static int
sink_data(void *ctx, struct str bytes)
{
	struct sink *k = ctx;

	k->bytes += bytes.n;
	k->all += bytes.n;
	k->raw += bytes.n;
	session_note_tail(k->tail, &k->tails, bytes);
	return maildir_write_lines(k->batch, bytes, k->e);
}

static void
has_come(struct sink *k, uint32_t uid)
{
	k->came++;
	for (size_t i = 0; i < k->uids; i++)
		k->has_come[i] |= k->uid[i] == uid;
}

/* The letter that has come is so long that there may be more of it: it leaves
 * the batch. */
static int
set_aside(struct sink *k, uint32_t uid, unsigned flags)
{
	struct maildir_batch *own = maildir_split(k->batch, k->e);

	if (!own)
		return -1;
	session_add_large(k->w, k->box, uid, flags, own, k->raw,
		(struct str){ k->tail, k->tails });
	has_come(k, uid);
	return 0;
}

static int
sink_end(void *ctx, uint32_t uid, unsigned flags)
{
	struct sink *k = ctx;
	const char *base;

	if (k->now.here == STATE_WHOLE && k->raw == IMAP_PIECE)
		return set_aside(k, uid, flags);
	if (maildir_end(k->batch, flags & ~(unsigned)IMAP_DELETED, uid, &base,
		    k->e) < 0)
		return -1;
	k->missing[k->count] = k->now;
	k->missing[k->count].base = base;
	k->now.size = 0;
	k->got[k->count++] = (struct state_message){ .uid = uid,
		.base = base,
		.agreed = flags & ~(unsigned)IMAP_DELETED,
		.flags = flags & ~(unsigned)IMAP_DELETED };
	has_come(k, uid);
	/* a few large letters are a batch too */
	return k->count < BATCH && k->bytes < BATCH_BYTES
		       ? 0
		       : commit_batch(k, k->e);
}

static void
begin_batch(struct sink *k)
{
	struct arena *a = arena_new();

	k->batch = maildir_begin(k->w->here.c->paths.mail,
		local_folder(&k->w->here, a, k->box->folder));
	k->count = k->bytes = 0;
	arena_free(&a);
}

/* Is the file PATH still there, with whatever flags? */
static bool
is_there(const struct worker *w, const char *path)
{
	struct err ignored;
	struct buf now;
	bool out;

	buf_init(&now, 4096);
	out = maildir_find(w->here.c->paths.mail, path, &now, &ignored) == 0;
	buf_fini(&now);
	return out;
}

/* The rows of the batch, whose files are at PATH, in one transaction. */
static int
write_rows(struct sink *k, struct arena *a, const char **path, size_t n,
	const char **kept, size_t *keeps, struct err *e)
{
	struct worker *w = k->w;
	bool has_lost = false;
	int rc = local_begin(&w->here, e);

	if (rc == 0)
		rc = local_has_lost(&w->here, k->box, &has_lost, e);
	for (size_t i = 0; i < n && rc == 0; i++) {
		bool adopted = false;

		/* the index may have found it, and the user moved it: then
		 * local_know has seen to it */
		if (!is_there(w, path[i]))
			continue;
		rc = has_lost ? local_take(&w->here, k->box, a, path[i],
					k->missing[i].here, &k->got[i],
					&adopted, e)
			      : state_put_message(w->here.state, k->box->id,
					&k->got[i], e);
		if (!adopted)
			kept[(*keeps)++] = path[i];
	}
	return local_end(&w->here, rc, e);
}

/* What is not wholly here, before its file is: a death must not make a letter
 * of what is none. */
static int
write_missing(struct sink *k, struct err *e)
{
	struct worker *w = k->w;
	bool is_any = false;
	int rc;

	for (size_t i = 0; i < k->count; i++)
		is_any |= k->missing[i].here != STATE_WHOLE;
	if (!is_any)
		return 0;
	rc = local_begin(&w->here, e);
	for (size_t i = 0; i < k->count && rc == 0; i++)
		if (k->missing[i].here != STATE_WHOLE)
			rc = state_put_missing(
				w->here.state, &k->missing[i], e);
	return local_end(&w->here, rc, e);
}

/* The batch onto the disk, its rows; then the keeper is told, and the next
 * begins. */
static int
commit_batch(struct sink *k, struct err *e)
{
	struct arena *a = arena_new();
	const char **path, **kept;
	size_t n, keeps = 0;
	int rc = write_missing(k, e);

	if (rc == 0)
		rc = maildir_commit(k->batch, &path, &n, e);
	kept = arena_array(a, k->count + 1, sizeof *kept);
	if (rc == 0)
		rc = write_rows(k, a, path, n, kept, &keeps, e);
	if (rc == 0 && keeps) {
		/* what the user does to a row, the keeper is to hear of later
		 * than of the letter */
		local_lock(&k->w->here);
		if (k->is_newest)
			fresh_add(k->w->here.c, kept, keeps);
		local_arrived(&k->w->here, kept, keeps);
		local_unlock(&k->w->here);
		if (k->is_newest)
			context_changed(k->w->here.c);
	}
	if (rc == 0) {
		maildir_free(&k->batch);
		begin_batch(k);
	}
	arena_free(&a);
	return rc;
}

static int
by_number(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

/* --- letters that do not come
 * -------------------------------------------------------- */

bool
session_is_bad(const struct worker *w, int64_t box, uint32_t uid)
{
	for (size_t i = 0; i < WORKER_BAD; i++)
		if (w->bad[i].uid == uid && w->bad[i].box == box)
			return clock_mono_ms() < w->bad[i].until_ms;
	return false;
}

void
session_note_bad(struct worker *w, const struct state_box *b, uint32_t uid,
	unsigned times, const char *why)
{
	struct worker_bad *slot = &w->bad[0];
	struct msg *m;

	for (size_t i = 0; i < WORKER_BAD; i++) {
		struct worker_bad *x = &w->bad[i];

		if (x->uid == uid && x->box == b->id) {
			slot = x;
			break;
		}
		if (x->until_ms < slot->until_ms || x->uid == 0)
			slot = x;
	}
	if (slot->uid != uid || slot->box != b->id)
		*slot = (struct worker_bad){ .box = b->id, .uid = uid };
	slot->times += times;
	w->comes_again = true;
	if (slot->times < BAD_TIMES)
		return;
	slot->until_ms = clock_mono_ms() + BAD_MS;
	m = msg_new(MSG_FAILED);
	m->account = w->here.account;
	err_set(&m->err, ERR_MESSAGE, 0,
		"%s/%s: the letter with UID %u does not come: %s. It stays on "
		"the server, the others are fetched, and it is asked for again "
		"in an hour",
		w->here.config->name, b->folder, uid, why);
	log_write(LOG_WARN, w->here.config->name, "%s", m->err.text);
	context_post(w->here.c, m);
}

/* One letter that is longer than the account wants to have here. */
static int
fetch_parts(struct sink *k, const struct imap_size *big,
	const struct imap_sink *sink)
{
	unsigned flags = 0;
	int rc = session_bring_parts(
		k->w, k->batch, big->uid, k->a, &k->now, &flags, k->e);

	if (rc == 1) {
		k->now.size = big->size;
		rc = sink_end(k, big->uid, flags);
	} else if (rc == 0) {
		k->now = (struct state_missing){ .here = STATE_WHOLE };
		rc = imap_fetch(k->w->session->imap, &big->uid, 1, sink, k->e);
	}
	k->now = (struct state_missing){ .here = STATE_WHOLE };
	return rc;
}

/* What the account wants to have here of these messages. */
static int
fetch_some(struct sink *k, const uint32_t *uid, size_t n,
	const struct imap_sink *sink)
{
	struct imap *m = k->w->session->imap;
	struct imap_size *big;
	uint32_t *rest;
	size_t bigs, rests = 0;

	k->now = (struct state_missing){ .here = STATE_WHOLE };
	if (k->w->here.config->keep_headers) {
		k->now.here = STATE_HEADERS;
		return imap_fetch_headers(m, uid, n, sink, k->e);
	}
	if (session_find_long(k->w, k->a, uid, n, &big, &bigs, k->e) < 0)
		return -1;
	if (bigs == 0)
		return imap_fetch(m, uid, n, sink, k->e);
	rest = arena_array(k->a, n, sizeof *rest);
	for (size_t i = 0; i < n; i++) {
		bool is_big = false;

		for (size_t b = 0; b < bigs && !is_big; b++)
			is_big = big[b].uid == uid[i];
		if (!is_big)
			rest[rests++] = uid[i];
	}
	if (imap_fetch(m, rest, rests, sink, k->e) < 0)
		return -1;
	for (size_t b = 0; b < bigs; b++)
		if (fetch_parts(k, &big[b], sink) < 0)
			return -1;
	return 0;
}

/* The fetch of the range of K has failed. What came whole is kept. Where the
 * session still lives, each of the others is asked for by itself; else by the
 * next session. */
static int
after_failure(struct sink *k, struct imap_sink *sink, struct err *e)
{
	struct worker *w = k->w;
	struct err why = *e;

	if (why.class != ERR_BOX && why.class != ERR_LATER)
		return -1;
	maildir_abort(k->batch);
	if (k->count && commit_batch(k, e) < 0)
		return -1;
	*e = why;
	if (why.code == IMAP_HASTE) /* no letter is to blame */
		return -1;
	w->comes_again |= k->came > 0;
	if (why.class == ERR_LATER) {
		/* which of them was it? They are asked for one by one */
		if (k->uids == 1)
			session_note_bad(w, k->box, k->uid[0], 1, why.text);
		else
			w->careful =
				(unsigned)(k->uids < FETCH_FIRST ? k->uids
								 : FETCH_FIRST);
		w->comes_again = true;
		return -1;
	}
	for (size_t i = 0; i < k->uids; i++) {
		int rc;

		if (k->has_come[i])
			continue;
		rc = fetch_some(k, &k->uid[i], 1, sink);
		if (rc < 0 && e->class != ERR_BOX)
			return -1;
		if (rc < 0)
			session_note_bad(
				w, k->box, k->uid[i], BAD_TIMES, e->text);
	}
	return 0;
}

/* --- letters that changed place
 * --------------------------------------------------------- */

struct named { /* what the server calls the messages of a range */
	struct imap_id *id;
	size_t count;
};

/* What the server calls I lies here already, in another mailbox or in this one:
 * put a copy into the batch, as if it had come. 1: it is there. */
static int
take_copy(struct sink *k, struct arena *a, const struct imap_id *i)
{
	struct worker *w = k->w;
	struct state_box from = { 0 };
	struct state_missing left;
	struct str map = STR("");
	const char *base;
	struct err ignored;
	struct buf at;
	char path[8300];
	int rc;

	buf_init(&at, 4096);
	local_lock(&w->here);
	rc = state_find_object(
		w->here.state, i->id, a, &from.folder, &base, k->e);
	if (rc == 1 && session_file(w, &from, base, &at, &ignored) < 0)
		rc = 0;
	/* of one that is not whole the server has more */
	if (rc == 1 && state_missing(w->here.state, base, a, &left, k->e))
		rc = 0;
	local_unlock(&w->here);
	snprintf(path, sizeof path, "%s/%s", w->here.c->paths.mail, buf_c(&at));
	buf_fini(&at);
	if (rc == 1 && file_map(path, LIMIT_MESSAGE, &map, &ignored) < 0)
		rc = 0; /* moved this moment: then it is fetched */
	k->bytes += map.n;
	if (rc == 1 &&
		(sink_begin(k) < 0 || maildir_write(k->batch, map, k->e) < 0 ||
			sink_end(k, i->uid, i->flags) < 0))
		rc = -1;
	file_unmap(&map);
	return rc;
}

/* Of the N messages UID those that are here already under another UID; the
 * others, which have to be fetched, into REST. */
static int
adopt_named(struct sink *k, struct arena *a, const uint32_t *uid, size_t n,
	struct named *named, uint32_t *rest, size_t *rests)
{
	size_t at = 0;

	*rests = 0;
	if (imap_ids(k->w->session->imap, uid, n, a, &named->id, &named->count,
		    k->e) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		int rc = 0;

		while (at < named->count && named->id[at].uid < uid[i])
			at++;
		if (at < named->count && named->id[at].uid == uid[i])
			rc = take_copy(k, a, &named->id[at]);
		if (rc < 0)
			return -1;
		if (rc == 0)
			rest[(*rests)++] = uid[i];
		else
			k->copies++;
	}
	return 0;
}

/* What has come has these names. */
static int
keep_names(struct sink *k, const struct named *named)
{
	struct worker *w = k->w;
	int rc = named->count ? local_begin(&w->here, k->e) : 0;

	for (size_t i = 0; i < named->count && rc == 0; i++)
		rc = state_put_object(w->here.state, k->box->id,
			named->id[i].uid, named->id[i].id, k->e);
	return named->count ? local_end(&w->here, rc, k->e) : 0;
}

/* Bring the N messages UID here, by rising UID: by a copy where the server
 * names letters and this one is here, else from the server. News of the INBOX
 * are not kept waiting for their names. */
static int
bring(struct sink *k, struct arena *a, const uint32_t *uid, size_t n)
{
	struct imap_sink sink = { .begin = sink_begin,
		.data = sink_data,
		.end = sink_end,
		.ctx = k,
		.size = sink_size };
	struct imap *m = k->w->session->imap;
	bool is_inbox = strcmp(k->box->raw, "INBOX") == 0;
	uint32_t *rest = arena_array(a, n, sizeof *rest);
	struct named named = { NULL, 0 };
	size_t rests = n;
	int rc = 0;

	memcpy(rest, uid, n * sizeof *rest);
	if (imap_has_ids(m) && !is_inbox)
		rc = adopt_named(k, a, uid, n, &named, rest, &rests);
	if (rc == 0)
		rc = fetch_some(k, rest, rests, &sink) < 0
			     ? after_failure(k, &sink, k->e)
			     : 0;
	if (rc == 0)
		rc = commit_batch(k, k->e);
	if (rc == 0 && is_inbox)
		rc = imap_ids(m, uid, n, a, &named.id, &named.count, k->e);
	return rc == 0 ? keep_names(k, &named) : -1;
}

static struct sink *
new_sink(struct worker *w, struct state_box *b, struct arena *a, struct err *e)
{
	struct sink *k = ARENA_NEW(a, struct sink);

	k->w = w;
	k->box = b;
	k->a = a;
	k->e = e;
	k->missing = arena_array(a, BATCH, sizeof *k->missing);
	return k;
}

/* --- the newest of a mailbox that is new here
 * ------------------------------------------- */

/* Not where not all of them is wanted, or is here already. Rows of it that are
 * here already, or a bound that has to be asked for, or a
 * letter that may be the one that ends sessions: then all are listed first. So
 * they are where copies of them may be here. */
static int
is_for_newest(
	struct worker *w, const struct state_box *b, bool *out, struct err *e)
{
	size_t n;

	*out = false;
	/* one that has been open before may have a row alone of a letter that
	 * is to be deleted: no letter is here, but something is known */
	if (b->uidvalidity || b->modseq || w->careful ||
		w->here.config->keep_months || w->here.config->keep_headers ||
		w->here.config->attachments || session_has_large(w, b) ||
		w->here.c->flags & ENGINE_LOOK ||
		(imap_has_ids(w->session->imap) &&
			strcmp(b->raw, "INBOX") != 0))
		return 0;
	if (state_count(w->here.state, b->id, &n, e) < 0)
		return -1;
	*out = n == 0;
	return 0;
}

/* What has come has the server's names too. */
static int
name_newest(struct sink *k, struct arena *a)
{
	struct worker *w = k->w;
	struct state_message *m;
	struct named named = { 0 };
	uint32_t *uid;
	size_t n;

	if (!imap_has_ids(w->session->imap))
		return 0;
	if (state_messages(w->here.state, k->box->id, a, &m, &n, k->e) < 0)
		return -1;
	uid = arena_array(a, n, sizeof *uid);
	for (size_t i = 0; i < n; i++)
		uid[i] = m[i].uid;
	return imap_ids(w->session->imap, uid, n, a, &named.id, &named.count,
		       k->e) < 0
		       ? -1
		       : keep_names(k, &named);
}

/* The fetch has failed: what came whole is kept; the others are listed and
 * asked for as any, one by one where the session has ended. */
static int
newest_failed(struct sink *k, struct err *e)
{
	struct err why = *e;

	if (why.class != ERR_BOX && why.class != ERR_LATER)
		return -1;
	maildir_abort(k->batch);
	if (k->count && commit_batch(k, e) < 0)
		return -1;
	if (why.class == ERR_BOX)
		return 0;
	*e = why;
	k->w->careful = FETCH_FIRST;
	k->w->comes_again = true;
	return -1;
}

int
session_newest(
	struct worker *w, struct state_box *b, bool *is_all, struct err *e)
{
	struct session *s = w->session;
	const struct imap_info *listed = &s->status[s->at];
	struct imap_sink sink = {
		.begin = sink_begin, .data = sink_data, .end = sink_end
	};
	struct imap_sink head_sink;
	struct session_heads *heads = NULL;
	bool is_wanted, is_shown = !(w->here.c->flags & ENGINE_ONE_PASS);
	/* the list that somebody looks at */
	bool with_heads = is_shown && strcmp(b->raw, "INBOX") == 0;
	struct arena *a;
	struct sink *k;
	int rc;

	if (is_for_newest(w, b, &is_wanted, e) < 0)
		return -1;
	if (!is_wanted)
		return 0;
	if (imap_select_newest(s->imap, b->raw,
		    listed->uidvalidity ? listed->exists : 0, FETCH_FIRST,
		    with_heads, &s->info, e) < 0 ||
		session_selected(w, b, &s->info, e) < 0)
		return -1;
	a = arena_new();
	k = new_sink(w, b, a, e);
	k->is_newest = is_shown;
	sink.ctx = k;
	begin_batch(k);
	if (with_heads)
		heads = session_begin_heads(w, b,
			s->info.exists < FETCH_FIRST ? s->info.exists
						     : FETCH_FIRST,
			&head_sink);
	rc = imap_take_newest(s->imap, heads ? &head_sink : NULL, &sink, e);
	rc = rc < 0 ? newest_failed(k, e) : commit_batch(k, e);
	session_end_heads(&heads);
	if (rc == 0)
		rc = name_newest(k, a);
	maildir_free(&k->batch);
	s->newest = k->came;
	s->came += k->came;
	s->bytes += k->all;
	if (k->came)
		w->failures = 0;
	*is_all = k->came == s->info.exists;
	arena_free(&a);
	return rc < 0 ? -1 : 1;
}

int
session_first(struct worker *w, struct err *e)
{
	struct session *s = w->session;
	struct imap_info none = { 0 };
	struct state_box inbox = {
		.raw = "INBOX", .folder = "INBOX", .role = imap_role("Inbox")
	};
	bool is_all = false;
	size_t n;
	int rc;

	/* nobody looks at a screen: then it would be a round trip for nothing
	 */
	if (w->here.c->flags & (ENGINE_ONE_PASS | ENGINE_LOOK) || w->careful ||
		w->here.config->keep_months ||
		!session_is_configured(w, inbox.folder))
		return 0;
	if (state_boxes(w->here.state, s->a, &s->box, &n, e) < 0)
		return -1;
	if (n)
		return 0;
	worker_status(w, ACCOUNT_SYNCING, NULL);
	s->box = &inbox;
	s->status = &none;
	rc = state_put_box(w->here.state, &inbox, e);
	if (rc == 0)
		rc = session_bind_leftovers(w, &inbox, e);
	if (rc == 0)
		rc = session_newest(w, &inbox, &is_all, e);
	if (rc < 0 && e->class == ERR_BOX)
		rc = 0; /* the pass says it */
	if (rc > 0 && is_all)
		rc = session_keep_box(w, &inbox, e);
	s->box = NULL;
	s->status = NULL;
	return rc < 0 ? -1 : 0;
}

/* --- a range
 * ----------------------------------------------------------------------------
 */

int
session_expect(struct worker *w, uint64_t bytes, struct err *e)
{
	struct session *s = w->session;

	/* what has come tells of what will: letters may be large */
	return w->no_compression || bytes + s->bytes < COMPRESS_FROM
		       ? 0
		       : imap_compress(s->imap, e);
}

int
session_deliver(struct worker *w, struct state_box *b,
	struct maildir_batch **batch, uint32_t uid, unsigned flags,
	struct err *e)
{
	struct arena *a = arena_new();
	struct sink *k = new_sink(w, b, a, e);
	int rc;

	k->batch = *batch;
	*batch = NULL;
	rc = sink_end(k, uid, flags);
	if (rc == 0)
		rc = commit_batch(k, e);
	maildir_free(&k->batch);
	arena_free(&a);
	return rc;
}

int
session_fetch(struct worker *w, struct err *e)
{
	struct session *s = w->session;
	size_t left = s->fetches - s->fetched, here = s->fetched + s->newest;
	size_t most = FETCH_FIRST + FETCH_GROWTH * here;
	struct arena *a = arena_new();
	struct sink *k = new_sink(w, &s->box[s->at], a, e);
	uint32_t *uid = s->fetch + s->fetched;
	size_t n;
	int rc;

	most = most < FETCH_MOST ? most : FETCH_MOST;
	if (w->careful) {
		most = 1;
		w->careful--;
	}
	n = left < most ? left : most;
	/* newest first by ranges; within one as the server has them */
	qsort(uid, n, sizeof *uid, by_number);
	k->uid = uid;
	k->uids = n;
	k->is_newest = here == 0 && !(w->here.c->flags & ENGINE_ONE_PASS);
	k->has_come = arena_array(a, n, sizeof *k->has_come);
	begin_batch(k);
	/* the newest are not kept waiting for it */
	rc = session_expect(w, here ? LETTER_BYTES * (uint64_t)left : 0, e);
	if (rc == 0)
		rc = bring(k, a, uid, n);
	if (k->copies)
		log_write(LOG_INFO, w->here.config->name,
			"%s: %zu letters were here already, elsewhere",
			k->box->folder, k->copies);
	maildir_free(&k->batch);
	s->fetched += n;
	s->came += k->came;
	s->bytes += k->all;
	s->is_partial |= k->came < n; /* asked for again by the next pass */
	if (k->came)
		w->failures = 0;
	for (size_t i = 0; rc == 0 && i < n; i++)
		if (!k->has_come[i])
			log_write(LOG_INFO, w->here.config->name,
				"%s: the server did not give UID %u; it is "
				"asked for again",
				s->box[s->at].folder, uid[i]);
	arena_free(&a);
	if (rc == 0)
		worker_progress(
			w, s->box[s->at].folder, s->fetched, s->fetches);
	return rc;
}
