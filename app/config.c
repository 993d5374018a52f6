/* SPDX-License-Identifier: GPL-3.0-or-later */
/* config - see config.h. Reading; edits stand in config_edit.c, URLs in
 * config_url.c. */
#include "app/config.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/utf8.h"

enum section {
	SECTION_NONE,
	SECTION_GENERAL,
	SECTION_INDEX,
	SECTION_DNS,
	SECTION_ACCOUNT
};

enum kind {
	TEXT,
	TEXT_LIST,
	WORDS,
	BOOL,
	SECONDS,
	DAYS,
	MONTHS,
	MEGABYTES,
	FILE_NAME,
	CHOICE,
	RECEIVE,
	SEND
};

struct key {
	enum section section;
	const char *name;
	enum kind kind;
	size_t offset;
	const char *choices; /* separated by spaces */
};

#define GENERAL(name, kind, member, choices)                                   \
	{                                                                      \
		SECTION_GENERAL, name, kind, offsetof(struct config, member),  \
			choices                                                \
	}
#define DNS(name, kind, member)                                                \
	{                                                                      \
		SECTION_DNS, name, kind, offsetof(struct config, member), NULL \
	}
#define ACCOUNT(name, kind, member, choices)                                   \
	{                                                                      \
		SECTION_ACCOUNT, name, kind,                                   \
			offsetof(struct config_account, member), choices       \
	}

static const struct key keys[] = {
	GENERAL("editor", TEXT, editor, NULL),
	GENERAL("undo-send", SECONDS, undo_send_seconds, NULL),
	GENERAL("glyphs", CHOICE, glyphs, "auto unicode ascii"),
	GENERAL("korean-lines", CHOICE, korean_lines, "syllable word"),
	GENERAL("must-verify", WORDS, must_verify, NULL),
	GENERAL("fetch-server", TEXT, fetch_server, NULL),
	GENERAL("fetch-ca-file", FILE_NAME, fetch_ca_file, NULL),
	{ SECTION_INDEX, "database", CHOICE, offsetof(struct config, database),
		"own notmuch" },
	DNS("server", WORDS, dns_server),
	DNS("dnssec", BOOL, dnssec),
	DNS("zone", FILE_NAME, zone),
	ACCOUNT("address", TEXT, address, NULL),
	ACCOUNT("name", TEXT, person, NULL),
	ACCOUNT("receive", RECEIVE, receive, NULL),
	ACCOUNT("send", SEND, send, NULL),
	ACCOUNT("password-command", TEXT, password_command, NULL),
	ACCOUNT("password", TEXT, password, NULL),
	ACCOUNT("keyring", BOOL, keyring, NULL),
	ACCOUNT("auth", CHOICE, auth,
		"auto plain login cram-md5 scram-sha-256 xoauth2 oauthbearer"),
	ACCOUNT("ca-file", FILE_NAME, ca_file, NULL),
	ACCOUNT("authserv-id", WORDS, authserv_id, NULL),
	ACCOUNT("received-by", WORDS, receiver, NULL),
	ACCOUNT("results-below", BOOL, results_below, NULL),
	ACCOUNT("folders", WORDS, folders, NULL),
	ACCOUNT("keywords", WORDS, keywords, NULL),
	ACCOUNT("leave-on-server", BOOL, leave_on_server, NULL),
	ACCOUNT("delete-after", DAYS, delete_after_days, NULL),
	ACCOUNT("delete-when-deleted", BOOL, delete_when_deleted, NULL),
	ACCOUNT("identity", TEXT_LIST, identity, NULL),
	ACCOUNT("signature", FILE_NAME, signature, NULL),
	ACCOUNT("drafts", TEXT, drafts, NULL),
	ACCOUNT("sent", TEXT, sent, NULL),
	ACCOUNT("archive", TEXT, archive, NULL),
	ACCOUNT("junk", TEXT, junk, NULL),
	ACCOUNT("trash", TEXT, trash, NULL),
	ACCOUNT("trash-days", DAYS, trash_days, NULL),
	ACCOUNT("keep", MONTHS, keep_months, NULL),
	ACCOUNT("attachments", MEGABYTES, attachments, NULL),
	ACCOUNT("metered", BOOL, metered, NULL),
};

