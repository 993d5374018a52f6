/* SPDX-License-Identifier: GPL-3.0-or-later */
/* verdict_text - the verdict in words of the user's language. */
#ifndef UI_VERDICT_TEXT_H
#define UI_VERDICT_TEXT_H

#include "app/msg.h"

/* "Verified: shop.example (DKIM, DMARC p=reject)", one line. */
void verdict_text(struct buf *out, const struct verdict *v);
/* The sentence of alert I. */
void verdict_alert_text(struct buf *out, const struct verdict *v, size_t i);

#endif
