/* SPDX-License-Identifier: GPL-3.0-or-later */
/* delivery: see maildir.h
 *
 *	tmp/NAME written --> fsync all --> renamed to cur/NAME:2,FLAGS
 *	                                   --> fsync of cur
 *
 * A message becomes visible only after its bytes are on the disk; one fsync of
 * the directory serves the whole batch. */
#define _GNU_SOURCE
#include "store/maildir.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "store/maildir_name.h"

struct file {
	const char *tmp, *base, *path; /* base: without flags */
	int fd;
};

struct maildir_batch {
	struct arena *a;
	const char *root, *folder;
	struct file *file;
	const char **path;
	size_t count, cap, renamed;
	int dir; /* fd of tmp: made before the files, so that its syncfs tells
		    of every write that failed; -1 */
	bool is_open;
	bool has_cr; /* the last byte of maildir_write_lines, not written yet */
	struct buf pending; /* bytes of the open message not yet written */
};

enum { PENDING_MAX = 256 << 10, TOGETHER = 64 };

void
maildir_new_name(char *out, size_t n, uint32_t uid)
{
	static atomic_uint count;
	char host[64] = "localhost", u[24] = "";
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	if (gethostname(host, sizeof host) < 0)
		snprintf(host, sizeof host, "localhost");
	host[sizeof host - 1] = '\0';
	for (char *p = host; *p; p++)
		if (*p == '/' || *p == ':' || *p == ',')
			*p = '_';
	if (uid)
		snprintf(u, sizeof u, ",U=%u", uid);
	snprintf(out, n, "%lld.M%ldP%dQ%u.%s%s", (long long)t.tv_sec,
		t.tv_nsec / 1000, (int)getpid(), ++count, host, u);
}

