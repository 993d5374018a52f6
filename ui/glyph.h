/* SPDX-License-Identifier: GPL-3.0-or-later */
/* glyph - the marks of a row, in Unicode or ASCII, and how a time is said.
 *
 * All are one cell wide in every terminal (East Asian Width N). */
#ifndef UI_GLYPH_H
#define UI_GLYPH_H

#include "app/msg.h"

struct glyph {
	struct str text;
	unsigned style; /* of enum tty_style */
};

/* Both verdict cells. FLAGS are a row's. */
struct glyph glyph_verdict(enum verdict_state s);
struct glyph glyph_second(unsigned flags);
/* The word for people who cannot see the mark: "Verified". */
const char *glyph_word(enum verdict_state s);

/* Unread, replied or flagged or forwarded, with files. */
struct glyph glyph_unread(unsigned flags);
struct glyph glyph_mark(unsigned flags); /* replied, flagged, forwarded */
struct glyph glyph_file(unsigned flags);
struct glyph glyph_here(unsigned flags); /* not all of it is here */
struct str glyph_cursor(void);
struct str glyph_cut(void);

/* "02:20" today, "Mon" this week, "14 Oct" this year, "2002" before; at most 6
 * cells. */
void glyph_date(struct buf *out, int64_t t, int64_t now);
/* "Tue 24 Nov 2026, 02:08". */
void glyph_time(struct buf *out, int64_t t);
/* "171 B", "1.2 MB". */
void glyph_size(struct buf *out, uint64_t bytes);
/* "24 s", "3 min", "2 h", "5 d". */
void glyph_duration(struct buf *out, int64_t seconds);
/* An account's state: a mark or, where something is wrong, words. */
void glyph_state(struct buf *out, const struct msg_status *s);
/* The same, and for how long, how full the server is, a line without TLS. */
void glyph_account(struct buf *out, const struct msg_status *s);

#endif
