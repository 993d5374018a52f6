/* SPDX-License-Identifier: GPL-3.0-or-later */
/* index_copy - see index_copy.h */
#include "store/index_copy.h"

#include "base/sha1.h"
#include "base/sha256.h"
#include "base/utf8.h"
#include "mime/charset.h"
#include "mime/doc.h"
#include "mime/html.h"
#include "mime/message.h"
#include "mime/tnef.h"
#include "mime/word.h"
#include "store/index_theirs.h"

#define BOUNDARY "--signet-"

struct copy {
	struct arena *a;
	struct buf *out;
	const struct message *m;
	const struct index_theirs *theirs; /* or NULL */
	unsigned boundaries;               /* given out so far */
	bool has_tnef;                     /* tnef has been read */
	struct message_files tnef;
};

/* --- fields ------------------------------------------------------------------
 */

/* TEXT on one line, so that nothing of it begins another field and nothing is
 * taken for an encoded word. */
static void
add_line(struct copy *c, struct str text)
{
	bool blank = false;

	text = str_sub(text, 0, INDEX_HEADER);
	for (size_t i = 0; i < text.n; i++) {
		char ch = text.p[i];

		if ((unsigned char)ch < ' ' || ch == 0x7f)
			ch = ' ';
		if (blank && ch == ' ')
			continue;
		blank = ch == ' ';
		buf_addc(c->out, ch);
		if (ch == '=' && i + 1 < text.n && text.p[i + 1] == '?')
			buf_addc(c->out, ' ');
	}
	buf_addc(c->out, '\n');
}

static void
add_field(struct copy *c, const char *name, struct str value)
{
	if (str_trim(value).n == 0)
		return;
	buf_printf(c->out, "%s: ", name);
	add_line(c, value);
}

static void
add_people(struct copy *c, const char *name, const struct field_addresses *l)
{
	struct buf b;

	buf_init(&b, INDEX_HEADER);
	for (size_t i = 0; i < l->count && i < INDEX_ADDRESSES && !b.full;
		i++) {
		struct field_address who = l->item[i];

		if (b.n)
			buf_adds(&b, ", ");
		/* a word that is no address is still a word to be found */
		if (who.domain.n == 0 && who.name.n == 0)
			who.name = who.addr, who.addr = STR("");
		if (who.addr.n == 0)
			who.addr = STR("none@invalid");
		field_print_address(&b, &who);
	}
	add_field(c, name, buf_str(&b));
	buf_fini(&b);
}

static void
add_ids(struct copy *c, const char *name, const struct field_ids *l)
{
	struct buf b;

	buf_init(&b, INDEX_HEADER);
	for (size_t i = 0; i < l->count; i++)
		if (l->id[i].n && b.n + l->id[i].n + 4 < b.max)
			buf_printf(&b, "%s<%.*s>", b.n ? " " : "",
				STR_ARG(l->id[i]));
	add_field(c, name, buf_str(&b));
	buf_fini(&b);
}

struct str
index_copy_id(struct arena *a, const struct message *m, struct str letter,
	const struct index_theirs *theirs)
{
	char digest[65];

	if (m->message_id.n)
		return m->message_id;
	if (theirs) {
		sha1_hex(letter, digest);
		return str_c(arena_printf(a, "notmuch-sha1-%s", digest));
	}
	sha256_hex(letter, digest);
	return str_c(arena_printf(a, "signet-sha256-%s", digest));
}

static void
add_id(struct copy *c)
{
	add_field(c, "Message-ID",
		str_c(arena_printf(c->a, "<%.*s>",
			STR_ARG(index_copy_id(
				c->a, c->m, c->m->bytes, c->theirs)))));
}

/* Those that the user has given a prefix of their own. */
static void
add_more(struct copy *c)
{
	const struct index_list *more = c->theirs ? &c->theirs->field : NULL;
	static const char *const there[] = { "Message-ID", "In-Reply-To",
		"References", "Date", "From", "To", "Cc", "Bcc", "Subject",
		"MIME-Version" };

	for (size_t i = 0; more && i < more->count; i++) {
		struct str name = str_c(more->item[i]);
		const struct header_field *f;
		bool is_there = str_istarts(name, STR("Content-"));
		struct buf b;

		for (size_t k = 0; k < sizeof there / sizeof *there; k++)
			is_there |= str_ieq(name, str_c(there[k]));
		f = is_there ? NULL
			     : header_get(c->m->root->header, more->item[i]);
		if (!f)
			continue;
		buf_init(&b, INDEX_HEADER);
		word_decode(&b, f->value, c->m->region);
		add_field(c, more->item[i], buf_str(&b));
		buf_fini(&b);
	}
}

