/* SPDX-License-Identifier: GPL-3.0-or-later */
/* verify - `signet verify` and `signet spf`; see signet(1) and cli.md's
 * contract in signet-auth(7). On the main thread, before any other starts. */
#ifndef APP_VERIFY_H
#define APP_VERIFY_H

#include <stddef.h>

struct dns;

/* ARGV[0] is the command's name. Print, and return the exit status. */
int verify_main(int argc, char **argv);
int spf_main(int argc, char **argv);

/* The configuration that -C names; NULL: the usual one. Its [dns] counts where
 * neither --zone nor --server is given. */
void verify_set_config(const char *file);

/* The DNS that the options --zone and --server ask for; NULL with a message on
 * standard error that begins with "signet COMMAND: ". Release with dns_close.
 */
struct dns *verify_open_dns(const char *zone, const char *const *server,
	size_t servers, const char *command);

#endif
