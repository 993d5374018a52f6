/* SPDX-License-Identifier: GPL-3.0-or-later */
/* encoded words and phrases: UTF-8 comes out, and what is encoded is ASCII that
 * cannot begin another field */
#include <assert.h>
#include <stdint.h>

#include "base/utf8.h"
#include "mime/word.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void
words(struct str in)
{
	struct buf b, coded, back;

	buf_init(&b, 8 * LIMIT_FIELD);
	buf_init(&coded, 64 * LIMIT_FIELD);
	buf_init(&back, 64 * LIMIT_FIELD);
	word_decode(&b, in, "ko");
	assert(utf8_valid(buf_str(&b)));
	word_encode(&coded, str_sub(buf_str(&b), 0, 20000), 9);
	for (size_t i = 0; i < coded.n; i++) {
		assert((unsigned char)coded.p[i] < 0x7f);
		if (coded.p[i] == '\n')
			assert(i + 1 < coded.n && coded.p[i + 1] == ' ');
	}
	word_decode(&back, buf_str(&coded), NULL);
	assert(utf8_valid(buf_str(&back)));
	buf_fini(&b);
	buf_fini(&coded);
	buf_fini(&back);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct str in = { (const char *)data, n };

	words(in);
	return 0;
}
