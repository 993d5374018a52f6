/* SPDX-License-Identifier: GPL-3.0-or-later */
/* charset_guess - which charset are undeclared bytes in? By rules that hold for
 * a line as well as for a letter: validity first, then how much of the text
 * falls among the characters that a language uses most. */
#include "mime/charset.h"

#include "base/utf8.h"

enum { SAMPLE = 64 * 1024 };

/* What a run over the bytes as one double-byte set finds. */
struct tally {
	size_t pairs;  /* double-byte characters */
	size_t common; /* of them, those that are frequent in the language */
	size_t bad;    /* what cannot be in the set */
};

static bool
between(unsigned char c, unsigned char low, unsigned char high)
{
	return c >= low && c <= high;
}

/* Is the byte at I the only one of its kind far and wide? In front of an ASCII
 * letter it is a Western mark or letter rather than half of a character. */
static bool
is_alone(const unsigned char *p, size_t n, size_t i)
{
	return (i == 0 || p[i - 1] < 0x80) && p[i + 1] < 0x80 &&
	       (i + 2 == n || p[i + 2] < 0x80);
}

/* Hangul syllables of KS X 1001, and those that CP949 adds in between. */
static struct tally
try_korean(const unsigned char *p, size_t n)
{
	struct tally t = { 0 };

	for (size_t i = 0; i < n; i++) {
		if (p[i] < 0x80)
			continue;
		if (i + 1 == n || !between(p[i], 0x81, 0xfe) ||
			!(between(p[i + 1], 0xa1, 0xfe) ||
				(p[i] <= 0xc6 &&
					(between(p[i + 1], 0x41, 0x5a) ||
						between(p[i + 1], 0x61, 0x7a) ||
						between(p[i + 1], 0x81,
							0xa0))))) {
			t.bad++;
			continue;
		}
		t.pairs++;
		t.common += between(p[i], 0xb0, 0xc8) && p[i + 1] >= 0xa1;
		i++;
	}
	return t;
}

/* Level 1 of GB 2312: what nearly all simplified Chinese is written with. */
static struct tally
try_simplified(const unsigned char *p, size_t n)
{
	struct tally t = { 0 };

	for (size_t i = 0; i < n; i++) {
		if (p[i] < 0x80)
			continue;
		if (i + 1 == n || !between(p[i], 0x81, 0xfe) ||
			!(between(p[i + 1], 0x40, 0x7e) ||
				between(p[i + 1], 0x80, 0xfe))) {
			t.bad++;
			continue;
		}
		t.pairs++;
		t.common += (between(p[i], 0xb0, 0xd7) && p[i + 1] >= 0xa1) ||
			    (p[i] == 0xa3 && p[i + 1] >= 0xa1);
		i++;
	}
	return t;
}

/* Level 1 of Big5, and its punctuation. Of the second bytes nearly half are
 * ASCII; where none is, the text is in one of the EUC sets. */
static struct tally
try_traditional(const unsigned char *p, size_t n)
{
	struct tally t = { 0 };
	size_t low = 0;

	for (size_t i = 0; i < n; i++) {
		if (p[i] < 0x80)
			continue;
		if (i + 1 == n || !between(p[i], 0xa1, 0xf9) ||
			!(between(p[i + 1], 0x40, 0x7e) ||
				between(p[i + 1], 0xa1, 0xfe))) {
			t.bad++;
			continue;
		}
		t.pairs++;
		low += p[i + 1] < 0x80;
		t.common += !is_alone(p, n, i) &&
			    (between(p[i], 0xa4, 0xc6) || p[i] == 0xa1);
		i++;
	}
	if (t.pairs >= 8 && low == 0)
		t.common = 0;
	return t;
}

/* Kana and their punctuation are a third and more of any Japanese text. */
static struct tally
try_euc_jp(const unsigned char *p, size_t n)
{
	struct tally t = { 0 };

	for (size_t i = 0; i < n; i++) {
		if (p[i] < 0x80)
			continue;
		if (p[i] == 0x8f && i + 2 < n && p[i + 1] >= 0xa1 &&
			p[i + 2] >= 0xa1) {
			t.pairs++;
			i += 2;
		} else if (i + 1 < n &&
			   ((p[i] == 0x8e && between(p[i + 1], 0xa1, 0xdf)) ||
				   (between(p[i], 0xa1, 0xfe) &&
					   between(p[i + 1], 0xa1, 0xfe)))) {
			t.pairs++;
			t.common += p[i] == 0xa4 || p[i] == 0xa5;
			i++;
		} else {
			t.bad++;
		}
	}
	return t;
}

