/* SPDX-License-Identifier: GPL-3.0-or-later */
/* messages: see imap.h. Commands are built here and sent by the path of our
 * own; bodies go past libetpan's memory into a sink. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/log.h"
#include "net/imap_parts.h"

enum { COMMAND_MAX = 16 << 10 };

static const struct {
	unsigned flag;
	const char *name;
	int type;
} flags[] = { { IMAP_SEEN, "\\Seen", MAILIMAP_FLAG_SEEN },
	{ IMAP_ANSWERED, "\\Answered", MAILIMAP_FLAG_ANSWERED },
	{ IMAP_FLAGGED, "\\Flagged", MAILIMAP_FLAG_FLAGGED },
	{ IMAP_DELETED, "\\Deleted", MAILIMAP_FLAG_DELETED },
	{ IMAP_DRAFT, "\\Draft", MAILIMAP_FLAG_DRAFT },
	{ IMAP_FORWARDED, "$Forwarded", -1 } };

enum { FLAGS = sizeof flags / sizeof *flags };

void
imap_set_keywords(struct imap *m, const char *const *name)
{
	m->keyword = name;
}

/* The bit of the keyword NAME; 0: it has none. */
static unsigned
keyword_bit(const struct imap *m, struct str name)
{
	for (int i = 0; m->keyword && i < IMAP_KEYWORDS; i++)
		if (m->keyword[i] && !imap_label_of(m->keyword[i]) &&
			str_ieq(name, str_c(m->keyword[i])))
			return (unsigned)IMAP_KEYWORD << i;
	return 0;
}

unsigned
imap_flag_of(const struct imap *m, struct str name)
{
	for (size_t i = 0; i < FLAGS; i++)
		if (str_ieq(name, str_c(flags[i].name)))
			return flags[i].flag;
	return keyword_bit(m, name);
}

static unsigned
flag_bit(const struct imap *m, const struct mailimap_flag *f)
{
	if (!f)
		return 0;
	if (f->fl_type == MAILIMAP_FLAG_KEYWORD)
		return f->fl_data.fl_keyword
			       ? imap_flag_of(m, str_c(f->fl_data.fl_keyword))
			       : 0;
	for (size_t i = 0; i < FLAGS; i++)
		if (f->fl_type == flags[i].type)
			return flags[i].flag;
	return 0;
}

/* The flags that the mailbox keeps: all where it does not say, or says that
 * new keywords can be made. The system's are always asked for. */
static unsigned
kept_flags(const struct imap *m, const struct mailimap_selection_info *s)
{
	unsigned kept = IMAP_FORWARDED - 1, labels = imap_labels(m);
	clistiter *it =
		s->sel_perm_flags ? clist_begin(s->sel_perm_flags) : NULL;

	if (!s->sel_perm_flags)
		kept = ~0u;
	for (; it; it = clist_next(it)) {
		const struct mailimap_flag_perm *f = clist_content(it);

		if (f && f->fl_type == MAILIMAP_FLAG_PERM_ALL)
			kept = ~0u;
		if (f)
			kept |= flag_bit(m, f->fl_flag);
	}
	return m->can & IMAP_CAN_GMAIL ? kept | labels : kept & ~labels;
}

void
imap_selected(struct imap *m, struct imap_info *out)
{
	const struct mailimap_selection_info *s = m->m->imap_selection_info;

	*out = (struct imap_info){ s->sel_uidvalidity, s->sel_uidnext,
		s->sel_exists, imap_modseq(m), kept_flags(m, s) };
}

/* The bits of the labels in the answer EXT. */
static unsigned
label_bits(const struct imap *m, const struct mailimap_extension_data *ext)
{
	const struct mailimap_msg_att_xgmlabels *l;
	unsigned out = 0;

	if (!ext || ext->ext_extension != &mailimap_extension_xgmlabels)
		return 0;
	l = ext->ext_data;
	for (clistiter *it = l && l->att_labels ? clist_begin(l->att_labels)
						: NULL;
		it; it = clist_next(it))
		out |= imap_label_bit(m, str_c(clist_content(it)));
	return out;
}

