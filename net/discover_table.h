/* SPDX-License-Identifier: GPL-3.0-or-later */
/* discover_table - large providers; for discover*.c alone. */
#ifndef NET_DISCOVER_TABLE_H
#define NET_DISCOVER_TABLE_H

#include "base/str.h"

struct provider {
	const char *domains, *mx; /* words; MX: ends of host names */
	const char *imap, *smtp;  /* IMAP is always TLS on 993 */
	unsigned smtp_port;       /* 465 TLS, 587 STARTTLS */
	bool is_user_local;       /* the user name is what stands before @ */
	const char *note;
};

/* The provider of mail at DOMAIN, or whose MX host is MX; NULL. Static. */
const struct provider *provider_of_domain(struct str domain);
const struct provider *provider_of_mx(struct str mx);

#endif
