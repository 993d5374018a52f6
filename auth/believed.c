/* SPDX-License-Identifier: GPL-3.0-or-later */
/* believed - see believed.h */
#include "auth/believed.h"

#include "auth/name.h"
#include "auth/results.h"
#include "auth/text.h"

/* The domain of an address, or of a domain that stands alone, in ASCII. */
static bool
domain_of(struct arena *a, const char *value, struct str *out)
{
	struct str s = str_c(value);
	ptrdiff_t at = str_rchr(s, '@');

	if (s.n && s.p[s.n - 1] == '>')
		s.n--;
	return name_ascii(a, str_sub(s, (size_t)(at + 1), s.n), out);
}

static void
read_dmarc(struct arena *a, const struct author *author,
	const struct verdict_field *f, const struct verdict_method *m,
	struct believed *out, int *worst)
{
	const char *from = results_property(m, "header.from");
	struct str domain;
	int r = results_rank(m->result);

	if (!from || !domain_of(a, from, &domain) ||
		!str_eq(domain, author->domain))
		return;
	if (r <= *worst)
		return;
	*worst = r;
	out->dmarc_pass = r == 0;
	out->dmarc_fail = r == RESULTS_WORST;
	if (!out->dkim_fail)
		out->who = f->authserv_id;
}

/* Is M about the signature D? What M does not name is not compared, but the
 * domain must be named. */
static bool
is_about(struct arena *a, const struct verdict_method *m,
	const struct verdict_dkim *d)
{
	const char *hd = results_property(m, "header.d");
	const char *hi = results_property(m, "header.i");
	const char *hs = results_property(m, "header.s");
	const char *ha = results_property(m, "header.a");
	struct str want, named;

	if ((!hd && !hi) || !name_ascii(a, str_c(d->d), &want) ||
		!domain_of(a, hd ? hd : hi, &named))
		return false;
	if (hd ? !str_eq(named, want) : !name_is_below(named, want))
		return false;
	return (!hs || str_ieq(str_c(hs), str_c(d->s))) &&
	       (!ha || str_ieq(str_c(ha), str_c(d->a)));
}

static void
read_dkim(struct arena *a, const struct verdict *v,
	const struct verdict_field *f, const struct verdict_method *m,
	bool has_aligned, struct believed *out)
{
	if (results_rank(m->result) != RESULTS_WORST)
		return;
	for (size_t i = 0; i < v->dkims; i++) {
		const struct verdict_dkim *d = &v->dkim[i];
		bool twin = false;

		if (d->result != RESULT_PASS || d->is_aligned != has_aligned ||
			!is_about(a, m, d))
			continue;
		/* it may have meant another signature that fails here too */
		for (size_t k = 0; k < v->dkims; k++)
			twin = twin || (v->dkim[k].result != RESULT_PASS &&
					       is_about(a, m, &v->dkim[k]));
		if (twin)
			continue;
		out->dkim_fail = true;
		out->who = f->authserv_id;
	}
}

void
believed_read(struct arena *a, const struct author *author,
	const struct verdict *v, struct believed *out)
{
	bool has_aligned = false;
	int worst = -1;

	*out = (struct believed){ .who = "" };
	for (size_t i = 0; i < v->dkims; i++)
		has_aligned =
			has_aligned || (v->dkim[i].result == RESULT_PASS &&
					       v->dkim[i].is_aligned);
	for (size_t i = 0; i < v->fields; i++) {
		const struct verdict_field *f = &v->field[i];

		for (size_t k = 0; f->is_believed && k < f->methods; k++) {
			const struct verdict_method *m = &f->method[k];

			if (strcmp(m->method, "dmarc") == 0)
				read_dmarc(a, author, f, m, out, &worst);
			else if (strcmp(m->method, "dkim") == 0)
				read_dkim(a, v, f, m, has_aligned, out);
		}
	}
}

bool
believed_spf(struct arena *a, const struct verdict *v, struct verdict_spf *out)
{
	int worst = -1;

	for (size_t i = 0; i < v->fields; i++) {
		const struct verdict_field *f = &v->field[i];

		for (size_t k = 0; f->is_believed && k < f->methods; k++) {
			const struct verdict_method *m = &f->method[k];
			const char *from = results_property(m, "smtp.mailfrom");
			const char *helo = results_property(m, "smtp.helo");
			bool is_from = from && *from && strcmp(from, "<>") != 0;
			struct str domain;

			if (strcmp(m->method, "spf") != 0 ||
				results_rank(m->result) <= worst ||
				!domain_of(a,
					is_from ? from
					: helo  ? helo
						: "",
					&domain))
				continue;
			worst = results_rank(m->result);
			out->result = strcmp(m->result, "hardfail") == 0
					      ? RESULT_FAIL
					      : verdict_result_parse(m->result);
			out->domain = text_safe(a, domain);
			out->scope = is_from ? "mailfrom" : "helo";
			out->mail_from = is_from ? from : "";
			out->helo = helo ? helo : "";
			out->source = text_printf(a,
				N_("the Authentication-Results of %s"),
				f->authserv_id);
		}
	}
	return worst >= 0;
}

bool
believed_received_spf(struct arena *a, const struct results_spf *s,
	const char *by, const char *mail_from, struct verdict_spf *out)
{
	const char *from = s->envelope_from ? s->envelope_from : mail_from;
	bool is_from = !s->is_helo && from && *from && strcmp(from, "<>") != 0;
	const char *name = is_from ? from : s->helo ? s->helo : "";
	struct str domain;

	/* whose result it is must be known */
	if ((!is_from && !s->is_helo && !from) || !domain_of(a, name, &domain))
		return false;
	out->result = s->result;
	out->domain = text_safe(a, domain);
	out->scope = is_from ? "mailfrom" : "helo";
	out->mail_from = is_from ? from : "";
	out->helo = s->helo ? s->helo : "";
	out->ip = s->client_ip ? s->client_ip : "";
	out->source = text_printf(a, N_("the Received-SPF of %s"),
		s->receiver ? s->receiver : by);
	return true;
}
