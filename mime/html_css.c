/* SPDX-License-Identifier: GPL-3.0-or-later */
/* html_css - see html_css.h. Rules with simple selectors and descendants are
 * matched; those for narrow screens, states and attributes are left out. */
#include "mime/html_css.h"

#include <stdlib.h>

#include "mime/html_colour.h"

enum { RULES_MAX = 1000, COMPOUNDS_MAX = 6, WORK_MAX = 20000000 };
/* of 255: what can hardly be seen, and what hides more than half behind it */
enum { CLEAR = 20, HALF = 128 };
#define SIZE_SEEN 2.5 /* pixels */

/* "td.note#x": all of it must hold for one element */
struct compound {
	struct str tag, id, class; /* one class; others are checked in rest */
	struct str rest;           /* ".b.c" behind the first class */
	bool is_child;             /* ">" stands before it */
};

struct rule {
	struct compound *part; /* the subject first */
	size_t parts;
	struct str body;
};

/* What is looked at of each rule for each element. */
struct entry {
	uint32_t key;    /* of the subject's id, class or tag */
	unsigned weight; /* specificity */
	struct rule *rule;
};

struct css_sheet {
	struct arena *a;
	struct entry *rule; /* in the order of their weight, stable */
	size_t rules, cap;
	size_t work;
};

struct css_sheet *
css_new(struct arena *a)
{
	struct css_sheet *s = ARENA_NEW(a, struct css_sheet);

	s->a = a;
	return s;
}

struct css_style
css_initial(void)
{
	return (struct css_style){
		.size = 16, .link = 0x0000ee, .background = 0xffffff
	};
}

static uint32_t
hash(struct str s)
{
	uint32_t h = 2166136261u;

	for (size_t i = 0; i < s.n; i++)
		h = (h ^ (unsigned char)ascii_lower(s.p[i])) * 16777619u;
	return h;
}

/* --- values ----------------------------------------------------------------
 */

/* A length in pixels; PARENT is what 1em and 100 % are. */
static bool
length(struct str v, double parent, double *out)
{
	static const struct {
		const char *unit;
		double factor;
	} units[] = { { "px", 1 }, { "pt", 4.0 / 3 }, { "pc", 16 },
		{ "in", 96 }, { "cm", 37.8 }, { "mm", 3.78 }, { "vw", 8 },
		{ "vh", 6 } };
	double value = 0, scale = 1, sign = 1;
	size_t i = 0, digits = 0;
	struct str unit;

	v = str_trim(v);
	if (i < v.n && (v.p[i] == '-' || v.p[i] == '+'))
		sign = v.p[i++] == '-' ? -1 : 1;
	for (; i < v.n && v.p[i] >= '0' && v.p[i] <= '9'; i++, digits++)
		if (value < 1e9)
			value = value * 10 + (v.p[i] - '0');
	if (i < v.n && v.p[i] == '.')
		for (i++; i < v.n && v.p[i] >= '0' && v.p[i] <= '9';
			i++, digits++)
			value += (v.p[i] - '0') * (scale /= 10);
	if (digits == 0)
		return false;
	unit = str_sub(v, i, v.n);
	value *= sign;
	*out = value;
	if (str_ieq(unit, STR("em")))
		*out = value * parent;
	else if (str_ieq(unit, STR("rem")))
		*out = value * 16;
	else if (str_ieq(unit, STR("%")))
		*out = value * parent / 100;
	for (size_t k = 0; k < sizeof units / sizeof *units; k++)
		if (str_ieq(unit, str_c(units[k].unit)))
			*out = value * units[k].factor;
	return true;
}

static void
set_size(struct css_style *s, struct str v, double parent)
{
	double px;

	if (length(v, parent, &px))
		s->size = px;
	else if (str_ieq(v, STR("inherit")))
		s->size = parent;
	else
		s->size = 16; /* small, large, …: all can be read */
}

