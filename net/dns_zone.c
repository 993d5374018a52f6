/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dns_zone - answers from a zone file instead of the DNS; see dns.h */
#include <arpa/inet.h>
#include <jansson.h>
#include <stdlib.h>

#include "base/file.h"
#include "net/dns_own.h"

enum { ZONE_BYTES = 64 << 20, CHAIN_MAX = 8, ZONE_TTL = 3600 };

struct zone {
	struct dns dns; /* first */
	json_t *names;  /* NAME -> its object */
	json_t *above;  /* names that exist only because of what is below */
};

static const char *
type_word(enum dns_type type)
{
	static const char *const words[] = { "A", "AAAA", "CNAME", "MX", "PTR",
		"TXT" };

	return words[type];
}

/* A character-string or a list of them, joined. */
static struct str
join(struct arena *a, json_t *v)
{
	struct str all = { "", 0 };
	size_t n = 0;
	char *p;

	if (json_is_string(v))
		return arena_str(a, (struct str){ json_string_value(v),
					    json_string_length(v) });
	for (size_t i = 0; i < json_array_size(v); i++)
		n += json_string_length(json_array_get(v, i));
	p = arena_alloc(a, n + 1);
	for (size_t i = 0; i < json_array_size(v); i++) {
		json_t *s = json_array_get(v, i);

		if (!json_is_string(s))
			continue;
		memcpy(p + all.n, json_string_value(s), json_string_length(s));
		all.n += json_string_length(s);
	}
	all.p = p;
	return all;
}

static struct str
host(struct arena *a, json_t *v)
{
	struct str s = { json_string_value(v), json_string_length(v) };

	if (s.n && s.p[s.n - 1] == '.')
		s.n--;
	return arena_str(a, s);
}

/* One record of TYPE from its JSON; false where it is none. */
static bool
read_record(
	struct arena *a, enum dns_type type, json_t *v, struct dns_record *out)
{
	unsigned char address[16];
	bool is_4 = type == DNS_A;

	switch (type) {
	case DNS_TXT:
		out->data = join(a, v);
		return json_is_string(v) || json_is_array(v);
	case DNS_A:
	case DNS_AAAA:
		if (!json_is_string(v) ||
			inet_pton(is_4 ? AF_INET : AF_INET6,
				json_string_value(v), address) != 1)
			return false;
		out->data = arena_str(
			a, (struct str){ (char *)address, is_4 ? 4 : 16 });
		return true;
	case DNS_MX:
		if (!json_is_array(v) || json_array_size(v) != 2)
			return false;
		out->preference =
			(unsigned)json_integer_value(json_array_get(v, 0));
		out->data = host(a, json_array_get(v, 1));
		return true;
	case DNS_PTR:
	case DNS_CNAME:
		out->data = host(a, v);
		return json_is_string(v);
	}
	return false;
}

/* V is a list of records, or the one there is. */
static void
read_records(
	struct arena *a, enum dns_type type, json_t *v, struct dns_answer *out)
{
	size_t n = json_is_array(v) ? json_array_size(v) : 1;

	out->record = arena_array(a, n, sizeof *out->record);
	for (size_t i = 0; i < n; i++)
		if (read_record(a, type,
			    json_is_array(v) ? json_array_get(v, i) : v,
			    &out->record[out->records]))
			out->records++;
}

static void
zone_query(struct dns *d, struct arena *a, struct str name, enum dns_type type,
	int timeout_ms, struct dns_answer *out)
{
	struct zone *z = (struct zone *)d;
	const char *at = arena_cstr(a, name), *rcode;

	(void)timeout_ms;
	*out = (struct dns_answer){ .reason = "", .ttl = ZONE_TTL };
	for (int hops = 0; hops <= CHAIN_MAX; hops++) {
		json_t *entry = json_object_get(z->names, at);
		json_t *v = json_object_get(entry, type_word(type));
		json_t *cname = json_object_get(entry, "CNAME");

		if (!entry) {
			out->status = json_object_get(z->above, at)
					      ? DNS_OK
					      : DNS_NXDOMAIN;
			return;
		}
		if (v) {
			read_records(a, type, v, out);
			return;
		}
		if (cname) {
			struct dns_answer to = { 0 };

			read_records(a, DNS_CNAME, cname, &to);
			if (to.records == 0)
				return;
			at = to.record[0].data.p;
			for (char *c = (char *)to.record[0].data.p; *c; c++)
				*c = ascii_lower(*c);
			continue;
		}
		rcode = json_string_value(json_object_get(entry, "rcode"));
		if (rcode && strcmp(rcode, "NXDOMAIN") == 0)
			out->status = DNS_NXDOMAIN;
		else if (rcode)
			dns_fail(out, strcmp(rcode, "TIMEOUT") == 0
					      ? N_("timeout")
					      : "SERVFAIL");
		return;
	}
	dns_fail(out, N_("a chain of more than 8 CNAME records"));
}

static void
zone_stop(struct dns *d)
{
	(void)d; /* nothing here waits */
}

static void
zone_close(struct dns *d)
{
	struct zone *z = (struct zone *)d;

	json_decref(z->names);
	json_decref(z->above);
	free(z);
}

/* Enter NAME and the names above it. */
static void
add_name(struct zone *z, const char *name, json_t *entry)
{
	char lower[1024];
	size_t n = 0;

	while (name[n] && n + 1 < sizeof lower) {
		lower[n] = ascii_lower(name[n]);
		n++;
	}
	while (n && lower[n - 1] == '.')
		n--;
	lower[n] = '\0';
	json_object_set(z->names, lower, entry);
	for (const char *dot = strchr(lower, '.'); dot;
		dot = strchr(dot + 1, '.'))
		json_object_set_new(z->above, dot + 1, json_true());
}

struct dns *
dns_open_zone_text(struct str json, const char *name, struct err *e)
{
	json_error_t why;
	json_t *root = json_loadb(json.p, json.n, JSON_ALLOW_NUL, &why);
	json_t *zone = json_object_get(root, "zone"), *entry;
	const char *key;
	struct zone *z;

	if (!json_is_object(root)) {
		err_set(e, ERR_INPUT, 0, "'%s' is no zone file: %s", name,
			root ? err_words(N_("it is no JSON object"))
			     : why.text);
		json_decref(root);
		return NULL;
	}
	if (!json_is_object(zone))
		zone = root;
	z = calloc(1, sizeof *z);
	if (!z) {
		json_decref(root);
		err_set(e, ERR_SYSTEM, 0, "no memory for the zone");
		return NULL;
	}
	dns_init(&z->dns);
	z->dns.query = zone_query;
	z->dns.stop = zone_stop;
	z->dns.close = zone_close;
	z->names = json_object();
	z->above = json_object();
	json_object_foreach(zone, key, entry) if (json_is_object(entry))
		add_name(z, key, entry);
	json_decref(root);
	return &z->dns;
}

struct dns *
dns_open_zone(const char *path, struct err *e)
{
	struct dns *d = NULL;
	struct buf b;

	buf_init(&b, ZONE_BYTES);
	if (file_read(path, &b, e) == 0)
		d = dns_open_zone_text(buf_str(&b), path, e);
	buf_fini(&b);
	return d;
}
