/* SPDX-License-Identifier: GPL-3.0-or-later */
/* queue - see queue.h */
#include "base/queue.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/clock.h"

struct lane {
	struct queue_item *first, **last;
};

struct queue {
	pthread_mutex_t lock;
	struct lane lane[QUEUE_LANES];
	size_t count;
	bool closed;
	int fd; /* counts 1 while count > 0 or closed */
};

struct queue *
queue_new(struct err *e)
{
	struct queue *q = calloc(1, sizeof *q);

	if (!q) {
		err_sys(e, ENOMEM, "cannot make a queue");
		return NULL;
	}
	q->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (q->fd < 0) {
		err_sys(e, errno, "cannot make an eventfd");
		free(q);
		return NULL;
	}
	pthread_mutex_init(&q->lock, NULL);
	for (int i = 0; i < QUEUE_LANES; i++)
		q->lane[i].last = &q->lane[i].first;
	return q;
}

void
queue_free(struct queue **q, void (*drop)(struct queue_item *))
{
	struct queue_item *item;

	if (!*q)
		return;
	while ((item = queue_take(*q)))
		if (drop)
			drop(item);
	close((*q)->fd);
	pthread_mutex_destroy(&(*q)->lock);
	free(*q);
	*q = NULL;
}

/* Make fd readable exactly while something waits. Under the lock. */
static void
signal_state(struct queue *q)
{
	uint64_t v = 1;

	if (q->count > 0 || q->closed) {
		if (write(q->fd, &v, sizeof v) < 0)
			return; /* EAGAIN: already as readable as can be */
	} else if (read(q->fd, &v, sizeof v) < 0) {
		return; /* EAGAIN: was not readable */
	}
}

static void
append(struct queue *q, struct queue_item *item, enum queue_lane lane)
{
	item->next = NULL;
	item->lane = lane;
	*q->lane[lane].last = item;
	q->lane[lane].last = &item->next;
	if (q->count++ == 0)
		signal_state(q);
}

bool
queue_post(struct queue *q, struct queue_item *item, enum queue_lane lane)
{
	bool open;

	pthread_mutex_lock(&q->lock);
	open = !q->closed;
	if (open)
		append(q, item, lane);
	pthread_mutex_unlock(&q->lock);
	return open;
}

bool
queue_replace(struct queue *q, struct queue_item *item, enum queue_lane lane,
	bool (*same)(const struct queue_item *, const struct queue_item *),
	struct queue_item **old_out)
{
	struct queue_item **at, **hit = NULL;
	bool open;

	*old_out = NULL;
	pthread_mutex_lock(&q->lock);
	open = !q->closed;
	for (at = &q->lane[lane].first; open && *at; at = &(*at)->next)
		if (same(item, *at))
			hit = at;
	if (hit) {
		*old_out = *hit;
		item->lane = lane;
		item->next = (*hit)->next;
		*hit = item;
		if (q->lane[lane].last == &(*old_out)->next)
			q->lane[lane].last = &item->next;
		(*old_out)->next = NULL;
	} else if (open) {
		append(q, item, lane);
	}
	pthread_mutex_unlock(&q->lock);
	return open;
}

struct queue_item *
queue_take(struct queue *q)
{
	struct queue_item *item = NULL;

	pthread_mutex_lock(&q->lock);
	for (int i = 0; i < QUEUE_LANES && !item; i++) {
		struct lane *l = &q->lane[i];

		item = l->first;
		if (!item)
			continue;
		l->first = item->next;
		if (!l->first)
			l->last = &l->first;
		item->next = NULL;
		if (--q->count == 0)
			signal_state(q);
	}
	pthread_mutex_unlock(&q->lock);
	return item;
}

struct queue_item *
queue_wait(struct queue *q, int timeout_ms)
{
	int64_t end = timeout_ms < 0 ? 0 : clock_mono_ms() + timeout_ms;

	for (;;) {
		struct queue_item *item = queue_take(q);
		struct pollfd p = { q->fd, POLLIN, 0 };
		int left = -1;

		if (item || queue_is_closed(q))
			return item;
		if (timeout_ms >= 0) {
			int64_t ms = end - clock_mono_ms();

			if (ms <= 0)
				return NULL;
			left = (int)ms;
		}
		if (poll(&p, 1, left) < 0 && errno != EINTR)
			return NULL;
	}
}

int
queue_fd(const struct queue *q)
{
	return q->fd;
}

void
queue_close(struct queue *q)
{
	pthread_mutex_lock(&q->lock);
	q->closed = true;
	signal_state(q);
	pthread_mutex_unlock(&q->lock);
}

bool
queue_is_closed(struct queue *q)
{
	bool closed;

	pthread_mutex_lock(&q->lock);
	closed = q->closed;
	pthread_mutex_unlock(&q->lock);
	return closed;
}

size_t
queue_count(struct queue *q)
{
	size_t n;

	pthread_mutex_lock(&q->lock);
	n = q->count;
	pthread_mutex_unlock(&q->lock);
	return n;
}
