/* SPDX-License-Identifier: GPL-3.0-or-later */
/* command - see command.h. What they share, and those that only look. */
#include "app/command/parts.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/log.h"
#include "base/utf8.h"
#include "net/dns.h"

enum {
	ACCOUNTS_SHOWN = 64,
	SETTLE_MS = 10 /* nobody tells that the last work is done */
};

static const char *config_file;

void
command_set_config(const char *file)
{
	config_file = file;
}

int
command_fail(const char *name, const struct err *e)
{
	fprintf(stderr, "signet %s: %s\n", name, e->text);
	switch (e->class) {
	case ERR_INPUT:
		return 65;
	case ERR_LATER:
	case ERR_RETRY:
	case ERR_CANCEL:
		return 75;
	case ERR_AUTH:
	case ERR_CERT:
		return 77;
	case ERR_MESSAGE:
	case ERR_BOX:
		return 66;
	case ERR_ACCOUNT:
		return 69;
	default:
		return e->code == EACCES ? 77 : 69;
	}
}

int
command_open(struct profile *p)
{
	struct err e;
	int status;

	*p = (struct profile){ .arena = arena_new() };
	if (paths_find(p->arena, config_file, &p->paths, &e) < 0 ||
		paths_make(&p->paths, &e) < 0) {
		fprintf(stderr, "signet: %s\n", e.text);
		return e.class == ERR_INPUT ? 78 : 77;
	}
	if (log_open(p->paths.log, LOG_INFO, &e) < 0)
		fprintf(stderr, "signet: %s\n", e.text);
	p->config = config_load(p->paths.config, &status, &e);
	if (status < 0 ||
		paths_follow(p->arena, p->config, &p->paths, &e) < 0) {
		fprintf(stderr, "signet: %s\n", e.text);
		return 78;
	}
	return 0;
}

void
command_close(struct profile *p)
{
	config_free(&p->config);
	log_close();
	arena_free(&p->arena);
}

/* What the configuration says about the DNS: where nothing is said on the
 * command line. */
static struct dns *
open_configured(const char *command)
{
	struct arena *a = arena_new();
	struct dns_settings s = { .dnssec = true };
	struct dns *d = NULL;
	struct config *c = NULL;
	struct paths p;
	struct err e;
	int status = 0;

	if (paths_find(a, config_file, &p, &e) == 0)
		c = config_load(p.config, &status, &e);
	if (c && status == 0) {
		s.server = c->dns_server.item;
		s.servers = c->dns_server.count;
		s.dnssec = c->dnssec;
	}
	if (status == 0)
		d = c && c->zone ? dns_open_zone(c->zone, &e)
				 : dns_open(&s, &e);
	if (!d)
		fprintf(stderr, "signet %s: %s\n", command, e.text);
	config_free(&c);
	arena_free(&a);
	return d;
}

struct dns *
command_open_dns(const char *zone, const char *const *server, size_t servers,
	const char *command)
{
	struct dns_settings s = {
		.server = server, .servers = servers, .dnssec = true
	};
	struct err e;
	struct dns *d;

	if (!zone && servers == 0)
		return open_configured(command);
	d = zone ? dns_open_zone(zone, &e) : dns_open(&s, &e);
	if (!d)
		fprintf(stderr, "signet %s: %s\n", command, e.text);
	return d;
}

void
command_print(const char *text)
{
	struct buf b;

	buf_init(&b, 1 << 20);
	utf8_safe(&b, str_c(text), UTF8_LINE);
	fwrite(buf_c(&b), 1, b.n, stdout);
	buf_fini(&b);
}

void
command_cell(const char *text, size_t cells)
{
	size_t used = utf8_width(str_c(text));

	printf("%s%*s", text, used < cells ? (int)(cells - used) + 1 : 1, "");
}

void
command_cell_right(const char *text, size_t cells)
{
	size_t used = utf8_width(str_c(text));

	printf("%*s%s ", used < cells ? (int)(cells - used) : 0, "", text);
}

void
command_json(const char *s)
{
	json_t *j = s ? json_string(s) : json_null();
	char *text;

	if (!j) /* not UTF-8 */
		j = json_string("");
	text = json_dumps(j, JSON_ENCODE_ANY);
	fputs(text ? text : "null", stdout);
	free(text);
	json_decref(j);
}

