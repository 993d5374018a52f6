/* SPDX-License-Identifier: GPL-3.0-or-later */
/* header_until - header_parse for mime/part, which knows where a part may not
 * go on. For mime/ alone. */
#ifndef MIME_HEADER_UNTIL_H
#define MIME_HEADER_UNTIL_H

#include "mime/header.h"

/* Offset behind the line of M that starts at AT (CRLF, LF or CR); *END_OUT gets
 * the offset of its line end. */
size_t header_line_end(struct str m, size_t at, size_t *end_out);

/* As header_parse; a line starting with "--" for which STOP(CTX, line) holds
 * ends the header and is where the body begins. */
struct header *header_parse_until(struct arena *a, struct str m,
	bool (*stop)(void *ctx, struct str line), void *ctx);

/* Lines from AT on that begin with "--" though STOP does not hold for them,
 * where a part's fields should stand: they are damaged boundaries where a
 * field, a line for which it holds or the end of M follows, and none is a
 * boundary that the fields H (NULL for none) name. Returns the offset of that;
 * AT where they are text. */
size_t header_skip_dashes(struct str m, size_t at, const struct header *h,
	bool (*stop)(void *ctx, struct str line), void *ctx);

#endif
