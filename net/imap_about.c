/* SPDX-License-Identifier: GPL-3.0-or-later */
/* what is asked of a server beside its list of mailboxes, in the same flight:
 * see imap.h. Who we are (RFC 2971), where the user's own mailboxes begin (RFC
 * 2342), how full they are (RFC 2087, 9208), and what is to be enabled (RFC
 * 5161): QRESYNC, and UTF8=ACCEPT (RFC 9755), by which letters with UTF-8 in
 * their headers come as they are, and not as somebody has rewritten them. Gmail
 * is not asked for it: it does not say how it spells its labels then. */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "config.h"
#include "net/imap_parts.h"

enum { QUOTA_EVERY_MS = 15 * 60000 };

static int
put_lines(struct imap *m, const char *const *line, size_t n, int *tag,
	size_t *count)
{
	int rc = 0;

	for (size_t i = 0; i < n && rc == 0; i++) {
		rc = imap_put(m, line[i]);
		tag[(*count)++] = m->m->imap_tag;
	}
	return rc;
}

int
imap_put_who(struct imap *m, int *tag, size_t *count)
{
	const unsigned more = IMAP_CAN_QRESYNC | IMAP_CAN_UTF8;
	char enable[40];
	const char *line[2];
	size_t n = 0;

	*count = 0;
	if (m->was_named)
		return 0;
	m->was_named = true;
	/* some providers open no mailbox for a program that has no name */
	if (m->can & IMAP_CAN_ID)
		line[n++] = "ID (\"name\" \"signet\" \"version\" "
			    "\"" SIGNET_VERSION "\")";
	/* to be said before a mailbox is open (RFC 5161, 3.1) */
	snprintf(enable, sizeof enable, "ENABLE%s%s",
		m->can & IMAP_CAN_QRESYNC ? " QRESYNC" : "",
		m->can & IMAP_CAN_UTF8 ? " UTF8=ACCEPT" : "");
	if ((m->can & IMAP_CAN_ENABLE) && (m->can & more))
		line[n++] = enable;
	return put_lines(m, line, n, tag, count);
}

int
imap_put_about(struct imap *m, int *tag, size_t *count)
{
	int64_t now = clock_mono_ms();
	const char *line[2];
	size_t n = 0;
	int rc = imap_put_who(m, tag, count);

	if ((m->can & IMAP_CAN_NAMESPACE) && !m->was_asked)
		line[n++] = "NAMESPACE";
	if ((m->can & IMAP_CAN_QUOTA) &&
		(!m->was_asked || now >= m->next_quota_ms)) {
		line[n++] = "GETQUOTAROOT INBOX";
		m->next_quota_ms = now + QUOTA_EVERY_MS;
		m->quota = (struct imap_quota){ 0 };
	}
	m->was_asked = true;
	return rc ? rc : put_lines(m, line, n, tag, count);
}

/* "(("INBOX." "."))" and more, after "* NAMESPACE": the first of the user's
 * own. */
static void
take_namespace(struct imap *m, struct arena *a, struct str line)
{
	struct str word, prefix;

	for (int i = 0; i < 2; i++)
		if (!imap_word(a, &line, &word) || !str_eq(word, STR("(")))
			return; /* NIL: it has none */
	if (!imap_word(a, &line, &prefix) || !imap_word(a, &line, &word))
		return;
	prefix = imap_raw_of(m, a, prefix);
	if (prefix.n >= sizeof m->prefix)
		return;
	for (size_t i = 0; i < prefix.n; i++)
		if ((unsigned char)prefix.p[i] < 0x20)
			return;
	memcpy(m->prefix, prefix.p, prefix.n);
	m->prefix[prefix.n] = '\0';
	m->has_namespace = true;
	if (word.n == 1)
		m->delimiter = word.p[0];
}

/* ""user" (STORAGE 10 512)", after "* QUOTA": of several the fullest. */
static void
take_quota(struct imap *m, struct arena *a, struct str line)
{
	struct str name, word, used, limit;
	struct imap_quota q;

	if (!imap_word(a, &line, &name) || !imap_word(a, &line, &word) ||
		!str_eq(word, STR("(")))
		return;
	while (imap_word(a, &line, &word) && imap_word(a, &line, &used) &&
		imap_word(a, &line, &limit)) {
		if (!str_ieq(word, STR("STORAGE")) ||
			!str_to_u64(used, IMAP_QUOTA_MAX, &q.used) ||
			!str_to_u64(limit, IMAP_QUOTA_MAX, &q.limit) ||
			q.limit == 0)
			continue;
		if (m->quota.limit == 0 ||
			q.used * m->quota.limit > m->quota.used * q.limit)
			m->quota = q;
	}
}

void
imap_take_about(
	struct imap *m, struct arena *a, struct str word, struct str rest)
{
	if (str_ieq(word, STR("NAMESPACE")))
		take_namespace(m, a, rest);
	else if (str_ieq(word, STR("QUOTA")))
		take_quota(m, a, rest);
	else if (str_ieq(word, STR("ENABLED")))
		while (imap_word(a, &rest, &word)) {
			m->has_qresync |= str_ieq(word, STR("QRESYNC"));
			m->is_utf8 |= str_ieq(word, STR("UTF8=ACCEPT"));
		}
}

/* Without NAMESPACE: does every mailbox lie below the INBOX? */
static void
guess_prefix(struct imap *m, const struct imap_box *box, size_t n)
{
	size_t below = 0;

	for (size_t i = 0; i < n; i++) {
		struct str raw = str_c(box[i].raw);

		if (str_eq(raw, STR("INBOX")))
			continue;
		if (!box[i].delimiter || raw.n < 7 ||
			!str_istarts(raw, STR("INBOX")) ||
			raw.p[5] != box[i].delimiter)
			return;
		below++;
	}
	if (below)
		snprintf(m->prefix, sizeof m->prefix, "INBOX%c", m->delimiter);
}

void
imap_name_boxes(struct imap *m, struct arena *a, struct imap_box *box, size_t n)
{
	struct str prefix;
	struct buf name;

	for (size_t i = 0; i < n && !m->delimiter; i++)
		m->delimiter = box[i].delimiter;
	if (!m->has_namespace && !*m->prefix)
		guess_prefix(m, box, n);
	prefix = str_c(m->prefix);
	buf_init(&name, 4 * LIMIT_FOLDER_NAME);
	for (size_t i = 0; i < n && prefix.n; i++) {
		struct str raw = str_c(box[i].raw);
		bool is_taken = false;

		if (raw.n <= prefix.n || !str_istarts(raw, prefix))
			continue;
		buf_clear(&name);
		imap_name_decode(&name, str_sub(raw, prefix.n, raw.n));
		for (size_t k = 0; k < n && !is_taken; k++)
			is_taken = k != i &&
				   strcmp(box[k].name, buf_c(&name)) == 0;
		if (!is_taken && !str_ieq(buf_str(&name), STR("INBOX")))
			box[i].name = arena_cstr(a, buf_str(&name));
	}
	buf_fini(&name);
}

void
imap_raw_name(const struct imap *m, struct buf *out, struct str name)
{
	struct buf own;

	buf_init(&own, 4 * LIMIT_FOLDER_NAME);
	for (size_t i = 0; i < name.n; i++)
		buf_addc(&own, name.p[i] == '/' && m->delimiter ? m->delimiter
								: name.p[i]);
	buf_adds(out, m->prefix);
	imap_name_encode(out, buf_str(&own));
	buf_fini(&own);
}

const struct imap_quota *
imap_quota(const struct imap *m)
{
	return &m->quota;
}
