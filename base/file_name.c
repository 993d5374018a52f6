/* SPDX-License-Identifier: GPL-3.0-or-later */
/* file names from outside, and words of a command line: see file.h */
#define _GNU_SOURCE
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/utf8.h"

enum { TRIES = 10000, EXTENSION_MAX = 20 };

static struct str
last_component(struct str s)
{
	ptrdiff_t at = str_rchr(s, '/'), back = str_rchr(s, '\\');

	if (back > at)
		at = back;
	return str_sub(s, (size_t)(at + 1), s.n);
}

/* Names that mean a device on systems where the file may be copied to. */
static bool
is_device(struct str s)
{
	static const char *const names[] = { "con", "prn", "aux", "nul", "com1",
		"com2", "com3", "com4", "lpt1", "lpt2", "lpt3" };
	ptrdiff_t dot = str_chr(s, '.');
	struct str stem = dot < 0 ? s : str_sub(s, 0, (size_t)dot);

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (str_ieq(stem, str_c(names[i])))
			return true;
	return false;
}

/* Cut B to MAX bytes at a whole character, keeping a short extension. */
static void
cut_name(struct buf *b, size_t max)
{
	struct str s = buf_str(b), ext;
	char keep[EXTENSION_MAX + 1];
	ptrdiff_t dot = str_rchr(s, '.');
	size_t room;

	if (s.n <= max)
		return;
	ext = dot > 0 ? str_sub(s, (size_t)dot, s.n) : STR_NONE;
	if (ext.n > EXTENSION_MAX)
		ext = STR_NONE;
	if (ext.n)
		memcpy(keep, ext.p, ext.n);
	room = max - ext.n;
	while (room > 0 && ((unsigned char)s.p[room] & 0xc0) == 0x80)
		room--;
	buf_cut(b, room);
	buf_add(b, (struct str){ keep, ext.n });
}

void
file_safe_name(struct buf *out, struct str name, const char *fallback)
{
	struct buf b, shown;
	uint32_t cp;
	size_t skip = 0;
	bool is_dev;

	buf_init(&b, 4 * LIMIT_FILE_NAME + 4096);
	name = last_component(name);
	for (size_t i = 0; i < name.n && b.n < b.max - 8;) {
		size_t n = utf8_decode(name, i, &cp);

		if ((cp == UTF8_BAD && n == 1) || utf8_is_unsafe(cp) ||
			cp == ':' || cp == '"' || cp == '*' || cp == '?' ||
			cp == '<' || cp == '>' || cp == '|')
			buf_addc(&b, '_');
		else
			buf_add(&b, str_sub(name, i, i + n));
		i += n;
	}
	while (skip < b.n && strchr(".-~ ", b.p[skip]))
		skip++;
	/* what a screen would not show as it is, as a pile of marks upon one
	 * letter, does not stand in the name either */
	buf_init(&shown, b.max);
	utf8_safe(&shown, str_sub(buf_str(&b), skip, b.n), UTF8_LINE);
	buf_clear(&b);
	buf_add(&b, buf_str(&shown));
	buf_fini(&shown);
	is_dev = is_device(buf_str(&b));
	cut_name(&b, LIMIT_FILE_NAME - is_dev);
	while (b.n && (b.p[b.n - 1] == '.' || b.p[b.n - 1] == ' '))
		buf_cut(&b, b.n - 1);
	/* "con." and "con" are one device */
	if (is_dev || is_device(buf_str(&b)))
		buf_adds(out, "_");
	if (b.n == 0)
		buf_adds(out, fallback);
	else
		buf_add(out, buf_str(&b));
	buf_fini(&b);
}

