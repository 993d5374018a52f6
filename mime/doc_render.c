/* SPDX-License-Identifier: GPL-3.0-or-later */
/* doc_render - a letter into lines: see doc.h. The tree is walked to its depth,
 * which part_parse bounds; the walk counts it too. */
#include "mime/doc.h"

#include <libintl.h>

#include "base/utf8.h"
#include "mime/charset.h"
#include "mime/doc_plain.h"
#include "mime/html.h"
#include "mime/message.h"
#include "mime/tnef.h"
#include "mime/word.h"
#include "mime/words.h"

#define _(text) gettext(text)

struct render {
	struct arena *a;
	struct doc_builder *b;
	const struct doc_options *o;
	const char *region;
	const struct part *root; /* of the message in which cid: URLs are
				    looked for */
	const struct part *only; /* the part that was asked for, or NULL */
	unsigned encoded;        /* messages in base64 that are open */
	bool has_any;            /* a part was drawn: an empty line separates */
	bool has_html;           /* its links are listed below */
};

/* Each message in base64 inside another costs a copy of it. */
enum { ENCODED_MAX = 5 };

static void render_part(struct render *r, const struct part *p, unsigned depth);
static void render_message(
	struct render *r, const struct part *p, unsigned depth);

/* --- small pieces ----------------------------------------------------------
 */

static void
separate(struct render *r)
{
	if (r->has_any)
		doc_newline(r->b);
	r->has_any = true;
}

/* SIZE for people. */
static struct str
size_text(struct arena *a, size_t size)
{
	if (size < 1000)
		return str_c(arena_printf(
			a, ngettext("%zu byte", "%zu bytes", size), size));
	if (size < 1000 * 1000)
		return str_c(arena_printf(a, "%.1f kB", (double)size / 1000));
	return str_c(arena_printf(a, "%.1f MB", (double)size / 1000000));
}

static size_t
decoded_size(const struct part *p)
{
	/* near enough for a line of text; the exact size costs decoding */
	if (p->encoding == BODY_BASE64)
		return p->body.n / 78 * 57 + p->body.n % 78 * 3 / 4;
	return p->body.n;
}

static bool
is_attached(const struct part *p)
{
	return str_eq(p->disposition, STR("attachment"));
}

/* A line for a part that is not shown. */
static void
list_part(struct render *r, const struct part *p)
{
	struct buf b;

	buf_init(&b, 1024);
	part_safe_name(&b, p);
	separate(r);
	r->has_any = false; /* a list has no gaps */
	if (is_attached(p) || p->filename.n)
		doc_printf(
			r->b, DOC_NOTE, _("[file %.*s: "), STR_ARG(p->number));
	else
		doc_printf(
			r->b, DOC_NOTE, _("[part %.*s: "), STR_ARG(p->number));
	doc_add(r->b, p->filename.n ? p->filename : buf_str(&b), DOC_NOTE, -1);
	doc_printf(r->b, DOC_NOTE, ", %.*s, ", STR_ARG(p->type));
	doc_add(r->b, size_text(r->a, decoded_size(p)), DOC_NOTE, -1);
	doc_add(r->b, STR("]"), DOC_NOTE, -1);
	doc_newline(r->b);
	buf_fini(&b);
}

static void
note(struct render *r, const char *text)
{
	separate(r);
	doc_add(r->b, str_c(text), DOC_NOTE, -1);
	doc_newline(r->b);
}

/* --- texts -----------------------------------------------------------------
 */

static void
render_plain(struct render *r, const struct part *p)
{
	struct buf b;

	/* one line more than is shown: what is too much is told there */
	buf_init(&b, LIMIT_TEXT_SHOWN + 4096);
	part_text(&b, p, r->region);
	charset_escapes(&b, r->region);
	separate(r);
	doc_plain(r->b, buf_str(&b),
		str_ieq(field_param(&p->params, "format"), STR("flowed")),
		str_ieq(field_param(&p->params, "delsp"), STR("yes")));
	buf_fini(&b);
}