unsigned
imap_att_flags(
	const struct imap *m, struct mailimap_msg_att *att, uint32_t *uid_out)
{
	unsigned out = 0;

	*uid_out = 0;
	for (clistiter *it = clist_begin(att->att_list); it;
		it = clist_next(it)) {
		struct mailimap_msg_att_item *i = clist_content(it);

		if (i->att_type == MAILIMAP_MSG_ATT_ITEM_STATIC &&
			i->att_data.att_static->att_type ==
				MAILIMAP_MSG_ATT_UID)
			*uid_out = i->att_data.att_static->att_data.att_uid;
		if (i->att_type == MAILIMAP_MSG_ATT_ITEM_EXTENSION)
			out |= label_bits(m, i->att_data.att_extension_data);
		if (i->att_type != MAILIMAP_MSG_ATT_ITEM_DYNAMIC ||
			!i->att_data.att_dyn->att_list)
			continue;
		for (clistiter *f = clist_begin(i->att_data.att_dyn->att_list);
			f; f = clist_next(f)) {
			struct mailimap_flag_fetch *x = clist_content(f);

			out |= flag_bit(m, x->fl_flag);
		}
	}
	return out;
}

static int
by_uid(const void *a, const void *b)
{
	uint32_t x = ((const struct imap_item *)a)->uid;
	uint32_t y = ((const struct imap_item *)b)->uid;

	return x < y ? -1 : x > y;
}

void
imap_items(struct imap *m, uint32_t from, struct arena *a,
	struct imap_item **out, size_t *count_out)
{
	struct mailimap_response_info *r = m->m->imap_response_info;
	size_t n = r && r->rsp_fetch_list
			   ? (size_t)clist_count(r->rsp_fetch_list)
			   : 0;
	size_t kept = 0;

	*count_out = 0;
	*out = arena_array(a, n, sizeof **out);
	for (clistiter *it = n ? clist_begin(r->rsp_fetch_list) : NULL; it;
		it = clist_next(it)) {
		struct imap_item *i = &(*out)[kept];

		i->flags = imap_att_flags(m, clist_content(it), &i->uid);
		/* "N:*" names the last message even where it is below N */
		if (i->uid >= from && i->uid)
			kept++;
	}
	qsort(*out, kept, sizeof **out, by_uid);
	/* servers may repeat a message whose flags changed meanwhile */
	for (size_t i = 0; i < kept; i++)
		if (*count_out == 0 ||
			(*out)[*count_out - 1].uid != (*out)[i].uid)
			(*out)[(*count_out)++] = (*out)[i];
		else
			(*out)[*count_out - 1] = (*out)[i];
}

int
imap_flags(struct imap *m, uint32_t from, struct arena *a,
	struct imap_item **out, size_t *count_out, struct err *e)
{
	char line[100];
	int rc;

	*out = NULL;
	*count_out = 0;
	snprintf(line, sizeof line, "UID FETCH %u:* (%s)", from,
		imap_flag_items(m));
	rc = imap_command(m, line);
	if (rc)
		return imap_fail(m, rc, "the list of messages", ERR_BOX, e);
	imap_items(m, from, a, out, count_out);
	return 0;
}

/* --- bodies
 * ------------------------------------------------------------------------------
 */

struct imap_bodies {
	const struct imap *m;
	const struct imap_sink *sink;
	const uint32_t *uid;
	size_t count;
	bool *done;       /* which of them have come */
	uint32_t *seen;   /* where UID is NULL: those that have come */
	size_t got, size; /* messages; bytes of the one that is open */
	bool is_open, failed, is_strange;
};

