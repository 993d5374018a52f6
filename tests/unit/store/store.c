/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "store/index.h"
#include "store/maildir.h"
#include "store/outbox.h"
#include "store/receipts.h"
#include "store/state.h"
#include "tests/unit/store/root.h"

static struct err e;

Test(index_query, our_words_become_properties_and_errors_are_said)
{
	static const struct {
		const char *in, *out; /* out NULL: an error with this text */
		const char *error;
	} rows[] = {
		{ "verdict:failed", "property:auth.verdict=failed", NULL },
		{ "hello verdict:none and tag:inbox",
			"hello property:auth.verdict=none and tag:inbox",
			NULL },
		{ "(alert:lookalike or alert:any)",
			"(property:auth.alert=lookalike or "
			"property:auth.alert=any)",
			NULL },
		{ "\"verdict:x nope:y\"", "\"verdict:x nope:y\"", NULL },
		{ "subject:\"a (b\"", "subject:\"a (b\"", NULL },
		{ "-from:x", "-from:x", NULL },
		{ "회의 일정", "회의* 일정*", NULL },
		{ "subject:회의 and (책 or 도서관)",
			"subject:회의* and (책 or 도서관*)", NULL },
		{ "\"회의 일정\" folder:b/회의 회의*",
			"\"회의 일정\" folder:b/회의 회의*", NULL },
		{ "", "*", NULL },
		{ "at 12:30", "at 12:30", NULL },
		{ "http://x.example/y", "http://x.example/y", NULL },
		{ "verdict:fail", NULL, "verdict:fail is unknown" },
		{ "nope:x", NULL, "'nope:' cannot be searched" },
		{ "(a", NULL, "bracket" },
		{ "a)", NULL, "bracket" },
		{ "\"open", NULL, "quote" },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct buf b;
		int rc;

		buf_init(&b, 10000);
		rc = index_query(&b, str_c(rows[i].in), NULL, &e);
		if (rows[i].out)
			cr_expect(
				rc == 0 && strcmp(buf_c(&b), rows[i].out) == 0,
				"'%s' became '%s' (%s)", rows[i].in, buf_c(&b),
				rc < 0 ? e.text : "");
		else
			cr_expect(rc < 0 && strstr(e.text, rows[i].error),
				"'%s': %s", rows[i].in, e.text);
		buf_fini(&b);
	}
}

Test(maildir, folder_names_cannot_leave_their_place)
{
	static const struct {
		const char *in, *out;
		char delimiter;
	} rows[] = {
		{ "INBOX", "INBOX", '/' },
		{ "Lists/dev", "Lists/dev", '/' },
		{ "Lists.dev", "Lists/dev", '.' },
		{ "a/b", "a%2Fb", '.' },
		{ "..", "%2E.", '/' },
		{ "../../etc", "%2E./%2E./etc", '/' },
		{ "x/cur", "x/%63ur", '/' },
		{ "a//b", "a/%/b", '/' },
		{ "영수증", "영수증", '/' },
		{ "bell\007", "bell%07", 0 },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct buf b;

		buf_init(&b, 4000);
		maildir_folder_name(&b, str_c(rows[i].in), rows[i].delimiter);
		cr_expect_str_eq(buf_c(&b), rows[i].out, "'%s' became '%s'",
			rows[i].in, buf_c(&b));
		buf_clear(&b);
		maildir_name_of(&b, str_c(rows[i].out));
		if (rows[i].delimiter == '/') /* and back */
			cr_expect_str_eq(buf_c(&b), rows[i].in, "'%s': '%s'",
				rows[i].out, buf_c(&b));
		buf_fini(&b);
	}
}

static const char letter[] =
	"From: =?ks_c_5601-1987?B?sei5zrz2?= <minsu@hankook.example>\n"
	"Subject: first\nMessage-ID: <m%d@x.example>\n"
	"Date: Tue, 24 Nov 2026 02:08:00 +0900\n\nhello %d\n";

