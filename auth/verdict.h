/* SPDX-License-Identifier: GPL-3.0-or-later */
/* verdict - the result of authenticating one message, as plain data.
 *
 * Everything lives in the arena that verify_message was given. Strings are
 * NUL-terminated UTF-8 that has passed utf8_safe, never NULL unless said. What
 * the states mean, and the rule that chooses one, is signet-auth(7). */
#ifndef AUTH_VERDICT_H
#define AUTH_VERDICT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* First cell. The words are those of cli.md's JSON (verdict_state_name). */
enum verdict_state {
	VERDICT_PENDING,      /* not checked yet */
	VERDICT_VERIFIED,     /* the From domain is proven */
	VERDICT_OTHER_SIGNER, /* something valid, for another domain */
	VERDICT_NONE,         /* nothing proves it, nothing is asked */
	VERDICT_FAILED,       /* DMARC fails where the domain enforces */
	VERDICT_CANNOT_TELL   /* could not be found out */
};

enum verdict_result { /* RFC 8601, 2.7 */
	RESULT_NONE,
	RESULT_PASS,
	RESULT_FAIL,
	RESULT_SOFTFAIL,
	RESULT_NEUTRAL,
	RESULT_POLICY,
	RESULT_TEMPERROR,
	RESULT_PERMERROR,
	RESULT_NOT_EVALUATED /* its inputs are unknown */
};

enum verdict_dnssec {
	DNSSEC_UNKNOWN,
	DNSSEC_SECURE,
	DNSSEC_INSECURE,
	DNSSEC_BOGUS
};

/* kind as in JSON */
#define VERDICT_ALERTS(X)                                                      \
	X(LOOKALIKE, "lookalike")                                              \
	X(DISPLAY_NAME, "display-name")                                        \
	X(REPLY_TO, "reply-to")                                                \
	X(SEVERAL_FROM, "several-from")                                        \
	X(MALFORMED_FROM, "malformed-from")                                    \
	X(NO_FROM, "no-from")                                                  \
	X(GROUP_FROM, "group-from")                                            \
	X(MIXED_SCRIPT, "mixed-script")                                        \
	X(UNSIGNED_TAIL, "unsigned-tail")                                      \
	X(ADDED_HEADER, "added-header")                                        \
	X(UNSIGNED_HEADER, "unsigned-header")                                  \
	X(NOT_IN_SDID, "from-not-in-sdid")                                     \
	X(FUTURE, "future")                                                    \
	X(SOURCES_DISAGREE, "sources-disagree")                                \
	X(FORGED_RESULTS, "forged-results")                                    \
	X(KEY_CHANGED, "key-changed")

enum verdict_alert_kind {
#define X(name, word) ALERT_##name,
	VERDICT_ALERTS(X)
#undef X
		ALERT_KINDS
};

struct verdict_alert {
	enum verdict_alert_kind kind;
	const char *text; /* a sentence */
};

struct verdict_dkim { /* one for each DKIM-Signature, from the top */
	const char *d, *s, *i, *a, *c; /* tags; "" where missing */
	const char *h;                 /* signed fields as written */
	const char *not_signed;        /* notable fields outside h=, spaced */
	const char *z;                 /* copied fields, "" where none */
	int bits;                      /* of the key, 0: not known */
	enum verdict_result result;
	const char *reason; /* a sentence, "" on a plain pass */
	const char **warn;  /* partial-body, added-header:NAME … */
	size_t warns;
	bool is_aligned;
	bool body_hash_ok, is_testing; /* t=y in the key */
	int64_t signed_at, expires_at; /* t= and x=, 0: not given */
	int64_t body_length;           /* l=, -1: whole body */
	int64_t unsigned_bytes;        /* of the body behind l= */
	const char *key_name;          /* where the key was asked */
	const char *key_text;          /* the record, "" where none */
	enum verdict_dnssec dnssec;
	unsigned ttl;
};

struct verdict_spf_step {   /* what was tried, in order */
	int depth;          /* 0: the record of the domain itself */
	const char *domain; /* whose record */
	const char *term;   /* mechanism or modifier as written */
	const char *detail; /* what was looked up, what came */
	bool matched;
};