/* "italic bold 0/0 Arial": the size is the first length */
static void
set_font(struct css_style *s, struct str v, double parent)
{
	struct str word;

	while (str_split(&v, ' ', &word)) {
		ptrdiff_t slash = str_chr(word, '/');
		double px;

		if (slash >= 0)
			word = str_sub(word, 0, (size_t)slash);
		if (str_ieq(word, STR("bold")))
			s->is_bold = true;
		else if (word.n < 3 || word.p[0] != '#')
			if (length(word, parent, &px) &&
				!(word.n == 3 && px >= 100)) {
				s->size = px;
				return;
			}
	}
}

/* --- declarations ----------------------------------------------------------
 */

/* What several declarations hide only together. */
struct box {
	bool clips, absolute, zero_height, zero_width, far;
};

static bool
is_zero(struct str v)
{
	double px;

	return length(v, 100, &px) && px <= 0;
}

static bool
is_far(struct str v)
{
	double px;

	return length(v, 100, &px) && px <= -500;
}

/* Is V a word that leaves a colour as it was, or nearly? */
static bool
is_keyword(struct str v)
{
	static const char *const words[] = { "", "inherit", "initial", "unset",
		"revert", "none", "auto", "currentcolor" };

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (str_ieq(v, str_c(words[i])))
			return true;
	return false;
}

/* Nobody hides text in a colour that is not known. */
static void
set_colour(struct css_style *s, struct str v, bool is_known, struct colour c)
{
	if (is_known) {
		s->colour = c.rgb;
		s->is_clear = c.alpha < CLEAR;
	} else if (!is_keyword(v)) {
		s->colour = CSS_NO_COLOUR;
		s->is_clear = false;
	}
}

static void
set_ground(struct css_style *s, struct str v, bool is_known, struct colour c)
{
	if (is_known && c.alpha >= HALF)
		s->background = c.rgb;
	else if (!is_known && !is_keyword(v))
		s->background = CSS_NO_COLOUR;
}

/* "background": a colour among other words. */
static void
set_background(struct css_style *s, struct str v)
{
	struct colour c = { 0 };
	struct str rest = v, word;
	ptrdiff_t open = str_chr(v, '(');

	if (str_ifind(v, STR("url(")) >= 0 ||
		str_ifind(v, STR("gradient(")) >= 0) {
		s->has_picture = true;
		s->background = CSS_NO_COLOUR;
		return;
	}
	if (open >= 0) {
		while (open > 0 && v.p[open - 1] != ' ')
			open--;
		v = str_sub(v, (size_t)open, v.n);
		set_ground(s, v, html_colour(v, &c), c);
		return;
	}
	while (str_split(&rest, ' ', &word))
		if (html_colour(word, &c))
			set_ground(s, word, true, c);
}

static void
apply_text(struct css_style *s, struct str name, struct str v, double parent)
{
	struct colour c = { 0 };

	if (str_ieq(name, STR("font-size"))) {
		set_size(s, v, parent);
	} else if (str_ieq(name, STR("font"))) {
		set_font(s, v, parent);
	} else if (str_ieq(name, STR("color"))) {
		set_colour(s, v, html_colour(v, &c), c);
	} else if (str_ieq(name, STR("background-color"))) {
		set_ground(s, v, html_colour(v, &c), c);
	} else if (str_ieq(name, STR("background")) ||
		   str_ieq(name, STR("background-image"))) {
		set_background(s, v);
	} else if (str_ieq(name, STR("white-space"))) {
		s->is_pre = str_istarts(v, STR("pre"));
	} else if (str_ieq(name, STR("font-weight"))) {
		double w;

		s->is_bold = str_istarts(v, STR("bold")) ||
			     (length(v, 400, &w) && w >= 600);
	} else if (str_ieq(name, STR("text-decoration"))) {
		s->is_underlined = str_ifind(v, STR("underline")) >= 0;
		s->is_struck = str_ifind(v, STR("line-through")) >= 0;
	}
}

/* V up to a comma or a parenthesis. */
static struct str
until_mark(struct str v)
{
	size_t n = 0;

	while (n < v.n && v.p[n] != ',' && v.p[n] != ')')
		n++;
	return str_sub(v, 0, n);
}