static bool
on_bytes(int type, struct mailimap_msg_att_body_section *section,
	const char *bytes, size_t n, void *ctx)
{
	struct imap_bodies *f = ctx;

	(void)type;
	/* more than was asked for, or one body after another in the same
	 * answer: no disk is large enough (rule R12) */
	f->size += n;
	if (!f->sink || f->got >= f->count || f->size > LIMIT_MESSAGE)
		f->is_strange = true;
	if (f->is_strange)
		return false;
	if (!f->is_open) {
		if (f->sink->begin(f->sink->ctx) < 0)
			f->failed = true;
		if (f->sink->origin)
			f->sink->origin(f->sink->ctx,
				section ? section->sec_origin_octet : 0);
		f->is_open = true;
	}
	if (!f->failed &&
		f->sink->data(f->sink->ctx, (struct str){ bytes, n }) < 0)
		f->failed = true;
	return !f->failed;
}

/* A body that came as a quoted string and not as a literal, or has no bytes;
 * NIL is none. */
static void
take_short_body(struct imap_bodies *f, struct mailimap_msg_att *att)
{
	for (clistiter *it = clist_begin(att->att_list); it;
		it = clist_next(it)) {
		struct mailimap_msg_att_item *i = clist_content(it);
		struct mailimap_msg_att_body_section *b;

		if (i->att_type != MAILIMAP_MSG_ATT_ITEM_STATIC ||
			i->att_data.att_static->att_type !=
				MAILIMAP_MSG_ATT_BODY_SECTION)
			continue;
		b = i->att_data.att_static->att_data.att_body_section;
		if (b && b->sec_body_part)
			on_bytes(0, b, b->sec_body_part, b->sec_length, f);
	}
}

/* RFC822.SIZE, where it was asked for. */
static void
take_size(struct imap_bodies *f, struct mailimap_msg_att *att)
{
	for (clistiter *it = clist_begin(att->att_list); it && f->sink->size;
		it = clist_next(it)) {
		struct mailimap_msg_att_item *i = clist_content(it);

		if (i->att_type == MAILIMAP_MSG_ATT_ITEM_STATIC &&
			i->att_data.att_static->att_type ==
				MAILIMAP_MSG_ATT_RFC822_SIZE)
			f->sink->size(
				f->sink->ctx, i->att_data.att_static->att_data
						      .att_rfc822_size);
	}
}

/* Is UID one that was asked for, and has not come yet? In the order of the
 * UIDs, most likely: then the first look finds it. */
static bool
is_asked(struct imap_bodies *f, uint32_t uid)
{
	bool asked = f->seen && uid;

	for (size_t k = 0; f->seen && k < f->got; k++)
		asked &= f->seen[k] != uid;
	if (f->seen && asked)
		f->seen[f->got] = uid;
	for (size_t k = 0; f->uid && k < f->count && !asked; k++) {
		size_t i = (f->got + k) % f->count;

		asked = f->uid[i] == uid && !f->done[i];
		f->done[i] |= asked;
	}
	return asked;
}

static void
on_message(struct mailimap_msg_att *att, void *ctx)
{
	struct imap_bodies *f = ctx;
	uint32_t uid;
	unsigned got = imap_att_flags(f->m, att, &uid);
	bool asked;

	if (!f->is_open)
		take_short_body(f, att);
	if (!f->is_open)
		return; /* flags alone: somebody changed them meanwhile */
	asked = is_asked(f, uid);
	if (asked)
		take_size(f, att);
	if (!asked)
		f->is_strange = true;
	else if (!f->failed && f->sink->end(f->sink->ctx, uid, got) < 0)
		f->failed = true;
	f->is_open = false;
	f->size = 0;
	f->got++;
}

static void
no_progress(size_t current, size_t maximum, void *ctx)
{
	(void)current, (void)maximum, (void)ctx;
}

void
imap_print_set(struct buf *out, const uint32_t *uid, size_t n)
{
	for (size_t i = 0; i < n;) {
		size_t k = i;

		while (k + 1 < n && uid[k + 1] == uid[k] + 1)
			k++;
		buf_printf(out, "%s%u", i ? "," : "", uid[i]);
		if (k > i)
			buf_printf(out, ":%u", uid[k]);
		i = k + 1;
	}
}

