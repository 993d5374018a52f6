/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The servers of a new account, one after the other until one serves: see
 * probe.h */
#define _GNU_SOURCE
#include <stdio.h>
#include <string.h>

#include "app/probe.h"
#include "base/clock.h"
#include "net/imap.h"
#include "net/pop3.h"
#include "net/session.h"
#include "net/smtp.h"

/* Where there are others the next one is not kept waiting; none is begun after
 * TOTAL_MS. */
enum { CONNECT_MS = 8000, SILENCE_MS = 15000, TOTAL_MS = 60000 };

struct trial {
	struct msg_account *s;
	struct arena *a;
	struct stream_facts *facts;
	void (*trying)(void *ctx, const char *url);
	void *ctx;
	int64_t end_ms;
	bool has_said; /* the server just tried knows the password */
};

static struct stream_settings
stream_of(const struct config_url *u, struct trial *t, bool has_others)
{
	enum stream_tls tls = STREAM_STARTTLS;

	if (u->scheme == SCHEME_IMAPS || u->scheme == SCHEME_POP3S ||
		u->scheme == SCHEME_SMTPS)
		tls = STREAM_TLS;
	else if (config_scheme_is_insecure(u->scheme))
		tls = STREAM_PLAIN;
	return (struct stream_settings){ .host = u->host,
		.port = u->port,
		.tls = tls,
		.ca_file = t->s->ca_file,
		.pin = t->s->pin && *t->s->pin ? t->s->pin : NULL,
		.cancel_fd = -1,
		.connect_ms = has_others ? CONNECT_MS : 0,
		.silence_ms = has_others ? SILENCE_MS : 0,
		.has_said = &t->has_said,
		.name = "probe" };
}

static int
sign_in_to_mail(const struct config_url *in, const struct session_settings *ss,
	struct stream_facts *facts, struct err *e)
{
	struct imap_settings is = { .stream = ss->stream,
		.user = ss->user,
		.password = ss->password,
		.auth = ss->auth };
	struct imap *m;
	struct pop3 *x;

	switch (in->scheme) {
	case SCHEME_IMAPS:
	case SCHEME_IMAP:
	case SCHEME_IMAP_INSECURE:
		m = imap_open(&is, facts, e);
		if (!m)
			return -1;
		imap_close(&m);
		return 0;
	case SCHEME_POP3S:
	case SCHEME_POP3:
	case SCHEME_POP3_INSECURE:
		x = pop3_open(ss, facts, e);
		if (!x)
			return -1;
		(void)!pop3_quit(x, e);
		pop3_close(&x);
		return 0;
	default:
		return err_set(e, ERR_INPUT, 0,
			"mail of a new account comes by IMAP or POP3");
	}
}

static int
try_one(struct trial *t, const char *url, bool is_out, bool has_others,
	struct err *e)
{
	struct session_settings ss = { .user = t->s->user,
		.password = t->s->password,
		.auth = t->s->auth };
	struct config_url u;

	t->has_said = false;
	memset(t->facts, 0, sizeof *t->facts);
	if (config_url_parse(t->a, url, is_out, &u, e) < 0)
		return -1;
	if (u.scheme == SCHEME_LOCAL || u.scheme == SCHEME_SENDMAIL)
		return 0;
	if (t->trying)
		t->trying(t->ctx, url);
	ss.stream = stream_of(&u, t, has_others);
	return is_out ? smtp_probe(&ss, t->facts, e)
		      : sign_in_to_mail(&u, &ss, t->facts, e);
}

/* May the next one be asked, or does this one know the password (rule: what was
 * wrong there would be said elsewhere too)? */
static bool
may_go_on(const struct trial *t, const struct err *e)
{
	return !t->has_said && (e->class == ERR_LATER || e->class == ERR_CERT ||
				       e->class == ERR_ACCOUNT);
}

static size_t
place_of(const struct server *list, size_t n, const char *url)
{
	size_t i = 0;

	while (i < n && strcmp(list[i].url, url) != 0)
		i++;
	return i;
}

/* None of the N is left: what is said of all. */
static int
none_serves(struct trial *t, const struct server *list, size_t n, size_t first,
	const struct err *its, const struct err *cert,
	const struct stream_facts *shown, struct err *e)
{
	if (cert->class == ERR_CERT) {
		*t->facts = *shown;
		*e = *cert;
		return -1;
	}
	if (n == 1) {
		*e = *its;
		return -1;
	}
	return err_set(e, its->class, its->code,
		"none of the %zu servers that were found can be used. %s: %s",
		n, list[first].url, its->text);
}

static int
try_all(struct trial *t, struct server *list, size_t n, const char **url,
	bool is_out, struct err *e)
{
	size_t first = place_of(list, n, *url);
	struct stream_facts shown = { 0 };
	struct err its = { 0 }, cert = { 0 };
	const char *cert_url = *url;

	if (first == n) /* what the user wrote, and no other */
		return try_one(t, *url, is_out, false, e);
	for (size_t k = 0; k < n; k++) {
		size_t i = k == 0 ? first : k <= first ? k - 1 : k;

		if (k > 0 && clock_mono_ms() > t->end_ms) {
			list[i].why = err_words(
				N_("not tried: the others took too long"));
			continue;
		}
		if (try_one(t, list[i].url, is_out, n > 1, e) == 0) {
			*url = list[i].url;
			list[i].why = NULL;
			return 0;
		}
		list[i].why = arena_strdup(t->a, e->text);
		if (!may_go_on(t, e)) {
			*url = list[i].url;
			return -1;
		}
		if (k == 0)
			its = *e;
		if (cert.class == ERR_NONE && e->class == ERR_CERT &&
			t->facts->is_bad) {
			cert = *e;
			shown = *t->facts;
			cert_url = list[i].url;
		}
	}
	*url = cert_url;
	return none_serves(t, list, n, first, &its, &cert, &shown, e);
}

int
probe_sign_in(struct msg_account *s, struct arena *a,
	struct stream_facts *facts, void (*trying)(void *ctx, const char *url),
	void *ctx, struct err *e)
{
	struct trial t = { .s = s,
		.a = a,
		.facts = facts,
		.trying = trying,
		.ctx = ctx,
		.end_ms = clock_mono_ms() + TOTAL_MS };

	if (!s->password)
		return err_set(e, ERR_AUTH, 0, "a password is needed");
	if (try_all(&t, s->in, s->ins, &s->receive, false, e) < 0)
		return -1;
	t.end_ms = clock_mono_ms() + TOTAL_MS;
	return try_all(&t, s->out, s->outs, &s->send, true, e);
}
