/* SPDX-License-Identifier: GPL-3.0-or-later */
/* part - see part.h.
 *
 * One walk over the lines that begin with "--". What is open stands on a stack
 * of frames, outermost first:
 *
 *   multipart a        boundary "x"
 *     message/rfc822
 *       multipart b    boundary "y"     <- top
 *         text/plain                    <- leaf: where the walk is
 *
 * A line "--y" ends the leaf and begins a part of b; "--x" ends all down to a.
 * Boundaries are looked for from the top, so an inner one wins. */
#include "mime/part.h"

#include "base/file.h"
#include "mime/charset.h"
#include "mime/header_until.h"
#include "mime/word.h"

enum { FRAMES = LIMIT_MIME_DEPTH + 1 };

struct frame {
	struct part *part; /* PART_MULTI or PART_MESSAGE */
	struct part *last; /* its newest child */
	size_t children;
	struct str boundary;
	bool is_flooded; /* LIMIT_MIME_PARTS: only its end counts */
};

struct walk {
	struct arena *a;
	struct str m;
	const char *region;
	struct frame frame[FRAMES];
	size_t depth;      /* frames in use */
	size_t count;      /* parts made */
	struct part *leaf; /* the innermost open part */
};

/* --- one part --------------------------------------------------------------
 */

static struct str
number_of(
	struct arena *a, const struct part *parent, size_t index, bool is_multi)
{
	/* the root of a message is a place of its own only as a leaf */
	if (!parent)
		return is_multi ? STR("") : STR("1");
	if (parent->kind == PART_MESSAGE && is_multi)
		return parent->number;
	if (parent->number.n == 0)
		return str_c(arena_printf(a, "%zu", index));
	return str_c(
		arena_printf(a, "%.*s.%zu", STR_ARG(parent->number), index));
}

static bool
is_type_char(char c)
{
	return c > ' ' && c < 0x7f && !strchr("()<>@,;:\\\"[]?=", c);
}

/* Is V "multipart/" and something, though no subtype can be that? The parts are
 * there all the same: unknown ones are mixed (RFC 2046, 5.1.3). */
static bool
is_odd_multipart(struct str v)
{
	if (!str_starts(v, STR("multipart/")))
		return false;
	for (size_t i = 0; i < v.n; i++)
		if (v.p[i] <= ' ' || v.p[i] >= 0x7f)
			return false;
	return true;
}

/* Set P's type from the value of Content-Type; what is no type means text/plain
 * (RFC 2045, 5.2), or message/rfc822 in a digest (RFC 2046, 5.1.5). One that
 * has two halves and cannot be read is one that we do not know. */
static void
set_type(struct part *p, bool in_digest)
{
	struct str v = p->params.value;
	ptrdiff_t slash = str_chr(v, '/');
	bool ok = slash > 0 && (size_t)slash + 1 < v.n;

	for (size_t i = 0; ok && i < v.n; i++)
		ok = is_type_char(v.p[i]) ||
		     (v.p[i] == '/' && i == (size_t)slash);
	if (ok) {
		p->type = v;
		return;
	}
	if (v.n)
		p->defects |= PART_BAD_TYPE;
	if (slash > 0 && (size_t)slash + 1 < v.n) {
		p->type = is_odd_multipart(v) ? v
					      : STR("application/octet-stream");
		return;
	}
	p->type = in_digest && v.n == 0 ? STR("message/rfc822")
					: STR("text/plain");
}

static bool
is_message_type(struct str t)
{
	return str_eq(t, STR("message/rfc822")) ||
	       str_eq(t, STR("message/global")) ||
	       str_eq(t, STR("message/news"));
}

static struct str
value_of(const struct part *p, const char *name)
{
	const struct header_field *f = header_get(p->header, name);

	return f ? f->value : STR_NONE;
}

static struct str
decoded(struct arena *a, struct str value, const char *region)
{
	struct buf b;
	struct str r;

	if (value.n == 0)
		return STR_NONE;
	buf_init(&b, 4 * LIMIT_FIELD);
	word_decode(&b, value, region);
	r = arena_str(a, str_trim(buf_str(&b)));
	buf_fini(&b);
	return r;
}

