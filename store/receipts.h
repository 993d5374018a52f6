/* SPDX-License-Identifier: GPL-3.0-or-later */
/* receipts - the evidence of every verdict as it was found on arrival, pinned
 * certificates, and who one writes with: what the program keeps for itself.
 *
 * SQLite. One connection a thread: the keeper writes, others read. */
#ifndef STORE_RECEIPTS_H
#define STORE_RECEIPTS_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

struct receipts;

/* Open (or make) the database PATH. NULL with ERR_SYSTEM or ERR_LATER. */
struct receipts *receipts_open(const char *path, struct err *e);
/* Close and set *R to NULL; *R may be NULL. */
void receipts_close(struct receipts **r);

/* Keep JSON as the evidence of message ID. RETRY_AT: when a temporary error is
 * tried again (0: it is final). TRIES counts them. */
int receipts_put(struct receipts *r, const char *id, const char *json,
	int64_t checked_at, int64_t retry_at, int tries,
	struct err *e) ERR_CHECK;
/* 1 found, 0 not, -1 error. *TRIES_OUT may be NULL. */
int receipts_get(struct receipts *r, const char *id, struct arena *a,
	const char **json_out, int *tries_out, struct err *e) ERR_CHECK;
/* The messages whose temporary error is due at NOW, at most LIMIT, in A. */
int receipts_due(struct receipts *r, int64_t now, size_t limit, struct arena *a,
	const char ***id_out, size_t *count_out, struct err *e) ERR_CHECK;

/* The temporary error of message ID is not tried again. */
int receipts_give_up(
	struct receipts *r, const char *id, struct err *e) ERR_CHECK;

/* Several writes as one; an error within leaves none. */
int receipts_begin(struct receipts *r, struct err *e) ERR_CHECK;
int receipts_commit(struct receipts *r, struct err *e) ERR_CHECK;
void receipts_rollback(struct receipts *r);

/* What a list shows of message ID, as our own parser reads it: the index's
 * library loses what follows the first encoded word of a folded Subject. */
struct receipts_row {
	const char *subject, *name, *address;
};
int receipts_put_row(struct receipts *r, const char *id,
	const struct receipts_row *row, struct err *e) ERR_CHECK;
/* 1 found (in A), 0 not, -1 error. */
int receipts_row(struct receipts *r, const char *id, struct arena *a,
	struct receipts_row *out, struct err *e) ERR_CHECK;

/* The pin (SHA-256 of the public key, hex) for SERVER ("host:port") and
 * account: 1 found, 0 not. */
int receipts_pin(struct receipts *r, const char *account, const char *server,
	struct arena *a, const char **pin_out, struct err *e) ERR_CHECK;
int receipts_put_pin(struct receipts *r, const char *account,
	const char *server, const char *pin, struct err *e) ERR_CHECK;

/* ADDRESS (with NAME, may be "") wrote (or was written to: IS_OUT) at TIME. */
int receipts_contact(struct receipts *r, const char *address, const char *name,
	bool is_out, int64_t time, struct err *e) ERR_CHECK;
/* Was ADDRESS written to? 1 yes, 0 no. */
int receipts_was_written(
	struct receipts *r, const char *address, struct err *e) ERR_CHECK;

/* The key at NAME (a DNS name) has HASH now, which is kept: 1 where it had
 * another, 0 where it had this one or was not known. */
int receipts_key(struct receipts *r, const char *name, const char *hash,
	struct err *e) ERR_CHECK;

/* Up to which revision of the index (of the database UUID) its changes are
 * known: 1 found, 0 not. One database at a time is remembered. */
int receipts_seen(struct receipts *r, const char *uuid, uint64_t *revision_out,
	struct err *e) ERR_CHECK;
int receipts_put_seen(struct receipts *r, const char *uuid, uint64_t revision,
	struct err *e) ERR_CHECK;

enum { RECEIPTS_CORRESPONDENTS = 300 };

/* The domains of correspondents, most frequent first, at most
 * RECEIPTS_CORRESPONDENTS, in A. */
int receipts_correspondents(struct receipts *r, struct arena *a,
	const char ***out, size_t *count_out, struct err *e) ERR_CHECK;
/* Those of them that other domains have not been compared with yet, at most
 * LIMIT, in A; and the COUNT of DOMAIN have been from now on. */
int receipts_not_compared(struct receipts *r, size_t limit, struct arena *a,
	const char ***out, size_t *count_out, struct err *e) ERR_CHECK;
int receipts_compared(struct receipts *r, const char *const *domain,
	size_t count, struct err *e) ERR_CHECK;
/* All domains that wrote or were written to, at most LIMIT, in A. */
int receipts_domains(struct receipts *r, size_t limit, struct arena *a,
	const char ***out, size_t *count_out, struct err *e) ERR_CHECK;

#endif
