/* SPDX-License-Identifier: GPL-3.0-or-later */
/* parts - see parts.h */
#include "app/letter/parts.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "app/letter/mailcap.h"
#include "base/file.h"
#include "base/log.h"
#include "base/utf8.h"
#include "mime/html.h"
#include "mime/message.h"
#include "net/http.h"

enum {
	TEST_MS = 2000, /* for a mailcap's test */
	RUN_MS = 30000, /* for a program whose output is shown */
	MAILCAP_MAX = 1 << 20
};

/* A part that was asked for by its number, or a file inside it. */
struct found {
	struct part *part;
	struct buf name, bytes; /* the name made safe */
	struct str type;
};

/* --- the list ----------------------------------------------------------------
 */

static struct str
shown(struct arena *a, struct str s)
{
	struct buf b;
	struct str r;

	buf_init(&b, LIMIT_FIELD_SHOWN);
	utf8_safe(&b, str_sub(s, 0, 200), UTF8_LINE);
	r = arena_str(a, buf_str(&b));
	buf_fini(&b);
	return r;
}

/* Of N octets of P. */
static uint64_t
decoded_size(const struct part *p, uint64_t n)
{
	/* lines of base64 as everybody breaks them; exact enough for a list */
	if (p->encoding == BODY_BASE64)
		return n / 78 * 57 + n % 78 * 3 / 4;
	return n;
}

static bool
is_attachment(const struct message *m, const struct part *p)
{
	for (size_t i = 0; i < m->attachments; i++)
		if (m->attachment[i] == p)
			return true;
	return false;
}

static void
add_inside(struct arena *a, struct msg_doc *d, const struct message_files *f)
{
	for (size_t i = 0; i < f->count; i++) {
		const struct message_file *x = &f->item[i];
		struct attachment *t = &d->file[d->files];
		struct str type = mailcap_type(x->name);
		unsigned nth = 1;
		struct buf name;

		for (size_t k = 0; k < d->files; k++)
			nth += str_starts(str_c(d->file[k].number),
				str_c(arena_printf(
					a, "%.*s#", STR_ARG(x->part->number))));
		buf_init(&name, 1000);
		file_safe_name(&name, x->name, "file");
		*t = (struct attachment){ .is_file = true, .size = x->bytes.n };
		t->number = arena_printf(
			a, "%.*s#%u", STR_ARG(x->part->number), nth);
		t->name = arena_cstr(a, buf_str(&name));
		t->type = type.n ? arena_cstr(a, type)
				 : "application/octet-stream";
		d->files++;
		buf_fini(&name);
	}
}

static void
add_part(struct arena *a, struct msg_doc *d, const struct message *m,
	const struct here *h, const struct part *p)
{
	struct attachment *t = &d->part[d->parts++];
	uint64_t octets = p->body.n;
	struct buf name;

	buf_init(&name, 1000);
	part_safe_name(&name, p);
	*t = (struct attachment){ .number = arena_cstr(a, p->number),
		.type = arena_cstr(a, shown(a, p->type)),
		.is_missing =
			h->here == LETTER_PARTS && p->number.n &&
			here_is_missing(h, arena_cstr(a, p->number), &octets),
		.is_container = p->kind == PART_MULTI,
		.is_file = is_attachment(m, p) };
	t->name = t->is_file || p->filename.n
			  ? arena_cstr(a, buf_str(&name))
			  : arena_cstr(a, shown(a, p->description));
	t->size = decoded_size(p, t->is_missing ? octets : p->body.n);
	for (const struct part *up = p->parent; up; up = up->parent)
		t->depth++;
	if (t->is_file)
		d->file[d->files++] = *t;
	buf_fini(&name);
}

/* Remote images, behind all that is here. */
static void
add_remote(struct arena *a, struct msg_doc *d)
{
	for (size_t i = 0; d->doc && i < d->doc->images; i++) {
		struct attachment *t = &d->part[d->parts++];
		struct str url = d->doc->image[i];
		struct str name = str_sub(url, 0, url.n);
		ptrdiff_t end = str_chr(name, '?');
		struct buf safe;

		if (end >= 0)
			name.n = (size_t)end;
		buf_init(&safe, 1000);
		file_safe_name(&safe, name, "image");
		*t = (struct attachment){ .type = "remote image" };
		t->number = arena_printf(a, "@%zu", i + 1);
		t->name = arena_cstr(a, buf_str(&safe));
		t->url = arena_cstr(a, url);
		t->host = arena_cstr(a, html_url_host(a, url));
		buf_fini(&safe);
	}
}

