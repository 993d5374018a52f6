/* SPDX-License-Identifier: GPL-3.0-or-later */
/* line - see line.h */
#define _DEFAULT_SOURCE
#include "net/line.h"

#include <string.h>

int
line_put(struct stream *s, mailstream *ms, size_t max, const char *where,
	struct err *e, const char *fmt, va_list ap)
{
	struct buf line;
	bool ok;
	int rc = 0;

	buf_init(&line, max);
	ok = buf_vprintf(&line, fmt, ap);
	for (size_t i = 0; i < line.n && ok; i++)
		ok = (unsigned char)line.p[i] >= 0x20 && line.p[i] != 0x7f;
	if (!ok)
		rc = err_set(e, ERR_INPUT, 0,
			"a control character stands in %s, or it is too long",
			err_words(where));
	else if (!buf_adds(&line, "\r\n") ||
		 mailstream_write(ms, line.p, line.n) < 0)
		rc = stream_error(s, "sending", e);
	if (line.p)
		explicit_bzero(line.p, line.cap);
	buf_fini(&line);
	return rc;
}
