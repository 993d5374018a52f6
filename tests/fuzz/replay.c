/* SPDX-License-Identifier: GPL-3.0-or-later */
/* replay FILE...: run a fuzz target once over each file, without libFuzzer */
#include <stdint.h>
#include <stdio.h>

#include "base/file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int
main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		struct buf b;
		struct err e;

		buf_init(&b, 64 << 20);
		if (file_read(argv[i], &b, &e) < 0) {
			fprintf(stderr, "%s\n", e.text);
			return 1;
		}
		LLVMFuzzerTestOneInput(
			(const uint8_t *)buf_str(&b).p, buf_str(&b).n);
		buf_fini(&b);
	}
	return argc < 2;
}
