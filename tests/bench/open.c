/* SPDX-License-Identifier: GPL-3.0-or-later */
/* open DIRECTORY: what opening each letter of it costs before it is drawn (map,
 * parse, render, list the parts): wall milliseconds, median, p99 and longest.
 */
#define _DEFAULT_SOURCE
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

#include "app/letter/parts.h"
#include "base/clock.h"
#include "base/file.h"
#include "mime/doc.h"
#include "mime/message.h"

static int
by_time(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return x < y ? -1 : x > y;
}

static int64_t
open_one(const char *path)
{
	struct doc_options o = { .width = 96 };
	int64_t start = clock_mono_us();
	struct arena *a = arena_new();
	const struct here whole = { .here = LETTER_WHOLE };
	struct msg_doc d = { 0 };
	struct message *m;
	struct str map;
	struct err e;

	if (file_map(path, LIMIT_MESSAGE, &map, &e) < 0)
		return 0;
	m = message_read(a, map, NULL);
	d.doc = doc_render(a, m, &o);
	parts_list(a, m, &whole, &d);
	file_unmap(&map);
	arena_free(&a);
	return clock_mono_us() - start;
}

int
main(int argc, char **argv)
{
	static int64_t us[20000];
	char worst[4096] = "";
	size_t n = 0;
	struct dirent *d;
	int64_t most = 0;
	DIR *dir;

	if (argc != 2 || !(dir = opendir(argv[1])))
		return 2;
	while ((d = readdir(dir)) && n < 20000) {
		char path[4096];

		if (d->d_name[0] == '.')
			continue;
		snprintf(path, sizeof path, "%s/%s", argv[1], d->d_name);
		us[n] = open_one(path);
		if (us[n] > most) {
			most = us[n];
			snprintf(worst, sizeof worst, "%s", d->d_name);
		}
		n++;
	}
	closedir(dir);
	if (n == 0)
		return 1;
	qsort(us, n, sizeof *us, by_time);
	printf("%zu letters: median %.2f ms, p99 %.2f ms, longest %.2f ms "
	       "(%s)\n",
		n, (double)us[n / 2] / 1e3, (double)us[n * 99 / 100] / 1e3,
		(double)most / 1e3, worst);
	return 0;
}
