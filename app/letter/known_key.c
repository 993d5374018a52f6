/* SPDX-License-Identifier: GPL-3.0-or-later */
/* known_key - see known_key.h */
#include "app/letter/known_key.h"

#include <string.h>

#include "base/err.h" /* N_ */
#include "base/sha256.h"
#include "auth/tag.h"

static void
add_alert(struct arena *a, struct verdict *v, const char *text)
{
	struct verdict_alert *more =
		arena_array(a, v->alerts + 1, sizeof *more);

	if (v->alerts)
		memcpy(more, v->alert, v->alerts * sizeof *more);
	more[v->alerts++] = (struct verdict_alert){ ALERT_KEY_CHANGED, text };
	v->alert = more;
}

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
		add_alert(a, v,
			arena_printf(a,
				N_("the key %s is another than before: ask %s "
				   "another way if it matters"),
				d->key_name, v->from_address));
		*added = true;
	}
	return 0;
}

bool
known_key_carry(struct arena *a, const struct verdict *was, struct verdict *v)
{
	bool any = false;

	for (size_t i = 0; was && i < was->alerts; i++)
		if (was->alert[i].kind == ALERT_KEY_CHANGED) {
			add_alert(a, v, was->alert[i].text);
			any = true;
		}
	return any;
}
