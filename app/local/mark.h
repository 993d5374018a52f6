/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mark - what a POP3 letter's file is known by: the key of its row stands in
 * the file's name (",P=KEY"), and goes with it wherever it is moved. */
#ifndef APP_LOCAL_MARK_H
#define APP_LOCAL_MARK_H

#include "app/local/local.h"
#include "store/state.h"

/* The mark in the name of PATH; false where it has none. */
bool mark_of(const char *path, char out[STATE_UIDL_KEY]);
/* Append the mark of PATH, if it has one, to BASE, which has room for N. */
void mark_keep(char *base, size_t n, const char *path);
/* The letter of L whose file is BASE lies in FOLDER now: it is deleted here
 * where that is the trash. Not for other accounts than POP3's. */
int mark_note_move(struct local *l, struct arena *a, const char *base,
	const char *folder, struct err *e) ERR_CHECK;

#endif
