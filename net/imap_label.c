/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Gmail's labels (X-GM-LABELS) as flags: see imap.h. A keyword called
 * "label/NAME" is the label NAME; "_" in it stands for a blank. */
#include "net/imap_parts.h"

#define PREFIX "label/"

const char *
imap_label_of(const char *keyword)
{
	return keyword && str_starts(str_c(keyword), STR(PREFIX))
		       ? keyword + sizeof PREFIX - 1
		       : NULL;
}

unsigned
imap_labels(const struct imap *m)
{
	unsigned out = 0;

	for (int i = 0; m->keyword && i < IMAP_KEYWORDS; i++)
		if (imap_label_of(m->keyword[i]))
			out |= (unsigned)IMAP_KEYWORD << i;
	return out;
}

const char *
imap_flag_items(const struct imap *m)
{
	return m->can & IMAP_CAN_GMAIL && imap_labels(m)
		       ? "UID FLAGS X-GM-LABELS"
		       : "UID FLAGS";
}

unsigned
imap_label_bit(const struct imap *m, struct str raw)
{
	struct buf name;
	unsigned out = 0;

	if (raw.n > LIMIT_FOLDER_NAME)
		return 0;
	buf_init(&name, 4 * LIMIT_FOLDER_NAME);
	imap_name_decode(&name, raw);
	for (int i = 0; i < IMAP_KEYWORDS && m->keyword && !out; i++) {
		const char *label = imap_label_of(m->keyword[i]);
		bool same = label && strlen(label) == name.n;

		for (size_t k = 0; same && k < name.n; k++)
			same = label[k] == name.p[k] ||
			       (label[k] == '_' && name.p[k] == ' ');
		if (same)
			out = (unsigned)IMAP_KEYWORD << i;
	}
	buf_fini(&name);
	return out;
}

int
imap_print_labels(const struct imap *m, unsigned bits, struct buf *out)
{
	bool first = true;
	int rc = 0;

	for (int i = 0; m->keyword && i < IMAP_KEYWORDS && rc == 0; i++) {
		const char *label = imap_label_of(m->keyword[i]);
		struct buf name, raw;
		struct err ignored;

		if (!label || !(bits & (unsigned)IMAP_KEYWORD << i))
			continue;
		buf_init(&name, 4 * LIMIT_FOLDER_NAME);
		buf_init(&raw, 4 * LIMIT_FOLDER_NAME);
		for (const char *p = label; *p; p++)
			buf_addc(&name, *p == '_' ? ' ' : *p);
		imap_name_encode(&raw, buf_str(&name));
		buf_adds(out, first ? "" : " ");
		first = false;
		rc = imap_quote(out, buf_str(&raw), &ignored);
		buf_fini(&raw);
		buf_fini(&name);
	}
	return rc;
}
