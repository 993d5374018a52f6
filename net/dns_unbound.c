/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dns_unbound - answers from the DNS through libunbound; see dns.h
 *
 * One context serves everybody: its own thread does the network, ours hands
 * its answers out, and whoever asks sleeps until his answer is there or his
 * time is up. libunbound has no time-out of its own and ub_resolve cannot be
 * bounded, so every question is asynchronous and is cancelled when late.
 *
 *     caller --ub_resolve_async--> context's thread --pipe--> process()
 *        ^---------------- job->is_done, condition ----------------'
 */
#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unbound.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/utf8.h"
#include "net/dns_own.h"

enum {
	CACHE_SLOTS = 4096,
	CACHE_SECONDS = 3600, /* no answer is kept longer */
	PROBE_MS = 1500,
	CLASS_IN = 1,
	TYPE_DNSKEY = 48
};

struct job {
	struct unbound *u;
	struct job *next, **link; /* of the hints under way */
	int id;
	bool is_done, is_hint; /* a hint has nobody who waits */
	struct ub_result *result;
};

struct entry {
	struct arena *a; /* holds name and answer; NULL: free */
	struct str name;
	enum dns_type type;
	int64_t until_ms;
	struct dns_answer answer;
};

struct unbound {
	struct dns dns; /* first */
	struct ub_ctx *ctx;
	FILE *null; /* libunbound would write to stderr */
	bool validates;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t done;
	int wake[2]; /* a pipe that ends the thread */
	bool is_stopped, has_thread;
	struct job *hints;
	struct entry cache[CACHE_SLOTS];
};

static int
type_number(enum dns_type type)
{
	static const int numbers[] = { 1, 28, 5, 15, 12, 16 };

	return numbers[type];
}

/* --- answers -------------------------------------------------------------- */

/* The domain name at P, N bytes in wire form (libunbound has no compression
 * left in them), as text; escapes what could be taken for a dot. */
static bool
read_name(struct arena *a, const unsigned char *p, size_t n, struct str *out)
{
	struct buf b;
	size_t at = 0;

	buf_init(&b, 1024);
	while (at < n && p[at] != 0) {
		size_t length = p[at++];

		if (length > 63 || length > n - at) {
			buf_fini(&b);
			return false;
		}
		if (b.n)
			buf_addc(&b, '.');
		for (size_t i = 0; i < length; i++, at++)
			if (p[at] == '.' || p[at] == '\\' || p[at] <= 0x20 ||
				p[at] >= 0x7f)
				buf_printf(&b, "\\%03u", p[at]);
			else
				buf_addc(&b, (char)p[at]);
	}
	*out = arena_str(a, buf_str(&b));
	buf_fini(&b);
	return at < n;
}

/* The character-strings of a TXT record, joined. */
static bool
read_txt(struct arena *a, const unsigned char *p, size_t n, struct str *out)
{
	char *text = arena_alloc(a, n + 1);
	size_t at = 0, length = 0;

	while (at < n) {
		size_t one = p[at++];

		if (one > n - at)
			return false;
		memcpy(text + length, p + at, one);
		length += one;
		at += one;
	}
	*out = (struct str){ text, length };
	return length <= LIMIT_TXT;
}

static bool
read_record(struct arena *a, enum dns_type type, const char *data, size_t n,
	struct dns_record *out)
{
	const unsigned char *p = (const unsigned char *)data;

	switch (type) {
	case DNS_A:
	case DNS_AAAA:
		out->data = arena_str(a, (struct str){ data, n });
		return n == (type == DNS_A ? 4 : 16);
	case DNS_TXT:
		return read_txt(a, p, n, &out->data);
	case DNS_MX:
		if (n < 3)
			return false;
		out->preference = (unsigned)(p[0] << 8 | p[1]);
		return read_name(a, p + 2, n - 2, &out->data);
	case DNS_PTR:
	case DNS_CNAME:
		return read_name(a, p, n, &out->data);
	}
	return false;
}

static const char *
safe_reason(struct arena *a, const char *kind, const char *text)
{
	struct buf b;
	const char *s;

	buf_init(&b, 300);
	buf_adds(&b, kind);
	utf8_safe(&b, str_c(text), UTF8_LINE);
	s = arena_cstr(a, buf_str(&b));
	buf_fini(&b);
	return s;
}