bool
command_value(
	int argc, char **argv, int *i, const char *name, const char **value)
{
	size_t n = strlen(name);

	if (strncmp(argv[*i], name, n) != 0)
		return false;
	if (argv[*i][n] == '=') {
		*value = argv[*i] + n + 1;
		return true;
	}
	if (argv[*i][n] || *i + 1 >= argc)
		return false;
	*value = argv[++*i];
	return true;
}

const char *
command_words(struct arena *a, int argc, char **argv, int i)
{
	struct buf b;
	const char *out;

	buf_init(&b, 64 << 10);
	for (int k = i; k < argc; k++)
		buf_printf(&b, "%s%s", k > i ? " " : "", argv[k]);
	out = arena_cstr(a, buf_str(&b));
	buf_fini(&b);
	return out;
}

int
command_ask(struct engine *engine, struct msg *m, struct err *e)
{
	uint64_t id = engine_send(engine, m);

	for (;;) {
		struct msg *ev = engine_wait(engine, 1000);
		bool mine = ev && ev->id == id;
		int rc = 0;

		if (!ev)
			continue;
		if (ev->kind == MSG_FAILED) {
			if (mine)
				*e = ev->err;
			rc = mine ? -1 : 0;
		}
		if (mine && ev->kind == MSG_PROGRESS)
			mine = false;
		if (mine && ev->kind == MSG_DONE && ev->u.text)
			fprintf(stderr, "%s\n", ev->u.text);
		msg_free(&ev);
		if (mine)
			return rc;
	}
}

/* What the accounts are at, on one line of the terminal. */
struct progress_line {
	struct arena *a; /* NULL: standard error is no terminal */
	const char *text[ACCOUNTS_SHOWN];
	bool is_shown;
};

static void
wipe_line(struct progress_line *p)
{
	if (p->is_shown)
		fputs("\r\033[K", stderr);
	p->is_shown = false;
}

/* The newest of each account, cut where the terminal ends: a line that wraps
 * cannot be wiped. */
static void
show_line(struct progress_line *p)
{
	struct winsize w = { 0 };
	size_t cells = 79, used = 0;
	struct buf line;

	if (ioctl(STDERR_FILENO, TIOCGWINSZ, &w) == 0 && w.ws_col > 1)
		cells = w.ws_col - 1U;
	buf_init(&line, 64 << 10);
	for (size_t i = 0; i < ACCOUNTS_SHOWN; i++)
		if (p->text[i]) {
			if (line.n)
				buf_adds(&line, "   ");
			utf8_safe(&line, str_c(p->text[i]), UTF8_LINE);
		}
	buf_cut(&line, utf8_cut(buf_str(&line), cells, &used));
	wipe_line(p);
	fputs(buf_c(&line), stderr);
	p->is_shown = line.n > 0;
	buf_fini(&line);
}

static void
take_progress(struct progress_line *p, const struct msg *m)
{
	size_t i = (size_t)(m->account < 0 ? 0 : m->account) % ACCOUNTS_SHOWN;
	const struct msg_progress *g = &m->u.progress;

	if (g->done >= g->total)
		p->text[i] = NULL;
	else if (g->left < 0)
		p->text[i] = arena_strdup(p->a, g->text);
	else
		p->text[i] =
			arena_printf(p->a, err_words(N_("%s, %u/s, %d s left")),
				g->text, g->rate, g->left);
	show_line(p);
}

static enum err_class
class_of(const struct msg_status *s)
{
	switch (s->state) {
	case ACCOUNT_AUTH:
		return ERR_AUTH;
	case ACCOUNT_CERT:
		return ERR_CERT;
	case ACCOUNT_WAITING:
		return ERR_LATER;
	default:
		return ERR_ACCOUNT;
	}
}

/* The sentence of HELD. */
static void
held(struct engine *engine, const struct msg *m, struct err *e)
{
	const struct msg_held *h = &m->u.held;
	size_t n;
	const char *name = engine_accounts(engine, &n)[m->account].name;

	if (h->here)
		err_set(e, ERR_BOX, 0,
			"%s/%s: %u of %u messages are gone from the server. "
			"Nothing was deleted here; if that is right: signet "
			"sync --confirm-deletions %s",
			name, h->folder, h->here, h->of, name);
	else
		err_set(e, ERR_BOX, 0,
			"%s/%s: %u messages were deleted here. They stay on "
			"the server; if they are to go: signet sync "
			"--confirm-deletions %s",
			name, h->folder, h->there, name);
}

