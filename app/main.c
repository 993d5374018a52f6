/* SPDX-License-Identifier: GPL-3.0-or-later */
/* main - options, start, stop. */
#define _GNU_SOURCE
#include <libintl.h>
#include <locale.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include "app/command/command.h"
#include "app/config.h"
#include "app/demo.h"
#include "app/engine.h"
#include "app/letter/parts.h"
#include "app/paths.h"
#include "base/log.h"
#include <config.h> /* of the build, not app/config.h */
#include "net/imap.h"
#include "ui/screen.h"

#define _(text) gettext(text)

static const struct {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *help;
} commands[] = {
	{ "sync", command_sync, N_("one two-way pass over the accounts") },
	{ "list", command_list, N_("the newest messages of ACCOUNT/FOLDER") },
	{ "search", command_search, N_("messages that match a query") },
	{ "show", command_show, N_("a message as the reader shows it") },
	{ "verify", command_verify,
		N_("authenticate messages: SPF, DKIM, ARC, DMARC") },
	{ "spf", command_spf, N_("check_host() of RFC 7208 alone") },
	{ "domain", command_domain,
		N_("what a domain publishes, and what is wrong") },
	{ "report", command_report, N_("DMARC aggregate reports as tables") },
	{ "send", command_send, N_("queue a message from standard input") },
	{ "outbox", command_outbox, N_("what waits to be sent, and why") },
	{ "tag", command_tag, N_("change tags of messages that match") },
	{ "move", command_move, N_("move messages that match") },
	{ "erase", command_erase, N_("delete messages that match for ever") },
	{ "import", command_import,
		N_("letters of mbox, Maildir, Thunderbird") },
	{ "account", command_account,
		N_("add, test, list or remove accounts") },
	{ "paths", command_paths, N_("where everything lies") },
	{ "config", command_config, N_("check the configuration") },
};

enum { COMMANDS = sizeof commands / sizeof *commands };

static void
usage(FILE *to)
{
	fprintf(to, _("usage: signet [-C FILE] [--demo] [mailto:ADDRESS]   the "
		      "interface\n"
		      "       signet [-C FILE] COMMAND [ARGUMENT]...\n\n"));
	for (size_t i = 0; i < COMMANDS; i++)
		fprintf(to, "  %-9s %s\n", commands[i].name,
			gettext(commands[i].help));
	fprintf(to,
		_("\n  -C FILE     another configuration file\n"
		  "  --demo      try signet with mail of its own, no server, "
		  "no trace\n"
		  "  --keys      the table of keys and commands\n"
		  "  --version   --help\n\n"
		  "Each command takes --help. The manual: signet(1), "
		  "signet.conf(5),\n"
		  "signet-auth(7).\n"));
}

/* Files of mail are the user's alone; a core would hold mail and passwords. */
static void
harden(void)
{
	struct rlimit none = { 0, 0 };

	umask(077);
	(void)setrlimit(RLIMIT_CORE, &none);
	(void)prctl(PR_SET_DUMPABLE, 0);
	signal(SIGPIPE, SIG_IGN);
}

static void
speak(void)
{
	const char *dir = getenv("SIGNET_LOCALEDIR");

	setlocale(LC_ALL, "");
	bindtextdomain("signet", dir && *dir ? dir : LOCALEDIR);
	bind_textdomain_codeset("signet", "UTF-8");
	textdomain("signet");
}

/* The interface. */
static int
interface(const char *config_file, const char *mailto, bool is_demo)
{
	struct screen_options o = { .mailto = mailto,
		.script = getenv("SIGNET_SCRIPT"),
		.is_demo = is_demo };
	struct arena *a = arena_new();
	struct config *c;
	struct engine *engine;
	struct paths p;
	struct err e;
	int status, rc = 1, left = 0;
	bool is_guest;

	if (paths_find(a, config_file, &p, &e) < 0 || paths_make(&p, &e) < 0 ||
		log_open(p.log, LOG_INFO, &e) < 0)
		goto fail;
	c = config_load(p.config, &status, &e);
	if (status < 0) {
		rc = 78;
		config_free(&c);
		goto fail;
	}
	o.glyphs = c->glyphs;
	o.is_first_run = c->accounts == 0;
	engine = engine_start(c, 0, &e);
	/* another has the profile: what is there can be read beside it */
	if (!engine && e.class == ERR_LATER && !mailto && c->accounts &&
		isatty(STDOUT_FILENO))
		engine = engine_start(c, ENGINE_SHOW, &e);
	if (!engine) {
		rc = e.class == ERR_LATER ? 75 : 1;
		config_free(&c);
		goto fail;
	}
	is_guest = engine_only_shows(engine);
	if (!is_guest) /* of a run that was killed; we hold the lock now */
		parts_clean(&p);
	rc = screen_run(engine, &o, &e) < 0 ? 1 : 0;
	left = engine_stop(&engine);
	if (!is_guest)
		parts_clean(&p);
	if (rc == 0) {
		log_close();
		if (left == 0) {
			config_free(&c);
			arena_free(&a);
		}
		return 0;
	}
	if (left == 0)
		config_free(&c);
fail:
	fprintf(stderr, "signet: %s\n", e.text);
	if (left == 0)
		arena_free(&a);
	return rc;
}

static int
demo(void)
{
	struct buf dir;
	struct err e;
	int rc;

	buf_init(&dir, 4096);
	if (demo_open(&dir, &e) < 0) {
		fprintf(stderr, "signet: %s\n", e.text);
		rc = 1;
	} else {
		rc = interface(NULL, NULL, true);
	}
	demo_close(buf_c(&dir));
	buf_fini(&dir);
	return rc;
}

static int
print_keys(void)
{
	struct buf b;

	buf_init(&b, 1 << 20);
	screen_keys(&b);
	fputs(buf_c(&b), stdout);
	buf_fini(&b);
	return 0;
}

/* What could not be written, as on a full disk, is no success. */
static int
end_output(int status)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return status;
	fputs(_("signet: standard output cannot be written\n"), stderr);
	return status ? status : EX_UNAVAILABLE;
}

/* Some twenty threads work in short turns. With a heap for each, as the C
 * library makes them, each keeps what it once needed: a first pass of 10,000
 * letters took 104 MB in place of 76, and no less time. */
static void
share_heaps(void)
{
#ifdef M_ARENA_MAX
	(void)mallopt(M_ARENA_MAX, 2);
#endif
}

int
main(int argc, char **argv)
{
	const char *config_file = NULL;

	share_heaps();
	harden();
	speak();
	imap_global_init();
	argc--, argv++;
	if (argc >= 2 && strcmp(argv[0], "-C") == 0) {
		config_file = argv[1];
		argc -= 2, argv += 2;
	}
	command_set_config(config_file);
	if (argc == 0)
		return interface(config_file, NULL, false);
	if (strcmp(argv[0], "--demo") == 0)
		return demo();
	if (strcmp(argv[0], "--keys") == 0)
		return print_keys();
	if (strcmp(argv[0], "--version") == 0) {
		printf("signet %s\n", SIGNET_VERSION);
		return 0;
	}
	if (strcmp(argv[0], "--help") == 0 || strcmp(argv[0], "help") == 0) {
		usage(stdout);
		return 0;
	}
	if (strncmp(argv[0], "mailto:", 7) == 0)
		return interface(config_file, argv[0], false);
	for (size_t i = 0; i < COMMANDS; i++)
		if (strcmp(argv[0], commands[i].name) == 0)
			return end_output(commands[i].run(argc, argv));
	fprintf(stderr, _("signet: no command '%s'\n"), argv[0]);
	usage(stderr);
	return 2;
}