static void
read_result(struct unbound *u, struct arena *a, enum dns_type type,
	const struct ub_result *r, struct dns_answer *out)
{
	size_t n = 0, total = 0;

	*out = (struct dns_answer){ .reason = "", .ttl = (unsigned)r->ttl };
	out->dnssec = r->bogus        ? DNSSEC_BOGUS
		      : !u->validates ? DNSSEC_UNKNOWN
		      : r->secure     ? DNSSEC_SECURE
				      : DNSSEC_INSECURE;
	if (r->bogus) { /* first: there may be data all the same */
		dns_fail(out, safe_reason(a, "bogus: ",
				      r->why_bogus ? r->why_bogus : ""));
		return;
	}
	if (r->nxdomain || r->rcode == 3) {
		out->status = DNS_NXDOMAIN;
		return;
	}
	if (r->rcode != 0) {
		dns_fail(out, r->rcode == 2   ? "SERVFAIL"
			      : r->rcode == 5 ? N_("refused")
					      : N_("an error from the server"));
		return;
	}
	while (r->havedata && r->data[n])
		n++;
	out->record = arena_array(a, n, sizeof *out->record);
	for (size_t i = 0; i < n; i++) {
		total += (size_t)r->len[i];
		if (total > LIMIT_DNS_ANSWER)
			break;
		if (read_record(a, type, r->data[i], (size_t)r->len[i],
			    &out->record[out->records]))
			out->records++;
	}
}

/* --- the cache; all with the lock held ------------------------------------ */

static struct entry *
slot(struct unbound *u, struct str name, enum dns_type type)
{
	uint32_t h = 2166136261u + (uint32_t)type;

	for (size_t i = 0; i < name.n; i++)
		h = (h ^ (unsigned char)ascii_lower(name.p[i])) * 16777619u;
	return &u->cache[h % CACHE_SLOTS];
}

/* A copy of FROM in A. */
static void
copy_answer(
	struct arena *a, const struct dns_answer *from, struct dns_answer *out)
{
	*out = *from;
	out->reason = arena_strdup(a, from->reason);
	out->record = arena_array(a, from->records, sizeof *out->record);
	for (size_t i = 0; i < from->records; i++) {
		out->record[i].preference = from->record[i].preference;
		out->record[i].data = arena_str(a, from->record[i].data);
	}
}

static bool
cache_get(struct unbound *u, struct arena *a, struct str name,
	enum dns_type type, struct dns_answer *out)
{
	struct entry *e = slot(u, name, type);

	if (!e->a || e->type != type || !str_ieq(e->name, name) ||
		e->until_ms <= clock_mono_ms())
		return false;
	copy_answer(a, &e->answer, out);
	return true;
}

static void
cache_put(struct unbound *u, struct str name, enum dns_type type,
	const struct dns_answer *answer)
{
	struct entry *e = slot(u, name, type);
	unsigned ttl =
		answer->ttl > CACHE_SECONDS ? CACHE_SECONDS : answer->ttl;

	if (answer->status == DNS_TEMPFAIL || ttl == 0)
		return;
	if (e->a)
		arena_reset(e->a);
	else
		e->a = arena_new();
	e->name = arena_str(e->a, name);
	e->type = type;
	e->until_ms = clock_mono_ms() + (int64_t)ttl * 1000;
	copy_answer(e->a, answer, &e->answer);
}

/* --- asking --------------------------------------------------------------- */

static void
job_free(struct job *j)
{
	ub_resolve_free(j->result);
	free(j);
}

static void
unlink_hint(struct job *j)
{
	*j->link = j->next;
	if (j->next)
		j->next->link = j->link;
}

/* Called by ub_process on our thread. The caller that waits owns the job; a
 * hint is nobody's. */
static void
arrived(void *arg, int rc, struct ub_result *result)
{
	struct job *j = arg;
	struct unbound *u = j->u;

	if (rc != 0) {
		ub_resolve_free(result);
		result = NULL;
	}
	pthread_mutex_lock(&u->lock);
	if (j->is_hint) {
		unlink_hint(j);
		pthread_mutex_unlock(&u->lock);
		j->result = result;
		job_free(j);
		return;
	}
	j->result = result;
	j->is_done = true;
	pthread_cond_broadcast(&u->done);
	pthread_mutex_unlock(&u->lock);
}

static struct job *
start(struct unbound *u, const char *name, int type, bool is_hint)
{
	struct job *j = calloc(1, sizeof *j);

	if (!j)
		return NULL;
	j->u = u;
	j->is_hint = is_hint;
	if (is_hint) {
		pthread_mutex_lock(&u->lock);
		j->next = u->hints;
		j->link = &u->hints;
		if (j->next)
			j->next->link = &j->next;
		u->hints = j;
		pthread_mutex_unlock(&u->lock);
	}
	if (ub_resolve_async(u->ctx, name, type, CLASS_IN, j, arrived,
		    is_hint ? NULL : &j->id) != 0) {
		if (is_hint) {
			pthread_mutex_lock(&u->lock);
			unlink_hint(j);
			pthread_mutex_unlock(&u->lock);
		}
		free(j);
		return NULL;
	}
	return j;
}

