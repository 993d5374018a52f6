/* SPDX-License-Identifier: GPL-3.0-or-later */
/* html_prune - see html_prune.h. A tokenizer (WHATWG HTML, 13.2.5, as far as it
 * decides where tags end) that counts: gumbo's time grows with the square of
 * the depth and of the attributes of one tag, and with unclosed formatting
 * elements times blocks. */
#include "mime/html_prune.h"

enum { FORMATS_MAX = 40, VALUE_MAX = 8192, TAG_NAME_MAX = 32 };

struct prune {
	struct str s;
	size_t at;
	struct buf *out;
	struct html_aside *aside;
	size_t depth, dropped;           /* counted elements */
	size_t formats, formats_dropped; /* open formatting elements */
	size_t cost;
	size_t css;
	bool is_exact;    /* white space counts, or may */
	bool after_block; /* nothing but white space stands behind its tag */
};

static bool
is_white(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

static bool
is_alpha(char c)
{
	c = ascii_lower(c);
	return c >= 'a' && c <= 'z';
}

/* Which of the N words of LIST, which are in lower case, is NAME? -1 for none.
 * Asked for every tag and attribute, most of which are not. */
static int
in_list(struct str name, const struct str *list, size_t n)
{
	char first = name.n ? ascii_lower(name.p[0]) : '\0';

	for (size_t i = 0; i < n; i++)
		if (list[i].n == name.n && list[i].p[0] == first &&
			str_ieq(name, list[i]))
			return (int)i;
	return -1;
}

#define WHICH(name, list) in_list(name, list, sizeof(list) / sizeof *(list))
#define IN_LIST(name, list) (WHICH(name, list) >= 0)

/* Elements without content, or whose end tag may be left out: they do not nest
 * by themselves. */
static const struct str uncounted[] = { STR("area"), STR("base"), STR("br"),
	STR("col"), STR("embed"), STR("hr"), STR("img"), STR("input"),
	STR("link"), STR("meta"), STR("param"), STR("source"), STR("track"),
	STR("wbr"), STR("p"), STR("li"), STR("td"), STR("tr"), STR("th"),
	STR("dd"), STR("dt"), STR("option"), STR("optgroup"), STR("tbody"),
	STR("thead"), STR("tfoot"), STR("colgroup"), STR("html"), STR("head"),
	STR("body"), STR("bgsound"), STR("basefont"), STR("frame"),
	STR("keygen") };
static const struct str format[] = { STR("a"), STR("b"), STR("big"),
	STR("code"), STR("em"), STR("font"), STR("i"), STR("nobr"), STR("s"),
	STR("small"), STR("strike"), STR("strong"), STR("tt"), STR("u") };
/* Attributes that decide what is shown. */
static const struct str kept[] = { STR("href"), STR("src"), STR("alt"),
	STR("width"), STR("height"), STR("style"), STR("class"), STR("id"),
	STR("value"), STR("type"), STR("bgcolor"), STR("color"),
	STR("background"), STR("text"), STR("size"), STR("border"),
	STR("colspan"), STR("rowspan"), STR("start"), STR("role"),
	STR("hidden"), STR("content"), STR("http-equiv"), STR("srcset"),
	STR("poster"), STR("rel"), STR("data"), STR("cite"), STR("selected"),
	STR("checked"), STR("link") };
_Static_assert(sizeof kept / sizeof *kept <= 64, "copy_attributes has 64 bits");
/* Elements whose content is text, tags and all. */
static const struct str raw[] = { STR("textarea"), STR("title"), STR("xmp"),
	STR("iframe"), STR("noembed"), STR("noframes") };

/* Tags that end a line wherever they stand: white space behind them is none.
 * Others, of tables and end tags, may be left out by the parser. */
static const struct str blocks[] = { STR("p"), STR("div"), STR("li"), STR("br"),
	STR("ul"), STR("ol"), STR("dl"), STR("dt"), STR("dd"), STR("h1"),
	STR("h2"), STR("h3"), STR("h4"), STR("h5"), STR("h6"), STR("hr"),
	STR("center"), STR("blockquote") };
/* Elements in which white space counts. */
static const struct str exact[] = { STR("pre"), STR("listing"),
	STR("plaintext") };

/* --- what is skipped -------------------------------------------------------
 */

static void
skip_to(struct prune *p, const char *end)
{
	struct str rest = str_sub(p->s, p->at, p->s.n), e = str_c(end);
	ptrdiff_t hit = str_find(rest, e);

	p->at = hit < 0 ? p->s.n : p->at + (size_t)hit + e.n;
}

static void
skip_comment(struct prune *p)
{
	struct str rest;

	p->at += 4;
	rest = str_sub(p->s, p->at, p->s.n);
	if (str_starts(rest, STR(">")))
		p->at += 1;
	else if (str_starts(rest, STR("->")))
		p->at += 2;
	else
		skip_to(p, "-->");
}

/* The content of a raw text element NAME, up to its end tag. */
static struct str
raw_text(struct prune *p, struct str name)
{
	size_t start = p->at;

	while (p->at < p->s.n) {
		const char *hit = memchr(p->s.p + p->at, '<', p->s.n - p->at);
		size_t i;

		if (!hit)
			break;
		i = (size_t)(hit - p->s.p);
		p->at = i + 1;
		if (i + 2 + name.n <= p->s.n && hit[1] == '/' &&
			str_istarts(str_sub(p->s, i + 2, p->s.n), name) &&
			(i + 2 + name.n == p->s.n ||
				!is_alpha(p->s.p[i + 2 + name.n]))) {
			p->at = i;
			return str_sub(p->s, start, i);
		}
	}
	p->at = p->s.n;
	return str_sub(p->s, start, p->s.n);
}

/* --- tags ------------------------------------------------------------------
 */

struct attribute {
	struct str name, value;
	bool has_value;
};

/* The next attribute of the tag; false at its ">". */
static bool
next_attribute(struct prune *p, struct attribute *a)
{
	struct str s = p->s;
	size_t i = p->at, start;

	while (i < s.n && (is_white(s.p[i]) || s.p[i] == '/'))
		i++;
	if (i >= s.n || s.p[i] == '>') {
		p->at = i < s.n ? i + 1 : i;
		return false;
	}
	start = i++;
	while (i < s.n && !is_white(s.p[i]) && s.p[i] != '=' && s.p[i] != '>' &&
		s.p[i] != '/')
		i++;
	*a = (struct attribute){ .name = str_sub(s, start, i) };
	while (i < s.n && is_white(s.p[i]))
		i++;
	if (i >= s.n || s.p[i] != '=') {
		p->at = i;
		return true;
	}
	i++;
	while (i < s.n && is_white(s.p[i]))
		i++;
	a->has_value = true;
	if (i < s.n && (s.p[i] == '"' || s.p[i] == '\'')) {
		const char *end = memchr(s.p + i + 1, s.p[i], s.n - i - 1);
		size_t to = end ? (size_t)(end - s.p) : s.n;

		a->value = str_sub(s, i + 1, to);
		p->at = to < s.n ? to + 1 : to;
		return true;
	}
	start = i;
	while (i < s.n && !is_white(s.p[i]) && s.p[i] != '>')
		i++;
	a->value = str_sub(s, start, i);
	p->at = i;
	return true;
}

static void
add_value(struct prune *p, struct str v)
{
	struct buf *out = p->out;

	/* pictures inside the letter: their kind is enough */
	if (str_istarts(str_trim(v), STR("data:")))
		v = str_sub(v, 0, 64);
	v = str_sub(v, 0, VALUE_MAX);
	buf_addc(out, '"');
	if (str_chr(v, '"') < 0) {
		html_aside_add(p->aside, out, v);
		v.n = 0;
	}
	while (v.n) {
		ptrdiff_t quote = str_chr(v, '"');
		size_t n = quote < 0 ? v.n : (size_t)quote;

		buf_add(out, str_sub(v, 0, n));
		if (quote >= 0)
			buf_adds(out, "&quot;");
		v = str_sub(v, quote < 0 ? n : n + 1, v.n);
	}
	buf_addc(out, '"');
}

/* May white space count by a style? */
static bool
has_pre_style(struct str html)
{
	ptrdiff_t at;

	while ((at = str_ifind(html, STR("white-space"))) >= 0) {
		size_t i = (size_t)at + 11;

		while (i < html.n && (is_white(html.p[i]) || html.p[i] == ':'))
			i++;
		html = str_sub(html, i, html.n);
		/* a keyword that no layout here knows is no reason */
		if (!str_istarts(html, STR("nowrap")) &&
			!str_istarts(html, STR("normal")))
			return true;
	}
	return false;
}

/* TEXT between tags. Gumbo works on each character of white space, and letters
 * are indented: only as much of it is left as makes a difference. */
static void
add_text(struct prune *p, struct str text)
{
	size_t start = 0, end = text.n;

	if (p->is_exact) {
		html_aside_add(p->aside, p->out, text);
		return;
	}
	while (start < end && is_white(text.p[start]))
		start++;
	while (end > start && is_white(text.p[end - 1]))
		end--;
	if (start > 0 && !p->after_block)
		buf_addc(p->out, ' ');
	if (start == end)
		return;
	p->after_block = false;
	html_aside_add(p->aside, p->out, str_sub(text, start, end));
	if (end < text.n)
		buf_addc(p->out, ' ');
}

static void
copy_attributes(struct prune *p, bool keep)
{
	struct attribute a;
	uint64_t seen = 0; /* a bit for each of those that are kept */

	while (next_attribute(p, &a)) {
		int which = keep ? WHICH(a.name, kept) : -1;

		if (which < 0 || (seen & UINT64_C(1) << which))
			continue;
		seen |= UINT64_C(1) << which;
		buf_addc(p->out, ' ');
		buf_add(p->out, a.name);
		if (a.has_value) {
			buf_addc(p->out, '=');
			add_value(p, a.value);
		}
	}
}

/* May one more element NAME be opened? Counts it if so. */
static bool
admit(struct prune *p, struct str name)
{
	p->cost++;
	if (IN_LIST(name, format)) {
		if (p->formats >= FORMATS_MAX || p->cost > LIMIT_HTML_NODES) {
			p->formats_dropped++;
			return false;
		}
		p->formats++;
		return true;
	}
	p->cost += p->formats;
	if (p->cost > LIMIT_HTML_NODES)
		return false;
	if (IN_LIST(name, uncounted))
		return true;
	if (p->depth >= LIMIT_HTML_DEPTH) {
		p->dropped++;
		return false;
	}
	p->depth++;
	return true;
}

static void
start_tag(struct prune *p)
{
	size_t start = ++p->at, mark = p->out->n;
	struct str name;
	bool keep;

	while (p->at < p->s.n && !is_white(p->s.p[p->at]) &&
		p->s.p[p->at] != '>' && p->s.p[p->at] != '/')
		p->at++;
	name = str_sub(p->s, start, p->at);
	keep = name.n <= TAG_NAME_MAX && admit(p, name);
	if (keep) {
		buf_addc(p->out, '<');
		buf_add(p->out, name);
	}
	copy_attributes(p, keep);
	if (keep)
		buf_addc(p->out, '>');
	else
		buf_addc(p->out, ' ');
	p->after_block = keep && IN_LIST(name, blocks);
	p->is_exact |= IN_LIST(name, exact);
	if (str_ieq(name, STR("script"))) {
		raw_text(p, name);
	} else if (str_ieq(name, STR("style"))) {
		struct str css = raw_text(p, name);

		css = str_sub(css, 0, LIMIT_CSS - p->css);
		p->css += css.n;
		if (keep)
			buf_add(p->out, css);
	} else if (IN_LIST(name, raw)) {
		struct str text = raw_text(p, name);

		if (keep)
			buf_add(p->out, text);
		else
			buf_cut(p->out, mark);
	}
}

static void
end_tag(struct prune *p)
{
	size_t start = p->at + 2, i = start;
	struct str name;

	while (i < p->s.n && !is_white(p->s.p[i]) && p->s.p[i] != '>' &&
		p->s.p[i] != '/')
		i++;
	name = str_sub(p->s, start, i);
	p->at = i;
	skip_to(p, ">");
	p->cost++;
	if (p->cost > 2 * LIMIT_HTML_NODES || name.n > TAG_NAME_MAX)
		return;
	if (IN_LIST(name, format)) {
		if (p->formats_dropped) {
			p->formats_dropped--;
			return;
		}
		if (p->formats)
			p->formats--;
	} else if (!IN_LIST(name, uncounted)) {
		if (p->dropped) {
			p->dropped--;
			return;
		}
		if (p->depth)
			p->depth--;
	}
	p->after_block = str_ieq(name, STR("p"));
	buf_adds(p->out, "</");
	buf_add(p->out, name);
	buf_addc(p->out, '>');
}

void
html_prune(struct buf *out, struct str html, struct html_aside *aside)
{
	struct prune p = { .s = html,
		.out = out,
		.aside = aside,
		.is_exact = has_pre_style(html) };

	while (p.at < html.n) {
		const char *hit = memchr(html.p + p.at, '<', html.n - p.at);
		size_t i = hit ? (size_t)(hit - html.p) : html.n;
		struct str rest;

		add_text(&p, str_sub(html, p.at, i));
		p.at = i;
		if (!hit)
			break;
		rest = str_sub(html, i, html.n);
		if (str_starts(rest, STR("<!--"))) {
			skip_comment(&p);
		} else if (rest.n > 1 &&
			   (rest.p[1] == '!' || rest.p[1] == '?')) {
			skip_to(&p, ">");
		} else if (rest.n > 2 && rest.p[1] == '/') {
			if (is_alpha(rest.p[2]))
				end_tag(&p);
			else
				skip_to(&p, ">");
		} else if (rest.n > 1 && is_alpha(rest.p[1])) {
			start_tag(&p);
		} else {
			buf_adds(out, "&lt;");
			p.after_block = false;
			p.at++;
		}
	}
}
