/* SPDX-License-Identifier: GPL-3.0-or-later */
/* discover - see discover.h. The questions go to the system's resolver by
 * libc's res_nquery, one after the other, each with a time-out of its own; that
 * the DNS is dead is noticed at the first. */
#define _DEFAULT_SOURCE
#include "net/discover.h"

#include <arpa/inet.h>
#include <arpa/nameser.h>
#include <idn2.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <resolv.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "net/discover_table.h"

enum {
	TOTAL_MS = 10000,
	ASK_S = 2, /* a question is asked twice, so long each time */
	SERVERS_MAX = 16,
	RECORDS_MAX = 20,
	NAME_MAX_DNS = 256
};

struct search {
	struct arena *a;
	struct discover *out;
	const char *domain; /* A-labels */
	struct __res_state res;
	int64_t end_ms;
	int cancel_fd;
	bool is_cancelled;
	const char *known; /* see exists, or NULL */
	bool is_known;
};

/* --- asking
 * ------------------------------------------------------------------------ */

struct record {
	unsigned preference, weight, port; /* SRV; MX: preference */
	char name[NAME_MAX_DNS];
};

static unsigned
get16(const unsigned char *p)
{
	return (unsigned)p[0] << 8 | p[1];
}

/* Skip the questions; the first answer, or NULL. */
static const unsigned char *
skip_questions(const unsigned char *p, const unsigned char *end)
{
	unsigned n = get16(p + 4);

	p += 12;
	while (n-- > 0) {
		int k = dn_skipname(p, end);

		if (k < 0 || end - p < k + 4)
			return NULL;
		p += k + 4;
	}
	return p;
}

/* One answer at *AT into R: 1 it is of TYPE, 0 another, -1 malformed. */
static int
read_record(const unsigned char *msg, const unsigned char **at,
	const unsigned char *end, unsigned type, struct record *r)
{
	const unsigned char *p = *at;
	size_t fixed = type == ns_t_srv ? 6 : type == ns_t_mx ? 2 : 0;
	int k = dn_skipname(p, end);
	unsigned have, n;

	if (k < 0 || end - p < k + 10)
		return -1;
	p += k;
	have = get16(p);
	n = get16(p + 8);
	p += 10;
	if (end - p < (ptrdiff_t)n)
		return -1;
	*at = p + n;
	if (have != type || n <= fixed)
		return 0;
	memset(r, 0, sizeof *r);
	if (type == ns_t_srv) {
		r->preference = get16(p);
		r->weight = get16(p + 2);
		r->port = get16(p + 4);
	} else if (type == ns_t_mx) {
		r->preference = get16(p);
	} else {
		return 1; /* an address: that it is there is enough */
	}
	return dn_expand(msg, end, p + fixed, r->name, sizeof r->name) < 0 ? -1
									   : 1;
}

static int
by_preference(const void *a, const void *b)
{
	const struct record *x = a, *y = b;

	if (x->preference != y->preference)
		return x->preference < y->preference ? -1 : 1;
	return x->weight == y->weight ? 0 : x->weight > y->weight ? -1 : 1;
}

static bool
is_over(struct search *s)
{
	struct pollfd p = { s->cancel_fd, POLLIN, 0 };

	if (s->cancel_fd >= 0 && poll(&p, 1, 0) > 0)
		s->is_cancelled = true;
	return s->is_cancelled || s->out->is_dns_dead ||
	       clock_mono_ms() >= s->end_ms;
}

/* The records of TYPE at NAME, best first. How many; 0 where there are none or
 * the time is over. */
static size_t
ask(struct search *s, const char *name, unsigned type,
	struct record r[RECORDS_MAX])
{
	unsigned char msg[4096];
	const unsigned char *p, *end;
	size_t n = 0;
	int got;

	if (is_over(s))
		return 0;
	got = res_nquery(&s->res, name, ns_c_in, (int)type, msg, sizeof msg);
	if (got < 0) {
		s->out->is_dns_dead = s->res.res_h_errno == TRY_AGAIN;
		return 0;
	}
	end = msg + (got < (int)sizeof msg ? got : (int)sizeof msg);
	if (end - msg < 12)
		return 0;
	p = skip_questions(msg, end);
	for (unsigned left = get16(msg + 6); p && left > 0 && n < RECORDS_MAX;
		left--) {
		int rc = read_record(msg, &p, end, type, &r[n]);

		if (rc < 0)
			break;
		n += (size_t)rc;
	}
	qsort(r, n, sizeof *r, by_preference);
	return n;
}

