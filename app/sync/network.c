/* SPDX-License-Identifier: GPL-3.0-or-later */
/* network - see network.h */
#define _GNU_SOURCE
#include "app/sync/network.h"

#include <errno.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "app/context.h"
#include "base/clock.h"
#include "base/log.h"

enum {
	LOOK_MS = 5000,    /* how often the clocks are compared */
	SETTLE_MS = 500,   /* a change seldom comes alone */
	BETWEEN_MS = 5000, /* however often the network changes */
	SLEPT_MS = 3000,
	MESSAGE_MAX = 16384
};

bool
network_is_news(const void *bytes, size_t n)
{
	const char *p = bytes;

	while (n >= sizeof(struct nlmsghdr)) {
		struct nlmsghdr h;
		struct rtmsg route;
		size_t step;

		memcpy(&h, p, sizeof h);
		if (h.nlmsg_len < sizeof h || h.nlmsg_len > n)
			return false;
		if (h.nlmsg_type == RTM_NEWADDR || h.nlmsg_type == RTM_DELADDR)
			return true;
		if ((h.nlmsg_type == RTM_NEWROUTE ||
			    h.nlmsg_type == RTM_DELROUTE) &&
			h.nlmsg_len >= NLMSG_HDRLEN + sizeof route) {
			memcpy(&route, p + NLMSG_HDRLEN, sizeof route);
			if (route.rtm_dst_len == 0 &&
				route.rtm_type == RTN_UNICAST)
				return true;
		}
		step = NLMSG_ALIGN(h.nlmsg_len);
		if (step >= n)
			break;
		p += step;
		n -= step;
	}
	return false;
}

bool
network_has_slept(int64_t asleep_ms, int64_t *last_ms)
{
	bool has = asleep_ms - *last_ms > SLEPT_MS;

	*last_ms = asleep_ms;
	return has;
}

static int64_t
asleep_ms(void)
{
	struct timespec boot, mono;

	if (clock_gettime(CLOCK_BOOTTIME, &boot) < 0 ||
		clock_gettime(CLOCK_MONOTONIC, &mono) < 0)
		return 0;
	return (int64_t)(boot.tv_sec - mono.tv_sec) * 1000 +
	       (boot.tv_nsec - mono.tv_nsec) / 1000000;
}

/* -1 where there is none: then only sleep is noticed. */
static int
open_netlink(void)
{
	struct sockaddr_nl a = { .nl_family = AF_NETLINK,
		.nl_groups = RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR |
			     RTMGRP_IPV4_ROUTE | RTMGRP_IPV6_ROUTE };
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK,
		NETLINK_ROUTE);

	if (fd >= 0 && bind(fd, (struct sockaddr *)&a, sizeof a) < 0) {
		close(fd);
		fd = -1;
	}
	return fd;
}

/* All that is there to read; does it say anything? */
static bool
read_news(int fd)
{
	char bytes[MESSAGE_MAX];
	bool news = false;

	for (int i = 0; i < 100; i++) { /* a flood goes on with the next look */
		struct sockaddr_nl from = { 0 };
		socklen_t size = sizeof from;
		ssize_t n = recvfrom(fd, bytes, sizeof bytes, 0,
			(struct sockaddr *)&from, &size);

		if (n < 0 && errno == ENOBUFS)
			return true; /* some were lost */
		if (n <= 0)
			break;
		/* the kernel's alone */
		if (from.nl_pid == 0)
			news |= network_is_news(bytes, (size_t)n);
	}
	return news;
}

static void
wake_all(struct context *c, bool has_slept)
{
	log_write(LOG_INFO, "network", "%s: looking for the servers at once",
		has_slept ? "the machine was asleep"
			  : "addresses or routes have changed");
	for (int i = 0; i < c->workers; i++) {
		struct msg *m = msg_new(MSG_WAKE);

		m->account = i;
		m->u.has_slept = has_slept;
		context_post(c, m);
	}
}

void *
network_run(void *arg)
{
	struct context *c = arg;
	int fd = open_netlink();
	int64_t last = asleep_ms(), due = 0, told = 0;
	bool has_slept = false;

	while (!atomic_load(&c->stopping)) {
		struct pollfd p[2] = { { c->quit_fd, POLLIN, 0 },
			{ fd, POLLIN, 0 } };
		int64_t now = clock_mono_ms();
		int wait = LOOK_MS;

		if (due && due - now < wait)
			wait = due > now ? (int)(due - now) : 0;
		if (poll(p, 2, wait) < 0 && errno != EINTR)
			break;
		if (p[0].revents)
			break;
		now = clock_mono_ms();
		if (network_has_slept(asleep_ms(), &last)) {
			has_slept = true;
			due = now;
		}
		if (p[1].revents & (POLLIN | POLLERR) && read_news(fd) && !due)
			due = now + SETTLE_MS;
		if (due && told && due < told + BETWEEN_MS && !has_slept)
			due = told + BETWEEN_MS;
		if (!due || now < due)
			continue;
		wake_all(c, has_slept);
		told = now;
		due = 0;
		has_slept = false;
	}
	if (fd >= 0)
		close(fd);
	return NULL;
}
