/* SPDX-License-Identifier: GPL-3.0-or-later */
/* what a list shows of the newest letters, before they come: see
 * session_parts.h. Servers keep these few fields at hand (Dovecot in
 * dovecot.index.cache), but look for the files of letters, and the letters
 * themselves take a while on a slow line. Nothing of it is written down. */
#include <stdlib.h>

#include "app/local/fresh.h"
#include "app/sync/session_parts.h"

enum {
	HEADS_MAX = 1000,
	HEAD_MAX = 16 << 10 /* of one; more is not looked at */
};

struct session_heads {
	struct worker *w;
	const struct state_box *box;
	struct arena *a;
	struct fresh_head *head;
	size_t count, came, max; /* not listed yet; in all; asked for */
	struct buf now;          /* of the one that is coming */
};

/* What has come and is not listed yet is listed. */
static void
show(struct session_heads *h)
{
	fresh_announce(h->w->here.c,
		local_folder(&h->w->here, h->a, h->box->folder), h->head,
		h->count);
	context_changed(h->w->here.c);
	h->count = 0;
}

static int
head_begin(void *ctx)
{
	buf_clear(&((struct session_heads *)ctx)->now);
	return 0;
}

static int
head_data(void *ctx, struct str bytes)
{
	/* what is beyond its ceiling is left out */
	(void)buf_add(&((struct session_heads *)ctx)->now, bytes);
	return 0;
}

static int
head_end(void *ctx, uint32_t uid, unsigned flags)
{
	struct session_heads *h = ctx;

	if (h->came == h->max)
		return 0;
	h->came++;
	h->head[h->count++] = (struct fresh_head){ .uid = uid,
		.flags = flags & ~(unsigned)IMAP_DELETED,
		.bytes = arena_str(h->a, buf_str(&h->now)) };
	/* not when the server says that it is done: it may say that behind the
	 * letters */
	if (h->came == imap_half(h->max) || h->came == h->max)
		show(h);
	return 0;
}

struct session_heads *
session_begin_heads(struct worker *w, const struct state_box *b, size_t max,
	struct imap_sink *sink)
{
	struct arena *a = arena_new();
	struct session_heads *h = ARENA_NEW(a, struct session_heads);

	*h = (struct session_heads){ .w = w,
		.box = b,
		.a = a,
		.max = max < HEADS_MAX ? max : HEADS_MAX };
	h->head = arena_array(a, h->max + 1, sizeof *h->head);
	buf_init(&h->now, HEAD_MAX);
	*sink = (struct imap_sink){ .begin = head_begin,
		.data = head_data,
		.end = head_end,
		.ctx = h };
	return h;
}

void
session_end_heads(struct session_heads **hp)
{
	struct session_heads *h = *hp;
	struct arena *a;

	if (!h)
		return;
	*hp = NULL;
	a = h->a; /* H lies in it */
	fresh_forget(
		h->w->here.c, local_folder(&h->w->here, a, h->box->folder));
	buf_fini(&h->now);
	arena_free(&a);
}
