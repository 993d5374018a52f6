/* SPDX-License-Identifier: GPL-3.0-or-later */
/* log - levels to a file and to a ring that ":messages" shows.
 *
 * Every line passes utf8_safe and the redaction of secrets; there is no way to
 * hand a struct secret to it. Any thread. */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include "base/err.h"
#include "base/str.h"

enum log_level { LOG_ERROR, LOG_WARN, LOG_INFO, LOG_DEBUG };

/* Write from now on to PATH too (mode 0600; above 10 MiB it is moved to
 * PATH.1 first). -1 with ERR_SYSTEM where it cannot be opened: the ring goes
 * on. */
int log_open(const char *path, enum log_level level, struct err *e) ERR_CHECK;
void log_close(void);

/* One line. WHERE is the unit or the account. */
void log_write(enum log_level level, const char *where, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* Append LINE of a protocol (IMAP, SMTP or POP3, from the client) to OUT with
 * what follows LOGIN, PASS, APOP, AUTHENTICATE, AUTH and Bearer replaced by
 * "<secret>". */
void log_redact(struct buf *out, struct str line);

/* Copy the newest COUNT lines of the ring, oldest first, each ended by a
 * newline, into OUT. */
void log_recent(struct buf *out, size_t count);

#endif
