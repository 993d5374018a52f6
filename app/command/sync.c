/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sync, tag, move, erase: see command.h. They run the engine without a screen.
 */
#include "app/command/parts.h"

#include <string.h>
#include <unistd.h>

#include "store/index.h"
#include "store/maildir.h"

enum { MESSAGES_MAX = 100000, FLAGS_AT_ONCE = 200 };

static struct engine *
start(const char *name, struct profile *p, unsigned flags, int *rc)
{
	struct engine *engine;
	struct err e;

	engine = engine_start(p->config, flags, &e);
	if (!engine)
		*rc = command_fail(name, &e);
	return engine;
}

/* Stop; where a thread did not end its memory stays. */
static void
stop(struct profile *p, struct engine **engine)
{
	if (engine_stop(engine) == 0)
		command_close(p);
}

struct choice { /* of accounts, and what is wanted of them */
	bool is_dry, is_verbose, is_confirmed, bad, help;
	const char *whole; /* a query: these letters, all of them */
	int first;         /* of the names in argv */
};

static struct choice
read_options(int argc, char **argv)
{
	struct choice o = { .first = 1 };

	for (; o.first < argc && argv[o.first][0] == '-'; o.first++) {
		const char *w = argv[o.first];

		if (strcmp(w, "--") == 0) {
			o.first++;
			break;
		}
		if (strcmp(w, "-n") == 0 || strcmp(w, "--dry-run") == 0)
			o.is_dry = true;
		else if (strcmp(w, "-v") == 0 || strcmp(w, "--verbose") == 0)
			o.is_verbose = true;
		else if (strcmp(w, "--confirm-deletions") == 0)
			o.is_confirmed = true;
		else if (strcmp(w, "--help") == 0)
			o.help = true;
		else if (strcmp(w, "--whole") == 0 && o.first + 1 < argc)
			o.whole = argv[++o.first];
		else
			o.bad = true;
	}
	o.bad |= o.whole && (o.is_dry || o.is_confirmed);
	if (o.is_verbose && !o.is_dry)
		o.bad = true;
	return o;
}

static int
sync_usage(bool help)
{
	fputs(_("usage: signet sync [-n [-v]] [--whole QUERY] [ACCOUNT...]\n"
		"       signet sync --confirm-deletions ACCOUNT...\n"
		"One two-way pass, then exit: new mail comes, changes made "
		"here "
		"go.\n\n"
		"  -n, --dry-run  say what a pass would do and change nothing, "
		"here or there\n"
		"  -v, --verbose  with -n: name every letter\n"
		"  --whole QUERY  of letters that match and are not wholly "
		"here, "
		"fetch the rest\n"
		"  --confirm-deletions  the yes to what a pass has told: it "
		"would delete over\n    100 messages or a fifth of a folder\n\n"
		"Exit status: 0 all is done, 66 no such account, 69 something "
		"failed, 75 try\nagain later (no connection, or another signet "
		"is running), 77 a password or\ncertificate was refused, 78 "
		"the configuration is wrong.\n"),
		help ? stdout : stderr);
	return help ? 0 : 2;
}

/* The profile, if the accounts that are named are in it. */
static int
open_for_sync(struct profile *p, int argc, char **argv, int first)
{
	int rc = command_open(p);

	if (rc == 0 && p->config->accounts == 0) {
		fprintf(stderr,
			err_words(N_("signet sync: no account in '%s'; 'signet "
				     "account add ADDRESS' adds one\n")),
			p->paths.config);
		rc = 78;
	}
	for (int i = first; rc == 0 && i < argc; i++)
		if (!config_account(p->config, argv[i])) {
			fprintf(stderr,
				err_words(N_("signet sync: no account \"%s\" "
					     "in '%s'\n")),
				argv[i], p->paths.config);
			rc = 66;
		}
	return rc;
}

int
command_sync(int argc, char **argv)
{
	struct choice o = read_options(argc, argv);
	bool names = o.first < argc;
	struct profile p;
	struct engine *engine;
	struct err first = { 0 };
	int rc, failures;

	o.bad |= o.is_confirmed && (o.is_dry || !names);
	if (o.bad || o.help)
		return sync_usage(o.help && !o.bad);
	rc = open_for_sync(&p, argc, argv, o.first);
	if (rc == 0 && o.is_dry) {
		rc = sync_plan(
			&p, argc - o.first, argv + o.first, o.is_verbose);
		command_close(&p);
		return rc;
	}
	engine = rc ? NULL
		    : start(argv[0], &p,
			      ENGINE_ONE_PASS | (names ? ENGINE_OFFLINE : 0),
			      &rc);
	if (!engine) {
		command_close(&p);
		return rc;
	}
	for (size_t k = 0; names && k < p.config->accounts; k++)
		for (int i = o.first; i < argc; i++)
			if (strcmp(argv[i], p.config->account[k].name) == 0) {
				struct msg *m =
					msg_new(o.is_confirmed ? MSG_RELEASE
							       : MSG_SYNC);

				m->account = (int)k;
				engine_send(engine, m);
				break; /* named twice is once */
			}
	rc = o.whole ? sync_whole(&p, engine, o.whole) : 0;
	failures = command_settle(engine, true, &first);
	if (failures) {
		fputs(err_words(N_("signet sync: not everything is done\n")),
			stderr);
		rc = first.class == ERR_AUTH || first.class == ERR_CERT ? 77
		     : first.class == ERR_LATER || first.class == ERR_MESSAGE
			     ? 75
			     : 69;
	}
	stop(&p, &engine);
	return rc;
}

