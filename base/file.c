/* SPDX-License-Identifier: GPL-3.0-or-later */
/* file - see file.h. Programs and names stand in file_name.c and
 * file_spawn.c. */
#define _GNU_SOURCE
#include <config.h>

#include "base/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#ifdef SIGNET_TESTS
void
file_step(const char *what, bool before)
{
	static atomic_long count;
	static atomic_long die_at = -2; /* -2: not read yet */
	static atomic_bool die_after;
	long n;

	(void)what;
	if (die_at == -2) {
		const char *s = getenv("SIGNET_DIE_AT");
		uint64_t v = 0;
		struct str text = str_c(s);

		if (s && str_ends(text, STR("+"))) {
			die_after = true;
			text.n--;
		}
		die_at = s && str_to_u64(text, 1000000, &v) ? (long)v : -1;
	}
	if (die_at < 0)
		return;
	n = before ? ++count : count;
	if (n == die_at && before != die_after)
		raise(SIGKILL);
}
#else
void
file_step(const char *what, bool before)
{
	(void)what, (void)before;
}
#endif

int
file_read(const char *path, struct buf *out, struct err *e)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK), rc = -1;
	struct stat st;

	if (fd < 0)
		return err_sys(e, errno, "cannot open '%s'", path);
	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode)) {
		close(fd);
		return err_set(
			e, ERR_INPUT, 0, "'%s' is not a regular file", path);
	}
	for (;;) {
		char piece[65536];
		ssize_t n = read(fd, piece, sizeof piece);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			err_sys(e, errno, "cannot read '%s'", path);
			break;
		}
		if (n == 0) {
			rc = 0;
			break;
		}
		if (!buf_add(out, (struct str){ piece, (size_t)n })) {
			err_set(e, ERR_INPUT, EFBIG,
				"'%s' is larger than %zu bytes", path,
				out->max);
			break;
		}
	}
	close(fd);
	return rc;
}

int
file_map(const char *path, size_t limit, struct str *out, struct err *e)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat st;
	void *p;

	*out = STR("");
	if (fd < 0)
		return err_sys(e, errno, "cannot open '%s'", path);
	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode)) {
		close(fd);
		return err_set(
			e, ERR_INPUT, 0, "'%s' is not a regular file", path);
	}
	if ((uint64_t)st.st_size > limit) {
		close(fd);
		return err_set(e, ERR_INPUT, EFBIG,
			"'%s' is larger than %zu bytes", path, limit);
	}
	if (st.st_size == 0) {
		close(fd);
		return 0;
	}
	p = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (p == MAP_FAILED) {
		int why = errno;

		close(fd);
		return err_sys(e, why, "cannot map '%s'", path);
	}
	close(fd);
	*out = (struct str){ p, (size_t)st.st_size };
	return 0;
}

void
file_unmap(struct str *map)
{
	if (map->n)
		munmap((void *)(uintptr_t)map->p, map->n);
	*map = STR("");
}

int
file_write_fd(int fd, struct str bytes, const char *name, struct err *e)
{
	while (bytes.n) {
		ssize_t n = write(fd, bytes.p, bytes.n);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_sys(e, errno, "cannot write '%s'", name);
		bytes = str_sub(bytes, (size_t)n, bytes.n);
	}
	return 0;
}

int
file_sync_dir(const char *path, struct err *e)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC), rc = 0;

	if (fd < 0)
		return err_sys(e, errno, "cannot open '%s'", path);
	if (fsync(fd) < 0)
		rc = err_sys(e, errno, "cannot sync '%s'", path);
	close(fd);
	return rc;
}

/* The directory that PATH stands in, NUL-terminated, to be freed. */
static char *
parent_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	if (!slash)
		return strdup(".");
	return strndup(path, slash == path ? 1 : (size_t)(slash - path));
}

int
file_write(const char *path, struct str bytes, mode_t mode, struct err *e)
{
	char *dir = parent_of(path), *tmp = NULL;
	int fd, rc = -1;

	if (!dir || asprintf(&tmp, "%s.tmp.%ld", path, (long)getpid()) < 0) {
		free(dir);
		return err_sys(e, ENOMEM, "cannot write '%s'", path);
	}
	(void)unlink(tmp);
	fd = open(tmp, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
		mode);
	if (fd < 0) {
		err_sys(e, errno, "cannot make '%s'", tmp);
		goto out;
	}
	if (file_write_fd(fd, bytes, path, e) < 0) {
		close(fd);
		goto drop;
	}
	if (fsync(fd) < 0) {
		err_sys(e, errno, "cannot sync '%s'", path);
		close(fd);
		goto drop;
	}
	if (close(fd) < 0) {
		err_sys(e, errno, "cannot close '%s'", path);
		goto drop;
	}
	file_step("rename", true);
	if (rename(tmp, path) < 0) {
		err_sys(e, errno, "cannot replace '%s'", path);
		goto drop;
	}
	file_step("rename", false);
	rc = file_sync_dir(dir, e);
	goto out;
drop:
	(void)unlink(tmp);
out:
	free(tmp);
	free(dir);
	return rc;
}

/* Directories in which others were made. */
struct parents {
	char **path;
	size_t count, cap;
};

