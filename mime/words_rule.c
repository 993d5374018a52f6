/* SPDX-License-Identifier: GPL-3.0-or-later */
/* words_rule - how often something comes again, in words (RFC 5545, 3.3.10):
 * see words_item.h. */
#define _DEFAULT_SOURCE
#include <libintl.h>
#include <time.h>

#include "base/err.h"
#include "mime/words_item.h"

#define _(text) gettext(text)

enum { NUMBER_MAX = 100000, WORDS = 2000 };

struct rule {
	struct str freq, days, month_days, months, until;
	uint64_t interval, count;
	bool is_partly_read; /* it says more than is understood */
};

static struct rule
read_rule(struct str v)
{
	struct rule r = { .interval = 1 };
	struct str one;
	struct {
		const char *name;
		struct str *to;
	} texts[] = { { "FREQ=", &r.freq }, { "BYDAY=", &r.days },
		{ "BYMONTHDAY=", &r.month_days }, { "BYMONTH=", &r.months },
		{ "UNTIL=", &r.until } };

	while (str_split(&v, ';', &one)) {
		bool known = str_istarts(one, STR("WKST=")) || one.n == 0;

		for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
			struct str name = str_c(texts[i].name);

			if (!str_istarts(one, name))
				continue;
			*texts[i].to = str_trim(str_sub(one, name.n, one.n));
			known = true;
		}
		if (str_istarts(one, STR("INTERVAL=")))
			known = str_to_u64(str_sub(one, 9, one.n), NUMBER_MAX,
					&r.interval) &&
				r.interval > 0;
		else if (str_istarts(one, STR("COUNT=")))
			known = str_to_u64(
				str_sub(one, 6, one.n), NUMBER_MAX, &r.count);
		r.is_partly_read |= !known;
	}
	return r;
}

static bool
add_frequency(struct buf *out, const struct rule *r)
{
	unsigned long long n = r->interval;
	bool one = n == 1;

	if (str_ieq(r->freq, STR("DAILY")))
		buf_printf(out, one ? _("every day") : _("every %llu days"), n);
	else if (str_ieq(r->freq, STR("WEEKLY")))
		buf_printf(
			out, one ? _("every week") : _("every %llu weeks"), n);
	else if (str_ieq(r->freq, STR("MONTHLY")))
		buf_printf(out, one ? _("every month") : _("every %llu months"),
			n);
	else if (str_ieq(r->freq, STR("YEARLY")))
		buf_printf(
			out, one ? _("every year") : _("every %llu years"), n);
	else
		return false;
	return true;
}

/* "the first Mon", "the last Fri"; false for what has no word. */
static bool
add_nth(struct buf *out, struct str n, const char *day)
{
	if (n.n && n.p[0] == '+')
		n = str_sub(n, 1, n.n);
	if (str_eq(n, STR("1")))
		buf_printf(out, _("the first %s"), day);
	else if (str_eq(n, STR("2")))
		buf_printf(out, _("the second %s"), day);
	else if (str_eq(n, STR("3")))
		buf_printf(out, _("the third %s"), day);
	else if (str_eq(n, STR("4")))
		buf_printf(out, _("the fourth %s"), day);
	else if (str_eq(n, STR("5")))
		buf_printf(out, _("the fifth %s"), day);
	else if (str_eq(n, STR("-1")))
		buf_printf(out, _("the last %s"), day);
	else
		return false;
	return true;
}

/* "MO", "-1FR" */
static bool
add_day(struct buf *out, struct str v)
{
	static const char names[] = "SUMOTUWETHFRSA";
	struct tm t = { .tm_year = 100, .tm_mday = 1 };
	char text[50];
	struct str n;

	v = str_trim(v);
	if (v.n < 2)
		return false;
	n = str_sub(v, 0, v.n - 2);
	v = str_sub(v, v.n - 2, v.n);
	t.tm_wday = -1;
	for (int i = 0; i < 7; i++)
		if (str_ieq(v, (struct str){ names + 2 * i, 2 }))
			t.tm_wday = i;
	if (t.tm_wday < 0 || strftime(text, sizeof text, "%a", &t) == 0)
		return false;
	buf_adds(out, out->n ? ", " : "");
	if (n.n)
		return add_nth(out, n, text);
	buf_adds(out, text);
	return true;
}

static bool
add_month(struct buf *out, struct str v)
{
	struct tm t = { .tm_year = 100, .tm_mday = 1 };
	uint64_t n;
	char text[50];

	if (!str_to_u64(str_trim(v), 12, &n) || n == 0)
		return false;
	t.tm_mon = (int)n - 1;
	if (strftime(text, sizeof text, "%b", &t) == 0)
		return false;
	buf_printf(out, "%s%s", out->n ? ", " : "", text);
	return true;
}

static bool
add_number(struct buf *out, struct str v)
{
	uint64_t n;

	if (!str_to_u64(str_trim(v), 31, &n) || n == 0)
		return false;
	buf_printf(out, "%s%llu", out->n ? ", " : "", (unsigned long long)n);
	return true;
}

/* The words of the LIST, "a,b", by ADD into OUT; false where one is none. */
static bool
add_list(struct buf *out, struct str list,
	bool (*add)(struct buf *out, struct str v))
{
	struct str one;

	buf_clear(out);
	while (str_split(&list, ',', &one))
		if (!add(out, one))
			return false;
	return out->n > 0;
}

struct str
words_rule(struct arena *a, struct str rule, const char *until)
{
	struct rule r = read_rule(rule);
	unsigned long long count = r.count;
	struct buf b, list;
	struct str said;

	buf_init(&b, WORDS);
	buf_init(&list, WORDS);
	if (!add_frequency(&b, &r)) {
		buf_add(&b, rule);
		goto out;
	}
	if (r.days.n && add_list(&list, r.days, add_day))
		buf_printf(&b, _(" on %s"), buf_c(&list));
	else
		r.is_partly_read |= r.days.n > 0;
	if (r.month_days.n && add_list(&list, r.month_days, add_number))
		buf_printf(&b, _(" on day %s"), buf_c(&list));
	else
		r.is_partly_read |= r.month_days.n > 0;
	if (r.months.n && add_list(&list, r.months, add_month))
		buf_printf(&b, _(" in %s"), buf_c(&list));
	else
		r.is_partly_read |= r.months.n > 0;
	if (count)
		buf_printf(
			&b, ngettext(", once", ", %llu times", count), count);
	if (r.until.n)
		buf_printf(&b, _(", until %s"), until);
	if (r.is_partly_read)
		buf_printf(&b, " (%.*s)", STR_ARG(rule));
out:
	said = arena_str(a, buf_str(&b));
	buf_fini(&b);
	buf_fini(&list);
	return said;
}

struct str
words_rule_until(struct str rule)
{
	return read_rule(rule).until;
}
