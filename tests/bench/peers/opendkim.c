/* SPDX-License-Identifier: GPL-3.0-or-later */
/* opendkim KEYS TIME MESSAGE: what libopendkim says of each signature, a line
 * "D S RESULT" each; opendkim KEYS TIME -: verifies each file named on standard
 * input and prints how many had a valid signature, for timing. KEYS is a file
 * of "SELECTOR._domainkey.DOMAIN KEY" lines (DKIM_QUERY_FILE). */
#include <opendkim/dkim.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static char *
whole(const char *path, size_t *n)
{
	FILE *f = fopen(path, "rb");
	char *p = NULL;
	long size;

	if (!f)
		return NULL;
	fseek(f, 0, SEEK_END);
	size = ftell(f);
	rewind(f);
	p = malloc(2 * (size_t)size + 3);
	*n = 0;
	/* a letter on disk may have LF alone */
	for (int c, last = 0; p && (c = getc(f)) != EOF; last = c) {
		if (c == '\n' && last != '\r')
			p[(*n)++] = '\r';
		p[(*n)++] = (char)c;
	}
	fclose(f);
	return p;
}

static const char *
word(DKIM_SIGINFO *s)
{
	int e = dkim_sig_geterror(s);

	if (dkim_sig_getflags(s) & DKIM_SIGFLAG_PASSED &&
		dkim_sig_getbh(s) == DKIM_SIGBH_MATCH)
		return "pass";
	if (e == DKIM_SIGERROR_KEYFAIL || e == DKIM_SIGERROR_DNSSYNTAX)
		return "temperror";
	if (e == DKIM_SIGERROR_OK || e == DKIM_SIGERROR_BADSIG ||
		e == DKIM_SIGERROR_UNKNOWN)
		return "fail";
	if (e == DKIM_SIGERROR_EXPIRED || e == DKIM_SIGERROR_KEYTOOSMALL)
		return "policy";
	return "permerror";
}

static int
verify(DKIM_LIB *lib, const char *path, int print)
{
	DKIM_SIGINFO **sig;
	DKIM_STAT st;
	DKIM *d;
	size_t n;
	char *m = whole(path, &n);
	int count = 0, good = 0;

	if (!m)
		return -1;
	d = dkim_verify(lib, (const unsigned char *)"x", NULL, &st);
	if (d && dkim_chunk(d, (unsigned char *)m, n) == DKIM_STAT_OK) {
		dkim_chunk(d, NULL, 0);
		dkim_eom(d, NULL);
		if (dkim_getsiglist(d, &sig, &count) != DKIM_STAT_OK)
			count = 0;
		for (int i = 0; i < count; i++) {
			const char *said = word(sig[i]);

			good += strcmp(said, "pass") == 0;
			if (print)
				printf("%s %s %s\n", dkim_sig_getdomain(sig[i]),
					dkim_sig_getselector(sig[i]), said);
		}
	}
	if (d)
		dkim_free(d);
	free(m);
	return good > 0;
}

int
main(int argc, char **argv)
{
	DKIM_LIB *lib = dkim_init(NULL, NULL);
	dkim_query_t how = DKIM_QUERY_FILE;
	unsigned flags = 0;
	uint64_t now;
	char line[4096];
	int good = 0;

	if (argc != 4 || !lib)
		return 2;
	now = strtoull(argv[2], NULL, 10);
	dkim_options(
		lib, DKIM_OP_SETOPT, DKIM_OPTS_QUERYMETHOD, &how, sizeof how);
	dkim_options(lib, DKIM_OP_SETOPT, DKIM_OPTS_QUERYINFO, argv[1],
		strlen(argv[1]));
	dkim_options(
		lib, DKIM_OP_SETOPT, DKIM_OPTS_FLAGS, &flags, sizeof flags);
	dkim_options(
		lib, DKIM_OP_SETOPT, DKIM_OPTS_FIXEDTIME, &now, sizeof now);
	if (strcmp(argv[3], "-") != 0)
		return verify(lib, argv[3], 1) < 0;
	while (fgets(line, sizeof line, stdin)) {
		line[strcspn(line, "\n")] = '\0';
		good += verify(lib, line, 0) > 0;
	}
	printf("%d\n", good);
	return 0;
}
