/* SPDX-License-Identifier: GPL-3.0-or-later */
/* phrase - auth's English sentences in the user's language.
 *
 * auth/ knows no language, and its sentences are stored with the evidence. What
 * is shown is found again by its format: each one that auth/ marks by N_() is
 * known here (sentences.awk collects them for the build), the one that made a
 * sentence gives back its arguments, and its translation takes them, in another
 * order where it says so (%2$s). At %-s stand words that are translated too. A
 * sentence that is not known, as of another version, stays as it is. JSON is
 * made before this: it is English. Any thread. */
#ifndef APP_LETTER_PHRASE_H
#define APP_LETTER_PHRASE_H

#include "auth/verdict.h"
#include "base/arena.h"

/* TEXT (a sentence of auth's) translated, in A; TEXT where it is "" or NULL. */
const char *phrase(struct arena *a, const char *text);

/* As phrase, but what was found may be a record (v=...), which stays. */
const char *phrase_found(struct arena *a, const char *found);

/* All sentences of V, of S, for whom they are shown to: translated in A. */
void phrase_verdict(struct arena *a, struct verdict *v);
void phrase_spf(struct arena *a, struct verdict_spf *s);

/* The format number I of those that are known, NULL behind the last: for the
 * test that each one keeps its arguments. */
const char *phrase_format(size_t i);

#endif
