/* SPDX-License-Identifier: GPL-3.0-or-later */
/* words_calendar - invitations in words: see words.h (RFC 5545, RFC 5546). */
#define _DEFAULT_SOURCE
#include "mime/words.h"

#include <libintl.h>
#include <stdlib.h>
#include <time.h>

#include "mime/doc_plain.h"
#include "mime/words_item.h"

#define _(text) gettext(text)

enum { LINES_MAX = 20000, ATTENDEES_MAX = 200, ZONES_MAX = 50 };

/* A zone that the calendar defines: only its offsets, by the newest rules. */
struct zone {
	struct str id;
	int standard, daylight; /* minutes east */
	bool has_daylight;
	int start_month, start_week; /* of daylight time, from its rule */
	int end_month, end_week;
};

struct event {
	struct str summary, location, description, status, rule, url;
	struct str organizer, start, end, duration;
	struct words_item start_item, end_item;
	struct str attendee[ATTENDEES_MAX];
	size_t attendees;
	bool is_todo;
};

struct calendar {
	struct doc_builder *b;
	struct arena *a;
	struct str method;
	struct zone zone[ZONES_MAX];
	size_t zones;
	struct event e;
	bool any;
};

/* --- times -----------------------------------------------------------------
 */

static int
two(struct str s, size_t at)
{
	return (s.p[at] - '0') * 10 + s.p[at + 1] - '0';
}

/* "20260303T091500Z", "20260303" */
static bool
read_time(struct str v, struct tm *t, bool *is_date, bool *is_utc)
{
	memset(t, 0, sizeof *t);
	if (v.n < 8)
		return false;
	for (size_t i = 0; i < 8; i++)
		if (v.p[i] < '0' || v.p[i] > '9')
			return false;
	t->tm_year = two(v, 0) * 100 + two(v, 2) - 1900;
	t->tm_mon = two(v, 4) - 1;
	t->tm_mday = two(v, 6);
	*is_date = v.n < 15;
	*is_utc = v.n > 15 && (v.p[15] == 'Z' || v.p[15] == 'z');
	if (*is_date)
		return true;
	for (size_t i = 9; i < 15; i++)
		if (v.p[i] < '0' || v.p[i] > '9')
			return false;
	t->tm_hour = two(v, 9);
	t->tm_min = two(v, 11);
	t->tm_sec = two(v, 13);
	return true;
}

static int64_t
days(int y, int m, int d)
{
	int era, yoe, doy;

	y -= m <= 2;
	era = (y >= 0 ? y : y - 399) / 400;
	yoe = y - era * 400;
	doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
	return (int64_t)era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy -
	       719468;
}

static int64_t
utc(const struct tm *t)
{
	return days(t->tm_year + 1900, t->tm_mon + 1, t->tm_mday) * 86400 +
	       t->tm_hour * 3600 + t->tm_min * 60 + t->tm_sec;
}

/* Day of the month of the WEEKth (-1: last) Sunday of MONTH. */
static int
sunday(int year, int month, int week)
{
	static const int length[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31,
		30, 31 };
	int first = (int)((days(year, month, 1) + 4) % 7); /* 0: Sunday */
	int day = 1 + (7 - first) % 7;

	if (week > 0)
		return day + (week - 1) * 7;
	while (day + 7 <= length[month - 1])
		day += 7;
	return day;
}

static bool
is_daylight(const struct zone *z, const struct tm *t)
{
	int64_t now = days(t->tm_year + 1900, t->tm_mon + 1, t->tm_mday), start,
		end;
	int year = t->tm_year + 1900;

	if (!z->has_daylight || !z->start_month || !z->end_month)
		return false;
	start = days(year, z->start_month,
		sunday(year, z->start_month, z->start_week));
	end = days(year, z->end_month, sunday(year, z->end_month, z->end_week));
	return start < end ? now >= start && now < end
			   : now >= start || now < end;
}

static const struct zone *
find_zone(const struct calendar *c, struct str id)
{
	for (size_t i = 0; i < c->zones; i++)
		if (str_eq(c->zone[i].id, id))
			return &c->zone[i];
	return NULL;
}

/* A time of the calendar. */
struct moment {
	time_t when; /* of a day, and of no known zone: as if it were UTC */
	bool is_read, is_day, is_local;
};

