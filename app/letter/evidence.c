/* SPDX-License-Identifier: GPL-3.0-or-later */
/* evidence - see evidence.h. One table for each struct serves writing and
 * reading; what the contract nests is done by hand below. */
#include "app/letter/evidence.h"

#include <stddef.h>
#include <stdlib.h>

#include "base/utf8.h"

enum kind { TEXT, TEXT_OR_NULL, INT, UNSIGNED, INT64, BOOL, RESULT, DNSSEC };

struct member {
	const char *key;
	enum kind kind;
	size_t offset;
};

#define M(type, key, kind, name)                                               \
	{                                                                      \
		key, kind, offsetof(struct type, name)                         \
	}
#define COUNT(array) (sizeof(array) / sizeof *(array))

static const struct member dkim_members[] = {
	M(verdict_dkim, "d", TEXT, d),
	M(verdict_dkim, "s", TEXT, s),
	M(verdict_dkim, "i", TEXT, i),
	M(verdict_dkim, "a", TEXT, a),
	M(verdict_dkim, "bits", INT, bits),
	M(verdict_dkim, "c", TEXT, c),
	M(verdict_dkim, "result", RESULT, result),
	M(verdict_dkim, "reason", TEXT, reason),
	M(verdict_dkim, "aligned", BOOL, is_aligned),
	M(verdict_dkim, "dnssec", DNSSEC, dnssec),
	M(verdict_dkim, "h", TEXT, h),
	M(verdict_dkim, "not_signed", TEXT, not_signed),
	M(verdict_dkim, "z", TEXT, z),
	M(verdict_dkim, "body_hash_ok", BOOL, body_hash_ok),
	M(verdict_dkim, "test", BOOL, is_testing),
	M(verdict_dkim, "signed_at", INT64, signed_at),
	M(verdict_dkim, "expires_at", INT64, expires_at),
	M(verdict_dkim, "body_length", INT64, body_length),
	M(verdict_dkim, "unsigned_bytes", INT64, unsigned_bytes),
	M(verdict_dkim, "key_name", TEXT, key_name),
	M(verdict_dkim, "key", TEXT, key_text),
	M(verdict_dkim, "ttl", UNSIGNED, ttl),
};

static const struct member spf_members[] = {
	M(verdict_spf, "result", RESULT, result),
	M(verdict_spf, "domain", TEXT, domain),
	M(verdict_spf, "scope", TEXT, scope),
	M(verdict_spf, "ip", TEXT, ip),
	M(verdict_spf, "helo", TEXT, helo),
	M(verdict_spf, "mail_from", TEXT, mail_from),
	M(verdict_spf, "reason", TEXT, reason),
	M(verdict_spf, "explanation", TEXT, explanation),
	M(verdict_spf, "lookups", INT, lookups),
	M(verdict_spf, "voids", INT, voids),
	M(verdict_spf, "mechanism", TEXT, mechanism),
	M(verdict_spf, "record", TEXT, record),
	M(verdict_spf, "source", TEXT, source),
	M(verdict_spf, "aligned", BOOL, is_aligned),
	M(verdict_spf, "confirmed", BOOL, is_confirmed),
	M(verdict_spf, "from_server", BOOL, is_from_server),
	M(verdict_spf, "dnssec", DNSSEC, dnssec),
};

static const struct member step_members[] = {
	M(verdict_spf_step, "depth", INT, depth),
	M(verdict_spf_step, "domain", TEXT, domain),
	M(verdict_spf_step, "term", TEXT, term),
	M(verdict_spf_step, "detail", TEXT, detail),
	M(verdict_spf_step, "matched", BOOL, matched),
};

