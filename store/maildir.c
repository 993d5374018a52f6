/* SPDX-License-Identifier: GPL-3.0-or-later */
/* maildir - see maildir.h. Delivery stands in maildir_deliver.c. */
#define _GNU_SOURCE
#include "store/maildir.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "store/maildir_name.h"

enum { DEPTH_MAX = 20 };

static const char letters[] = "SRFTDP"; /* bit i is letters[i] */

/* --- names
 * -------------------------------------------------------------------- */

unsigned
maildir_flags(const char *path)
{
	const char *colon = strrchr(path, ':');
	unsigned flags = 0;

	if (!colon || strncmp(colon, ":2,", 3) != 0)
		return 0;
	for (const char *p = colon + 3; *p && *p != '/'; p++) {
		const char *at = strchr(letters, *p);

		if (at)
			flags |= 1u << (at - letters);
		else if (*p >= 'a' && *p <= 'z')
			flags |= (unsigned)MAILDIR_KEYWORD << (*p - 'a');
	}
	return flags;
}

void
maildir_name_flags(char out[MAILDIR_LETTERS], unsigned flags)
{
	static const char sorted[] = "DFPRST"; /* the specification's order */
	size_t n = 0;

	for (const char *p = sorted; *p; p++)
		if (flags & (1u << (strchr(letters, *p) - letters)))
			out[n++] = *p;
	for (int i = 0; i < MAILDIR_KEYWORDS; i++)
		if (flags & (unsigned)MAILDIR_KEYWORD << i)
			out[n++] = (char)('a' + i);
	out[n] = '\0';
}

struct str
maildir_base(const char *path)
{
	const char *slash = strrchr(path, '/');
	struct str s = str_c(slash ? slash + 1 : path);
	ptrdiff_t colon = str_rchr(s, ':');

	return colon < 0 ? s : str_sub(s, 0, (size_t)colon);
}

uint32_t
maildir_uid(const char *path)
{
	struct str base = maildir_base(path), digits;
	uint64_t uid;

	ptrdiff_t at = str_find(base, STR(",U="));
	if (at < 0)
		return 0;
	digits = str_sub(base, (size_t)at + 3, base.n);
	for (size_t i = 0; i < digits.n; i++)
		if (digits.p[i] < '0' || digits.p[i] > '9')
			digits.n = i;
	return str_to_u64(digits, UINT32_MAX, &uid) ? (uint32_t)uid : 0;
}

struct str
maildir_account(const char *path)
{
	return (struct str){ path, strcspn(path, "/") };
}

struct str
maildir_folder(const char *path)
{
	struct str s = str_c(path);
	size_t from = maildir_account(path).n + 1;
	ptrdiff_t name = str_rchr(s, '/');

	if (name <= 0)
		return STR("");
	s = str_sub(s, 0, (size_t)name);
	name = str_rchr(s, '/'); /* before cur or new */
	return name < (ptrdiff_t)from ? STR("")
				      : str_sub(s, from, (size_t)name);
}

static bool
is_reserved(struct str level)
{
	return level.n == 0 || level.p[0] == '.' || str_eq(level, STR("cur")) ||
	       str_eq(level, STR("new")) || str_eq(level, STR("tmp"));
}

void
maildir_folder_name(struct buf *out, struct str name, char delimiter)
{
	struct str rest = str_sub(name, 0, LIMIT_FOLDER_NAME), level;
	bool first = true;
	int depth = 0;

	while (delimiter && depth++ < DEPTH_MAX
			? str_split(&rest, delimiter, &level)
			: (level = rest, rest = STR_NONE, level.p != NULL)) {
		if (!first)
			buf_addc(out, '/');
		if (is_reserved(level) && level.n) {
			buf_printf(out, "%%%02X", (unsigned char)level.p[0]);
			level = str_sub(level, 1, level.n);
		} else if (level.n == 0) {
			buf_addc(out, '%');
		}
		for (size_t i = 0; i < level.n; i++) {
			unsigned char c = (unsigned char)level.p[i];

			if (c < 0x20 || c == 0x7f || c == '/' || c == '%' ||
				c == ':' || c == '"')
				buf_printf(out, "%%%02X", c);
			else
				buf_addc(out, (char)c);
		}
		first = false;
		if (!rest.p)
			break;
	}
}

