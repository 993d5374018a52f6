/* SPDX-License-Identifier: GPL-3.0-or-later */
/* html_link - links, images, forms and what would be loaded: see html_walk.h */
#include <libintl.h>

#include "mime/html_url.h"
#include "mime/html_walk.h"

#define _(text) gettext(text)

enum { LINK_TEXT_MAX = 300, PIXEL = 3 };

/* --- links -----------------------------------------------------------------
 */

/* The words of a link that are collected. */
struct words {
	struct html *h;
	struct buf text;
	bool is_seen; /* the link is: what is hidden in it is left out */
};

static void collect_text(struct words *w, const GumboNode *n,
	const struct css_style *s, unsigned depth);

/* Does a line end at TAG, so that words on both sides are two? */
static bool
ends_line(GumboTag tag)
{
	switch (tag) {
	case GUMBO_TAG_BR:
	case GUMBO_TAG_TABLE:
	case GUMBO_TAG_UL:
	case GUMBO_TAG_OL:
	case GUMBO_TAG_LI:
		return true;
	default:
		return html_margin(tag) >= 0;
	}
}

static void
add_blank(struct buf *out)
{
	if (out->n && out->p[out->n - 1] != ' ')
		buf_addc(out, ' ');
}

static void
collect_element(struct words *w, const GumboNode *n, const struct css_style *s,
	unsigned depth)
{
	const GumboVector *v = &n->v.element.children;

	if (n->v.element.tag == GUMBO_TAG_IMG)
		buf_add(&w->text, html_attribute(n, "alt"));
	if (ends_line(n->v.element.tag))
		add_blank(&w->text);
	for (unsigned i = 0; i < v->length; i++) {
		const GumboNode *c = v->data[i];
		struct css_style cs = *s;

		if (c->type == GUMBO_NODE_ELEMENT)
			cs = css_of(w->h->sheet, c, s);
		if (!cs.is_gone)
			collect_text(w, c, &cs, depth + 1);
	}
	if (ends_line(n->v.element.tag))
		add_blank(&w->text);
}

/* The words of N, whose style is S, images by their alt text. */
static void
collect_text(struct words *w, const GumboNode *n, const struct css_style *s,
	unsigned depth)
{
	struct str text;

	if (depth > HTML_WALK_DEPTH || w->text.n >= LINK_TEXT_MAX)
		return;
	if (n->type == GUMBO_NODE_ELEMENT)
		collect_element(w, n, s, depth);
	if ((n->type != GUMBO_NODE_TEXT && n->type != GUMBO_NODE_WHITESPACE &&
		    n->type != GUMBO_NODE_CDATA) ||
		(w->is_seen && css_is_hidden(s)))
		return;
	text = str_c(n->v.text.text);
	for (size_t i = 0; i < text.n; i++) {
		struct buf *out = &w->text;

		if ((unsigned char)text.p[i] > ' ')
			buf_addc(out, text.p[i]);
		else
			add_blank(out);
	}
}

static struct str
link_text(struct html *h, struct arena *a, const GumboNode *n,
	const struct css_style *s)
{
	struct words w = { .h = h, .is_seen = !css_is_hidden(s) };
	struct str r;

	buf_init(&w.text, LINK_TEXT_MAX);
	collect_text(&w, n, s, 0);
	r = arena_str(a, str_trim(buf_str(&w.text)));
	buf_fini(&w.text);
	return r;
}

static void
add_number(struct html *h, struct arena *a, int link, const struct doc_link *l)
{
	if (link < 0 || h->o->no_numbers)
		return;
	html_say(h, str_c(arena_printf(a, "[%d]", link + 1)), DOC_DIM);
	if (l->deceptive)
		html_say(h,
			str_c(arena_printf(
				a, "(\u2192 %.*s)", STR_ARG(l->host))),
			DOC_ALERT);
	else if (l->is_blocked)
		html_say(h, str_c(_("(not followed)")), DOC_ALERT);
}

