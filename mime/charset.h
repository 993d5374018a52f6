/* SPDX-License-Identifier: GPL-3.0-or-later */
/* charset - bytes in a named character set to UTF-8.
 *
 * Labels mean what the WHATWG Encoding Standard says (euc-kr is CP949, gb2312
 * is GB18030, shift_jis CP932, iso-8859-1 windows-1252), plus what mail has
 * besides: UTF-7, ISO-2022-KR, ISO-2022-CN, HZ, johab, UTF-16 and UTF-32. A
 * broken sequence becomes U+FFFD and decoding goes on. Any thread. */
#ifndef MIME_CHARSET_H
#define MIME_CHARSET_H

#include "base/str.h"

/* The name for people ("EUC-KR", "windows-1252") of LABEL; NULL where nobody
 * knows it. Static. */
const char *charset_name(struct str label);

/* Does LABEL mean UTF-8 or US-ASCII, so that bytes may stand as they are? */
bool charset_is_utf8(struct str label);

/* Append BYTES, which LABEL says to be in its charset, to OUT as UTF-8 in NFC.
 * Returns the number of sequences that could not be read (each is U+FFFD).
 *
 * Where LABEL is empty or unknown, or says us-ascii or utf-8 and BYTES is not,
 * the charset is found by charset_guess. */
size_t charset_decode(struct buf *out, struct str label, struct str bytes,
	const char *region);

/* As charset_decode without the normalisation, for pieces of text that are put
 * together afterwards. */
size_t charset_decode_raw(struct buf *out, struct str label, struct str bytes,
	const char *region);

/* The label that BYTES, of no declared charset, are most likely in: UTF-8 where
 * they are valid, an ISO-2022 set by its escapes, REGION's charset where they
 * are valid in it, else by the statistics of Korean, Japanese, Chinese and
 * Cyrillic text; windows-1252 at last. Static. */
const char *charset_guess(struct str bytes, const char *region);

/* Where TEXT is ASCII that switches to another set by the escapes of ISO 2022,
 * as mail of no declared charset does, decode it in place. For what people see:
 * charset_decode takes 7-bit text for what it says. */
void charset_escapes(struct buf *text, const char *region);

/* Append the valid UTF-8 TEXT in NFC (what is not valid stays as it is). */
void charset_nfc(struct buf *out, struct str text);

#endif
