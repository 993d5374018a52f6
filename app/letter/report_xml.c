/* SPDX-License-Identifier: GPL-3.0-or-later */
/* report_xml - see report_xml.h */
#include "app/letter/report_xml.h"

#include <libxml/xmlreader.h>
#include <stddef.h>
#include <time.h>

#include "base/utf8.h"

enum { DEPTH = 8, TEXT_BYTES = 2048 };

struct reading {
	struct arena *a;
	struct report *r;
	struct report_row *row;   /* the record being read */
	struct report_auth *auth; /* the result being read */
	size_t cap;
	char path[256];         /* "record/row/count", without the root */
	size_t mark[DEPTH + 1]; /* length of path at each depth */
	int depth;              /* below the root */
	struct buf text;
};

struct place {
	const char *path;
	size_t offset;
};

#define P(path, type, name)                                                    \
	{                                                                      \
		path, offsetof(struct type, name)                              \
	}
#define COUNT(array) (sizeof(array) / sizeof *(array))

static const struct place report_places[] = {
	P("version", report, version),
	P("report_metadata/org_name", report, org),
	P("report_metadata/email", report, email),
	P("report_metadata/extra_contact_info", report, contact),
	P("report_metadata/report_id", report, id),
	P("report_metadata/generator", report, generator),
	P("report_metadata/error", report, error),
	P("policy_published/domain", report, domain),
	P("policy_published/adkim", report, adkim),
	P("policy_published/aspf", report, aspf),
	P("policy_published/p", report, p),
	P("policy_published/sp", report, sp),
	P("policy_published/np", report, np),
	P("policy_published/pct", report, pct),
	P("policy_published/fo", report, fo),
	P("policy_published/testing", report, testing),
	P("policy_published/discovery_method", report, discovery),
};

static const struct place row_places[] = {
	P("record/row/source_ip", report_row, source_ip),
	P("record/row/policy_evaluated/disposition", report_row, disposition),
	P("record/row/policy_evaluated/dkim", report_row, dkim),
	P("record/row/policy_evaluated/spf", report_row, spf),
	P("record/row/policy_evaluated/reason/type", report_row, reason),
	P("record/row/policy_evaluated/reason/comment", report_row, comment),
	P("record/identifiers/header_from", report_row, header_from),
	P("record/identifiers/envelope_from", report_row, envelope_from),
	P("record/identifiers/envelope_to", report_row, envelope_to),
};

static const struct place auth_places[] = {
	P("domain", report_auth, domain),
	P("selector", report_auth, selector),
	P("result", report_auth, result),
	P("scope", report_auth, scope),
	P("human_result", report_auth, human),
};

static const char *
text(struct reading *x)
{
	struct buf b;
	const char *s;

	buf_init(&b, 4 * TEXT_BYTES);
	utf8_safe(&b, str_trim(buf_str(&x->text)), UTF8_LINE);
	s = arena_cstr(x->a, buf_str(&b));
	buf_fini(&b);
	return s;
}

static bool
put(struct reading *x, const struct place *p, size_t count, void *into,
	const char *path)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(p[i].path, path) == 0) {
			*(const char **)((char *)into + p[i].offset) = text(x);
			return true;
		}
	return false;
}

/* Strings that nobody set are "". */
static void
fill(const struct place *p, size_t count, void *into)
{
	for (size_t i = 0; i < count; i++) {
		const char **s = (const char **)((char *)into + p[i].offset);

		if (!*s)
			*s = "";
	}
}

static void
begin_row(struct reading *x)
{
	struct report *r = x->r;

	x->row = NULL;
	if (r->rows == REPORT_ROWS) {
		r->is_cut = true;
		return;
	}
	if (r->rows == x->cap) {
		struct report_row *bigger;

		x->cap = x->cap ? 2 * x->cap : 64;
		bigger = arena_array(x->a, x->cap, sizeof *bigger);
		if (r->rows)
			memcpy(bigger, r->row, r->rows * sizeof *bigger);
		r->row = bigger;
	}
	x->row = &r->row[r->rows++];
}

static struct report_auth *
begin_auth(struct reading *x, struct report_auth **list, size_t *n)
{
	if (!*list)
		*list = arena_array(x->a, REPORT_AUTHS, sizeof **list);
	return *n < REPORT_AUTHS ? &(*list)[(*n)++] : NULL;
}

static void
begin(struct reading *x, const char *name)
{
	size_t n;

	buf_clear(&x->text);
	if (x->depth++ >= DEPTH)
		return; /* nothing that is read lies so deep */
	n = x->depth > 1 ? x->mark[x->depth - 2] : 0;
	if (n + strlen(name) + 2 < sizeof x->path) {
		if (n)
			x->path[n++] = '/';
		memcpy(x->path + n, name, strlen(name) + 1);
		n += strlen(name);
	}
	x->mark[x->depth - 1] = n;
	if (strcmp(x->path, "record") == 0)
		begin_row(x);
	else if (x->row && strcmp(x->path, "record/auth_results/dkim") == 0)
		x->auth =
			begin_auth(x, &x->row->dkim_auth, &x->row->dkim_auths);
	else if (x->row && strcmp(x->path, "record/auth_results/spf") == 0)
		x->auth = begin_auth(x, &x->row->spf_auth, &x->row->spf_auths);
}

