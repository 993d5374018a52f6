/* SPDX-License-Identifier: GPL-3.0-or-later */
/* verify - `signet verify` */
#include "app/command/facts.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include "app/command/parts.h"
#include "app/letter/evidence.h"
#include "app/letter/phrase.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/utf8.h"
#include "net/dns.h"

enum {
	THREADS_DNS = 64,
	AHEAD = 256,
	READ_BLOCK = 64 << 10,
	SMALL_FILE = 1 << 20
};

static const char *const verify_help = N_(
	"Usage: signet verify [OPTION]... FILE...\n"
	"Authenticate messages: SPF, DKIM, ARC, DMARC, and what the receiving\n"
	"server found. FILE \"-\" is standard input.\n"
	"\n"
	"  --json            one JSON object a line\n"
	"  --zone FILE       answers from FILE in place of the DNS\n"
	"  --server ADDRESS  the DNS server to ask (several allowed)\n"
	"  --ip IP           the SMTP client's address\n"
	"  --helo NAME       what it said in HELO\n"
	"  --mail-from ADDR  the envelope's sender, '' for <>\n"
	"  --time SECONDS    verify as of this time (since 1970)\n"
	"  --authserv-id ID  whose Authentication-Results to believe\n"
	"  --files-from FILE read paths from FILE, one a line\n"
	"\n"
	"Exit status: 0 all verified, 1 at least one failed or is not\n"
	"authenticated, 75 at least one cannot be told.\n");

/* --- one file ------------------------------------------------------------- */

struct outcome {
	char *line;      /* malloc'ed; what to print */
	char *complaint; /* malloc'ed; for standard error */
	int status;
};

static int
status_of(enum verdict_state s)
{
	if (s == VERDICT_VERIFIED)
		return EX_OK;
	return s == VERDICT_CANNOT_TELL ? EX_TEMPFAIL : 1;
}

static void
print_text(struct buf *out, const struct verdict *v, const char *file)
{
	buf_printf(out, "%s: %s\n", file, v->sentence);
	for (size_t i = 0; i < v->alerts; i++)
		buf_printf(out, "  ! %s\n", v->alert[i].text);
	for (size_t i = 0; i < v->dkims; i++) {
		const struct verdict_dkim *d = &v->dkim[i];

		buf_printf(out, "  dkim=%s d=%s s=%s%s%s\n",
			verdict_result_name(d->result), d->d, d->s,
			*d->reason ? ": " : "", d->reason);
	}
	buf_printf(out, "  spf=%s%s%s%s%s\n",
		verdict_result_name(v->spf.result), *v->spf.domain ? " " : "",
		v->spf.domain, *v->spf.reason ? ": " : "", v->spf.reason);
	if (v->arc.result != RESULT_NONE)
		buf_printf(out, "  arc=%s%s%s\n",
			verdict_result_name(v->arc.result),
			*v->arc.reason ? ": " : "", v->arc.reason);
	buf_printf(out, "  dmarc=%s%s%s%s%s%s%s\n",
		verdict_result_name(v->dmarc.result),
		*v->dmarc.domain ? " " : "", v->dmarc.domain,
		*v->dmarc.policy ? " policy=" : "", v->dmarc.policy,
		*v->dmarc.reason ? ": " : "", v->dmarc.reason);
}

/* PATH as it may be printed: as it is, or made safe. malloc'ed. */
static char *
printable(const char *path)
{
	struct buf b;
	char *s;

	buf_init(&b, 64 << 10);
	utf8_safe(&b, str_c(path), UTF8_LINE);
	s = strdup(buf_c(&b));
	buf_fini(&b);
	return s;
}

/* What one thread uses again for each file. */
struct room {
	struct buf input, line;
	struct arena *a;
};

static void
room_init(struct room *m)
{
	buf_init(&m->input, LIMIT_MESSAGE);
	buf_init(&m->line, 64 << 20);
	m->a = arena_new();
}

static void
room_fini(struct room *m)
{
	buf_fini(&m->input);
	buf_fini(&m->line);
	arena_free(&m->a);
}

/* All of FD into B. */
static int
read_all(int fd, struct buf *b, const char *name, struct err *e)
{
	for (;;) {
		char *at = buf_room(b, READ_BLOCK);
		ssize_t n;

		if (!at)
			return err_set(
				e, ERR_INPUT, 0, "'%s' is too large", name);
		n = read(fd, at, READ_BLOCK);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_sys(e, errno, "cannot read '%s'", name);
		if (n == 0)
			return 0;
		b->n += (size_t)n;
	}
}

