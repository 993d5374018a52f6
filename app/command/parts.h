/* SPDX-License-Identifier: GPL-3.0-or-later */
/* parts - what the commands share, for app/command/ alone. */
#ifndef APP_COMMAND_PARTS_H
#define APP_COMMAND_PARTS_H

#include <libintl.h>
#include <stdio.h>

#include "app/command/command.h"
#include "app/config.h"
#include "app/engine.h"
#include "app/paths.h"

/* What is printed for a person; JSON and what scripts read stays as it is. */
#define _(text) gettext(text)

struct dns;

struct profile {
	struct arena *arena;
	struct paths paths;
	struct config *config;
};

/* Find the paths and read the configuration; 0, or an exit status with the
 * reason on standard error. Close it either way. */
int command_open(struct profile *p);
void command_close(struct profile *p);

/* Print the error as "signet NAME: TEXT" and return its exit status. */
int command_fail(const char *name, const struct err *e);

/* The DNS that --zone and --server ask for, or the configuration's; NULL: the
 * reason is on standard error. Release with dns_close. */
struct dns *command_open_dns(const char *zone, const char *const *server,
	size_t servers, const char *name);

/* A text from outside, safe for a terminal, on standard output. */
void command_print(const char *text);
/* TEXT in CELLS cells of a table, to the left or to the right, and a blank. */
void command_cell(const char *text, size_t cells);
void command_cell_right(const char *text, size_t cells);
/* S as a JSON string, or null. */
void command_json(const char *s);

/* Is ARGV[I] the option NAME with a value? Moves I on. */
bool command_value(
	int argc, char **argv, int *i, const char *name, const char **value);
/* The words from I on as one text with blanks, in A. */
const char *command_words(struct arena *a, int argc, char **argv, int i);

/* 'signet sync --dry-run': what a pass over the N accounts that NAME has (0:
 * all) would do, on standard output, each letter too where IS_VERBOSE. The
 * exit status. */
int sync_plan(struct profile *p, int n, char **name, bool is_verbose);

/* 'signet sync --whole': fetch what is not here of the letters that QUERY
 * finds. The exit status. */
int sync_whole(struct profile *p, struct engine *engine, const char *query);
/* What is not here of the letter FILE, in A; NULL: nothing, or it is no letter
 * of ours. */
const char *command_missing(struct arena *a, const char *file);

/* Send M and wait for its end; events of others go to standard error where they
 * are failures. 0, or -1 with *E. */
int command_ask(struct engine *engine, struct msg *m, struct err *e);
/* Wait until nothing is under way; the number of failures seen, the first in
 * *FIRST. SHOW: progress goes to a terminal on standard error. */
int command_settle(struct engine *engine, bool show, struct err *first);

#endif