static const struct member dmarc_members[] = {
	M(verdict_dmarc, "result", RESULT, result),
	M(verdict_dmarc, "domain", TEXT, domain),
	M(verdict_dmarc, "record_domain", TEXT, record_domain),
	M(verdict_dmarc, "record", TEXT, record),
	M(verdict_dmarc, "policy", TEXT, policy),
	M(verdict_dmarc, "disposition", TEXT, disposition),
	M(verdict_dmarc, "test", BOOL, is_testing),
	M(verdict_dmarc, "open", BOOL, is_open),
	M(verdict_dmarc, "organizational_domain", TEXT, organizational_domain),
	M(verdict_dmarc, "reason", TEXT, reason),
	M(verdict_dmarc, "p", TEXT, p),
	M(verdict_dmarc, "sp", TEXT, sp),
	M(verdict_dmarc, "np", TEXT, np),
	M(verdict_dmarc, "psd", TEXT, psd),
	M(verdict_dmarc, "adkim", TEXT, adkim),
	M(verdict_dmarc, "aspf", TEXT, aspf),
	M(verdict_dmarc, "rua", TEXT, rua),
	M(verdict_dmarc, "ruf", TEXT, ruf),
	M(verdict_dmarc, "fo", TEXT, fo),
	M(verdict_dmarc, "dnssec", DNSSEC, dnssec),
};

static const struct member arc_members[] = {
	M(verdict_arc, "result", RESULT, result),
	M(verdict_arc, "instances", INT, instances),
	M(verdict_arc, "reason", TEXT, reason),
};

static const struct member field_members[] = {
	M(verdict_field, "authserv_id", TEXT, authserv_id),
	M(verdict_field, "version", INT, version),
	M(verdict_field, "believed", BOOL, is_believed),
	M(verdict_field, "above", BOOL, is_above),
	M(verdict_field, "error", TEXT_OR_NULL, error),
};

static const struct member method_members[] = {
	M(verdict_method, "method", TEXT, method),
	M(verdict_method, "version", INT, version),
	M(verdict_method, "result", TEXT, result),
	M(verdict_method, "reason", TEXT, reason),
};

static const struct member hop_members[] = {
	M(verdict_hop, "from", TEXT, from),
	M(verdict_hop, "by", TEXT, by),
	M(verdict_hop, "ip", TEXT, ip),
	M(verdict_hop, "helo", TEXT, helo),
	M(verdict_hop, "with", TEXT, with),
	M(verdict_hop, "text", TEXT, text),
	M(verdict_hop, "time", INT64, time),
	M(verdict_hop, "tls", BOOL, is_tls),
};

static const struct member verdict_members[] = {
	M(verdict, "server_only", BOOL, is_server_only),
	M(verdict, "rule", INT, rule),
	M(verdict, "checked_at", INT64, checked_at),
	M(verdict, "final", BOOL, is_final),
	M(verdict, "demanded", BOOL, is_demanded),
	M(verdict, "boundary", INT, boundary),
};

static const struct member from_members[] = {
	M(verdict, "address", TEXT, from_address),
	M(verdict, "domain", TEXT, from_domain),
	M(verdict, "name", TEXT, from_name),
	M(verdict, "domain_unicode", TEXT, from_domain_unicode),
};

/* --- writing -------------------------------------------------------------- */

static json_t *
text(const char *s)
{
	json_t *j = json_string(s ? s : "");

	/* not UTF-8: cannot come from the verifier, but never a hole */
	return j ? j : json_string("");
}

static void
put(json_t *o, const char *key, json_t *v)
{
	json_object_set_new_nocheck(o, key, v);
}

static json_t *
value(const struct member *m, const void *p)
{
	const char *s;

	p = (const char *)p + m->offset;
	switch (m->kind) {
	case TEXT:
	case TEXT_OR_NULL:
		s = *(const char *const *)p;
		return s || m->kind == TEXT ? text(s) : json_null();
	case INT:
		return json_integer(*(const int *)p);
	case UNSIGNED:
		return json_integer(*(const unsigned *)p);
	case INT64:
		return json_integer(*(const int64_t *)p);
	case BOOL:
		return json_boolean(*(const bool *)p);
	case RESULT:
		return text(
			verdict_result_name(*(const enum verdict_result *)p));
	case DNSSEC:
		return text(
			verdict_dnssec_name(*(const enum verdict_dnssec *)p));
	}
	return json_null();
}