struct maildir_batch *
maildir_begin(const char *root, const char *folder)
{
	struct arena *a = arena_new();
	struct maildir_batch *b = ARENA_NEW(a, struct maildir_batch);

	b->a = a;
	b->root = arena_strdup(a, root);
	b->folder = arena_strdup(a, folder);
	b->dir = open(arena_printf(a, "%s/%s/tmp", root, folder),
		O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	buf_init(&b->pending, PENDING_MAX);
	return b;
}

int
maildir_open(struct maildir_batch *b, struct err *e)
{
	struct file *f;
	char name[200];

	if (b->count == b->cap) {
		struct file *bigger;

		b->cap = b->cap ? 2 * b->cap : 64;
		bigger = arena_array(b->a, b->cap, sizeof *bigger);
		if (b->count)
			memcpy(bigger, b->file, b->count * sizeof *bigger);
		b->file = bigger;
	}
	f = &b->file[b->count];
	maildir_new_name(name, sizeof name, 0);
	f->tmp = arena_printf(b->a, "%s/%s/tmp/%s", b->root, b->folder, name);
	f->fd = open(f->tmp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (f->fd < 0)
		return err_sys(e, errno, "cannot make '%s'", f->tmp);
	b->is_open = true;
	b->has_cr = false;
	buf_clear(&b->pending);
	return 0;
}

static int
flush(struct maildir_batch *b, struct err *e)
{
	struct file *f = &b->file[b->count];
	int rc = file_write_fd(f->fd, buf_str(&b->pending), f->tmp, e);

	buf_clear(&b->pending);
	return rc;
}

int
maildir_write(struct maildir_batch *b, struct str bytes, struct err *e)
{
	while (bytes.n) {
		size_t room = b->pending.max - b->pending.n;
		size_t n = bytes.n < room ? bytes.n : room;

		buf_add(&b->pending, str_sub(bytes, 0, n));
		bytes = str_sub(bytes, n, bytes.n);
		if (b->pending.n == b->pending.max && flush(b, e) < 0)
			return -1;
	}
	return 0;
}

/* The CR that nothing came behind. */
static int
write_cr(struct maildir_batch *b, struct err *e)
{
	bool has_cr = b->has_cr;

	b->has_cr = false;
	return has_cr ? maildir_write(b, STR("\r"), e) : 0;
}

int
maildir_write_lines(struct maildir_batch *b, struct str bytes, struct err *e)
{
	int rc = 0;

	while (bytes.n && rc == 0) {
		ptrdiff_t cr = str_chr(bytes, '\r');
		size_t n = cr < 0 ? bytes.n : (size_t)cr;

		if (bytes.p[0] == '\n')
			b->has_cr = false;
		rc = write_cr(b, e);
		if (rc == 0)
			rc = maildir_write(b, str_sub(bytes, 0, n), e);
		b->has_cr = cr >= 0;
		bytes = str_sub(bytes, n + (cr >= 0), bytes.n);
	}
	return rc;
}

int
maildir_end_as(struct maildir_batch *b, unsigned flags, const char *base,
	struct err *e)
{
	struct file *f = &b->file[b->count];
	char letters[MAILDIR_LETTERS];

	if (write_cr(b, e) < 0 || flush(b, e) < 0)
		return -1;
	maildir_name_flags(letters, flags);
	f->base = arena_strdup(b->a, base);
	f->path =
		arena_printf(b->a, "%s/cur/%s:2,%s", b->folder, base, letters);
	b->is_open = false;
	/* the disk may begin; a file of a large batch is not kept open */
	(void)sync_file_range(f->fd, 0, 0, SYNC_FILE_RANGE_WRITE);
	if (b->count++ >= TOGETHER && b->dir >= 0) {
		int fd = f->fd;

		f->fd = -1;
		if (close(fd) < 0)
			return err_sys(e, errno, "cannot close '%s'", f->tmp);
	}
	return 0;
}

int
maildir_end(struct maildir_batch *b, unsigned flags, uint32_t uid,
	const char **base_out, struct err *e)
{
	char name[256];

	maildir_new_name(name, sizeof name, uid);
	if (maildir_end_as(b, flags, name, e) < 0)
		return -1;
	*base_out = b->file[b->count - 1].base;
	return 0;
}

void
maildir_abort(struct maildir_batch *b)
{
	struct file *f = &b->file[b->count];

	if (!b->is_open)
		return;
	close(f->fd);
	(void)unlink(f->tmp);
	b->is_open = false;
}

struct maildir_batch *
maildir_split(struct maildir_batch *b, struct err *e)
{
	struct file *f = &b->file[b->count];
	struct maildir_batch *own;

	if (flush(b, e) < 0)
		return NULL;
	own = maildir_begin(b->root, b->folder);
	own->cap = 1;
	own->file = arena_array(own->a, 1, sizeof *own->file);
	*own->file = (struct file){ .tmp = arena_strdup(own->a, f->tmp),
		.fd = f->fd };
	own->is_open = true;
	own->has_cr = b->has_cr;
	b->is_open = b->has_cr = false;
	return own;
}

int
maildir_ready(struct maildir_batch *b, struct err *e)
{
	struct file *f = &b->file[b->count];

	if (write_cr(b, e) < 0 || flush(b, e) < 0)
		return -1;
	return fdatasync(f->fd) < 0
		       ? err_sys(e, errno, "cannot sync '%s'", f->tmp)
		       : 0;
}

/* The file FROM, which is durable, is PATH below ROOT now. */
static int
take_place(const char *root, const char *from, const char *path, struct err *e)
{
	char to[4096], *slash;

	snprintf(to, sizeof to, "%s/%s", root, path);
	file_step("replace", true);
	if (rename(from, to) < 0)
		return err_sys(e, errno, "cannot replace '%s'", path);
	file_step("replace", false);
	slash = strrchr(to, '/');
	*slash = '\0';
	return file_sync_dir(to, e);
}

int
maildir_replace(struct maildir_batch *b, const char *path, struct err *e)
{
	struct file *f = &b->file[b->count];

	if (take_place(b->root, f->tmp, path, e) < 0)
		return -1;
	close(f->fd);
	b->is_open = false;
	return 0;
}

int
maildir_take_place(
	const char *root, const char *from, const char *path, struct err *e)
{
	char full[4096];

	snprintf(full, sizeof full, "%s/%s", root, from);
	return take_place(root, full, path, e);
}

/* Many files are made durable by one syncfs, which also says when a write
 * failed (Linux 5.8): a tenth of the time of an fsync for each. It writes what
 * others have left unwritten too, which takes half a second on a busy disk, so
 * a screenful of files goes one by one. */
static int
sync_files(struct maildir_batch *b, struct err *e)
{
	bool together = b->count >= TOGETHER && b->dir >= 0;

	if (together && syncfs(b->dir) < 0)
		return err_sys(e, errno, "cannot sync '%s'", b->file[0].tmp);
	for (size_t i = 0; i < b->count; i++) {
		int fd = b->file[i].fd;

		if (fd < 0)
			continue;
		if (!together && fdatasync(fd) < 0)
			return err_sys(
				e, errno, "cannot sync '%s'", b->file[i].tmp);
		b->file[i].fd = -1;
		if (close(fd) < 0)
			return err_sys(
				e, errno, "cannot close '%s'", b->file[i].tmp);
	}
	return 0;
}

int
maildir_commit(struct maildir_batch *b, const char ***path_out,
	size_t *count_out, struct err *e)
{
	char dir[4096];

	*path_out = NULL;
	*count_out = 0;
	maildir_abort(b);
	if (sync_files(b, e) < 0)
		return -1;
	b->path = arena_array(b->a, b->count, sizeof *b->path);
	for (size_t i = 0; i < b->count; i++) {
		char to[4096];

		snprintf(to, sizeof to, "%s/%s", b->root, b->file[i].path);
		file_step("deliver", true);
		if (rename(b->file[i].tmp, to) < 0)
			return err_sys(e, errno, "cannot deliver '%s'",
				b->file[i].path);
		file_step("deliver", false);
		b->renamed = i + 1;
		b->path[i] = b->file[i].path;
	}
	snprintf(dir, sizeof dir, "%s/%s/cur", b->root, b->folder);
	if (b->count && file_sync_dir(dir, e) < 0)
		return -1;
	*path_out = b->path;
	*count_out = b->count;
	return 0;
}

void
maildir_free(struct maildir_batch **b)
{
	struct arena *a;

	if (!*b)
		return;
	maildir_abort(*b);
	for (size_t i = (*b)->renamed; i < (*b)->count; i++) {
		if ((*b)->file[i].fd >= 0)
			close((*b)->file[i].fd);
		(void)unlink((*b)->file[i].tmp);
	}
	if ((*b)->dir >= 0)
		close((*b)->dir);
	buf_fini(&(*b)->pending);
	a = (*b)->a;
	*b = NULL;
	arena_free(&a);
}
