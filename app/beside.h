/* SPDX-License-Identifier: GPL-3.0-or-later */
/* beside - a second signet on a profile that another has: it shows lists and
 * letters as the index has them, and changes nothing (ENGINE_SHOW). */
#ifndef APP_BESIDE_H
#define APP_BESIDE_H

#include "app/context.h"

/* The thread that tells the screen when the other has written the index. ARG is
 * the context; ends with its quit_fd. */
void *beside_run(void *arg);

#endif
