/* SPDX-License-Identifier: GPL-3.0-or-later */
/* evidence_doc - what a verdict rests on, as a document for the screen.
 *
 * The table of checks, each signature, the SPF tree, the DMARC record and how
 * it was found, the chain of seals, the route with the trust boundary. Any
 * thread. */
#ifndef APP_EVIDENCE_DOC_H
#define APP_EVIDENCE_DOC_H

#include "auth/verdict.h"
#include "mime/doc.h"

/* The pane for V in A, WIDTH cells wide. NOW: seconds since 1970, to say when
 * it was checked. */
struct doc *evidence_doc(
	struct arena *a, const struct verdict *v, unsigned width, int64_t now);

/* Append the DNS names that were asked, one a line. */
void evidence_names(struct buf *out, const struct verdict *v);

#endif
