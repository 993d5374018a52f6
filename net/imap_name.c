/* SPDX-License-Identifier: GPL-3.0-or-later */
/* names of mailboxes and quoted strings: see imap.h */
#include "base/utf8.h"
#include "net/imap.h"

static const char digits[] =
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,";

/* One run of modified base64 (S, without '&' and '-') as UTF-8. False where it
 * is none. */
static bool
decode_run(struct buf *out, struct str s)
{
	uint32_t bits = 0, high = 0;
	int have = 0;

	for (size_t i = 0; i < s.n; i++) {
		const char *at = memchr(digits, s.p[i], 64);
		uint32_t unit;

		if (!at)
			return false;
		bits = bits << 6 | (uint32_t)(at - digits);
		have += 6;
		if (have < 16)
			continue;
		have -= 16;
		unit = bits >> have & 0xffff;
		if (high) {
			if (unit < 0xdc00 || unit > 0xdfff)
				return false;
			utf8_add(out, 0x10000 + ((high - 0xd800) << 10) +
					      (unit - 0xdc00));
			high = 0;
		} else if (unit >= 0xd800 && unit <= 0xdbff) {
			high = unit;
		} else {
			utf8_add(out, unit);
		}
	}
	return high == 0 && have < 6;
}

void
imap_name_decode(struct buf *out, struct str raw)
{
	size_t start = out->n;

	for (size_t i = 0; i < raw.n; i++) {
		ptrdiff_t end;

		if (raw.p[i] != '&') {
			buf_addc(out, raw.p[i]);
			continue;
		}
		end = str_chr(str_sub(raw, i + 1, raw.n), '-');
		if (end == 0) {
			buf_addc(out, '&');
		} else if (end < 0 ||
			   !decode_run(out,
				   str_sub(raw, i + 1, i + 1 + (size_t)end))) {
			buf_cut(out, start); /* as it stands */
			buf_add(out, raw);
			return;
		}
		i += (size_t)end + 1;
	}
}

struct encoder {
	struct buf *out;
	uint32_t bits;
	int have;
	bool is_open;
};

static void
put_unit(struct encoder *x, uint32_t unit)
{
	if (!x->is_open)
		buf_addc(x->out, '&');
	x->is_open = true;
	x->bits = x->bits << 16 | unit;
	x->have += 16;
	while (x->have >= 6) {
		x->have -= 6;
		buf_addc(x->out, digits[x->bits >> x->have & 63]);
	}
}

static void
close_run(struct encoder *x)
{
	if (!x->is_open)
		return;
	if (x->have)
		buf_addc(x->out, digits[x->bits << (6 - x->have) & 63]);
	buf_addc(x->out, '-');
	x->is_open = false;
	x->bits = 0;
	x->have = 0;
}

void
imap_name_encode(struct buf *out, struct str name)
{
	struct encoder x = { .out = out };
	uint32_t cp;

	for (size_t i = 0; i < name.n;) {
		i += utf8_decode(name, i, &cp);
		if (cp >= 0x20 && cp < 0x7f) {
			close_run(&x);
			buf_adds(out, cp == '&' ? "&-" : "");
			if (cp != '&')
				buf_addc(out, (char)cp);
		} else if (cp >= 0x10000) {
			put_unit(&x, 0xd800 + ((cp - 0x10000) >> 10));
			put_unit(&x, 0xdc00 + ((cp - 0x10000) & 0x3ff));
		} else {
			put_unit(&x, cp);
		}
	}
	close_run(&x);
}

/* S in quotes, of characters up to LAST. */
static int
quote(struct buf *out, struct str s, unsigned char last, struct err *e)
{
	buf_addc(out, '"');
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c < 0x20 || c == 0x7f || c > last)
			return err_set(e, ERR_INPUT, 0,
				"a character that no IMAP line may hold stands "
				"in '%.*s'",
				STR_ARG(s));
		if (c == '"' || c == '\\')
			buf_addc(out, '\\');
		buf_addc(out, (char)c);
	}
	buf_addc(out, '"');
	return 0;
}

int
imap_quote(struct buf *out, struct str s, struct err *e)
{
	return quote(out, s, 0x7e, e);
}

int
imap_quote_utf8(struct buf *out, struct str s, struct err *e)
{
	return quote(out, s, 0xff, e);
}

int
imap_role(const char *name)
{
	static const char *const names[] = { "", "Inbox", "Drafts", "Sent",
		"Archive", "Junk", "Trash", "All" };

	if (*name == '\\')
		name++;
	for (int i = 1; i < 8; i++)
		if (str_ieq(str_c(name), str_c(names[i])))
			return i;
	return 0;
}
