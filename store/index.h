/* SPDX-License-Identifier: GPL-3.0-or-later */
/* index - notmuch: add, tag, query, properties.
 *
 * Alone in including notmuch.h. The database lies in ROOT/.notmuch and has no
 * configuration file of the user's; or it is the one that the user's notmuch
 * keeps, with its configuration (index_theirs.h). One thread writes, in short
 * sessions that let "notmuch tag" from outside in; readers each have a handle
 * of their own and see the writer's newest work at each call. No call reads
 * while this program commits: the library under it ends the process where a
 * reader meets blocks that were written meanwhile. */
#ifndef STORE_INDEX_H
#define STORE_INDEX_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

struct index;
struct index_theirs;

/* Open the index below ROOT, the mail root, for reading or writing; a writer
 * makes it where there is none. THEIRS, which lives as long, is the user's
 * database for that root, else NULL; it is never made. NULL with ERR_LATER
 * where another writer holds it for more than 5 s, ERR_INPUT where there is
 * none to read, ERR_SYSTEM. */
struct index *index_open(const char *root, const struct index_theirs *theirs,
	bool for_writing, struct err *e);
/* From here on X finds what search.exclude_tags keeps from lists as well. */
void index_find_all(struct index *x);
/* As index_open for reading where *E, which it has left, says that the index is
 * there and cannot be read: a disk has lost some of it. What is left is kept
 * beside as ".notmuch/xapian.broken-SECONDS", whose name is appended to KEPT; a
 * writer then makes it anew. The caller has the profile alone. */
bool index_is_broken(const char *root, const struct err *e);
int index_put_aside(
	const char *root, struct buf *kept, struct err *e) ERR_CHECK;
/* Close (what was written is durable then) and set *X to NULL. */
void index_close(struct index **x);

/* --- reading ---------------------------------------------------------------
 */

struct index_row {
	const char *id;   /* Message-ID without brackets */
	const char *path; /* below the root; where the query names one mailbox
			     and the message stands in several, the one there
			     comes first */
	const char *subject, *from; /* decoded by notmuch; not safe */
	const char *thread;
	int64_t date;
	const char **tag;
	size_t tags;
	const char *verdict, *server; /* properties; "" where none */
	const char *alert; /* all its words: "any" for the list's mark */
	const char *here;  /* "headers" or "parts" where not all of it is */
	unsigned thread_count;
};

struct index_page {
	struct index_row *row;
	size_t rows;
	unsigned total, unread;
};

/* The rows OFFSET to OFFSET + LIMIT of QUERY in A, newest first (or oldest);
 * total and unread count all that match. FOLDER ("ACCOUNT/NAME") may be NULL:
 * of several files of a message the one below it is named. Reads only the
 * index, never a message. ERR_INPUT where the query is wrong. */
int index_search(struct index *x, struct arena *a, const char *query,
	const char *folder, unsigned offset, unsigned limit, bool oldest,
	struct index_page *out, struct err *e) ERR_CHECK;

/* How many messages match QUERY (as index_search takes it). */
int index_count(struct index *x, const char *query, unsigned *out,
	struct err *e) ERR_CHECK;

/* Which state the index is in: a number that every change raises, and what
 * database it counts for (IN A). */
int index_revision(struct index *x, struct arena *a, uint64_t *revision_out,
	const char **uuid_out, struct err *e) ERR_CHECK;

struct index_letter {
	const char *id;
	const char *tags; /* words; those with a blank in them are left out */
	const char **path;
	size_t paths;
	bool is_ours; /* has a verdict, if only a pending one */
};

/* Call EACH for every message that QUERY finds (as for index_search where it
 * IS_TYPED, else of notmuch and not checked); what it gets lives for the call.
 * It asks the index once, where index_search asks for what lists show as well.
 */
int index_each(struct index *x, const char *query, bool is_typed,
	void (*each)(void *ctx, const struct index_letter *l), void *ctx,
	struct err *e) ERR_CHECK;

/* The paths below the root of all files of message ID, in A. */
int index_paths(struct index *x, struct arena *a, const char *id,
	const char ***path_out, size_t *count_out, struct err *e) ERR_CHECK;

/* --- writing ---------------------------------------------------------------
 */

/* One batch: all or nothing becomes visible at index_commit. */
int index_begin(struct index *x, struct err *e) ERR_CHECK;
int index_commit(struct index *x, struct err *e) ERR_CHECK;

