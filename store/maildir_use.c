/* SPDX-License-Identifier: GPL-3.0-or-later */
/* a Maildir that is there already: see maildir.h. It is used where it stands,
 * by links below the mail root; nothing in it is renamed or made for that. */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "store/maildir.h"

static bool
is_dir(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

static int
count_one(void *ctx, const char *path)
{
	(void)path;
	++*(size_t *)ctx;
	return 0;
}

/* Letters below ROOT/ACCOUNT, by links or not. */
static int
count_letters(const char *root, const char *account, size_t *out, struct err *e)
{
	struct arena *a = arena_new();
	const char **name;
	size_t n = 0;
	int rc = maildir_list(root, account, a, &name, &n, e);

	*out = 0;
	for (size_t i = 0; i < n && rc == 0; i++)
		rc = maildir_scan(root,
			arena_printf(a, "%s/%s", account, name[i]), count_one,
			out, e);
	arena_free(&a);
	return rc;
}

/* LINK leads to PATH, unless it is there. */
static int
link_to(const char *path, const char *link, struct err *e)
{
	char parent[4200];

	snprintf(parent, sizeof parent, "%s", link);
	*strrchr(parent, '/') = '\0';
	if (file_mkdirs(parent, e) < 0)
		return -1;
	if (symlink(path, link) < 0 && errno != EEXIST)
		return err_sys(e, errno, "cannot make the link '%s'", link);
	return 0;
}

/* ".Lists.dev" of a Maildir++ is Lists/dev. */
static int
link_dotted(const char *path, const char *own, const char *name,
	void (*decode)(struct buf *out, struct str raw), struct err *e)
{
	struct buf utf8, folder;
	char from[4200], to[4200];
	int rc = 0;

	snprintf(from, sizeof from, "%s/%s/cur", path, name);
	if (!is_dir(from))
		return 0;
	buf_init(&utf8, 4 * LIMIT_FOLDER_NAME);
	buf_init(&folder, 8 * LIMIT_FOLDER_NAME);
	decode(&utf8, str_c(name + 1));
	maildir_folder_name(&folder, buf_str(&utf8), '.');
	if (snprintf(from, sizeof from, "%s/%s", path, name) <
			(int)sizeof from &&
		snprintf(to, sizeof to, "%s/%s", own, buf_c(&folder)) <
			(int)sizeof to &&
		folder.n)
		rc = link_to(from, to, e);
	buf_fini(&utf8);
	buf_fini(&folder);
	return rc;
}

/* PATH is a Maildir itself: the INBOX, and its folders have dots in front. */
static int
use_dotted(const char *path, const char *own,
	void (*decode)(struct buf *out, struct str raw), struct err *e)
{
	DIR *dir = opendir(path);
	char inbox[4300];
	struct dirent *d;
	int rc, n = 0;

	if (!dir)
		return err_sys(e, errno, "cannot read '%s'", path);
	snprintf(inbox, sizeof inbox, "%s/INBOX", own);
	rc = link_to(path, inbox, e);
	while (rc == 0 && n < LIMIT_FOLDERS && (d = readdir(dir)))
		if (d->d_name[0] == '.' && d->d_name[1] &&
			d->d_name[1] != '.') {
			n++;
			rc = link_dotted(path, own, d->d_name, decode, e);
		}
	closedir(dir);
	return rc;
}

int
maildir_use(const char *root, const char *account, const char *path,
	void (*decode)(struct buf *out, struct str raw), struct err *e)
{
	char own[4200], cur[4300];
	struct stat st, there;
	bool is_dotted;
	size_t letters;

	if (snprintf(own, sizeof own, "%s/%s", root, account) >=
			(int)sizeof own - LIMIT_FOLDER_NAME ||
		snprintf(cur, sizeof cur, "%s/cur", path) >= (int)sizeof cur)
		return err_set(e, ERR_ACCOUNT, ENAMETOOLONG,
			"the name of '%s' is too long", path);
	if (stat(path, &there) < 0) /* letters lie with signet's own */
		return 0;
	is_dotted = is_dir(cur);
	if (stat(own, &st) == 0 && st.st_dev == there.st_dev &&
		st.st_ino == there.st_ino)
		return 0;
	snprintf(cur, sizeof cur, "%s/INBOX", own);
	if (lstat(own, &st) == 0 && S_ISLNK(st.st_mode)) {
		/* another path than before */
		if (unlink(own) < 0)
			return err_sys(e, errno, "cannot remove '%s'", own);
	} else if (lstat(own, &st) == 0 &&
		   !(is_dotted && lstat(cur, &st) == 0 &&
			   S_ISLNK(st.st_mode))) {
		if (count_letters(root, account, &letters, e) < 0)
			return -1;
		if (letters)
			return err_set(e, ERR_ACCOUNT, 0,
				"'%s' has %zu letters of the account %s: move "
				"them to '%s' and remove it",
				own, letters, account, path);
		if (file_remove_tree(own, e) < 0)
			return -1;
	}
	return is_dotted ? use_dotted(path, own, decode, e)
			 : link_to(path, own, e);
}
