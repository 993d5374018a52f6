/* SPDX-License-Identifier: GPL-3.0-or-later */
/* messages into other mailboxes: see imap.h. By MOVE (RFC 6851), else COPY, or
 * by APPEND; where they are then, UIDPLUS says (RFC 4315). */
#include <libetpan/uidplus.h>
#include <stdio.h>
#include <stdlib.h>

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
	if (imap_quote(&to, str_c(raw), e) < 0) {
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

/* The flags of what is appended as the library has them. */
static struct mailimap_flag_list *
flag_list(const struct imap *m, unsigned bits)
{
	struct mailimap_flag_list *list = mailimap_flag_list_new_empty();
	struct str rest, word;
	struct buf names;

	if (!list)
		return NULL;
	buf_init(&names, COMMAND_MAX);
	imap_print_flags(m, bits, &names);
	rest = buf_str(&names);
	while (rest.n && str_split(&rest, ' ', &word)) {
		bool is_system = word.p[0] == '\\';
		char *name = strndup(word.p + is_system, word.n - is_system);

		if (!name)
			break;
		mailimap_flag_list_add(
			list, is_system ? mailimap_flag_new_flag_extension(name)
					: mailimap_flag_new_flag_keyword(name));
	}
	buf_fini(&names);
	return list;
}

/* The letter behind its command, without a question (RFC 7888). */
static int
append_at_once(struct imap *m, const char *raw, struct str bytes, unsigned bits,
	uint32_t *uid_out, struct err *e)
{
	struct mailimap_uidplus_resp_code_apnd *where;
	struct buf line;
	int rc;

	buf_init(&line, COMMAND_MAX);
	buf_adds(&line, "APPEND ");
	rc = imap_quote(&line, str_c(raw), e);
	buf_adds(&line, " (");
	imap_print_flags(m, bits, &line);
	buf_printf(&line, ") {%zu+}", bytes.n);
	if (rc == 0) {
		rc = imap_put(m, buf_c(&line));
		if (rc == 0 &&
			(mailstream_write(m->m->imap_stream, bytes.p, bytes.n) <
					0 ||
				mailstream_write(m->m->imap_stream, "\r\n", 2) <
					0 ||
				mailstream_flush(m->m->imap_stream) < 0 ||
				!mailimap_read_line(m->m)))
			rc = MAILIMAP_ERROR_STREAM;
		if (rc == 0)
			rc = imap_read(m);
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

static int
append_when_asked(struct imap *m, const char *raw, struct str bytes,
	unsigned bits, uint32_t *uid_out, struct err *e)
{
	struct mailimap_flag_list *list = flag_list(m, bits);
	uint32_t validity = 0;
	int rc;

	if (!list)
		return err_sys(e, 12, "cannot append");
	if (m->can & IMAP_CAN_UIDPLUS)
		rc = mailimap_uidplus_append(m->m, raw, list, NULL, bytes.p,
			bytes.n, &validity, uid_out);
	else
		rc = mailimap_append(m->m, raw, list, NULL, bytes.p, bytes.n);
	mailimap_flag_list_free(list);
	return rc ? imap_fail(m, rc, "keeping a copy", ERR_BOX, e) : 0;
}

int
imap_append(struct imap *m, const char *raw, struct str bytes, unsigned bits,
	uint32_t *uid_out, struct err *e)
{
	bool at_once = (m->can & IMAP_CAN_LITERALS) ||
		       ((m->can & IMAP_CAN_LITERALS_SHORT) &&
			       bytes.n <= SHORT_LITERAL);
	int rc;

	*uid_out = 0;
	/* labels are set by the next pass, which finds that they differ */
	bits &= ~(imap_labels(m) | IMAP_DELETED);
	stream_set_secret(m->stream, true); /* a letter is not traced */
	rc = (at_once ? append_at_once : append_when_asked)(
		m, raw, bytes, bits, uid_out, e);
	stream_set_secret(m->stream, false);
	return rc;
}