static struct moment
read_moment(const struct calendar *c, const struct words_item *i)
{
	const struct zone *z = find_zone(c, words_param(i, "TZID"));
	struct moment m = { 0 };
	struct tm t;
	bool is_utc;

	m.is_read = read_time(i->value, &t, &m.is_day, &is_utc);
	if (!m.is_read)
		return m;
	m.when = (time_t)utc(&t);
	/* else a zone that is not known, or the time of wherever one is */
	m.is_local = !m.is_day && (is_utc || z);
	if (m.is_local && !is_utc)
		m.when -= 60 * (is_daylight(z, &t) ? z->daylight : z->standard);
	return m;
}

/* "P1DT2H30M" in seconds (RFC 5545, 3.3.6); false for what is none. */
static bool
read_duration(struct str v, int64_t *out)
{
	int64_t n = 0, sum = 0;
	bool any = false;

	v = str_trim(v);
	if (v.n && v.p[0] == '+')
		v = str_sub(v, 1, v.n);
	if (v.n < 3 || (v.p[0] != 'P' && v.p[0] != 'p'))
		return false;
	for (size_t i = 1; i < v.n; i++) {
		static const char units[] = "wdhms";
		static const int seconds[] = { 604800, 86400, 3600, 60, 1 };
		const char *unit = strchr(units, ascii_lower(v.p[i]));

		if (v.p[i] >= '0' && v.p[i] <= '9') {
			n = n < 100000 ? n * 10 + v.p[i] - '0' : n;
		} else if (unit && *unit) {
			sum += n * seconds[unit - units];
			n = 0;
			any = true;
		} else if (v.p[i] != 'T' && v.p[i] != 't') {
			return false;
		}
	}
	*out = sum;
	return any;
}

static void
break_down(const struct moment *m, struct tm *t)
{
	if (m->is_local)
		localtime_r(&m->when, t);
	else
		gmtime_r(&m->when, t);
}

static void
add_day(struct calendar *c, const struct tm *t)
{
	char text[100];

	strftime(text, sizeof text, _("%a, %d %b %Y"), t);
	doc_add(c->b, str_c(text), 0, -1);
}

/* "Tue, 03 Mar 2026 09:15 – 10:15 KST"; TO may be NULL. */
static void
print_span(
	struct calendar *c, const struct moment *from, const struct moment *to)
{
	struct tm t, u;
	char text[100];
	bool is_same_day;

	break_down(from, &t);
	break_down(to ? to : from, &u);
	is_same_day = t.tm_year == u.tm_year && t.tm_yday == u.tm_yday;
	add_day(c, &t);
	if (!from->is_day) {
		strftime(text, sizeof text, " %H:%M", &t);
		doc_add(c->b, str_c(text), 0, -1);
	}
	if (to && (!is_same_day || !from->is_day)) {
		doc_add(c->b, STR(" \u2013 "), 0, -1);
		if (!is_same_day)
			add_day(c, &u);
		if (!to->is_day) {
			strftime(text, sizeof text, " %H:%M", &u);
			doc_add(c->b, str_c(text + is_same_day), 0, -1);
		}
	}
	if (from->is_local) {
		strftime(text, sizeof text, " %Z", &u);
		doc_add(c->b, str_c(text), 0, -1);
	}
}

/* --- an event --------------------------------------------------------------
 */

/* "Name <address>" of an ORGANIZER or ATTENDEE. */
static struct str
person(struct calendar *c, const struct words_item *i)
{
	struct str name = words_param(i, "CN"), v = i->value, how;
	const char *answer = "";

	if (str_istarts(v, STR("mailto:")))
		v = str_sub(v, 7, v.n);
	how = words_param(i, "PARTSTAT");
	if (str_ieq(how, STR("ACCEPTED")))
		answer = _(", accepted");
	else if (str_ieq(how, STR("DECLINED")))
		answer = _(", declined");
	else if (str_ieq(how, STR("TENTATIVE")))
		answer = _(", perhaps");
	if (name.n == 0 || str_ieq(name, v))
		return str_c(arena_printf(c->a, "%.*s%s", STR_ARG(v), answer));
	return str_c(arena_printf(
		c->a, "%.*s <%.*s>%s", STR_ARG(name), STR_ARG(v), answer));
}

