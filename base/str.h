/* SPDX-License-Identifier: GPL-3.0-or-later */
/* str - bytes: a view (struct str) and a growable buffer (struct buf).
 *
 * A view is not terminated and may hold NULs; a buffer is always followed by
 * a NUL that is not counted and never grows past its ceiling. "char *" alone
 * means NUL-terminated. Also the one table of ceilings for what comes from
 * outside (LIMIT_*). Any thread. */
#ifndef BASE_STR_H
#define BASE_STR_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct str {
	const char *p;
	size_t n;
};

#define STR(literal) ((struct str){ (literal), sizeof(literal) - 1 })
#define STR_NONE ((struct str){ NULL, 0 })
/* for printf's "%.*s" */
#define STR_ARG(s)                                                             \
	((int)((s).n > 100000 ? 100000 : (s).n)), ((s).p ? (s).p : "")

/* The bytes of the NUL-terminated S without the NUL; NULL gives STR_NONE. */
static inline struct str
str_c(const char *s)
{
	return (struct str){ s, s ? strlen(s) : 0 };
}

/* The part of S from byte FROM to before byte TO, both cut to S's length. */
struct str str_sub(struct str s, size_t from, size_t to);

/* Is no byte of S above 0x7f? */
bool str_is_ascii(struct str s);

/* Byte for byte equality; ASCII letters of either case with str_ieq. */
bool str_eq(struct str a, struct str b);
bool str_ieq(struct str a, struct str b);
bool str_starts(struct str s, struct str prefix);
bool str_istarts(struct str s, struct str prefix);
bool str_ends(struct str s, struct str suffix);
bool str_iends(struct str s, struct str suffix);

/* S without ASCII white space (space, tab, CR, LF, VT, FF) at both ends. */
struct str str_trim(struct str s);

/* Index of the first byte C, or of the first NEEDLE; -1 where there is none.
 * str_ifind ignores the case of ASCII letters. Linear for short needles. */
ptrdiff_t str_chr(struct str s, char c);
ptrdiff_t str_rchr(struct str s, char c);
ptrdiff_t str_find(struct str s, struct str needle);
ptrdiff_t str_ifind(struct str s, struct str needle);

/* Cut the first line or field off *REST: what stands before the first SEP goes
 * to *OUT, *REST becomes what follows it. False when *REST is used up (its p
 * is NULL then). "a," gives "a" and "". */
bool str_split(struct str *rest, char sep, struct str *out);

/* Parse all of S as a decimal number of 1 to 20 digits not above MAX (security
 * rule R3). False and *OUT unchanged otherwise. */
bool str_to_u64(struct str s, uint64_t max, uint64_t *out);

/* ASCII lower case of C. */
static inline char
ascii_lower(char c)
{
	if (c >= 'A' && c <= 'Z')
		return (char)(c + 32);
	return c;
}

/* --- buffer ------------------------------------------------------------- */

struct buf {
	char *p;
	size_t n, cap, max;
	bool full; /* something did not fit below max and was dropped */
};

/* An empty buffer that never holds more than MAX bytes. Nothing allocated. */
void buf_init(struct buf *b, size_t max);
/* Free the bytes; B is empty afterwards and can be used again. */
void buf_fini(struct buf *b);
/* Forget the content, keep the memory. */
void buf_clear(struct buf *b);
/* Append. Where the ceiling is reached what fits is kept, b->full is set and
 * false is returned. */
bool buf_add(struct buf *b, struct str s);
bool buf_addc(struct buf *b, char c);
bool buf_adds(struct buf *b, const char *s);
bool buf_printf(struct buf *b, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
bool buf_vprintf(struct buf *b, const char *fmt, va_list ap)
	__attribute__((format(printf, 2, 0)));
/* Room for N more bytes at b->p + b->n, or NULL beyond the ceiling; the caller
 * writes there and adds to b->n. */
char *buf_room(struct buf *b, size_t n);
/* Cut to N bytes if longer. */
void buf_cut(struct buf *b, size_t n);
/* The content, valid until the next change; NUL-terminated. */
static inline struct str
buf_str(const struct buf *b)
{
	return (struct str){ b->p ? b->p : "", b->n };
}
static inline const char *
buf_c(const struct buf *b)
{
	return b->p ? b->p : "";
}

/* --- ceilings (shared by all who read what comes from outside) ------------ */

#define LIMIT_TABLE(X)                                                         \
	X(HEADER_BLOCK, 1 << 20, "bytes of a message's header")                \
	X(FIELD, 128 << 10, "bytes of one header field")                       \
	X(FIELD_SHOWN, 8 << 10, "bytes of a field on the screen")              \
	X(FIELDS, 2000, "header fields of a message")                          \
	X(ADDRESSES, 2000, "addresses in a field")                             \
	X(MIME_DEPTH, 128, "nested MIME parts")                                \
	X(MIME_PARTS, 2000, "MIME parts of a message")                         \
	X(PARAM_SECTIONS, 100, "sections of an RFC 2231 parameter")            \
	X(WORDS, 2000, "encoded words in a field")                             \
	X(TEXT_SHOWN, 8 << 20, "bytes of decoded text on the screen")          \
	X(HTML_NODES, 100000, "nodes of an HTML part")                         \
	X(HTML_DEPTH, 200, "nested HTML elements")                             \
	X(CSS, 256 << 10, "bytes of CSS read")                                 \
	X(LINKS, 1000, "links in a message")                                   \
	X(UNPACKED, 32 << 20, "bytes that a report may unpack to")             \
	X(DKIM_SIGNATURES, 10, "DKIM signatures tried")                        \
	X(RECEIVED, 100, "Received fields read")                               \
	X(RESULTS, 50, "Authentication-Results fields read")                   \
	X(ARC_SETS, 50, "ARC sets")                                            \
	X(FILE_NAME, 200, "bytes of an attachment's name")                     \
	X(MESSAGE, 256 << 20, "bytes of a message")                            \
	X(IMAP_LINE, 1 << 20, "bytes of an IMAP line without literals")        \
	X(IMAP_LITERAL, 64 << 10, "bytes of an IMAP literal outside a body")   \
	X(DEFLATE_BARREN, 64 << 10, "compressed bytes that become nothing")    \
	X(IMAP_DEPTH, 64, "nested parentheses in an IMAP response")            \
	X(SMTP_LINE, 8 << 10, "bytes of an SMTP or POP3 line")                 \
	X(POP3_LIST_LINE, 1 << 10, "bytes of a line of POP3's UIDL and LIST")  \
	X(POP3_LIST, 1000000, "letters in a POP3 box")                         \
	X(REPLY_LINES, 100, "lines of one SMTP reply")                         \
	X(FOLDER_NAME, 1000, "bytes of a folder's name")                       \
	X(FOLDERS, 20000, "folders of an account")                             \
	X(FRESH, 2000, "letters listed before they are indexed")               \
	X(DNS_ANSWER, 64 << 10, "bytes of a DNS answer")                       \
	X(TXT, 8 << 10, "bytes of a TXT record")                               \
	X(DNS_QUERIES, 60, "DNS queries for a message")                        \
	X(CONFIG, 1 << 20, "bytes of a configuration file")

enum {
#define X(name, value, text) LIMIT_##name = (value),
	LIMIT_TABLE(X)
#undef X
};

#endif
