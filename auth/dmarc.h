/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dmarc - alignment and policy (RFC 9989). One thread at a time for a
 * message. */
#ifndef AUTH_DMARC_H
#define AUTH_DMARC_H

#include "auth/ask.h"
#include "auth/author.h"

/* Ask for the policy before anything else is asked: what the sender's own
 * domains make us ask later can then not use up the questions or the time. */
void dmarc_prepare(struct ask *q, const struct author *author);

/* Evaluate DMARC for AUTHOR from V's dkim and spf into V's dmarc; sets their
 * is_aligned. Where there is no record alignment is relaxed. SPF counts only
 * where its inputs are confirmed. */
void dmarc_check(struct ask *q, const struct author *author, struct verdict *v);

#endif
