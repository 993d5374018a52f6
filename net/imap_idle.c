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

enum line_kind { LINE_NONE, LINE_NEWS, LINE_ELSEWHERE, LINE_GO_ON, LINE_BAD };

/* What is to be told while we wait (RFC 5465). */
#define EVENTS "MessageNew MessageExpunge FlagChange"
#define NOTIFY                                                                 \
	"NOTIFY SET (SELECTED-DELAYED (" EVENTS ")) "                          \
	"(PERSONAL (" EVENTS " MailboxName))"

/* What a server with NOTIFY says of a mailbox that is not open. Its name may be
 * a literal: what follows is read here too. */
static enum line_kind
read_elsewhere(struct imap *m, bool is_open_ended)
{
	if (is_open_ended && !mailimap_read_line(m->m))
		return LINE_BAD;
	return m->has_notify ? LINE_ELSEWHERE : LINE_NONE;
}

/* What the line in libetpan's buffer says. */
static enum line_kind
read_kind(struct imap *m)
{
	const MMAPString *b = m->m->imap_stream_buffer;
	struct str line = { b->str, b->len }, word;

	line = str_trim(line);
	if (str_starts(line, STR("+")))
		return LINE_GO_ON;
	if (str_istarts(line, STR("* STATUS ")) ||
		str_istarts(line, STR("* LIST ")))
		return read_elsewhere(m, str_ends(line, STR("}")));
	if (!str_starts(line, STR("* ")) || str_ends(line, STR("}")))
		return LINE_BAD;
	line = str_sub(line, 2, line.n);
	if (str_ifind(line, STR("[NOTIFICATIONOVERFLOW]")) >= 0) {
		m->has_notify = false; /* it tells no more */
		return LINE_ELSEWHERE;
	}
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

static void
note(unsigned *news, enum line_kind kind)
{
	if (kind == LINE_NEWS)
		*news |= IMAP_NEWS_HERE;
	else if (kind == LINE_ELSEWHERE)
		*news |= IMAP_NEWS_ELSEWHERE;
}

/* Send IDLE; what comes before the "+" counts. */
static int
begin(struct imap *m, unsigned *news)
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
		note(news, kind);
		if (!mailimap_read_line(m->m))
			rc = MAILIMAP_ERROR_STREAM;
	}
	return rc;
}

/* Until something happens. 0, or a libetpan error number. */
static int
sleep_on(struct imap *m, int wake_fd, int64_t end, unsigned *news)
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
		note(news, kind);
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
	return imap_noop(m, &news, e) < 0 ? -1 : news ? IMAP_NEWS_HERE : 0;
}

int
imap_watch(struct imap *m, struct err *e)
{
	const unsigned both = IMAP_CAN_NOTIFY | IMAP_CAN_IDLE;
	int rc;

	if ((m->can & both) != both)
		return 0;
	m->can &= ~(unsigned)IMAP_CAN_NOTIFY; /* asked once */
	rc = imap_command(m, NOTIFY);
	if (rc == MAILIMAP_ERROR_CUSTOM_COMMAND || imap_is_bad(m, rc))
		return 0;
	if (rc)
		return imap_fail(m, rc, "NOTIFY", ERR_LATER, e);
	m->has_notify = true;
	return 0;
}

int
imap_idle(struct imap *m, int wake_fd, int timeout_ms, struct err *e)
{
	int64_t end = clock_mono_ms() + timeout_ms;
	unsigned news = 0;
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
	if (imap_has_news(m))
		news |= IMAP_NEWS_HERE;
	return (int)news;
}