static void
set_disposition(struct arena *a, struct part *p, const char *region)
{
	struct str v = value_of(p, "content-disposition");

	if (v.p) {
		struct field_params d = field_params(a, v, region);

		p->disposition = d.value;
		p->filename = field_param(&d, "filename");
		if (p->filename.n == 0)
			p->filename = field_param(&d, "name");
	}
	if (p->filename.n == 0)
		p->filename = field_param(&p->params, "name");
}

static void
set_defects(struct part *p)
{
	static const char *const once[] = { "content-type",
		"content-transfer-encoding", "content-disposition", "from",
		"subject", "date", "to", "message-id" };

	if (p->header->is_cut)
		p->defects |= PART_HEADER_CUT;
	if (p->header->has_junk)
		p->defects |= PART_HEADER_JUNK;
	for (size_t i = 0; i < sizeof once / sizeof *once; i++)
		if (header_count(p->header, once[i]) > 1)
			p->defects |= PART_DUPLICATE;
	if (p->header->body && memchr(p->raw.p, '\0', p->header->body))
		p->defects |= PART_HAS_NUL;
}

/* Fill P from its header. */
static void
read_fields(struct arena *a, struct part *p, const char *region)
{
	struct str v = value_of(p, "content-type");
	bool in_digest = p->parent && p->parent->kind == PART_MULTI &&
			 str_eq(p->parent->type, STR("multipart/digest"));

	if (v.p)
		p->params = field_params(a, v, region);
	set_type(p, in_digest);
	p->charset = field_param(&p->params, "charset");
	v = value_of(p, "content-transfer-encoding");
	p->encoding = body_encoding(v);
	if (p->encoding == BODY_UNKNOWN)
		p->defects |= PART_BAD_ENCODING;
	set_disposition(a, p, region);
	v = value_of(p, "content-id");
	if (v.p)
		p->content_id = field_id(a, v);
	p->description = decoded(a, value_of(p, "content-description"), region);
	set_defects(p);
}

/* --- the walk --------------------------------------------------------------
 */

/* The frame that LINE, which begins with "--", is a boundary of; -1 for none.
 * *CLOSE_OUT: it is the closing one. */
static int
find_frame(const struct walk *w, struct str line, bool *close_out)
{
	while (line.n &&
		(line.p[line.n - 1] == ' ' || line.p[line.n - 1] == '\t'))
		line.n--;
	for (size_t i = w->depth; i > 0; i--) {
		struct str b = w->frame[i - 1].boundary;

		if (!b.p || line.n < b.n + 2 ||
			memcmp(line.p + 2, b.p, b.n) != 0)
			continue;
		if (line.n == b.n + 2) {
			*close_out = false;
			return (int)i - 1;
		}
		if (line.n == b.n + 4 &&
			memcmp(line.p + b.n + 2, "--", 2) == 0) {
			*close_out = true;
			return (int)i - 1;
		}
	}
	return -1;
}

static bool
stops_header(void *ctx, struct str line)
{
	bool is_close;

	return find_frame(ctx, line, &is_close) >= 0;
}

/* P ends at LIMIT, or is empty where its header reaches behind that. */
static void
set_end(struct part *p, const char *limit)
{
	if (limit < p->body.p)
		limit = p->body.p;
	p->body.n = (size_t)(limit - p->body.p);
	p->raw.n = (size_t)(limit - p->raw.p);
}

/* Everything open above frame KEEP ends before offset END. */
static void
end_parts(struct walk *w, size_t keep, size_t end)
{
	const char *limit = w->m.p + end;

	if (w->leaf)
		set_end(w->leaf, limit);
	w->leaf = NULL;
	while (w->depth > keep) {
		struct part *p = w->frame[--w->depth].part;

		set_end(p, limit);
		if (p->kind == PART_MULTI && w->frame[w->depth].boundary.p)
			p->defects |=
				p->child ? PART_NOT_CLOSED : PART_NOT_STARTED;
	}
}

static void
push(struct walk *w, struct part *p, struct str boundary)
{
	w->frame[w->depth++] =
		(struct frame){ .part = p, .boundary = boundary };
}

/* The boundary parameter as it may stand in a line: trailing blanks are none of
 * it (RFC 2046, 5.1.1). */
static struct str
boundary_of(const struct part *p)
{
	struct str b = field_param(&p->params, "boundary");

	while (b.n && (b.p[b.n - 1] == ' ' || b.p[b.n - 1] == '\t'))
		b.n--;
	/* an empty one is one all the same: its lines are "--" */
	return b.p ? str_sub(b, 0, b.n) : STR_NONE;
}