int
file_create_in(
	const char *dir, struct str name, struct buf *name_out, struct err *e)
{
	int dirfd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC), fd = -1;
	ptrdiff_t dot = str_rchr(name, '.');
	struct str stem = dot > 0 ? str_sub(name, 0, (size_t)dot) : name;
	struct str ext = dot > 0 ? str_sub(name, (size_t)dot, name.n) : STR("");
	struct buf b;

	if (dirfd < 0)
		return err_sys(e, errno, "cannot open the directory '%s'", dir);
	buf_init(&b, 4096);
	for (int i = 1; i < TRIES && fd < 0; i++) {
		buf_clear(&b);
		buf_add(&b, stem);
		if (i > 1)
			buf_printf(&b, "-%d", i);
		buf_add(&b, ext);
		fd = openat(dirfd, buf_c(&b),
			O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
			0600);
		if (fd < 0 && errno != EEXIST) {
			err_sys(e, errno, "cannot make '%s' in '%s'", buf_c(&b),
				dir);
			break;
		}
	}
	if (fd >= 0)
		buf_add(name_out, buf_str(&b));
	else if (errno == EEXIST)
		err_set(e, ERR_SYSTEM, EEXIST, "too many files named '%.*s'",
			STR_ARG(name));
	buf_fini(&b);
	close(dirfd);
	return fd;
}

int
file_settle(const char *dir, const char *tmp, struct str name,
	struct buf *name_out, struct err *e)
{
	struct buf used, path;
	int fd, rc = 0;

	buf_init(&used, 4096);
	buf_init(&path, 8192);
	/* the name is ours from here on: nobody else's file is replaced */
	fd = file_create_in(dir, name, &used, e);
	if (fd < 0) {
		buf_fini(&used);
		return -1;
	}
	close(fd);
	buf_printf(&path, "%s/%s", dir, buf_c(&used));
	if (rename(tmp, buf_c(&path)) < 0) {
		rc = err_sys(e, errno, "cannot rename '%s'", tmp);
		(void)unlink(buf_c(&path));
	}
	if (rc == 0)
		rc = file_sync_dir(dir, e);
	buf_add(name_out, buf_str(&used));
	buf_fini(&used);
	buf_fini(&path);
	return rc;
}

const char *
file_home(struct arena *a, const char *path)
{
	const char *home = getenv("HOME");

	return strncmp(path, "~/", 2) == 0 && home
		       ? arena_printf(a, "%s%s", home, path + 1)
		       : path;
}

/* Copy the word at *P to OUT without its quotes and move *P behind it. */
static int
take_word(const char **p, struct buf *out)
{
	char quote = 0;

	if ((*p)[0] == '~' && (*p)[1] == '/') {
		const char *home = getenv("HOME");

		buf_adds(out, home ? home : "~");
		(*p)++;
	}
	for (; **p; (*p)++) {
		char c = **p;

		if (!quote && (c == ' ' || c == '\t'))
			break;
		if (quote ? c == quote : c == '"' || c == '\'') {
			quote = quote ? 0 : c;
		} else if (c == '\\' && quote != '\'' && (*p)[1]) {
			buf_addc(out, *++*p);
		} else {
			buf_addc(out, c);
		}
	}
	return quote ? -1 : 0;
}

char **
file_split_words(const char *line, struct err *e)
{
	enum { WORDS = 100 };
	size_t at[WORDS], count = 0;
	struct buf b;
	char **v = NULL, *text;

	buf_init(&b, 64 << 10);
	for (const char *p = line;;) {
		p += strspn(p, " \t");
		if (!*p)
			break;
		if (count == WORDS) {
			err_set(e, ERR_INPUT, 0, "'%s' has over %d words", line,
				WORDS);
			goto out;
		}
		at[count++] = b.n;
		if (take_word(&p, &b) < 0) {
			err_set(e, ERR_INPUT, 0,
				"'%s' has a quote that is not closed", line);
			goto out;
		}
		buf_addc(&b, '\0');
	}
	if (count == 0) {
		err_set(e, ERR_INPUT, 0, "the command is empty");
		goto out;
	}
	v = malloc((count + 1) * sizeof *v + b.n);
	if (!v) {
		err_sys(e, ENOMEM, "cannot split '%s'", line);
		goto out;
	}
	text = (char *)(v + count + 1);
	memcpy(text, b.p, b.n);
	for (size_t i = 0; i < count; i++)
		v[i] = text + at[i];
	v[count] = NULL;
out:
	buf_fini(&b);
	return v;
}
