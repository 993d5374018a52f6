/* SPDX-License-Identifier: GPL-3.0-or-later */
/* what has changed since (RFC 7162): see imap.h. libetpan's SELECT with QRESYNC
 * lacks its outer brackets, so the line is built here; its parser knows the
 * answers. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "net/imap_parts.h"

/* The next answer of extension ID and TYPE in the last response, from *IT on.
 */
static void *
next_answer(const struct imap *m, clistiter **it, int id, int type)
{
	struct mailimap_response_info *r = m->m->imap_response_info;

	*it = *it                          ? clist_next(*it)
	      : r && r->rsp_extension_list ? clist_begin(r->rsp_extension_list)
					   : NULL;
	for (; *it; *it = clist_next(*it)) {
		struct mailimap_extension_data *x = clist_content(*it);

		if (x && x->ext_extension && x->ext_data &&
			x->ext_extension->ext_id == id && x->ext_type == type)
			return x->ext_data;
	}
	return NULL;
}

uint64_t
imap_modseq(const struct imap *m)
{
	struct mailimap_condstore_resptextcode *c;
	clistiter *it = NULL;
	uint64_t out = 0;

	while ((c = next_answer(m, &it, MAILIMAP_EXTENSION_CONDSTORE,
			MAILIMAP_CONDSTORE_TYPE_RESP_TEXT_CODE)))
		if (c->cs_type == MAILIMAP_CONDSTORE_RESPTEXTCODE_HIGHESTMODSEQ)
			out = c->cs_data.cs_modseq_value;
	return out <= INT64_MAX ? out : 0;
}

bool
imap_has_vanished(const struct imap *m)
{
	clistiter *it = NULL;

	return next_answer(m, &it, MAILIMAP_EXTENSION_QRESYNC,
		       MAILIMAP_QRESYNC_TYPE_VANISHED) != NULL;
}

static int
by_first(const void *a, const void *b)
{
	uint32_t x = ((const struct imap_range *)a)->first;
	uint32_t y = ((const struct imap_range *)b)->first;

	return x < y ? -1 : x > y;
}

/* Sort the N of R and join those that touch. Returns how many are left. */
static size_t
join(struct imap_range *r, size_t n)
{
	size_t kept = 0;

	qsort(r, n, sizeof *r, by_first);
	for (size_t i = 0; i < n; i++) {
		struct imap_range *last = kept ? &r[kept - 1] : NULL;

		if (!last || r[i].first > last->last)
			r[kept++] = r[i];
		else if (r[i].last > last->last)
			last->last = r[i].last;
	}
	return kept;
}

/* All VANISHED of the last response, sorted and joined. */
static void
take_gone(struct imap *m, struct arena *a, struct imap_changes *out)
{
	struct mailimap_qresync_vanished *v;
	clistiter *it = NULL;
	size_t n = 0;

	while ((v = next_answer(m, &it, MAILIMAP_EXTENSION_QRESYNC,
			MAILIMAP_QRESYNC_TYPE_VANISHED)))
		if (v->qr_known_uids && v->qr_known_uids->set_list)
			n += (size_t)clist_count(v->qr_known_uids->set_list);
	out->gone = arena_array(a, n + 1, sizeof *out->gone);
	n = 0;
	while ((v = next_answer(m, &it, MAILIMAP_EXTENSION_QRESYNC,
			MAILIMAP_QRESYNC_TYPE_VANISHED))) {
		if (!v->qr_known_uids || !v->qr_known_uids->set_list)
			continue;
		for (clistiter *s = clist_begin(v->qr_known_uids->set_list); s;
			s = clist_next(s)) {
			struct mailimap_set_item *i = clist_content(s);
			bool up = i->set_first <= i->set_last;

			out->gone[n++] = (struct imap_range){ up ? i->set_first
								 : i->set_last,
				up ? i->set_last : i->set_first };
		}
	}
	out->gones = join(out->gone, n);
}

/* The mailbox that was not opened has nothing to give: what was asked of it
 * comes to a no, which is waited for so that the session goes on. */
static int
refused(struct imap *m, struct err *e)
{
	struct err why = *e;

	if (m->is_broken)
		imap_forget_newest(m);
	else if (imap_take_newest(m, NULL, NULL, e) == 0 || e->class == ERR_BOX)
		*e = why;
	return -1;
}

int
imap_select_newest(struct imap *m, const char *raw, uint32_t exists,
	size_t count, bool with_heads, struct imap_info *out, struct err *e)
{
	int rc = imap_select_with(m, raw,
		m->can & IMAP_CAN_CONDSTORE ? "CONDSTORE" : "", exists, count,
		with_heads, out, e);

	if (rc < 0)
		return refused(m, e);
	if (m->newest)
		return 0;
	rc = imap_put_newest(m, out->exists, count, with_heads);
	if (rc == 0 && mailstream_flush(m->m->imap_stream) < 0)
		rc = MAILIMAP_ERROR_STREAM;
	return rc ? imap_fail(m, rc, "fetching", ERR_LATER, e) : 0;
}

