/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tnef - see tnef.h.
 *
 *   stream     signature key attribute*
 *   attribute  level id length data checksum
 *
 * An attachment begins with attAttachRendData; its long name stands in the MAPI
 * properties of attAttachment. Every length is checked against what is left. */
#include "mime/tnef.h"

#include "base/utf8.h"
#include "mime/charset.h"

enum {
	SIGNATURE = 0x223e9f78,
	FILES_MAX = 500,
	PROPS_MAX = 5000,

	ATT_SUBJECT = 0x8004,
	ATT_BODY = 0x800c,
	ATT_RENDER = 0x9002,
	ATT_DATA = 0x800f,
	ATT_TITLE = 0x8010,
	ATT_MAPI = 0x9003,
	ATT_ATTACHMENT = 0x9005,
	ATT_CODEPAGE = 0x9007,

	PT_UNICODE = 0x1f,
	PT_STRING8 = 0x1e,
	PT_BINARY = 0x102,
	PT_OBJECT = 0x0d,

	PR_SUBJECT = 0x0037,
	PR_BODY = 0x1000,
	PR_HTML = 0x1013,
	PR_DISPLAY_NAME = 0x3001,
	PR_ATTACH_DATA = 0x3701,
	PR_ATTACH_FILENAME = 0x3704,
	PR_ATTACH_LONG = 0x3707
};

struct reader {
	struct str s;
	size_t at;
	bool bad;
};

struct state {
	struct arena *a;
	struct tnef t;
	struct tnef_file *file; /* the one being read */
	bool has_long;
	const char *codepage;
};

static uint32_t
number(struct reader *r, size_t bytes)
{
	uint32_t v = 0;

	if (r->s.n - r->at < bytes) {
		r->bad = true;
		r->at = r->s.n;
		return 0;
	}
	for (size_t i = 0; i < bytes; i++)
		v |= (uint32_t)(unsigned char)r->s.p[r->at + i] << (8 * i);
	r->at += bytes;
	return v;
}

static struct str
bytes(struct reader *r, uint32_t n)
{
	struct str v;

	if (r->s.n - r->at < n) {
		r->bad = true;
		n = (uint32_t)(r->s.n - r->at);
	}
	v = str_sub(r->s, r->at, r->at + n);
	r->at += n;
	return v;
}

/* Text in the set LABEL, up to its NUL. */
static struct str
text(struct state *st, const char *label, struct str s, bool wide)
{
	struct buf b;
	struct str r;
	ptrdiff_t nul;

	buf_init(&b, LIMIT_MESSAGE);
	charset_decode(&b, str_c(wide ? "utf-16le" : label), s, NULL);
	r = buf_str(&b);
	nul = str_chr(r, '\0');
	if (nul >= 0)
		r.n = (size_t)nul;
	r = arena_str(st->a, r);
	buf_fini(&b);
	return r;
}

/* Bytes of one value of a fixed type; 0: not fixed, -1: unknown. */
static int
fixed_size(unsigned type)
{
	switch (type) {
	case 0x02: /* i2 */
	case 0x03: /* i4 */
	case 0x04: /* r4 */
	case 0x0a: /* error */
	case 0x0b: /* boolean */
		return 4;
	case 0x05: /* r8 */
	case 0x06: /* currency */
	case 0x07: /* time of applications */
	case 0x14: /* i8 */
	case 0x40: /* time */
		return 8;
	case 0x48: /* clsid */
		return 16;
	case PT_STRING8:
	case PT_UNICODE:
	case PT_BINARY:
	case PT_OBJECT:
		return 0;
	}
	return -1;
}

