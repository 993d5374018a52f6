/* SPDX-License-Identifier: GPL-3.0-or-later */
/* utf8 - decode, measure, and make any bytes safe to show on a terminal.
 *
 * utf8_safe is the one door through which text from outside reaches a
 * terminal, a log or a printed line (security rule R1). Widths come from the
 * C library's wcwidth in the locale C.UTF-8, whatever the user's locale is,
 * since ncurses measures with the same function. Any thread. */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

#define UTF8_BAD 0xfffdu

enum utf8_mode {
	UTF8_LINE, /* one line: newline and tab become a space each */
	UTF8_TEXT  /* newline stays, tab becomes spaces to the next 8th cell */
};

/* Decode the character at byte AT of S (AT < S.n) into *CP, return its length
 * in bytes (1 to 4). Invalid, overlong and surrogate sequences give UTF8_BAD
 * and length 1. */
size_t utf8_decode(struct str s, size_t at, uint32_t *cp);

/* Append CP as UTF-8; values that are no scalar value become U+FFFD. */
void utf8_add(struct buf *b, uint32_t cp);

/* Is all of S valid UTF-8? */
bool utf8_valid(struct str s);

/* Cells that CP takes: 0, 1 or 2; 1 for what has no glyph of its own. */
int utf8_cells(uint32_t cp);

/* Cells that S takes when it has passed utf8_safe with UTF8_LINE. A cluster
 * joined by ZWJ or followed by VS16 counts what wcwidth says of its parts. */
size_t utf8_width(struct str s);

/* Length in bytes of the longest prefix of S that fits in CELLS cells and does
 * not part a base character from its combining marks. *USED_OUT, which may be
 * NULL, gets the cells that the prefix takes. */
size_t utf8_cut(struct str s, size_t cells, size_t *used_out);

/* Append S to OUT so that no byte of it can act on a terminal: C0, DEL, C1,
 * invalid UTF-8, line and paragraph separators, bidirectional controls, tags
 * and other default-ignorables that hide text become U+00B7 or U+FFFD; at most
 * 8 combining marks a character are kept. The output is valid UTF-8 and passing
 * it again changes nothing. Linear. */
void utf8_safe(struct buf *out, struct str s, enum utf8_mode mode);

/* Would utf8_safe replace CP (in UTF8_LINE)? */
bool utf8_is_unsafe(uint32_t cp);

#endif