static void
print_field(struct calendar *c, const char *label, struct str v)
{
	struct str rest = words_unescape(c->a, v), line;

	if (rest.n == 0)
		return;
	doc_printf(c->b, DOC_LABEL, "%s: ", label);
	while (str_split(&rest, '\n', &line))
		doc_plain_line(c->b, line, 0);
}

static const char *
headline(const struct calendar *c)
{
	if (str_ieq(c->method, STR("CANCEL")) ||
		str_ieq(c->e.status, STR("CANCELLED")))
		return _("Cancelled");
	if (str_ieq(c->method, STR("REPLY")))
		return _("Answer to an invitation");
	if (str_ieq(c->method, STR("COUNTER")))
		return _("Another time is proposed");
	if (str_ieq(c->method, STR("REQUEST")))
		return c->e.is_todo ? _("Task for you") : _("Invitation");
	return c->e.is_todo ? _("Task") : _("Event");
}

static void
print_when(struct calendar *c)
{
	const struct event *e = &c->e;
	bool is_due = e->is_todo && !e->start_item.value.n;
	const struct words_item *first = is_due ? &e->end_item : &e->start_item;
	struct moment from = read_moment(c, first), to = { 0 };
	struct str id = words_param(first, "TZID");
	int64_t seconds;

	if (first->value.n == 0)
		return;
	doc_printf(c->b, DOC_LABEL, "%s: ", is_due ? _("Due") : _("When"));
	if (!from.is_read) {
		doc_add(c->b, first->value, 0, -1);
		doc_newline(c->b);
		return;
	}
	if (!is_due && e->end_item.value.n) {
		to = read_moment(c, &e->end_item);
	} else if (!is_due && read_duration(e->duration, &seconds)) {
		to = from;
		to.when += (time_t)seconds;
	}
	/* the day of an end is the first one without it (3.6.1) */
	if (to.is_read && to.is_day && !e->is_todo && to.when > from.when)
		to.when -= 86400;
	print_span(c, &from, to.is_read ? &to : NULL);
	if (id.n)
		doc_printf(
			c->b, DOC_DIM, _(" (written for %.*s)"), STR_ARG(id));
	doc_newline(c->b);
}

static void
print_rule(struct calendar *c)
{
	struct words_item i = { .value = words_rule_until(c->e.rule) };
	struct moment m = read_moment(c, &i);
	char until[100] = "?";
	struct tm t;

	if (c->e.rule.n == 0)
		return;
	if (m.is_read) {
		break_down(&m, &t);
		strftime(until, sizeof until, _("%a, %d %b %Y"), &t);
	}
	print_field(c, _("Repeats"), words_rule(c->a, c->e.rule, until));
}

static void
print_event(struct calendar *c)
{
	struct event *e = &c->e;

	c->any = true;
	doc_add(c->b, str_c(headline(c)), DOC_HEADING | DOC_BOLD, -1);
	doc_newline(c->b);
	print_field(c, _("What"), e->summary);
	print_when(c);
	print_rule(c);
	print_field(c, _("Where"), e->location);
	print_field(c, _("From"), e->organizer);
	for (size_t i = 0; i < e->attendees; i++)
		print_field(c, i ? _("  and") : _("Who"), e->attendee[i]);
	print_field(c, _("Web"), e->url);
	print_field(c, _("Notes"), e->description);
	doc_newline(c->b);
	memset(e, 0, sizeof *e);
}

static void
take_event(struct calendar *c, const struct words_item *i)
{
	struct event *e = &c->e;
	struct {
		const char *name;
		struct str *to;
	} plain[] = { { "SUMMARY", &e->summary }, { "LOCATION", &e->location },
		{ "DESCRIPTION", &e->description }, { "STATUS", &e->status },
		{ "RRULE", &e->rule }, { "URL", &e->url },
		{ "DURATION", &e->duration } };

	for (size_t k = 0; k < sizeof plain / sizeof *plain; k++)
		if (str_ieq(i->name, str_c(plain[k].name)))
			*plain[k].to = i->value;
	if (str_ieq(i->name, STR("DTSTART")))
		e->start_item = *i;
	else if (str_ieq(i->name, STR("DTEND")) || str_ieq(i->name, STR("DUE")))
		e->end_item = *i;
	else if (str_ieq(i->name, STR("ORGANIZER")))
		e->organizer = person(c, i);
	else if (str_ieq(i->name, STR("ATTENDEE")) &&
		 e->attendees < ATTENDEES_MAX)
		e->attendee[e->attendees++] = person(c, i);
}

