/* SPDX-License-Identifier: GPL-3.0-or-later */
/* html_colour - see html_colour.h */
#include "mime/html_colour.h"

enum { DISTANCE = 12 };

/* The names of CSS Color 4, 6.1, and two that Outlook writes. */
static const struct {
	const char *name;
	uint32_t value;
} names[] = {
	{ "aliceblue", 0xf0f8ff },
	{ "antiquewhite", 0xfaebd7 },
	{ "aqua", 0x00ffff },
	{ "aquamarine", 0x7fffd4 },
	{ "azure", 0xf0ffff },
	{ "beige", 0xf5f5dc },
	{ "bisque", 0xffe4c4 },
	{ "black", 0x000000 },
	{ "blanchedalmond", 0xffebcd },
	{ "blue", 0x0000ff },
	{ "blueviolet", 0x8a2be2 },
	{ "brown", 0xa52a2a },
	{ "burlywood", 0xdeb887 },
	{ "cadetblue", 0x5f9ea0 },
	{ "chartreuse", 0x7fff00 },
	{ "chocolate", 0xd2691e },
	{ "coral", 0xff7f50 },
	{ "cornflowerblue", 0x6495ed },
	{ "cornsilk", 0xfff8dc },
	{ "crimson", 0xdc143c },
	{ "cyan", 0x00ffff },
	{ "darkblue", 0x00008b },
	{ "darkcyan", 0x008b8b },
	{ "darkgoldenrod", 0xb8860b },
	{ "darkgray", 0xa9a9a9 },
	{ "darkgreen", 0x006400 },
	{ "darkgrey", 0xa9a9a9 },
	{ "darkkhaki", 0xbdb76b },
	{ "darkmagenta", 0x8b008b },
	{ "darkolivegreen", 0x556b2f },
	{ "darkorange", 0xff8c00 },
	{ "darkorchid", 0x9932cc },
	{ "darkred", 0x8b0000 },
	{ "darksalmon", 0xe9967a },
	{ "darkseagreen", 0x8fbc8f },
	{ "darkslateblue", 0x483d8b },
	{ "darkslategray", 0x2f4f4f },
	{ "darkslategrey", 0x2f4f4f },
	{ "darkturquoise", 0x00ced1 },
	{ "darkviolet", 0x9400d3 },
	{ "deeppink", 0xff1493 },
	{ "deepskyblue", 0x00bfff },
	{ "dimgray", 0x696969 },
	{ "dimgrey", 0x696969 },
	{ "dodgerblue", 0x1e90ff },
	{ "firebrick", 0xb22222 },
	{ "floralwhite", 0xfffaf0 },
	{ "forestgreen", 0x228b22 },
	{ "fuchsia", 0xff00ff },
	{ "gainsboro", 0xdcdcdc },
	{ "ghostwhite", 0xf8f8ff },
	{ "gold", 0xffd700 },
	{ "goldenrod", 0xdaa520 },
	{ "gray", 0x808080 },
	{ "green", 0x008000 },
	{ "greenyellow", 0xadff2f },
	{ "grey", 0x808080 },
	{ "honeydew", 0xf0fff0 },
	{ "hotpink", 0xff69b4 },
	{ "indianred", 0xcd5c5c },
	{ "indigo", 0x4b0082 },
	{ "ivory", 0xfffff0 },
	{ "khaki", 0xf0e68c },
	{ "lavender", 0xe6e6fa },
	{ "lavenderblush", 0xfff0f5 },
	{ "lawngreen", 0x7cfc00 },
	{ "lemonchiffon", 0xfffacd },
	{ "lightblue", 0xadd8e6 },
	{ "lightcoral", 0xf08080 },
	{ "lightcyan", 0xe0ffff },
	{ "lightgoldenrodyellow", 0xfafad2 },
	{ "lightgray", 0xd3d3d3 },
	{ "lightgreen", 0x90ee90 },
	{ "lightgrey", 0xd3d3d3 },
	{ "lightpink", 0xffb6c1 },
	{ "lightsalmon", 0xffa07a },
	{ "lightseagreen", 0x20b2aa },
	{ "lightskyblue", 0x87cefa },
	{ "lightslategray", 0x778899 },
	{ "lightslategrey", 0x778899 },
	{ "lightsteelblue", 0xb0c4de },
	{ "lightyellow", 0xffffe0 },
	{ "lime", 0x00ff00 },
	{ "limegreen", 0x32cd32 },
	{ "linen", 0xfaf0e6 },
	{ "magenta", 0xff00ff },
	{ "maroon", 0x800000 },
	{ "mediumaquamarine", 0x66cdaa },
	{ "mediumblue", 0x0000cd },
	{ "mediumorchid", 0xba55d3 },
	{ "mediumpurple", 0x9370db },
	{ "mediumseagreen", 0x3cb371 },
	{ "mediumslateblue", 0x7b68ee },
	{ "mediumspringgreen", 0x00fa9a },
	{ "mediumturquoise", 0x48d1cc },
	{ "mediumvioletred", 0xc71585 },
	{ "midnightblue", 0x191970 },
	{ "mintcream", 0xf5fffa },
	{ "mistyrose", 0xffe4e1 },
	{ "moccasin", 0xffe4b5 },
	{ "navajowhite", 0xffdead },
	{ "navy", 0x000080 },
	{ "oldlace", 0xfdf5e6 },
	{ "olive", 0x808000 },
	{ "olivedrab", 0x6b8e23 },
	{ "orange", 0xffa500 },
	{ "orangered", 0xff4500 },
	{ "orchid", 0xda70d6 },
	{ "palegoldenrod", 0xeee8aa },
	{ "palegreen", 0x98fb98 },
	{ "paleturquoise", 0xafeeee },
	{ "palevioletred", 0xdb7093 },
	{ "papayawhip", 0xffefd5 },
	{ "peachpuff", 0xffdab9 },
	{ "peru", 0xcd853f },
	{ "pink", 0xffc0cb },
	{ "plum", 0xdda0dd },
	{ "powderblue", 0xb0e0e6 },
	{ "purple", 0x800080 },
	{ "rebeccapurple", 0x663399 },
	{ "red", 0xff0000 },
	{ "rosybrown", 0xbc8f8f },
	{ "royalblue", 0x4169e1 },
	{ "saddlebrown", 0x8b4513 },
	{ "salmon", 0xfa8072 },
	{ "sandybrown", 0xf4a460 },
	{ "seagreen", 0x2e8b57 },
	{ "seashell", 0xfff5ee },
	{ "sienna", 0xa0522d },
	{ "silver", 0xc0c0c0 },
	{ "skyblue", 0x87ceeb },
	{ "slateblue", 0x6a5acd },
	{ "slategray", 0x708090 },
	{ "slategrey", 0x708090 },
	{ "snow", 0xfffafa },
	{ "springgreen", 0x00ff7f },
	{ "steelblue", 0x4682b4 },
	{ "tan", 0xd2b48c },
	{ "teal", 0x008080 },
	{ "thistle", 0xd8bfd8 },
	{ "tomato", 0xff6347 },
	{ "turquoise", 0x40e0d0 },
	{ "violet", 0xee82ee },
	{ "wheat", 0xf5deb3 },
	{ "white", 0xffffff },
	{ "whitesmoke", 0xf5f5f5 },
	{ "window", 0xffffff },
	{ "windowtext", 0x000000 },
	{ "yellow", 0xffff00 },
	{ "yellowgreen", 0x9acd32 },
};

