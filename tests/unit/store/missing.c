/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Letters that are partly here: what is known of them, and how the rest takes
 * their place. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "store/index.h"
#include "store/maildir.h"
#include "store/state.h"
#include "tests/unit/store/root.h"

static struct err e;

Test(missing, is_known_by_the_file_s_name_until_no_row_knows_it)
{
	struct state_box box = { .raw = "INBOX", .folder = "INBOX" };
	struct state_missing m = { "base1", STATE_HEADERS, 77, NULL }, got;
	struct state_message row = { .uid = 4, .base = "base1" };
	struct arena *a = arena_new();
	const char *next = "";
	char path[100];
	struct state *s;

	make_root();
	snprintf(path, sizeof path, "%s/a.db", root);
	s = state_open(path, &e);
	cr_assert(s, "%s", e.text);
	cr_expect(state_missing(s, "base1", a, &got, &e) == 0);
	cr_expect(got.here == STATE_WHOLE);
	cr_assert(state_put_missing(s, &m, &e) == 0, "%s", e.text);
	m = (struct state_missing){ "base2", STATE_PARTS, 1ULL << 32, "2:9" };
	cr_assert(state_put_missing(s, &m, &e) == 0);
	state_close(&s);
	s = state_open(path, &e);
	cr_assert(s);
	cr_expect(state_missing(s, "base1", a, &got, &e) == 1);
	cr_expect(got.here == STATE_HEADERS && got.size == 77);
	cr_expect_str_eq(got.parts, "");
	cr_expect(state_missing(s, "base2", a, &got, &e) == 1);
	cr_expect(got.here == STATE_PARTS && got.size == 1ULL << 32);
	cr_expect_str_eq(got.parts, "2:9");
	/* a move gives the file another name */
	cr_assert(state_copy_missing(s, "base2", "moved", &e) == 0);
	cr_assert(state_copy_missing(s, "whole", "elsewhere", &e) == 0);
	cr_expect(state_missing(s, "moved", a, &got, &e) == 1);
	cr_expect_str_eq(got.parts, "2:9");
	cr_expect(state_missing(s, "elsewhere", a, &got, &e) == 0);
	cr_expect(state_next_missing(s, "", STATE_PARTS, a, &next, &e) == 1);
	cr_expect_str_eq(next, "base2");
	cr_expect(state_next_missing(s, next, STATE_PARTS, a, &next, &e) == 1);
	cr_expect_str_eq(next, "moved");
	cr_expect(state_next_missing(s, next, STATE_PARTS, a, &next, &e) == 0);
	/* what has a row, an orphan's too, stays */
	cr_assert(state_put_box(s, &box, &e) == 0);
	cr_assert(state_put_message(s, box.id, &row, &e) == 0);
	cr_assert(state_put_orphan(s, box.id, "moved", 0, &e) == 0);
	cr_assert(state_clean_missing(s, &e) == 0);
	cr_expect(state_missing(s, "base1", a, &got, &e) == 1);
	cr_expect(state_missing(s, "moved", a, &got, &e) == 1);
	cr_expect(state_missing(s, "base2", a, &got, &e) == 0);
	cr_assert(state_drop_complete(s, "base1", &e) == 0);
	cr_expect(state_missing(s, "base1", a, &got, &e) == 1);
	cr_assert(state_complete(s, "base1", &e) == 0);
	cr_expect(state_missing(s, "base1", a, &got, &e) == 0);
	cr_expect(got.here == STATE_WHOLE);
	cr_expect(state_next_missing(s, "", STATE_COMPLETE, a, &next, &e) == 1);
	cr_assert(state_drop_complete(s, "base1", &e) == 0);
	cr_expect(state_next_missing(s, "", STATE_COMPLETE, a, &next, &e) == 0);
	state_close(&s);
	arena_free(&a);
	drop_root();
}

static const char head[] = "From: a@x.example\nSubject: the letter\n"
			   "Message-ID: <m@x.example>\n\n";

