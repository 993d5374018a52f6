/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tag - see tag.h */
#include "app/local/tag.h"

#include <stdio.h>

#include "app/local/local.h"
#include "base/log.h"
#include "store/index_theirs.h"
#include "store/maildir.h"
#include "store/state.h"

static const struct {
	const char *tag;
	unsigned flag;
	bool is_inverse;
} tags[] = { { "unread", MAILDIR_SEEN, true },
	{ "flagged", MAILDIR_FLAGGED, false },
	{ "replied", MAILDIR_ANSWERED, false },
	{ "passed", MAILDIR_FORWARDED, false },
	{ "draft", MAILDIR_DRAFT, false } };

enum { TAGS = sizeof tags / sizeof *tags };

/* What servers and other programs agree on (the registry of IANA). */
static const char *const common[] = { "$MDNSent:mdnsent", "$Junk:junk",
	"$NotJunk:notjunk", "$Phishing:phishing" };

static int
learn(struct context *c, int account, struct state *s, const char *entry,
	struct arena *a, struct err *e)
{
	struct str rest = str_c(entry), name;
	struct keyword *k;
	bool is_new;
	int number;

	str_split(&rest, ':', &name);
	if (state_keyword(
		    s, arena_cstr(a, name), KEYWORDS, &number, &is_new, e) < 0)
		return -1;
	if (number < 0 || number >= KEYWORDS) {
		log_write(LOG_WARN, c->config->account[account].name,
			"the keyword %.*s is one too many: at most %d",
			STR_ARG(name), KEYWORDS);
		return 0;
	}
	k = &c->keyword[account][number];
	if (k->name) /* the configuration has said it */
		return 0;
	k->name = arena_cstr(a, name);
	k->tag = rest.n ? arena_cstr(a, rest) : k->name;
	k->is_new = is_new;
	return 0;
}

int
tag_learn_keywords(
	struct context *c, int account, struct arena *a, struct err *e)
{
	const struct config_account *config = &c->config->account[account];
	struct state *s;
	int rc = 0;

	memset(c->keyword[account], 0, sizeof c->keyword[account]);
	if (!local_has_server(config))
		return 0;
	s = state_open(
		arena_printf(a, "%s/%s.db", c->paths.state, config->name), e);
	if (!s) {
		/* its worker will say so, and refuse */
		log_write(LOG_WARN, config->name, "%s", e->text);
		return 0;
	}
	for (size_t i = 0; i < config->keywords.count && rc == 0; i++)
		rc = learn(c, account, s, config->keywords.item[i], a, e);
	for (size_t i = 0; i < sizeof common / sizeof *common && rc == 0; i++)
		rc = learn(c, account, s, common[i], a, e);
	state_close(&s);
	return rc;
}

static bool
has_word(const char *words, const char *word)
{
	struct str rest = str_c(words ? words : ""), w;

	while (str_split(&rest, ' ', &w))
		if (str_eq(w, str_c(word)))
			return true;
	return false;
}

bool
tag_is_coupled(const struct context *c, int account)
{
	const struct index_theirs *t = c->paths.theirs;

	return !t || t->is_coupled || account < 0 ||
	       c->config->account[account].receive.scheme != SCHEME_MAILDIR;
}

unsigned
tag_change(const struct context *c, int account, unsigned flags,
	const char *add, const char *remove)
{
	for (size_t i = 0; i < TAGS && tag_is_coupled(c, account); i++) {
		bool adds = has_word(add, tags[i].tag);

		if (!adds && !has_word(remove, tags[i].tag))
			continue;
		if (adds != tags[i].is_inverse)
			flags |= tags[i].flag;
		else
			flags &= ~tags[i].flag;
	}
	for (int i = 0; account >= 0 && i < KEYWORDS; i++) {
		const struct keyword *k = &c->keyword[account][i];
		unsigned bit = (unsigned)MAILDIR_KEYWORD << i;

		if (k->name && has_word(add, k->tag))
			flags |= bit;
		else if (k->name && has_word(remove, k->tag))
			flags &= ~bit;
	}
	return flags;
}

int
tag_account(const struct context *c, const char *path)
{
	struct str name = maildir_account(path);

	for (int i = 0; i < c->workers; i++)
		if (str_eq(name, str_c(c->config->account[i].name)))
			return i;
	return -1;
}

unsigned
tag_wanted(
	const struct context *c, int account, unsigned flags, const char *words)
{
	for (size_t i = 0; i < TAGS && tag_is_coupled(c, account); i++)
		if (has_word(words, tags[i].tag) != tags[i].is_inverse)
			flags |= tags[i].flag;
		else
			flags &= ~tags[i].flag;
	for (int i = 0; account >= 0 && i < KEYWORDS; i++) {
		const struct keyword *k = &c->keyword[account][i];
		unsigned bit = (unsigned)MAILDIR_KEYWORD << i;

		if (k->name && has_word(words, k->tag))
			flags |= bit;
		else if (k->name)
			flags &= ~bit;
	}
	return flags;
}

void
tag_of_path(const struct context *c, const char *path, struct buf *add,
	struct buf *remove)
{
	tag_of_flags(
		c, tag_account(c, path), maildir_flags(path), ~0u, add, remove);
}

void
tag_of_flags(const struct context *c, int account, unsigned flags,
	unsigned mask, struct buf *add, struct buf *remove)
{
	for (size_t i = 0; i < TAGS && tag_is_coupled(c, account); i++) {
		bool is_set = (flags & tags[i].flag) != 0;

		if (mask & tags[i].flag)
			buf_printf(is_set != tags[i].is_inverse ? add : remove,
				"%s ", tags[i].tag);
	}
	for (int i = 0; account >= 0 && i < KEYWORDS; i++) {
		const struct keyword *k = &c->keyword[account][i];
		unsigned bit = (unsigned)MAILDIR_KEYWORD << i;

		if (k->name && (mask & bit))
			buf_printf(flags & bit ? add : remove, "%s ", k->tag);
	}
}
