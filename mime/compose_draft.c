/* SPDX-License-Identifier: GPL-3.0-or-later */
/* compose_draft - drafts as text for an editor, and drafts read back: see
 * compose.h */
#include "mime/compose.h"

#include "base/utf8.h"
#include "mime/charset.h"
#include "mime/word.h"

/* The fields that stand in the text, in their order. */
static struct str *
field_of(struct compose_draft *d, size_t index, const char **name)
{
	struct {
		const char *name;
		struct str *value;
	} fields[] = { { "From", &d->from }, { "To", &d->to }, { "Cc", &d->cc },
		{ "Bcc", &d->bcc }, { "Reply-To", &d->reply_to },
		{ "Subject", &d->subject } };

	if (index >= sizeof fields / sizeof *fields)
		return NULL;
	*name = fields[index].name;
	return fields[index].value;
}

void
compose_print(struct buf *out, const struct compose_draft *d)
{
	struct compose_draft copy = *d;
	const char *name;
	struct str *v;

	for (size_t i = 0; (v = field_of(&copy, i, &name)); i++) {
		buf_printf(out, "%s: ", name);
		utf8_safe(out, *v, UTF8_LINE);
		while (out->n && out->p[out->n - 1] == ' ')
			buf_cut(out, out->n - 1);
		buf_addc(out, '\n');
	}
	buf_addc(out, '\n');
	buf_add(out, d->text);
}

/* Put VALUE into the field called NAME. */
static bool
set_field(struct compose_draft *d, struct str name, struct str value)
{
	const char *known;
	struct str *v;

	for (size_t i = 0; (v = field_of(d, i, &known)); i++)
		if (str_ieq(name, str_c(known))) {
			*v = value;
			return true;
		}
	return false;
}

/* A field's line that goes on in the next ones, joined by a blank. */
static struct str
continued(struct arena *a, struct str value, struct str *rest)
{
	while (rest->p && rest->n &&
		(rest->p[0] == ' ' || rest->p[0] == '\t')) {
		struct str line;

		str_split(rest, '\n', &line);
		value = str_c(arena_printf(a, "%.*s %.*s",
			STR_ARG(str_trim(value)), STR_ARG(str_trim(line))));
	}
	return str_trim(value);
}

int
compose_scan(struct arena *a, struct str text, struct compose_draft *d,
	struct err *e)
{
	struct str rest = arena_str(a, text), line;
	int number = 0;

	if (!utf8_valid(rest)) {
		struct buf b;

		buf_init(&b, 4 * rest.n + 16);
		charset_decode(&b, STR_NONE, rest, NULL);
		rest = arena_str(a, buf_str(&b));
		buf_fini(&b);
	}
	d->from = d->to = d->cc = d->bcc = d->reply_to = d->subject = STR("");
	while (str_split(&rest, '\n', &line)) {
		ptrdiff_t colon;
		struct str name;

		number++;
		if (line.n && line.p[line.n - 1] == '\r')
			line.n--;
		if (line.n == 0)
			break;
		colon = str_chr(line, ':');
		name = colon < 0 ? line : str_sub(line, 0, (size_t)colon);
		if (colon <= 0 ||
			!set_field(d, str_trim(name),
				continued(a,
					str_sub(line, (size_t)colon + 1,
						line.n),
					&rest)))
			return err_set(e, ERR_INPUT, number,
				"line %d: '%.*s' is no field of a letter; an "
				"empty line ends the fields",
				number, STR_ARG(str_sub(name, 0, 60)));
	}
	d->text = rest.p ? rest : STR("");
	return 0;
}

/* --- drafts that were saved ------------------------------------------------
 */

static struct str
people(struct arena *a, const struct message *m, const char *name,
	const struct field_addresses *l)
{
	const struct header_field *f = header_get(m->root->header, name);
	struct buf b;
	struct str r;

	if (!f)
		return STR_NONE;
	buf_init(&b, LIMIT_FIELD);
	if (l->is_malformed) {
		/* what could not be read was saved as text */
		word_decode(&b, f->value, m->region);
		r = arena_str(a, str_trim(buf_str(&b)));
		buf_fini(&b);
		return r;
	}
	for (size_t i = 0; i < l->count; i++) {
		if (i)
			buf_adds(&b, ", ");
		field_print_address(&b, &l->item[i]);
	}
	r = arena_str(a, buf_str(&b));
	buf_fini(&b);
	return r;
}

static struct str
ids(struct arena *a, const struct field_ids *l)
{
	struct buf b;
	struct str r;

	buf_init(&b, LIMIT_FIELD);
	for (size_t i = 0; i < l->count; i++) {
		if (i)
			buf_addc(&b, ' ');
		buf_add(&b, l->id[i]);
	}
	r = arena_str(a, buf_str(&b));
	buf_fini(&b);
	return r;
}

static void
load_files(struct arena *a, struct compose_draft *d, const struct message *m)
{
	d->file = arena_array(a, m->attachments + 1, sizeof *d->file);
	for (size_t i = 0; i < m->attachments; i++) {
		const struct part *p = m->attachment[i];
		struct compose_file *f;
		struct buf b;

		if (p->kind == PART_MESSAGE) {
			d->forward = p->body;
			continue;
		}
		f = &d->file[d->files++];
		buf_init(&b, LIMIT_MESSAGE);
		part_decode(&b, p);
		f->name = p->filename;
		f->type = p->type;
		f->bytes = arena_str(a, buf_str(&b));
		f->is_inline = str_eq(p->disposition, STR("inline"));
		buf_fini(&b);
	}
}

struct compose_draft
compose_load(struct arena *a, const struct message *m)
{
	struct compose_draft d = { 0 };
	struct buf b;

	d.from = people(a, m, "from", &m->from);
	d.to = people(a, m, "to", &m->to);
	d.cc = people(a, m, "cc", &m->cc);
	d.bcc = people(a, m, "bcc", &m->bcc);
	d.reply_to = people(a, m, "reply-to", &m->reply_to);
	d.subject = m->subject;
	d.message_id = m->message_id;
	d.in_reply_to = ids(a, &m->in_reply_to);
	d.references = ids(a, &m->references);
	d.date = m->date;
	d.zone = m->zone;
	buf_init(&b, LIMIT_MESSAGE);
	message_text(&b, m);
	d.text = arena_str(a, buf_str(&b));
	buf_fini(&b);
	load_files(a, &d, m);
	return d;
}
