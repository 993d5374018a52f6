/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bodies: see imap.h. They go past libetpan's memory into a sink. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/log.h"
#include "net/imap_parts.h"

enum { COMMAND_MAX = 16 << 10, COMMANDS = 2 };
/* Of the fields that a row shows no more than the guard lets through of any
 * section whose name it does not know. */
#define HEAD_PIECE "8192"

struct imap_bodies {
	const struct imap *m;
	const struct imap_sink *sink;
	const uint32_t *uid;
	size_t count;
	bool *done;       /* which of them have come */
	uint32_t *seen;   /* where UID is NULL: those that have come */
	size_t got, size; /* messages; bytes of the one that is open */
	bool is_open, failed, is_strange;
	/* the headers asked for in the same flight, or NULL: their sections
	 * tell them from bodies, in whatever order the server answers */
	struct imap_bodies *heads;
	/* of imap_put_newest: its commands, and the answers that there are */
	struct {
		int tag, rc;
		bool has_ended;
	} command[COMMANDS];
	size_t commands;
};

/* Is it BODY[HEADER.FIELDS (...)]? */
static bool
is_head(const struct mailimap_msg_att_body_section *section)
{
	const struct mailimap_section_spec *s =
		section && section->sec_section ? section->sec_section->sec_spec
						: NULL;

	return s && s->sec_type == MAILIMAP_SECTION_SPEC_SECTION_MSGTEXT &&
	       s->sec_data.sec_msgtext &&
	       s->sec_data.sec_msgtext->sec_type ==
		       MAILIMAP_SECTION_MSGTEXT_HEADER_FIELDS;
}

