/* SPDX-License-Identifier: GPL-3.0-or-later */
/* html - an HTML letter into styled lines.
 *
 * gumbo parses, the layout is ours. Nothing remote is loaded, nothing runs.
 * What the letter hides is not shown but handed to the document (doc.hidden);
 * links are numbered and those whose text names another host are marked.
 * Ceilings: LIMIT_HTML_NODES, LIMIT_HTML_DEPTH, LIMIT_CSS, LIMIT_TEXT_SHOWN.
 * Linear for the ceilings. Any thread. */
#ifndef MIME_HTML_H
#define MIME_HTML_H

#include "mime/doc.h"

struct html_options {
	bool no_numbers; /* no [1] behind links: for replies and the index */
	/* The name of the file that cid: URL names (without "cid:"), or
	 * STR_NONE; may be NULL. */
	struct str (*cid)(void *ctx, struct str id);
	void *ctx;
};

/* Append HTML (UTF-8) to B as lines. O may be NULL. */
void html_render(
	struct doc_builder *b, struct str html, const struct html_options *o);

/* The host of URL in lower-case ASCII (A-labels), in A; STR_NONE where it has
 * none. Tabs and line ends inside are dropped and backslashes are slashes, as
 * browsers have it (WHATWG URL). */
struct str html_url_host(struct arena *a, struct str url);

#endif
