/* SPDX-License-Identifier: GPL-3.0-or-later */
/* report_file - see report_file.h */
#include "app/letter/report_file.h"

#include <archive.h>
#include <archive_entry.h>

#include "mime/part.h"

enum { BLOCK = 64 << 10, RATIO_FREE = 1 << 20 };

static bool
is_gzip(struct str s)
{
	return str_starts(s, STR("\x1f\x8b"));
}

static bool
is_zip(struct str s)
{
	return str_starts(s, STR("PK\3\4"));
}

static bool
is_xml(struct str s)
{
	if (str_starts(s, STR("\xef\xbb\xbf")))
		s = str_sub(s, 3, s.n);
	s = str_trim(str_sub(s, 0, 200));
	return s.n && s.p[0] == '<';
}

/* All of one entry into OUT. */
static int
read_entry(struct archive *ar, size_t packed, size_t *total, struct buf *out,
	struct err *e)
{
	for (;;) {
		char *at = buf_room(out, BLOCK);
		la_ssize_t n;

		if (!at)
			return err_set(e, ERR_INPUT, 0,
				"the report unpacks to more than 32 MiB");
		n = archive_read_data(ar, at, BLOCK);
		if (n < 0)
			return err_set(
				e, ERR_INPUT, 0, "the archive is damaged");
		if (n == 0)
			return 0;
		out->n += (size_t)n;
		*total += (size_t)n;
		if (*total > RATIO_FREE && *total / REPORT_RATIO > packed)
			return err_set(e, ERR_INPUT, 0,
				"the archive unpacks to more than 200 times "
				"its size");
	}
}

static int
unpack(struct str bytes, report_found *f, void *context, struct err *e)
{
	struct archive *ar = archive_read_new();
	struct archive_entry *entry;
	struct buf xml;
	size_t total = 0;
	int found = 0, files = 0, rc = 0;

	if (!ar)
		return err_set(e, ERR_SYSTEM, 0, "no memory for the archive");
	if (is_gzip(bytes)) {
		archive_read_support_filter_gzip(ar);
		archive_read_support_format_raw(ar);
	} else {
		archive_read_support_format_zip(ar);
	}
	buf_init(&xml, LIMIT_UNPACKED);
	if (archive_read_open_memory(ar, bytes.p, bytes.n) != ARCHIVE_OK)
		rc = err_set(e, ERR_INPUT, 0, "the archive cannot be read");
	while (rc == 0 && archive_read_next_header(ar, &entry) == ARCHIVE_OK) {
		if (++files > REPORT_FILES) {
			rc = err_set(e, ERR_INPUT, 0,
				"the archive holds more than 10 files");
			break;
		}
		buf_clear(&xml);
		rc = read_entry(ar, bytes.n, &total, &xml, e);
		if (rc == 0 && is_xml(buf_str(&xml))) {
			found++;
			rc = f(context, buf_str(&xml), e);
		}
	}
	archive_read_free(ar);
	buf_fini(&xml);
	if (rc == 0 && found == 0)
		rc = err_set(e, ERR_INPUT, 0, "the archive holds no report");
	return rc;
}

static int
look_in(struct str bytes, report_found *f, void *context, struct err *e)
{
	if (is_gzip(bytes) || is_zip(bytes))
		return unpack(bytes, f, context, e);
	return f(context, bytes, e);
}

/* The parts of a mail that are archives or XML. */
static int
look_in_mail(struct str bytes, report_found *f, void *context, struct err *e)
{
	struct arena *a = arena_new();
	struct part *root = part_parse(a, bytes, NULL);
	struct buf b;
	int found = 0, rc = 0;

	buf_init(&b, LIMIT_UNPACKED);
	for (struct part *p = root; p && rc == 0 && found < REPORT_FILES;
		p = part_next(root, p, false)) {
		struct str s;

		if (p->kind != PART_LEAF || str_eq(p->type, STR("text/html")))
			continue;
		buf_clear(&b);
		part_decode(&b, p);
		s = buf_str(&b);
		if (!is_gzip(s) && !is_zip(s) && !is_xml(s))
			continue;
		found++;
		rc = look_in(s, f, context, e);
	}
	buf_fini(&b);
	arena_free(&a);
	if (rc == 0 && found == 0)
		rc = err_set(e, ERR_INPUT, 0,
			"it is neither a report nor a mail with one");
	return rc;
}

int
report_file_read(
	struct str bytes, report_found *f, void *context, struct err *e)
{
	if (is_gzip(bytes) || is_zip(bytes) || is_xml(bytes))
		return look_in(bytes, f, context, e);
	return look_in_mail(bytes, f, context, e);
}