void
parts_list(struct arena *a, const struct message *m, const struct here *h,
	struct msg_doc *d)
{
	struct message_files tnef = message_tnef(a, m);
	struct message_files uu = message_uuencoded(a, m);
	size_t n = 0, own;

	for (const struct part *p = m->root; p; p = part_next(m->root, p, true))
		n++;
	n += tnef.count + uu.count + (d->doc ? d->doc->images : 0);
	d->part = arena_array(a, n + 1, sizeof *d->part);
	d->file = arena_array(
		a, m->attachments + tnef.count + uu.count + 1, sizeof *d->file);
	for (const struct part *p = m->root; p; p = part_next(m->root, p, true))
		add_part(a, d, m, h, p);
	own = d->files;
	add_inside(a, d, &tnef);
	add_inside(a, d, &uu);
	/* below the parts, since a part may hold hundreds of them */
	for (; own < d->files; own++)
		d->part[d->parts++] = d->file[own];
	add_remote(a, d);
}

/* --- finding -----------------------------------------------------------------
 */

static bool
find_inside(struct found *f, const struct message_files *l, struct part *p,
	uint64_t *nth)
{
	for (size_t i = 0; i < l->count; i++)
		if (l->item[i].part == p && --*nth == 0) {
			file_safe_name(&f->name, l->item[i].name, "file");
			buf_add(&f->bytes, l->item[i].bytes);
			f->type = mailcap_type(l->item[i].name);
			return true;
		}
	return false;
}

/* The part NUMBER of the letter MAP; the empty number is the letter itself. */
static int
find(struct arena *a, struct str map, struct str number, struct found *f,
	struct err *e)
{
	struct message *m = message_read(a, map, NULL);
	ptrdiff_t hash = str_chr(number, '#');
	struct str own = str_sub(number, 0, hash < 0 ? number.n : (size_t)hash);
	uint64_t nth = 0;

	buf_init(&f->name, 1000);
	buf_init(&f->bytes, LIMIT_MESSAGE);
	if (own.n == 0) {
		f->part = m->root;
		f->type = STR("message/rfc822");
		buf_adds(&f->name, "message.eml");
		buf_add(&f->bytes, map);
		return 0;
	}
	f->part = part_find(m->root, own);
	/* a multipart at the root of a message has that message's number */
	if (f->part && hash >= 0) {
		struct message_files tnef = message_tnef(a, m);
		struct message_files uu = message_uuencoded(a, m);

		if (str_to_u64(str_sub(number, (size_t)hash + 1, number.n),
			    LIMIT_MIME_PARTS, &nth) &&
			nth &&
			(find_inside(f, &tnef, f->part, &nth) ||
				find_inside(f, &uu, f->part, &nth)))
			return 0;
		f->part = NULL;
	}
	if (!f->part)
		return err_set(e, ERR_INPUT, 0,
			"the message has no part '%.*s'", STR_ARG(number));
	part_safe_name(&f->name, f->part);
	f->type = f->part->type;
	if (f->part->kind == PART_LEAF)
		part_decode(&f->bytes, f->part);
	else
		buf_add(&f->bytes, f->part->body);
	return 0;
}

static void
found_fini(struct found *f)
{
	buf_fini(&f->name);
	buf_fini(&f->bytes);
}

/* What does not say what it is, is what its name says. */
static struct str
better_type(const struct found *f)
{
	struct str named = mailcap_type(buf_str(&f->name));

	if (f->type.n && !str_eq(f->type, STR("application/octet-stream")))
		return f->type;
	return named.n ? named : STR("application/octet-stream");
}

/* Map the letter of M and find its part; MAP is to be unmapped where it holds
 * something, F to be ended, in either case. */
static int
read_part(struct context *c, struct msg *m, struct str *map, struct found *f,
	struct err *e)
{
	struct here here = here_of(&c->paths, m->arena, m->u.open.path);

