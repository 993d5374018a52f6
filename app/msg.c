/* SPDX-License-Identifier: GPL-3.0-or-later */
/* msg - see msg.h */
#include "app/msg.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/secret.h"

static const struct {
	const char *name, *help;
	enum msg_to to;
	enum queue_lane lane;
} table[] = {
#define X(name, to, lane, help) { #name, help, TO_##to, QUEUE_##lane },
	MSG_TABLE(X)
#undef X
};

struct msg *
msg_new(enum msg_kind kind)
{
	struct msg *m = calloc(1, sizeof *m);

	if (!m) {
		fputs("signet: out of memory\n", stderr);
		abort();
	}
	m->kind = kind;
	m->account = -1;
	m->arena = arena_new();
	return m;
}

struct server *
msg_servers(struct arena *a, const struct server *list, size_t n)
{
	struct server *out = arena_array(a, n, sizeof *out);

	for (size_t i = 0; i < n; i++)
		out[i] = (struct server){ arena_strdup(a, list[i].url),
			arena_strdup(a, list[i].found),
			list[i].why ? arena_strdup(a, list[i].why) : NULL };
	return out;
}

/* Only these kinds use u.setup, where a secret may be. */
static bool
has_setup(enum msg_kind kind)
{
	return kind == MSG_DISCOVER || kind == MSG_PROBE ||
	       kind == MSG_ACCOUNT_ADD || kind == MSG_SERVERS ||
	       kind == MSG_PASSWORD || kind == MSG_PIN;
}

void
msg_free(struct msg **m)
{
	if (!*m)
		return;
	if (has_setup((*m)->kind))
		secret_free(&(*m)->u.setup.password);
	arena_free(&(*m)->arena);
	free(*m);
	*m = NULL;
}

struct msg *
msg_of(struct queue_item *item)
{
	/* the item is the first member */
	return (struct msg *)(void *)item;
}

void
msg_drop(struct queue_item *item)
{
	struct msg *m = msg_of(item);

	msg_free(&m);
}

const char *
msg_name(enum msg_kind kind)
{
	return kind < MSG_KINDS ? table[kind].name : "?";
}

enum msg_to
msg_to(enum msg_kind kind)
{
	return table[kind].to;
}

enum queue_lane
msg_lane(enum msg_kind kind)
{
	return table[kind].lane;
}
