/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spf - see spf.h */
#include "auth/spf.h"

#include <arpa/inet.h>

#include "auth/name.h"
#include "auth/spf_macro.h"
#include "auth/spf_record.h"
#include "auth/text.h"

struct run {
	struct ask *q;
	struct verdict_spf *out;
	struct spf_macros m;
	enum verdict_result stop; /* RESULT_NONE: go on */
	struct str exp, exp_domain;
	struct str *validated; /* names of the client's address */
	size_t names;
	bool has_names;
	bool has_no_ptr; /* the address has no PTR record at all */
};

static enum verdict_result evaluate(
	struct run *r, struct str domain, int depth);

/* --- evidence ------------------------------------------------------------- */

static struct verdict_spf_step *
step(struct run *r, int depth, struct str domain, struct str term)
{
	static struct verdict_spf_step nowhere;
	struct verdict_spf_step *s;

	if (r->out->steps == SPF_STEPS)
		return &nowhere;
	s = &r->out->step[r->out->steps++];
	s->depth = depth;
	s->domain = text_safe(r->q->a, domain);
	s->term = text_safe(r->q->a, term);
	s->detail = "";
	return s;
}

/* S as a sentence may have it. */
static const char *
safe(const struct run *r, struct str s)
{
	return text_safe(r->q->a, s);
}

/* End the evaluation with RESULT and a reason. */
static enum verdict_result
stop(struct run *r, enum verdict_result result, const char *reason)
{
	if (r->stop == RESULT_NONE) {
		r->stop = result;
		r->out->reason = reason;
	}
	return r->stop;
}

/* --- addresses ------------------------------------------------------------ */

static bool
in_net(const unsigned char *a, const unsigned char *b, int bits)
{
	int whole = bits / 8, rest = bits % 8;

	if (memcmp(a, b, (size_t)whole) != 0)
		return false;
	return rest == 0 || (a[whole] ^ b[whole]) >> (8 - rest) == 0;
}

static bool
has_address(
	const struct run *r, const struct dns_answer *ans, int cidr4, int cidr6)
{
	size_t want = r->m.is_ip6 ? 16 : 4;

	for (size_t i = 0; i < ans->records; i++)
		if (ans->record[i].data.n == want &&
			in_net((const unsigned char *)ans->record[i].data.p,
				r->m.ip, r->m.is_ip6 ? cidr6 : cidr4))
			return true;
	return false;
}

/* Ask for a mechanism; counts void answers (4.6.4). NULL where the evaluation
 * must stop. */
static const struct dns_answer *
look(struct run *r, struct str name, enum dns_type type)
{
	const struct dns_answer *ans = ask_dns(r->q, name, type);

	if (ans->status == DNS_TEMPFAIL) {
		stop(r, RESULT_TEMPERROR,
			text_printf(r->q->a,
				N_("the DNS did not answer for %s (%-s)"),
				safe(r, name), ans->reason));
		return NULL;
	}
	if (ans->records == 0 && ++r->out->voids > SPF_VOIDS) {
		stop(r, RESULT_PERMERROR,
			text_printf(r->q->a,
				N_("more than 2 DNS look-ups found nothing, "
				   "the "
				   "last for %s"),
				safe(r, name)));
		return NULL;
	}
	return ans;
}

static enum dns_type
address_type(const struct run *r)
{
	return r->m.is_ip6 ? DNS_AAAA : DNS_A;
}

