/* SPDX-License-Identifier: GPL-3.0-or-later */
/* facts - the options of `signet verify` and `signet spf`: what is known about
 * the delivery, and whom to ask. */
#ifndef APP_COMMAND_FACTS_H
#define APP_COMMAND_FACTS_H

#include "app/command/parts.h"
#include "auth/verify.h"

enum { FACTS_MAX = 64 };

struct fact_options {
	bool json;
	const char *zone, *files_from;
	const char *server[FACTS_MAX];
	size_t servers;
	const char *id[FACTS_MAX];
	struct verify_facts facts; /* its ids point into id */
};

/* Read the options of ARGV into *O (zeroed), optind at what follows. -1: go
 * on; else the exit status, and what there is to say has been printed. */
int facts_read(int argc, char **argv, const char *help, struct fact_options *o);

#endif
