/* SPDX-License-Identifier: GPL-3.0-or-later */
/* report_doc - see report_doc.h */
#include "app/letter/report_doc.h"

#include <libintl.h>

#include "app/letter/report_file.h"
#include "app/letter/report_xml.h"
#include "mime/message.h"

#define _(text) gettext(text)

enum { FAILED_SHOWN = 20 };

static bool
has_report(const struct message *m)
{
	static const char *const ends[] = { ".xml", ".gz", ".zip" };

	for (size_t i = 0; i < m->attachments; i++) {
		struct str name = m->attachment[i]->filename;
		ptrdiff_t mark = str_chr(name, '!');

		if (mark < 1 || str_chr(str_sub(name, (size_t)mark + 1, name.n),
					'!') < 1)
			continue;
		for (size_t k = 0; k < sizeof ends / sizeof *ends; k++)
			if (str_iends(name, str_c(ends[k])))
				return true;
	}
	return false;
}

static bool
passed(const struct report_row *w)
{
	return strcmp(w->dkim, "pass") == 0 || strcmp(w->spf, "pass") == 0;
}

/* What was done with the letters. */
static const char *
done(const char *disposition)
{
	return strcmp(disposition, "none") == 0     ? _("let through")
	       : strcmp(disposition, "reject") == 0 ? _("refused")
						    : disposition;
}

/* "192.0.2.1 sent 3 as x.example, DKIM fail, SPF fail: refused (forwarded)". */
static void
row(struct doc_builder *b, const struct report_row *w)
{
	unsigned long long n = w->count;

	doc_printf(b, DOC_ALERT, "  %s ", w->source_ip);
	if (*w->header_from)
		doc_printf(b, DOC_PLAIN,
			_("sent %llu as %s, DKIM %s, SPF %s: %s"), n,
			w->header_from, w->dkim, w->spf, done(w->disposition));
	else
		doc_printf(b, DOC_PLAIN, _("sent %llu, DKIM %s, SPF %s: %s"), n,
			w->dkim, w->spf, done(w->disposition));
	if (*w->reason)
		doc_printf(b, DOC_PLAIN, " (%s)", w->reason);
	doc_newline(b);
}

static void
say(struct doc_builder *b, const struct report *r)
{
	unsigned long long all = 0, good = 0;
	char begin[REPORT_DATE], end[REPORT_DATE];
	size_t shown = 0, bad = 0;

	for (size_t i = 0; i < r->rows; i++) {
		all += r->row[i].count;
		good += passed(&r->row[i]) ? r->row[i].count : 0;
		bad += !passed(&r->row[i]);
	}
	report_date(begin, r->begin);
	report_date(end, r->end);
	doc_printf(b, DOC_HEADING | DOC_NOTE, _("DMARC report of %s for %s"),
		*r->org ? r->org : "?", *r->domain ? r->domain : "?");
	doc_newline(b);
	doc_printf(b, DOC_PLAIN,
		ngettext("From %s to %s (UTC): %llu letter, %llu passed DMARC, "
			 "%llu did not. The domain asks for: %s.",
			"From %s to %s (UTC): %llu letters, %llu passed DMARC, "
			"%llu did not. The domain asks for: %s.",
			all),
		begin, end, all, good, all - good, *r->p ? r->p : _("nothing"));
	doc_newline(b);
	for (size_t i = 0; i < r->rows && shown < FAILED_SHOWN; i++)
		if (!passed(&r->row[i]))
			row(b, &r->row[i]), shown++;
	if (bad > shown) {
		doc_printf(
			b, DOC_NOTE, _("  and %zu more senders"), bad - shown);
		doc_newline(b);
	}
	doc_newline(b);
}

static int
found(void *context, struct str xml, struct err *e)
{
	struct arena *a = arena_new();
	struct report *r = report_xml_read(a, xml, e);

	if (r)
		say(context, r);
	arena_free(&a);
	return r ? 0 : -1;
}

struct doc *
report_doc(struct arena *a, const struct message *m, struct doc *body,
	unsigned width)
{
	struct doc_builder *b;
	struct err e;

	if (!has_report(m))
		return body;
	b = doc_begin(a, width);
	if (report_file_read(m->bytes, found, b, &e) < 0) {
		doc_printf(b, DOC_NOTE,
			_("[The DMARC report cannot be read: %s]"), e.text);
		doc_newline(b);
		doc_newline(b);
	}
	return doc_join(a, doc_end(b), body);
}
