/* SPDX-License-Identifier: GPL-3.0-or-later */
/* field - the structured values of header fields: addresses, dates, message
 * identifiers and parameters (RFC 5322 section 3 with the obsolete forms of 4,
 * RFC 6532, RFC 6854, RFC 2045 section 5.1, RFC 2231).
 *
 * Values are taken as they stand in the message, still folded. Nothing here
 * fails: what cannot be read is skipped and said so in the result. Results
 * live in the arena that was handed in; their text is UTF-8 in NFC, decoded
 * (RFC 2047), but has not passed utf8_safe. Linear in time; no recursion.
 * Any thread. */
#ifndef MIME_FIELD_H
#define MIME_FIELD_H

#include "base/arena.h"
#include "base/str.h"

/* --- addresses ------------------------------------------------------------ */

struct field_address {
	struct str name;   /* display name, else the comment behind the address;
			      decoded and unquoted; empty where none */
	struct str addr;   /* local@domain without comments and white space;
			      the bare word where there is no @; may be empty */
	struct str local;  /* addr up to its last @, quotes kept */
	struct str domain; /* addr behind its last @, no trailing dot; empty
			      where there is no @ */
	struct str group;  /* name of the group that it stands in, decoded */
	bool is_malformed; /* not what RFC 5322 (with section 4) allows */
	bool is_words;     /* several words and no address: addr has them in
			      quotes, so that nobody takes them for one */
};

struct field_addresses {
	struct field_address *item;
	size_t count;
	size_t groups;     /* groups seen, also empty ones (RFC 6854) */
	bool is_malformed; /* a member is, or what stands between them */
	bool is_cut;       /* more than LIMIT_ADDRESSES, or above LIMIT_FIELD */
};

/* Read an address list (mailbox-list, address-list, one mailbox). REGION, which
 * may be NULL, is the language ("ko", "ja", "zh-cn", "zh-tw", "ru", …) to take
 * undeclared 8-bit text for when it is not UTF-8. */
struct field_addresses field_addresses(
	struct arena *a, struct str value, const char *region);

/* Is S local@domain as RFC 5321 section 4.1.2 wants it in an envelope (with
 * RFC 6531: UTF-8 in it is allowed where UTF8 is true): no blanks, controls,
 * angle brackets or comments, at most 64 + 1 + 255 bytes? */
bool field_is_mailbox(struct str s, bool utf8);

/* Append A as it may stand in a header field that a person edits: the name
 * quoted where it must be, not encoded. */
void field_print_address(struct buf *out, const struct field_address *a);

/* --- dates ---------------------------------------------------------------- */

/* Read a date (RFC 5322, 3.3 and 4.3; two-digit years, named zones, missing
 * seconds, asctime and ISO 8601 as they occur). *TIME_OUT: seconds since 1970
 * in UTC; *ZONE_OUT, which may be NULL: minutes east of UTC. False, and both
 * unchanged, where it is none. */
bool field_date(struct str value, int64_t *time_out, int *zone_out);

/* Append T as RFC 5322, 3.3 wants it in the zone ZONE minutes east of UTC. */
void field_print_date(struct buf *out, int64_t t, int zone);

/* --- identifiers ---------------------------------------------------------- */

struct field_ids {
	struct str *id; /* without angle brackets and white space */
	size_t count;
};

/* All msg-ids of VALUE in their order (References, In-Reply-To; RFC 5322,
 * 3.6.4). Words outside angle brackets are taken only where nothing stands in
 * any (obsolete references) and each of them looks like an id. At most 1,000,
 * the newest kept. */
struct field_ids field_ids(struct arena *a, struct str value);

/* The one msg-id of a Message-ID or Content-ID; STR_NONE where there is none.
 */
struct str field_id(struct arena *a, struct str value);

/* The same for people and scripts to read: as it was written, with what may
 * not stand in an id, a blank for white space. Empty where there is none. */
struct str field_id_written(struct arena *a, struct str value);

/* --- parameters ----------------------------------------------------------- */

struct field_param {
	struct str name;  /* lower-case, without RFC 2231's "*" marks */
	struct str value; /* decoded: RFC 2231, else RFC 2047 as the wild has
			     it, else 8-bit by REGION */
};

struct field_params {
	struct str value; /* what stands before the first ';', lower-case and
			     without comments and white space */
	struct field_param *item;
	size_t count;
	bool is_malformed;
};

/* Read "value; name=value; …" (Content-Type, Content-Disposition). Of
 * parameters that stand twice the first is kept. At most LIMIT_PARAM_SECTIONS
 * sections of one parameter and 200 parameters. */
struct field_params field_params(
	struct arena *a, struct str value, const char *region);

/* The value of NAME (lower-case), STR_NONE where it is not there. */
struct str field_param(const struct field_params *p, const char *name);

/* Append VALUE without comments, folding and the white space at its ends: for
 * fields that hold one token (Content-Transfer-Encoding, MIME-Version). */
void field_token(struct buf *out, struct str value);

#endif
