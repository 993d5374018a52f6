/* SPDX-License-Identifier: GPL-3.0-or-later */
/* import: see command.h. Letters of other programs into an account. */
#include "app/command/parts.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/context.h"
#include "app/local/local.h"
#include "app/letter/mbox.h"
#include "base/file.h"
#include "base/sha256.h"
#include "store/maildir.h"

enum { AT_ONCE = 200, DEPTH = 20 };

struct import {
	struct profile *p;
	struct context c;
	struct local l;
	const char *folder_wanted; /* --folder, or NULL */
	struct arena *a;
	/* the folder under way: hashes of its letters, sorted up to SORTED */
	const char *folder;
	char (*known)[65];
	size_t knowns, sorted, cap;
	struct maildir_batch *batch;
	size_t waiting, came, doubles, too_large;
	struct err e;
};

static int
hash_cmp(const void *a, const void *b)
{
	return memcmp(a, b, 64);
}

/* True where it was known; else it is from now on. */
static bool
is_known(struct import *m, struct str bytes)
{
	char hex[65];

	sha256_hex(bytes, hex);
	if (m->sorted && bsearch(hex, m->known, m->sorted, 65, hash_cmp))
		return true;
	for (size_t i = m->sorted; i < m->knowns; i++)
		if (memcmp(m->known[i], hex, 64) == 0)
			return true;
	if (m->knowns == m->cap) {
		size_t cap = m->cap ? 2 * m->cap : 1024;
		void *bigger = realloc(m->known, cap * 65);

		if (!bigger)
			abort();
		m->known = bigger;
		m->cap = cap;
	}
	memcpy(m->known[m->knowns++], hex, 65);
	if (m->knowns - m->sorted > 256) {
		qsort(m->known, m->knowns, 65, hash_cmp);
		m->sorted = m->knowns;
	}
	return false;
}

static int
know_file(void *ctx, const char *path)
{
	struct import *m = ctx;
	struct str map;
	char full[8300];
	struct err ignored;

	snprintf(full, sizeof full, "%s/%s", m->p->paths.mail, path);
	if (file_map(full, LIMIT_MESSAGE, &map, &ignored) == 0) {
		(void)is_known(m, map);
		file_unmap(&map);
	}
	return 0;
}

static int
flush(struct import *m)
{
	const char **path;
	size_t n;
	int rc = 0;

	if (m->batch && m->waiting)
		rc = maildir_commit(m->batch, &path, &n, &m->e);
	maildir_free(&m->batch);
	m->waiting = 0;
	if (isatty(STDERR_FILENO)) {
		fputs("\r\033[K", stderr);
		fprintf(stderr, _("%zu letters"), m->came);
	}
	return rc;
}

static int
begin_folder(struct import *m, const char *folder)
{
	struct buf name;

	if (flush(m) < 0)
		return -1;
	buf_init(&name, 4 * LIMIT_FOLDER_NAME);
	maildir_folder_name(&name,
		str_c(m->folder_wanted ? m->folder_wanted : folder), '/');
	m->folder = local_folder(&m->l, m->a, arena_cstr(m->a, buf_str(&name)));
	buf_fini(&name);
	m->knowns = m->sorted = 0;
	if (maildir_make(m->p->paths.mail, m->folder, &m->e) < 0)
		return -1;
	return maildir_scan(m->p->paths.mail, m->folder, know_file, m, &m->e);
}

/* For an account with a server the letter goes there at the next sync: written
 * down before the file is there. */
static int
take(struct import *m, struct str bytes, unsigned flags)
{
	char base[256];

	if (is_known(m, bytes)) {
		m->doubles++;
		return 0;
	}
	if (!m->batch)
		m->batch = maildir_begin(m->p->paths.mail, m->folder);
	maildir_new_name(base, sizeof base, 0);
	if (maildir_open(m->batch, &m->e) < 0 ||
		maildir_write(m->batch, bytes, &m->e) < 0 ||
		maildir_end_as(m->batch, flags, base, &m->e) < 0)
		return -1;
	if (local_has_server(m->l.config)) {
		struct state_op op = { .kind = "append",
			.folder = strchr(m->folder, '/') + 1,
			.base = base };

		if (state_add_op(m->l.state, &op, &m->e) < 0)
			return -1;
	}
	m->came++;
	return ++m->waiting < AT_ONCE ? 0 : flush(m);
}

