/* SPDX-License-Identifier: GPL-3.0-or-later */
/* DKIM: tag lists, signature fields, keys and canonical bodies */
#include <assert.h>
#include <stdint.h>

#include "auth/dkim_body.h"
#include "auth/dkim_field.h"
#include "auth/dkim_head.h"
#include "auth/dkim_key.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct str in = { (const char *)data, n };
	struct arena *a = arena_new();
	struct body_hashes bodies = { .count = 0 };
	struct header_field f = { in, STR("DKIM-Signature"), in };
	struct dkim_field o;
	struct dkim_key k;
	struct tags t;
	struct buf out;

	if (!tags_parse(a, in, &t))
		assert(t.error);
	for (size_t i = 0; i < t.count; i++)
		assert(tags_find(&t, arena_cstr(a, t.tag[i].name)) ==
			&t.tag[i]);
	for (int arc = 0; arc < 2; arc++) {
		dkim_field_read(a, &f, arc, &o);
		assert(o.result == RESULT_NONE || *o.reason);
		buf_init(&out, 2 * n + 100);
		dkim_head_add(&out, &f, true, o.b_whole, true);
		dkim_head_add(&out, &f, false, o.b_whole, false);
		assert(!out.full);
		buf_fini(&out);
	}
	dkim_key_parse(a, "s._domainkey.x", in, &k);
	assert(k.pkey || *k.reason);
	EVP_PKEY_free(k.pkey);
	body_hashes_want(&bodies, true, -1);
	body_hashes_want(&bodies, false, -1);
	body_hashes_want(&bodies, true, (int64_t)(n / 2));
	assert(body_hashes_run(&bodies, in));
	assert(bodies.want[0].length <= (int64_t)(2 * n + 2));
	arena_free(&a);
	return 0;
}