struct one_file {
	const char *path, *id;
};

struct files { /* of the messages that match, in ACCOUNT alone or in all */
	struct arena *a;
	const char *account;
	struct one_file *file;
	size_t count, cap, messages;
};

/* Every file of the message L: it may lie in several folders and accounts. */
static void
take_files(void *ctx, const struct index_letter *l)
{
	struct files *f = ctx;

	if (f->messages++ >= MESSAGES_MAX)
		return;
	for (size_t i = 0; i < l->paths; i++) {
		if (f->account &&
			!str_eq(maildir_account(l->path[i]), str_c(f->account)))
			continue;
		if (f->count == f->cap) {
			struct one_file *bigger;

			f->cap = f->cap ? 2 * f->cap : 64;
			bigger = arena_array(f->a, f->cap, sizeof *bigger);
			if (f->count)
				memcpy(bigger, f->file,
					f->count * sizeof *bigger);
			f->file = bigger;
		}
		f->file[f->count++] =
			(struct one_file){ arena_strdup(f->a, l->path[i]),
				arena_strdup(f->a, l->id) };
	}
}

/* There is no way back from an erase: a yes from the terminal. */
static bool
is_wanted(size_t count)
{
	char line[16];

	if (!isatty(STDIN_FILENO)) {
		fputs(_("signet erase: nobody to ask; --yes goes on without\n"),
			stderr);
		return false;
	}
	fprintf(stderr,
		_("Delete %zu messages for ever, on the server at the next "
		  "sync? "
		  "y yes, n no: "),
		count);
	return fgets(line, sizeof line, stdin) && line[0] == 'y';
}

/* The account of the file PATH, -1: none. */
static int
account_of(const struct config *c, const char *path)
{
	struct str name = maildir_account(path);

	for (size_t k = 0; k < c->accounts; k++)
		if (str_eq(name, str_c(c->account[k].name)))
			return (int)k;
	return -1;
}

/* The next of F from AT on as a change of KIND: flags of many files of one
 * account at once, all else one by one. Returns how many. */
static size_t
next_change(const struct profile *p, const struct files *f, size_t at,
	enum msg_kind kind, struct msg **out)
{
	struct msg *m = msg_new(kind);
	struct msg_change *c = &m->u.change;
	size_t most = kind == MSG_FLAG ? FLAGS_AT_ONCE : 1;

	m->account = account_of(p->config, f->file[at].path);
	c->path = arena_array(m->arena, most, sizeof(char *));
	c->id = arena_array(m->arena, most, sizeof(char *));
	for (; at < f->count && c->count < most; at++) {
		if (account_of(p->config, f->file[at].path) != m->account)
			break;
		c->path[c->count] = arena_strdup(m->arena, f->file[at].path);
		c->id[c->count++] = arena_strdup(m->arena, f->file[at].id);
	}
	*out = m;
	return c->count;
}

/* The files of messages that match QUERY, as changes of KIND. ERASE asks unless
 * IS_CONFIRMED. */
static int
change_all(const char *name, struct profile *p, const char *query,
	const char *account, enum msg_kind kind, const char *add,
	const char *remove, const char *folder, bool is_confirmed)
{
	struct files f = { .a = p->arena, .account = account };
	struct index *x;
	struct engine *engine;
	bool was_asked = false;
	struct err e;
	int rc = 0, failures;

	x = index_open(p->paths.mail, p->paths.theirs, false, &e);
	if (!x || index_each(x, query, true, take_files, &f, &e) < 0)
		rc = command_fail(name, &e);
	index_close(&x);
	if (rc == 0 && f.count == 0) {
		fprintf(stderr, _("signet %s: no message matches\n"), name);
		rc = 1;
	}
	if (rc == 0 && kind == MSG_ERASE && !is_confirmed) {
		rc = is_wanted(f.count) ? 0 : 1;
		was_asked = rc == 0;
	}
	engine = rc ? NULL : start(name, p, ENGINE_OFFLINE, &rc);
	if (!engine) {
		command_close(p);
		return rc;
	}
	/* what the start looks for on the disk comes first: it would take the
	 * new names for files that came, and index each of them twice */
	failures = command_settle(engine, false, NULL);
	for (size_t i = 0; i < f.count && rc == 0;) {
		struct msg *m;

		i += next_change(p, &f, i, kind, &m);
		m->u.change.add = arena_strdup(m->arena, add);
		m->u.change.remove = arena_strdup(m->arena, remove);
		m->u.change.folder = arena_strdup(m->arena, folder);
		m->u.change.is_confirmed = was_asked;
		if (command_ask(engine, m, &e) < 0)
			rc = command_fail(name, &e);
	}
	failures += command_settle(engine, false, NULL);
	if (failures && rc == 0)
		rc = 69;
	stop(p, &engine);
	return rc;
}