static int
import_mbox(struct import *m, const char *path, const char *folder)
{
	struct mbox_letter l;
	struct str map, rest;
	int rc = 0;

	if (file_map(path, SIZE_MAX / 2, &map, &m->e) < 0)
		return -1;
	rest = map;
	if (map.n && mbox_is(map))
		rc = begin_folder(m, folder);
	while (rc == 0 && mbox_next(&rest, &l)) {
		struct buf b;

		if (l.is_expunged)
			continue;
		buf_init(&b, LIMIT_MESSAGE);
		if (mbox_copy(&b, &l))
			rc = take(m, buf_str(&b), l.flags);
		else
			m->too_large++;
		buf_fini(&b);
	}
	file_unmap(&map);
	return rc;
}

/* cur or new of a Maildir. */
static int
import_files(struct import *m, const char *dir)
{
	DIR *d = opendir(dir);
	struct dirent *f;
	int rc = 0;

	while (d && rc == 0 && (f = readdir(d))) {
		struct mbox_letter l = { 0 };
		struct buf b;
		struct err ignored;
		const char *path = arena_printf(m->a, "%s/%s", dir, f->d_name);

		if (f->d_name[0] == '.')
			continue;
		if (file_map(path, LIMIT_MESSAGE, &l.raw, &ignored) < 0) {
			m->too_large++;
			continue;
		}
		buf_init(&b, LIMIT_MESSAGE);
		for (size_t i = 0; i < l.raw.n; i++)
			if (l.raw.p[i] != '\r' || i + 1 == l.raw.n ||
				l.raw.p[i + 1] != '\n')
				buf_addc(&b, l.raw.p[i]);
		rc = take(m, buf_str(&b), maildir_flags(path));
		buf_fini(&b);
		file_unmap(&l.raw);
	}
	if (d)
		closedir(d);
	return rc;
}

