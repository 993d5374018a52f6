/* SPDX-License-Identifier: GPL-3.0-or-later */
/* arc - see arc.h */
#include "auth/arc.h"

#include "auth/dkim.h"
#include "auth/dkim_head.h"
#include "auth/text.h"

/* The instance of a field: its tag i= (4.2.1), 1 to 50; 0 where there is none.
 * In an ARC-Authentication-Results field it stands first and alone. */
static uint64_t
instance_of(struct arena *a, const struct header_field *f, bool is_results)
{
	struct str first, rest = f->value;
	struct tags t;
	uint64_t v = 0;

	if (is_results) {
		ptrdiff_t eq;

		str_split(&rest, ';', &first);
		eq = str_chr(first, '=');
		if (eq < 0 || !str_eq(str_trim(str_sub(first, 0, (size_t)eq)),
				      STR("i")))
			return 0;
		first = str_trim(str_sub(first, (size_t)eq + 1, first.n));
	} else {
		tags_parse(a, f->value, &t);
		first = tags_get(&t, "i");
	}
	if (first.n == 0 || first.p[0] == '0' ||
		!str_to_u64(first, LIMIT_ARC_SETS, &v))
		return 0;
	return v;
}

/* Put F into its set; false where the chain's structure is broken. */
static bool
place(struct arena *a, struct arc *c, const struct header_field *f, int kind)
{
	uint64_t i = instance_of(a, f, kind == 0);
	const struct header_field **slot;

	if (i == 0) {
		c->error =
			text_printf(a, N_("a field %s has no instance 1 to 50"),
				text_safe(a, f->name));
		return false;
	}
	slot = kind == 0   ? &c->set[i - 1].results
	       : kind == 1 ? &c->set[i - 1].signature
			   : &c->set[i - 1].seal;
	if (*slot) {
		c->error = text_printf(a,
			N_("there are two fields %s of instance "
			   "%d"),
			text_safe(a, f->name), (int)i);
		return false;
	}
	*slot = f;
	if (i > c->count)
		c->count = (size_t)i;
	return true;
}

/* cv= of each seal (4.1.3, 5.1.1): none for the first, pass for the others. */
static void
check_seals(struct arena *a, struct arc *c)
{
	for (size_t i = 0; i < c->count && !c->error; i++) {
		struct arc_set *s = &c->set[i];
		struct dkim_field *o = &s->seal_read;

		if (!s->results || !s->signature || !s->seal) {
			c->error = text_printf(
				a, N_("instance %d is not whole"), (int)i + 1);
			return;
		}
		*o = (struct dkim_field){ .field = s->seal,
			.l = -1,
			.is_relaxed_head = true,
			.reason = "" };
		if (!tags_parse(a, s->seal->value, &o->tags)) {
			c->error = text_printf(a,
				N_("the seal of instance %d has %-s"),
				(int)i + 1, o->tags.error);
			return;
		}
		s->cv = tags_get(&o->tags, "cv");
		dkim_field_common(a, o);
		if (tags_find(&o->tags, "h"))
			c->error = text_printf(a,
				N_("the seal of instance %d has "
				   "an h= tag"),
				(int)i + 1);
		else if (str_ieq(s->cv, STR("fail")))
			c->error = text_printf(a,
				N_("%s says that the chain was "
				   "broken before (cv=fail)"),
				text_safe(a, o->d));
		else if (!str_ieq(s->cv, i == 0 ? STR("none") : STR("pass")))
			c->error = text_printf(a,
				N_("the seal of instance %d has "
				   "a wrong cv="),
				(int)i + 1);
		else if (o->result != RESULT_NONE)
			c->error = text_printf(a,
				N_("the seal of instance %d: %-s"), (int)i + 1,
				o->reason);
	}
}

void
arc_begin(struct arena *a, const struct header *h, struct arc *c,
	struct body_hashes *bodies)
{
	static const char *const names[] = { "ARC-Authentication-Results",
		"ARC-Message-Signature", "ARC-Seal" };
	struct str rest, name;

