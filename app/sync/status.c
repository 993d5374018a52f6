/* SPDX-License-Identifier: GPL-3.0-or-later */
/* status - what an account tells the screen of itself: see account_parts.h. */
#include <stdarg.h>
#include <stdio.h>

#include "app/sync/account_parts.h"
#include "base/clock.h"
#include "base/log.h"

static struct msg *
new_status(const struct worker *w, enum account_state s, const char *text)
{
	struct msg *m = msg_new(MSG_STATUS);

	m->account = w->here.account;
	m->u.status.state = s;
	m->u.status.text = arena_strdup(m->arena, text);
	m->u.status.quota_percent = w->quota_percent;
	m->u.status.is_insecure =
		config_scheme_is_insecure(w->here.config->receive.scheme);
	return m;
}

/* What was told last, as it is now. */
static void
post_told(struct worker *w)
{
	struct msg *m = new_status(w, w->told, *w->why ? w->why : NULL);
	struct msg_status *s = &m->u.status;

	s->since = w->down_since;
	if (w->told == ACCOUNT_WAITING && w->retry_ms)
		s->retry_at = clock_wall() +
			      (w->retry_ms - clock_mono_ms() + 999) / 1000;
	s->waiting = local_waiting(&w->here);
	context_post(w->here.c, m);
}

void
worker_status(struct worker *w, enum account_state s, const char *text)
{
	bool is_up = s == ACCOUNT_ONLINE || s == ACCOUNT_SYNCING ||
		     s == ACCOUNT_LOCAL;

	if (is_up)
		w->down_since = 0;
	else if (!w->down_since && s != ACCOUNT_CONNECTING)
		w->down_since = clock_wall();
	w->told = s;
	snprintf(w->why, sizeof w->why, "%s", text ? text : "");
	if (text)
		log_write(LOG_WARN, w->here.config->name, "%s", text);
	post_told(w);
}

void
worker_status_again(struct worker *w)
{
	if (w->down_since)
		post_told(w);
}

void
worker_refused(struct worker *w, const char *text)
{
	log_write(LOG_WARN, w->here.config->name, "%s", text);
	context_post(w->here.c, new_status(w, ACCOUNT_AUTH, text));
}

void
worker_progress(struct worker *w, const char *folder, size_t done, size_t total)
{
	int64_t now = clock_mono_ms();
	struct msg *m = msg_new(MSG_PROGRESS);
	struct msg_progress *g = &m->u.progress;

	pace_note(&w->pace, (unsigned)done, (unsigned)total, now);
	m->account = w->here.account;
	g->text = arena_printf(m->arena, "%s/%s: %zu / %zu",
		w->here.config->name, folder, done, total);
	g->done = (unsigned)done;
	g->total = (unsigned)total;
	g->rate = pace_rate(&w->pace, now);
	g->left = pace_left(&w->pace, now);
	context_post_newest(w->here.c, m);
}

void
worker_tell(struct worker *w, const char *fmt, ...)
{
	struct msg *m = msg_new(MSG_DONE);
	va_list ap;

	m->account = w->here.account;
	va_start(ap, fmt);
	m->u.text = arena_vprintf(m->arena, err_words(fmt), ap);
	va_end(ap);
	log_write(LOG_WARN, w->here.config->name, "%s", m->u.text);
	context_post(w->here.c, m);
}
