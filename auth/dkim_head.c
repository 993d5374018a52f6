/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dkim_head - see dkim_head.h */
#include "auth/dkim_head.h"

/* Bytes as they are, but with CRLF for each bare LF. */
static void
add_simple(struct buf *out, struct str s)
{
	size_t start = 0;

	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] != '\n' || (i > 0 && s.p[i - 1] == '\r'))
			continue;
		buf_add(out, str_sub(s, start, i));
		buf_add(out, STR("\r"));
		start = i;
	}
	buf_add(out, str_sub(s, start, s.n));
}

/* A value in pieces: unfolded, runs of white space as one space, none at its
 * start and end. *PENDING is white space that waits for what follows. */
static void
add_relaxed(struct buf *out, struct str s, bool *pending, bool *started)
{
	size_t at = 0;

	while (at < s.n) {
		char c = s.p[at];
		size_t start = at;

		if (c == ' ' || c == '\t' || c == '\n' ||
			(c == '\r' && at + 1 < s.n && s.p[at + 1] == '\n')) {
			/* folding alone is no white space */
			*pending = *pending || c == ' ' || c == '\t';
			at++;
			continue;
		}
		if (*pending && *started)
			buf_addc(out, ' ');
		*pending = false;
		*started = true;
		do {
			at++;
		} while (at < s.n && s.p[at] != ' ' && s.p[at] != '\t' &&
			 s.p[at] != '\n' && s.p[at] != '\r');
		buf_add(out, str_sub(s, start, at));
	}
}

/* The bytes of F without the line end that ends it. */
static struct str
without_end(struct str s)
{
	if (s.n && s.p[s.n - 1] == '\n')
		s.n--;
	if (s.n && s.p[s.n - 1] == '\r')
		s.n--;
	return s;
}

void
dkim_head_add(struct buf *out, const struct header_field *f, bool is_relaxed,
	struct str leave_out, bool is_last)
{
	bool pending = false, started = false;
	struct str all = is_relaxed ? f->value : without_end(f->raw);
	size_t cut = leave_out.p ? (size_t)(leave_out.p - all.p) : all.n;
	struct str before = str_sub(all, 0, cut);
	struct str after = str_sub(all, cut + leave_out.n, all.n);

	if (!leave_out.p)
		after = STR_NONE;
	if (is_relaxed) {
		char *name = buf_room(out, f->name.n + 1);

		if (name) {
			for (size_t i = 0; i < f->name.n; i++)
				name[i] = ascii_lower(f->name.p[i]);
			out->n += f->name.n;
			buf_addc(out, ':');
		}
		add_relaxed(out, before, &pending, &started);
		add_relaxed(out, after, &pending, &started);
	} else {
		add_simple(out, before);
		add_simple(out, after);
	}
	if (!is_last)
		buf_add(out, STR("\r\n"));
}

void
dkim_head_select(struct buf *out, const struct header *h, struct str names,
	bool is_relaxed, bool *used, const struct header_field *self)
{
	struct str rest = names, name;

	if (h->count)
		memset(used, 0, h->count * sizeof *used);
	while (str_split(&rest, ':', &name)) {
		name = str_trim(name);
		for (size_t i = h->count; i > 0 && name.n; i--) {
			const struct header_field *f = &h->field[i - 1];

			if (used[i - 1] || f == self || !str_ieq(f->name, name))
				continue;
			used[i - 1] = true;
			dkim_head_add(out, f, is_relaxed, STR_NONE, false);
			break;
		}
	}
}
