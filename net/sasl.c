/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sasl - see sasl.h */
#define _DEFAULT_SOURCE
#include "net/sasl.h"

#include "mime/body.h"

void
sasl_wipe(struct buf *b)
{
	if (b->p)
		explicit_bzero(b->p, b->cap);
	buf_fini(b);
}

void
sasl_encode(struct buf *out, struct str s)
{
	struct buf lines;

	buf_init(&lines, SASL_MAX);
	body_encode_base64(&lines, s);
	for (size_t i = 0; i < lines.n; i++)
		if (lines.p[i] != '\r' && lines.p[i] != '\n')
			buf_addc(out, lines.p[i]);
	sasl_wipe(&lines);
}

void
sasl_plain(struct buf *out, const char *user, struct str password)
{
	struct buf plain;

	buf_init(&plain, SASL_MAX);
	buf_addc(&plain, '\0');
	buf_adds(&plain, user);
	buf_addc(&plain, '\0');
	buf_add(&plain, password);
	sasl_encode(out, buf_str(&plain));
	sasl_wipe(&plain);
}