static void
take_property(struct state *st, unsigned id, unsigned type, struct str v)
{
	bool wide = type == PT_UNICODE, is_text = wide || type == PT_STRING8;
	struct tnef_file *f = st->file;

	if (f && is_text &&
		(id == PR_ATTACH_LONG ||
			(!st->has_long && (id == PR_ATTACH_FILENAME ||
						  (id == PR_DISPLAY_NAME &&
							  f->name.n == 0))))) {
		f->name = text(st, st->codepage, v, wide);
		st->has_long |= id == PR_ATTACH_LONG;
	} else if (f && id == PR_ATTACH_DATA && f->bytes.n == 0) {
		/* an object begins with the 16 bytes of its interface */
		f->bytes = type == PT_OBJECT && v.n >= 16 ? str_sub(v, 16, v.n)
							  : v;
	} else if (!f && is_text && id == PR_SUBJECT) {
		st->t.subject = text(st, st->codepage, v, wide);
	} else if (!f && is_text && id == PR_BODY) {
		st->t.text = text(st, st->codepage, v, wide);
	} else if (!f && id == PR_HTML) {
		st->t.html = text(st, st->codepage, v, wide);
	}
}

/* The MAPI properties of MS-OXTNEF, 2.1.3.4. */
static void
read_properties(struct state *st, struct str s)
{
	struct reader r = { .s = s };
	uint32_t count = number(&r, 4);

	for (uint32_t i = 0; i < count && i < PROPS_MAX && !r.bad; i++) {
		unsigned type = number(&r, 2), id = number(&r, 2);
		bool many = type & 0x1000;
		int size = fixed_size(type & 0xfff);
		uint32_t values = 1;

		if (id >= 0x8000) { /* a named one */
			uint32_t kind;

			bytes(&r, 16);
			kind = number(&r, 4);
			if (kind == 0) {
				number(&r, 4);
			} else {
				uint32_t n = number(&r, 4);

				bytes(&r, n);
				bytes(&r, (4 - n % 4) % 4);
			}
		}
		if (size < 0)
			return;
		if (many || size == 0)
			values = number(&r, 4);
		for (uint32_t k = 0; k < values && !r.bad; k++) {
			uint32_t n = size ? (uint32_t)size : number(&r, 4);
			struct str v = bytes(&r, n);

			bytes(&r, (4 - n % 4) % 4);
			if (!r.bad && !many)
				take_property(st, id, type & 0xfff, v);
		}
	}
}

static void
begin_file(struct state *st)
{
	if (!st->t.file)
		st->t.file = arena_array(st->a, FILES_MAX, sizeof *st->t.file);
	st->file = st->t.files < FILES_MAX ? &st->t.file[st->t.files++] : NULL;
	st->has_long = false;
}

static void
take_attribute(struct state *st, unsigned id, struct str v)
{
	struct reader r = { .s = v };

	switch (id) {
	case ATT_CODEPAGE:
		st->codepage = arena_printf(st->a, "%u", number(&r, 4));
		if (!charset_name(str_c(st->codepage)))
			st->codepage =
				arena_printf(st->a, "windows-%s", st->codepage);
		break;
	case ATT_SUBJECT:
		st->t.subject = text(st, st->codepage, v, false);
		break;
	case ATT_BODY:
		st->t.text = text(st, st->codepage, v, false);
		break;
	case ATT_RENDER:
		begin_file(st);
		break;
	case ATT_TITLE:
		if (st->file && !st->has_long)
			st->file->name = text(st, st->codepage, v, false);
		break;
	case ATT_DATA:
		if (st->file)
			st->file->bytes = v;
		break;
	case ATT_ATTACHMENT:
	case ATT_MAPI:
		read_properties(st, v);
		break;
	}
}

struct tnef
tnef_read(struct arena *a, struct str s)
{
	struct state st = { .a = a, .codepage = "windows-1252" };
	struct reader r = { .s = s };

	if (number(&r, 4) != SIGNATURE)
		return st.t;
	st.t.is_tnef = true;
	number(&r, 2);
	while (r.at < s.n && !r.bad) {
		unsigned level = number(&r, 1), id;
		uint32_t n;
		struct str v;

		if (level != 1 && level != 2)
			break;
		id = number(&r, 2);
		number(&r, 2); /* its type says nothing new */
		n = number(&r, 4);
		v = bytes(&r, n);
		if (r.bad && id != ATT_DATA)
			break;
		number(&r, 2);
		take_attribute(&st, id, v);
	}
	return st.t;
}
