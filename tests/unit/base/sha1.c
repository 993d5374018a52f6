/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>
#include <string.h>

#include "base/sha1.h"

/* FIPS 180-2, appendix A; lengths around a block; sha1sum(1) */
Test(sha1, names_bytes)
{
	static const struct {
		const char *bytes;
		size_t times;
		const char *want;
	} row[] = {
		{ "", 1, "da39a3ee5e6b4b0d3255bfef95601890afd80709" },
		{ "abc", 1, "a9993e364706816aba3e25717850c26c9cd0d89d" },
		{ "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 1,
			"84983e441c3bd26ebaae4aa1f95129e5e54670f1" },
		{ "a", 1000000, "34aa973cd4c4daa4f61eeb2bdbad27316534016f" },
		{ "x", 55, "cef734ba81a024479e09eb5a75b6ddae62e6abf1" },
		{ "x", 63, "0ddc4e0cccd9a12850deb5abb0853a4425559fec" },
		{ "x", 64, "bb2fa3ee7afb9f54c6dfb5d021f14b1ffe40c163" },
	};

	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		struct buf b;
		char got[41];

		buf_init(&b, 2000000);
		for (size_t k = 0; k < row[i].times; k++)
			buf_adds(&b, row[i].bytes);
		sha1_hex(buf_str(&b), got);
		cr_expect_str_eq(got, row[i].want, "%zu: %s", i, got);
		buf_fini(&b);
	}
}
