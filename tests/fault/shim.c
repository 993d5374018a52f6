/* SPDX-License-Identifier: GPL-3.0-or-later */
/* shim - a disk that fails, for LD_PRELOAD under the program (tests/e2e/disk.sh).
 *
 * Of the calls that change files below FAULT_BELOW (open with O_CREAT, write,
 * pwrite, fsync, fdatasync, syncfs, rename, unlink, mkdir) the FAULT_AT-th fails
 * as FAULT_KIND says; "N+": all from there on.
 *
 *	enospc, eio	the call fails (ENOSPC: not unlink and rename)
 *	short		a write writes half of what it was given, another the rest
 *	cut		the power fails before the call: the process is killed, and
 *		FAULT_DISK is what the disk holds then (tests/fault/disk.py makes
 *		the folder of it)
 *
 * FAULT_COUNT names a file that gets the number of calls at the end.
 *
 * The model of a power cut: what was there at the start is on the disk. The
 * bytes of a file are on the disk as they were at its last fsync or fdatasync,
 * a directory's names as at the last fsync of the directory; syncfs does both
 * for all. A rename is whole: where it is on the disk in one directory, it is
 * in the other. Nothing else is there: worse than file systems are in practice,
 * which write by themselves, and more. */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum kind { NONE, FULL, IO, SHORT, CUT };
