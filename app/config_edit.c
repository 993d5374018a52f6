/* SPDX-License-Identifier: GPL-3.0-or-later */
/* edits of the configuration: see config.h. Whole lines are added or taken
 * out; nothing else in the file changes by a byte. */
#include "app/config.h"

#include <stdlib.h>
#include <sys/stat.h>

#include "base/file.h"

/* Write TEXT back to the file; its directory is made where it is missing. A
 * file that somebody else has changed since it was read is left alone. */
static int
write_back(const struct config *c, struct str text, struct err *e)
{
	ptrdiff_t slash = str_rchr(str_c(c->path), '/');
	struct buf now;
	int rc = 0;

	if (slash > 0) {
		char *dir = arena_cstr(
			c->arena, (struct str){ c->path, (size_t)slash });

		if (file_mkdirs(dir, e) < 0)
			return -1;
	}
	if (c->exists) {
		buf_init(&now, LIMIT_CONFIG);
		rc = file_read(c->path, &now, e);
		if (rc == 0 && !str_eq(buf_str(&now), c->text))
			rc = err_set(e, ERR_INPUT, 0,
				"'%s' was changed meanwhile by another "
				"program; nothing was written",
				c->path);
		buf_fini(&now);
		if (rc < 0)
			return -1;
	}
	return file_write(c->path, text, 0600, e);
}

int
config_add_account(const struct config *c, const char *name, const char *lines,
	struct err *e)
{
	struct buf text;
	int rc;

	if (config_account(c, name))
		return err_set(e, ERR_INPUT, 0,
			"there is already an account \"%s\" in '%s'", name,
			c->path);
	buf_init(&text, LIMIT_CONFIG);
	buf_add(&text, c->text);
	if (text.n && text.p[text.n - 1] != '\n')
		buf_addc(&text, '\n');
	buf_printf(&text, "%s[account \"%s\"]\n%s", text.n ? "\n" : "", name,
		lines);
	rc = text.full ? err_set(e, ERR_INPUT, 0, "'%s' is too large", c->path)
		       : write_back(c, buf_str(&text), e);
	buf_fini(&text);
	return rc;
}

/* Is LINE empty or a comment? Such lines before a section are about that. */
static bool
is_idle(struct str line)
{
	line = str_trim(line);
	return line.n == 0 || line.p[0] == '#' || line.p[0] == ';';
}

int
config_extend_account(const struct config *c, const char *name,
	const char *lines, struct err *e)
{
	const struct config_account *a = config_account(c, name);
	struct str rest = c->text, line;
	size_t end = 0;
	unsigned number = 0;
	struct buf text;
	int rc;

	if (!a)
		return err_set(e, ERR_INPUT, 0,
			"there is no account \"%s\" in '%s'", name, c->path);
	while (str_split(&rest, '\n', &line)) {
		number++;
		if (number > a->line && str_starts(str_trim(line), STR("[")))
			break;
		if (number >= a->line && !is_idle(line))
			end = (size_t)(line.p - c->text.p) + line.n;
	}
	buf_init(&text, LIMIT_CONFIG);
	buf_add(&text, str_sub(c->text, 0, end));
	buf_addc(&text, '\n');
	buf_adds(&text, lines);
	if (end < c->text.n) /* its line end stands behind LINES already */
		buf_add(&text, str_sub(c->text, end + 1, c->text.n));
	rc = text.full ? err_set(e, ERR_INPUT, 0, "'%s' is too large", c->path)
		       : write_back(c, buf_str(&text), e);
	buf_fini(&text);
	return rc;
}

int
config_remove_account(const struct config *c, const char *name, struct err *e)
{
	const struct config_account *a = config_account(c, name);
	struct str rest = c->text, line;
	unsigned number = 0;
	bool inside = false;
	struct buf text;
	int rc;

	if (!a)
		return err_set(e, ERR_INPUT, 0,
			"there is no account \"%s\" in '%s'", name, c->path);
	buf_init(&text, LIMIT_CONFIG);
	while (str_split(&rest, '\n', &line)) {
		number++;
		if (str_starts(str_trim(line), STR("[")))
			inside = number == a->line;
		if (inside)
			continue;
		buf_add(&text, line);
		if (rest.p)
			buf_addc(&text, '\n');
	}
	rc = write_back(c, buf_str(&text), e);
	buf_fini(&text);
	return rc;
}
