/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Authentication-Results, Received-SPF and Received */
#include <assert.h>
#include <stdint.h>

#include "auth/received.h"
#include "auth/results.h"
#include "base/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct str in = { (const char *)data, n };
	struct arena *a = arena_new();
	struct header_field field = { in, STR("Received"), in };
	struct header h = { .field = &field, .count = 1 };
	struct verdict v = { 0 };
	struct verdict_field f;
	struct results_spf s;

	results_parse(a, in, &f);
	assert(!f.error || f.methods == 0);
	assert(f.methods <= RESULTS_METHODS);
	assert(utf8_valid(str_c(f.authserv_id)));
	for (size_t i = 0; i < f.methods; i++) {
		assert(*f.method[i].method && *f.method[i].result);
		for (size_t k = 0; k < f.method[i].properties; k++)
			assert(utf8_valid(
				str_c(f.method[i].property[k].value)));
	}
	results_parse_spf(a, in, &s);
	received_read(a, &h, &v);
	assert(v.hops == 1 && utf8_valid(str_c(v.hop[0].text)));
	arena_free(&a);
	return 0;
}
