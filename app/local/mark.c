/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mark - see mark.h */
#include "app/local/mark.h"

#include <stdio.h>
#include <string.h>

#include "app/local/role.h"
#include "store/maildir.h"

bool
mark_of(const char *path, char out[STATE_UIDL_KEY])
{
	struct str base = maildir_base(path);
	ptrdiff_t at = str_find(base, STR(",P="));

	if (at < 0 || base.n - (size_t)at < 3 + STATE_UIDL_KEY - 1)
		return false;
	memcpy(out, base.p + at + 3, STATE_UIDL_KEY - 1);
	out[STATE_UIDL_KEY - 1] = '\0';
	return true;
}

void
mark_keep(char *base, size_t n, const char *path)
{
	char mark[STATE_UIDL_KEY];
	size_t have = strlen(base);

	if (mark_of(path, mark))
		snprintf(base + have, n - have, ",P=%s", mark);
}

int
mark_note_move(struct local *l, struct arena *a, const char *base,
	const char *folder, struct err *e)
{
	char mark[STATE_UIDL_KEY];

	if (!local_is_pop(l->config) || !l->state || !mark_of(base, mark))
		return 0;
	return state_uidl_deleted(l->state, mark,
		strcmp(folder, local_role(l, a, BOX_TRASH, "Trash")) == 0, e);
}
