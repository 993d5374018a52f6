/* SPDX-License-Identifier: GPL-3.0-or-later */
/* verify - see verify.h */
#include "auth/verify.h"

#include "auth/arc.h"
#include "auth/author.h"
#include "auth/believed.h"
#include "auth/boundary.h"
#include "auth/dkim.h"
#include "auth/dkim_key.h"
#include "auth/dmarc.h"
#include "auth/dmarc_walk.h"
#include "auth/rule.h"
#include "auth/spf.h"
#include "auth/spoof.h"
#include "auth/text.h"
#include "mime/header.h"

/* Records change: what arrived longer ago is not evaluated any more. */
enum { SPF_AGE_MAX = 7 * 24 * 3600 };

static void
set_empty(struct verdict *v)
{
	v->sentence = "";
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

/* A sender address that a forwarder of ours made (SRS) says nothing about who
 * sent the message. */
static bool
is_our_forward(const char *mail_from, const struct verify_facts *f)
{
	struct str s = str_c(mail_from);
	const char *at = strrchr(mail_from, '@');

	return at &&
	       (str_istarts(s, STR("SRS0")) || str_istarts(s, STR("SRS1"))) &&
	       boundary_id_matches(at + 1, f->receiver, f->receivers);
}

/* SPF: of what was given; else what a believed server found; else of what the
 * boundary says. */
static void
check_spf(struct ask *q, const struct verify_facts *f, const struct boundary *b,
	struct verdict *v)
{
	struct spf_input in = { .now = f->now };

	if (f->ip) {
		in.ip = f->ip;
		in.helo = f->helo;
		in.mail_from = f->mail_from;
		v->spf.source = "given";
		v->spf.is_confirmed = true;
		spf_check(q, &in, &v->spf);
		return;
	}
	v->spf.reason = b->missing;
	if (!b->is_found)
		return;
	if (believed_spf(q->a, v, &v->spf) ||
		(f->is_boundary_confirmed && b->has_spf &&
			believed_received_spf(q->a, &b->spf,
				v->hop[v->boundary].by, b->mail_from,
				&v->spf))) {
		v->spf.is_confirmed = v->spf.is_from_server = true;
		v->spf.reason =
			text_printf(q->a, N_("found by %-s"), v->spf.source);
		return;
	}
	if (!b->ip || !b->mail_from)
		return;
	v->spf.source = b->source;
	if (is_our_forward(b->mail_from, f)) {
		v->spf.reason = N_("a forwarder of yours rewrote the sender");
		return;
	}
	if (b->time == 0 || f->now - b->time > SPF_AGE_MAX) {
		v->spf.reason = N_("the message is older than 7 days: records "
				   "change");
		return;
	}
	in.ip = b->ip;
	in.helo = b->helo;
	in.mail_from = b->mail_from;
	v->spf.is_confirmed = f->is_boundary_confirmed;
	spf_check(q, &in, &v->spf);
}

/* When the message arrived, by the topmost hop; never later than now. */
static int64_t
arrival(const struct verdict *v, int64_t now)
{
	int64_t t = v->hops ? v->hop[0].time : 0;

	return t > 0 && t < now ? t : now;
}

/* What is sure to be asked: fetched while the body is hashed. */
static void
hint(struct ask *q, const struct author *author, const struct dkim *d,
	const struct verify_facts *f)
{
	const char *at;

	if (!q->r || !q->r->hint)
		return;
	for (size_t i = 0; i < d->count; i++)
		if (d->field[i].result == RESULT_NONE)
			dkim_keys_hint(q, d->field[i].s, d->field[i].d);
	if (author->kind == AUTHOR_ONE)
		dmarc_walk_hint(q, author->domain);
	if (!f->ip)
		return;
	at = f->mail_from ? strrchr(f->mail_from, '@') : NULL;
	if (at || f->helo)
		ask_hint(q, str_c(at ? at + 1 : f->helo), DNS_TXT);
}

struct verdict *
verify_message(struct arena *a, struct str m, const struct verify_facts *facts,
	struct resolver *r)
{
	struct verdict *v = ARENA_NEW(a, struct verdict);
	struct header *h = header_parse(a, m);
	struct body_hashes bodies = { .count = 0 };
	struct author author;
	struct boundary boundary;
	struct dkim dkim;
	struct arc arc;
	struct ask ask;

	set_empty(v);
	v->checked_at = facts->now;
	ask_init(&ask, a, r);
	author_read(a, h, &author, v);
	boundary_read(a, h, facts, &boundary, v);
	/* both chains name the body hashes they need: one pass for all */
	dkim_begin(a, h, &dkim, &bodies);
	arc_begin(a, h, &arc, &bodies);
	hint(&ask, &author, &dkim, facts);
	body_hashes_run(&bodies, str_sub(m, h->body, m.n));

	dmarc_prepare(&ask, &author);
	dkim_check(
		&ask, h, &dkim, &bodies, facts->now, arrival(v, facts->now), v);
	check_spf(&ask, facts, &boundary, v);
	dmarc_check(&ask, &author, v);
	arc_check(&ask, h, &arc, &bodies, v);
	spoof_check(a, h, &author, &boundary, facts, v);
	rule_apply(a, &author, facts, v);
	return v;
}