/* Wait for J until UNTIL_MS; true where its answer is there. */
static bool
wait_for(struct unbound *u, struct job *j, int64_t until_ms)
{
	struct timespec t = { until_ms / 1000, until_ms % 1000 * 1000000 };
	bool done;

	pthread_mutex_lock(&u->lock);
	while (!j->is_done && !u->is_stopped &&
		pthread_cond_timedwait(&u->done, &u->lock, &t) == 0)
		continue;
	done = j->is_done;
	pthread_mutex_unlock(&u->lock);
	if (done)
		return true;
	if (ub_cancel(u->ctx, j->id) == 0)
		return false; /* no call will come */
	/* too late: it is on its way through process() */
	pthread_mutex_lock(&u->lock);
	while (!j->is_done)
		pthread_cond_wait(&u->done, &u->lock);
	pthread_mutex_unlock(&u->lock);
	return true;
}

static void
unbound_query(struct dns *d, struct arena *a, struct str name,
	enum dns_type type, int timeout_ms, struct dns_answer *out)
{
	struct unbound *u = (struct unbound *)d;
	int64_t until = clock_mono_ms() + timeout_ms;
	struct job *j = NULL;
	bool stopped;

	*out = (struct dns_answer){ .reason = "" };
	pthread_mutex_lock(&u->lock);
	stopped = u->is_stopped;
	if (!stopped && cache_get(u, a, name, type, out)) {
		pthread_mutex_unlock(&u->lock);
		return;
	}
	pthread_mutex_unlock(&u->lock);
	if (!stopped)
		j = start(u, arena_cstr(a, name), type_number(type), false);
	if (!j) {
		dns_fail(out,
			stopped ? N_("stopped") : N_("the resolver failed"));
		return;
	}
	if (!wait_for(u, j, until)) {
		dns_fail(out, N_("timeout"));
	} else if (!j->result) {
		dns_fail(out, N_("the resolver failed"));
	} else {
		read_result(u, a, type, j->result, out);
		pthread_mutex_lock(&u->lock);
		cache_put(u, name, type, out);
		pthread_mutex_unlock(&u->lock);
	}
	job_free(j);
}

static void
unbound_hint(
	struct dns *d, struct arena *a, struct str name, enum dns_type type)
{
	struct unbound *u = (struct unbound *)d;
	struct entry *e;
	bool known;

	pthread_mutex_lock(&u->lock);
	e = slot(u, name, type);
	known = u->is_stopped ||
		(e->a && e->type == type && str_ieq(e->name, name) &&
			e->until_ms > clock_mono_ms());
	pthread_mutex_unlock(&u->lock);
	if (!known)
		start(u, arena_cstr(a, name), type_number(type), true);
}

static void *
process(void *arg)
{
	struct unbound *u = arg;
	struct pollfd p[2] = { { .fd = ub_fd(u->ctx), .events = POLLIN },
		{ .fd = u->wake[0], .events = POLLIN } };

	for (;;) {
		if (poll(p, 2, -1) < 0 && errno != EINTR)
			break;
		if (p[0].revents)
			ub_process(u->ctx);
		/* whoever stops waits for nothing any more */
		if (p[1].revents)
			break;
	}
	return NULL;
}

/* --- opening and closing -------------------------------------------------- */

static bool
option(struct ub_ctx *ctx, const char *name, const char *value)
{
	return ub_ctx_set_option(ctx, name, value) == 0;
}

static int
set_servers(struct ub_ctx *ctx, const struct dns_settings *s, struct err *e)
{
	for (size_t i = 0; i < s->servers; i++)
		if (ub_ctx_set_fwd(ctx, s->server[i]) != 0)
			return err_set(e, ERR_INPUT, 0,
				"'%s' is no DNS server (ADDRESS or "
				"ADDRESS@PORT)",
				s->server[i]);
	/* without any it asks the root servers and those below them itself */
	if (s->servers == 0)
		ub_ctx_resolvconf(ctx, NULL);
	return 0;
}

/* A context; nothing is asked yet. Options first, then zones: adding one ends
 * the time for options. */
