/* SPDX-License-Identifier: GPL-3.0-or-later */
/* msg - every request and event of the program, in one table.
 *
 * A message owns an arena; posting it gives both away, and no pointer in it
 * leaves that arena. A request carries an id that comes back in each of its
 * answers: progress, then exactly one end (an event that bears the answer,
 * DONE, or FAILED). Events that nobody asked for have the id 0. */
#ifndef APP_MSG_H
#define APP_MSG_H

#include <stdbool.h>
#include <stdint.h>

#include "auth/verdict.h"
#include "base/arena.h"
#include "base/err.h"
#include "base/queue.h"
#include "mime/doc.h"

/* Who takes a message. SEARCH is one thread (the reader of the index), OPEN
 * one that parses and renders, VERIFY several (DNS is latency), KEEPER the one
 * writer of the index and the outbox, LOCAL one that changes the mail that is
 * here, ACCOUNT the worker of msg.account, SENDER what submits its letters. */
enum msg_to {
	TO_UI,
	TO_SEARCH,
	TO_OPEN,
	TO_VERIFY,
	TO_KEEPER,
	TO_LOCAL,
	TO_ACCOUNT,
	TO_SENDER
};

/* name, receiver, lane, help */
#define MSG_TABLE(X)                                                           \
	X(SEARCH, SEARCH, URGENT, "rows of a query from an offset")            \
	X(COUNTS, SEARCH, NORMAL, "mailboxes with their counts")               \
	X(OPEN, OPEN, URGENT, "parse and render one message")                  \
	X(EVIDENCE, OPEN, URGENT, "what the verdict of a message rests on")    \
	X(SAVE_PART, OPEN, NORMAL, "write one part into a directory")          \
	X(OPEN_PART, OPEN, NORMAL, "make a part's file, find its program")     \
	X(RUN_PART, VERIFY, URGENT, "a program's output for a part")           \
	X(FETCH_PART, VERIFY, URGENT, "fetch a remote image into a directory") \
	X(COMPOSE, OPEN, URGENT, "make a draft: new, reply, forward, mailto")  \
	X(DRAFT_READ, OPEN, URGENT, "read a draft again after the editor")     \
	X(DRAFT_SAVE, OPEN, URGENT, "keep the fields of a draft durably")      \
	X(DRAFT_LIST, OPEN, NORMAL, "the drafts that are here")                \
	X(DRAFT_DROP, OPEN, NORMAL, "throw a draft away")                      \
	X(DISCOVER, OPEN, NORMAL, "find the servers of an address")            \
	X(PROBE, OPEN, NORMAL, "sign in to both servers of a new account")     \
	X(ACCOUNT_ADD, OPEN, NORMAL, "write a tested account down")            \
	X(PROPOSE, OPEN, NORMAL, "whose results an account may believe")       \
	X(BELIEVE, OPEN, URGENT, "write down whose results it believes")       \
	X(DEMAND, OPEN, URGENT,                                                \
		"ask for proof of a domain's mail, or no more")                \
	X(VERIFY, VERIFY, LOW, "authenticate one message")                     \
	X(ARRIVED, KEEPER, NORMAL, "files were delivered: index them")         \
	X(RENAMED, KEEPER, NORMAL, "flags changed a file's name")              \
	X(REMOVED, KEEPER, NORMAL, "files are gone")                           \
	X(COMPLETED, KEEPER, NORMAL, "the rest of a letter has come")          \
	X(VERIFIED, KEEPER, LOW, "a verification ended: keep its verdict")     \
	X(RECHECK, KEEPER, NORMAL, "verify what is due again")                 \
	X(SCAN, KEEPER, NORMAL, "compare an account's folders with the index") \
	X(LOOK, KEEPER, NORMAL, "another program has been at the index")       \
	X(SENT, KEEPER, URGENT, "what became of a message being sent")         \
	X(FILED, KEEPER, NORMAL, "the sent copy is kept: the row may go")      \
	X(OUT_QUEUE, KEEPER, URGENT, "put a draft into the outbox")            \
	X(OUT_LIST, KEEPER, NORMAL, "what waits in the outbox")                \
	X(OUT_CANCEL, KEEPER, URGENT, "take a message out of the outbox")      \
	X(OUT_RESOLVE, KEEPER, URGENT, "say what became of an unknown one")    \
	X(OUT_FLUSH, KEEPER, NORMAL, "send what is due")                       \
	X(CONNECT, ACCOUNT, NORMAL, "go online now")                           \
	X(SYNC, ACCOUNT, NORMAL, "one pass over the mailboxes")                \
	X(FLAG, LOCAL, URGENT, "change flags of messages")                     \
	X(MOVE, LOCAL, URGENT, "move messages to another mailbox")             \
	X(ERASE, LOCAL, URGENT, "delete messages for ever")                    \
	X(EMPTY, LOCAL, NORMAL, "delete all of a folder for ever")             \
	X(SEND, SENDER, NORMAL, "submit one message of the outbox")            \
	X(FILE_SENT, LOCAL, NORMAL, "keep the copy of a sent message")         \
	X(DELIVER, LOCAL, NORMAL, "a message from another local account")      \
	X(PUSH, ACCOUNT, NORMAL, "changes here wait for the server")           \
	X(WANT, ACCOUNT, URGENT, "fetch what of a letter is not here")         \
	X(WANT_PART, ACCOUNT, URGENT, "fetch one part into a directory")       \
	X(FOLDER, ACCOUNT, NORMAL, "make, rename, delete, subscribe a folder") \
	X(RELEASE, ACCOUNT, NORMAL, "do the deletions that were held back")    \
	X(WAKE, ACCOUNT, NORMAL, "the network has changed, or we have slept")  \
	X(PASSWORD, ACCOUNT, URGENT, "the password that was asked for")        \
	X(PIN, ACCOUNT, URGENT, "trust this one certificate")                  \
	X(ROWS, UI, NORMAL, "rows of a query")                                 \
	X(BOXES, UI, NORMAL, "mailboxes with their counts")                    \
	X(DOC, UI, NORMAL, "a rendered message or a pane")                     \
	X(VIEWER, UI, NORMAL, "a program to be run for a part")                \
	X(DRAFT, UI, NORMAL, "a draft as it stands")                           \
	X(DRAFTS, UI, NORMAL, "the drafts that are here")                      \
	X(SERVERS, UI, NORMAL, "servers found for an address")                 \
	X(PROPOSAL, UI, NORMAL, "whose results an account may believe")        \
	X(OUTBOX, UI, NORMAL, "what waits in the outbox")                      \
	X(VERDICT, UI, NORMAL, "the verdict of a message has changed")         \
	X(MOVED, UI, NORMAL, "files have other names now")                     \
	X(CHANGED, UI, LOW, "the index has changed")                           \
	X(STATUS, UI, NORMAL, "the state of an account")                       \
	X(HELD, UI, NORMAL, "a mailbox's deletions are held back")             \
	X(WAITING, UI, LOW, "how many changes a server does not know")         \
	X(PROGRESS, UI, LOW, "how far a request has come")                     \
	X(DONE, UI, NORMAL, "a request ended well")                            \
	X(FAILED, UI, NORMAL, "a request failed")