/* What the link N with the reference HREF is, in A. */
static struct doc_link
read_link(struct html *h, struct arena *a, const GumboNode *n,
	const struct css_style *s, struct str href)
{
	struct doc_link l = { 0 };

	l.url = html_url_join(a, h->base, href);
	l.host = html_url_host(a, l.url);
	l.text = link_text(h, a, n, s);
	l.is_blocked = html_url_is_blocked(l.url);
	l.deceptive = html_host_differs(html_text_host(a, l.text), l.host) ||
		      (l.is_blocked && html_text_host(a, l.text).n > 0);
	if (str_ieq(html_url_scheme(l.url), STR("mailto")))
		l.deceptive |= html_host_differs(
			html_text_mail_host(a, l.text), l.host);
	return l;
}

void
html_link(struct html *h, const GumboNode *n, const struct css_style *s,
	unsigned depth)
{
	struct arena *a;
	struct doc_link l;
	struct str href = html_attribute(n, "href");
	int before = h->link, link;
	unsigned style = h->style;

	if (!html_has(n, "href") || str_starts(str_trim(href), STR("#"))) {
		html_children(h, n, s, depth);
		return;
	}
	a = arena_new(); /* a letter may have ten thousands */
	l = read_link(h, a, n, s, href);
	link = doc_add_link(h->f->b, l);
	h->link = link;
	h->style |= link < 0 ? 0 : DOC_LINK;
	html_children(h, n, s, depth);
	h->style = style;
	if (link >= 0 && !css_is_hidden(s)) {
		bool space = h->f->space;

		/* the number stands at the word, the blank behind it */
		h->f->space = false;
		add_number(h, a, link, &l);
		h->f->space = space;
	}
	h->link = before;
	arena_free(&a);
}

/* --- images ----------------------------------------------------------------
 */

static bool
is_remote(const struct html *h, struct str url)
{
	struct str s;

	url = str_trim(url);
	s = html_url_scheme(url);
	if (s.n == 0)
		return url.n && (h->base.n > 0 || str_starts(url, STR("//")));
	return str_ieq(s, STR("http")) || str_ieq(s, STR("https")) ||
	       str_ieq(s, STR("ftp"));
}

static bool
is_tiny(struct str v)
{
	uint64_t n;
	size_t digits = 0;

	while (digits < v.n && v.p[digits] >= '0' && v.p[digits] <= '9')
		digits++;
	return digits &&
	       (digits == v.n || str_ieq(str_sub(v, digits, v.n), STR("px"))) &&
	       str_to_u64(str_sub(v, 0, digits), 1000000, &n) && n <= PIXEL;
}

/* The file inside the letter that a cid: URL names. */
static struct str
cid_name(struct html *h, struct str src)
{
	struct str none = STR_NONE;

	src = str_trim(src);
	if (!str_istarts(src, STR("cid:")) || !h->o->cid)
		return none;
	return h->o->cid(h->o->ctx, str_sub(src, 4, src.n));
}

/* The size of an image from its attribute; 0 where it does not say. */
static unsigned
pixels(struct str v)
{
	size_t digits = 0;
	uint64_t n = 0;

	while (digits < v.n && v.p[digits] >= '0' && v.p[digits] <= '9')
		digits++;
	if (digits < v.n && v.p[digits] == '%')
		return 0;
	return str_to_u64(str_sub(v, 0, digits), 100000, &n) ? (unsigned)n : 0;
}

/* An image that says nothing of itself: its file's name, and its size where
 * that is one of a picture. */
static void
say_name(struct html *h, struct str src, struct str w, struct str hi)
{
	struct str name = html_url_clean(h->a, src);
	unsigned x = pixels(w), y = pixels(hi);
	ptrdiff_t at;

	if (str_istarts(name, STR("data:")))
		name = STR("image");
	at = str_chr(name, '?');
	if (at >= 0)
		name = str_sub(name, 0, (size_t)at);
	at = str_rchr(name, '/');
	name = str_sub(name, (size_t)(at + 1), name.n);
	at = str_rchr(name, '.');
	if (at > 0)
		name = str_sub(name, 0, (size_t)at);
	name = str_sub(name, 0, 40);
	if (name.n == 0)
		name = STR("image");
	if (x >= 100 && y >= 50)
		html_say(h,
			str_c(arena_printf(h->a, "[%.*s %u\u00d7%u]",
				STR_ARG(name), x, y)),
			DOC_DIM);
	else
		html_say(h, str_c(arena_printf(h->a, "[%.*s]", STR_ARG(name))),
			DOC_DIM);
}