int
command_tag(int argc, char **argv)
{
	struct buf add, remove;
	struct profile p;
	int i, rc = 2;

	buf_init(&add, 4096);
	buf_init(&remove, 4096);
	for (i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
		if (argv[i][0] != '+' && argv[i][0] != '-')
			break;
		buf_printf(
			argv[i][0] == '+' ? &add : &remove, "%s ", argv[i] + 1);
	}
	if (i < argc && strcmp(argv[i], "--") == 0)
		i++;
	if (i == 1 || i >= argc || strcmp(argv[1], "--help") == 0) {
		bool help = argc > 1 && strcmp(argv[1], "--help") == 0;

		fputs(_("usage: signet tag +TAG|-TAG... -- QUERY\n"
			"unread, flagged, replied, passed and draft are the "
			"server's flags as well.\n"),
			help ? stdout : stderr);
		rc = help ? 0 : 2;
	} else {
		rc = command_open(&p);
		if (rc)
			command_close(&p);
		else
			rc = change_all(argv[0], &p,
				command_words(p.arena, argc, argv, i), NULL,
				MSG_FLAG, buf_c(&add), buf_c(&remove), "",
				false);
	}
	buf_fini(&add);
	buf_fini(&remove);
	return rc;
}

/* The folder that NAME is, spelt as here or as the server does. */
static const char *
folder_called(struct arena *a, const char *name)
{
	struct buf plain, folder;
	const char *out;

	buf_init(&plain, 8 * LIMIT_FOLDER_NAME);
	buf_init(&folder, 8 * LIMIT_FOLDER_NAME);
	maildir_name_of(&plain, str_sub(str_c(name), 0, LIMIT_FOLDER_NAME));
	maildir_folder_name(&folder, buf_str(&plain), '/');
	out = arena_cstr(a, buf_str(&folder));
	buf_fini(&folder);
	buf_fini(&plain);
	return out;
}

int
command_move(int argc, char **argv)
{
	struct profile p;
	const char *slash;
	int i = 2, rc;

	if (argc < 3 || !(slash = strchr(argv[1], '/'))) {
		bool help = argc > 1 && strcmp(argv[1], "--help") == 0;

		fputs(_("usage: signet move ACCOUNT/FOLDER -- QUERY...\n"
			"Moves the account's messages that match; on the "
			"server "
			"at the next sync.\n"),
			help ? stdout : stderr);
		return help ? 0 : 2;
	}
	if (strcmp(argv[i], "--") == 0)
		i++;
	rc = command_open(&p);
	if (rc == 0) {
		const char *account = arena_printf(
			p.arena, "%.*s", (int)(slash - argv[1]), argv[1]);

		if (!config_account(p.config, account)) {
			fprintf(stderr, _("signet move: no account \"%s\"\n"),
				account);
			rc = 66;
		} else if (i < argc) {
			return change_all(argv[0], &p,
				command_words(p.arena, argc, argv, i), account,
				MSG_MOVE, "", "",
				folder_called(p.arena, slash + 1), false);
		} else {
			rc = 2;
		}
	}
	command_close(&p);
	return rc;
}

int
command_erase(int argc, char **argv)
{
	bool is_yes = argc > 1 && strcmp(argv[1], "--yes") == 0;
	struct profile p;
	int i = is_yes ? 2 : 1, rc;

	if (i < argc && strcmp(argv[i], "--") == 0)
		i++;
	if (i >= argc || strcmp(argv[1], "--help") == 0) {
		bool help = argc > 1 && strcmp(argv[1], "--help") == 0;

		fputs(_("usage: signet erase [--yes] -- QUERY...\n"
			"Deletes the messages that match for ever, in all "
			"folders; on the server at the\nnext sync, which asks "
			"where they are many.\n"),
			help ? stdout : stderr);
		return help ? 0 : 2;
	}
	rc = command_open(&p);
	if (rc) {
		command_close(&p);
		return rc;
	}
	return change_all(argv[0], &p, command_words(p.arena, argc, argv, i),
		NULL, MSG_ERASE, "", "", "", is_yes);
}
