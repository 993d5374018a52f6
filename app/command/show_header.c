/* SPDX-License-Identifier: GPL-3.0-or-later */
/* show_header - see show_header.h */
#include "app/command/show_header.h"

#include "mime/doc.h"
#include "mime/html.h"

/* --- text ------------------------------------------------------------------
 */

static void
print_field(struct doc_builder *b, const char *label, struct str value)
{
	doc_printf(b, DOC_LABEL, "%s: ", label);
	doc_add(b, value, DOC_PLAIN, -1);
	doc_newline(b);
}

/* A domain that is not ASCII again as the DNS has it: letters of other scripts
 * look like Latin ones. */
static void
print_ascii(struct buf *out, struct str domain)
{
	struct arena *a = arena_new();
	struct str host;

	for (size_t i = 0; i < domain.n; i++)
		if (domain.p[i] & 0x80) {
			host = html_url_host(
				a, str_c(arena_printf(
					   a, "http://%.*s", STR_ARG(domain))));
			buf_printf(out, " (%.*s)", STR_ARG(host));
			break;
		}
	arena_free(&a);
}

static void
print_people(struct doc_builder *b, const char *label,
	const struct field_addresses *l)
{
	struct buf t;

	if (l->count == 0)
		return;
	buf_init(&t, LIMIT_FIELD_SHOWN);
	for (size_t i = 0; i < l->count && !t.full; i++) {
		if (i)
			buf_adds(&t, ", ");
		field_print_address(&t, &l->item[i]);
		print_ascii(&t, l->item[i].domain);
	}
	print_field(b, label, buf_str(&t));
	if (t.full)
		print_field(b, label, STR("… and more"));
	buf_fini(&t);
}

/* Every From field there is: which of them is meant nobody can say. */
static void
print_from(struct doc_builder *b, struct arena *a, const struct message *m)
{
	const struct header *h = m->root->header;

	for (size_t i = 0; i < h->count; i++) {
		struct field_addresses l;

		if (!str_ieq(h->field[i].name, STR("from")))
			continue;
		l = field_addresses(a, h->field[i].value, m->region);
		if (l.count) {
			print_people(b, "From", &l);
		} else {
			struct buf raw;

			buf_init(&raw, LIMIT_FIELD_SHOWN);
			header_unfold(&raw, h->field[i].value);
			print_field(b, "From", buf_str(&raw));
			buf_fini(&raw);
		}
	}
}

void
show_header(struct buf *out, struct arena *a, const struct message *m,
	unsigned width)
{
	struct doc_builder *b = doc_begin(a, width);
	struct buf date;

	doc_set_prefix(b, STR_NONE, STR("  "), 0);
	print_from(b, a, m);
	print_people(b, "To", &m->to);
	print_people(b, "Cc", &m->cc);
	print_people(b, "Reply-To", &m->reply_to);
	if (m->has_date) {
		buf_init(&date, 100);
		field_print_date(&date, m->date, m->zone);
		print_field(b, "Date", buf_str(&date));
		buf_fini(&date);
	}
	print_field(b, "Subject", str_sub(m->subject, 0, LIMIT_FIELD_SHOWN));
	doc_set_prefix(b, STR_NONE, STR_NONE, 0);
	doc_newline(b);
	doc_text(out, doc_end(b));
}
