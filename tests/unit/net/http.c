/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What needs no server that speaks: tests/e2e/domain.sh has the others. */
#include <criterion/criterion.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "net/http.h"
#include "peer.h"

static struct err e;

Test(http, only_https_is_fetched)
{
	static const char *const urls[] = { "http://a.example/", "https://",
		"https:///x", "file:///etc/passwd", "HTTPS://a.example/",
		"ftp://a.example/", "" };
	struct http_settings s = { .cancel_fd = -1, .server = "127.0.0.1@1" };
	struct http_answer answer;
	struct buf b;

	buf_init(&b, 100);
	for (size_t i = 0; i < sizeof urls / sizeof *urls; i++)
		cr_expect(http_get(urls[i], &s, &b, &answer, &e) < 0 &&
				  e.class == ERR_INPUT,
			"%s", urls[i]);
	s.server = "127.0.0.1@99999";
	cr_expect(http_get("https://a.example/", &s, &b, &answer, &e) < 0);
	cr_expect(e.class == ERR_INPUT, "%s", e.text);
}

Test(http, waits_end)
{
	char server[40];
	int cancel = eventfd(0, EFD_CLOEXEC), fd;
	struct http_settings s = {
		.cancel_fd = cancel, .server = server, .timeout_ms = 300
	};
	struct http_answer answer;
	pthread_t t;
	int64_t begun;
	struct buf b;
	unsigned port;

	buf_init(&b, 100);
	fd = peer_bound(SOCK_STREAM, &port);
	snprintf(server, sizeof server, "127.0.0.1@%u", port);
	/* nobody listens yet */
	cr_expect(http_get("https://a.example/", &s, &b, &answer, &e) < 0);
	cr_expect(e.class == ERR_LATER, "%s", e.text);
	/* silent from the start */
	cr_assert(listen(fd, 5) == 0);
	begun = clock_mono_ms();
	cr_expect(http_get("https://a.example/", &s, &b, &answer, &e) < 0);
	cr_expect(e.class == ERR_LATER, "%s", e.text);
	cr_expect(strstr(e.text, "no answer in time"), "%s", e.text);
	cr_expect(clock_mono_ms() - begun < 3000);
	/* cancelled while it waits */
	s.timeout_ms = 20000;
	begun = clock_mono_ms();
	cr_assert(pthread_create(&t, NULL, peer_cancel_soon, &cancel) == 0);
	cr_expect(http_get("https://a.example/", &s, &b, &answer, &e) < 0);
	cr_expect(e.class == ERR_CANCEL, "%s", e.text);
	cr_expect(clock_mono_ms() - begun < 5000);
	pthread_join(t, NULL);
	close(fd);
	close(cancel);
	buf_fini(&b);
}
