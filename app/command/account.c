/* SPDX-License-Identifier: GPL-3.0-or-later */
/* account: see command.h. Set-up without the interface. */
#include "app/command/parts.h"

#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "app/sync/account_parts.h"
#include "app/probe.h"
#include "base/file.h"
#include "base/secret.h"
#include "net/stream.h"

/* A line from standard input, without echo on a terminal. */
static bool
ask_secret(const char *label, struct buf *out)
{
	struct termios old, quiet;
	bool tty = isatty(STDIN_FILENO);
	char c;

	if (tty) {
		fprintf(stderr, "%s: ", label);
		tcgetattr(STDIN_FILENO, &old);
		quiet = old;
		quiet.c_lflag &= ~(tcflag_t)ECHO;
		tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet);
	}
	while (read(STDIN_FILENO, &c, 1) == 1 && c != '\n')
		buf_addc(out, c);
	if (tty) {
		tcsetattr(STDIN_FILENO, TCSAFLUSH, &old);
		fputc('\n', stderr);
	}
	return out->n > 0;
}

static int
list(const struct profile *p)
{
	for (size_t i = 0; i < p->config->accounts; i++) {
		const struct config_account *a = &p->config->account[i];

		printf("%s\t%s\t%s", a->name, a->address,
			config_scheme_name(a->receive.scheme));
		if (*a->receive.host)
			printf("\t%s:%u", a->receive.host, a->receive.port);
		fputc('\n', stdout);
	}
	return p->config->accounts ? 0 : 1;
}

static void
print_facts(const struct stream_facts *f)
{
	fprintf(stderr, _("%s\npin: %s\n"), f->text, f->pin);
}

/* Sign in to both servers of account A as the configuration has it. */
static int
test(struct profile *p, const char *name)
{
	const struct config_account *a = config_account(p->config, name);
	struct msg_account s = { 0 };
	struct stream_facts facts = { 0 };
	struct buf out;
	struct err e;
	int rc = 0;

	if (!a) {
		fprintf(stderr, _("signet account: no account \"%s\"\n"), name);
		return 66;
	}
	if (a->receive.scheme == SCHEME_MAILDIR) {
		printf(_("%s: a Maildir, nothing to sign in to\n"), name);
		return 0;
	}
	s.user = a->receive.user;
	s.ca_file = a->ca_file;
	s.auth = a->auth;
	s.receive = arena_printf(p->arena, "%s://%s:%u",
		config_scheme_name(a->receive.scheme), a->receive.host,
		a->receive.port);
	s.send = a->has_send && *a->send.host
			 ? arena_printf(p->arena, "%s://%s:%u",
				   config_scheme_name(a->send.scheme),
				   a->send.host, a->send.port)
			 : "local:";
	buf_init(&out, SECRET_MAX);
	if (a->password) {
		s.password = secret_new(str_c(a->password));
	} else if (a->password_command) {
		char **argv = file_split_words(a->password_command, &e);

		rc = argv ? file_run(argv, STR(""), &out, 60000, -1, &e) : -1;
		free(argv);
		if (rc == 0)
			s.password = secret_new(str_sub(
				buf_str(&out), 0, strcspn(buf_c(&out), "\n")));
	} else if (ask_secret("password", &out)) {
		s.password = secret_new(buf_str(&out));
	}
	if (rc == 0)
		rc = probe_sign_in(&s, p->arena, &facts, NULL, NULL, &e);
	if (rc < 0 && e.class == ERR_CERT)
		print_facts(&facts);
	rc = rc < 0 ? command_fail("account", &e) : 0;
	if (rc == 0)
		printf(_("%s: signed in to %s and %s (%s)\n"), name, s.receive,
			s.send, facts.version);
	secret_free(&s.password);
	buf_fini(&out);
	return rc;
}

struct add_options {
	const char *address, *name, *person, *receive, *send, *user, *command,
		*ca_file, *pin;
	bool no_test;
};

static int
parse_add(int argc, char **argv, struct add_options *o)
{
	for (int i = 2; i < argc; i++) {
		if (strcmp(argv[i], "--no-test") == 0)
			o->no_test = true;
		else if (command_value(argc, argv, &i, "--account", &o->name) ||
			 command_value(argc, argv, &i, "--name", &o->person) ||
			 command_value(
				 argc, argv, &i, "--receive", &o->receive) ||
			 command_value(argc, argv, &i, "--send", &o->send) ||
			 command_value(argc, argv, &i, "--user", &o->user) ||
			 command_value(argc, argv, &i, "--password-command",
				 &o->command) ||
			 command_value(
				 argc, argv, &i, "--ca-file", &o->ca_file) ||
			 command_value(argc, argv, &i, "--pin", &o->pin))
			continue;
		else if (argv[i][0] != '-' && !o->address)
			o->address = argv[i];
		else
			return -1;
	}
	return o->address && strchr(o->address, '@') ? 0 : -1;
}