/* P has its header: say what it is and open it. Returns the offset where the
 * walk goes on. */
static size_t
open_part(struct walk *w, struct part *p, size_t at)
{
	bool deep = w->depth >= LIMIT_MIME_DEPTH;

	if (str_starts(p->type, STR("multipart/"))) {
		struct str b = boundary_of(p);

		if (!deep) {
			p->kind = PART_MULTI;
			if (!b.p)
				p->defects |= PART_NO_BOUNDARY;
			push(w, p, b);
			return at;
		}
		p->defects |= PART_TOO_DEEP;
	} else if (is_message_type(p->type)) {
		if (deep) {
			p->defects |= PART_TOO_DEEP;
		} else if (p->encoding == BODY_IDENTITY ||
			   p->encoding == BODY_UNKNOWN) {
			p->kind = PART_MESSAGE;
			push(w, p, STR_NONE);
			return at;
		}
	}
	w->leaf = p;
	return at;
}

/* Make the part whose header stands at AT (or is H) and hang it into the top
 * frame. */
static struct part *
begin_part(struct walk *w, size_t at, struct header *h, size_t *body_out)
{
	struct part *p = ARENA_NEW(w->a, struct part);
	struct frame *f = w->depth ? &w->frame[w->depth - 1] : NULL;
	struct str rest = str_sub(w->m, at, w->m.n);

	if (!h)
		h = header_parse_until(w->a, rest, stops_header, w);
	p->header = h;
	p->raw = rest;
	p->body = str_sub(rest, h->body, rest.n);
	if (f) {
		p->parent = f->part;
		if (f->last)
			f->last->next = p;
		else
			f->part->child = p;
		f->last = p;
		f->children++;
	}
	read_fields(w->a, p, w->region);
	*body_out = at + h->body;
	p->number = number_of(w->a, p->parent, f ? f->children : 1,
		str_starts(p->type, STR("multipart/")));
	w->count++;
	return p;
}

/* Open what stands at AT, and the messages that begin right there in it. */
static size_t
open_all(struct walk *w, size_t at, struct header *h)
{
	for (;;) {
		size_t body;
		struct part *p = begin_part(w, at, h, &body);

		at = open_part(w, p, body);
		if (p->kind != PART_MESSAGE)
			return at;
		h = NULL;
	}
}

/* The next part of frame F is one too many: what is left of F is one leaf. */
static void
flood(struct walk *w, size_t at)
{
	struct frame *f = &w->frame[w->depth - 1];
	struct part *p = ARENA_NEW(w->a, struct part);
	struct str rest = str_sub(w->m, at, w->m.n);

	f->is_flooded = true;
	p->header = ARENA_NEW(w->a, struct header);
	p->raw = p->body = rest;
	p->parent = f->part;
	p->type = STR("application/octet-stream");
	p->number = number_of(w->a, f->part, LIMIT_MIME_PARTS + 1, false);
	p->defects = PART_TOO_MANY;
	if (f->last)
		f->last->next = p;
	else
		f->part->child = p;
	f->last = p;
	w->leaf = p;
}

/* A boundary of frame F stands at START, the next line at NEXT. */
static size_t
at_boundary(struct walk *w, size_t f, bool is_close, size_t start, size_t next)
{
	size_t end = start;

	if (w->frame[f].is_flooded && !is_close && w->depth == f + 1)
		return next;
	/* the line end before a boundary belongs to it (RFC 2046, 5.1.1) */
	if (end > 0 && w->m.p[end - 1] == '\n')
		end--;
	if (end > 0 && w->m.p[end - 1] == '\r')
		end--;
	end_parts(w, f + 1, end);
	if (is_close) {
		struct part *p = w->frame[f].part;

		/* what follows is an epilogue, up to the parent's boundary;
		 * it is kept in the multipart's body */
		if (!p->child)
			p->defects |= PART_NOT_STARTED;
		w->depth = f;
		w->leaf = p;
		return next;
	}
	/* the same boundary again begins no empty part, nor does the closing
	 * one, nor the end of the message; damaged ones before that neither */
	while (next < w->m.n && w->m.p[next] == '-') {
		size_t line_end, after, to;
		struct str line;
		bool close = false;

		to = header_skip_dashes(w->m, next, NULL, stops_header, w);
		after = header_line_end(w->m, to, &line_end);
		line = str_sub(w->m, to, line_end);
		if (to < w->m.n &&
			(!str_starts(line, STR("--")) ||
				find_frame(w, line, &close) != (int)f))
			break;
		if (close)
			return at_boundary(w, f, true, to, after);
		next = after;
	}
	if (next >= w->m.n)
		return next;
	if (w->count >= LIMIT_MIME_PARTS) {
		flood(w, next);
		return next;
	}
	return open_all(w, next, NULL);
}