int
command_settle(struct engine *engine, bool show, struct err *first)
{
	struct progress_line line = { 0 };
	int failures = 0;

	if (show && isatty(STDERR_FILENO))
		line.a = arena_new();
	while (!engine_is_idle(engine)) {
		struct msg *ev = engine_wait(engine, SETTLE_MS);
		struct err why = { 0 };

		if (!ev)
			continue;
		if (ev->kind == MSG_FAILED) {
			why = ev->err;
		} else if (ev->kind == MSG_STATUS && ev->u.status.text &&
			   ev->u.status.state >= ACCOUNT_WAITING) {
			size_t n;
			const struct engine_account *acc =
				engine_accounts(engine, &n);

			err_set(&why, class_of(&ev->u.status), 0, "%s: %s",
				acc[ev->account].name, ev->u.status.text);
		} else if (ev->kind == MSG_STATUS && ev->u.status.text &&
			   ev->u.status.state == ACCOUNT_ONLINE) {
			size_t n;

			wipe_line(&line); /* nothing has failed */
			fprintf(stderr, "%s: %s\n",
				engine_accounts(engine, &n)[ev->account].name,
				ev->u.status.text);
		} else if (ev->kind == MSG_HELD &&
			   (ev->u.held.here || ev->u.held.there)) {
			held(engine, ev, &why);
		} else if (ev->kind == MSG_PROGRESS && line.a) {
			take_progress(&line, ev);
		} else if (ev->kind == MSG_DONE && ev->u.text) {
			wipe_line(&line);
			fprintf(stderr, "%s\n", ev->u.text);
		}
		if (why.class != ERR_NONE) {
			wipe_line(&line);
			fprintf(stderr, "%s\n", why.text);
			if (failures++ == 0 && first)
				*first = why;
		}
		msg_free(&ev);
	}
	wipe_line(&line);
	arena_free(&line.a);
	return failures;
}

int
command_paths(int argc, char **argv)
{
	struct profile p;
	int rc;

	if (argc > 1) {
		printf(_("usage: signet %s\nPrints where everything lies.\n"),
			argv[0]);
		return strcmp(argv[1], "--help") == 0 ? 0 : 2;
	}
	rc = command_open(&p);
	if (rc == 0 || rc == 78)
		printf("config\t%s\ndata\t%s\nmail\t%s\ndrafts\t%s\nstate\t%s\n"
		       "cache\t%s\nruntime\t%s\nlog\t%s\n",
			p.paths.config, p.paths.data, p.paths.mail,
			p.paths.drafts, p.paths.state, p.paths.cache,
			p.paths.runtime, p.paths.log);
	command_close(&p);
	return rc == 78 ? 0 : rc;
}

static void
print_limits(void)
{
#define X(name, value, text) printf("%10d  %s\n", (value), text);
	LIMIT_TABLE(X)
#undef X
}

int
command_config(int argc, char **argv)
{
	struct profile p = { .arena = arena_new() };
	struct err e;
	int status, rc = 0;

	if (argc >= 3 && strcmp(argv[2], "--limits") == 0) {
		print_limits();
		arena_free(&p.arena);
		return 0;
	}
	if (argc != 2 || strcmp(argv[1], "check") != 0) {
		printf(_("usage: signet %s check [--limits]\n"
			 "Reads the configuration and says what is wrong, by "
			 "line; "
			 "--limits prints the ceilings\nfor what comes from "
			 "outside.\n"),
			argv[0]);
		arena_free(&p.arena);
		return argc == 2 && strcmp(argv[1], "--help") == 0 ? 0 : 2;
	}
	if (paths_find(p.arena, config_file, &p.paths, &e) < 0) {
		fprintf(stderr, "signet config: %s\n", e.text);
		arena_free(&p.arena);
		return 78;
	}
	p.config = config_load(p.paths.config, &status, &e);
	if (!p.config->exists) {
		fprintf(stderr, _("signet config: '%s' does not exist\n"),
			p.paths.config);
		rc = 66;
	}
	for (size_t i = 0; i < p.config->problems; i++) {
		const struct config_problem *pr = &p.config->problem[i];

		printf("%s:%u: %s%s\n", p.paths.config, pr->line,
			pr->is_warning ? _("warning: ") : "", pr->text);
		if (!pr->is_warning)
			rc = 78;
	}
	if (rc == 0 && paths_follow(p.arena, p.config, &p.paths, &e) < 0) {
		printf("%s\n", e.text);
		rc = 78;
	}
	if (rc == 0)
		printf(_("%s: %zu accounts, no error\n"), p.paths.config,
			p.config->accounts);
	config_free(&p.config);
	arena_free(&p.arena);
	return rc;
}
