/* SPDX-License-Identifier: GPL-3.0-or-later */
/* domain_look - collects what a domain publishes about its mail and finds what
 * is wrong with it; for app/domain alone. */
#ifndef APP_COMMAND_DOMAIN_LOOK_H
#define APP_COMMAND_DOMAIN_LOOK_H

#include <jansson.h>

#include "auth/ask.h"
#include "net/http.h"

enum domain_level { DOMAIN_OK, DOMAIN_NOTE, DOMAIN_WARNING, DOMAIN_ERROR };

struct domain_look {
	struct ask *q;
	struct str name; /* in A-labels */
	const char *const *selector;
	size_t selectors;
	const char *const *token; /* of Amazon SES */
	size_t tokens;
	const char *mail_from; /* custom MAIL FROM domain, or NULL */
	/* How the MTA-STS policy is fetched; NULL: it is not. */
	const struct http_settings *http;
	json_t *out;      /* what was found */
	json_t *findings; /* {"area", "level", "text", "advice"} */
	bool has_spf, has_dkim, has_dmarc, is_enforced, unsure;
	bool uses_ses;
	int has_reverse; /* 1 yes, 0 no, -1 not known */
};

/* Add a finding; ADVICE may be "". */
void domain_find(struct domain_look *d, const char *area,
	enum domain_level level, const char *advice, const char *fmt, ...)
	__attribute__((format(printf, 5, 6)));

/* The only TXT record at NAME that starts with PREFIX, or NULL; the number of
 * those there are in *COUNT. */
const char *domain_txt(struct domain_look *d, const char *name,
	const char *prefix, size_t *count);

/* LABEL before the name of the domain, in the arena of Q. */
const char *domain_below(struct domain_look *d, const char *label);

/* The addresses of HOST as texts, a new JSON array. */
json_t *domain_addresses(struct domain_look *d, struct str host);

/* Each looks at its matter and fills OUT and FINDINGS. */
void domain_look_mx(struct domain_look *d);
void domain_look_spf(struct domain_look *d);
void domain_look_dkim(struct domain_look *d);
void domain_look_dmarc(struct domain_look *d);
void domain_look_transport(struct domain_look *d); /* MTA-STS, TLS-RPT */
void domain_look_bimi(struct domain_look *d);
void domain_look_ses(struct domain_look *d);
void domain_look_receivers(struct domain_look *d); /* after all others */

#endif
