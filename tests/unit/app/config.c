/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "app/config.h"
#include "base/file.h"

static char dir[] = "/tmp/signet-unit.XXXXXX", path[100];

static struct config *
load(const char *text, int *status, struct err *e)
{
	struct err we;

	if (path[0] == '\0') { /* a name that was made may end in X, too */
		cr_assert(mkdtemp(dir));
		snprintf(path, sizeof path, "%s/config", dir);
	}
	cr_assert(file_write(path, str_c(text), 0600, &we) == 0, "%s", we.text);
	return config_load(path, status, e);
}

Test(config, errors_name_the_line_and_the_nearest_key)
{
	static const struct {
		const char *text, *want;
	} rows[] = {
		{ "[general]\neditr = vi\n", ":2: unknown key 'editr'" },
		{ "[general]\neditr = vi\n", "'editor'" },
		{ "[generall]\n", ":1: unknown section [generall]" },
		{ "x = y\n[dns]\ndnssec = perhaps\n",
			":3: dnssec is yes or no" },
		{ "[account \"a\"]\naddress = a@b.example\nreceive = "
		  "imap://x:70000\n",
			":3: receive: '70000' is no port" },
		{ "[account \"a\"]\naddress = a@b.example\nreceive = "
		  "imaps://a:pw@b\n",
			"password does not belong" },
		{ "[account \"a\"]\nreceive = imaps://b\n",
			":1: the account \"a\" needs 'address" },
		{ "[account \"a\"]\naddress = a@b\nreceive = "
		  "imaps://b\n[account \"a\"]\n",
			":4: the account \"a\" stands here a second time" },
		{ "\n\nnonsense\n", ":3: neither a section nor" },
		{ "[index]\ndatabase = ours\n",
			":2: database is one of: own notmuch" },
		{ "[general]\nundo-send = soon\n",
			":2: undo-send is a number" },
		{ "[account \"a\"]\naddress = a@b\nreceive = imaps://b\n"
		  "keep = 6 moons\n",
			":4: keep is 'all', 'headers' or as in '6 months'" },
		{ "[account \"a\"]\naddress = a@b\nreceive = imaps://b\n"
		  "keep = 0 months\n",
			":4: keep is 'all', 'headers' or as in '6 months'" },
		{ "[account \"a\"]\naddress = a@b\nreceive = imaps://b\n"
		  "attachments = 5\n",
			":4: attachments is 'all' or as in '5 MB'" },
		{ "[account \"a\"]\naddress = a@b\nreceive = imaps://b\n"
		  "attachments = 300 MB\n",
			"up to 256 MB" },
		{ "[account \"a\"]\naddress = a@b\nreceive = imaps://b\n"
		  "keywords = $a:b c%:d\n",
			"keywords: 'c%:d' is not KEYWORD:TAG" },
		{ "[account \"a\"]\naddress = a@b\nreceive = imaps://b\n"
		  "keywords = $a:unread\n",
			"the tag 'unread' has a meaning already" },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct err e = { 0 };
		int status;
		struct config *c = load(rows[i].text, &status, &e);

		cr_expect(status < 0 && strstr(e.text, rows[i].want),
			"row %zu said '%s'", i, e.text);
		config_free(&c);
	}
	struct err e;

	cr_expect(file_remove_tree(dir, &e) == 0);
}

Test(config, reads_the_contract_and_edits_keep_comments)
{
	static const char text[] =
		"# mine\n[general]\neditor = nvim   # else $VISUAL\n"
		"undo-send = 3s\n\n[dns]\nserver = 127.0.0.1@5353 ::1\n\n"
		"[account \"work\"]  \n"
		"address = sohyun@example.com\nname = 김소현\n"
		"receive = imaps://sohyun%40x@imap.example.com\n"
		"send = smtp://smtp.example.com:2587\n"
		"password-command = sh -c \"echo '# no comment'\"\n"
		"identity = \"Sohyun\" <hello@example.com>\n"
		"identity = b@example.com\n; end\n";
	struct err e = { 0 };
	int status;
	struct config *c = load(text, &status, &e);
	const struct config_account *a;

	cr_assert(status == 0, "%s", e.text);
	cr_assert(c->accounts == 1);
	a = &c->account[0];
	cr_expect_str_eq(c->editor, "nvim");
	cr_expect(c->undo_send_seconds == 3);
	cr_expect(c->dns_server.count == 2);
	cr_expect_str_eq(a->person, "김소현");
	cr_expect_str_eq(a->receive.user, "sohyun@x");
	cr_expect_str_eq(a->receive.host, "imap.example.com");
	cr_expect(a->receive.port == 993 && a->send.port == 2587);
	cr_expect_str_eq(a->send.user, "sohyun@x");
	cr_expect_str_eq(a->password_command, "sh -c \"echo '# no comment'\"");
	cr_expect(a->identity.count == 2);
	cr_assert(config_add_account(
			  c, "home", "address = h@example.com\n", &e) == 0);
	config_free(&c);
	c = config_load(path, &status, &e);
	cr_expect(c->accounts == 2);
	cr_expect(str_starts(c->text, STR("# mine\n[general]\neditor = nvim")));
	cr_assert(config_remove_account(c, "home", &e) == 0);
	config_free(&c);
	c = config_load(path, &status, &e);
	cr_expect(c->accounts == 1 && str_find(c->text, STR("; end")) > 0);
	cr_expect(config_add_account(c, "work", "", &e) < 0);
	config_free(&c);
	cr_expect(file_remove_tree(dir, &e) == 0);
}

