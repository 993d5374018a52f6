/* SPDX-License-Identifier: GPL-3.0-or-later */
/* folders - what is done to a folder from the side bar. */
#ifndef UI_FOLDERS_H
#define UI_FOLDERS_H

#include "ui/view.h"

/* Do action A to the folder B (NULL: the cursor is on the head of ACCOUNT); it
 * asks first. False where A is none of those. */
bool folders_act(struct screen *s, const char *account, const struct box *b,
	enum action a);

#endif
