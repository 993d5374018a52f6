/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A whole message, with answers that lie: nothing in it may be verified, for
 * no key is its sender's */
#include <assert.h>
#include <stdint.h>

#include "auth/verify.h"
#include "base/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void
query(struct resolver *r, struct arena *a, struct str name, enum dns_type type,
	struct dns_answer *out)
{
	static const char key[] =
		"v=DKIM1; k=ed25519; "
		"p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";

	(void)r;
	*out = (struct dns_answer){ .reason = "" };
	out->record = arena_array(a, 1, sizeof *out->record);
	if (type != DNS_TXT)
		return;
	out->records = 1;
	if (str_starts(name, STR("_dmarc.")))
		out->record[0].data = STR("v=DMARC1; p=reject");
	else if (str_find(name, STR("_domainkey")) >= 0)
		out->record[0].data = str_c(key);
	else
		out->record[0].data = STR("v=spf1 -all");
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static const char *const id[] = { "mx.here.example" };
	static const char *const known[] = { "paypal.com", "xn--bcher-kva.de" };
	struct str in = { (const char *)data, n };
	struct arena *a = arena_new();
	struct resolver r = { .query = query };
	struct verify_facts f = { .now = 1700000000,
		.believed = id,
		.believeds = 1,
		.known = known,
		.knowns = 2 };
	struct verdict *v = verify_message(a, in, &f, &r);

	assert(v->rule >= 1 && v->rule <= 9);
	/* only a receiver's field can say so, and it was believed */
	assert(v->state != VERDICT_VERIFIED || v->is_server_only);
	assert(utf8_valid(str_c(v->sentence)));
	assert(utf8_valid(str_c(v->from_address)));
	for (size_t i = 0; i < v->alerts; i++)
		assert(utf8_valid(str_c(v->alert[i].text)));
	arena_free(&a);
	return 0;
}
