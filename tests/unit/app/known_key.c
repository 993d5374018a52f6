/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/letter/evidence.h"
#include "app/letter/known_key.h"

Test(known_key, only_another_key_of_a_correspondent_is_told)
{
	static const struct {
		const char *what, *from, *name, *text;
		enum verdict_result result;
		bool is_aligned, is_told;
	} rows[] = {
		{ "first seen", "a@x.example", "s._domainkey.x.example",
			"v=DKIM1; p=AAAA", RESULT_PASS, true, false },
		{ "a note and blanks are no key", "a@x.example",
			"s._domainkey.x.example", "v=DKIM1; n=x; p=AA AA",
			RESULT_PASS, true, false },
		{ "not valid", "a@x.example", "s._domainkey.x.example",
			"v=DKIM1; p=BBBB", RESULT_FAIL, true, false },
		{ "not the author's", "a@x.example", "s._domainkey.x.example",
			"v=DKIM1; p=BBBB", RESULT_PASS, false, false },
		{ "another", "a@x.example", "s._domainkey.x.example",
			"v=DKIM1; p=BBBB", RESULT_PASS, true, true },
		{ "told once", "a@x.example", "s._domainkey.x.example",
			"v=DKIM1; p=BBBB", RESULT_PASS, true, false },
		{ "a new selector", "a@x.example", "t._domainkey.x.example",
			"v=DKIM1; p=CCCC", RESULT_PASS, true, false },
		{ "a stranger's", "b@y.example", "s._domainkey.y.example",
			"v=DKIM1; p=AAAA", RESULT_PASS, true, false },
		{ "a stranger's changes", "b@y.example",
			"s._domainkey.y.example", "v=DKIM1; p=BBBB",
			RESULT_PASS, true, false },
	};
	char path[] = "/tmp/signet-unit.XXXXXX";
	struct arena *a = arena_new();
	struct receipts *r;
	struct err e;
	int fd = mkstemp(path);

	cr_assert(fd >= 0);
	close(fd);
	r = receipts_open(path, &e);
	cr_assert(r, "%s", e.text);
	cr_assert(receipts_contact(r, "a@x.example", "", true, 1, &e) == 0);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct verdict_dkim d = { .result = rows[i].result,
			.is_aligned = rows[i].is_aligned,
			.key_name = rows[i].name,
			.key_text = rows[i].text };
		struct verdict v = {
			.from_address = rows[i].from, .dkim = &d, .dkims = 1
		};
		bool added;

		cr_assert(known_key_check(r, a, &v, &added, &e) == 0, "%s",
			e.text);
		cr_expect(added == rows[i].is_told, "%s", rows[i].what);
		cr_expect(v.alerts == (size_t)rows[i].is_told, "%s",
			rows[i].what);
		if (v.alerts)
			cr_expect(v.alert[0].kind == ALERT_KEY_CHANGED);
		if (v.alerts) { /* and verified again it is told still */
			struct verdict again = { 0 };

			cr_expect(evidence_carry_alerts(
				a, &v, ALERT_KEY_CHANGED, &again));
			cr_expect(again.alerts == 1);
		}
	}
	receipts_close(&r);
	unlink(path);
	arena_free(&a);
}
