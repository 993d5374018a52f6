/* SPDX-License-Identifier: GPL-3.0-or-later */
/* html FILE...: HTML bodies into lines of 80 columns on standard output, all in
 * one process, as a mail client does it; the microseconds of CPU that took
 * since main began, on standard error. See tests/bench/html. */
#define _DEFAULT_SOURCE
#include <stdio.h>
#include <sys/resource.h>

#include "base/file.h"
#include "mime/html.h"

static long
cpu_us(void)
{
	struct rusage u;

	getrusage(RUSAGE_SELF, &u);
	return (u.ru_utime.tv_sec + u.ru_stime.tv_sec) * 1000000L +
	       u.ru_utime.tv_usec + u.ru_stime.tv_usec;
}

static void
show(struct str body)
{
	struct arena *a = arena_new();
	struct doc_builder *b = doc_begin(a, 80);
	struct doc *d;

	html_render(b, body, NULL);
	d = doc_end(b);
	for (size_t i = 0; i < d->lines; i++) {
		for (size_t k = 0; k < d->line[i].spans; k++)
			fwrite(d->line[i].span[k].text.p, 1,
				d->line[i].span[k].text.n, stdout);
		putchar('\n');
	}
	arena_free(&a);
}

int
main(int argc, char **argv)
{
	long start = cpu_us();
	struct str body;
	struct err e;

	arena_warm(); /* as signet show does */
	for (int i = 1; i < argc; i++) {
		if (file_map(argv[i], LIMIT_MESSAGE, &body, &e) < 0) {
			fprintf(stderr, "%s\n", e.text);
			return 1;
		}
		show(body);
		file_unmap(&body);
	}
	fflush(stdout);
	fprintf(stderr, "%ld\n", cpu_us() - start);
	return 0;
}
