/* SPDX-License-Identifier: GPL-3.0-or-later */
/* script - see script.h */
#include "ui/script.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "base/utf8.h"
#include "ui/keys.h"
#include "ui/tty.h"

enum { WAIT_MS = 30000 };

struct script {
	struct buf text;
	struct str rest;   /* lines not begun */
	struct str words;  /* of the line of keys */
	struct str typing; /* of the line ":type" */
	struct str wait;   /* ":wait-text", or p NULL */
	bool wait_idle;
	int64_t wait_end;
};

struct script *
script_open(const char *path, struct err *e)
{
	struct script *s = calloc(1, sizeof *s);

	if (!s) {
		err_sys(e, 12, "cannot read '%s'", path);
		return NULL;
	}
	buf_init(&s->text, 1 << 20);
	if (file_read(path, &s->text, e) < 0) {
		script_free(&s);
		return NULL;
	}
	s->rest = buf_str(&s->text);
	return s;
}

void
script_free(struct script **s)
{
	if (!*s)
		return;
	buf_fini(&(*s)->text);
	free(*s);
	*s = NULL;
}

static void
save(struct str name, struct str bytes)
{
	char path[4096];
	struct err e;

	snprintf(path, sizeof path, "%.*s", STR_ARG(name));
	if (file_write(path, bytes, 0600, &e) < 0)
		log_write(LOG_ERROR, "script", "%s", e.text);
}

static void
save_screen(struct str name)
{
	struct buf b;

	buf_init(&b, 1 << 20);
	tty_dump(&b);
	save(name, buf_str(&b));
	buf_fini(&b);
}

static void
save_stalls(struct str name)
{
	struct tty_stalls t = tty_stalls();
	struct buf b;

	buf_init(&b, 200);
	buf_printf(&b, "%lld %lld %llu\n", (long long)t.max_us,
		(long long)t.p99_us, (unsigned long long)t.count);
	save(name, buf_str(&b));
	buf_fini(&b);
}

static bool
is_on_screen(struct str text)
{
	struct buf b;
	bool yes;

	buf_init(&b, 1 << 20);
	tty_dump(&b);
	yes = str_find(buf_str(&b), text) >= 0;
	buf_fini(&b);
	return yes;
}

/* Does what is waited for hold, or has it taken too long? */
static bool
may_go_on(struct script *s, bool is_idle)
{
	bool ok = (!s->wait_idle || is_idle) &&
		  (!s->wait.p || is_on_screen(s->wait));

	if (!ok && clock_mono_ms() < s->wait_end)
		return false;
	if (!ok)
		log_write(LOG_ERROR, "script", "waited too long for '%.*s'",
			STR_ARG(s->wait.p ? s->wait : STR("idle")));
	s->wait_idle = false;
	s->wait = STR_NONE;
	return true;
}

static void
wait_for(struct script *s, bool idle, struct str text)
{
	s->wait_idle = idle;
	s->wait = text;
	s->wait_end = clock_mono_ms() + WAIT_MS;
}

/* Begin LINE; true where it is ":quit". */
static bool
begin_line(struct script *s, struct str line)
{
	struct str arg = str_trim(str_sub(line, 13, line.n));

	if (str_starts(line, STR("# ")))
		return false;
	if (str_eq(line, STR(":quit")))
		return true;
	if (str_starts(line, STR(":wait-idle")))
		wait_for(s, true, STR_NONE);
	else if (str_starts(line, STR(":wait-text ")))
		wait_for(s, false, str_sub(line, 11, line.n));
	else if (str_starts(line, STR(":save-screen ")))
		save_screen(arg);
	else if (str_starts(line, STR(":save-stalls ")))
		save_stalls(arg);
	else if (str_starts(line, STR(":type ")))
		s->typing = str_sub(line, 6, line.n);
	else
		s->words = line;
	return false;
}

enum script_step
script_next(struct script *s, bool is_idle, uint32_t *key_out)
{
	struct str word;

	for (;;) {
		if ((s->wait_idle || s->wait.p) && !may_go_on(s, is_idle))
			return SCRIPT_WAIT;
		if (s->typing.n) {
			size_t n = utf8_decode(s->typing, 0, key_out);

			s->typing = str_sub(s->typing, n, s->typing.n);
			return SCRIPT_KEY;
		}
		if (str_split(&s->words, ' ', &word)) {
			if (word.n == 0)
				continue;
			*key_out = keys_parse(word);
			if (*key_out == KEY_NONE)
				utf8_decode(word, 0, key_out);
			return SCRIPT_KEY;
		}
		if (!str_split(&s->rest, '\n', &word))
			return SCRIPT_END;
		if (word.n && begin_line(s, word))
			return SCRIPT_QUIT;
	}
}