static struct ub_ctx *
make_context(
	const struct dns_settings *s, FILE *null, bool validates, struct err *e)
{
	static const char *const zones[] = { "test.", "invalid.", "onion.",
		"home.arpa." };
	const char *anchor =
		s->anchor_file ? s->anchor_file : "/usr/share/dns/root.key";
	struct ub_ctx *ctx = ub_ctx_create();

	if (!ctx) {
		err_set(e, ERR_SYSTEM, 0, "libunbound cannot start");
		return NULL;
	}
	ub_ctx_debugout(ctx, null);
	ub_ctx_async(ctx, 1);
	option(ctx, "do-not-query-localhost:", "no");
	option(ctx, "unblock-lan-zones:", "yes");
	option(ctx, "insecure-lan-zones:", "yes");
	option(ctx, "outgoing-range:", "256");
	option(ctx, "num-queries-per-thread:", "512");
	option(ctx, "val-max-restart:", "1");
	if (set_servers(ctx, s, e) < 0 ||
		(validates && ub_ctx_add_ta_file(ctx, anchor) != 0 &&
			err_set(e, ERR_INPUT, 0,
				"'%s' is no file of trust anchors", anchor))) {
		ub_ctx_delete(ctx);
		return NULL;
	}
	for (size_t i = 0; i < sizeof zones / sizeof *zones; i++)
		ub_ctx_zone_add(ctx, zones[i], "transparent");
	return ctx;
}

static bool
start_thread(struct unbound *u)
{
	u->has_thread = pthread_create(&u->thread, NULL, process, u) == 0;
	return u->has_thread;
}

static void
end_thread(struct unbound *u)
{
	if (!u->has_thread)
		return;
	while (write(u->wake[1], "", 1) < 0 && errno == EINTR)
		continue;
	pthread_join(u->thread, NULL);
	u->has_thread = false;
}

/* Can the servers answer so that signatures can be followed from the root?
 * Many home routers cannot: then nothing would be valid at all. */
static bool
probe(struct unbound *u)
{
	struct job *j = start(u, ".", TYPE_DNSKEY, false);
	bool ok;

	if (!j)
		return false;
	ok = wait_for(u, j, clock_mono_ms() + PROBE_MS) && j->result &&
	     j->result->secure;
	job_free(j);
	return ok;
}

static void
unbound_stop(struct dns *d)
{
	struct unbound *u = (struct unbound *)d;

	pthread_mutex_lock(&u->lock);
	u->is_stopped = true;
	pthread_cond_broadcast(&u->done);
	pthread_mutex_unlock(&u->lock);
}

static void
unbound_close(struct dns *d)
{
	struct unbound *u = (struct unbound *)d;

	end_thread(u);
	if (u->ctx)
		ub_ctx_delete(u->ctx);
	for (struct job *j = u->hints, *next; j; j = next) {
		next = j->next;
		job_free(j);
	}
	if (u->null)
		fclose(u->null);
	for (size_t i = 0; i < CACHE_SLOTS; i++)
		arena_free(&u->cache[i].a);
	for (int i = 0; i < 2; i++)
		if (u->wake[i] >= 0)
			close(u->wake[i]);
	pthread_cond_destroy(&u->done);
	pthread_mutex_destroy(&u->lock);
	free(u);
}

static int
open_context(struct unbound *u, const struct dns_settings *s, struct err *e)
{
	char c;

	u->validates = s->dnssec;
	u->ctx = make_context(s, u->null, u->validates, e);
	if (!u->ctx && u->validates && !s->anchor_file) {
		/* no trust anchors on this system */
		u->validates = false;
		u->ctx = make_context(s, u->null, false, e);
	}
	if (!u->ctx)
		return -1;
	if (!start_thread(u))
		return err_set(e, ERR_SYSTEM, 0, "no thread for the DNS");
	if (!u->validates || s->anchor_file || probe(u))
		return 0;
	end_thread(u);
	ub_ctx_delete(u->ctx);
	while (read(u->wake[0], &c, 1) < 0 && errno == EINTR)
		continue;
	u->validates = false;
	u->ctx = make_context(s, u->null, false, e);
	if (!u->ctx)
		return -1;
	return start_thread(u)
		       ? 0
		       : err_set(e, ERR_SYSTEM, 0, "no thread for the DNS");
}

struct dns *
dns_open(const struct dns_settings *s, struct err *e)
{
	struct unbound *u = calloc(1, sizeof *u);
	pthread_condattr_t attr;

	if (!u) {
		err_set(e, ERR_SYSTEM, 0, "no memory for the DNS");
		return NULL;
	}
	dns_init(&u->dns);
	u->dns.query = unbound_query;
	u->dns.hint = unbound_hint;
	u->dns.stop = unbound_stop;
	u->dns.close = unbound_close;
	u->wake[0] = u->wake[1] = -1;
	pthread_mutex_init(&u->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&u->done, &attr);
	pthread_condattr_destroy(&attr);
	u->null = fopen("/dev/null", "we");
	if (!u->null || pipe(u->wake) < 0)
		err_sys(e, errno, "cannot start the DNS");
	else if (open_context(u, s, e) == 0)
		return &u->dns;
	unbound_close(&u->dns);
	return NULL;
}
