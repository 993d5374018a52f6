/* SPDX-License-Identifier: GPL-3.0-or-later */
/* header - see header.h */
#include "mime/header.h"

#include "mime/header_until.h"

size_t
header_line_end(struct str m, size_t at, size_t *end_out)
{
	enum { WINDOW = 256 };

	/* in windows, so that lines that end with CR do not search the whole
	 * message for an LF */
	for (;;) {
		size_t left = m.n - at, n = left < WINDOW ? left : WINDOW;
		const char *p = m.p + at, *lf, *cr;

		if (left == 0)
			return *end_out = at;
		lf = memchr(p, '\n', n);
		cr = memchr(p, '\r', lf ? (size_t)(lf - p) : n);
		if (cr) {
			size_t i = *end_out = (size_t)(cr - m.p);

			return i + 1 < m.n && m.p[i + 1] == '\n' ? i + 2
								 : i + 1;
		}
		if (lf) {
			*end_out = (size_t)(lf - m.p);
			return *end_out + 1;
		}
		at += n;
	}
}

/* Length of the field name at the start of LINE, 0 where it is no field; the
 * obsolete form allows white space before the colon (RFC 5322, 4.5). */
static size_t
name_length(struct str line, size_t *colon_out)
{
	size_t n = 0, colon;

	while (n < line.n && line.p[n] > 0x20 && line.p[n] < 0x7f &&
		line.p[n] != ':')
		n++;
	colon = n;
	while (colon < line.n &&
		(line.p[colon] == ' ' || line.p[colon] == '\t'))
		colon++;
	if (n == 0 || colon >= line.n || line.p[colon] != ':')
		return 0;
	*colon_out = colon;
	return n;
}

/* Does LINE look like a field but for bytes that no name may have? */
static bool
is_bad_field(struct str line)
{
	ptrdiff_t colon = str_chr(line, ':');

	for (ptrdiff_t i = 0; i < colon; i++)
		if (line.p[i] == ' ' || line.p[i] == '\t')
			return false;
	return colon >= 0;
}

/* The name of the field that starts at AT; STR_NONE where none does. */
static struct str
field_at(struct str m, size_t at)
{
	size_t end, colon, n;

	if (at >= m.n)
		return STR_NONE;
	header_line_end(m, at, &end);
	n = name_length(str_sub(m, at, end), &colon);
	return str_sub(m, at, at + n);
}

/* Offset behind the lines from AT on that begin with white space. */
static size_t
skip_folded(struct str m, size_t at)
{
	size_t end;

	while (at < m.n && (m.p[at] == ' ' || m.p[at] == '\t'))
		at = header_line_end(m, at, &end);
	return at;
}

static bool
is_mbox_line(struct str line)
{
	return str_starts(line, STR("From ")) ||
	       str_starts(line, STR(">From "));
}

/* Is NAME one that a header has and a text hardly: of those that stand at the
 * top of a text that was passed on, the first? */
static bool
is_expected(const struct header *h, struct str name)
{
	static const char *const trace[] = { "Content-", "X-", "Received",
		"DKIM-", "ARC-", "Authentication-", "List-" };
	static const char *const once[] = { "From", "To", "Cc", "Subject",
		"Date", "Message-ID", "MIME-Version", "Reply-To", "Sender",
		"Return-Path", "References", "In-Reply-To" };

	for (size_t i = 0; i < sizeof trace / sizeof *trace; i++)
		if (str_istarts(name, str_c(trace[i])))
			return true;
	for (size_t i = 0; i < sizeof once / sizeof *once; i++)
		if (str_ieq(name, str_c(once[i])))
			return !h->is_cut && header_count(h, once[i]) == 0;
	return false;
}

/* May LINE, no field, be passed within a header? A field whose name is none and
 * a mailbox file's line may. Where the field NEXT follows, so may what seems to
 * be the rest of a field that lost its indent; in a message, whose text may
 * begin without an empty line, only one with a colon, or before a field that is
 * none of the text's. */
static bool
is_junk(const struct header *h, struct str line, bool in_part, struct str next)
{
	if (is_bad_field(line) || is_mbox_line(line))
		return true;
	if (!next.n || str_starts(line, STR("--")))
		return false;
	return in_part || str_chr(line, ':') > 0 || is_expected(h, next);
}

/* Does LINE look like what is left of a field of a part: a name of which only
 * "Content-" is sure, or a parameter? */
static bool
is_remnant(struct str line)
{
	ptrdiff_t equals;
	struct str value;

	line = str_trim(line);
	if (line.n && line.p[line.n - 1] == ';')
		line.n--;
	if (str_istarts(line, STR("Content-")))
		return str_chr(line, ' ') < 0;
	equals = str_chr(line, '=');
	if (equals <= 0 || (size_t)equals + 1 >= line.n)
		return false;
	for (ptrdiff_t i = 0; i < equals; i++)
		if (!((ascii_lower(line.p[i]) >= 'a' &&
			      ascii_lower(line.p[i]) <= 'z') ||
			    (i && (line.p[i] == '-' || line.p[i] == '*' ||
					  (line.p[i] >= '0' &&
						  line.p[i] <= '9')))))
			return false;
	value = str_sub(line, (size_t)equals + 1, line.n);
	if (value.p[0] == '"')
		return value.n > 1 && str_chr(str_sub(value, 1, value.n),
					      '"') == (ptrdiff_t)value.n - 2;
	return str_chr(value, ' ') < 0;
}

