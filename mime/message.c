/* SPDX-License-Identifier: GPL-3.0-or-later */
/* message - see message.h */
#include "mime/message.h"

#include "mime/charset.h"
#include "mime/flowed.h"
#include "mime/html.h"
#include "mime/tnef.h"
#include "mime/word.h"

enum { FILES_MAX = 500, HTML_WIDTH = 0 };

/* --- fields ----------------------------------------------------------------
 */

static struct str
value_of(const struct header *h, const char *name)
{
	const struct header_field *f = header_get(h, name);

	return f ? f->value : STR_NONE;
}

/* VALUE decoded as one line: runs of white space become a blank. */
static struct str
one_line(struct arena *a, struct str value, const char *region)
{
	struct buf b;
	struct str r;
	size_t to = 0;

	buf_init(&b, 4 * LIMIT_FIELD);
	word_decode(&b, value, region);
	for (size_t i = 0; i < b.n; i++) {
		char c = b.p[i];

		if (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
			if (to > 0 && b.p[to - 1] != ' ')
				b.p[to++] = ' ';
			continue;
		}
		/* no control has a meaning in a line of text */
		if ((c >= 0 && c < ' ') || c == 0x7f)
			continue;
		b.p[to++] = c;
	}
	if (to > 0 && b.p[to - 1] == ' ')
		to--;
	buf_cut(&b, to);
	r = arena_str(a, buf_str(&b));
	buf_fini(&b);
	return r;
}

static struct field_addresses
addresses(struct arena *a, const struct header *h, const char *name,
	const char *region)
{
	struct str v = value_of(h, name);

	return v.p ? field_addresses(a, v, region)
		   : (struct field_addresses){ 0 };
}

/* The mailto: addresses of List-Post (RFC 2369, 3.4). */
static struct field_addresses
list_post(struct arena *a, const struct header *h, const char *region)
{
	struct str v = value_of(h, "list-post");
	ptrdiff_t at = v.p ? str_ifind(v, STR("<mailto:")) : -1, end;

	if (at < 0)
		return (struct field_addresses){ 0 };
	v = str_sub(v, (size_t)at + 8, v.n);
	end = str_chr(v, '>');
	if (end < 0)
		return (struct field_addresses){ 0 };
	v = str_sub(v, 0, (size_t)end);
	end = str_chr(v, '?');
	if (end >= 0)
		v = str_sub(v, 0, (size_t)end);
	return field_addresses(a, v, region);
}

static void
read_header(struct arena *a, struct message *m, const struct header *h)
{
	const char *r = m->region;
	struct str v;

	m->subject = one_line(a, value_of(h, "subject"), r);
	m->from = addresses(a, h, "from", r);
	m->sender = addresses(a, h, "sender", r);
	m->reply_to = addresses(a, h, "reply-to", r);
	m->to = addresses(a, h, "to", r);
	m->cc = addresses(a, h, "cc", r);
	m->bcc = addresses(a, h, "bcc", r);
	m->mail_followup_to = addresses(a, h, "mail-followup-to", r);
	m->mail_reply_to = addresses(a, h, "mail-reply-to", r);
	m->list_post = list_post(a, h, r);
	v = value_of(h, "date");
	m->has_date = v.p && field_date(v, &m->date, &m->zone);
	v = value_of(h, "message-id");
	m->message_id = v.p ? field_id(a, v) : STR_NONE;
	v = value_of(h, "in-reply-to");
	if (v.p)
		m->in_reply_to = field_ids(a, v);
	v = value_of(h, "references");
	if (v.p)
		m->references = field_ids(a, v);
}

/* --- parts -----------------------------------------------------------------
 */

static bool
is_attached(const struct part *p)
{
	return str_eq(p->disposition, STR("attachment"));
}

static void
choose_text(struct message *m)
{
	struct part *html = NULL;

	for (struct part *p = m->root; p; p = part_next(m->root, p, false)) {
		if (p->kind != PART_LEAF || is_attached(p))
			continue;
		if (!m->text && str_eq(p->type, STR("text/plain")))
			m->text = p;
		if (!html && str_eq(p->type, STR("text/html")))
			html = p;
	}
	m->html = html;
	if (!m->text)
		m->text = html;
}

