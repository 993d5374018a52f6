/* SPDX-License-Identifier: GPL-3.0-or-later */
/* maildir_name - names of files, shared by maildir*.c alone. */
#ifndef STORE_MAILDIR_NAME_H
#define STORE_MAILDIR_NAME_H

#include "base/str.h"

/* The letters of FLAGS in the order of the specification. */
enum { MAILDIR_LETTERS = 40 };
void maildir_name_flags(char out[MAILDIR_LETTERS], unsigned flags);

/* ROOT/PATH into OUT. */
void maildir_full(struct buf *out, const char *root, const char *path);

#endif
