/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mailcap - which program shows a media type (RFC 1524), and its argument
 * vector, into which nothing of a letter can write (security rule R6).
 *
 * Pure: no file is read and nothing is run here. Any thread. */
#ifndef APP_LETTER_MAILCAP_H
#define APP_LETTER_MAILCAP_H

#include "base/arena.h"
#include "mime/field.h"

struct mailcap_entry {
	struct str command; /* the view-command, its escapes kept */
	struct str test;    /* must succeed first; empty: no test */
	struct str suffix;  /* "html", of nametemplate; empty: none */
	bool needs_terminal, is_copious;
};

/* Take the next entry for TYPE ("image/png", lower-case) off *REST, the text of
 * a mailcap file; false at its end. Lines that make no sense are passed. */
bool mailcap_next(struct arena *a, struct str *rest, struct str type,
	struct mailcap_entry *out);

/* The argument vector for COMMAND: %s is FILE, %t TYPE, %{name} that parameter
 * of PARAMS. A command of plain words is its own vector; any other is given to
 * "sh -c" with these values as $1, $2, …, never within its text, so no quoting
 * of theirs can end one of the command's. TYPE and the parameters have to be of
 * letters, digits and "._+-", and FILE is a path of ours. With IS_VIEW a
 * command without %s reads FILE as its standard input. NULL where the entry
 * cannot be used. */
char **mailcap_expand(struct arena *a, struct str command, const char *file,
	struct str type, const struct field_params *params, bool is_view);

/* Would opening a part of TYPE, or a file called NAME, run what it holds? Such
 * a part is saved, never opened. */
bool mailcap_is_program(struct str type, struct str name);

/* The suffix of files of TYPE, "bin" where none is known; and the type of a
 * file by the suffix of its NAME, for parts that do not say what they are;
 * empty where none is known. Static. */
const char *mailcap_suffix(struct str type);
struct str mailcap_type(struct str name);

#endif
