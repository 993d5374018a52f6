/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sync --dry-run: see parts.h */
#include "app/command/parts.h"

#include <string.h>
#include <unistd.h>

#include "app/sync/preview.h"
#include "base/file.h"
#include "store/outbox.h"

struct printing {
	const char *account;
	bool is_verbose;
};

static void
print_step(void *ctx, const char *folder, enum preview_kind k, const char *what)
{
	const struct printing *p = ctx;
	struct buf line;

	if (!p->is_verbose)
		return;
	buf_init(&line, 64 << 10);
	buf_printf(&line, "%s/%s: %s %s", p->account, folder, preview_word(k),
		what);
	command_print(buf_c(&line));
	putchar('\n');
	buf_fini(&line);
}

static void
print_folder(void *ctx, const char *folder, const unsigned count[PREVIEW_KINDS],
	const char *note)
{
	const struct printing *p = ctx;
	const char *between = "";
	struct buf line;

	buf_init(&line, 64 << 10);
	buf_printf(&line, "%s/%s: ", p->account, folder);
	for (int k = 0; k < PREVIEW_KINDS; k++)
		if (count[k]) {
			buf_printf(&line, "%s%s %u", between, preview_word(k),
				count[k]);
			between = ", ";
		}
	if (!*between)
		buf_adds(&line, note ? "" : _("nothing to do"));
	if (note)
		buf_printf(&line, "%s%s", *between ? "; " : "", note);
	command_print(buf_c(&line));
	putchar('\n');
	buf_fini(&line);
}

/* The letters that a pass would send. */
static void
print_outbox(const struct profile *p)
{
	char dir[4200];

	(void)snprintf(dir, sizeof dir, "%s/outbox", p->paths.data);
	if (file_count(dir, ".eml") > 0)
		printf(_("outbox: letters wait there, and those that are due "
			 "would be sent; 'signet outbox' lists them\n"));
}

static bool
is_named(const char *account, int n, char **name)
{
	for (int i = 0; i < n; i++)
		if (strcmp(name[i], account) == 0)
			return true;
	return n == 0;
}

int
sync_plan(struct profile *p, int n, char **name, bool is_verbose)
{
	struct err e;
	int rc = 0, lock = file_lock(p->paths.lock, &e);

	if (lock < 0)
		return command_fail("sync", &e);
	for (size_t i = 0; i < p->config->accounts; i++) {
		struct printing to = { p->config->account[i].name, is_verbose };
		struct preview_sink sink = { print_step, print_folder, &to };

		if (!is_named(to.account, n, name))
			continue;
		if (preview_account(p->config, &p->paths, (int)i, &sink, &e) ==
			0)
			continue;
		fflush(stdout);
		fprintf(stderr, "%s: %s\n", to.account, e.text);
		if (rc == 0)
			rc = e.class == ERR_AUTH || e.class == ERR_CERT ? 77
			     : e.class == ERR_LATER                     ? 75
									: 69;
	}
	print_outbox(p);
	close(lock);
	return rc;
}