/* From now on bodies go to F. */
static void
begin_bodies(struct imap *m, struct imap_bodies *f)
{
	mailimap_set_msg_body_handler(m->m, on_bytes, f);
	mailimap_set_msg_att_handler(m->m, on_message, f);
	/* without a progress function the handlers are not called */
	mailimap_set_progress_callback(m->m, no_progress, no_progress, NULL);
	stream_set_bodies(m->stream, true);
}

/* The answer has come, with RC: what became of the bodies of F. */
static int
end_bodies(struct imap *m, const struct imap_bodies *f, int rc, struct err *e)
{
	stream_set_bodies(m->stream, false);
	mailimap_set_progress_callback(m->m, NULL, NULL, NULL);
	mailimap_set_msg_body_handler(m->m, NULL, NULL);
	mailimap_set_msg_att_handler(m->m, NULL, NULL);
	if (f->failed) {
		m->is_broken = true;
		return -1; /* the sink has said why */
	}
	if (f->is_strange) {
		m->is_broken = true;
		return err_set(e, ERR_LATER, 0,
			"fetching: '%s' sent a message that was not asked for",
			m->host);
	}
	return rc ? imap_fail(m, rc, "fetching", ERR_BOX, e) : 0;
}

/* ITEM of these messages, which is one section of each. *IS_BAD: the server did
 * not understand. */
static int
fetch_item(struct imap *m, const uint32_t *uid, size_t count, const char *item,
	const struct imap_sink *sink, bool *is_bad, struct err *e)
{
	struct imap_bodies f = {
		.m = m, .sink = sink, .uid = uid, .count = count
	};
	struct buf line;
	int rc;

	*is_bad = false;
	if (count == 0)
		return 0;
	f.done = calloc(count, sizeof *f.done);
	if (!f.done)
		return err_sys(e, ENOMEM, "fetching");
	buf_init(&line, COMMAND_MAX);
	buf_adds(&line, "UID FETCH ");
	imap_print_set(&line, uid, count);
	buf_printf(&line, " (%s %s)", imap_flag_items(m), item);
	begin_bodies(m, &f);
	rc = imap_command(m, buf_c(&line));
	*is_bad = rc && imap_is_bad(m, rc);
	rc = end_bodies(m, &f, rc, e);
	buf_fini(&line);
	free(f.done);
	return rc;
}

int
imap_put_newest(struct imap *m, uint32_t exists, size_t count)
{
	struct imap_bodies *f;
	char line[100];
	int rc;

	if (exists == 0 || count == 0)
		return 0;
	if (count > exists)
		count = exists;
	f = calloc(1, sizeof *f);
	if (!f || !(f->seen = calloc(count, sizeof *f->seen))) {
		free(f);
		return MAILIMAP_ERROR_MEMORY;
	}
	f->m = m;
	f->count = count;
	m->newest = f;
	/* without a sink yet: a body that comes too early is refused */
	begin_bodies(m, f);
	snprintf(line, sizeof line, "FETCH %u:%u (%s BODY.PEEK[]<0.%d>)",
		exists - (uint32_t)count + 1, exists, imap_flag_items(m),
		IMAP_PIECE);
	rc = imap_put(m, line);
	m->newest_tag = m->m->imap_tag;
	return rc;
}

void
imap_forget_newest(struct imap *m)
{
	if (!m->newest)
		return;
	free(m->newest->seen);
	free(m->newest);
	m->newest = NULL;
}

int
imap_take_newest(struct imap *m, const struct imap_sink *sink, struct err *e)
{
	int rc;

	if (!m->newest)
		return 0;
	m->newest->sink = sink;
	rc = imap_await(m, m->newest_tag);
	rc = end_bodies(m, m->newest, rc, e);
	imap_forget_newest(m);
	return rc;
}

