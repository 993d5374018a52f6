/* SPDX-License-Identifier: GPL-3.0-or-later */
/* log - see log.h */
#include "base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/utf8.h"

enum { RING = 500, LINE_MAX_BYTES = 1000, FILE_MAX_BYTES = 10 << 20 };

static struct {
	pthread_mutex_t lock;
	int fd;
	enum log_level level;
	struct buf line[RING];
	size_t next, count;
} state = { .lock = PTHREAD_MUTEX_INITIALIZER, .fd = -1, .level = LOG_INFO };

int
log_open(const char *path, enum log_level level, struct err *e)
{
	struct stat st;
	char old[4096];
	int fd;

	if (stat(path, &st) == 0 && st.st_size > FILE_MAX_BYTES &&
		snprintf(old, sizeof old, "%s.1", path) < (int)sizeof old)
		(void)rename(path, old);
	fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW,
		0600);
	if (fd < 0)
		return err_sys(e, errno, "cannot open the log '%s'", path);
	pthread_mutex_lock(&state.lock);
	if (state.fd >= 0)
		close(state.fd);
	state.fd = fd;
	state.level = level;
	pthread_mutex_unlock(&state.lock);
	return 0;
}

void
log_close(void)
{
	pthread_mutex_lock(&state.lock);
	if (state.fd >= 0)
		close(state.fd);
	state.fd = -1;
	for (size_t i = 0; i < RING; i++)
		buf_fini(&state.line[i]);
	state.count = state.next = 0;
	pthread_mutex_unlock(&state.lock);
}

void
log_redact(struct buf *out, struct str line)
{
	static const char *const words[] = { "LOGIN ", "PASS ", "APOP ",
		"AUTHENTICATE ", "AUTH ", "Bearer ", "password=" };

	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		ptrdiff_t at = str_ifind(line, str_c(words[i]));

		if (at < 0)
			continue;
		buf_add(out, str_sub(line, 0, (size_t)at + strlen(words[i])));
		buf_adds(out, "<secret>");
		return;
	}
	buf_add(out, line);
}

void
log_write(enum log_level level, const char *where, const char *fmt, ...)
{
	static const char *const names[] = { "error", "warn", "info", "debug" };
	struct buf raw, red, line;
	char stamp[32] = "";
	time_t now = (time_t)clock_wall();
	struct tm tm;
	va_list ap;

	buf_init(&raw, LINE_MAX_BYTES);
	buf_init(&red, LINE_MAX_BYTES + 64);
	buf_init(&line, 4 * LINE_MAX_BYTES);
	va_start(ap, fmt);
	buf_vprintf(&raw, fmt, ap);
	va_end(ap);
	log_redact(&red, buf_str(&raw));
	if (localtime_r(&now, &tm))
		strftime(stamp, sizeof stamp, "%Y-%m-%d %H:%M:%S", &tm);
	buf_printf(&line, "%s %s %s: ", stamp, names[level], where);
	utf8_safe(&line, buf_str(&red), UTF8_LINE);
	buf_addc(&line, '\n');
	pthread_mutex_lock(&state.lock);
	if (level <= LOG_INFO) {
		struct buf *slot = &state.line[state.next];

		if (slot->max == 0)
			buf_init(slot, 4 * LINE_MAX_BYTES);
		buf_clear(slot);
		buf_add(slot, buf_str(&line));
		state.next = (state.next + 1) % RING;
		if (state.count < RING)
			state.count++;
	}
	if (state.fd >= 0 && level <= state.level &&
		write(state.fd, line.p, line.n) < 0) {
		/* a full disk must not stop the program: the ring has it */
		close(state.fd);
		state.fd = -1;
	}
	pthread_mutex_unlock(&state.lock);
	buf_fini(&raw);
	buf_fini(&red);
	buf_fini(&line);
}

void
log_recent(struct buf *out, size_t count)
{
	pthread_mutex_lock(&state.lock);
	if (count > state.count)
		count = state.count;
	for (size_t i = state.next + RING - count; count > 0; i++, count--)
		buf_add(out, buf_str(&state.line[i % RING]));
	pthread_mutex_unlock(&state.lock);
}
