/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPF: the record is the input, and so is every answer */
#include <assert.h>
#include <stdint.h>

#include "auth/spf.h"
#include "auth/spf_record.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static struct str input;

static void
query(struct resolver *r, struct arena *a, struct str name, enum dns_type type,
	struct dns_answer *out)
{
	(void)r;
	*out = (struct dns_answer){ .reason = "" };
	out->record = arena_array(a, 2, sizeof *out->record);
	out->records = 1 + (name.n & 1);
	for (size_t i = 0; i < out->records; i++)
		out->record[i].data = type == DNS_TXT ? input
				      : type == DNS_A ? STR("\xc0\0\2\1")
				      : type == DNS_AAAA
					      ? STR("0123456789abcdef")
					      : str_sub(input, 6, 40);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct arena *a = arena_new();
	struct resolver r = { .query = query };
	struct spf_input in = { .ip = n & 1 ? "192.0.2.1" : "2001:db8::1",
		.helo = "mta.example.org",
		.mail_from = "a-b@mail.example.com",
		.now = 1700000000 };
	struct verdict_spf out = { 0 };
	struct spf_record rec;
	struct ask q;

	input = (struct str){ (const char *)data, n };
	if (spf_is_record(input))
		spf_record_parse(a, input, &rec);
	ask_init(&q, a, &r);
	spf_check(&q, &in, &out);
	assert(out.lookups <= SPF_LOOKUPS + 1 && out.steps <= SPF_STEPS);
	assert(*out.reason);
	arena_free(&a);
	return 0;
}
