/* SPDX-License-Identifier: GPL-3.0-or-later */
/* glyph - see glyph.h */
#include "ui/glyph.h"

#include <time.h>

#include "base/clock.h"
#include "ui/i18n.h"
#include "ui/tty.h"

#define PICK(unicode, ascii) (tty_is_ascii() ? STR(ascii) : STR(unicode))

struct glyph
glyph_verdict(enum verdict_state s)
{
	switch (s) {
	case VERDICT_VERIFIED:
		return (struct glyph){ PICK("✓", "+"), TTY_GOOD };
	case VERDICT_OTHER_SIGNER:
		return (struct glyph){ STR("~"), TTY_DIM };
	case VERDICT_NONE:
		return (struct glyph){ PICK("∘", "-"), TTY_DIM };
	case VERDICT_FAILED:
		return (struct glyph){ PICK("✗", "x"),
			TTY_BAD | TTY_BOLD | TTY_REVERSE };
	case VERDICT_CANNOT_TELL:
		return (struct glyph){ STR("?"), TTY_WARN };
	case VERDICT_PENDING:
		break;
	}
	return (struct glyph){ PICK("⋯", "."), TTY_DIM };
}

struct glyph
glyph_second(unsigned flags)
{
	if (flags & ROW_ALERT)
		return (struct glyph){ STR("!"), TTY_BAD | TTY_BOLD };
	if (flags & ROW_SERVER_ONLY)
		return (struct glyph){ STR("s"), TTY_DIM };
	return (struct glyph){ STR(" "), TTY_PLAIN };
}

const char *
glyph_word(enum verdict_state s)
{
	switch (s) {
	case VERDICT_VERIFIED:
		return _("Verified");
	case VERDICT_OTHER_SIGNER:
		return _("Signed by another");
	case VERDICT_NONE:
		return _("Not authenticated");
	case VERDICT_FAILED:
		return _("Failed");
	case VERDICT_CANNOT_TELL:
		return _("Cannot tell");
	case VERDICT_PENDING:
		break;
	}
	return _("Checking…");
}

struct glyph
glyph_unread(unsigned flags)
{
	return flags & ROW_UNREAD ? (struct glyph){ PICK("▪", "N"), TTY_BOLD }
				  : (struct glyph){ STR(" "), TTY_PLAIN };
}

struct glyph
glyph_mark(unsigned flags)
{
	if (flags & ROW_FLAGGED)
		return (struct glyph){ PICK("⚑", "*"), TTY_WARN | TTY_BOLD };
	if (flags & ROW_REPLIED)
		return (struct glyph){ PICK("↩", "r"), TTY_PLAIN };
	if (flags & ROW_FORWARDED)
		return (struct glyph){ STR(">"), TTY_PLAIN };
	return (struct glyph){ STR(" "), TTY_PLAIN };
}

struct glyph
glyph_file(unsigned flags)
{
	return flags & ROW_ATTACHMENT ? (struct glyph){ STR("@"), TTY_PLAIN }
				      : (struct glyph){ STR(" "), TTY_PLAIN };
}

struct glyph
glyph_here(unsigned flags)
{
	return (struct glyph){ flags & ROW_MISSING ? PICK("↓", "_") : STR(" "),
		TTY_DIM };
}

struct str
glyph_cursor(void)
{
	return PICK("▸", ">");
}

struct str
glyph_cut(void)
{
	return PICK("›", ">");
}

void
glyph_date(struct buf *out, int64_t t, int64_t now)
{
	time_t tt = (time_t)t, nn = (time_t)now;
	struct tm a, b;
	char s[64] = "";

	if (t <= 0 || !localtime_r(&tt, &a) || !localtime_r(&nn, &b)) {
		buf_adds(out, "?");
		return;
	}
	if (a.tm_year == b.tm_year && a.tm_yday == b.tm_yday)
		strftime(s, sizeof s, "%H:%M", &a);
	else if (now > t && now - t < 6 * 86400)
		strftime(s, sizeof s, "%a", &a);
	else if (now - t < 300 * 86400 && t - now < 300 * 86400)
		/* TRANSLATORS: a short date without the year, 6 cells */
		strftime(s, sizeof s, _("%d %b"), &a);
	else
		strftime(s, sizeof s, "%Y", &a);
	buf_adds(out, s);
}

void
glyph_time(struct buf *out, int64_t t)
{
	time_t tt = (time_t)t;
	struct tm tm;
	char s[128] = "";

	if (t <= 0 || !localtime_r(&tt, &tm)) {
		buf_adds(out, _("no date"));
		return;
	}
	/* TRANSLATORS: a date with its weekday and the time of day */
	strftime(s, sizeof s, _("%a %d %b %Y, %H:%M"), &tm);
	buf_adds(out, s);
}

void
glyph_size(struct buf *out, uint64_t bytes)
{
	if (bytes < 1000)
		buf_printf(out, "%u B", (unsigned)bytes);
	else if (bytes < 1000000)
		buf_printf(out, "%.1f kB", (double)bytes / 1e3);
	else
		buf_printf(out, "%.1f MB", (double)bytes / 1e6);
}

enum { QUOTA_SHOWN = 90, DOWN_SHOWN = 100 };

void
glyph_duration(struct buf *out, int64_t seconds)
{
	if (seconds < 100)
		buf_printf(out, _("%lld s"), (long long)seconds);
	else if (seconds < 100 * 60)
		buf_printf(out, _("%lld min"), (long long)(seconds + 30) / 60);
	else if (seconds < 48 * 3600)
		buf_printf(
			out, _("%lld h"), (long long)(seconds + 1800) / 3600);
	else
		buf_printf(out, _("%lld d"), (long long)seconds / 86400);
}

void
glyph_state(struct buf *out, const struct msg_status *s)
{
	bool ascii = tty_is_ascii();
	const char *word = "";

	switch (s->state) {
	case ACCOUNT_LOCAL:
	case ACCOUNT_ONLINE:
		buf_adds(out, ascii ? "ok" : "✓");
		return;
	case ACCOUNT_CONNECTING:
		buf_adds(out, _("connecting"));
		return;
	case ACCOUNT_SYNCING:
		buf_adds(out, _("fetching"));
		return;
	case ACCOUNT_OFFLINE:
	case ACCOUNT_WAITING:
		word = _("offline");
		break;
	case ACCOUNT_AUTH:
		word = _("sign-in");
		break;
	case ACCOUNT_CERT:
		word = _("certificate");
		break;
	case ACCOUNT_FAILED:
		word = _("failed");
		break;
	}
	buf_printf(out, "%s %s", ascii ? "x" : "✗", word);
}

void
glyph_account(struct buf *out, const struct msg_status *s)
{
	int64_t down = s->since ? clock_wall() - s->since : 0;

	glyph_state(out, s);
	if (down >= DOWN_SHOWN && s->state != ACCOUNT_CONNECTING) {
		buf_addc(out, ' ');
		glyph_duration(out, down);
	}
	if (s->quota_percent >= QUOTA_SHOWN)
		/* TRANSLATORS: of the space that the server gives */
		buf_printf(out, _(" %u %% full"), s->quota_percent);
	if (s->is_insecure)
		buf_printf(out, " %s", _("NO TLS"));
}