/* The name of the part that a cid: URL means. */
static struct str
cid_name(void *ctx, struct str id)
{
	const struct render *r = ctx;

	for (const struct part *p = r->root; p;
		p = part_next(r->root, p, false))
		if (p->content_id.n && str_eq(p->content_id, id))
			return p->filename.n ? p->filename : p->type;
	return STR_NONE;
}

static void
render_html(struct render *r, const struct part *p)
{
	struct html_options o = { .cid = cid_name, .ctx = r };
	struct buf b;

	/* one line more than is shown: what is too much is told there */
	buf_init(&b, LIMIT_TEXT_SHOWN + 4096);
	part_text(&b, p, r->region);
	charset_escapes(&b, r->region);
	separate(r);
	html_render(r->b, buf_str(&b), &o);
	r->has_html = true;
	buf_fini(&b);
}

static void
render_words(struct render *r, const struct part *p,
	void (*words)(struct doc_builder *, struct str))
{
	struct buf b;

	buf_init(&b, LIMIT_TEXT_SHOWN);
	part_text(&b, p, r->region);
	separate(r);
	words(r->b, buf_str(&b));
	buf_fini(&b);
}

/* What winmail.dat holds: its text, and its files by name. */
static void
render_tnef(struct render *r, const struct part *p)
{
	struct buf b;
	struct tnef t;

	list_part(r, p);
	buf_init(&b, LIMIT_MESSAGE);
	part_decode(&b, p);
	t = tnef_read(r->a, arena_str(r->a, buf_str(&b)));
	buf_fini(&b);
	for (size_t i = 0; i < t.files; i++) {
		doc_add(r->b, str_c(_("  holds ")), DOC_NOTE, -1);
		doc_add(r->b, t.file[i].name, DOC_NOTE, -1);
		doc_add(r->b, STR(", "), DOC_NOTE, -1);
		doc_add(r->b, size_text(r->a, t.file[i].bytes.n), DOC_NOTE, -1);
		doc_newline(r->b);
	}
	if (t.text.n) {
		r->has_any = true;
		separate(r);
		doc_plain(r->b, t.text, false, false);
	}
}

/* --- leaves ----------------------------------------------------------------
 */

static bool
is_type(const struct part *p, const char *type)
{
	return str_eq(p->type, str_c(type));
}

static bool
is_card(const struct part *p)
{
	return is_type(p, "text/vcard") || is_type(p, "text/x-vcard") ||
	       is_type(p, "text/directory");
}

static bool
is_tnef(const struct part *p)
{
	return is_type(p, "application/ms-tnef") ||
	       is_type(p, "application/vnd.ms-tnef");
}

static bool
is_report(const struct part *p)
{
	return is_type(p, "message/delivery-status") ||
	       is_type(p, "message/global-delivery-status") ||
	       is_type(p, "message/disposition-notification") ||
	       is_type(p, "message/global-disposition-notification");
}

/* The fields of an external body (RFC 2046, 5.2.3), named and never followed.
 */
static void
render_external(struct render *r, const struct part *p)
{
	static const char *const names[] = { "access-type", "site", "directory",
		"name", "server", "url" };

	note(r, _("[The content is kept elsewhere and was not fetched]"));
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		struct str v = field_param(&p->params, names[i]);

		if (v.n == 0)
			continue;
		doc_printf(r->b, DOC_LABEL, "  %s: ", names[i]);
		doc_add(r->b, v, DOC_PLAIN, -1);
		doc_newline(r->b);
	}
}

static void
render_leaf(struct render *r, const struct part *p, unsigned depth)
{
	if (part_is_message(p) && r->encoded < ENCODED_MAX &&
		!(p->defects & PART_TOO_DEEP)) {
		r->encoded++;
		render_message(r, p, depth);
		r->encoded--;
	} else if (is_report(p))
		render_words(r, p, words_delivery);
	else if (is_type(p, "text/calendar"))
		render_words(r, p, words_calendar);
	else if (is_card(p))
		render_words(r, p, words_card);
	else if (is_tnef(p))
		render_tnef(r, p);
	else if (is_type(p, "message/external-body"))
		render_external(r, p);
	else if (is_type(p, "message/partial"))
		note(r, _("[One piece of a message that was sent in several]"));
	else if (is_attached(p) && p != r->only)
		list_part(r, p);
	else if (is_type(p, "text/html"))
		render_html(r, p);
	else if (is_type(p, "text/plain") ||
		 is_type(p, "text/rfc822-headers") ||
		 is_type(p, "message/feedback-report") ||
		 (str_starts(p->type, STR("text/")) &&
			 (p->filename.n == 0 || p == r->only)))
		render_plain(r, p);
	else
		list_part(r, p);
}

