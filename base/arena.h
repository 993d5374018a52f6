/* SPDX-License-Identifier: GPL-3.0-or-later */
/* arena - a region of memory that is freed at once.
 *
 * One arena belongs to one message, event or view; what is allocated in it
 * lives as long as it does. An arena is used by one thread at a time and is
 * handed over together with what it holds. Running out of memory ends the
 * program: sizes that come from outside are checked against a ceiling before
 * they get here. */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stdarg.h>
#include <stddef.h>

#include "base/str.h"

struct arena;

/* A new, empty arena; free it with arena_free. */
struct arena *arena_new(void);

/* Free all that *A holds and set *A to NULL. *A may be NULL. */
void arena_free(struct arena **a);

/* Forget all that A holds, keep its first block for use again. */
void arena_reset(struct arena *a);

/* N bytes set to zero, aligned for any type; N may be 0. Owned by A. */
void *arena_alloc(struct arena *a, size_t n);

/* As arena_alloc, but what is in it is not set. */
void *arena_room(struct arena *a, size_t n);

/* About N bytes will be asked for in small pieces: take them from the system at
 * once, which is much cheaper than page by page. At most a mebibyte. */
void arena_expect(struct arena *a, size_t n);

/* For a program that works on a letter and ends: take what that needs of memory
 * from the system at once, for arenas and all else that this thread asks malloc
 * for. Before other threads begin. */
void arena_warm(void);

/* N elements of SIZE bytes set to zero; ends the program on overflow. */
void *arena_array(struct arena *a, size_t n, size_t size);

/* The array P of HAD elements with room for N, what is new set to zero. A large
 * one grows in its place: nothing may point into P any more. */
void *arena_grow(struct arena *a, void *p, size_t had, size_t n, size_t size);

/* A copy of S followed by a NUL that is not counted. Owned by A. */
struct str arena_str(struct arena *a, struct str s);

/* A NUL-terminated copy of S, which may be NULL (gives NULL). Owned by A. */
char *arena_strdup(struct arena *a, const char *s);

/* A NUL-terminated copy of S; NULs inside stay. Owned by A. */
char *arena_cstr(struct arena *a, struct str s);

/* printf into A. NUL-terminated, owned by A. */
char *arena_printf(struct arena *a, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
char *arena_vprintf(struct arena *a, const char *fmt, va_list ap)
	__attribute__((format(printf, 2, 0)));

/* Bytes taken from the system by A. */
size_t arena_size(const struct arena *a);

#define ARENA_NEW(a, type) ((type *)arena_alloc((a), sizeof(type)))

#endif
