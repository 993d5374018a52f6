/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "base/log.h"
#include "base/queue.h"
#include "base/utf8.h"

Test(file, safe_name_stays_in_its_directory)
{
	static const struct {
		const char *in, *out;
	} rows[] = {
		{ "report.pdf", "report.pdf" },
		{ "../../etc/passwd", "passwd" },
		{ "C:\\Windows\\evil.exe", "evil.exe" },
		{ ".bashrc", "bashrc" },
		{ "-rf", "rf" },
		{ "~root", "root" },
		{ "...", "part-1.bin" },
		{ "", "part-1.bin" },
		{ "a\nb\033c.txt", "a_b_c.txt" },
		{ "gpj.\xe2\x80\xae"
		  "exe",
			"gpj._exe" },
		{ "사진 1.png", "사진 1.png" },
		{ "name. ", "name" },
		{ "con.txt", "_con.txt" },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct buf b;

		buf_init(&b, 1000);
		file_safe_name(&b, str_c(rows[i].in), "part-1.bin");
		cr_expect_str_eq(buf_c(&b), rows[i].out, "'%s' became '%s'",
			rows[i].in, buf_c(&b));
		buf_fini(&b);
	}
}

Test(file, safe_name_is_cut_before_its_extension)
{
	struct buf in, out;

	buf_init(&in, 10000);
	buf_init(&out, 10000);
	for (int i = 0; i < 300; i++)
		buf_adds(&in, "글");
	buf_adds(&in, ".hwp");
	file_safe_name(&out, buf_str(&in), "x");
	cr_expect(out.n <= LIMIT_FILE_NAME && out.n > LIMIT_FILE_NAME - 4);
	cr_expect(str_ends(buf_str(&out), STR(".hwp")));
	cr_expect(utf8_valid(buf_str(&out)));
	buf_fini(&in);
	buf_fini(&out);
}

Test(file, tilde_is_the_home)
{
	struct arena *a = arena_new();

	setenv("HOME", "/x/y", 1);
	cr_expect_str_eq(file_home(a, "~/a b"), "/x/y/a b");
	cr_expect_str_eq(file_home(a, "~x/a"), "~x/a");
	cr_expect_str_eq(file_home(a, "a/~/b"), "a/~/b");
	cr_expect_str_eq(file_home(a, ""), "");
	unsetenv("HOME");
	cr_expect_str_eq(file_home(a, "~/a"), "~/a");
	arena_free(&a);
}

Test(file, words_are_split_without_a_shell)
{
	struct err e;
	char **v = file_split_words("pass show 'my mail' \"a $x\" b\\ c", &e);

	cr_assert(v != NULL);
	cr_expect_str_eq(v[0], "pass");
	cr_expect_str_eq(v[2], "my mail");
	cr_expect_str_eq(v[3], "a $x");
	cr_expect_str_eq(v[4], "b c");
	cr_expect(v[5] == NULL);
	free(v);
	cr_expect(file_split_words("echo 'open", &e) == NULL);
	cr_expect(e.class == ERR_INPUT);
}

Test(file, run_collects_output_and_reports_failure)
{
	char cat_name[] = "cat", false_name[] = "false", sleep_name[] = "sleep";
	char ten[] = "10", *cat[] = { cat_name, NULL };
	char *no[] = { false_name, NULL }, *slow[] = { sleep_name, ten, NULL };
	struct buf b;
	struct err e;

	buf_init(&b, 1000);
	cr_expect(file_run(cat, STR("hello"), &b, 5000, -1, &e) == 0);
	cr_expect_str_eq(buf_c(&b), "hello");
	cr_expect(file_run(no, STR(""), &b, 5000, -1, &e) < 0);
	cr_expect(e.class == ERR_INPUT && e.code == 1);
	cr_expect(file_run(slow, STR(""), &b, 50, -1, &e) < 0);
	cr_expect(e.class == ERR_LATER);
	buf_fini(&b);
}

Test(file, write_replaces_whole_and_create_never_overwrites)
{
	char dir[] = "/tmp/signet-unit.XXXXXX", path[100], tmp[100];
	struct buf b, name;
	struct err e;
	int fd;

	cr_assert(mkdtemp(dir));
	snprintf(path, sizeof path, "%s/config", dir);
	buf_init(&b, 1000);
	buf_init(&name, 1000);
	cr_expect(file_write(path, STR("one"), 0600, &e) == 0);
	cr_expect(file_write(path, STR("two"), 0600, &e) == 0);
	cr_expect(file_read(path, &b, &e) == 0);
	cr_expect_str_eq(buf_c(&b), "two");
	fd = file_create_in(dir, STR("config"), &name, &e);
	cr_expect(fd >= 0);
	cr_expect_str_eq(buf_c(&name), "config-2");
	close(fd);
	/* what is whole gets its name, and not that of a file */
	snprintf(tmp, sizeof tmp, "%s/.config.part", dir);
	cr_expect(file_write(tmp, STR("three"), 0600, &e) == 0);
	buf_clear(&name);
	cr_expect(file_settle(dir, tmp, STR("config"), &name, &e) == 0);
	cr_expect_str_eq(buf_c(&name), "config-3");
	buf_clear(&b);
	snprintf(path, sizeof path, "%s/config-3", dir);
	cr_expect(file_read(path, &b, &e) == 0);
	cr_expect_str_eq(buf_c(&b), "three");
	cr_expect(access(tmp, F_OK) < 0);
	cr_expect(file_settle(dir, tmp, STR("config"), &name, &e) < 0);
	snprintf(path, sizeof path, "%s/config-4", dir);
	cr_expect(access(path, F_OK) < 0);
	cr_expect(file_remove_tree(dir, &e) == 0);
	cr_expect(access(dir, F_OK) < 0);
	buf_fini(&b);
	buf_fini(&name);
}

Test(log, secrets_never_reach_it)
{
	static const char *const rows[] = { "a1 LOGIN bob pw-secret",
		"AUTH PLAIN pw-secret", "a AUTHENTICATE PLAIN pw-secret",
		"PASS pw-secret", "Authorization: Bearer pw-secret" };

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct buf b;

		buf_init(&b, 1000);
		log_redact(&b, str_c(rows[i]));
		cr_expect(str_find(buf_str(&b), STR("pw-secret")) < 0, "%s",
			rows[i]);
		cr_expect(str_find(buf_str(&b), STR("<secret>")) > 0);
		buf_fini(&b);
	}
}

static bool
same(const struct queue_item *a, const struct queue_item *b)
{
	(void)a, (void)b;
	return true;
}

Test(queue, lanes_order_and_replacement)
{
	struct queue_item a = { 0 }, b = { 0 }, c = { 0 }, d = { 0 }, *old;
	struct err e;
	struct queue *q = queue_new(&e);

	cr_assert(q);
	cr_expect(queue_post(q, &a, QUEUE_LOW));
	cr_expect(queue_post(q, &b, QUEUE_URGENT));
	cr_expect(queue_post(q, &c, QUEUE_LOW));
	cr_expect(queue_replace(q, &d, QUEUE_LOW, same, &old));
	cr_expect(old == &c);
	cr_expect(queue_count(q) == 3);
	cr_expect(queue_take(q) == &b);
	cr_expect(queue_take(q) == &a);
	cr_expect(queue_take(q) == &d);
	cr_expect(queue_take(q) == NULL);
	cr_expect(queue_wait(q, 10) == NULL);
	queue_close(q);
	cr_expect(!queue_post(q, &a, QUEUE_LOW));
	queue_free(&q, NULL);
}
