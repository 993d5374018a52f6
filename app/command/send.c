/* SPDX-License-Identifier: GPL-3.0-or-later */
/* send and outbox: see command.h */
#define _DEFAULT_SOURCE
#include "app/command/parts.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "mime/field.h"
#include "mime/header.h"
#include "mime/message.h"
#include "store/outbox.h"

static int
read_all(int fd, struct buf *out)
{
	char piece[65536];
	ssize_t n;

	while ((n = read(fd, piece, sizeof piece)) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 || !buf_add(out, (struct str){ piece, (size_t)n }))
			return -1;
	}
	return 0;
}

/* The account that sends: the one named, the one whose address From is. */
static const struct config_account *
choose(struct profile *p, const char *name, struct str from)
{
	if (name)
		return config_account(p->config, name);
	for (size_t i = 0; i < p->config->accounts; i++) {
		const struct config_account *a = &p->config->account[i];

		if (str_ieq(str_c(a->address), from))
			return a;
		for (size_t k = 0; k < a->identity.count; k++) {
			struct field_addresses f = field_addresses(
				p->arena, str_c(a->identity.item[k]), NULL);

			if (f.count && str_ieq(f.item[0].addr, from))
				return a;
		}
	}
	return NULL;
}

/* The message as it goes out: without Bcc, with Date, Message-ID and From where
 * they are missing, CRLF line ends. */
static void
finish(struct buf *out, const struct message *m, const char *message_id,
	const struct config_account *a)
{
	const struct header *h = m->root->header;
	struct str body = str_sub(m->bytes, h->body, m->bytes.n);

	if (!header_get(h, "From"))
		buf_printf(out, "From: <%s>\r\n", a->address);
	if (!header_get(h, "Date")) {
		buf_adds(out, "Date: ");
		field_print_date(out, clock_wall(), 0);
		buf_adds(out, "\r\n");
	}
	if (!header_get(h, "Message-ID"))
		buf_printf(out, "Message-ID: <%s>\r\n", message_id);
	for (size_t i = 0; i < h->count; i++) {
		struct str raw = h->field[i].raw;

		if (str_ieq(h->field[i].name, STR("Bcc")))
			continue;
		for (size_t k = 0; k < raw.n; k++)
			if (raw.p[k] == '\n')
				buf_adds(out, "\r\n");
			else if (raw.p[k] != '\r')
				buf_addc(out, raw.p[k]);
	}
	buf_adds(out, "\r\n");
	for (size_t k = 0; k < body.n; k++)
		if (body.p[k] == '\n')
			buf_adds(out, "\r\n");
		else if (body.p[k] != '\r')
			buf_addc(out, body.p[k]);
}

static size_t
recipients(struct arena *a, const struct message *m, struct outbox_rcpt **out)
{
	const struct field_addresses *const lists[] = { &m->to, &m->cc,
		&m->bcc };
	size_t n = 0;

	*out = arena_array(
		a, m->to.count + m->cc.count + m->bcc.count, sizeof **out);
	for (int l = 0; l < 3; l++)
		for (size_t i = 0; i < lists[l]->count; i++)
			if (field_is_mailbox(lists[l]->item[i].addr, true))
				(*out)[n++].address =
					arena_cstr(a, lists[l]->item[i].addr);
	return n;
}

static int
queue(struct profile *p, struct str bytes, const char *account, int64_t at,
	struct err *e)
{
	struct message *m = message_read(p->arena, bytes, NULL);
	struct outbox_item i = { .reply_to = "", .next_try = at };
	const struct config_account *a = choose(
		p, account, m->from.count ? m->from.item[0].addr : STR(""));
	struct outbox *o;
	struct buf out;
	int rc;

