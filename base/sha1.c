/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sha1 - see sha1.h */
#include "base/sha1.h"

#include <stdio.h>

static uint32_t
turn(uint32_t x, int n)
{
	return x << n | x >> (32 - n);
}

static void
block(uint32_t h[5], const unsigned char *p)
{
	uint32_t w[80], a = h[0], b = h[1], c = h[2], d = h[3], e = h[4];

	for (int i = 0; i < 16; i++)
		w[i] = (uint32_t)p[4 * i] << 24 | (uint32_t)p[4 * i + 1] << 16 |
		       (uint32_t)p[4 * i + 2] << 8 | p[4 * i + 3];
	for (int i = 16; i < 80; i++)
		w[i] = turn(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
	for (int i = 0; i < 80; i++) {
		uint32_t f =
			i < 20   ? ((b & c) | (~b & d)) + 0x5a827999
			: i < 40 ? (b ^ c ^ d) + 0x6ed9eba1
			: i < 60 ? ((b & c) | (b & d) | (c & d)) + 0x8f1bbcdc
				 : (b ^ c ^ d) + 0xca62c1d6;
		uint32_t t = turn(a, 5) + f + e + w[i];

		e = d;
		d = c;
		c = turn(b, 30);
		b = a;
		a = t;
	}
	h[0] += a;
	h[1] += b;
	h[2] += c;
	h[3] += d;
	h[4] += e;
}

void
sha1_hex(struct str s, char out[41])
{
	uint32_t h[5] = { 0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476,
		0xc3d2e1f0 };
	unsigned char tail[128] = { 0 };
	const unsigned char *p = (const unsigned char *)s.p;
	size_t left = s.n % 64, n = left < 56 ? 64 : 128;
	uint64_t bits = (uint64_t)s.n * 8;

	for (size_t i = 0; i + 64 <= s.n; i += 64)
		block(h, p + i);
	if (left)
		memcpy(tail, p + s.n - left, left);
	tail[left] = 0x80;
	for (size_t i = 0; i < 8; i++)
		tail[n - 1 - i] = (unsigned char)(bits >> (8 * i));
	for (size_t i = 0; i < n; i += 64)
		block(h, tail + i);
	for (int i = 0; i < 5; i++)
		snprintf(out + 8 * i, 9, "%08x", h[i]);
}
