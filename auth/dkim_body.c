/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dkim_body - see dkim_body.h
 *
 * Nearly all bytes of a body stay as they are, so the canonical body is made
 * of long runs of the original and of a few short strings between them. Runs
 * go to SHA-256 from where they lie; short ones are gathered first. */
#include "auth/dkim_body.h"

#include <pthread.h>

enum { GATHER = 4096 };

struct sink {
	struct body_hashes *all;
	bool is_relaxed;
	int64_t length;
	bool failed;
	size_t n;
	char gathered[GATHER];
};

static pthread_once_t fetch_once = PTHREAD_ONCE_INIT;
static EVP_MD *sha256;

static void
fetch(void)
{
	sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
}

const EVP_MD *
dkim_sha256(void)
{
	pthread_once(&fetch_once, fetch);
	return sha256;
}

int
body_hashes_want(struct body_hashes *b, bool is_relaxed, int64_t limit)
{
	size_t i;

	for (i = 0; i < b->count; i++)
		if (b->want[i].is_relaxed == is_relaxed &&
			b->want[i].limit == limit)
			return (int)i;
	if (i == BODY_HASHES)
		return -1;
	b->want[i] =
		(struct body_hash){ .is_relaxed = is_relaxed, .limit = limit };
	b->count++;
	return (int)i;
}

/* Hand P to every hash of this canonicalization that has not had enough. */
static void
digest(struct sink *s, const char *p, size_t n)
{
	for (size_t i = 0; i < s->all->count; i++) {
		struct body_hash *h = &s->all->want[i];
		size_t take = n;

		if (h->is_relaxed != s->is_relaxed)
			continue;
		if (h->limit >= 0) {
			int64_t left = h->limit - s->length;

			if (left <= 0)
				continue;
			if ((uint64_t)left < take)
				take = (size_t)left;
		}
		if (!EVP_DigestUpdate(h->context, p, take))
			s->failed = true;
	}
	s->length += (int64_t)n;
}

static void
flush(struct sink *s)
{
	size_t n = s->n;

	s->n = 0;
	if (n)
		digest(s, s->gathered, n);
}

static void
put(struct sink *s, const char *p, size_t n)
{
	if (n == 0)
		return;
	if (s->n + n > GATHER)
		flush(s);
	if (n > GATHER / 4) {
		flush(s);
		digest(s, p, n);
		return;
	}
	memcpy(s->gathered + s->n, p, n);
	s->n += n;
}

/* BODY without the empty lines at its end: behind its last line's content. For
 * the relaxed form lines of white space are empty too. */
static size_t
content_end(struct str body, bool is_relaxed)
{
	size_t end = body.n;

	for (;;) {
		size_t at = end;

		while (is_relaxed && at > 0 &&
			(body.p[at - 1] == ' ' || body.p[at - 1] == '\t'))
			at--;
		if (at == 0)
			return 0;
		if (body.p[at - 1] != '\n')
			return is_relaxed ? at : end;
		at--;
		if (at > 0 && body.p[at - 1] == '\r')
			at--;
		end = at;
	}
}

/* Only the line ends can differ: runs go from one bare LF to the next. */
static void
run_simple(struct sink *s, struct str body)
{
	size_t start = 0, at = 0;

	while (at < body.n) {
		const char *lf = memchr(body.p + at, '\n', body.n - at);

		if (!lf)
			break;
		at = (size_t)(lf - body.p);
		if (at == 0 || body.p[at - 1] != '\r') {
			put(s, body.p + start, at - start);
			put(s, "\r\n", 2);
			start = at + 1;
		}
		at++;
	}
	put(s, body.p + start, body.n - start);
	put(s, "\r\n", 2);
}

#define ONES (~UINT64_C(0) / 255)
#define HAS_ZERO(x) (((x)-ONES) & ~(x) & (ONES * 0x80))

/* The offset from AT on of the first byte that relaxed canonicalization may
 * change: a tab, a LF, or a space beside other white space. */
