/* SPDX-License-Identifier: GPL-3.0-or-later */
/* domain - `signet domain`: what a domain publishes, what is wrong with it, and
 * what large receivers ask for */
#include <getopt.h>
#include <locale.h>
#include <stdio.h>
#include <sysexits.h>

#include "app/command/domain_look.h"
#include "app/command/parts.h"
#include "app/letter/phrase.h"
#include "auth/name.h"
#include "net/dns.h"

enum { NAMES_MAX = 32, WORD = 8 /* cells of a column */ };

static const char *const help = N_(
	"Usage: signet domain [OPTION]... DOMAIN\n"
	"Show what DOMAIN publishes about its mail, what is wrong with it, "
	"and\n"
	"what large receivers ask of senders.\n"
	"\n"
	"  --selector S       a DKIM selector (several allowed)\n"
	"  --ses-token TOKEN  one of the three DKIM tokens of Amazon SES\n"
	"  --ses-mail-from N  its custom MAIL FROM domain\n"
	"  --json             one JSON object\n"
	"  --zone FILE        answers from FILE in place of the DNS\n"
	"  --server ADDRESS   the DNS server to ask (several allowed)\n"
	"  --ca-file FILE     trust anchors for the server of the MTA-STS "
	"policy,\n"
	"                     in place of the system's\n"
	"  --https-server ADDRESS@PORT\n"
	"                     fetch that policy from there; with --zone it is "
	"not\n"
	"                     fetched otherwise\n"
	"\n"
	"Exit status: 0 no errors were found, 1 some were, 75 the DNS did not\n"
	"answer.\n");

struct options {
	bool json;
	const char *zone, *mail_from, *ca_file, *https_server;
	const char *server[NAMES_MAX], *selector[NAMES_MAX], *token[NAMES_MAX];
	size_t servers, selectors, tokens;
};

static const struct option longs[] = {
	{ "json", no_argument, NULL, 'j' },
	{ "zone", required_argument, NULL, 'z' },
	{ "server", required_argument, NULL, 'S' },
	{ "selector", required_argument, NULL, 's' },
	{ "ses-token", required_argument, NULL, 't' },
	{ "ses-mail-from", required_argument, NULL, 'm' },
	{ "ca-file", required_argument, NULL, 'c' },
	{ "https-server", required_argument, NULL, 'h' },
	{ "help", no_argument, NULL, 'H' },
	{ NULL, 0, NULL, 0 },
};

static void
add(const char **list, size_t *n, const char *s)
{
	if (*n < NAMES_MAX)
		list[(*n)++] = s;
}

static int
read_options(int argc, char **argv, struct options *o)
{
	int c;

	optind = 1;
	while ((c = getopt_long(argc, argv, "", longs, NULL)) != -1) {
		switch (c) {
		case 'j':
			o->json = true;
			break;
		case 'z':
			o->zone = optarg;
			break;
		case 'S':
			add(o->server, &o->servers, optarg);
			break;
		case 's':
			add(o->selector, &o->selectors, optarg);
			break;
		case 't':
			add(o->token, &o->tokens, optarg);
			break;
		case 'm':
			o->mail_from = optarg;
			break;
		case 'c':
			o->ca_file = optarg;
			break;
		case 'h':
			o->https_server = optarg;
			break;
		case 'H':
			fputs(gettext(help), stdout);
			return EX_OK;
		default:
			fprintf(stderr, _("Try: signet %s --help\n"), argv[0]);
			return 2;
		}
	}
	if (optind + 1 == argc)
		return -1;
	fputs(_("signet domain: one domain is needed; try --help\n"), stderr);
	return 2;
}

/* --- printing ------------------------------------------------------------- */

static const char *
get(json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));

	return s ? s : "";
}

static void
print_sts(json_t *sts)
{
	json_t *o, *list = json_object_get(sts, "mx");
	size_t i;

	printf("  MTA-STS  %s\n",
		*get(sts, "record") ? get(sts, "record") : "-");
	if (!list)
		return;
	printf(_("           mode %s, max_age %lld, mx"),
		*get(sts, "mode") ? get(sts, "mode") : "-",
		(long long)json_integer_value(json_object_get(sts, "max_age")));
	json_array_foreach(list, i, o) printf(" %s", json_string_value(o));
	putchar('\n');
}

