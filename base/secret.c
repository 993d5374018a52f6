/* SPDX-License-Identifier: GPL-3.0-or-later */
/* secret - see secret.h */
#define _DEFAULT_SOURCE
#include "base/secret.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

struct secret {
	size_t n;
	char bytes[SECRET_MAX + 1];
};

struct secret *
secret_new(struct str bytes)
{
	struct secret *s = mmap(NULL, sizeof *s, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (s == MAP_FAILED) {
		fputs("signet: out of memory\n", stderr);
		abort();
	}
	/* Locking can be refused (RLIMIT_MEMLOCK): then the page may be
	 * swapped, and the program goes on. */
	(void)mlock(s, sizeof *s);
	(void)madvise(s, sizeof *s, MADV_DONTDUMP);
	s->n = bytes.n > SECRET_MAX ? SECRET_MAX : bytes.n;
	if (s->n)
		memcpy(s->bytes, bytes.p, s->n);
	s->bytes[s->n] = '\0';
	return s;
}

struct secret *
secret_copy(const struct secret *s)
{
	return s ? secret_new(secret_bytes(s)) : NULL;
}

void
secret_free(struct secret **s)
{
	if (!*s)
		return;
	explicit_bzero(*s, sizeof **s);
	munmap(*s, sizeof **s);
	*s = NULL;
}

struct str
secret_bytes(const struct secret *s)
{
	return (struct str){ s->bytes, s->n };
}
