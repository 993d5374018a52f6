/* SPDX-License-Identifier: GPL-3.0-or-later */
/* words - delivery reports and cards: see words.h. Calendars have a file of
 * their own. */
#include "mime/words.h"

#include <libintl.h>

#include "base/err.h"
#include "mime/body.h"
#include "mime/charset.h"
#include "mime/doc_plain.h"
#include "mime/header_until.h"
#include "mime/word.h"
#include "mime/words_item.h"

#define _(text) gettext(text)

enum { LINES_MAX = 20000 };

/* --- content lines ---------------------------------------------------------
 */

bool
words_next(struct arena *a, struct str text, size_t *at, struct words_item *out)
{
	struct buf b;
	struct str line;
	size_t end, next, i = 0;
	bool quoted = false;

	do {
		if (*at >= text.n)
			return false;
		next = header_line_end(text, *at, &end);
		line = str_sub(text, *at, end);
		*at = next;
	} while (line.n == 0);
	buf_init(&b, LIMIT_FIELD);
	buf_add(&b, line);
	while (*at < text.n && (text.p[*at] == ' ' || text.p[*at] == '\t')) {
		next = header_line_end(text, *at, &end);
		buf_add(&b, str_sub(text, *at + 1, end));
		*at = next;
	}
	line = arena_str(a, buf_str(&b));
	buf_fini(&b);
	while (i < line.n && line.p[i] != ':' && line.p[i] != ';')
		i++;
	out->name = str_trim(str_sub(line, 0, i));
	end = i;
	for (; i < line.n && (quoted || line.p[i] != ':'); i++)
		if (line.p[i] == '"')
			quoted = !quoted;
	out->params = str_sub(line, end, i);
	out->value = str_sub(line, i + 1, line.n);
	end = (size_t)(str_rchr(out->name, '.') + 1);
	out->name = str_sub(out->name, end, out->name.n);
	return true;
}

struct str
words_param(const struct words_item *i, const char *name)
{
	struct str s = i->params, want = str_c(name);

	for (size_t k = 0; k + want.n + 1 < s.n; k++) {
		struct str v;
		size_t n = 0;

		if (s.p[k] != ';' ||
			!str_istarts(str_sub(s, k + 1, s.n), want) ||
			s.p[k + 1 + want.n] != '=')
			continue;
		v = str_sub(s, k + 2 + want.n, s.n);
		if (v.n && v.p[0] == '"') {
			v = str_sub(v, 1, v.n);
			while (n < v.n && v.p[n] != '"')
				n++;
		} else {
			while (n < v.n && v.p[n] != ';')
				n++;
		}
		return str_sub(v, 0, n);
	}
	return STR_NONE;
}

struct str
words_unescape(struct arena *a, struct str v)
{
	char *p = arena_alloc(a, v.n + 1);
	size_t n = 0;

	for (size_t i = 0; i < v.n; i++) {
		if (v.p[i] == '\\' && i + 1 < v.n) {
			i++;
			p[n++] = v.p[i] == 'n' || v.p[i] == 'N' ? '\n' : v.p[i];
		} else {
			p[n++] = v.p[i];
		}
	}
	return (struct str){ p, n };
}

/* --- cards -----------------------------------------------------------------
 */

/* "Family;Given;…" as it is read aloud. */
static struct str
join(struct arena *a, struct str v, const char *glue)
{
	struct buf b;
	struct str part, r;

	buf_init(&b, LIMIT_FIELD);
	while (str_split(&v, ';', &part)) {
		part = str_trim(part);
		if (part.n == 0)
			continue;
		if (b.n)
			buf_adds(&b, glue);
		buf_add(&b, part);
	}
	r = words_unescape(a, arena_str(a, buf_str(&b)));
	buf_fini(&b);
	return r;
}

/* The value of a card's line in UTF-8: old cards come in quoted-printable. */
static struct str
card_value(struct arena *a, const struct words_item *i)
{
	struct str charset = words_param(i, "CHARSET"), v = i->value;
	bool qp = str_ifind(i->params, STR("QUOTED-PRINTABLE")) >= 0;
	struct buf raw, b;

	if (!qp && charset.n == 0)
		return v;
	buf_init(&raw, LIMIT_FIELD);
	buf_init(&b, 4 * LIMIT_FIELD);
	if (qp)
		body_decode_qp(&raw, v, BODY_QP_TEXT);
	else
		buf_add(&raw, v);
	charset_decode(&b, charset, buf_str(&raw), NULL);
	v = arena_str(a, buf_str(&b));
	buf_fini(&raw);
	buf_fini(&b);
	return v;
}

