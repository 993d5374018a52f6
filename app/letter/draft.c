/* SPDX-License-Identifier: GPL-3.0-or-later */
/* draft - see draft.h. The file's form:
 *
 *	From: …            what compose_print writes, the editor's to change
 *	To: …
 *	Subject: …
 *	Attach: /path      any number; may be added in the editor
 *	X-Signet-…: …      account, references, the message answered
 *	(empty line)
 *	text
 */
#define _DEFAULT_SOURCE
#include "app/letter/draft.h"

#include <dirent.h>
#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "app/letter/here.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/utf8.h"
#include "mime/doc.h"

enum { ATTACH_MAX = 100, FILE_MAX = 64 << 20, PREVIEW_WIDTH = 78 };

struct draft { /* what the file holds */
	struct compose_draft c;
	const char *account, *answers; /* "" where not there */
	const char *attach[ATTACH_MAX];
	size_t attaches;
};

/* --- the file
 * --------------------------------------------------------------------- */

static void
line(struct buf *out, const char *name, const char *value)
{
	if (value && *value)
		buf_printf(out, "%s: %s\n", name, value);
}

static int
write_draft(const char *file, const struct draft *d, struct err *e)
{
	struct buf fields, out;
	ptrdiff_t gap;
	char text[4100];
	int rc;

	buf_init(&fields, LIMIT_MESSAGE);
	buf_init(&out, LIMIT_MESSAGE);
	compose_print(&fields, &d->c);
	/* our lines stand between its fields and the empty line */
	gap = str_find(buf_str(&fields), STR("\n\n"));
	if (gap < 0)
		gap = (ptrdiff_t)fields.n;
	buf_add(&out, str_sub(buf_str(&fields), 0, (size_t)gap + 1));
	for (size_t i = 0; i < d->attaches; i++)
		line(&out, "Attach", d->attach[i]);
	line(&out, "X-Signet-Account", d->account);
	line(&out, "X-Signet-Answers", d->answers);
	snprintf(text, sizeof text, "%.*s",
		STR_ARG(str_sub(d->c.in_reply_to, 0, 4000)));
	line(&out, "X-Signet-In-Reply-To", text);
	snprintf(text, sizeof text, "%.*s",
		STR_ARG(str_sub(d->c.references, 0, 4000)));
	line(&out, "X-Signet-References", text);
	buf_add(&out, str_sub(buf_str(&fields), (size_t)gap + 1, fields.n));
	rc = out.full ? err_set(e, ERR_INPUT, 0, "the draft is too large")
		      : file_write(file, buf_str(&out), 0600, e);
	buf_fini(&fields);
	buf_fini(&out);
	return rc;
}

/* Take the field LINE if it is one of ours. */
static bool
take_line(struct arena *a, struct draft *d, struct str l)
{
	static const char *const names[] = { "Attach:", "X-Signet-Account:",
		"X-Signet-Answers:", "X-Signet-In-Reply-To:",
		"X-Signet-References:" };

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		struct str v;

		if (!str_istarts(l, str_c(names[i])))
			continue;
		v = str_trim(str_sub(l, strlen(names[i]), l.n));
		if (i == 0 && v.n && d->attaches < ATTACH_MAX)
			d->attach[d->attaches++] = arena_cstr(a, v);
		else if (i == 1)
			d->account = arena_cstr(a, v);
		else if (i == 2)
			d->answers = arena_cstr(a, v);
		else if (i == 3)
			d->c.in_reply_to = arena_str(a, v);
		else if (i == 4)
			d->c.references = arena_str(a, v);
		return true;
	}
	return false;
}