static const char *
deliver(struct arena *a, const char *folder, int number, unsigned flags,
	uint32_t uid)
{
	struct maildir_batch *b = maildir_begin(root, folder);
	const char *base, **path, *kept;
	char text[1000];
	size_t n;

	snprintf(text, sizeof text, letter, number, number);
	cr_assert(maildir_make(root, folder, &e) == 0);
	cr_assert(maildir_open(b, &e) == 0, "%s", e.text);
	cr_assert(maildir_write(b, str_c(text), &e) == 0);
	cr_assert(maildir_end(b, flags, uid, &base, &e) == 0);
	cr_assert(maildir_open(b, &e) == 0); /* never ended: dropped */
	cr_assert(maildir_commit(b, &path, &n, &e) == 0, "%s", e.text);
	cr_assert(n == 1);
	kept = arena_strdup(a, path[0]);
	maildir_free(&b);
	return kept;
}

Test(maildir, lines_end_alike_wherever_their_bytes_part)
{
	static const char text[] = "a\rb\r\n\r\r\nc\n\r\n\r";
	static const char want[] = "a\rb\n\r\nc\n\n\r";
	const size_t n = sizeof text - 1;

	make_root();
	cr_assert(maildir_make(root, "acc/INBOX", &e) == 0);
	/* every way to part it in two, and byte by byte */
	for (size_t at = 0; at <= n + 1; at++) {
		struct maildir_batch *b = maildir_begin(root, "acc/INBOX");
		struct str all = { text, n }, map;
		const char *base, **path;
		struct buf file;
		size_t count;

		cr_assert(maildir_open(b, &e) == 0, "%s", e.text);
		for (size_t i = 0; i<n; i += at> n ? 1 : n) {
			size_t end = at > n ? i + 1 : at;

			cr_assert(maildir_write_lines(
					  b, str_sub(all, i, end), &e) == 0);
			if (at <= n)
				cr_assert(
					maildir_write_lines(b,
						str_sub(all, end, n), &e) == 0);
		}
		cr_assert(maildir_end(b, 0, 0, &base, &e) == 0);
		cr_assert(maildir_commit(b, &path, &count, &e) == 0);
		buf_init(&file, 4096);
		buf_printf(&file, "%s/%s", root, path[0]);
		cr_assert(file_map(buf_c(&file), 1000, &map, &e) == 0, "%s",
			e.text);
		cr_expect(str_eq(map, STR(want)), "parted at %zu", at);
		file_unmap(&map);
		buf_fini(&file);
		maildir_free(&b);
	}
}

Test(maildir, delivers_renames_moves_and_finds)
{
	struct arena *a = arena_new();
	struct buf b;
	const char *path, **names;
	size_t n;

	make_root();
	buf_init(&b, 4096);
	path = deliver(a, "acc/INBOX", 1, MAILDIR_SEEN, 17);
	cr_expect(maildir_flags(path) == MAILDIR_SEEN);
	cr_expect(maildir_uid(path) == 17);
	cr_expect(str_eq(maildir_folder(path), STR("INBOX")));
	cr_assert(maildir_set_flags(root, path, MAILDIR_FLAGGED | MAILDIR_SEEN,
			  &b, &e) == 0);
	cr_expect(str_ends(buf_str(&b), STR(":2,FS")));
	buf_clear(&b);
	cr_expect(maildir_find(root, path, &b, &e) == 0, "found by its base");
	buf_clear(&b);
	cr_assert(
		maildir_move(root, path, "acc/Lists/dev", "name", &b, &e) == 0,
		"%s", e.text);
	cr_expect(maildir_flags(buf_c(&b)) == (MAILDIR_FLAGGED | MAILDIR_SEEN));
	/* keywords are the letters a to z, behind the others */
	cr_expect(maildir_flags("a/b/cur/x:2,FSacz") ==
		  (MAILDIR_FLAGGED | MAILDIR_SEEN | MAILDIR_KEYWORD |
			  MAILDIR_KEYWORD << 2 |
			  (unsigned)MAILDIR_KEYWORD << 25));
	cr_assert(maildir_list(root, "acc", a, &names, &n, &e) == 0);
	cr_expect(n == 2 && strcmp(names[0], "INBOX") == 0 &&
		  strcmp(names[1], "Lists/dev") == 0);
	cr_expect(maildir_remove(root, buf_c(&b), &e) == 0);
	cr_expect(maildir_find(root, buf_c(&b), &b, &e) < 0);
	cr_expect(e.class == ERR_MESSAGE);
	buf_fini(&b);
	arena_free(&a);
	drop_root();
}

