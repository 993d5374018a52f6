/* SPDX-License-Identifier: GPL-3.0-or-later */
/* messages into other mailboxes: see imap.h. By MOVE (RFC 6851), else COPY, or
 * by APPEND; where they are then, UIDPLUS says (RFC 4315). */
#include <libetpan/uidplus.h>
#include <stdio.h>

#include "net/imap_parts.h"

enum { COMMAND_MAX = 16 << 10, SHORT_LITERAL = 4096 };

static uint32_t
first_of(struct mailimap_set *s)
{
	clistiter *it = s && s->set_list ? clist_begin(s->set_list) : NULL;
	struct mailimap_set_item *i = it ? clist_content(it) : NULL;

	return i ? i->set_first : 0;
}

/* What the last answer said by the response code TYPE, or NULL. */
static void *
response_code(const struct imap *m, int type)
{
	struct mailimap_response_info *r = m->m->imap_response_info;
	clistiter *it = r && r->rsp_extension_list
				? clist_begin(r->rsp_extension_list)
				: NULL;

	for (; it; it = clist_next(it)) {
		struct mailimap_extension_data *d = clist_content(it);

		if (d->ext_extension == &mailimap_extension_uidplus &&
			d->ext_type == type)
			return d->ext_data;
	}
	return NULL;
}

/* --- moves
 * ------------------------------------------------------------------------ */

int
imap_move(struct imap *m, uint32_t uid, const char *raw, uint32_t *uid_out,
	bool *left_out, struct err *e)
{
	bool has_move = (m->can & IMAP_CAN_MOVE) != 0;
	struct mailimap_uidplus_resp_code_copy *copy = NULL;
	struct buf line;
	int rc;

	*uid_out = 0;
	*left_out = false;
	buf_init(&line, COMMAND_MAX);
	buf_printf(&line, "UID %s %u ", has_move ? "MOVE" : "COPY", uid);
	rc = imap_quote_box(m, &line, raw, e);
	if (rc == 0) {
		rc = imap_command(m, buf_c(&line));
		copy = rc ? NULL
			  : response_code(m, MAILIMAP_UIDPLUS_RESP_CODE_COPY);
		if (rc)
			rc = imap_fail(m, rc, "moving", ERR_MESSAGE, e);
	}
	buf_fini(&line);
	if (rc)
		return -1;
	if (copy)
		*uid_out = first_of(copy->uid_dest_set);
	return has_move ? 0 : imap_delete(m, &uid, 1, left_out, e);
}

/* The answer to the MOVE with TAG, which asked for V. */
static int
take_move(struct imap *m, int tag, struct imap_moved *v)
{
	struct mailimap_uidplus_resp_code_copy *copy;
	int rc = imap_await(m, tag);

	v->is_refused = rc && imap_is_answer(rc);
	copy = rc ? NULL : response_code(m, MAILIMAP_UIDPLUS_RESP_CODE_COPY);
	if (copy && first_of(copy->uid_source_set) == v->uid)
		v->to = first_of(copy->uid_dest_set);
	return v->is_refused ? 0 : rc;
}

int
imap_move_all(struct imap *m, struct imap_moved *v, size_t count,
	const char *raw, struct err *e)
{
	int tag[IMAP_MOVES], rc = 0;
	struct buf to, line;

	buf_init(&to, COMMAND_MAX);
	buf_init(&line, COMMAND_MAX);
	if (imap_quote_box(m, &to, raw, e) < 0) {
		buf_fini(&to);
		return -1;
	}
	for (size_t i = 0; i < count && rc == 0; i++) {
		v[i].to = 0;
		v[i].is_refused = false;
		buf_clear(&line);
		buf_printf(&line, "UID MOVE %u %s", v[i].uid, buf_c(&to));
		rc = imap_put(m, buf_c(&line));
		tag[i] = m->m->imap_tag;
	}
	buf_fini(&to);
	buf_fini(&line);
	if (rc == 0 && mailstream_flush(m->m->imap_stream) < 0)
		rc = MAILIMAP_ERROR_STREAM;
	for (size_t i = 0; i < count && rc == 0; i++)
		rc = take_move(m, tag[i], &v[i]);
	return rc ? imap_fail(m, rc, "moving", ERR_LATER, e) : 0;
}

/* --- APPEND
 * ----------------------------------------------------------------------- */

/* What follows the command: the letter, at once or when it is asked for, and
 * the line just read is the first of the answer then. */
static int
send_literal(struct imap *m, bool at_once, struct str bytes)
{
	mailstream *s = m->m->imap_stream;

	if (!at_once && (mailstream_flush(s) < 0 || !mailimap_read_line(m->m)))
		return MAILIMAP_ERROR_STREAM;
	if (!at_once && !imap_is_asked_on(m))
		return 0;
	if (mailstream_write(s, bytes.p, bytes.n) < 0 ||
		mailstream_write(s, "\r\n", 2) < 0 || mailstream_flush(s) < 0 ||
		!mailimap_read_line(m->m))
		return MAILIMAP_ERROR_STREAM;
	return 0;
}

int
imap_append(struct imap *m, const char *raw, struct str bytes, unsigned bits,
	uint32_t *uid_out, struct err *e)
{
	/* without a question (RFC 7888) */
	bool at_once = (m->can & IMAP_CAN_LITERALS) ||
		       ((m->can & IMAP_CAN_LITERALS_SHORT) &&
			       bytes.n <= SHORT_LITERAL);
	struct mailimap_uidplus_resp_code_apnd *where = NULL;
	struct buf line;
	int rc;

	*uid_out = 0;
	/* labels are set by the next pass, which finds that they differ */
	bits &= ~(imap_labels(m) | IMAP_DELETED);
	buf_init(&line, COMMAND_MAX);
	buf_adds(&line, "APPEND ");
	rc = imap_quote_box(m, &line, raw, e);
	buf_adds(&line, " (");
	imap_print_flags(m, bits, &line);
	buf_printf(&line, ") {%zu%s}", bytes.n, at_once ? "+" : "");
	if (rc == 0) {
		stream_set_secret(m->stream, true); /* a letter is not traced */
		rc = imap_put(m, buf_c(&line));
		if (rc == 0)
			rc = send_literal(m, at_once, bytes);
		if (rc == 0)
			rc = imap_read(m);
		stream_set_secret(m->stream, false);
		where = rc ? NULL
			   : response_code(m, MAILIMAP_UIDPLUS_RESP_CODE_APND);
		if (where)
			*uid_out = first_of(where->uid_set);
		if (rc)
			rc = imap_fail(m, rc, "keeping a copy", ERR_BOX, e);
	}
	buf_fini(&line);
	return rc;
}