void
html_image(struct html *h, const GumboNode *n)
{
	struct str alt = str_trim(html_attribute(n, "alt"));
	struct str src = html_attribute(n, "src"), name;
	struct str w = html_attribute(n, "width"),
		   hi = html_attribute(n, "height");

	if (is_tiny(w) && (is_tiny(hi) || hi.n == 0)) {
		if (is_remote(h, src))
			doc_add_pixel(h->f->b);
		return;
	}
	if (is_remote(h, src))
		doc_add_image(h->f->b, html_url_join(h->a, h->base, src));
	name = cid_name(h, src);
	if (alt.n) {
		html_say(h, STR("["), DOC_DIM);
		html_say(h, alt, 0);
		html_say(h, STR("]"), DOC_DIM);
	} else if (name.n) {
		html_say(h,
			str_c(arena_printf(
				h->a, _("[image: %.*s]"), STR_ARG(name))),
			DOC_DIM);
	} else if (!html_has(n, "alt") && !is_tiny(hi) && !is_tiny(w)) {
		say_name(h, src, w, hi);
	}
}

/* --- forms, which are shown and dead ---------------------------------------
 */

static void
input(struct html *h, const GumboNode *n)
{
	struct str type = html_attribute(n, "type"),
		   value = html_attribute(n, "value");
	bool checked = html_has(n, "checked");

	if (str_ieq(type, STR("hidden")))
		return;
	if (str_ieq(type, STR("checkbox"))) {
		html_say(h, checked ? STR("[x]") : STR("[ ]"), DOC_DIM);
	} else if (str_ieq(type, STR("radio"))) {
		html_say(h, checked ? STR("(*)") : STR("( )"), DOC_DIM);
	} else if (str_ieq(type, STR("image"))) {
		struct str alt = html_attribute(n, "alt");

		html_say(h,
			str_c(arena_printf(h->a, "[%.*s]",
				STR_ARG(alt.n ? alt : str_c(_("Submit"))))),
			DOC_DIM);
	} else if (str_ieq(type, STR("submit")) ||
		   str_ieq(type, STR("button")) ||
		   str_ieq(type, STR("reset"))) {
		if (value.n == 0)
			value = str_ieq(type, STR("reset"))
					? str_c(_("Reset"))
					: str_c(_("Submit"));
		html_say(h, str_c(arena_printf(h->a, "[%.*s]", STR_ARG(value))),
			DOC_DIM);
	} else if (str_ieq(type, STR("password"))) {
		html_say(h, STR("[________]"), DOC_DIM);
	} else {
		html_say(h,
			str_c(arena_printf(
				h->a, "[%.*s________]", STR_ARG(value))),
			DOC_DIM);
	}
}

/* The option that a browser shows: the one selected, else the first. */
static const GumboNode *
chosen_option(const GumboNode *n, unsigned depth)
{
	const GumboVector *v = &n->v.element.children;
	const GumboNode *first = NULL;

	if (depth > 3)
		return NULL;
	for (unsigned i = 0; i < v->length; i++) {
		const GumboNode *c = v->data[i];

		if (c->type != GUMBO_NODE_ELEMENT)
			continue;
		if (c->v.element.tag == GUMBO_TAG_OPTGROUP)
			c = chosen_option(c, depth + 1);
		if (!c || c->v.element.tag != GUMBO_TAG_OPTION)
			continue;
		if (html_has(c, "selected"))
			return c;
		first = first ? first : c;
	}
	return first;
}