static int
read_draft(struct arena *a, const char *file, struct draft *d, struct err *e)
{
	struct buf text, rest;
	struct str all, l;
	bool in_head = true;
	int rc;

	*d = (struct draft){ .account = "", .answers = "" };
	buf_init(&text, LIMIT_MESSAGE);
	buf_init(&rest, LIMIT_MESSAGE);
	rc = file_read(file, &text, e);
	all = buf_str(&text);
	while (rc == 0 && in_head && str_split(&all, '\n', &l)) {
		if (str_trim(l).n == 0)
			in_head = false;
		else if (take_line(a, d, l))
			continue;
		buf_add(&rest, l);
		buf_addc(&rest, '\n');
	}
	if (rc == 0) {
		buf_add(&rest, all);
		rc = compose_scan(a, arena_str(a, buf_str(&rest)), &d->c, e);
	}
	buf_fini(&text);
	buf_fini(&rest);
	return rc;
}

static const char *
new_file(struct context *c, struct arena *a)
{
	static atomic_uint count;
	time_t now = (time_t)clock_wall();
	char stamp[32] = "";
	struct tm tm;

	if (localtime_r(&now, &tm))
		strftime(stamp, sizeof stamp, "%Y%m%d-%H%M%S", &tm);
	return arena_printf(a, "%s/%s-%d-%u.eml", c->paths.drafts, stamp,
		(int)getpid(), ++count);
}

/* --- who sends
 * -------------------------------------------------------------------- */

static const char *
own_address(struct arena *a, const struct config_account *acc)
{
	if (!*acc->person)
		return acc->address;
	return arena_printf(a, "%s <%s>", acc->person, acc->address);
}

/* Is ADDRESS one that account ACC writes from? The From to use, or NULL. */
static const char *
identity_of(
	struct arena *a, const struct config_account *acc, struct str address)
{
	if (str_ieq(address, str_c(acc->address)))
		return own_address(a, acc);
	for (size_t i = 0; i < acc->identity.count; i++) {
		struct field_addresses f =
			field_addresses(a, str_c(acc->identity.item[i]), NULL);

		if (f.count && str_ieq(f.item[0].addr, address))
			return acc->identity.item[i];
	}
	return NULL;
}

/* The From to use of the account ACC, or of any where it is NULL, among the
 * addresses TO. */
static const char *
find_identity(struct context *c, struct arena *a,
	const struct config_account *acc, struct field_addresses to,
	const char **account)
{
	for (size_t i = 0; i < to.count; i++)
		for (size_t k = 0; k < c->config->accounts; k++) {
			const struct config_account *x = &c->config->account[k];
			const char *from =
				acc && acc != x
					? NULL
					: identity_of(a, x, to.item[i].addr);

			if (from) {
				*account = x->name;
				return from;
			}
		}
	return NULL;
}

/* The account whose address D's From is; that decides whose server sends it. */
static int
choose_account(
	struct context *c, struct arena *a, struct draft *d, struct err *e)
{
	struct field_addresses f = field_addresses(a, d->c.from, NULL);
	const char *account = NULL;

	if (d->account && *d->account &&
		config_account(c->config, d->account) && f.count &&
		identity_of(a, config_account(c->config, d->account),
			f.item[0].addr))
		return 0;
	if (find_identity(c, a, NULL, f, &account)) {
		d->account = account;
		return 0;
	}
	return err_set(e, ERR_INPUT, 0,
		"no account writes as '%.*s'; its address or an 'identity =' "
		"must say so",
		STR_ARG(d->c.from));
}

/* --- what is odd
 * ------------------------------------------------------------------- */

static void
add_odd(struct arena *a, struct msg_draft *out, const char *text)
{
	const char **bigger = arena_array(a, out->odds + 1, sizeof *bigger);

	if (out->odds)
		memcpy(bigger, out->odd, out->odds * sizeof *bigger);
	bigger[out->odds++] = text;
	out->odd = bigger;
}

static bool
promises_file(struct str text)
{
	static const char *const words[] = { "attached", "attachment",
		"enclosed", "첨부", "Anhang", "ci-joint", "添付" };
	struct str l;

	while (str_split(&text, '\n', &l)) {
		if (l.n && l.p[0] == '>')
			continue; /* somebody else's promise */
		for (size_t i = 0; i < sizeof words / sizeof *words; i++)
			if (str_ifind(l, str_c(words[i])) >= 0)
				return true;
	}
	return false;
}