Test(index, finds_what_was_added_and_follows_renames)
{
	struct arena *a = arena_new();
	struct index *x, *r;
	static const struct index_property set[] = {
		{ "auth.verdict", "failed" }, { "auth.alert", "any lookalike" },
		{ "auth.verdict", "verified" }
	};
	struct index_page p;
	const char *id, *path[3], **news, **gone;
	size_t nn, ng;
	unsigned n;
	struct buf b;
	bool is_new;

	make_root();
	buf_init(&b, 4096);
	for (int i = 0; i < 3; i++)
		path[i] = deliver(a, "acc/INBOX", i, 0, 0);
	x = index_open(root, NULL, true, &e);
	cr_assert(x, "%s", e.text);
	cr_assert(index_scan(x, a, "acc/INBOX", false, &news, &nn, &gone, &ng,
			  &e) == 0);
	cr_expect(nn == 3 && ng == 0);
	cr_assert(index_begin(x, &e) == 0);
	for (int i = 0; i < 3; i++) {
		cr_assert(index_add(x, a, path[i],
				  &(struct index_words){ "inbox unread", "",
					  set, i == 2 ? 1 : 0, NULL },
				  &id, &is_new, &e) == 0,
			"%s", e.text);
		cr_expect(is_new);
	}
	/* a message that is known keeps its properties */
	cr_assert(index_add(x, a, path[2],
			  &(struct index_words){ "", "", set + 2, 1, NULL },
			  &id, &is_new, &e) == 0);
	cr_expect(!is_new);
	cr_assert(index_properties(x, id, set + 1, 1, &e) == 0);
	cr_assert(index_commit(x, &e) == 0);
	index_close(&x);
	r = index_open(root, NULL, false, &e);
	cr_assert(r, "%s", e.text);
	index_folder_query(&b, "acc/INBOX");
	cr_assert(index_search(r, a, buf_c(&b), "acc/INBOX", 1, 10, false, &p,
			  &e) == 0,
		"%s", e.text);
	cr_expect(p.total == 3 && p.rows == 2 && p.unread == 3);
	cr_assert(index_search(r, a, "verdict:failed and alert:lookalike", NULL,
			  0, 10, false, &p, &e) == 0);
	cr_assert(p.rows == 1);
	cr_expect_str_eq(p.row[0].id, "m2@x.example");
	cr_expect_str_eq(p.row[0].path, path[2]);
	cr_expect(strstr(p.row[0].from, "김민수"), "%s", p.row[0].from);
	/* a rename by a writer, seen by the reader that was open */
	buf_clear(&b);
	cr_assert(maildir_set_flags(root, path[2], MAILDIR_SEEN, &b, &e) == 0);
	x = index_open(root, NULL, true, &e);
	cr_assert(x);
	cr_assert(index_rename(x, a, path[2], buf_c(&b),
			  &(struct index_words){ "", "unread", NULL, 0, NULL },
			  &id, &is_new, &e) == 0,
		"%s", e.text);
	cr_expect(!is_new);
	cr_expect_str_eq(id, "m2@x.example");
	index_close(&x);
	cr_assert(index_search(r, a, "verdict:failed", NULL, 0, 10, false, &p,
			  &e) == 0);
	cr_expect(p.rows == 1 && p.unread == 0);
	cr_expect_str_eq(p.row[0].path, buf_c(&b));
	cr_expect(index_count(r, "nope:x", &n, &e) < 0);
	index_close(&r);
	buf_fini(&b);
	arena_free(&a);
	drop_root();
}