/* The names of the client's address that lead back to it (5.5). */
static void
find_names(struct run *r)
{
	char name[80];
	struct buf b;
	const struct dns_answer *ans;

	if (r->has_names)
		return;
	r->has_names = true;
	buf_init(&b, sizeof name);
	if (r->m.is_ip6) {
		for (int i = 15; i >= 0; i--)
			buf_printf(
				&b, "%x.%x.", r->m.ip[i] & 15, r->m.ip[i] >> 4);
		buf_adds(&b, "ip6.arpa");
	} else {
		buf_printf(&b, "%d.%d.%d.%d.in-addr.arpa", r->m.ip[3],
			r->m.ip[2], r->m.ip[1], r->m.ip[0]);
	}
	ans = ask_dns(r->q, buf_str(&b), DNS_PTR);
	buf_fini(&b);
	if (ans->status == DNS_TEMPFAIL)
		return;
	r->has_no_ptr = ans->records == 0;
	r->validated = arena_array(r->q->a, SPF_NAMES, sizeof *r->validated);
	for (size_t i = 0; i < ans->records && i < SPF_NAMES; i++) {
		struct str host = ans->record[i].data;

		if (has_address(
			    r, ask_dns(r->q, host, address_type(r)), 32, 128))
			r->validated[r->names++] = host;
	}
}

/* %{p} (7.3): the domain itself, else a name below it, else any. */
static struct str
validated_name(void *arg)
{
	struct run *r = arg;

	find_names(r);
	for (size_t i = 0; i < r->names; i++)
		if (str_ieq(r->validated[i], r->m.domain))
			return r->validated[i];
	for (size_t i = 0; i < r->names; i++)
		if (name_is_below(r->validated[i], r->m.domain))
			return r->validated[i];
	return r->names ? r->validated[0] : STR("unknown");
}

/* --- mechanisms ----------------------------------------------------------- */

static bool
match_a(struct run *r, const struct spf_term *t, struct str name,
	struct verdict_spf_step *s)
{
	const struct dns_answer *ans = look(r, name, address_type(r));

	if (!ans)
		return false;
	s->detail = ans->records == 1
			    ? text_printf(r->q->a, N_("%s has 1 address"),
				      safe(r, name))
			    : text_printf(r->q->a, N_("%s has %zu addresses"),
				      safe(r, name), ans->records);
	return has_address(r, ans, t->cidr4, t->cidr6);
}

static bool
match_mx(struct run *r, const struct spf_term *t, struct str name,
	struct verdict_spf_step *s)
{
	const struct dns_answer *ans = look(r, name, DNS_MX), *host;

	if (!ans)
		return false;
	s->detail =
		ans->records == 1
			? text_printf(r->q->a, N_("%s has 1 mail server"),
				  safe(r, name))
			: text_printf(r->q->a, N_("%s has %zu mail servers"),
				  safe(r, name), ans->records);
	if (ans->records > SPF_NAMES) {
		stop(r, RESULT_PERMERROR,
			text_printf(r->q->a,
				N_("%s has %zu mail servers, SPF allows 10"),
				safe(r, name), ans->records));
		return false;
	}
	for (size_t i = 0; i < ans->records; i++) {
		struct str mx = ans->record[i].data;

		if (mx.n == 0 || str_eq(mx, STR(".")))
			continue; /* null MX (RFC 7505) */
		host = look(r, mx, address_type(r));
		if (!host)
			return false;
		if (has_address(r, host, t->cidr4, t->cidr6))
			return true;
	}
	return false;
}

static bool
match_ptr(struct run *r, struct str name, struct verdict_spf_step *s)
{
	find_names(r);
	s->detail = text_printf(r->q->a,
		N_("the client's address has %zu valid "
		   "names"),
		r->names);
	if (r->has_no_ptr && ++r->out->voids > SPF_VOIDS)
		stop(r, RESULT_PERMERROR,
			N_("more than 2 DNS look-ups found nothing, the last "
			   "for "
			   "the client's name"));
	for (size_t i = 0; i < r->names; i++)
		if (name_is_below(r->validated[i], name))
			return true;
	return false;
}

static bool
match_exists(struct run *r, struct str name, struct verdict_spf_step *s)
{
	const struct dns_answer *ans = look(r, name, DNS_A);

	if (!ans)
		return false;
	s->detail = ans->records ? text_printf(r->q->a, N_("%s exists"),
					   safe(r, name))
				 : text_printf(r->q->a, N_("%s does not exist"),
					   safe(r, name));
	return ans->records > 0;
}