struct verdict_spf {
	enum verdict_result result;
	const char *domain, *scope, *ip, *helo, *mail_from;
	const char *reason, *explanation, *mechanism, *record;
	const char *source; /* where the inputs came from, a phrase */
	int lookups, voids;
	struct verdict_spf_step *step;
	size_t steps;
	bool is_aligned, is_confirmed; /* inputs from a confirmed boundary */
	bool is_from_server; /* a believed receiver's word, not evaluated here
			      */
	enum verdict_dnssec dnssec;
};

struct verdict_dmarc {
	enum verdict_result result;
	const char *domain;        /* the author domain */
	const char *record_domain; /* where the record was found, "" none */
	const char *record;
	const char *organizational_domain;
	const char *policy; /* none quarantine reject; "" no record */
	const char *disposition;
	const char *p, *sp, *np, *adkim, *aspf, *rua, *ruf, *fo, *psd;
	const char *reason;
	bool is_testing; /* t=y */
	bool is_open;    /* what could be aligned was not answered */
	bool dkim_aligned, spf_aligned;
	const char **walk; /* "NAME: what came", in order */
	size_t walks;
	enum verdict_dnssec dnssec;
};

struct verdict_arc {
	enum verdict_result result; /* none, pass, fail */
	int instances;
	const char **sealer;
	size_t sealers;
	const char *reason;
};

struct verdict_property { /* ptype.property=value */
	const char *name, *value;
};

struct verdict_method { /* one resinfo of Authentication-Results */
	const char *method, *result, *reason;
	int version;
	struct verdict_property *property;
	size_t properties;
};

struct verdict_field { /* one Authentication-Results field, from the top */
	const char *authserv_id;
	int version;
	bool is_above;     /* stands above the trust boundary */
	bool is_believed;  /* above, and its id is one to believe */
	const char *error; /* NULL, or why it cannot be read */
	struct verdict_method *method;
	size_t methods;
};

struct verdict_hop { /* one Received field, from the top */
	const char *from, *by, *ip, *helo, *with, *text;
	int64_t time; /* 0: not known */
	bool is_tls;
};

struct verdict {
	enum verdict_state state;
	bool is_server_only;  /* second cell "s" */
	const char *sentence; /* English, one line */
	int rule;             /* 1 to 9: the one that applied */
	int64_t checked_at;
	bool is_demanded; /* rule 7 by the reader's wish alone */
	bool is_final;    /* false: a temporary error, try again later */

	const char *from_address, *from_domain, *from_name;
	const char *from_domain_unicode; /* same as from_domain if ASCII */

	struct verdict_alert *alert;
	size_t alerts;
	struct verdict_dkim *dkim;
	size_t dkims;
	struct verdict_spf spf;
	struct verdict_dmarc dmarc;
	struct verdict_arc arc;
	struct verdict_field *field;
	size_t fields;
	struct verdict_hop *hop;
	size_t hops;
	int boundary; /* index of the hop below which all is the sender's
			 word; -1: not found */
};

/* The words of the JSON contract, static: "verified", "other-signer" … and
 * "pass", "not-evaluated" …, "secure" …, "lookalike" …. */
const char *verdict_state_name(enum verdict_state s);
const char *verdict_result_name(enum verdict_result r);
const char *verdict_dnssec_name(enum verdict_dnssec d);
const char *verdict_alert_name(enum verdict_alert_kind k);

/* Does an alert of this kind draw the mark of the second cell? The others are
 * for whoever asks: a mailing list's signature is no alarm. */
bool verdict_alert_is_loud(enum verdict_alert_kind k);

/* The state called NAME; VERDICT_PENDING for any other word. */
enum verdict_state verdict_state_parse(const char *name);
/* RESULT_NONE, DNSSEC_UNKNOWN or ALERT_KINDS for any other word. */
enum verdict_result verdict_result_parse(const char *name);
enum verdict_dnssec verdict_dnssec_parse(const char *name);
enum verdict_alert_kind verdict_alert_parse(const char *name);

#endif
