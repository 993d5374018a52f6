/* SPDX-License-Identifier: GPL-3.0-or-later */
/* the list of mailboxes: see imap.h. It is read here and not by libetpan, which
 * keeps one STATUS of the many that LIST-STATUS (RFC 5819) brings.
 *
 *	ID, ENABLE QRESYNC, NAMESPACE, GETQUOTAROOT INBOX,
 *	LIST … RETURN (SPECIAL-USE STATUS (…)): one flight
 */
#include <stdio.h>

#include "base/utf8.h"
#include "net/imap_parts.h"

enum { RESPONSE_MAX = 2 << 20 };

/* --- a response, with its literals
 * ---------------------------------------------------- */

/* Does LINE end with "{N}", N at most MAX? */
static bool
announces(struct str line, uint64_t max, uint64_t *n)
{
	ptrdiff_t at = str_rchr(line, '{');

	return at >= 0 && str_ends(line, STR("}")) &&
	       str_to_u64(str_sub(line, (size_t)at + 1, line.n - 1), max, n);
}

/* N bytes of a literal into OUT, or where L says. */
static int
read_literal(struct imap *m, uint64_t n, struct buf *out,
	const struct imap_literal *l)
{
	while (n) {
		char piece[4096];
		ssize_t got = mailstream_read(m->m->imap_stream, piece,
			n < sizeof piece ? (size_t)n : sizeof piece);

		if (got <= 0)
			return MAILIMAP_ERROR_STREAM;
		if (!l)
			buf_add(out, (struct str){ piece, (size_t)got });
		else if (l->data(l->ctx, (struct str){ piece, (size_t)got }) <
			 0)
			return MAILIMAP_ERROR_PARSE;
		n -= (uint64_t)got;
	}
	return MAILIMAP_NO_ERROR;
}

/* Does OUT end with the beginning of a literal for L? That is cut off then. */
static bool
goes_past(struct buf *out, const struct imap_literal *l, uint64_t *n)
{
	struct str text = buf_str(out);

	if (!l || !announces(text, LIMIT_MESSAGE, n))
		return false;
	text.n = (size_t)str_rchr(text, '{');
	text.n -= str_ends(text, STR("~"));
	if (!l->is_it(l->ctx, text))
		return false;
	buf_cut(out, text.n);
	buf_adds(out, "~ ");
	return true;
}

int
imap_read_past(struct imap *m, struct buf *out, const struct imap_literal *l)
{
	buf_clear(out);
	for (;;) {
		struct str line;
		bool is_past;
		uint64_t n;
		int rc;

		if (!mailimap_read_line(m->m))
			return MAILIMAP_ERROR_STREAM;
		line = str_trim((struct str){ m->m->imap_stream_buffer->str,
			m->m->imap_stream_buffer->len });
		if (out->n + line.n + 2 > RESPONSE_MAX)
			return MAILIMAP_ERROR_PARSE;
		buf_add(out, line);
		is_past = goes_past(out, l, &n);
		if (!is_past && !announces(line, LIMIT_IMAP_LITERAL, &n))
			return MAILIMAP_NO_ERROR;
		if (!is_past)
			buf_adds(out, "\r\n");
		if (!is_past && out->n + n > RESPONSE_MAX)
			return MAILIMAP_ERROR_PARSE;
		rc = read_literal(m, n, out, is_past ? l : NULL);
		if (rc)
			return rc;
	}
}

int
imap_read_raw(struct imap *m, struct buf *out)
{
	return imap_read_past(m, out, NULL);
}

