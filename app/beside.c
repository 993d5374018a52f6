/* SPDX-License-Identifier: GPL-3.0-or-later */
/* beside - see beside.h */
#include "app/beside.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <sys/stat.h>

#include "store/index_theirs.h"

enum { LOOK_MS = 1000 };

/* When the index of C was written last; 0: there is none yet. A file of
 * Xapian's that every commit replaces. */
static int64_t
written(const struct context *c)
{
	char path[4200];
	struct stat st;

	if (c->paths.theirs)
		(void)snprintf(path, sizeof path, "%s/iamglass",
			c->paths.theirs->xapian);
	else
		(void)snprintf(path, sizeof path, "%s/.notmuch/xapian/iamglass",
			c->paths.mail);
	if (stat(path, &st) < 0)
		return 0;
	return (int64_t)st.st_mtim.tv_sec * 1000000000 + st.st_mtim.tv_nsec;
}

void *
beside_run(void *arg)
{
	struct context *c = arg;
	struct pollfd p = { c->quit_fd, POLLIN, 0 };
	int64_t last = written(c);

	while (!atomic_load(&c->stopping)) {
		int64_t now;

		if (poll(&p, 1, LOOK_MS) < 0 && errno != EINTR)
			break;
		now = written(c);
		if (now != last)
			context_changed(c);
		last = now;
	}
	return NULL;
}