void
html_control(struct html *h, const GumboNode *n, const struct css_style *s,
	unsigned depth)
{
	const GumboNode *option;
	struct str src;

	switch (n->v.element.tag) {
	case GUMBO_TAG_INPUT:
		input(h, n);
		break;
	case GUMBO_TAG_SELECT:
		option = chosen_option(n, 0);
		html_say(h, STR("["), DOC_DIM);
		if (option)
			html_children(h, option, s, depth);
		html_say(h, STR("]"), DOC_DIM);
		break;
	case GUMBO_TAG_IFRAME:
	case GUMBO_TAG_FRAME:
		src = html_url_join(h->a, h->base, html_attribute(n, "src"));
		html_break(h, 0);
		html_say(h,
			str_c(arena_printf(h->a, _("[frame not loaded: %.*s]"),
				STR_ARG(src))),
			DOC_NOTE);
		html_break(h, 0);
		break;
	default:
		html_say(h, STR("["), DOC_DIM);
		html_children(h, n, s, depth);
		h->f->space = false;
		html_say(h, STR("]"), DOC_DIM);
	}
}

/* A meta refresh would take the reader elsewhere: it is named. */
void
html_meta(struct html *h, const GumboNode *n)
{
	struct str content, url;
	ptrdiff_t at;
	uint64_t seconds = 0;
	size_t digits = 0;
	struct doc_link l = { 0 };
	int link;

	if (n->v.element.tag == GUMBO_TAG_BASE ||
		!str_ieq(html_attribute(n, "http-equiv"), STR("refresh")))
		return;
	content = str_trim(html_attribute(n, "content"));
	while (digits < content.n && content.p[digits] >= '0' &&
		content.p[digits] <= '9')
		digits++;
	str_to_u64(str_sub(content, 0, digits), 1000000, &seconds);
	at = str_ifind(content, STR("url="));
	if (at < 0)
		return;
	url = str_trim(str_sub(content, (size_t)at + 4, content.n));
	while (url.n && (url.p[0] == '\'' || url.p[0] == '"'))
		url = str_sub(url, 1, url.n);
	while (url.n && (url.p[url.n - 1] == '\'' || url.p[url.n - 1] == '"'))
		url.n--;
	l.url = html_url_join(h->a, h->base, url);
	l.text = STR("refresh");
	l.host = html_url_host(h->a, l.url);
	l.is_blocked = true;
	link = doc_add_link(h->f->b, l);
	html_break(h, 0);
	html_say(h,
		str_c(arena_printf(h->a,
			_("Refresh (%u sec, not followed) %.*s"),
			(unsigned)seconds, STR_ARG(l.url))),
		DOC_ALERT);
	(void)link;
	html_break(h, 0);
}

/* --- what would be loaded --------------------------------------------------
 */

static unsigned
count_srcset(struct html *h, struct str set)
{
	struct str one;
	unsigned n = 0;

	while (set.n && str_split(&set, ',', &one))
		n += is_remote(h, one);
	return n;
}

void
html_count_remote(struct html *h, const GumboNode *n)
{
	static const char *const names[] = { "src", "background", "poster",
		"data" };
	const GumboVector *v = &n->v.element.attributes;
	unsigned count = 0;
	struct str rel;

	if (v->length == 0)
		return;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		count += is_remote(h, html_attribute(n, names[i]));
	count += count_srcset(h, html_attribute(n, "srcset"));
	count += css_count_remote(html_attribute(n, "style"));
	rel = html_attribute(n, "rel");
	if (n->v.element.tag == GUMBO_TAG_LINK &&
		(str_ifind(rel, STR("stylesheet")) >= 0 ||
			str_ifind(rel, STR("icon")) >= 0 ||
			str_ifind(rel, STR("prefetch")) >= 0 ||
			str_ifind(rel, STR("preload")) >= 0 ||
			str_ifind(rel, STR("preconnect")) >= 0))
		count += is_remote(h, html_attribute(n, "href"));
	if (count)
		doc_add_remote(h->f->b, count);
}