static bool
match_include(
	struct run *r, struct str name, int depth, struct verdict_spf_step *s)
{
	struct str outer = r->m.domain;
	enum verdict_result got = evaluate(r, name, depth + 1);

	r->m.domain = outer;
	if (r->stop != RESULT_NONE)
		return false;
	s->detail = text_printf(r->q->a, N_("%s says %s"), safe(r, name),
		verdict_result_name(got));
	if (got == RESULT_NONE)
		stop(r, RESULT_PERMERROR,
			text_printf(r->q->a,
				N_("%s includes %s, which has no SPF record"),
				safe(r, outer), safe(r, name)));
	return got == RESULT_PASS;
}

static bool
count_lookup(struct run *r, struct str term, struct str domain)
{
	if (++r->out->lookups <= SPF_LOOKUPS)
		return true;
	stop(r, RESULT_PERMERROR,
		text_printf(r->q->a,
			N_("SPF needs more than 10 DNS look-ups, 10 are "
			   "allowed: "
			   "%s of %s is number 11"),
			safe(r, term), safe(r, domain)));
	return false;
}

static bool
match(struct run *r, const struct spf_term *t, int depth,
	struct verdict_spf_step *s)
{
	struct str name = r->m.domain, ascii;
	bool ok = true;

	switch (t->kind) {
	case SPF_ALL:
		return true;
	case SPF_IP4:
		return !r->m.is_ip6 && in_net(t->address, r->m.ip, t->cidr4);
	case SPF_IP6:
		return r->m.is_ip6 && in_net(t->address, r->m.ip, t->cidr6);
	default:
		break;
	}
	if (!count_lookup(r, t->text, r->m.domain))
		return false;
	if (t->domain.n)
		ok = spf_macro_domain(r->q->a, t->domain, &r->m, &name);
	/* a name that cannot be asked for matches nothing */
	ok = ok && name_query(r->q->a, name, &ascii);
	if (!ok) {
		s->detail = text_printf(
			r->q->a, N_("%s is no domain name"), safe(r, name));
		if (t->kind == SPF_INCLUDE)
			stop(r, RESULT_PERMERROR, s->detail);
		return false;
	}
	switch (t->kind) {
	case SPF_A:
		return match_a(r, t, ascii, s);
	case SPF_MX:
		return match_mx(r, t, ascii, s);
	case SPF_PTR:
		return match_ptr(r, ascii, s);
	case SPF_EXISTS:
		return match_exists(r, ascii, s);
	default:
		return match_include(r, ascii, depth, s);
	}
}

/* --- records -------------------------------------------------------------- */

static enum verdict_result
of_qualifier(char q)
{
	return q == '+'   ? RESULT_PASS
	       : q == '-' ? RESULT_FAIL
	       : q == '~' ? RESULT_SOFTFAIL
			  : RESULT_NEUTRAL;
}

/* The one SPF record of DOMAIN; false with the result in *WHY. */
static bool
fetch(struct run *r, struct str domain, int depth, struct str *record,
	enum verdict_result *why)
{
	const struct dns_answer *ans = ask_dns(r->q, domain, DNS_TXT);
	size_t n = 0;

	*why = RESULT_NONE;
	if (depth == 0)
		r->out->dnssec = ans->dnssec;
	if (ans->status == DNS_TEMPFAIL) {
		*why = stop(r, RESULT_TEMPERROR,
			text_printf(r->q->a,
				N_("the SPF record of %s could not be fetched "
				   "(%-s)"),
				safe(r, domain), ans->reason));
		return false;
	}
	for (size_t i = 0; i < ans->records; i++)
		if (spf_is_record(ans->record[i].data) && ++n == 1)
			*record = ans->record[i].data;
	if (n > 1)
		*why = stop(r, RESULT_PERMERROR,
			text_printf(r->q->a,
				N_("%s has %zu SPF records, not one"),
				safe(r, domain), n));
	if (n == 1 && record->n > LIMIT_TXT)
		*why = stop(r, RESULT_PERMERROR,
			text_printf(r->q->a,
				N_("the SPF record of %s is too long"),
				safe(r, domain)));
	return *why == RESULT_NONE && n == 1;
}

