/* SPDX-License-Identifier: GPL-3.0-or-later */
/* COMPRESS=DEFLATE (RFC 4978): see stream.h. What comes is inflated piece by
 * piece into the reader's own buffer, so that the ceilings of the guard hold
 * for what it has become; what compresses to nothing has a ceiling here. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "net/stream_parts.h"

enum { PIECE = 16384 };

struct stream_deflate {
	z_stream in, out;
	unsigned char raw[PIECE]; /* as it came */
	char early[512];          /* inflated for stream_deflate_pending */
	size_t early_at, earlies;
	size_t barren; /* raw bytes that became nothing */
};

static int
refuse(struct stream *s, const char *why)
{
	s->is_deflate_broken = true;
	s->why = EPROTO;
	s->why_text = why;
	return -1;
}

int
stream_start_deflate(struct stream *s, struct err *e)
{
	struct stream_deflate *d = calloc(1, sizeof *d);

	if (d && inflateInit2(&d->in, -MAX_WBITS) != Z_OK) {
		free(d);
		d = NULL;
	}
	if (d && deflateInit2(&d->out, Z_DEFAULT_COMPRESSION, Z_DEFLATED,
			 -MAX_WBITS, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
		inflateEnd(&d->in);
		free(d);
		d = NULL;
	}
	if (!d)
		return err_sys(e, ENOMEM, "cannot compress");
	s->deflate = d;
	return 0;
}

void
stream_end_deflate(struct stream *s)
{
	if (!s->deflate)
		return;
	inflateEnd(&s->deflate->in);
	deflateEnd(&s->deflate->out);
	free(s->deflate);
	s->deflate = NULL;
}

/* Inflate of what has come as much as becomes N bytes at most. 0: it becomes
 * nothing; -1: it is broken. */
static ssize_t
inflate_some(struct stream *s, void *p, size_t n)
{
	struct stream_deflate *d = s->deflate;
	size_t had = d->in.avail_in;
	int rc;

	d->in.next_out = p;
	d->in.avail_out = (uInt)n;
	rc = inflate(&d->in, Z_SYNC_FLUSH);
	n -= d->in.avail_out;
	if (n)
		d->barren = 0;
	else
		d->barren += had - d->in.avail_in;
	/* what it became before it was seen to be broken is worth nothing */
	if (rc != Z_OK && rc != Z_BUF_ERROR && (n == 0 || rc != Z_STREAM_END))
		return refuse(
			s, rc == Z_STREAM_END
				   ? "it ends its compression in the middle"
				   : "what it has compressed is broken");
	if (d->barren > LIMIT_DEFLATE_BARREN)
		return refuse(s, "it sends compressed data that hold nothing");
	return (ssize_t)n;
}

ssize_t
stream_deflate_read(struct stream *s, void *p, size_t n)
{
	struct stream_deflate *d = s->deflate;
	ssize_t got;

	if (d->early_at < d->earlies) {
		if (n > d->earlies - d->early_at)
			n = d->earlies - d->early_at;
		memcpy(p, d->early + d->early_at, n);
		d->early_at += n;
		return (ssize_t)n;
	}
	if (n > INT32_MAX)
		n = INT32_MAX;
	while ((got = inflate_some(s, p, n)) == 0) {
		got = stream_transfer(s, d->raw, sizeof d->raw, false);
		if (got < 0)
			return -1;
		d->in.next_in = d->raw;
		d->in.avail_in = (uInt)got;
	}
	return got;
}

bool
stream_deflate_pending(struct stream *s)
{
	struct stream_deflate *d = s->deflate;
	ssize_t got;

	if (d->early_at < d->earlies)
		return true;
	/* not by the count of raw bytes: the last of them say only that a
	 * block has ended, and who waited for more would wait too long */
	while ((got = inflate_some(s, d->early, sizeof d->early)) == 0 &&
		s->ssl && SSL_pending(s->ssl) > 0) {
		got = stream_transfer(s, d->raw, sizeof d->raw, false);
		if (got < 0)
			break;
		d->in.next_in = d->raw;
		d->in.avail_in = (uInt)got;
	}
	d->early_at = 0;
	d->earlies = got > 0 ? (size_t)got : 0;
	return got != 0; /* broken: the next read says so */
}

static int
write_all(struct stream *s, unsigned char *p, size_t n)
{
	while (n) {
		ssize_t put = stream_transfer(s, p, n, true);

		if (put < 0)
			return -1;
		p += put;
		n -= (size_t)put;
	}
	return 0;
}

ssize_t
stream_deflate_write(struct stream *s, const void *p, size_t n)
{
	struct stream_deflate *d = s->deflate;
	unsigned char piece[PIECE];

	if (n > INT32_MAX)
		n = INT32_MAX;
	d->out.next_in = (unsigned char *)(uintptr_t)p;
	d->out.avail_in = (uInt)n;
	do {
		d->out.next_out = piece;
		d->out.avail_out = sizeof piece;
		(void)deflate(&d->out, Z_SYNC_FLUSH);
		if (write_all(s, piece, sizeof piece - d->out.avail_out) < 0)
			return -1;
	} while (d->out.avail_out == 0);
	return (ssize_t)n;
}
