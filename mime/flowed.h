/* SPDX-License-Identifier: GPL-3.0-or-later */
/* flowed - format=flowed text (RFC 3676), both ways. Linear. Any thread. */
#ifndef MIME_FLOWED_H
#define MIME_FLOWED_H

#include "base/str.h"

/* One paragraph or fixed line of flowed text. */
struct flowed_line {
	unsigned quote; /* depth of quotation */
	bool is_flowed; /* was put together from soft lines */
	bool is_signature;
};

/* Read the next paragraph of TEXT (LF line ends) from *AT into OUT (cleared),
 * its quote marks and stuffing taken off. False at the end of TEXT. */
bool flowed_next(struct str text, bool delsp, size_t *at, struct buf *out,
	struct flowed_line *line);

/* Append TEXT with its flow undone: quoted lines as ">" for each depth, a blank
 * and the text. */
void flowed_undo(struct buf *out, struct str text, bool delsp);

/* Append TEXT (LF line ends, one paragraph a line, quotes with ">") as flowed
 * text: soft line ends at 72 columns, space-stuffed. */
void flowed_make(struct buf *out, struct str text);

#endif
