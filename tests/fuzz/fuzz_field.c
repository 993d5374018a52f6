/* SPDX-License-Identifier: GPL-3.0-or-later */
/* addresses, dates, identifiers, parameters, encoded words: offsets stay
 * inside, what is printed reads the same again */
#include <assert.h>
#include <stdint.h>

#include "base/utf8.h"
#include "mime/field.h"
#include "mime/word.h"

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
	struct arena *a = arena_new();
	struct field_params p;
	int64_t t = 0;
	int zone = 0;

	addresses(a, in);
	words(in);
	p = field_params(a, in, NULL);
	for (size_t i = 0; i < p.count; i++)
		assert(utf8_valid(p.item[i].value));
	field_ids(a, in);
	field_id(a, in);
	if (field_date(in, &t, &zone)) {
		struct buf b;
		int64_t again = 0;

		buf_init(&b, 100);
		field_print_date(&b, t, 0);
		assert(!field_date(buf_str(&b), &again, NULL) || again == t ||
			t < -62135596800 || t > 253402300799);
		buf_fini(&b);
	}
	arena_free(&a);
	return 0;
}