static void
look_for_odd(struct context *c, struct arena *a, const struct draft *d,
	struct msg_draft *out)
{
	struct err e;
	struct draft copy = *d;

	if (d->c.subject.n == 0)
		add_odd(a, out, err_words(N_("the subject is empty")));
	if (d->attaches == 0 && promises_file(d->c.text))
		add_odd(a, out,
			err_words(N_("the text speaks of an attachment and "
				     "none is there")));
	if (choose_account(c, a, &copy, &e) < 0)
		add_odd(a, out, arena_strdup(a, e.text));
	for (size_t i = 0; i < d->attaches; i++)
		if (access(d->attach[i], R_OK) < 0)
			add_odd(a, out,
				arena_printf(a,
					err_words(N_("cannot read '%s'")),
					d->attach[i]));
}

/* --- answers
 * ------------------------------------------------------------------------ */

static const char *
text_of(struct arena *a, struct str s)
{
	struct buf b;
	const char *out;

	buf_init(&b, LIMIT_FIELD);
	utf8_safe(&b, s, UTF8_LINE);
	out = arena_cstr(a, buf_str(&b));
	buf_fini(&b);
	return out;
}

/* The draft in FILE as the screen shows it. */
static int
answer(struct context *c, const struct msg *m, const char *file,
	const char *why, struct err *e)
{
	struct msg *r = context_answer(m, MSG_DRAFT);
	struct msg_draft *o = &r->u.draft;
	struct arena *a = r->arena;
	struct doc_builder *b;
	struct draft d;
	struct err ignored;

	if (read_draft(a, file, &d, e) < 0) {
		msg_free(&r);
		return -1;
	}
	if (choose_account(c, a, &d, &ignored) < 0 && !d.account)
		d.account = "";
	o->file = arena_strdup(a, file);
	o->account = d.account;
	o->from = text_of(a, d.c.from);
	o->to = text_of(a, d.c.to);
	o->cc = text_of(a, d.c.cc);
	o->bcc = text_of(a, d.c.bcc);
	o->subject = text_of(a, d.c.subject);
	o->reply_to_path = d.answers;
	o->why_from = why;
	o->attach = arena_array(a, d.attaches, sizeof *o->attach);
	o->attaches = d.attaches;
	for (size_t i = 0; i < d.attaches; i++) {
		const char *slash = strrchr(d.attach[i], '/');
		struct stat st;

		o->attach[i].path = d.attach[i];
		o->attach[i].name =
			text_of(a, str_c(slash ? slash + 1 : d.attach[i]));
		o->attach[i].type = compose_type(str_c(d.attach[i]));
		o->attach[i].size =
			stat(d.attach[i], &st) == 0 ? (uint64_t)st.st_size : 0;
	}
	b = doc_begin(a, PREVIEW_WIDTH);
	doc_add(b, d.c.text, DOC_PLAIN, -1);
	o->preview = doc_end(b);
	look_for_odd(c, a, &d, o);
	context_post(c, r);
	return 0;
}

static void
end_with(struct context *c, const struct msg *m, int rc, const struct err *e)
{
	if (rc < 0)
		context_fail(c, m, e);
}

/* --- requests
 * ------------------------------------------------------------------------ */

/* All addresses of the user's own, so that a reply to all leaves them out. */
static struct str *
own_addresses(struct context *c, struct arena *a, size_t *count)
{
	size_t max = 0;
	struct str *own;

	for (size_t i = 0; i < c->config->accounts; i++)
		max += 1 + c->config->account[i].identity.count;
	own = arena_array(a, max, sizeof *own);
	*count = 0;
	for (size_t i = 0; i < c->config->accounts; i++) {
		const struct config_account *acc = &c->config->account[i];

		own[(*count)++] = str_c(acc->address);
		for (size_t k = 0; k < acc->identity.count; k++) {
			struct field_addresses f = field_addresses(
				a, str_c(acc->identity.item[k]), NULL);

			if (f.count)
				own[(*count)++] = f.item[0].addr;
		}
	}
	return own;
}

