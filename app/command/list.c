/* SPDX-License-Identifier: GPL-3.0-or-later */
/* list and search: see command.h. They read the index alone and work beside a
 * running signet. */
#include "app/command/parts.h"

#include <string.h>
#include <time.h>

#include "auth/verdict.h"
#include "mime/field.h"
#include "store/index.h"
#include "store/receipts.h"

enum { LIMIT_DEFAULT = 100, LIMIT_MAX = 1000000 };

static bool
has_tag(const struct index_row *r, const char *tag)
{
	for (size_t i = 0; i < r->tags; i++)
		if (strcmp(r->tag[i], tag) == 0)
			return true;
	return false;
}

static void
print_json(const struct index_row *r, struct arena *a)
{
	struct field_addresses from = field_addresses(a, str_c(r->from), NULL);

	fputs("{\"id\": ", stdout);
	command_json(r->id);
	printf(", \"date\": %lld, \"from\": {\"name\": ", (long long)r->date);
	command_json(from.count ? arena_cstr(a, from.item[0].name) : "");
	fputs(", \"addr\": ", stdout);
	command_json(from.count ? arena_cstr(a, from.item[0].addr) : "");
	fputs("}, \"subject\": ", stdout);
	command_json(r->subject);
	fputs(", \"verdict\": ", stdout);
	command_json(*r->verdict ? r->verdict : "pending");
	fputs(", \"alert\": ", stdout);
	command_json(*r->alert ? r->alert : NULL);
	fputs(", \"here\": ", stdout);
	command_json(*r->here ? r->here : "all");
	fputs(", \"tags\": [", stdout);
	for (size_t i = 0; i < r->tags; i++) {
		fputs(i ? ", " : "", stdout);
		command_json(r->tag[i]);
	}
	fputs("], \"thread\": ", stdout);
	command_json(r->thread);
	fputs(", \"path\": ", stdout);
	command_json(r->path);
	fputs("}\n", stdout);
}

static void
print_line(const struct index_row *r, struct arena *a)
{
	struct field_addresses from = field_addresses(a, str_c(r->from), NULL);
	time_t t = (time_t)r->date;
	bool marked = str_find(str_c(r->alert), STR("any")) >= 0;
	char date[32] = "";
	struct tm tm;

	if (localtime_r(&t, &tm))
		strftime(date, sizeof date, "%Y-%m-%d %H:%M", &tm);
	printf("%s  %c%c  %-12s%c  ", date, has_tag(r, "unread") ? 'N' : ' ',
		has_tag(r, "flagged") ? '*' : ' ',
		*r->verdict ? r->verdict : "pending", marked ? '!' : ' ');
	command_print(from.count && from.item[0].name.n && !marked
			      ? arena_cstr(a, from.item[0].name)
		      : from.count ? arena_cstr(a, from.item[0].addr)
				   : r->from);
	fputs("  ", stdout);
	command_print(r->subject);
	fputc('\n', stdout);
}

/* What our own parser read of it, where it is kept. */
static void
improve(struct receipts *own, struct index_row *r, struct arena *a)
{
	struct receipts_row row;
	struct err e;

	if (!own || receipts_row(own, r->id, a, &row, &e) != 1)
		return;
	r->subject = row.subject;
	if (*row.address) {
		struct field_address f = { .name = str_c(row.name),
			.addr = str_c(row.address) };
		struct buf b;

		buf_init(&b, 8192);
		field_print_address(&b, &f);
		r->from = arena_cstr(a, buf_str(&b));
		buf_fini(&b);
	}
}

static int
run(const char *name, struct profile *p, const char *query, const char *folder,
	unsigned limit, bool oldest, bool json)
{
	struct receipts *own;
	struct index *x;
	struct index_page page;
	struct err e;
	int rc = 0;

	x = index_open(p->paths.mail, p->paths.theirs, false, &e);
	if (!x) {
		fprintf(stderr,
			_("signet %s: there is no mail yet: run 'signet "
			  "sync'\n"),
			name);
		return 66;
	}
	own = receipts_open(
		arena_printf(p->arena, "%s/receipts.db", p->paths.data), &e);
	if (index_search(x, p->arena, query, folder, 0, limit, oldest, &page,
		    &e) < 0)
		rc = command_fail(name, &e);
	for (size_t i = 0; rc == 0 && i < page.rows; i++) {
		struct arena *a = arena_new();

		improve(own, &page.row[i], a);
		if (json)
			print_json(&page.row[i], a);
		else
			print_line(&page.row[i], a);
		arena_free(&a);
	}
	if (rc == 0 && page.rows == 0)
		rc = 1;
	receipts_close(&own);
	index_close(&x);
	return rc;
}

struct options {
	bool json, oldest, help;
	unsigned limit;
	int rest; /* index of the first operand */
};

/* 0, or 2 with the reason on standard error. */
static int
parse(int argc, char **argv, struct options *o)
{
	const char *v;
	uint64_t n;
	int i;

	*o = (struct options){ .limit = LIMIT_DEFAULT };
	for (i = 1; i < argc && strncmp(argv[i], "--", 2) == 0; i++) {
		if (strcmp(argv[i], "--") == 0) {
			i++;
			break;
		}
		if (strcmp(argv[i], "--json") == 0) {
			o->json = true;
		} else if (strcmp(argv[i], "--help") == 0) {
			o->help = true;
		} else if (command_value(argc, argv, &i, "--limit", &v) &&
			   str_to_u64(str_c(v), LIMIT_MAX, &n)) {
			o->limit = (unsigned)n;
		} else if (command_value(argc, argv, &i, "--sort", &v) &&
			   (strcmp(v, "newest") == 0 ||
				   strcmp(v, "oldest") == 0)) {
			o->oldest = *v == 'o';
		} else {
			fprintf(stderr, _("signet %s: wrong option '%s'\n"),
				argv[0], argv[i]);
			return 2;
		}
	}
	o->rest = i;
	return 0;
}

int
command_list(int argc, char **argv)
{
	struct options o;
	struct profile p;
	struct buf q;
	int rc = parse(argc, argv, &o);

	if (rc == 0 && !o.help && o.rest != argc - 1)
		rc = 2;
	if (rc || o.help) {
		fputs(_("usage: signet list [--json] [--limit N] "
			"ACCOUNT/FOLDER\n"
			"The newest messages of a folder, with their "
			"verdicts.\n"),
			rc ? stderr : stdout);
		return rc;
	}
	rc = command_open(&p);
	if (rc == 0) {
		buf_init(&q, 8192);
		index_folder_query(&q, argv[o.rest]);
		rc = run(argv[0], &p, buf_c(&q), argv[o.rest], o.limit,
			o.oldest, o.json);
		buf_fini(&q);
	}
	command_close(&p);
	return rc;
}

int
command_search(int argc, char **argv)
{
	struct options o;
	struct profile p;
	int rc = parse(argc, argv, &o);

	if (rc == 0 && !o.help && o.rest >= argc)
		rc = 2;
	if (rc || o.help) {
		fputs(_("usage: signet search [--json] [--limit N] [--sort "
			"newest|oldest] QUERY...\n"
			"The language of notmuch with verdict:STATE and "
			"alert:KIND.\n"),
			rc ? stderr : stdout);
		return rc;
	}
	rc = command_open(&p);
	if (rc == 0)
		rc = run(argv[0], &p,
			command_words(p.arena, argc, argv, o.rest), NULL,
			o.limit, o.oldest, o.json);
	command_close(&p);
	return rc;
}