/* Each row renames the file of the row before. */
Test(index, follows_a_file_that_gets_another_name)
{
	static const struct {
		const char *flags, *add, *remove;
		const char *folder; /* "": the same */
	} t[] = {
		{ "S", "", "unread", "" },
		{ "FS", "flagged", "unread", "" },
		/* letters for which the library has no tags stay */
		{ "FSTa", "flagged", "unread", "" },
		{ "Ta", "unread", "flagged", "" },
		{ "DPRSa", "draft passed replied", "unread flagged", "" },
		/* where tags and name disagree the name counts */
		{ "S", "unread", "", "" },
		{ "", "unread", "draft passed replied", "" },
		{ "S", "work", "unread", "acc/Archive" },
	};
	struct arena *a = arena_new();
	const char *path, *id, **paths;
	struct index *x;
	size_t n;
	bool is_new;

	make_root();
	path = deliver(a, "acc/INBOX", 0, 0, 0);
	x = index_open(root, NULL, true, &e);
	cr_assert(x, "%s", e.text);
	cr_assert(index_add(x, a, path,
			  &(struct index_words){ "unread kept", "",
				  &(struct index_property){
					  "auth.verdict", "pending" },
				  1, NULL },
			  &id, &is_new, &e) == 0);
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		const char *base = strrchr(path, '/') + 1, *query;
		const char *next = arena_printf(a, "%s/cur/%.*s:2,%s",
			*t[i].folder ? t[i].folder : "acc/INBOX",
			(int)strcspn(base, ":"), base, t[i].flags);
		unsigned found;

		cr_assert(mkdir(arena_printf(a, "%s/acc/Archive", root),
				  0700) == 0 ||
			  i);
		cr_assert(mkdir(arena_printf(a, "%s/acc/Archive/cur", root),
				  0700) == 0 ||
			  i);
		cr_assert(rename(arena_printf(a, "%s/%s", root, path),
				  arena_printf(a, "%s/%s", root, next)) == 0);
		cr_assert(index_rename(x, a, path, next,
				  &(struct index_words){ t[i].add, t[i].remove,
					  NULL, 0, NULL },
				  &id, &is_new, &e) == 0,
			"%zu: %s", i, e.text);
		cr_expect(!is_new, "%zu", i);
		cr_assert(index_paths(x, a, id, &paths, &n, &e) == 0);
		cr_assert(n == 1, "%zu: %zu files", i, n);
		cr_expect_str_eq(paths[0], next);
		query = arena_printf(a, "tag:kept and %s tag:unread",
			strstr(t[i].remove, "unread") ? "not" : "");
		cr_assert(index_count(x, query, &found, &e) == 0);
		cr_expect(found == 1, "%zu", i);
		path = next;
	}
	index_close(&x);
	arena_free(&a);
	drop_root();
}

Test(state, survives_reopening_and_binds_orphans)
{
	struct state_box box = {
		.raw = "INBOX", .folder = "INBOX", .uidvalidity = 7
	};
	struct state_message m = { 4, "base4", 1, 1, false, false }, got, *list;
	struct arena *a = arena_new();
	struct state_box *boxes;
	const char **orphan;
	char path[100];
	struct state *s;
	int64_t id;
	size_t n;
	unsigned w;

	make_root();
	snprintf(path, sizeof path, "%s/state.db", root);
	s = state_open(path, &e);
	cr_assert(s, "%s", e.text);
	cr_assert(state_begin(s, &e) == 0);
	cr_assert(state_put_box(s, &box, &e) == 0);
	for (uint32_t uid = 9; uid > 3; uid--) {
		m.uid = uid;
		m.base = arena_printf(a, "base%u", uid);
		cr_assert(state_put_message(s, box.id, &m, &e) == 0);
	}
	cr_assert(state_commit(s, &e) == 0);
	state_close(&s);
	s = state_open(path, &e);
	cr_assert(state_boxes(s, a, &boxes, &n, &e) == 0);
	cr_expect(n == 1 && boxes[0].uidvalidity == 7);
	cr_assert(state_messages(s, box.id, a, &list, &n, &e) == 0);
	cr_expect(n == 6 && list[0].uid == 4 && list[5].uid == 9);
	cr_expect(state_find(s, "base5", a, &id, &got, &e) == 1);
	cr_expect(got.uid == 5 && id == box.id);
	got.flags = 3;
	cr_assert(state_put_message(s, id, &got, &e) == 0);
	cr_expect(state_waiting(s, &w, &e) == 0 && w == 1);
	cr_assert(state_orphan_box(s, box.id, &e) == 0);
	cr_assert(state_orphans(s, box.id, a, &orphan, &n, &e) == 0);
	cr_expect(n == 6);
	cr_expect(state_find(s, "base5", a, &id, &got, &e) == 1 && !got.uid);
	state_close(&s);
	arena_free(&a);
	drop_root();
}

