/* SPDX-License-Identifier: GPL-3.0-or-later */
/* evidence_doc - see evidence_doc.h */
#include "app/letter/evidence_doc.h"

#include <libintl.h>
#include <stdio.h>
#include <strings.h>
#include <time.h>

#include "base/utf8.h"

#define _(text) gettext(text)

enum {
	LABEL = 12,
	CHECK = 8,
	OURS = 9,
	SERVER = 9,
	SERVER_MOST = 30,
	DOMAIN = 28,
	DOMAIN_LEAST = 16,
	ALIGNED = 8
};

static void
end_line(struct doc_builder *b)
{
	doc_newline(b);
	doc_set_prefix(b, STR(""), STR(""), DOC_PLAIN);
}

/* TEXT in CELLS cells and a blank behind it. Words of other languages have more
 * bytes than cells, and cells are what lines up. */
static void
column(struct doc_builder *b, unsigned style, const char *text, size_t cells)
{
	size_t used = utf8_width(str_c(text));

	doc_printf(b, style, "%s%*s", text,
		used < cells ? (int)(cells - used) + 1 : 1, "");
}

/* NAME before the line that follows; what of it is wrapped stands below its
 * text. */
static void
label(struct doc_builder *b, const char *name)
{
	size_t used = utf8_width(str_c(name));
	struct buf first;

	buf_init(&first, 1000);
	buf_printf(&first, "  %s%*s", name,
		used < LABEL ? (int)(LABEL - used) : 1, "");
	doc_set_prefix(b, buf_str(&first), STR("              "), DOC_LABEL);
	buf_fini(&first);
}

/* "  NAME        text" where there is a text. */
static void
field(struct doc_builder *b, const char *name, const char *text)
{
	if (!text || !*text)
		return;
	label(b, name);
	doc_add(b, str_c(text), DOC_PLAIN, -1);
	end_line(b);
}

static void
heading(struct doc_builder *b, const char *text)
{
	end_line(b);
	doc_add(b, str_c(text), DOC_HEADING, -1);
	end_line(b);
}

static void
when(struct buf *out, int64_t t)
{
	time_t tt = (time_t)t;
	struct tm tm;
	char s[64] = "";

	if (t > 0 && localtime_r(&tt, &tm))
		strftime(s, sizeof s, "%Y-%m-%d %H:%M:%S", &tm);
	buf_adds(out, s);
}

static unsigned
style_of(enum verdict_result r)
{
	return r == RESULT_PASS ? DOC_GOOD
	       : r == RESULT_FAIL || r == RESULT_SOFTFAIL ||
			       r == RESULT_PERMERROR || r == RESULT_POLICY
		       ? DOC_ALERT
		       : DOC_PLAIN;
}

static const char *
property(const struct verdict_method *m, const char *name)
{
	for (size_t i = 0; i < m->properties; i++)
		if (strcmp(m->property[i].name, name) == 0)
			return m->property[i].value;
	return NULL;
}

/* Is M about another signature than D (NULL: of any)? */
static bool
is_of_another(const struct verdict_method *m, const struct verdict_dkim *d)
{
	const char *domain = property(m, "header.d");
	const char *selector = property(m, "header.s");

	return d && ((domain && strcasecmp(domain, d->d) != 0) ||
			    (selector && strcasecmp(selector, d->s) != 0));
}

/* What believed servers say of METHOD, for the signature D where one is given;
 * "-" where nothing. */
static const char *
server_says(const struct verdict *v, const char *method,
	const struct verdict_dkim *d, const char **who)
{
	*who = "";
	for (size_t i = 0; i < v->fields; i++) {
		if (!v->field[i].is_believed)
			continue;
		for (size_t k = 0; k < v->field[i].methods; k++)
			if (strcmp(v->field[i].method[k].method, method) == 0 &&
				!is_of_another(&v->field[i].method[k], d)) {
				*who = v->field[i].authserv_id;
				return v->field[i].method[k].result;
			}
	}
	return "-";
}

/* Cells of the column whose head is the server's name. */
static size_t
server_column(const struct verdict *v)
{
	const char *who;
	size_t n;

	(void)server_says(v, "dmarc", NULL, &who);
	n = utf8_width(str_c(who));
	return n < SERVER ? SERVER : n > SERVER_MOST ? SERVER_MOST : n;
}

/* Cells for the domains: what the other columns leave. */
static size_t
domain_column(const struct doc_builder *b, const struct verdict *v)
{
	size_t width = doc_width(b), others = 2 + CHECK + 1 + OURS + 1 +
					      server_column(v) + 1 + 1 +
					      ALIGNED;

	if (width == 0 || width > others + DOMAIN)
		return DOMAIN;
	return width > others + DOMAIN_LEAST ? width - others : DOMAIN_LEAST;
}