enum { KEYS = sizeof keys / sizeof *keys };

struct loader {
	struct config *c;
	struct err *first;
	int status;
	unsigned line;
	enum section section;
	struct config_account *account;
	size_t account_cap, problem_cap;
};

__attribute__((format(printf, 3, 4))) static void
problem(struct loader *l, bool is_warning, const char *fmt, ...)
{
	struct config *c = l->c;
	const char *text;
	va_list ap;

	va_start(ap, fmt);
	text = arena_vprintf(c->arena, err_words(fmt), ap);
	va_end(ap);

	if (c->problems == l->problem_cap) {
		struct config_problem *bigger;

		l->problem_cap = l->problem_cap ? 2 * l->problem_cap : 8;
		bigger = arena_array(c->arena, l->problem_cap, sizeof *bigger);
		if (c->problems)
			memcpy(bigger, c->problem,
				c->problems * sizeof *bigger);
		c->problem = bigger;
	}
	c->problem[c->problems++] =
		(struct config_problem){ l->line, is_warning, text };
	if (is_warning || l->status < 0)
		return;
	l->status = l->line ? err_set(l->first, ERR_INPUT, (int)l->line,
				      "%s:%u: %s", c->path, l->line, text)
			    : err_set(l->first, ERR_INPUT, 0, "%s: %s", c->path,
				      text);
}

#define PROBLEM(l, ...) problem((l), false, __VA_ARGS__)

/* Edit distance of A and B, for "did you mean"; words of 40 bytes at most. */
static unsigned
distance(struct str a, struct str b)
{
	unsigned row[41];

	if (a.n > 40 || b.n > 40)
		return 100;
	for (unsigned j = 0; j <= b.n; j++)
		row[j] = j;
	for (unsigned i = 1; i <= a.n; i++) {
		unsigned diagonal = row[0];

		row[0] = i;
		for (unsigned j = 1; j <= b.n; j++) {
			unsigned above = row[j], best = diagonal;

			best += ascii_lower(a.p[i - 1]) !=
				ascii_lower(b.p[j - 1]);
			if (above + 1 < best)
				best = above + 1;
			if (row[j - 1] + 1 < best)
				best = row[j - 1] + 1;
			diagonal = above;
			row[j] = best;
		}
	}
	return row[b.n];
}

static const char *
nearest_key(enum section section, struct str name)
{
	const char *best = NULL;
	unsigned least = 100;

	for (size_t i = 0; i < KEYS; i++) {
		unsigned d = distance(name, str_c(keys[i].name));

		if (keys[i].section == section && d < least) {
			least = d;
			best = keys[i].name;
		}
	}
	return best;
}

static const char *
section_name(enum section s)
{
	return s == SECTION_GENERAL ? "general"
	       : s == SECTION_INDEX ? "index"
	       : s == SECTION_DNS   ? "dns"
				    : "account";
}

static void
list_add(struct arena *a, struct config_list *list, const char *item)
{
	const char **bigger = arena_array(a, list->count + 1, sizeof *bigger);

	if (list->count)
		memcpy(bigger, list->item, list->count * sizeof *bigger);
	bigger[list->count++] = item;
	list->item = bigger;
}

/* The value without an inline comment: " #" outside double quotes. */
static struct str
without_comment(struct str v)
{
	bool quoted = false;

	for (size_t i = 0; i < v.n; i++) {
		if (v.p[i] == '"' && (i == 0 || v.p[i - 1] != '\\'))
			quoted = !quoted;
		if (!quoted && v.p[i] == '#' && i > 0 &&
			(v.p[i - 1] == ' ' || v.p[i - 1] == '\t'))
			return str_trim(str_sub(v, 0, i));
	}
	return str_trim(v);
}

static bool
parse_bool(struct str v, bool *out)
{
	static const char *const yes[] = { "yes", "true", "on", "1" };
	static const char *const no[] = { "no", "false", "off", "0" };

	for (int i = 0; i < 4; i++) {
		if (str_ieq(v, str_c(yes[i])))
			return *out = true, true;
		if (str_ieq(v, str_c(no[i])))
			return *out = false, true;
	}
	return false;
}

