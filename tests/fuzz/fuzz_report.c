/* SPDX-License-Identifier: GPL-3.0-or-later */
/* aggregate reports: XML, archives and mail */
#include <assert.h>
#include <stdint.h>

#include "app/letter/report_file.h"
#include "app/letter/report_xml.h"
#include "base/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static int
found(void *context, struct str xml, struct err *e)
{
	struct arena *a = arena_new();
	struct report *r = report_xml_read(a, xml, e);

	(void)context;
	if (r) {
		assert(r->org && r->domain && utf8_valid(str_c(r->org)));
		for (size_t i = 0; i < r->rows; i++)
			assert(r->row[i].source_ip && r->row[i].disposition);
	}
	arena_free(&a);
	return r ? 0 : -1;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct err e;

	if (report_file_read(
		    (struct str){ (const char *)data, n }, found, NULL, &e) < 0)
		assert(*e.text);
	return 0;
}