	*c = (struct arc){ .body = { -1, -1 } };
	for (size_t i = 0; i < h->count; i++) {
		if (!str_istarts(h->field[i].name, STR("ARC-")))
			continue;
		for (int k = 0; k < 3; k++) {
			if (!str_ieq(h->field[i].name, str_c(names[k])))
				continue;
			if (!c->set)
				c->set = arena_array(
					a, LIMIT_ARC_SETS, sizeof *c->set);
			if (!c->error)
				place(a, c, &h->field[i], k);
		}
	}
	if (!c->set || c->error)
		return;
	check_seals(a, c);
	if (c->error)
		return;
	dkim_field_read(a, c->set[c->count - 1].signature, true, &c->newest);
	if (c->newest.result != RESULT_NONE) {
		c->error = text_printf(a,
			N_("the newest ARC-Message-Signature: %-s"),
			c->newest.reason);
		return;
	}
	/* 4.1.2: the seals are signed by the seals alone */
	rest = c->newest.h;
	while (str_split(&rest, ':', &name))
		if (str_ieq(str_trim(name), STR("ARC-Seal")))
			c->error =
				N_("the newest ARC-Message-Signature covers a "
				   "seal");
	c->body[0] = body_hashes_want(
		bodies, c->newest.is_relaxed_body, c->newest.l);
	if (!tags_find(&c->newest.tags, "c"))
		c->body[1] = body_hashes_want(bodies, true, c->newest.l);
}

/* The newest ARC-Message-Signature with the body hash at BODY. */
static bool
check_form(struct ask *q, const struct header *h, const struct dkim_field *o,
	const struct body_hash *body, const char **reason)
{
	bool *used = arena_array(q->a, h->count, sizeof *used), ok;
	struct dkim_evidence key;
	struct buf head;

	if (memcmp(body->hash, o->bh, sizeof o->bh) != 0 ||
		o->l > body->length) {
		*reason = N_(
			"body hash differs: the text was changed on the way");
		return false;
	}
	buf_init(&head, 2 * LIMIT_HEADER_BLOCK);
	dkim_head_select(&head, h, o->h, o->is_relaxed_head, used, o->field);
	dkim_head_add(&head, o->field, o->is_relaxed_head, o->b_whole, true);
	ok = !head.full &&
	     dkim_prove(q, o, buf_str(&head), &key, reason) == RESULT_PASS;
	buf_fini(&head);
	return ok;
}

/* The newest ARC-Message-Signature. Without c= it is simple/simple, as for
 * DKIM; some signers leave it out and mean relaxed, so that is tried too. */
static bool
check_message(struct ask *q, const struct header *h, struct arc *c,
	const struct body_hashes *bodies, const char **reason)
{
	struct dkim_field *o = &c->newest;

	o->i_domain = o->domain;
	*reason = N_("it has too many l= tags");
	for (int i = 0; i < 2; i++) {
		if (c->body[i] < 0)
			continue;
		o->is_relaxed_head = o->is_relaxed_head || i == 1;
		if (check_form(q, h, o, &bodies->want[c->body[i]], reason))
			return true;
	}
	*reason = text_printf(q->a,
		N_("the newest ARC-Message-Signature (d=%s): %-s"),
		text_safe(q->a, o->d), *reason);
	return false;
}

/* Each seal covers the sets up to its own (5.1.1), in relaxed form. */
static bool
check_seal(struct ask *q, struct arc *c, size_t n, const char **reason)
{
	struct dkim_field *o = &c->set[n].seal_read;
	struct dkim_evidence key;
	struct buf head;
	bool ok;

	buf_init(&head, 2 * LIMIT_HEADER_BLOCK);
	for (size_t i = 0; i <= n; i++) {
		const struct arc_set *s = &c->set[i];

		dkim_head_add(&head, s->results, true, STR_NONE, false);
		dkim_head_add(&head, s->signature, true, STR_NONE, false);
		if (i == n)
			dkim_head_add(&head, s->seal, true, o->b_whole, true);
		else
			dkim_head_add(&head, s->seal, true, STR_NONE, false);
	}
	o->i_domain = o->domain;
	ok = !head.full &&
	     dkim_prove(q, o, buf_str(&head), &key, reason) == RESULT_PASS;
	buf_fini(&head);
	if (!ok)
		*reason = text_printf(q->a,
			N_("the seal of instance %d (d=%s): %-s"), (int)n + 1,
			text_safe(q->a, o->d), *reason);
	return ok;
}

void
arc_check(struct ask *q, const struct header *h, struct arc *c,
	const struct body_hashes *bodies, struct verdict *v)
{
	struct verdict_arc *out = &v->arc;

	out->result = RESULT_NONE;
	out->reason = "";
	if (!c->set)
		return;
	out->instances = (int)c->count;
	out->sealer = arena_array(q->a, c->count, sizeof *out->sealer);
	for (size_t i = 0; i < c->count; i++)
		if (c->set[i].seal_read.d.n)
			out->sealer[out->sealers++] =
				text_safe(q->a, c->set[i].seal_read.d);
	out->result = RESULT_FAIL;
	if (c->error) {
		out->reason = c->error;
		return;
	}
	if (!check_message(q, h, c, bodies, &out->reason))
		return;
	for (size_t i = c->count; i > 0; i--)
		if (!check_seal(q, c, i - 1, &out->reason))
			return;
	out->result = RESULT_PASS;
	out->reason = "";
}