/* Is LINE, no field, the last of a part's header: what is left of a field, or
 * one behind fields, before the empty line at AT (RFC 2046, 5.1: the header
 * area goes on to it)? */
static bool
ends_part(struct header *h, struct str line, struct str m, size_t at)
{
	if (at >= m.n || (m.p[at] != '\n' && m.p[at] != '\r'))
		return false;
	if (is_remnant(line))
		return true;
	if (!h->count)
		return false;
	h->stray = line;
	return true;
}

/* Is LINE, "--" and more, a boundary that H, so far, names? */
static bool
is_own_boundary(const struct header *h, struct str line)
{
	const struct header_field *f = h ? header_get(h, "Content-Type") : NULL;

	line = str_trim(str_sub(line, 2, line.n));
	return f && line.n && str_find(f->value, line) >= 0;
}

size_t
header_skip_dashes(struct str m, size_t at, const struct header *h,
	bool (*stop)(void *ctx, struct str line), void *ctx)
{
	size_t start = at, end, next, colon;

	for (; at < m.n; at = next) {
		struct str line;

		next = header_line_end(m, at, &end);
		line = str_sub(m, at, end);
		if (!str_starts(line, STR("--")))
			return name_length(line, &colon) || is_bad_field(line)
				       ? at
				       : start;
		if (is_own_boundary(h, line))
			return start;
		if (stop(ctx, line))
			return at;
	}
	return at;
}

static void
add_field(struct arena *a, struct header *h, size_t *cap, struct header_field f)
{
	if (h->count == *cap) {
		struct header_field *bigger;

		*cap = *cap ? *cap * 2 : 16;
		bigger = arena_array(a, *cap, sizeof *bigger);
		if (h->count)
			memcpy(bigger, h->field, h->count * sizeof *bigger);
		h->field = bigger;
	}
	h->field[h->count++] = f;
}

struct header *
header_parse(struct arena *a, struct str m)
{
	return header_parse_until(a, m, NULL, NULL);
}

struct header *
header_parse_until(struct arena *a, struct str m,
	bool (*stop)(void *ctx, struct str line), void *ctx)
{
	struct header *h = ARENA_NEW(a, struct header);
	size_t at = 0, cap = 0, end, next, colon = 0;
	bool is_lost;

	while (at < m.n) {
		struct header_field f;
		size_t start = at, n;
		struct str line, name;

		next = header_line_end(m, at, &end);
		line = str_sub(m, at, end);
		if (line.n == 0) {
			at = next; /* the empty line: the body follows */
			break;
		}
		if (stop && str_starts(line, STR("--")) && stop(ctx, line))
			break;
		n = name_length(line, &colon);
		if (n == 0) {
			if (start == 0 && is_mbox_line(line)) {
				at = next;
				continue;
			}
			/* any other line is where the body begins; folded ones
			 * before a message's first field have lost theirs */
			h->has_junk = true;
			is_lost = start == 0 && !stop &&
				  (line.p[0] == ' ' || line.p[0] == '\t');
			if (stop && str_starts(line, STR("--")) &&
				(next = header_skip_dashes(
					 m, at, h, stop, ctx)) > at) {
				at = next;
				continue;
			}
			next = skip_folded(m, next);
			name = field_at(m, next);
			if (!(is_lost && name.n) &&
				!(stop && ends_part(h, line, m, next)) &&
				!is_junk(h, line, stop != NULL, name))
				break;
			at = next;
			continue;
		}
		/* continuation lines belong to the field */
		while (next < m.n && (m.p[next] == ' ' || m.p[next] == '\t'))
			next = header_line_end(m, next, &end);
		f.raw = str_sub(m, start, next);
		f.name = str_sub(m, start, start + n);
		f.value = str_sub(m, start + colon + 1, end);
		if (h->count < LIMIT_FIELDS && next <= LIMIT_HEADER_BLOCK)
			add_field(a, h, &cap, f);
		else
			h->is_cut = true;
		at = next;
	}
	h->body = at;
	return h;
}

const struct header_field *
header_get(const struct header *h, const char *name)
{
	struct str want = str_c(name);

	for (size_t i = 0; i < h->count; i++)
		if (str_ieq(h->field[i].name, want))
			return &h->field[i];
	return NULL;
}

const struct header_field *
header_last(const struct header *h, const char *name)
{
	struct str want = str_c(name);

	for (size_t i = h->count; i > 0; i--)
		if (str_ieq(h->field[i - 1].name, want))
			return &h->field[i - 1];
	return NULL;
}

size_t
header_count(const struct header *h, const char *name)
{
	struct str want = str_c(name);
	size_t n = 0;

	for (size_t i = 0; i < h->count; i++)
		n += str_ieq(h->field[i].name, want);
	return n;
}

void
header_unfold(struct buf *out, struct str value)
{
	value = str_trim(value);
	for (size_t i = 0; i < value.n; i++)
		if (value.p[i] != '\r' && value.p[i] != '\n')
			buf_addc(out, value.p[i]);
}
