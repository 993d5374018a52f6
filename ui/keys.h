/* SPDX-License-Identifier: GPL-3.0-or-later */
/* keys - the action table: every command with its key, place and meaning.
 *
 * One table yields the enum, the key map, the help screen, the completion of
 * ":" and the key table of signet(1) (a lint step compares them). */
#ifndef UI_KEYS_H
#define UI_KEYS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

enum place {
	IN_LIST = 1 << 0,
	IN_READER = 1 << 1,
	IN_PANE = 1 << 2, /* verdict, help, messages: text to scroll */
	IN_COMPOSE = 1 << 3,
	IN_FILES = 1 << 4,
	IN_OUTBOX = 1 << 5,
	IN_SIDEBAR = 1 << 6,
	IN_MAIL = IN_LIST | IN_READER,
	IN_ROWS = IN_LIST | IN_FILES | IN_OUTBOX | IN_SIDEBAR,
	IN_TEXT = IN_READER | IN_PANE,
	IN_ALL = 0x7f
};

/* name, command, keys (alternatives apart by spaces, two keys in a row by "-",
 * "" none), places, meaning */
#define ACTION_TABLE(X)                                                        \
	X(BACK, "back", "q Esc", IN_ALL, N_("back; at the top, quit"))         \
	X(QUIT, "quit", "", IN_ALL, N_("leave signet"))                        \
	X(HELP, "help", "? F1", IN_ALL, N_("keys of this place"))              \
	X(COMMAND, "command", ":", IN_ALL, N_("commands by name"))             \
	X(REDRAW, "redraw", "Ctrl-L", IN_ALL, N_("draw the screen again"))     \
	X(NEXT, "next", "j Down", IN_ROWS, N_("next row"))                     \
	X(PREVIOUS, "previous", "k Up", IN_ROWS, N_("previous row"))           \
	X(PAGE_DOWN, "page-down", "PgDn", IN_ALL, N_("a page down"))           \
	X(PAGE_UP, "page-up", "PgUp -", IN_ALL, N_("a page up"))               \
	X(FIRST, "first", "g-g Home", IN_ALL, N_("the first"))                 \
	X(LAST, "last", "G End", IN_ALL, N_("the last"))                       \
	X(LINE_DOWN, "line-down", "j Down", IN_TEXT, N_("a line down"))        \
	X(LINE_UP, "line-up", "k Up", IN_TEXT, N_("a line up"))                \
	X(OPEN, "open", "Enter Right", IN_ROWS, N_("open"))                    \
	X(READ_ON, "read-on", "Space", IN_ALL,                                 \
		N_("a page down, then the next unread message"))               \
	X(NEXT_MESSAGE, "next-message", "n", IN_READER, N_("next message"))    \
	X(PREVIOUS_MESSAGE, "previous-message", "p", IN_READER,                \
		N_("previous message"))                                        \
	X(NEXT_UNREAD, "next-unread", "Tab", IN_MAIL,                          \
		N_("next unread message"))                                     \
	X(SIDEBAR, "folders", "Left", IN_LIST, N_("to the folders"))           \
	X(NEW_FOLDER, "new-folder", "+", IN_SIDEBAR, N_("make a folder"))      \
	X(RENAME_FOLDER, "rename-folder", "r", IN_SIDEBAR,                     \
		N_("rename the folder"))                                       \
	X(DELETE_FOLDER, "delete-folder", "d", IN_SIDEBAR,                     \
		N_("delete the folder; its messages go to Trash"))             \
	X(SUBSCRIBE, "subscribe", "S", IN_SIDEBAR,                             \
		N_("subscribe to the folder at the server"))                   \
	X(UNSUBSCRIBE, "unsubscribe", "U", IN_SIDEBAR,                         \
		N_("no longer subscribe to the folder"))                       \
	X(REPLY, "reply", "r", IN_MAIL, N_("reply"))                           \
	X(REPLY_ALL, "reply-all", "R", IN_MAIL, N_("reply to all"))            \
	X(FORWARD, "forward", "f", IN_MAIL, N_("forward"))                     \
	X(NEW, "new", "m C", IN_MAIL | IN_OUTBOX | IN_SIDEBAR,                 \
		N_("new message"))                                             \
	X(ARCHIVE, "archive", "a", IN_MAIL, N_("archive"))                     \
	X(DELETE, "delete", "d", IN_MAIL,                                      \
		N_("move to Trash; there: delete for ever"))                   \
	X(ERASE, "erase", "D", IN_MAIL, N_("delete for ever"))                 \
	X(EMPTY_TRASH, "empty-trash", "", IN_LIST | IN_SIDEBAR,                \
		N_("delete all of this account's Trash for ever"))             \
	X(JUNK, "junk", "J", IN_MAIL, N_("move to Junk"))                      \
	X(MOVE, "move", "s", IN_MAIL, N_("move to a folder"))                  \
	X(UNDO, "undo", "u", IN_MAIL, N_("undo the last move or mark"))        \
	X(FLAG, "flag", "F", IN_MAIL, N_("flag or unflag"))                    \
	X(UNREAD, "unread", "U", IN_MAIL, N_("mark unread or read"))           \
	X(SEARCH, "search", "/", IN_ALL, N_("search everywhere"))              \
	X(FILTER, "filter", "l", IN_LIST, N_("filter this list"))              \
	X(SUSPECT, "suspect", "!", IN_LIST,                                    \
		N_("only failed and suspicious messages, and back"))           \
	X(VERDICT, "verdict", "V", IN_MAIL, N_("what the verdict rests on"))   \
	X(RECHECK, "recheck", "Ctrl-R", IN_MAIL | IN_PANE,                     \
		N_("verify again now"))                                        \
	X(EXPLAIN, "explain", "e", IN_PANE,                                    \
		N_("what this verdict means, and what can be done"))           \
	X(COPY_NAMES, "copy-names", "y", IN_PANE,                              \
		N_("copy the DNS names that were asked"))                      \
	X(DEMAND, "make-rule", "M", IN_PANE,                                   \
		N_("ask for proof of all mail of this domain, or no more"))    \
	X(WRITE_JSON, "write-json", "w", IN_PANE,                              \
		N_("write the evidence as JSON"))                              \
	X(HEADERS, "headers", "h", IN_READER, N_("all header fields"))         \
	X(HTML, "html", "H", IN_READER, N_("HTML or plain text"))              \
	X(FOLD, "fold", "z", IN_TEXT, N_("fold or unfold long quotes"))        \
	X(FILES, "files", "v", IN_MAIL, N_("parts and attachments"))           \
	X(SAVE, "save", "s", IN_FILES, N_("save this part"))                   \
	X(SAVE_ALL, "save-all", "S", IN_FILES, N_("save all attachments"))     \
	X(VIEWER, "viewer", "o", IN_FILES,                                     \
		N_("open with the program of the mailcap"))                    \
	X(PIPE, "pipe", "|", IN_READER | IN_FILES,                             \
		N_("give this to a command and show its output"))              \
	X(GO_INBOX, "inbox", "g-i", IN_ALL, N_("go to the inbox"))             \
	X(GO_DRAFTS, "drafts", "g-d", IN_ALL, N_("go to the drafts"))          \
	X(GO_SENT, "sent", "g-s", IN_ALL, N_("go to the sent messages"))       \
	X(GO_OUTBOX, "outbox", "g-o", IN_ALL, N_("go to the outbox"))          \
	X(GO_FOLDER, "go", "c", IN_MAIL | IN_SIDEBAR, N_("go to a folder"))    \
	X(SYNC, "sync", "$", IN_ALL, N_("connect and look for mail now"))      \
	X(CONFIRM, "confirm-deletions", "", IN_ALL,                            \
		N_("do the deletions that were held back"))                    \
	X(SEND, "send", "y", IN_COMPOSE, N_("send"))                           \
	X(EDIT, "edit", "e Enter", IN_COMPOSE, N_("edit the text"))            \
	X(ATTACH, "attach", "a", IN_COMPOSE, N_("attach a file"))              \
	X(DETACH, "detach", "x", IN_COMPOSE, N_("drop the last file"))         \
	X(SET_FROM, "from", "f", IN_COMPOSE, N_("change the sender"))          \
	X(SET_TO, "to", "t", IN_COMPOSE, N_("change To"))                      \
	X(SET_CC, "cc", "c", IN_COMPOSE, N_("change Cc"))                      \
	X(SET_BCC, "bcc", "b", IN_COMPOSE, N_("change Bcc"))                   \
	X(SET_SUBJECT, "subject", "s", IN_COMPOSE, N_("change the subject"))   \
	X(KEEP, "keep", "P", IN_COMPOSE, N_("keep as a draft"))                \
	X(DROP, "drop", "x", IN_OUTBOX,                                        \
		N_("take out of the outbox, or throw the draft away"))         \
	X(RESOLVE, "resolve", "r", IN_OUTBOX,                                  \
		N_("say what became of an unknown one"))                       \
	X(FLUSH, "flush", "R", IN_OUTBOX, N_("try all again now"))             \
	X(ACCOUNT, "account", "", IN_ALL, N_("add an account"))                \
	X(MESSAGES, "messages", "", IN_ALL, N_("what happened lately"))        \
	X(STALLS, "stalls", "", IN_ALL,                                        \
		N_("how long keys had to wait at most"))                       \
	X(SUSPEND, "suspend", "Ctrl-Z", IN_ALL, N_("back to the shell"))

enum action {
	ACTION_NONE,
#define X(name, command, keys, places, help) ACTION_##name,
	ACTION_TABLE(X)
#undef X
		ACTIONS
};

/* The action of KEY in PLACE. PREFIX is the key before it, or 0. ACTION_NONE
 * with *IS_PREFIX_OUT where KEY begins a two-key command there. */
enum action keys_find(
	enum place place, uint32_t prefix, uint32_t key, bool *is_prefix_out);

/* The action whose command is NAME or, alone, begins with it. */
enum action keys_command(struct str name);

const char *keys_name(enum action a); /* "page-down" */
/* The name in the language of the screen, for hints: "쪽 아래" */
const char *keys_label(enum action a);
const char *keys_keys(enum action a); /* as in the table */
const char *keys_help(enum action a); /* in the user's language */
unsigned keys_places(enum action a);
/* The first key for a hint, "" where it has none: "Enter", "g g". */
const char *keys_first(enum action a, struct buf *tmp);

/* The key called NAME ("a", "Enter", "Ctrl-L", "F1"), KEY_NONE for none. */
uint32_t keys_parse(struct str name);

/* The table as lines "KEYS\tCOMMAND\tPLACES\tMEANING", for the manual. */
void keys_table(struct buf *out);

#endif
