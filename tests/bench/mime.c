/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mime - parses and decodes all letters of a folder in memory with one of three
 * parsers (-DWITH_SIGNET, -DWITH_GMIME, -DWITH_ETPAN) and prints the CPU
 * seconds that one pass takes. See tests/bench/mime. */
#define _DEFAULT_SOURCE
#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct letter {
	char *p;
	size_t n;
};

#if defined(WITH_SIGNET)
#include "mime/message.h"

static size_t
parse(const struct letter *l)
{
	struct arena *a = arena_new();
	struct message *m = message_read(a, (struct str){ l->p, l->n }, NULL);
	size_t sum = m->subject.n + m->from.count;

	for (struct part *p = m->root; p; p = part_next(m->root, p, true)) {
		struct buf b;

		if (p->kind != PART_LEAF)
			continue;
		buf_init(&b, LIMIT_MESSAGE);
		part_decode(&b, p);
		sum += b.n;
		buf_fini(&b);
	}
	arena_free(&a);
	return sum;
}
#elif defined(WITH_GMIME)
#include <gmime/gmime.h>

static void
leaf(GMimeObject *parent, GMimeObject *part, gpointer sum)
{
	GMimeStream *out;
	GMimeDataWrapper *w;

	(void)parent;
	if (!GMIME_IS_PART(part))
		return;
	w = g_mime_part_get_content(GMIME_PART(part));
	if (!w)
		return;
	out = g_mime_stream_mem_new();
	g_mime_data_wrapper_write_to_stream(w, out);
	*(size_t *)sum += (size_t)g_mime_stream_length(out);
	g_object_unref(out);
}

static size_t
parse(const struct letter *l)
{
	static bool ready;
	GMimeStream *s;
	GMimeParser *p;
	GMimeMessage *m;
	size_t sum = 0;

	if (!ready)
		g_mime_init(), ready = true;
	s = g_mime_stream_mem_new_with_buffer(l->p, l->n);
	p = g_mime_parser_new_with_stream(s);
	m = g_mime_parser_construct_message(p, NULL);
	if (m) {
		const char *subject = g_mime_message_get_subject(m);

		sum += subject ? strlen(subject) : 0;
		sum += (size_t)internet_address_list_length(
			g_mime_message_get_from(m));
		g_mime_message_foreach(m, leaf, &sum);
		g_object_unref(m);
	}
	g_object_unref(p);
	g_object_unref(s);
	return sum;
}
#else
#include <libetpan/libetpan.h>

static void
walk(struct mailmime *m, size_t *sum)
{
	if (m->mm_type == MAILMIME_SINGLE && m->mm_data.mm_single) {
		struct mailmime_data *d = m->mm_data.mm_single;
		int encoding = MAILMIME_MECHANISM_8BIT;
		char *out = NULL;
		size_t at = 0, n = 0;

		if (m->mm_mime_fields)
			encoding = mailmime_transfer_encoding_get(
				m->mm_mime_fields);
		if (d->dt_type == MAILMIME_DATA_TEXT &&
			mailmime_part_parse(d->dt_data.dt_text.dt_data,
				d->dt_data.dt_text.dt_length, &at, encoding,
				&out, &n) == MAILIMF_NO_ERROR) {
			*sum += n;
			mailmime_decoded_part_free(out);
		}
	} else if (m->mm_type == MAILMIME_MESSAGE &&
		   m->mm_data.mm_message.mm_msg_mime) {
		walk(m->mm_data.mm_message.mm_msg_mime, sum);
	} else if (m->mm_type == MAILMIME_MULTIPLE) {
		clistiter *i = clist_begin(m->mm_data.mm_multipart.mm_mp_list);

		for (; i; i = clist_next(i))
			walk(clist_content(i), sum);
	}
}

static size_t
parse(const struct letter *l)
{
	struct mailmime *m = NULL;
	size_t at = 0, sum = 0;

	if (mailmime_parse(l->p, l->n, &at, &m) != MAILIMF_NO_ERROR)
		return 0;
	if (m->mm_type == MAILMIME_MESSAGE && m->mm_data.mm_message.mm_fields) {
		struct mailimf_single_fields f;
		char *subject = NULL;

		mailimf_single_fields_init(&f, m->mm_data.mm_message.mm_fields);
		at = 0;
		if (f.fld_subject && f.fld_subject->sbj_value &&
			mailmime_encoded_phrase_parse("utf-8",
				f.fld_subject->sbj_value,
				strlen(f.fld_subject->sbj_value), &at, "utf-8",
				&subject) == MAILIMF_NO_ERROR) {
			sum += strlen(subject);
			free(subject);
		}
	}
	walk(m, &sum);
	mailmime_free(m);
	return sum;
}
#endif

static double
cpu(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

int
main(int argc, char **argv)
{
	static struct letter all[20000];
	size_t count = 0, sum = 0;
	struct dirent *d;
	double start;
	DIR *dir;

	if (argc != 2 || !(dir = opendir(argv[1])))
		return 2;
	while ((d = readdir(dir)) && count < 20000) {
		char path[4096];
		FILE *f;
		long n;

		snprintf(path, sizeof path, "%s/%s", argv[1], d->d_name);
		f = d->d_name[0] == '.' ? NULL : fopen(path, "rb");
		if (!f)
			continue;
		fseek(f, 0, SEEK_END);
		n = ftell(f);
		rewind(f);
		all[count].p = malloc((size_t)n + 1);
		all[count].n = fread(all[count].p, 1, (size_t)n, f);
		fclose(f);
		count++;
	}
	closedir(dir);
	for (size_t i = 0; i < count && i < 200; i++)
		sum += parse(&all[i]); /* tables, first pages */
	start = cpu();
	for (size_t i = 0; i < count; i++)
		sum += parse(&all[i]);
	printf("%.3f %zu\n", cpu() - start, sum);
	return 0;
}
