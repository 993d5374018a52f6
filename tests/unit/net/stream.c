/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "net/discover.h"
#include "net/discover_table.h"
#include "net/imap.h"
#include "peer.h"

static struct err e;

Test(stream, what_cannot_be_reached_is_said_in_time)
{
	struct stream_settings s = { .host = "127.0.0.1",
		.tls = STREAM_TLS,
		.cancel_fd = -1,
		.connect_ms = 300,
		.silence_ms = 300 };
	struct imap_settings i = { .user = "me" };
	int64_t start;
	pthread_t t;
	int fd, cancel = eventfd(0, EFD_CLOEXEC);

	/* nobody listens */
	fd = peer_bound(SOCK_STREAM, &s.port);
	cr_expect(!stream_open(&s, NULL, &e) && e.class == ERR_LATER);
	cr_expect(strstr(e.text, "refused"), "%s", e.text);
	/* silent from the start */
	cr_assert(listen(fd, 5) == 0);
	start = clock_mono_ms();
	cr_expect(!stream_open(&s, NULL, &e) && e.class == ERR_LATER);
	cr_expect(strstr(e.text, "silent"), "%s", e.text);
	cr_expect(clock_mono_ms() - start < 2000);
	/* cancelled in the handshake, and while it waits for a greeting */
	s.cancel_fd = cancel;
	s.connect_ms = s.silence_ms = 10000;
	for (int k = 0; k < 2; k++) {
		eventfd_t v;

		imap_global_init();
		i.stream = s;
		i.stream.tls = k ? STREAM_PLAIN : STREAM_TLS;
		start = clock_mono_ms();
		cr_assert(pthread_create(&t, NULL, peer_cancel_soon, &cancel) ==
			  0);
		cr_expect(!imap_open(&i, NULL, &e));
		cr_expect(e.class == ERR_CANCEL, "%s", e.text);
		cr_expect(clock_mono_ms() - start < 5000, "%d ms",
			(int)(clock_mono_ms() - start));
		pthread_join(t, NULL);
		cr_assert(eventfd_read(cancel, &v) == 0);
	}
	s.host = "nothing.invalid";
	s.connect_ms = 3000;
	cr_expect(!stream_open(&s, NULL, &e) && e.class == ERR_LATER);
	cr_expect(strstr(e.text, "nothing.invalid"), "%s", e.text);
	close(fd);
	close(cancel);
}

Test(discover, providers_are_found_by_whole_labels)
{
	static const struct {
		const char *domain, *mx, *imap;
	} rows[] = {
		{ "gmail.com", "", "imap.gmail.com" },
		{ "GMail.com", "", "imap.gmail.com" },
		{ "naver.com", "", "imap.naver.com" },
		{ "hanmail.net", "", "imap.daum.net" },
		{ "kakao.com", "", "imap.kakao.com" },
		{ "notgmail.com", "", NULL },
		{ "", "aspmx.l.google.com", "imap.gmail.com" },
		{ "", "x-com.mail.protection.outlook.com",
			"outlook.office365.com" },
		{ "", "notgoogle.com", NULL },
		{ "", "google.com.evil.example", NULL },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const struct provider *p =
			*rows[i].mx ? provider_of_mx(str_c(rows[i].mx))
				    : provider_of_domain(str_c(rows[i].domain));

		cr_expect((p != NULL) == (rows[i].imap != NULL), "row %zu", i);
		if (p && rows[i].imap)
			cr_expect_str_eq(p->imap, rows[i].imap);
	}
}

/* --- a DNS server of one thread
 * ------------------------------------------------- */

struct dns_server {
	int fd;
	bool is_hostile;
	const char *host; /* the first label of names that exist, or NULL */
};

/* Answer SRV for _imaps with imap.x.test:1993, MX with mx.x.test; all else with
 * nothing; a hostile one with loops and lengths that are not there. */
