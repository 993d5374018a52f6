/* SPDX-License-Identifier: GPL-3.0-or-later */
/* one part of a letter, which is on the server, saved without the rest: see
 * session_parts.h. A piece at a time, so that what the user wants more comes
 * between two of them; decoded there (BINARY, a third less to send) or here.
 *
 *	.NAME.part in the directory -> fsync -> renamed to NAME -> fsync of the
 *	directory
 *
 * The letter's file stays as it is: it holds the letter's own bytes, and no
 * others. A line that is lost ends it, and so does a full disk; the session
 * does not end for that. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/letter/parts.h"
#include "app/sync/session_parts.h"
#include "base/file.h"
#include "mime/body_stream.h"

enum { STEP = 16 << 10, SLACK = 4 };

struct save {
	char *number, *directory; /* as they were asked for */
	char *name, *tmp;         /* of the file; its path now, or NULL */
	int fd;
	bool by_binary; /* decoded there */
	enum body_encoding encoding;
	struct body_stream stream;
	uint64_t came;  /* octets of the part as it comes */
	bool is_failed; /* here, for the reason E; the answer is read on */
	struct err e;
};

/* --- the file
 * ------------------------------------------------------------------------ */

struct save *
session_new_save(const char *number, const char *directory)
{
	struct save *s = calloc(1, sizeof *s);

	if (!s || !(s->number = strdup(number)) ||
		!(s->directory = strdup(directory)))
		abort();
	s->fd = -1;
	return s;
}

void
session_free_save(struct save **s)
{
	struct save *x = *s;

	if (!x)
		return;
	if (x->fd >= 0)
		close(x->fd);
	if (x->tmp)
		(void)unlink(x->tmp);
	body_stream_fini(&x->stream);
	free(x->number);
	free(x->directory);
	free(x->name);
	free(x->tmp);
	free(x);
	*s = NULL;
}

/* Whose part it is, how it is encoded and called; the file for it. */
static int
open_file(struct worker *w, struct save *s, const char *path, struct err *e)
{
	struct arena *a = arena_new();
	const char *dir = file_home(a, s->directory), *name;
	struct buf part, tmp;
	int rc;

	buf_init(&part, 1000);
	buf_init(&tmp, 4096);
	rc = parts_look(w->here.c, a, path, s->number, &name, &s->encoding, e);
	if (rc == 0 && !body_stream_can(s->encoding))
		rc = err_set(e, ERR_MESSAGE, 0,
			"it is uuencoded, and that is not decoded while it "
			"comes: Enter fetches the whole letter");
	if (rc == 0) {
		buf_printf(&part, ".%s.part", name);
		s->fd = file_create_in(dir, buf_str(&part), &tmp, e);
		rc = s->fd < 0 ? -1 : 0;
	}
	if (rc == 0) {
		s->name = strdup(name);
		s->tmp = strdup(arena_printf(a, "%s/%s", dir, buf_c(&tmp)));
		if (!s->name || !s->tmp)
			abort();
		body_stream_init(&s->stream, s->encoding);
		/* nothing is won by it elsewhere, and of a text there cannot be
		 * told which line ends are the encoding's own */
		s->by_binary = s->encoding == BODY_BASE64;
	}
	buf_fini(&part);
	buf_fini(&tmp);
	arena_free(&a);
	return rc;
}

/* It comes once more, otherwise. */
static int
begin_again(struct save *s, struct err *e)
{
	body_stream_fini(&s->stream);
	body_stream_init(&s->stream, s->encoding);
	s->came = 0;
	s->by_binary = false;
	if (ftruncate(s->fd, 0) < 0 || lseek(s->fd, 0, SEEK_SET) < 0)
		return err_sys(e, errno, "cannot write '%s'", s->tmp);
	return 0;
}

/* BYTES of the part, and with IS_END its end, into the file. */
static int
put(struct save *s, struct str bytes, bool is_end, struct err *e)
{
	struct buf out;
	int rc = 0;

	if (s->by_binary)
		return file_write_fd(s->fd, bytes, s->tmp, e);
	buf_init(&out, 4 * STEP);
	while (bytes.n && rc == 0) {
		struct str step = str_sub(bytes, 0, STEP);

		bytes = str_sub(bytes, step.n, bytes.n);
		buf_clear(&out);
		body_stream_add(&s->stream, &out, step);
		rc = file_write_fd(s->fd, buf_str(&out), s->tmp, e);
	}
	buf_clear(&out);
	if (is_end)
		body_stream_end(&s->stream, &out);
	if (rc == 0)
		rc = file_write_fd(s->fd, buf_str(&out), s->tmp, e);
	buf_fini(&out);
	return rc;
}

