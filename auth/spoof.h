/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spoof - what authentication cannot see: each oddity gives an alert with a
 * sentence. Any thread. */
#ifndef AUTH_SPOOF_H
#define AUTH_SPOOF_H

#include "auth/author.h"
#include "auth/boundary.h"
#include "auth/verify.h"

enum { SPOOF_ALERTS = 40 };

/* Append to V's alerts, which the first call makes. Beyond SPOOF_ALERTS
 * nothing is added. */
void spoof_alert(struct arena *a, struct verdict *v,
	enum verdict_alert_kind kind, const char *text);

/* Look at the message whose verdict V is whole but for its state. */
void spoof_check(struct arena *a, const struct header *h,
	const struct author *author, const struct boundary *b,
	const struct verify_facts *facts, struct verdict *v);

#endif
