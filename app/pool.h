/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pool - threads for searching, for reading messages and for verification.
 *
 * One search thread (the index is read by one handle: two at once crash the
 * index library of Debian 12 on some queries), one that parses and renders,
 * several that verify, since DNS is latency. */
#ifndef APP_POOL_H
#define APP_POOL_H

#include "app/context.h"

/* Thread mains; ARG is the struct context. Each ends when its queue closes. */
void *pool_search(void *arg);
void *pool_open(void *arg);
void *pool_verify(void *arg);

#endif
