/* SPDX-License-Identifier: GPL-3.0-or-later */
/* html_url - URLs of a letter, read as browsers read them (WHATWG URL). For
 * mime/ alone. Results live in the arena. */
#ifndef MIME_HTML_URL_H
#define MIME_HTML_URL_H

#include "base/arena.h"
#include "base/str.h"

/* URL without blanks at its ends, tabs and line ends. */
struct str html_url_clean(struct arena *a, struct str url);

/* The scheme of URL without its colon, STR_NONE for a relative one. */
struct str html_url_scheme(struct str url);

/* URL seen from BASE (a base element's), which may be empty. */
struct str html_url_join(struct arena *a, struct str base, struct str url);

/* Is URL of a kind that is never followed (javascript:, data:, file:, …)? */
bool html_url_is_blocked(struct str url);

/* The host that the words of a link name, STR_NONE where they name none. */
struct str html_text_host(struct arena *a, struct str text);

/* The host of the mail address that the words of a link name. */
struct str html_text_mail_host(struct arena *a, struct str text);

/* Do the hosts belong to different owners, as far as names tell? */
bool html_host_differs(struct str shown, struct str target);

#endif
