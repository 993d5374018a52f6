/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "net/imap.h"
#include "peer.h"

#define CAPS                                                                   \
	"* CAPABILITY IMAP4rev1 IDLE SASL-IR AUTH=PLAIN COMPRESS=DEFLATE\r\n"
#define IN "* OK ready\r\n" CAPS "1 OK a\r\n2 OK in\r\n" CAPS "3 OK b\r\n"
#define GO "4 OK go\r\n"

static struct err e;

struct said {
	char *p;
	size_t n, cap;
};

static void
say(struct said *s, const void *p, size_t n)
{
	cr_assert(s->n + n <= s->cap);
	memcpy(s->p + s->n, p, n);
	s->n += n;
}

/* TEXT, COUNT times, compressed; HOW ends it. */
static void
say_deflated(struct said *s, const char *text, size_t count, int how)
{
	z_stream z = { 0 };

	cr_assert(deflateInit2(&z, 9, Z_DEFLATED, -MAX_WBITS, 8,
			  Z_DEFAULT_STRATEGY) == Z_OK);
	z.next_out = (unsigned char *)s->p + s->n;
	z.avail_out = (uInt)(s->cap - s->n);
	for (size_t i = 0; i < count; i++) {
		z.next_in = (unsigned char *)(uintptr_t)text;
		z.avail_in = (uInt)strlen(text);
		deflate(&z, i + 1 < count ? Z_NO_FLUSH : how);
		cr_assert(z.avail_out > 0);
	}
	s->n = s->cap - z.avail_out;
	deflateEnd(&z);
}

/* A session whose server says S when all before has been read. */
static struct imap *
opened(const struct said *s, int *fd)
{
	struct secret *password = secret_new(STR("secret-9"));
	struct imap_settings i = { .user = "me", .password = password };
	struct imap *m;

	imap_global_init();
	i.stream = peer_says(IN, strlen(IN), true, fd);
	m = imap_open(&i, NULL, &e);
	secret_free(&password);
	cr_assert(m, "%s", e.text);
	peer_adds(*fd, s->p, s->n);
	return m;
}

Test(deflate, both_ways_and_only_from_the_answer_on)
{
	struct said s = { malloc(1 << 20), 0, 1 << 20 };
	unsigned char plain[200] = "";
	char heard[4000], *at;
	z_stream z = { 0 };
	bool news;
	struct imap *m;
	int fd;

	say(&s, GO, strlen(GO));
	say_deflated(&s, "* 3 EXISTS\r\n5 OK fine\r\n", 1, Z_SYNC_FLUSH);
	m = opened(&s, &fd);
	cr_expect(imap_can(m) & IMAP_CAN_COMPRESS);
	cr_expect(imap_compress(m, &e) == 0, "%s", e.text);
	cr_expect(!(imap_can(m) & IMAP_CAN_COMPRESS));
	cr_expect(imap_noop(m, &news, &e) == 0, "%s", e.text);
	/* a second time nothing is asked */
	cr_expect(imap_compress(m, &e) == 0);
	cr_expect(!imap_is_compression_broken(m));
	peer_heard(fd, heard, sizeof heard);
	imap_close(&m);
	at = strstr(heard, "4 COMPRESS DEFLATE\r\n");
	cr_assert(at);
	cr_assert(inflateInit2(&z, -MAX_WBITS) == Z_OK);
	z.next_in = (unsigned char *)at + 20;
	z.avail_in = 100;
	z.next_out = plain;
	z.avail_out = sizeof plain - 1;
	inflate(&z, Z_SYNC_FLUSH);
	inflateEnd(&z);
	cr_expect(strncmp((char *)plain, "5 NOOP\r\n", 8) == 0, "%s", plain);
	free(s.p);
}

Test(deflate, what_says_no_goes_on_without)
{
	static const char *const answers[] = { "4 NO [COMPRESSIONACTIVE] no",
		"4 BAD what?" };

	for (size_t i = 0; i < 2; i++) {
		char text[2000];
		struct said s = { text, 0, sizeof text };
		struct imap *m;
		bool news;
		int fd;

		snprintf(text, sizeof text, "%s\r\n5 OK fine\r\n", answers[i]);
		s.n = strlen(text);
		m = opened(&s, &fd);
		cr_expect(imap_compress(m, &e) == 0, "%s", e.text);
		cr_expect(imap_noop(m, &news, &e) == 0, "%s", e.text);
		imap_close(&m);
		close(fd);
	}
}

/* Servers that lie about it, and bombs. */
Test(deflate, has_ceilings)
{
	static const struct {
		const char *name, *text;
		size_t count;
		int how; /* -1: as it stands */
		const char *error;
		bool is_its_fault;
	} rows[] = {
		{ "plain", "* OK not compressed at all\r\n5 OK fine\r\n", 1, -1,
			"broken", true },
		{ "empty blocks", "\0\0\0\xff\xff", 40000, -1, "hold nothing",
			true },
		{ "it ends", "* OK x\r\n", 1, Z_FINISH, "ends its compression",
			true },
		{ "a line", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", 40000,
			Z_SYNC_FLUSH, "longer than 1 MiB", false },
		{ "lines",
			"* OK aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
			"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
			"\r\n",
			800000, Z_SYNC_FLUSH, "64 MiB", false },
		{ "half a block", "x", 0, -1, "silent", false },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct said s = { malloc(1 << 20), 0, 1 << 20 };
		struct imap *m;
		bool news;
		int fd;

		say(&s, GO, strlen(GO));
		if (rows[i].how >= 0)
			say_deflated(
				&s, rows[i].text, rows[i].count, rows[i].how);
		for (size_t k = 0; k < rows[i].count && rows[i].how < 0; k++)
			say(&s, rows[i].text,
				*rows[i].text ? strlen(rows[i].text) : 5);
		m = opened(&s, &fd);
		cr_expect(imap_compress(m, &e) == 0, "%s", e.text);
		cr_expect(imap_noop(m, &news, &e) < 0, "%s", rows[i].name);
		cr_expect(e.class == ERR_LATER && strstr(e.text, rows[i].error),
			"%s: %s", rows[i].name, e.text);
		cr_expect(imap_is_compression_broken(m) == rows[i].is_its_fault,
			"%s", rows[i].name);
		imap_close(&m);
		close(fd);
		free(s.p);
	}
}