void
maildir_name_of(struct buf *out, struct str folder)
{
	for (size_t i = 0; i < folder.n; i++) {
		struct str code = str_sub(folder, i + 1, i + 3);
		unsigned c = 0;

		for (size_t k = 0; k < 2 && code.n == 2; k++) {
			ptrdiff_t digit =
				str_chr(STR("0123456789ABCDEF"), code.p[k]);

			c = digit < 0 || c > 0xff ? 0x100
						  : 16 * c + (unsigned)digit;
		}
		if (folder.p[i] != '%') {
			buf_addc(out, folder.p[i]);
		} else if (code.n == 2 && c >= 0x20 && c < 0x7f && c != '/') {
			buf_addc(out, (char)c);
			i += 2;
		} else if (code.n == 2 && c < 0x100) {
			buf_addc(out, '%');
		} /* else it stands for an empty level */
	}
}

void
maildir_full(struct buf *out, const char *root, const char *path)
{
	buf_clear(out);
	buf_printf(out, "%s/%s", root, path);
}

/* --- folders
 * -------------------------------------------------------------------- */

int
maildir_make_all(
	const char *root, const char *const *folder, size_t n, struct err *e)
{
	static const char *const sub[] = { "tmp", "new", "cur" };
	struct arena *a = arena_new();
	const char **path = arena_array(a, 3 * n, sizeof *path);
	int rc = 0;

	for (size_t i = 0; i < 3 * n && rc == 0; i++) {
		path[i] = arena_printf(
			a, "%s/%s/%s", root, folder[i / 3], sub[i % 3]);
		if (strlen(path[i]) >= 4096)
			rc = err_set(e, ERR_BOX, ENAMETOOLONG,
				"the name of '%s' is too long", folder[i / 3]);
	}
	if (rc == 0)
		rc = file_mkdirs_all(path, 3 * n, e);
	arena_free(&a);
	return rc;
}

int
maildir_make(const char *root, const char *folder, struct err *e)
{
	return maildir_make_all(root, &folder, 1, e);
}

int
maildir_rename_folder(
	const char *root, const char *folder, const char *to, struct err *e)
{
	char from[4096], path[4096], *slash;
	int n = snprintf(from, sizeof from, "%s/%s", root, folder);

	if (n >= (int)sizeof from || snprintf(path, sizeof path, "%s/%s", root,
					     to) >= (int)sizeof path)
		return err_set(e, ERR_BOX, ENAMETOOLONG,
			"the name of '%s' is too long", to);
	slash = strrchr(path, '/');
	*slash = '\0';
	if (file_mkdirs(path, e) < 0)
		return -1;
	*slash = '/';
	if (rename(from, path) < 0 &&
		/* a death came behind it */
		!(errno == ENOENT && access(path, F_OK) == 0))
		return err_set(e, ERR_BOX, errno, "'%s' cannot become '%s': %s",
			folder, to,
			errno == ENOTEMPTY || errno == EEXIST
				? err_words(N_("there is such a folder"))
				: err_words(N_("the disk refuses")));
	*slash = '\0';
	return file_sync_dir(path, e);
}

int
maildir_remove_folder(const char *root, const char *folder, struct err *e)
{
	static const char *const sub[] = { "/cur", "/new", "/tmp", "" };
	char path[4096];

	maildir_clean(root, folder);
	for (int i = 0; i < 4; i++) {
		if (snprintf(path, sizeof path, "%s/%s%s", root, folder,
			    sub[i]) >= (int)sizeof path)
			return err_set(e, ERR_BOX, ENAMETOOLONG,
				"the name of '%s' is too long", folder);
		/* others may stand below it */
		if (rmdir(path) < 0 && errno != ENOENT && *sub[i])
			return err_set(e, ERR_BOX, errno,
				"'%s' is not empty and stays", folder);
	}
	return 0;
}

static int
scan_sub(const char *root, const char *folder, const char *sub,
	int (*each)(void *ctx, const char *path), void *ctx, struct err *e)
{
	char path[4096];
	struct dirent *d;
	int rc = 0;
	DIR *dir;

	snprintf(path, sizeof path, "%s/%s/%s", root, folder, sub);
	dir = opendir(path);
	if (!dir && errno == ENOENT)
		return 0;
	if (!dir)
		return err_sys(e, errno, "cannot read '%s'", path);
	while (rc == 0 && (d = readdir(dir))) {
		if (d->d_name[0] == '.')
			continue;
		snprintf(path, sizeof path, "%s/%s/%s", folder, sub, d->d_name);
		rc = each(ctx, path);
	}
	closedir(dir);
	return 0;
}

int
maildir_scan(const char *root, const char *folder,
	int (*each)(void *ctx, const char *path), void *ctx, struct err *e)
{
	if (scan_sub(root, folder, "cur", each, ctx, e) < 0)
		return -1;
	return scan_sub(root, folder, "new", each, ctx, e);
}

