/* SPDX-License-Identifier: GPL-3.0-or-later */
/* compose - building the message: see compose.h. Drafts made from letters and
 * drafts as text have files of their own. */
#include "mime/compose.h"

#include <idn2.h>

#include "base/utf8.h"
#include "mime/body.h"
#include "mime/field.h"
#include "mime/flowed.h"
#include "mime/word.h"

enum { OCTETS_MAX = 998, WRAP = 76 };

struct build {
	struct arena *a;
	struct buf *out;
	const struct compose_draft *d;
	struct compose_envelope *envelope;
	size_t cap;    /* of envelope->recipient */
	bool is_draft; /* compose_save: nothing has to be right */
	bool needs_utf8;
	struct err *e;
};

/* --- fields ----------------------------------------------------------------
 */

/* No field may hold what would begin another one (security rule R13). */
static int
check_field(struct build *b, const char *name, struct str v)
{
	for (size_t i = 0; i < v.n; i++)
		if (v.p[i] == '\r' || v.p[i] == '\n' || v.p[i] == '\0')
			return err_set(b->e, ERR_INPUT, 0,
				"'%s' holds a line end or a NUL", name);
	return 0;
}

/* ADDR with its domain in A-labels; the local part stays, and where that is not
 * ASCII the whole needs SMTPUTF8 and so may keep its domain too. */
static struct str
wire_addr(struct build *b, const struct field_address *f)
{
	char *ascii = NULL;
	struct str r = f->addr;
	bool local = false, domain = false;

	for (size_t i = 0; i < f->local.n; i++)
		local |= (f->local.p[i] & 0x80) != 0;
	for (size_t i = 0; i < f->domain.n; i++)
		domain |= (f->domain.p[i] & 0x80) != 0;
	if (local) {
		b->needs_utf8 = true;
		return r;
	}
	if (!domain)
		return r;
	if (idn2_lookup_u8((const uint8_t *)arena_cstr(b->a, f->domain),
		    (uint8_t **)&ascii, IDN2_NONTRANSITIONAL) == IDN2_OK) {
		r = str_c(arena_printf(
			b->a, "%.*s@%s", STR_ARG(f->local), ascii));
		idn2_free(ascii);
	} else {
		b->needs_utf8 = true;
	}
	return r;
}

static void
add_recipient(struct build *b, struct str addr)
{
	struct compose_envelope *v = b->envelope;

	if (!v)
		return;
	for (size_t i = 0; i < v->recipients; i++)
		if (str_ieq(v->recipient[i], addr))
			return;
	if (v->recipients == b->cap) {
		struct str *bigger;

		b->cap = b->cap ? b->cap * 2 : 8;
		bigger = arena_array(b->a, b->cap, sizeof *bigger);
		if (v->recipients)
			memcpy(bigger, v->recipient,
				v->recipients * sizeof *bigger);
		v->recipient = bigger;
	}
	v->recipient[v->recipients++] = arena_str(b->a, addr);
}

/* One address at COLUMN; returns the column reached. */
static size_t
add_address(struct build *b, const struct field_address *f, struct str addr,
	size_t column)
{
	if (f->name.n == 0) {
		buf_add(b->out, addr);
		return column + addr.n;
	}
	column = word_encode_phrase(b->out, f->name, column);
	if (column + addr.n + 3 > WRAP) {
		buf_adds(b->out, "\r\n <");
		column = 2;
	} else {
		buf_adds(b->out, " <");
		column += 2;
	}
	buf_add(b->out, addr);
	buf_addc(b->out, '>');
	return column + addr.n + 1;
}

static int
bad_address(struct build *b, const char *name, struct str value)
{
	return err_set(b->e, ERR_INPUT, 0, "'%s' cannot be read: %.*s", name,
		STR_ARG(str_sub(value, 0, 200)));
}

/* The field NAME with the addresses of VALUE; Bcc of a message that is sent is
 * read and not written. */
