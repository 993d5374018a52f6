/* SPDX-License-Identifier: GPL-3.0-or-later */
/* queue - hands an owned item from one thread to another and wakes it.
 *
 * Any number of threads post, one thread takes. Posting never blocks: the
 * list is unbounded, under a mutex that is held for a few instructions, and
 * an eventfd is readable while something waits. Items of the urgent lane are
 * taken first; within a lane the order is that of posting. */
#ifndef BASE_QUEUE_H
#define BASE_QUEUE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

enum queue_lane { QUEUE_URGENT, QUEUE_NORMAL, QUEUE_LOW, QUEUE_LANES };

/* Embedded as the first member of what is sent. */
struct queue_item {
	struct queue_item *next;
	enum queue_lane lane;
};

struct queue;

/* A new queue, or NULL with *E (ERR_SYSTEM: no descriptor left). */
struct queue *queue_new(struct err *e);

/* Free *Q, which must be empty or closed, and set it to NULL; DROP (may be
 * NULL) is called for each item left. */
void queue_free(struct queue **q, void (*drop)(struct queue_item *));

/* Hand ITEM over. True: it is the queue's. False: the queue is closed and ITEM
 * still belongs to the caller. */
bool queue_post(struct queue *q, struct queue_item *item, enum queue_lane lane);

/* As queue_post, but ITEM takes the place of the newest unread item for which
 * SAME(item, old) holds; that old item is returned in *OLD_OUT (else NULL) and
 * belongs to the caller. For progress: the newest replaces the one unread. */
bool queue_replace(struct queue *q, struct queue_item *item,
	enum queue_lane lane,
	bool (*same)(const struct queue_item *, const struct queue_item *),
	struct queue_item **old_out);

/* The next item, now the caller's, or NULL where nothing waits. Never blocks.
 */
struct queue_item *queue_take(struct queue *q);

/* Sleep until an item waits, the queue is closed or TIMEOUT_MS (-1: no limit)
 * have passed; then as queue_take. For threads that have nothing else to
 * poll; several threads may wait on one queue this way. */
struct queue_item *queue_wait(struct queue *q, int timeout_ms);

/* Descriptor that is readable while something waits or after queue_close.
 * For poll only; belongs to the queue. */
int queue_fd(const struct queue *q);

/* Nothing can be posted any more; what waits can still be taken. */
void queue_close(struct queue *q);
bool queue_is_closed(struct queue *q);

/* Items that wait. */
size_t queue_count(struct queue *q);

#endif