bool
imap_word(struct arena *a, struct str *s, struct str *out)
{
	size_t i = 0;
	uint64_t n;

	while (s->n && s->p[0] == ' ')
		*s = str_sub(*s, 1, s->n);
	if (s->n == 0)
		return false;
	if (s->p[0] == '"') {
		char *text = arena_alloc(a, s->n + 1);
		size_t k = 0;

		for (i = 1; i < s->n && s->p[i] != '"'; i++) {
			i += s->p[i] == '\\' && i + 1 < s->n;
			text[k++] = s->p[i];
		}
		i += i < s->n;
		*out = (struct str){ text, k };
	} else if (s->p[0] == '{') {
		ptrdiff_t end = str_chr(*s, '\n');

		if (end < 3 || !announces(str_sub(*s, 0, (size_t)end - 1),
				       LIMIT_IMAP_LITERAL, &n))
			return false;
		*out = str_sub(*s, (size_t)end + 1, (size_t)end + 1 + n);
		i = (size_t)end + 1 + out->n;
	} else {
		if (s->p[0] == '(' || s->p[0] == ')')
			i = 1;
		else
			while (i < s->n && s->p[i] != ' ' && s->p[i] != '(' &&
				s->p[i] != ')')
				i++;
		*out = str_sub(*s, 0, i);
	}
	*s = str_sub(*s, i, s->n);
	return true;
}

static bool
is_name(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] < 0x20)
			return false;
	return s.n > 0 && s.n <= LIMIT_FOLDER_NAME;
}

/* --- LIST and STATUS
 * ------------------------------------------------------------------ */

struct list {
	struct imap *m;
	struct arena *a;
	struct imap_box *box;
	size_t count, cap;
	const char *why; /* the words of the last NO or BAD */
};

/* "(\HasNoChildren \Sent) "/" Sent", after "* LIST". */
static void
take_list(struct list *l, struct str line)
{
	struct imap_box b = { .is_selectable = true };
	struct str word, name;
	struct buf utf8;

	if (l->count == LIMIT_FOLDERS || !imap_word(l->a, &line, &word) ||
		!str_eq(word, STR("(")))
		return;
	while (imap_word(l->a, &line, &word) && !str_eq(word, STR(")"))) {
		if (b.role == 0 && word.n)
			b.role = imap_role(arena_cstr(l->a, word));
		if (str_ieq(word, STR("\\Noselect")) ||
			str_ieq(word, STR("\\NonExistent")))
			b.is_selectable = false;
	}
	if (!imap_word(l->a, &line, &word) || !imap_word(l->a, &line, &name) ||
		!is_name(name))
		return;
	name = imap_raw_of(l->m, l->a, name);
	b.delimiter = word.n == 1 ? word.p[0] : 0;
	buf_init(&utf8, 4 * LIMIT_FOLDER_NAME);
	imap_name_decode(&utf8, name);
	b.raw = arena_cstr(l->a, name);
	b.name = arena_cstr(l->a, buf_str(&utf8));
	buf_fini(&utf8);
	if (str_ieq(name, STR("INBOX"))) {
		b.raw = b.name = "INBOX";
		b.role = imap_role("Inbox");
	}
	if (l->count == l->cap) {
		struct imap_box *bigger;

		l->cap = l->cap ? 2 * l->cap : 64;
		bigger = arena_array(l->a, l->cap, sizeof *bigger);
		if (l->count)
			memcpy(bigger, l->box, l->count * sizeof *bigger);
		l->box = bigger;
	}
	l->box[l->count++] = b;
}

