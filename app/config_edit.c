/* SPDX-License-Identifier: GPL-3.0-or-later */
/* edits of the configuration: see config.h. Whole lines are added or taken
 * out; nothing else in the file changes by a byte. */
#include "app/config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
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

/* The section HEAD with LINES at the end of the file. */
static int
append(const struct config *c, const char *head, const char *lines,
	struct err *e)
{
	struct buf text;
	int rc;

	buf_init(&text, LIMIT_CONFIG);
	buf_add(&text, c->text);
	if (text.n && text.p[text.n - 1] != '\n')
		buf_addc(&text, '\n');
	buf_printf(&text, "%s%s\n%s", text.n ? "\n" : "", head, lines);
	rc = text.full ? err_set(e, ERR_INPUT, 0, "'%s' is too large", c->path)
		       : write_back(c, buf_str(&text), e);
	buf_fini(&text);
	return rc;
}

int
config_add_account(const struct config *c, const char *name, const char *lines,
	struct err *e)
{
	char head[200];

	if (config_account(c, name))
		return err_set(e, ERR_INPUT, 0,
			"there is already an account \"%s\" in '%s'", name,
			c->path);
	snprintf(head, sizeof head, "[account \"%s\"]", name);
	return append(c, head, lines, e);
}

/* Is LINE empty or a comment? Such lines before a section are about that. */
static bool
is_idle(struct str line)
{
	line = str_trim(line);
	return line.n == 0 || line.p[0] == '#' || line.p[0] == ';';
}

/* LINES behind the last line of the section that begins in the line NUMBER. */
static int
extend(const struct config *c, unsigned section, const char *lines,
	struct err *e)
{
	struct str rest = c->text, line;
	size_t end = 0;
	unsigned number = 0;
	struct buf text;
	int rc;

	while (str_split(&rest, '\n', &line)) {
		number++;
		if (number > section && str_starts(str_trim(line), STR("[")))
			break;
		if (number >= section && !is_idle(line))
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
config_extend_account(const struct config *c, const char *name,
	const char *lines, struct err *e)
{
	const struct config_account *a = config_account(c, name);

	if (!a)
		return err_set(e, ERR_INPUT, 0,
			"there is no account \"%s\" in '%s'", name, c->path);
	return extend(c, a->line, lines, e);
}

/* The file without the lines FIRST to LAST. */
static int
drop_lines(const struct config *c, unsigned first, unsigned last, struct err *e)
{
	struct str rest = c->text, line;
	unsigned number = 0;
	struct buf text;
	int rc;

	buf_init(&text, LIMIT_CONFIG);
	while (str_split(&rest, '\n', &line)) {
		number++;
		if (number >= first && number <= last)
			continue;
		buf_add(&text, line);
		if (rest.p)
			buf_addc(&text, '\n');
	}
	rc = write_back(c, buf_str(&text), e);
	buf_fini(&text);
	return rc;
}

/* The line in which the first section [general] begins, 0: there is none; and
 * that which demands DOMAIN and nothing else, or 0. */
static unsigned
find_demand(const struct config *c, const char *domain, unsigned *demand_out)
{
	struct str rest = c->text, line, key;
	unsigned number = 0, general = 0;
	bool inside = false;

	*demand_out = 0;
	while (str_split(&rest, '\n', &line)) {
		line = str_trim(line);
		number++;
		if (str_starts(line, STR("["))) {
			inside = str_ieq(line, STR("[general]"));
			if (inside && !general)
				general = number;
		}
		if (inside && str_split(&line, '=', &key) && line.p &&
			str_eq(str_trim(key), STR("must-verify")) &&
			str_ieq(str_trim(line), str_c(domain)))
			*demand_out = number;
	}
	return general;
}

int
config_demand(
	const struct config *c, const char *domain, bool is_on, struct err *e)
{
	unsigned line, section = find_demand(c, domain, &line);
	char text[400];

	if (is_on == (line > 0))
		return err_set(e, ERR_INPUT, 0,
			is_on ? N_("'%s' says so already: must-verify = %s")
			      : N_("'%s' has no line 'must-verify = %s': it "
				   "names others as well, or a domain above "
				   "it; change it there"),
			c->path, domain);
	if (!is_on)
		return drop_lines(c, line, line, e);
	if (strlen(domain) > 253 || strpbrk(domain, " \t\r\n#;\"="))
		return err_set(e, ERR_INPUT, 0, "'%s' is no domain", domain);
	snprintf(text, sizeof text, "must-verify = %s\n", domain);
	if (section)
		return extend(c, section, text, e);
	return append(c, "[general]", text, e);
}

int
config_remove_account(const struct config *c, const char *name, struct err *e)
{
	const struct config_account *a = config_account(c, name);
	struct str rest = c->text, line;
	unsigned number = 0, last = 0;

	if (!a)
		return err_set(e, ERR_INPUT, 0,
			"there is no account \"%s\" in '%s'", name, c->path);
	while (str_split(&rest, '\n', &line)) {
		if (++number > a->line && str_starts(str_trim(line), STR("[")))
			break;
		last = number;
	}
	return drop_lines(c, a->line, last, e);
}