Test(config, an_account_grows_and_nothing_else_changes)
{
	static const struct {
		const char *text, *want;
	} rows[] = {
		{ "[account \"a\"]\naddress = a@b\nreceive = imaps://b\n",
			"[account \"a\"]\naddress = a@b\nreceive = "
			"imaps://b\nK = v\n" },
		{ "[account \"a\"]\naddress = a@b\nreceive = imaps://b",
			"[account \"a\"]\naddress = a@b\nreceive = "
			"imaps://b\nK = v\n" },
		{ "# x\n[account \"a\"]\naddress = a@b\nreceive = imaps://b\n"
		  "\n# y\n[general]\n",
			"# x\n[account \"a\"]\naddress = a@b\nreceive = "
			"imaps://b\nK = v\n\n# y\n[general]\n" },
		{ "[account \"a\"] # x\n  address = a@b\nreceive = imaps://b\n"
		  "[account \"b\"]\naddress = c@d\nreceive = imaps://d\n",
			"[account \"a\"] # x\n  address = a@b\nreceive = "
			"imaps://b\nK = v\n[account \"b\"]\naddress = "
			"c@d\nreceive = imaps://d\n" },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct err e;
		struct buf now;
		int status;
		struct config *c = load(rows[i].text, &status, &e);

		cr_assert(status == 0, "row %zu: %s", i, e.text);
		cr_expect(config_extend_account(c, "a", "K = v\n", &e) == 0,
			"row %zu: %s", i, e.text);
		buf_init(&now, LIMIT_CONFIG);
		cr_assert(file_read(path, &now, &e) == 0);
		cr_expect(strcmp(buf_c(&now), rows[i].want) == 0,
			"row %zu: '%s'", i, buf_c(&now));
		buf_fini(&now);
		config_free(&c);
	}
}

Test(config, proof_is_demanded_and_no_more)
{
	static const struct {
		const char *text, *domain;
		bool is_on;
		const char *want; /* NULL: an error, and nothing is written */
	} rows[] = {
		{ "", "a.example", true,
			"[general]\nmust-verify = a.example\n" },
		{ "[dns]\ndnssec = yes", "a.example", true,
			"[dns]\ndnssec = yes\n\n[general]\nmust-verify = "
			"a.example\n" },
		{ "# x\n[general]\neditor = vi\n\n[dns]\n", "a.example", true,
			"# x\n[general]\neditor = vi\nmust-verify = "
			"a.example\n\n[dns]\n" },
		{ "[general]\nmust-verify = a.example\neditor = vi\n",
			"A.example", false, "[general]\neditor = vi\n" },
		{ "[general]\nmust-verify = a.example b.example\n", "a.example",
			false, NULL },
		{ "[general]\nmust-verify = a.example\n", "a.example", true,
			NULL },
		{ "[general]\n", "a.example\nb = c", true, NULL },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const char *want = rows[i].want ? rows[i].want : rows[i].text;
		struct err e;
		struct buf now;
		int status;
		struct config *c = load(rows[i].text, &status, &e);

		cr_assert(status == 0, "row %zu: %s", i, e.text);
		cr_expect((config_demand(c, rows[i].domain, rows[i].is_on,
				   &e) == 0) == (rows[i].want != NULL),
			"row %zu", i);
		buf_init(&now, LIMIT_CONFIG);
		cr_assert(file_read(path, &now, &e) == 0);
		cr_expect(strcmp(buf_c(&now), want) == 0, "row %zu: '%s'", i,
			buf_c(&now));
		buf_fini(&now);
		config_free(&c);
	}
}

Test(config, nobody_to_believe_is_an_answer)
{
	static const struct {
		const char *key;
		bool is_answered;
		size_t count;
	} rows[] = { { "", false, 0 }, { "authserv-id = none\n", true, 0 },
		{ "authserv-id = mx.b\n", true, 1 },
		{ "authserv-id = none mx.b\n", true, 2 } };

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char text[200];
		struct err e;
		int status;
		struct config *c;

		snprintf(text, sizeof text,
			"[account \"a\"]\naddress = a@b\nreceive = "
			"imaps://b\n%s",
			rows[i].key);
		c = load(text, &status, &e);
		cr_assert(status == 0, "row %zu: %s", i, e.text);
		cr_expect(c->account[0].has_authserv_id == rows[i].is_answered,
			"row %zu", i);
		cr_expect(c->account[0].authserv_id.count == rows[i].count,
			"row %zu", i);
		config_free(&c);
	}
}