enum msg_kind {
#define X(name, to, lane, help) MSG_##name,
	MSG_TABLE(X)
#undef X
		MSG_KINDS
};

/* --- payloads ------------------------------------------------------------- */

enum row_flag {
	ROW_UNREAD = 1 << 0,
	ROW_FLAGGED = 1 << 1,
	ROW_REPLIED = 1 << 2,
	ROW_FORWARDED = 1 << 3,
	ROW_ATTACHMENT = 1 << 4,
	ROW_DRAFT = 1 << 5,
	ROW_ALERT = 1 << 6,
	ROW_SERVER_ONLY = 1 << 7,
	ROW_MISSING = 1 << 8, /* not all of it is here */
	ROW_COMING = 1 << 9   /* nothing of it is: it is on its way */
};

struct row { /* one line of a list; the texts have passed utf8_safe */
	const char *id;   /* Message-ID without brackets */
	const char *path; /* below the mail root: ACCOUNT/FOLDER/cur/NAME */
	const char *subject, *from, *address;
	int64_t date;
	unsigned flags; /* enum row_flag */
	enum verdict_state verdict;
	unsigned thread_count;
	const char *thread;
};

/* Does V draw the eye in a list? That a signer is not the author's domain is
 * true of every mailing list: it is searchable, and said in the message. */
static inline bool
row_has_alert(const struct verdict *v)
{
	for (size_t i = 0; i < v->alerts; i++)
		if (verdict_alert_is_loud(v->alert[i].kind))
			return true;
	return false;
}

struct msg_search {
	const char *query;
	unsigned offset, limit;
	bool oldest_first;
};

struct msg_rows {
	struct row *row;
	unsigned rows, offset; /* this window */
	unsigned total, unread;
};

enum box_role {
	BOX_PLAIN,
	BOX_INBOX,
	BOX_DRAFTS,
	BOX_SENT,
	BOX_ARCHIVE,
	BOX_JUNK,
	BOX_TRASH,
	BOX_ALL
};

struct box {
	const char *account, *name; /* name in UTF-8, "/" between levels */
	const char *query;          /* lists its messages */
	enum box_role role;
	unsigned total, unread;
	unsigned older; /* messages that stay on the server, see `keep` */
};

