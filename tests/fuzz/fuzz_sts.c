/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fuzz_sts - MTA-STS policies and records. */
#include <stdint.h>
#include <stdlib.h>

#include "app/command/sts.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new();
	struct str text = { (const char *)data, size }, id = STR_NONE;
	struct sts_policy p = { 0 };

	sts_policy_parse(a, text, &p);
	for (size_t i = 0; i < p.mxs; i++)
		/* a valid pattern's own name is allowed by it */
		if (p.mx[i].n && p.mx[i].p[0] != '*' &&
			!sts_policy_allows(&p, p.mx[i]))
			abort();
	(void)sts_record_id(text, &id);
	if (id.n > size)
		abort();
	arena_free(&a);
	return 0;
}
