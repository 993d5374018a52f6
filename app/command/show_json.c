/* SPDX-License-Identifier: GPL-3.0-or-later */
/* show_json - see show_json.h */
#include "app/command/show_json.h"

#include <jansson.h>

#include "app/command/show_header.h"
#include "app/letter/report_doc.h"
#include "auth/lookalike.h"
#include "auth/name.h"
#include "base/sha256.h"
#include "base/utf8.h"
#include "mime/charset.h"
#include "mime/doc.h"
#include "mime/flowed.h"

/* S as a JSON string. What is not UTF-8 (raw ids, types) is decoded by guess.
 */
static json_t *
string(struct str s)
{
	json_t *j = json_stringn(s.p ? s.p : "", s.n);

	if (!j) {
		struct buf b, safe;

		buf_init(&b, 4 * s.n + 16);
		buf_init(&safe, 4 * s.n + 16);
		charset_decode(&b, STR_NONE, s, NULL);
		for (size_t i = 0; i < b.n;) {
			uint32_t cp;

			i += utf8_decode(buf_str(&b), i, &cp);
			utf8_add(&safe, cp);
		}
		j = json_stringn(buf_c(&safe), safe.n);
		buf_fini(&b);
		buf_fini(&safe);
	}
	return j;
}

static json_t *
string_or_null(struct str s)
{
	return s.n ? string(s) : json_null();
}

/* The address as people read it: the A-labels of its domain as what they stand
 * for (RFC 5890, 2.3.2.1), but not where one could be read as ASCII. */
static struct str
readable(struct arena *a, const struct field_address *f)
{
	struct str u, rest, label;

	if (str_ifind(f->domain, STR("xn--")) < 0)
		return f->addr;
	u = rest = str_c(name_unicode(a, f->domain));
	if (lookalike_is_mixed(a, u))
		return f->addr;
	while (str_split(&rest, '.', &label))
		if (!str_is_ascii(label) &&
			str_is_ascii(lookalike_skeleton(a, label)))
			return f->addr;
	return str_c(
		arena_printf(a, "%.*s@%.*s", STR_ARG(f->local), STR_ARG(u)));
}

/* Mailboxes; words that name none are left to the reader. */
static json_t *
people(const struct field_addresses *l)
{
	struct arena *a = arena_new();
	json_t *j = json_array();

	for (size_t i = 0; i < l->count; i++)
		if (!l->item[i].is_words)
			json_array_append_new(
				j, json_pack("{s:o, s:o}", "name",
					   string(l->item[i].name), "addr",
					   string(readable(a, &l->item[i]))));
	arena_free(&a);
	return j;
}

static json_t *
ids(const struct field_ids *l)
{
	json_t *j = json_array();

	for (size_t i = 0; i < l->count; i++)
		json_array_append_new(j, string(l->id[i]));
	return j;
}

/* As it was written; the index and other letters know it without blanks. */
static json_t *
id_of(struct arena *a, const struct message *m)
{
	const struct header_field *f =
		header_get(m->root->header, "message-id");

	return string_or_null(f ? field_id_written(a, f->value) : STR_NONE);
}

static json_t *
date(const struct message *m)
{
	return m->has_date ? json_integer(m->date) : json_null();
}

/* --- the tree --------------------------------------------------------------
 */

static json_t *tree(struct arena *a, const struct part *p, const char *region,
	unsigned depth);

static void
add_leaf(json_t *j, const struct part *p)
{
	char hash[65];
	struct buf b;

	struct str bytes = p->body;

	buf_init(&b, LIMIT_MESSAGE);
	if (p->encoding != BODY_IDENTITY && p->encoding != BODY_UNKNOWN) {
		part_decode(&b, p);
		bytes = buf_str(&b);
	}
	sha256_hex(bytes, hash);
	json_object_set_new(j, "charset", string_or_null(p->charset));
	json_object_set_new(j, "size", json_integer((json_int_t)bytes.n));
	json_object_set_new(j, "sha256", json_string(hash));
	buf_fini(&b);
}

static void
add_message(struct arena *a, json_t *j, const struct part *p,
	const char *region, unsigned depth)
{
	struct message *m = message_nested(a, p, region);

	if (!m)
		return;
	json_object_set_new(j, "message",
		json_pack("{s:o, s:o, s:o, s:o, s:o}", "subject",
			string(m->subject), "from", people(&m->from), "to",
			people(&m->to), "date", date(m), "tree",
			tree(a, p->child, region, depth + 1)));
}

/* The depth is bounded by part_parse. */
static json_t *
tree(struct arena *a, const struct part *p, const char *region, unsigned depth)
{
	json_t *j = json_object();
	struct buf name;

	json_object_set_new(j, "number", string(p->number));
	json_object_set_new(j, "ct", string(p->type));
	json_object_set_new(j, "disp", string_or_null(p->disposition));
	json_object_set_new(j, "filename", string_or_null(p->filename));
	if (depth > 2 * LIMIT_MIME_DEPTH)
		return j;
	if (p->kind == PART_MULTI) {
		json_t *children = json_array();

		for (const struct part *c = p->child; c; c = c->next)
			json_array_append_new(
				children, tree(a, c, region, depth + 1));
		json_object_set_new(j, "children", children);
		return j;
	}
	buf_init(&name, 1024);
	part_safe_name(&name, p);
	json_object_set_new(j, "safe_filename", string(buf_str(&name)));
	buf_fini(&name);
	if (p->kind == PART_MESSAGE)
		add_message(a, j, p, region, depth);
	else
		add_leaf(j, p);
	return j;
}

