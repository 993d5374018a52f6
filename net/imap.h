/* SPDX-License-Identifier: GPL-3.0-or-later */
/* imap - verbs over an IMAP session: list, open, fetch, flags, move, append,
 * idle (RFC 3501 with 2177, 4315, 4959, 5161, 5819, 6154, 6851, 7162).
 *
 * A server that has no extension at all works as well. One thread owns a
 * session; the cancel eventfd of its settings, written from any thread, ends
 * what it waits for with ERR_CANCEL. Every function that takes a struct err
 * fails with ERR_CANCEL, ERR_LATER (connection, time-out, BYE, an answer that
 * is not IMAP: only imap_close is left then), ERR_CERT, ERR_AUTH, or, where the
 * server says NO or BAD, with the class named and the server's words.
 *
 * "raw" is a mailbox as the server spells it (modified UTF-7), a "name" is the
 * same in UTF-8, without the prefix that all the user's own mailboxes have
 * there
 * ("INBOX." of some servers). */
#ifndef NET_IMAP_H
#define NET_IMAP_H

#include "base/arena.h"
#include "base/secret.h"
#include "net/stream.h"

struct imap;

enum imap_can {
	IMAP_CAN_IDLE = 1 << 0,
	IMAP_CAN_MOVE = 1 << 1,
	IMAP_CAN_UIDPLUS = 1 << 2,
	IMAP_CAN_SASL_IR = 1 << 3,
	IMAP_CAN_STARTTLS = 1 << 4,
	IMAP_NO_LOGIN = 1 << 5, /* LOGINDISABLED */
	IMAP_CAN_CONDSTORE = 1 << 6,
	IMAP_CAN_ENABLE = 1 << 7,
	IMAP_CAN_QRESYNC = 1 << 8,
	IMAP_CAN_LIST_STATUS = 1 << 9,
	IMAP_CAN_COMPRESS = 1 << 10, /* COMPRESS=DEFLATE, not begun */
	IMAP_CAN_ID = 1 << 11,
	IMAP_CAN_NAMESPACE = 1 << 12,
	IMAP_CAN_QUOTA = 1 << 13,
	IMAP_CAN_ESEARCH = 1 << 14,
	IMAP_CAN_NOTIFY = 1 << 15, /* not asked for yet */
	IMAP_CAN_OBJECTID = 1 << 16,
	IMAP_CAN_GMAIL = 1 << 17, /* X-GM-EXT-1 */
	/* literals that are not asked for, of any length or up to 4 KiB */
	IMAP_CAN_LITERALS = 1 << 18,
	IMAP_CAN_LITERALS_SHORT = 1 << 19,
	IMAP_CAN_UNSELECT = 1 << 20,
	IMAP_CAN_SIZE = 1 << 21, /* STATUS=SIZE */
	IMAP_CAN_SPECIAL_USE = 1 << 22,
	IMAP_CAN_LIST_EXTENDED = 1 << 23, /* LIST … RETURN */
	IMAP_CAN_UTF8 = 1 << 24,          /* UTF8=ACCEPT, and not Gmail */
	IMAP_CAN_SAVEDATE = 1 << 25,
	IMAP_CAN_BINARY = 1 << 26
};

enum imap_flag { /* as in store/maildir.h and app/sync/plan.h */
	IMAP_SEEN = 1,
	IMAP_ANSWERED = 2,
	IMAP_FLAGGED = 4,
	IMAP_DELETED = 8,
	IMAP_DRAFT = 16,
	IMAP_FORWARDED = 32, /* $Forwarded */
	IMAP_KEYWORD = 64    /* the first of imap_set_keywords, then doubled */
};

enum { IMAP_KEYWORDS = 26 };
/* The code of an error (ERR_LATER): the server asks for less haste, and no
 * letter or mailbox is to blame. */
enum { IMAP_HASTE = 1 << 20 };

struct imap_settings {
	struct stream_settings stream; /* is_imap is set by imap_open */
	const char *user;
	const struct secret *password; /* borrowed until imap_open returns */
	const char *auth; /* as signet.conf(5) names it; NULL: "auto" */
};