void
words_card(struct doc_builder *b, struct str text)
{
	static const struct {
		const char *name, *label, *glue;
	} rows[] = { { "FN", N_("Name"), NULL },
		{ "ORG", N_("Organisation"), ", " },
		{ "TITLE", N_("Title"), NULL }, { "ROLE", N_("Role"), NULL },
		{ "EMAIL", N_("Mail"), NULL }, { "TEL", N_("Phone"), NULL },
		{ "ADR", N_("Address"), ", " }, { "URL", N_("Web"), NULL },
		{ "BDAY", N_("Birthday"), NULL }, { "NOTE", N_("Note"), NULL },
		{ "NICKNAME", N_("Nickname"), NULL } };
	struct arena *a = arena_new();
	struct words_item i;
	bool any = false;
	size_t at = 0;

	for (int n = 0; n < LINES_MAX && words_next(a, text, &at, &i); n++) {
		if (str_ieq(i.name, STR("BEGIN"))) {
			if (any)
				doc_newline(b);
			any = true;
			doc_add(b, str_c(_("Card")), DOC_HEADING | DOC_BOLD,
				-1);
			doc_newline(b);
		}
		for (size_t k = 0; k < sizeof rows / sizeof *rows; k++) {
			struct str v;

			if (!str_ieq(i.name, str_c(rows[k].name)))
				continue;
			v = card_value(a, &i);
			v = rows[k].glue ? join(a, v, rows[k].glue)
					 : words_unescape(a, v);
			if (str_istarts(v, STR("tel:")))
				v = str_sub(v, 4, v.n);
			doc_printf(b, DOC_LABEL, "%s: ", _(rows[k].label));
			doc_plain_line(b, v, 0);
		}
	}
	arena_free(&a);
}

/* --- delivery reports ------------------------------------------------------
 */

const char *
words_status(struct str code)
{
	static const struct {
		const char *code, *text;
	} table[] = { { "1.0", N_("something is wrong with the address") },
		{ "1.1", N_("the mailbox does not exist") },
		{ "1.2", N_("the domain does not exist") },
		{ "1.3", N_("the address is not written correctly") },
		{ "1.4", N_("the address is ambiguous") },
		{ "1.6", N_("the mailbox has moved") },
		{ "1.7", N_("the sender's address is not written correctly") },
		{ "1.8", N_("the sender's domain does not exist") },
		{ "1.10", N_("the domain accepts no mail") },
		{ "2.0", N_("something is wrong with the mailbox") },
		{ "2.1", N_("the mailbox is disabled") },
		{ "2.2", N_("the mailbox is full") },
		{ "2.3", N_("the message is longer than the mailbox allows") },
		{ "2.4", N_("the mailing list cannot be expanded") },
		{ "3.0", N_("the receiving system has a problem") },
		{ "3.1", N_("the receiving system is full") },
		{ "3.2", N_("the receiving system accepts no mail now") },
		{ "3.4", N_("the message is too big for the system") },
		{ "4.0", N_("the network or the routing failed") },
		{ "4.1", N_("the receiving server does not answer") },
		{ "4.2", N_("the connection was lost") },
		{ "4.3", N_("the directory server failed") },
		{ "4.4", N_("no route to the domain was found") },
		{ "4.6", N_("the message went round in a loop") },
		{ "4.7", N_("the time for delivery is over") },
		{ "5.0", N_("the servers did not understand each other") },
		{ "5.1", N_("the server does not know a command") },
		{ "5.2", N_("the server rejects the syntax of a command") },
		{ "5.3", N_("there are too many recipients") },
		{ "6.0", N_("the content cannot be taken") },
		{ "6.1", N_("the kind of content is not supported") },
		{ "7.0", N_("the receiver's rules refuse it") },
		{ "7.1", N_("the receiver's rules refuse it") },
		{ "7.2", N_("the mailing list does not take it from this "
			    "sender") },
		{ "7.20", N_("no valid DKIM signature was found") },
		{ "7.23", N_("SPF failed") },
		{ "7.25", N_("the sending server has no name") },
		{ "7.26", N_("the sender could not be authenticated") },
		{ "7.5", N_("it cannot be encrypted as demanded") },
		{ "7.8", N_("the credentials are wrong") } };
	struct str s = str_trim(code);

	/* the first number says for how long it holds */
	if (s.n < 5 || s.p[1] != '.')
		return _("no reason is given");
	if (s.p[0] == '2')
		return _("it was delivered");
	s = str_sub(s, 2, s.n);
	for (size_t i = 0; i < sizeof table / sizeof *table; i++)
		if (str_eq(s, str_c(table[i].code)))
			return _(table[i].text);
	return s.p[0] == '7'   ? _("the receiver's rules refuse it")
	       : s.p[0] == '1' ? _("something is wrong with the address")
			       : _("the reason is the one of the status code");
}

/* The value of a field of a report, "rfc822; x" without its type. */
static struct str
report_value(
	struct arena *a, const struct header *h, const char *name, bool typed)
{
	const struct header_field *f = header_get(h, name);
	struct buf b;
	struct str v;
	ptrdiff_t semicolon;

