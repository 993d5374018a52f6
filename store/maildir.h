/* SPDX-License-Identifier: GPL-3.0-or-later */
/* maildir - one message, one file: deliver, flags in the name.
 *
 * Maildirs lie below the mail root as ACCOUNT/FOLDER/{cur,new,tmp}; a folder's
 * name may have levels. A path is always relative to that root:
 * ACCOUNT/FOLDER/cur/BASE:2,FLAGS. Delivery is durable: tmp, fsync, rename,
 * fsync of the directory. Only the account's worker writes in its folders. */
#ifndef STORE_MAILDIR_H
#define STORE_MAILDIR_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

enum maildir_flag { /* the letters S R F T D P, and a to z for keywords, whose
		      names the account knows */
	MAILDIR_SEEN = 1,
	MAILDIR_ANSWERED = 2,
	MAILDIR_FLAGGED = 4,
	MAILDIR_DELETED = 8,
	MAILDIR_DRAFT = 16,
	MAILDIR_FORWARDED = 32,
	MAILDIR_KEYWORD = 64 /* the letter a; b is twice that, and so on */
};

enum { MAILDIR_KEYWORDS = 26 };

/* Append the directory for a mailbox NAME (UTF-8, levels apart by DELIMITER): a
 * level whose name could leave its place ("..", "/", controls, a dot in front,
 * "cur", "new", "tmp") is percent-encoded. */
void maildir_folder_name(struct buf *out, struct str name, char delimiter);
/* Append the name whose directory is FOLDER, its levels apart by "/". A "/"
 * within a level stays percent-encoded. */
void maildir_name_of(struct buf *out, struct str folder);

/* Make FOLDER ("ACCOUNT/NAME") below ROOT where it is missing. */
int maildir_make(const char *root, const char *folder, struct err *e) ERR_CHECK;
/* The same for N of them, at little more than the price of one. */
int maildir_make_all(const char *root, const char *const *folder, size_t n,
	struct err *e) ERR_CHECK;

/* The letters of ACCOUNT are those of the directory PATH, where it is there:
 * one with a Maildir for each folder, as ours and mbsync's, or a Maildir++ (a
 * Maildir, whose folders have dots in front and names that DECODE turns into
 * UTF-8). ERR_ACCOUNT where ROOT has letters of its own for ACCOUNT. */
int maildir_use(const char *root, const char *account, const char *path,
	void (*decode)(struct buf *out, struct str raw),
	struct err *e) ERR_CHECK;

/* FOLDER ("ACCOUNT/NAME") with those below it is called TO now. ERR_BOX where
 * TO is there and not empty. */
int maildir_rename_folder(const char *root, const char *folder, const char *to,
	struct err *e) ERR_CHECK;
/* Remove FOLDER, which has no letters; those below it stay. ERR_BOX where it
 * has some. */
int maildir_remove_folder(
	const char *root, const char *folder, struct err *e) ERR_CHECK;

/* --- delivery ----------------------------------------------------------------
 */

/* Several messages for one folder, made durable together. */
struct maildir_batch;

/* A batch for FOLDER below ROOT; free it with maildir_free. */
struct maildir_batch *maildir_begin(const char *root, const char *folder);

/* Start the next message: a file in tmp. */
int maildir_open(struct maildir_batch *b, struct err *e) ERR_CHECK;
int maildir_write(
	struct maildir_batch *b, struct str bytes, struct err *e) ERR_CHECK;
/* The same, where CR before LF is dropped, also where they come one by one. */
int maildir_write_lines(
	struct maildir_batch *b, struct str bytes, struct err *e) ERR_CHECK;
/* The message is whole: it will be delivered with FLAGS. UID is kept in the
 * file's name (0: none), so that a pass that died is gone on with. *BASE_OUT,
 * which lives as long as B, is its name without flags. */
int maildir_end(struct maildir_batch *b, unsigned flags, uint32_t uid,
	const char **base_out, struct err *e) ERR_CHECK;
/* As maildir_end under the name BASE, which the caller has noted elsewhere. */
int maildir_end_as(struct maildir_batch *b, unsigned flags, const char *base,
	struct err *e) ERR_CHECK;