Test(state, a_message_keeps_its_server_s_name_until_its_uid_means_nothing)
{
	struct state_box box = {
		.raw = "A", .folder = "Archive", .uidvalidity = 7
	};
	struct state_message m = { 4, "base4", 1, 1, false, false };
	struct arena *a = arena_new();
	const char *folder, *base;
	char path[100];
	struct state *s;

	make_root();
	snprintf(path, sizeof path, "%s/state.db", root);
	s = state_open(path, &e);
	cr_assert(s && state_put_box(s, &box, &e) == 0, "%s", e.text);
	cr_assert(state_put_message(s, box.id, &m, &e) == 0);
	cr_expect(state_find_object(s, "e1", a, &folder, &base, &e) == 0);
	cr_assert(state_put_object(s, box.id, 4, "e1", &e) == 0);
	cr_assert(state_put_object(s, box.id, 5, "e2", &e) == 0);
	cr_expect(state_find_object(s, "e2", a, &folder, &base, &e) == 0);
	m.flags = 3; /* written again, it is the same message */
	cr_assert(state_put_message(s, box.id, &m, &e) == 0);
	cr_expect(state_find_object(s, "e1", a, &folder, &base, &e) == 1);
	cr_expect_str_eq(folder, "Archive");
	cr_expect_str_eq(base, "base4");
	/* another UIDVALIDITY: another message has this UID */
	cr_assert(state_orphan_box(s, box.id, &e) == 0);
	cr_assert(state_put_message(s, box.id, &m, &e) == 0);
	cr_expect(state_find_object(s, "e1", a, &folder, &base, &e) == 0);
	state_close(&s);
	arena_free(&a);
}

Test(state, an_op_takes_another_goal)
{
	struct state_op op = { .kind = "move",
		.box = 3,
		.uid = 7,
		.folder = "Archive",
		.base = "one",
		.old = "acc/INBOX/cur/zero:2,S",
		.agreed = 1 };
	struct arena *a = arena_new();
	struct state_op got, *list;
	char path[100];
	struct state *s, *other;
	size_t n;

	make_root();
	snprintf(path, sizeof path, "%s/state.db", root);
	s = state_open(path, &e);
	other = state_open(path, &e); /* as another thread has it */
	cr_assert(s && other, "%s", e.text);
	cr_assert(state_add_op(s, &op, &e) == 0);
	cr_assert(state_op_of(other, "one", a, &got, &e) == 1);
	cr_expect(state_op_of(other, "two", a, &op, &e) == 0);
	cr_expect(got.uid == 7 && got.box == 3 && got.agreed == 1);
	got.folder = "INBOX";
	got.base = "two";
	cr_assert(state_set_op(other, &got, &e) == 0);
	cr_assert(state_op(s, got.id, a, &op, &e) == 1);
	cr_expect_str_eq(op.folder, "INBOX");
	cr_expect(op.uid == 7 && op.agreed == 1);
	cr_assert(state_ops(s, a, &list, &n, &e) == 0 && n == 1);
	cr_expect_str_eq(list[0].base, "two");
	cr_assert(state_drop_op(s, op.id, &e) == 0);
	cr_expect(state_op(other, op.id, a, &got, &e) == 0);
	state_close(&s);
	state_close(&other);
	arena_free(&a);
	drop_root();
}

