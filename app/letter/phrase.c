/* SPDX-License-Identifier: GPL-3.0-or-later */
/* phrase - see phrase.h */
#include "app/letter/phrase.h"

#include <libintl.h>

enum { HOLES = 8, DEPTH = 3 };

/* Each format that is marked by N_(), as the build found them there. */
static const char *const known[] = {
#include "sentences.inc"
};

enum { KNOWN = sizeof known / sizeof *known };

/* What stands at a conversion of a format. */
struct hole {
	struct str text;
	bool is_ours; /* "%-s": words that may be known themselves */
};

/* A conversion of a format, as printf reads it: "%-s", "%2$s", "%zu". */
struct conversion {
	size_t length; /* of its text */
	size_t place;  /* 1 for "%1$s"; 0: the next one */
	bool is_number, is_ours;
};

/* The conversion at P; of length 0 where a "%" is no more than that. */
static struct conversion
conversion_read(const char *p)
{
	struct conversion c = { 0 };
	const char *q = p + 1;

	if (q[0] >= '1' && q[0] <= '9' && q[1] == '$') {
		c.place = (size_t)(q[0] - '0');
		q += 2;
	}
	if (*q == '-') {
		c.is_ours = true;
		q++;
	}
	while (*q == 'l' || *q == 'z')
		q++;
	c.is_number = *q == 'd' || *q == 'u';
	if (c.is_number || *q == 's')
		c.length = (size_t)(q - p) + 1;
	return c;
}

/* How much of FORMAT stands before its next conversion. */
static size_t
plain_length(const char *format)
{
	size_t n = strcspn(format, "%");

	while (format[n] && conversion_read(format + n).length == 0)
		n += 1 + strcspn(format + n + 1, "%");
	return n;
}

static size_t
number_length(struct str s)
{
	size_t n = s.n && s.p[0] == '-';

	while (n < s.n && s.p[n] >= '0' && s.p[n] <= '9')
		n++;
	return n;
}

/* Is TEXT made by FORMAT? Then what stands in its holes is in HOLE. A hole ends
 * where what follows it begins first, the last one at the end. The number of
 * the format's own characters, or -1. */
static ptrdiff_t
fits(const char *format, struct str text, struct hole hole[HOLES])
{
	ptrdiff_t own = 0;

	for (size_t n = 0;; n++) {
		size_t piece = plain_length(format);
		struct conversion c;
		struct str next;
		ptrdiff_t end;

		if (!str_starts(text, (struct str){ format, piece }))
			return -1;
		own += (ptrdiff_t)piece;
		text = str_sub(text, piece, text.n);
		format += piece;
		if (!*format)
			return text.n ? -1 : own;
		if (n == HOLES)
			return -1;
		c = conversion_read(format);
		format += c.length;
		next = (struct str){ format, plain_length(format) };
		if (c.is_number)
			end = number_length(text)
				      ? (ptrdiff_t)number_length(text)
				      : -1;
		else if (format[next.n])
			end = str_find(text, next);
		else
			end = str_ends(text, next)
				      ? (ptrdiff_t)(text.n - next.n)
				      : -1;
		if (end < 0)
			return -1;
		hole[n].text = str_sub(text, 0, (size_t)end);
		hole[n].is_ours = c.is_ours;
		text = str_sub(text, (size_t)end, text.n);
	}
}

static void add(struct buf *out, struct str text, int depth);

/* FORMAT with HOLE in its holes, in the order that its language has. */
static void
fill(struct buf *out, const char *format, const struct hole hole[HOLES],
	int depth)
{
	size_t next = 0;

	while (*format) {
		size_t piece = plain_length(format), n;
		struct conversion c;

		buf_add(out, (struct str){ format, piece });
		format += piece;
		if (!*format)
			return;
		c = conversion_read(format);
		format += c.length;
		n = c.place ? c.place - 1 : next++;
		if (n < HOLES)
			add(out, hole[n].text, hole[n].is_ours ? depth : 0);
	}
}

/* Of the formats that fit, the one that says most by itself is meant: "%s says
 * %s" fits much. */
static void
add(struct buf *out, struct str text, int depth)
{
	struct hole hole[HOLES] = { { { NULL, 0 }, false } }, best[HOLES];
	const char *format = NULL, *said;
	ptrdiff_t most = 0;

	for (size_t i = 0; depth > 0 && i < KNOWN; i++) {
		ptrdiff_t own = fits(known[i], text, hole);

		if (own <= most)
			continue;
		most = own;
		format = known[i];
		memcpy(best, hole, sizeof best);
	}
	said = format ? gettext(format) : NULL;
	if (!said || said == format)
		buf_add(out, text);
	else
		fill(out, said, best, depth - 1);
}

const char *
phrase(struct arena *a, const char *text)
{
	/* the name of a catalogue's own header: without one it is "" too */
	static const char header[] = "";
	struct buf t;
	const char *said;

	if (!text || !*text || !*gettext(header))
		return text;
	buf_init(&t, 4 * LIMIT_FIELD_SHOWN);
	add(&t, str_c(text), DEPTH);
	said = arena_cstr(a, buf_str(&t));
	buf_fini(&t);
	return said;
}

const char *
phrase_format(size_t i)
{
	return i < KNOWN ? known[i] : NULL;
}

const char *
phrase_found(struct arena *a, const char *found)
{
	return str_istarts(str_c(found), STR("v=")) ? found : phrase(a, found);
}

/* "NAME: what came": the name stays. */
static const char *
walk_step(struct arena *a, const char *step)
{
	const char *came = strstr(step, ": ");

	if (!came)
		return step;
	return arena_printf(a, "%.*s: %s", (int)(came - step), step,
		phrase_found(a, came + 2));
}

void
phrase_spf(struct arena *a, struct verdict_spf *s)
{
	s->reason = phrase(a, s->reason);
	s->source = phrase(a, s->source);
	for (size_t i = 0; i < s->steps; i++)
		s->step[i].detail = phrase(a, s->step[i].detail);
}

void
phrase_verdict(struct arena *a, struct verdict *v)
{
	v->sentence = phrase(a, v->sentence);
	for (size_t i = 0; i < v->alerts; i++)
		v->alert[i].text = phrase(a, v->alert[i].text);
	for (size_t i = 0; i < v->dkims; i++)
		v->dkim[i].reason = phrase(a, v->dkim[i].reason);
	phrase_spf(a, &v->spf);
	v->dmarc.reason = phrase(a, v->dmarc.reason);
	for (size_t i = 0; i < v->dmarc.walks; i++)
		v->dmarc.walk[i] = walk_step(a, v->dmarc.walk[i]);
	v->arc.reason = phrase(a, v->arc.reason);
	for (size_t i = 0; i < v->fields; i++)
		v->field[i].error = phrase(a, v->field[i].error);
}