static json_t *
object(json_t *o, const struct member *m, size_t count, const void *p)
{
	for (size_t i = 0; i < count; i++)
		put(o, m[i].key, value(&m[i], p));
	return o;
}

#define OBJECT(o, table, p) object((o), table, COUNT(table), (p))

static json_t *
texts(const char *const *list, size_t n)
{
	json_t *a = json_array();

	for (size_t i = 0; i < n; i++)
		json_array_append_new(a, text(list[i]));
	return a;
}

/* "wanted" by a table of rows: an array of objects */
#define ARRAY(table, list, n)                                                  \
	array(table, COUNT(table), list, sizeof *(list), n)

static json_t *
array(const struct member *m, size_t members, const void *list, size_t size,
	size_t n)
{
	json_t *a = json_array();

	for (size_t i = 0; i < n; i++)
		json_array_append_new(
			a, object(json_object(), m, members,
				   (const char *)list + i * size));
	return a;
}

static json_t *
field_json(const struct verdict_field *f)
{
	json_t *o = OBJECT(json_object(), field_members, f);
	json_t *all = ARRAY(method_members, f->method, f->methods);

	for (size_t i = 0; i < f->methods; i++) {
		const struct verdict_method *m = &f->method[i];
		json_t *props = json_object();

		for (size_t k = 0; k < m->properties; k++)
			put(props, m->property[k].name,
				text(m->property[k].value));
		put(json_array_get(all, i), "properties", props);
	}
	put(o, "results", all);
	return o;
}

static json_t *
dmarc_json(const struct verdict_dmarc *d)
{
	json_t *o = OBJECT(json_object(), dmarc_members, d);
	json_t *aligned = json_object();

	put(aligned, "dkim", json_boolean(d->dkim_aligned));
	put(aligned, "spf", json_boolean(d->spf_aligned));
	put(o, "aligned", aligned);
	put(o, "walk", texts((const char *const *)d->walk, d->walks));
	return o;
}

static json_t *
alerts_json(const struct verdict *v)
{
	json_t *a = json_array();

	for (size_t i = 0; i < v->alerts; i++) {
		json_t *o = json_object();

		put(o, "kind", text(verdict_alert_name(v->alert[i].kind)));
		put(o, "text", text(v->alert[i].text));
		json_array_append_new(a, o);
	}
	return a;
}

json_t *
evidence_spf_json(const struct verdict_spf *s)
{
	json_t *o = OBJECT(json_object(), spf_members, s);

	put(o, "steps", ARRAY(step_members, s->step, s->steps));
	return o;
}

json_t *
evidence_json(const struct verdict *v, const char *file)
{
	json_t *o = json_object(), *list, *part;

	if (file)
		put(o, "file", text(file));
	put(o, "verdict", text(verdict_state_name(v->state)));
	put(o, "sentence", text(v->sentence));
	put(o, "alerts", alerts_json(v));
	put(o, "from", OBJECT(json_object(), from_members, v));
	put(o, "spf", evidence_spf_json(&v->spf));
	list = ARRAY(dkim_members, v->dkim, v->dkims);
	for (size_t i = 0; i < v->dkims; i++)
		put(json_array_get(list, i), "warn",
			texts((const char *const *)v->dkim[i].warn,
				v->dkim[i].warns));
	put(o, "dkim", list);
	part = OBJECT(json_object(), arc_members, &v->arc);
	put(part, "sealers",
		texts((const char *const *)v->arc.sealer, v->arc.sealers));
	put(o, "arc", part);
	put(o, "dmarc", dmarc_json(&v->dmarc));
	list = json_array();
	for (size_t i = 0; i < v->fields; i++)
		json_array_append_new(list, field_json(&v->field[i]));
	put(o, "received_by", list);
	put(o, "route", ARRAY(hop_members, v->hop, v->hops));
	return OBJECT(o, verdict_members, v);
}

static int
append(const char *p, size_t n, void *out)
{
	return buf_add(out, (struct str){ p, n }) ? 0 : -1;
}