/* All of it is there: it gets its name, which goes to NAME_OUT. */
static int
settle(struct save *s, struct buf *name_out, struct err *e)
{
	struct arena *a = arena_new();
	int rc = put(s, STR(""), true, e);

	if (rc == 0 && fsync(s->fd) < 0)
		rc = err_sys(e, errno, "cannot sync '%s'", s->tmp);
	if (close(s->fd) < 0 && rc == 0)
		rc = err_sys(e, errno, "cannot write '%s'", s->tmp);
	s->fd = -1;
	if (rc == 0)
		rc = file_settle(file_home(a, s->directory), s->tmp,
			str_c(s->name), name_out, e);
	if (rc == 0) {
		free(s->tmp);
		s->tmp = NULL;
	}
	arena_free(&a);
	return rc;
}

/* --- a piece
 * ------------------------------------------------------------------------- */

struct piece {
	struct save *s;
	uint64_t skip, came; /* bytes that are here already; of the answer */
	bool is_all;         /* the server heeds no bounds */
};

static int
piece_begin(void *ctx)
{
	(void)ctx;
	return 0;
}

/* Where the answer begins: not where it was asked to, but at the start. */
static void
piece_origin(void *ctx, uint32_t from)
{
	struct piece *p = ctx;

	if (from == p->s->came)
		return;
	p->skip = p->s->came;
	p->is_all = true;
}

static int
piece_data(void *ctx, struct str bytes)
{
	struct piece *p = ctx;
	struct save *s = p->s;

	p->came += bytes.n;
	if (p->skip >= bytes.n) {
		p->skip -= bytes.n;
		return 0;
	}
	bytes = str_sub(bytes, (size_t)p->skip, bytes.n);
	p->skip = 0;
	s->came += bytes.n;
	if (!s->is_failed && s->came > LIMIT_MESSAGE)
		s->is_failed = err_set(&s->e, ERR_MESSAGE, 0,
				       "it is longer than %d MiB, which no "
				       "letter here may be",
				       LIMIT_MESSAGE >> 20) < 0;
	if (!s->is_failed)
		s->is_failed = put(s, bytes, false, &s->e) < 0;
	return 0; /* else the session would end for it */
}

static int
piece_end(void *ctx, uint32_t uid, unsigned flags)
{
	(void)ctx, (void)uid, (void)flags;
	return 0;
}

/* *E is the part's own fault or the disk's, and not the line's. */
static int
own_fault(struct err *e)
{
	e->class = ERR_MESSAGE;
	return -1;
}

uint64_t
session_save_came(const struct save *s)
{
	return s->came;
}

uint64_t
session_save_size(const struct save *s, uint64_t octets)
{
	return s->by_binary ? octets / 4 * 3 : octets;
}

int
session_save_piece(struct worker *w, uint32_t uid, const char *path,
	uint64_t octets, struct save *s, struct buf *name_out, struct err *e)
{
	struct piece p = { .s = s };
	const struct imap_sink sink = { .begin = piece_begin,
		.data = piece_data,
		.end = piece_end,
		.ctx = &p,
		.origin = piece_origin };
	struct imap *m = w->session->imap;
	int rc;

	if (s->fd < 0 && open_file(w, s, path, e) < 0)
		return own_fault(e);
	if (!(imap_can(m) & IMAP_CAN_BINARY))
		s->by_binary = false;
	rc = s->by_binary
		     ? imap_fetch_binary(m, uid, s->number, s->came, &sink, e)
		     : imap_fetch_part_piece(
			       m, uid, s->number, s->came, &sink, e);
	if (rc < 0)
		return -1;
	if (rc == 1) /* then it comes as it stands, and is decoded here */
		return begin_again(s, e) < 0 ? own_fault(e) : 0;
	if (p.came)
		w->failures = 0;
	if (s->is_failed) {
		*e = s->e;
		return own_fault(e);
	}
	if (!p.is_all && p.came == IMAP_PIECE)
		return 0;
	/* sizes that a server tells are not always exact, but NIL, nothing, or
	 * a piece of it is no file of the user's */
	if (s->came < session_save_size(s, octets) / SLACK || s->came == 0)
		return err_set(e, ERR_MESSAGE, 0,
			"the server gives %llu bytes of it, and there should "
			"be %llu",
			(unsigned long long)s->came,
			(unsigned long long)session_save_size(s, octets));
	return settle(s, name_out, e) < 0 ? own_fault(e) : 1;
}
