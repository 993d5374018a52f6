/* SPDX-License-Identifier: GPL-3.0-or-later */
/* names of files from outside (security rule R7): one component, nothing that a
 * shell, a terminal or a file system would take for something else */
#include <assert.h>
#include <stdint.h>

#include "base/file.h"
#include "base/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct str in = { (const char *)data, n };
	struct buf name, again, shown;

	buf_init(&name, 4096);
	buf_init(&again, 4096);
	buf_init(&shown, 8192);
	file_safe_name(&name, in, "part");
	assert(!name.full && name.n > 0 && name.n <= LIMIT_FILE_NAME);
	assert(utf8_valid(buf_str(&name)));
	for (size_t i = 0; i < name.n; i++) {
		unsigned char c = (unsigned char)name.p[i];

		assert(c >= 0x20 && c != 0x7f);
		assert(!strchr("/\\:*?\"<>|", c));
	}
	assert(!strchr(".-~ ", name.p[0]));
	assert(name.p[name.n - 1] != '.' && name.p[name.n - 1] != ' ');
	file_safe_name(&again, buf_str(&name), "part");
	assert(str_eq(buf_str(&name), buf_str(&again)));
	utf8_safe(&shown, buf_str(&name), UTF8_LINE);
	assert(str_eq(buf_str(&name), buf_str(&shown)));
	buf_fini(&name);
	buf_fini(&again);
	buf_fini(&shown);
	return 0;
}