/* Is P shown as text rather than listed? Parts without a name whose type can be
 * read as text, and the other forms of what an alternative says. */
static bool
is_text(const struct message *m, const struct part *p)
{
	bool alternative = p->parent && str_eq(p->parent->type,
						STR("multipart/alternative"));

	if (p == m->text || p == m->html)
		return true;
	if (is_attached(p) || p->kind != PART_LEAF || p->filename.n)
		return false;
	return str_eq(p->type, STR("text/plain")) ||
	       (alternative && str_starts(p->type, STR("text/"))) ||
	       str_eq(p->type, STR("message/delivery-status")) ||
	       str_eq(p->type, STR("message/disposition-notification"));
}

static void
list_attachments(struct arena *a, struct message *m)
{
	size_t n = 0;

	for (struct part *p = m->root; p; p = part_next(m->root, p, false)) {
		m->defects |= p->defects;
		n += p->kind != PART_MULTI;
	}
	m->attachment = arena_array(a, n + 1, sizeof(struct part *));
	for (struct part *p = m->root; p; p = part_next(m->root, p, false))
		if (p->kind != PART_MULTI && !is_text(m, p))
			m->attachment[m->attachments++] = p;
}

struct message *
message_read(struct arena *a, struct str bytes, const char *region)
{
	struct message *m = ARENA_NEW(a, struct message);

	m->bytes = bytes.p ? bytes : STR("");
	m->region = region;
	m->root = part_parse(a, m->bytes, region);
	read_header(a, m, m->root->header);
	choose_text(m);
	list_attachments(a, m);
	return m;
}

struct message *
message_read_header(struct arena *a, struct str bytes, const char *region)
{
	struct message *m = ARENA_NEW(a, struct message);

	m->bytes = bytes.p ? bytes : STR("");
	m->region = region;
	read_header(a, m, header_parse(a, m->bytes));
	return m;
}

struct message *
message_nested(struct arena *a, const struct part *p, const char *region)
{
	struct message *m;
	struct buf b;

	if (p->kind == PART_LEAF && part_is_message(p) &&
		!(p->defects & PART_TOO_DEEP)) {
		buf_init(&b, LIMIT_MESSAGE);
		part_decode(&b, p);
		m = message_read(a, arena_str(a, buf_str(&b)), region);
		buf_fini(&b);
		return m;
	}
	if (p->kind != PART_MESSAGE || !p->child)
		return NULL;
	m = ARENA_NEW(a, struct message);
	m->bytes = p->child->raw;
	m->region = region;
	m->root = p->child;
	read_header(a, m, m->root->header);
	choose_text(m);
	list_attachments(a, m);
	return m;
}

/* --- text ------------------------------------------------------------------
 */

/* Does the plain TEXT only say that there is HTML to see? */
static bool
is_excuse(struct str text)
{
	static const char *const phrases[] = { "html", "web browser", "browser",
		"view this email", "view this message", "브라우저", "ブラウザ",
		"浏览器", "瀏覽器" };
	static const char *const verbs[] = { "not support", "cannot display",
		"can't display", "unable to", "does not display", "view",
		"enable", "cannot read", "to see", "not be displayed",
		"requires", "please use", "capable", "not able", "지원하지",
		"지원되지", "지원하는", "볼 수 없", "볼 수 있", "보시려면",
		"表示でき", "対応", "不支持", "无法显示", "無法顯示" };
	bool a = false, b = false;

	text = str_trim(text);
	if (text.n == 0)
		return true;
	if (text.n > 300)
		return false;
	for (size_t i = 0; i < sizeof phrases / sizeof *phrases; i++)
		a |= str_ifind(text, str_c(phrases[i])) >= 0;
	for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
		b |= str_ifind(text, str_c(verbs[i])) >= 0;
	return a && b;
}

bool
message_has_plain(const struct message *m)
{
	struct buf b;
	bool has;

	if (!m->text || str_eq(m->text->type, STR("text/html")))
		return false;
	buf_init(&b, LIMIT_TEXT_SHOWN);
	part_text(&b, m->text, m->region);
	has = !is_excuse(buf_str(&b)) || (!m->html && b.n > 0);
	buf_fini(&b);
	return has;
}

