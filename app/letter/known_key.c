/* SPDX-License-Identifier: GPL-3.0-or-later */
/* known_key - see known_key.h */
#include "app/letter/known_key.h"

#include "base/err.h" /* N_ */
#include "base/sha256.h"
#include "app/letter/evidence.h"
#include "auth/tag.h"

int
known_key_check(struct receipts *r, struct arena *a, struct verdict *v,
	bool *added, struct err *e)
{
	*added = false;
	for (size_t i = 0; i < v->dkims; i++) {
		const struct verdict_dkim *d = &v->dkim[i];
		struct tags t;
		struct str key;
		char hash[65];
		int was, known;

		if (d->result != RESULT_PASS || !d->is_aligned ||
			!tags_parse(a, str_c(d->key_text), &t))
			continue;
		/* the key alone: a flag or a note beside it may change */
		key = tag_squeeze(a, tags_get(&t, "p"));
		if (key.n == 0)
			continue;
		sha256_hex(key, hash);
		was = receipts_key(r, d->key_name, hash, e);
		known = was > 0 ? receipts_was_written(r, v->from_address, e)
				: 0;
		if (was < 0 || known < 0)
			return -1;
		if (!known)
			continue;
		evidence_add_alert(a, v, ALERT_KEY_CHANGED,
			arena_printf(a,
				N_("the key %s is another than before: ask %s "
				   "another way if it matters"),
				d->key_name, v->from_address));
		*added = true;
	}
	return 0;
}
