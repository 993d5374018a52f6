/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The database of the user's notmuch as the index. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "store/index.h"
#include "store/index_copy.h"
#include "store/index_theirs.h"
#include "tests/unit/store/root.h"

static struct err e;

Test(theirs, ignores_what_new_ignore_names)
{
	static const char *items[] = { ".mbsyncstate", "Noise", "/\\.lock$/",
		"/^work\\/Old/", "/(/", "/" };
	static const struct {
		const char *path;
		bool is_ignored;
	} row[] = { { "work/INBOX/cur/1.2.host:2,S", false },
		{ "work/INBOX/.mbsyncstate", true },
		{ "work/INBOX/x.mbsyncstate", false },
		{ "work/Noise/cur/1.2.host:2,", true },
		{ "work/Noises/cur/1.2.host:2,", false }, { "Noise", true },
		{ "work/INBOX/cur/1.lock", true },
		{ "work/INBOX/cur/1.lock:2,", false },
		{ "work/Older/cur/1", true }, { "my/work/Old/cur/1", false },
		{ "work/Ol", false }, { "", false } };
	const struct index_theirs t = {
		.ignore = { items, sizeof items / sizeof *items }
	};
	const struct index_theirs nothing = { 0 };
	struct index_ignore *i = index_ignore_new(&t);

	cr_assert(i);
	for (size_t k = 0; k < sizeof row / sizeof *row; k++)
		cr_expect(index_ignore_has(i, row[k].path) == row[k].is_ignored,
			"%s", row[k].path);
	index_ignore_free(&i);
	cr_expect(!i && !index_ignore_new(&nothing) && !index_ignore_new(NULL));
	cr_expect(!index_ignore_has(NULL, "Noise"));
}

Test(theirs, prefixes_of_the_user_are_searched_and_copied)
{
	static const char *prefix[] = { "Agent", "Box" },
			  *field[] = { "User-Agent", "Subject" };
	const struct index_theirs t = {
		.prefix = { prefix, 2 }, .field = { field, 2 }, .only = "Mail"
	};
	struct buf b;

	buf_init(&b, 4096);
	cr_expect(index_query(&b, STR("Agent:mutt and Box:\"a b\""), &t, &e) ==
		  0);
	cr_expect_str_eq(buf_c(&b), "Agent:mutt and Box:\"a b\"");
	cr_expect(index_query(&b, STR("Agent:mutt"), NULL, &e) < 0);
	/* paths without the account that is the mail root */
	buf_clear(&b);
	cr_expect(index_query(&b,
			  STR("folder:\"Mail/IN BOX\" or path:Mail/** or "
			      "folder:INBOX or (folder:Mailing/x)"),
			  &t, &e) == 0);
	cr_expect_str_eq(buf_c(&b),
		"folder:\"IN BOX\" or path:** or folder:INBOX or "
		"(folder:Mailing/x)");
	cr_expect(index_query(&b, STR("Other:mutt"), &t, &e) < 0);
	buf_clear(&b);
	/* once, decoded, on one line */
	cr_expect(index_copy(&b,
		STR("Subject: s\nMessage-ID: <m@x>\nUser-Agent: "
		    "=?utf-8?q?m=C3=BCtt?=\n Evil: x\nX-Other: no\n\nbody\n"),
		true, &t));
	cr_expect(strstr(buf_c(&b), "\nUser-Agent: mütt Evil: x\n"), "%s",
		buf_c(&b));
	cr_expect(!strstr(buf_c(&b), "X-Other"));
	cr_expect(strstr(buf_c(&b), "Subject: s\n") &&
		  !strstr(strstr(buf_c(&b), "Subject: s\n") + 1, "Subject"));
	buf_fini(&b);
}

static void
put(const char *path, const char *id)
{
	char full[400], text[400];
	struct err why;

	snprintf(full, sizeof full, "%s/%s", root, path);
	snprintf(text, sizeof text,
		"From: a@x.example\nSubject: s\nMessage-ID: <%s>\n\nb\n", id);
	*strrchr(full, '/') = '\0';
	cr_assert(file_mkdirs(full, &why) == 0);
	full[strlen(full)] = '/';
	cr_assert(file_write(full, str_c(text), 0600, &why) == 0);
}

static const char *
tags_of(struct index *x, struct arena *a, const char *id)
{
	struct index_page p;
	const char *out = "";

	cr_assert(index_search(x, a, arena_printf(a, "id:%s", id), NULL, 0, 1,
			  false, &p, &e) == 0);
	for (size_t i = 0; p.rows && i < p.row[0].tags; i++)
		out = arena_printf(a, "%s%s ", out, p.row[0].tag[i]);
	return out;
}