/* Files that a forwarded message brings are written beside the draft. */
static int
keep_files(struct draft *d, struct arena *a, const char *file, struct err *e)
{
	const char *dir = arena_printf(a, "%s.d", file);

	if (d->c.files && file_mkdirs(dir, e) < 0)
		return -1;
	for (size_t i = 0; i < d->c.files && d->attaches < ATTACH_MAX; i++) {
		struct buf name, used;
		int fd, rc = 0;

		buf_init(&name, 4096);
		buf_init(&used, 4096);
		file_safe_name(&name, d->c.file[i].name, "file.bin");
		fd = file_create_in(dir, buf_str(&name), &used, e);
		if (fd < 0)
			rc = -1;
		else
			rc = file_write_fd(fd, d->c.file[i].bytes, dir, e);
		if (fd >= 0 && close(fd) < 0)
			rc = err_sys(e, errno, "cannot write into '%s'", dir);
		d->attach[d->attaches++] =
			arena_printf(a, "%s/%s", dir, buf_c(&used));
		buf_fini(&name);
		buf_fini(&used);
		if (rc < 0)
			return -1;
	}
	d->c.files = 0;
	return 0;
}

/* Begin from the message at PATH. */
static int
from_message(struct context *c, struct msg *m, struct draft *d,
	const char **why, struct str *map, struct err *e)
{
	struct arena *a = m->arena;
	size_t owns;
	struct str *own = own_addresses(c, a, &owns);
	const struct config_account *acc;
	struct message *orig;
	enum letter_here here;
	struct buf now;
	const char *from;

	here = here_of(&c->paths, a, m->u.compose.path).here;
	if (here == LETTER_HEADERS ||
		(here == LETTER_PARTS && m->u.compose.mode == DRAFT_FORWARD))
		return err_set(e, ERR_LATER, 0,
			"not all of this letter is here: open it first, or in "
			"its list of parts what is on the server");
	buf_init(&now, 4096);
	if (here_map(c, m->u.compose.path, map, &now, e) < 0) {
		buf_fini(&now);
		return -1;
	}
	d->answers = m->u.compose.mode == DRAFT_FORWARD
			     ? ""
			     : arena_cstr(a, buf_str(&now));
	buf_fini(&now);
	orig = message_read(a, *map, NULL);
	if (m->u.compose.mode == DRAFT_FORWARD)
		d->c = compose_forward(a, orig, false);
	else
		d->c = compose_reply(a, orig,
			m->u.compose.mode == DRAFT_REPLY_ALL ? COMPOSE_REPLY_ALL
							     : COMPOSE_REPLY,
			own, owns);
	/* the account it lies in answers; which of its addresses, To tells */
	acc = config_account(c->config,
		arena_printf(a, "%.*s", (int)strcspn(m->u.compose.path, "/"),
			m->u.compose.path));
	from = find_identity(c, a, acc, orig->to, &d->account);
	if (!from)
		from = find_identity(c, a, acc, orig->cc, &d->account);
	if (from)
		*why = "the message was sent to this address";
	if (from)
		d->c.from = str_c(from);
	return 0;
}

/* From where nothing else says it: the account the message lies in, else the
 * first. With its signature below the text. */