static void
walk_body(struct walk *w, size_t at)
{
	while (at < w->m.n && w->depth > 0) {
		const char *hit = memchr(w->m.p + at, '-', w->m.n - at);
		size_t i, end, next;
		bool is_close = false;
		int f;

		if (!hit)
			break;
		i = (size_t)(hit - w->m.p);
		if (i + 1 >= w->m.n || hit[1] != '-' ||
			(i > 0 && hit[-1] != '\n' && hit[-1] != '\r')) {
			/* a run of dashes is passed at once */
			at = i + 1;
			while (at < w->m.n && w->m.p[at] == '-')
				at++;
			continue;
		}
		next = header_line_end(w->m, i, &end);
		f = find_frame(w, str_sub(w->m, i, end), &is_close);
		at = f < 0 ? next
			   : at_boundary(w, (size_t)f, is_close, i, next);
	}
	end_parts(w, 0, w->m.n);
}

struct part *
part_parse_header(
	struct arena *a, struct str m, struct header *h, const char *region)
{
	struct walk w = { .a = a, .m = m.p ? m : STR(""), .region = region };
	struct part *root;
	size_t at;

	if (!h)
		h = header_parse(a, w.m);
	root = begin_part(&w, 0, h, &at);
	at = open_part(&w, root, at);
	if (root->kind == PART_MESSAGE)
		at = open_all(&w, at, NULL);
	walk_body(&w, at);
	return root;
}

struct part *
part_parse(struct arena *a, struct str m, const char *region)
{
	return part_parse_header(a, m, NULL, region);
}

/* --- using the tree --------------------------------------------------------
 */

struct part *
part_next(const struct part *root, const struct part *p, bool nested)
{
	if (p->child && (nested || p->kind != PART_MESSAGE))
		return p->child;
	while (p != root && !p->next)
		p = p->parent;
	return p == root ? NULL : p->next;
}

bool
part_is_message(const struct part *p)
{
	return is_message_type(p->type);
}

struct part *
part_find(struct part *root, struct str number)
{
	for (struct part *p = root; p; p = part_next(root, p, true))
		if (str_eq(p->number, number))
			return p;
	return NULL;
}

size_t
part_decode(struct buf *out, const struct part *p)
{
	if (p->kind != PART_LEAF) {
		buf_add(out, p->body);
		return 0;
	}
	return body_decode(out, p->encoding, p->body);
}

/* The charset that an HTML document names in a meta element of its first 2 KiB;
 * it counts only where the field names none. */
static struct str
meta_charset(struct str html)
{
	struct str head = str_sub(html, 0, 2048);
	ptrdiff_t at = str_ifind(head, STR("<meta")), is, end;

	while (at >= 0) {
		struct str tag = str_sub(head, (size_t)at, head.n);

		end = str_chr(tag, '>');
		if (end < 0)
			return STR_NONE;
		is = str_ifind(str_sub(tag, 0, (size_t)end), STR("charset="));
		if (is >= 0) {
			struct str v =
				str_sub(tag, (size_t)is + 8, (size_t)end);
			size_t n = 0;

			while (v.n && (v.p[0] == '"' || v.p[0] == '\'' ||
					      v.p[0] == ' '))
				v = str_sub(v, 1, v.n);
			while (n < v.n && v.p[n] > ' ' && v.p[n] != '"' &&
				v.p[n] != '\'' && v.p[n] != ';' &&
				v.p[n] != '/')
				n++;
			return str_sub(v, 0, n);
		}
		head = str_sub(tag, (size_t)end, tag.n);
		at = str_ifind(head, STR("<meta"));
	}
	return STR_NONE;
}

