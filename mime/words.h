/* SPDX-License-Identifier: GPL-3.0-or-later */
/* words - parts that machines wrote, said in words: invitations (RFC 5545, RFC
 * 5546), cards (RFC 6350, RFC 2426) and delivery reports (RFC 3464, RFC 8098).
 * Never fails; what cannot be read is shown as it stands. Any thread. */
#ifndef MIME_WORDS_H
#define MIME_WORDS_H

#include "mime/doc.h"
#include "mime/part.h"

/* Append the calendar TEXT (UTF-8): what, when in local time, where, who. */
void words_calendar(struct doc_builder *b, struct str text);

/* Append the cards of TEXT (UTF-8). */
void words_card(struct doc_builder *b, struct str text);

/* Append what a message/delivery-status or message/disposition-notification
 * says: which recipient, what became of it and why, a sentence each. */
void words_delivery(struct doc_builder *b, struct str text);

/* A sentence for the enhanced status code CODE ("5.1.1", RFC 3463). Static. */
const char *words_status(struct str code);

#endif