/* "Sent (MESSAGES 3 UIDNEXT 4)", after "* STATUS". */
static void
take_status(struct list *l, struct str line)
{
	struct str name, word, value;
	struct imap_box *b = NULL;
	uint64_t n;

	if (!imap_word(l->a, &line, &name) || !imap_word(l->a, &line, &word) ||
		!str_eq(word, STR("(")))
		return;
	name = imap_raw_of(l->m, l->a, name);
	/* a status follows its mailbox */
	for (size_t i = l->count; i > 0 && !b; i--)
		if (str_eq(name, str_c(l->box[i - 1].raw)) ||
			(str_ieq(name, STR("INBOX")) &&
				str_ieq(name, str_c(l->box[i - 1].raw))))
			b = &l->box[i - 1];
	if (!b)
		return;
	b->has_status = true;
	while (imap_word(l->a, &line, &word) &&
		imap_word(l->a, &line, &value)) {
		bool is_modseq = str_ieq(word, STR("HIGHESTMODSEQ"));
		bool is_size = str_ieq(word, STR("SIZE"));

		if (!str_to_u64(value,
			    is_modseq || is_size ? INT64_MAX : UINT32_MAX, &n))
			continue;
		if (is_modseq)
			b->status.modseq = n;
		else if (is_size)
			b->status.bytes = n;
		else if (str_ieq(word, STR("UIDVALIDITY")))
			b->status.uidvalidity = (uint32_t)n;
		else if (str_ieq(word, STR("UIDNEXT")))
			b->status.uidnext = (uint32_t)n;
		else if (str_ieq(word, STR("MESSAGES")))
			b->status.exists = (uint32_t)n;
	}
}

/* Read until the answer with TAG, and say what it was. */
static int
read_until(struct list *l, int tag, struct buf *line)
{
	struct str rest, word;
	char want[16];

	snprintf(want, sizeof want, "%d", tag);
	for (;;) {
		int rc = imap_read_raw(l->m, line);

		if (rc)
			return rc;
		rest = buf_str(line);
		if (!imap_word(l->a, &rest, &word))
			continue;
		if (str_eq(word, str_c(want))) {
			if (imap_word(l->a, &rest, &word) &&
				str_ieq(word, STR("OK")))
				return MAILIMAP_NO_ERROR;
			l->why = arena_cstr(l->a, str_trim(rest));
			return MAILIMAP_ERROR_CUSTOM_COMMAND;
		}
		if (!str_eq(word, STR("*")))
			return MAILIMAP_ERROR_PARSE;
		if (!imap_word(l->a, &rest, &word))
			continue;
		if (str_ieq(word, STR("LIST")))
			take_list(l, rest);
		else if (str_ieq(word, STR("STATUS")))
			take_status(l, rest);
		else if (str_ieq(word, STR("BYE")))
			return MAILIMAP_ERROR_STREAM;
		else
			imap_take_about(l->m, l->a, word, rest);
	}
}

int
imap_read_who(struct imap *m, int tag)
{
	struct arena *a = arena_new();
	struct list l = { .m = m, .a = a };
	struct buf line;
	int rc;

	buf_init(&line, RESPONSE_MAX);
	rc = read_until(&l, tag, &line);
	buf_fini(&line);
	arena_free(&a);
	return rc == MAILIMAP_ERROR_CUSTOM_COMMAND ? 0 : rc; /* then without */
}

enum { STATUS_IN_FLIGHT = 32 };

static const char *
status_items(const struct imap *m)
{
	return m->looks_only && (m->can & IMAP_CAN_SIZE)
		       ? "(MESSAGES UIDNEXT UIDVALIDITY HIGHESTMODSEQ SIZE)"
		       : "(MESSAGES UIDNEXT UIDVALIDITY HIGHESTMODSEQ)";
}

/* LIST with all that the server can say beside. */
static int
put_list(struct imap *m, bool with_status)
{
	const unsigned use = IMAP_CAN_SPECIAL_USE | IMAP_CAN_LIST_EXTENDED;
	bool with_use = (m->can & use) == use;
	char line[200];

	snprintf(line, sizeof line, "LIST \"\" \"*\"%s%s%s%s%s",
		with_status || with_use ? " RETURN (" : "",
		with_use ? "SPECIAL-USE" : "",
		with_status && with_use ? " " : "",
		with_status ? "STATUS " : "",
		with_status ? status_items(m) : "");
	if (with_status || with_use)
		strncat(line, ")", sizeof line - strlen(line) - 1);
	return imap_put(m, line);
}

