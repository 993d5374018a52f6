/* SPDX-License-Identifier: GPL-3.0-or-later */
/* flags and changes of messages: see imap.h. Commands are built here and sent
 * by the path of our own. */
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

	*out = (struct imap_info){ .uidvalidity = s->sel_uidvalidity,
		.uidnext = s->sel_uidnext,
		.exists = s->sel_exists,
		.modseq = imap_modseq(m),
		.kept = kept_flags(m, s) };
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

/* --- changes
 * ------------------------------------------------------------------------------
 */

enum { STORE_AT_ONCE = 1000, STORES_IN_FLIGHT = 4 };

void
imap_print_flags(const struct imap *m, unsigned bits, struct buf *out)
{
	const char *apart = "";

	for (size_t i = 0; i < FLAGS; i++)
		if (bits & flags[i].flag) {
			buf_printf(out, "%s%s", apart, flags[i].name);
			apart = " ";
		}
	for (int i = 0; m->keyword && i < IMAP_KEYWORDS; i++)
		if ((bits & (unsigned)IMAP_KEYWORD << i) && m->keyword[i] &&
			!imap_label_of(m->keyword[i])) {
			buf_printf(out, "%s%s", apart, m->keyword[i]);
			apart = " ";
		}
}

/* Write one STORE of COUNT messages: of flags, or of labels. */
static int
put_store(struct imap *m, const uint32_t *uid, size_t count, char sign,
	unsigned bits)
{
	struct buf line;
	bool is_label = (bits & imap_labels(m)) != 0;
	int rc = 0;

	buf_init(&line, COMMAND_MAX);
	buf_adds(&line, "UID STORE ");
	imap_print_set(&line, uid, count);
	buf_printf(&line, " %c%s.SILENT (", sign,
		is_label ? "X-GM-LABELS" : "FLAGS");
	if (is_label)
		rc = imap_print_labels(m, bits, &line);
	else
		imap_print_flags(m, bits, &line);
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
		struct imap_store *of; /* NULL: a SEARCH */
	} store[STORES_IN_FLIGHT];
	size_t count;
	struct imap_there *there; /* or NULL */
};

/* Take the answer to one of those in flight. Dovecot has a STORE wait for what
 * follows it, and what a SEARCH has found may come in the answer to another. */
static int
land_one(struct flight *f)
{
	struct imap_there *t = f->there;
	int tag[STORES_IN_FLIGHT], rc;
	struct imap_store *of;
	size_t which;

	for (size_t i = 0; i < f->count; i++)
		tag[i] = f->store[i].tag;
	rc = imap_await_any(f->m, tag, f->count, &which);
	if (!imap_is_answer(rc))
		return rc;
	if (t)
		imap_found(f->m, t->a, &t->range, &t->ranges);
	of = f->store[which].of;
	if (of)
		of->is_refused |= rc != 0;
	else if (t)
		t->is_known &= rc == 0;
	f->store[which] = f->store[--f->count];
	return 0;
}

static int
land(struct flight *f)
{
	int rc = 0;

	if (f->count && mailstream_flush(f->m->m->imap_stream) < 0)
		return MAILIMAP_ERROR_STREAM;
	while (f->count && rc == 0)
		rc = land_one(f);
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

/* Write the SEARCH for COUNT messages, which are asked for by their UIDs. */
static int
put_search(struct imap *m, const uint32_t *uid, size_t count)
{
	struct buf line;
	int rc;

	buf_init(&line, COMMAND_MAX);
	buf_printf(&line, "UID SEARCH %sUID ",
		m->can & IMAP_CAN_ESEARCH ? "RETURN (ALL) " : "");
	imap_print_set(&line, uid, count);
	rc = imap_put(m, buf_c(&line));
	buf_fini(&line);
	return rc;
}

/* Ask for what there is of F->there. */
static int
start_search(struct flight *f)
{
	const struct imap_there *t = f->there;
	int rc = 0;

	for (size_t at = 0; at < t->count && rc == 0; at += STORE_AT_ONCE) {
		size_t left = t->count - at;

		if (f->count == STORES_IN_FLIGHT)
			rc = land(f);
		if (rc == 0)
			rc = put_search(f->m, t->uid + at,
				left < STORE_AT_ONCE ? left : STORE_AT_ONCE);
		f->store[f->count].tag = f->m->m->imap_tag;
		f->store[f->count++].of = NULL;
	}
	return rc;
}

int
imap_store(struct imap *m, struct imap_store *s, size_t n, struct err *e)
{
	return imap_store_there(m, s, n, NULL, e);
}

int
imap_store_there(struct imap *m, struct imap_store *s, size_t n,
	struct imap_there *there, struct err *e)
{
	struct flight f = { .m = m, .there = there };
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
	if (there) {
		there->ranges = 0;
		there->range = NULL;
		there->is_known = true;
		rc = rc == 0 ? start_search(&f) : rc;
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

/* What the SEARCH just answered has found, in A. */
static void
take_found(const struct imap *m, struct arena *a, uint32_t **uid_out,
	size_t *count_out)
{
	struct mailimap_response_info *r = m->m->imap_response_info;
	clist *found = r ? r->rsp_search_result : NULL;

	*uid_out = arena_array(
		a, found ? (size_t)clist_count(found) : 0, sizeof **uid_out);
	for (clistiter *it = found ? clist_begin(found) : NULL; it;
		it = clist_next(it))
		(*uid_out)[(*count_out)++] = *(uint32_t *)clist_content(it);
}

int
imap_find(struct imap *m, const char *message_id, struct arena *a,
	uint32_t **uid_out, size_t *count_out, struct err *e)
{
	struct buf line;
	int rc;

	*count_out = 0;
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
	take_found(m, a, uid_out, count_out);
	return 0;
}

/* "1-Nov-2026", of DAY (seconds since 1970, UTC). */
static int
print_day(char out[24], int64_t day, struct err *e)
{
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	time_t t = (time_t)day;
	struct tm tm;

	if (!gmtime_r(&t, &tm) || tm.tm_year < 0 || tm.tm_year > 8099)
		return err_set(e, ERR_INPUT, 0, "no such day");
	snprintf(out, 24, "%d-%.3s-%d", tm.tm_mday,
		months + (ptrdiff_t)3 * tm.tm_mon, tm.tm_year + 1900);
	return 0;
}

int
imap_first_since(struct imap *m, int64_t day, uint32_t *uid_out, struct err *e)
{
	struct mailimap_response_info *r;
	char line[80], date[24];
	int rc;

	*uid_out = 0;
	if (print_day(date, day, e) < 0)
		return -1;
	snprintf(line, sizeof line, "UID SEARCH SINCE %s", date);
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

int
imap_saved_before(struct imap *m, int64_t day, struct arena *a,
	uint32_t **uid_out, size_t *count_out, struct err *e)
{
	char line[100], date[24];
	int rc;

	*count_out = 0;
	if (!(m->can & IMAP_CAN_SAVEDATE))
		return 0;
	if (print_day(date, day, e) < 0)
		return -1;
	/* without the first word a mailbox that knows no such date would go
	 * by when its letters were received */
	snprintf(line, sizeof line,
		"UID SEARCH SAVEDATESUPPORTED SAVEDBEFORE %s", date);
	rc = imap_command(m, line);
	if (rc && imap_is_answer(rc)) { /* it says that it can, and cannot */
		m->can &= ~(unsigned)IMAP_CAN_SAVEDATE;
		return 0;
	}
	if (rc)
		return imap_fail(m, rc, "searching", ERR_LATER, e);
	take_found(m, a, uid_out, count_out);
	return 0;
}
