/* SPDX-License-Identifier: GPL-3.0-or-later */
/* winmail.dat: files lie inside the stream, texts are UTF-8. An input without
 * the signature gets it, so that all of them are read. */
#include <assert.h>
#include <stdint.h>

#include "base/utf8.h"
#include "mime/tnef.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void
read_it(struct str in)
{
	struct arena *a = arena_new();
	struct tnef t = tnef_read(a, in);

	for (size_t i = 0; i < t.files; i++) {
		struct str b = t.file[i].bytes;

		assert(utf8_valid(t.file[i].name));
		assert(b.n == 0 || (b.p >= in.p && b.p + b.n <= in.p + in.n));
	}
	assert(utf8_valid(t.subject) && utf8_valid(t.text));
	assert(utf8_valid(t.html));
	arena_free(&a);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static const char signature[] = "\x78\x9f\x3e\x22\x01";
	struct str in = { (const char *)data, n };
	struct buf b;

	read_it(in);
	if (n >= 4 && memcmp(data, signature, 4) == 0)
		return 0;
	buf_init(&b, n + 16);
	buf_add(&b, (struct str){ signature, 6 });
	buf_add(&b, in);
	read_it(buf_str(&b));
	buf_fini(&b);
	return 0;
}