/* The message at PATH. A small file is read, for a mapping costs more; a large
 * one is mapped into *MAP so that its size does not matter. */
static int
get_message(const char *path, struct room *m, struct str *map, struct str *out,
	struct err *e)
{
	struct stat st;
	int fd = STDIN_FILENO, rc;

	*map = STR_NONE;
	if (strcmp(path, "-") != 0) {
		fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
		if (fd < 0)
			return err_sys(e, errno, "cannot open '%s'", path);
		if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) ||
			st.st_size > SMALL_FILE) {
			close(fd);
			rc = file_map(path, LIMIT_MESSAGE, map, e);
			*out = *map;
			return rc;
		}
	}
	buf_clear(&m->input);
	rc = read_all(fd, &m->input, path, e);
	if (fd != STDIN_FILENO)
		close(fd);
	*out = buf_str(&m->input);
	return rc;
}

static void
check(const struct fact_options *o, struct dns *dns, const char *path,
	struct room *m, struct outcome *out)
{
	struct str map = STR_NONE, message = STR_NONE;
	struct err e;
	struct dns_budget budget;
	struct verdict *v;
	char *name = printable(path);
	const char *missing = command_missing(m->a, path);

	buf_clear(&m->line);
	if (missing) { /* a signature over what is not here would fail */
		buf_printf(&m->line,
			_("signet verify: %s: %s, so it cannot be verified; "
			  "'signet sync --whole QUERY' fetches it\n"),
			name, missing);
		out->complaint = strdup(buf_c(&m->line));
		out->status = EX_TEMPFAIL;
		arena_reset(m->a);
	} else if (get_message(path, m, &map, &message, &e) < 0) {
		buf_printf(&m->line, "signet verify: %s\n", e.text);
		out->complaint = strdup(buf_c(&m->line));
		out->status = EX_NOINPUT;
	} else {
		v = verify_message(m->a, message, &o->facts,
			dns_budget_init(&budget, dns));
		if (o->json) {
			evidence_write(&m->line, v, name);
			buf_addc(&m->line, '\n');
		} else {
			phrase_verdict(m->a, v);
			print_text(&m->line, v, name);
		}
		out->line = strdup(buf_c(&m->line));
		out->status = status_of(v->state);
		arena_reset(m->a);
		file_unmap(&map);
	}
	free(name);
}

/* --- many files: look-ups in parallel, answers in order ------------------- */

struct slot {
	char *path; /* NULL: free */
	bool is_done;
	struct outcome outcome;
};

struct work {
	const struct fact_options *o;
	struct dns *dns;
	pthread_mutex_t lock;
	pthread_cond_t more, space;
	struct slot slot[AHEAD]; /* a ring: printed <= taken <= given */
	uint64_t given, taken, printed;
	bool is_over;
	int status;
	struct room own; /* where there are no other threads */
};

/* Of two files' results: an error first, then "no", then "cannot tell". */
static int
worse(int a, int b)
{
	static const int order[] = { EX_NOINPUT, 1, EX_TEMPFAIL };

	for (size_t i = 0; i < sizeof order / sizeof *order; i++)
		if (a == order[i] || b == order[i])
			return order[i];
	return a ? a : b;
}

static void
print_outcome(struct work *w, struct outcome *r)
{
	if (r->complaint)
		fputs(r->complaint, stderr);
	if (r->line) {
		fputs(r->line, stdout);
		fflush(stdout);
	}
	w->status = worse(w->status, r->status);
	free(r->line);
	free(r->complaint);
	*r = (struct outcome){ 0 };
}

/* Print what is ready, in the order of the files. Called with the lock held. */
static void
print_ready(struct work *w)
{
	while (w->printed < w->given) {
		struct slot *s = &w->slot[w->printed % AHEAD];

		if (!s->is_done)
			return;
		print_outcome(w, &s->outcome);
		free(s->path);
		*s = (struct slot){ 0 };
		w->printed++;
		pthread_cond_signal(&w->space);
	}
}