static void
default_sender(struct context *c, struct msg *m, struct draft *d)
{
	const struct config_account *acc = NULL;
	const char *path = m->u.compose.path;
	struct buf sig;
	struct err e;

	if (d->account && *d->account)
		acc = config_account(c->config, d->account);
	if (!acc && m->u.compose.account)
		acc = config_account(c->config, m->u.compose.account);
	if (!acc && path)
		acc = config_account(
			c->config, arena_printf(m->arena, "%.*s",
					   (int)strcspn(path, "/"), path));
	if (!acc && c->config->accounts)
		acc = &c->config->account[0];
	if (!acc)
		return;
	d->account = acc->name;
	if (d->c.from.n == 0)
		d->c.from = str_c(own_address(m->arena, acc));
	buf_init(&sig, 64 << 10);
	if (acc->signature && file_read(acc->signature, &sig, &e) == 0)
		d->c.text = str_c(arena_printf(m->arena, "%.*s\n-- \n%s",
			STR_ARG(d->c.text), buf_c(&sig)));
	buf_fini(&sig);
}

void
draft_compose(struct context *c, struct msg *m)
{
	struct draft d = { .account = "", .answers = "" };
	const char *why = NULL, *file = new_file(c, m->arena);
	struct str map = STR("");
	struct err e;
	int rc = 0;

	switch (m->u.compose.mode) {
	case DRAFT_NEW:
		break;
	case DRAFT_EDIT:
		end_with(c, m, answer(c, m, m->u.compose.mailto, NULL, &e), &e);
		return;
	case DRAFT_MAILTO:
		rc = compose_mailto(
			m->arena, str_c(m->u.compose.mailto), &d.c, NULL, &e);
		break;
	case DRAFT_REPLY:
	case DRAFT_REPLY_ALL:
	case DRAFT_FORWARD:
		rc = from_message(c, m, &d, &why, &map, &e);
		break;
	}
	if (rc == 0 && c->config->accounts == 0)
		rc = err_set(&e, ERR_INPUT, 0,
			"there is no account to write from; :account adds one");
	if (rc == 0) {
		default_sender(c, m, &d);
		rc = keep_files(&d, m->arena, file, &e);
	}
	if (rc == 0)
		rc = write_draft(file, &d, &e);
	if (rc == 0)
		rc = answer(c, m, file, why, &e);
	file_unmap(&map);
	end_with(c, m, rc, &e);
}

void
draft_read(struct context *c, struct msg *m)
{
	struct err e;

	end_with(c, m, answer(c, m, m->u.draft.file, NULL, &e), &e);
}

/* The fields of M over what the file holds; its text stays. */
static int
merge(struct context *c, struct arena *a, const struct msg_draft *m,
	struct draft *d, struct err *e)
{
	if (read_draft(a, m->file, d, e) < 0)
		return -1;
	d->c.from = str_c(m->from);
	d->c.to = str_c(m->to);
	d->c.cc = str_c(m->cc);
	d->c.bcc = str_c(m->bcc);
	d->c.subject = str_c(m->subject);
	d->account = m->account ? m->account : "";
	d->attaches = 0;
	for (size_t i = 0; i < m->attaches && i < ATTACH_MAX; i++) {
		const char *p = file_home(a, m->attach[i].path);

		if (access(p, R_OK) < 0)
			return err_sys(e, errno, "cannot attach '%s'", p);
		d->attach[d->attaches++] = p;
	}
	(void)c;
	return 0;
}

void
draft_save(struct context *c, struct msg *m)
{
	struct draft d;
	struct err e;
	int rc = merge(c, m->arena, &m->u.draft, &d, &e);

	if (rc == 0)
		rc = write_draft(m->u.draft.file, &d, &e);
	if (rc == 0)
		rc = answer(c, m, m->u.draft.file, NULL, &e);
	end_with(c, m, rc, &e);
}