static int
add_addresses(struct build *b, const char *name, struct str value,
	bool is_recipient, bool is_hidden)
{
	struct field_addresses l;
	size_t column = strlen(name) + 2;

	value = str_trim(value);
	if (check_field(b, name, value))
		return -1;
	if (value.n == 0)
		return 0;
	l = field_addresses(b->a, value, NULL);
	for (size_t i = 0; i < l.count && !l.is_malformed; i++)
		l.is_malformed = !field_is_mailbox(l.item[i].addr, true);
	if (l.is_malformed || l.count + l.groups == 0) {
		if (!b->is_draft)
			return bad_address(b, name, value);
		buf_printf(b->out, "%s: ", name);
		word_encode(b->out, value, column);
		buf_adds(b->out, "\r\n");
		return 0;
	}
	if (!is_hidden)
		buf_printf(b->out, "%s: ", name);
	for (size_t i = 0; i < l.count; i++) {
		struct str addr = wire_addr(b, &l.item[i]);

		if (is_recipient)
			add_recipient(b, addr);
		if (is_hidden)
			continue;
		if (i > 0 && column + l.item[i].name.n + addr.n > WRAP - 6) {
			buf_adds(b->out, ",\r\n ");
			column = 1;
		} else if (i > 0) {
			buf_adds(b->out, ", ");
			column += 2;
		}
		column = add_address(b, &l.item[i], addr, column);
	}
	if (!is_hidden && l.count == 0)
		buf_adds(b->out, "undisclosed-recipients:;");
	if (!is_hidden)
		buf_adds(b->out, "\r\n");
	return 0;
}

/* Message identifiers, without brackets and with blanks between. */
static int
add_ids(struct build *b, const char *name, struct str value)
{
	struct str rest = str_trim(value), one;
	size_t column = strlen(name) + 1;

	if (rest.n == 0)
		return 0;
	if (check_field(b, name, value))
		return -1;
	buf_printf(b->out, "%s:", name);
	while (str_split(&rest, ' ', &one)) {
		if (one.n == 0)
			continue;
		for (size_t i = 0; i < one.n; i++)
			if (one.p[i] <= ' ' || one.p[i] == '<' ||
				one.p[i] == '>' || one.p[i] == 0x7f)
				return err_set(b->e, ERR_INPUT, 0,
					"'%s' holds no message id", name);
		if (column + one.n + 3 > WRAP && column > strlen(name) + 1) {
			buf_adds(b->out, "\r\n");
			column = 0;
		}
		buf_printf(b->out, " <%.*s>", STR_ARG(one));
		column += one.n + 3;
	}
	buf_adds(b->out, "\r\n");
	return 0;
}

static int
add_text_field(struct build *b, const char *name, struct str value)
{
	if (check_field(b, name, value))
		return -1;
	buf_printf(b->out, "%s: ", name);
	word_encode(b->out, value, strlen(name) + 2);
	buf_adds(b->out, "\r\n");
	return 0;
}

static int
add_header(struct build *b)
{
	const struct compose_draft *d = b->d;

	if (add_addresses(b, "From", d->from, false, false) ||
		add_addresses(b, "To", d->to, true, false) ||
		add_addresses(b, "Cc", d->cc, true, false) ||
		add_addresses(b, "Bcc", d->bcc, true, !b->is_draft) ||
		add_addresses(b, "Reply-To", d->reply_to, false, false))
		return -1;
	if (add_text_field(b, "Subject", d->subject))
		return -1;
	buf_adds(b->out, "Date: ");
	field_print_date(b->out, d->date, d->zone);
	buf_adds(b->out, "\r\n");
	if (add_ids(b, "Message-ID", d->message_id) ||
		add_ids(b, "In-Reply-To", d->in_reply_to) ||
		add_ids(b, "References", d->references))
		return -1;
	if (d->user_agent.n && add_text_field(b, "User-Agent", d->user_agent))
		return -1;
	buf_adds(b->out, "MIME-Version: 1.0\r\n");
	return 0;
}

