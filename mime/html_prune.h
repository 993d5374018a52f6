/* SPDX-License-Identifier: GPL-3.0-or-later */
/* html_prune - HTML cut to what gumbo can be given without harm. For mime/
 * alone. */
#ifndef MIME_HTML_PRUNE_H
#define MIME_HTML_PRUNE_H

#include "base/str.h"
#include "mime/html_aside.h"

/* Append HTML to OUT without comments, scripts, and what would make a parser
 * slow: elements nested deeper than LIMIT_HTML_DEPTH, more than
 * LIMIT_HTML_NODES tags, attributes that nobody reads. Text is never left out,
 * but laid ASIDE where gumbo need not read it. Linear. */
void html_prune(struct buf *out, struct str html, struct html_aside *aside);

#endif
