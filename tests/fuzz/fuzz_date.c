/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dates: what is printed reads the same again */
#include <assert.h>
#include <stdint.h>

#include "mime/field.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct str in = { (const char *)data, n };
	int64_t t = 0;
	int zone = 0;

	if (field_date(in, &t, &zone)) {
		struct buf b;
		int64_t again = 0;

		buf_init(&b, 100);
		field_print_date(&b, t, 0);
		assert(!field_date(buf_str(&b), &again, NULL) || again == t ||
			t < -62135596800 || t > 253402300799);
		buf_fini(&b);
	}
	return 0;
}