/* --- zones -----------------------------------------------------------------
 */

static int
offset(struct str v)
{
	int sign;

	v = str_trim(v);
	if (v.n < 5 || (v.p[0] != '+' && v.p[0] != '-'))
		return 0;
	for (size_t i = 1; i < 5; i++)
		if (v.p[i] < '0' || v.p[i] > '9')
			return 0;
	sign = v.p[0] == '-' ? -1 : 1;
	return sign * (two(v, 1) * 60 + two(v, 3));
}

/* "FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU" */
static void
zone_rule(struct str v, int *month, int *week)
{
	struct str one;

	while (str_split(&v, ';', &one)) {
		uint64_t n;

		if (str_istarts(one, STR("BYMONTH=")) &&
			str_to_u64(str_sub(one, 8, one.n), 12, &n) && n > 0)
			*month = (int)n;
		if (str_istarts(one, STR("BYDAY=")) && one.n >= 9) {
			bool minus = one.p[6] == '-';
			char d = one.p[6 + minus];

			*week = d >= '1' && d <= '5' ? d - '0' : 1;
			*week = minus ? -1 : *week;
		}
	}
}

static void
take_zone(struct calendar *c, const struct words_item *i, bool is_daylight_part)
{
	struct zone *z = &c->zone[c->zones - 1];

	if (str_ieq(i->name, STR("TZID"))) {
		z->id = i->value;
	} else if (str_ieq(i->name, STR("TZOFFSETTO"))) {
		*(is_daylight_part ? &z->daylight : &z->standard) =
			offset(i->value);
		z->has_daylight |= is_daylight_part;
	} else if (str_ieq(i->name, STR("RRULE"))) {
		if (is_daylight_part)
			zone_rule(i->value, &z->start_month, &z->start_week);
		else
			zone_rule(i->value, &z->end_month, &z->end_week);
	}
}

void
words_calendar(struct doc_builder *b, struct str text)
{
	struct calendar *c = calloc(1, sizeof *c);
	enum { OUTSIDE, EVENT, ALARM, ZONE } where = OUTSIDE;
	struct words_item i;
	bool is_daylight_part = false;
	size_t at = 0;

	if (!c)
		abort();
	c->b = b;
	c->a = arena_new();
	for (int n = 0; n < LINES_MAX && words_next(c->a, text, &at, &i); n++) {
		bool begin = str_ieq(i.name, STR("BEGIN")),
		     end = str_ieq(i.name, STR("END"));
		struct str v = str_trim(i.value);

		if (begin && (str_ieq(v, STR("VEVENT")) ||
				     str_ieq(v, STR("VTODO")))) {
			where = EVENT;
			memset(&c->e, 0, sizeof c->e);
			c->e.is_todo = str_ieq(v, STR("VTODO"));
		} else if (begin && str_ieq(v, STR("VALARM"))) {
			where = ALARM;
		} else if (end && str_ieq(v, STR("VALARM"))) {
			where = EVENT;
		} else if (end && where == EVENT &&
			   (str_ieq(v, STR("VEVENT")) ||
				   str_ieq(v, STR("VTODO")))) {
			print_event(c);
			where = OUTSIDE;
		} else if (begin && str_ieq(v, STR("VTIMEZONE"))) {
			where = c->zones < ZONES_MAX ? ZONE : OUTSIDE;
			c->zones += c->zones < ZONES_MAX;
		} else if (end && str_ieq(v, STR("VTIMEZONE"))) {
			where = OUTSIDE;
		} else if (begin && where == ZONE) {
			is_daylight_part = str_ieq(v, STR("DAYLIGHT"));
		} else if (where == EVENT) {
			take_event(c, &i);
		} else if (where == ZONE) {
			take_zone(c, &i, is_daylight_part);
		} else if (str_ieq(i.name, STR("METHOD"))) {
			c->method = v;
		}
	}
	if (!c->any)
		doc_plain(b, text, false, false);
	arena_free(&c->a);
	free(c);
}