/* S with LF line ends, without NUL and a mark at its start, in place. */
static void
tidy(struct buf *b, size_t start)
{
	size_t to = start, i = start;

	if (str_starts(str_sub(buf_str(b), start, b->n), STR("\xef\xbb\xbf")))
		i += 3;
	for (; i < b->n; i++) {
		char c = b->p[i];

		if (c == '\0')
			continue;
		if (c == '\r') {
			if (i + 1 < b->n && b->p[i + 1] == '\n')
				continue;
			c = '\n';
		}
		b->p[to++] = c;
	}
	buf_cut(b, to);
}

void
part_text(struct buf *out, const struct part *p, const char *region)
{
	struct buf b;
	struct str charset = p->charset, bytes = p->body;
	size_t start = out->n;

	buf_init(&b, LIMIT_MESSAGE);
	/* a line that should not stand in the header was meant to be read */
	if (p->header->stray.n && p->encoding != BODY_BASE64 &&
		p->encoding != BODY_UU)
		bytes = (struct str){ p->header->stray.p,
			(size_t)(p->body.p + p->body.n - p->header->stray.p) };
	if (p->kind == PART_LEAF && p->encoding == BODY_QP) {
		body_decode_qp(&b, bytes, BODY_QP_TEXT);
		bytes = buf_str(&b);
	} else if (p->kind == PART_LEAF && p->encoding != BODY_IDENTITY &&
		   p->encoding != BODY_UNKNOWN) {
		part_decode(&b, p);
		bytes = buf_str(&b);
	}
	if (!charset_name(charset) && str_eq(p->type, STR("text/html"))) {
		struct str meta = meta_charset(bytes);

		if (charset_name(meta))
			charset = meta;
	}
	charset_decode(out, charset, bytes, region);
	buf_fini(&b);
	tidy(out, start);
}

/* The extension that a file of TYPE has, for a part without a name. */
static const char *
extension(struct str type)
{
	static const char *const table[][2] = { { "text/plain", "txt" },
		{ "text/html", "html" }, { "text/calendar", "ics" },
		{ "text/vcard", "vcf" }, { "text/x-vcard", "vcf" },
		{ "text/csv", "csv" }, { "text/xml", "xml" },
		{ "application/pdf", "pdf" }, { "application/zip", "zip" },
		{ "application/gzip", "gz" }, { "application/json", "json" },
		{ "application/xml", "xml" },
		{ "application/pgp-signature", "asc" },
		{ "application/pkcs7-signature", "p7s" },
		{ "application/pkcs7-mime", "p7m" },
		{ "application/ms-tnef", "dat" }, { "image/jpeg", "jpg" },
		{ "image/png", "png" }, { "image/gif", "gif" },
		{ "image/webp", "webp" }, { "image/svg+xml", "svg" },
		{ "audio/mpeg", "mp3" }, { "video/mp4", "mp4" },
		{ "message/rfc822", "eml" }, { "message/global", "eml" },
		{ "message/delivery-status", "txt" } };

	for (size_t i = 0; i < sizeof table / sizeof *table; i++)
		if (str_eq(type, str_c(table[i][0])))
			return table[i][1];
	return "bin";
}

void
part_safe_name(struct buf *out, const struct part *p)
{
	char fallback[128];
	struct buf b;

	buf_init(&b, sizeof fallback - 1);
	buf_printf(&b, "part-%.*s.%s",
		(int)(p->number.n < 60 ? p->number.n : 60),
		p->number.n ? p->number.p : "0", extension(p->type));
	memcpy(fallback, buf_c(&b), b.n + 1);
	buf_fini(&b);
	file_safe_name(out, p->filename, fallback);
}

const char *
part_defect_text(unsigned bit)
{
	switch (bit) {
	case PART_NO_BOUNDARY:
		return "a multipart names no boundary";
	case PART_NOT_STARTED:
		return "a multipart has no parts";
	case PART_NOT_CLOSED:
		return "a multipart is not closed";
	case PART_TOO_DEEP:
		return "parts are nested too deeply; the rest is one part";
	case PART_TOO_MANY:
		return "there are too many parts; the rest is one part";
	case PART_BAD_TYPE:
		return "a Content-Type cannot be read";
	case PART_BAD_ENCODING:
		return "a transfer encoding is unknown";
	case PART_HEADER_CUT:
		return "there are too many header fields";
	case PART_HEADER_JUNK:
		return "a header has lines that are no field";
	case PART_DUPLICATE:
		return "a field stands twice";
	case PART_HAS_NUL:
		return "a header has NUL bytes";
	}
	return "something is wrong";
}
