/* SPDX-License-Identifier: GPL-3.0-or-later */
/* believed - what the believed Authentication-Results fields say together: of
 * several results for one identity the worst counts. Any thread. */
#ifndef AUTH_BELIEVED_H
#define AUTH_BELIEVED_H

#include "auth/author.h"
#include "auth/results.h"
#include "auth/verdict.h"

struct believed {
	bool dmarc_pass, dmarc_fail; /* for the From domain */
	bool dkim_fail;  /* for a signature that passes here and matters: an
			    aligned one, or any where none is aligned */
	const char *who; /* the authserv-id that said it, "" nobody */
};

/* Read what believed servers say, in A. */
void believed_read(struct arena *a, const struct author *author,
	const struct verdict *v, struct believed *out);

/* The SPF result that the believed fields give, into OUT with its domain and
 * scope; false where they give none. */
bool believed_spf(
	struct arena *a, const struct verdict *v, struct verdict_spf *out);

/* The same of what our server, BY, wrote into Received-SPF; MAIL_FROM is the
 * envelope's sender where the field does not say (NULL: not known). */
bool believed_received_spf(struct arena *a, const struct results_spf *s,
	const char *by, const char *mail_from, struct verdict_spf *out);

#endif
