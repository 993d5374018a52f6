/* SPDX-License-Identifier: GPL-3.0-or-later */
/* script - keys from a file instead of a person: SIGNET_SCRIPT, for tests.
 *
 * A line is a word each for a key ("j", "Enter", "g", "Ctrl-L"), or one of
 *   :type TEXT         each character is a key
 *   :wait-idle         until no request is outstanding (30 s at most)
 *   :wait-text TEXT    until TEXT stands on the screen (30 s at most)
 *   :save-screen FILE  the screen as text
 *   :save-stalls FILE  the stall meter: "max_us p99_us count"
 *   :quit              leave at once
 * A line that begins with "# " is a comment. */
#ifndef UI_SCRIPT_H
#define UI_SCRIPT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

struct script;

/* Read the script PATH; NULL with *E. Free it with script_free. */
struct script *script_open(const char *path, struct err *e);
/* Free *S and set it to NULL. */
void script_free(struct script **s);

enum script_step { SCRIPT_KEY, SCRIPT_WAIT, SCRIPT_QUIT, SCRIPT_END };

/* The next step: SCRIPT_KEY with *KEY_OUT, SCRIPT_WAIT where its condition does
 * not hold yet (IS_IDLE and what stands on the screen decide). Saving files
 * happens here: tests only. */
enum script_step script_next(struct script *s, bool is_idle, uint32_t *key_out);

#endif
