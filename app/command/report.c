/* SPDX-License-Identifier: GPL-3.0-or-later */
/* report - `signet report` */
#include "app/command/parts.h"

#include <getopt.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <sysexits.h>

#include "app/letter/report_file.h"
#include "app/letter/report_xml.h"
#include "base/file.h"
#include "base/utf8.h"

static const char *const help =
	N_("Usage: signet report [--json] FILE...\n"
	   "Show DMARC aggregate reports (XML, gzip, zip, or the mail that\n"
	   "carries one; RFC 7489 and RFC 9990) as tables: who sent in a "
	   "domain's\n"
	   "name, and what became of it.\n"
	   "\n"
	   "  --json   one JSON object a line for each report\n");

struct totals {
	uint64_t messages, pass, dkim, spf, none, quarantine, reject;
};

static bool
is(const char *a, const char *b)
{
	return strcmp(a, b) == 0;
}

static struct totals
add_up(const struct report *r)
{
	struct totals t = { 0 };

	for (size_t i = 0; i < r->rows; i++) {
		const struct report_row *w = &r->row[i];
		bool dkim = is(w->dkim, "pass"), spf = is(w->spf, "pass");

		t.messages += w->count;
		t.pass += dkim || spf ? w->count : 0;
		t.dkim += dkim ? w->count : 0;
		t.spf += spf ? w->count : 0;
		if (is(w->disposition, "quarantine"))
			t.quarantine += w->count;
		else if (is(w->disposition, "reject"))
			t.reject += w->count;
		else /* none, and RFC 9990's pass */
			t.none += w->count;
	}
	return t;
}

/* --- JSON ----------------------------------------------------------------- */

static json_t *
auth_json(const struct report_auth *list, size_t n, bool is_dkim)
{
	json_t *a = json_array();

	for (size_t i = 0; i < n; i++)
		json_array_append_new(
			a, is_dkim ? json_pack("{ssssss}", "domain",
					     list[i].domain, "selector",
					     list[i].selector, "result",
					     list[i].result)
				   : json_pack("{ssssss}", "domain",
					     list[i].domain, "scope",
					     list[i].scope, "result",
					     list[i].result));
	return a;
}

static json_t *
row_json(const struct report_row *w)
{
	json_t *o = json_pack("{sssIssssss}", "source_ip", w->source_ip,
		"count", (json_int_t)w->count, "disposition", w->disposition,
		"dkim", w->dkim, "spf", w->spf);
	json_t *more = json_pack("{ssssssssss}", "header_from", w->header_from,
		"envelope_from", w->envelope_from, "envelope_to",
		w->envelope_to, "reason", w->reason, "comment", w->comment);

	json_object_update(o, more);
	json_decref(more);
	json_object_set_new(
		o, "auth_dkim", auth_json(w->dkim_auth, w->dkim_auths, true));
	json_object_set_new(
		o, "auth_spf", auth_json(w->spf_auth, w->spf_auths, false));
	return o;
}

static void
print_json(const struct report *r, const char *file)
{
	struct totals t = add_up(r);
	json_t *rows = json_array();
	json_t *o = json_pack("{ssssssssssss}", "file", file, "org", r->org,
		"email", r->email, "report_id", r->id, "version", r->version,
		"domain", r->domain);

	json_object_set_new(o, "begin", json_integer(r->begin));
	json_object_set_new(o, "end", json_integer(r->end));
	json_object_set_new(o, "policy",
		json_pack("{ssssssssssssssss}", "p", r->p, "sp", r->sp, "np",
			r->np, "adkim", r->adkim, "aspf", r->aspf, "pct",
			r->pct, "testing", r->testing, "fo", r->fo));
	for (size_t i = 0; i < r->rows; i++)
		json_array_append_new(rows, row_json(&r->row[i]));
	json_object_set_new(o, "records", rows);
	json_object_set_new(o, "totals",
		json_pack("{sIsIsIsIsIsIsI}", "messages",
			(json_int_t)t.messages, "pass", (json_int_t)t.pass,
			"dkim", (json_int_t)t.dkim, "spf", (json_int_t)t.spf,
			"none", (json_int_t)t.none, "quarantine",
			(json_int_t)t.quarantine, "reject",
			(json_int_t)t.reject));
	json_dumpf(o, stdout, JSON_COMPACT);
	putchar('\n');
	json_decref(o);
}

/* --- tables --------------------------------------------------------------- */

enum { SOURCE = 39, COUNT = 8, CHECK = 5, DONE = 11 }; /* cells of columns */

static int
by_count(const void *a, const void *b)
{
	const struct report_row *const *x = a, *const *y = b;

	if ((*x)->count != (*y)->count)
		return (*x)->count < (*y)->count ? 1 : -1;
	return strcmp((*x)->source_ip, (*y)->source_ip);
}

