/* SPDX-License-Identifier: GPL-3.0-or-later */
/* demo - see demo.h. The profile is a tar inside the program (see Makefile.in):
 *
 *	profile/config, profile/zone.json
 *	profile/mail/ACCOUNT/FOLDER/NNN,FLAGS.eml
 *
 * Each letter becomes a file of a Maildir with those flags. */
#define _GNU_SOURCE
#include "app/demo.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"

__asm__(".section .rodata\n"
	".balign 16\n"
	".global demo_tar_begin\n"
	"demo_tar_begin:\n"
	".incbin \"" DEMO_TAR "\"\n"
	".global demo_tar_end\n"
	"demo_tar_end:\n"
	".byte 0\n"
	".previous\n");

extern const char demo_tar_begin[], demo_tar_end[];

enum {
	ENTRY_MAX = 4 << 20,
	DAY = 1795521600 /* when its letters have the verdicts of EXPECT.json */
};

/* "data/signet/mail/A/F/cur/demo-NNN:2,FLAGS" for "…/mail/A/F/NNN,FLAGS.eml";
 * an unread letter of no flags stands in cur as well (":2,"). */
static int
letter_path(struct buf *out, const char *dir, struct str name, struct err *e)
{
	ptrdiff_t slash = str_rchr(name, '/');
	struct str folder = str_sub(name, 0, (size_t)slash);
	struct str file = str_sub(name, (size_t)slash + 1, name.n), number;
	static const char *const sub[] = { "cur", "new", "tmp" };

	for (int i = 0; i < 3; i++) {
		buf_clear(out);
		buf_printf(out, "%s/data/signet/mail/%.*s/%s", dir,
			STR_ARG(folder), sub[i]);
		if (file_mkdirs(buf_c(out), e) < 0)
			return -1;
	}
	str_split(&file, ',', &number);
	if (str_ends(file, STR(".eml")))
		file = str_sub(file, 0, file.n - 4);
	buf_clear(out);
	buf_printf(out, "%s/data/signet/mail/%.*s/cur/demo-%.*s:2,%.*s", dir,
		STR_ARG(folder), STR_ARG(number), STR_ARG(file));
	return 0;
}

/* Where the entry NAME of the tar goes; *OUT stays empty for what does not. */
static int
entry_path(struct buf *out, const char *dir, struct str name, struct err *e)
{
	buf_clear(out);
	if (str_find(name, STR("..")) >= 0 ||
		!str_starts(name, STR("profile/")))
		return 0;
	name = str_sub(name, 8, name.n);
	if (str_starts(name, STR("mail/")) && str_ends(name, STR(".eml")))
		return letter_path(out, dir, str_sub(name, 5, name.n), e);
	if (str_eq(name, STR("config")) || str_eq(name, STR("zone.json")))
		buf_printf(out, "%s/config/signet/%.*s", dir, STR_ARG(name));
	return 0;
}

static int
unpack(const char *dir, struct err *e)
{
	struct archive *a = archive_read_new();
	struct archive_entry *entry;
	struct buf path, bytes;
	int rc = 0;

	buf_init(&path, 4096);
	buf_init(&bytes, ENTRY_MAX);
	archive_read_support_format_tar(a);
	if (archive_read_open_memory(a, demo_tar_begin,
		    (size_t)((uintptr_t)demo_tar_end -
			     (uintptr_t)demo_tar_begin)) != ARCHIVE_OK)
		rc = err_set(e, ERR_SYSTEM, 0, "the demo profile is damaged");
	while (rc == 0 && archive_read_next_header(a, &entry) == ARCHIVE_OK) {
		int64_t size = archive_entry_size(entry);
		char *room;

		rc = entry_path(
			&path, dir, str_c(archive_entry_pathname(entry)), e);
		if (rc < 0 || path.n == 0 || size < 0 || size > ENTRY_MAX)
			continue;
		buf_clear(&bytes);
		room = buf_room(&bytes, (size_t)size);
		if (archive_read_data(a, room, (size_t)size) != size) {
			rc = err_set(e, ERR_SYSTEM, 0,
				"the demo profile is damaged");
			break;
		}
		bytes.n = (size_t)size;
		rc = file_write(buf_c(&path), buf_str(&bytes), 0600, e);
	}
	archive_read_free(a);
	buf_fini(&path);
	buf_fini(&bytes);
	return rc;
}

int
demo_open(struct buf *dir, struct err *e)
{
	static const struct {
		const char *name, *sub;
	} vars[] = { { "XDG_CONFIG_HOME", "config" },
		{ "XDG_DATA_HOME", "data" }, { "XDG_STATE_HOME", "state" },
		{ "XDG_CACHE_HOME", "cache" }, { "XDG_RUNTIME_DIR", "run" } };
	const char *tmp = getenv("TMPDIR");
	char path[4096], sub[4200];

	snprintf(path, sizeof path, "%s/signet-demo.XXXXXX",
		tmp && *tmp == '/' ? tmp : "/tmp");
	if (!mkdtemp(path))
		return err_sys(e, errno, "cannot make the folder '%s'", path);
	clock_set(DAY);
	buf_clear(dir);
	buf_adds(dir, path);
	for (size_t i = 0; i < sizeof vars / sizeof *vars; i++) {
		snprintf(sub, sizeof sub, "%s/%s/signet", path, vars[i].sub);
		if (file_mkdirs(sub, e) < 0)
			return -1;
		snprintf(sub, sizeof sub, "%s/%s", path, vars[i].sub);
		setenv(vars[i].name, sub, 1);
	}
	return unpack(path, e);
}

void
demo_close(const char *dir)
{
	struct err e;

	if (dir && *dir && file_remove_tree(dir, &e) < 0)
		fprintf(stderr, "signet: %s\n", e.text);
}
