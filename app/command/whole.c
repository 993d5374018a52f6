/* SPDX-License-Identifier: GPL-3.0-or-later */
/* letters that are partly here: 'signet sync --whole', and what other commands
 * say of them. */
#include "app/command/parts.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/letter/here.h"
#include "base/log.h"
#include "store/index.h"
#include "store/maildir.h"

enum { LETTERS_MAX = 100000 };

/* Where mail lies, as the configuration says; it is read only where the user's
 * database has been the index. */
static void
follow(struct arena *a, struct paths *p)
{
	struct config *c;
	struct err e;
	int status;

	if (access(arena_printf(a, "%s/index.config", p->state), F_OK) < 0)
		return;
	c = config_load(p->config, &status, &e);
	if (paths_follow(a, c, p, &e) < 0)
		log_write(LOG_WARN, "index", "%s", e.text);
	config_free(&c);
}

const char *
command_missing(struct arena *a, const char *file)
{
	char real[PATH_MAX], mail[PATH_MAX];
	struct paths p;
	struct here h = { .here = LETTER_WHOLE };
	struct err e;

	/* what does not lie in a Maildir is not asked for; a whole corpus may
	 * be on its way */
	if (strstr(file, "cur/") && paths_find(a, NULL, &p, &e) == 0 &&
		realpath(file, real)) {
		follow(a, &p);
		if (realpath(p.mail, mail)) {
			p.mail = mail;
			h = here_of(&p, a, real);
		}
	}
	switch (h.here) {
	case LETTER_HEADERS:
		return _("only the header of this letter is here");
	case LETTER_PARTS:
		return arena_printf(a,
			_("parts of this letter are not here, but on the "
			  "server "
			  "(%s)"),
			h.parts);
	default:
		return NULL;
	}
}

/* The number of the account that PATH lies in, -1: none. */
static int
account_of(const struct profile *p, const char *path)
{
	struct str name = maildir_account(path);

	for (size_t i = 0; i < p->config->accounts; i++)
		if (str_eq(name, str_c(p->config->account[i].name)))
			return (int)i;
	return -1;
}

int
sync_whole(struct profile *p, struct engine *engine, const char *query)
{
	struct index_page page;
	struct index *x;
	struct err e;
	int rc = 0;

	x = index_open(p->paths.mail, p->paths.theirs, false, &e);
	if (!x || index_search(x, p->arena, query, NULL, 0, LETTERS_MAX, false,
			  &page, &e) < 0) {
		index_close(&x);
		return command_fail("sync", &e);
	}
	for (size_t i = 0; i < page.rows; i++) {
		const char **path;
		size_t n;

		if (index_paths(x, p->arena, page.row[i].id, &path, &n, &e) < 0)
			continue;
		for (size_t k = 0; k < n; k++) {
			struct msg *m;

			if (here_of(&p->paths, p->arena, path[k]).here ==
				LETTER_WHOLE)
				continue;
			m = msg_new(MSG_WANT);
			m->account = account_of(p, path[k]);
			m->u.open.path = arena_strdup(m->arena, path[k]);
			if (command_ask(engine, m, &e) < 0)
				rc = command_fail("sync", &e);
		}
	}
	index_close(&x);
	return rc;
}