/* The last name that was asked for is not asked for again. */
static bool
exists(struct search *s, const char *name)
{
	struct record r[RECORDS_MAX];

	if (s->known && strcmp(s->known, name) == 0)
		return s->is_known;
	s->known = name;
	s->is_known =
		ask(s, name, ns_t_a, r) > 0 || ask(s, name, ns_t_aaaa, r) > 0;
	return s->is_known;
}

/* --- keeping
 * ------------------------------------------------------------------------- */

/* Can NAME stand in a URL and a certificate? DNS answers hold any byte. */
static bool
is_host(const char *name)
{
	size_t n = strlen(name);

	return n > 0 && n < 254 &&
	       strspn(name,
		       "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
		       "0123456789.-") == n;
}

static void
add(struct search *s, enum discover_kind kind, bool starttls, const char *host,
	unsigned port, const char *found, const char *note)
{
	bool is_out = kind == DISCOVER_SMTP;
	struct discover_server *list = is_out ? s->out->out : s->out->in;
	size_t *n = is_out ? &s->out->outs : &s->out->ins;

	if (!is_host(host) || port == 0 || *n == SERVERS_MAX)
		return;
	for (size_t i = 0; i < *n; i++)
		if (list[i].kind == kind && list[i].port == port &&
			str_ieq(str_c(list[i].host), str_c(host)))
			return;
	list[(*n)++] = (struct discover_server){ kind, starttls,
		arena_strdup(s->a, host), port, found, note };
}

static void
add_provider(struct search *s, const struct provider *p, const char *found)
{
	add(s, DISCOVER_IMAP, false, p->imap, 993, found, p->note);
	add(s, DISCOVER_SMTP, p->smtp_port == 587, p->smtp, p->smtp_port, found,
		p->note);
}

/* --- the ways
 * ----------------------------------------------------------------------------
 */

static void
try_srv(struct search *s)
{
	static const struct {
		const char *service;
		enum discover_kind kind;
		bool starttls;
	} rows[] = { { "_imaps", DISCOVER_IMAP, false },
		{ "_submissions", DISCOVER_SMTP, false },
		{ "_imap", DISCOVER_IMAP, true },
		{ "_submission", DISCOVER_SMTP, true },
		{ "_pop3s", DISCOVER_POP3, false },
		{ "_pop3", DISCOVER_POP3, true } };

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct record r[RECORDS_MAX];
		const char *name = arena_printf(
			s->a, "%s._tcp.%s", rows[i].service, s->domain);
		size_t n = ask(s, name, ns_t_srv, r);

		for (size_t k = 0; k < n; k++) /* "": not offered, by "." */
			add(s, rows[i].kind, rows[i].starttls, r[k].name,
				r[k].port,
				arena_printf(s->a, "SRV record %s", name), "");
	}
}

static const struct provider *
try_mx(struct search *s)
{
	struct record r[RECORDS_MAX];
	size_t n = ask(s, s->domain, ns_t_mx, r);

	for (size_t i = 0; i < n; i++) {
		const struct provider *p = provider_of_mx(str_c(r[i].name));

		if (p) {
			add_provider(s, p,
				arena_printf(
					s->a, "mail goes to %s", r[i].name));
			return p;
		}
	}
	return NULL;
}

static void
try_usual(struct search *s)
{
	/* all that are there: where a domain answers for any name, only a
	 * sign-in tells which of them has mail. IMAP before POP3 */
	static const struct {
		enum discover_kind kind;
		const char *name;
		bool starttls;
		unsigned port;
	} rows[] = { { DISCOVER_IMAP, "imap", false, 993 },
		{ DISCOVER_IMAP, "mail", false, 993 },
		{ DISCOVER_POP3, "pop3", false, 995 },
		{ DISCOVER_POP3, "pop", false, 995 },
		{ DISCOVER_POP3, "mail", false, 995 },
		{ DISCOVER_SMTP, "smtp", false, 465 },
		{ DISCOVER_SMTP, "smtp", true, 587 },
		{ DISCOVER_SMTP, "mail", false, 465 },
		{ DISCOVER_SMTP, "mail", true, 587 } };
	bool wants_in = s->out->ins == 0, wants_out = s->out->outs == 0;

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const char *name =
			arena_printf(s->a, "%s.%s", rows[i].name, s->domain);

		if ((rows[i].kind == DISCOVER_SMTP ? wants_out : wants_in) &&
			exists(s, name))
			add(s, rows[i].kind, rows[i].starttls, name,
				rows[i].port, "usual name", "");
	}
	/* nothing answers: the names are still worth a try */
	if (s->out->is_dns_dead && s->out->ins == 0) {
		add(s, DISCOVER_IMAP, false,
			arena_printf(s->a, "imap.%s", s->domain), 993,
			"a guess: the DNS does not answer", "");
		add(s, DISCOVER_SMTP, false,
			arena_printf(s->a, "smtp.%s", s->domain), 465,
			"a guess: the DNS does not answer", "");
	}
}