/* --- bodies ----------------------------------------------------------------
 */

static bool
is_seven_bit(struct str s)
{
	size_t line = 0;

	for (size_t i = 0; i < s.n; i++) {
		line = s.p[i] == '\n' ? 0 : line + 1;
		if ((s.p[i] & 0x80) || s.p[i] == '\0' || s.p[i] == '\r' ||
			line > OCTETS_MAX)
			return false;
	}
	/* a mailbox file would change it, and with it the signature */
	return !str_starts(s, STR("From ")) && str_find(s, STR("\nFrom ")) < 0;
}

/* The text part: its fields and its body. */
static void
add_text_part(struct build *b)
{
	struct buf text;
	struct str s;
	bool seven;

	buf_init(&text, 2 * b->d->text.n + 1024);
	if (b->d->is_fixed)
		buf_add(&text, b->d->text);
	else
		flowed_make(&text, b->d->text);
	if (text.n && text.p[text.n - 1] != '\n')
		buf_addc(&text, '\n');
	s = buf_str(&text);
	seven = is_seven_bit(s);
	buf_printf(b->out, "Content-Type: text/plain; charset=%s%s\r\n",
		seven ? "us-ascii" : "utf-8",
		b->d->is_fixed ? "" : "; format=flowed");
	if (seven) {
		buf_adds(b->out, "Content-Transfer-Encoding: 7bit\r\n\r\n");
		while (s.n) {
			struct str line;

			if (!str_split(&s, '\n', &line) || (!s.p && !line.n))
				break;
			buf_add(b->out, line);
			buf_adds(b->out, "\r\n");
		}
	} else {
		struct buf valid;

		/* what is not UTF-8 may not be called so */
		buf_init(&valid, 4 * s.n + 16);
		for (size_t i = 0; i < s.n;) {
			uint32_t cp;

			i += utf8_decode(s, i, &cp);
			utf8_add(&valid, cp);
		}
		buf_adds(b->out, "Content-Transfer-Encoding: "
				 "quoted-printable\r\n\r\n");
		body_encode_qp(b->out, buf_str(&valid), true);
		buf_fini(&valid);
	}
	buf_fini(&text);
}

/* "; filename=…" as RFC 2183 and RFC 2231 have it, in sections where it is
 * long. */
static void
add_name(struct build *b, const char *param, struct str name)
{
	static const char digits[] = "0123456789ABCDEF";
	bool plain = name.n < 60;
	size_t column = 0, section = 0;

	for (size_t i = 0; i < name.n; i++)
		plain = plain && name.p[i] >= ' ' && name.p[i] < 0x7f &&
			name.p[i] != '"' && name.p[i] != '\\';
	if (plain) {
		buf_printf(b->out, ";\r\n %s=\"%.*s\"", param, STR_ARG(name));
		return;
	}
	for (size_t i = 0; i < name.n || i == 0; i++) {
		unsigned char c = i < name.n ? (unsigned char)name.p[i] : 0;

		if (column == 0 || column > 60) {
			buf_printf(b->out, ";\r\n %s*%zu*=%s", param, section,
				section ? "" : "utf-8''");
			section++;
			column = 20;
		}
		if (i >= name.n)
			break;
		if ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
			(c >= 'a' && c <= 'z') || c == '.' || c == '-' ||
			c == '_') {
			buf_addc(b->out, (char)c);
			column++;
		} else {
			buf_addc(b->out, '%');
			buf_addc(b->out, digits[c >> 4]);
			buf_addc(b->out, digits[c & 15]);
			column += 3;
		}
	}
}

static bool
is_type(struct str t)
{
	ptrdiff_t slash = str_chr(t, '/');

	for (size_t i = 0; i < t.n; i++)
		if (!((t.p[i] >= '0' && t.p[i] <= '9') ||
			    (ascii_lower(t.p[i]) >= 'a' &&
				    ascii_lower(t.p[i]) <= 'z') ||
			    strchr("/.+-_", t.p[i])))
			return false;
	return slash > 0 && (size_t)slash + 1 < t.n;
}

