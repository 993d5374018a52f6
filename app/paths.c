/* SPDX-License-Identifier: GPL-3.0-or-later */
/* paths - see paths.h */
#include "app/paths.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/config.h"
#include "base/file.h"
#include "store/index_theirs.h"

/* $NAME/signet, or ~/REST/signet. The specification wants absolute paths;
 * others are ignored. */
static const char *
base_dir(struct arena *a, const char *name, const char *rest, struct err *e)
{
	const char *v = getenv(name), *home = getenv("HOME");

	if (v && *v == '/')
		return arena_printf(a, "%s/signet", v);
	if (!home || *home != '/') {
		err_set(e, ERR_INPUT, 0,
			"neither %s nor HOME is set to a directory", name);
		return NULL;
	}
	return arena_printf(a, "%s/%s/signet", home, rest);
}

int
paths_find(
	struct arena *a, const char *config, struct paths *out, struct err *e)
{
	const char *dir = base_dir(a, "XDG_CONFIG_HOME", ".config", e);
	const char *run = getenv("XDG_RUNTIME_DIR");

	out->data = base_dir(a, "XDG_DATA_HOME", ".local/share", e);
	out->state = base_dir(a, "XDG_STATE_HOME", ".local/state", e);
	out->cache = base_dir(a, "XDG_CACHE_HOME", ".cache", e);
	if (!dir || !out->data || !out->state || !out->cache)
		return -1;
	out->config = config ? arena_strdup(a, config)
			     : arena_printf(a, "%s/config", dir);
	out->theirs = NULL;
	out->mail = arena_printf(a, "%s/mail", out->data);
	out->drafts = arena_printf(a, "%s/drafts", out->data);
	out->runtime = run && *run == '/' && access(run, W_OK) == 0
			       ? arena_printf(a, "%s/signet", run)
			       : arena_printf(a, "%s/run", out->state);
	out->log = arena_printf(a, "%s/log", out->state);
	out->lock = arena_printf(a, "%s/lock", out->state);
	return 0;
}

