/* SPDX-License-Identifier: GPL-3.0-or-later */
/* compose_reply - drafts made from letters and mailto: URIs: see compose.h */
#include "mime/compose.h"

#include "base/utf8.h"
#include "mime/charset.h"

enum { REFERENCES_MAX = 40, QUOTE_MAX = 1 << 20 };

/* --- subjects --------------------------------------------------------------
 */

/* Length of "Re:", "RE[2]:", "AW:", "답장:", … at the start of S; 0 for none.
 */
static size_t
prefix_length(struct str s, bool forward)
{
	static const char *const replies[] = { "re", "aw", "sv", "vs", "antw",
		"ynt", "odp", "ref", "rif", "res", "bls", "답장", "회신",
		"回复", "回覆", "答复", "返信" };
	static const char *const forwards[] = { "fwd", "fw", "wg", "tr", "rv",
		"enc", "doorst", "전달", "转发", "轉寄", "転送" };
	const char *const *list = forward ? forwards : replies;
	size_t count = forward ? sizeof forwards / sizeof *forwards
			       : sizeof replies / sizeof *replies;

	for (size_t i = 0; i < count; i++) {
		size_t n = strlen(list[i]);

		if (!str_istarts(s, str_c(list[i])))
			continue;
		if (n < s.n && (s.p[n] == '[' || s.p[n] == '^')) {
			while (n < s.n && s.p[n] != ']' && s.p[n] != ':')
				n++;
			n += n < s.n && s.p[n] == ']';
		}
		while (n < s.n && s.p[n] == ' ')
			n++;
		if (n < s.n && s.p[n] == ':')
			return n + 1;
		if (str_starts(str_sub(s, n, s.n), STR("\uff1a")))
			return n + 3; /* the wide colon of East Asia */
	}
	return 0;
}

void
compose_subject(struct buf *out, const char *prefix, struct str subject)
{
	bool forward = ascii_lower(prefix[0]) == 'f';

	subject = str_trim(subject);
	if (prefix_length(subject, forward) == 0)
		buf_adds(out, prefix);
	buf_add(out, subject);
}

static struct str
subject_of(struct arena *a, const char *prefix, struct str subject)
{
	struct buf b;
	struct str r;

	buf_init(&b, LIMIT_FIELD);
	compose_subject(&b, prefix, subject);
	r = arena_str(a, buf_str(&b));
	buf_fini(&b);
	return r;
}

/* --- recipients ------------------------------------------------------------
 */

struct people {
	struct buf text;
	struct str seen[LIMIT_ADDRESSES];
	size_t count;
	const struct str *own;
	size_t owns;
};

static bool
is_own(const struct people *p, struct str addr)
{
	for (size_t i = 0; i < p->owns; i++)
		if (str_ieq(p->own[i], addr))
			return true;
	return false;
}

/* Add each of L that is not there yet and is not the user. Only what can be
 * written to is taken: a reply goes to what is shown (rule R18). */
static void
add_people(struct people *p, const struct field_addresses *l, bool keep_own)
{
	for (size_t i = 0; i < l->count && p->count < LIMIT_ADDRESSES; i++) {
		struct str addr = l->item[i].addr;
		bool twice = false;

		if (!field_is_mailbox(addr, true) ||
			(!keep_own && is_own(p, addr)))
			continue;
		for (size_t k = 0; k < p->count; k++)
			twice |= str_ieq(p->seen[k], addr);
		if (twice)
			continue;
		p->seen[p->count++] = addr;
		if (p->text.n)
			buf_adds(&p->text, ", ");
		field_print_address(&p->text, &l->item[i]);
	}
}

static struct str
take_text(struct arena *a, struct people *p)
{
	struct str r = arena_str(a, buf_str(&p->text));

	buf_clear(&p->text);
	return r;
}

static void
set_recipients(struct arena *a, struct compose_draft *d,
	const struct message *m, enum compose_kind kind, const struct str *own,
	size_t count)
{
	struct people *p = ARENA_NEW(a, struct people);
	const struct field_addresses *to = m->mail_reply_to.count
						   ? &m->mail_reply_to
					   : m->reply_to.count ? &m->reply_to
							       : &m->from;

	buf_init(&p->text, LIMIT_FIELD);
	p->own = own;
	p->owns = count;
	if (kind == COMPOSE_REPLY_LIST && m->list_post.count) {
		add_people(p, &m->list_post, true);
	} else if (kind == COMPOSE_REPLY_ALL && m->mail_followup_to.count) {
		add_people(p, &m->mail_followup_to, false);
	} else {
		add_people(p, to, false);
		/* an answer to one's own letter goes to whom that went */
		if (p->count == 0)
			add_people(p, &m->to, false);
		if (p->count == 0)
			add_people(p, to, true);
	}
	d->to = take_text(a, p);
	if (kind == COMPOSE_REPLY_ALL && !m->mail_followup_to.count) {
		add_people(p, &m->to, false);
		add_people(p, &m->cc, false);
		d->cc = take_text(a, p);
	}
	buf_fini(&p->text);
}