/* Once, before any thread: the net under libetpan's parser. */
void imap_global_init(void);

/* --- the session -------------------------------------------------------------
 */

/* Connect, begin TLS, sign in: one try. NULL with *E; *FACTS (may be NULL) says
 * what the certificate said, also after ERR_CERT. The password crosses only a
 * line that is encrypted, or one that the user has opened with "+insecure". */
struct imap *imap_open(const struct imap_settings *s,
	struct stream_facts *facts, struct err *e);

/* LOGOUT where the session still works, close, free, set *M to NULL. */
void imap_close(struct imap **m);

/* From now on mailboxes are opened by EXAMINE: nothing done to them changes
 * anything, not even what is new in them. */
void imap_look_only(struct imap *m);

/* Bits of enum imap_can as announced after sign-in. */
unsigned imap_can(const struct imap *m);

/* Much is about to come: compress from now on (RFC 4978), where the server
 * offers that and has not done so yet. A server's NO is no error. */
int imap_compress(struct imap *m, struct err *e) ERR_CHECK;
/* Was the session lost for what the server has compressed? Then one without is
 * better. */
bool imap_is_compression_broken(const struct imap *m);
/* Has the session ended otherwise than by a line that was lost: compressed data
 * that were broken, an answer that nobody asked for? Then the bytes of a body
 * that was under way may not be its own. */
bool imap_is_garbled(const struct imap *m);

/* The keywords that flags have bits for, IMAP_KEYWORDS pointers, NULL where
 * there is none. They live as long as M. One that is called
 * "label/NAME" is a label of Gmail, whatever mailbox the letter is in. */
void imap_set_keywords(struct imap *m, const char *const *name);
/* The bits that are labels: what is appended has none of them yet. */
unsigned imap_labels(const struct imap *m);

/* --- mailboxes
 * ----------------------------------------------------------------- */

struct imap_info {
	uint32_t uidvalidity, uidnext; /* 0: the server did not say */
	uint32_t exists;
	uint64_t modseq; /* HIGHESTMODSEQ, 0: none is kept */
	unsigned kept;   /* after SELECT: the flags that it keeps */
	uint64_t bytes;  /* of imap_list when looking only; 0: not known */
};

struct imap_box {
	const char *raw, *name;
	char delimiter; /* between the levels of a name, 0: none */
	int role;       /* as imap_role gives it; 0: none */
	bool is_selectable, has_status;
	struct imap_info status;
};

/* All mailboxes, in A (at most LIMIT_FOLDERS), in one round trip; with their
 * status where the server has CONDSTORE and LIST-STATUS, and with their size
 * where it has STATUS=SIZE and is only looked at: servers look into each letter
 * for that. The first time it also
 * says who we are, enables QRESYNC and asks for the namespace; that and every
 * quarter of an hour how full the mailboxes are. */
int imap_list(struct imap *m, struct arena *a, struct imap_box **out,
	size_t *count_out, struct err *e) ERR_CHECK;

struct imap_quota {
	uint64_t used, limit; /* KiB; limit 0: none is known */
};
#define IMAP_QUOTA_MAX ((uint64_t)1 << 31) /* 2 TiB: products fit */

/* How full the fullest of what holds the INBOX is. */
const struct imap_quota *imap_quota(const struct imap *m);

/* Append the raw name that a new mailbox NAME (levels parted by "/") has to
 * have on this server. */
void imap_raw_name(const struct imap *m, struct buf *out, struct str name);

/* The number of enum box_role (app/msg.h) for a special use (RFC 6154) with or
 * without its backslash: "Inbox" 1, "Drafts" 2, "Sent", "Archive", "Junk",
 * "Trash", "All" 7; 0 for others. */
int imap_role(const char *name);

/* Open the mailbox RAW. NO: ERR_BOX. */
int imap_select(struct imap *m, const char *raw, struct imap_info *out,
	struct err *e) ERR_CHECK;

struct imap_item {
	uint32_t uid;
	unsigned flags;
};

struct imap_range {
	uint32_t first, last;
};

struct imap_changes {
	struct imap_item *item; /* new or changed, by rising UID */
	size_t items;
	struct imap_range *gone; /* rising, apart from each other */
	size_t gones;
	bool is_known; /* false: the server cannot say; all must be listed */
};