	if (!a)
		return err_set(e, ERR_INPUT, 0,
			account ? "there is no account \"%s\""
				: N_("no account writes as the From of this "
				     "message (%s); -a names one"),
			account ? account
			: m->from.count
				? arena_cstr(p->arena, m->from.item[0].addr)
				: "none");
	i.rcpts = recipients(p->arena, m, &i.rcpt);
	if (i.rcpts == 0)
		return err_set(e, ERR_INPUT, 0,
			"the message names no recipient in To, Cc or Bcc");
	i.account = a->name;
	i.sender = a->address;
	i.subject = arena_cstr(p->arena, m->subject);
	i.message_id = m->message_id.n
			       ? arena_cstr(p->arena, m->message_id)
			       : arena_printf(p->arena, "%llx.%x@%s",
					 (unsigned long long)clock_mono_us(),
					 (unsigned)getpid(),
					 strchr(a->address, '@') + 1);
	buf_init(&out, LIMIT_MESSAGE);
	finish(&out, m, i.message_id, a);
	o = outbox_open(
		arena_printf(p->arena, "%s/outbox", p->paths.data), false, e);
	rc = !o || out.full ? -1 : outbox_add(o, buf_str(&out), &i, e);
	outbox_close(&o);
	buf_fini(&out);
	return rc;
}

/* Send what is due and wait. */
static int
flush(const char *name, struct profile *p, int *rc)
{
	struct engine *engine;
	struct err e;
	int left;

	engine = engine_start(p->config, ENGINE_OFFLINE, &e);
	if (!engine) {
		if (e.class == ERR_LATER) /* the running one sends it */
			return 0;
		*rc = command_fail(name, &e);
		return 0;
	}
	if (command_ask(engine, msg_new(MSG_OUT_FLUSH), &e) < 0)
		*rc = command_fail(name, &e);
	if (command_settle(engine, true, NULL) && *rc == 0)
		*rc = 75;
	left = engine_stop(&engine);
	return left;
}

/* "+10m", "17:30" or "2026-11-24 17:30". */
static bool
parse_time(const char *s, int64_t *out)
{
	time_t now = (time_t)clock_wall();
	struct tm tm;
	char *end;

	if (*s == '+') {
		long n = strtol(s + 1, &end, 10);
		int64_t unit = *end == 'h' ? 3600 : *end == 'd' ? 86400 : 60;

		if (end == s + 1 || n < 0 || n > 100000)
			return false;
		*out = (int64_t)now + n * unit;
		return true;
	}
	if (!localtime_r(&now, &tm))
		return false;
	tm.tm_sec = 0;
	if (strptime(s, "%Y-%m-%d %H:%M", &tm)) {
		tm.tm_isdst = -1;
		*out = (int64_t)mktime(&tm);
		return true;
	}
	if (!strptime(s, "%H:%M", &tm))
		return false;
	*out = (int64_t)mktime(&tm);
	if (*out < (int64_t)now)
		*out += 86400;
	return true;
}

int
command_send(int argc, char **argv)
{
	const char *account = NULL, *at = NULL;
	bool now = false, bad = false, help = false;
	int64_t when = clock_wall();
	struct profile p;
	struct buf in;
	struct err e;
	int rc, left = 0;

	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--now") == 0)
			now = true;
		else if (strcmp(argv[i], "--help") == 0)
			help = true;
		else if (!command_value(argc, argv, &i, "-a", &account) &&
			 !command_value(argc, argv, &i, "--at", &at))
			bad = true;
	}
	if (bad || help || (at && !parse_time(at, &when))) {
		fputs(_("usage: signet send [-a ACCOUNT] [--at TIME] [--now] < "
			"MESSAGE\n"
			"TIME: +10m, +2h, +1d, HH:MM or 'YYYY-MM-DD HH:MM'.\n"),
			help ? stdout : stderr);
		return help ? 0 : 2;
	}
	buf_init(&in, LIMIT_MESSAGE);
	rc = command_open(&p);
	if (rc == 0 && read_all(STDIN_FILENO, &in) < 0) {
		fputs(_("signet send: the message cannot be read or is too "
			"large\n"),
			stderr);
		rc = 65;
	}
	if (rc == 0 && queue(&p, buf_str(&in), account, when, &e) < 0)
		rc = command_fail(argv[0], &e);
	buf_fini(&in);
	if (rc == 0 && now)
		left = flush(argv[0], &p, &rc);
	if (left == 0)
		command_close(&p);
	return rc;
}

/* --- outbox
 * ---------------------------------------------------------------------------
 */

