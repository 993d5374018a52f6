/* SPDX-License-Identifier: GPL-3.0-or-later */
/* session - what a session needs to begin: where to connect, who signs in, how.
 */
#ifndef NET_SESSION_H
#define NET_SESSION_H

#include "base/secret.h"
#include "net/stream.h"

struct session_settings {
	struct stream_settings stream;
	const char *user;              /* NULL or "": no sign-in (SMTP) */
	const struct secret *password; /* borrowed until the call returns */
	const char *auth; /* as signet.conf(5) names it; NULL: "auto" */
};

#endif