static int
hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = ascii_lower(c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* "rgb", "rgba", "rrggbb", "rrggbbaa" */
static bool
from_hex(struct str s, struct colour *out)
{
	uint32_t v = 0, per = s.n <= 4 ? 1 : 2, digits[8];

	if (s.n != 3 && s.n != 4 && s.n != 6 && s.n != 8)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		int d = hex(s.p[i]);

		if (d < 0)
			return false;
		digits[i] = (uint32_t)d;
	}
	*out = (struct colour){ .alpha = 255 };
	for (size_t i = 0; i < s.n; i += per) {
		v = per == 1 ? digits[i] * 17 : digits[i] << 4 | digits[i + 1];
		if (i / per < 3)
			out->rgb = out->rgb << 8 | v;
		else
			out->alpha = v;
	}
	return true;
}

/* The numbers between parentheses, those with "%" as parts of 1; how many. */
static size_t
read_numbers(struct str s, double number[4], bool percent[4])
{
	size_t n = 0, i = 0;

	while (i < s.n && n < 4) {
		double scale = 0, v = 0;
		bool minus, digits = false;

		while (i < s.n &&
			(s.p[i] == ' ' || s.p[i] == ',' || s.p[i] == '/'))
			i++;
		minus = i < s.n && s.p[i] == '-';
		i += minus;
		for (; i < s.n && ((s.p[i] >= '0' && s.p[i] <= '9') ||
					  (s.p[i] == '.' && scale == 0));
			i++) {
			if (s.p[i] == '.') {
				scale = 1;
				continue;
			}
			digits = true;
			if (scale > 0)
				v += (s.p[i] - '0') * (scale /= 10);
			else if (v < 1e6)
				v = v * 10 + (s.p[i] - '0');
		}
		if (!digits)
			break;
		percent[n] = i < s.n && s.p[i] == '%';
		v = percent[n] ? v / 100 : v;
		number[n++] = minus ? -v : v;
		while (i < s.n && s.p[i] != ' ' && s.p[i] != ',' &&
			s.p[i] != '/')
			i++; /* units */
	}
	return n;
}