void
maildir_clean(const char *root, const char *folder)
{
	char path[4096];
	struct dirent *d;
	DIR *dir;

	snprintf(path, sizeof path, "%s/%s/tmp", root, folder);
	dir = opendir(path);
	if (!dir)
		return;
	while ((d = readdir(dir)))
		if (d->d_name[0] != '.')
			(void)unlinkat(dirfd(dir), d->d_name, 0);
	closedir(dir);
}

bool
maildir_has_new(const char *root, const char *folder)
{
	char path[4096];
	struct dirent *d;
	bool out = false;
	DIR *dir;

	snprintf(path, sizeof path, "%s/%s/new", root, folder);
	dir = opendir(path);
	while (dir && !out && (d = readdir(dir)))
		out = d->d_name[0] != '.';
	if (dir)
		closedir(dir);
	return out;
}

enum { NS = 1000000000 };

int64_t
maildir_changed(const char *root, const char *folder)
{
	struct timespec now;
	struct stat st;
	char path[4096];
	int64_t at;

	snprintf(path, sizeof path, "%s/%s/cur", root, folder);
	if (stat(path, &st) < 0 || clock_gettime(CLOCK_REALTIME, &now) < 0)
		return 0;
	at = (int64_t)st.st_mtim.tv_sec * NS + st.st_mtim.tv_nsec;
	/* what counts time coarsely does so by 2 s at most */
	return (int64_t)now.tv_sec * NS + now.tv_nsec - at > 2LL * NS ? at : 0;
}

struct listing {
	struct arena *a;
	const char **name;
	size_t count, cap;
};

static void
list_add(struct listing *l, const char *name)
{
	if (l->count == LIMIT_FOLDERS)
		return;
	if (l->count == l->cap) {
		const char **bigger;

		l->cap = l->cap ? 2 * l->cap : 16;
		bigger = arena_array(l->a, l->cap, sizeof *bigger);
		if (l->count)
			memcpy(bigger, l->name, l->count * sizeof *bigger);
		l->name = bigger;
	}
	l->name[l->count++] = arena_strdup(l->a, name);
}

/* Find folders below BASE/NAME; a directory with "cur" in it is one. */
static void
list_below(struct listing *l, const char *base, const char *name, int depth)
{
	char path[4096];
	struct dirent *d;
	DIR *dir;

	snprintf(path, sizeof path, "%s%s%s", base, *name ? "/" : "", name);
	dir = depth < DEPTH_MAX ? opendir(path) : NULL;
	if (!dir)
		return;
	while ((d = readdir(dir))) {
		char inner[2048];
		struct stat st;

		if (strcmp(d->d_name, "cur") == 0 && *name)
			list_add(l, name);
		if (d->d_name[0] == '.' || is_reserved(str_c(d->d_name)))
			continue;
		if (fstatat(dirfd(dir), d->d_name, &st, 0) < 0 ||
			!S_ISDIR(st.st_mode))
			continue;
		if (snprintf(inner, sizeof inner, "%s%s%s", name,
			    *name ? "/" : "", d->d_name) < (int)sizeof inner)
			list_below(l, base, inner, depth + 1);
	}
	closedir(dir);
}

static int
by_name(const void *x, const void *y)
{
	const char *a = *(const char *const *)x, *b = *(const char *const *)y;
	bool ia = strcmp(a, "INBOX") == 0, ib = strcmp(b, "INBOX") == 0;

	if (ia != ib)
		return ia ? -1 : 1;
	return strcmp(a, b);
}

int
maildir_list(const char *root, const char *account, struct arena *a,
	const char ***name_out, size_t *count_out, struct err *e)
{
	struct listing l = { .a = a };
	char base[4096];

	*name_out = NULL;
	*count_out = 0;
	if (snprintf(base, sizeof base, "%s/%s", root, account) >=
		(int)sizeof base)
		return err_set(e, ERR_ACCOUNT, ENAMETOOLONG,
			"the name of '%s' is too long", account);
	list_below(&l, base, "", 0);
	if (l.count)
		qsort(l.name, l.count, sizeof *l.name, by_name);
	*name_out = l.name;
	*count_out = l.count;
	return 0;
}

/* --- files
 * ------------------------------------------------------------------------ */

struct lookup {
	struct str base;
	struct buf *out;
};

static int
is_it(void *ctx, const char *path)
{
	struct lookup *l = ctx;

	if (!str_eq(maildir_base(path), l->base))
		return 0;
	buf_adds(l->out, path);
	return 1;
}

