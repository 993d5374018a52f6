/* SPDX-License-Identifier: GPL-3.0-or-later */
/* HTML into lines: no control, no line above the width but for one wide cell */
#include <assert.h>
#include <stdint.h>

#include "base/utf8.h"
#include "mime/html.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct arena *a = arena_new();
	struct doc_builder *b = doc_begin(a, 40);
	struct doc *d;
	struct buf t;

	html_render(b, (struct str){ (const char *)data, n }, NULL);
	d = doc_end(b);
	buf_init(&t, 64 << 20);
	doc_text(&t, d);
	assert(utf8_valid(buf_str(&t)));
	for (size_t i = 0; i < t.n; i++)
		assert((unsigned char)t.p[i] >= 0x20 || t.p[i] == '\n');
	for (size_t i = 0; i < d->links; i++) {
		assert(utf8_valid(d->link[i].url));
		for (size_t k = 0; k < d->link[i].host.n; k++)
			assert((unsigned char)d->link[i].host.p[k] > 0x1f);
	}
	buf_fini(&t);
	arena_free(&a);
	return 0;
}
