/* SPDX-License-Identifier: GPL-3.0-or-later */
/* show - `signet show` */
#include "app/command/command.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "app/command/parts.h"
#include "app/command/show_header.h"
#include "app/command/show_json.h"
#include "app/letter/report_doc.h"
#include "base/file.h"
#include "base/utf8.h"
#include "mime/charset.h"
#include "mime/html.h"
#include "mime/message.h"

enum {
	WIDTH = 80,
	WIDTH_MAX = 1000,
	EX_USAGE_ = 2,
	EX_DATA = 65,
	EX_INPUT = 66
};

struct show {
	bool json;
	unsigned width;
	const char *part, *type, *list;
	const char *region;
	int status;
};

static const char *const usage = N_(
	"usage: signet show [--json] [--width N] [--part N] [--type TYPE]\n"
	"                   [--files-from FILE] FILE...\n"
	"\n"
	"Shows messages as the reader does. - is standard input.\n"
	"  --json             one JSON object a line for each message\n"
	"  --width N          cells a line may have (80)\n"
	"  --part N           only the part with this number (1.2)\n"
	"  --type TYPE        FILE is no message but a body of this type\n"
	"                     (text/html, text/plain)\n"
	"  --files-from FILE  read the names of files from FILE, one a line\n");

/* --- input -----------------------------------------------------------------
 */

/* All of standard input. */
static int
read_input(struct buf *out, struct err *e)
{
	for (;;) {
		char *room = buf_room(out, 65536);
		ssize_t n;

		if (!room)
			return err_set(e, ERR_INPUT, 0,
				"the message is larger than %d MiB",
				LIMIT_MESSAGE >> 20);
		n = read(STDIN_FILENO, room, 65536);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_sys(e, errno, "cannot read standard input");
		if (n == 0)
			return 0;
		out->n += (size_t)n;
	}
}

/* --- text ----------------------------------------------------------------- */

static void
show_text(struct buf *out, const struct show *s, struct arena *a,
	const struct message *m)
{
	struct doc_options o = { .width = s->width, .part = str_c(s->part) };
	struct doc *d = doc_render(a, m, &o);

	if (!s->part) {
		show_header(out, a, m, s->width);
		d = report_doc(a, m, d, s->width);
	}
	doc_text(out, d);
}

/* BYTES as a body of the type that was given. */
static void
show_body(struct buf *out, const struct show *s, struct arena *a,
	struct str bytes)
{
	struct buf b;

	buf_init(&b, LIMIT_MESSAGE);
	buf_adds(&b, "Content-Type: ");
	buf_adds(&b, s->type);
	buf_adds(&b, "; charset=utf-8\n\n");
	buf_add(&b, bytes);
	doc_text(out, doc_render(a, message_read(a, buf_str(&b), s->region),
			      &(struct doc_options){ .width = s->width }));
	buf_fini(&b);
}

/* --- one file --------------------------------------------------------------
 */

static void
fail(struct show *s, const char *name, const struct err *e)
{
	struct buf t;

	s->status = EX_INPUT;
	if (s->json)
		show_json_error(stdout, name, e->text);
	buf_init(&t, 2048);
	utf8_safe(&t, str_c(e->text), UTF8_LINE);
	fprintf(stderr, "signet show: %s\n", buf_c(&t));
	buf_fini(&t);
}

static void
show_bytes(struct show *s, struct buf *out, const char *name, struct str bytes)
{
	struct arena *a = arena_new();
	const char *missing = command_missing(a, name);
	struct message *m;

	if (missing)
		fprintf(stderr,
			_("signet show: %s; 'signet sync --whole QUERY' "
			  "fetches "
			  "it\n"),
			missing);
	if (s->type && !str_eq(str_c(s->type), STR("message/rfc822"))) {
		show_body(out, s, a, bytes);
	} else {
		m = message_read(a, bytes, s->region);
		if (s->part && !part_find(m->root, str_c(s->part))) {
			fprintf(stderr,
				_("signet show: there is no such part\n"));
			s->status = EX_DATA;
		} else if (s->json) {
			show_json(stdout, name, m, s->width);
		} else {
			show_text(out, s, a, m);
		}
	}
	arena_free(&a);
}