/* As imap_select, and what has changed since MODSEQ where UIDVALIDITY is still
 * the mailbox's, in A. Messages may be gone that GONE does not name: the count
 * must be held against OUT->exists. */
int imap_select_since(struct imap *m, const char *raw, uint32_t uidvalidity,
	uint64_t modseq, struct arena *a, struct imap_changes *changes,
	struct imap_info *out, struct err *e) ERR_CHECK;

/* As imap_select, of a mailbox of which nothing is known, and in the same
 * flight ask for the newest COUNT messages of the EXISTS that its status told
 * of (0: it told nothing, and they are asked for when it is open), WITH_HEADS
 * before them what a list shows of them. NO: ERR_BOX. Where it succeeds
 * imap_take_newest is what comes next. */
int imap_select_newest(struct imap *m, const char *raw, uint32_t exists,
	size_t count, bool with_heads, struct imap_info *out,
	struct err *e) ERR_CHECK;

/* Leave the mailbox that is open, so that it can be renamed or deleted: nothing
 * in it is expunged (UNSELECT, RFC 3691; else the INBOX is opened). */
int imap_leave(struct imap *m, struct err *e) ERR_CHECK;

/* Make the mailbox RAW. NO: ERR_BOX. */
int imap_create(struct imap *m, const char *raw, struct err *e) ERR_CHECK;

/* Rename the mailbox RAW with those below it, delete it (and its messages),
 * have it subscribed or not. NO: ERR_BOX. */
int imap_rename(struct imap *m, const char *raw, const char *to,
	struct err *e) ERR_CHECK;
int imap_remove(struct imap *m, const char *raw, struct err *e) ERR_CHECK;
int imap_subscribe(
	struct imap *m, const char *raw, bool is_on, struct err *e) ERR_CHECK;

/* Append the UTF-8 of a raw name, and the raw name of UTF-8 (RFC 3501 5.1.3).
 * What is no modified UTF-7 is taken as it stands. */
void imap_name_decode(struct buf *out, struct str raw);
void imap_name_encode(struct buf *out, struct str name);

/* Append S as a quoted string. ERR_INPUT where a control character or one
 * beyond ASCII stands in it. */
int imap_quote(struct buf *out, struct str s, struct err *e) ERR_CHECK;
/* The same, where what is beyond ASCII goes as it is. */
int imap_quote_utf8(struct buf *out, struct str s, struct err *e) ERR_CHECK;

/* --- messages of the open mailbox
 * ------------------------------------------------ */

/* UIDs and flags of the messages from UID FROM on, by rising UID, in A. */
int imap_flags(struct imap *m, uint32_t from, struct arena *a,
	struct imap_item **out, size_t *count_out, struct err *e) ERR_CHECK;

/* Which UIDs there are, by rising UID, in A: less than the flags of all where
 * only what is gone has to be found. */
int imap_uids(struct imap *m, struct arena *a, struct imap_range **out,
	size_t *count_out, struct err *e) ERR_CHECK;

struct imap_id {
	uint32_t uid;
	unsigned flags;
	const char *id; /* the same wherever the letter lies on this server */
};

/* Does the server name letters, so that one that changed place is known? */
bool imap_has_ids(const struct imap *m);
/* The names of these messages, by rising UID, in A; none where the server has
 * none. */
int imap_ids(struct imap *m, const uint32_t *uid, size_t n, struct arena *a,
	struct imap_id **out, size_t *count_out, struct err *e) ERR_CHECK;

/* Where bodies go, with CRLF lines as they come. Each returns 0, or -1, which
 * ends the fetch and the session: the sink keeps the reason. BEGIN comes before
 * the UID is known. */
struct imap_sink {
	int (*begin)(void *ctx);
	int (*data)(void *ctx, struct str bytes);
	int (*end)(void *ctx, uint32_t uid, unsigned flags);
	void *ctx;
	/* may be NULL: behind BEGIN, where in the letter the bytes begin (0
	 * too where the server does not say); before END, how long it is */
	void (*origin)(void *ctx, uint32_t from);
	void (*size)(void *ctx, uint32_t octets);
};

