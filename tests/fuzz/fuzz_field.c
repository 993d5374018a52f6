/* SPDX-License-Identifier: GPL-3.0-or-later */
/* parameters and identifiers (dates, addresses, encoded words: see there) */
#include <assert.h>
#include <stdint.h>

#include "base/utf8.h"
#include "mime/field.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct str in = { (const char *)data, n };
	struct arena *a = arena_new();
	struct field_params p;

	p = field_params(a, in, NULL);
	for (size_t i = 0; i < p.count; i++)
		assert(utf8_valid(p.item[i].value));
	field_ids(a, in);
	field_id(a, in);
	arena_free(&a);
	return 0;
}
