/* SPDX-License-Identifier: GPL-3.0-or-later */
/* demo - the embedded demo profile: letters, configuration and a zone file,
 * unpacked into a temporary folder that is removed at the end. */
#ifndef APP_DEMO_H
#define APP_DEMO_H

#include "base/err.h"
#include "base/str.h"

/* Unpack the profile below a new folder in $TMPDIR (else /tmp), put its path
 * into DIR and point the XDG variables of this process there, so that nothing
 * outside of it is touched. Its clock begins on the day of its letters: what
 * rests on SPF is not evaluated for older ones, and signatures expire. Before
 * other threads begin. */
int demo_open(struct buf *dir, struct err *e) ERR_CHECK;

/* Remove the folder DIR with all in it. */
void demo_close(const char *dir);

#endif