static struct tally
try_shift_jis(const unsigned char *p, size_t n)
{
	struct tally t = { 0 };
	size_t last = 0;

	for (size_t i = 0; i < n; i++) {
		bool lead =
			between(p[i], 0x81, 0x9f) || between(p[i], 0xe0, 0xfc);

		if (p[i] < 0x80)
			continue;
		if (between(p[i], 0xa1, 0xdf)) {
			t.pairs++; /* half-width katakana */
		} else if (lead && i + 1 < n &&
			   (between(p[i + 1], 0x40, 0x7e) ||
				   between(p[i + 1], 0x80, 0xfc))) {
			t.pairs++;
			/* kanji count in words of several: a Western mark
			 * and a letter look like one of them */
			t.common += (between(p[i], 0x81, 0x83) &&
					    !is_alone(p, n, i)) ||
				    (between(p[i], 0x88, 0x98) && last == i &&
					    i > 0);
			last = i + 2;
			i++;
		} else {
			t.bad++;
		}
	}
	return t;
}

/* Letters of Cyrillic text: mostly small ones, in words. The sets keep the
 * small letters in different quarters: KOI8 in C0 to DF, ISO-8859-5 in D0 to
 * EF, windows-1251 in E0 to FF. */
static const char *
guess_cyrillic(const unsigned char *p, size_t n)
{
	size_t high = 0, row[16] = { 0 }, runs = 0, run = 0, koi, iso, win;

	for (size_t i = 0; i < n; i++) {
		if (p[i] >= 0xb0) {
			row[p[i] >> 4]++;
			run++;
		} else {
			runs += run >= 3 ? run : 0;
			run = 0;
		}
		high += p[i] >= 0x80;
	}
	runs += run >= 3 ? run : 0;
	if (high < 4 || runs * 10 < high * 7)
		return NULL;
	koi = row[0xc] + row[0xd];
	iso = row[0xd] + row[0xe];
	win = row[0xe] + row[0xf];
	if (iso > koi && iso > win)
		return "iso-8859-5";
	return koi > win ? "koi8-r" : "windows-1251";
}

/* UTF-8 in which some characters are damaged? Nothing else has two of three
 * bytes by chance; of two bytes, a short word in an EUC set may. */
static bool
is_damaged_utf8(struct str s)
{
	size_t good = 0, pairs = 0, bad = 0;
	uint32_t cp;

	for (size_t i = 0; i < s.n;) {
		size_t n = utf8_decode(s, i, &cp);

		good += n > 2;
		pairs += n == 2;
		bad += n == 1 && cp == UTF8_BAD;
		i += n;
	}
	return (good >= 2 && bad <= good) || (pairs >= 6 && bad * 6 <= pairs);
}

/* Does P keep out of A1 to BF, where each third byte of a double-byte set
 * falls, and Cyrillic has no letters but capitals of one set? */
static bool
is_high_only(const unsigned char *p, size_t n)
{
	size_t high = 0;

	for (size_t i = 0; i < n; i++) {
		if (between(p[i], 0xa1, 0xbf))
			return false;
		high += p[i] >= 0xc0;
	}
	return high >= 8;
}

struct region {
	const char *prefix, *label;
};

