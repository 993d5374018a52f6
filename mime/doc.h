/* SPDX-License-Identifier: GPL-3.0-or-later */
/* doc - styled lines: what a screen can show.
 *
 * A document is made in a pool thread and drawn by ui/, which knows nothing of
 * MIME. Its text has passed utf8_safe: no byte of it can act on a terminal. All
 * of it lives in the arena it was made in. */
#ifndef MIME_DOC_H
#define MIME_DOC_H

#include "base/arena.h"
#include "base/str.h"

enum doc_style {
	DOC_PLAIN = 0,
	DOC_BOLD = 1 << 0,
	DOC_DIM = 1 << 1,
	DOC_UNDERLINE = 1 << 2,
	DOC_REVERSE = 1 << 3,
	DOC_LINK = 1 << 4, /* span.link is an index into doc.link */
	DOC_HEADING = 1 << 5,
	DOC_QUOTE = 1 << 6, /* line.quote is its depth */
	DOC_SIGNATURE = 1 << 7,
	DOC_CODE = 1 << 8,
	DOC_ALERT = 1 << 9, /* draws the eye: deceptive link, failed check */
	DOC_GOOD = 1 << 10, /* verified */
	DOC_NOTE = 1 << 11, /* said by signet, not by the message */
	DOC_LABEL = 1 << 12 /* a field's name, a table's head */
};

struct doc_span {
	struct str text;
	unsigned style; /* of enum doc_style */
	int link;       /* -1, or an index into doc.link */
};

struct doc_line {
	struct doc_span *span;
	size_t spans;
	unsigned quote;  /* depth of quotation, 0: none */
	bool is_wrapped; /* continues the line above */
	bool can_fold;   /* first line of a block that can be folded */
	int fold_depth;  /* 0: always seen; n: hidden while the nearest line
			    above with can_fold and a depth of n - 1 is folded */
};

struct doc_link {
	struct str text, url, host; /* host in ASCII */
	bool deceptive;             /* the text names another host */
	bool is_blocked; /* javascript:, data:, …: never followed */
};

struct doc {
	struct doc_line *line;
	size_t lines;
	struct doc_link *link;
	size_t links;
	struct str *hidden; /* text that the message hides, one piece each */
	size_t hiddens;
	unsigned remote;   /* remote resources not loaded */
	unsigned pixels;   /* of them, images too small to be seen */
	struct str *image; /* URLs of those that are large enough, 1,000 at
			      most */
	size_t images;
	bool is_cut; /* more than LIMIT_TEXT_SHOWN: the rest is on disk */
};

/* --- building ------------------------------------------------------------- */

struct doc_builder;

/* Begin a document in A whose lines are at most WIDTH cells wide (0: no
 * wrapping). */
struct doc_builder *doc_begin(struct arena *a, unsigned width);

/* Append TEXT (any bytes: utf8_safe is applied, line breaks end lines) in STYLE
 * with LINK (-1: none) to the line being built. No wrapping happens here. */
void doc_add(struct doc_builder *b, struct str text, unsigned style, int link);
void doc_printf(struct doc_builder *b, unsigned style, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* End the line being built (an empty one gives an empty line). */
void doc_newline(struct doc_builder *b);

/* The quote depth and the folding of the lines that follow. */
void doc_set_quote(struct doc_builder *b, unsigned depth);
void doc_set_fold(struct doc_builder *b, int depth, bool can_fold);

/* Add a link and return its index, or -1 beyond LIMIT_LINKS. */
int doc_add_link(struct doc_builder *b, struct doc_link link);

/* End the document: lines are wrapped by Unicode line breaking (UAX 14). */
struct doc *doc_end(struct doc_builder *b);

/* What stands at the start of the lines that follow: FIRST before the first
 * row of each, REST before those that continue it (quote marks, list indents;
 * utf8_safe is applied). It counts to the width. */
void doc_set_prefix(struct doc_builder *b, struct str first, struct str rest,
	unsigned style);

/* From now on words of Korean are parted only at blanks (true), or at every
 * syllable as UAX 14 has it (false, the default). */
void doc_set_by_word(struct doc_builder *b, bool by_word);

/* The lines that follow are never joined or broken at blanks but only where
 * the width ends (preformatted text). */
void doc_set_fixed(struct doc_builder *b, bool is_fixed);

/* Note text that the message hides, and N remote resources not loaded. */
void doc_add_hidden(struct doc_builder *b, struct str text);
void doc_add_remote(struct doc_builder *b, unsigned n);
/* Note that one of them is an image too small to be seen. */
void doc_add_pixel(struct doc_builder *b);

/* Note that one of them is the image at URL, which can be seen. */
void doc_add_image(struct doc_builder *b, struct str url);

/* A builder for a part of B's width (a table's cell): it shares B's links,
 * hidden texts and ceiling. doc_end gives its lines, whose links are B's. */
struct doc_builder *doc_begin_cell(struct doc_builder *b, unsigned width);

/* The width that lines of B may take, prefix included; 0: no limit. */
unsigned doc_width(const struct doc_builder *b);

/* What B has so far, its links and hidden texts complete. Valid until the next
 * change. */
const struct doc *doc_so_far(const struct doc_builder *b);

/* Has B reached LIMIT_TEXT_SHOWN? What is added is dropped then. */
bool doc_is_full(const struct doc_builder *b);

/* --- a letter ------------------------------------------------------------- */

struct message; /* mime/message.h */

enum doc_choice {
	DOC_AUTO, /* text/plain unless it is empty or points to the HTML */
	DOC_TEXT,
	DOC_HTML,
	DOC_SOURCE /* the message's bytes as they arrived */
};

struct doc_options {
	unsigned width; /* cells; 0: no wrapping */
	enum doc_choice choice;
	struct str part; /* number of the part to show alone; empty: all */
	bool by_word;    /* see doc_set_by_word */
	bool no_headers; /* for nested messages too: bodies alone */
};

/* Draw the letter M: its text, what its machine-written parts say (invitations,
 * reports), the messages inside it with their fields, and a line for each
 * attachment. The fields of M itself are not drawn: see struct message. O may
 * be NULL. Never fails. */
struct doc *doc_render(
	struct arena *a, const struct message *m, const struct doc_options *o);

/* Put the lines of HEAD above those of BODY, which is returned; both live in A.
 * Links, hidden texts and numbers are BODY's. */
struct doc *doc_join(struct arena *a, const struct doc *head, struct doc *body);

/* All lines as plain text with a newline each. */
void doc_text(struct buf *out, const struct doc *d);

#endif