static int
add_file_part(struct build *b, const struct compose_file *f)
{
	struct str type = f->type;

	if (type.n == 0 || !is_type(type))
		type = str_c(compose_type(f->name));
	if (check_field(b, "filename", f->name))
		return -1;
	/* a multipart or a message in base64 is none */
	if (str_istarts(type, STR("multipart/")) ||
		str_istarts(type, STR("message/")))
		type = STR("application/octet-stream");
	buf_printf(b->out, "Content-Type: %.*s", STR_ARG(type));
	if (f->name.n)
		add_name(b, "name", f->name);
	buf_printf(b->out, "\r\nContent-Disposition: %s",
		f->is_inline ? "inline" : "attachment");
	if (f->name.n)
		add_name(b, "filename", f->name);
	buf_adds(b->out, "\r\nContent-Transfer-Encoding: base64\r\n\r\n");
	body_encode_base64(b->out, f->bytes);
	return 0;
}

/* A message that is passed on whole, as it came but for its line ends. Lines
 * that SMTP does not carry cannot be mended in message/rfc822: it goes as a
 * file then. */
static int
add_message_part(struct build *b, struct str m)
{
	size_t line = 0;
	bool fits = true, eight = false;

	for (size_t i = 0; i < m.n; i++) {
		line = m.p[i] == '\n' ? 0 : line + 1;
		fits = fits && line <= OCTETS_MAX && m.p[i] != '\0';
		eight |= (m.p[i] & 0x80) != 0;
	}
	if (!fits || eight) {
		struct compose_file f = { .name = STR("message.eml"),
			.type = STR("application/octet-stream"),
			.bytes = m };

		return add_file_part(b, &f);
	}
	buf_adds(b->out, "Content-Type: message/rfc822\r\n"
			 "Content-Disposition: attachment\r\n\r\n");
	for (size_t i = 0; i < m.n; i++) {
		bool crlf = m.p[i] == '\r' && i + 1 < m.n && m.p[i + 1] == '\n';

		if (m.p[i] == '\n' || m.p[i] == '\r') {
			buf_adds(b->out, "\r\n");
			i += crlf;
		} else {
			buf_addc(b->out, m.p[i]);
		}
	}
	buf_adds(b->out, "\r\n");
	return 0;
}

/* A boundary that stands nowhere in what it parts: "=_" cannot come about in
 * quoted-printable or base64, and the number is tried against the rest. */
static struct str
choose_boundary(struct build *b)
{
	const struct compose_draft *d = b->d;

	for (unsigned n = 0;; n++) {
		struct str s = str_c(arena_printf(b->a, "=_signet-%llx-%u",
			(unsigned long long)d->date, n));

		if (str_find(d->text, s) < 0 && str_find(d->forward, s) < 0)
			return s;
	}
}

static int
add_body(struct build *b)
{
	const struct compose_draft *d = b->d;
	struct str boundary;

	if (d->files == 0 && d->forward.n == 0) {
		add_text_part(b);
		return 0;
	}
	boundary = choose_boundary(b);
	buf_printf(b->out,
		"Content-Type: multipart/mixed; boundary=\"%.*s\"\r\n\r\n",
		STR_ARG(boundary));
	buf_printf(b->out, "--%.*s\r\n", STR_ARG(boundary));
	add_text_part(b);
	for (size_t i = 0; i < d->files; i++) {
		buf_printf(b->out, "\r\n--%.*s\r\n", STR_ARG(boundary));
		if (add_file_part(b, &d->file[i]))
			return -1;
	}
	if (d->forward.n) {
		buf_printf(b->out, "\r\n--%.*s\r\n", STR_ARG(boundary));
		if (add_message_part(b, d->forward))
			return -1;
	}
	buf_printf(b->out, "\r\n--%.*s--\r\n", STR_ARG(boundary));
	return 0;
}