static void
apply_box(struct css_style *s, struct box *b, struct str name, struct str v)
{
	double px;

	if (str_ieq(name, STR("display"))) {
		s->is_gone = str_ieq(v, STR("none"));
		s->is_block = str_ieq(v, STR("block"));
	} else if (str_ieq(name, STR("visibility"))) {
		s->is_invisible = str_ieq(v, STR("hidden")) ||
				  str_ieq(v, STR("collapse"));
	} else if (str_ieq(name, STR("opacity"))) {
		s->is_gone |= length(v, 1, &px) && px < 0.05;
	} else if (str_istarts(name, STR("overflow"))) {
		b->clips = !str_ieq(v, STR("visible"));
	} else if (str_ieq(name, STR("max-height")) ||
		   str_ieq(name, STR("height"))) {
		b->zero_height |= is_zero(v);
	} else if (str_ieq(name, STR("max-width")) ||
		   str_ieq(name, STR("width"))) {
		b->zero_width |= is_zero(v);
	} else if (str_ieq(name, STR("position"))) {
		b->absolute =
			str_ieq(v, STR("absolute")) || str_ieq(v, STR("fixed"));
	} else if (str_ieq(name, STR("left")) || str_ieq(name, STR("top")) ||
		   str_ieq(name, STR("right"))) {
		b->far |= is_far(v);
	} else if (str_ieq(name, STR("text-indent")) ||
		   str_ieq(name, STR("margin-left")) ||
		   str_ieq(name, STR("margin-top"))) {
		s->is_gone |= is_far(v);
	} else if (str_ieq(name, STR("clip"))) {
		s->is_gone |= str_ifind(v, STR("rect(0")) >= 0 ||
			      str_ifind(v, STR("rect(1px")) >= 0;
	} else if (str_ieq(name, STR("clip-path"))) {
		s->is_gone |= str_ifind(v, STR("inset(50%")) >= 0 ||
			      str_ifind(v, STR("inset(100%")) >= 0 ||
			      str_ifind(v, STR("circle(0")) >= 0;
	} else if (str_ieq(name, STR("transform"))) {
		ptrdiff_t minus = str_chr(v, '-');

		s->is_gone |=
			str_ifind(v, STR("scale(0)")) >= 0 ||
			(minus > 0 && str_ifind(v, STR("translate")) >= 0 &&
				is_far(until_mark(
					str_sub(v, (size_t)minus, v.n))));
	} else if (str_ieq(name, STR("filter"))) {
		s->is_gone |= str_ifind(v, STR("opacity(0)")) >= 0 ||
			      str_ifind(v, STR("opacity(0%)")) >= 0 ||
			      str_ifind(v, STR("opacity=0)")) >= 0;
	}
}

/* Apply "name: value; …". With IMPORTANT only what is marked so. */
static void
apply(struct css_style *s, struct str body, double parent, bool important)
{
	struct str rest = body, one;
	struct box b = { 0 };

	while (str_split(&rest, ';', &one)) {
		ptrdiff_t colon = str_chr(one, ':'), bang;
		struct str name, v;

		if (colon < 0)
			continue;
		name = str_trim(str_sub(one, 0, (size_t)colon));
		v = str_trim(str_sub(one, (size_t)colon + 1, one.n));
		bang = str_chr(v, '!');
		if (important && bang < 0)
			continue;
		if (bang >= 0)
			v = str_trim(str_sub(v, 0, (size_t)bang));
		apply_text(s, name, v, parent);
		apply_box(s, &b, name, v);
	}
	if ((b.clips && (b.zero_height || b.zero_width)) ||
		(b.absolute && b.far))
		s->is_gone = true;
}

/* --- sheets ----------------------------------------------------------------
 */

static bool
is_name_char(char c)
{
	return (c >= '0' && c <= '9') ||
	       (ascii_lower(c) >= 'a' && ascii_lower(c) <= 'z') || c == '-' ||
	       c == '_' || (signed char)c < 0;
}

static struct str
read_name(struct str s, size_t *at)
{
	size_t start = *at;

	while (*at < s.n && is_name_char(s.p[*at]))
		(*at)++;
	return str_sub(s, start, *at);
}

