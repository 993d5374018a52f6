/* SPDX-License-Identifier: GPL-3.0-or-later */
/* the raw fields of a header: offsets inside, in order, and unfolded without a
 * line end */
#include <assert.h>
#include <stdint.h>

#include "mime/header.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void
inside(struct str part, struct str whole)
{
	if (part.n)
		assert(part.p >= whole.p &&
			part.p + part.n <= whole.p + whole.n);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct str in = { (const char *)data, n };
	struct arena *a = arena_new();
	const struct header *h = header_parse(a, in);
	const char *end = in.p;

	assert(h->body <= n && h->count <= LIMIT_FIELDS);
	for (size_t i = 0; i < h->count; i++) {
		const struct header_field *f = &h->field[i];
		char name[100];
		struct buf b;

		inside(f->raw, in);
		inside(f->name, f->raw);
		inside(f->value, f->raw);
		assert(f->raw.p >= end);
		end = f->raw.p + f->raw.n;
		buf_init(&b, 2 * LIMIT_HEADER_BLOCK);
		header_unfold(&b, f->value);
		assert(b.n <= f->value.n && str_chr(buf_str(&b), '\n') < 0);
		buf_fini(&b);
		if (f->name.n >= sizeof name || str_chr(f->name, '\0') >= 0)
			continue;
		memcpy(name, f->name.p, f->name.n);
		name[f->name.n] = '\0';
		assert(header_get(h, name) <= f && header_last(h, name) >= f);
		assert(header_count(h, name) > 0);
	}
	assert(end <= in.p + h->body || h->is_cut);
	arena_free(&a);
	return 0;
}