	*f = (struct found){ 0 };
	*map = STR_NONE;
	if (here_is_missing(&here, m->u.open.part, NULL))
		return err_set(e, ERR_LATER, 0,
			"it is on the server and not here: Enter in the list "
			"of parts fetches it");
	if (here_map(c, m->u.open.path, map, NULL, e) < 0)
		return -1;
	return find(m->arena, *map, str_c(m->u.open.part), f, e);
}

int
parts_look(struct context *c, struct arena *a, const char *path,
	const char *number, const char **name_out,
	enum body_encoding *encoding_out, struct err *e)
{
	struct found f = { 0 };
	struct str map;
	int rc = here_map(c, path, &map, NULL, e);

	if (rc == 0)
		rc = find(a, map, str_c(number), &f, e);
	if (rc == 0) {
		*name_out = arena_cstr(a, buf_str(&f.name));
		*encoding_out = f.part->kind == PART_LEAF ? f.part->encoding
							  : BODY_IDENTITY;
	}
	found_fini(&f);
	file_unmap(&map);
	return rc;
}

/* --- saving ------------------------------------------------------------------
 */

static int
write_new(const char *dir, struct str name, struct str bytes,
	struct buf *name_out, struct err *e)
{
	int fd = file_create_in(dir, name, name_out, e);
	int rc;

	if (fd < 0)
		return -1;
	rc = file_write_fd(fd, bytes, buf_c(name_out), e);
	if (close(fd) < 0 && rc == 0)
		rc = err_sys(e, errno, "cannot write '%s'", buf_c(name_out));
	return rc;
}

void
parts_save(struct context *c, struct msg *m)
{
	struct buf name;
	struct found f;
	struct str map;
	struct err e;
	int rc;

	buf_init(&name, 4096);
	rc = read_part(c, m, &map, &f, &e);
	if (rc == 0)
		rc = write_new(file_home(m->arena, m->u.open.directory),
			buf_str(&f.name), buf_str(&f.bytes), &name, &e);
	if (rc < 0)
		context_fail(c, m, &e);
	else
		context_end(c, m,
			arena_printf(m->arena, err_words(N_("saved as %s/%s")),
				m->u.open.directory, buf_c(&name)));
	found_fini(&f);
	file_unmap(&map);
	buf_fini(&name);
}

/* NAME, with the suffix of TYPE where it has none that is known. */
static void
image_name(struct buf *out, struct str url, const char *type)
{
	ptrdiff_t end = str_chr(url, '?');
	struct str name = str_sub(url, 0, end < 0 ? url.n : (size_t)end);

	file_safe_name(out, name, "image");
	if (mailcap_type(buf_str(out)).n == 0)
		buf_printf(out, ".%s", mailcap_suffix(str_c(type)));
}

void
parts_fetch(struct context *c, struct msg *m)
{
	struct http_settings s = { .server = c->config->fetch_server,
		.ca_file = c->config->fetch_ca_file,
		.cancel_fd = -1 };
	struct http_answer answer = { 0 };
	struct buf body, safe, name;
	struct err e;
	int rc;

	buf_init(&body, FETCH_MAX);
	buf_init(&safe, 1000);
	buf_init(&name, 4096);
	if (strncmp(m->u.open.url, "https://", 8) != 0)
		rc = err_set(&e, ERR_INPUT, 0,
			"it is not offered over HTTPS and was not fetched");
	else
		rc = http_get(m->u.open.url, &s, &body, &answer, &e);
	if (rc == 0 && strncmp(answer.type, "image/", 6) != 0)
		rc = err_set(&e, ERR_INPUT, 0, "what came is no image but '%s'",
			answer.type);
	if (rc == 0) {
		image_name(&safe, str_c(m->u.open.url), answer.type);
		rc = write_new(file_home(m->arena, m->u.open.directory),
			buf_str(&safe), buf_str(&body), &name, &e);
	}
	if (rc < 0)
		context_fail(c, m, &e);
	else
		context_end(c, m,
			arena_printf(m->arena,
				err_words(N_("fetched and saved as %s/%s")),
				m->u.open.directory, buf_c(&name)));
	buf_fini(&body);
	buf_fini(&safe);
	buf_fini(&name);
}