void
evidence_write(struct buf *out, const struct verdict *v, const char *file)
{
	json_t *o = evidence_json(v, file);

	json_dump_callback(o, append, out, JSON_COMPACT);
	json_decref(o);
}

/* --- reading -------------------------------------------------------------- */

static const char *
string(struct arena *a, json_t *v)
{
	struct buf b;
	const char *s;

	if (!json_is_string(v))
		return "";
	buf_init(&b, 4 * json_string_length(v) + 16);
	utf8_safe(&b,
		(struct str){ json_string_value(v), json_string_length(v) },
		UTF8_LINE);
	s = arena_cstr(a, buf_str(&b));
	buf_fini(&b);
	return s;
}

static void
take(struct arena *a, json_t *v, const struct member *m, void *p)
{
	p = (char *)p + m->offset;
	switch (m->kind) {
	case TEXT:
		*(const char **)p = string(a, v);
		break;
	case TEXT_OR_NULL:
		*(const char **)p = json_is_string(v) ? string(a, v) : NULL;
		break;
	case INT:
		*(int *)p = (int)json_integer_value(v);
		break;
	case UNSIGNED:
		*(unsigned *)p = (unsigned)json_integer_value(v);
		break;
	case INT64:
		*(int64_t *)p = json_integer_value(v);
		break;
	case BOOL:
		*(bool *)p = json_is_true(v);
		break;
	case RESULT:
		*(enum verdict_result *)p =
			verdict_result_parse(json_string_value(v));
		break;
	case DNSSEC:
		*(enum verdict_dnssec *)p =
			verdict_dnssec_parse(json_string_value(v));
		break;
	}
}

static void
take_all(struct arena *a, json_t *o, const struct member *m, size_t count,
	void *p)
{
	for (size_t i = 0; i < count; i++)
		take(a, json_object_get(o, m[i].key), &m[i], p);
}

#define TAKE(a, o, table, p) take_all((a), (o), table, COUNT(table), (p))

static const char **
take_texts(struct arena *a, json_t *list, size_t *n)
{
	const char **out;

	*n = json_array_size(list);
	out = arena_array(a, *n, sizeof *out);
	for (size_t i = 0; i < *n; i++)
		out[i] = string(a, json_array_get(list, i));
	return out;
}

static void *
take_array(struct arena *a, json_t *list, const struct member *m,
	size_t members, size_t size, size_t *n)
{
	char *out;

	*n = json_array_size(list);
	out = arena_array(a, *n, size);
	for (size_t i = 0; i < *n; i++)
		take_all(
			a, json_array_get(list, i), m, members, out + i * size);
	return out;
}

#define TAKE_ARRAY(a, list, table, type, n)                                    \
	take_array((a), (list), table, COUNT(table), sizeof(struct type), (n))

static void
take_fields(struct arena *a, json_t *list, struct verdict *v)
{
	v->field =
		TAKE_ARRAY(a, list, field_members, verdict_field, &v->fields);
	for (size_t i = 0; i < v->fields; i++) {
		struct verdict_field *f = &v->field[i];
		json_t *all =
			json_object_get(json_array_get(list, i), "results");

		f->method = TAKE_ARRAY(
			a, all, method_members, verdict_method, &f->methods);
		for (size_t k = 0; k < f->methods; k++) {
			struct verdict_method *m = &f->method[k];
			json_t *props = json_object_get(
				json_array_get(all, k), "properties");
			json_t *one;
			const char *key;

			m->property = arena_array(a, json_object_size(props),
				sizeof *m->property);
			json_object_foreach(props, key, one)
			{
				struct verdict_property *p =
					&m->property[m->properties++];

				p->name = arena_strdup(a, key);
				p->value = string(a, one);
			}
		}
	}
}

