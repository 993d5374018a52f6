/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An mbox file of anybody: each letter lies within it, and no copy has more
 * bytes than the letter. */
#include <assert.h>

#include "app/letter/mbox.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str file = { (const char *)data, size }, rest = file;
	struct mbox_letter l;

	if (size > 100000)
		return 0;
	while (mbox_next(&rest, &l)) {
		struct buf b;

		assert(l.raw.p >= file.p &&
			l.raw.p + l.raw.n <= file.p + file.n);
		buf_init(&b, size + 1);
		assert(mbox_copy(&b, &l) && b.n <= l.raw.n);
		buf_fini(&b);
	}
	return 0;
}
