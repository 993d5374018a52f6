/* SPDX-License-Identifier: GPL-3.0-or-later */
/* here - see here.h */
#include "app/letter/here.h"

#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "store/maildir.h"
#include "store/state.h"

struct here
here_of(const struct paths *p, struct arena *a, const char *path)
{
	struct here out = { .here = LETTER_WHOLE, .parts = "" };
	size_t n = strlen(p->mail);
	struct state_missing m;
	struct state *s;
	const char *db;
	struct err e;

	if (*path == '/') {
		if (strncmp(path, p->mail, n) != 0 || path[n] != '/')
			return out;
		path += n + 1;
	}
	db = arena_printf(
		a, "%s/%.*s.db", p->state, STR_ARG(maildir_account(path)));
	if (access(db, F_OK) < 0) /* a Maildir: there is no server */
		return out;
	s = state_open(db, &e);
	if (!s)
		return out;
	if (state_missing(s, arena_cstr(a, maildir_base(path)), a, &m, &e) ==
		1) {
		out.here =
			m.here == STATE_HEADERS ? LETTER_HEADERS : LETTER_PARTS;
		out.size = m.size;
		out.parts = m.parts;
	}
	state_close(&s);
	return out;
}

bool
here_is_missing(const struct here *h, const char *number, uint64_t *octets_out)
{
	struct str want = str_c(number), rest = str_c(h->parts), word;
	ptrdiff_t hash = str_chr(want, '#');
	uint64_t n = 0;
	bool is_in = false;

	if (hash >= 0)
		want = str_sub(want, 0, (size_t)hash);
	while (!is_in && str_split(&rest, ' ', &word)) {
		ptrdiff_t colon = str_chr(word, ':');

		is_in = colon > 0 &&
			str_eq(str_sub(word, 0, (size_t)colon), want) &&
			str_to_u64(str_sub(word, (size_t)colon + 1, word.n),
				INT64_MAX, &n);
	}
	if (octets_out)
		*octets_out = n;
	return is_in || h->here == LETTER_HEADERS ||
	       (want.n == 0 && h->here != LETTER_WHOLE);
}

int
here_map(struct context *c, const char *path, struct str *out,
	struct buf *name_out, struct err *e)
{
	struct buf now, full;
	int rc;

	*out = STR("");
	buf_init(&now, 4096);
	buf_init(&full, 8192);
	rc = maildir_find(c->paths.mail, path, &now, e);
	if (rc == 0) {
		buf_printf(&full, "%s/%s", c->paths.mail, buf_c(&now));
		rc = file_map(buf_c(&full), LIMIT_MESSAGE, out, e);
	}
	if (rc == 0 && name_out)
		buf_add(name_out, buf_str(&now));
	buf_fini(&now);
	buf_fini(&full);
	return rc;
}
