/* SPDX-License-Identifier: GPL-3.0-or-later */
/* report_doc - the DMARC aggregate reports that a letter carries, said in words
 * above its text. Any thread. */
#ifndef APP_LETTER_REPORT_DOC_H
#define APP_LETTER_REPORT_DOC_H

#include "base/arena.h"
#include "mime/doc.h"

struct message;

/* BODY, the lines of M, with what its reports say above them, made in A for
 * WIDTH: who reports on which domain, how many letters passed, and who sent
 * those that did not. A letter whose attachments are not named as RFC 9990
 * names reports ("receiver!domain!begin!end.xml", also packed) is left as it
 * is, and nothing is unpacked. The ceilings are those of report_file_read;
 * where no report can be read a line says so. */
struct doc *report_doc(struct arena *a, const struct message *m,
	struct doc *body, unsigned width);

#endif
