/* SPDX-License-Identifier: GPL-3.0-or-later */
/* setup - the form that adds an account, and what an account must ask. */
#ifndef UI_SETUP_H
#define UI_SETUP_H

#include "ui/view.h"

/* Address, servers, password, test: nothing is written before it works. */
struct view *setup_view(struct screen *s);

/* The account's status asks for a password or shows a certificate: open the
 * window that answers it, unless one is open. */
void setup_question(struct screen *s, int account);

#endif