/* --- the mailcap -------------------------------------------------------------
 */

/* The paths of the mailcap files (RFC 1524, 3), with ':' between. */
static const char *
mailcap_paths(struct arena *a)
{
	const char *set = getenv("MAILCAPS"), *home = getenv("HOME");

	if (set && *set)
		return set;
	return arena_printf(a,
		"%s/.mailcap:/etc/mailcap:/usr/share/etc/mailcap:"
		"/usr/local/etc/mailcap",
		home && *home ? home : "");
}

static bool
test_passes(struct arena *a, const struct mailcap_entry *entry,
	const char *file, struct str type, const struct field_params *params)
{
	char **argv;
	struct buf out;
	struct err e;
	int rc;

	if (entry->test.n == 0)
		return true;
	argv = mailcap_expand(a, entry->test, file, type, params, false);
	if (!argv)
		return false;
	buf_init(&out, 4096);
	rc = file_run(argv, STR(""), &out, TEST_MS, -1, &e);
	buf_fini(&out);
	return rc == 0;
}

/* The first entry for TYPE that can be used: its vector, or NULL. Where the
 * entry wants another suffix, *FILE becomes a name with that one. */
static char **
choose(struct arena *a, const char *base, struct str type,
	const struct field_params *params, const char **file,
	struct mailcap_entry *entry)
{
	struct str list = str_c(mailcap_paths(a)), path;
	char **argv = NULL;

	while (!argv && str_split(&list, ':', &path)) {
		struct buf text;
		struct str rest;
		struct err e;

		buf_init(&text, MAILCAP_MAX);
		if (path.n && path.p[0] == '/' &&
			file_read(arena_cstr(a, path), &text, &e) == 0) {
			rest = buf_str(&text);
			while (!argv && mailcap_next(a, &rest, type, entry)) {
				*file = entry->suffix.n
						? arena_printf(a, "%s.%.*s",
							  base,
							  STR_ARG(entry->suffix))
						: arena_printf(a, "%s.%s", base,
							  mailcap_suffix(type));
				if (test_passes(a, entry, *file, type, params))
					argv = mailcap_expand(a, entry->command,
						*file, type, params, true);
			}
		}
		buf_fini(&text);
	}
	return argv;
}

/* Desktops know better than nothing. */
static char **
desktop(struct arena *a, const char *base, struct str type, const char **file)
{
	const char *x = getenv("DISPLAY"), *wayland = getenv("WAYLAND_DISPLAY");
	char **argv;

	if (!(x && *x) && !(wayland && *wayland))
		return NULL;
	*file = arena_printf(a, "%s.%s", base, mailcap_suffix(type));
	argv = arena_array(a, 3, sizeof *argv);
	argv[0] = arena_strdup(a, "xdg-open");
	argv[1] = arena_strdup(a, *file);
	return argv;
}

static const char *
parts_dir(struct arena *a, const struct paths *p)
{
	return arena_printf(a, "%s/parts", p->runtime);
}

/* A fresh directory below the runtime directory, for one file. */
static char *
new_dir(struct context *c, struct arena *a, struct err *e)
{
	const char *top = parts_dir(a, &c->paths);
	char *dir = arena_strdup(a, arena_printf(a, "%s/XXXXXX", top));

	if (file_mkdirs(top, e) < 0)
		return NULL;
	if (!mkdtemp(dir)) {
		err_sys(e, errno, "cannot make a folder in '%s'", top);
		return NULL;
	}
	return dir;
}

static int
prepare(struct context *c, struct msg *m, const struct found *f,
	char ***argv_out, struct mailcap_entry *entry, struct err *e)
{
	struct arena *a = m->arena;
	struct str type = better_type(f);
	const char *dir, *base, *file = "";
	struct buf name;
	int rc;

	if (mailcap_is_program(type, buf_str(&f->name)))
		return err_set(e, ERR_INPUT, 0,
			"'%s' could run as a program; it is saved (s), never "
			"opened",
			buf_c(&f->name));
	dir = new_dir(c, a, e);
	if (!dir)
		return -1;
	base = arena_printf(a, "%s/part", dir);
	*entry = (struct mailcap_entry){ 0 };
	*argv_out = choose(
		a, base, type, f->part ? &f->part->params : NULL, &file, entry);
	if (!*argv_out) {
		*entry = (struct mailcap_entry){ 0 };
		*argv_out = desktop(a, base, type, &file);
	}
	if (!*argv_out)
		return err_set(e, ERR_INPUT, 0,
			"no program for %.*s in the mailcap; s saves it, | "
			"pipes it",
			STR_ARG(shown(a, type)));
	buf_init(&name, 4096);
	rc = write_new(dir, str_c(strrchr(file, '/') + 1), buf_str(&f->bytes),
		&name, e);
	buf_fini(&name);
	return rc;
}