static int
note_parent(struct parents *p, const char *path, struct err *e)
{
	char *dir = parent_of(path), **bigger;

	for (size_t i = p->count; dir && i > 0; i--)
		if (strcmp(p->path[i - 1], dir) == 0) {
			free(dir);
			return 0;
		}
	if (dir && p->count == p->cap) {
		bigger = realloc(p->path, (2 * p->cap + 8) * sizeof *bigger);
		if (bigger) {
			p->path = bigger;
			p->cap = 2 * p->cap + 8;
		}
	}
	if (!dir || p->count == p->cap) {
		free(dir);
		return err_sys(e, ENOMEM, "cannot make '%s'", path);
	}
	p->path[p->count++] = dir;
	return 0;
}

static int
make_levels(const char *path, struct parents *p, struct err *e)
{
	char *copy = strdup(path);
	int rc = 0;

	if (!copy)
		return err_sys(e, ENOMEM, "cannot make '%s'", path);
	for (char *at = copy + 1; rc == 0; at++) {
		char c = *at;

		if (c != '/' && c != '\0')
			continue;
		*at = '\0';
		if (mkdir(copy, 0700) == 0)
			rc = note_parent(p, copy, e);
		else if (errno != EEXIST)
			rc = err_sys(e, errno, "cannot make the directory '%s'",
				copy);
		*at = c;
		if (c == '\0')
			break;
	}
	free(copy);
	return rc;
}

int
file_mkdirs_all(const char *const *path, size_t n, struct err *e)
{
	struct parents p = { 0 };
	struct err why;
	int rc = 0;

	for (size_t i = 0; i < n && rc == 0; i++)
		rc = make_levels(path[i], &p, e);
	/* the names of the new directories are on the disk: what is synced in
	 * them later would be lost with them. The first of these syncs writes
	 * what the others have nothing left to write of */
	for (size_t i = 0; i < p.count; i++) {
		if (file_sync_dir(p.path[i], &why) < 0 && rc == 0) {
			*e = why;
			rc = -1;
		}
		free(p.path[i]);
	}
	free(p.path);
	return rc;
}

int
file_mkdirs(const char *path, struct err *e)
{
	return file_mkdirs_all(&path, 1, e);
}

unsigned
file_count(const char *path, const char *suffix)
{
	DIR *dir = opendir(path);
	struct dirent *d;
	unsigned n = 0;

	while (dir && (d = readdir(dir)))
		n += str_ends(str_c(d->d_name), str_c(suffix));
	if (dir)
		closedir(dir);
	return n;
}

/* Remove NAME in the directory DIRFD with all below it, DEPTH levels at most.
 */
static int
remove_at(int dirfd, const char *name, int depth)
{
	struct dirent *d;
	int fd, rc = 0;
	DIR *dir;

	if (unlinkat(dirfd, name, 0) == 0 || errno == ENOENT)
		return 0;
	if ((errno != EISDIR && errno != EPERM) || depth == 0)
		return -1;
	fd = openat(
		dirfd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	dir = fd < 0 ? NULL : fdopendir(fd);
	if (!dir) {
		if (fd >= 0)
			close(fd);
		return -1;
	}
	while ((d = readdir(dir)))
		if (strcmp(d->d_name, ".") != 0 && strcmp(d->d_name, "..") != 0)
			rc |= remove_at(fd, d->d_name, depth - 1);
	closedir(dir);
	if (unlinkat(dirfd, name, AT_REMOVEDIR) < 0)
		rc = -1;
	return rc;
}

int
file_remove_tree(const char *path, struct err *e)
{
	if (remove_at(AT_FDCWD, path, 64) < 0)
		return err_sys(e, errno, "cannot remove '%s'", path);
	return 0;
}

/* Who holds the lock, as it has written there; 0: it does not say. */
static long
lock_holder(int fd)
{
	char text[24] = "";
	uint64_t pid = 0;
	ssize_t n = pread(fd, text, sizeof text - 1, 0);

	if (n <= 0 || !str_to_u64(str_trim((struct str){ text, (size_t)n }),
			      INT32_MAX, &pid))
		return 0;
	return (long)pid;
}

/* For lock_holder alone: that it cannot be written is no error. */
static void
name_holder(int fd)
{
	char text[24];
	int n = snprintf(text, sizeof text, "%ld\n", (long)getpid());

	if (ftruncate(fd, 0) == 0 && pwrite(fd, text, (size_t)n, 0) != n)
		(void)!ftruncate(fd, 0);
}

int
file_lock(const char *path, struct err *e)
{
	char process[40] = "";
	long pid;

	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);

	if (fd < 0)
		return err_sys(e, errno, "cannot open the lock '%s'", path);
	if (flock(fd, LOCK_EX | LOCK_NB) == 0) {
		name_holder(fd);
		return fd;
	}
	if (errno == EWOULDBLOCK) {
		pid = lock_holder(fd);
		if (pid)
			snprintf(process, sizeof process,
				err_words(N_(" (process %ld)")), pid);
		err_set(e, ERR_LATER, EWOULDBLOCK,
			"another signet%s has this profile open ('%s'). "
			"Nothing was done. Leave that one first; it looks for "
			"mail and sends by itself. To read beside it: 'signet "
			"list', 'signet search', 'signet show'",
			process, path);
	} else {
		err_sys(e, errno, "cannot lock '%s'", path);
	}
	close(fd);
	return -1;
}
