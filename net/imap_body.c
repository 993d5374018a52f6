/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bodies: see imap.h. They go past libetpan's memory into a sink. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/log.h"
#include "net/imap_parts.h"

enum { COMMAND_MAX = 16 << 10 };

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
		m->is_broken = m->is_garbled = true;
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
	log_write(LOG_INFO, m->host,
		"no part of a letter can be asked for (BODY[]<0.%d> is BAD): "
		"letters come whole",
		IMAP_PIECE);
	return fetch_item(m, uid, count, "BODY.PEEK[]", sink, &is_bad, e);
}

int
imap_fetch(struct imap *m, const uint32_t *uid, size_t count,
	const struct imap_sink *sink, struct err *e)
{
	return imap_fetch_piece(m, uid, count, 0, sink, e);
}

int
imap_fetch_whole(struct imap *m, uint32_t uid, const struct imap_sink *sink,
	struct err *e)
{
	bool is_bad;

	return fetch_item(m, &uid, 1, "BODY.PEEK[]", sink, &is_bad, e);
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