static void
print_rows(const struct report *r)
{
	const struct report_row **list = calloc(r->rows + 1, sizeof *list);

	if (!list)
		return;
	for (size_t i = 0; i < r->rows; i++)
		list[i] = &r->row[i];
	qsort(list, r->rows, sizeof *list, by_count);
	fputs("  ", stdout);
	command_cell(_("source"), SOURCE);
	command_cell_right(_("count"), COUNT);
	putchar(' ');
	command_cell("DKIM", CHECK);
	command_cell("SPF", CHECK);
	command_cell(_("outcome"), DONE);
	puts(_("From; signed by; envelope"));
	for (size_t i = 0; i < r->rows; i++) {
		const struct report_row *w = list[i];

		printf("  %-39s %8llu  %-5s %-5s %-11s %s", w->source_ip,
			(unsigned long long)w->count, w->dkim, w->spf,
			w->disposition, w->header_from);
		for (size_t k = 0; k < w->dkim_auths; k++)
			printf("; %s=%s", w->dkim_auth[k].domain,
				w->dkim_auth[k].result);
		for (size_t k = 0; k < w->spf_auths; k++)
			printf("; <%s>=%s", w->spf_auth[k].domain,
				w->spf_auth[k].result);
		if (*w->reason)
			printf(" (%s%s%s)", w->reason, *w->comment ? ": " : "",
				w->comment);
		putchar('\n');
	}
	free(list);
}

static void
print_table(const struct report *r, const char *file)
{
	struct totals t = add_up(r);
	char begin[REPORT_DATE], end[REPORT_DATE];

	report_date(begin, r->begin);
	report_date(end, r->end);
	printf("%s\n  ", file);
	printf(_("%s reports about %s, %s to %s UTC (%s)\n"), r->org, r->domain,
		begin, end, r->id);
	fputs(_("  policy published: "), stdout);
	printf("p=%s%s%s%s%s adkim=%s aspf=%s%s%s\n", r->p,
		*r->sp ? " sp=" : "", r->sp, *r->np ? " np=" : "", r->np,
		*r->adkim ? r->adkim : "r", *r->aspf ? r->aspf : "r",
		*r->testing ? " t=" : "", r->testing);
	if (*r->error)
		printf(_("  the receiver says: %s\n"), r->error);
	print_rows(r);
	if (r->is_cut)
		printf(_("  and more: only the first %d are shown\n"),
			REPORT_ROWS);
	printf(_("  %llu messages: %llu pass DMARC (%llu by DKIM, %llu by "
		 "SPF), "
		 "%llu fail; let through %llu, quarantined %llu, rejected "
		 "%llu\n"),
		(unsigned long long)t.messages, (unsigned long long)t.pass,
		(unsigned long long)t.dkim, (unsigned long long)t.spf,
		(unsigned long long)(t.messages - t.pass),
		(unsigned long long)t.none, (unsigned long long)t.quarantine,
		(unsigned long long)t.reject);
}

struct output {
	const char *file;
	bool json;
};

static int
found(void *context, struct str xml, struct err *e)
{
	const struct output *o = context;
	struct arena *a = arena_new();
	struct report *r = report_xml_read(a, xml, e);
	int rc = r ? 0 : -1;

	if (r && o->json)
		print_json(r, o->file);
	else if (r)
		print_table(r, o->file);
	arena_free(&a);
	return rc;
}

static int
one_file(const char *path, bool json)
{
	struct output o = { .json = json };
	struct buf name;
	struct str map;
	struct err e;
	int status = EX_OK;

	buf_init(&name, 64 << 10);
	utf8_safe(&name, str_c(path), UTF8_LINE);
	o.file = buf_c(&name);
	if (file_map(path, LIMIT_UNPACKED, &map, &e) < 0) {
		fprintf(stderr, "signet report: %s\n", e.text);
		status = EX_NOINPUT;
	} else {
		if (report_file_read(map, found, &o, &e) < 0) {
			fprintf(stderr, "signet report: %s: %s\n", o.file,
				e.text);
			status = EX_DATAERR;
		}
		file_unmap(&map);
	}
	buf_fini(&name);
	return status;
}

int
command_report(int argc, char **argv)
{
	static const struct option longs[] = {
		{ "json", no_argument, NULL, 'j' },
		{ "help", no_argument, NULL, 'H' },
		{ NULL, 0, NULL, 0 },
	};
	bool json = false;
	int c, status = EX_OK;

	optind = 1;
	while ((c = getopt_long(argc, argv, "", longs, NULL)) != -1) {
		if (c == 'H') {
			fputs(gettext(help), stdout);
			return EX_OK;
		}
		if (c != 'j') {
			fprintf(stderr, _("Try: signet %s --help\n"), argv[0]);
			return 2;
		}
		json = true;
	}
	if (optind == argc) {
		fputs(_("signet report: no file is named; try --help\n"),
			stderr);
		return 2;
	}
	for (int i = optind; i < argc; i++) {
		int one = one_file(argv[i], json);

		status = status ? status : one;
	}
	return status;
}
