/* SPDX-License-Identifier: GPL-3.0-or-later */
/* verify - see verify.h */
#include "auth/arc.h"
#include "auth/dkim.h"
#include "auth/verify.h"
#include "mime/header.h"

static void
empty(struct verdict *v)
{
	v->sentence = "";
	v->from_address = v->from_domain = v->from_name = "";
	v->from_domain_unicode = "";
	v->boundary = -1;
	v->spf = (struct verdict_spf){ .result = RESULT_NOT_EVALUATED,
		.domain = "",
		.scope = "",
		.ip = "",
		.helo = "",
		.mail_from = "",
		.reason = "",
		.explanation = "",
		.mechanism = "",
		.record = "",
		.source = "" };
	v->dmarc = (struct verdict_dmarc){ .domain = "",
		.record_domain = "",
		.record = "",
		.organizational_domain = "",
		.policy = "",
		.disposition = "none",
		.p = "",
		.sp = "",
		.np = "",
		.adkim = "",
		.aspf = "",
		.rua = "",
		.ruf = "",
		.fo = "",
		.psd = "",
		.reason = "" };
	v->arc.reason = "";
}

struct verdict *
verify_message(struct arena *a, struct str m, const struct verify_facts *facts,
	struct resolver *r)
{
	struct verdict *v = ARENA_NEW(a, struct verdict);
	struct header *h = header_parse(a, m);
	struct body_hashes bodies = { .count = 0 };
	struct dkim dkim;
	struct arc arc;
	struct ask ask;

	empty(v);
	v->checked_at = facts->now;
	ask_init(&ask, a, r);
	dkim_begin(a, h, &dkim, &bodies);
	arc_begin(a, h, &arc, &bodies);
	body_hashes_run(&bodies, str_sub(m, h->body, m.n));
	dkim_check(&ask, h, &dkim, &bodies, facts->now, v);
	arc_check(&ask, h, &arc, &bodies, v);
	v->state = VERDICT_NONE;
	v->rule = 9;
	v->is_final = true;
	v->sentence = "Not authenticated";
	return v;
}
