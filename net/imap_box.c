/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mailboxes, by their names: see imap.h. Here and in the state a name is spelt
 * as RFC 3501 has it (5.1.3), and the session spells it as UTF-8 where the
 * server has said so (RFC 9755, before that RFC 6855). */
#include "net/imap_parts.h"

enum { LINE_MAX_BYTES = 4096 + 8 * LIMIT_FOLDER_NAME };

int
imap_quote_box(
	const struct imap *m, struct buf *out, const char *raw, struct err *e)
{
	struct buf name;
	int rc;

	buf_init(&name, 4 * LIMIT_FOLDER_NAME);
	if (m->is_utf8)
		imap_name_decode(&name, str_c(raw));
	else
		buf_adds(&name, raw);
	rc = imap_quote_utf8(out, buf_str(&name), e);
	buf_fini(&name);
	return rc;
}

struct str
imap_raw_of(const struct imap *m, struct arena *a, struct str said)
{
	struct buf raw;

	if (!m->is_utf8)
		return said;
	buf_init(&raw, 8 * LIMIT_FOLDER_NAME);
	imap_name_encode(&raw, said);
	said = arena_str(a, buf_str(&raw));
	buf_fini(&raw);
	return said;
}

/* --- opening
 * ----------------------------------------------------------------------------
 */

/* Write SELECT RAW (QRESYNC …), with FETCH of the newest COUNT of EXISTS
 * messages (0: none) behind it, WITH_HEADS or not, and take the answer to
 * SELECT: what mailimap_select does, with our line. */
static int
select_own(struct imap *m, const char *line, uint32_t exists, size_t count,
	bool with_heads)
{
	int who[2], tag, rc;
	size_t n;

	rc = imap_put_who(m, who, &n);
	if (rc == 0)
		rc = imap_put(m, line);
	tag = m->m->imap_tag;
	if (rc == 0)
		rc = imap_put_newest(m, exists, count, with_heads);
	if (rc)
		return rc;
	if (m->m->imap_selection_info)
		mailimap_selection_info_free(m->m->imap_selection_info);
	m->m->imap_selection_info = mailimap_selection_info_new();
	if (!m->m->imap_selection_info)
		return MAILIMAP_ERROR_MEMORY;
	if (mailstream_flush(m->m->imap_stream) < 0)
		rc = MAILIMAP_ERROR_STREAM;
	for (size_t i = 0; i < n && rc == 0; i++)
		rc = imap_read_who(m, who[i]);
	if (rc == 0)
		rc = imap_await(m, tag);
	if (rc == MAILIMAP_ERROR_PROTOCOL) /* BAD is a no as well */
		rc = MAILIMAP_ERROR_CUSTOM_COMMAND;
	if (rc) {
		mailimap_selection_info_free(m->m->imap_selection_info);
		m->m->imap_selection_info = NULL;
	}
	m->m->imap_state =
		rc ? MAILIMAP_STATE_AUTHENTICATED : MAILIMAP_STATE_SELECTED;
	return rc;
}

int
imap_select_with(struct imap *m, const char *raw, const char *with,
	uint32_t exists, size_t count, bool with_heads, struct imap_info *out,
	struct err *e)
{
	struct buf line;
	int rc;

	buf_init(&line, LINE_MAX_BYTES);
	buf_adds(&line, m->looks_only ? "EXAMINE " : "SELECT ");
	if (imap_quote_box(m, &line, raw, e) < 0) {
		buf_fini(&line);
		return -1;
	}
	if (*with)
		buf_printf(&line, " (%s)", with);
	rc = select_own(m, buf_c(&line), exists, count, with_heads);
	buf_fini(&line);
	if (rc)
		return imap_fail(
			m, rc, "the mailbox cannot be opened", ERR_BOX, e);
	imap_selected(m, out);
	return 0;
}

int
imap_select(
	struct imap *m, const char *raw, struct imap_info *out, struct err *e)
{
	return imap_select_with(m, raw, "", 0, 0, false, out, e);
}

int
imap_leave(struct imap *m, struct err *e)
{
	struct imap_info info;
	int rc;

	if (!(m->can & IMAP_CAN_UNSELECT))
		return imap_select(m, "INBOX", &info, e);
	rc = imap_command(m, "UNSELECT");
	/* none was open */
	if (rc && !imap_is_answer(rc))
		return imap_fail(m, rc, "leaving a mailbox", ERR_LATER, e);
	m->m->imap_state = MAILIMAP_STATE_AUTHENTICATED;
	return 0;
}

/* --- making and unmaking
 * ----------------------------------------------------------------------------
 */

/* VERB with the mailbox RAW, and TO behind it unless that is NULL. */
static int
name_command(struct imap *m, const char *verb, const char *raw, const char *to,
	const char *doing, struct err *e)
{
	struct buf line;
	int rc;

	buf_init(&line, 2 * LINE_MAX_BYTES);
	buf_printf(&line, "%s ", verb);
	rc = imap_quote_box(m, &line, raw, e);
	if (rc == 0 && to) {
		buf_addc(&line, ' ');
		rc = imap_quote_box(m, &line, to, e);
	}
	if (rc == 0) {
		rc = imap_command(m, buf_c(&line));
		if (rc)
			rc = imap_fail(m, rc, doing, ERR_BOX, e);
	}
	buf_fini(&line);
	return rc;
}

int
imap_create(struct imap *m, const char *raw, struct err *e)
{
	return name_command(
		m, "CREATE", raw, NULL, "the mailbox cannot be made", e);
}

int
imap_rename(struct imap *m, const char *raw, const char *to, struct err *e)
{
	return name_command(
		m, "RENAME", raw, to, "the mailbox cannot be renamed", e);
}

int
imap_remove(struct imap *m, const char *raw, struct err *e)
{
	return name_command(
		m, "DELETE", raw, NULL, "the mailbox cannot be deleted", e);
}

int
imap_subscribe(struct imap *m, const char *raw, bool is_on, struct err *e)
{
	return name_command(m, is_on ? "SUBSCRIBE" : "UNSUBSCRIBE", raw, NULL,
		"the mailbox cannot be subscribed", e);
}