	if (!f)
		return STR_NONE;
	buf_init(&b, LIMIT_FIELD);
	word_decode(&b, f->value, NULL);
	v = arena_str(a, buf_str(&b));
	buf_fini(&b);
	semicolon = typed ? str_chr(v, ';') : -1;
	return str_trim(str_sub(v, (size_t)(semicolon + 1), v.n));
}

/* What became of the message to WHO. */
static void
say_action(struct doc_builder *b, unsigned style, struct str action,
	struct str who)
{
	if (str_istarts(action, STR("failed")))
		doc_printf(b, style, _("The message was not delivered to %.*s"),
			STR_ARG(who));
	else if (str_istarts(action, STR("delayed")))
		doc_printf(b, style,
			_("The message is delayed on its way to %.*s"),
			STR_ARG(who));
	else if (str_istarts(action, STR("delivered")))
		doc_printf(b, style, _("The message was delivered to %.*s"),
			STR_ARG(who));
	else if (str_istarts(action, STR("relayed")))
		doc_printf(b, style,
			_("The message was passed on, without further "
			  "reports, to %.*s"),
			STR_ARG(who));
	else if (str_istarts(action, STR("expanded")))
		doc_printf(b, style,
			_("The message was sent on by a list or an alias, "
			  "%.*s"),
			STR_ARG(who));
	else
		doc_printf(b, style,
			_("There is a report about the message to %.*s"),
			STR_ARG(who));
}

/* A message/disposition-notification: what WHO did with the message. */
static void
say_disposition(struct doc_builder *b, struct str what, struct str who)
{
	if (str_ifind(what, STR("displayed")) >= 0)
		doc_printf(b, DOC_NOTE, _("The message was displayed by %.*s."),
			STR_ARG(who));
	else if (str_ifind(what, STR("deleted")) >= 0)
		doc_printf(b, DOC_NOTE,
			_("The message was deleted, perhaps without reading, "
			  "by %.*s."),
			STR_ARG(who));
	else
		doc_printf(b, DOC_NOTE, _("The message was processed by %.*s."),
			STR_ARG(who));
	doc_newline(b);
}

static void
recipient(struct doc_builder *b, struct arena *a, const struct header *h)
{
	struct str who = report_value(a, h, "final-recipient", true);
	struct str was = report_value(a, h, "original-recipient", true);
	struct str action = report_value(a, h, "action", false);
	struct str status = report_value(a, h, "status", false);
	struct str why = report_value(a, h, "diagnostic-code", true);
	struct str mta = report_value(a, h, "remote-mta", true);
	size_t n = 0;
	bool good = str_istarts(action, STR("deliver")) ||
		    str_istarts(action, STR("relay")) ||
		    str_istarts(action, STR("expand"));

	while (n < status.n &&
		(status.p[n] == '.' ||
			(status.p[n] >= '0' && status.p[n] <= '9')))
		n++;
	status = str_sub(status, 0, n);
	say_action(b, DOC_NOTE | (good ? DOC_GOOD : DOC_ALERT), action,
		who.n ? who : was);
	if (was.n && who.n && !str_ieq(was, who))
		doc_printf(b, DOC_NOTE, _(" (written to %.*s)"), STR_ARG(was));
	if (!good)
		doc_printf(b, DOC_NOTE, ": %s (%.*s)", words_status(status),
			STR_ARG(status.n ? status : str_c(_("no status"))));
	doc_printf(b, DOC_NOTE, ".");
	doc_newline(b);
	if (why.n) {
		doc_printf(b, DOC_LABEL, _("  The server said: "));
		doc_add(b, why, DOC_PLAIN, -1);
		doc_newline(b);
	}
	if (mta.n) {
		doc_printf(b, DOC_LABEL, _("  Server: "));
		doc_add(b, mta, 0, -1);
		doc_newline(b);
	}
}

void
words_delivery(struct doc_builder *b, struct str text)
{
	struct arena *a = arena_new();
	bool any = false;

	/* groups of fields with empty lines between (RFC 3464, 2.1) */
	for (int n = 0; n < LINES_MAX && text.n && !doc_is_full(b); n++) {
		struct header *h = header_parse(a, text);
		struct str d = report_value(a, h, "disposition", false);

		if (header_get(h, "final-recipient") && !d.n) {
			recipient(b, a, h);
			any = true;
		} else if (d.n) {
			struct str who =
				report_value(a, h, "final-recipient", true);

			say_disposition(b, d, who);
			any = true;
		}
		text = str_sub(text, h->body ? h->body : text.n, text.n);
		while (text.n && (text.p[0] == '\n' || text.p[0] == '\r'))
			text = str_sub(text, 1, text.n);
	}
	if (!any)
		doc_plain(b, text, false, false);
	arena_free(&a);
}