static void
print_item(const struct outbox_item *i, bool json)
{
	if (!json) {
		printf("%lld  %-8s  ", (long long)i->id, i->state);
		command_print(i->account);
		fputs("  ", stdout);
		command_print(i->subject);
		for (size_t k = 0; k < i->rcpts; k++) {
			printf("%s", k ? ", " : "  to ");
			command_print(i->rcpt[k].address);
		}
		if (*i->reason) {
			fputs("  (", stdout);
			command_print(i->reason);
			fputs(")", stdout);
		}
		fputc('\n', stdout);
		return;
	}
	printf("{\"id\": %lld, \"account\": ", (long long)i->id);
	command_json(i->account);
	printf(", \"state\": \"%s\", \"subject\": ", i->state);
	command_json(i->subject);
	fputs(", \"recipients\": [", stdout);
	for (size_t k = 0; k < i->rcpts; k++) {
		fputs(k ? ", {\"address\": " : "{\"address\": ", stdout);
		command_json(i->rcpt[k].address);
		printf(", \"state\": \"%s\", \"text\": ", i->rcpt[k].state);
		command_json(i->rcpt[k].text);
		fputs("}", stdout);
	}
	fputs("], \"reason\": ", stdout);
	command_json(*i->reason ? i->reason : NULL);
	printf(", \"next_try\": %lld}\n", (long long)i->next_try);
}

static int
list(const char *name, struct profile *p, bool json)
{
	struct outbox_item *item;
	struct outbox *o;
	struct err e;
	size_t n;
	int rc = 0;

	o = outbox_open(
		arena_printf(p->arena, "%s/outbox", p->paths.data), false, &e);
	if (!o || outbox_list(o, p->arena, &item, &n, &e) < 0)
		rc = command_fail(name, &e);
	else
		for (size_t i = 0; i < n; i++)
			print_item(&item[i], json);
	outbox_close(&o);
	return rc;
}

/* cancel ID, resolve ID sent|again */
static int
change(const char *name, struct profile *p, enum msg_kind kind,
	const char *number, bool was_sent, int *left)
{
	struct msg *m = msg_new(kind);
	struct engine *engine;
	struct err e;
	uint64_t id;
	int rc = 0;

	if (!str_to_u64(str_c(number), INT64_MAX, &id)) {
		msg_free(&m);
		fprintf(stderr, _("signet %s: '%s' is no number\n"), name,
			number);
		return 2;
	}
	engine = engine_start(p->config, ENGINE_OFFLINE, &e);
	if (!engine) {
		msg_free(&m);
		return command_fail(name, &e);
	}
	m->u.out.id = (int64_t)id;
	m->u.out.was_sent = was_sent;
	if (command_ask(engine, m, &e) < 0)
		rc = command_fail(name, &e);
	(void)command_settle(engine, false, NULL);
	*left = engine_stop(&engine);
	return rc;
}

int
command_outbox(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "list";
	struct profile p;
	int rc, left = 0;

	rc = command_open(&p);
	if (rc) {
		command_close(&p);
		return rc;
	}
	if (strcmp(what, "list") == 0 || strcmp(what, "--json") == 0)
		rc = list(argv[0], &p,
			argc > 1 && strcmp(argv[argc - 1], "--json") == 0);
	else if (strcmp(what, "flush") == 0 && argc == 2)
		left = flush(argv[0], &p, &rc);
	else if (strcmp(what, "cancel") == 0 && argc == 3)
		rc = change(argv[0], &p, MSG_OUT_CANCEL, argv[2], false, &left);
	else if (strcmp(what, "resolve") == 0 && argc == 4 &&
		 (strcmp(argv[3], "sent") == 0 ||
			 strcmp(argv[3], "again") == 0))
		rc = change(argv[0], &p, MSG_OUT_RESOLVE, argv[2],
			argv[3][0] == 's', &left);
	else {
		bool help = strcmp(what, "--help") == 0;

		fputs(_("usage: signet outbox [list [--json]|flush|cancel "
			"ID|resolve ID sent|again]\n"),
			help ? stdout : stderr);
		rc = help ? 0 : 2;
	}
	if (left == 0)
		command_close(&p);
	return rc;
}