/* Of a letter so much comes at once, so that others are not kept waiting. */
enum { IMAP_PIECE = 4 << 20 };

/* The first IMAP_PIECE bytes of these messages, which is all of most, without
 * setting \Seen, in the server's order; those that are gone do not come. A
 * server may ignore the bound and give all. *E is not set where the sink
 * failed. */
int imap_fetch(struct imap *m, const uint32_t *uid, size_t count,
	const struct imap_sink *sink, struct err *e) ERR_CHECK;
/* The same from byte FROM on; the sink is told whether it is so. Nothing comes
 * where the letter has no more. */
int imap_fetch_piece(struct imap *m, const uint32_t *uid, size_t count,
	uint64_t from, const struct imap_sink *sink, struct err *e) ERR_CHECK;
/* All of one, however long it is. */
int imap_fetch_whole(struct imap *m, uint32_t uid, const struct imap_sink *sink,
	struct err *e) ERR_CHECK;
/* Their headers alone, and how long they are. */
int imap_fetch_headers(struct imap *m, const uint32_t *uid, size_t count,
	const struct imap_sink *sink, struct err *e) ERR_CHECK;
/* The section NUMBER ("1.2") of one: a part's body as it stands, encoded. */
int imap_fetch_part(struct imap *m, uint32_t uid, const char *number,
	const struct imap_sink *sink, struct err *e) ERR_CHECK;
/* IMAP_PIECE bytes of it from FROM on, as imap_fetch_piece. */
int imap_fetch_part_piece(struct imap *m, uint32_t uid, const char *number,
	uint64_t from, const struct imap_sink *sink, struct err *e) ERR_CHECK;
/* The same of what the server decodes (RFC 3516; IMAP_CAN_BINARY). 1: it says
 * NO or BAD, as to an encoding that it does not know. */
int imap_fetch_binary(struct imap *m, uint32_t uid, const char *number,
	uint64_t from, const struct imap_sink *sink, struct err *e) ERR_CHECK;

struct imap_size {
	uint32_t uid, size;
};

/* How long these messages are, as the server says it, in A, in its order. */
int imap_sizes(struct imap *m, const uint32_t *uid, size_t n, struct arena *a,
	struct imap_size **out, size_t *count_out, struct err *e) ERR_CHECK;

/* What imap_select_newest asked for, as imap_fetch. The fields Date, From,
 * Sender, Subject and Message-ID of each message, as they stand (8 KiB at
 * most), go to HEADS (which may be NULL where they were not asked for), those
 * of the newer half (imap_half) first; what the server says no to of them does
 * not come. It may mix all of it. Where the mailbox has become smaller
 * meanwhile it may say no: ERR_BOX, and the session lives. */
int imap_take_newest(struct imap *m, const struct imap_sink *heads,
	const struct imap_sink *sink, struct err *e) ERR_CHECK;
/* How many of COUNT are the newer half. */
static inline size_t
imap_half(size_t count)
{
	return count - count / 2;
}

struct imap_part {
	const char *number; /* "1.2"; "" for a multipart at the root */
	uint64_t octets;    /* of a leaf's body as it stands, encoded */
	unsigned depth;     /* in the tree; those of a multipart follow it */
	bool is_multi;      /* else a leaf, a message within too */
};

/* The parts of a message in their order, in A, as the server says; none where
 * it does not say or cannot be read. */
int imap_structure(struct imap *m, uint32_t uid, struct arena *a,
	struct imap_part **out, size_t *count_out, struct err *e) ERR_CHECK;
/* The same of the TEXT of a BODYSTRUCTURE, "((...) \"mixed\")". False: it is
 * none, or has more parts or levels than LIMIT_MIME_*. */
bool imap_read_structure(struct arena *a, struct str text,
	struct imap_part **out, size_t *count_out);

/* The same change of flags for COUNT messages. */
struct imap_store {
	const uint32_t *uid; /* rising */
	size_t count;
	unsigned add, remove;
	bool is_refused; /* out: the server said NO */
};

/* Add and remove flags, several commands in one flight. NO is said in the
 * entries alone. */
