/* SPDX-License-Identifier: GPL-3.0-or-later */
/* engine under ThreadSanitizer: start, work, cancel and stop, many times; and
 * the queue with several writers. Reports of the sanitizer fail the run. */
#define _DEFAULT_SOURCE
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "app/config.h"
#include "app/engine.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"

enum { ROUNDS = 6, LETTERS = 30, ITEMS = 20000, WRITERS = 4 };

static char root[] = "/tmp/signet-race.XXXXXX";

static void
put(const char *name, const char *text)
{
	char path[300];
	struct err e;

	snprintf(path, sizeof path, "%s/%s", root, name);
	if (file_write(path, str_c(text), 0600, &e) < 0) {
		fprintf(stderr, "%s\n", e.text);
		exit(1);
	}
}

static void
make_profile(void)
{
	static const char *const dirs[] = { "config/signet",
		"data/signet/mail/a/INBOX/cur", "data/signet/mail/a/INBOX/new",
		"data/signet/mail/a/INBOX/tmp", "state", "cache", "run" };
	char path[300], text[400];
	struct err e;

	if (!mkdtemp(root))
		exit(1);
	for (size_t i = 0; i < sizeof dirs / sizeof *dirs; i++) {
		snprintf(path, sizeof path, "%s/%s", root, dirs[i]);
		if (file_mkdirs(path, &e) < 0)
			exit(1);
	}
	put("config/signet/zone.json", "{}");
	put("config/signet/config",
		"[dns]\nzone = zone.json\n[account \"a\"]\n"
		"address = a@x.example\nreceive = maildir:mail/a\n"
		"send = local:\n");
	for (int i = 0; i < LETTERS; i++) {
		snprintf(path, sizeof path,
			"data/signet/mail/a/INBOX/cur/%d.r:2,", i);
		snprintf(text, sizeof text,
			"From: b@x.example\nSubject: %d\nMessage-ID: <%d@r>\n"
			"Date: Tue, 10 Mar 2026 09:00:00 +0000\n\nx\n",
			i, i);
		put(path, text);
	}
}

static void
work(struct engine *e, int round)
{
	int64_t end = clock_mono_ms() + 400 + round * 100;

	for (int i = 0; clock_mono_ms() < end; i++) {
		struct msg *m = msg_new(i % 3 ? MSG_SEARCH : MSG_COUNTS);

		m->u.search.query = "*";
		m->u.search.limit = 50;
		engine_send(e, m);
		if (i % 7 == 0)
			engine_cancel(e, -1);
		while ((m = engine_wait(e, 5)))
			msg_free(&m);
		(void)engine_is_idle(e);
	}
}

static void *
writer(void *arg)
{
	for (int i = 0; i < ITEMS; i++) {
		struct queue_item *item = calloc(1, sizeof *item);

		if (!queue_post(arg, item, (enum queue_lane)(i % QUEUE_LANES)))
			free(item);
	}
	return NULL;
}

static int
try_queue(void)
{
	pthread_t t[WRITERS];
	struct queue_item *item;
	struct err e;
	struct queue *q = queue_new(&e);
	int got = 0;

	for (int i = 0; i < WRITERS; i++)
		pthread_create(&t[i], NULL, writer, q);
	while (got < ITEMS * WRITERS && (item = queue_wait(q, 5000))) {
		free(item);
		got++;
	}
	for (int i = 0; i < WRITERS; i++)
		pthread_join(t[i], NULL);
	queue_free(&q, NULL);
	return got == ITEMS * WRITERS ? 0 : 1;
}

int
main(void)
{
	static const char *const vars[][2] = { { "XDG_CONFIG_HOME", "config" },
		{ "XDG_DATA_HOME", "data" }, { "XDG_STATE_HOME", "state" },
		{ "XDG_CACHE_HOME", "cache" }, { "XDG_RUNTIME_DIR", "run" } };
	char path[300];
	struct err e;
	int status, rc = try_queue();

	make_profile();
	for (size_t i = 0; i < sizeof vars / sizeof *vars; i++) {
		snprintf(path, sizeof path, "%s/%s", root, vars[i][1]);
		setenv(vars[i][0], path, 1);
	}
	snprintf(path, sizeof path, "%s/config/signet/config", root);
	for (int i = 0; i < ROUNDS; i++) {
		struct config *c = config_load(path, &status, &e);
		struct engine *engine = engine_start(c, 0, &e);

		if (!engine) {
			fprintf(stderr, "%s\n", e.text);
			return 1;
		}
		work(engine, i);
		if (engine_stop(&engine) != 0) {
			fprintf(stderr, "threads did not end in time\n");
			rc = 1;
			continue;
		}
		config_free(&c);
	}
	log_close();
	if (file_remove_tree(root, &e) < 0)
		rc = 1;
	return rc;
}