Test(outbox, what_was_being_sent_is_unknown_after_a_death)
{
	struct outbox_rcpt to[] = { { "a@x.example", "", "" },
		{ "b@x.example", "", "" } };
	struct outbox_item i = { .account = "acc",
		.subject = "s",
		.sender = "me@x.example",
		.message_id = "m@x",
		.reply_to = "",
		.rcpt = to,
		.rcpts = 2 };
	struct arena *a = arena_new();
	struct outbox_item *list, got;
	struct outbox *o;
	struct buf path, text;
	size_t n;

	make_root();
	buf_init(&path, 4096);
	buf_init(&text, 4096);
	o = outbox_open(root, true, &e);
	cr_assert(o, "%s", e.text);
	cr_assert(outbox_add(o, STR("bytes"), &i, &e) == 0, "%s", e.text);
	cr_assert(outbox_set(o, i.id, "sending", "", 0, &e) == 0);
	cr_assert(outbox_set_rcpt(o, i.id, "a@x.example", "refused", "550 no",
			  &e) == 0);
	outbox_close(&o); /* as a death would leave it */
	o = outbox_open(root, true, &e);
	cr_assert(outbox_list(o, a, &list, &n, &e) == 0);
	cr_assert(n == 1 && list[0].rcpts == 2);
	cr_expect_str_eq(list[0].state, "unknown");
	cr_expect(list[0].tries == 1);
	cr_expect_str_eq(list[0].rcpt[0].text, "550 no");
	outbox_path(o, i.id, &path);
	cr_assert(file_read(buf_c(&path), &text, &e) == 0);
	cr_expect_str_eq(buf_c(&text), "bytes");
	cr_assert(outbox_drop(o, i.id, &e) == 0);
	cr_expect(outbox_get(o, i.id, a, &got, &e) == 0);
	cr_expect(access(buf_c(&path), F_OK) < 0);
	outbox_close(&o);
	buf_fini(&path);
	buf_fini(&text);
	arena_free(&a);
	drop_root();
}

Test(receipts, keep_evidence_pins_and_correspondents)
{
	struct arena *a = arena_new();
	const char *json, *pin, **list;
	struct receipts *r;
	char path[100];
	size_t n;
	int tries;

	make_root();
	snprintf(path, sizeof path, "%s/receipts.db", root);
	r = receipts_open(path, &e);
	cr_assert(r, "%s", e.text);
	cr_assert(receipts_put(r, "id1", "{}", 100, 160, 1, &e) == 0);
	cr_expect(receipts_get(r, "id1", a, &json, &tries, &e) == 1 &&
		  tries == 1);
	cr_expect(receipts_get(r, "id2", a, &json, &tries, &e) == 0);
	cr_expect(receipts_due(r, 159, 10, a, &list, &n, &e) == 0 && n == 0);
	cr_expect(receipts_due(r, 160, 10, a, &list, &n, &e) == 0 && n == 1);
	cr_assert(receipts_put_pin(r, "acc", "h:993", "ab", &e) == 0);
	cr_expect(receipts_pin(r, "acc", "h:993", a, &pin, &e) == 1);
	cr_expect(receipts_pin(r, "other", "h:993", a, &pin, &e) == 0);
	cr_assert(
		receipts_contact(r, "X@Shop.example", "X", false, 5, &e) == 0);
	cr_assert(
		receipts_contact(r, "a@friend.example", "", true, 6, &e) == 0);
	cr_assert(receipts_contact(r, "x@shop.example", "", false, 7, &e) == 0);
	cr_expect(receipts_was_written(r, "A@friend.example", &e) == 1);
	cr_expect(receipts_was_written(r, "x@shop.example", &e) == 0);
	cr_expect(receipts_key(r, "s._domainkey.a.example", "1", &e) == 0);
	cr_expect(receipts_key(r, "s._domainkey.a.example", "1", &e) == 0);
	cr_expect(receipts_key(r, "S._domainkey.A.example", "2", &e) == 1);
	cr_expect(receipts_key(r, "s._domainkey.a.example", "2", &e) == 0);
	cr_expect(receipts_key(r, "t._domainkey.a.example", "3", &e) == 0);
	cr_assert(receipts_contact(r, "y@once.example", "", false, 8, &e) == 0);
	cr_assert(receipts_correspondents(r, a, &list, &n, &e) == 0);
	cr_expect(n == 2 && strcmp(list[0], "friend.example") == 0, "%zu", n);
	cr_assert(receipts_not_compared(r, 10, a, &list, &n, &e) == 0);
	cr_assert(n == 2);
	cr_assert(receipts_compared(r, list, 1, &e) == 0);
	cr_assert(receipts_not_compared(r, 10, a, &list, &n, &e) == 0);
	cr_expect(n == 1 && strcmp(list[0], "shop.example") == 0, "%zu", n);
	cr_assert(receipts_domains(r, 10, a, &list, &n, &e) == 0);
	cr_expect(n == 3, "%zu", n);
	receipts_close(&r);
	arena_free(&a);
	drop_root();
}