struct index_property {
	const char *key, *value;
};
/* What a file brings along: tags to add and to remove (words separated by
 * blanks), those of ADD that are no flags (or NULL), and properties for a
 * message that is new. */
struct index_words {
	const char *add, *remove;
	const struct index_property *property;
	size_t properties;
	const char *keywords;
};

/* Add the file PATH (below the root) with WORDS, in one write of its document.
 * *ID_OUT (in A) is its Message-ID. *IS_NEW says whether the message was not
 * known under any name, or only to another program ("notmuch new"). ERR_MESSAGE
 * where the file cannot be indexed, which leaves the batch as it was.
 *
 * In the user's database a message that is new has new.tags as well, flags of
 * all its files are its tags as notmuch has them (where they are coupled), a
 * path that new.ignore names is not added (*ID_OUT is ""), and a file that
 * stands there already is left as it is: a message without a verdict takes the
 * properties and WORDS' KEYWORDS, and is new. */
int index_add(struct index *x, struct arena *a, const char *path,
	const struct index_words *words, const char **id_out, bool *is_new,
	struct err *e) ERR_CHECK;
/* How many messages index_add has made since X was opened. */
size_t index_added(const struct index *x);

/* The file PATH is gone; the message goes with its last file. */
int index_remove(struct index *x, const char *path, struct err *e) ERR_CHECK;

/* The file OLD is called PATH now, as index_add with WORDS for PATH; the
 * message's other tags and its properties stay. Where nothing but flags differ,
 * and WORDS say the same as they, it costs one write and the letter is not
 * read. PATH cannot be read (ERR_MESSAGE): OLD stays, with the tags of WORDS.
 */
int index_rename(struct index *x, struct arena *a, const char *old,
	const char *path, const struct index_words *words, const char **id_out,
	bool *is_new, struct err *e) ERR_CHECK;

/* The file PATH has other bytes now: read it again. Its message keeps tags and
 * properties, but takes PROPERTY where that is not NULL. *ID_OUT (in A) is ""
 * where PATH is not in the index. */
int index_again(struct index *x, struct arena *a, const char *path,
	const struct index_property *property, size_t properties,
	const char **id_out, struct err *e) ERR_CHECK;

/* Add and remove tags (words separated by blanks) of message ID. Nothing
 * happens where it is not in the index. */
int index_tag(struct index *x, const char *id, const char *add,
	const char *remove, struct err *e) ERR_CHECK;

/* Replace properties of message ID, COUNT of them, each by the words of its
 * value, one property each; "" removes it. One write for all; a second write of
 * a document costs as much as its first: index_add can do it at once. */
int index_properties(struct index *x, const char *id,
	const struct index_property *p, size_t count, struct err *e) ERR_CHECK;

/* What differs between the directory FOLDER ("ACCOUNT/NAME") and the index: the
 * paths of files that the index does not know, and of files it knows that are
 * gone; in A. A directory that has not changed since the last index_scanned is
 * not read (unless ANYWAY): both are empty then. For what other programs, or a
 * death of ours, did. */
int index_scan(struct index *x, struct arena *a, const char *folder,
	bool anyway, const char ***new_out, size_t *news_out,
	const char ***gone_out, size_t *gones_out, struct err *e) ERR_CHECK;
/* What index_scan found for FOLDER has been added and removed. */
int index_scanned(struct index *x, const char *folder, int64_t mtime,
	struct err *e) ERR_CHECK;

/* --- queries ---------------------------------------------------------------
 */

/* Append QUERY as notmuch takes it: verdict:STATE and alert:KIND (alert:any)
 * become properties. Prefixes of the configuration of THEIRS (or NULL) are
 * known too. A word of Hangul, two syllables or more, also finds what
 * begins with it, since particles follow it without a blank; one in quotes does
 * not. ERR_INPUT for a prefix that does not exist, a verdict or
 * alert that does not, an open quote or a bracket without its other, since
 * notmuch would answer with nothing at all. */
int index_query(struct buf *out, struct str query,
	const struct index_theirs *theirs, struct err *e) ERR_CHECK;

/* Append the query for mailbox FOLDER ("ACCOUNT/NAME", a directory below the
 * root), quoted. */
void index_folder_query(struct buf *out, const char *folder);

#endif