struct msg_boxes {
	struct box *box;
	size_t boxes;
	unsigned outbox;
};

struct attachment { /* a part, or a file inside one: its number is "2#1" */
	const char *number, *name, *type; /* name made safe */
	uint64_t size;
	unsigned depth;         /* in the tree of parts */
	bool is_container;      /* a multipart: nothing to save by itself */
	bool is_file;           /* no text that the reader shows */
	bool is_missing;        /* it is on the server: see msg_doc.here */
	const char *url, *host; /* of a remote image, else NULL: not here */
};

struct msg_open { /* request: OPEN, EVIDENCE, *_PART, WANT */
	const char *path, *id;
	unsigned width;
	bool all_headers, prefer_html;
	const char *part;      /* its number; OPEN: this one alone, or NULL */
	const char *directory; /* SAVE_PART, FETCH_PART, WANT_PART */
	const char *url;       /* FETCH_PART */
	const char *command;   /* RUN_PART: gets the part, or NULL: argv */
	char **argv;           /* RUN_PART: gets nothing */
};

struct msg_viewer {
	char **argv; /* ends with NULL */
	bool needs_terminal;
};

enum letter_here { /* what of a letter is here */
	LETTER_WHOLE,
	LETTER_HEADERS, /* not its text */
	LETTER_PARTS    /* all but large parts */
};

struct msg_doc {
	struct doc *doc;
	const char *path, *id;
	const char *subject, *from, *from_address, *to, *cc, *date_text;
	int64_t date;
	struct attachment *file; /* what the reader does not show as text */
	size_t files;
	struct attachment *part; /* all parts, a tree in document order */
	size_t parts;
	struct verdict *verdict; /* NULL: not checked yet */
	struct doc *explained;   /* EVIDENCE: what it means */
	const char *names;       /* EVIDENCE: DNS names asked, a line each */
	bool is_demanded;        /* EVIDENCE: proof of its domain's mail is */
	bool has_html, has_plain, is_html; /* what is there and what is shown */
	enum letter_here here;
	uint64_t size; /* of the whole letter, where not all of it is here */
};

enum draft_mode {
	DRAFT_NEW,
	DRAFT_REPLY,
	DRAFT_REPLY_ALL,
	DRAFT_FORWARD,
	DRAFT_MAILTO,
	DRAFT_EDIT
};

struct msg_compose {
	enum draft_mode mode;
	const char *path;    /* of the message answered, or NULL */
	const char *mailto;  /* DRAFT_MAILTO: the URL; EDIT: the draft */
	const char *account; /* to write from, or NULL: chosen */
};

struct draft_file {
	const char *path, *name, *type;
	uint64_t size;
};

struct msg_draft {
	const char *file;    /* the draft's own file: the editor's */
	const char *account; /* whose server sends it */
	const char *from, *to, *cc, *bcc, *subject;
	const char *reply_to_path; /* gets "replied" when sent, or NULL */
	const char *why_from;      /* why this sender was chosen */
	struct draft_file *attach;
	size_t attaches;
	struct doc *preview;
	const char **odd; /* things to look at before sending */
	size_t odds;
	const char *at; /* send not before this time, NULL: now */
};

struct out_item {
	int64_t id;
	const char *account, *subject, *to, *state, *reason;
	int64_t next_try;
};

struct msg_outbox {
	struct out_item *item;
	size_t items;
};

struct msg_letter { /* SEND, SENT, FILE_SENT, FILED, DELIVER */
	int64_t id;
	const char *file; /* the outbox's, absolute */
	const char *sender, *message_id;
	const char *reply_to; /* path of the message it answers, or "" */
	const char **rcpt;
	const char **rcpt_state, **rcpt_text; /* SENT */
	size_t rcpts;
	bool needs_utf8;
	struct str bytes;           /* DELIVER */
	const char *state, *reason; /* SENT: of store/outbox.h */
};

struct msg_change {        /* FLAG, MOVE, MOVED; ARRIVED, RENAMED, REMOVED,
			      ERASE, EMPTY */
	const char **path; /* RENAMED, MOVED: the new names */
	const char **old;  /* RENAMED, MOVED: the names before */
	const char **id;
	size_t count;
	const char *add, *remove; /* tags, separated by spaces */
	const char *folder;       /* MOVE: to here; EMPTY: this one */
	bool is_new;              /* ARRIVED: verify it too */
	bool is_confirmed;        /* ERASE, EMPTY: the user was asked */
	bool is_outside; /* FLAG: another program has done it to the index */
};

enum folder_act {
	FOLDER_MAKE,
	FOLDER_RENAME,
	FOLDER_DELETE, /* its letters go to the trash first */
	FOLDER_SUBSCRIBE,
	FOLDER_UNSUBSCRIBE
};