int
maildir_find(const char *root, const char *path, struct buf *out, struct err *e)
{
	struct lookup l = { maildir_base(path), out };
	struct str folder = maildir_folder(path);
	char name[4096], full[4096];
	size_t was = out->n;

	if (snprintf(full, sizeof full, "%s/%s", root, path) <
			(int)sizeof full &&
		access(full, F_OK) == 0) {
		buf_adds(out, path);
		return 0;
	}
	snprintf(name, sizeof name, "%.*s/%.*s", STR_ARG(maildir_account(path)),
		STR_ARG(folder));
	if (maildir_scan(root, name, is_it, &l, e) < 0)
		return -1;
	if (out->n == was)
		return err_set(e, ERR_MESSAGE, ENOENT,
			"the message '%s' is gone", path);
	return 0;
}

/* Rename FROM to TO (both below ROOT); durable after maildir_sync. */
static int
rename_file(const char *root, const char *from, const char *to, struct err *e)
{
	char a[4096], b[4096];

	snprintf(a, sizeof a, "%s/%s", root, from);
	snprintf(b, sizeof b, "%s/%s", root, to);
	file_step("maildir-rename", true);
	if (rename(a, b) < 0)
		return err_sys(e, errno, "cannot rename '%s'", from);
	file_step("maildir-rename", false);
	return 0;
}

int
maildir_sync(const char *root, const char *const *path, size_t n, struct err *e)
{
	for (size_t i = 0; i < n; i++) {
		const char *slash = strrchr(path[i], '/');
		size_t k = slash ? (size_t)(slash - path[i]) + 1 : 0;
		char dir[4096];

		/* letters of one folder stand together */
		if (k == 0 || (i && strncmp(path[i - 1], path[i], k) == 0))
			continue;
		snprintf(dir, sizeof dir, "%s/%.*s", root, (int)k - 1, path[i]);
		if (file_sync_dir(dir, e) < 0)
			return -1;
	}
	return 0;
}

/* Rename FROM to TO (both below ROOT) durably. */
static int
rename_durably(
	const char *root, const char *from, const char *to, struct err *e)
{
	return rename_file(root, from, to, e) < 0
		       ? -1
		       : maildir_sync(root, &to, 1, e);
}

int
maildir_rename_flags(const char *root, const char *path, unsigned flags,
	struct buf *out, struct err *e)
{
	struct buf now, to;
	char text[MAILDIR_LETTERS];
	int rc;

	buf_init(&now, 4096);
	buf_init(&to, 4096);
	rc = maildir_find(root, path, &now, e);
	if (rc == 0) {
		maildir_name_flags(text, flags);
		buf_printf(&to, "%.*s/%.*s/cur/%.*s:2,%s",
			STR_ARG(maildir_account(buf_c(&now))),
			STR_ARG(maildir_folder(buf_c(&now))),
			STR_ARG(maildir_base(buf_c(&now))), text);
		if (strcmp(buf_c(&now), buf_c(&to)) != 0)
			rc = rename_file(root, buf_c(&now), buf_c(&to), e);
	}
	if (rc == 0)
		buf_add(out, buf_str(&to));
	buf_fini(&now);
	buf_fini(&to);
	return rc;
}

int
maildir_set_flags(const char *root, const char *path, unsigned flags,
	struct buf *out, struct err *e)
{
	size_t at = out->n;
	const char *to;

	if (maildir_rename_flags(root, path, flags, out, e) < 0)
		return -1;
	to = buf_c(out) + at;
	return strcmp(path, to) == 0 ? 0 : maildir_sync(root, &to, 1, e);
}

int
maildir_move(const char *root, const char *path, const char *folder,
	const char *base, struct buf *out, struct err *e)
{
	struct buf now, to;
	char text[MAILDIR_LETTERS];
	int rc;

	buf_init(&now, 4096);
	buf_init(&to, 4096);
	rc = maildir_find(root, path, &now, e);
	if (rc == 0)
		rc = maildir_make(root, folder, e);
	if (rc == 0) {
		maildir_name_flags(text, maildir_flags(buf_c(&now)));
		buf_printf(&to, "%s/cur/%s:2,%s", folder, base, text);
		rc = rename_durably(root, buf_c(&now), buf_c(&to), e);
	}
	if (rc == 0)
		buf_add(out, buf_str(&to));
	buf_fini(&now);
	buf_fini(&to);
	return rc;
}

int
maildir_remove(const char *root, const char *path, struct err *e)
{
	struct buf now, full;
	struct err ignored;
	int rc = 0;

	buf_init(&now, 4096);
	buf_init(&full, 8192);
	if (maildir_find(root, path, &now, &ignored) == 0) {
		maildir_full(&full, root, buf_c(&now));
		if (unlink(buf_c(&full)) < 0 && errno != ENOENT)
			rc = err_sys(e, errno, "cannot remove '%s'", path);
	}
	buf_fini(&now);
	buf_fini(&full);
	return rc;
}