/* --- text ------------------------------------------------------------------
 */

/* TEXT with a quote mark before each line, the signature left out. */
static void
add_quoted(struct buf *out, struct str text)
{
	struct str line;

	while (text.n && str_split(&text, '\n', &line)) {
		if (!text.p && line.n == 0)
			break;
		if (str_eq(line, STR("-- ")))
			break;
		while (line.n && line.p[line.n - 1] == ' ')
			line.n--;
		buf_adds(out, line.n && line.p[0] != '>' ? "> " : ">");
		buf_add(out, line);
		buf_addc(out, '\n');
	}
}

/* The text of M, safe: what an editor gets is drawn by a terminal too. */
static void
safe_text(struct buf *out, const struct message *m)
{
	struct buf b;

	buf_init(&b, QUOTE_MAX);
	message_text(&b, m);
	utf8_safe(out, buf_str(&b), UTF8_TEXT);
	while (out->n &&
		(out->p[out->n - 1] == '\n' || out->p[out->n - 1] == ' '))
		buf_cut(out, out->n - 1);
	if (out->n)
		buf_addc(out, '\n');
	buf_fini(&b);
}

static struct str
attribution_name(const struct message *m)
{
	if (m->from.count == 0)
		return STR("somebody");
	return m->from.item[0].name.n ? m->from.item[0].name
				      : m->from.item[0].addr;
}

static struct str
quoted_text(struct arena *a, const struct message *m)
{
	struct buf out, text;
	struct str r;

	buf_init(&out, 2 * QUOTE_MAX + 4096);
	buf_init(&text, 2 * QUOTE_MAX);
	if (m->has_date) {
		buf_adds(&out, "On ");
		field_print_date(&out, m->date, m->zone);
		buf_adds(&out, ", ");
	}
	utf8_safe(&out, str_sub(attribution_name(m), 0, 200), UTF8_LINE);
	buf_adds(&out, " wrote:\n");
	safe_text(&text, m);
	add_quoted(&out, buf_str(&text));
	r = arena_str(a, buf_str(&out));
	buf_fini(&out);
	buf_fini(&text);
	return r;
}

/* References of the answer (RFC 5322, 3.6.4); the oldest and the newest are
 * kept where there are too many. */
static struct str
references(struct arena *a, const struct message *m)
{
	const struct field_ids *l =
		m->references.count ? &m->references : &m->in_reply_to;
	struct buf b;
	struct str r;

	buf_init(&b, LIMIT_FIELD);
	for (size_t i = 0; i < l->count; i++) {
		if (i > 0 && l->count > REFERENCES_MAX &&
			i < l->count - REFERENCES_MAX + 1)
			continue;
		if (b.n)
			buf_addc(&b, ' ');
		buf_add(&b, l->id[i]);
	}
	if (m->message_id.n) {
		if (b.n)
			buf_addc(&b, ' ');
		buf_add(&b, m->message_id);
	}
	r = arena_str(a, buf_str(&b));
	buf_fini(&b);
	return r;
}

struct compose_draft
compose_reply(struct arena *a, const struct message *m, enum compose_kind kind,
	const struct str *own, size_t count)
{
	struct compose_draft d = { 0 };

	set_recipients(a, &d, m, kind, own, count);
	d.subject = subject_of(a, "Re: ", m->subject);
	d.in_reply_to = m->message_id;
	d.references = references(a, m);
	d.text = quoted_text(a, m);
	return d;
}

static void
add_line(struct buf *out, const char *label, const struct field_addresses *l)
{
	struct buf b;

	if (l->count == 0)
		return;
	buf_init(&b, LIMIT_FIELD_SHOWN);
	for (size_t i = 0; i < l->count; i++) {
		if (i)
			buf_adds(&b, ", ");
		field_print_address(&b, &l->item[i]);
	}
	buf_adds(out, label);
	utf8_safe(out, buf_str(&b), UTF8_LINE);
	buf_addc(out, '\n');
	buf_fini(&b);
}

static void
forward_files(struct arena *a, struct compose_draft *d, const struct message *m)
{
	d->file = arena_array(a, m->attachments + 1, sizeof *d->file);
	for (size_t i = 0; i < m->attachments; i++) {
		const struct part *p = m->attachment[i];
		struct compose_file *f = &d->file[d->files++];
		struct buf b, name;

		buf_init(&b, LIMIT_MESSAGE);
		buf_init(&name, 1024);
		part_decode(&b, p);
		part_safe_name(&name, p);
		f->name = arena_str(a, buf_str(&name));
		f->type = p->type;
		f->bytes = arena_str(a, buf_str(&b));
		f->is_inline = str_eq(p->disposition, STR("inline"));
		buf_fini(&b);
		buf_fini(&name);
	}
}