int imap_store(struct imap *m, struct imap_store *s, size_t n,
	struct err *e) ERR_CHECK;

/* Which of some messages the mailbox still has. */
struct imap_there {
	const uint32_t *uid; /* rising */
	size_t count;
	struct arena *a;
	struct imap_range *range; /* out, in A: those that are there */
	size_t ranges;
	bool is_known; /* out: the server did not refuse to say */
};

/* The same, and behind it, in the same flight, the question what of THERE is
 * there: a STORE says OK of a message that is gone. */
int imap_store_there(struct imap *m, struct imap_store *s, size_t n,
	struct imap_there *there, struct err *e) ERR_CHECK;

/* Set \Deleted and expunge exactly these messages, by rising UID. Without
 * UIDPLUS they stay marked where others are marked too: *LEFT_OUT. NO:
 * ERR_MESSAGE. */
int imap_delete(struct imap *m, const uint32_t *uid, size_t count,
	bool *left_out, struct err *e) ERR_CHECK;

/* Move a message to the mailbox RAW, by MOVE, or COPY and imap_delete. *UID_OUT
 * is its UID there, 0 where the server does not say; *LEFT_OUT: where it was it
 * stays marked, as above. NO: ERR_MESSAGE. */
int imap_move(struct imap *m, uint32_t uid, const char *raw, uint32_t *uid_out,
	bool *left_out, struct err *e) ERR_CHECK;

struct imap_moved {
	uint32_t uid;    /* where it is */
	uint32_t to;     /* there; 0: the server does not say */
	bool is_refused; /* by a NO: ask for it by imap_move, which says why */
};
enum { IMAP_MOVES = 32 };

/* Move COUNT messages, IMAP_MOVES at most, to the mailbox RAW in one flight, by
 * MOVE, which the server has. Where it fails, what was moved is not known. */
int imap_move_all(struct imap *m, struct imap_moved *v, size_t count,
	const char *raw, struct err *e) ERR_CHECK;

/* Append the message BYTES (CRLF lines) to the mailbox RAW with FLAGS. *UID_OUT
 * is 0 where the server does not say. NO: ERR_BOX. Where the line is lost
 * before the answer nobody knows whether it is there: look with imap_find. */
int imap_append(struct imap *m, const char *raw, struct str bytes,
	unsigned flags, uint32_t *uid_out, struct err *e) ERR_CHECK;

/* The UIDs of the messages with this Message-ID, in A. */
int imap_find(struct imap *m, const char *message_id, struct arena *a,
	uint32_t **uid_out, size_t *count_out, struct err *e) ERR_CHECK;

/* The lowest UID of the messages that came on DAY (seconds since 1970, UTC) or
 * later; 0: none. */
int imap_first_since(struct imap *m, int64_t day, uint32_t *uid_out,
	struct err *e) ERR_CHECK;

/* The UIDs of the messages that were put into the open mailbox before DAY, in A
 * (RFC 8514); none where the server or the mailbox does not know when that
 * was. */
int imap_saved_before(struct imap *m, int64_t day, struct arena *a,
	uint32_t **uid_out, size_t *count_out, struct err *e) ERR_CHECK;

/* --- waiting
 * ------------------------------------------------------------------------ */

/* Ask for news: *NEWS_OUT says whether there are any. */
int imap_noop(struct imap *m, bool *news_out, struct err *e) ERR_CHECK;

/* Where the server has NOTIFY (RFC 5465), have it tell of all mailboxes while
 * we wait. A server's NO is no error. */
int imap_watch(struct imap *m, struct err *e) ERR_CHECK;

enum { IMAP_NEWS_HERE = 1, IMAP_NEWS_ELSEWHERE = 2 };

/* Sleep, in IDLE where the server has it, until WAKE_FD is readable, the server
 * has news of the open mailbox (or, watching, of others), TIMEOUT_MS have
 * passed or the session is cancelled. A server's "still here" wakes nobody. 0:
 * no news, -1: *E, else bits. */
int imap_idle(
	struct imap *m, int wake_fd, int timeout_ms, struct err *e) ERR_CHECK;

#endif
