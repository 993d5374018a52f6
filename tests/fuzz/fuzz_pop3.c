/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a POP3 server may say; see fuzz_imap.c. */
#include "net/pop3.h"

#include "tests/fuzz/session.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct seen {
	unsigned begun, ended, refused;
	size_t bytes;
};

static int
take_uidl(void *ctx, uint32_t number, struct str uidl)
{
	(void)ctx;
	assert(number && uidl.n && uidl.n <= 1024);
	assert(str_chr(uidl, '\n') < 0);
	return 0;
}

static int
take_size(void *ctx, uint32_t number, uint64_t size)
{
	(void)ctx, (void)size;
	assert(number);
	return 0;
}

static int
begin(void *ctx, uint32_t number)
{
	struct seen *s = ctx;

	(void)number;
	s->begun++;
	return 0;
}

static int
take(void *ctx, struct str bytes)
{
	((struct seen *)ctx)->bytes += bytes.n;
	return 0;
}

static int
end(void *ctx, uint32_t number)
{
	struct seen *s = ctx;

	(void)number;
	s->ended++;
	assert(s->ended == s->begun);
	return 0;
}

static int
refused(void *ctx, uint32_t number, const char *words)
{
	(void)number;
	((struct seen *)ctx)->refused++;
	for (const char *p = words; *p; p++)
		assert((unsigned char)*p >= 0x20);
	return 0;
}

static void
session(const uint8_t *data, size_t size, enum stream_tls tls)
{
	static const uint32_t number[] = { 3, 2, 1 };
	struct secret *password = secret_new(STR("pw-very-secret"));
	struct session_settings s = { .user = "me", .password = password };
	struct seen seen = { 0 };
	struct pop3_sink sink = { begin, take, end, refused, &seen };
	char heard[8192];
	bool is_marked[3];
	struct pop3 *x;
	struct err e;
	int far_end;

	s.stream = session_begin(data, size, 110, tls, &far_end);
	x = pop3_open(&s, NULL, &e);
	if (x && pop3_uidl(x, take_uidl, NULL, &e) >= 0 &&
		pop3_list(x, take_size, NULL, &e) == 0 &&
		pop3_top(x, number, 3, &sink, &e) == 0 &&
		pop3_retr(x, number, 3, &sink, &e) == 0) {
		assert(seen.ended + seen.refused == 6);
		if (pop3_dele(x, number, 3, is_marked, &e) == 0)
			(void)!pop3_quit(x, &e);
	}
	assert(seen.bytes <= size);
	pop3_close(&x);
	session_end(far_end, heard, sizeof heard);
	if (tls == STREAM_STARTTLS)
		assert(!x && !strstr(heard, "AUTH") && !strstr(heard, "USER") &&
			!strstr(heard, "APOP"));
	secret_free(&password);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size > 100000)
		return 0;
	session(data, size, STREAM_PLAIN);
	session(data, size, STREAM_STARTTLS);
	return 0;
}
