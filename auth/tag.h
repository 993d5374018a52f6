/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tag - tag=value lists (RFC 6376, 3.2), as in DKIM-Signature, keys and ARC.
 * Any thread. */
#ifndef AUTH_TAG_H
#define AUTH_TAG_H

#include "base/arena.h"
#include "base/str.h"

enum { TAG_MAX = 64 }; /* tags of one list */

struct tag {
	struct str name;
	struct str value; /* without white space around it, still folded */
	struct str whole; /* from behind "=" to before ";" */
};

struct tags {
	struct tag *tag;
	size_t count;
	const char *error; /* static, NULL: none */
};

/* Read TEXT. False with out->error set where it is no tag list: what can be
 * read is in *OUT all the same, to tell which one it was; of what stands twice
 * the first. The strings point into TEXT. */
bool tags_parse(struct arena *a, struct str text, struct tags *out);

/* The tag called NAME (its case counts), or NULL. */
const struct tag *tags_find(const struct tags *t, const char *name);

/* Its value, or a string with p == NULL. */
struct str tags_get(const struct tags *t, const char *name);

/* S without any white space inside, in A. */
struct str tag_squeeze(struct arena *a, struct str s);

/* Is WORD an element of the colon-separated LIST (any case)? */
bool tag_list_has(struct str list, struct str word);

#endif
