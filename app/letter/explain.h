/* SPDX-License-Identifier: GPL-3.0-or-later */
/* explain - what a verdict means and what can be done, as a document for the
 * screen.
 *
 * The rule that applied in words for whoever reads the letter, then a sentence
 * for each check that did not pass for whoever runs the sending servers. What
 * was found stands in evidence_doc. Any thread. */
#ifndef APP_LETTER_EXPLAIN_H
#define APP_LETTER_EXPLAIN_H

#include "auth/verdict.h"
#include "mime/doc.h"

/* The explanation of V in A, WIDTH cells wide, in the user's language. */
struct doc *explain_doc(
	struct arena *a, const struct verdict *v, unsigned width);

#endif
