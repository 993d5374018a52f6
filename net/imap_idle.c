/* SPDX-License-Identifier: GPL-3.0-or-later */
/* waiting: see imap.h. IDLE (RFC 2177) is spoken here and not by libetpan,
 *which forgets what a server says before its "+" and cannot tell news from
 *"still here".
 *
 *	IDLE -> "+" -> poll -> lines -> (no news: poll again) -> DONE -> answer
 */
#include <errno.h>
#include <poll.h>
#include <stdio.h>

#include "base/clock.h"
#include "net/imap_parts.h"

enum line_kind { LINE_NONE, LINE_NEWS, LINE_GO_ON, LINE_BAD };

/* What the line in libetpan's buffer says. */
static enum line_kind
read_kind(const struct imap *m)
{
	const MMAPString *b = m->m->imap_stream_buffer;
	struct str line = { b->str, b->len }, word;

	line = str_trim(line);
	if (str_starts(line, STR("+")))
		return LINE_GO_ON;
	if (!str_starts(line, STR("* ")) || str_ends(line, STR("}")))
		return LINE_BAD;
	line = str_sub(line, 2, line.n);
	if (str_istarts(line, STR("OK")) || str_istarts(line, STR("NO")) ||
		str_istarts(line, STR("BAD")))
		return LINE_NONE;
	if (str_istarts(line, STR("VANISHED")))
		return LINE_NEWS;
	/* "5 EXISTS", "3 EXPUNGE", "2 FETCH (…)"; RECENT comes with EXISTS */
	if (!str_split(&line, ' ', &word) || !line.p)
		return LINE_NONE;
	return str_istarts(line, STR("EXISTS")) ||
			       str_istarts(line, STR("EXPUNGE")) ||
			       str_istarts(line, STR("FETCH"))
		       ? LINE_NEWS
		       : LINE_NONE;
}

/* Send IDLE; what comes before the "+" counts. */
static int
begin(struct imap *m, bool *news)
{
	int rc = imap_send(m, "IDLE");

	while (rc == 0) {
		enum line_kind kind = read_kind(m);

		if (kind == LINE_GO_ON)
			return 0;
		if (kind == LINE_BAD) { /* NO, BAD, or out of step */
			rc = imap_read(m);
			return rc ? rc : MAILIMAP_ERROR_PARSE;
		}
		*news |= kind == LINE_NEWS;
		if (!mailimap_read_line(m->m))
			rc = MAILIMAP_ERROR_STREAM;
	}
	return rc;
}

/* Until something happens. 0, or a libetpan error number. */
static int
sleep_on(struct imap *m, int wake_fd, int64_t end, bool *news)
{
	while (!*news) {
		struct pollfd p[3] = { { stream_fd(m->stream), POLLIN, 0 },
			{ wake_fd, POLLIN, 0 },
			{ stream_cancel_fd(m->stream), POLLIN, 0 } };
		int64_t left = end - clock_mono_ms();
		enum line_kind kind;

		if (!stream_has_pending(m->stream)) {
			int rc = poll(p, 3, left < 0 ? 0 : (int)left);

			if (rc < 0 && errno == EINTR)
				continue;
			if (rc <= 0 || p[1].revents || p[2].revents)
				return 0;
		}
		if (!mailimap_read_line(m->m))
			return MAILIMAP_ERROR_STREAM;
		kind = read_kind(m);
		if (kind == LINE_BAD || kind == LINE_GO_ON)
			return MAILIMAP_ERROR_PARSE;
		*news = kind == LINE_NEWS;
	}
	return 0;
}

static int
finish(struct imap *m)
{
	mailstream *ms = m->m->imap_stream;

	if (mailstream_write(ms, "DONE\r\n", 6) < 0 ||
		mailstream_flush(ms) < 0 || !mailimap_read_line(m->m))
		return MAILIMAP_ERROR_STREAM;
	return imap_read(m);
}

/* No IDLE here: wait, and look at the end of the time. */
static int
wait_without(struct imap *m, int wake_fd, int timeout_ms, struct err *e)
{
	struct pollfd p[2] = { { wake_fd, POLLIN, 0 },
		{ stream_cancel_fd(m->stream), POLLIN, 0 } };
	bool news;

	if (poll(p, 2, timeout_ms) > 0)
		return 0;
	return imap_noop(m, &news, e) < 0 ? -1 : news;
}

int
imap_idle(struct imap *m, int wake_fd, int timeout_ms, struct err *e)
{
	int64_t end = clock_mono_ms() + timeout_ms;
	bool news = false;
	int rc;

	if (!(m->can & IMAP_CAN_IDLE))
		return wait_without(m, wake_fd, timeout_ms, e);
	imap_forget_news(m);
	rc = begin(m, &news);
	if (rc == 0)
		rc = sleep_on(m, wake_fd, end, &news);
	if (rc == 0)
		rc = finish(m);
	if (rc)
		return imap_fail(m, rc, "waiting for news", ERR_LATER, e);
	return news || imap_has_news(m);
}
