/* SPDX-License-Identifier: GPL-3.0-or-later */
/* doc_plain - plain text into lines: quotes, signatures, links. For mime/
 * alone. */
#ifndef MIME_DOC_PLAIN_H
#define MIME_DOC_PLAIN_H

#include "mime/doc.h"

/* Append TEXT (UTF-8, LF line ends) to B; as format=flowed where FLOWED (with
 * DELSP). Files uuencoded in it become a line each. */
void doc_plain(struct doc_builder *b, struct str text, bool flowed, bool delsp);

/* Append TEXT, one line, with the links in it found. */
void doc_plain_line(struct doc_builder *b, struct str text, unsigned style);

#endif