/* The user's database below root, by this configuration. */
static struct index_theirs *
find(struct arena *a, const char *more)
{
	struct index *x = index_open(root, NULL, true, &e);
	const char *file = arena_printf(a, "%s/.config", root);

	cr_assert(x, "%s", e.text);
	index_close(&x);
	cr_assert(file_write(file,
			  str_c(arena_printf(
				  a, "[database]\npath=%s\n%s", root, more)),
			  0600, &e) == 0);
	setenv("NOTMUCH_CONFIG", file, 1);
	return index_theirs_find(a, arena_printf(a, "%s/.place", root), &e);
}

Test(theirs, is_written_as_notmuch_would)
{
	static const struct index_property pending = { "auth.verdict",
		"pending" };
	const struct index_words w = { "unread k", "", &pending, 1, "k" };
	const struct index_words s = { "k", "unread", &pending, 1, "k" };
	struct arena *a = arena_new();
	struct index_theirs *t;
	struct index *x, *r;
	const char *id;
	bool is_new;
	unsigned n;

	make_root();
	unsetenv("NOTMUCH_DATABASE");
	t = find(a, "[new]\ntags=new;unread;\nignore=Noise\n[search]\n"
		    "exclude_tags=spam\n[index]\nheader.Agent=User-Agent\n");
	cr_assert(t, "%s", e.text);
	cr_expect_str_eq(t->mail, root);
	cr_expect(t->is_coupled && t->new_tags.count == 2);
	cr_expect(t->ignore.count == 1 && t->exclude_tags.count == 1);
	cr_expect(t->prefix.count == 1 && t->field.count == 1);
	cr_expect(!index_theirs_is_held(t));
	x = index_open(root, t, true, &e);
	cr_assert(x, "%s", e.text);
	cr_expect(index_theirs_is_held(t));
	put("a/INBOX/cur/1:2,", "one@x");
	put("a/INBOX/cur/2:2,S", "two@x");
	put("a/Other/cur/2:2,", "two@x");
	put("a/Noise/cur/3:2,", "three@x");
	cr_assert(index_begin(x, &e) == 0);
	cr_expect(index_add(x, a, "a/INBOX/cur/1:2,", &w, &id, &is_new, &e) ==
				  0 &&
			  is_new,
		"%s", e.text);
	cr_expect(index_add(x, a, "a/INBOX/cur/2:2,S", &s, &id, &is_new, &e) ==
			  0 &&
		  is_new);
	/* a second file, unread: the message has been read */
	cr_expect(index_add(x, a, "a/Other/cur/2:2,", &w, &id, &is_new, &e) ==
			  0 &&
		  !is_new);
	cr_expect(index_add(x, a, "a/Noise/cur/3:2,", &w, &id, &is_new, &e) ==
			  0 &&
		  !is_new);
	cr_expect_str_eq(id, "");
	cr_expect(index_added(x) == 2);
	cr_assert(index_commit(x, &e) == 0);
	/* what stands there is left alone */
	cr_assert(index_tag(x, "one@x", "spam", "unread new k", &e) == 0);
	cr_expect(index_add(x, a, "a/INBOX/cur/1:2,", &w, &id, &is_new, &e) ==
			  0 &&
		  !is_new);
	cr_expect_str_eq(id, "one@x");
	index_close(&x);
	r = index_open(root, t, false, &e);
	cr_assert(r, "%s", e.text);
	cr_expect_str_eq(tags_of(r, a, "two@x"), "k new ");
	cr_expect(index_count(r, "*", &n, &e) == 0 && n == 1, "%u", n);
	cr_expect(index_count(r, "tag:spam", &n, &e) == 0 && n == 1, "%u", n);
	index_find_all(r);
	cr_expect(index_count(r, "*", &n, &e) == 0 && n == 2, "%u", n);
	cr_expect_str_eq(tags_of(r, a, "one@x"), "spam ");
	index_close(&r);
	/* the read file goes: what is left has not been read */
	x = index_open(root, t, true, &e);
	cr_assert(x, "%s", e.text);
	cr_assert(index_remove(x, "a/INBOX/cur/2:2,S", &e) == 0);
	cr_expect_str_eq(tags_of(x, a, "two@x"), "k new unread ");
	index_close(&x);
	cr_expect(!index_theirs_is_held(t));
	arena_free(&a);
	drop_root();
}

Test(theirs, is_never_made)
{
	struct arena *a = arena_new();
	const char *file;

	make_root();
	unsetenv("NOTMUCH_DATABASE");
	file = arena_printf(a, "%s/.config", root);
	cr_assert(file_write(file,
			  str_c(arena_printf(a, "[database]\npath=%s\n", root)),
			  0600, &e) == 0);
	setenv("NOTMUCH_CONFIG", file, 1);
	cr_expect(!index_theirs_find(a, "/nonexistent", &e));
	cr_expect(e.class == ERR_INPUT && strstr(e.text, "'notmuch new'"), "%s",
		e.text);
	cr_expect(access(arena_printf(a, "%s/.notmuch", root), F_OK) < 0);
	arena_free(&a);
	drop_root();
}
