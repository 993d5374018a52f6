/* SPDX-License-Identifier: GPL-3.0-or-later */
/* html_number - the numbers of ordered lists: see html_walk.h */
#include "mime/html_walk.h"

/* a to z, aa to zz (HTML, 4.4.5 and CSS Counter Styles 3, "alphabetic"). */
static void
letters(struct buf *out, unsigned n, char first)
{
	char text[8];
	size_t at = sizeof text;

	for (; n && at; n = (n - 1) / 26)
		text[--at] = (char)(first + (n - 1) % 26);
	buf_add(out, (struct str){ text + at, sizeof text - at });
}

static void
roman(struct buf *out, unsigned n, bool is_lower)
{
	static const struct {
		unsigned n;
		const char *upper, *lower;
	} rows[] = { { 1000, "M", "m" }, { 900, "CM", "cm" }, { 500, "D", "d" },
		{ 400, "CD", "cd" }, { 100, "C", "c" }, { 90, "XC", "xc" },
		{ 50, "L", "l" }, { 40, "XL", "xl" }, { 10, "X", "x" },
		{ 9, "IX", "ix" }, { 5, "V", "v" }, { 4, "IV", "iv" },
		{ 1, "I", "i" } };

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		for (; n >= rows[i].n; n -= rows[i].n)
			buf_adds(out, is_lower ? rows[i].lower : rows[i].upper);
}

void
html_number(struct buf *out, struct str type, unsigned n)
{
	/* Roman numbers beyond 3999 have no signs */
	char kind = type.n == 1 && n && n < 4000 ? type.p[0] : '1';

	if (kind == 'a' || kind == 'A')
		letters(out, n, kind);
	else if (kind == 'i' || kind == 'I')
		roman(out, n, kind == 'i');
	else
		buf_printf(out, "%u", n);
	buf_adds(out, ". ");
}