static void
add_html_text(struct buf *out, const struct message *m, const struct part *p)
{
	struct arena *a = arena_new();
	struct doc_builder *d = doc_begin(a, HTML_WIDTH);
	struct html_options o = { .no_numbers = true };
	struct buf b;

	buf_init(&b, LIMIT_MESSAGE);
	part_text(&b, p, m->region);
	charset_escapes(&b, m->region);
	html_render(d, buf_str(&b), &o);
	doc_text(out, doc_end(d));
	buf_fini(&b);
	arena_free(&a);
}

void
message_text(struct buf *out, const struct message *m)
{
	const struct part *p = m->text;
	struct buf b;

	if (m->html && !message_has_plain(m))
		p = m->html;
	if (!p)
		return;
	if (str_eq(p->type, STR("text/html"))) {
		add_html_text(out, m, p);
		return;
	}
	buf_init(&b, LIMIT_MESSAGE);
	part_text(&b, p, m->region);
	charset_escapes(&b, m->region);
	if (str_ieq(field_param(&p->params, "format"), STR("flowed")))
		flowed_undo(out, buf_str(&b),
			str_ieq(field_param(&p->params, "delsp"), STR("yes")));
	else
		buf_add(out, buf_str(&b));
	buf_fini(&b);
}

/* --- files inside parts ----------------------------------------------------
 */

static void
add_file(struct arena *a, struct message_files *f, struct message_file file)
{
	if (!f->item)
		f->item = arena_array(a, FILES_MAX, sizeof *f->item);
	if (f->count < FILES_MAX)
		f->item[f->count++] = file;
}

static bool
is_tnef(const struct part *p)
{
	return p->kind == PART_LEAF &&
	       (str_eq(p->type, STR("application/ms-tnef")) ||
		       str_eq(p->type, STR("application/vnd.ms-tnef")) ||
		       str_ieq(p->filename, STR("winmail.dat")));
}

struct message_files
message_tnef(struct arena *a, const struct message *m)
{
	struct message_files f = { 0 };

	for (const struct part *p = m->root; p;
		p = part_next(m->root, p, false)) {
		struct buf b;
		struct tnef t;

		if (!is_tnef(p))
			continue;
		buf_init(&b, LIMIT_MESSAGE);
		part_decode(&b, p);
		t = tnef_read(a, arena_str(a, buf_str(&b)));
		buf_fini(&b);
		for (size_t i = 0; i < t.files; i++)
			add_file(a, &f,
				(struct message_file){
					t.file[i].name, t.file[i].bytes, p });
	}
	return f;
}

static void
add_blocks(struct arena *a, struct message_files *f, const struct message *m,
	const struct part *p, struct str text)
{
	struct body_block block;
	size_t at = 0;

	while (body_next_block(text, &at, &block)) {
		struct message_file file = { .part = p };
		struct buf b;

		if (block.is_yenc)
			continue;
		buf_init(&b, LIMIT_MESSAGE);
		charset_decode(&b, p->charset, block.name, m->region);
		file.name = arena_str(a, buf_str(&b));
		buf_clear(&b);
		body_decode(&b, BODY_UU, block.text);
		file.bytes = arena_str(a, buf_str(&b));
		buf_fini(&b);
		add_file(a, f, file);
	}
}

struct message_files
message_uuencoded(struct arena *a, const struct message *m)
{
	struct message_files f = { 0 };

	for (const struct part *p = m->root; p;
		p = part_next(m->root, p, false)) {
		struct buf b;

		if (p->kind != PART_LEAF ||
			!str_eq(p->type, STR("text/plain")) ||
			p->encoding == BODY_UU)
			continue;
		if (p->encoding != BODY_BASE64 && p->encoding != BODY_QP) {
			add_blocks(a, &f, m, p, p->body);
			continue;
		}
		buf_init(&b, LIMIT_MESSAGE);
		part_decode(&b, p);
		add_blocks(a, &f, m, p, buf_str(&b));
		buf_fini(&b);
	}
	return f;
}