static enum verdict_result
redirect(struct run *r, const struct spf_record *rec, struct str domain,
	int depth)
{
	struct str target, ascii;
	struct str term = { rec->redirect.p - 9, rec->redirect.n + 9 };
	enum verdict_result got = RESULT_NONE;
	struct verdict_spf_step *s = step(r, depth, domain, term);

	if (!count_lookup(r, term, domain))
		return r->stop;
	if (spf_macro_domain(r->q->a, rec->redirect, &r->m, &target) &&
		name_query(r->q->a, target, &ascii))
		got = evaluate(r, ascii, depth);
	if (r->stop != RESULT_NONE)
		return r->stop;
	if (got == RESULT_NONE)
		return stop(r, RESULT_PERMERROR,
			text_printf(r->q->a,
				N_("%s redirects to %s, which has no SPF "
				   "record"),
				safe(r, domain), safe(r, target)));
	s->matched = true;
	return got;
}

/* check_host() for DOMAIN, a name in ASCII. */
static enum verdict_result
evaluate(struct run *r, struct str domain, int depth)
{
	struct spf_record rec;
	struct str text;
	enum verdict_result why;

	r->m.domain = domain;
	if (name_labels(domain) < 2)
		return RESULT_NONE; /* 4.3 */
	if (!fetch(r, domain, depth, &text, &why))
		return why;
	spf_record_parse(r->q->a, text, &rec);
	if (depth == 0 && !*r->out->record)
		r->out->record = text_safe(r->q->a, text);
	if (rec.error)
		return stop(r, RESULT_PERMERROR,
			text_printf(r->q->a,
				N_("the SPF record of %s is wrong: %-s"),
				safe(r, domain), rec.error));
	for (size_t i = 0; i < rec.terms; i++) {
		const struct spf_term *t = &rec.term[i];
		struct verdict_spf_step *s = step(r, depth, domain, t->text);

		s->matched = match(r, t, depth, s);
		if (r->stop != RESULT_NONE)
			return r->stop;
		if (!s->matched)
			continue;
		if (depth == 0) {
			r->out->mechanism = text_safe(r->q->a, t->text);
			r->exp = rec.exp;
			r->exp_domain = domain;
		}
		return of_qualifier(t->qualifier);
	}
	if (rec.redirect.p && !rec.has_all)
		return redirect(r, &rec, domain, depth);
	if (depth == 0)
		r->out->mechanism = "default";
	return RESULT_NEUTRAL;
}

/* --- the result, in words ------------------------------------------------- */

/* 6.2; whatever goes wrong, there is no explanation. */
static void
explain(struct run *r)
{
	const struct dns_answer *ans;
	struct str name, text;
	struct buf b;

	r->m.domain = r->exp_domain;
	if (!spf_macro_domain(r->q->a, r->exp, &r->m, &name))
		return;
	ans = ask_dns(r->q, name, DNS_TXT);
	if (ans->status != DNS_OK || ans->records != 1)
		return;
	text = ans->record[0].data;
	if (!spf_macro_valid(text, true))
		return;
	buf_init(&b, LIMIT_TXT);
	if (spf_macro_expand(&b, text, &r->m, true))
		r->out->explanation = text_safe(r->q->a, buf_str(&b));
	buf_fini(&b);
}

static const char *
sentence(struct arena *a, const struct verdict_spf *s)
{
	switch (s->result) {
	case RESULT_PASS:
		return text_printf(a, N_("%s allows %s (%s)"), s->domain, s->ip,
			s->mechanism);
	case RESULT_FAIL:
		return text_printf(a, N_("%s does not allow %s (%s)"),
			s->domain, s->ip, s->mechanism);
	case RESULT_SOFTFAIL:
		return text_printf(a, N_("%s probably does not allow %s (%s)"),
			s->domain, s->ip, s->mechanism);
	case RESULT_NEUTRAL:
		return text_printf(a, N_("%s says nothing about %s (%s)"),
			s->domain, s->ip, s->mechanism);
	default:
		return text_printf(a, N_("%s has no SPF record"), s->domain);
	}
}

