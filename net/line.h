/* SPDX-License-Identifier: GPL-3.0-or-later */
/* line - a command of ours on its way to a server, over libetpan's stream. For
 * net/ alone. */
#ifndef NET_LINE_H
#define NET_LINE_H

#include <libetpan/libetpan.h>
#include <stdarg.h>

#include "net/stream.h"

/* Send the text of FMT and AP with CRLF. Nothing is sent where it is longer
 * than MAX or holds a control character, which could begin another command
 * (ERR_INPUT: "a control character stands in WHERE, or it is too long"). The
 * copy is wiped: it may hold a password. */
int line_put(struct stream *s, mailstream *ms, size_t max, const char *where,
	struct err *e, const char *fmt, va_list ap) ERR_CHECK
	__attribute__((format(printf, 6, 0)));

#endif
