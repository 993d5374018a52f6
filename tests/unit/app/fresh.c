/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/local/fresh.h"
#include "store/maildir.h"

/* "b5 a4 -": rows with these ids and dates into OUT. */
static unsigned
rows_of(struct arena *a, const char *text, struct row *out)
{
	struct str rest = str_c(text), word;
	unsigned n = 0;

	while (str_split(&rest, ' ', &word))
		if (word.n >= 2)
			out[n++] = (struct row){ .id = arena_printf(
							 a, "%c", word.p[0]),
				.date = word.p[1] - '0',
				.flags = word.n > 2 ? ROW_UNREAD : 0 };
	return n;
}

Test(fresh, rows_stand_where_the_index_will_have_them)
{
	static const struct {
		const char *fresh, *index;
		unsigned first, total; /* of the index: offset, of all */
		unsigned offset, limit;
		const char *out;
		unsigned out_offset, out_total, out_unread;
	} t[] = {
		{ "b5 a4", "", 0, 0, 0, 10, "ba", 0, 2, 0 },
		{ "b5u a4u", "c4 d1", 0, 2, 0, 10, "bcad", 0, 4, 2 },
		/* some are in the index by now: not twice, and none missing */
		{ "b5 a4", "b5 c3", 0, 2, 0, 10, "bac", 0, 3, 0 },
		{ "b5 a4", "b5 a4", 0, 2, 0, 10, "ba", 0, 2, 0 },
		/* of the same time: after those that were first */
		{ "b4 a4", "c4 d4", 0, 2, 0, 10, "cdba", 0, 4, 0 },
		/* no more than was asked for */
		{ "b5 a4", "c3 d2", 0, 9, 0, 3, "bac", 0, 11, 0 },
		/* what is older than a page that is not the last is not on it
		 */
		{ "a1", "c3 d2", 0, 9, 0, 3, "cd", 0, 10, 0 },
		{ "a1", "c3 d2", 0, 2, 0, 3, "cda", 0, 3, 0 },
		/* pages further down begin as many rows earlier */
		{ "b9 a8", "c5 d4 e3", 1, 9, 3, 2, "cd", 3, 11, 0 },
		{ "b9 a4", "c5 d4 e3", 1, 9, 3, 2, "da", 3, 11, 0 },
		{ "b9", "c8 d7", 4, 6, 5, 5, "cd", 5, 7, 0 },
		/* a page behind all */
		{ "b9", "", 6, 6, 7, 5, "", 6, 7, 0 },
	};

	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		struct arena *a = arena_new();
		struct row fresh[10], row[10];
		struct msg_rows r = {
			.row = row, .offset = t[i].first, .total = t[i].total
		};
		unsigned n = rows_of(a, t[i].fresh, fresh);
		char out[20] = "";

		r.rows = rows_of(a, t[i].index, row);
		fresh_merge(a, &r, fresh, n, t[i].offset, t[i].limit);
		for (unsigned k = 0; k < r.rows && k < 10; k++)
			out[k] = r.row[k].id[0];
		cr_expect_str_eq(out, t[i].out, "row %zu: %s", i, out);
		cr_expect(r.total == t[i].out_total, "row %zu: %u", i, r.total);
		cr_expect(r.unread == t[i].out_unread, "row %zu", i);
		cr_expect(r.rows == 0 || r.offset == t[i].out_offset,
			"row %zu: from %u", i, r.offset);
		arena_free(&a);
	}
}

static const char *
deliver(const char *root, const char *name, const char *text)
{
	static char path[8][200];
	static unsigned next;
	char full[400];
	FILE *f;

	snprintf(path[next % 8], sizeof path[0], "one/INBOX/cur/%s", name);
	snprintf(full, sizeof full, "%s/%s", root, path[next % 8]);
	f = fopen(full, "w");
	cr_assert(f);
	fputs(text, f);
	fclose(f);
	return path[next++ % 8];
}

/* Rows of FOLDER as "ID+" (it is coming) or "ID", in A. */
static const char *
listed(struct context *c, struct arena *a, const char *folder)
{
	struct row *row;
	size_t n = fresh_rows(c->fresh, folder, a, &row);
	char *out = arena_strdup(a, "");

	for (size_t i = 0; i < n; i++)
		out = arena_printf(a, "%s%s%s ", out, row[i].id,
			row[i].flags & ROW_COMING ? "+" : "");
	return out;
}

