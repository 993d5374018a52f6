/* SPDX-License-Identifier: GPL-3.0-or-later */
/* html_colour - see html_colour.h */
#include "mime/html_colour.h"

enum { DISTANCE = 12 };

static int
hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = ascii_lower(c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool
from_hex(struct str s, uint32_t *out)
{
	uint32_t v = 0;

	if (s.n != 3 && s.n != 4 && s.n != 6 && s.n != 8)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		int d = hex(s.p[i]);

		if (d < 0)
			return false;
		if (s.n <= 4 && i < 3)
			v = v << 8 | (uint32_t)(d * 17);
		else if (s.n > 4 && i < 6)
			v = v << 4 | (uint32_t)d;
	}
	*out = v;
	return true;
}

/* "rgb(1, 2, 3)", "rgba(1, 2, 3, 0.5)" */
static bool
from_rgb(struct str s, uint32_t *out)
{
	ptrdiff_t open = str_chr(s, '(');
	uint32_t part[3] = { 0 };
	size_t n = 0, i = (size_t)open + 1;

	if (!str_istarts(s, STR("rgb")) || open < 0)
		return false;
	while (i < s.n && n < 3) {
		uint32_t v = 0;
		bool digits = false;

		while (i < s.n && (s.p[i] == ' ' || s.p[i] == ','))
			i++;
		for (; i < s.n && s.p[i] >= '0' && s.p[i] <= '9'; i++) {
			v = v < 1000 ? v * 10 + (uint32_t)(s.p[i] - '0') : v;
			digits = true;
		}
		if (!digits)
			return false;
		if (i < s.n && s.p[i] == '.')
			while (i < s.n && s.p[i] != ',' && s.p[i] != ')' &&
				s.p[i] != ' ' && s.p[i] != '%')
				i++;
		if (i < s.n && s.p[i] == '%') {
			v = v * 255 / 100;
			i++;
		}
		part[n++] = v > 255 ? 255 : v;
	}
	if (n < 3)
		return false;
	*out = part[0] << 16 | part[1] << 8 | part[2];
	return true;
}

bool
html_colour(struct str s, uint32_t *out)
{
	static const struct {
		const char *name;
		uint32_t value;
	} names[] = { { "white", 0xffffff }, { "black", 0 },
		{ "red", 0xff0000 }, { "green", 0x008000 },
		{ "blue", 0x0000ff }, { "yellow", 0xffff00 },
		{ "gray", 0x808080 }, { "grey", 0x808080 },
		{ "silver", 0xc0c0c0 }, { "maroon", 0x800000 },
		{ "navy", 0x000080 }, { "purple", 0x800080 },
		{ "teal", 0x008080 }, { "olive", 0x808000 },
		{ "lime", 0x00ff00 }, { "aqua", 0x00ffff },
		{ "cyan", 0x00ffff }, { "fuchsia", 0xff00ff },
		{ "magenta", 0xff00ff }, { "orange", 0xffa500 },
		{ "snow", 0xfffafa }, { "ivory", 0xfffff0 },
		{ "whitesmoke", 0xf5f5f5 }, { "lightgrey", 0xd3d3d3 },
		{ "lightgray", 0xd3d3d3 }, { "darkgray", 0xa9a9a9 },
		{ "ghostwhite", 0xf8f8ff }, { "floralwhite", 0xfffaf0 },
		{ "beige", 0xf5f5dc }, { "darkblue", 0x00008b },
		{ "darkred", 0x8b0000 }, { "gold", 0xffd700 },
		{ "windowtext", 0 }, { "window", 0xffffff } };

	s = str_trim(s);
	if (s.n && s.p[0] == '#')
		return from_hex(str_sub(s, 1, s.n), out);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (str_ieq(s, str_c(names[i].name))) {
			*out = names[i].value;
			return true;
		}
	return from_rgb(s, out);
}

bool
html_colour_old(struct str s, uint32_t *out)
{
	s = str_trim(s);
	return html_colour(s, out) || (s.n == 6 && from_hex(s, out));
}

bool
html_colour_is_same(uint32_t a, uint32_t b)
{
	int sum = 0;

	if (a > 0xffffff || b > 0xffffff)
		return false;
	for (int shift = 0; shift <= 16; shift += 8) {
		int d = (int)(a >> shift & 255) - (int)(b >> shift & 255);

		sum += d < 0 ? -d : d;
	}
	return sum <= DISTANCE;
}
