/* SPDX-License-Identifier: GPL-3.0-or-later */
/* stray - files that had another name already when the index was told of
 * one: the index keeps an older name until it is told of the newer. Where none
 * comes, the file is gone. */
#include "app/keeper/keeper_parts.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"

enum { STRAY_MS = 3000, STRAYS_MAX = 100000 };

struct stray {
	struct stray *next;
	char *path; /* the name that it was told, */
	char *old;  /* and the one that it has */
	int64_t until_ms;
};

static void
stray_free(struct stray *s)
{
	free(s->path);
	free(s->old);
	free(s);
}

void
stray_add(struct keeper *k, const char *path, const char *old)
{
	struct stray *s;

	if (k->strays >= STRAYS_MAX)
		return; /* the next start finds it */
	s = calloc(1, sizeof *s);
	if (!s)
		abort();
	s->path = strdup(path);
	s->old = strdup(old);
	if (!s->path || !s->old)
		abort();
	s->until_ms = clock_mono_ms() + STRAY_MS;
	s->next = k->stray;
	k->stray = s;
	k->strays++;
}

const char *
stray_take(struct keeper *k, struct arena *a, const char *path)
{
	for (struct stray **at = &k->stray; *at; at = &(*at)->next) {
		struct stray *s = *at;

		if (strcmp(s->path, path) != 0)
			continue;
		path = arena_strdup(a, s->old);
		*at = s->next;
		k->strays--;
		stray_free(s);
		break;
	}
	return path;
}

int
stray_due(struct keeper *k)
{
	int64_t now = clock_mono_ms(), next = -1;

	for (struct stray **at = &k->stray, *s; (s = *at);) {
		struct msg *m;

		if (s->until_ms > now) {
			if (next < 0 || s->until_ms - now < next)
				next = s->until_ms - now;
			at = &s->next;
			continue;
		}
		m = msg_new(MSG_REMOVED);
		m->account = -1;
		m->u.change.path = arena_array(m->arena, 1, sizeof(char *));
		m->u.change.path[0] = arena_strdup(m->arena, s->old);
		m->u.change.count = 1;
		context_post(k->c, m);
		*at = s->next;
		k->strays--;
		stray_free(s);
	}
	return (int)next;
}

void
stray_free_all(struct keeper *k)
{
	for (struct stray *s; (s = k->stray);) {
		k->stray = s->next;
		stray_free(s);
	}
	k->strays = 0;
}
