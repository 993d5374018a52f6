/* SPDX-License-Identifier: GPL-3.0-or-later */
/* boundary - see boundary.h */
#include "auth/boundary.h"

#include "auth/name.h"
#include "auth/text.h"
#include "mime/field.h"

bool
boundary_id_matches(const char *id, const char *const *list, size_t count)
{
	for (size_t i = 0; *id && i < count; i++) {
		struct str want = str_c(list[i]);

		if (str_starts(want, STR("*.")))
			want = str_sub(want, 2, want.n);
		else if (!str_ieq(str_c(id), want))
			continue;
		if (name_is_below(str_c(id), want))
			return true;
	}
	return false;
}

/* Is HOST ours: named as a receiver, or a believed id or below one? */
static bool
is_ours(const char *host, const struct verify_facts *f)
{
	if (boundary_id_matches(host, f->receiver, f->receivers) ||
		boundary_id_matches(host, f->believed, f->believeds))
		return true;
	for (size_t i = 0; i < f->believeds; i++)
		if (name_is_below(str_c(host), str_c(f->believed[i])))
			return true;
	return false;
}

/* Handed over inside: such a hop has no client in the Internet. */
static bool
is_local(const struct verdict_hop *hop, const struct received *more)
{
	return !more->has_from || str_istarts(str_c(hop->with), STR("LMTP")) ||
	       str_istarts(str_c(hop->with), STR("local"));
}

/* Walk the route from the top: the first hop that is ours and whose client is
 * in the Internet. A hop of which that cannot be said ends the search, for
 * what stands below it may be the sender's invention. */
static void
find(const struct verify_facts *f, const struct received *more,
	struct verdict *v, struct boundary *out)
{
	for (size_t i = 0; i < v->hops; i++) {
		const struct verdict_hop *hop = &v->hop[i];

		if (*hop->ip && !received_is_public(hop->ip))
			continue;
		if (is_ours(hop->by, f) && more[i].has_from &&
			(*hop->ip || !is_local(hop, &more[i]))) {
			out->is_found = true;
			out->index = more[i].index;
			out->time = hop->time;
			out->mail_from = more[i].envelope_from;
			v->boundary = (int)i;
			return;
		}
		if (!is_local(hop, &more[i]) || *hop->ip)
			return;
	}
}

/* Receivers that are known to write their results directly below their Received
 * field, and to remove what came with the message under their name. */
static const char *const write_below[] = { "mx.google.com" };

/* What a server may have written directly below its Received field; anything
 * else there is the message. */
static bool
is_servers_own(struct str name)
{
	return str_ieq(name, STR("Authentication-Results")) ||
	       str_ieq(name, STR("Received-SPF")) ||
	       str_ieq(name, STR("DKIM-Filter")) ||
	       str_ieq(name, STR("DMARC-Filter")) ||
	       str_istarts(name, STR("ARC-")) || str_istarts(name, STR("X-"));
}

static void
find_end(const struct header *h, const struct verify_facts *facts,
	const struct verdict *v, struct boundary *out)
{
	const char *by = v->hop[v->boundary].by;

	out->end = out->index;
	if (!facts->results_below &&
		!boundary_id_matches(by, write_below,
			sizeof write_below / sizeof *write_below))
		return;
	for (size_t i = out->index + 1;
		i < h->count && is_servers_own(h->field[i].name); i++)
		out->end = i + 1;
}

bool
boundary_suggests(struct arena *a, const struct header *h, const char **by_out,
	const char **id_out)
{
	const struct verify_facts nobody = { 0 };
	struct verdict v = { 0 };
	struct received *more = received_read(a, h, &v);
	struct boundary b = { 0 };
	size_t at = 0;

	/* as find(), but whoever faces the Internet is taken for ours */
	while (at < v.hops && (*v.hop[at].ip ? !received_is_public(v.hop[at].ip)
					     : is_local(&v.hop[at], &more[at])))
		at++;
	if (at == v.hops || !*v.hop[at].ip || !*v.hop[at].by ||
		is_local(&v.hop[at], &more[at]))
		return false;
	v.boundary = (int)at;
	b.index = more[at].index;
	find_end(h, &nobody, &v, &b);
	*by_out = v.hop[at].by;
	*id_out = "";
	for (size_t i = 0; i < b.end; i++) {
		struct verdict_field f;

		if (!str_ieq(h->field[i].name, STR("Authentication-Results")))
			continue;
		results_parse(a, h->field[i].value, &f);
		if (!f.error)
			*id_out = f.authserv_id;
		break;
	}
	return true;
}