/* OURS is what was found here, RESULT_NOT_EVALUATED where only a server did. */
static void
table_row(struct doc_builder *b, const struct verdict *v, const char *name,
	enum verdict_result ours, const char *domain, const char *aligned,
	const char *says)
{
	size_t server = server_column(v);

	doc_add(b, STR("  "), DOC_LABEL, -1);
	column(b, DOC_LABEL, name, CHECK);
	column(b, style_of(ours),
		ours == RESULT_NOT_EVALUATED ? "-" : verdict_result_name(ours),
		OURS);
	column(b, DOC_PLAIN, says, server);
	column(b, DOC_PLAIN, domain && *domain ? domain : "-",
		domain_column(b, v));
	doc_add(b, str_c(aligned), DOC_PLAIN, -1);
	end_line(b);
}

static void
checks(struct doc_builder *b, const struct verdict *v)
{
	struct buf t;
	const char *who;
	char name[32];

	buf_init(&t, 100);
	when(&t, v->checked_at);
	(void)server_says(v, "dmarc", NULL, &who);
	doc_add(b, STR("  "), DOC_LABEL, -1);
	column(b, DOC_LABEL, _("Check"), CHECK);
	column(b, DOC_LABEL, _("ours"), OURS);
	column(b, DOC_LABEL, *who ? who : _("server"), server_column(v));
	column(b, DOC_LABEL, _("domain"), domain_column(b, v));
	doc_add(b, str_c(_("aligned")), DOC_LABEL, -1);
	end_line(b);
	table_row(b, v, "DMARC", v->dmarc.result, v->dmarc.domain, "-",
		server_says(v, "dmarc", NULL, &who));
	for (size_t i = 0; i < v->dkims; i++) {
		const struct verdict_dkim *d = &v->dkim[i];

		snprintf(name, sizeof name, "DKIM %zu", i + 1);
		table_row(b, v, name, d->result, d->d,
			d->is_aligned ? _("yes") : _("no"),
			server_says(v, "dkim", d, &who));
	}
	if (v->dkims == 0)
		table_row(b, v, "DKIM", RESULT_NONE, "", "-",
			server_says(v, "dkim", NULL, &who));
	table_row(b, v, "SPF",
		v->spf.is_from_server ? RESULT_NOT_EVALUATED : v->spf.result,
		v->spf.domain, v->spf.is_aligned ? _("yes") : _("no"),
		server_says(v, "spf", NULL, &who));
	table_row(b, v, "ARC", v->arc.result,
		v->arc.sealers ? v->arc.sealer[0] : "", "-",
		server_says(v, "arc", NULL, &who));
	label(b, _("checked"));
	doc_printf(b, DOC_PLAIN, _("here, %s; rule %d of signet-auth(7)"),
		buf_c(&t), v->rule);
	end_line(b);
	buf_fini(&t);
}

static void
dkim(struct doc_builder *b, const struct verdict_dkim *s, size_t number)
{
	struct buf t;

	buf_init(&t, 4000);
	buf_printf(&t, _("DKIM signature %zu: %s"), number,
		verdict_result_name(s->result));
	heading(b, buf_c(&t));
	field(b, _("Reason"), s->reason);
	buf_clear(&t);
	buf_printf(&t, "d=%s s=%s%s%s a=%s c=%s", s->d, s->s,
		*s->i ? " i=" : "", s->i, s->a, s->c);
	field(b, _("Signature"), buf_c(&t));
	field(b, _("Signed"), s->h);
	field(b, _("Copies (z=)"), s->z);
	if (s->not_signed && *s->not_signed) {
		label(b, _("Not signed"));
		doc_add(b, str_c(s->not_signed), DOC_ALERT, -1);
		end_line(b);
	}
	if (s->body_length >= 0) {
		buf_clear(&t);
		buf_printf(&t,
			_("l=%lld: %lld bytes at the end are not signed"),
			(long long)s->body_length,
			(long long)s->unsigned_bytes);
		field(b, _("Body"), buf_c(&t));
	} else {
		field(b, _("Body"),
			s->body_hash_ok
				? _("all of it is signed; its hash matches")
				: _("its hash was not matched"));
	}
	buf_clear(&t);
	if (s->signed_at) {
		buf_adds(&t, _("signed "));
		when(&t, s->signed_at);
	}
	if (s->expires_at) {
		buf_adds(&t, _("  expires "));
		when(&t, s->expires_at);
	}
	field(b, _("Time"), buf_c(&t));
	field(b, _("Key at"), s->key_name);
	field(b, _("Key"), s->key_text);
	buf_clear(&t);
	if (s->bits)
		buf_printf(&t, _("%d bits, "), s->bits);
	buf_printf(&t, "DNSSEC: %s%s", verdict_dnssec_name(s->dnssec),
		s->is_testing ? _(", in test mode (t=y)") : "");
	field(b, "", buf_c(&t));
	for (size_t i = 0; i < s->warns; i++) {
		label(b, i ? "" : _("Mind"));
		doc_add(b, str_c(s->warn[i]), DOC_ALERT, -1);
		end_line(b);
	}
	buf_fini(&t);
}