/* PART, of which 1 is all, as 0 to 255. */
static uint32_t
byte_of(double part)
{
	return part <= 0 ? 0 : part >= 1 ? 255 : (uint32_t)(part * 255 + 0.5);
}

/* V within 0 and LIMIT, which a hue goes round. */
static double
around(double v, double limit)
{
	v -= (double)(long)(v / limit) * limit;
	return v < 0 ? v + limit : v;
}

/* One channel of CSS Color 4, 7.1. */
static uint32_t
hsl_channel(const double hsl[4], double n)
{
	double k = around(n + hsl[0] / 30, 12), low = k - 3;
	double a = hsl[1] * (hsl[2] < 0.5 ? hsl[2] : 1 - hsl[2]);

	low = 9 - k < low ? 9 - k : low;
	low = low > 1 ? 1 : low < -1 ? -1 : low;
	return byte_of(hsl[2] - a * low);
}

/* "rgb(1, 2, 3)", "rgba(1 2 3 / 50%)", "hsl(120, 50%, 50%)" */
static bool
from_function(struct str s, struct colour *out)
{
	ptrdiff_t open = str_chr(s, '('), end = str_chr(s, ')');
	bool is_hsl = str_istarts(s, STR("hsl")), percent[4] = { false };
	double v[4] = { 0 };
	size_t n;

	if (open < 0 || (!is_hsl && !str_istarts(s, STR("rgb"))))
		return false;
	n = read_numbers(
		str_sub(s, (size_t)open + 1, end > open ? (size_t)end : s.n), v,
		percent);
	if (n < 3)
		return false;
	out->alpha = n > 3 ? byte_of(v[3]) : 255;
	if (is_hsl) {
		v[0] = around(v[0], 360);
		v[1] = v[1] > 1 ? 1 : v[1];
		v[2] = v[2] > 1 ? 1 : v[2];
		out->rgb = hsl_channel(v, 0) << 16 | hsl_channel(v, 8) << 8 |
			   hsl_channel(v, 4);
		return true;
	}
	out->rgb = 0;
	for (size_t i = 0; i < 3; i++)
		out->rgb =
			out->rgb << 8 | byte_of(percent[i] ? v[i] : v[i] / 255);
	return true;
}

bool
html_colour(struct str s, struct colour *out)
{
	s = str_trim(s);
	if (s.n && s.p[0] == '#')
		return from_hex(str_sub(s, 1, s.n), out);
	*out = (struct colour){ .alpha = 255 };
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (s.n && ascii_lower(s.p[0]) == names[i].name[0] &&
			str_ieq(s, str_c(names[i].name))) {
			out->rgb = names[i].value;
			return true;
		}
	if (str_ieq(s, STR("transparent"))) {
		out->alpha = 0;
		return true;
	}
	return from_function(s, out);
}

bool
html_colour_old(struct str s, struct colour *out)
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
