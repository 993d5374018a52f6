/* SPDX-License-Identifier: GPL-3.0-or-later */
/* prompt - one line of text being typed: cursor, editing keys, paste.
 *
 * Owns its text. The drawing thread only. */
#ifndef UI_PROMPT_H
#define UI_PROMPT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

enum prompt_end {
	PROMPT_GOES_ON,
	PROMPT_CHANGED,
	PROMPT_ACCEPTED,
	PROMPT_CANCELLED
};

struct prompt {
	struct buf text;
	size_t at;      /* byte offset of the cursor */
	bool is_secret; /* drawn as marks */
};

/* A line that begins as TEXT; IS_SECRET: drawn as marks. */
void prompt_init(struct prompt *p, const char *text, bool is_secret);
/* Wipes the text (it may be a password). */
void prompt_fini(struct prompt *p);
void prompt_set(struct prompt *p, const char *text);
/* Work on KEY; what it led to. Keys that are not for a prompt do nothing. */
enum prompt_end prompt_key(struct prompt *p, uint32_t key);
/* Draw at row Y, column X in CELLS cells, the part around the cursor; the
 * column of the cursor is returned. */
int prompt_draw(
	const struct prompt *p, int y, int x, int cells, unsigned style);

#endif
