/* SPDX-License-Identifier: GPL-3.0-or-later */
/* known_key - is a correspondent's DKIM key the one that was seen before? For
 * the keeper, which owns the receipts. */
#ifndef APP_LETTER_KNOWN_KEY_H
#define APP_LETTER_KNOWN_KEY_H

#include "auth/verdict.h"
#include "base/arena.h"
#include "store/receipts.h"

/* Compare the keys of V's valid, aligned signatures with those of the receipts,
 * by selector and domain, and keep what is there now. Where one is another, and
 * the author is somebody who was written to, V gets the alert key-changed (in
 * A) and *ADDED is true. A new selector is no change: that is how keys are
 * renewed. */
int known_key_check(struct receipts *r, struct arena *a, struct verdict *v,
	bool *added, struct err *e) ERR_CHECK;

#endif