static void *
serve_dns(void *arg)
{
	static const unsigned char srv[] = { 0xc0, 0x0c, 0, 33, 0, 1, 0, 0, 0,
		60, 0, 19, 0, 1, 0, 1, 7, 0xc9, 4, 'i', 'm', 'a', 'p', 1, 'x',
		4, 't', 'e', 's', 't', 0 };
	static const unsigned char loop[] = { 0xc0, 0x0c, 0, 33, 0, 1, 0, 0, 0,
		60, 0, 8, 0, 1, 0, 1, 7, 0xc9, 0xc0, 0x22 };
	static const unsigned char cut[] = { 0xc0, 0x0c, 0, 33, 0, 1, 0, 0, 0,
		60, 0xff, 0xff, 0, 1 };
	static const unsigned char address[] = { 0xc0, 0x0c, 0, 1, 0, 1, 0, 0,
		0, 60, 0, 4, 127, 0, 0, 1 };
	struct dns_server *d = arg;
	unsigned char q[600];
	struct sockaddr_in from;
	socklen_t n = sizeof from;
	ssize_t got;
	int turn = 0;

	while ((got = recvfrom(
			d->fd, q, 500, 0, (struct sockaddr *)&from, &n)) > 12) {
		const unsigned char *rr = srv;
		size_t len = 0;

		if (d->host) {
			rr = address;
			if (q[12] == strlen(d->host) &&
				memcmp(q + 13, d->host, q[12]) == 0)
				len = sizeof address;
		} else if (memcmp(q + 13, "_imaps", 6) == 0) {
			len = sizeof srv;
		}
		if (d->is_hostile) {
			rr = turn++ % 2 ? loop : cut;
			len = rr == loop ? sizeof loop : sizeof cut;
		}
		q[2] = 0x84 | (q[2] & 1);
		q[3] = 0;
		q[6] = 0;
		q[7] = len ? (d->is_hostile ? 9 : 1) : 0;
		q[8] = q[9] = q[10] = q[11] = 0;
		/* whatever EDNS record the question had goes */
		for (got = 12; q[got]; got += q[got] + 1)
			;
		got += 5;
		memcpy(q + got, rr, len);
		(void)!sendto(d->fd, q, (size_t)got + len, 0,
			(struct sockaddr *)&from, n);
	}
	return NULL;
}

/* Too short for a question: the server ends. */
static void
stop_dns(unsigned port)
{
	struct sockaddr_in to = { .sin_family = AF_INET };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	to.sin_port = htons((uint16_t)port);
	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	cr_assert(sendto(fd, "stop", 4, 0, (struct sockaddr *)&to, sizeof to) ==
		  4);
	close(fd);
}

Test(discover, reads_srv_records_and_bears_hostile_ones)
{
	struct arena *a = arena_new();
	char server[40];

	for (int hostile = 0; hostile < 2; hostile++) {
		struct discover_settings set = { .dns_server = server,
			.cancel_fd = -1 };
		struct dns_server d = { .is_hostile = hostile };
		struct discover out;
		unsigned port;
		pthread_t t;

		d.fd = peer_bound(SOCK_DGRAM, &port);
		snprintf(server, sizeof server, "127.0.0.1@%u", port);
		cr_assert(pthread_create(&t, NULL, serve_dns, &d) == 0);
		cr_assert(discover("me@x.test", &set, a, &out, &e) == 0, "%s",
			e.text);
		if (hostile) {
			cr_expect(out.ins == 0);
		} else {
			cr_assert(out.ins == 1, "%zu", out.ins);
			cr_expect_str_eq(out.in[0].host, "imap.x.test");
			cr_expect(out.in[0].port == 1993);
			cr_expect(!out.in[0].is_starttls);
		}
		stop_dns(port);
		pthread_join(t, NULL);
		close(d.fd);
	}
	cr_expect(discover("nobody", &(struct discover_settings){ 0 }, a,
			  &(struct discover){ 0 }, &e) < 0);
	cr_expect(e.class == ERR_INPUT);
	arena_free(&a);
}

Test(discover, finds_pop3_where_there_is_no_imap)
{
	static const struct {
		const char *host;
		size_t ins;
		enum discover_kind kind[2];
	} rows[] = { { "imap", 1, { DISCOVER_IMAP } },
		{ "mail", 2, { DISCOVER_IMAP, DISCOVER_POP3 } },
		{ "pop", 1, { DISCOVER_POP3 } },
		{ "pop3", 1, { DISCOVER_POP3 } }, { "www", 0, { 0 } } };
	struct arena *a = arena_new();
	char server[40], want[40];

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct discover_settings set = { .dns_server = server,
			.cancel_fd = -1 };
		struct dns_server d = { .host = rows[i].host };
		struct discover out;
		unsigned port;
		pthread_t t;

		d.fd = peer_bound(SOCK_DGRAM, &port);
		snprintf(server, sizeof server, "127.0.0.1@%u", port);
		snprintf(want, sizeof want, "%s.x.test", rows[i].host);
		cr_assert(pthread_create(&t, NULL, serve_dns, &d) == 0);
		cr_assert(discover("me@x.test", &set, a, &out, &e) == 0, "%s",
			e.text);
		cr_expect(out.ins == rows[i].ins, "%s: %zu", rows[i].host,
			out.ins);
		for (size_t k = 0; k < out.ins && k < rows[i].ins; k++) {
			cr_expect(out.in[k].kind == rows[i].kind[k], "%s",
				rows[i].host);
			cr_expect_str_eq(out.in[k].host, want);
			cr_expect(out.in[k].port ==
				  (out.in[k].kind == DISCOVER_POP3 ? 995u
								   : 993u));
		}
		stop_dns(port);
		pthread_join(t, NULL);
		close(d.fd);
	}
	arena_free(&a);
}
