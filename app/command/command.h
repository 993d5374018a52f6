/* SPDX-License-Identifier: GPL-3.0-or-later */
/* command - what the shell can ask for: one function a command. signet(1) has
 * their options and exit statuses.
 *
 * On the main thread. Each takes its name and arguments and returns the exit
 * status of sysexits.h: 0 done, 1 a negative answer, 2 wrong usage, 65 bad
 * data, 66 no such input, 69 unavailable, 75 try again, 77, 78. */
#ifndef APP_COMMAND_COMMAND_H
#define APP_COMMAND_COMMAND_H

/* The configuration file for all commands; NULL: the usual one. */
void command_set_config(const char *file);

/* One pass over the accounts named, or all. */
int command_sync(int argc, char **argv);
/* The newest messages of a folder. */
int command_list(int argc, char **argv);
/* Messages that match a query. */
int command_search(int argc, char **argv);
/* A message as the reader shows it. */
int command_show(int argc, char **argv);
/* Authenticate messages. */
int command_verify(int argc, char **argv);
/* check_host() of RFC 7208 alone. */
int command_spf(int argc, char **argv);
/* What a domain publishes about its mail, and what is wrong with it. */
int command_domain(int argc, char **argv);
/* DMARC aggregate reports as tables. */
int command_report(int argc, char **argv);
/* Queue the message on standard input. */
int command_send(int argc, char **argv);
/* Show or change what waits to be sent. */
int command_outbox(int argc, char **argv);
/* Change tags of messages that match. */
int command_tag(int argc, char **argv);
/* Move messages that match. */
int command_move(int argc, char **argv);
/* Delete messages that match for ever. */
int command_erase(int argc, char **argv);
/* Take the letters of other programs. */
int command_import(int argc, char **argv);
/* Add, test, list or remove accounts. */
int command_account(int argc, char **argv);
/* Print where everything lies. */
int command_paths(int argc, char **argv);
/* Check the configuration; print the ceilings. */
int command_config(int argc, char **argv);

#endif