static bool
is_dir(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

static bool
is_same(const char *one, const char *other)
{
	struct stat a, b;

	if (stat(one, &a) < 0 || stat(other, &b) < 0)
		return strcmp(one, other) == 0;
	return a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

/* An account that is a Maildir: OWN is its directory in the mail root. */
static int
check_maildir(const struct config *c, const struct config_account *acc,
	const char *own, struct err *e)
{
	const char *there = acc->receive.rest, *slash = strrchr(there, '/');
	struct str root =
		str_sub(str_c(own), 0, str_c(own).n - strlen(acc->name) - 1);

	if (is_same(there, own))
		return 0;
	if (slash && slash[1] &&
		str_eq(root, str_sub(str_c(there), 0, (size_t)(slash - there))))
		return err_set(e, ERR_INPUT, (int)acc->line,
			"%s:%u: an account in notmuch's mail root, or that is "
			"it, has the name of its directory: call it [account "
			"\"%s\"]",
			c->path, acc->line, slash + 1);
	return err_set(e, ERR_INPUT, (int)acc->line,
		"%s:%u: with database = notmuch the letters of \"%s\" lie in "
		"'%s', and receive says '%s': name the account after its "
		"directory in the mail root, or use database = own",
		c->path, acc->line, acc->name, own, there);
}

/* One that fetches: what others keep in OWN would go up to its server, and what
 * it has fetched to BEFORE is not to be missed. */
static int
check_fetching(const struct paths *p, struct arena *a, const struct config *c,
	const struct config_account *acc, const char *own, const char *before,
	struct err *e)
{
	const char *db = arena_printf(a, "%s/%s.db", p->state, acc->name);
	bool is_known = access(db, F_OK) == 0;

	if (is_dir(own) && !is_known)
		return err_set(e, ERR_INPUT, (int)acc->line,
			"%s:%u: '%s' is there already, and \"%s\" has not "
			"fetched what lies in it: give the account another "
			"name, or 'receive = maildir:%s'",
			c->path, acc->line, own, acc->name, own);
	if (!is_dir(own) && is_dir(before) && is_known)
		return err_set(e, ERR_INPUT, (int)acc->line,
			"%s:%u: the letters of \"%s\" lie in '%s': move that "
			"directory to '%s'",
			c->path, acc->line, acc->name, before, own);
	return 0;
}

int
paths_check(struct arena *a, const struct paths *p, const struct config *c,
	const struct config_account *acc, struct err *e)
{
	const char *own = arena_printf(a, "%s/%s", p->mail, acc->name);

	if (!p->theirs)
		return 0;
	if (*p->theirs->only && strcmp(p->theirs->only, acc->name) != 0)
		return err_set(e, ERR_INPUT, (int)acc->line,
			"%s:%u: the account \"%s\" is notmuch's mail root "
			"itself: there is no place for \"%s\" beside it",
			c->path, acc->line, p->theirs->only, acc->name);
	if (is_dir(arena_printf(a, "%s/cur", own)))
		return err_set(e, ERR_INPUT, (int)acc->line,
			"%s:%u: '%s' is a Maildir itself, which database = "
			"notmuch cannot use: it wants one for each folder in "
			"it",
			c->path, acc->line, own);
	if (acc->receive.scheme == SCHEME_MAILDIR)
		return check_maildir(c, acc, own, e);
	return check_fetching(p, a, c, acc, own,
		arena_printf(a, "%s/mail/%s", p->data, acc->name), e);
}

/* ACC is the mail root of T: what is above that is ours, if the account has its
 * name. */
static int
be_root(struct arena *a, const struct config *c,
	const struct config_account *acc, struct index_theirs *t,
	struct paths *p, struct err *e)
{
	struct str root = str_c(t->mail);
	ptrdiff_t slash;

	while (root.n > 1 && root.p[root.n - 1] == '/')
		root.n--;
	slash = str_rchr(root, '/');
	if (slash <= 0)
		return err_set(e, ERR_INPUT, (int)acc->line,
			"%s:%u: '%s' cannot be an account", c->path, acc->line,
			t->mail);
	t->only = arena_cstr(a, str_sub(root, (size_t)slash + 1, root.n));
	p->mail = arena_cstr(a, str_sub(root, 0, (size_t)slash));
	if (strcmp(t->only, acc->name) == 0)
		return 0;
	return err_set(e, ERR_INPUT, (int)acc->line,
		"%s:%u: an account in notmuch's mail root, or that is it, has "
		"the name of its directory: call it [account \"%s\"]",
		c->path, acc->line, t->only);
}

int
paths_follow(
	struct arena *a, const struct config *c, struct paths *p, struct err *e)
{
	struct index_theirs *t;

	if (p->theirs || strcmp(c->database, "notmuch") != 0)
		return 0;
	t = index_theirs_find(a, arena_printf(a, "%s/index", p->state), e);
	if (!t)
		return -1;
	p->theirs = t;
	p->mail = t->mail;
	for (size_t i = 0; i < c->accounts; i++)
		if (c->account[i].receive.scheme == SCHEME_MAILDIR &&
			is_same(c->account[i].receive.rest, t->mail) &&
			be_root(a, c, &c->account[i], t, p, e) < 0)
			return -1;
	for (size_t i = 0; i < c->accounts; i++)
		if (paths_check(a, p, c, &c->account[i], e) < 0)
			return -1;
	return 0;
}

int
paths_make(const struct paths *p, struct err *e)
{
	const char *const dirs[] = { p->data, p->mail, p->drafts, p->state,
		p->cache, p->runtime };

	for (size_t i = 0; i < sizeof dirs / sizeof *dirs; i++)
		if (file_mkdirs(dirs[i], e) < 0)
			return -1;
	return 0;
}