static void
read_fields(struct arena *a, const struct header *h,
	const struct verify_facts *facts, struct boundary *out,
	struct verdict *v)
{
	size_t n = header_count(h, "Authentication-Results");

	if (n > LIMIT_RESULTS)
		n = LIMIT_RESULTS;
	v->field = arena_array(a, n, sizeof *v->field);
	for (size_t i = 0; i < h->count && v->fields < n; i++) {
		struct verdict_field *f = &v->field[v->fields];
		bool ours;

		if (!str_ieq(h->field[i].name, STR("Authentication-Results")))
			continue;
		results_parse(a, h->field[i].value, f);
		ours = boundary_id_matches(
			f->authserv_id, facts->believed, facts->believeds);
		f->is_above = out->is_found && i < out->end;
		f->is_believed = f->is_above && ours && !f->error;
		if (ours && out->is_found && !f->is_above) {
			out->has_forged = true;
			out->forged_id = f->authserv_id;
		}
		v->fields++;
	}
}

/* The envelope's sender, from the surest source that has it. */
static void
find_sender(struct arena *a, const struct header *h, const struct verdict *v,
	struct boundary *out)
{
	const char *said = NULL;
	size_t paths = 0, at = 0;

	for (size_t i = 0; i < v->fields && !said; i++)
		for (size_t k = 0; v->field[i].is_believed &&
				   k < v->field[i].methods && !said;
			k++)
			said = results_property(
				&v->field[i].method[k], "smtp.mailfrom");
	if (said) {
		out->mail_from = said;
		return;
	}
	if (out->mail_from)
		return;
	if (out->has_spf && out->spf.envelope_from) {
		out->mail_from = out->spf.envelope_from;
		return;
	}
	for (size_t i = 0; i < h->count; i++)
		if (str_ieq(h->field[i].name, STR("Return-Path"))) {
			paths++;
			at = i;
		}
	if (paths == 1 && at < out->index) {
		struct field_addresses l =
			field_addresses(a, h->field[at].value, NULL);

		if (l.count == 1 && field_is_mailbox(l.item[0].addr, true))
			out->mail_from = text_safe(a, l.item[0].addr);
		else if (str_eq(str_trim(h->field[at].value), STR("<>")))
			out->mail_from = "";
	}
}

/* The Received-SPF fields that our servers wrote: what is said of MAIL FROM
 * before what is said of HELO, and of two the worse. Never those directly below
 * the boundary: no server is known to remove what came under its name there.
 */
static void
read_spf(struct arena *a, const struct header *h,
	const struct verify_facts *facts, struct boundary *out)
{
	for (size_t i = 0; i < out->index; i++) {
		struct results_spf s, *best = &out->spf;

		if (!str_ieq(h->field[i].name, STR("Received-SPF")) ||
			!results_parse_spf(a, h->field[i].value, &s) ||
			(s.receiver && !is_ours(s.receiver, facts)))
			continue;
		if (!out->has_spf || (best->is_helo && !s.is_helo) ||
			(best->is_helo == s.is_helo &&
				results_rank(verdict_result_name(s.result)) >
					results_rank(verdict_result_name(
						best->result))))
			*best = s;
		out->has_spf = true;
	}
}

void
boundary_read(struct arena *a, const struct header *h,
	const struct verify_facts *facts, struct boundary *out,
	struct verdict *v)
{
	struct received *more = received_read(a, h, v);

	*out = (struct boundary){ .source = "", .missing = "" };
	v->boundary = -1;
	find(facts, more, v, out);
	if (out->is_found)
		find_end(h, facts, v, out);
	read_fields(a, h, facts, out, v);
	if (!out->is_found) {
		out->missing =
			N_("no Received field shows which server of yours "
			   "took the message in");
		return;
	}
	read_spf(a, h, facts, out);
	find_sender(a, h, v, out);
	out->source = text_printf(
		a, N_("the Received field of %s"), v->hop[v->boundary].by);
	if (*v->hop[v->boundary].ip)
		out->ip = v->hop[v->boundary].ip;
	else
		out->missing = N_("the Received field of your server names no "
				  "client address, or two");
	if (*v->hop[v->boundary].helo)
		out->helo = v->hop[v->boundary].helo;
	if (out->ip && !out->mail_from)
		out->missing = N_("the envelope's sender is not known");
}
