/* SPDX-License-Identifier: GPL-3.0-or-later */
/* evidence_doc - what a verdict rests on, as a document for the screen.
 *
 * The table of checks, each signature, the SPF tree, the DMARC record and how
 * it was found, the chain of seals, the route with the trust boundary. Any
 * thread. */
#ifndef APP_LETTER_EVIDENCE_DOC_H
#define APP_LETTER_EVIDENCE_DOC_H

#include "auth/verdict.h"
#include "mime/doc.h"

/* The pane for V in A, WIDTH cells wide, in the user's language: all but the
 * sentence and the alerts, which the screen says everywhere in its own words.
 */
struct doc *evidence_doc(
	struct arena *a, const struct verdict *v, unsigned width);

/* Append the DNS names that were asked, one a line. */
void evidence_names(struct buf *out, const struct verdict *v);

#endif