/* "td.a.b#c"; false for what is not understood. */
static bool
read_compound(struct str s, struct compound *c, unsigned *weight)
{
	size_t i = 0;

	*c = (struct compound){ .is_child = c->is_child };
	if (s.n && s.p[0] == '*')
		i = 1;
	else
		c->tag = read_name(s, &i);
	*weight += c->tag.n > 0;
	while (i < s.n) {
		char kind = s.p[i++];
		struct str name = read_name(s, &i);

		if (name.n == 0 || (kind != '.' && kind != '#'))
			return false;
		if (kind == '#') {
			c->id = name;
			*weight += 10000;
		} else {
			*weight += 100;
			if (c->class.n == 0) {
				c->class = name;
				c->rest = str_sub(s, i, s.n);
			}
		}
	}
	return true;
}

/* The subject first: the parts of the selector S into PART; 0: not matched. */
static size_t
read_selector(struct str s, struct compound *part, unsigned *weight)
{
	size_t n = 0, i = 0;
	bool child = false;

	s = str_trim(s);
	while (i < s.n) {
		size_t start = i;

		while (i < s.n && s.p[i] != ' ' && s.p[i] != '>' &&
			s.p[i] != '\n' && s.p[i] != '\t' && s.p[i] != '\r')
			i++;
		if (i > start) {
			if (n == COMPOUNDS_MAX)
				return 0;
			memmove(part + 1, part, n * sizeof *part);
			part[0] = (struct compound){ .is_child = child };
			n++;
			child = false;
			if (!read_compound(
				    str_sub(s, start, i), &part[0], weight))
				return 0;
			continue;
		}
		child |= s.p[i] == '>';
		i++;
	}
	return n;
}

/* Does BODY say anything that is looked at? */
static bool
is_relevant(struct str body)
{
	static const char *const words[] = { "display", "visibility", "font",
		"color", "background", "height", "white-space", "opacity",
		"position", "indent", "width", "clip", "margin", "transform",
		"filter" };

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (str_ifind(body, str_c(words[i])) >= 0)
			return true;
	return false;
}

static void
add_entry(struct css_sheet *s, struct entry e)
{
	size_t i = s->rules;

	if (s->rules == s->cap) {
		s->cap = s->cap ? s->cap * 2 : 32;
		s->rule = arena_grow(
			s->a, s->rule, s->rules, s->cap, sizeof *s->rule);
	}
	while (i > 0 && s->rule[i - 1].weight > e.weight) {
		s->rule[i] = s->rule[i - 1];
		i--;
	}
	s->rule[i] = e;
	s->rules++;
}

static void
add_rule(struct css_sheet *s, struct str selectors, struct str body)
{
	struct str one;

	if (!is_relevant(body))
		return;
	body = arena_str(s->a, body);
	selectors = arena_str(s->a, selectors);
	while (s->rules < RULES_MAX && str_split(&selectors, ',', &one)) {
		struct compound part[COMPOUNDS_MAX];
		struct entry e = { 0 };
		size_t n = read_selector(one, part, &e.weight);

		if (n == 0)
			continue;
		e.key = hash(part[0].id.n      ? part[0].id
			     : part[0].class.n ? part[0].class
					       : part[0].tag);
		e.rule = ARENA_NEW(s->a, struct rule);
		e.rule->body = body;
		e.rule->parts = n;
		e.rule->part = arena_array(s->a, n, sizeof *part);
		memcpy(e.rule->part, part, n * sizeof *part);
		add_entry(s, e);
	}
}

/* TEXT without comments and the "<!--" of old times. */
static struct str
strip(struct arena *a, struct str text)
{
	char *p = arena_alloc(a, text.n + 1);
	size_t n = 0, i = 0;

	while (i < text.n) {
		struct str rest = str_sub(text, i, text.n);

		if (str_starts(rest, STR("/*"))) {
			ptrdiff_t end =
				str_find(str_sub(rest, 2, rest.n), STR("*/"));

			i = end < 0 ? text.n : i + (size_t)end + 4;
		} else if (str_starts(rest, STR("<!--"))) {
			i += 4;
		} else if (str_starts(rest, STR("-->"))) {
			i += 3;
		} else {
			p[n++] = text.p[i++];
		}
	}
	return (struct str){ p, n };
}