static void
show_file(struct show *s, const char *name)
{
	struct buf in, out;
	struct str map = STR_NONE;
	struct err e;

	buf_init(&in, LIMIT_MESSAGE);
	buf_init(&out, (size_t)1 << 31);
	if (strcmp(name, "-") == 0) {
		if (read_input(&in, &e))
			fail(s, name, &e);
		else
			show_bytes(s, &out, name, buf_str(&in));
	} else if (file_map(name, LIMIT_MESSAGE, &map, &e)) {
		fail(s, name, &e);
	} else {
		show_bytes(s, &out, name, map.p ? map : STR(""));
		file_unmap(&map);
	}
	fwrite(buf_c(&out), 1, out.n, stdout);
	fflush(stdout);
	buf_fini(&in);
	buf_fini(&out);
}

static void
show_list(struct show *s)
{
	FILE *f = strcmp(s->list, "-") == 0 ? stdin : fopen(s->list, "re");
	char *line = NULL;
	size_t cap = 0;
	ssize_t n;

	if (!f) {
		struct err e;

		err_sys(&e, errno, "cannot open '%s'", s->list);
		fail(s, s->list, &e);
		return;
	}
	while ((n = getline(&line, &cap, f)) > 0) {
		if (line[n - 1] == '\n')
			line[n - 1] = '\0';
		if (line[0])
			show_file(s, line);
	}
	free(line);
	if (f != stdin)
		fclose(f);
}

/* --- options ---------------------------------------------------------------
 */

/* The value of the option NAME at *I ("--name=v" or "--name v"). */
static const char *
option(int argc, char **argv, int *i, const char *name)
{
	size_t n = strlen(name);

	if (!argv[*i] || strncmp(argv[*i], name, n) != 0)
		return NULL;
	if (argv[*i][n] == '=')
		return argv[*i] + n + 1;
	if (argv[*i][n] == '\0' && *i + 1 < argc)
		return argv[++*i];
	return NULL;
}

static const char *
region(void)
{
	const char *names[] = { "LC_ALL", "LC_CTYPE", "LANG" };

	for (size_t i = 0; i < 3; i++) {
		const char *v = getenv(names[i]);

		if (v && *v)
			return v;
	}
	return NULL;
}

static int
wrong_usage(const char *what)
{
	struct buf b;

	buf_init(&b, 2048);
	utf8_safe(&b, str_c(gettext(what)), UTF8_LINE);
	fprintf(stderr, "signet show: %s\n%s", buf_c(&b), gettext(usage));
	buf_fini(&b);
	return EX_USAGE_;
}

/* Read the options; returns the index of the first file, or -1 with *STATUS. */
static int
read_options(struct show *s, int argc, char **argv, int *status)
{
	int i = 1;

	for (; i < argc && argv[i][0] == '-' && argv[i][1]; i++) {
		const char *v;
		uint64_t n;

		if (strcmp(argv[i], "--") == 0)
			return i + 1;
		if (strcmp(argv[i], "--help") == 0) {
			fputs(gettext(usage), stdout);
			*status = 0;
			return -1;
		}
		if (strcmp(argv[i], "--json") == 0) {
			s->json = true;
		} else if ((v = option(argc, argv, &i, "--width"))) {
			if (!str_to_u64(str_c(v), WIDTH_MAX, &n)) {
				*status =
					wrong_usage(N_("--width is no number"));
				return -1;
			}
			s->width = (unsigned)n;
		} else if ((v = option(argc, argv, &i, "--part"))) {
			s->part = v;
		} else if ((v = option(argc, argv, &i, "--type"))) {
			s->type = v;
		} else if ((v = option(argc, argv, &i, "--files-from"))) {
			s->list = v;
		} else {
			*status = wrong_usage(
				N_("unknown option or value missing"));
			return -1;
		}
	}
	return i;
}

int
command_show(int argc, char **argv)
{
	struct show s = { .width = WIDTH, .region = region() };
	int status = 0, i = read_options(&s, argc, argv, &status);

	if (i < 0)
		return status;
	if (i == argc && !s.list && isatty(STDIN_FILENO))
		return wrong_usage(N_("no file is named"));
	arena_warm();
	if (s.list)
		show_list(&s);
	else if (i == argc)
		show_file(&s, "-");
	for (; i < argc; i++)
		show_file(&s, argv[i]);
	return s.status;
}
