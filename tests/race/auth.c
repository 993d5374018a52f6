/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Many threads verify at once: one zone, one cache of keys, one checker of
 * scripts. Nothing here may race, and all must agree. */
#include <assert.h>
#include <pthread.h>
#include <stdio.h>

#include "auth/verify.h"
#include "net/dns.h"

enum { THREADS = 8, ROUNDS = 100 };

static const char zone[] =
	"{\"s1._domainkey.shop.example\": {\"TXT\": [\"v=DKIM1; p="
	"MFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBAKJ2lzDLZ8XlVambQfMXn3LRGKOD5o6l"
	"MIgulclWjZwP56LRqdg5ZX15bhc/GsvW8xW/R5Sh1NnkJNyL/cqY1a+GzzL47t7E"
	"XzVc+nRLWT1kwTvFNGIoAUsFUq+J6+OprwIDAQAB\"]},"
	"\"_dmarc.shop.example\": {\"TXT\": [\"v=DMARC1; p=reject\"]}}";

static const char message[] =
	"DKIM-Signature: v=1; a=rsa-sha256; d=shop.example; s=s1; h=from;\r\n"
	" bh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=; b=YWJj\r\n"
	"From: a@shop.example, \"x\" <b@sh\xd0\xbep.example>\r\n"
	"From: a@shop.example\r\n\r\nbody\r\n";

static struct dns *dns;

static void *
run(void *arg)
{
	struct verify_facts f = {
		.now = 1700000000, .ip = "192.0.2.1", .helo = "x.example"
	};

	(void)arg;
	for (int i = 0; i < ROUNDS; i++) {
		struct arena *a = arena_new();
		struct verdict *v =
			verify_message(a, STR(message), &f, dns_resolver(dns));

		assert(v->rule == 1 && v->dkims == 1);
		arena_free(&a);
	}
	return NULL;
}

int
main(void)
{
	pthread_t t[THREADS];
	struct err e;

	dns = dns_open_zone_text(STR(zone), "zone", &e);
	assert(dns);
	for (int i = 0; i < THREADS; i++)
		if (pthread_create(&t[i], NULL, run, NULL) != 0)
			return 1;
	for (int i = 0; i < THREADS; i++)
		pthread_join(t[i], NULL);
	dns_close(&dns);
	puts("ok");
	return 0;
}