unsigned
css_count_remote(struct str text)
{
	unsigned n = 0;
	ptrdiff_t at;

	while ((at = str_ifind(text, STR("url("))) >= 0) {
		struct str v;

		text = str_sub(text, (size_t)at + 4, text.n);
		v = str_trim(str_sub(text, 0, 16));
		while (v.n && (v.p[0] == '"' || v.p[0] == '\''))
			v = str_sub(v, 1, v.n);
		n += str_istarts(v, STR("http:")) ||
		     str_istarts(v, STR("https:")) || str_starts(v, STR("//"));
	}
	return n;
}

/* Does a rule "@media QUERY" hold for a wide screen? */
static bool
media_holds(struct str query)
{
	return str_ifind(query, STR("max-")) < 0 &&
	       str_ifind(query, STR("print")) < 0 &&
	       str_ifind(query, STR("min-width")) < 0 &&
	       str_ifind(query, STR("-webkit")) < 0 &&
	       str_ifind(query, STR("-moz")) < 0 &&
	       str_ifind(query, STR("-ms")) < 0 &&
	       str_ifind(query, STR("yahoo")) < 0 &&
	       str_ifind(query, STR("dark")) < 0;
}

unsigned
css_add(struct css_sheet *s, struct str text)
{
	unsigned remote = css_count_remote(text);
	size_t i = 0, start = 0, blocks = 0;

	text = strip(s->a, text);
	while (i < text.n) {
		char c = text.p[i];
		struct str head = str_trim(str_sub(text, start, i));

		if (c == ';' && head.n && head.p[0] == '@') {
			remote += str_istarts(head, STR("@import")) &&
				  str_ifind(head, STR("url(")) < 0;
			start = ++i;
		} else if (c == '{' && str_istarts(head, STR("@media")) &&
			   media_holds(head)) {
			blocks++;
			start = ++i;
		} else if (c == '{' && head.n && head.p[0] == '@') {
			size_t depth = 0;

			for (; i < text.n; i++) {
				depth += text.p[i] == '{';
				if (text.p[i] == '}' && --depth == 0)
					break;
			}
			start = i < text.n ? ++i : i;
		} else if (c == '{') {
			const char *end = memchr(text.p + i, '}', text.n - i);
			size_t e = end ? (size_t)(end - text.p) : text.n;

			add_rule(s, head, str_sub(text, i + 1, e));
			start = i = e < text.n ? e + 1 : e;
		} else if (c == '}') {
			blocks -= blocks > 0;
			start = ++i;
		} else {
			i++;
		}
	}
	return remote;
}

/* --- matching --------------------------------------------------------------
 */

static struct str
attribute(const GumboNode *n, const char *name)
{
	GumboAttribute *a = gumbo_get_attribute(&n->v.element.attributes, name);

	return a ? str_c(a->value) : STR_NONE;
}

static bool
has_class(struct str list, struct str class)
{
	size_t i = 0;

	while (i < list.n) {
		size_t start;

		while (i < list.n && (unsigned char)list.p[i] <= ' ')
			i++;
		start = i;
		while (i < list.n && (unsigned char)list.p[i] > ' ')
			i++;
		if (i > start && str_ieq(str_sub(list, start, i), class))
			return true;
	}
	return false;
}

static bool
compound_matches(const struct compound *c, const GumboNode *n)
{
	struct str rest = c->rest, class;

	if (n->type != GUMBO_NODE_ELEMENT)
		return false;
	if (c->tag.n && !str_ieq(c->tag, str_c(gumbo_normalized_tagname(
						 n->v.element.tag))))
		return false;
	if (c->id.n && !str_eq(c->id, attribute(n, "id")))
		return false;
	if (c->class.n == 0)
		return true;
	if (!has_class(attribute(n, "class"), c->class))
		return false;
	while (rest.n && str_split(&rest, '.', &class)) {
		ptrdiff_t hash_ = str_chr(class, '#');

		if (hash_ >= 0)
			class = str_sub(class, 0, (size_t)hash_);
		if (class.n && !has_class(attribute(n, "class"), class))
			return false;
	}
	return true;
}

