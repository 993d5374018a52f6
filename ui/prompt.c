/* SPDX-License-Identifier: GPL-3.0-or-later */
/* prompt - see prompt.h */
#define _DEFAULT_SOURCE
#include "ui/prompt.h"

#include "base/utf8.h"
#include "ui/tty.h"

enum { TEXT_MAX = 4000 };

void
prompt_init(struct prompt *p, const char *text, bool is_secret)
{
	buf_init(&p->text, TEXT_MAX);
	buf_adds(&p->text, text);
	p->at = p->text.n;
	p->is_secret = is_secret;
}

void
prompt_fini(struct prompt *p)
{
	if (p->text.p)
		explicit_bzero(p->text.p, p->text.cap);
	buf_fini(&p->text);
	p->at = 0;
}

void
prompt_set(struct prompt *p, const char *text)
{
	buf_clear(&p->text);
	buf_adds(&p->text, text);
	p->at = p->text.n;
}

static void
insert(struct prompt *p, struct str s)
{
	struct buf rest;

	buf_init(&rest, TEXT_MAX);
	buf_add(&rest, str_sub(buf_str(&p->text), p->at, p->text.n));
	buf_cut(&p->text, p->at);
	buf_add(&p->text, s);
	p->at = p->text.n;
	buf_add(&p->text, buf_str(&rest));
	if (rest.p)
		explicit_bzero(rest.p, rest.n);
	buf_fini(&rest);
}

static void
erase(struct prompt *p, size_t from, size_t to)
{
	memmove(p->text.p + from, p->text.p + to, p->text.n - to + 1);
	p->text.n -= to - from;
	p->at = from;
}

static size_t
step_back(const struct prompt *p)
{
	size_t at = p->at;

	do {
		while (at > 0 &&
			((unsigned char)p->text.p[--at] & 0xc0) == 0x80)
			;
		uint32_t cp;

		utf8_decode(buf_str(&p->text), at, &cp);
		if (utf8_cells(cp) > 0)
			break;
	} while (at > 0);
	return at;
}

static size_t
step_on(const struct prompt *p)
{
	size_t at = p->at;
	uint32_t cp;

	if (at < p->text.n)
		at += utf8_decode(buf_str(&p->text), at, &cp);
	while (at < p->text.n) {
		size_t n = utf8_decode(buf_str(&p->text), at, &cp);

		if (utf8_cells(cp) > 0)
			break;
		at += n;
	}
	return at;
}

static size_t
word_back(const struct prompt *p)
{
	size_t at = p->at;

	while (at > 0 && p->text.p[at - 1] == ' ')
		at--;
	while (at > 0 && p->text.p[at - 1] != ' ')
		at--;
	return at;
}

/* A paste is one line: its line ends become blanks. */
static void
insert_paste(struct prompt *p)
{
	struct buf one;

	buf_init(&one, TEXT_MAX);
	utf8_safe(&one, str_trim(tty_pasted()), UTF8_LINE);
	insert(p, buf_str(&one));
	buf_fini(&one);
}

enum prompt_end
prompt_key(struct prompt *p, uint32_t key)
{
	size_t was = p->text.n;
	struct buf typed;

	switch (key) {
	case TTY_ENTER:
		return PROMPT_ACCEPTED;
	case TTY_ESCAPE:
	case 7: /* Ctrl-G */
		return PROMPT_CANCELLED;
	case TTY_LEFT:
	case 2:
		p->at = p->at ? step_back(p) : 0;
		return PROMPT_GOES_ON;
	case TTY_RIGHT:
	case 6:
		p->at = step_on(p);
		return PROMPT_GOES_ON;
	case TTY_HOME:
	case 1:
		p->at = 0;
		return PROMPT_GOES_ON;
	case TTY_END:
	case 5:
		p->at = p->text.n;
		return PROMPT_GOES_ON;
	case TTY_BACKSPACE:
		if (p->at)
			erase(p, step_back(p), p->at);
		break;
	case TTY_DELETE:
	case 4:
		if (p->at < p->text.n)
			erase(p, p->at, step_on(p));
		break;
	case 11: /* Ctrl-K */
		buf_cut(&p->text, p->at);
		break;
	case 21: /* Ctrl-U */
		if (p->at)
			erase(p, 0, p->at);
		break;
	case 23: /* Ctrl-W */
		if (p->at)
			erase(p, word_back(p), p->at);
		break;
	case TTY_PASTE:
		insert_paste(p);
		break;
	default:
		if (key < 0x20 || key > 0x10ffff || utf8_is_unsafe(key))
			return PROMPT_GOES_ON;
		buf_init(&typed, 8);
		utf8_add(&typed, key);
		insert(p, buf_str(&typed));
		buf_fini(&typed);
	}
	return p->text.n != was ? PROMPT_CHANGED : PROMPT_GOES_ON;
}

int
prompt_draw(const struct prompt *p, int y, int x, int cells, unsigned style)
{
	struct str all = buf_str(&p->text), left = str_sub(all, 0, p->at);
	size_t width = utf8_width(left), skip = 0;
	struct buf marks;

	if (p->is_secret) {
		buf_init(&marks, TEXT_MAX);
		for (size_t i = 0; i < all.n; i++)
			if (((unsigned char)all.p[i] & 0xc0) != 0x80)
				buf_addc(&marks, '*');
		tty_put(y, x, cells, buf_str(&marks), style);
		width = marks.n;
		buf_fini(&marks);
		return x + (width < (size_t)cells ? (int)width : cells - 1);
	}
	/* show the part that ends at the cursor */
	while (cells > 1 &&
		width - utf8_width(str_sub(all, 0, skip)) > (size_t)cells - 1) {
		uint32_t cp;

		skip += utf8_decode(all, skip, &cp);
	}
	tty_put(y, x, cells, str_sub(all, skip, all.n), style);
	return x + (int)(width - utf8_width(str_sub(all, 0, skip)));
}