int
imap_fetch_piece(struct imap *m, const uint32_t *uid, size_t count,
	uint64_t from, const struct imap_sink *sink, struct err *e)
{
	char item[80];
	bool is_bad;
	int rc;

	snprintf(item, sizeof item, "BODY.PEEK[]<%llu.%d>",
		(unsigned long long)from, IMAP_PIECE);
	rc = fetch_item(m, uid, count, m->has_no_pieces ? "BODY.PEEK[]" : item,
		sink, &is_bad, e);
	if (rc == 0 || !is_bad || m->has_no_pieces)
		return rc;
	/* RFC 3501 has them since 1996; who has none gives all at once */
	m->has_no_pieces = true;
	return fetch_item(m, uid, count, "BODY.PEEK[]", sink, &is_bad, e);
}

int
imap_fetch(struct imap *m, const uint32_t *uid, size_t count,
	const struct imap_sink *sink, struct err *e)
{
	return imap_fetch_piece(m, uid, count, 0, sink, e);
}

int
imap_fetch_headers(struct imap *m, const uint32_t *uid, size_t count,
	const struct imap_sink *sink, struct err *e)
{
	bool is_bad;

	return fetch_item(m, uid, count, "RFC822.SIZE BODY.PEEK[HEADER]", sink,
		&is_bad, e);
}

int
imap_fetch_part(struct imap *m, uint32_t uid, const char *number,
	const struct imap_sink *sink, struct err *e)
{
	char item[300];
	bool is_bad;

	snprintf(item, sizeof item, "BODY.PEEK[%.200s]", number);
	return fetch_item(m, &uid, 1, item, sink, &is_bad, e);
}

/* The UID and the size that one FETCH answer names. */
static bool
size_of(struct mailimap_msg_att *att, struct imap_size *out)
{
	*out = (struct imap_size){ 0 };
	for (clistiter *it = att ? clist_begin(att->att_list) : NULL; it;
		it = clist_next(it)) {
		struct mailimap_msg_att_item *i = clist_content(it);
		struct mailimap_msg_att_static *st;

		if (i->att_type != MAILIMAP_MSG_ATT_ITEM_STATIC)
			continue;
		st = i->att_data.att_static;
		if (st->att_type == MAILIMAP_MSG_ATT_UID)
			out->uid = st->att_data.att_uid;
		else if (st->att_type == MAILIMAP_MSG_ATT_RFC822_SIZE)
			out->size = st->att_data.att_rfc822_size;
	}
	return out->uid && out->size;
}

int
imap_sizes(struct imap *m, const uint32_t *uid, size_t count, struct arena *a,
	struct imap_size **out, size_t *count_out, struct err *e)
{
	struct mailimap_response_info *r;
	struct buf line;
	int rc;

	*count_out = 0;
	*out = arena_array(a, count + 1, sizeof **out);
	if (count == 0)
		return 0;
	buf_init(&line, COMMAND_MAX);
	buf_adds(&line, "UID FETCH ");
	imap_print_set(&line, uid, count);
	buf_adds(&line, " (UID RFC822.SIZE)");
	rc = imap_command(m, buf_c(&line));
	buf_fini(&line);
	if (rc)
		return imap_fail(m, rc, "the sizes of letters", ERR_BOX, e);
	r = m->m->imap_response_info;
	for (clistiter *it = r && r->rsp_fetch_list
				     ? clist_begin(r->rsp_fetch_list)
				     : NULL;
		it && *count_out < count; it = clist_next(it))
		if (size_of(clist_content(it), &(*out)[*count_out]))
			(*count_out)++;
	return 0;
}

/* --- changes
 * ------------------------------------------------------------------------------
 */

enum { STORE_AT_ONCE = 1000, STORES_IN_FLIGHT = 4 };