void
draft_list(struct context *c, struct msg *m)
{
	enum { SHOWN = 200 };
	struct msg *r = context_answer(m, MSG_DRAFTS);
	struct msg_outbox *o = &r->u.outbox;
	DIR *dir = opendir(c->paths.drafts);
	struct dirent *f;

	o->item = arena_array(r->arena, SHOWN, sizeof *o->item);
	while (dir && (f = readdir(dir)) && o->items < SHOWN) {
		struct out_item *i = &o->item[o->items];
		struct draft d;
		struct err e;
		const char *file;

		if (!str_ends(str_c(f->d_name), STR(".eml")))
			continue;
		file = arena_printf(
			r->arena, "%s/%s", c->paths.drafts, f->d_name);
		if (read_draft(r->arena, file, &d, &e) < 0) {
			d = (struct draft){ .account = "" };
			d.c.subject = str_c(e.text);
		}
		i->subject = text_of(r->arena, d.c.subject);
		i->to = text_of(r->arena, d.c.to);
		i->account = d.account;
		i->state = "draft";
		i->reason = file;
		o->items++;
	}
	if (dir)
		closedir(dir);
	context_post(c, r);
}

void
draft_drop(const struct msg_draft *d)
{
	struct err e;
	char dir[4200];

	(void)unlink(d->file);
	snprintf(dir, sizeof dir, "%s.d", d->file);
	if (access(dir, F_OK) == 0 && file_remove_tree(dir, &e) < 0)
		return; /* what is left is found by the next start's clean-up */
}

void
draft_discard(struct context *c, struct msg *m)
{
	draft_drop(&m->u.draft);
	context_end(c, m, NULL);
}

/* --- sending
 * ------------------------------------------------------------------------- */

static int
load_files(struct arena *a, struct draft *d, struct str **maps, struct err *e)
{
	*maps = arena_array(a, d->attaches, sizeof **maps);
	d->c.file = arena_array(a, d->attaches, sizeof *d->c.file);
	for (size_t i = 0; i < d->attaches; i++) {
		const char *slash = strrchr(d->attach[i], '/');

		if (file_map(d->attach[i], FILE_MAX, &(*maps)[i], e) < 0)
			return -1;
		d->c.file[i].name = str_c(slash ? slash + 1 : d->attach[i]);
		d->c.file[i].bytes = (*maps)[i];
		d->c.files++;
	}
	return 0;
}

static int
zone_minutes(int64_t now)
{
	time_t t = (time_t)now;
	struct tm tm;

	return localtime_r(&t, &tm) ? (int)(tm.tm_gmtoff / 60) : 0;
}

int
draft_build(struct context *c, struct arena *a, struct msg_draft *m,
	struct buf *bytes, struct draft_built *out, struct err *e)
{
	struct str *maps = NULL;
	struct field_addresses from;
	struct draft d;
	int rc;

	*out = (struct draft_built){ 0 };
	rc = merge(c, a, m, &d, e);
	if (rc == 0)
		rc = choose_account(c, a, &d, e);
	if (rc == 0)
		rc = load_files(a, &d, &maps, e);
	if (rc == 0) {
		static atomic_uint count;

		from = field_addresses(a, d.c.from, NULL);
		d.c.date = clock_wall();
		d.c.zone = zone_minutes(d.c.date);
		out->message_id = arena_printf(a, "%llx.%x.%x@%.*s",
			(unsigned long long)clock_mono_us(), (unsigned)getpid(),
			++count,
			STR_ARG(from.count ? from.item[0].domain
					   : STR("localhost")));
		d.c.message_id = str_c(out->message_id);
		out->account = d.account;
		rc = compose_build(a, bytes, &d.c, &out->envelope, e);
	}
	for (size_t i = 0; maps && i < d.attaches; i++)
		file_unmap(&maps[i]);
	return rc;
}

int
draft_from_message(
	struct context *c, const char *file, const char *account, struct err *e)
{
	struct arena *a = arena_new();
	struct draft d = { .account = account, .answers = "" };
	const char *to = new_file(c, a);
	struct str map;
	int rc = file_map(file, LIMIT_MESSAGE, &map, e);

	if (rc == 0) {
		d.c = compose_load(a, message_read(a, map, NULL));
		rc = keep_files(&d, a, to, e);
		if (rc == 0)
			rc = write_draft(to, &d, e);
		file_unmap(&map);
	}
	arena_free(&a);
	return rc;
}