static void
spf(struct doc_builder *b, const struct verdict_spf *s)
{
	struct buf t;

	buf_init(&t, 4000);
	buf_printf(&t, "SPF: %s", verdict_result_name(s->result));
	heading(b, buf_c(&t));
	field(b, _("Reason"), s->reason);
	buf_clear(&t);
	if (s->mail_from)
		buf_printf(&t, "MAIL FROM <%s>  ", s->mail_from);
	if (s->helo && *s->helo)
		buf_printf(&t, "HELO %s", s->helo);
	field(b, _("Envelope"), buf_c(&t));
	buf_clear(&t);
	if (s->ip && *s->ip)
		buf_printf(&t, "%s%s%s", s->ip,
			s->source && *s->source ? ", " : "",
			s->source ? s->source : "");
	field(b, _("Address"), buf_c(&t));
	field(b, _("Record"), s->record);
	for (size_t i = 0; i < s->steps; i++) {
		label(b, i ? "" : _("Tried"));
		doc_printf(b, s->step[i].matched ? DOC_BOLD : DOC_PLAIN,
			"%*s%s%s%s", s->step[i].depth * 2, "", s->step[i].term,
			*s->step[i].detail ? "  " : "", s->step[i].detail);
		end_line(b);
	}
	if (s->lookups) {
		buf_clear(&t);
		buf_printf(&t, _("%d of 10 look-ups, %d void"), s->lookups,
			s->voids);
		field(b, "DNS", buf_c(&t));
	}
	field(b, _("It says"), s->explanation);
	buf_fini(&t);
}

static void
dmarc(struct doc_builder *b, const struct verdict_dmarc *d)
{
	struct buf t;

	buf_init(&t, 4000);
	buf_printf(&t, "DMARC: %s", verdict_result_name(d->result));
	heading(b, buf_c(&t));
	field(b, _("Reason"), d->reason);
	field(b, _("Author"), d->domain);
	field(b, _("Org. domain"), d->organizational_domain);
	field(b, _("Record"), d->record);
	if (d->record_domain && *d->record_domain) {
		buf_clear(&t);
		buf_printf(&t, "_dmarc.%s", d->record_domain);
		field(b, _("Found at"), buf_c(&t));
		buf_clear(&t);
		if (d->policy && *d->policy)
			buf_printf(&t,
				_("p=%s for this domain; asked for this "
				  "message: %s%s"),
				d->policy, d->disposition,
				d->is_testing ? _(" (test mode)") : "");
		field(b, _("Policy"), buf_c(&t));
		buf_clear(&t);
		buf_printf(&t, "DKIM: %s (%s)  SPF: %s (%s)",
			d->dkim_aligned ? _("yes") : _("no"),
			*d->adkim == 's' ? _("strict") : _("relaxed"),
			d->spf_aligned ? _("yes") : _("no"),
			*d->aspf == 's' ? _("strict") : _("relaxed"));
		field(b, _("Aligned"), buf_c(&t));
	}
	for (size_t i = 0; i < d->walks; i++)
		field(b, i ? "" : _("Tree walk"), d->walk[i]);
	buf_fini(&t);
}

static void
arc(struct doc_builder *b, const struct verdict_arc *a)
{
	char text[80];

	if (a->result == RESULT_NONE && a->instances == 0)
		return;
	snprintf(text, sizeof text, "ARC: %s", verdict_result_name(a->result));
	heading(b, text);
	field(b, _("Reason"), a->reason);
	for (size_t i = 0; i < a->sealers; i++)
		field(b, i ? "" : _("Sealed by"), a->sealer[i]);
}

static void
results_field(struct doc_builder *b, const struct verdict_field *f)
{
	label(b, f->is_believed ? _("believed") : _("ignored"));
	doc_printf(b, f->is_believed ? DOC_GOOD : DOC_DIM, "%s",
		f->authserv_id && *f->authserv_id ? f->authserv_id : "?");
	if (f->error)
		doc_printf(b, DOC_ALERT, "  %s", f->error);
	for (size_t i = 0; i < f->methods; i++)
		doc_printf(b, f->is_believed ? DOC_PLAIN : DOC_DIM, "  %s=%s",
			f->method[i].method, f->method[i].result);
	if (!f->is_above)
		doc_add(b,
			str_c(_("  (below the line: it came with the "
				"message)")),
			DOC_DIM, -1);
	end_line(b);
}

