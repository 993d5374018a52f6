/* SPDX-License-Identifier: GPL-3.0-or-later */
/* field_date - dates of header fields: see field.h. The words of a date are
 * read by what they look like, not by where they stand, so that the orders of
 * RFC 5322, asctime, ISO 8601 and their broken relatives all come out. */
#include "mime/field.h"

struct date {
	int day, month, year, hour, minute, second, zone;
	bool has_day, has_month, has_year, has_time, has_zone;
};

static const char months[] = "janfebmaraprmayjunjulaugsepoctnovdec";
static const char days[] = "montuewedthufrisatsun";

static int64_t
days_from_civil(int64_t y, int m, int d)
{
	int64_t era, yoe, doy, doe;

	y -= m <= 2;
	era = (y >= 0 ? y : y - 399) / 400;
	yoe = y - era * 400;
	doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
	doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
	return era * 146097 + doe - 719468;
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_alpha(char c)
{
	c = ascii_lower(c);
	return c >= 'a' && c <= 'z';
}

/* The number at S.p[*AT], at most 9 digits. */
static bool
number(struct str s, size_t *at, int *out, size_t *digits)
{
	size_t i = *at;
	int v = 0;

	while (i < s.n && is_digit(s.p[i]) && i - *at < 9)
		v = v * 10 + (s.p[i++] - '0');
	if (digits)
		*digits = i - *at;
	if (i == *at || (i < s.n && is_digit(s.p[i])))
		return false;
	*at = i;
	*out = v;
	return true;
}

static int
find_name(const char *table, size_t count, struct str word)
{
	char t[3];

	if (word.n < 3)
		return -1;
	for (size_t i = 0; i < 3; i++)
		t[i] = ascii_lower(word.p[i]);
	for (size_t i = 0; i < count; i++)
		if (memcmp(table + 3 * i, t, 3) == 0)
			return (int)i;
	return -1;
}

/* A named zone. RFC 5322, 4.3: the letters of the military, which were used
 * with either sign, and names that it does not list mean nothing sure: -0000.
 */
static bool
zone_name(struct str w, int *out)
{
	static const struct {
		const char *name;
		int minutes;
	} zones[] = { { "ut", 0 }, { "utc", 0 }, { "gmt", 0 }, { "z", 0 },
		{ "est", -300 }, { "edt", -240 }, { "cst", -360 },
		{ "cdt", -300 }, { "mst", -420 }, { "mdt", -360 },
		{ "pst", -480 }, { "pdt", -420 } };

	for (size_t i = 0; i < sizeof zones / sizeof *zones; i++)
		if (str_ieq(w, str_c(zones[i].name))) {
			*out = zones[i].minutes;
			return true;
		}
	*out = 0;
	return true;
}

/* "+0900", "-09:00", "+9", "+090000" at AT, which is a sign. */
static bool
zone_number(struct str s, size_t *at, int *out)
{
	size_t i = *at + 1, digits;
	int v, minutes, sign = s.p[*at] == '-' ? -1 : 1;

	if (!number(s, &i, &v, &digits))
		return false;
	if (digits <= 2 && i < s.n && s.p[i] == ':') {
		size_t k = i + 1;
		int m;

		if (number(s, &k, &m, NULL)) {
			v = v * 100 + m;
			i = k;
		} else {
			v *= 100;
		}
	} else if (digits <= 2) {
		v *= 100;
	} else if (digits == 6) {
		v /= 100;
	}
	minutes = v / 100 * 60 + v % 100;
	*at = i;
	/* an offset that no place on earth has is no statement */
	*out = v > 9959 || v % 100 > 59 ? 0 : sign * minutes;
	return true;
}

/* "HH:MM[:SS[.fraction]]" with *AT behind HH, at the colon. */
static bool
read_time(struct date *d, int hour, struct str s, size_t *at)
{
	size_t i = *at + 1;
	int minute, second = 0;

	if (!number(s, &i, &minute, NULL))
		return false;
	if (i < s.n && (s.p[i] == ':' || s.p[i] == '.')) {
		size_t k = i + 1;

		if (number(s, &k, &second, NULL))
			i = k;
	}
	if (i < s.n && (s.p[i] == '.' || s.p[i] == ',')) {
		size_t k = i + 1;

		while (k < s.n && is_digit(s.p[k]))
			k++;
		i = k > i + 1 ? k : i;
	}
	if (hour > 24 || minute > 59 || second > 61)
		return false;
	d->hour = hour;
	d->minute = minute;
	d->second = second;
	d->has_time = true;
	*at = i;
	return true;
}

static void
set_year(struct date *d, int v, size_t digits)
{
	/* RFC 5322, 4.3: two and three digits */
	if (digits <= 2)
		v += v < 50 ? 2000 : 1900;
	else if (digits == 3)
		v += v < 50 ? 2000 : 1900;
	d->year = v;
	d->has_year = true;
}

/* "2026-03-03" with *AT behind the year, at the hyphen. */
static bool
read_iso(struct date *d, int year, struct str s, size_t *at)
{
	size_t i = *at;
	char sep = s.p[i++];
	int m, day;

	if (!number(s, &i, &m, NULL) || i >= s.n || s.p[i] != sep)
		return false;
	i++;
	if (!number(s, &i, &day, NULL) || m < 1 || m > 12)
		return false;
	d->year = year;
	d->month = m;
	d->day = day;
	d->has_year = d->has_month = d->has_day = true;
	if (i < s.n && (s.p[i] == 'T' || s.p[i] == 't') && i + 1 < s.n &&
		is_digit(s.p[i + 1]))
		i++;
	*at = i;
	return true;
}

static bool
read_number(struct date *d, struct str s, size_t *at)
{
	size_t digits;
	int v;

	if (!number(s, at, &v, &digits))
		return false;
	if (*at < s.n && (s.p[*at] == ':' || s.p[*at] == '.') && !d->has_time &&
		digits <= 2 && *at + 1 < s.n && is_digit(s.p[*at + 1]) &&
		(s.p[*at] == ':' || d->has_year))
		return read_time(d, v, s, at);
	if (digits == 4 && *at < s.n && (s.p[*at] == '-' || s.p[*at] == '/') &&
		!d->has_day && *at + 1 < s.n && is_digit(s.p[*at + 1]))
		return read_iso(d, v, s, at);
	if (digits <= 2 && !d->has_day) {
		d->day = v;
		d->has_day = true;
	} else if (!d->has_year && digits <= 4) {
		set_year(d, v, digits);
	} else if (digits == 4 && d->has_time && !d->has_zone) {
		/* a zone that lost its sign */
		d->has_zone = v == 0;
	}
	return true;
}

static bool
read_name(struct date *d, struct str w)
{
	int i, zone;

	if (str_ieq(w, STR("pm")) || str_ieq(w, STR("am"))) {
		if (!d->has_time || d->hour > 12 || d->hour == 0)
			return true;
		d->hour = d->hour % 12 + (ascii_lower(w.p[0]) == 'p' ? 12 : 0);
		return true;
	}
	i = find_name(months, 12, w);
	if (i >= 0 && !d->has_month) {
		d->month = i + 1;
		d->has_month = true;
		return true;
	}
	if (find_name(days, 7, w) >= 0)
		return true;
	if (d->has_time && !d->has_zone && zone_name(w, &zone)) {
		d->zone = zone;
		d->has_zone = true;
	}
	return true;
}

/* Offset behind the comment at AT; behind its "(" alone where it never ends,
 * and then *OPEN_OUT, so that none is looked for again. */
static size_t
skip_comment(struct str s, size_t at, bool *open_out)
{
	size_t depth = 0;

	for (size_t i = at; i < s.n && !*open_out; i++) {
		if (s.p[i] == '(')
			depth++;
		else if (s.p[i] == ')' && --depth == 0)
			return i + 1;
	}
	*open_out = true;
	return at + 1;
}

static bool
check(struct date *d)
{
	if (!d->has_day || !d->has_month || !d->has_year)
		return false;
	/* the 31st of a month of 30 days is the next one's first */
	return d->day >= 1 && d->day <= 31 && d->year >= 1 && d->year <= 9999;
}

bool
field_date(struct str value, int64_t *time_out, int *zone_out)
{
	struct str s = str_trim(str_sub(value, 0, LIMIT_FIELD));
	struct date d = { 0 };
	bool is_open = false;

	for (size_t i = 0; i < s.n;) {
		char c = s.p[i];

		if (c == '(') {
			i = skip_comment(s, i, &is_open);
		} else if (is_digit(c)) {
			if (!read_number(&d, s, &i))
				return false;
		} else if ((c == '+' || c == '-') && d.has_time &&
			   i + 1 < s.n && is_digit(s.p[i + 1])) {
			int zone;

			if (!zone_number(s, &i, &zone))
				return false;
			/* "GMT+0900" and "+0900 +0900": a number counts more
			 * than a name, the first number most */
			if (!d.has_zone || d.zone == 0)
				d.zone = zone;
			d.has_zone = true;
		} else if (is_alpha(c)) {
			size_t start = i;

			while (i < s.n && is_alpha(s.p[i]))
				i++;
			read_name(&d, str_sub(s, start, i));
		} else {
			i++;
		}
	}
	if (!check(&d))
		return false;
	*time_out = days_from_civil(d.year, d.month, d.day) * 86400 +
		    d.hour * 3600 + d.minute * 60 + d.second -
		    (int64_t)d.zone * 60;
	if (zone_out)
		*zone_out = d.zone;
	return true;
}

void
field_print_date(struct buf *out, int64_t t, int zone)
{
	static const char *const wday[] = { "Thu", "Fri", "Sat", "Sun", "Mon",
		"Tue", "Wed" };
	static const char *const mon[] = { "Jan", "Feb", "Mar", "Apr", "May",
		"Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
	int64_t local = t + (int64_t)zone * 60, z, days_, secs, era, doe, yoe,
		doy, mp, y;
	int m, d, away = zone < 0 ? -zone : zone;

	days_ = local / 86400;
	secs = local % 86400;
	if (secs < 0)
		secs += 86400, days_--;
	z = days_ + 719468;
	era = (z >= 0 ? z : z - 146096) / 146097;
	doe = z - era * 146097;
	yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	mp = (5 * doy + 2) / 153;
	d = (int)(doy - (153 * mp + 2) / 5 + 1);
	m = (int)(mp < 10 ? mp + 3 : mp - 9);
	y = yoe + era * 400 + (m <= 2);
	buf_printf(out, "%s, %d %s %04lld %02d:%02d:%02d %c%02d%02d",
		wday[((days_ % 7) + 7) % 7], d, mon[m - 1], (long long)y,
		(int)(secs / 3600), (int)(secs / 60 % 60), (int)(secs % 60),
		zone < 0 ? '-' : '+', away / 60, away % 60);
}