static bool
read_ip(const char *text, struct spf_macros *m)
{
	static const unsigned char mapped[12] = { [10] = 0xff, [11] = 0xff };

	if (inet_pton(AF_INET, text, m->ip) == 1)
		return true;
	if (inet_pton(AF_INET6, text, m->ip) != 1)
		return false;
	m->is_ip6 = memcmp(m->ip, mapped, sizeof mapped) != 0;
	if (!m->is_ip6)
		memmove(m->ip, m->ip + 12, 4);
	return true;
}

/* Who is checked: fills the macros s l o h. False where there is no domain. */
static void
read_sender(struct run *r, const struct spf_input *in, struct str *domain)
{
	struct str from = str_c(in->mail_from), helo = str_c(in->helo);
	ptrdiff_t at = str_rchr(from, '@');
	struct spf_macros *m = &r->m;

	if (helo.n && helo.p[helo.n - 1] == '.')
		helo.n--;
	m->helo = helo;
	r->out->scope = from.n ? "mailfrom" : "helo";
	*domain = from.n == 0 ? helo
		  : at < 0    ? from
			      : str_sub(from, (size_t)at + 1, from.n);
	m->local = at > 0 ? str_sub(from, 0, (size_t)at) : STR("postmaster");
	/* the local part may be anything: a name made of it is checked later */
	m->sender = at > 0 ? from
			   : str_c(arena_printf(r->q->a, "postmaster@%.*s",
				     STR_ARG(*domain)));
}

void
spf_check(struct ask *q, const struct spf_input *in, struct verdict_spf *out)
{
	struct run r = { .q = q, .out = out };
	struct str domain, ascii;

	out->ip = text_safe(q->a, str_c(in->ip));
	out->helo = text_safe(q->a, str_c(in->helo));
	out->mail_from = text_safe(q->a, str_c(in->mail_from));
	out->domain = out->scope = out->explanation = "";
	out->mechanism = out->record = "";
	out->result = RESULT_NOT_EVALUATED;
	if (!read_ip(in->ip, &r.m)) {
		out->reason = N_("the client's address cannot be read");
		return;
	}
	out->step = arena_array(q->a, SPF_STEPS, sizeof *out->step);
	read_sender(&r, in, &domain);
	out->domain = text_safe(q->a, domain);
	r.m.now = in->now;
	r.m.validated = validated_name;
	r.m.arg = &r;
	if (domain.n == 0 && !in->helo && !(in->mail_from && *in->mail_from)) {
		out->reason = N_("neither a sender nor a HELO name is known");
		return;
	}
	if (domain.n == 0 || domain.p[0] == '[' ||
		!name_ascii(q->a, domain, &ascii) || name_labels(ascii) < 2) {
		out->result = RESULT_NONE;
		out->reason =
			domain.n ? text_printf(q->a,
					   N_("%s is no domain name with an "
					      "SPF record"),
					   out->domain)
				 : N_("an empty name has no SPF record");
		return;
	}
	out->domain = text_safe(q->a, ascii);
	r.m.sender_domain = ascii;
	/* RFC 8616, 4: of a sender too it is the A-labels that count */
	if (!str_ieq(ascii, domain))
		r.m.sender = str_c(arena_printf(
			q->a, "%.*s@%.*s", STR_ARG(r.m.local), STR_ARG(ascii)));
	out->result = evaluate(&r, ascii, 0);
	if (r.stop != RESULT_NONE)
		return;
	out->reason = sentence(q->a, out);
	if (out->result == RESULT_FAIL && r.exp.n)
		explain(&r);
}
