/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tnef - what winmail.dat holds (MS-OXTNEF). Never fails; stops where the
 * stream makes no sense. Linear. Any thread. */
#ifndef MIME_TNEF_H
#define MIME_TNEF_H

#include "base/arena.h"
#include "base/str.h"

struct tnef_file {
	struct str name;  /* UTF-8, not safe */
	struct str bytes; /* points into the stream */
};

struct tnef {
	struct tnef_file *file;
	size_t files;
	struct str subject; /* UTF-8, may be empty */
	struct str text;    /* the body as plain text in UTF-8, or empty */
	struct str html;    /* the body as HTML in UTF-8, or empty */
	bool is_tnef;       /* the signature is right */
};

/* Read the stream BYTES, which must stay as long as A. */
struct tnef tnef_read(struct arena *a, struct str bytes);

#endif