/* Write one STORE of COUNT messages: of flags, or of labels. */
static int
put_store(struct imap *m, const uint32_t *uid, size_t count, char sign,
	unsigned bits)
{
	struct buf line;
	bool first = true, is_label = (bits & imap_labels(m)) != 0;
	int rc = 0;

	buf_init(&line, COMMAND_MAX);
	buf_adds(&line, "UID STORE ");
	imap_print_set(&line, uid, count);
	buf_printf(&line, " %c%s.SILENT (", sign,
		is_label ? "X-GM-LABELS" : "FLAGS");
	for (size_t i = 0; i < FLAGS; i++)
		if (bits & flags[i].flag) {
			buf_printf(
				&line, "%s%s", first ? "" : " ", flags[i].name);
			first = false;
		}
	if (is_label)
		rc = imap_print_labels(m, bits, &line);
	for (int i = 0; !is_label && m->keyword && i < IMAP_KEYWORDS; i++)
		if ((bits & (unsigned)IMAP_KEYWORD << i) && m->keyword[i]) {
			buf_printf(
				&line, "%s%s", first ? "" : " ", m->keyword[i]);
			first = false;
		}
	buf_addc(&line, ')');
	rc = rc < 0 ? MAILIMAP_ERROR_INVAL : imap_put(m, buf_c(&line));
	buf_fini(&line);
	return rc;
}

/* STOREs in flight, few enough that both sides' buffers hold them. */
struct flight {
	struct imap *m;
	struct {
		int tag;
		struct imap_store *of;
	} store[STORES_IN_FLIGHT];
	size_t count;
};

static int
land(struct flight *f)
{
	int rc = 0;

	if (f->count && mailstream_flush(f->m->m->imap_stream) < 0)
		return MAILIMAP_ERROR_STREAM;
	for (size_t i = 0; i < f->count && rc == 0; i++) {
		rc = imap_await(f->m, f->store[i].tag);
		if (rc == MAILIMAP_ERROR_CUSTOM_COMMAND ||
			rc == MAILIMAP_ERROR_PROTOCOL) { /* NO, BAD */
			f->store[i].of->is_refused = true;
			rc = 0;
		}
	}
	f->count = 0;
	return rc;
}

static int
start(struct flight *f, struct imap_store *s, char sign, unsigned bits)
{
	int rc = 0;

	for (size_t at = 0; at < s->count && bits && rc == 0;) {
		size_t n = s->count - at < STORE_AT_ONCE ? s->count - at
							 : STORE_AT_ONCE;

		if (f->count == STORES_IN_FLIGHT)
			rc = land(f);
		if (rc == 0)
			rc = put_store(f->m, s->uid + at, n, sign, bits);
		f->store[f->count].tag = f->m->m->imap_tag;
		f->store[f->count++].of = s;
		at += n;
	}
	return rc;
}

int
imap_store(struct imap *m, struct imap_store *s, size_t n, struct err *e)
{
	struct flight f = { .m = m };
	unsigned labels = imap_labels(m);
	int rc = 0;

	for (size_t i = 0; i < n && rc == 0; i++) {
		unsigned add = s[i].add, remove = s[i].remove;

		s[i].is_refused = false;
		rc = start(&f, &s[i], '+', add & ~labels);
		if (rc == 0)
			rc = start(&f, &s[i], '-', remove & ~labels);
		if (rc == 0)
			rc = start(&f, &s[i], '+', add & labels);
		if (rc == 0)
			rc = start(&f, &s[i], '-', remove & labels);
	}
	if (rc == 0)
		rc = land(&f);
	return rc ? imap_fail(m, rc, "changing flags", ERR_LATER, e) : 0;
}

static int
mark_deleted(struct imap *m, const uint32_t *uid, size_t n, struct err *e)
{
	struct imap_store s = { .uid = uid, .count = n, .add = IMAP_DELETED };

	if (imap_store(m, &s, 1, e) < 0)
		return -1;
	return s.is_refused ? imap_fail(m, MAILIMAP_ERROR_CUSTOM_COMMAND,
				      "deleting", ERR_MESSAGE, e)
			    : 0;
}

