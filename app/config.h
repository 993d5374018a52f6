/* SPDX-License-Identifier: GPL-3.0-or-later */
/* config - accounts and settings: signet.conf(5).
 *
 * The file is kept as a list of lines and read and rewritten from that one
 * model, so that comments survive every edit. Errors carry the file, the line
 * and the nearest known key. Loaded once at the start; after an edit it is
 * loaded again (context_new_config). Any thread may read it. */
#ifndef APP_CONFIG_H
#define APP_CONFIG_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

enum config_scheme {
	SCHEME_NONE,
	SCHEME_IMAPS,
	SCHEME_IMAP,
	SCHEME_IMAP_INSECURE,
	SCHEME_POP3S,
	SCHEME_POP3,
	SCHEME_POP3_INSECURE,
	SCHEME_MAILDIR,
	SCHEME_SMTPS,
	SCHEME_SMTP,
	SCHEME_SMTP_INSECURE,
	SCHEME_SENDMAIL,
	SCHEME_LOCAL
};

struct config_url {
	enum config_scheme scheme;
	const char *user, *host; /* "" where the URL has none */
	unsigned port;           /* the scheme's own where the URL has none */
	const char *rest;        /* PATH of maildir:, COMMAND of sendmail: */
};

struct config_list {
	const char **item;
	size_t count;
};

struct config_account {
	const char *name;
	unsigned line; /* of its section */
	const char *address, *person;
	struct config_url receive, send;
	bool has_send;
	const char *password_command, *password; /* NULL: not given */
	bool keyring;
	const char *auth;    /* "auto" … */
	const char *ca_file; /* NULL: none */
	const char *signature;
	const char *drafts, *sent, *archive, *junk, *trash; /* folders */
	bool leave_on_server;       /* POP3: letters stay there, */
	unsigned delete_after_days; /* for so long; 0: for ever, */
	bool delete_when_deleted;   /* or until they are deleted here */
	unsigned keep_months; /* IMAP: older letters stay there; 0: all come */
	bool keep_headers;    /* IMAP: texts come when they are opened */
	unsigned attachments; /* IMAP: parts of more MB stay there; 0: all */
	bool metered;         /* no pass but when asked */
	unsigned trash_days;  /* older letters in Trash go; 0: none */
	struct config_list keywords; /* "KEYWORD:TAG" or "KEYWORD" */
	struct config_list authserv_id, folders, identity, receiver;
	bool has_authserv_id; /* the key is there, if only to say "none" */
	bool results_below;   /* see struct verify_facts */
};

struct config_problem {
	unsigned line; /* 0: the file as a whole */
	bool is_warning;
	const char *text;
};

struct config {
	struct arena *arena;
	const char *path;
	bool exists; /* false: no such file, all defaults, no accounts */
	const char *editor, *glyphs;
	const char *korean_lines; /* where lines of Korean end: "syllable" */
	unsigned undo_send_seconds;
	/* where remote images are fetched, and whose certificates are good;
	 * NULL: as the URL says, the system's */
	const char *fetch_server, *fetch_ca_file;
	/* domains whose mail failed where it is not proven */
	struct config_list must_verify;
	const char *database; /* whose the index is: "own", "notmuch" */
	struct config_list dns_server;
	bool dnssec;
	const char *zone; /* a path, NULL: the real DNS */
	struct config_account *account;
	size_t accounts;
	struct config_problem *problem;
	size_t problems;
	struct str text; /* the file as it was read */
};

/* Read PATH (a file that does not exist gives the defaults). Relative file
 * names in it are taken from its directory. Always returns a config; what is
 * wrong stands in its problems, and the first error also in *E, with -1 in
 * *STATUS_OUT (else 0). Free with config_free. */
struct config *config_load(const char *path, int *status_out, struct err *e);
void config_free(struct config **c);

/* The account called NAME, or NULL. */
const struct config_account *config_account(
	const struct config *c, const char *name);

/* Append an account to the file durably; everything that stands there stays.
 * LINES is the section's body. ERR_INPUT where NAME is taken. The loaded
 * CONFIG is not changed: load it again. */
int config_add_account(const struct config *c, const char *name,
	const char *lines, struct err *e) ERR_CHECK;
/* Add LINES ("key = value\n" …) to the end of the section of the account NAME,
 * durably. The loaded CONFIG is not changed: load it again. */
int config_extend_account(const struct config *c, const char *name,
	const char *lines, struct err *e) ERR_CHECK;
/* Ask for proof of the mail of DOMAIN (a name of the DNS), or (not IS_ON) no
 * more. ERR_INPUT where that is so already, or where the line in the file names
 * others as well. */
int config_demand(const struct config *c, const char *domain, bool is_on,
	struct err *e) ERR_CHECK;
/* Take the section of the account NAME out of the file. */
int config_remove_account(
	const struct config *c, const char *name, struct err *e) ERR_CHECK;

/* Parse TEXT as a receive or send URL. On error -1 with ERR_INPUT. */
int config_url_parse(struct arena *a, const char *text, bool is_send,
	struct config_url *out, struct err *e) ERR_CHECK;
const char *config_scheme_name(enum config_scheme s);
/* Is the line of this scheme without TLS, by the user's consent? */
bool config_scheme_is_insecure(enum config_scheme s);

#endif