int
imap_select_since(struct imap *m, const char *raw, uint32_t uidvalidity,
	uint64_t modseq, struct arena *a, struct imap_changes *changes,
	struct imap_info *out, struct err *e)
{
	/* what SELECT brings of changes is without labels */
	bool asks = m->has_qresync && uidvalidity && modseq &&
		    !(m->can & IMAP_CAN_GMAIL && imap_labels(m));
	char with[100] = "";
	int rc;

	*changes = (struct imap_changes){ 0 };
	if (asks)
		snprintf(with, sizeof with, "QRESYNC (%u %" PRIu64 ")",
			uidvalidity, modseq);
	else if (m->can & IMAP_CAN_CONDSTORE)
		snprintf(with, sizeof with, "CONDSTORE");
	rc = imap_select_with(m, raw, with, 0, 0, false, out, e);
	if (rc < 0 || !uidvalidity || !modseq ||
		out->uidvalidity != uidvalidity || out->modseq < modseq)
		return rc;
	changes->is_known = true;
	if (!asks && out->modseq > modseq) {
		snprintf(with, sizeof with,
			"UID FETCH 1:* (%s) (CHANGEDSINCE %" PRIu64 ")",
			imap_flag_items(m), modseq);
		rc = imap_command(m, with);
		if (rc)
			return imap_fail(
				m, rc, "the list of changes", ERR_BOX, e);
	}
	imap_items(m, 1, a, &changes->item, &changes->items);
	take_gone(m, a, changes);
	return 0;
}

/* "1:3,7,9:8" into R, of which there are as many as SET has commas and one
 * more. What is no set is left out. */
static size_t
read_set(struct str set, struct imap_range *r)
{
	struct str part, first;
	size_t n = 0;
	uint64_t x, y;

	while (str_split(&set, ',', &part)) {
		if (!str_split(&part, ':', &first) ||
			!str_to_u64(first, UINT32_MAX, &x))
			continue;
		y = x;
		if (part.p && !str_to_u64(part, UINT32_MAX, &y))
			continue;
		r[n++] = (struct imap_range){ (uint32_t)(x < y ? x : y),
			(uint32_t)(x < y ? y : x) };
	}
	return n;
}

/* The set of LINE, "ESEARCH (TAG "5") UID ALL 1:3,7"; none: nothing was found.
 */
static struct str
found_set(struct arena *a, struct str line)
{
	struct str word, value;

	while (imap_word(a, &line, &word))
		if (str_ieq(word, STR("ALL")) && imap_word(a, &line, &value))
			return value;
	return STR("");
}

/* The ranges of LINE, "ESEARCH ..." or "SEARCH 5 7", into R, of which there are
 * as many as it has bytes. */
static size_t
read_found(struct arena *a, struct str line, struct imap_range *r)
{
	struct str word;
	uint64_t uid;
	size_t n = 0;

	if (str_istarts(line, STR("ESEARCH ")))
		return read_set(found_set(a, line), r);
	if (!str_istarts(line, STR("SEARCH ")) || !imap_word(a, &line, &word))
		return 0;
	while (imap_word(a, &line, &word) &&
		str_to_u64(word, UINT32_MAX, &uid)) /* MODSEQ may follow */
		r[n++] = (struct imap_range){ (uint32_t)uid, (uint32_t)uid };
	return n;
}

void
imap_found(struct imap *m, struct arena *a, struct imap_range **range,
	size_t *count)
{
	const MMAPString *b = m->m->imap_stream_buffer;
	struct str rest = { b->str, b->len }, line;

	while (str_split(&rest, '\n', &line)) {
		struct imap_range *r;

		line = str_trim(line);
		if (!str_istarts(line, STR("* SEARCH")) &&
			!str_istarts(line, STR("* ESEARCH")))
			continue;
		r = arena_array(a, *count + line.n, sizeof *r);
		if (*count)
			memcpy(r, *range, *count * sizeof *r);
		*range = r;
		*count += read_found(a, str_sub(line, 2, line.n), r + *count);
	}
}

int
imap_uids(struct imap *m, struct arena *a, struct imap_range **out,
	size_t *count_out, struct err *e)
{
	bool is_short = (m->can & IMAP_CAN_ESEARCH) != 0;
	int rc = imap_command(
		m, is_short ? "UID SEARCH RETURN (ALL) ALL" : "UID SEARCH ALL");
	struct mailimap_response_info *r = m->m->imap_response_info;
	size_t n = 1;

	if (rc)
		return imap_fail(m, rc, "the list of messages", ERR_BOX, e);
	if (is_short && imap_other(m, "ESEARCH")) {
		struct str set = found_set(a, str_c(imap_other(m, "ESEARCH")));

		for (size_t i = 0; i < set.n; i++)
			n += set.p[i] == ',';
		*out = arena_array(a, n, sizeof **out);
		n = read_set(set, *out);
	} else {
		clist *l = r ? r->rsp_search_result : NULL;

		*out = arena_array(
			a, l ? (size_t)clist_count(l) + 1 : 1, sizeof **out);
		n = 0;
		for (clistiter *it = l ? clist_begin(l) : NULL; it;
			it = clist_next(it)) {
			uint32_t uid = *(uint32_t *)clist_content(it);

			(*out)[n++] = (struct imap_range){ uid, uid };
		}
	}
	*count_out = join(*out, n);
	return 0;
}