static bool
is_dir(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

static bool
is_maildir(struct arena *a, const char *path)
{
	return is_dir(arena_printf(a, "%s/cur", path));
}

static int
import_maildir(struct import *m, const char *path, const char *folder)
{
	if (begin_folder(m, folder) < 0 ||
		import_files(m, arena_printf(m->a, "%s/new", path)) < 0)
		return -1;
	return import_files(m, arena_printf(m->a, "%s/cur", path));
}

/* The folder that NAME below FOLDER ("" the top) is called. */
static const char *
below(struct import *m, const char *folder, const char *name)
{
	struct str s = str_c(name);
	char *out;

	if (str_ends(s, STR(".sbd")))
		s.n -= 4;
	if (str_starts(s, STR("."))) /* Maildir++ */
		s = str_sub(s, 1, s.n);
	if (str_ieq(str_c(name), STR("INBOX")) && !*folder)
		return "INBOX";
	out = arena_cstr(m->a, s);
	if (name[0] == '.')
		for (char *p = out; *p; p++)
			if (*p == '.')
				*p = '/';
	return *folder ? arena_printf(m->a, "%s/%s", folder, out) : out;
}

static int
import_tree(struct import *m, const char *path, const char *folder, int depth)
{
	struct dirent **name;
	int n = scandir(path, &name, NULL, alphasort), rc = 0;

	for (int i = 0; i < n; i++) {
		const char *f = name[i]->d_name;
		const char *full = arena_printf(m->a, "%s/%s", path, f);
		struct str s = str_c(f);
		struct stat st;

		if (rc < 0 || !strcmp(f, ".") || !strcmp(f, "..") ||
			!strcmp(f, "cur") || !strcmp(f, "new") ||
			!strcmp(f, "tmp") || lstat(full, &st) < 0) {
			/* nothing to take */
		} else if (S_ISREG(st.st_mode) && st.st_size &&
			   !str_ends(s, STR(".msf")) &&
			   !str_ends(s, STR(".dat"))) {
			rc = import_mbox(m, full, below(m, folder, f));
		} else if (S_ISDIR(st.st_mode) && depth < DEPTH) {
			const char *to = below(m, folder, f);

			if (is_maildir(m->a, full))
				rc = import_maildir(m, full, to);
			if (rc == 0)
				rc = import_tree(m, full,
					/* a server's folder in Mail/ */
					str_ends(s, STR(".sbd")) || *folder ||
							is_maildir(m->a, full)
						? to
						: "",
					depth + 1);
		}
		free(name[i]);
	}
	if (n >= 0)
		free(name);
	return rc;
}

static int
import_path(struct import *m, const char *path)
{
	const char *slash = strrchr(path, '/');
	int rc;

	if (!is_dir(path))
		return import_mbox(
			m, path, below(m, "", slash ? slash + 1 : path));
	if (is_maildir(m->a, path) && import_maildir(m, path, "INBOX") < 0)
		return -1;
	rc = import_tree(m, path, "", 0);
	return rc;
}

static int
run(struct import *m, int argc, char **argv, int i)
{
	struct engine *engine;
	int rc = 0, lock = file_lock(m->p->paths.lock, &m->e);

	if (lock < 0)
		return -1;
	m->c.config = m->p->config;
	m->c.paths = m->p->paths;
	rc = local_open(&m->l, &m->c, m->l.account, &m->e);
	for (; rc == 0 && i < argc; i++)
		rc = import_path(m, argv[i]);
	if (rc == 0)
		rc = flush(m);
	maildir_free(&m->batch);
	local_close(&m->l);
	close(lock);
	if (isatty(STDERR_FILENO))
		fputs("\r\033[K", stderr);
	if (m->came == 0)
		return rc;
	/* the index finds the files as it would after a death */
	engine = engine_start(m->p->config, ENGINE_OFFLINE, &m->e);
	if (!engine)
		return -1;
	(void)command_settle(engine, true, NULL);
	(void)engine_stop(&engine);
	return rc;
}

int
command_import(int argc, char **argv)
{
	const char *account = NULL;
	struct import m = { 0 };
	struct profile p;
	int i, rc;

	for (i = 1; i < argc && argv[i][0] == '-'; i++)
		if (!command_value(argc, argv, &i, "--account", &account) &&
			!command_value(
				argc, argv, &i, "--folder", &m.folder_wanted))
			break;
	if (i >= argc || argv[i][0] == '-') {
		bool help = argc > 1 && strcmp(argv[1], "--help") == 0;

		fputs(_("usage: signet import [--account NAME] [--folder "
			"FOLDER] "
			"PATH...\n"
			"Takes the letters of mbox files, Maildirs and "
			"Thunderbird's folders, with their\nfolders and flags. "
			"What is there already is not taken again.\n"),
			help ? stdout : stderr);
		return help ? 0 : 2;
	}
	for (int k = i; k < argc; k++)
		if (access(argv[k], R_OK) < 0) {
			fprintf(stderr, _("signet import: cannot read '%s'\n"),
				argv[k]);
			return 66;
		}
	rc = command_open(&p);
	m.p = &p;
	m.a = arena_new();
	for (size_t k = 0; rc == 0 && k < p.config->accounts; k++)
		if (!account || !strcmp(account, p.config->account[k].name)) {
			m.l.account = (int)k;
			m.l.config = &p.config->account[k];
			break;
		}
	if (rc == 0 && !m.l.config) {
		fputs(_("signet import: there is no such account\n"), stderr);
		rc = 66;
	}
	if (rc == 0)
		rc = run(&m, argc, argv, i) < 0 ? command_fail("import", &m.e)
						: 0;
	if (rc == 0)
		fprintf(stderr,
			_("%zu letters came, %zu were there already, %zu are "
			  "too "
			  "large\n"),
			m.came, m.doubles, m.too_large);
	free(m.known);
	arena_free(&m.a);
	command_close(&p);
	return rc;
}