/* --- the door
 * ------------------------------------------------------------------------------
 */

static int
split_address(struct arena *a, const char *address, const char **local,
	const char **domain, struct err *e)
{
	struct str s = str_trim(str_c(address)), d;
	ptrdiff_t at = str_rchr(s, '@');
	char *ascii = NULL;

	if (at <= 0 || (size_t)at + 1 >= s.n)
		return err_set(
			e, ERR_INPUT, 0, "'%s' is no mail address", address);
	d = str_sub(s, (size_t)at + 1, s.n);
	*local = arena_cstr(a, str_sub(s, 0, (size_t)at));
	if (idn2_to_ascii_8z(arena_cstr(a, d), &ascii,
		    IDN2_NONTRANSITIONAL | IDN2_USE_STD3_ASCII_RULES) ==
		IDN2_OK)
		*domain = arena_strdup(a, ascii);
	else
		*domain = "";
	free(ascii);
	if (!is_host(*domain))
		return err_set(e, ERR_INPUT, 0,
			"'%.*s' cannot be the domain of an address",
			STR_ARG(d));
	return 0;
}

/* "127.0.0.1@5353" in the place of the system's servers. */
static void
use_server(struct search *s, const char *server)
{
	struct str rest = str_c(server), ip = STR("");
	struct sockaddr_in *to = &s->res.nsaddr_list[0];
	uint64_t port = 53;

	if (!str_split(&rest, '@', &ip))
		return;
	if (rest.p)
		(void)str_to_u64(rest, 65535, &port);
	memset(to, 0, sizeof *to);
	to->sin_family = AF_INET;
	to->sin_port = htons((uint16_t)port);
	if (inet_pton(AF_INET, arena_cstr(s->a, ip), &to->sin_addr) == 1)
		s->res.nscount = 1;
}

static void
look(struct search *s, const struct discover_settings *set)
{
	const struct provider *p = provider_of_domain(str_c(s->domain));
	bool has_res = false;

	if (p) {
		add_provider(s, p, "known provider");
	} else if (res_ninit(&s->res) == 0) {
		has_res = true;
		s->res.retrans = ASK_S;
		s->res.retry = 2;
		s->res.options &= ~(unsigned long)(RES_DEFNAMES | RES_DNSRCH);
		if (set->dns_server)
			use_server(s, set->dns_server);
		try_srv(s);
		if (s->out->ins == 0 || s->out->outs == 0)
			p = try_mx(s);
		if (s->out->ins == 0 || s->out->outs == 0)
			try_usual(s);
	}
	if (p && p->is_user_local)
		s->out->user = NULL; /* the first part, set by the caller */
	if (has_res)
		res_nclose(&s->res);
}

int
discover(const char *address, const struct discover_settings *set,
	struct arena *a, struct discover *out, struct err *e)
{
	struct search *s;
	const char *local = "", *domain = "";
	int rc = 0;

	*out = (struct discover){ 0 };
	if (split_address(a, address, &local, &domain, e) < 0)
		return -1;
	out->in = arena_array(a, SERVERS_MAX, sizeof *out->in);
	out->out = arena_array(a, SERVERS_MAX, sizeof *out->out);
	out->user = arena_cstr(a, str_trim(str_c(address)));
	s = ARENA_NEW(a, struct search);
	s->a = a;
	s->out = out;
	s->domain = domain;
	s->cancel_fd = set->cancel_fd;
	s->end_ms = clock_mono_ms() +
		    (set->timeout_ms > 0 ? set->timeout_ms : TOTAL_MS);
	look(s, set);
	if (!out->user)
		out->user = local;
	if (s->is_cancelled)
		rc = err_set(e, ERR_CANCEL, 0, "stopped");
	return rc;
}