/* The message is not whole: drop it. */
void maildir_abort(struct maildir_batch *b);

/* fsync all files, rename them into place, fsync the directory. The paths (in
 * the order of maildir_end) live as long as B. On error nothing that was not
 * durable has been renamed. */
int maildir_commit(struct maildir_batch *b, const char ***path_out,
	size_t *count_out, struct err *e) ERR_CHECK;
/* Take the open message out of B into a batch of its own, where it is written
 * on later; it has what was written so far. NULL: *E. */
struct maildir_batch *maildir_split(struct maildir_batch *b, struct err *e);
/* The one message of B, which is open, is whole: make it durable in tmp. */
int maildir_ready(struct maildir_batch *b, struct err *e) ERR_CHECK;
/* After maildir_ready: it is the file PATH (which is in cur) from now on,
 * durably; the name stays. Readers find the old or the new, never none. */
int maildir_replace(
	struct maildir_batch *b, const char *path, struct err *e) ERR_CHECK;
/* The same with the file FROM, which has been delivered. */
int maildir_take_place(const char *root, const char *from, const char *path,
	struct err *e) ERR_CHECK;
/* Free *B; what was not committed is removed. */
void maildir_free(struct maildir_batch **b);

/* --- files that are there
 * ------------------------------------------------------ */

/* Flags in the name of PATH. */
unsigned maildir_flags(const char *path);
/* BASE of PATH: its last component without ":2,…". */
struct str maildir_base(const char *path);
/* The UID that maildir_end put into the name, 0 where there is none. */
uint32_t maildir_uid(const char *path);
/* "ACCOUNT" and "NAME" (the folder without the account) of PATH. */
struct str maildir_account(const char *path);
struct str maildir_folder(const char *path);

/* Append the path that PATH's file has now, whatever its flags: ERR_MESSAGE
 * where it is gone. */
int maildir_find(const char *root, const char *path, struct buf *out,
	struct err *e) ERR_CHECK;

/* Give the file PATH these FLAGS (moving it from new to cur); its new path is
 * appended to OUT. */
int maildir_set_flags(const char *root, const char *path, unsigned flags,
	struct buf *out, struct err *e) ERR_CHECK;

/* The same, but the new name is durable only after maildir_sync of what came of
 * it: one sync serves many files. */
int maildir_rename_flags(const char *root, const char *path, unsigned flags,
	struct buf *out, struct err *e) ERR_CHECK;
/* The names of the N files PATH, and that others are gone from where they lie,
 * are durable. */
int maildir_sync(const char *root, const char *const *path, size_t n,
	struct err *e) ERR_CHECK;

/* A name that nobody else uses (cr.yp.to/proto/maildir.html): seconds, what is
 * unique within them, the host; with ",U=UID" where UID is not 0. */
void maildir_new_name(char *out, size_t n, uint32_t uid);

/* Move the file PATH into FOLDER under the name BASE; its new path is appended
 * to OUT. */
int maildir_move(const char *root, const char *path, const char *folder,
	const char *base, struct buf *out, struct err *e) ERR_CHECK;

/* Remove the file PATH, whatever its flags are now; gone is no error. */
int maildir_remove(const char *root, const char *path, struct err *e) ERR_CHECK;

/* Remove what a delivery that died has left in tmp of FOLDER. */
void maildir_clean(const char *root, const char *folder);

/* Does anything stand in new of FOLDER? */
bool maildir_has_new(const char *root, const char *folder);
/* When cur of FOLDER last changed, in ns since 1970: another file or name gives
 * another number. 0: not known, or so lately that one more may give the same.
 */
int64_t maildir_changed(const char *root, const char *folder);

/* Call EACH for every file of FOLDER; a result other than 0 ends it. */
int maildir_scan(const char *root, const char *folder,
	int (*each)(void *ctx, const char *path), void *ctx,
	struct err *e) ERR_CHECK;

/* The folders of ACCOUNT that are on disk, by name ("INBOX", "Lists/dev"), in
 * A, sorted; INBOX first. */
int maildir_list(const char *root, const char *account, struct arena *a,
	const char ***name_out, size_t *count_out, struct err *e) ERR_CHECK;

#endif
