/* SPDX-License-Identifier: GPL-3.0-or-later */
/* whole letters: the tree within its limits, children inside their parents, and
 * nothing in what is drawn that could act on a terminal */
#include <assert.h>
#include <stdint.h>

#include "base/utf8.h"
#include "mime/compose.h"
#include "mime/message.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void
check_tree(const struct part *root, struct str in)
{
	size_t count = 0;

	for (const struct part *p = root; p; p = part_next(root, p, true)) {
		struct buf name;

		count++;
		assert(p->raw.p >= in.p && p->raw.p + p->raw.n <= in.p + in.n);
		assert(p->body.p >= p->raw.p &&
			p->body.p + p->body.n <= p->raw.p + p->raw.n);
		if (p->parent)
			assert(p->raw.p >= p->parent->body.p);
		buf_init(&name, 4096);
		part_safe_name(&name, p);
		assert(name.n > 0 && name.n <= 255);
		assert(str_chr(buf_str(&name), '/') < 0);
		buf_fini(&name);
	}
	assert(count <= LIMIT_MIME_PARTS + LIMIT_MIME_DEPTH + 2);
}

static void
check_doc(const struct doc *d)
{
	struct buf b;

	buf_init(&b, 64 << 20);
	doc_text(&b, d);
	assert(utf8_valid(buf_str(&b)));
	for (size_t i = 0; i < b.n; i++)
		assert((unsigned char)b.p[i] >= 0x20 || b.p[i] == '\n');
	for (size_t i = 0; i < d->lines; i++)
		for (size_t k = 0; k < d->line[i].spans; k++)
			assert(d->line[i].span[k].link < (int)d->links);
	buf_fini(&b);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct str in = { (const char *)data, n };
	struct arena *a = arena_new();
	struct message *m = message_read(a, in, "ko");
	struct doc_options o = { .width = 60 };
	struct compose_draft d;
	struct buf out;
	struct err e;

	if (n)
		check_tree(m->root, in);
	check_doc(doc_render(a, m, &o));
	o.choice = DOC_HTML;
	o.width = 0;
	check_doc(doc_render(a, m, &o));
	message_tnef(a, m);
	message_uuencoded(a, m);
	d = compose_reply(a, m, COMPOSE_REPLY_ALL, NULL, 0);
	d.from = STR("me@a.example");
	d.message_id = STR("1@a.example");
	buf_init(&out, 64 << 20);
	if (compose_build(a, &out, &d, NULL, &e) == 0)
		for (size_t i = 0; i < out.n; i++) {
			assert(out.p[i] != '\n' || out.p[i - 1] == '\r');
			assert(out.p[i] != '\r' || out.p[i + 1] == '\n');
		}
	buf_fini(&out);
	arena_free(&a);
	return 0;
}
