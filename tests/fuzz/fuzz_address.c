/* SPDX-License-Identifier: GPL-3.0-or-later */
/* addresses: what is printed reads the same again */
#include <assert.h>
#include <stdint.h>

#include "base/utf8.h"
#include "mime/field.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void
addresses(struct arena *a, struct str in)
{
	struct field_addresses l = field_addresses(a, in, "ko");

	assert(l.count <= LIMIT_ADDRESSES);
	for (size_t i = 0; i < l.count; i++) {
		const struct field_address *f = &l.item[i];
		struct field_addresses again;
		struct buf b;

		assert(f->local.n + f->domain.n <= f->addr.n);
		assert(utf8_valid(f->name));
		if (f->is_malformed || !field_is_mailbox(f->addr, true))
			continue;
		buf_init(&b, 8 * LIMIT_FIELD);
		field_print_address(&b, f);
		again = field_addresses(a, buf_str(&b), NULL);
		assert(again.count == 1);
		assert(str_eq(again.item[0].addr, f->addr));
		buf_fini(&b);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct str in = { (const char *)data, n };
	struct arena *a = arena_new();

	addresses(a, in);
	arena_free(&a);
	return 0;
}