static void
end(struct reading *x)
{
	static const char dkim[] = "record/auth_results/dkim/";
	static const char spf[] = "record/auth_results/spf/";
	struct report *r = x->r;
	uint64_t v = 0;

	if (x->depth < 1 || x->depth-- > DEPTH)
		return;
	if (strcmp(x->path, "report_metadata/date_range/begin") == 0) {
		str_to_u64(str_trim(buf_str(&x->text)), INT64_MAX, &v);
		r->begin = (int64_t)v;
	} else if (strcmp(x->path, "report_metadata/date_range/end") == 0) {
		str_to_u64(str_trim(buf_str(&x->text)), INT64_MAX, &v);
		r->end = (int64_t)v;
	} else if (x->row && strcmp(x->path, "record/row/count") == 0) {
		str_to_u64(str_trim(buf_str(&x->text)), UINT32_MAX,
			&x->row->count);
	} else if (x->auth && str_starts(str_c(x->path), str_c(dkim))) {
		put(x, auth_places, COUNT(auth_places), x->auth,
			x->path + sizeof dkim - 1);
	} else if (x->auth && str_starts(str_c(x->path), str_c(spf))) {
		put(x, auth_places, COUNT(auth_places), x->auth,
			x->path + sizeof spf - 1);
	} else if (x->row &&
		   put(x, row_places, COUNT(row_places), x->row, x->path)) {
		;
	} else {
		put(x, report_places, COUNT(report_places), r, x->path);
	}
	x->path[x->depth > 0 ? x->mark[x->depth - 1] : 0] = '\0';
	buf_clear(&x->text);
	if (x->depth == 0)
		x->row = NULL;
	if (x->depth <= 2)
		x->auth = NULL;
}

static void
quiet(void *context, const char *format, ...)
{
	(void)context;
	(void)format;
}

/* One step of the stream; -1 where it must not go on. */
static int
node(struct reading *x, xmlTextReaderPtr t, struct err *e)
{
	const char *name = (const char *)xmlTextReaderConstLocalName(t);
	const char *value;

	switch (xmlTextReaderNodeType(t)) {
	case XML_READER_TYPE_DOCUMENT_TYPE:
	case XML_READER_TYPE_ENTITY_REFERENCE:
		return err_set(e, ERR_INPUT, 0,
			"the report declares a document type or entities");
	case XML_READER_TYPE_ELEMENT:
		if (xmlTextReaderDepth(t) == 0) {
			if (!name || strcmp(name, "feedback") != 0)
				return err_set(e, ERR_INPUT, 0,
					"it is XML, but no DMARC report");
			return 0;
		}
		begin(x, name ? name : "");
		if (xmlTextReaderIsEmptyElement(t))
			end(x);
		return 0;
	case XML_READER_TYPE_END_ELEMENT:
		if (xmlTextReaderDepth(t) > 0)
			end(x);
		return 0;
	case XML_READER_TYPE_TEXT:
	case XML_READER_TYPE_CDATA:
		value = (const char *)xmlTextReaderConstValue(t);
		if (value)
			buf_adds(&x->text, value);
		return 0;
	default:
		return 0;
	}
}

struct report *
report_xml_read(struct arena *a, struct str xml, struct err *e)
{
	struct reading x = { .a = a, .r = ARENA_NEW(a, struct report) };
	xmlTextReaderPtr t;
	int rc = 0;

	xmlSetGenericErrorFunc(NULL, quiet);
	if (xml.n > LIMIT_UNPACKED) {
		err_set(e, ERR_INPUT, 0, "the report is larger than 32 MiB");
		return NULL;
	}
	t = xmlReaderForMemory(xml.p, (int)xml.n, NULL, NULL,
		XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
	if (!t) {
		err_set(e, ERR_SYSTEM, 0, "no memory for the report");
		return NULL;
	}
	buf_init(&x.text, TEXT_BYTES);
	while ((rc = xmlTextReaderRead(t)) == 1)
		if (node(&x, t, e) < 0)
			break;
	buf_fini(&x.text);
	xmlFreeTextReader(t);
	if (rc == 1)
		return NULL;
	if (rc < 0) {
		err_set(e, ERR_INPUT, 0, "the report is no well-formed XML");
		return NULL;
	}
	fill(report_places, COUNT(report_places), x.r);
	for (size_t i = 0; i < x.r->rows; i++) {
		struct report_row *row = &x.r->row[i];

		fill(row_places, COUNT(row_places), row);
		for (size_t k = 0; k < row->dkim_auths; k++)
			fill(auth_places, COUNT(auth_places),
				&row->dkim_auth[k]);
		for (size_t k = 0; k < row->spf_auths; k++)
			fill(auth_places, COUNT(auth_places),
				&row->spf_auth[k]);
	}
	return x.r;
}

void
report_date(char out[REPORT_DATE], int64_t t)
{
	time_t at = (time_t)t;
	struct tm tm;

	if (!gmtime_r(&at, &tm) ||
		!strftime(out, REPORT_DATE, "%Y-%m-%d %H:%M", &tm))
		memcpy(out, "?", 2);
}