static bool
rule_matches(struct css_sheet *s, const struct rule *r, const GumboNode *n)
{
	if (!compound_matches(&r->part[0], n))
		return false;
	for (size_t i = 1; i < r->parts; i++) {
		bool child = r->part[i - 1].is_child;

		do {
			n = n->parent;
			s->work++;
		} while (n && !child && !compound_matches(&r->part[i], n));
		if (!n || (child && !compound_matches(&r->part[i], n)))
			return false;
	}
	return true;
}

static void
apply_rules(struct css_sheet *s, const GumboNode *n, struct css_style *style,
	double parent, bool important)
{
	struct str classes = attribute(n, "class"), one, rest = classes;
	uint32_t keys[16];
	size_t count = 0;

	if (s->rules == 0 || s->work > WORK_MAX)
		return;
	keys[count++] = hash(attribute(n, "id"));
	keys[count++] = hash(str_c(gumbo_normalized_tagname(n->v.element.tag)));
	keys[count++] = hash(STR_NONE); /* "*" */
	while (rest.p && str_split(&rest, ' ', &one) && count < 16)
		keys[count++] = hash(str_trim(one));
	for (size_t i = 0; i < s->rules; i++) {
		bool hit = false;

		for (size_t k = 0; k < count; k++)
			hit |= keys[k] == s->rule[i].key;
		s->work += count;
		if (hit && rule_matches(s, s->rule[i].rule, n))
			apply(style, s->rule[i].rule->body, parent, important);
	}
}

/* What attributes of old say. */
static void
apply_attributes(const GumboNode *n, struct css_style *s)
{
	GumboTag tag = n->v.element.tag;
	struct str v = attribute(n, "bgcolor");
	struct colour c = { 0 };

	if (v.p)
		set_ground(s, v, html_colour_old(v, &c), c);
	v = attribute(n, "background");
	if (v.n) {
		s->has_picture = true;
		s->background = CSS_NO_COLOUR;
	}
	v = attribute(n, tag == GUMBO_TAG_BODY ? "text" : "color");
	if (v.p && (tag == GUMBO_TAG_BODY || tag == GUMBO_TAG_FONT ||
			   tag == GUMBO_TAG_BASEFONT))
		set_colour(s, v, html_colour_old(v, &c), c);
	v = tag == GUMBO_TAG_BODY ? attribute(n, "link") : STR_NONE;
	if (v.p)
		s->link = html_colour_old(v, &c) ? c.rgb : CSS_NO_COLOUR;
	if (tag == GUMBO_TAG_FONT && attribute(n, "size").n)
		s->size = 16;
	if (gumbo_get_attribute(&n->v.element.attributes, "hidden"))
		s->is_gone = true;
}

struct css_style
css_of(struct css_sheet *sheet, const GumboNode *node,
	const struct css_style *parent)
{
	struct css_style s = *parent;
	struct str inline_style = attribute(node, "style");

	s.is_gone = s.has_picture = s.is_block = false;
	/* a link has a colour of its own, whatever is around it */
	if (node->v.element.tag == GUMBO_TAG_A && attribute(node, "href").p) {
		s.colour = s.link;
		s.is_clear = false;
	}
	apply_attributes(node, &s);
	apply_rules(sheet, node, &s, parent->size, false);
	if (inline_style.n)
		apply(&s, inline_style, parent->size, false);
	apply_rules(sheet, node, &s, parent->size, true);
	if (inline_style.n && str_chr(inline_style, '!') >= 0)
		apply(&s, inline_style, parent->size, true);
	return s;
}

bool
css_is_hidden(const struct css_style *s)
{
	if (s->is_invisible || s->size < SIZE_SEEN)
		return true;
	if (s->is_clear)
		return s->background != CSS_NO_COLOUR;
	return html_colour_is_same(s->colour, s->background);
}
