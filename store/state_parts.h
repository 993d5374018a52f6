/* SPDX-License-Identifier: GPL-3.0-or-later */
/* state_parts - the state's own, shared by state*.c alone. */
#ifndef STORE_STATE_PARTS_H
#define STORE_STATE_PARTS_H

#include "store/db.h"
#include "store/state.h"

struct state {
	sqlite3 *db;
};

#endif
