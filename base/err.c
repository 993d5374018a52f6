/* SPDX-License-Identifier: GPL-3.0-or-later */
/* err - see err.h */
#include "base/err.h"

#include <libintl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Cut a text that snprintf has truncated back to a whole character. */
static void
trim_partial(char *s)
{
	size_t n = strlen(s), i = n;

	while (i > 0 && ((unsigned char)s[i - 1] & 0xc0) == 0x80)
		i--;
	if (i == 0)
		return;
	unsigned char lead = (unsigned char)s[i - 1];
	size_t want = lead >= 0xf0   ? 4
		      : lead >= 0xe0 ? 3
		      : lead >= 0xc0 ? 2
				     : 1;

	if (n - (i - 1) < want)
		s[i - 1] = '\0';
}

const char *
err_words(const char *text)
{
	/* "" is the name of the catalogue's own header */
	return *text ? gettext(text) : text;
}

__attribute__((format(printf, 4, 0))) static void
fill(struct err *e, enum err_class class, int code, const char *fmt, va_list ap)
{
	e->class = class;
	e->code = code;
	if (vsnprintf(e->text, sizeof e->text, err_words(fmt), ap) < 0)
		e->text[0] = '\0';
	trim_partial(e->text);
}

int
err_set(struct err *e, enum err_class class, int code, const char *fmt, ...)
{
	va_list ap;

	if (!e)
		return -1;
	va_start(ap, fmt);
	fill(e, class, code, fmt, ap);
	va_end(ap);
	return -1;
}

int
err_sys(struct err *e, int errnum, const char *fmt, ...)
{
	va_list ap;
	char why[128] = "";
	size_t n;

	if (!e)
		return -1;
	va_start(ap, fmt);
	fill(e, ERR_SYSTEM, errnum, fmt, ap);
	va_end(ap);
	/* the POSIX strerror_r: thread-safe, unlike strerror */
	if (strerror_r(errnum, why, sizeof why) != 0)
		snprintf(why, sizeof why, "error %d", errnum);
	n = strlen(e->text);
	snprintf(e->text + n, sizeof e->text - n, ": %s", why);
	trim_partial(e->text);
	return -1;
}

void
err_clear(struct err *e)
{
	if (!e)
		return;
	e->class = ERR_NONE;
	e->code = 0;
	e->text[0] = '\0';
}

const char *err_class_name(enum err_class class)
{
	static const char *const names[] = { "none", "cancel", "retry", "later",
		"auth", "cert", "message", "box", "account", "input",
		"system" };

	return (size_t) class < sizeof names / sizeof *names ? names[class]
							     : "?";
}