/* --- multiparts ------------------------------------------------------------
 */

/* The first leaf of TYPE below P that is no attachment. */
static const struct part *
first_of(const struct part *p, const char *type)
{
	for (const struct part *q = p; q; q = part_next(p, q, false))
		if (q->kind == PART_LEAF && is_type(q, type) && !is_attached(q))
			return q;
	return NULL;
}

/* Is there anything to read in the plain text below P? */
static bool
is_worth(struct render *r, const struct part *p, bool has_html)
{
	struct message m = { .text = (struct part *)(uintptr_t)p,
		.html = has_html ? (struct part *)(uintptr_t)p : NULL,
		.region = r->region };

	return message_has_plain(&m);
}

/* The alternative to show: the plain one unless it says nothing, or what was
 * asked for. */
static const struct part *
choose(struct render *r, const struct part *p)
{
	enum doc_choice choice = r->o->choice;
	const struct part *plain = NULL, *html = NULL, *last = NULL;

	for (const struct part *c = p->child; c; c = c->next) {
		if (!plain && first_of(c, "text/plain"))
			plain = c;
		if (first_of(c, "text/html"))
			html = c;
		if (c->kind != PART_LEAF || str_starts(c->type, STR("text/")))
			last = c;
	}
	if (choice == DOC_HTML && html)
		return html;
	if (plain && html && choice != DOC_TEXT &&
		!is_worth(r, first_of(plain, "text/plain"), true))
		return html;
	return plain ? plain : html ? html : last ? last : p->child;
}

static void
render_alternative(struct render *r, const struct part *p, unsigned depth)
{
	const struct part *chosen = choose(r, p);

	render_part(r, chosen, depth);
	/* an invitation beside its description says more than that */
	for (const struct part *c = p->child; c; c = c->next)
		if (c != chosen && is_type(c, "text/calendar"))
			render_leaf(r, c, depth);
}

static void
render_multi(struct render *r, const struct part *p, unsigned depth)
{
	if (!p->child) {
		/* no boundary ever came: what there is, is text */
		struct part text = *p;

		text.kind = PART_LEAF;
		text.encoding = BODY_IDENTITY;
		render_plain(r, &text);
		return;
	}
	if (is_type(p, "multipart/alternative")) {
		render_alternative(r, p, depth);
		return;
	}
	if (is_type(p, "multipart/encrypted"))
		note(r, _("[Encrypted]"));
	for (const struct part *c = p->child; c; c = c->next) {
		/* the machine's half of a signature says nothing to people */
		if (is_type(p, "multipart/signed") && c != p->child)
			list_part(r, c);
		else
			render_part(r, c, depth);
	}
}

/* --- messages inside -------------------------------------------------------
 */

static void
people(struct render *r, const char *label, const struct field_addresses *l)
{
	struct buf b;

	if (l->count == 0)
		return;
	buf_init(&b, LIMIT_FIELD_SHOWN);
	for (size_t i = 0; i < l->count && !b.full; i++) {
		if (i)
			buf_adds(&b, ", ");
		field_print_address(&b, &l->item[i]);
	}
	doc_printf(r->b, DOC_LABEL, "%s: ", label);
	doc_add(r->b, buf_str(&b), DOC_PLAIN, -1);
	doc_newline(r->b);
	buf_fini(&b);
}