static void
take_alerts(struct arena *a, json_t *list, struct verdict *v)
{
	v->alert = arena_array(a, json_array_size(list), sizeof *v->alert);
	for (size_t i = 0; i < json_array_size(list); i++) {
		json_t *o = json_array_get(list, i);
		enum verdict_alert_kind k = verdict_alert_parse(
			json_string_value(json_object_get(o, "kind")));

		if (k == ALERT_KINDS)
			continue;
		v->alert[v->alerts].kind = k;
		v->alert[v->alerts++].text =
			string(a, json_object_get(o, "text"));
	}
}

struct verdict *
evidence_read(struct arena *a, struct str json, struct err *e)
{
	json_error_t why;
	json_t *o = json_loadb(json.p, json.n, 0, &why), *part;
	struct verdict *v;

	if (!json_is_object(o)) {
		json_decref(o);
		err_set(e, ERR_INPUT, 0, "cannot read stored evidence: %s",
			o ? err_words(N_("no JSON object")) : why.text);
		return NULL;
	}
	v = ARENA_NEW(a, struct verdict);
	TAKE(a, o, verdict_members, v);
	TAKE(a, json_object_get(o, "from"), from_members, v);
	v->state = verdict_state_parse(
		json_string_value(json_object_get(o, "verdict")));
	v->sentence = string(a, json_object_get(o, "sentence"));
	take_alerts(a, json_object_get(o, "alerts"), v);
	part = json_object_get(o, "spf");
	TAKE(a, part, spf_members, &v->spf);
	v->spf.step = TAKE_ARRAY(a, json_object_get(part, "steps"),
		step_members, verdict_spf_step, &v->spf.steps);
	part = json_object_get(o, "dkim");
	v->dkim = TAKE_ARRAY(a, part, dkim_members, verdict_dkim, &v->dkims);
	for (size_t i = 0; i < v->dkims; i++)
		v->dkim[i].warn = take_texts(a,
			json_object_get(json_array_get(part, i), "warn"),
			&v->dkim[i].warns);
	part = json_object_get(o, "arc");
	TAKE(a, part, arc_members, &v->arc);
	v->arc.sealer = take_texts(
		a, json_object_get(part, "sealers"), &v->arc.sealers);
	part = json_object_get(o, "dmarc");
	TAKE(a, part, dmarc_members, &v->dmarc);
	v->dmarc.walk =
		take_texts(a, json_object_get(part, "walk"), &v->dmarc.walks);
	part = json_object_get(part, "aligned");
	v->dmarc.dkim_aligned = json_is_true(json_object_get(part, "dkim"));
	v->dmarc.spf_aligned = json_is_true(json_object_get(part, "spf"));
	take_fields(a, json_object_get(o, "received_by"), v);
	v->hop = TAKE_ARRAY(a, json_object_get(o, "route"), hop_members,
		verdict_hop, &v->hops);
	json_decref(o);
	return v;
}

void
evidence_add_alert(struct arena *a, struct verdict *v,
	enum verdict_alert_kind kind, const char *text)
{
	v->alert = arena_grow(
		a, v->alert, v->alerts, v->alerts + 1, sizeof *v->alert);
	v->alert[v->alerts++] = (struct verdict_alert){ kind, text };
}

static bool
has_alert(const struct verdict *v, const struct verdict_alert *alert)
{
	for (size_t i = 0; i < v->alerts; i++)
		if (v->alert[i].kind == alert->kind &&
			strcmp(v->alert[i].text, alert->text) == 0)
			return true;
	return false;
}

bool
evidence_carry_alerts(struct arena *a, const struct verdict *from,
	enum verdict_alert_kind kind, struct verdict *v)
{
	bool any = false;

	for (size_t i = 0; from && i < from->alerts; i++) {
		if (from->alert[i].kind != kind ||
			has_alert(v, &from->alert[i]))
			continue;
		evidence_add_alert(a, v, kind, from->alert[i].text);
		any = true;
	}
	return any;
}

bool
evidence_stands(const struct verdict *stored, const struct verdict *again)
{
	if (stored->state == VERDICT_PENDING || !stored->is_final)
		return false;
	if (!again->is_final)
		return true;
	return stored->state == VERDICT_VERIFIED &&
	       again->state != VERDICT_VERIFIED;
}
