/* SPDX-License-Identifier: GPL-3.0-or-later */
/* open - see open.h */
#include "app/letter/open.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "app/letter/demand.h"
#include "app/letter/evidence.h"
#include "app/letter/evidence_doc.h"
#include "app/letter/explain.h"
#include "app/letter/here.h"
#include "app/letter/parts.h"
#include "app/letter/phrase.h"
#include "app/letter/report_doc.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "base/utf8.h"
#include "mime/doc.h"
#include "mime/message.h"
#include "store/receipts.h"

enum { SHOWN_ADDRESSES = 4 };

static const char *
safe(struct arena *a, struct str s)
{
	struct buf b;
	const char *out;

	buf_init(&b, LIMIT_FIELD_SHOWN);
	utf8_safe(&b, str_sub(s, 0, LIMIT_FIELD_SHOWN), UTF8_LINE);
	out = arena_cstr(a, buf_str(&b));
	buf_fini(&b);
	return out;
}

/* "A <a@x>, B <b@y>, and 37 more". */
static const char *
addresses(struct arena *a, const struct field_addresses *f)
{
	struct buf b;
	const char *out;

	buf_init(&b, LIMIT_FIELD_SHOWN);
	for (size_t i = 0; i < f->count && i < SHOWN_ADDRESSES; i++) {
		struct field_address copy = f->item[i];

		if (i)
			buf_adds(&b, ", ");
		if (copy.name.n)
			buf_printf(&b, "%.*s <%.*s>", STR_ARG(copy.name),
				STR_ARG(copy.addr));
		else
			buf_add(&b, copy.addr);
	}
	if (f->count > SHOWN_ADDRESSES)
		buf_printf(&b, " (+%zu)", f->count - SHOWN_ADDRESSES);
	out = safe(a, buf_str(&b));
	buf_fini(&b);
	return out;
}

static struct verdict *
stored_verdict(struct context *c, struct arena *a, const char *id)
{
	struct receipts *r;
	const char *json = NULL;
	struct verdict *v = NULL;
	struct err e;
	char path[4200];

	snprintf(path, sizeof path, "%s/receipts.db", c->paths.data);
	r = receipts_open(path, &e);
	if (!r)
		return NULL;
	if (receipts_get(r, id, a, &json, NULL, &e) == 1)
		v = evidence_read(a, str_c(json), &e);
	receipts_close(&r);
	return v;
}

/* All fields as they stand, above the text. */
static struct doc *
with_headers(struct arena *a, const struct message *m, struct doc *body,
	unsigned width)
{
	struct doc_builder *b = doc_begin(a, width);
	const struct header *h = m->root->header;

	for (size_t i = 0; i < h->count; i++) {
		struct buf v;

		buf_init(&v, LIMIT_FIELD_SHOWN);
		header_unfold(
			&v, str_sub(h->field[i].value, 0, LIMIT_FIELD_SHOWN));
		doc_add(b, h->field[i].name, DOC_LABEL, -1);
		doc_add(b, STR(": "), DOC_LABEL, -1);
		doc_add(b, buf_str(&v), DOC_PLAIN, -1);
		doc_newline(b);
		buf_fini(&v);
	}
	doc_newline(b);
	return doc_join(a, doc_end(b), body);
}

void
open_message(struct context *c, struct msg *m)
{
	struct msg *r = context_answer(m, MSG_DOC);
	struct msg_doc *d = &r->u.doc;
	struct doc_options o = { .width = m->u.open.width };
	struct message *msg;
	struct here here;
	struct str map;
	struct err e;

	/* first: what comes meanwhile is more than this says, never less */
	here = here_of(&c->paths, r->arena, m->u.open.path);
	d->here = here.here;
	d->size = here.size;
	if (here_map(c, m->u.open.path, &map, NULL, &e) < 0) {
		context_fail(c, m, &e);
		msg_free(&r);
		return;
	}
	msg = message_read(r->arena, map, NULL);
	d->has_plain = message_has_plain(msg);
	d->has_html = msg->html != NULL;
	d->is_html = d->has_html && (m->u.open.prefer_html || !d->has_plain);
	o.choice = m->u.open.prefer_html ? DOC_HTML : DOC_AUTO;
	o.part = str_c(m->u.open.part);
	o.by_word = strcmp(c->config->korean_lines, "word") == 0;
	d->doc = doc_render(r->arena, msg, &o);
	if (!m->u.open.part)
		d->doc = report_doc(r->arena, msg, d->doc, o.width);
	if (m->u.open.all_headers)
		d->doc = with_headers(r->arena, msg, d->doc, o.width);
	d->path = arena_strdup(r->arena, m->u.open.path);
	d->id = arena_strdup(r->arena, m->u.open.id);
	d->subject = safe(r->arena, msg->subject);
	d->from_address =
		msg->from.count ? safe(r->arena, msg->from.item[0].addr) : "";
	d->from = msg->from.count && msg->from.item[0].name.n
			  ? safe(r->arena, msg->from.item[0].name)
			  : d->from_address;
	if (msg->from.count > 1)
		d->from = addresses(r->arena, &msg->from), d->from_address = "";
	d->to = addresses(r->arena, &msg->to);
	d->cc = addresses(r->arena, &msg->cc);
	d->date = msg->has_date ? msg->date : 0;
	parts_list(r->arena, msg, &here, d);
	d->verdict = stored_verdict(c, r->arena, m->u.open.id);
	if (d->verdict)
		phrase_verdict(r->arena, d->verdict);
	file_unmap(&map); /* a document holds copies of its text */
	context_post(c, r);
}

void
open_evidence(struct context *c, struct msg *m)
{
	struct msg *r = context_answer(m, MSG_DOC);
	struct verdict *v = stored_verdict(c, r->arena, m->u.open.id);
	struct buf names;
	struct err e;

	if (!v) {
		msg_free(&r);
		err_set(&e, ERR_LATER, 0,
			"this message has not been verified yet");
		context_fail(c, m, &e);
		return;
	}
	if (m->u.open.directory) { /* write it as JSON to that file */
		const char *file = file_home(m->arena, m->u.open.directory);
		struct buf json;
		int rc;

		buf_init(&json, 4 << 20);
		evidence_write(&json, v, m->u.open.path);
		buf_addc(&json, '\n');
		if (access(file, F_OK) == 0)
			rc = err_set(&e, ERR_INPUT, EEXIST,
				"'%s' exists; nothing was written", file);
		else
			rc = file_write(file, buf_str(&json), 0600, &e);
		if (rc < 0)
			context_fail(c, m, &e);
		else
			context_end(c, m,
				arena_printf(m->arena,
					err_words(N_("written to %s")), file));
		buf_fini(&json);
		msg_free(&r);
		return;
	}
	phrase_verdict(r->arena, v);
	r->u.doc.verdict = v;
	r->u.doc.doc = evidence_doc(r->arena, v, m->u.open.width);
	r->u.doc.explained = explain_doc(r->arena, v, m->u.open.width);
	r->u.doc.path = arena_strdup(r->arena, m->u.open.path);
	r->u.doc.id = arena_strdup(r->arena, m->u.open.id);
	buf_init(&names, LIMIT_TXT);
	evidence_names(&names, v);
	r->u.doc.is_demanded = demand_has(c, v->from_domain);
	r->u.doc.names = arena_cstr(r->arena, buf_str(&names));
	buf_fini(&names);
	context_post(c, r);
}