static void
render_message(struct render *r, const struct part *p, unsigned depth)
{
	struct message *m = message_nested(r->a, p, r->region);
	const struct part *before = r->root;

	separate(r);
	doc_add(r->b, str_c(_("Message inside")), DOC_NOTE | DOC_HEADING, -1);
	doc_newline(r->b);
	if (!m)
		return;
	if (!r->o->no_headers) {
		people(r, _("From"), &m->from);
		people(r, _("To"), &m->to);
		people(r, _("Cc"), &m->cc);
		if (m->has_date) {
			struct buf b;

			buf_init(&b, 100);
			field_print_date(&b, m->date, m->zone);
			doc_printf(r->b, DOC_LABEL, "%s: ", _("Date"));
			doc_add(r->b, buf_str(&b), DOC_PLAIN, -1);
			doc_newline(r->b);
			buf_fini(&b);
		}
		doc_printf(r->b, DOC_LABEL, "%s: ", _("Subject"));
		doc_add(r->b, m->subject, DOC_PLAIN, -1);
		doc_newline(r->b);
	}
	r->root = m->root;
	render_part(r, m->root, depth);
	r->root = before;
}

static void
render_part(struct render *r, const struct part *p, unsigned depth)
{
	if (depth > LIMIT_MIME_DEPTH * 2 || doc_is_full(r->b))
		return;
	switch (p->kind) {
	case PART_LEAF:
		render_leaf(r, p, depth + 1);
		break;
	case PART_MULTI:
		render_multi(r, p, depth + 1);
		break;
	case PART_MESSAGE:
		render_message(r, p, depth + 1);
		break;
	}
}

/* --- what stands below the letter ------------------------------------------
 */

static void
render_links(struct render *r, const struct doc *d)
{
	if (d->links == 0)
		return;
	doc_newline(r->b);
	doc_add(r->b, str_c(_("Links")), DOC_NOTE | DOC_HEADING, -1);
	doc_newline(r->b);
	for (size_t i = 0; i < d->links; i++) {
		const struct doc_link *l = &d->link[i];

		doc_printf(r->b, DOC_NOTE, "[%zu] ", i + 1);
		doc_add(r->b, l->url, DOC_LINK, (int)i);
		if (l->deceptive)
			doc_add(r->b,
				str_c(_(" (its text names another host)")),
				DOC_ALERT, -1);
		if (l->is_blocked)
			doc_add(r->b, str_c(_(" (not followed)")), DOC_ALERT,
				-1);
		doc_newline(r->b);
	}
}

static void
render_notes(struct render *r, const struct doc *d)
{
	if (d->remote || d->hiddens)
		doc_newline(r->b);
	if (d->remote) {
		doc_printf(r->b, DOC_NOTE,
			ngettext("[%u remote resource not loaded",
				"[%u remote resources not loaded", d->remote),
			d->remote);
		if (d->pixels)
			doc_printf(r->b, DOC_NOTE,
				_(", of them %u to track you"), d->pixels);
		doc_add(r->b, STR("]"), DOC_NOTE, -1);
		doc_newline(r->b);
	}
	if (d->hiddens) {
		doc_printf(r->b, DOC_NOTE,
			ngettext("[%zu piece of hidden text not shown]",
				"[%zu pieces of hidden text not shown]",
				d->hiddens),
			d->hiddens);
		doc_newline(r->b);
	}
}

struct doc *
doc_render(
	struct arena *a, const struct message *m, const struct doc_options *o)
{
	static const struct doc_options none = { 0 };
	struct render r = {
		.a = a, .o = o ? o : &none, .region = m->region, .root = m->root
	};
	const struct part *p = m->root;
	const struct doc *d;

	r.b = doc_begin(a, r.o->width);
	doc_set_by_word(r.b, r.o->by_word);
	if (r.o->choice == DOC_SOURCE) {
		struct buf b;

		buf_init(&b, LIMIT_TEXT_SHOWN);
		charset_decode_raw(&b, STR_NONE,
			str_sub(m->bytes, 0, LIMIT_TEXT_SHOWN), m->region);
		doc_set_fixed(r.b, true);
		doc_add(r.b, buf_str(&b), DOC_PLAIN, -1);
		buf_fini(&b);
		return doc_end(r.b);
	}
	if (r.o->part.n)
		p = r.only = part_find(m->root, r.o->part);
	if (p)
		render_part(&r, p, 0);
	d = doc_so_far(r.b);
	if (r.has_html)
		render_links(&r, d);
	render_notes(&r, d);
	return doc_end(r.b);
}
