/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a submission server may say; see fuzz_imap.c. */
#include "net/smtp.h"

#include "tests/fuzz/session.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
submit(const uint8_t *data, size_t size, enum stream_tls tls)
{
	static const char *const to[] = { "a@x.example", "b@x.example" };
	struct secret *password = secret_new(STR("pw-very-secret"));
	struct session_settings s = { .user = "me", .password = password };
	struct smtp_letter l = { "me@x.example", to, 2,
		STR("Subject: x\n\n.hello\n"), false };
	struct arena *a = arena_new();
	struct smtp_result r;
	char heard[8192];
	struct err e;
	int far_end, rc;

	s.stream = session_begin(data, size, 587, tls, &far_end);
	rc = smtp_submit(&s, &l, a, &r, NULL, &e);
	session_end(far_end, heard, sizeof heard);
	if (tls == STREAM_STARTTLS)
		assert(rc < 0 && !strstr(heard, "AUTH"));
	/* unknown or accepted only where the letter went out */
	if (rc == 0 && (r.state == SMTP_ACCEPTED || r.state == SMTP_UNKNOWN))
		assert(strstr(heard, "\r\n.\r\n"));
	for (const char *p = r.text; *p; p++)
		assert((unsigned char)*p >= 0x20);
	arena_free(&a);
	secret_free(&password);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size > 100000)
		return 0;
	submit(data, size, STREAM_PLAIN);
	submit(data, size, STREAM_STARTTLS);
	return 0;
}