static void
print_records(struct arena *a, json_t *out)
{
	json_t *o, *list = json_object_get(out, "mx");
	size_t i, k;

	json_array_foreach(list, i, o)
	{
		json_t *ip, *ips = json_object_get(o, "addresses");

		printf("  MX       %lld %s",
			(long long)json_integer_value(
				json_object_get(o, "preference")),
			get(o, "host"));
		json_array_foreach(ips, k, ip)
			printf(" %s", json_string_value(ip));
		putchar('\n');
	}
	o = json_object_get(out, "spf");
	printf("  SPF      %s\n", *get(o, "record") ? get(o, "record") : "-");
	list = json_object_get(o, "tree");
	json_array_foreach(list, i, o) printf("  %*s%s: %s\n",
		9 + 2 * (int)json_integer_value(json_object_get(o, "depth")),
		"", get(o, "domain"), get(o, "term"));
	printf(_("           %lld of 10 DNS look-ups\n"),
		(long long)json_integer_value(json_object_get(
			json_object_get(out, "spf"), "lookups")));
	list = json_object_get(out, "dkim");
	json_array_foreach(list, i, o) printf(
		_("  DKIM     %s, %lld bits%s%s\n"), get(o, "name"),
		(long long)json_integer_value(json_object_get(o, "bits")),
		*get(o, "error") ? ": " : "", phrase(a, get(o, "error")));
	list = json_object_get(json_object_get(out, "dmarc"), "walk");
	json_array_foreach(list, i, o) printf("  DMARC    %s: %s\n",
		get(o, "name"), phrase_found(a, get(o, "found")));
	print_sts(json_object_get(out, "mta_sts"));
	printf("  TLS-RPT  %s\n",
		*get(out, "tls_rpt") ? get(out, "tls_rpt") : "-");
	printf("  BIMI     %s\n", *get(out, "bimi") ? get(out, "bimi") : "-");
}

/* A word of ours that the JSON has, as a person reads it. */
static const char *
words(const char *name)
{
	static const char *const known[] = { N_("ok"), N_("note"),
		N_("warning"), N_("error"), N_("yes"), N_("no"),
		N_("unknown") };

	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (strcmp(known[i], name) == 0)
			return gettext(known[i]);
	return name;
}

static void
print_text(struct arena *a, json_t *out)
{
	json_t *o, *list = json_object_get(out, "findings");
	size_t i;

	printf("%s\n", get(out, "domain"));
	print_records(a, out);
	if (json_array_size(list))
		puts(_("\nFound:"));
	json_array_foreach(list, i, o)
	{
		fputs("  ", stdout);
		command_cell(words(get(o, "level")), WORD);
		command_cell(get(o, "area"), WORD);
		puts(phrase(a, get(o, "text")));
		if (*get(o, "advice"))
			printf("  %*s-> %s\n", 2 * WORD + 4, "",
				phrase(a, get(o, "advice")));
	}
	puts(_("\nWhat large receivers ask of senders:"));
	list = json_object_get(out, "receivers");
	json_array_foreach(list, i, o)
	{
		fputs("  ", stdout);
		command_cell(words(get(o, "met")), WORD);
		printf("%-13s %-11s %s\n", get(o, "who"), get(o, "since"),
			phrase(a, get(o, "what")));
	}
	puts(_("  (Gmail: Email sender guidelines; Yahoo: Sender best "
	       "practices; "
	       "Naver: notice of 2024.\n   \"unknown\" cannot be seen in the "
	       "DNS.)"));
}

static bool
has_errors(json_t *out)
{
	json_t *o, *list = json_object_get(out, "findings");
	size_t i;

	json_array_foreach(list, i,
		o) if (strcmp(get(o, "level"), "error") == 0) return true;
	return false;
}

static int
look(const struct options *o, struct dns *dns, struct str name)
{
	struct arena *a = arena_new();
	struct ask q;
	struct http_settings http = { .server = o->https_server,
		.ca_file = o->ca_file,
		.cancel_fd = -1 };
	struct domain_look d = { .q = &q,
		.selector = o->selector,
		.selectors = o->selectors,
		.token = o->token,
		.tokens = o->tokens,
		.mail_from = o->mail_from,
		/* a zone file stands for all of the network */
		.http = o->zone && !o->https_server ? NULL : &http };
	int status = EX_USAGE;

	ask_init(&q, a, dns_resolver(dns));
	q.limit = (size_t)4 * LIMIT_DNS_QUERIES;
	if (!name_ascii(a, name, &d.name)) {
		fputs(_("signet domain: that is no domain name\n"), stderr);
		arena_free(&a);
		return 2;
	}
	d.out = json_pack("{ss}", "domain", arena_cstr(a, d.name));
	d.findings = json_array();
	domain_look_mx(&d);
	domain_look_spf(&d);
	domain_look_dkim(&d);
	domain_look_dmarc(&d);
	domain_look_transport(&d);
	domain_look_bimi(&d);
	domain_look_ses(&d);
	domain_look_receivers(&d);
	json_object_set_new(d.out, "findings", d.findings);
	if (o->json) {
		json_dumpf(d.out, stdout, JSON_COMPACT);
		putchar('\n');
	} else {
		print_text(a, d.out);
	}
	status = d.unsure ? EX_TEMPFAIL : has_errors(d.out);
	json_decref(d.out);
	arena_free(&a);
	return status;
}

int
command_domain(int argc, char **argv)
{
	struct options o = { 0 };
	int status = read_options(argc, argv, &o);
	struct dns *dns;

	if (status >= 0)
		return status;
	/* findings have faults in them, which know the user's language */
	if (o.json)
		setlocale(LC_MESSAGES, "C");
	dns = command_open_dns(o.zone, o.server, o.servers, argv[0]);
	if (!dns)
		return o.zone ? EX_NOINPUT : EX_UNAVAILABLE;
	status = look(&o, dns, str_c(argv[optind]));
	dns_close(&dns);
	return status;
}