Test(fresh, letters_that_are_coming_give_way_to_themselves)
{
	char root[] = "/tmp/signet-fresh.XXXXXX", dir[100];
	struct context c = { .fresh = fresh_new() };
	struct arena *a = arena_new();
#define TEXT(s)                                                                \
	{                                                                      \
		s, sizeof s - 1                                                \
	}
	static const struct fresh_head head[] = {
		{ 1, 0,
			TEXT("Date: Tue, 10 Mar 2026 09:00:00 +0000\r\n"
			     "From: =?utf-8?q?J=C3=B6?= <j@x.example>\r\n"
			     "Subject: \033one\r\n two\r\n"
			     "Message-ID: <a@x>\r\n") },
		{ 2, MAILDIR_SEEN | MAILDIR_FLAGGED, TEXT("Subject: two\r\n") },
		{ 3, 0, TEXT("") },
	};
	struct row *row;
	const char *path;

	cr_assert(mkdtemp(root));
	for (int i = 0; i < 3; i++) {
		static const char *const level[] = { "one", "one/INBOX",
			"one/INBOX/cur" };

		snprintf(dir, sizeof dir, "%s/%s", root, level[i]);
		cr_assert(mkdir(dir, 0700) == 0);
	}
	c.paths.mail = root;
	fresh_announce(&c, "one/INBOX", head, 3);
	fresh_announce(&c, "one/Sent", head, 1);
	cr_assert(fresh_rows(c.fresh, "one/INBOX", a, &row) == 3);
	cr_expect_str_eq(row[0].id, "a@x");
	cr_expect_str_eq(row[0].from, "J\xc3\xb6");
	cr_expect_str_eq(row[0].address, "j@x.example");
	cr_expect(strstr(row[0].subject, "one two") &&
		  !strchr(row[0].subject, '\033'));
	cr_expect(row[0].flags == (ROW_UNREAD | ROW_MISSING | ROW_COMING));
	cr_expect_str_eq(row[0].path, "one/INBOX/cur/0000000001.coming");
	/* without a date the one that came first stands first, as among files;
	 * names of our own serve where there is none */
	cr_expect(row[1].flags == (ROW_FLAGGED | ROW_MISSING | ROW_COMING));
	cr_expect_str_eq(listed(&c, a, "one/INBOX"),
		"a@x+ signet-coming-2+ signet-coming-3+ ");

	/* the letter with that UID takes the place of its row, whatever it is
	 * called, in its folder alone */
	path = deliver(root, "9,U=2:2,S", "Subject: two\n\nhi\n");
	fresh_add(&c, &path, 1);
	cr_assert(fresh_rows(c.fresh, "one/INBOX", a, &row) == 3);
	cr_expect(!strstr(listed(&c, a, "one/INBOX"), "signet-coming-2"));
	cr_expect_str_eq(listed(&c, a, "one/Sent"), "a@x+ ");
	path = deliver(root, "8,U=1:2,", "Message-ID: <a@x>\n\nhi\n");
	fresh_add(&c, &path, 1);
	cr_expect(strstr(listed(&c, a, "one/INBOX"), "a@x "));
	cr_expect(!strstr(listed(&c, a, "one/INBOX"), "a@x+"));

	/* what does not come goes, and what is here stays */
	fresh_forget(&c, "one/INBOX");
	cr_expect(fresh_rows(c.fresh, "one/INBOX", a, &row) == 2);
	cr_expect_str_eq(listed(&c, a, "one/Sent"), "a@x+ ");
	fresh_forget(&c, "one/INBOX");
	/* no batch of the index has them */
	fresh_sweep(c.fresh, true);
	cr_expect_str_eq(listed(&c, a, "one/Sent"), "a@x+ ");
	fresh_forget(&c, "one/Sent");
	cr_expect_str_eq(listed(&c, a, "one/Sent"), "");
	for (int i = 0; i < 3; i++)
		fresh_forget(&c, "one/INBOX");
	/* the ceiling counts them, and counts them off */
	for (int i = 0; i < LIMIT_FRESH + 5; i++)
		fresh_announce(&c, "one/Sent", head, 1);
	fresh_announce(&c, "one/Archive", head, 1);
	cr_expect_str_eq(listed(&c, a, "one/Archive"), "");
	fresh_forget(&c, "one/Sent");
	fresh_announce(&c, "one/Archive", head, 1);
	cr_expect_str_eq(listed(&c, a, "one/Archive"), "a@x+ ");
	snprintf(dir, sizeof dir, "rm -rf %s", root);
	cr_expect(system(dir) == 0);
	arena_free(&a);
	fresh_free(&c.fresh);
}

