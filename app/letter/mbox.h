/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mbox - the letters of an mbox file: mboxo, mboxrd, and what Thunderbird keeps
 * in it. Pure; any thread. */
#ifndef APP_LETTER_MBOX_H
#define APP_LETTER_MBOX_H

#include "base/str.h"

struct mbox_letter {
	struct str raw;   /* borrowed from the file; quoted, with its status */
	unsigned flags;   /* of store/maildir.h, by Status, X-Status and
			     X-Mozilla-Status */
	bool is_expunged; /* deleted in Thunderbird, and not compacted yet */
};

/* Does FILE begin as an mbox does? */
bool mbox_is(struct str file);
/* Cut the first letter off *REST. False where there is none left. */
bool mbox_next(struct str *rest, struct mbox_letter *out);
/* Append L as it arrived: LF, one '>' taken from before "From ", without the
 * fields that only say a status. False where it does not fit into OUT. */
bool mbox_copy(struct buf *out, const struct mbox_letter *l);

#endif
