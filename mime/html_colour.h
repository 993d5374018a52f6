/* SPDX-License-Identifier: GPL-3.0-or-later */
/* html_colour - colours of CSS and of old HTML attributes. For mime/ alone. */
#ifndef MIME_HTML_COLOUR_H
#define MIME_HTML_COLOUR_H

#include "base/str.h"

struct colour {
	uint32_t rgb;   /* 0xRRGGBB */
	uint32_t alpha; /* 0: nothing of it is seen; 255: nothing behind it */
};

/* Read a CSS colour (CSS Color 3); false for what is none or not known. */
bool html_colour(struct str s, struct colour *out);

/* As html_colour, with "RRGGBB" as attributes have it. */
bool html_colour_old(struct str s, struct colour *out);

/* Can nobody tell text of colour A from a ground of colour B? False where one
 * is not known (CSS_NO_COLOUR). */
bool html_colour_is_same(uint32_t a, uint32_t b);

#endif
