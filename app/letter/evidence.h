/* SPDX-License-Identifier: GPL-3.0-or-later */
/* evidence - a verdict as JSON: what `signet verify --json` prints and what is
 * stored on arrival, so that it can be read back whole. Any thread. */
#ifndef APP_LETTER_EVIDENCE_H
#define APP_LETTER_EVIDENCE_H

#include <jansson.h>

#include "auth/verdict.h"
#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

/* V as a new object, the caller's to release. FILE is its first member where
 * it is not NULL. */
json_t *evidence_json(const struct verdict *v, const char *file);

/* The member "spf" of it alone. */
json_t *evidence_spf_json(const struct verdict_spf *s);

/* Append V on one line, without a newline. */
void evidence_write(struct buf *out, const struct verdict *v, const char *file);

/* Read what evidence_write wrote into A. Members that are missing are empty; a
 * newer program's members are left out. NULL with ERR_INPUT where it is no
 * JSON object. */
struct verdict *evidence_read(struct arena *a, struct str json, struct err *e);

/* V gets one alert more, in A; TEXT lives as long as V. */
void evidence_add_alert(struct arena *a, struct verdict *v,
	enum verdict_alert_kind kind, const char *text);
/* The alerts KIND of FROM (may be NULL) that V lacks become its own, in A.
 * False: there are none. */
bool evidence_carry_alerts(struct arena *a, const struct verdict *from,
	enum verdict_alert_kind kind, struct verdict *v);

/* A message was verified AGAIN: does what was STORED stand? Keys are withdrawn
 * and records change, so what was proven on arrival stays proven, and an answer
 * is not given up for none. */
bool evidence_stands(const struct verdict *stored, const struct verdict *again);

#endif