static bool
is_choice(const char *choices, struct str v)
{
	struct str rest = str_c(choices), word;

	while (str_split(&rest, ' ', &word))
		if (str_eq(word, v))
			return true;
	return false;
}

/* A file name: ~/ is the home, what is relative starts at the file's place. */
static const char *
resolve_name(struct config *c, struct str v)
{
	const char *name = file_home(c->arena, arena_cstr(c->arena, v));
	ptrdiff_t slash = str_rchr(str_c(c->path), '/');

	if (*name == '/' || slash < 0)
		return name;
	return arena_printf(c->arena, "%.*s/%s", (int)slash, c->path, name);
}

static void
set_url(struct loader *l, const struct key *k, struct config_url *url,
	struct str v)
{
	struct arena *a = l->c->arena;
	struct err e;

	if (config_url_parse(a, arena_cstr(a, v), k->kind == SEND, url, &e) < 0)
		PROBLEM(l, "%s: %s", k->name, e.text);
	else if (url->scheme == SCHEME_MAILDIR)
		url->rest = resolve_name(l->c, str_c(url->rest));
	if (k->kind == SEND)
		l->account->has_send = true;
}

/* "N ONE" or "N MANY", N from 1 to MOST. */
static bool
parse_amount(struct str v, uint64_t most, const char *one, const char *many,
	uint64_t *out)
{
	struct str rest = v, word;

	str_split(&rest, ' ', &word);
	rest = str_trim(rest);
	*out = 0;
	return str_to_u64(word, most, out) && *out > 0 &&
	       (str_eq(rest, str_c(one)) || str_eq(rest, str_c(many)));
}

static void
set_value(struct loader *l, const struct key *k, void *base, struct str v)
{
	char *member = (char *)base + k->offset;
	struct arena *a = l->c->arena;
	struct str rest = v, word;
	uint64_t n;

	switch (k->kind) {
	case TEXT:
		*(const char **)(void *)member = arena_cstr(a, v);
		break;
	case FILE_NAME:
		*(const char **)(void *)member = resolve_name(l->c, v);
		break;
	case CHOICE:
		if (!is_choice(k->choices, v))
			PROBLEM(l, "%s is one of: %s", k->name, k->choices);
		else
			*(const char **)(void *)member = arena_cstr(a, v);
		break;
	case TEXT_LIST:
		list_add(a, (struct config_list *)(void *)member,
			arena_cstr(a, v));
		break;
	case WORDS:
		while (str_split(&rest, ' ', &word))
			if (word.n)
				list_add(a,
					(struct config_list *)(void *)member,
					arena_cstr(a, word));
		break;
	case BOOL:
		if (!parse_bool(v, (bool *)(void *)member))
			PROBLEM(l, "%s is yes or no, not '%.*s'", k->name,
				STR_ARG(v));
		break;
	case SECONDS:
		word = str_iends(v, STR("s")) ? str_sub(v, 0, v.n - 1) : v;
		if (!str_to_u64(str_trim(word), 3600, &n))
			PROBLEM(l, "%s is a number of seconds, as in '10s'",
				k->name);
		else
			*(unsigned *)(void *)member = (unsigned)n;
		break;
	case DAYS:
		word = str_iends(v, STR("d")) ? str_sub(v, 0, v.n - 1) : v;
		if (!str_to_u64(str_trim(word), 36500, &n))
			PROBLEM(l, "%s is a number of days, as in '14d'",
				k->name);
		else
			*(unsigned *)(void *)member = (unsigned)n;
		break;
	case MONTHS:
		n = 0;
		l->account->keep_headers = str_eq(v, STR("headers"));
		if (!str_eq(v, STR("all")) && !l->account->keep_headers &&
			!parse_amount(v, 1200, "month", "months", &n))
			PROBLEM(l, "%s is 'all', 'headers' or as in '6 months'",
				k->name);
		*(unsigned *)(void *)member = (unsigned)n;
		break;
	case MEGABYTES:
		n = 0;
		if (!str_eq(v, STR("all")) &&
			!parse_amount(v, LIMIT_MESSAGE >> 20, "MB", "MB", &n))
			PROBLEM(l, "%s is 'all' or as in '5 MB', up to %d MB",
				k->name, LIMIT_MESSAGE >> 20);
		*(unsigned *)(void *)member = (unsigned)n;
		break;
	case RECEIVE:
	case SEND:
		set_url(l, k, (struct config_url *)(void *)member, v);
		break;
	}
}