static bool
finds(const char *query)
{
	struct index *r = index_open(root, NULL, false, &e);
	unsigned n = 0;

	cr_assert(r, "%s", e.text);
	cr_assert(index_count(r, query, &n, &e) == 0, "%s", e.text);
	index_close(&r);
	return n == 1;
}

Test(missing, the_rest_takes_the_place_of_the_file)
{
	static const struct index_property news = { "letter.here", "headers" },
					   whole = { "letter.here", "" };
	struct arena *a = arena_new();
	struct maildir_batch *b, *own;
	const char *base, **path, *at, *id;
	struct buf full, got;
	struct index *x;
	bool is_new;
	size_t n;

	make_root();
	buf_init(&full, 4096);
	buf_init(&got, 4096);
	cr_assert(maildir_make(root, "acc/INBOX", &e) == 0);
	b = maildir_begin(root, "acc/INBOX");
	cr_assert(maildir_open(b, &e) == 0);
	cr_assert(maildir_write(b, STR(head), &e) == 0);
	cr_assert(maildir_end(b, MAILDIR_SEEN, 5, &base, &e) == 0);
	/* one that grows on behind the batch */
	cr_assert(maildir_open(b, &e) == 0);
	cr_assert(maildir_write(b, STR(head), &e) == 0);
	own = maildir_split(b, &e);
	cr_assert(own, "%s", e.text);
	cr_assert(maildir_commit(b, &path, &n, &e) == 0, "%s", e.text);
	cr_assert(n == 1);
	at = arena_strdup(a, path[0]);
	maildir_free(&b);
	x = index_open(root, NULL, true, &e);
	cr_assert(x, "%s", e.text);
	cr_assert(index_begin(x, &e) == 0);
	cr_assert(index_add(x, a, at,
			  &(struct index_words){ "mine", "", &news, 1, NULL },
			  &id, &is_new, &e) == 0,
		"%s", e.text);
	cr_assert(index_commit(x, &e) == 0);
	index_close(&x);
	cr_expect(finds("property:letter.here=headers and tag:mine"));
	cr_expect(!finds("rhubarb"));
	cr_assert(maildir_write(own, STR("rhubarb\n"), &e) == 0);
	cr_assert(maildir_ready(own, &e) == 0, "%s", e.text);
	cr_assert(maildir_replace(own, at, &e) == 0, "%s", e.text);
	maildir_free(&own);
	buf_printf(&full, "%s/%s", root, at);
	cr_assert(file_read(buf_c(&full), &got, &e) == 0, "%s", e.text);
	cr_expect(str_ends(buf_str(&got), STR("\n\nrhubarb\n")));
	x = index_open(root, NULL, true, &e);
	cr_assert(x && index_begin(x, &e) == 0);
	cr_assert(index_again(x, a, at, &whole, 1, &id, &e) == 0, "%s", e.text);
	cr_expect_str_eq(id, "m@x.example");
	cr_assert(index_again(x, a, "acc/INBOX/cur/nobody:2,", &whole, 1, &id,
			  &e) == 0);
	cr_expect_str_eq(id, "");
	cr_assert(index_commit(x, &e) == 0);
	index_close(&x);
	cr_expect(finds("rhubarb and tag:mine and subject:letter"));
	cr_expect(!finds("property:letter.here=headers"));
	/* what is never ended leaves nothing in tmp */
	b = maildir_begin(root, "acc/INBOX");
	cr_assert(maildir_open(b, &e) == 0);
	own = maildir_split(b, &e);
	cr_assert(own);
	maildir_free(&b);
	maildir_free(&own);
	buf_clear(&full);
	buf_printf(&full, "%s/acc/INBOX/tmp", root);
	cr_expect(rmdir(buf_c(&full)) == 0);
	buf_fini(&full);
	buf_fini(&got);
	arena_free(&a);
	drop_root();
}
