/* SPDX-License-Identifier: GPL-3.0-or-later */
/* probe - see probe.h */
#define _GNU_SOURCE
#include "app/probe.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "base/secret.h"
#include "net/discover.h"
#include "net/stream.h"
#include "store/receipts.h"

/* --- discovery
 * --------------------------------------------------------------------- */

static const char *
url_of(struct arena *a, const struct discover_server *s)
{
	static const char *const names[] = { "imap", "pop3", "smtp" };

	return arena_printf(a, "%s%s://%s:%u", names[s->kind],
		s->is_starttls ? "" : "s", s->host, s->port);
}

static struct server *
servers(struct arena *a, const struct discover_server *s, size_t n)
{
	struct server *out = arena_array(a, n, sizeof *out);

	for (size_t i = 0; i < n; i++) {
		out[i].url = url_of(a, &s[i]);
		out[i].found = *s[i].note ? arena_printf(a, "%s (%s)",
						    s[i].found, s[i].note)
					  : s[i].found;
	}
	return out;
}

int
probe_find(const struct config *config, const char *address, struct arena *a,
	struct msg_account *out, struct err *e)
{
	struct discover_settings set = { .cancel_fd = -1 };
	struct discover d;

	if (config->dns_server.count)
		set.dns_server = config->dns_server.item[0];
	if (discover(address, &set, a, &d, e) < 0)
		return -1;
	out->address = arena_strdup(a, address);
	out->user = d.user ? d.user : out->address;
	out->in = servers(a, d.in, d.ins);
	out->ins = d.ins;
	out->out = servers(a, d.out, d.outs);
	out->outs = d.outs;
	return 0;
}

void
probe_discover(struct context *c, struct msg *m)
{
	struct msg *r = context_answer(m, MSG_SERVERS);
	struct err e;

	if (probe_find(c->config, m->u.setup.address, r->arena, &r->u.setup,
		    &e) < 0) {
		context_fail(c, m, &e);
		msg_free(&r);
		return;
	}
	context_post(c, r);
}

/* --- the test
 * ---------------------------------------------------------------------- */

struct told {
	struct context *c;
	const struct msg *m;
};

static void
tell(void *ctx, const char *url)
{
	const struct told *t = ctx;

	context_progress(t->c, t->m, 0, 1, N_("signing in to %s"), url);
}

/* The answer: the servers that serve in receive and send, and of each that was
 * tried why it does not. Without such in its err. */
static void
answer(struct context *c, const struct msg *m, const struct err *e)
{
	struct msg *r = context_answer(m, MSG_SERVERS);
	const struct msg_account *from = &m->u.setup;
	struct msg_account *to = &r->u.setup;

	to->address = arena_strdup(r->arena, from->address);
	to->user = arena_strdup(r->arena, from->user);
	to->receive = arena_strdup(r->arena, from->receive);
	to->send = arena_strdup(r->arena, from->send);
	to->in = msg_servers(r->arena, from->in, from->ins);
	to->out = msg_servers(r->arena, from->out, from->outs);
	to->ins = from->ins;
	to->outs = from->outs;
	r->err = *e;
	context_post(c, r);
}

void
probe_test(struct context *c, struct msg *m)
{
	struct stream_facts facts = { 0 };
	struct told t = { c, m };
	struct err e;

	if (probe_sign_in(&m->u.setup, m->arena, &facts, tell, &t, &e) == 0) {
		err_clear(&e); /* of those before the one that serves */
	} else if (e.class == ERR_CERT && facts.is_bad) {
		struct msg *r = context_answer(m, MSG_STATUS);
		struct msg_status *s = &r->u.status;

		s->state = ACCOUNT_CERT;
		s->text = arena_strdup(r->arena, e.text);
		s->certificate = arena_strdup(r->arena, facts.text);
		s->pin = arena_strdup(r->arena, facts.pin);
		s->fingerprint = arena_strdup(r->arena, facts.fingerprint);
		context_post(c, r);
		return;
	}
	answer(c, m, &e);
}

/* --- writing it down
 * ---------------------------------------------------------------- */

