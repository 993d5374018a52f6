/* SPDX-License-Identifier: GPL-3.0-or-later */
/* layout - a letter put together from its sections, pure: what stands between
 * the bodies of its leaves, so that it reads as the letter does that the server
 * has. No I/O. */
#ifndef APP_SYNC_LAYOUT_H
#define APP_SYNC_LAYOUT_H

#include "net/imap.h"

struct layout_piece {
	struct str text;              /* comes first, with CRLF */
	const struct imap_part *leaf; /* then its body; NULL at the end */
};

/* The letter with the HEADER, whose PART are as imap_structure says, HEAD[i]
 * being the MIME header of part i (that of the root is not looked at), in A.
 * False where these do not make that letter: what our parser finds in it would
 * be other parts. */
bool layout_make(struct arena *a, struct str header,
	const struct imap_part *part, const struct str *head, size_t parts,
	struct layout_piece **out, size_t *count_out);

#endif