static void
add_fields(struct copy *c)
{
	const struct message *m = c->m;

	add_id(c);
	add_ids(c, "In-Reply-To", &m->in_reply_to);
	add_ids(c, "References", &m->references);
	if (m->has_date) {
		buf_adds(c->out, "Date: ");
		field_print_date(c->out, m->date, m->zone);
		buf_addc(c->out, '\n');
	}
	add_people(c, "From", m->from.count ? &m->from : &m->sender);
	add_people(c, "To", &m->to);
	add_people(c, "Cc", &m->cc);
	add_people(c, "Bcc", &m->bcc);
	add_field(c, "Subject", m->subject);
	/* the library takes a letter without From, To and Subject for none */
	if (m->from.count + m->sender.count + m->to.count == 0 &&
		m->subject.n == 0)
		buf_adds(c->out, "To: undisclosed-recipients:;\n");
}

/* --- parts -------------------------------------------------------------------
 */

static void add_part(struct copy *c, const struct part *p, unsigned depth);

/* A type that needs no care; anything else is bytes. */
static struct str
plain_type(struct str type)
{
	size_t slashes = 0;

	for (size_t i = 0; i < type.n; i++) {
		char ch = type.p[i];

		slashes += ch == '/';
		if (!((ch >= 'a' && ch <= 'z') || (ch >= '0' && ch <= '9') ||
			    (ch && strchr("/.+-_", ch))))
			slashes = 9;
	}
	return slashes == 1 && type.n < 128 ? type
					    : STR("application/octet-stream");
}

static void
add_name(struct copy *c, struct str name)
{
	static const char hex[] = "0123456789ABCDEF";

	buf_adds(c->out, "Content-Disposition: attachment");
	if (name.n)
		buf_adds(c->out, "; filename*=utf-8''");
	name = str_sub(name, 0, 1000);
	for (size_t i = 0; i < name.n; i++) {
		unsigned char ch = (unsigned char)name.p[i];

		buf_addc(c->out, '%');
		buf_addc(c->out, hex[ch >> 4]);
		buf_addc(c->out, hex[ch & 15]);
	}
	buf_addc(c->out, '\n');
}

/* TEXT as a body: no line of it is a boundary of ours. */
static void
add_text(struct copy *c, struct str text)
{
	struct str line;

	text = str_sub(text, 0, INDEX_TEXT);
	while (str_split(&text, '\n', &line)) {
		if (str_starts(line, STR(BOUNDARY)))
			buf_addc(c->out, ' ');
		buf_add(c->out, line);
		buf_addc(c->out, '\n');
	}
}

/* The words of HTML as a reader sees them, hidden ones left out. */
static void
add_html(struct copy *c, struct str html)
{
	struct arena *a = arena_new();
	struct doc_builder *b = doc_begin(a, 0);
	struct buf text;

	html_render(b, html, &(struct html_options){ .no_numbers = true });
	buf_init(&text, INDEX_TEXT);
	doc_text(&text, doc_end(b));
	/* the library drops what stands in angle brackets from such a part */
	for (size_t i = 0; i < text.n; i++)
		if (text.p[i] == '<' || text.p[i] == '>' || text.p[i] == '&')
			text.p[i] = ' ';
	add_text(c, buf_str(&text));
	buf_fini(&text);
	arena_free(&a);
}

static void
add_leaf_text(struct copy *c, const struct part *p)
{
	struct buf b;

	buf_init(&b, LIMIT_MESSAGE);
	part_text(&b, p, c->m->region);
	charset_escapes(&b, c->m->region);
	if (str_eq(p->type, STR("text/html")))
		add_html(c, str_sub(buf_str(&b), 0, INDEX_TEXT));
	else
		add_text(c, buf_str(&b));
	buf_fini(&b);
}

/* Is P one that people would call an attachment? */
static bool
is_attached(const struct part *p)
{
	if (str_eq(p->disposition, STR("attachment")))
		return true;
	/* pictures of an HTML text are part of it */
	return p->filename.n && p->content_id.n == 0 &&
	       !str_eq(p->disposition, STR("inline"));
}

static unsigned
begin_multi(struct copy *c, struct str type)
{
	unsigned n = ++c->boundaries;

	buf_printf(c->out,
		"Content-Type: %.*s; boundary=\""
		"signet-%08u\"\n\n",
		STR_ARG(type), n);
	return n;
}

static void
end_multi(struct copy *c, unsigned n)
{
	buf_printf(c->out, "\n" BOUNDARY "%08u--\n", n);
}

