/* SPDX-License-Identifier: GPL-3.0-or-later */
/* paths - see paths.h */
#include "app/paths.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"

/* $NAME/signet, or ~/REST/signet. The specification wants absolute paths;
 * others are ignored. */
static const char *
base_dir(struct arena *a, const char *name, const char *rest, struct err *e)
{
	const char *v = getenv(name), *home = getenv("HOME");

	if (v && *v == '/')
		return arena_printf(a, "%s/signet", v);
	if (!home || *home != '/') {
		err_set(e, ERR_INPUT, 0,
			"neither %s nor HOME is set to a directory", name);
		return NULL;
	}
	return arena_printf(a, "%s/%s/signet", home, rest);
}

int
paths_find(
	struct arena *a, const char *config, struct paths *out, struct err *e)
{
	const char *dir = base_dir(a, "XDG_CONFIG_HOME", ".config", e);
	const char *run = getenv("XDG_RUNTIME_DIR");

	out->data = base_dir(a, "XDG_DATA_HOME", ".local/share", e);
	out->state = base_dir(a, "XDG_STATE_HOME", ".local/state", e);
	out->cache = base_dir(a, "XDG_CACHE_HOME", ".cache", e);
	if (!dir || !out->data || !out->state || !out->cache)
		return -1;
	out->config = config ? arena_strdup(a, config)
			     : arena_printf(a, "%s/config", dir);
	out->theirs = NULL;
	out->mail = arena_printf(a, "%s/mail", out->data);
	out->drafts = arena_printf(a, "%s/drafts", out->data);
	out->runtime = run && *run == '/' && access(run, W_OK) == 0
			       ? arena_printf(a, "%s/signet", run)
			       : arena_printf(a, "%s/run", out->state);
	out->log = arena_printf(a, "%s/log", out->state);
	out->lock = arena_printf(a, "%s/lock", out->state);
	return 0;
}

int
paths_make(const struct paths *p, struct err *e)
{
	const char *const dirs[] = { p->data, p->mail, p->drafts, p->state,
		p->cache, p->runtime };

	for (size_t i = 0; i < sizeof dirs / sizeof *dirs; i++)
		if (file_mkdirs(dirs[i], e) < 0)
			return -1;
	return 0;
}
