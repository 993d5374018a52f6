/* SPDX-License-Identifier: GPL-3.0-or-later */
/* utf8_safe: valid, without controls, the same again, and measured right */
#include <assert.h>
#include <stdint.h>

#include "base/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct str in = { (const char *)data, n };

	for (int mode = UTF8_LINE; mode <= UTF8_TEXT; mode++) {
		struct buf a, b;

		buf_init(&a, 8 * n + 64);
		buf_init(&b, 8 * n + 64);
		utf8_safe(&a, in, (enum utf8_mode)mode);
		assert(!a.full && utf8_valid(buf_str(&a)));
		for (size_t i = 0; i < a.n; i++)
			assert((unsigned char)a.p[i] >= 0x20 ||
				(mode == UTF8_TEXT && a.p[i] == '\n'));
		utf8_safe(&b, buf_str(&a), (enum utf8_mode)mode);
		assert(str_eq(buf_str(&a), buf_str(&b)));
		if (mode == UTF8_LINE) {
			size_t used, all = utf8_width(buf_str(&a));

			assert(utf8_cut(buf_str(&a), all, &used) == a.n);
			assert(used == all);
		}
		buf_fini(&a);
		buf_fini(&b);
	}
	return 0;
}
