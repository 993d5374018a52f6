/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a server says of the parts of a letter, and a letter made of it: the
 * first line is the BODYSTRUCTURE, then come headers, apart by a line "%". */
#include <assert.h>
#include <stdint.h>

#include "app/sync/layout.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str rest = { (const char *)data, size }, text, header;
	struct arena *a = arena_new();
	struct layout_piece *piece;
	struct imap_part *p;
	struct str *head;
	size_t n, pieces, leaves = 0, bodies = 0;

	if (size > 100000 || !str_split(&rest, '\n', &text) ||
		!str_split(&rest, '%', &header) ||
		!imap_read_structure(a, text, &p, &n)) {
		arena_free(&a);
		return 0;
	}
	assert(n > 0 && n <= LIMIT_MIME_PARTS);
	head = arena_array(a, n, sizeof *head);
	for (size_t i = 0; i < n; i++) {
		assert(p[i].depth <= LIMIT_MIME_DEPTH);
		leaves += !p[i].is_multi;
		head[i] = STR("");
		(void)str_split(&rest, '%', &head[i]);
	}
	if (layout_make(a, header, p, head, n, &piece, &pieces)) {
		for (size_t i = 0; i < pieces; i++)
			bodies += piece[i].leaf != NULL;
		assert(bodies == leaves && pieces == leaves + 1);
	}
	arena_free(&a);
	return 0;
}
