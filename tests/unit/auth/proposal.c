/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>
#include <string.h>

#include "auth/proposal.h"

#define CLIENT "from c.example (c.example [192.0.2.7]) by "
#define AR "Authentication-Results: "
#define RECEIVED "Received: "
#define INSIDE "from edge (edge [10.0.0.1]) by store.a.example; x\r\n"

Test(proposal, whose_results)
{
	static const struct {
		const char *what;
		struct {
			unsigned times;
			const char *header;
		} letter[3];
		const char *ids, *hosts; /* NULL: nothing is proposed */
		unsigned count;
	} rows[] = {
		{ "above the boundary",
			{ { 4, AR "mx.a.example; spf=pass\r\n" RECEIVED CLIENT
				  "mx.a.example; x\r\n" } },
			"mx.a.example", "", 4 },
		{ "any case, behind an inner hop",
			{ { 2, RECEIVED INSIDE AR
				  "MX.a.example; spf=pass\r\n" RECEIVED CLIENT
				  "mx.a.example; x\r\n" },
				{ 2, AR "mx.a.example; spf=pass\r\n" RECEIVED
						CLIENT
					"mx.a.example; x\r\n" } },
			"mx.a.example", "", 4 },
		{ "below it: the sender's word",
			{ { 9, RECEIVED CLIENT "mx.a.example; x\r\n" AR
					       "mx.a.example; spf=pass\r\n" } },
			NULL, NULL, 0 },
		{ "directly below at Google",
			{ { 5, RECEIVED CLIENT
				"mx.google.com; x\r\n" AR
				"mx.google.com; spf=pass\r\n" } },
			"mx.google.com", "", 5 },
		{ "another host takes it in",
			{ { 5, AR "a.example; spf=pass\r\n" RECEIVED CLIENT
				  "in.b.example; x\r\n" },
				{ 5, AR "a.example; spf=pass\r\n" RECEIVED
						CLIENT
					"in.a.example; x\r\n" } },
			"a.example", "a.example in.b.example", 10 },
		{ "too few",
			{ { 2, AR "a.example; spf=pass\r\n" RECEIVED CLIENT
				  "a.example; x\r\n" } },
			NULL, NULL, 0 },
		{ "less than half",
			{ { 4, AR "a.example; spf=pass\r\n" RECEIVED CLIENT
				  "a.example; x\r\n" },
				{ 5, RECEIVED CLIENT "b.example; x\r\n" } },
			NULL, NULL, 0 },
		{ "two servers with ids of their own",
			{ { 3, AR "m1.a.example; spf=pass\r\n" RECEIVED CLIENT
				  "m1.a.example; x\r\n" },
				{ 3, AR "m2.a.example; spf=pass\r\n" RECEIVED
						CLIENT
					"m2.a.example; x\r\n" } },
			"m1.a.example m2.a.example", "", 6 },
		{ "nobody faces the Internet",
			{ { 9, AR "a.example; spf=pass\r\n" RECEIVED INSIDE } },
			NULL, NULL, 0 },
		{ "no address in the route",
			{ { 9, AR "a.example; spf=pass\r\n" RECEIVED
				  "from x by a.example with ESMTP; x\r\n" } },
			NULL, NULL, 0 },
		{ "no host name",
			{ { 9, AR "a b; spf=pass\r\n" RECEIVED CLIENT
				  "a.example; x\r\n" } },
			NULL, NULL, 0 },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct arena *a = arena_new();
		struct proposal p;
		const char *ids = NULL, *hosts = NULL;
		unsigned count;
		bool any;

		proposal_init(&p, a);
		for (int k = 0; k < 3; k++)
			for (unsigned n = 0; n < rows[i].letter[k].times; n++)
				proposal_add(
					&p, str_c(rows[i].letter[k].header));
		any = proposal_make(&p, &ids, &hosts, &count);
		cr_expect(any == (rows[i].ids != NULL), "%s: %s", rows[i].what,
			any ? ids : "nothing");
		if (any && rows[i].ids) {
			cr_expect(strcmp(ids, rows[i].ids) == 0, "%s: '%s'",
				rows[i].what, ids);
			cr_expect(strcmp(hosts, rows[i].hosts) == 0,
				"%s: hosts '%s'", rows[i].what, hosts);
			cr_expect(count == rows[i].count, "%s: %u",
				rows[i].what, count);
		}
		arena_free(&a);
	}
}