enum { IDS = 1 << 16, RENAMES = 4096 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char below[4096], disk[4096];
static const char *count_file;
static enum kind kind;
static long at = -1, calls;
static bool for_good, is_on;
static ino_t id_of[IDS]; /* a file's number on our disk is its index: an inode
			    is used again, this is not */
static unsigned ids = 1;
static struct {
	ino_t a, b;
} renames[RENAMES];
static unsigned pending;

static ssize_t (*real_write)(int, const void *, size_t);
static ssize_t (*real_pwrite)(int, const void *, size_t, off_t);
static int (*real_open)(const char *, int, ...);
static int (*real_openat)(int, const char *, int, ...);
static int (*real_fsync)(int), (*real_fdatasync)(int), (*real_syncfs)(int);
static int (*real_rename)(const char *, const char *);
static int (*real_renameat)(int, const char *, int, const char *);
static int (*real_unlink)(const char *);
static int (*real_unlinkat)(int, const char *, int);
static int (*real_mkdir)(const char *, mode_t);

static void
say(const char *what)
{
	(void)!write(STDERR_FILENO, what, strlen(what));
	_exit(99);
}

/* --- the disk
 * ------------------------------------------------------------------------ */

static unsigned
id(ino_t ino)
{
	for (unsigned i = 1; i < ids; i++)
		if (id_of[i] == ino)
			return i;
	if (ids == IDS)
		say("fault: too many files\n");
	id_of[ids] = ino;
	return ids++;
}

static void
forget(ino_t ino)
{
	for (unsigned i = 1; i < ids; i++)
		if (id_of[i] == ino)
			id_of[i] = 0;
}

static void
keep_file(int fd, ino_t ino)
{
	char to[4200], from[64], piece[65536];
	off_t pos = 0;
	ssize_t n;
	int out, in;

	/* it may have been opened for writing alone */
	snprintf(from, sizeof from, "/proc/self/fd/%d", fd);
	in = real_open(from, O_RDONLY | O_CLOEXEC);
	if (in < 0)
		say("fault: a file cannot be read\n");
	snprintf(to, sizeof to, "%s/f%u", disk, id(ino));
	out = real_open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (out < 0)
		say("fault: no room for the disk\n");
	while ((n = pread(in, piece, sizeof piece, pos)) > 0) {
		if (real_write(out, piece, (size_t)n) != n)
			say("fault: no room for the disk\n");
		pos += n;
	}
	close(in);
	close(out);
}

static void
keep_path(int dirfd, const char *name, ino_t ino)
{
	int fd = real_openat(dirfd, name, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return; /* gone meanwhile */
	keep_file(fd, ino);
	close(fd);
}

/* The names of the directory FD; of all below it, and their bytes, where
 * DEEP. */
static void
keep_names(int fd, bool deep)
{
	int again = real_openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = again < 0 ? NULL : fdopendir(again);
	char to[4200];
	struct stat st;
	struct dirent *e;
	FILE *out;

	if (!d || fstat(fd, &st) < 0)
		return;
	snprintf(to, sizeof to, "%s/d%u", disk, id(st.st_ino));
	out = fopen(to, "we");
	if (!out)
		say("fault: no room for the disk\n");
	while ((e = readdir(d))) {
		if (strcmp(e->d_name, ".") == 0 ||
			strcmp(e->d_name, "..") == 0 ||
			fstatat(fd, e->d_name, &st, AT_SYMLINK_NOFOLLOW) < 0)
			continue;
		fprintf(out, "%c%u %s\n", S_ISDIR(st.st_mode) ? 'd' : 'f',
			id(st.st_ino), e->d_name);
		if (!deep)
			continue;
		if (S_ISDIR(st.st_mode)) {
			int sub = real_openat(fd, e->d_name,
				O_RDONLY | O_DIRECTORY | O_CLOEXEC);

			if (sub >= 0)
				keep_names(sub, true);
			if (sub >= 0)
				close(sub);
		} else if (S_ISREG(st.st_mode)) {
			keep_path(fd, e->d_name, st.st_ino);
		}
	}
	fclose(out);
	closedir(d);
}

static int
find_dir(int fd, ino_t ino)
{
	int again = real_openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = again < 0 ? NULL : fdopendir(again);
	struct dirent *e;
	struct stat st;
	int found = -1;

	if (fstat(fd, &st) == 0 && st.st_ino == ino)
		found = real_openat(
			fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	while (d && found < 0 && (e = readdir(d))) {
		int sub;

		if (e->d_type != DT_DIR || e->d_name[0] == '\0' ||
			strcmp(e->d_name, ".") == 0 ||
			strcmp(e->d_name, "..") == 0)
			continue;
		sub = real_openat(fd, e->d_name,
			O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (sub < 0)
			continue;
		found = find_dir(sub, ino);
		close(sub);
	}
	if (d)
		closedir(d);
	return found;
}

/* FD has been synced. */
static void
keep(int fd, bool all)
{
	int root = real_open(below, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct stat st;

	if (root < 0)
		say("fault: FAULT_BELOW is gone\n");
	if (all) {
		keep_names(root, true);
		pending = 0;
	} else if (fstat(fd, &st) == 0 && S_ISDIR(st.st_mode)) {
		keep_names(fd, false);
		for (unsigned i = 0; i < pending;) {
			ino_t other = renames[i].a == st.st_ino ? renames[i].b
				      : renames[i].b == st.st_ino
					      ? renames[i].a
					      : 0;
			int dir;

			if (!other) {
				i++;
				continue;
			}
			renames[i] = renames[--pending];
			dir = find_dir(root, other);
			if (dir >= 0)
				keep_names(dir, false);
			if (dir >= 0)
				close(dir);
		}
	} else if (fstat(fd, &st) == 0) {
		keep_file(fd, st.st_ino);
	}
	close(root);
}

static ino_t
dir_of(int dirfd, const char *path)
{
	const char *slash = strrchr(path, '/');
	char dir[4096];
	struct stat st;

	snprintf(dir, sizeof dir, "%.*s", slash ? (int)(slash - path) : 1,
		slash ? path : ".");
	return fstatat(dirfd, dir, &st, 0) < 0 ? 0 : st.st_ino;
}

/* --- which call is it?
 * ---------------------------------------------------------------- */

static bool
is_below(const char *path)
{
	size_t n = strlen(below);
	const char *name = strrchr(path, '/');

	/* the log says what went wrong: without it nothing could be found;
	 * wal-indexes are no files that anybody relies on */
	if (name && (strcmp(name, "/log") == 0 || strcmp(name, "/lock") == 0 ||
			    strstr(name, "-shm")))
		return false;
	return strncmp(path, below, n) == 0 &&
	       (path[n] == '/' || path[n] == '\0');
}

static bool
is_ours(int fd)
{
	char link[64], path[4096];
	ssize_t n;

	if (!is_on)
		return false;
	snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
	n = readlink(link, path, sizeof path - 1);
	if (n < 0)
		return false;
	path[n] = '\0';
	return is_below(path);
}

static bool
is_our_path(int dirfd, const char *path)
{
	char full[8300], link[64];
	ssize_t n = 0;

	if (!is_on)
		return false;
	if (path[0] == '/')
		return is_below(path);
	if (dirfd == AT_FDCWD) {
		if (!getcwd(full, 4096))
			return false;
		n = (ssize_t)strlen(full);
	} else {
		snprintf(link, sizeof link, "/proc/self/fd/%d", dirfd);
		n = readlink(link, full, 4096);
		if (n < 0)
			return false;
	}
	snprintf(full + n, sizeof full - (size_t)n, "/%s", path);
	return is_below(full);
}

/* With the lock held: one more call. True: it is to fail. */
static bool
is_due(void)
{
	calls++;
	if (at < 0 || (for_good ? calls < at : calls != at))
		return false;
	if (kind == CUT)
		kill(getpid(), SIGKILL);
	return true;
}

static bool
fails(bool takes_room)
{
	bool due;

	pthread_mutex_lock(&lock);
	due = is_due();
	pthread_mutex_unlock(&lock);
	if (!due || kind == SHORT || (kind == FULL && !takes_room))
		return false;
	errno = kind == IO ? EIO : ENOSPC;
	return true;
}

/* --- the calls
 * ---------------------------------------------------------------------- */

static size_t
to_write(size_t n, bool *due)
{
	pthread_mutex_lock(&lock);
	*due = is_due();
	pthread_mutex_unlock(&lock);
	if (*due && kind == SHORT) {
		*due = false;
		return n > 1 ? n / 2 : n;
	}
	if (*due)
		errno = kind == IO ? EIO : ENOSPC;
	return n;
}

ssize_t
write(int fd, const void *p, size_t n)
{
	bool due = false;

	if (is_ours(fd))
		n = to_write(n, &due);
	return due ? -1 : real_write(fd, p, n);
}

ssize_t
pwrite(int fd, const void *p, size_t n, off_t off)
{
	bool due = false;

	if (is_ours(fd))
		n = to_write(n, &due);
	return due ? -1 : real_pwrite(fd, p, n, off);
}

ssize_t
pwrite64(int fd, const void *p, size_t n, off64_t off)
{
	return pwrite(fd, p, n, off);
}

static mode_t
mode_of(int flags, va_list ap)
{
	return flags & (O_CREAT | O_TMPFILE) ? va_arg(ap, mode_t) : 0;
}

#define OPEN(name)                                                             \
	int name(const char *path, int flags, ...)                             \
	{                                                                      \
		va_list ap;                                                    \
		mode_t mode;                                                   \
                                                                               \
		va_start(ap, flags);                                           \
		mode = mode_of(flags, ap);                                     \
		va_end(ap);                                                    \
		if (flags & O_CREAT && is_our_path(AT_FDCWD, path) &&          \
			access(path, F_OK) < 0 && fails(true))                 \
			return -1;                                             \
		return real_open(path, flags, mode);                           \
	}
OPEN(open)
OPEN(open64)

#define OPENAT(name)                                                           \
	int name(int dirfd, const char *path, int flags, ...)                  \
	{                                                                      \
		va_list ap;                                                    \
		mode_t mode;                                                   \
                                                                               \
		va_start(ap, flags);                                           \
		mode = mode_of(flags, ap);                                     \
		va_end(ap);                                                    \
		if (flags & O_CREAT && is_our_path(dirfd, path) &&             \
			faccessat(dirfd, path, F_OK, 0) < 0 && fails(true))    \
			return -1;                                             \
		return real_openat(dirfd, path, flags, mode);                  \
	}
OPENAT(openat)
OPENAT(openat64)

static int
sync_of(int fd, int (*real)(int), bool all)
{
	int rc;

	if (!is_ours(fd))
		return real(fd);
	if (fails(true))
		return -1;
	rc = real(fd);
	if (rc == 0 && kind == CUT) {
		pthread_mutex_lock(&lock);
		keep(fd, all);
		pthread_mutex_unlock(&lock);
	}
	return rc;
}

int
fsync(int fd)
{
	return sync_of(fd, real_fsync, false);
}

int
fdatasync(int fd)
{
	return sync_of(fd, real_fdatasync, false);
}

int
syncfs(int fd)
{
	return sync_of(fd, real_syncfs, true);
}

/* With the lock held. The inode of PATH, if its last name goes with it. */
static ino_t
last_name(int dirfd, const char *path)
{
	struct stat st;

	return fstatat(dirfd, path, &st, AT_SYMLINK_NOFOLLOW) < 0 ? 0
	       : S_ISDIR(st.st_mode) || st.st_nlink == 1	  ? st.st_ino
								  : 0;
}

static int
rename_of(int fd, const char *from, int to_fd, const char *to)
{
	ino_t old;
	int rc;

	if (!is_our_path(to_fd, to))
		return real_renameat(fd, from, to_fd, to);
	if (fails(false))
		return -1;
	pthread_mutex_lock(&lock);
	old = last_name(to_fd, to);
	rc = real_renameat(fd, from, to_fd, to);
	if (rc == 0 && kind == CUT) {
		if (old)
			forget(old);
		if (pending == RENAMES)
			say("fault: too many renames\n");
		renames[pending].a = dir_of(fd, from);
		renames[pending++].b = dir_of(to_fd, to);
	}
	pthread_mutex_unlock(&lock);
	return rc;
}

int
rename(const char *from, const char *to)
{
	return rename_of(AT_FDCWD, from, AT_FDCWD, to);
}

int
renameat(int fd, const char *from, int to_fd, const char *to)
{
	return rename_of(fd, from, to_fd, to);
}

int
unlinkat(int dirfd, const char *path, int flags)
{
	ino_t old;
	int rc;

	if (!is_our_path(dirfd, path))
		return real_unlinkat(dirfd, path, flags);
	if (fails(false))
		return -1;
	pthread_mutex_lock(&lock);
	old = last_name(dirfd, path);
	rc = real_unlinkat(dirfd, path, flags);
	if (rc == 0 && old && kind == CUT)
		forget(old);
	pthread_mutex_unlock(&lock);
	return rc;
}

int
unlink(const char *path)
{
	return unlinkat(AT_FDCWD, path, 0);
}

int
rmdir(const char *path)
{
	return unlinkat(AT_FDCWD, path, AT_REMOVEDIR);
}

int
mkdir(const char *path, mode_t mode)
{
	if (is_our_path(AT_FDCWD, path) && access(path, F_OK) < 0 &&
		fails(true))
		return -1;
	return real_mkdir(path, mode);
}

/* --- start and end
 * ------------------------------------------------------------------- */

static void
find_calls(void)
{
	/* POSIX has dlsym's result be a function */
	*(void **)&real_write = dlsym(RTLD_NEXT, "write");
	*(void **)&real_pwrite = dlsym(RTLD_NEXT, "pwrite64");
	*(void **)&real_open = dlsym(RTLD_NEXT, "open64");
	*(void **)&real_openat = dlsym(RTLD_NEXT, "openat64");
	*(void **)&real_fsync = dlsym(RTLD_NEXT, "fsync");
	*(void **)&real_fdatasync = dlsym(RTLD_NEXT, "fdatasync");
	*(void **)&real_syncfs = dlsym(RTLD_NEXT, "syncfs");
	*(void **)&real_rename = dlsym(RTLD_NEXT, "rename");
	*(void **)&real_renameat = dlsym(RTLD_NEXT, "renameat");
	*(void **)&real_unlink = dlsym(RTLD_NEXT, "unlink");
	*(void **)&real_unlinkat = dlsym(RTLD_NEXT, "unlinkat");
	*(void **)&real_mkdir = dlsym(RTLD_NEXT, "mkdir");
}

__attribute__((constructor)) static void
begin(void)
{
	static const struct {
		const char *name;
		enum kind kind;
	} kinds[] = { { "enospc", FULL }, { "eio", IO }, { "short", SHORT },
		{ "cut", CUT } };
	const char *b = getenv("FAULT_BELOW"), *n = getenv("FAULT_AT");
	const char *k = getenv("FAULT_KIND"), *d = getenv("FAULT_DISK");
	char *end;
	int root;

	find_calls();
	/* programs that the program starts are left alone */
	if (!b || strcmp(program_invocation_short_name, "signet") != 0)
		return;
	if (!realpath(b, below))
		say("fault: FAULT_BELOW does not exist\n");
	for (size_t i = 0; k && i < sizeof kinds / sizeof *kinds; i++)
		if (strcmp(k, kinds[i].name) == 0)
			kind = kinds[i].kind;
	if (k && !kind)
		say("fault: what FAULT_KIND?\n");
	if (n) {
		at = strtol(n, &end, 10);
		for_good = *end == '+';
	}
	count_file = getenv("FAULT_COUNT");
	if (kind == CUT) {
		if (!d)
			say("fault: no FAULT_DISK\n");
		snprintf(disk, sizeof disk, "%s", d);
		root = real_open(below, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		keep_names(root, true); /* the root is d1 */
		close(root);
	}
	unsetenv("LD_PRELOAD");
	is_on = true;
}

__attribute__((destructor)) static void
finish(void)
{
	FILE *f;

	if (!is_on || !count_file)
		return;
	is_on = false;
	f = fopen(count_file, "we");
	if (!f)
		return;
	fprintf(f, "%ld\n", calls);
	fclose(f);
}