static void *
run(void *arg)
{
	struct work *w = arg;
	struct room room;

	room_init(&room);
	pthread_mutex_lock(&w->lock);
	for (;;) {
		struct slot *s;

		while (w->taken == w->given && !w->is_over)
			pthread_cond_wait(&w->more, &w->lock);
		if (w->taken == w->given)
			break;
		s = &w->slot[w->taken++ % AHEAD];
		pthread_mutex_unlock(&w->lock);
		check(w->o, w->dns, s->path, &room, &s->outcome);
		pthread_mutex_lock(&w->lock);
		s->is_done = true;
		print_ready(w);
	}
	pthread_mutex_unlock(&w->lock);
	room_fini(&room);
	return NULL;
}

static void
give(struct work *w, const char *path)
{
	pthread_mutex_lock(&w->lock);
	while (w->given - w->printed >= AHEAD)
		pthread_cond_wait(&w->space, &w->lock);
	w->slot[w->given % AHEAD].path = strdup(path);
	w->given++;
	pthread_cond_signal(&w->more);
	pthread_mutex_unlock(&w->lock);
}

typedef void each_path(void *context, const char *path);

static void
give_path(void *w, const char *path)
{
	give(w, path);
}

static void
check_path(void *context, const char *path)
{
	struct work *w = context;
	struct outcome r = { 0 };

	check(w->o, w->dns, path, &w->own, &r);
	print_outcome(w, &r);
}

/* Call EACH for all paths. -1 where the list cannot be read. */
static int
each(const struct fact_options *o, int argc, char **argv, each_path *f,
	void *arg)
{
	char *line = NULL;
	size_t cap = 0;
	ssize_t n;
	FILE *list;

	for (int i = 0; i < argc; i++)
		f(arg, argv[i]);
	if (!o->files_from)
		return 0;
	list = strcmp(o->files_from, "-") == 0 ? stdin
					       : fopen(o->files_from, "re");
	if (!list) {
		struct err e;

		err_sys(&e, errno, "cannot open '%s'", o->files_from);
		fprintf(stderr, "signet verify: %s\n", e.text);
		return -1;
	}
	while ((n = getline(&line, &cap, list)) > 0) {
		while (n > 0 && (line[n - 1] == '\n' || line[n - 1] == '\r'))
			line[--n] = '\0';
		if (n > 0)
			f(arg, line);
	}
	free(line);
	if (list != stdin)
		fclose(list);
	return 0;
}

static int
run_threads(struct work *w, int argc, char **argv)
{
	pthread_t thread[THREADS_DNS];
	int n = 0, rc;

	while (n < THREADS_DNS && pthread_create(&thread[n], NULL, run, w) == 0)
		n++;
	if (n == 0)
		return each(w->o, argc, argv, check_path, w);
	rc = each(w->o, argc, argv, give_path, w);
	pthread_mutex_lock(&w->lock);
	w->is_over = true;
	pthread_cond_broadcast(&w->more);
	pthread_mutex_unlock(&w->lock);
	for (int i = 0; i < n; i++)
		pthread_join(thread[i], NULL);
	return rc;
}

static int
run_all(const struct fact_options *o, struct dns *dns, int argc, char **argv)
{
	struct work w = { .o = o, .dns = dns };
	int rc;

	room_init(&w.own);
	pthread_mutex_init(&w.lock, NULL);
	pthread_cond_init(&w.more, NULL);
	pthread_cond_init(&w.space, NULL);
	/* with answers at hand there is nothing to wait for */
	if (o->zone || (!o->files_from && argc == 1))
		rc = each(o, argc, argv, check_path, &w);
	else
		rc = run_threads(&w, argc, argv);
	pthread_cond_destroy(&w.more);
	pthread_cond_destroy(&w.space);
	pthread_mutex_destroy(&w.lock);
	room_fini(&w.own);
	return rc < 0 ? EX_NOINPUT : w.status;
}

int
command_verify(int argc, char **argv)
{
	struct fact_options o = { 0 };
	int status = facts_read(argc, argv, verify_help, &o);
	struct dns *dns;

	if (status >= 0)
		return status;
	if (optind == argc && !o.files_from) {
		fputs(_("signet verify: no file is named; try --help\n"),
			stderr);
		return 2;
	}
	dns = command_open_dns(o.zone, o.server, o.servers, argv[0]);
	if (!dns)
		return o.zone ? EX_NOINPUT : EX_UNAVAILABLE;
	status = run_all(&o, dns, argc - optind, argv + optind);
	dns_close(&dns);
	return status;
}