/* A name that no account has yet. */
static const char *
free_name(const struct config *config, struct arena *a, const char *want)
{
	const char *name =
		arena_printf(a, "%.*s", (int)strcspn(want, "/\"@"), want);

	for (int i = 2; config_account(config, name) && i < 1000; i++)
		name = arena_printf(
			a, "%.*s%d", (int)strcspn(want, "/\"@"), want, i);
	return *name ? name : "mail";
}

/* URL with the user name in it, percent-encoded. */
static void
print_url(struct buf *out, const char *key, const char *url, const char *user)
{
	const char *host = strstr(url, "://");

	if (!host || strchr(host, '@')) {
		buf_printf(out, "%s = %s\n", key, url);
		return;
	}
	buf_printf(out, "%s = %.*s://", key, (int)(host - url), url);
	for (const char *p = user; *p; p++)
		if ((*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') ||
			(*p >= '0' && *p <= '9') || strchr("-._", *p))
			buf_addc(out, *p);
		else
			buf_printf(out, "%%%02X", (unsigned char)*p);
	buf_printf(out, "@%s\n", host + 3);
}

/* The password in a file of its own below the data directory, 0600, read by
 * password-command: it never stands in the configuration. */
static int
keep_password(const struct paths *p, struct arena *a, const char *name,
	const struct secret *password, const char **command, struct err *e)
{
	const char *file = arena_printf(a, "%s/password-%s", p->data, name);

	*command = arena_printf(a, "cat \"%s\"", file);
	return file_write(file, secret_bytes(password), 0600, e);
}

int
probe_write(const struct config *config, const struct paths *p,
	const struct msg_account *s, struct arena *a, const char **name_out,
	struct err *e)
{
	const char *name = free_name(config, a, s->name), *command;
	struct buf b;
	int rc = 0;

	buf_init(&b, 64 << 10);
	buf_printf(&b, "address = %s\n", s->address);
	if (s->person && *s->person)
		buf_printf(&b, "name = %s\n", s->person);
	print_url(&b, "receive", s->receive, s->user);
	print_url(&b, "send", s->send, s->user);
	command = s->password_command;
	if (!command && s->password)
		rc = keep_password(p, a, name, s->password, &command, e);
	if (rc == 0 && command)
		buf_printf(&b, "password-command = %s\n", command);
	if (s->ca_file)
		buf_printf(&b, "ca-file = %s\n", s->ca_file);
	for (size_t i = 0; i < b.n; i++)
		if (b.p[i] == '\r' || b.p[i] == '\0')
			rc = err_set(e, ERR_INPUT, 0,
				"a line break stands in the account's data");
	if (rc == 0)
		rc = config_add_account(config, name, buf_c(&b), e);
	buf_fini(&b);
	*name_out = name;
	return rc;
}

static int
keep_pins(struct context *c, const struct msg_account *s, const char *name,
	struct arena *a, struct err *e)
{
	const char *const urls[] = { s->receive, s->send };
	struct receipts *r;
	int rc = 0;

	if (!s->pin || !*s->pin)
		return 0;
	r = receipts_open(arena_printf(a, "%s/receipts.db", c->paths.data), e);
	if (!r)
		return -1;
	for (int i = 0; i < 2 && rc == 0; i++) {
		struct config_url u;

		if (config_url_parse(a, urls[i], i == 1, &u, e) < 0)
			continue;
		rc = receipts_put_pin(r, name,
			arena_printf(a, "%s:%u", u.host, u.port), s->pin, e);
	}
	receipts_close(&r);
	return rc;
}

void
probe_add(struct context *c, struct msg *m)
{
	const char *name;
	struct config *again;
	struct msg *done;
	struct err e;
	int status;

	if (probe_write(c->config, &c->paths, &m->u.setup, m->arena, &name,
		    &e) < 0 ||
		keep_pins(c, &m->u.setup, name, m->arena, &e) < 0) {
		context_fail(c, m, &e);
		return;
	}
	again = config_load(c->config->path, &status, &e);
	if (status < 0 || again->accounts != c->config->accounts + 1) {
		context_fail(c, m, &e);
		config_free(&again);
		return;
	}
	done = context_answer(m, MSG_DONE);
	done->account = (int)c->config->accounts;
	done->u.text = arena_printf(done->arena,
		err_words(N_("the account \"%s\" is set up and written to %s")),
		name, c->config->path);
	context_new_config(c, again);
	context_post(c, done);
}
