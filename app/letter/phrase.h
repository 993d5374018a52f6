/* SPDX-License-Identifier: GPL-3.0-or-later */
/* phrase - auth's English sentences in the user's language.
 *
 * auth/ knows no language, and its sentences are stored with the evidence: what
 * is shown is found again by its shape, "key %s is revoked" for any name. A
 * sentence that is not known here stays as it is. Any thread. */
#ifndef APP_LETTER_PHRASE_H
#define APP_LETTER_PHRASE_H

#include "auth/verdict.h"
#include "base/arena.h"
#include "base/str.h"

/* Append TEXT (a reason of a verdict) to OUT, translated where it is known. */
void phrase_add(struct buf *out, const char *text);

/* The sentence and the alerts of V, for a screen: translated in A. What is
 * stored and what commands print stays English. */
void phrase_verdict(struct arena *a, struct verdict *v);

#endif