struct msg_folder {
	enum folder_act act;
	const char *name; /* "/" between levels */
	const char *to;   /* FOLDER_RENAME */
};

struct msg_held { /* a plan would delete so many: it waits for a yes */
	const char *folder;
	unsigned here, there; /* gone from the server; deleted here */
	unsigned of;          /* messages in the folder. All 0: no more */
};

enum account_state {
	ACCOUNT_LOCAL,
	ACCOUNT_OFFLINE,
	ACCOUNT_CONNECTING,
	ACCOUNT_SYNCING,
	ACCOUNT_ONLINE,
	ACCOUNT_WAITING,
	ACCOUNT_AUTH,
	ACCOUNT_CERT,
	ACCOUNT_FAILED
};

struct msg_status {
	enum account_state state;
	const char *text;       /* a sentence where something is wrong */
	int64_t since;          /* it has not been online, 0: it is; and */
	int64_t retry_at;       /* is tried again, 0: not by itself; wall */
	unsigned waiting;       /* changes that the server does not know */
	unsigned quota_percent; /* of the space at the server; 0: unknown */
	const char *fingerprint, *pin, *server; /* ACCOUNT_CERT */
	const char *certificate;                /* its facts, a line each */
	bool is_insecure; /* the line has no TLS, by consent */
};

struct msg_progress {
	const char *text;
	unsigned done, total; /* as many: it is over */
	unsigned rate;        /* in a second, 0: not known */
	int left;             /* seconds, -1: not known */
};

struct msg_proposal {            /* PROPOSAL (letters and count), BELIEVE */
	const char *ids;         /* words; "" where nobody is proposed: BELIEVE
				    writes that nobody is believed */
	const char *hosts;       /* words or "": see proposal_make */
	unsigned letters, count; /* looked at; with results of IDS */
};

struct server {            /* one choice of set-up */
	const char *url;   /* imaps://host:port */
	const char *found; /* by what */
	const char *why; /* PROBE's answer: why it cannot be used, else NULL */
};

struct msg_account { /* DISCOVER, PROBE, ACCOUNT_ADD and SERVERS */
	const char *name, *address, *person;
	const char *receive, *send; /* URLs with the user name in them */
	const char *user;
	struct server *in, *out; /* PROBE: the choices, if RECEIVE and SEND are
				    among them */
	size_t ins, outs;
	struct secret *password; /* owned by the message, wiped with it */
	const char *password_command;
	const char *pin, *ca_file;
	const char *auth; /* as signet.conf(5) names it; NULL: "auto" */
};

/* A copy of the N servers of LIST in A. */
struct server *msg_servers(
	struct arena *a, const struct server *list, size_t n);

struct msg {
	struct queue_item item; /* first: the queue's */
	enum msg_kind kind;
	uint64_t id;
	int account; /* index of the account it is for or about, or -1 */
	struct arena *arena;
	struct err err; /* FAILED */
	union {
		struct msg_search search;
		struct msg_rows rows;
		struct msg_boxes boxes;
		struct msg_open open;
		struct msg_doc doc;
		struct msg_viewer viewer;
		struct msg_compose compose;
		struct msg_draft draft;
		struct msg_outbox outbox;
		struct msg_change change;
		struct msg_letter letter;
		struct msg_status status;
		struct msg_progress progress;
		struct msg_account setup;
		struct msg_proposal proposal;
		struct msg_held held;
		struct msg_folder folder;
		struct {
			const char *path, *id;
			struct verdict *verdict;
			const char *json;
			uint64_t serial; /* the keeper's; id is not known yet */
			bool is_again;
		} verdict;
		struct {
			int64_t id;
			bool was_sent;
		} out;
		struct {
			const char *domain;
			bool is_on;
		} demand;
		bool has_slept;   /* WAKE */
		unsigned waiting; /* WAITING */
		const char *text; /* DONE: what was done, or NULL */
	} u;
};

/* A message of KIND with an empty arena; free it or send it. */
struct msg *msg_new(enum msg_kind kind);
/* Free *M with its arena (and its secret) and set it to NULL. */
void msg_free(struct msg **m);
/* From the queue's item back to its message, NULL for NULL. */
struct msg *msg_of(struct queue_item *item);
/* An item's drop function for queue_free. */
void msg_drop(struct queue_item *item);

/* What the table says of KIND: its name, who takes it, in which lane. */
const char *msg_name(enum msg_kind kind);
/* Who takes it. */
enum msg_to msg_to(enum msg_kind kind);
/* Its lane in the queue. */
enum queue_lane msg_lane(enum msg_kind kind);

#endif
