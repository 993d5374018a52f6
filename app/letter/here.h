/* SPDX-License-Identifier: GPL-3.0-or-later */
/* here - what of a letter is here: its file, and what its server still has.
 * Pool threads, and commands beside a running signet. */
#ifndef APP_LETTER_HERE_H
#define APP_LETTER_HERE_H

#include "app/context.h"

/* Map the letter at PATH below the mail root into *OUT, also where a change of
 * flags has renamed it since; NAME_OUT (may be NULL) gets its path now. Release
 * with file_unmap. ERR_MESSAGE where it is gone. */
int here_map(struct context *c, const char *path, struct str *out,
	struct buf *name_out, struct err *e) ERR_CHECK;

struct here {
	enum letter_here here;
	uint64_t size;     /* of the whole letter, 0: not known */
	const char *parts; /* LETTER_PARTS: "2:8388608 3.1:900" */
};

/* What of the letter PATH (below the mail root, or the whole name of a file
 * there) is here; a file elsewhere is whole. */
struct here here_of(const struct paths *p, struct arena *a, const char *path);
/* Is the part NUMBER (that of a file inside one too, "" for the letter) left
 * out? *OCTETS_OUT (may be NULL): of it as it stands there. */
bool here_is_missing(
	const struct here *h, const char *number, uint64_t *octets_out);

#endif
