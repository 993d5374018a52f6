/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pop_parts - the pass's own state, shared by pop*.c alone. */
#ifndef APP_SYNC_POP_PARTS_H
#define APP_SYNC_POP_PARTS_H

#include "app/sync/account_parts.h"
#include "app/sync/pop.h"
#include "net/pop3.h"

enum pop_phase { POP_LIST, POP_FETCH, POP_DELETE };

enum { POP_UNKNOWN = -1, POP_HERE = -2 }; /* entry.row: came in this pass */

struct pop_entry { /* a letter that the server lists */
	uint32_t number;
	int32_t row; /* index, or one of the above */
	uint64_t size;
	char key[STATE_UIDL_KEY];     /* "" where its UIDL says nothing */
	char content[STATE_UIDL_KEY]; /* "" where it has not been asked for */
};

struct pop_head { /* a letter's header as it comes */
	struct buf text;
	bool is_over;
};

struct pop {
	struct pop3 *x;
	enum pop_phase phase;
	struct arena *a;
	struct state_uidl *row;
	uint32_t *by_content; /* their indices, by rising content */
	bool *is_listed;      /* row[i] stands for an entry */
	size_t rows;
	struct pop_entry *entry; /* by rising number */
	size_t entries, cap;
	bool asks_content; /* no name of the last pass is listed */
	bool is_blind;     /* letters must be fetched to be known */
	uint32_t *fetch;   /* entries to fetch, the newest first */
	size_t fetches, done;
	unsigned refused; /* letters that the server did not give */
	char words[400];  /* and why */
	struct pop_head head;
};

/* pop_list.c: read what the server lists, know what is here already, write
 * down what has changed; p->fetch is what is new. */
int pop_list(struct worker *w, struct err *e) ERR_CHECK;
/* The row with KEY, or -1. */
int32_t pop_row(const struct pop *p, const char *key);
/* A row with CONTENT that stands for no entry yet, or -1. */
int32_t pop_row_like(const struct pop *p, const char *content);
/* The row of N is listed, perhaps under a new key. In a transaction. */
int pop_found_row(
	struct worker *w, const struct pop_entry *n, struct err *e) ERR_CHECK;
/* The K-th key for letters with CONTENT. */
void pop_content_key(const char *content, unsigned k, char out[STATE_UIDL_KEY]);

/* Begin a header, and add BYTES of it as they come. */
void pop_head_reset(struct pop_head *h);
void pop_head_add(struct pop_head *h, struct str bytes);
/* The hash of a header and SIZE, which the server has said. */
void pop_head_hash(
	const struct pop_head *h, uint64_t size, char out[STATE_UIDL_KEY]);

/* The marks of all files of the account, sorted, in A. */
struct pop_marks {
	char (*mark)[STATE_UIDL_KEY];
	size_t count;
};
int pop_scan_marks(struct worker *w, struct arena *a, struct pop_marks *out,
	struct err *e) ERR_CHECK;
bool pop_has_mark(const struct pop_marks *m, const char *mark);

/* pop_fetch.c: the next letters of p->fetch, 50 at most. */
int pop_fetch(struct worker *w, struct err *e) ERR_CHECK;

#endif