Test(fresh, letters_are_listed_until_the_index_has_them)
{
	char root[] = "/tmp/signet-fresh.XXXXXX", dir[100];
	struct context c = { .fresh = fresh_new() };
	struct arena *a = arena_new();
	const char *path[3];
	struct row *row;

	cr_assert(mkdtemp(root));
	for (int i = 0; i < 3; i++) {
		static const char *const level[] = { "one", "one/INBOX",
			"one/INBOX/cur" };

		snprintf(dir, sizeof dir, "%s/%s", root, level[i]);
		cr_assert(mkdir(dir, 0700) == 0);
	}
	c.paths.mail = root;
	path[0] = deliver(root, "1:2,FS",
		"From: =?utf-8?q?J=C3=B6?= <j@x.example>\nMessage-ID: <a@x>\n"
		"Subject: one\n two\nDate: Tue, 10 Mar 2026 09:00:00 +0000\n"
		"Content-Type: multipart/mixed; boundary=b\n\n--b\n\ntext\n"
		"--b\nContent-Type: application/pdf; name=x.pdf\n\nx\n--b--\n");
	path[1] = deliver(root, "2:2,",
		"From: k@x.example\nMessage-ID: <b@x>\nSubject: \033[1mx\n"
		"Date: Tue, 10 Mar 2026 10:00:00 +0000\n\nhi\n");
	/* the first once more, without an attachment that one would see */
	path[2] = deliver(root, "3:2,R", "Message-ID: <a@x>\n\nhi\n");
	fresh_add(&c, path, 3);
	fresh_add(&c, (const char *const[]){ "one/INBOX/cur/none" }, 1);

	cr_assert(fresh_rows(c.fresh, "one/INBOX", a, &row) == 2);
	cr_expect_str_eq(row[0].id, "b@x");
	cr_expect_str_eq(row[0].from, "k@x.example");
	cr_expect(row[0].flags == ROW_UNREAD &&
		  row[0].verdict == VERDICT_PENDING);
	cr_expect(!strchr(row[0].subject, '\033'));
	cr_expect_str_eq(row[1].from, "J\xc3\xb6");
	cr_expect_str_eq(row[1].subject, "one two");
	cr_expect(row[1].flags == (ROW_FLAGGED | ROW_ATTACHMENT), "%x",
		row[1].flags);
	cr_expect(row[1].date == row[0].date - 3600);
	cr_expect(fresh_rows(c.fresh, "one/Sent", a, &row) == 0);

	/* a batch that fails leaves them, one that is written does not */
	fresh_mark(c.fresh, path[1]);
	fresh_sweep(c.fresh, false);
	cr_expect(fresh_rows(c.fresh, "one/INBOX", a, &row) == 2);
	fresh_mark(c.fresh, path[1]);
	cr_expect(fresh_rows(c.fresh, "one/INBOX", a, &row) == 2);
	fresh_sweep(c.fresh, true);
	cr_assert(fresh_rows(c.fresh, "one/INBOX", a, &row) == 1);
	cr_expect_str_eq(row[0].id, "a@x");
	fresh_mark(c.fresh, path[0]);
	fresh_mark(c.fresh, path[2]);
	fresh_sweep(c.fresh, true);
	cr_expect(fresh_rows(c.fresh, "one/INBOX", a, &row) == 0);

	/* there is a ceiling, and room again after it */
	for (int i = 0; i < LIMIT_FRESH; i++)
		fresh_add(&c, path, 2);
	cr_expect(fresh_rows(c.fresh, "one/INBOX", a, &row) == 2);
	fresh_mark(c.fresh, path[0]);
	fresh_mark(c.fresh, path[1]);
	fresh_sweep(c.fresh, true);
	fresh_add(&c, path, 1);
	cr_expect(fresh_rows(c.fresh, "one/INBOX", a, &row) == 1);
	for (int i = 0; i < 3; i++) {
		snprintf(dir, sizeof dir, "%s/%s", root, path[i]);
		unlink(dir);
	}
	for (int i = 2; i >= 0; i--) {
		static const char *const level[] = { "one", "one/INBOX",
			"one/INBOX/cur" };

		snprintf(dir, sizeof dir, "%s/%s", root, level[i]);
		rmdir(dir);
	}
	rmdir(root);
	arena_free(&a);
	fresh_free(&c.fresh);
	cr_expect(!c.fresh);
}