/* Section headers: [general], [dns], [account "NAME"]. */
static void
begin_section(struct loader *l, struct str line)
{
	struct str in = str_trim(str_sub(line, 1, line.n - 1)), name;
	struct config *c = l->c;

	l->section = SECTION_NONE;
	if (str_ieq(in, STR("general"))) {
		l->section = SECTION_GENERAL;
		return;
	}
	if (str_ieq(in, STR("index"))) {
		l->section = SECTION_INDEX;
		return;
	}
	if (str_ieq(in, STR("dns"))) {
		l->section = SECTION_DNS;
		return;
	}
	if (!str_istarts(in, STR("account"))) {
		PROBLEM(l,
			"unknown section [%.*s]; known are [general], [index], "
			"[dns] and [account \"NAME\"]",
			STR_ARG(in));
		return;
	}
	name = str_trim(str_sub(in, 7, in.n));
	if (name.n > 2 && name.p[0] == '"' && name.p[name.n - 1] == '"')
		name = str_sub(name, 1, name.n - 1);
	if (name.n == 0 || name.n > 100 || name.p[0] == '.' ||
		str_chr(name, '/') >= 0 || str_chr(name, '"') >= 0) {
		PROBLEM(l, "an account needs a name without '/' and quotes: "
			   "[account \"work\"]");
		return;
	}
	if (config_account(c, arena_cstr(c->arena, name))) {
		PROBLEM(l, "the account \"%.*s\" stands here a second time",
			STR_ARG(name));
		return;
	}
	if (c->accounts == l->account_cap) {
		struct config_account *bigger;

		l->account_cap = l->account_cap ? 2 * l->account_cap : 4;
		bigger = arena_array(c->arena, l->account_cap, sizeof *bigger);
		if (c->accounts)
			memcpy(bigger, c->account,
				c->accounts * sizeof *bigger);
		c->account = bigger;
	}
	l->account = &c->account[c->accounts++];
	*l->account =
		(struct config_account){ .name = arena_cstr(c->arena, name),
			.line = l->line,
			.person = "",
			.auth = "auto",
			.leave_on_server = true };
	l->section = SECTION_ACCOUNT;
}

static void
read_line(struct loader *l, struct str line)
{
	struct str name, value;
	const char *near;
	ptrdiff_t eq;

	line = str_trim(line);
	if (line.n == 0 || line.p[0] == '#' || line.p[0] == ';')
		return;
	if (line.p[0] == '[') {
		line = without_comment(line);
		if (line.p[line.n - 1] != ']')
			PROBLEM(l, "the section's ']' is missing");
		else
			begin_section(l, line);
		return;
	}
	eq = str_chr(line, '=');
	if (eq < 0) {
		PROBLEM(l, "neither a section nor KEY = VALUE: '%.*s'",
			STR_ARG(str_sub(line, 0, 60)));
		return;
	}
	name = str_trim(str_sub(line, 0, (size_t)eq));
	value = without_comment(
		str_trim(str_sub(line, (size_t)eq + 1, line.n)));
	if (l->section == SECTION_NONE)
		return; /* its section was already found wrong */
	for (size_t i = 0; i < KEYS; i++) {
		if (keys[i].section != l->section ||
			!str_ieq(name, str_c(keys[i].name)))
			continue;
		set_value(l, &keys[i],
			l->section == SECTION_ACCOUNT ? (void *)l->account
						      : (void *)l->c,
			value);
		return;
	}
	near = nearest_key(l->section, name);
	PROBLEM(l, "unknown key '%.*s' in [%s]; the nearest known one is '%s'",
		STR_ARG(name), section_name(l->section), near ? near : "");
}

/* "none" is the answer no to the question whose results to believe. */
static void
settle_believed(struct config_account *a)
{
	a->has_authserv_id = a->authserv_id.count > 0;
	if (a->authserv_id.count == 1 &&
		strcmp(a->authserv_id.item[0], "none") == 0)
		a->authserv_id.count = 0;
}

/* Each of KEYWORDS an atom (RFC 3501) or a label of Gmail, its tag none that
 * means something already. */
