/* SPDX-License-Identifier: GPL-3.0-or-later */
/* report - `signet report`: DMARC aggregate reports as tables. On the main
 * thread. */
#ifndef APP_REPORT_H
#define APP_REPORT_H

/* ARGV[0] is the command's name. Print, and return the exit status. */
int report_main(int argc, char **argv);

#endif
