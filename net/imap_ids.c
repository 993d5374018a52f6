/* SPDX-License-Identifier: GPL-3.0-or-later */
/* what a server calls a letter wherever it lies: see imap.h. EMAILID (RFC 8474)
 * or Gmail's X-GM-MSGID. Read here, since libetpan drops a whole FETCH answer
 * of which it does not know one item. */
#include <stdio.h>
#include <stdlib.h>

#include "net/imap_parts.h"

enum { LINE_MAX_BYTES = 1 << 20, ID_MAX = 255 };

bool
imap_has_ids(const struct imap *m)
{
	return (m->can & (IMAP_CAN_OBJECTID | IMAP_CAN_GMAIL)) != 0;
}

/* "(\Seen $Forwarded)", after FLAGS or X-GM-LABELS. */
static unsigned
take_flags(
	const struct imap *m, bool is_label, struct arena *a, struct str *line)
{
	struct str word;
	unsigned out = 0;

	if (!imap_word(a, line, &word) || !str_eq(word, STR("(")))
		return 0;
	while (imap_word(a, line, &word) && !str_eq(word, STR(")")))
		out |= is_label ? imap_label_bit(m, word)
				: imap_flag_of(m, word);
	return out;
}

/* "5 FETCH (UID 7 FLAGS () EMAILID (M1))", after "* ". */
static bool
take_fetch(const struct imap *m, struct arena *a, struct str line,
	struct imap_id *out)
{
	struct str word;

	*out = (struct imap_id){ 0 };
	if (!imap_word(a, &line, &word) || !imap_word(a, &line, &word) ||
		!str_ieq(word, STR("FETCH")) || !imap_word(a, &line, &word))
		return false;
	while (imap_word(a, &line, &word)) {
		bool is_email = str_ieq(word, STR("EMAILID"));
		uint64_t n;

		if (str_ieq(word, STR("FLAGS"))) {
			out->flags |= take_flags(m, false, a, &line);
		} else if (str_ieq(word, STR("X-GM-LABELS"))) {
			out->flags |= take_flags(m, true, a, &line);
		} else if (str_ieq(word, STR("UID"))) {
			if (!imap_word(a, &line, &word) ||
				!str_to_u64(word, UINT32_MAX, &n))
				return false;
			out->uid = (uint32_t)n;
		} else if (is_email || str_ieq(word, STR("X-GM-MSGID"))) {
			if (is_email && (!imap_word(a, &line, &word) ||
						!str_eq(word, STR("("))))
				return false;
			if (!imap_word(a, &line, &word) || word.n > ID_MAX)
				return false;
			/* of the two kinds none is the other's */
			out->id = arena_printf(a, "%c%.*s",
				is_email ? 'e' : 'g', STR_ARG(word));
		}
	}
	return out->uid && out->id;
}

static int
by_uid(const void *a, const void *b)
{
	uint32_t x = ((const struct imap_id *)a)->uid;
	uint32_t y = ((const struct imap_id *)b)->uid;

	return x < y ? -1 : x > y;
}

/* The answers up to the one with our tag. */
static int
read_ids(struct imap *m, struct arena *a, struct imap_id *out, size_t most,
	size_t *count)
{
	char want[16];
	struct buf line;
	int rc;

	snprintf(want, sizeof want, "%d", m->m->imap_tag);
	buf_init(&line, LINE_MAX_BYTES);
	while ((rc = imap_read_raw(m, &line)) == MAILIMAP_NO_ERROR) {
		struct str rest = buf_str(&line), word;
		struct imap_id id;

		if (!imap_word(a, &rest, &word))
			continue;
		if (str_eq(word, str_c(want))) {
			rc = imap_word(a, &rest, &word) &&
					     str_ieq(word, STR("OK"))
				     ? MAILIMAP_NO_ERROR
				     : MAILIMAP_ERROR_CUSTOM_COMMAND;
			break;
		}
		if (!str_eq(word, STR("*"))) {
			rc = MAILIMAP_ERROR_PARSE;
			break;
		}
		if (*count < most && take_fetch(m, a, rest, &id))
			out[(*count)++] = id;
	}
	buf_fini(&line);
	return rc;
}

int
imap_ids(struct imap *m, const uint32_t *uid, size_t n, struct arena *a,
	struct imap_id **out, size_t *count_out, struct err *e)
{
	struct buf line;
	size_t kept = 0;
	int rc;

	*count_out = 0;
	*out = arena_array(a, n + 1, sizeof **out);
	if (!imap_has_ids(m) || n == 0)
		return 0;
	buf_init(&line, LINE_MAX_BYTES);
	buf_adds(&line, "UID FETCH ");
	imap_print_set(&line, uid, n);
	buf_printf(&line, " (%s %s)", imap_flag_items(m),
		m->can & IMAP_CAN_OBJECTID ? "EMAILID" : "X-GM-MSGID");
	rc = imap_put(m, buf_c(&line));
	buf_fini(&line);
	if (rc == 0 && mailstream_flush(m->m->imap_stream) < 0)
		rc = MAILIMAP_ERROR_STREAM;
	if (rc == 0)
		rc = read_ids(m, a, *out, n, count_out);
	if (rc == MAILIMAP_ERROR_CUSTOM_COMMAND) {
		/* it says that it can, and cannot */
		m->can &= ~(unsigned)(IMAP_CAN_OBJECTID | IMAP_CAN_GMAIL);
		*count_out = 0;
		return 0;
	}
	if (rc)
		return imap_fail(m, rc, "the names of letters", ERR_LATER, e);
	qsort(*out, *count_out, sizeof **out, by_uid);
	for (size_t i = 0; i < *count_out; i++) /* one answer for each */
		if (kept == 0 || (*out)[kept - 1].uid != (*out)[i].uid)
			(*out)[kept++] = (*out)[i];
	*count_out = kept;
	return 0;
}
