/* SPDX-License-Identifier: GPL-3.0-or-later */
/* transfer encodings, charsets, flowed text, invitations and reports; what is
 * encoded decodes to itself */
#include <assert.h>
#include <stdint.h>

#include "base/utf8.h"
#include "mime/body_stream.h"
#include "mime/charset.h"
#include "mime/flowed.h"
#include "mime/words.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void
codings(struct str in)
{
	for (int e = BODY_IDENTITY; e <= BODY_UNKNOWN; e++) {
		struct buf b;

		buf_init(&b, 2 * in.n + 1024);
		body_decode(&b, (enum body_encoding)e, in);
		buf_fini(&b);
	}
	for (int qp = 0; qp < 2; qp++) {
		struct buf b, back;

		buf_init(&b, 8 * in.n + 1024);
		buf_init(&back, 8 * in.n + 1024);
		if (qp)
			body_encode_qp(&b, in, false);
		else
			body_encode_base64(&b, in);
		body_decode(&back, qp ? BODY_QP : BODY_BASE64, buf_str(&b));
		assert(str_eq(buf_str(&back), in));
		buf_fini(&b);
		buf_fini(&back);
	}
}

/* What comes in pieces is what the whole is. */
static void
pieces(struct str in)
{
	struct body_stream s;
	struct buf got, want, lf;

	for (int e = BODY_IDENTITY; e <= BODY_QP; e++) {
		buf_init(&got, 2 * in.n + 1024);
		buf_init(&want, 2 * in.n + 1024);
		buf_init(&lf, in.n + 1);
		body_stream_init(&s, (enum body_encoding)e);
		for (size_t i = 0; i < in.n; i += 1 + i % 7)
			body_stream_add(
				&s, &got, str_sub(in, i, i + 1 + i % 7));
		body_stream_end(&s, &got);
		body_stream_fini(&s);
		for (size_t i = 0; i < in.n; i++)
			if (e == BODY_BASE64 || in.p[i] != '\r' ||
				i + 1 == in.n || in.p[i + 1] != '\n')
				buf_addc(&lf, in.p[i]);
		body_decode(&want, (enum body_encoding)e, buf_str(&lf));
		/* of a line that nobody writes it may be cut elsewhere */
		assert(in.n >= 16 << 10 ||
			str_eq(buf_str(&got), buf_str(&want)));
		buf_fini(&got);
		buf_fini(&want);
		buf_fini(&lf);
	}
}

static void
charsets(struct str in)
{
	static const char *const labels[] = { "", "utf-8", "euc-kr", "johab",
		"iso-2022-kr", "iso-2022-jp", "shift_jis", "euc-jp", "gb2312",
		"hz", "big5", "utf-7", "utf-16", "utf-32", "windows-1255",
		"windows-874", "iso-2022-cn", "x-user-defined" };

	for (size_t i = 0; i < sizeof labels / sizeof *labels; i++) {
		struct buf b;

		buf_init(&b, 16 * in.n + 1024);
		charset_decode(&b, str_c(labels[i]), in, i % 2 ? "ko" : NULL);
		assert(utf8_valid(buf_str(&b)));
		buf_fini(&b);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct str in = { (const char *)data, n };
	struct arena *a = arena_new();
	struct doc_builder *b = doc_begin(a, 40);
	struct buf flat, made;

	codings(in);
	pieces(in);
	charsets(in);
	words_calendar(b, in);
	words_card(b, in);
	words_delivery(b, in);
	doc_end(b);
	buf_init(&flat, 64 << 20);
	buf_init(&made, 64 << 20);
	flowed_undo(&flat, in, n % 2);
	flowed_make(&made, buf_str(&flat));
	buf_fini(&flat);
	buf_fini(&made);
	arena_free(&a);
	return 0;
}