/* How long hop I took after the one before it, "  +4 s". Clocks differ: what
 * would be less than nothing is not said. */
static void
delay(struct buf *out, const struct verdict *v, size_t i)
{
	int64_t s;

	if (i + 1 >= v->hops || !v->hop[i].time || !v->hop[i + 1].time)
		return;
	s = v->hop[i].time - v->hop[i + 1].time;
	if (s < 0)
		return;
	if (s < 100)
		buf_printf(out, _("  +%d s"), (int)s);
	else if (s < 6000)
		buf_printf(out, _("  +%d min"), (int)(s / 60));
	else
		buf_printf(out, _("  +%lld h"), (long long)(s / 3600));
}

/* Received hops, oldest last, the trust boundary a line between them. */
static void
route(struct doc_builder *b, const struct verdict *v)
{
	if (v->hops == 0 && v->fields == 0)
		return;
	heading(b, _("Route and servers' results"));
	for (size_t i = 0; i < v->fields; i++)
		if (v->field[i].is_above)
			results_field(b, &v->field[i]);
	for (size_t i = 0; i < v->hops; i++) {
		const struct verdict_hop *h = &v->hop[i];
		struct buf t;

		buf_init(&t, 200);
		when(&t, h->time);
		doc_printf(b, DOC_LABEL, "  %-*s", 2, "");
		delay(&t, v, i);
		doc_printf(b, DOC_PLAIN, "%s  %s > %s%s%s%s%s", buf_c(&t),
			*h->from   ? h->from
			: *h->helo ? h->helo
				   : "?",
			*h->by ? h->by : "?", *h->ip ? "  [" : "", h->ip,
			*h->ip ? "]" : "", h->is_tls ? "  TLS" : "");
		end_line(b);
		if (v->boundary == (int)i) {
			doc_add(b,
				str_c(_("  ---- trust boundary: what is below "
					"is the sender's word ----")),
				DOC_BOLD, -1);
			end_line(b);
		}
		buf_fini(&t);
	}
	if (v->boundary < 0 && v->hops) {
		doc_add(b,
			str_c(_("  No trust boundary is known: none of these "
				"fields is believed.")),
			DOC_DIM, -1);
		end_line(b);
	}
	for (size_t i = 0; i < v->fields; i++)
		if (!v->field[i].is_above)
			results_field(b, &v->field[i]);
}

/* The verdict in the words of everywhere, above what it rests on. */
static void
summary(struct doc_builder *b, const struct verdict *v)
{
	doc_add(b, str_c(v->sentence),
		DOC_BOLD | (v->state == VERDICT_VERIFIED        ? DOC_GOOD
				   : v->state == VERDICT_FAILED ? DOC_ALERT
								: DOC_PLAIN),
		-1);
	end_line(b);
	for (size_t i = 0; i < v->alerts; i++) {
		doc_printf(b, DOC_ALERT, "! %s", v->alert[i].text);
		end_line(b);
	}
	end_line(b);
}

struct doc *
evidence_doc(struct arena *a, const struct verdict *v, unsigned width)
{
	struct doc_builder *b = doc_begin(a, width);

	summary(b, v);
	field(b, _("From"), v->from_address);
	if (v->from_domain_unicode && v->from_domain &&
		strcmp(v->from_domain_unicode, v->from_domain) != 0) {
		label(b, _("Domain"));
		doc_printf(b, DOC_PLAIN, "%s = %s", v->from_domain_unicode,
			v->from_domain);
		end_line(b);
	}
	end_line(b);
	checks(b, v);
	for (size_t i = 0; i < v->dkims; i++)
		dkim(b, &v->dkim[i], i + 1);
	spf(b, &v->spf);
	dmarc(b, &v->dmarc);
	arc(b, &v->arc);
	route(b, v);
	return doc_end(b);
}

/* NAME below LABEL (may be ""), once. */
static void
add_name(struct buf *out, const char *label, const char *name)
{
	struct str rest, line, want;
	size_t before = out->n;

	if (!name || !*name)
		return;
	buf_printf(out, "%s%s\n", label, name);
	want = str_sub(buf_str(out), before, out->n - 1);
	rest = str_sub(buf_str(out), 0, before);
	while (str_split(&rest, '\n', &line))
		if (str_ieq(line, want)) {
			buf_cut(out, before);
			return;
		}
}

void
evidence_names(struct buf *out, const struct verdict *v)
{
	for (size_t i = 0; i < v->dkims; i++)
		add_name(out, "", v->dkim[i].key_name);
	add_name(out, "", v->spf.domain);
	for (size_t i = 0; i < v->spf.steps; i++)
		add_name(out, "", v->spf.step[i].domain);
	add_name(out, "_dmarc.", v->dmarc.domain);
	add_name(out, "_dmarc.", v->dmarc.record_domain);
}