static uint32_t
first_of(struct mailimap_set *s)
{
	clistiter *it = s && s->set_list ? clist_begin(s->set_list) : NULL;
	struct mailimap_set_item *i = it ? clist_content(it) : NULL;

	return i ? i->set_first : 0;
}

static int
compare_uids(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

/* Are these N messages, by rising UID, the only ones that are marked \Deleted?
 * They may be fewer: what is gone is marked no more. */
static int
are_only_marked(
	struct imap *m, const uint32_t *uid, size_t n, bool *out, struct err *e)
{
	struct mailimap_response_info *r;
	clist *found;
	int rc = imap_command(m, "UID SEARCH DELETED");

	*out = false;
	if (rc)
		return imap_fail(m, rc, "deleting", ERR_MESSAGE, e);
	r = m->m->imap_response_info;
	found = r ? r->rsp_search_result : NULL;
	if (!found || clist_count(found) == 0)
		return 0;
	*out = true;
	for (clistiter *it = clist_begin(found); it; it = clist_next(it)) {
		const uint32_t *marked = clist_content(it);

		if (marked &&
			!bsearch(marked, uid, n, sizeof *uid, compare_uids))
			*out = false;
	}
	return 0;
}

/* UID EXPUNGE of exactly these. */
static int
expunge_uids(struct imap *m, const uint32_t *uid, size_t count)
{
	int rc = 0;

	for (size_t at = 0; at < count && rc == 0;) {
		size_t n =
			count - at < STORE_AT_ONCE ? count - at : STORE_AT_ONCE;
		struct buf line;

		buf_init(&line, COMMAND_MAX);
		buf_adds(&line, "UID EXPUNGE ");
		imap_print_set(&line, uid + at, n);
		rc = imap_command(m, buf_c(&line));
		buf_fini(&line);
		at += n;
	}
	return rc;
}

int
imap_delete(struct imap *m, const uint32_t *uid, size_t count, bool *left_out,
	struct err *e)
{
	bool are_alone = true;
	int rc;

	*left_out = false;
	if (count == 0)
		return 0;
	if (mark_deleted(m, uid, count, e) < 0)
		return -1;
	if (m->can & IMAP_CAN_UIDPLUS) {
		rc = expunge_uids(m, uid, count);
	} else {
		if (are_only_marked(m, uid, count, &are_alone, e) < 0)
			return -1;
		/* EXPUNGE would remove what others have marked */
		*left_out = !are_alone;
		rc = are_alone ? imap_command(m, "EXPUNGE") : 0;
	}
	return rc ? imap_fail(m, rc, "deleting", ERR_MESSAGE, e) : 0;
}

int
imap_move(struct imap *m, uint32_t uid, const char *raw, uint32_t *uid_out,
	bool *left_out, struct err *e)
{
	struct mailimap_set *set = mailimap_set_new_single(uid);
	struct mailimap_set *from = NULL, *to = NULL;
	uint32_t validity = 0;
	bool has_move = (m->can & IMAP_CAN_MOVE) != 0;
	int rc;

	*uid_out = 0;
	*left_out = false;
	if (!set)
		return err_sys(e, 12, "cannot move");
	if (has_move && (m->can & IMAP_CAN_UIDPLUS))
		rc = mailimap_uidplus_uid_move(
			m->m, set, raw, &validity, &from, &to);
	else if (has_move)
		rc = mailimap_uid_move(m->m, set, raw);
	else if (m->can & IMAP_CAN_UIDPLUS)
		rc = mailimap_uidplus_uid_copy(
			m->m, set, raw, &validity, &from, &to);
	else
		rc = mailimap_uid_copy(m->m, set, raw);
	*uid_out = first_of(to);
	if (from)
		mailimap_set_free(from);
	if (to)
		mailimap_set_free(to);
	mailimap_set_free(set);
	if (rc)
		return imap_fail(m, rc, "moving", ERR_MESSAGE, e);
	return has_move ? 0 : imap_delete(m, &uid, 1, left_out, e);
}

int
imap_append(struct imap *m, const char *raw, struct str bytes, unsigned bits,
	uint32_t *uid_out, struct err *e)
{
	struct mailimap_flag_list *list = mailimap_flag_list_new_empty();
	uint32_t validity = 0;
	int rc;

	*uid_out = 0;
	if (!list)
		return err_sys(e, 12, "cannot append");
	if (bits & IMAP_SEEN)
		mailimap_flag_list_add(list, mailimap_flag_new_seen());
	if (bits & IMAP_DRAFT)
		mailimap_flag_list_add(list, mailimap_flag_new_draft());
	if (bits & IMAP_FLAGGED)
		mailimap_flag_list_add(list, mailimap_flag_new_flagged());
	if (bits & IMAP_ANSWERED)
		mailimap_flag_list_add(list, mailimap_flag_new_answered());
	if (bits & IMAP_FORWARDED)
		mailimap_flag_list_add(list,
			mailimap_flag_new_flag_keyword(strdup("$Forwarded")));
	/* labels are set by the next pass, which finds that they differ */
	for (int i = 0; m->keyword && i < IMAP_KEYWORDS; i++)
		if ((bits & ~imap_labels(m) & (unsigned)IMAP_KEYWORD << i) &&
			m->keyword[i])
			mailimap_flag_list_add(
				list, mailimap_flag_new_flag_keyword(
					      strdup(m->keyword[i])));
	stream_set_secret(m->stream, true); /* a letter is not traced */
	if (m->can & IMAP_CAN_UIDPLUS)
		rc = mailimap_uidplus_append(m->m, raw, list, NULL, bytes.p,
			bytes.n, &validity, uid_out);
	else
		rc = mailimap_append(m->m, raw, list, NULL, bytes.p, bytes.n);
	stream_set_secret(m->stream, false);
	mailimap_flag_list_free(list);
	return rc ? imap_fail(m, rc, "keeping a copy", ERR_BOX, e) : 0;
}

int
imap_find(struct imap *m, const char *message_id, uint32_t *uid_out,
	struct err *e)
{
	struct mailimap_response_info *r;
	struct buf line;
	int rc;

	*uid_out = 0;
	buf_init(&line, COMMAND_MAX);
	buf_adds(&line, "UID SEARCH HEADER Message-ID ");
	rc = imap_quote(&line, str_c(message_id), e);
	if (rc == 0)
		rc = imap_command(m, buf_c(&line));
	buf_fini(&line);
	if (rc < 0)
		return -1;
	if (rc)
		return imap_fail(m, rc, "searching", ERR_BOX, e);
	r = m->m->imap_response_info;
	if (r && r->rsp_search_result && clist_begin(r->rsp_search_result))
		*uid_out = *(uint32_t *)clist_content(
			clist_begin(r->rsp_search_result));
	return 0;
}

int
imap_first_since(struct imap *m, int64_t day, uint32_t *uid_out, struct err *e)
{
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	struct mailimap_response_info *r;
	time_t t = (time_t)day;
	char line[80];
	struct tm tm;
	int rc;

	*uid_out = 0;
	if (!gmtime_r(&t, &tm) || tm.tm_year < 0 || tm.tm_year > 8099)
		return err_set(e, ERR_INPUT, 0, "no such day");
	snprintf(line, sizeof line, "UID SEARCH SINCE %d-%.3s-%d", tm.tm_mday,
		months + (ptrdiff_t)3 * tm.tm_mon, tm.tm_year + 1900);
	rc = imap_command(m, line);
	if (rc)
		return imap_fail(m, rc, "searching", ERR_BOX, e);
	r = m->m->imap_response_info;
	for (clistiter *it = r && r->rsp_search_result
				     ? clist_begin(r->rsp_search_result)
				     : NULL;
		it; it = clist_next(it)) {
		const uint32_t *uid = clist_content(it);

		if (uid && (*uid_out == 0 || *uid < *uid_out))
			*uid_out = *uid;
	}
	return 0;
}