static size_t
next_odd(struct str body, size_t at)
{
	/* eight bytes at a time while there is no tab, no LF and no two
	 * spaces in a row; a false alarm only costs the slow look below */
	while (at + 9 <= body.n) {
		uint64_t w, after;

		memcpy(&w, body.p + at, 8);
		memcpy(&after, body.p + at + 1, 8);
		if (HAS_ZERO(w ^ ONES * '\n') | HAS_ZERO(w ^ ONES * '\t'))
			break;
		/* spaces followed by a space, a tab, a CR or a LF */
		if (HAS_ZERO(w ^ ONES * ' ') &&
			(HAS_ZERO(after ^ ONES * ' ') |
				HAS_ZERO(after ^ ONES * '\t') |
				HAS_ZERO(after ^ ONES * '\r') |
				HAS_ZERO(after ^ ONES * '\n'))) {
			uint64_t sp = w ^ ONES * ' ';
			uint64_t both = HAS_ZERO(sp | (after ^ ONES * ' ')) |
					HAS_ZERO(sp | (after ^ ONES * '\t')) |
					HAS_ZERO(sp | (after ^ ONES * '\r')) |
					HAS_ZERO(sp | (after ^ ONES * '\n'));

			if (both)
				break;
		}
		at += 8;
	}
	for (; at < body.n; at++) {
		char c = body.p[at];

		if (c == '\n' || c == '\t')
			return at;
		if (c == ' ' && (at + 1 == body.n || body.p[at + 1] == ' ' ||
					body.p[at + 1] == '\t' ||
					body.p[at + 1] == '\r' ||
					body.p[at + 1] == '\n'))
			return at;
	}
	return body.n;
}

static void
run_relaxed(struct sink *s, struct str body)
{
	size_t start = 0, at = 0;

	while ((at = next_odd(body, at)) < body.n) {
		size_t white = at, next;

		if (body.p[at] == '\n') {
			if (at > 0 && body.p[at - 1] == '\r') {
				at++;
				continue;
			}
			put(s, body.p + start, at - start);
			put(s, "\r\n", 2);
			start = ++at;
			continue;
		}
		while (at < body.n && (body.p[at] == ' ' || body.p[at] == '\t'))
			at++;
		next = at;
		if (next == body.n || body.p[next] == '\n' ||
			(body.p[next] == '\r' && next + 1 < body.n &&
				body.p[next + 1] == '\n')) {
			/* at the end of a line it goes */
			put(s, body.p + start, white - start);
			start = next;
			continue;
		}
		if (next - white == 1 && body.p[white] == ' ')
			continue; /* a space before a lone CR */
		put(s, body.p + start, white - start);
		put(s, " ", 1);
		start = next;
	}
	put(s, body.p + start, body.n - start);
	put(s, "\r\n", 2);
}

static bool
run_one(struct body_hashes *b, struct str body, bool is_relaxed)
{
	struct sink s;
	bool any = false;
	size_t end;

	s.all = b;
	s.is_relaxed = is_relaxed;
	s.length = 0;
	s.failed = false;
	s.n = 0;
	for (size_t i = 0; i < b->count; i++)
		any = any || b->want[i].is_relaxed == is_relaxed;
	if (!any)
		return true;
	end = content_end(body, is_relaxed);
	if (end > 0 && is_relaxed)
		run_relaxed(&s, str_sub(body, 0, end));
	else if (end > 0)
		run_simple(&s, str_sub(body, 0, end));
	else if (!is_relaxed)
		put(&s, "\r\n", 2); /* 3.4.3: an empty body is one CRLF */
	flush(&s);
	for (size_t i = 0; i < b->count; i++)
		if (b->want[i].is_relaxed == is_relaxed)
			b->want[i].length = s.length;
	return !s.failed;
}

bool
body_hashes_run(struct body_hashes *b, struct str body)
{
	bool ok = true;

	for (size_t i = 0; i < b->count; i++) {
		b->want[i].context = EVP_MD_CTX_new();
		ok = ok && b->want[i].context && dkim_sha256() &&
		     EVP_DigestInit_ex(b->want[i].context, dkim_sha256(), NULL);
	}
	ok = ok && run_one(b, body, false) && run_one(b, body, true);
	for (size_t i = 0; i < b->count; i++) {
		if (ok && !EVP_DigestFinal_ex(
				  b->want[i].context, b->want[i].hash, NULL))
			ok = false;
		EVP_MD_CTX_free(b->want[i].context);
		b->want[i].context = NULL;
	}
	return ok;
}
