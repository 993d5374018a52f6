/* SPDX-License-Identifier: GPL-3.0-or-later */
/* table - see table.h */
#include "tests/unit/auth/table.h"

#include <arpa/inet.h>
#include <openssl/evp.h>

#include "auth/dkim_body.h"
#include "auth/dkim_head.h"

static void
query(struct resolver *r, struct arena *a, struct str name, enum dns_type type,
	struct dns_answer *out)
{
	struct table *t = (struct table *)r;
	bool exists = false, is_alias = false;

	*out = (struct dns_answer){ .reason = "", .dnssec = t->dnssec };
	if (++t->asked == t->fail_at) {
		out->status = DNS_TEMPFAIL;
		out->reason = "timeout";
		return;
	}
	out->record = arena_array(a, 20, sizeof *out->record);
	for (size_t i = 0; i < t->rows; i++) {
		const struct table_row *row = &t->row[i];
		struct dns_record *d = &out->record[out->records];
		unsigned char raw[16];

		/* a name exists where it or one below it stands */
		if (str_iends(str_c(row->name), name))
			exists = true;
		if (!str_ieq(str_c(row->name), name))
			continue;
		/* whatever a test's alias stands for is not there */
		is_alias = is_alias || row->type == DNS_CNAME;
		if (row->type != type)
			continue;
		if (!row->value) {
			out->status = DNS_TEMPFAIL;
			out->reason = "timeout";
			return;
		}
		d->data = str_c(row->value);
		if (type == DNS_A && inet_pton(AF_INET, row->value, raw) == 1)
			d->data = arena_str(a, (struct str){ (char *)raw, 4 });
		if (type == DNS_AAAA &&
			inet_pton(AF_INET6, row->value, raw) == 1)
			d->data = arena_str(a, (struct str){ (char *)raw, 16 });
		out->records++;
	}
	if (is_alias && type != DNS_CNAME)
		exists = false;
	out->status = exists ? DNS_OK : DNS_NXDOMAIN;
}

void
table_init(struct table *t)
{
	*t = (struct table){ .resolver.query = query };
}

void
table_add(struct table *t, const char *name, enum dns_type type,
	const char *value)
{
	if (t->rows < sizeof t->row / sizeof *t->row)
		t->row[t->rows++] = (struct table_row){ name, type, value };
}

static const char *
base64(struct arena *a, const unsigned char *p, size_t n)
{
	char *s = arena_alloc(a, 2 * n + 8);

	EVP_EncodeBlock((unsigned char *)s, p, (int)n);
	return s;
}

struct str
table_sign(struct arena *a, struct table *t, const char *domain, const char *h,
	const char *extra, const char *fields, const char *body)
{
	struct body_hashes bodies = { .count = 0 };
	unsigned char hash[32], public[32], signature[64];
	size_t n = sizeof public, sn = sizeof signature;
	EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
	EVP_MD_CTX *c = EVP_MD_CTX_new();
	const char *field;
	struct header *read;
	struct buf head;
	struct str all;
	int64_t l = -1;
	bool used[64];
	const char *at = strstr(extra, "l=");
	uint64_t v;

	if (at && str_to_u64(str_sub(str_c(at), 2, 3), 9, &v))
		l = (int64_t)v;
	body_hashes_want(&bodies, true, l);
	body_hashes_run(&bodies, str_c(body));
	field = arena_printf(a,
		"DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/relaxed; "
		"d=%s; s=s1; %sh=%s;\r\n bh=%s; b=",
		domain, extra, h, base64(a, bodies.want[0].hash, 32));
	all = str_c(arena_printf(a, "%s\r\n%s\r\n", field, fields));
	read = header_parse(a, all);
	buf_init(&head, 1 << 20);
	dkim_head_select(&head, read, str_c(h), true, used, &read->field[0]);
	dkim_head_add(&head, &read->field[0], true, STR_NONE, true);
	EVP_Digest(head.p, head.n, hash, NULL, EVP_sha256(), NULL);
	EVP_DigestSignInit(c, NULL, NULL, NULL, key);
	EVP_DigestSign(c, signature, &sn, hash, sizeof hash);
	EVP_PKEY_get_raw_public_key(key, public, &n);
	table_add(t, arena_printf(a, "s1._domainkey.%s", domain), DNS_TXT,
		arena_printf(
			a, "v=DKIM1; k=ed25519; p=%s", base64(a, public, n)));
	buf_fini(&head);
	EVP_MD_CTX_free(c);
	EVP_PKEY_free(key);
	return str_c(arena_printf(a, "%s%s\r\n%s\r\n%s", field,
		base64(a, signature, sn), fields, body));
}