static const struct region regions[] = { { "ko", "euc-kr" },
	{ "ja", "shift_jis" }, { "zh-tw", "big5" }, { "zh_tw", "big5" },
	{ "zh-hk", "big5" }, { "zh_hk", "big5" }, { "zh", "gb18030" },
	{ "ru", "windows-1251" }, { "bg", "windows-1251" },
	{ "be", "windows-1251" }, { "mk", "windows-1251" },
	{ "sr", "windows-1251" }, { "uk", "windows-1251" },
	{ "el", "windows-1253" }, { "tr", "windows-1254" },
	{ "he", "windows-1255" }, { "ar", "windows-1256" },
	{ "fa", "windows-1256" }, { "lt", "windows-1257" },
	{ "lv", "windows-1257" }, { "et", "windows-1257" },
	{ "vi", "windows-1258" }, { "th", "windows-874" },
	{ "pl", "iso-8859-2" }, { "cs", "windows-1250" },
	{ "sk", "windows-1250" }, { "hu", "iso-8859-2" },
	{ "sl", "iso-8859-2" }, { "hr", "windows-1250" },
	{ "ro", "iso-8859-2" } };

static const char *
region_label(const char *region)
{
	if (!region)
		return NULL;
	for (size_t i = 0; i < sizeof regions / sizeof *regions; i++)
		if (str_istarts(str_c(region), str_c(regions[i].prefix)))
			return regions[i].label;
	return NULL;
}

static bool
fits(struct tally t)
{
	/* one character in fifty may be damaged */
	return t.pairs > 0 && t.bad * 50 <= t.pairs;
}

/* The double-byte set that P is most likely in, NULL for none. */
static const char *
guess_double(const unsigned char *p, size_t n, const char *want)
{
	const struct {
		const char *label;
		struct tally t;
		unsigned percent; /* common characters needed to believe it */
	} all[] = { { "euc-kr", try_korean(p, n), 70 },
		{ "euc-jp", try_euc_jp(p, n), 25 },
		{ "shift_jis", try_shift_jis(p, n), 35 },
		{ "gb18030", try_simplified(p, n), 70 },
		{ "big5", try_traditional(p, n), 70 } };
	const char *best = NULL;
	size_t score = 0;

	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		size_t share;

		if (!fits(all[i].t))
			continue;
		share = all[i].t.common * 100 / all[i].t.pairs;
		if (want && strcmp(want, all[i].label) == 0)
			share += 40;
		else if (all[i].t.pairs < 2)
			continue; /* "é " is a pair in most of them */
		if (share < all[i].percent)
			continue;
		/* how far above what it must have at least */
		share = (share - all[i].percent) * 100 /
				(101 - (all[i].percent < 100 ? all[i].percent
							     : 99)) +
			1;
		if (share > score)
			score = share, best = all[i].label;
	}
	return best;
}

static const char *
guess_escapes(struct str s)
{
	if (s.n == 0 || !memchr(s.p, 0x1b, s.n))
		return NULL;
	if (str_find(s, STR("\033$)C")) >= 0)
		return "iso-2022-kr";
	if (str_find(s, STR("\033$B")) >= 0 ||
		str_find(s, STR("\033$@")) >= 0 ||
		str_find(s, STR("\033(J")) >= 0)
		return "iso-2022-jp";
	if (str_find(s, STR("\033$)A")) >= 0)
		return "iso-2022-cn";
	return NULL;
}

const char *
charset_guess(struct str bytes, const char *region)
{
	struct str s = str_sub(bytes, 0, SAMPLE);
	const unsigned char *p = (const unsigned char *)s.p;
	const char *found, *want = region_label(region);
	bool high = false;

	for (size_t i = 0; i < s.n && !high; i++)
		high = p[i] >= 0x80;
	if (!high) {
		found = guess_escapes(s);
		if (found)
			return found;
	}
	if (utf8_valid(bytes) || is_damaged_utf8(s))
		return "utf-8";
	if (s.n < bytes.n) /* do not cut a character in two */
		while (s.n && (unsigned char)s.p[s.n - 1] >= 0x80)
			s.n--;
	found = is_high_only(p, s.n) ? guess_cyrillic(p, s.n) : NULL;
	if (!found)
		found = guess_double(p, s.n, want);
	if (found)
		return found;
	if (want && !str_eq(str_c(want), STR("euc-kr")) &&
		!str_eq(str_c(want), STR("shift_jis")) &&
		!str_eq(str_c(want), STR("gb18030")) &&
		!str_eq(str_c(want), STR("big5")) &&
		!str_eq(str_c(want), STR("windows-1251")))
		return want;
	found = guess_cyrillic(p, s.n);
	return found ? found : "windows-1252";
}
