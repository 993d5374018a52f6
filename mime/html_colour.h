/* SPDX-License-Identifier: GPL-3.0-or-later */
/* html_colour - colours of CSS and of old HTML attributes. For mime/ alone. */
#ifndef MIME_HTML_COLOUR_H
#define MIME_HTML_COLOUR_H

#include "base/str.h"

/* Read a CSS colour into 0xRRGGBB; false for what is none or lets through what
 * is behind it. */
bool html_colour(struct str s, uint32_t *out);

/* As html_colour, with "RRGGBB" as attributes have it. */
bool html_colour_old(struct str s, uint32_t *out);

/* Can nobody tell text of colour A from a ground of colour B? False where one
 * is not known (CSS_NO_COLOUR). */
bool html_colour_is_same(uint32_t a, uint32_t b);

#endif