static void
check_keywords(struct loader *l, const struct config_account *a)
{
	static const char taken[] =
		"unread flagged replied passed draft inbox attachment signed "
		"encrypted deleted";

	for (size_t i = 0; i < a->keywords.count; i++) {
		struct str rest = str_c(a->keywords.item[i]), name, tag;
		bool is_atom, is_label;

		str_split(&rest, ':', &name);
		tag = rest.n ? rest : name;
		is_label = str_starts(name, STR("label/")) && name.n > 6;
		is_atom = name.n > 0 && name.n <= 100 && tag.n > 0 &&
			  tag.n <= 100 && tag.p[0] != '-' && tag.p[0] != '+';
		for (size_t k = 0; k < name.n; k++)
			is_atom &= is_label ? (unsigned char)name.p[k] > ' '
					    : name.p[k] > ' ' &&
						      name.p[k] < 0x7f &&
						      !strchr("(){%*\"\\]",
							      name.p[k]);
		if (!is_atom)
			PROBLEM(l, "keywords: '%s' is not KEYWORD:TAG",
				a->keywords.item[i]);
		else if (is_choice(taken, tag))
			PROBLEM(l,
				"keywords: the tag '%.*s' has a meaning "
				"already",
				STR_ARG(tag));
	}
}

/* What can only be judged when the whole section has been read. */
static void
check_accounts(struct loader *l, mode_t mode)
{
	for (size_t i = 0; i < l->c->accounts; i++) {
		struct config_account *a = &l->c->account[i];

		l->line = a->line;
		settle_believed(a);
		check_keywords(l, a);
		if (!a->address || !strchr(a->address, '@'))
			PROBLEM(l,
				"the account \"%s\" needs 'address = "
				"YOU@DOMAIN'",
				a->name);
		if (a->receive.scheme == SCHEME_NONE)
			PROBLEM(l, "the account \"%s\" needs 'receive = …'",
				a->name);
		if (!a->address)
			a->address = "";
		if (!a->receive.user || !*a->receive.user)
			a->receive.user = a->address;
		if (a->has_send && (!a->send.user || !*a->send.user))
			a->send.user = a->receive.user;
		if (a->password && (mode & 077))
			PROBLEM(l,
				"'password =' is read only from a file with "
				"mode 0600: chmod 600 %s, or use "
				"password-command",
				l->c->path);
		else if (a->password)
			problem(l, true,
				"the password stands in the file; "
				"password-command keeps it elsewhere");
	}
}

struct config *
config_load(const char *path, int *status_out, struct err *e)
{
	struct arena *a = arena_new();
	struct config *c = ARENA_NEW(a, struct config);
	struct loader l = { .c = c, .first = e };
	struct stat st = { 0 };
	struct str rest, line;
	struct buf text;
	struct err why;

	c->arena = a;
	c->path = arena_strdup(a, path);
	c->glyphs = "auto";
	c->korean_lines = "syllable";
	c->database = "own";
	c->undo_send_seconds = 10;
	c->dnssec = true;
	c->text = STR("");
	buf_init(&text, LIMIT_CONFIG);
	if (stat(path, &st) < 0 && errno == ENOENT) {
		/* nothing written yet: the first run */
	} else if (file_read(path, &text, &why) < 0) {
		PROBLEM(&l, "%s", why.text);
	} else if (!utf8_valid(buf_str(&text))) {
		PROBLEM(&l, "the file is not UTF-8");
	} else {
		c->exists = true;
		c->text = rest = arena_str(a, buf_str(&text));
		while (str_split(&rest, '\n', &line)) {
			l.line++;
			read_line(&l, line);
		}
		check_accounts(&l, st.st_mode);
	}
	buf_fini(&text);
	*status_out = l.status;
	return c;
}

void
config_free(struct config **c)
{
	struct arena *a;

	if (!*c)
		return;
	a = (*c)->arena; /* the config itself lives in it */
	*c = NULL;
	arena_free(&a);
}

const struct config_account *
config_account(const struct config *c, const char *name)
{
	for (size_t i = 0; i < c->accounts; i++)
		if (strcmp(c->account[i].name, name) == 0)
			return &c->account[i];
	return NULL;
}