/* STATUS of each mailbox, many in a flight. A NO leaves it without. */
static int
ask_each(struct list *l, struct buf *line)
{
	int rc = 0;

	for (size_t at = 0; at < l->count && rc == 0;) {
		int tag[STATUS_IN_FLIGHT];
		size_t n = 0;

		for (; at < l->count && n < STATUS_IN_FLIGHT && rc == 0; at++) {
			struct err ignored;

			buf_clear(line);
			buf_adds(line, "STATUS ");
			if (!l->box[at].is_selectable ||
				imap_quote_box(l->m, line, l->box[at].raw,
					&ignored) < 0)
				continue;
			buf_printf(line, " %s", status_items(l->m));
			rc = imap_put(l->m, buf_c(line));
			tag[n++] = l->m->m->imap_tag;
		}
		if (rc == 0 && mailstream_flush(l->m->m->imap_stream) < 0)
			rc = MAILIMAP_ERROR_STREAM;
		for (size_t i = 0; i < n && rc == 0; i++) {
			rc = read_until(l, tag[i], line);
			if (rc == MAILIMAP_ERROR_CUSTOM_COMMAND)
				rc = 0;
		}
	}
	return rc;
}

/* The list itself was refused: always -1. */
static int
refused(const struct list *l, struct err *e)
{
	struct str why = str_c(l->why);
	bool is_for_now =
		imap_is_haste(why) || str_istarts(why, STR("[UNAVAILABLE]"));
	struct buf words;

	buf_init(&words, 300);
	utf8_safe(&words, why, UTF8_LINE);
	err_set(e, is_for_now ? ERR_LATER : ERR_ACCOUNT, 0, "%s: '%s' says: %s",
		err_words(N_("the list of mailboxes")), l->m->host,
		words.n ? buf_c(&words) : err_words(N_("no")));
	buf_fini(&words);
	return -1;
}

int
imap_list(struct imap *m, struct arena *a, struct imap_box **out,
	size_t *count_out, struct err *e)
{
	const unsigned full = IMAP_CAN_LIST_STATUS | IMAP_CAN_CONDSTORE;
	bool with_status = (m->can & full) == full;
	struct list l = { .m = m, .a = a };
	int about[4], rc;
	struct buf line;
	size_t abouts;

	buf_init(&line, RESPONSE_MAX);
	rc = imap_put_about(m, about, &abouts);
	if (rc == 0)
		rc = put_list(m, with_status);
	if (rc == 0 && mailstream_flush(m->m->imap_stream) < 0)
		rc = MAILIMAP_ERROR_STREAM;
	for (size_t i = 0; i < abouts && rc == 0; i++) {
		rc = read_until(&l, about[i], &line);
		if (rc == MAILIMAP_ERROR_CUSTOM_COMMAND)
			rc = 0; /* then without */
	}
	if (rc == 0)
		rc = read_until(&l, m->m->imap_tag, &line);
	if (rc == 0 && !with_status && (m->can & IMAP_CAN_CONDSTORE))
		rc = ask_each(&l, &line);
	buf_fini(&line);
	if (rc == MAILIMAP_ERROR_CUSTOM_COMMAND &&
		(with_status || (m->can & IMAP_CAN_SPECIAL_USE))) {
		/* it says that it can, and cannot */
		m->can &= ~(unsigned)(IMAP_CAN_LIST_STATUS |
				      IMAP_CAN_SPECIAL_USE | IMAP_CAN_SIZE);
		return imap_list(m, a, out, count_out, e);
	}
	if (rc == 0)
		imap_name_boxes(m, a, l.box, l.count);
	*out = l.box;
	*count_out = rc ? 0 : l.count;
	if (rc == MAILIMAP_ERROR_CUSTOM_COMMAND)
		return refused(&l, e);
	return rc ? imap_fail(m, rc, "the list of mailboxes", ERR_ACCOUNT, e)
		  : 0;
}
