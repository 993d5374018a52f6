/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lookalike - see lookalike.h */
#include "auth/lookalike.h"

#include <pthread.h>
#include <unicode/uspoof.h>
#include <unicode/ustring.h>

#include "auth/name.h"
#include "auth/text.h"

enum { NAME_UNITS = 512, TYPO_LENGTH = 6 };

static pthread_once_t open_once = PTHREAD_ONCE_INIT;
static USpoofChecker *checker; /* const once open: any thread may use it */

static void
open_checker(void)
{
	UErrorCode rc = U_ZERO_ERROR;

	checker = uspoof_open(&rc);
	if (U_FAILURE(rc)) {
		checker = NULL;
		return;
	}
	uspoof_setRestrictionLevel(checker, USPOOF_MODERATELY_RESTRICTIVE);
	uspoof_setChecks(checker, USPOOF_RESTRICTION_LEVEL, &rc);
}

/* Pairs of ASCII letters that look like one, and digits like letters. */
static struct str
fold_ascii(struct arena *a, struct str s)
{
	static const struct {
		const char *from;
		char to;
	} rows[] = { { "rn", 'm' }, { "vv", 'w' }, { "cl", 'd' }, { "0", 'o' },
		{ "1", 'l' }, { "|", 'l' } };
	char *p = arena_alloc(a, s.n + 1);
	size_t n = 0, i = 0;

	while (i < s.n) {
		size_t k = 0, rows_n = sizeof rows / sizeof *rows;

		while (k < rows_n &&
			!str_istarts(str_sub(s, i, s.n), str_c(rows[k].from)))
			k++;
		if (k < rows_n) {
			p[n++] = rows[k].to;
			i += strlen(rows[k].from);
		} else {
			p[n++] = ascii_lower(s.p[i++]);
		}
	}
	return (struct str){ p, n };
}

struct str
lookalike_skeleton(struct arena *a, struct str name)
{
	UErrorCode rc = U_ZERO_ERROR;
	char out[NAME_UNITS];
	int32_t n;

	if (str_is_ascii(name) || name.n >= NAME_UNITS / 2)
		return fold_ascii(a, name);
	pthread_once(&open_once, open_checker);
	if (!checker)
		return fold_ascii(a, name);
	n = uspoof_getSkeletonUTF8(
		checker, 0, name.p, (int32_t)name.n, out, sizeof out, &rc);
	if (U_FAILURE(rc) || n < 0 || (size_t)n > sizeof out)
		return fold_ascii(a, name);
	return fold_ascii(a, (struct str){ out, (size_t)n });
}

bool
lookalike_is_mixed(struct arena *a, struct str domain)
{
	struct str rest = domain, label;

	(void)a;
	if (str_is_ascii(domain))
		return false;
	pthread_once(&open_once, open_checker);
	while (checker && str_split(&rest, '.', &label)) {
		UErrorCode rc = U_ZERO_ERROR;
		int32_t found;

		if (label.n == 0 || label.n > NAME_UNITS)
			continue;
		found = uspoof_check2UTF8(
			checker, label.p, (int32_t)label.n, NULL, &rc);
		if (U_SUCCESS(rc) && found)
			return true;
	}
	return false;
}

struct str
lookalike_registered(struct str domain)
{
	static const char *const seconds[] = { "co", "com", "or", "org", "ac",
		"go", "gov", "ne", "net", "re", "pe", "ed", "edu", "gob",
		"gouv" };
	size_t labels = name_labels(domain);
	struct str last = name_tail(domain, 1), two;

	if (labels <= 2 || last.n != 2)
		return name_tail(domain, 2);
	two = name_tail(domain, 2);
	two.n -= 3; /* without ".kr" */
	for (size_t i = 0; i < sizeof seconds / sizeof *seconds; i++)
		if (str_ieq(two, str_c(seconds[i])))
			return name_tail(domain, 3);
	return name_tail(domain, 2);
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* One letter put in, left out, changed or swapped with the next. Numbers are
 * counted, not mistyped: mx1 and mx2 do not look alike. */
static bool
is_typo(struct str a, struct str b)
{
	size_t i = 0, k = 0;

	if (a.n > b.n) {
		struct str t = a;

		a = b;
		b = t;
	}
	if (a.n < TYPO_LENGTH || b.n - a.n > 1 || str_eq(a, b))
		return false;
	while (i < a.n && a.p[i] == b.p[i])
		i++;
	while (k < a.n - i && a.p[a.n - 1 - k] == b.p[b.n - 1 - k])
		k++;
	if (is_digit(i < a.n ? a.p[i] : b.p[i]) || is_digit(b.p[i]))
		return false;
	if (a.n != b.n)
		return i + k == a.n;
	return i + k + 1 == a.n || (i + k + 2 == a.n && a.p[i] == b.p[i + 1] &&
					   a.p[i + 1] == b.p[i]);
}

/* Of two registered names, is it one letter, with the same ending? */
static bool
is_typo_of(struct str domain, struct str known)
{
	struct str a = lookalike_registered(domain);
	struct str b = lookalike_registered(known);

	return str_ieq(name_parent(a), name_parent(b)) &&
	       is_typo(str_sub(a, 0, a.n - name_parent(a).n - 1),
		       str_sub(b, 0, b.n - name_parent(b).n - 1));
}

const char *
lookalike_find(struct arena *a, struct str domain, struct str domain_ascii,
	const char *const *known, size_t count)
{
	struct str skeleton = lookalike_skeleton(a, domain), one;
	struct str mine = lookalike_registered(domain_ascii);
	char room[NAME_MAX_BYTES + 1];

	if (count > LOOKALIKE_KNOWN)
		count = LOOKALIKE_KNOWN;
	/* one's own correspondent is nobody's look-alike */
	for (size_t i = 0; i < count; i++)
		if (name_is_below(domain_ascii, str_c(known[i])) ||
			str_ieq(lookalike_registered(str_c(known[i])), mine))
			return NULL;
	for (size_t i = 0; i < count; i++) {
		struct str k = str_c(known[i]);

		if (k.n == 0 || k.n > sizeof room)
			continue;
		if (str_istarts(k, STR("xn--")) ||
			str_ifind(k, STR(".xn--")) >= 0)
			one = lookalike_skeleton(a, str_c(name_unicode(a, k)));
		else if (k.n > skeleton.n + 8 || skeleton.n > k.n + 1)
			continue; /* folding never makes a name longer */
		else
			one = fold_ascii(a, k);
		if (str_eq(one, skeleton) || is_typo_of(domain_ascii, k))
			return known[i];
	}
	return NULL;
}
