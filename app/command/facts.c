/* SPDX-License-Identifier: GPL-3.0-or-later */
/* facts - see facts.h */
#include "app/command/facts.h"

#include <arpa/inet.h>
#include <getopt.h>
#include <stdio.h>
#include <sysexits.h>

#include "base/clock.h"

static const struct option longs[] = {
	{ "json", no_argument, NULL, 'j' },
	{ "zone", required_argument, NULL, 'z' },
	{ "server", required_argument, NULL, 'S' },
	{ "ip", required_argument, NULL, 'i' },
	{ "helo", required_argument, NULL, 'h' },
	{ "mail-from", required_argument, NULL, 'm' },
	{ "time", required_argument, NULL, 't' },
	{ "authserv-id", required_argument, NULL, 'a' },
	{ "files-from", required_argument, NULL, 'f' },
	{ "help", no_argument, NULL, 'H' },
	{ NULL, 0, NULL, 0 },
};

static bool
is_address(const char *s)
{
	unsigned char raw[16];

	return inet_pton(AF_INET, s, raw) == 1 ||
	       inet_pton(AF_INET6, s, raw) == 1;
}

int
facts_read(int argc, char **argv, const char *help, struct fact_options *o)
{
	uint64_t t;
	int c;

	o->facts.now = clock_wall();
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
			if (o->servers < FACTS_MAX)
				o->server[o->servers++] = optarg;
			break;
		case 'i':
			if (*optarg && !is_address(optarg)) {
				fprintf(stderr,
					_("signet %s: --ip takes an IPv4 or "
					  "IPv6 address\n"),
					argv[0]);
				return 2;
			}
			o->facts.ip = *optarg ? optarg : NULL;
			break;
		case 'h':
			o->facts.helo = optarg;
			break;
		case 'm':
			o->facts.mail_from = optarg;
			break;
		case 't':
			if (!str_to_u64(str_c(optarg), INT64_MAX / 2, &t)) {
				fprintf(stderr,
					_("signet %s: --time takes seconds "
					  "since "
					  "1970\n"),
					argv[0]);
				return 2;
			}
			o->facts.now = (int64_t)t;
			break;
		case 'a':
			if (o->facts.believeds < FACTS_MAX)
				o->id[o->facts.believeds++] = optarg;
			break;
		case 'f':
			o->files_from = optarg;
			break;
		case 'H':
			fputs(gettext(help), stdout);
			return EX_OK;
		default:
			fprintf(stderr, _("Try: signet %s --help\n"), argv[0]);
			return 2;
		}
	}
	/* whoever names an id on the command line has agreed to it */
	o->facts.believed = o->id;
	o->facts.is_boundary_confirmed = o->facts.believeds > 0;
	return -1;
}