struct compose_draft
compose_forward(struct arena *a, const struct message *m, bool attach)
{
	struct compose_draft d = { 0 };
	struct buf out;

	d.subject = subject_of(a, "Fwd: ", m->subject);
	if (attach) {
		d.forward = m->bytes;
		return d;
	}
	buf_init(&out, 2 * QUOTE_MAX + 65536);
	buf_adds(&out, "-------- Forwarded message --------\n");
	add_line(&out, "From: ", &m->from);
	if (m->has_date) {
		buf_adds(&out, "Date: ");
		field_print_date(&out, m->date, m->zone);
		buf_addc(&out, '\n');
	}
	add_line(&out, "To: ", &m->to);
	add_line(&out, "Cc: ", &m->cc);
	buf_adds(&out, "Subject: ");
	utf8_safe(&out, m->subject, UTF8_LINE);
	buf_adds(&out, "\n\n");
	safe_text(&out, m);
	d.text = arena_str(a, buf_str(&out));
	buf_fini(&out);
	forward_files(a, &d, m);
	return d;
}

/* --- mailto: ---------------------------------------------------------------
 */

static int
hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = ascii_lower(c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* S with %XX decoded, in UTF-8; line ends stay only in a body. */
static struct str
decoded(struct arena *a, struct str s, bool is_body)
{
	struct buf raw, b;
	struct str r;
	size_t n = 0;

	buf_init(&raw, LIMIT_FIELD);
	buf_init(&b, 4 * LIMIT_FIELD);
	for (size_t i = 0; i < s.n; i++) {
		int high = i + 2 < s.n && s.p[i] == '%' ? hex(s.p[i + 1]) : -1;
		int low = high >= 0 ? hex(s.p[i + 2]) : -1;

		if (low >= 0) {
			buf_addc(&raw, (char)(high << 4 | low));
			i += 2;
		} else {
			buf_addc(&raw, s.p[i]);
		}
	}
	for (size_t i = 0; i < raw.n; i++) {
		char c = raw.p[i];
		bool is_end = c == '\n' || c == '\r';

		if (c == '\r' && i + 1 < raw.n && raw.p[i + 1] == '\n')
			continue;
		if (is_end)
			c = is_body ? '\n' : ' ';
		else if ((c >= 0 && c < ' ') || c == 0x7f)
			c = ' ';
		raw.p[n++] = c;
	}
	buf_cut(&raw, n);
	charset_decode(&b, STR("utf-8"), buf_str(&raw), NULL);
	r = arena_str(a, buf_str(&b));
	buf_fini(&raw);
	buf_fini(&b);
	return r;
}

static struct str
joined(struct arena *a, struct str before, struct str more)
{
	if (before.n == 0)
		return more;
	return str_c(
		arena_printf(a, "%.*s, %.*s", STR_ARG(before), STR_ARG(more)));
}

int
compose_mailto(struct arena *a, struct str uri, struct compose_draft *d,
	struct str *ignored_out, struct err *e)
{
	struct str rest, one, ignored = STR_NONE;
	ptrdiff_t query;

	*d = (struct compose_draft){ 0 };
	if (!str_istarts(uri, STR("mailto:")))
		return err_set(e, ERR_INPUT, 0, "'%.*s' is no mailto: address",
			STR_ARG(str_sub(uri, 0, 100)));
	rest = str_sub(uri, 7, uri.n);
	query = str_chr(rest, '?');
	d->to = decoded(
		a, query < 0 ? rest : str_sub(rest, 0, (size_t)query), false);
	rest = query < 0 ? STR_NONE : str_sub(rest, (size_t)query + 1, rest.n);
	while (str_split(&rest, '&', &one)) {
		ptrdiff_t eq = str_chr(one, '=');
		struct str name, value;

		if (eq <= 0)
			continue;
		name = decoded(a, str_sub(one, 0, (size_t)eq), false);
		one = str_sub(one, (size_t)eq + 1, one.n);
		value = decoded(a, one, str_ieq(name, STR("body")));
		if (str_ieq(name, STR("to")))
			d->to = joined(a, d->to, value);
		else if (str_ieq(name, STR("cc")))
			d->cc = joined(a, d->cc, value);
		else if (str_ieq(name, STR("subject")))
			d->subject = value;
		else if (str_ieq(name, STR("body")))
			d->text = value;
		else if (str_ieq(name, STR("in-reply-to")))
			d->in_reply_to = field_id(a, value);
		else
			ignored = joined(a, ignored, name);
	}
	if (ignored_out)
		*ignored_out = ignored;
	return 0;
}