void
parts_open(struct context *c, struct msg *m)
{
	struct mailcap_entry entry = { 0 };
	char **argv = NULL;
	struct found f;
	struct str map;
	struct msg *r;
	struct err e;
	int rc;

	rc = read_part(c, m, &map, &f, &e);
	if (rc == 0)
		rc = prepare(c, m, &f, &argv, &entry, &e);
	if (rc < 0) {
		context_fail(c, m, &e);
	} else {
		size_t n = 0;

		/* a program that only prints is waited for elsewhere */
		r = entry.is_copious ? msg_new(MSG_RUN_PART)
				     : context_answer(m, MSG_VIEWER);
		while (argv[n])
			n++;
		argv = memcpy(arena_array(r->arena, n + 1, sizeof *argv), argv,
			n * sizeof *argv);
		for (size_t i = 0; i < n; i++)
			argv[i] = arena_strdup(r->arena, argv[i]);
		if (entry.is_copious) {
			r->id = m->id;
			r->u.open.argv = argv;
			r->u.open.width = m->u.open.width;
		} else {
			r->u.viewer.argv = argv;
			r->u.viewer.needs_terminal = entry.needs_terminal;
		}
		context_post(c, r);
	}
	found_fini(&f);
	file_unmap(&map);
}

/* --- output ------------------------------------------------------------------
 */

/* The words of the user's COMMAND, in A. */
static char **
split(struct arena *a, const char *command, struct err *e)
{
	char **words = file_split_words(command, e), **argv;
	size_t n = 0;

	if (!words)
		return NULL;
	while (words[n])
		n++;
	argv = arena_array(a, n + 1, sizeof *argv);
	for (size_t i = 0; i < n; i++)
		argv[i] = arena_strdup(a, words[i]);
	free(words);
	return argv;
}

void
parts_run(struct context *c, struct msg *m)
{
	struct found f = { 0 };
	struct str map = STR_NONE;
	char **argv = m->u.open.argv;
	struct buf out;
	struct err e;
	int rc = 0;

	buf_init(&out, LIMIT_TEXT_SHOWN);
	if (m->u.open.command) {
		argv = split(m->arena, m->u.open.command, &e);
		rc = argv ? read_part(c, m, &map, &f, &e) : -1;
	}
	if (rc == 0)
		rc = file_run(argv, buf_str(&f.bytes), &out, RUN_MS, -1, &e);
	if (rc < 0 && out.n == 0) {
		context_fail(c, m, &e);
	} else if (out.n == 0) {
		context_end(c, m,
			err_words(N_(
				"the command has ended and printed nothing")));
	} else {
		struct msg *r = context_answer(m, MSG_DOC);
		struct doc_builder *b = doc_begin(r->arena, m->u.open.width);

		doc_add(b, buf_str(&out), DOC_PLAIN, -1);
		if (out.p[out.n - 1] != '\n')
			doc_newline(b);
		if (rc < 0) {
			doc_printf(b, DOC_ALERT, "[%s]", e.text);
			doc_newline(b);
		}
		r->u.doc.doc = doc_end(b);
		r->u.doc.path = r->u.doc.id = r->u.doc.subject = "";
		context_post(c, r);
	}
	found_fini(&f);
	file_unmap(&map);
	buf_fini(&out);
}

void
parts_clean(const struct paths *p)
{
	struct arena *a = arena_new();
	const char *dir = parts_dir(a, p);
	struct err e;

	if (access(dir, F_OK) == 0 && file_remove_tree(dir, &e) < 0)
		log_write(LOG_WARN, "parts", "%s", e.text);
	arena_free(&a);
}