static int
build(struct build *b)
{
	if (add_header(b) || add_body(b))
		return -1;
	if (b->out->full)
		return err_set(b->e, ERR_INPUT, 0,
			"the message is larger than %zu bytes", b->out->max);
	return 0;
}

int
compose_build(struct arena *a, struct buf *out, const struct compose_draft *d,
	struct compose_envelope *envelope, struct err *e)
{
	struct compose_envelope none = { 0 };
	struct build b = { .a = a,
		.out = out,
		.d = d,
		.envelope = envelope ? envelope : &none,
		.e = e };
	struct field_addresses from;

	*b.envelope = (struct compose_envelope){ 0 };
	from = field_addresses(a, d->from, NULL);
	if (from.count == 0)
		return err_set(e, ERR_INPUT, 0, "'From' names nobody");
	if (d->message_id.n == 0)
		return err_set(e, ERR_INPUT, 0, "'Message-ID' is missing");
	if (build(&b))
		return -1;
	b.envelope->sender = wire_addr(&b, &from.item[0]);
	b.envelope->needs_utf8 = b.needs_utf8;
	if (b.envelope->recipients == 0)
		return err_set(e, ERR_INPUT, 0, "there is no recipient");
	return 0;
}

int
compose_save(struct arena *a, struct buf *out, const struct compose_draft *d,
	struct err *e)
{
	struct build b = {
		.a = a, .out = out, .d = d, .is_draft = true, .e = e
	};

	return build(&b);
}

const char *
compose_type(struct str name)
{
	static const char *const types[][2] = { { "txt", "text/plain" },
		{ "log", "text/plain" }, { "md", "text/markdown" },
		{ "csv", "text/csv" }, { "html", "text/html" },
		{ "htm", "text/html" }, { "ics", "text/calendar" },
		{ "vcf", "text/vcard" }, { "patch", "text/x-patch" },
		{ "diff", "text/x-patch" }, { "pdf", "application/pdf" },
		{ "zip", "application/zip" }, { "gz", "application/gzip" },
		{ "tgz", "application/gzip" }, { "xz", "application/x-xz" },
		{ "7z", "application/x-7z-compressed" },
		{ "json", "application/json" }, { "xml", "application/xml" },
		{ "doc", "application/msword" },
		{ "docx", "application/vnd.openxmlformats-officedocument."
			  "wordprocessingml.document" },
		{ "xls", "application/vnd.ms-excel" },
		{ "xlsx", "application/vnd.openxmlformats-officedocument."
			  "spreadsheetml.sheet" },
		{ "ppt", "application/vnd.ms-powerpoint" },
		{ "pptx", "application/vnd.openxmlformats-officedocument."
			  "presentationml.presentation" },
		{ "odt", "application/vnd.oasis.opendocument.text" },
		{ "ods", "application/vnd.oasis.opendocument.spreadsheet" },
		{ "hwp", "application/x-hwp" },
		{ "hwpx", "application/hwp+zip" }, { "rtf", "application/rtf" },
		{ "asc", "application/pgp-signature" }, { "jpg", "image/jpeg" },
		{ "jpeg", "image/jpeg" }, { "png", "image/png" },
		{ "gif", "image/gif" }, { "webp", "image/webp" },
		{ "svg", "image/svg+xml" }, { "heic", "image/heic" },
		{ "mp3", "audio/mpeg" }, { "ogg", "audio/ogg" },
		{ "wav", "audio/x-wav" }, { "mp4", "video/mp4" },
		{ "webm", "video/webm" }, { "mov", "video/quicktime" } };
	ptrdiff_t dot = str_rchr(name, '.');
	struct str ext = str_sub(name, (size_t)(dot + 1), name.n);

	for (size_t i = 0; dot >= 0 && i < sizeof types / sizeof *types; i++)
		if (str_ieq(ext, str_c(types[i][0])))
			return types[i][1];
	return "application/octet-stream";
}