/* Files inside a part, each as a part beside it. */
static void
add_inside(struct copy *c, const struct part *p, unsigned n)
{
	if (!c->has_tnef)
		c->tnef = message_tnef(c->a, c->m);
	c->has_tnef = true;
	for (size_t i = 0; i < c->tnef.count; i++) {
		if (c->tnef.item[i].part != p)
			continue;
		buf_printf(c->out,
			"\n" BOUNDARY "%08u\n"
			"Content-Type: application/octet-stream\n",
			n);
		add_name(c, c->tnef.item[i].name);
		buf_addc(c->out, '\n');
	}
}

static void
add_leaf(struct copy *c, const struct part *p)
{
	bool attached = is_attached(p);

	buf_printf(c->out, "Content-Type: %.*s%s\n",
		STR_ARG(plain_type(p->type)),
		str_starts(p->type, STR("text/")) ? "; charset=utf-8" : "");
	if (attached)
		add_name(c, p->filename);
	buf_addc(c->out, '\n');
	if (!attached && (str_starts(p->type, STR("text/")) ||
				 (str_starts(p->type, STR("message/")) &&
					 !part_is_message(p))))
		add_leaf_text(c, p);
}

static bool
is_tnef(const struct part *p)
{
	return str_eq(p->type, STR("application/ms-tnef")) ||
	       str_eq(p->type, STR("application/vnd.ms-tnef"));
}

static void
add_multi(struct copy *c, const struct part *p, unsigned depth)
{
	unsigned n = begin_multi(c, plain_type(p->type));

	for (const struct part *q = p->child; q; q = q->next) {
		buf_printf(c->out, "\n" BOUNDARY "%08u\n", n);
		add_part(c, q, depth + 1);
	}
	end_multi(c, n);
}

static void
add_part(struct copy *c, const struct part *p, unsigned depth)
{
	if (depth > LIMIT_MIME_DEPTH || c->out->n > INDEX_COPY / 2) {
		buf_adds(c->out, "Content-Type: application/octet-stream\n\n");
	} else if (p->kind == PART_MULTI) {
		if (p->child)
			add_multi(c, p, depth);
		else /* no boundary ever came: text */
			buf_adds(c->out, "Content-Type: text/plain; "
					 "charset=utf-8\n\n"),
				add_leaf_text(c, p);
	} else if (p->kind == PART_MESSAGE && p->child) {
		buf_adds(c->out, "Content-Type: message/rfc822\n");
		if (is_attached(p))
			add_name(c, p->filename);
		buf_adds(c->out, "\nSubject: x\n");
		add_part(c, p->child, depth + 1);
	} else if (is_tnef(p)) {
		unsigned n = begin_multi(c, STR("multipart/mixed"));

		buf_printf(c->out, "\n" BOUNDARY "%08u\n", n);
		add_leaf(c, p);
		add_inside(c, p, n);
		end_multi(c, n);
	} else {
		add_leaf(c, p);
	}
}

/* What the library is told of P makes it tag the letter so: the signature of a
 * signed part and what is encrypted it does not look at. */
static bool
has_file(struct arena *a, const struct message *m, const struct part *p,
	unsigned depth)
{
	bool is_signed = str_eq(p->type, STR("multipart/signed"));
	struct message_files inside = { 0 };

	if (depth > LIMIT_MIME_DEPTH ||
		str_eq(p->type, STR("multipart/encrypted")))
		return false;
	for (const struct part *q = p->child; q; q = is_signed ? NULL : q->next)
		if (has_file(a, m, q, depth + 1))
			return true;
	if (p->child || p->kind == PART_MULTI)
		return false;
	if (is_tnef(p))
		inside = message_tnef(a, m);
	for (size_t i = 0; i < inside.count; i++)
		if (inside.item[i].part == p)
			return true;
	return is_attached(p);
}

bool
index_copy_has_file(struct arena *a, const struct message *m)
{
	return m->root && has_file(a, m, m->root, 0);
}

bool
index_copy(struct buf *out, struct str letter, bool headers_only,
	const struct index_theirs *theirs)
{
	struct arena *a = arena_new();
	struct copy c = { .a = a, .out = out, .theirs = theirs };
	size_t start = out->n;
	bool good;

	c.m = message_read(a, letter, NULL);
	good = c.m->root && c.m->root->header && c.m->root->header->count > 0;
	if (good) {
		add_fields(&c);
		add_more(&c);
		if (headers_only)
			buf_addc(out, '\n');
		else
			add_part(&c, c.m->root, 0);
	}
	arena_free(&a);
	if (!good)
		buf_cut(out, start);
	return good;
}