Test(state, keywords_have_a_number_for_ever)
{
	char path[100], name[20];
	struct state *s;
	int first, n;
	bool is_new;

	make_root();
	snprintf(path, sizeof path, "%s/k.db", root);
	s = state_open(path, &e);
	cr_assert(s, "%s", e.text);
	cr_expect(state_keyword(s, "$label1", 3, &first, &is_new, &e) == 0 &&
		  first == 0 && is_new);
	for (int i = 0; i < 5; i++) {
		snprintf(name, sizeof name, "k%d", i);
		cr_expect(state_keyword(s, name, 3, &n, &is_new, &e) == 0);
		cr_expect(n == (i < 2 ? i + 1 : -1) && is_new == (i < 2),
			"%s: %d", name, n);
	}
	cr_expect(state_keyword(s, "$LABEL1", 3, &n, &is_new, &e) == 0 &&
		  n == first && !is_new);
	state_close(&s);
	drop_root();
}

Test(receipts, how_far_the_index_is_known)
{
	char path[100];
	struct receipts *r;
	uint64_t n = 0;

	make_root();
	snprintf(path, sizeof path, "%s/r.db", root);
	r = receipts_open(path, &e);
	cr_assert(r, "%s", e.text);
	cr_expect(receipts_seen(r, "u1", &n, &e) == 0);
	cr_expect(receipts_put_seen(r, "u1", 7, &e) == 0);
	cr_expect(receipts_seen(r, "u1", &n, &e) == 1 && n == 7);
	cr_expect(receipts_put_seen(r, "u2", 1, &e) == 0);
	cr_expect(receipts_seen(r, "u1", &n, &e) == 0);
	receipts_close(&r);
	drop_root();
}

Test(state, a_file_that_cannot_be_opened_says_why)
{
	static const struct {
		const char *below;
		int code;
	} rows[] = { { "no-folder/one.db", ENOENT },
		{ "a-file/one.db", ENOTDIR }, { "a-folder", EISDIR } };
	char path[200];

	make_root();
	snprintf(path, sizeof path, "%s/a-file", root);
	cr_assert(file_write(path, STR("x"), 0600, &e) == 0);
	snprintf(path, sizeof path, "%s/a-folder", root);
	cr_assert(mkdir(path, 0700) == 0);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		snprintf(path, sizeof path, "%s/%s", root, rows[i].below);
		cr_assert_null(state_open(path, &e));
		cr_expect(e.class == ERR_SYSTEM && e.code == rows[i].code &&
				  strstr(e.text, path) &&
				  strstr(e.text, strerror(rows[i].code)),
			"%s: %d, '%s'", rows[i].below, e.code, e.text);
	}
	drop_root();
}
