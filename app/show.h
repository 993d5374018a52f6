/* SPDX-License-Identifier: GPL-3.0-or-later */
/* show - the command "signet show": a message as the reader shows it, as text
 * or as JSON. */
#ifndef APP_SHOW_H
#define APP_SHOW_H

/* Run "show" with its arguments (ARGV[0] is the name of the command). Prints to
 * standard output and standard error; returns the exit status (0, 2, or 65 and
 * 66 of sysexits.h). */
int show_main(int argc, char **argv);

#endif