static bool
on_bytes(int type, struct mailimap_msg_att_body_section *section,
	const char *bytes, size_t n, void *ctx)
{
	struct imap_bodies *f = ctx;

	(void)type;
	if (f->heads) {
		struct imap_bodies *other = is_head(section) ? f : f->heads;

		f->is_strange |= other->is_open; /* both in one answer */
		if (f->is_strange)
			return false;
		f = other == f ? f->heads : f;
	}
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

	if (!f->is_open && !(f->heads && f->heads->is_open))
		take_short_body(f, att);
	if (f->heads && f->heads->is_open)
		f = f->heads;
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

static struct imap_bodies *
new_bodies(const struct imap *m, size_t count)
{
	struct imap_bodies *f = calloc(1, sizeof *f);

	if (f && !(f->seen = calloc(count, sizeof *f->seen))) {
		free(f);
		return NULL;
	}
	if (f) {
		f->m = m;
		f->count = count;
	}
	return f;
}

static void
free_bodies(struct imap_bodies *f)
{
	if (!f)
		return;
	free_bodies(f->heads);
	free(f->seen);
	free(f);
}

/* FETCH of ITEM, of the COUNT messages up to LAST, for F. */
static int
put_fetch(struct imap *m, struct imap_bodies *f, uint32_t last, size_t count,
	const char *item)
{
	char line[200];
	int rc;

	snprintf(line, sizeof line, "FETCH %u:%u (%s %s)",
		last - (uint32_t)count + 1, last, imap_flag_items(m), item);
	rc = imap_put(m, line);
	f->command[f->commands++].tag = m->m->imap_tag;
	return rc;
}

/* The headers of the newest of EXISTS messages for F, in two halves, the newest
 * first: while there is another command Dovecot keeps up to 2 KiB of what it
 * has to say back, and that is not to be the rows that are seen. */
static int
put_heads(struct imap *m, struct imap_bodies *f, uint32_t exists)
{
	static const char item[] = "BODY.PEEK[HEADER.FIELDS (DATE FROM SENDER "
				   "SUBJECT MESSAGE-ID)]<0." HEAD_PIECE ">";
	size_t first = imap_half(f->count);
	int rc = put_fetch(m, f, exists, first, item);

	return rc || first == f->count
		       ? rc
		       : put_fetch(m, f, exists - (uint32_t)first,
				 f->count - first, item);
}

int
imap_put_newest(struct imap *m, uint32_t exists, size_t count, bool with_heads)
{
	struct imap_bodies *f;
	char item[50];
	int rc = 0;

	if (exists == 0 || count == 0)
		return 0;
	if (count > exists)
		count = exists;
	f = new_bodies(m, count);
	if (f && with_heads && !(f->heads = new_bodies(m, count))) {
		free_bodies(f);
		f = NULL;
	}
	if (!f)
		return MAILIMAP_ERROR_MEMORY;
	m->newest = f;
	/* without a sink yet: a body that comes too early is refused */
	begin_bodies(m, f);
	if (with_heads)
		rc = put_heads(m, f->heads, exists);
	snprintf(item, sizeof item, "BODY.PEEK[]<0.%d>", IMAP_PIECE);
	return rc ? rc : put_fetch(m, f, exists, count, item);
}

void
imap_forget_newest(struct imap *m)
{
	free_bodies(m->newest);
	m->newest = NULL;
}

/* The commands of F that have no answer yet, as *TAG and where they stand. */
static size_t
still_open(struct imap_bodies *f, int *tag, struct imap_bodies **of, size_t *at,
	size_t n)
{
	for (size_t i = 0; f && i < f->commands; i++)
		if (!f->command[i].has_ended) {
			tag[n] = f->command[i].tag;
			of[n] = f;
			at[n++] = i;
		}
	return n;
}

/* Read until command I of F, which is the newest or its heads, has an answer; a
 * server may answer in any order. What it says, or what has ended the session.
 */
static int
await_bodies(struct imap *m, struct imap_bodies *f, size_t i)
{
	while (!f->command[i].has_ended) {
		struct imap_bodies *of[2 * COMMANDS];
		int tag[2 * COMMANDS], rc;
		size_t at[2 * COMMANDS], which, n;

		n = still_open(m->newest->heads, tag, of, at, 0);
		n = still_open(m->newest, tag, of, at, n);
		rc = imap_await_any(m, tag, n, &which);
		if (!imap_is_answer(rc))
			return rc;
		of[which]->command[at[which]].rc = rc;
		of[which]->command[at[which]].has_ended = true;
	}
	return f->command[i].rc;
}

/* The bodies of the newest, and what was asked beside, have come to an end with
 * RC. */
static int
end_newest(struct imap *m, int rc, struct err *e)
{
	struct imap_bodies *f = m->newest;

	if (f->heads) {
		f->is_strange |= f->heads->is_strange;
		f->failed |= f->heads->failed;
	}
	/* BAD is a no as well, and it need not have the last tag */
	if (rc == MAILIMAP_ERROR_PROTOCOL)
		rc = MAILIMAP_ERROR_CUSTOM_COMMAND;
	rc = end_bodies(m, f, rc, e);
	imap_forget_newest(m);
	return rc;
}

int
imap_take_newest(struct imap *m, const struct imap_sink *heads,
	const struct imap_sink *sink, struct err *e)
{
	struct imap_bodies *f = m->newest;
	int rc = 0;

	if (!f)
		return 0;
	f->sink = sink;
	if (f->heads)
		f->heads->sink = heads;
	/* what it says no to of headers does not come */
	for (size_t i = 0; f->heads && i < f->heads->commands; i++)
		if (imap_is_answer(rc))
			rc = await_bodies(m, f->heads, i);
	if (imap_is_answer(rc))
		rc = await_bodies(m, f, 0);
	return end_newest(m, rc, e);
}

/* IMAP_PIECE bytes of the section NUMBER of these, "" for all of each. */
static int
fetch_bounded(struct imap *m, const uint32_t *uid, size_t count,
	const char *number, uint64_t from, const struct imap_sink *sink,
	struct err *e)
{
	char whole[250], item[300];
	bool is_bad;
	int rc;

	snprintf(whole, sizeof whole, "BODY.PEEK[%.200s]", number);
	snprintf(item, sizeof item, "%s<%llu.%d>", whole,
		(unsigned long long)from, IMAP_PIECE);
	rc = fetch_item(m, uid, count, m->has_no_pieces ? whole : item, sink,
		&is_bad, e);
	if (rc == 0 || !is_bad || m->has_no_pieces)
		return rc;
	/* RFC 3501 has them since 1996; who has none gives all at once */
	m->has_no_pieces = true;
	log_write(LOG_INFO, m->host,
		"no part of a letter can be asked for (BODY[]<0.%d> is BAD): "
		"letters come whole",
		IMAP_PIECE);
	return fetch_item(m, uid, count, whole, sink, &is_bad, e);
}

int
imap_fetch_piece(struct imap *m, const uint32_t *uid, size_t count,
	uint64_t from, const struct imap_sink *sink, struct err *e)
{
	return fetch_bounded(m, uid, count, "", from, sink, e);
}

int
imap_fetch_part_piece(struct imap *m, uint32_t uid, const char *number,
	uint64_t from, const struct imap_sink *sink, struct err *e)
{
	return fetch_bounded(m, &uid, 1, number, from, sink, e);
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
