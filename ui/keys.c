/* SPDX-License-Identifier: GPL-3.0-or-later */
/* keys - see keys.h */
#include "ui/keys.h"

#include "ui/i18n.h"
#include "ui/tty.h"

static const struct {
	const char *name, *keys, *help;
	unsigned places;
} table[ACTIONS] = { [ACTION_NONE] = { "", "", "", 0 },
#define X(id, command, keys, places, help)                                     \
	[ACTION_##id] = { command, keys, help, places },
	ACTION_TABLE(X)
#undef X
};

uint32_t
keys_parse(struct str name)
{
	static const struct {
		const char *name;
		uint32_t key;
	} named[] = { { "Enter", TTY_ENTER }, { "Esc", TTY_ESCAPE },
		{ "Space", ' ' }, { "Tab", TTY_TAB }, { "Up", TTY_UP },
		{ "Down", TTY_DOWN }, { "Left", TTY_LEFT },
		{ "Right", TTY_RIGHT }, { "PgUp", TTY_PGUP },
		{ "PgDn", TTY_PGDN }, { "Home", TTY_HOME }, { "End", TTY_END },
		{ "F1", TTY_F1 }, { "BackTab", TTY_BACKTAB },
		{ "Backspace", TTY_BACKSPACE } };

	if (name.n == 1)
		return (unsigned char)name.p[0];
	for (size_t i = 0; i < sizeof named / sizeof *named; i++)
		if (str_eq(name, str_c(named[i].name)))
			return named[i].key;
	if (name.n == 6 && str_starts(name, STR("Ctrl-")))
		return (uint32_t)name.p[5] & 0x1f;
	return KEY_NONE;
}

/* Take one alternative "g-g" or "Enter" off *REST into its one or two keys. */
static bool
next_alternative(struct str *rest, uint32_t *first, uint32_t *second)
{
	struct str word;
	ptrdiff_t dash;

	if (!str_split(rest, ' ', &word) || word.n == 0)
		return false;
	dash = word.n > 2 && word.p[1] == '-' ? 1 : -1;
	*second = KEY_NONE;
	if (dash > 0) {
		*first = keys_parse(str_sub(word, 0, 1));
		*second = keys_parse(str_sub(word, 2, word.n));
	} else {
		*first = keys_parse(word);
	}
	return true;
}

enum action
keys_find(enum place place, uint32_t prefix, uint32_t key, bool *is_prefix_out)
{
	*is_prefix_out = false;
	for (int a = 1; a < ACTIONS; a++) {
		struct str rest = str_c(table[a].keys);
		uint32_t first, second;

		if (!(table[a].places & place))
			continue;
		while (next_alternative(&rest, &first, &second)) {
			if (prefix ? first == prefix && second == key
				   : first == key && second == KEY_NONE)
				return (enum action)a;
			if (!prefix && first == key && second != KEY_NONE)
				*is_prefix_out = true;
		}
	}
	return ACTION_NONE;
}

enum action
keys_command(struct str name)
{
	enum action hit = ACTION_NONE;

	for (int a = 1; a < ACTIONS; a++) {
		if (str_eq(str_c(table[a].name), name))
			return (enum action)a;
		if (name.n && str_starts(str_c(table[a].name), name)) {
			if (hit != ACTION_NONE)
				return ACTION_NONE;
			hit = (enum action)a;
		}
	}
	return hit;
}

const char *
keys_name(enum action a)
{
	return table[a].name;
}

const char *
keys_label(enum action a)
{
	return gettext(table[a].name);
}

const char *
keys_keys(enum action a)
{
	return table[a].keys;
}

const char *
keys_help(enum action a)
{
	return _(table[a].help);
}

unsigned
keys_places(enum action a)
{
	return table[a].places;
}

const char *
keys_first(enum action a, struct buf *tmp)
{
	struct str rest = str_c(table[a].keys), word = STR("");

	buf_clear(tmp);
	if (str_split(&rest, ' ', &word) && word.n > 2 && word.p[1] == '-') {
		buf_add(tmp, str_sub(word, 0, 1));
		buf_addc(tmp, ' ');
		buf_add(tmp, str_sub(word, 2, word.n));
	} else {
		buf_add(tmp, word);
	}
	return buf_c(tmp);
}

void
keys_table(struct buf *out)
{
	static const struct {
		unsigned place;
		const char *name;
	} places[] = { { IN_LIST, "list" }, { IN_READER, "reader" },
		{ IN_PANE, "pane" }, { IN_COMPOSE, "compose" },
		{ IN_FILES, "files" }, { IN_OUTBOX, "outbox" },
		{ IN_SIDEBAR, "folders" } };

	for (int a = 1; a < ACTIONS; a++) {
		bool first = true;

		buf_printf(out, "%s\t%s\t", table[a].keys, table[a].name);
		if (table[a].places == IN_ALL)
			buf_adds(out, "everywhere");
		else
			for (size_t i = 0; i < sizeof places / sizeof *places;
				i++)
				if (table[a].places & places[i].place) {
					buf_printf(out, "%s%s",
						first ? "" : ", ",
						places[i].name);
					first = false;
				}
		buf_printf(out, "\t%s\n", table[a].help);
	}
}
