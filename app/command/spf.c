/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spf - `signet spf`: check_host() alone */
#include <getopt.h>
#include <sysexits.h>

#include "app/command/facts.h"
#include "app/letter/evidence.h"
#include "app/letter/phrase.h"
#include "auth/spf.h"
#include "net/dns.h"

static const char *const spf_help = N_(
	"Usage: signet spf [OPTION]... --ip IP --helo NAME --mail-from ADDR\n"
	"Evaluate a domain's SPF policy (check_host() of RFC 7208).\n"
	"\n"
	"  --json            one JSON object\n"
	"  --zone FILE       answers from FILE in place of the DNS\n"
	"  --server ADDRESS  the DNS server to ask (several allowed)\n");

static void
print_spf(const struct verdict_spf *s)
{
	printf("%s: %s\n", verdict_result_name(s->result), s->reason);
	if (*s->explanation)
		printf(_("explanation of %s: %s\n"), s->domain, s->explanation);
	for (size_t i = 0; i < s->steps; i++)
		printf("%*s%s %s: %s%s%s\n", 2 + 2 * s->step[i].depth, "",
			s->step[i].matched ? "*" : "-", s->step[i].domain,
			s->step[i].term, *s->step[i].detail ? " - " : "",
			s->step[i].detail);
	printf(_("  %d of 10 DNS look-ups, %d of 2 without an answer\n"),
		s->lookups, s->voids);
}

int
command_spf(int argc, char **argv)
{
	struct fact_options o = { 0 };
	int status = facts_read(argc, argv, spf_help, &o);
	struct verdict_spf spf = { .source = "the command line" };
	struct spf_input in = { 0 };
	struct dns_budget budget;
	struct dns *dns;
	struct arena *a;
	struct ask ask;

	if (status >= 0)
		return status;
	if (optind != argc || !o.facts.ip ||
		(!o.facts.helo && !o.facts.mail_from)) {
		fputs(_("signet spf: --ip and --helo or --mail-from are "
			"needed; "
			"try --help\n"),
			stderr);
		return 2;
	}
	dns = command_open_dns(o.zone, o.server, o.servers, argv[0]);
	if (!dns)
		return o.zone ? EX_NOINPUT : EX_UNAVAILABLE;
	a = arena_new();
	ask_init(&ask, a, dns_budget_init(&budget, dns));
	/* nothing else is asked here, so all of it may be */
	ask.limit = SPF_QUESTIONS;
	in.ip = o.facts.ip;
	in.helo = o.facts.helo;
	in.mail_from = o.facts.mail_from;
	in.now = o.facts.now;
	spf.is_confirmed = true;
	spf_check(&ask, &in, &spf);
	if (o.json) {
		json_t *j = evidence_spf_json(&spf);

		json_dumpf(j, stdout, JSON_COMPACT);
		putchar('\n');
		json_decref(j);
	} else {
		phrase_spf(a, &spf);
		print_spf(&spf);
	}
	status = spf.result == RESULT_PASS        ? EX_OK
		 : spf.result == RESULT_TEMPERROR ? EX_TEMPFAIL
						  : 1;
	arena_free(&a);
	dns_close(&dns);
	return status;
}