/* The servers: as given, else as found. */
static int
find(struct profile *p, struct add_options *o, struct msg_account *s,
	struct err *e)
{
	if (o->receive && o->send) {
		s->user = o->user ? o->user : o->address;
		s->receive = o->receive;
		s->send = o->send;
		return 0;
	}
	if (probe_find(p->config, o->address, p->arena, s, e) < 0)
		return -1;
	for (size_t i = 0; i < s->ins; i++)
		fprintf(stderr, _("receive: %-40s %s\n"), s->in[i].url,
			s->in[i].found);
	for (size_t i = 0; i < s->outs; i++)
		fprintf(stderr, _("send:    %-40s %s\n"), s->out[i].url,
			s->out[i].found);
	s->receive = o->receive ? o->receive : s->ins ? s->in[0].url : NULL;
	s->send = o->send ? o->send : s->outs ? s->out[0].url : NULL;
	if (o->user)
		s->user = o->user;
	if (!s->receive || !s->send)
		return err_set(e, ERR_INPUT, 0,
			"no servers were found for %s; give --receive and "
			"--send",
			o->address);
	return 0;
}

static void
print_reasons(const struct server *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (list[i].why)
			fprintf(stderr, "%s: %s\n", list[i].url, list[i].why);
}

static int
add(struct profile *p, struct add_options *o)
{
	struct msg_account s = { 0 };
	struct stream_facts facts = { 0 };
	struct str address = str_c(o->address); /* has an @: parse_add */
	const char *name = NULL;
	struct buf out;
	struct err e = { 0 };
	int rc = 0;

	if (find(p, o, &s, &e) < 0)
		return command_fail("account", &e);
	s.address = o->address;
	s.person = o->person;
	s.ca_file = o->ca_file;
	s.pin = o->pin;
	s.password_command = o->command;
	s.name = o->name ? o->name
			 : arena_cstr(p->arena,
				   str_sub(address, 0,
					   (size_t)str_chr(address, '@')));
	buf_init(&out, SECRET_MAX);
	if (o->command) {
		char **argv = file_split_words(o->command, &e);

		rc = argv ? file_run(argv, STR(""), &out, 60000, -1, &e) : -1;
		free(argv);
		if (rc < 0) {
			buf_fini(&out);
			return command_fail("account", &e);
		}
		buf_cut(&out, strcspn(buf_c(&out), "\n"));
	} else if (!ask_secret("password", &out)) {
		buf_fini(&out);
		fputs(_("signet account: a password is needed\n"), stderr);
		return 77;
	}
	s.password = secret_new(buf_str(&out));
	buf_fini(&out);
	if (!o->no_test) {
		rc = probe_sign_in(&s, p->arena, &facts, NULL, NULL, &e);
		print_reasons(s.in, s.ins);
		print_reasons(s.out, s.outs);
	}
	if (rc < 0 && e.class == ERR_CERT)
		print_facts(&facts);
	/* a password that a command gives is not kept a second time */
	if (o->command)
		secret_free(&s.password);
	if (rc == 0)
		rc = probe_write(p->config, &p->paths, &s, p->arena, &name, &e);
	secret_free(&s.password);
	if (rc < 0)
		return command_fail("account", &e);
	printf(_("%s: added to %s\n"), name, p->paths.config);
	return 0;
}

int
command_account(int argc, char **argv)
{
	struct add_options o = { 0 };
	struct profile p;
	struct err e;
	int rc = 2;

	if (argc < 2 || strcmp(argv[1], "--help") == 0 ||
		(strcmp(argv[1], "add") == 0 &&
			parse_add(argc, argv, &o) < 0) ||
		((strcmp(argv[1], "test") == 0 ||
			 strcmp(argv[1], "remove") == 0) &&
			argc != 3)) {
		bool help = argc > 1 && strcmp(argv[1], "--help") == 0;

		fputs(_("usage: signet account list\n"
			"       signet account add ADDRESS [--name NAME] "
			"[--account NAME] [--receive URL]\n"
			"              [--send URL] [--user USER] "
			"[--password-command COMMAND]\n"
			"              [--ca-file FILE] [--pin HEX] "
			"[--no-test]\n"
			"       signet account test NAME\n"
			"       signet account remove NAME\n"
			"The password is asked for (or read from standard "
			"input) "
			"where no command gives it.\n"),
			help ? stdout : stderr);
		return help ? 0 : 2;
	}
	rc = command_open(&p);
	if (rc == 0) {
		if (strcmp(argv[1], "list") == 0) {
			rc = list(&p);
		} else if (strcmp(argv[1], "add") == 0) {
			rc = add(&p, &o);
		} else if (strcmp(argv[1], "test") == 0) {
			rc = test(&p, argv[2]);
		} else if (strcmp(argv[1], "remove") == 0) {
			if (config_remove_account(p.config, argv[2], &e) < 0)
				rc = command_fail("account", &e);
			else
				printf(_("%s: taken out of %s; its mail stays "
					 "below %s\n"),
					argv[2], p.paths.config, p.paths.mail);
		} else {
			fprintf(stderr, "signet account: no '%s'\n", argv[1]);
			rc = 2;
		}
	}
	command_close(&p);
	return rc;
}
