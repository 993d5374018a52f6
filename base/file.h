/* SPDX-License-Identifier: GPL-3.0-or-later */
/* file - durable files, safe names, locks and programs.
 *
 * Everything that must survive a crash is written here: to a temporary file,
 * fsync, rename, fsync of the directory, each result looked at. Any thread but
 * the one that draws (all of it can wait for the disk). */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

/* Read the file PATH whole into OUT, at most OUT->max bytes. ERR_INPUT where
 * it is larger or not a regular file, ERR_SYSTEM (code: errno) else. */
int file_read(const char *path, struct buf *out, struct err *e) ERR_CHECK;

/* Map the regular file PATH read-only into *OUT; an empty file gives n == 0.
 * ERR_INPUT above LIMIT bytes. Release with file_unmap. */
int file_map(const char *path, size_t limit, struct str *out,
	struct err *e) ERR_CHECK;
void file_unmap(struct str *map);

/* Replace PATH by BYTES durably and at once: whoever reads PATH sees the old
 * file or the new one, whole, also after a power cut. */
int file_write(const char *path, struct str bytes, mode_t mode,
	struct err *e) ERR_CHECK;

/* Write all of BYTES to FD, whatever short writes come. */
int file_write_fd(
	int fd, struct str bytes, const char *name, struct err *e) ERR_CHECK;

/* fsync the directory PATH so that names made or removed in it are durable. */
int file_sync_dir(const char *path, struct err *e) ERR_CHECK;

/* Make PATH and the directories above it (mode 0700) where they are missing,
 * durably. */
int file_mkdirs(const char *path, struct err *e) ERR_CHECK;
/* The same for N of them, with a sync for each directory in which one was made,
 * after all. */
int file_mkdirs_all(const char *const *path, size_t n, struct err *e) ERR_CHECK;

/* How many names in the directory PATH end in SUFFIX; 0 where it cannot be
 * read. */
unsigned file_count(const char *path, const char *suffix);

/* Remove PATH with all below it. Never follows a symbolic link. */
int file_remove_tree(const char *path, struct err *e) ERR_CHECK;

/* Lock PATH (made with mode 0600) against other processes, and write our
 * process number there. Returns the descriptor that holds the lock until it is
 * closed; -1 with ERR_LATER, which names who holds it, where another process
 * does. */
int file_lock(const char *path, struct err *e) ERR_CHECK;

/* Append to OUT a name for a file, made from NAME that came from outside
 * (security rule R7): the last component, no control, direction or path
 * characters, no leading '.', '-' or '~', no trailing dot or space, no device
 * name, at most LIMIT_FILE_NAME bytes with the extension kept; FALLBACK where
 * nothing is left. */
void file_safe_name(struct buf *out, struct str name, const char *fallback);

/* Create NAME, or NAME-2.EXT and so on where that exists, in the directory
 * DIR for writing (mode 0600, never through a link, never over a file). Returns
 * the descriptor and appends the name used to NAME_OUT. */
int file_create_in(const char *dir, struct str name, struct buf *name_out,
	struct err *e) ERR_CHECK;

/* The file TMP of the directory DIR, which is whole and synced, is NAME there
 * from now on, or NAME-2.EXT and so on, durably and never over a file; the name
 * used is appended to NAME_OUT. On failure TMP stays. */
int file_settle(const char *dir, const char *tmp, struct str name,
	struct buf *name_out, struct err *e) ERR_CHECK;

/* PATH; where it begins with "~/" and there is a home, below that, in A. */
const char *file_home(struct arena *a, const char *path);

/* Split LINE into words as a shell does with quotes and backslashes, without
 * any expansion but a leading "~/" (security rule R5). The vector ends with
 * NULL and lives in one block: release with free. NULL with ERR_INPUT where a
 * quote is not closed or nothing is there. */
char **file_split_words(const char *line, struct err *e);

/* Run ARGV[0] by the PATH with descriptors IN, OUT, ERR_FD (-1: /dev/null) as
 * its standard ones, default signals and no other descriptors. Returns the
 * process id. Never through a shell, never fork. */
pid_t file_spawn(char *const argv[], int in, int out, int err_fd,
	struct err *e) ERR_CHECK;

/* Run ARGV, give it INPUT, collect at most OUT->max bytes of its output and
 * wait at most TIMEOUT_MS; CANCEL_FD (-1: none) readable ends it too. ERR_INPUT
 * with the exit status as code where it fails, ERR_LATER on time-out. */
int file_run(char *const argv[], struct str input, struct buf *out,
	int timeout_ms, int cancel_fd, struct err *e) ERR_CHECK;

/* A durable step: where tests are built SIGNET_DIE_AT=N kills the
 * process at the N-th call, "N+" just after the step. Free otherwise. WHAT
 * names the step in doc/design.md; call with before = true and then false
 * around each step. */
void file_step(const char *what, bool before);

#endif