/* --- texts -----------------------------------------------------------------
 */

static void
add_texts(json_t *j, const struct message *m)
{
	const struct part *p = m->text;
	struct buf b, undone;

	buf_init(&b, LIMIT_MESSAGE);
	buf_init(&undone, LIMIT_MESSAGE);
	if (p)
		part_text(&b, p, m->region);
	json_object_set_new(j, "text", string(buf_str(&b)));
	if (p && str_ieq(field_param(&p->params, "format"), STR("flowed"))) {
		struct str delsp = field_param(&p->params, "delsp");

		flowed_undo(&undone, buf_str(&b), str_ieq(delsp, STR("yes")));
		json_object_set_new(j, "flowed", string(buf_str(&undone)));
	}
	buf_fini(&b);
	buf_fini(&undone);
}

static json_t *
files(struct message_files f)
{
	json_t *j = json_array();

	for (size_t i = 0; i < f.count; i++) {
		char hash[65];

		sha256_hex(f.item[i].bytes, hash);
		json_array_append_new(j,
			json_pack("{s:o, s:I, s:s}", "filename",
				string(f.item[i].name), "size",
				(json_int_t)f.item[i].bytes.n, "sha256", hash));
	}
	return j;
}

static void
add_rendered(json_t *j, const struct message *m, unsigned width)
{
	struct arena *a = arena_new();
	struct doc_options o = { .width = width };
	struct doc *d = report_doc(a, m, doc_render(a, m, &o), width);
	json_t *links = json_array(), *hidden = json_array();
	struct buf b;

	buf_init(&b, (size_t)2 * LIMIT_TEXT_SHOWN);
	show_header(&b, a, m, width);
	doc_text(&b, d);
	for (size_t i = 0; i < d->links; i++)
		json_array_append_new(
			links, json_pack("{s:o, s:o, s:o, s:b}", "text",
				       string(d->link[i].text), "url",
				       string(d->link[i].url), "host",
				       string(d->link[i].host), "deceptive",
				       d->link[i].deceptive));
	for (size_t i = 0; i < d->hiddens; i++)
		json_array_append_new(hidden, string(d->hidden[i]));
	json_object_set_new(j, "rendered", string(buf_str(&b)));
	json_object_set_new(j, "links", links);
	json_object_set_new(j, "remote", json_integer(d->remote));
	json_object_set_new(j, "hidden", hidden);
	buf_fini(&b);
	arena_free(&a);
}

static json_t *
defects(const struct message *m)
{
	json_t *j = json_array();

	for (unsigned i = 0; i < 16; i++)
		if (m->defects & 1u << i)
			json_array_append_new(
				j, json_string(part_defect_text(1u << i)));
	if (m->from.count == 0)
		json_array_append_new(j, json_string("From names nobody"));
	else if (m->from.is_malformed)
		json_array_append_new(j, json_string("From is malformed"));
	if (header_count(m->root->header, "from") > 1)
		json_array_append_new(j, json_string("From stands twice"));
	return j;
}

/* Write without DEL, which is a control character but none to JSON. */
static int
write_piece(const char *p, size_t n, void *to)
{
	while (n) {
		const char *del = memchr(p, 0x7f, n);
		size_t k = del ? (size_t)(del - p) : n;

		fwrite(p, 1, k, to);
		if (del)
			fputs("\\u007f", to);
		k += del != NULL;
		p += k;
		n -= k;
	}
	return 0;
}

static void
dump(FILE *to, json_t *j)
{
	json_dump_callback(
		j, write_piece, to, JSON_COMPACT | JSON_ENSURE_ASCII);
	fputc('\n', to);
	json_decref(j);
}

void
show_json(FILE *to, const char *name, const struct message *m, unsigned width)
{
	struct arena *a = arena_new();
	json_t *j = json_object();

	add_rendered(j, m, width);
	json_object_set_new(j, "file", string(str_c(name)));
	json_object_set_new(j, "subject", string(m->subject));
	json_object_set_new(j, "from", people(&m->from));
	json_object_set_new(j, "to", people(&m->to));
	json_object_set_new(j, "cc", people(&m->cc));
	json_object_set_new(j, "reply_to", people(&m->reply_to));
	json_object_set_new(j, "date", date(m));
	json_object_set_new(j, "message_id", id_of(a, m));
	json_object_set_new(j, "in_reply_to", ids(&m->in_reply_to));
	json_object_set_new(j, "references", ids(&m->references));
	json_object_set_new(j, "tree", tree(a, m->root, m->region, 0));
	add_texts(j, m);
	json_object_set_new(j, "tnef", files(message_tnef(a, m)));
	json_object_set_new(j, "uuencoded", files(message_uuencoded(a, m)));
	json_object_set_new(j, "defects", defects(m));
	dump(to, j);
	arena_free(&a);
}

void
show_json_error(FILE *to, const char *name, const char *text)
{
	dump(to, json_pack("{s:o, s:o}", "file", string(str_c(name)), "error",
			 string(str_c(text))));
}
