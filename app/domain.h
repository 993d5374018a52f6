/* SPDX-License-Identifier: GPL-3.0-or-later */
/* domain - `signet domain`: what a domain publishes about its mail, what is
 * wrong with it, and what large receivers ask for. On the main thread. */
#ifndef APP_DOMAIN_H
#define APP_DOMAIN_H

#include "base/err.h"
#include "base/str.h"

/* ARGV[0] is the command's name. Print, and return the exit status. */
int domain_main(int argc, char **argv);

/* How the MTA-STS policy is fetched: GET of an https URL into OUT, without
 * following redirects. Until this is called it is not fetched. */
typedef int domain_get(const char *url, struct buf *out, struct err *e);
void domain_use_http(domain_get *get);

#endif
